"""The table of reminders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from jobcopilot.database.columns import UtcMoment


class Reminder(SQLModel, table=True):
    """One thing to be told at one moment: asked for by its subject, claimed by one process, settled once."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "kind", "due_at"),
        # Only what is still to be told: a tick reads the head of this index and nothing else.
        Index("reminder_to_do", "next_attempt", "id", sqlite_where=text("next_attempt IS NOT NULL")),
        Index(
            "reminder_failing",
            "next_attempt",
            sqlite_where=text("status = 'failed' AND next_attempt IS NOT NULL"),
        ),
        Index(
            "reminder_inbox",
            "profile_id",
            "updated_at",
            sqlite_where=text("sent_at IS NOT NULL OR status IN ('failed', 'missed')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE", index=True)
    subject_kind: str
    subject_id: int
    kind: str
    """Why it was asked for; see `views.KINDS`."""
    due_at: datetime = Field(sa_type=UtcMoment)
    status: str = "pending"
    """`pending`, `sent`, `failed`, `cancelled` or `missed`."""
    attempts: int = 0
    next_attempt: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When to try (again); None once it is settled. A failed one that is still tried keeps a time here."""
    claimed_by: str | None = None
    """The presence (see `presence`) of the process that is sending it now."""
    lease_until: int | None = None
    """Until when that process may take, in milliseconds of the machine's monotonic clock, which nobody sets."""
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    late: bool = False
    channels: str = ""
    """Names of the channels tried last, with spaces between."""
    error: str = ""
    title: str = ""
    body: str = ""
    """Title and text as they were told."""
    snoozed_to: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When the person, on the notification or in the inbox, asked to be told (again)."""
    seen_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When the person saw in the inbox that it failed or was missed."""
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
