"""Ranks that tell what is blocked from what says little, and which profiles have to be scored by newer rules.

Revision: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_THIN = 0.4
"""Below this coverage a posting says little; the rules of that time."""
_MOVED = 500
"""From the rank of what is thin or blocked (1 + percent) to that of what is thin alone (501 + percent)."""


def upgrade() -> None:
    op.create_table(
        "scoring_due",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("profile_id"),
    )
    # What is blocked keeps its rank: what it would be otherwise is known once it is scored again.
    for table, reason in (
        ("job", "(SELECT summary FROM job_score WHERE job_id = job.id)"),
        ("posting", "(SELECT json_extract(reasons, '$[2]') FROM posting_text WHERE posting_id = posting.id)"),
    ):
        op.execute(
            f"UPDATE {table} SET match_rank = match_rank + {_MOVED}"  # noqa: S608  # this file's own names only
            f" WHERE match_rank BETWEEN 1 AND 101 AND coverage < {_THIN}"
            f" AND coalesce({reason}, '') NOT LIKE 'Blocked: %'"
        )
    op.execute(
        "INSERT INTO scoring_due SELECT id FROM profile WHERE id IN (SELECT profile_id FROM job)"
        " OR id IN (SELECT profile_id FROM posting)"
    )
