"""What passes between reminders and the rooms that ask for them, and what leaves the room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal, get_args

Status = Literal["pending", "sent", "failed", "cancelled", "missed"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)

DAY_BEFORE: Final = "24_hours"
HOURS_BEFORE: Final = "2_hours"
CUSTOM: Final = "custom"
PREPARATION: Final = "preparation"
FOLLOW_UP: Final = "follow_up"
DEADLINE: Final = "deadline"
KINDS: Final = (DAY_BEFORE, HOURS_BEFORE, CUSTOM, PREPARATION, FOLLOW_UP, DEADLINE)
"""Why a reminder was asked for; other rooms may add their own words."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reminder is about: the kind of thing (`round`, `follow_up`, `job`, …) and its number."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One reminder that a subject asks for; `due` is aware."""

    kind: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Described:
    """What a subject says of itself at the moment of sending; its texts may hold anything."""

    title: str
    begins_at: datetime | None = None
    """From then on a reminder is useless; None for what has no such moment (a follow-up)."""
    ends_at: datetime | None = None
    agreed_zone: tzinfo | None = None
    """The zone the time was agreed in, told beside the person's own where they differ."""
    place: str = ""
    link: str = ""
    contacts: tuple[str, ...] = ()
    open_preparation: tuple[str, ...] = ()
    """Titles of the tasks still to be done."""
    lines: tuple[str, ...] = ()
    """Anything else worth a line."""
    can_be_done: bool = False
    """Whether `done` makes sense: a task or a follow-up, not an interview."""


Describe = Callable[[Subject], Described | None]
"""Tells what a subject is now; None where it is gone. Called on a worker thread. Raising means: try again later."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is shown to the person: plain text, without control characters, of a size that fits a notification."""

    title: str
    body: str
    link: str = ""
    urgent: bool = False
    snoozes: tuple[timedelta, ...] = ()
    """How long it may be put off with a button."""
    can_be_done: bool = False
    reminder_id: int = 0
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class ReminderView:
    """One reminder as lists and the inbox show it."""

    id: int
    profile_id: int
    subject: Subject
    kind: str
    due: datetime
    status: Status
    attempts: int
    next_attempt: datetime | None
    """When it is tried (again); None once it is settled."""
    sent_at: datetime | None
    late: bool
    channels: tuple[str, ...]
    """The channels tried last; where it was sent, the last one answered."""
    error: str
    title: str
    """What it said, once it was sent or missed."""
    body: str
    seen: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """What one look at the due reminders came to."""

    sent: int = 0
    late: int = 0
    failed: int = 0
    missed: int = 0
    cancelled: int = 0
    postponed: int = 0
    unrecorded: int = 0
    """Answered by the desktop but not yet written down; they are written as soon as the database lets us."""

    def __add__(self, other: Counts) -> Counts:
        """Return both together; unwritten ones as they are now."""
        summed = {
            name: getattr(self, name) + getattr(other, name)
            for name in ("sent", "late", "failed", "missed", "cancelled", "postponed")
        }
        return Counts(**summed, unrecorded=other.unrecorded)

    def any(self) -> bool:
        """Return whether anything happened that a face would show."""
        return bool(self.sent or self.failed or self.missed or self.cancelled)
