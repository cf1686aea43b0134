"""The board as one would write it without a database: lists, loops and sorts, to hold the real one against."""

from __future__ import annotations

import random
import re
import sqlite3
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from jobcopilot.clock import FixedClock
from jobcopilot.database.migrate import ensure_current
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.jobs import search_index
from jobcopilot.jobs.conditions import fold
from jobcopilot.jobs.query import Bounds, Choice, Filter, Flag, Named, Query, Term
from jobcopilot.jobs.views import FUNNEL, STATUSES, Statistics
from jobcopilot.paths import Home, find_home

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)
WORDS = (
    "data",
    "engineer",
    "python",
    "senior",
    "remote",
    "team",
    "café",
    "c++",
    "node.js",
    "database",
    "lead",
    "go",
)
COMPANIES = ("Acme GmbH", "Globex", "Initech Ltd.", "Datawerk", "Café Noir")
PLACES = ("Berlin, DE", "Montréal", "Remote (US)", "New York", "")
SKILLS = ("Python", "SQL", "Kubernetes", "C++", "Go")
ALIASES = {"k8s": "kubernetes"}
TAGS = ("dream", "Berlin", "later", "berlin-mitte")
SOURCES = ("manual", "import", "feed:linkedin", "feed:lever")


@dataclass
class ModelJob:
    """One job with everything that a query may ask about."""

    id: int
    profile: int = 1
    title: str = "Engineer"
    company: str = "Acme GmbH"
    place: str = ""
    work_mode: str | None = None
    description: str = ""
    notes: str = ""
    source: str = "manual"
    pay: tuple[float | None, float | None, str] | None = None
    posted: date | None = None
    deadline: date | None = None
    closed: date | None = None
    status: str = "new"
    reached: int = 0
    match: int | None = None
    thin: bool = False
    favourite: bool = False
    duplicate_of: int | None = None
    created: datetime = NOW
    updated: datetime = NOW
    applied: datetime | None = None
    rejected: datetime | None = None
    deleted: bool = False
    skills: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    level: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.match is not None:
            high = self.match >= 70 and not self.thin
            self.level = "high" if high else "medium" if self.match >= 50 else "low"

    @property
    def pay_year(self) -> float | None:
        """The upper end of the pay, or the lower."""
        if self.pay is None:
            return None
        return self.pay[0] if self.pay[1] is None else self.pay[1]

    @property
    def match_rank(self) -> int:
        """The sort key of the match."""
        return 0 if self.match is None else (1 if self.thin else 1001) + self.match


def random_job(draw: random.Random, number: int) -> ModelJob:
    """Make a job that shares most of its values with others."""

    def words(least: int, most: int) -> str:
        return " ".join(draw.choice(WORDS) for _ in range(draw.randint(least, most)))

    def day(spread: int) -> date | None:
        return None if draw.random() < 0.4 else NOW.date() + timedelta(draw.randint(-spread, 5))

    def moment() -> datetime:
        return NOW - timedelta(hours=draw.choice((0, 1, 30, 30, 200, 900)))

    low = draw.choice((60_000.0, 90_000.0, 120_000.0))
    pays = (None, None, (low, low * 1.5, "USD"), (low, None, "EUR"), (None, low, "USD"))
    return ModelJob(
        number,
        profile=1 if draw.random() < 0.9 else 2,
        title=words(1, 3).title(),
        company=draw.choice(COMPANIES),
        place=draw.choice(PLACES),
        work_mode=draw.choice((None, "remote", "hybrid", "onsite")),
        description=words(0, 12),
        notes=words(1, 3) if draw.random() < 0.2 else "",
        source=draw.choice(SOURCES),
        pay=draw.choice(pays),
        posted=day(40),
        deadline=day(10),
        closed=day(6) if draw.random() < 0.3 else None,
        status=draw.choice(("new", "new", "new", *STATUSES)),
        reached=draw.randrange(len(FUNNEL)),
        match=draw.choice((None, 20, 49, 50, 69, 70, 70, 95, 100)),
        thin=draw.random() < 0.3,
        favourite=draw.random() < 0.2,
        duplicate_of=number - 1 if number > 1 and draw.random() < 0.1 else None,
        created=moment(),
        updated=moment(),
        applied=moment() if draw.random() < 0.3 else None,
        rejected=moment() if draw.random() < 0.1 else None,
        deleted=draw.random() < 0.1,
        skills=tuple(draw.sample(SKILLS, draw.randint(0, 3))),
        tags=tuple(draw.sample(TAGS, draw.randint(0, 2))),
    )


# --- into a real database ---------------------------------------------------------------------------------------


def board_database(folder: Path) -> Home:
    """Make a home with a current database and two profiles."""
    home = find_home(folder)
    ensure_current(home)
    connection = connect(home)
    with connection:
        for number, name in ((1, "default"), (2, "other")):
            connection.execute(
                "INSERT INTO profile (id, name, full_name, email, headline, summary, roles, places, licences, remote,"
                " created_at, updated_at) VALUES (?, ?, '', '', '', '', '[]', '[]', '[]', 'any', 0, 0)",
                (number, name),
            )
    connection.close()
    return home


def connect(home: Home) -> sqlite3.Connection:
    """Open a database for writing as the write side does."""
    connection = sqlite3.connect(home.database)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def store(connection: sqlite3.Connection, *jobs: ModelJob) -> None:
    """Write jobs with all that hangs on them, and index them."""
    for job in jobs:
        columns = job_columns(connection, job)
        marks = ", ".join("?" * len(columns))
        connection.execute(f"INSERT INTO job ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))
        connection.execute(
            "INSERT INTO job_text VALUES (?, ?, ?, NULL, '{}')", (job.id, job.description, job.notes)
        )
        connection.execute("INSERT INTO job_score VALUES (?, '[\"Python\"]', '[]', 'Fine.')", (job.id,))
        for skill in job.skills:
            number = _numbered(connection, "skill_name", skill, key=skill.casefold())
            connection.execute("INSERT INTO job_skill VALUES (?, ?)", (number, job.id))
        connection.executemany("INSERT INTO job_tag VALUES (?, ?)", [(tag, job.id) for tag in job.tags])
    search_index.put(connection, [job.id for job in jobs])


def clear(connection: sqlite3.Connection) -> None:
    """Remove all jobs."""
    connection.execute("DELETE FROM job")
    connection.execute("DELETE FROM company")
    connection.execute("DELETE FROM skill_name")


def job_columns(connection: sqlite3.Connection, job: ModelJob) -> dict[str, Any]:
    """Return the row of `job`."""
    low, high, currency = job.pay or (None, None, None)
    company = _numbered(
        connection, "company", job.company, profile=job.profile, key=_company_key(job.company)
    )
    return {
        "id": job.id,
        "profile_id": job.profile,
        "company_id": company,
        "title": job.title,
        "title_key": job.title.casefold(),
        "company": job.company,
        "company_key": _company_key(job.company),
        "place": job.place,
        "work_mode": job.work_mode,
        "address": "",
        "source": job.source,
        "pay_text": "",
        "pay_minimum": low,
        "pay_maximum": high,
        "pay_currency": currency,
        "pay_period": "year" if job.pay else None,
        "pay_known": "stated" if job.pay else None,
        "pay_yearly_minimum": low,
        "pay_yearly_maximum": high,
        "posted_on": job.posted and job.posted.isoformat(),
        "closed_on": job.closed and job.closed.isoformat(),
        "deadline": job.deadline and job.deadline.isoformat(),
        "status": job.status,
        "reached": job.reached,
        "match": job.match,
        "level": job.level,
        "coverage": None if job.match is None else 0.2 if job.thin else 0.9,
        "match_rank": job.match_rank,
        "favourite": job.favourite,
        "rejection_reason": "",
        "duplicate_of": job.duplicate_of,
        "created_at": to_milliseconds(job.created),
        "updated_at": to_milliseconds(job.updated),
        "applied_at": job.applied and to_milliseconds(job.applied),
        "rejected_at": job.rejected and to_milliseconds(job.rejected),
        "deleted_at": 1 if job.deleted else None,
    }


def _numbered(
    connection: sqlite3.Connection, table: str, name: str, *, key: str, profile: int | None = None
) -> int:
    owned = "" if profile is None else f" AND profile_id = {profile}"
    found = connection.execute(f"SELECT id FROM {table} WHERE key = ?{owned}", (key,)).fetchone()
    if found is None:
        columns: str = "name, key"
        values: list[object] = [name, key]
        if profile is not None:
            columns, values = ("name, key, notes, profile_id", [name, key, "", profile])
        marks = ", ".join("?" * len(values))
        added = connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)
        return int(added.lastrowid or 0)
    return int(found[0])


def _company_key(name: str) -> str:
    return fold(name).removesuffix(" gmbh").removesuffix(" ltd")


# --- the same questions, answered by loops ------------------------------------------------------------------------


def passing(jobs: list[ModelJob], query: Query) -> list[ModelJob]:
    """Return the jobs of the first profile that a query has."""
    return [
        job
        for job in jobs
        if job.profile == 1
        and not job.deleted
        and all(_passes(job, item) for item in query.filters)
        and all(_holds(job, term) != term.negated for term in query.terms)
    ]


def ordered(jobs: list[ModelJob], sort: str) -> list[ModelJob]:
    """Sort jobs: unknown values last either way, ties by id."""
    keys: dict[str, Any] = {
        "created": lambda job: job.created,
        "updated": lambda job: job.updated,
        "posted": lambda job: job.posted,
        "match": lambda job: job.match_rank or None,
        "title": lambda job: job.title.casefold(),
        "company": lambda job: _company_key(job.company),
        "pay": lambda job: job.pay_year,
        "deadline": lambda job: job.deadline,
    }
    key, downwards = keys[sort.removeprefix("-")], sort.startswith("-")
    known = sorted((job for job in jobs if key(job) is not None), key=lambda job: (key(job), job.id))
    unknown = sorted((job for job in jobs if key(job) is None), key=lambda job: job.id)
    return (known[::-1] + unknown[::-1]) if downwards else known + unknown


def tokens(text: str) -> list[str]:
    """Part text into words as the index does."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.findall(r"(?:[^\W_]|[+#])+", plain)


def _holds(job: ModelJob, term: Term) -> bool:
    head = [job.title, job.company, job.place, "; ".join(job.skills), "; ".join(job.tags)]
    everything = [*head, job.notes, job.description]
    if term.prefix and len(term.text) <= 3:
        return _in_any(everything, term.text, prefix=False) or _in_any(head, term.text, prefix=True)
    return _in_any(everything, term.text, prefix=term.prefix)


def _in_any(texts: list[str], wanted: str, *, prefix: bool) -> bool:
    return any(_in(text, wanted, prefix=prefix) for text in texts)


def _in(text: str, wanted: str, *, prefix: bool) -> bool:
    words, needle = tokens(text), tokens(wanted)
    for start in range(len(words) - len(needle) + 1):
        part = words[start : start + len(needle)]
        same = part[:-1] == needle[:-1]
        if same and (part[-1].startswith(needle[-1]) if prefix else part[-1] == needle[-1]):
            return True
    return False


def _passes(job: ModelJob, item: Filter) -> bool:
    match item:
        case Choice(field="status"):
            return (job.status in item.values) != item.negated
        case Choice(field="level"):
            return ((job.level or "unknown") in item.values) != item.negated
        case Choice():
            return ((job.work_mode or "unknown") in item.values) != item.negated
        case Named():
            return _is_named(job, item) != item.negated
        case Bounds():
            return _is_within(job, item) != item.negated
        case Flag():
            return _has(job, item.name) == item.wanted


def _is_named(job: ModelJob, item: Named) -> bool:
    match item.field:
        case "title" | "place":
            text = job.title if item.field == "title" else job.place
            last = len(item.names) - 1
            return any(
                _in(text, name, prefix=item.unfinished and place == last and name[-1].isalnum())
                for place, name in enumerate(item.names)
            )
        case "company":
            key = _company_key(job.company)
            return any(fold(name) in key or name.lower() in job.company.lower() for name in item.names)
        case "source":
            return any(name.casefold() in job.source for name in item.names)
        case "skill" | "tag":
            held = [name.casefold() for name in (job.skills if item.field == "skill" else job.tags)]
            wanted = [ALIASES.get(name.casefold(), name.casefold()) for name in item.names]
            return any(
                one == other or (item.unfinished and one.startswith(other))
                for one in held
                for other in wanted
            )


def _is_within(job: ModelJob, item: Bounds) -> bool:
    value: Any = {
        "match": job.match,
        "pay": job.pay_year,
        "posted": job.posted,
        "deadline": job.deadline,
        "created": job.created.date(),
        "updated": job.updated.date(),
        "applied": job.applied and job.applied.date(),
    }[item.field]
    if value is None or (item.currency and (job.pay is None or job.pay[2] != item.currency)):
        return False
    return bool((item.low is None or value >= item.low) and (item.high is None or value <= item.high))


def _has(job: ModelJob, name: str) -> bool:
    return {
        "favourite": job.favourite,
        "duplicate": job.duplicate_of is not None,
        "closed": job.closed is not None and job.closed <= NOW.date(),
        "notes": bool(job.notes),
        "pay": job.pay_year is not None,
        "match": job.match is not None,
        "deadline": job.deadline is not None,
        "posted": job.posted is not None,
        "applied": job.applied is not None,
        "tags": bool(job.tags),
    }[name]


def counted(jobs: list[ModelJob]) -> Statistics:
    """Count the jobs of the first profile anew."""
    live = [job for job in jobs if job.profile == 1 and not job.deleted]
    scored = [job.match for job in live if job.match is not None]
    applied = [job for job in live if job.reached >= 2 or job.applied]
    monday = datetime.combine(NOW.date() - timedelta(NOW.weekday()), time(), UTC)
    weeks = [f"{day.year}-W{day.week:02d}" for day in (job.created.isocalendar() for job in live)]
    sources = sorted({job.source for job in live})
    return Statistics(
        total=len(live),
        average_match=sum(scored) / len(scored) if scored else None,
        by_status={status: sum(job.status == status for job in live) for status in STATUSES},
        by_level={level: sum(job.level == level for job in live) for level in ("high", "medium", "low")},
        by_source={source: sum(job.source == source for job in live) for source in sources},
        by_week={week: weeks.count(week) for week in sorted(set(weeks))},
        funnel={stage: sum(job.reached >= place for job in live) for place, stage in enumerate(FUNNEL)},
        applied_this_week=sum(1 for job in live if job.applied and monday <= job.applied <= NOW),
        answered=sum(1 for job in applied if job.reached >= 3 or job.status == "rejected" or job.rejected),
    )
