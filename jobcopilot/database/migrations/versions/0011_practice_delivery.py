"""How answers of practice sessions were spoken.

Revision: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice_delivery",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("voiced_seconds", sa.Float(), nullable=False),
        sa.Column("paused_seconds", sa.Float(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("seconds_to_first_word", sa.Float(), nullable=True),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("longest_pause", sa.Float(), nullable=False),
        sa.Column("pauses_mid_clause", sa.Integer(), nullable=False),
        sa.Column("fillers", sa.Integer(), nullable=False),
        sa.Column("restarts", sa.Integer(), nullable=False),
        sa.Column("said_i", sa.Integer(), nullable=False),
        sa.Column("said_we", sa.Integer(), nullable=False),
        sa.Column("interviewer_seconds", sa.Float(), nullable=True),
        sa.Column("heard_again", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("seconds >= 0 AND words >= 0 AND fillers >= 0", name="counts"),
        sa.ForeignKeyConstraint(["message_id"], ["practice_message.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["practice_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index(
        op.f("ix_practice_delivery_session_id"), "practice_delivery", ["session_id"], unique=False
    )
