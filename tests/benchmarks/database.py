"""A database of made-up postings for the benchmarks, built once for each size."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from time import time as time_now
from typing import Final

from jobcopilot.database.migrate import ensure_current
from jobcopilot.jobs import search_index
from jobcopilot.paths import Home, find_home
from tests.benchmarks.postings import LATEST, Posting, postings

PROFILE: Final = 1
NOW: Final = datetime.combine(LATEST, time(12), UTC)
_VERSION: Final = 1
"""Raised when the built databases of an earlier run are no longer right."""
_STATUSES: Final = (
    "new",
    "interested",
    "applied",
    "interviewed",
    "offer",
    "accepted",
    "rejected",
    "withdrawn",
)
_SHARES: Final = (880, 50, 35, 10, 2, 1, 17, 5)
_REACHED: Final = {
    "interested": 1,
    "applied": 2,
    "interviewed": 3,
    "offer": 4,
    "accepted": 5,
    "rejected": 2,
    "withdrawn": 1,
}
_TAGS: Final = ("dream", "berlin", "remote", "referral", "later", "startup", "visa", "interesting")


def board_home(jobs: int) -> Home:
    """Return a home whose database holds `jobs` jobs of profile 1, building it where it is not there yet."""
    folder = Path(tempfile.gettempdir())
    root = folder / f"jobcopilot-benchmark-{_VERSION}-{_schema()}-{jobs}"
    if not root.exists():
        _forget_older(folder)
        made = Path(tempfile.mkdtemp(prefix="jobcopilot-benchmark-", dir=folder))
        home = find_home(made)
        ensure_current(home)
        build(home.database, jobs)
        try:
            made.rename(root)
        except OSError:
            # Another run was faster.
            shutil.rmtree(made)
    return find_home(root)


def _forget_older(folder: Path) -> None:
    """Remove databases of earlier schemas that nobody used today."""
    for old in folder.glob("jobcopilot-benchmark-*"):
        if time_now() - old.stat().st_mtime > 86_400:
            shutil.rmtree(old, ignore_errors=True)


def _schema() -> str:
    """What changes when the schema does."""
    import hashlib

    from jobcopilot.database import migrations

    content = b"".join(file.read_bytes() for file in sorted(Path(migrations.__path__[0]).rglob("*.py")))
    return hashlib.sha256(content).hexdigest()[:8]


def build(file: Path, jobs: int) -> None:
    """Fill a new database with `jobs` jobs as a person would have them after a long search."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -64000")
    _Filling(connection).run(jobs)
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class _Filling:
    """One run of bulk inserts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.draw = random.Random(7)
        self.companies: dict[str, int] = {}
        self.skills: dict[str, int] = {}

    def run(self, jobs: int) -> None:
        self.connection.execute(
            "INSERT INTO profile (id, name, full_name, email, headline, summary, roles, places, licences, remote, "
            "created_at, updated_at) VALUES (?, 'default', '', '', '', '', '[]', '[]', '[]', 'any', 0, 0)",
            (PROFILE,),
        )
        numbered = enumerate(postings(jobs), start=1)
        while chunk := list(islice(numbered, 2_000)):
            self.connection.execute("BEGIN")
            self._write(chunk, jobs)
            search_index.put(self.connection, [number for number, _ in chunk])
            self.connection.execute("COMMIT")

    def _write(self, chunk: list[tuple[int, Posting]], jobs: int) -> None:
        rows: list[tuple[object, ...]] = []
        texts: list[tuple[object, ...]] = []
        scores: list[tuple[object, ...]] = []
        skills: list[tuple[int, int]] = []
        tags: list[tuple[str, int]] = []
        for number, posting in chunk:
            rows.append(self._job(number, posting, jobs))
            notes = f"Ask about {posting.skills[0]}." if posting.skills and self.draw.random() < 0.03 else ""
            texts.append((number, posting.description, notes, None, "{}"))
            matched = json.dumps(posting.skills[:3])
            scores.append(
                (number, matched, json.dumps(posting.skills[3:]), "Good match in skills and place.")
            )
            skills.extend((self._number("skill_name", skill), number) for skill in posting.skills)
            if self.draw.random() < 0.06:
                tags.extend((tag, number) for tag in self.draw.sample(_TAGS, self.draw.randint(1, 3)))
        many = self.connection.executemany
        many(f"INSERT INTO job ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})", rows)
        many("INSERT INTO job_text VALUES (?, ?, ?, ?, ?)", texts)
        many("INSERT INTO job_score VALUES (?, ?, ?, ?)", scores)
        many("INSERT INTO job_skill VALUES (?, ?)", skills)
        many("INSERT INTO job_tag VALUES (?, ?)", tags)

    def _number(self, table: str, name: str) -> int:
        known = self.companies if table == "company" else self.skills
        if name not in known:
            known[name] = len(known) + 1
            if table == "company":
                values: tuple[object, ...] = (known[name], PROFILE, name, name.lower(), "")
                self.connection.execute("INSERT INTO company VALUES (?, ?, ?, ?, ?)", values)
            else:
                self.connection.execute(
                    "INSERT INTO skill_name VALUES (?, ?, ?)", (known[name], name, name.lower())
                )
        return known[name]

    def _job(self, number: int, posting: Posting, jobs: int) -> tuple[object, ...]:
        draw = self.draw
        status = draw.choices(_STATUSES, _SHARES)[0]
        reached = _REACHED.get(status, 0) + (status == "rejected" and draw.random() < 0.3)
        created = NOW - timedelta(minutes=(jobs - number) * 525_600 * 0.9 / jobs)
        applied = created + timedelta(days=draw.uniform(0, 20)) if reached >= 2 else None
        match = None if draw.random() < 0.05 else min(100, max(0, round(draw.gauss(48, 18))))
        thin = draw.random() < 0.15
        level = None if match is None else _level(match, thin=thin)
        rank = 0 if match is None else (1 if thin else 1001) + match
        low, high, currency = posting.pay or (None, None, None)
        text = "" if low is None else f"{currency} {low:,.0f} - {high:,.0f} a year"
        return (
            number, PROFILE, self._number("company", posting.company), posting.title, posting.title.casefold(),
            posting.company, posting.company.casefold(), posting.place, posting.work_mode, posting.address,
            posting.address.removeprefix("https://"), posting.source, posting.source_id, text, low, high, currency,
            "year" if low else None, "parsed" if low else None, low, high, _iso(posting.posted_on), None,
            _iso(posting.deadline), status, reached, match, level, 0.3 if thin else 0.8, rank,
            draw.random() < 0.02, "", draw.randint(1, number - 1) if number > 1 and draw.random() < 0.01 else None,
            _ms(created), _ms(created + timedelta(hours=draw.expovariate(1 / 48))), None, _ms(applied),
            _ms(applied + timedelta(days=9)) if applied and status == "rejected" else None, None,
        )  # fmt: skip


_COLUMNS: Final = (
    "id", "profile_id", "company_id", "title", "title_key", "company", "company_key", "place", "work_mode", "address",
    "address_key", "source", "source_id", "pay_text", "pay_minimum", "pay_maximum", "pay_currency", "pay_period",
    "pay_known", "pay_yearly_minimum", "pay_yearly_maximum", "posted_on", "closed_on", "deadline", "status", "reached",
    "match", "level", "coverage", "match_rank", "favourite", "rejection_reason", "duplicate_of", "created_at",
    "updated_at", "viewed_at", "applied_at", "rejected_at", "deleted_at",
)  # fmt: skip


def _level(match: int, *, thin: bool) -> str:
    if match >= 70 and not thin:
        return "high"
    return "medium" if match >= 50 else "low"


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def texts(jobs: int) -> Iterator[str]:
    """The descriptions alone, to draw search words from."""
    return (posting.description for posting in postings(jobs))
