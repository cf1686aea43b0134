"""Which process holds a practice session.

Revision: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice_session", sa.Column("held_by", sa.String(), nullable=True))
    op.add_column("practice_session", sa.Column("held_until", sa.Integer(), nullable=True))
