"""The market: what was read of each posting held, and the statistics of each day.

Revision: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "market_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "name"),
    )
    op.create_table(
        "market_member",
        sa.Column("member", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member"),
    )
    op.create_index("market_member_of_profile", "market_member", ["profile_id"], unique=False)
    op.create_index("market_member_of_unit", "market_member", ["unit"], unique=False)
    op.create_table(
        "market_span",
        sa.Column("unit", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("since", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("seniority", sa.String(), nullable=True),
        sa.Column("management", sa.Boolean(), nullable=False),
        sa.Column("places", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("skills", sa.String(), nullable=False),
        sa.Column("must", sa.String(), nullable=False),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("last", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("reposts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("unit", "since"),
        sqlite_with_rowid=False,
    )
    op.create_index("market_span_of_role", "market_span", ["profile_id", "role_id"], unique=False)
    op.create_index("market_span_until", "market_span", ["profile_id", "until"], unique=False)
    op.create_table(
        "market_daily",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("postings", sa.Integer(), nullable=False),
        sa.Column("with_pay", sa.Integer(), nullable=False),
        sa.Column("average_minimum", sa.Float(), nullable=True),
        sa.Column("median_minimum", sa.Float(), nullable=True),
        sa.Column("average_maximum", sa.Float(), nullable=True),
        sa.Column("median_maximum", sa.Float(), nullable=True),
        sa.Column("skills", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("profile_id", "day", "role_id", "place_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "market_state",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("read_until", sa.Integer(), nullable=False),
        sa.Column("built_until", sa.Integer(), nullable=True),
        sa.Column("stale_from", sa.Integer(), nullable=True),
        sa.Column("rates", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("profile_id"),
    )
