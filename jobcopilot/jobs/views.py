"""What leaves the room: frozen pictures of jobs, drafts on their way in, and the words for their states."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from jobcopilot.reading.pay import Pay

Status = Literal["new", "interested", "applied", "interviewed", "offer", "accepted", "rejected", "withdrawn"]
STATUSES: tuple[Status, ...] = get_args(Status)
FUNNEL: tuple[Status, ...] = ("new", "interested", "applied", "interviewed", "offer", "accepted")
"""The stages in order; `reached` counts the furthest one a job ever had."""
Level = Literal["high", "medium", "low"]
DocumentKind = Literal["resume", "letter"]
WorkMode = Literal["remote", "hybrid", "onsite"]
SortField = Literal["created", "updated", "posted", "match", "title", "company", "pay", "deadline"]
SORT_FIELDS: tuple[SortField, ...] = get_args(SortField)

HIGH, MEDIUM = 70, 50
"""A match at or above is `high`, `medium`."""
THIN_COVERAGE = 0.4
"""Below this share of criteria spoken of, the level is at most `medium` and fuller matches sort first."""
CAP = 49
"""The highest percentage where a firm obstacle stands in the way: just below `medium`."""
BLOCKED_THIN_RANK, BLOCKED_RANK, THIN_RANK, FULL_RANK = 1, 201, 501, 1001
"""What is added to the percentage in the rank of a posting that is blocked and says little, that is blocked, that says
little, and of any other; see `match_rank`. A rank below `THIN_RANK` is one of a blocked posting."""


@dataclass(frozen=True, slots=True)
class JobDraft:
    """A posting on its way in, as an importer read it; text is already safe (`jobcopilot.text`)."""

    title: str
    company: str
    place: str = ""
    work_mode: WorkMode | None = None
    description: str = ""
    address: str = ""
    source: str = "import"
    source_id: str | None = None
    pay: Pay | None = None
    posted_on: date | None = None
    closed_on: date | None = None
    deadline: date | None = None
    status: Status = "new"
    notes: str = ""
    tags: tuple[str, ...] = ()
    favourite: bool = False
    applied_at: datetime | None = None
    rejected_at: datetime | None = None
    rejection_reason: str = ""
    row: int = 0
    """Where it stood in its file, counted from 1 as a person would find it."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """What one line of a list shows."""

    id: int
    title: str
    company: str
    place: str
    work_mode: WorkMode | None
    status: Status
    match: int | None
    level: Level | None
    coverage: float | None
    pay: Pay | None
    source: str
    posted_on: date | None
    deadline: date | None
    favourite: bool
    possible_duplicate: bool
    created_at: datetime
    updated_at: datetime
    blocked: bool = False
    """Whether something firm stands in the way."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A copy of a résumé or letter that went out."""

    id: int
    kind: DocumentKind
    name: str
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JobDetail:
    """Everything known of one job."""

    row: JobRow
    description: str
    notes: str
    company_notes: str
    address: str
    source_id: str | None
    closed_on: date | None
    tags: tuple[str, ...]
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    summary: str
    applied_at: datetime | None
    rejected_at: datetime | None
    rejection_reason: str
    viewed_at: datetime | None
    applied_description: str | None
    duplicate_of: int | None
    documents: tuple[DocumentView, ...] = ()


@dataclass(frozen=True, slots=True)
class EventView:
    """One change of one job: the changed fields before and after."""

    id: int
    job_id: int
    batch_id: int
    at: datetime
    action: str
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class BatchView:
    """One act that undo takes back whole."""

    id: int
    kind: str
    label: str
    at: datetime
    jobs: int
    undone: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of a file that could not become a job, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did (or, as a dry run, would do)."""

    read: int
    added: int
    updated: int
    duplicates: int
    rejected: tuple[Rejected, ...] = ()
    batch: int | None = None
    possible_duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over all jobs of a profile."""

    total: int
    average_match: float | None
    by_status: dict[str, int] = field(default_factory=dict)
    by_level: dict[str, int] = field(default_factory=dict)
    by_source: dict[str, int] = field(default_factory=dict)
    by_week: dict[str, int] = field(default_factory=dict)
    """ISO week (2026-W47) of creation to count."""
    funnel: dict[str, int] = field(default_factory=dict)
    """Stage to how many ever reached it."""
    applied_this_week: int = 0
    answered: int = 0
    """Of those ever applied, how many got an answer (interview, offer or rejection)."""
