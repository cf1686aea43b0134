"""The tables of calendars: the accounts, what each round is called there, and the outbox.

The outbox has one entry for each account and round: what is to be sent is the round as it is when its turn comes, so
entries of one round are merged and in order by nature. An entry waits while `version` is ahead of `done`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from jobcopilot.database.columns import UtcMoment


class CalendarAccount(SQLModel, table=True):
    """One calendar that the person connected."""

    __tablename__ = "calendar_account"
    __table_args__ = (UniqueConstraint("profile_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    profile_id: int = Field(foreign_key="profile.id", ondelete="CASCADE", index=True)
    kind: str
    """`ics`, `caldav` or `google`."""
    name: str
    """What the person calls it."""
    address: str = ""
    """Of the server, or the path of the file."""
    username: str = ""
    calendar: str = ""
    """The address or id of the calendar that was chosen."""
    calendar_name: str = ""
    secret: str = ""
    """Under which name the vault keeps its password or token; never the secret itself."""
    state: str = "fine"
    """`fine`, `waiting` (tried again by itself), `locked`, `refused` or `vanished` (both wait for the person)."""
    reason: str = ""
    hint: str = ""
    attempts: int = 0
    """Runs without an answer since the last one with."""
    next_attempt: datetime | None = Field(default=None, sa_type=UtcMoment)
    """Not asked again before."""
    look_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When it is looked again for changes made in other programs; None where there is nothing to look for."""
    looked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    synced_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    """When the calendar last answered."""
    mark: str = ""
    """What it is asked for changes with."""
    created_at: datetime = Field(sa_type=UtcMoment)
    updated_at: datetime = Field(sa_type=UtcMoment)


class CalendarRound(SQLModel, table=True):
    """What a round is called in every calendar."""

    __tablename__ = "calendar_round"

    round_id: int = Field(primary_key=True, foreign_key="round.id", ondelete="CASCADE")
    uid: str = Field(index=True)
    sequence: int = 0
    fingerprint: str = ""
    """Of the event as it was last written into the outbox; empty for a round that no calendar is to hold."""
    changed_at: datetime = Field(sa_type=UtcMoment)
    invitation: str | None = None
    """What the last invitation said, as JSON; None for a round that came from none."""


class CalendarItem(SQLModel, table=True):
    """A round in the outbox of an account, and what the calendar holds of it."""

    __tablename__ = "calendar_item"
    __table_args__ = (
        Index("calendar_item_of_round", "round_id"),
        Index("calendar_item_waiting", "account_id", "asked_at", sqlite_where=text("version > done")),
        {"sqlite_with_rowid": False},
    )

    account_id: int = Field(primary_key=True, foreign_key="calendar_account.id", ondelete="CASCADE")
    round_id: int = Field(primary_key=True, foreign_key="round.id", ondelete="CASCADE")
    version: int = 1
    """Grows with each change of the round."""
    done: int = 0
    """The version that was carried out."""
    asked_at: datetime = Field(sa_type=UtcMoment)
    done_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    attempts: int = 0
    next_attempt: datetime | None = Field(default=None, sa_type=UtcMoment)
    failed: bool = False
    """Refused for good; waits for the person or for another change of the round."""
    error: str = ""
    href: str = ""
    etag: str | None = None
    """None where the calendar holds nothing of it."""
    sequence: int = 0
    fingerprint: str = ""
    """Of the event as it was last sent."""
    sent: str = ""
    """What the calendar held when both sides last agreed: facts as JSON."""
    attempt: str | None = None
    """What is under way, written before the request: facts as JSON, or `remove`. After a crash one looks first."""
    linked: bool = False
    """The calendar holds the invitation itself; it is never overwritten."""
    difference: str = ""
    """`changed` or `removed` in the other program since; waits for the person."""
    theirs: str = ""
    """What is there now, as JSON; empty where it cannot be read or is gone."""
    their_etag: str = ""
    noticed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
