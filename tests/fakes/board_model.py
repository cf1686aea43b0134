"""The board as one would write it without a database: lists, loops and sorts, to hold the real one against."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from jobcopilot.clock import FixedClock
from jobcopilot.database.migrate import ensure_current
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.jobs import search_index
from jobcopilot.jobs.names import fold
from jobcopilot.jobs.views import FUNNEL, STATUSES
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
    uncapped: int | None = None
    """What the match would be if nothing firm stood in the way; None where nothing does."""
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
        if self.uncapped is not None:
            self.match = min(self.uncapped, 49)
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
        if self.match is None:
            return 0
        if self.uncapped is not None:
            return (1 if self.thin else 201) + self.uncapped
        return (501 if self.thin else 1001) + self.match


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
        uncapped=draw.choice((None, None, None, 20, 48, 49, 50, 81, 100)),
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
    company = _numbered(connection, "company", job.company, profile=job.profile, key=company_key(job.company))
    return {
        "id": job.id,
        "profile_id": job.profile,
        "company_id": company,
        "title": job.title,
        "title_key": job.title.casefold(),
        "company": job.company,
        "company_key": company_key(job.company),
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


def company_key(name: str) -> str:
    """Return the key of a company of the model."""
    return fold(name).removesuffix(" gmbh").removesuffix(" ltd")
