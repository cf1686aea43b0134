"""Reminders: one row for each thing to be told at one moment.

Revision: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("lease_until", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("channels", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("snoozed_to", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject_kind", "subject_id", "kind", "due_at"),
    )
    op.create_index(op.f("ix_reminder_profile_id"), "reminder", ["profile_id"], unique=False)
    op.create_index(
        "reminder_to_do",
        "reminder",
        ["next_attempt", "id"],
        unique=False,
        sqlite_where=sa.text("next_attempt IS NOT NULL"),
    )
    op.create_index(
        "reminder_failing",
        "reminder",
        ["next_attempt"],
        unique=False,
        sqlite_where=sa.text("status = 'failed' AND next_attempt IS NOT NULL"),
    )
    op.create_index(
        "reminder_inbox",
        "reminder",
        ["profile_id", "updated_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NOT NULL OR status IN ('failed', 'missed')"),
    )
