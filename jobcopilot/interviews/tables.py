"""The tables of interviews. Nothing here is ever removed by the person: `deleted_at` hides, undo brings back.

What hangs on a job or a round that is deleted is hidden with it and keeps its own `deleted_at`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from jobcopilot.database.columns import UtcMoment


class Round(SQLModel, table=True):
    """One interview of a job, or a task to take home."""

    __tablename__ = "round"
    __table_args__ = (
        Index("round_by_start", "profile_id", "starts_at", sqlite_where=text("deleted_at IS NULL")),
        Index("round_by_end", "profile_id", "ends_at", sqlite_where=text("deleted_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    job_id: int = Field(foreign_key="job.id", ondelete="CASCADE", index=True)
    stage: str
    starts_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    ends_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """`starts_at` and `minutes` together, kept so that the agenda's index finds what has not ended."""
    minutes: int
    zone: str
    """IANA name of the zone that the time was agreed in."""
    format: str
    place: str = ""
    link: str = ""
    status: str = "scheduled"
    outcome: str | None = None
    notes: str = ""
    reminders: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """The person's own reminders, in minutes before."""
    completed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class Contact(SQLModel, table=True):
    """A person met or to be met."""

    __tablename__ = "contact"

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE", index=True)
    company_id: int | None = Field(default=None, foreign_key="company.id", ondelete="SET NULL", index=True)
    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    linkedin: str = ""
    notes: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class ContactJob(SQLModel, table=True):
    """Which jobs a contact belongs to."""

    __tablename__ = "contact_job"
    __table_args__ = {"sqlite_with_rowid": False}

    contact_id: int = Field(primary_key=True, foreign_key="contact.id", ondelete="CASCADE")
    job_id: int = Field(primary_key=True, foreign_key="job.id", ondelete="CASCADE", index=True)


class RoundContact(SQLModel, table=True):
    """Who sits in a round."""

    __tablename__ = "round_contact"
    __table_args__ = {"sqlite_with_rowid": False}

    round_id: int = Field(primary_key=True, foreign_key="round.id", ondelete="CASCADE")
    contact_id: int = Field(primary_key=True, foreign_key="contact.id", ondelete="CASCADE", index=True)


class PreparationTask(SQLModel, table=True):
    """One thing to prepare before a round."""

    __tablename__ = "preparation_task"

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE", index=True)
    round_id: int = Field(foreign_key="round.id", ondelete="CASCADE", index=True)
    key: str = ""
    """What of the round asks for it, empty for the person's own."""
    title: str
    detail: str = ""
    due_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    position: int = 0
    own_due: bool = False
    """The person chose when; making the list again leaves it."""
    own_words: bool = False
    """The person edited it; making the list again leaves it."""
    done_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class FollowUp(SQLModel, table=True):
    """Something to send or ask after a round or an application."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("follow_up_open", "profile_id", "due_at", sqlite_where=text("status = 'open'")),)

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE")
    job_id: int = Field(foreign_key="job.id", ondelete="CASCADE", index=True)
    round_id: int | None = Field(default=None, foreign_key="round.id", ondelete="CASCADE", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="SET NULL", index=True)
    kind: str
    key: str = ""
    """The rule that asks for it (`thank_you:12`, `application:7`), empty for the person's own."""
    title: str
    due_at: datetime = Field(sa_type=UtcMoment)
    status: str = "open"
    done_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    notes: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class Offer(SQLModel, table=True):
    """What a company offers."""

    __tablename__ = "offer"

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE", index=True)
    job_id: int = Field(foreign_key="job.id", ondelete="CASCADE", index=True)
    amount: float | None = None
    currency: str = ""
    period: str = "year"
    parts: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    deadline_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    notes: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class InterviewEvent(SQLModel, table=True):
    """One change of one of these records, in the same batches as the changes of jobs: append-only."""

    __tablename__ = "interview_event"
    __table_args__ = (Index("interview_event_of_record", "record", "record_id"),)

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="change_batch.id", ondelete="CASCADE", index=True)
    job_id: int | None = Field(default=None, foreign_key="job.id", ondelete="CASCADE", index=True)
    """The job that it belongs to; None for a contact."""
    record: str
    """The table: `round`, `contact`, `preparation_task`, `follow_up` or `offer`."""
    record_id: int
    at: datetime = Field(sa_type=UtcMoment)
    action: str
    """`added`, `changed`, `deleted`, `restored` or `removed` (an undone addition)."""
    before: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
