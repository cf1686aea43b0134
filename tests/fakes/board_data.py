"""A runtime whose jobs lie in memory, with the signatures of the real one, for tests of the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from jobcopilot.clock import FixedClock
from jobcopilot.errors import NotFound
from jobcopilot.jobs.match import WEIGHTS, Criterion, Evidence, Match, Obstacle, level_of, match_rank
from jobcopilot.jobs.query import Choice, Query
from jobcopilot.jobs.searches import SearchView
from jobcopilot.jobs.views import (
    FUNNEL,
    STATUSES,
    THIN_COVERAGE,
    BatchView,
    EventView,
    JobDetail,
    JobRow,
    Statistics,
    Status,
    WorkMode,
)
from jobcopilot.paths import Home
from jobcopilot.profiles.views import ProfileView, SkillView
from jobcopilot.reading.needs import Need
from jobcopilot.reading.pay import Pay, Period
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.start import Glance
from jobcopilot.tui.widgets.detail import Rounds

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


def _pay(text: str, low: float | None, high: float | None, currency: str, period: Period = "year") -> Pay:
    return Pay(text, low, high, currency, period, "stated")


# fmt: off
# Title, company, place, work mode, pay, status, days since posted, description, match, share told.
_JOBS: tuple[tuple[str, str, str, WorkMode | None, Pay | None, Status, int, str, int | None, float], ...] = (
    ("Senior Data Engineer", "Globex", "Berlin, Germany", "remote",
     _pay("€80,000–100,000 a year", 80_000, 100_000, "EUR"), "new", 3, DESCRIPTION, 92, 0.81),
    ("Data Platform Engineer", "Initech", "Paris, France", "hybrid",
     _pay("€70–85k", 70_000, 85_000, "EUR"), "interested", 5, DESCRIPTION, 45, 0.88),
    ("Backend Engineer, Python", "Hooli", "New York, NY", None,
     _pay("$150k - $180k", 150_000, 180_000, "USD"), "new", 9, "We write Python and Go on PostgreSQL.", 32, 0.63),
    ("Analytics Engineer", "Umbrella", "Hamburg, Germany", "onsite", None, "applied", 12,
     "SQL, dbt and Python. You report to the head of data.", 74, 0.55),
    ("Senior Data Engineer (m/w/d)", "Globex GmbH", "Berlin", None, None, "new", 4, DESCRIPTION, 83, 0.71),
    ("Site Reliability Engineer", "Vandelay", "Remote (US)", "remote",
     _pay("$65/hour", 65, 65, "USD", "hour"), "rejected", 30, "Kubernetes, Terraform, Go. 10+ years.", 3, 0.66),
    ("Machine Learning Engineer", "Tyrell", "München, Germany", "hybrid",
     _pay("€95.000", 95_000, 95_000, "EUR"), "interviewed", 20, "Python, PyTorch and SQL in production.", 61, 0.68),
    ("データエンジニア", "株式会社サンプル", "東京", "onsite",
     _pay("¥8,000,000", 8_000_000, 8_000_000, "JPY"), "new", 6, "Python と SQL。", 49, 0.63),
    ("Data Engineer 🚀👩‍💻 [red]now[/]", "Emoji & Söhne 🏴‍☠️", "Köln 🇩🇪", None, None, "new", 1,
     "[bold]Python[/bold] <script>alert(1)</script> SQL", 58, 0.31),
    ("Data Steward", "Wayne Enterprises", "Leipzig, Germany", "onsite",
     _pay("from €45,000", 45_000, None, "EUR"), "withdrawn", 40, "Excel. Some SQL.", 49, 0.58),
    ("Principal Engineer", "Stark", "Zürich, Switzerland", "hybrid",
     _pay("CHF 160,000", 160_000, 160_000, "CHF"), "offer", 50, "Lead the platform. Python, Docker.", 71, 0.6),
    ("Junior Analyst", "Acme", "", None, None, "new", 2, "", None, 0.12),
)
# fmt: on


def make_match(title: str, description: str, percent: int | None, coverage: float) -> Match:
    """Return a match told by hand, so that no change of the scoring moves a picture."""
    evidence = tuple(
        Evidence(name, "description", description.find(name), description.find(name) + len(name), need, met)
        for name, need, met in _SKILLS
        if name in description
    )
    if percent is None:
        nothing = tuple(Criterion(name, 0.0, 0.0, said=False) for name in WEIGHTS)
        return Match(
            0,
            "low",
            coverage,
            False,
            (),
            nothing,
            (),
            (),
            (),
            (),
            ("skills",),
            (),
            f"{title} says too little.",
            0,
        )
    criteria = (
        Criterion("skills", percent / 2, 50, True, evidence),
        Criterion("role", 20, 20, True, (), "the role you aim at"),
        Criterion("seniority", 10, 10, True),
        Criterion("place", 10, 10, True),
        Criterion("pay", 6, 10, True, (), "starts 12k under your wish"),
    )
    blockers = (Obstacle("place", "in Paris, France", True),) if percent == 45 else ()
    return Match(
        percent,
        level_of(percent, thin=coverage < THIN_COVERAGE),
        coverage,
        True,
        blockers,
        criteria,
        tuple(one.label for one in evidence if one.met),
        tuple(one.label for one in evidence if not one.met),
        (),
        ("Docker",),
        ("visa", "on-call"),
        (),
        f"{title} asks for what you know.",
        percent,
    )


_SKILLS: tuple[tuple[str, Need, bool], ...] = (
    ("Python", "must", True),
    ("SQL", "must", True),
    ("Airflow", "mentioned", True),
    ("Docker", "must", True),
    ("Kubernetes", "nice", False),
    ("Go", "mentioned", False),
    ("dbt", "mentioned", False),
)


def make_jobs(count: int = len(_JOBS)) -> list[Stored]:
    """Return so many jobs; beyond the twelve hand-made ones they repeat with a number."""
    jobs = []
    for number in range(count):
        title, company, place, mode, pay, status, age, text, percent, coverage = _JOBS[number % len(_JOBS)]
        again = number // len(_JOBS)
        job = Stored(
            id=number + 1,
            title=f"{title} {again + 1}" if again else title,
            company=company,
            place=place,
            work_mode=mode,
            pay=pay,
            status=status,
            posted_on=(NOW - timedelta(days=age)).date(),
            description=text,
            created_at=NOW - timedelta(days=age, hours=number % 7),
            address="" if number % 5 == 4 else f"https://jobs.example.org/{number + 1}",
            source="import" if number % 3 else "feed:greenhouse",
            match=make_match(title, text, percent, coverage),
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
    work_mode: WorkMode | None
    pay: Pay | None
    status: Status
    posted_on: date
    description: str
    created_at: datetime
    address: str
    source: str
    match: Match
    notes: str = ""
    tags: tuple[str, ...] = ()
    favourite: bool = False
    deadline: date | None = None
    applied_at: datetime | None = None
    duplicate_of: int | None = None
    deleted: bool = False

    def row(self) -> JobRow:
        """Return it as a list shows it."""
        match = self.match
        return JobRow(
            id=self.id,
            title=self.title,
            company=self.company,
            place=self.place,
            work_mode=self.work_mode,
            status=self.status,
            match=match.percent if match.scored else None,
            level=match.level if match.scored else None,
            coverage=match.coverage,
            pay=self.pay,
            source=self.source,
            posted_on=self.posted_on,
            deadline=self.deadline,
            favourite=self.favourite,
            possible_duplicate=self.duplicate_of is not None,
            created_at=self.created_at,
            updated_at=self.created_at,
            blocked=match.blocked,
        )


class FakeStore:
    """Pages, changes, history and searches over one list of jobs."""

    def __init__(self, jobs: list[Stored]) -> None:
        self.jobs = jobs
        self.version = 1
        self.acts: list[tuple[BatchView, list[Stored]]] = []
        self.taken_back: list[tuple[BatchView, list[Stored]]] = []
        self.events_of: dict[int, list[EventView]] = {}
        self.kept: dict[str, SearchView] = {}
        self.viewed_ids: list[int] = []
        self.pages_read: list[tuple[int, int]] = []
        self.failing: Exception | None = None
        """What the next read or write raises."""

    def _check(self) -> None:
        if self.failing is not None:
            error, self.failing = self.failing, None
            raise error

    # JobPages

    def _found(self, query: Query, sort: str) -> Sequence[Stored]:
        found = [job for job in self.jobs if not job.deleted and _fits(job, query)]
        keys: dict[str, Callable[[Stored], Any]] = {
            "match": lambda job: match_rank(job.match),
            "title": lambda job: job.title.casefold(),
            "company": lambda job: job.company.casefold(),
            "posted": lambda job: job.posted_on,
            "created": lambda job: job.created_at,
            "updated": lambda job: job.created_at,
            "deadline": lambda job: job.deadline or date.max,
            "pay": lambda job: (job.pay.yearly_maximum or 0.0) if job.pay else 0.0,
            "relevance": lambda job: job.title.casefold(),
        }
        return sorted(found, key=keys[sort.lstrip("-")], reverse=sort.startswith("-"))

    def page(self, query: Query, sort: str, offset: int, limit: int) -> tuple[JobRow, ...]:
        self._check()
        self.pages_read.append((offset, limit))
        return tuple(job.row() for job in self._found(query, sort)[offset : offset + limit])

    def total(self, query: Query) -> int:
        return len(self._found(query, "-created"))

    def rows(self, ids: Sequence[int]) -> tuple[JobRow, ...]:
        return tuple(job.row() for job in self.jobs if job.id in ids and not job.deleted)

    def board(self, query: Query, sort: str, depth: int) -> dict[Status, tuple[int, tuple[JobRow, ...]]]:
        dealt: dict[Status, tuple[int, tuple[JobRow, ...]]] = {}
        for status in STATUSES:
            only = replace(query, filters=(*query.filters, Choice("status", frozenset({status}))))
            dealt[status] = (self.total(only), self.page(only, sort, 0, depth))
        return dealt

    def ids(self, query: Query, sort: str) -> Sequence[int]:
        return [job.id for job in self._found(query, sort)]

    def stored(self, job_id: int) -> Stored:
        for job in self.jobs:
            if job.id == job_id and not job.deleted:
                return job
        raise NotFound("There is no such job", f"number {job_id}")

    def get(self, job_id: int) -> JobDetail:
        job = self.stored(job_id)
        match = job.match
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
        self.taken_back.append((undone, self._now(before)))
        self._put(before)
        return undone

    def redo(self) -> BatchView:
        if not self.taken_back:
            raise NotFound("There is nothing to do again")
        done, after = self.taken_back.pop()
        self.acts.append((done, self._now(after)))
        self._put(after)
        return done

    def _now(self, jobs: Sequence[Stored]) -> list[Stored]:
        return [replace(now) for job in jobs for now in self.jobs if now.id == job.id]

    def _put(self, jobs: Sequence[Stored]) -> None:
        for job in jobs:
            self.jobs[next(at for at, now in enumerate(self.jobs) if now.id == job.id)] = job
        self.version += 1

    # SavedSearches

    def list(self) -> tuple[SearchView, ...]:
        return tuple(self.kept.values())

    def save(self, name: str, query: str, sort: str) -> None:
        self.kept[name] = SearchView(len(self.kept) + 1, name, query, sort)

    def forget(self, name: str) -> None:
        del self.kept[name]


def _fits(job: Stored, query: Query) -> bool:
    words = f"{job.title} {job.company} {job.place} {job.description}".casefold()
    terms = all((term.text.casefold() in words) != term.negated for term in query.terms)
    states = [wanted for wanted in query.filters if isinstance(wanted, Choice) and wanted.field == "status"]
    return terms and all((job.status in wanted.values) != wanted.negated for wanted in states)


class FakeBoardData(BoardData):
    """The board's data over a `FakeStore`."""

    def rounds(self, job_id: int) -> Rounds:
        return Rounds((), (), ())

    def __init__(self, jobs: list[Stored] | None = None, home: Path | None = None) -> None:
        self.store = FakeStore(make_jobs() if jobs is None else jobs)
        folder = home or Path("/nonexistent")
        runtime = SimpleNamespace(
            deep_scores=SimpleNamespace(of=lambda _: None),
            home=Home(folder / "data", folder / "config", folder / "models", folder / "logs"),
            clock=FixedClock(NOW),
            profile=ADA,
            pages=self.store,
            jobs=self.store,
            history=self.store,
            searches=SimpleNamespace(list=self.store.list, save=self.store.save, delete=self.store.forget),
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
        return self.store.stored(job_id).match

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

    def scoring_is_due(self) -> bool:
        """Whatever is told by hand is of the newest rules."""
        return False

    def score_all(self, progress: Callable[[int, int], None], stop: threading.Event) -> int:
        progress(1, len(self.store.jobs))
        while not self.step.wait(0.01) and not stop.is_set():
            pass
        return 1 if stop.is_set() else len(self.store.jobs)


GLANCE = Glance()
