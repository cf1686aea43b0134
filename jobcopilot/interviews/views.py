"""What leaves the room: frozen pictures of rounds, contacts, tasks, follow-ups and offers, and their words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, get_args

RoundFormat = Literal["phone", "video", "onsite", "take_home"]
FORMATS: Final[tuple[RoundFormat, ...]] = get_args(RoundFormat)
RoundStatus = Literal["scheduled", "pending", "completed", "canceled"]
"""`pending`: agreed on but not confirmed, or without a time yet."""
ROUND_STATUSES: Final[tuple[RoundStatus, ...]] = get_args(RoundStatus)
AHEAD: Final[tuple[RoundStatus, ...]] = ("scheduled", "pending")
"""What still takes place: shown in the agenda, reminded of, and in the way of others."""
Outcome = Literal["passed", "failed", "waiting", "no_show"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
STAGES: Final = (
    "Recruiter Screen",
    "Hiring Manager",
    "Technical Interview",
    "System Design",
    "Behavioral Interview",
    "Case Study",
    "Take-home",
    "Panel",
    "On-site",
    "Final Round",
    "Offer Call",
)
"""Names offered for a stage; any other may be typed."""
FollowUpKind = Literal[
    "thank_you", "follow_up", "status_inquiry", "references_sent", "portfolio_sent", "application", "other"
]
FOLLOW_UP_KINDS: Final[tuple[FollowUpKind, ...]] = get_args(FollowUpKind)
FollowUpStatus = Literal["open", "done", "dropped"]
OfferPeriod = Literal["hour", "day", "week", "month", "year"]

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 24 * 60
LONGEST_TAKE_HOME_MINUTES: Final = 21 * 24 * 60
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
"""Years in which a round can take place."""


@dataclass(frozen=True, slots=True)
class Met:
    """A contact as a round names it."""

    id: int
    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class RoundView:
    """One round of a job; times are aware and in UTC, None for a round without a time."""

    id: int
    job_id: int
    company: str
    job_title: str
    job_status: str
    stage: str
    starts_at: datetime | None
    minutes: int
    ends_at: datetime | None
    zone: str
    """The IANA name of the zone that the time was agreed in."""
    format: RoundFormat
    place: str
    link: str
    status: RoundStatus
    outcome: Outcome | None
    notes: str
    contacts: tuple[Met, ...] = ()
    tasks_done: int = 0
    tasks_total: int = 0
    reminders: tuple[int, ...] = ()
    """The person's own reminders, in minutes before; those that every round has are in the settings."""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactView:
    """A person met or to be met."""

    id: int
    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    linkedin: str = ""
    notes: str = ""
    company: str = ""
    job_ids: tuple[int, ...] = ()
    round_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskView:
    """One thing to prepare before a round."""

    id: int
    round_id: int
    key: str
    """What of the round asks for it (`camera`, `topic:Python`, `contact:12`), empty for the person's own."""
    title: str
    detail: str
    due_at: datetime | None
    position: int
    done_at: datetime | None

    @property
    def done(self) -> bool:
        """Whether it is ticked."""
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """Something to send or ask after a round or an application."""

    id: int
    job_id: int
    company: str
    job_title: str
    kind: FollowUpKind
    title: str
    due_at: datetime
    status: FollowUpStatus
    round_id: int | None = None
    contact: Met | None = None
    notes: str = ""
    done_at: datetime | None = None
    stopped: bool = False
    """The job was rejected or withdrawn: nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class OfferPart:
    """One part of an offer beside its main amount: a bonus, shares, days off. An amount or words, or both."""

    name: str
    amount: float | None = None
    period: OfferPeriod | Literal["once"] = "year"
    text: str = ""


@dataclass(frozen=True, slots=True)
class OfferView:
    """One offer of a job."""

    id: int
    job_id: int
    company: str
    job_title: str
    amount: float | None
    currency: str
    period: OfferPeriod
    parts: tuple[OfferPart, ...] = field(default_factory=tuple)
    deadline_at: datetime | None = None
    notes: str = ""
    created_at: datetime | None = None
