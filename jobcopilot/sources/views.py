"""What leaves the room of job feeds: sources, polls and discovered postings as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from jobcopilot.jobs.views import WorkMode
from jobcopilot.reading.pay import Pay

Health = Literal["new", "fine", "empty", "few", "changed", "refused", "down"]
Outcome = Literal["fine", "empty", "few", "changed", "refused", "down", "stopped"]
HEALTH_WORDS: Final[dict[str, str]] = {
    "new": "not polled yet",
    "fine": "fine",
    "empty": "empty: it answers, and has no postings",
    "few": "far fewer postings than usual: nothing is closed because of it",
    "changed": "it answers in a shape that is not known",
    "refused": "it refuses",
    "down": "it gives no answer that can be used",
}
STOPPED: Final = "stopped; the pages that were read are kept"
"""What a report says that the person stopped."""
GONE_AFTER_DAYS: Final = 30
"""A posting of a feed that shows only its newest counts as gone so long after it was last seen: an assumption."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source: of the person's own, or one that could be switched on (then without an id)."""

    id: int | None
    name: str
    feed: str
    title: str
    kind: str
    board: str
    address: str
    enabled: bool
    health: Health
    note: str
    terms: str
    credit: str
    terms_address: str
    hours_between_polls: float
    complete: bool
    """Whether silence of this feed about a posting means that it has gone."""
    added_at: datetime | None = None
    polled_at: datetime | None = None
    next_poll_at: datetime | None = None
    failures: int = 0
    open_postings: int = 0
    median_found: float | None = None
    """The median of what its healthy polls found in the seven days up to the last of them."""


def terms_known(mine: Sequence[SourceView], feed: str) -> bool:
    """Return whether the person has switched a source of this feed on before, and so seen its terms."""
    return any(
        view.feed == feed and (view.enabled or view.polled_at or view.next_poll_at or view.health != "new")
        for view in mine
    )


@dataclass(frozen=True, slots=True)
class PollReport:
    """What came of one poll."""

    source: str
    outcome: Outcome
    found: int = 0
    new: int = 0
    changed: int = 0
    closed: int = 0
    reposted: int = 0
    rejected: int = 0
    pages: int = 0
    seconds: float = 0.0
    message: str = ""
    next_poll_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollProgress:
    """How far a poll is; `total` is what the feed says, where it does."""

    source: str
    pages: int
    found: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One discovered posting as a list shows it."""

    id: int
    title: str
    company: str
    place: str
    work_mode: WorkMode | None
    match: int | None
    level: str | None
    coverage: float | None
    blocked: bool
    """Whether something firm stands in the way."""
    pay: Pay | None
    source: str
    credit: str
    address: str
    posted_on: date | None
    first_seen_at: datetime
    closed_at: datetime | None
    reposts: int
    job_id: int | None
    """The job it was tracked as, while that is there."""


@dataclass(frozen=True, slots=True)
class PostingChange:
    """One change in the history of a posting."""

    at: datetime
    action: str
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostingDetail:
    """Everything that is shown of one discovered posting."""

    row: PostingRow
    description: str
    skills: tuple[str, ...]
    tags: tuple[str, ...]
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    summary: str
    changes: tuple[PostingChange, ...]
