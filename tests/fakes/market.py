"""A home whose postings are written as polls leave them, and titles and places read by a small vocabulary."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jobcopilot.clock import FixedClock
from jobcopilot.jobs.dedupe import company_key, title_key
from jobcopilot.jobs.facts import Facts, SkillFact, to_json
from jobcopilot.market.groups import Vocabulary
from jobcopilot.market.market import Market
from jobcopilot.paths import find_home
from jobcopilot.reading.places import WorkMode
from jobcopilot.runtime import Runtime

DAY = 86_400_000
START = 20_600
"""The day on which histories begin, counted since 1970."""


@dataclass(frozen=True)
class Title:
    family: str | None
    seniority: str | None = None
    management: bool = False


@dataclass(frozen=True)
class Spot:
    country: str | None
    region: str | None = None
    city: str | None = None


@dataclass(frozen=True)
class Field:
    places: tuple[Spot, ...] = ()
    remote: WorkMode | None = None
    scope: tuple[str, ...] = ()


def _read_place(text: str, *, work_mode: WorkMode | None = None) -> Field:
    """Read "City, Region, CC; City, Region, CC" and "remote CC"; anything else is unknown."""
    if text.startswith("remote"):
        return Field(remote="remote", scope=tuple(text.split()[1:]))
    spots = []
    for part in filter(None, text.split("; ")):
        *within, country = part.split(", ")
        city = within[0] if within else None
        region = within[1] if len(within) > 1 else None
        spots.append(Spot(country if len(country) == 2 else None, region, city))
    return Field(tuple(spots), remote=work_mode)


WORDS = Vocabulary(
    lambda title: Title(title.removeprefix("Senior ") if "Engineer" in title else None), _read_place
)


@dataclass
class Town:
    """One profile with its sources and postings."""

    runtime: Runtime
    clock: FixedClock
    profile_name: str = "default"
    _next: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**9)))

    @cached_property
    def profile(self) -> Any:
        return self.runtime.profiles.get(self.profile_name)

    def market(self, words: Vocabulary = WORDS) -> Market:
        """Return a market that remembers nothing, and reads with these words."""
        return Market(
            lambda: self.runtime.database,
            self.runtime.reader,
            self.profile,
            self.clock,
            self.runtime.home.data,
            words=words,
        )

    def today(self, day: int, hour: int = 12) -> None:
        self.clock.moment = datetime.fromtimestamp((START + day) * 86_400 + hour * 3600, UTC)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.runtime.home.database)) as connection, connection:
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection

    def source(
        self, board: str, polled: Sequence[int] = (), outcome: str = "fine", feed: str = "lever"
    ) -> int:
        """Add a source, polled at noon of some days."""
        with self.writing() as connection:
            number = connection.execute(
                "INSERT INTO source (profile_id, feed, board, address, enabled, added_at, health, note, failures,"
                " etag, last_modified) VALUES (?, ?, ?, '', 1, 0, 'fine', '', 0, '', '')",
                (self.profile.id, feed, board),
            ).lastrowid
            assert number is not None
            self._polls(connection, number, polled, outcome)
        return number

    def poll(self, source: int, *days: int, outcome: str = "fine") -> None:
        with self.writing() as connection:
            self._polls(connection, source, days, outcome)

    def _polls(self, connection: sqlite3.Connection, source: int, days: Sequence[int], outcome: str) -> None:
        connection.executemany(
            "INSERT INTO poll (source_id, at, seconds, outcome, whole, found, new, changed, closed, reposted,"
            " rejected, pages, message) VALUES (?, ?, 1, ?, 1, 0, 0, 0, 0, 0, 0, 1, '')",
            [(source, (START + day) * DAY + DAY // 2, outcome) for day in days],
        )

    def posting(
        self,
        source: int,
        day: int,
        title: str = "Data Engineer",
        place: str = "Berlin, Berlin, DE",
        pay: tuple[float | None, float | None] | None = None,
        *,
        currency: str = "USD",
        period: str | None = "year",
        must: Sequence[str] = (),
        skills: Sequence[str] = (),
        company: str = "Acme",
        address_key: str | None = None,
        closed: int | None = None,
        key: str | None = None,
        repost_of: int | None = None,
        places: Sequence[str] = (),
    ) -> int:
        """Add a posting that was seen on a day, and perhaps closed on another one."""
        low, high = pay or (None, None)
        facts = Facts(
            (
                *(SkillFact(name, "must", 0, 1) for name in must),
                *(SkillFact(name, "nice", 0, 1) for name in skills),
            )
        )
        seen = (START + day) * DAY + DAY // 2
        gone = None if closed is None else (START + closed) * DAY + DAY // 2
        row = {
            "profile_id": self.profile.id, "source_id": source, "key": key or f"key {next(self._next)}", "title": title,
            "title_key": title_key(title), "company": company, "company_key": company_key(company), "place": place,
            "places": json.dumps([*places]), "address": "", "address_key": address_key, "tags": "[]",
            "skills": json.dumps([*must, *skills]), "pay_text": "", "pay_minimum": low, "pay_maximum": high,
            "pay_currency": currency if pay else None, "pay_period": period if pay else None, "first_seen_at": seen,
            "last_seen_at": seen, "missed": 0, "closed_at": gone, "reposts": 0, "digest": "", "match_rank": 0,
            "updated_at": self._now(), "repost_of": repost_of,
        }  # fmt: skip
        with self.writing() as connection:
            number = connection.execute(
                f"INSERT INTO posting ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                tuple(row.values()),
            ).lastrowid
            assert number is not None
            connection.execute(
                "INSERT INTO posting_text (posting_id, description, facts, reasons) VALUES (?, '', ?, '[]')",
                (number, to_json(facts)),
            )
        return number

    def _now(self) -> int:
        return int(self.clock.moment.timestamp() * 1000) + next(self._next) % 1000

    def change(self, posting: int, **columns: Any) -> None:
        """Change a posting without an entry in its history."""
        with self.writing() as connection:
            connection.execute(
                f"UPDATE posting SET {', '.join(f'{name} = ?' for name in columns)}, updated_at = ? WHERE id = ?",
                (*columns.values(), self._now(), posting),
            )

    def event(self, posting: int, day: int, action: str, before: dict[str, Any], **columns: Any) -> None:
        """Change a posting on a day, with an entry in its history."""
        with self.writing() as connection:
            connection.execute(
                'INSERT INTO posting_event (posting_id, at, action, "before", "after") VALUES (?, ?, ?, ?, ?)',
                (posting, (START + day) * DAY + DAY // 2, action, json.dumps(before), "{}"),
            )
        self.change(posting, **columns)

    def close(self, posting: int, day: int) -> None:
        self.change(posting, closed_at=(START + day) * DAY + DAY // 2)

    def repost(self, posting: int, day: int) -> None:
        """Let a closed posting come back."""
        with self.writing() as connection:
            (closed,) = connection.execute(
                "SELECT closed_at FROM posting WHERE id = ?", (posting,)
            ).fetchone()
        self.event(posting, day, "reposted", {"closed_at": closed}, closed_at=None, reposts=1)

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the statistics that are kept, with names, in an order of their own."""
        with self.writing() as connection:
            names = dict(connection.execute("SELECT id, name FROM market_name").fetchall()) | {0: ""}
            kept = connection.execute(
                "SELECT day, role_id, place_id, postings, with_pay, average_minimum, median_minimum,"
                " average_maximum, median_maximum, skills FROM market_daily WHERE profile_id = ?",
                (self.profile.id,),
            ).fetchall()
        found = []
        for day, role, place, *figures, skills in kept:
            asked = tuple(
                (names[int(number)], int(n)) for number, n in (pair.split(":") for pair in skills.split())
            )
            found.append((day - START, names[role], names[place], *figures, asked))
        return sorted(found)


def new_town(folder: Path) -> Town:
    """Return an empty home of its own."""
    clock = FixedClock(datetime.fromtimestamp(START * 86_400, UTC))
    runtime = Runtime(find_home(folder), clock=clock)
    runtime.open()
    return Town(runtime, clock)


def another(town: Town, name: str) -> Town:
    """Return another profile in the same home, with nothing in it."""
    town.runtime.profiles.create(name)
    return Town(town.runtime, town.clock, name)
