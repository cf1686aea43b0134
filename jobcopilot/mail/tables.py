"""The tables of mail: letters, and which reminders left by e-mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from jobcopilot.database.columns import UtcMoment


class Letter(SQLModel, table=True):
    """One letter: a draft, then what was sent, word for word."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("letter_by_time", "profile_id", "updated_at"),
        # All that a glance at the clock has to look at.
        Index("letter_waiting", "leaves_at", sqlite_where=text("state = 'waiting'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    job_id: int = Field(foreign_key="job.id", ondelete="CASCADE", index=True)
    round_id: int | None = Field(default=None, foreign_key="round.id", ondelete="CASCADE", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="SET NULL", index=True)
    follow_up_id: int | None = Field(
        default=None, foreign_key="follow_up.id", ondelete="SET NULL", index=True
    )
    """What is ticked once it is sent."""
    kind: str
    """`thank_you`, `follow_up`, `status_inquiry` or `application`."""
    recipient_name: str = ""
    recipient_email: str = ""
    subject: str
    body: str
    origin: str = "template"
    """Who wrote it: `template`, `model` or `own`."""
    state: str = "draft"
    """`draft`, `waiting`, `sent`, `uncertain` or `failed`."""
    leaves_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """While it waits: when it is tried (again); until the first time it can be taken back."""
    asked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When the person asked for it to be sent."""
    attempts: int = 0
    error: str = ""
    hint: str = ""
    message_id: str = ""
    """The same for every attempt, so that a second copy would be known as one."""
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    sent_by: str = ""
    """`smtp`, or `hand` for one that the person sent in another program."""
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)


class ReminderMail(SQLModel, table=True):
    """One reminder on its way by e-mail; there is one row for each that was ever tried."""

    __tablename__ = "reminder_mail"
    __table_args__ = (
        Index("reminder_mail_sent", "sent_at"),
        Index("reminder_mail_waiting", "next_attempt", sqlite_where=text("state = 'waiting'")),
    )

    reminder_id: int = Field(primary_key=True, foreign_key="reminder.id", ondelete="CASCADE")
    state: str = "waiting"
    """`waiting`, `sent`, `uncertain`, `failed` or `missed`."""
    attempts: int = 0
    next_attempt: datetime | None = Field(default=None, sa_type=UtcMoment)
    error: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When it left, or (uncertain) may have left."""
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
