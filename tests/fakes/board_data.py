"""A runtime whose jobs lie in memory, with the signatures of the real one, for tests of the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from jobcopilot.clock import FixedClock
from jobcopilot.errors import NotFound
from jobcopilot.jobs.facts import Facts, read_facts
from jobcopilot.jobs.match import Match, match_rank
from jobcopilot.jobs.query import Choice, Query
from jobcopilot.jobs.score import score
from jobcopilot.jobs.views import (
    FUNNEL,
    BatchView,
    EventView,
    JobDetail,
    JobRow,
    Statistics,
    Status,
)
from jobcopilot.paths import Home
from jobcopilot.profiles.views import ProfileView, SkillView
from jobcopilot.reading.pay import read_pay
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.start import Glance

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ADA = ProfileView(
    id=1,
    name="default",
    full_name="Ada",
    roles=("Senior Data Engineer",),
    places=("Berlin, Germany",),
    seniority="senior",
    years=7,
    minimum_pay=75_000.0,
    pay_currency="EUR",
    skills=(
        SkillView("Python", 7),
        SkillView("SQL", 7),
        SkillView("Apache Airflow", 4),
        SkillView("Docker", 4),
    ),
)
DESCRIPTION = """\
## About the role

You own our **Airflow** pipelines and the *data platform* that 40 analysts work with every day.

### What you bring

- 5+ years of Python and SQL
- Docker, and a liking for tidy deployments
- Kubernetes is nice to have

1. Talk with us
2. Solve a small exercise

Remote within Germany, €80,000–100,000 a year. More at https://example.org/jobs
"""
# fmt: off
# Title, company, place, work mode, pay, status, days since posted, description.
_JOBS: tuple[tuple[str, str, str, str | None, str, Status, int, str], ...] = (
    (
        "Senior Data Engineer",
        "Globex",
        "Berlin, Germany",
        "remote",
        "€80,000–100,000 a year",
        "new",
        3,
        DESCRIPTION,
    ),
    (
        "Data Platform Engineer",
        "Initech",
        "Paris, France",
        "hybrid",
        "€70,000–85,000 a year",
        "interested",
        5,
        DESCRIPTION.replace("Germany", "France"),
    ),
    (
        "Backend Engineer, Python",
        "Hooli",
        "New York, NY",
        None,
        "$150,000–180,000 a year",
        "new",
        9,
        "We write Python and Go on PostgreSQL.",
    ),
    (
        "Analytics Engineer",
        "Umbrella",
        "Hamburg, Germany",
        "onsite",
        "",
        "applied",
        12,
        "SQL, dbt and Python. You report to the head of data.",
    ),
    ("Senior Data Engineer (m/w/d)", "Globex GmbH", "Berlin", None, "", "new", 4, DESCRIPTION),
    (
        "Site Reliability Engineer",
        "Vandelay",
        "Remote (US)",
        "remote",
        "$65/hour",
        "rejected",
        30,
        "Kubernetes, Terraform, Go. 10+ years.",
    ),
    (
        "Machine Learning Engineer",
        "Tyrell",
        "München, Germany",
        "hybrid",
        "€95.000",
        "interviewed",
        20,
        "Python, PyTorch and SQL in production.",
    ),
    ("データエンジニア", "株式会社サンプル", "東京", "onsite", "¥8,000,000", "new", 6, "Python と SQL。"),
    (
        "Data Engineer 🚀👩‍💻 [red]now[/]",
        "Emoji & Söhne 🏴‍☠️",
        "Köln 🇩🇪",
        None,
        "",
        "new",
        1,
        "[bold]Python[/bold] <script>alert(1)</script> SQL",
    ),
    (
        "Data Steward",
        "Wayne Enterprises",
        "Leipzig, Germany",
        "onsite",
        "from €45,000",
        "withdrawn",
        40,
        "Excel. Some SQL.",
    ),
    (
        "Principal Engineer",
        "Stark",
        "Zürich, Switzerland",
        "hybrid",
        "CHF 160,000",
        "offer",
        50,
        "Lead the platform. Python, Docker.",
    ),
    ("Junior Analyst", "Acme", "", None, "", "new", 2, ""),
)
# fmt: on


def make_jobs(count: int = len(_JOBS)) -> list[Stored]:
    """Return so many jobs; beyond the twelve hand-made ones they repeat with a number."""
    jobs = []
    for number in range(count):
        title, company, place, mode, pay, status, age, text = _JOBS[number % len(_JOBS)]
        again = number // len(_JOBS)
        job = Stored(
            id=number + 1,
            title=f"{title} {again + 1}" if again else title,
            company=company,
            place=place,
            work_mode=mode,
            pay_text=pay,
            status=status,
            posted_on=(NOW - timedelta(days=age)).date(),
            description=text,
            created_at=NOW - timedelta(days=age, hours=number % 7),
            address="" if number % 5 == 4 else f"https://jobs.example.org/{number + 1}",
            source="import" if number % 3 else "feed:greenhouse",
        )
        if number == 4:
            job.duplicate_of = 1
        if number == 0:
            job.tags = ("dream", "berlin")
        if number == 3:
            job.deadline = date(2026, 12, 1)
            job.applied_at = NOW - timedelta(days=2)
        jobs.append(job)
    return jobs


@dataclass
class Stored:
    """One job as the fake keeps it."""

    id: int
    title: str
    company: str
    place: str
    work_mode: str | None
    pay_text: str
    status: Status
    posted_on: date
    description: str
    created_at: datetime
    address: str
    source: str
    notes: str = ""
    tags: tuple[str, ...] = ()
    favourite: bool = False
    deadline: date | None = None
    applied_at: datetime | None = None
    duplicate_of: int | None = None
    deleted: bool = False
    _scored: tuple[Facts, Match] | None = field(default=None, repr=False)

    def match(self) -> Match:
        """Return the match with Ada's profile."""
        if self._scored is None:
            facts = read_facts(
                self.title, self.place, self.description, cast("Any", self.work_mode), read_pay(self.pay_text)
            )
            self._scored = (facts, score(ADA, facts))
        return self._scored[1]

    def row(self) -> JobRow:
        """Return it as a list shows it."""
        match = self.match()
        return JobRow(
            id=self.id,
            title=self.title,
            company=self.company,
            place=self.place,
            work_mode=cast("Any", self.work_mode),
            status=self.status,
            match=match.percent if match.scored else None,
            level=match.level if match.scored else None,
            coverage=match.coverage,
            pay=read_pay(self.pay_text) if self.pay_text else None,
            source=self.source,
            posted_on=self.posted_on,
            deadline=self.deadline,
            favourite=self.favourite,
            possible_duplicate=self.duplicate_of is not None,
            created_at=self.created_at,
            updated_at=self.created_at,
        )


class FakeStore:
    """Pages, changes, history and searches over one list of jobs."""

    def __init__(self, jobs: list[Stored]) -> None:
        self.jobs = jobs
        self.version = 1
        self.acts: list[tuple[BatchView, list[Stored]]] = []
        self.events_of: dict[int, list[EventView]] = {}
        self.kept: dict[str, SimpleNamespace] = {}
        self.viewed_ids: list[int] = []
        self.pages_read: list[tuple[int, int]] = []
        self.failing: Exception | None = None
        """What the next read or write raises."""

    def _check(self) -> None:
        if self.failing is not None:
            error, self.failing = self.failing, None
            raise error

    # JobPages

    def _found(self, query: Query, sort: str) -> list[Stored]:
        found = [job for job in self.jobs if not job.deleted and _fits(job, query)]
        keys: dict[str, Callable[[Stored], Any]] = {
            "match": lambda job: match_rank(job.match()),
            "title": lambda job: job.title.casefold(),
            "company": lambda job: job.company.casefold(),
            "posted": lambda job: job.posted_on,
            "created": lambda job: job.created_at,
            "updated": lambda job: job.created_at,
            "deadline": lambda job: job.deadline or date.max,
            "pay": lambda job: len(job.pay_text),
            "relevance": lambda job: job.title.casefold(),
        }
        return sorted(found, key=keys[sort.lstrip("-")], reverse=sort.startswith("-"))

    def page(self, query: Query, sort: str, offset: int, limit: int) -> tuple[JobRow, ...]:
        self._check()
        self.pages_read.append((offset, limit))
        return tuple(job.row() for job in self._found(query, sort)[offset : offset + limit])

    def total(self, query: Query) -> int:
        return len(self._found(query, "-created"))

    def ids(self, query: Query, sort: str) -> list[int]:
        return [job.id for job in self._found(query, sort)]

    def stored(self, job_id: int) -> Stored:
        for job in self.jobs:
            if job.id == job_id and not job.deleted:
                return job
        raise NotFound("There is no such job", f"number {job_id}")

    def get(self, job_id: int) -> JobDetail:
        job = self.stored(job_id)
        match = job.match()
        return JobDetail(
            row=job.row(),
            description=job.description,
            notes=job.notes,
            company_notes="",
            address=job.address,
            source_id=None,
            closed_on=None,
            tags=job.tags,
            matched=match.matched,
            missing=match.missing,
            summary=match.summary,
            applied_at=job.applied_at,
            rejected_at=None,
            rejection_reason="",
            viewed_at=None,
            applied_description=None,
            duplicate_of=job.duplicate_of,
        )

    # JobStore

    def _act(self, kind: str, label: str, ids: Sequence[int]) -> int:
        self._check()
        touched = [self.stored(job_id) for job_id in ids]
        batch = BatchView(len(self.acts) + 1, kind, label, NOW, len(touched), undone=False)
        self.acts.append((batch, [replace(job) for job in touched]))
        self.version += 1
        return batch.id

    def change(self, ids: Sequence[int], changes: dict[str, object]) -> int:
        batch = self._act("change", f"changed {', '.join(changes)}", ids)
        for job_id in ids:
            job = self.stored(job_id)
            before = {name: getattr(job, name) for name in changes}
            for name, value in changes.items():
                setattr(job, name, value)
            event = EventView(batch * 1000 + job_id, job_id, batch, NOW, "changed", before, dict(changes))
            self.events_of.setdefault(job_id, []).insert(0, event)
        return batch

    def delete(self, ids: Sequence[int]) -> int:
        batch = self._act("delete", f"deleted {len(ids)} jobs", ids)
        for job_id in ids:
            self.stored(job_id).deleted = True
        return batch

    def merge(self, keep_id: int, other_id: int) -> int:
        batch = self._act("merge", "merged two jobs", (other_id,))
        self.stored(other_id).deleted = True
        return batch

    def keep_apart(self, job_id: int) -> int:
        batch = self._act("change", "kept apart", (job_id,))
        self.stored(job_id).duplicate_of = None
        return batch

    def viewed(self, job_id: int) -> None:
        self.viewed_ids.append(job_id)

    # History

    def events(self, job_id: int) -> tuple[EventView, ...]:
        return tuple(self.events_of.get(job_id, ()))

    def undo(self, batch: int | None = None) -> BatchView:
        if not self.acts:
            raise NotFound("There is nothing to take back", hint="Every change so far was taken back.")
        undone, before = self.acts.pop()
        for job in before:
            self.jobs[next(at for at, now in enumerate(self.jobs) if now.id == job.id)] = job
        self.version += 1
        return undone

    # SavedSearches

    def all(self) -> tuple[Any, ...]:
        return tuple(self.kept.values())

    def save(self, name: str, query: str, sort: str) -> None:
        self.kept[name] = SimpleNamespace(name=name, query=query, sort=sort)

    def forget(self, name: str) -> None:
        del self.kept[name]


def _fits(job: Stored, query: Query) -> bool:
    words = f"{job.title} {job.company} {job.place} {job.description}".casefold()
    terms = all((term.text.casefold() in words) != term.negated for term in query.terms)
    states = [wanted for wanted in query.filters if isinstance(wanted, Choice) and wanted.field == "status"]
    return terms and all((job.status in wanted.values) != wanted.negated for wanted in states)


class FakeBoardData(BoardData):
    """The board's data over a `FakeStore`."""

    def __init__(self, jobs: list[Stored] | None = None, home: Path | None = None) -> None:
        self.store = FakeStore(make_jobs() if jobs is None else jobs)
        folder = home or Path("/nonexistent")
        runtime = SimpleNamespace(
            home=Home(folder / "data", folder / "config", folder / "models", folder / "logs"),
            clock=FixedClock(NOW),
            profile=ADA,
            pages=self.store,
            jobs=self.store,
            history=self.store,
            searches=SimpleNamespace(all=self.store.all, save=self.store.save, delete=self.store.forget),
            close=lambda: None,
        )
        super().__init__(cast("Any", runtime))
        self.opening_failure: Exception | None = None
        self.step = threading.Event()
        """Set to let scoring go on after its first step."""

    def open(self) -> None:
        if self.opening_failure is not None:
            raise self.opening_failure

    def warm_up(self) -> None:
        """There is nothing heavy behind the fake."""

    def version(self) -> int:
        return self.store.version

    def explain(self, job_id: int) -> Match:
        return self.store.stored(job_id).match()

    def statistics(self) -> Statistics:
        jobs = [job for job in self.store.jobs if not job.deleted]
        by_status: dict[str, int] = {}
        for job in jobs:
            by_status[job.status] = by_status.get(job.status, 0) + 1
        applied = [job for job in jobs if job.status not in ("new", "interested")]
        return Statistics(
            total=len(jobs),
            average_match=None,
            by_status=by_status,
            funnel={"new": len(jobs), FUNNEL[2]: len(applied)},
            applied_this_week=1,
            answered=sum(job.status in ("interviewed", "offer", "rejected") for job in applied),
        )

    def score_all(self, progress: Callable[[int, int], None], stop: threading.Event) -> int:
        progress(1, len(self.store.jobs))
        self.step.wait(20)
        return 1 if stop.is_set() else len(self.store.jobs)


GLANCE = Glance()
