"""Builds the daily statistics: missed days are caught up, days that no longer hold are built again, twice is once.

The statistics of a day follow from what is known now of that day, never from the rows of the day before: so a rebuild
from history gives the same rows as building every day, and the order in which postings came changes nothing.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.database.reader import Reader
from jobcopilot.errors import Cancelled
from jobcopilot.jobs.records import raw
from jobcopilot.market.counting import ALL, Census, Counted
from jobcopilot.market.rates import RateTable
from jobcopilot.market.views import DailyRow, Progress, Query, SkillCount

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

KEPT_DAYS: Final = 400
"""Older days are let go: a year and a month, so that a day can be held against the one of a year before."""
_EPOCH: Final = date(1970, 1, 1)
_SPANS: Final = (
    "SELECT since, until, role_id, places, low, high, currency, skills FROM market_span"
    " WHERE profile_id = ? AND until > ? AND since <= ? AND since < until ORDER BY since"
)
_INSERT: Final = (
    "INSERT INTO market_daily (profile_id, day, role_id, place_id, postings, with_pay, average_minimum,"
    " median_minimum, average_maximum, median_maximum, skills) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

Tell = Callable[[Progress], None]


def number_of(day: date) -> int:
    """Return a date as the tables keep it."""
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    """Return the date that the tables keep as this number."""
    return _EPOCH + timedelta(day)


class Daily:
    """Builds the statistics of one profile; what it builds from is brought up to date before (`upkeep`)."""

    def __init__(self, database: Database, reader: Reader, profile_id: int, rates: RateTable) -> None:
        self._database = database
        self._reader = reader
        self._profile_id = profile_id
        self._rates = rates

    def build(
        self,
        until: int,
        progress: Tell | None = None,
        stop: threading.Event | None = None,
        *,
        anew: bool = False,
    ) -> tuple[int, int]:
        """Build every day to `until` that is missing or no longer holds, or all of them; return days and rows.

        Raises `Cancelled`; whole days are kept.
        """
        with self._reader.connection() as connection:
            first, oldest, version = self._first_day(connection, until, anew=anew)
        days = rows = 0
        for day, found in self._days(first, until) if first <= until else ():
            if stop is not None and stop.is_set():
                raise Cancelled("Building statistics was stopped", hint="The next build goes on from there.")
            self._write(day, found, version, last=day == until)
            days, rows = days + 1, rows + len(found)
            if progress is not None:
                progress(Progress("counting", days, until - first + 1))
        with self._database.writing() as session:
            raw(session).execute(
                "DELETE FROM market_daily WHERE profile_id = ? AND day < ?",
                (self._profile_id, oldest),
            )
        return days, rows

    def build_one(self, day: int) -> int:
        """Build one day again, whatever holds of the others; return its rows."""
        rows = next(found for _, found in self._days(day, day))
        with self._database.writing() as session:
            self._replace(raw(session), day, rows)
        return len(rows)

    def _first_day(self, connection: sqlite3.Connection, until: int, *, anew: bool) -> tuple[int, int, int]:
        """Return the first day to build, the first that has postings and is kept, and the version of what is known."""
        built, stale, stamp, version = connection.execute(
            "SELECT built_until, stale_from, rates, version FROM market_state WHERE profile_id = ?",
            (self._profile_id,),
        ).fetchone()
        (oldest,) = connection.execute(
            "SELECT min(since) FROM market_span WHERE profile_id = ?", (self._profile_id,)
        ).fetchone()
        oldest = max(until - KEPT_DAYS + 1, min(until, oldest if oldest is not None else until))
        if anew or built is None or stamp != self._rates.stamp:
            return oldest, oldest, version
        return max(oldest, min(built + 1, stale if stale is not None else built + 1)), oldest, version

    def _days(self, first: int, until: int) -> Iterator[tuple[int, list[Any]]]:
        """Yield each day with its rows, in order."""
        with self._reader.connection() as connection:
            names = {
                kind: dict(
                    connection.execute("SELECT id, name FROM market_name WHERE kind = ?", (kind,)).fetchall()
                )
                for kind in ("skill", "place")
            }
            census = Census(names["skill"], names["place"].__getitem__)
            leaving: dict[int, list[Counted]] = {}
            rows = connection.execute(_SPANS, (self._profile_id, first, until))
            row = rows.fetchone()
            for day in range(first, until + 1):
                for one in leaving.pop(day, ()):
                    census.go(one)
                coming = []
                while row is not None and row[0] <= day:
                    one = self._counted(row)
                    coming.append(one)
                    if row[1] <= until:
                        leaving.setdefault(row[1], []).append(one)
                    row = rows.fetchone()
                if day == first:
                    census.begin(coming, once=first == until)
                else:
                    for one in coming:
                        census.come(one)
                yield day, list(census.rows())

    def _counted(self, row: tuple[Any, ...]) -> Counted:
        _, _, role, places, low, high, currency, skills = row
        return Counted(
            role,
            _numbers(places),
            self._dollars(low, currency),
            self._dollars(high, currency),
            _numbers(skills),
        )

    def _dollars(self, amount: float | None, currency: str | None) -> int | None:
        found = None if amount is None else self._rates.in_pivot(amount, currency)
        return None if found is None else round(found)

    def _write(self, day: int, rows: list[Any], version: int, *, last: bool) -> None:
        with self._database.writing() as session:
            connection = raw(session)
            self._replace(connection, day, rows)
            # Where somebody read more in the meantime, what they found stale stays so.
            connection.execute(
                "UPDATE market_state SET built_until = max(coalesce(built_until, ?1), ?1), rates = ?2,"
                " stale_from = CASE WHEN version <> ?3 THEN min(coalesce(stale_from, ?4), ?4)"
                "   WHEN ?5 AND built_until <= ?1 THEN NULL ELSE ?4 END"
                " WHERE profile_id = ?6",
                (day, self._rates.stamp, version, day + 1, last, self._profile_id),
            )

    def _replace(self, connection: sqlite3.Connection, day: int, rows: list[Any]) -> None:
        connection.execute(
            "DELETE FROM market_daily WHERE profile_id = ? AND day = ?", (self._profile_id, day)
        )
        connection.executemany(_INSERT, [(self._profile_id, day, *row) for row in rows])


@lru_cache(maxsize=50_000)
def _numbers(parted: str) -> tuple[int, ...]:
    return tuple(map(int, parted.split()))


def read_daily(
    connection: sqlite3.Connection,
    profile_id: int,
    query: Query,
    first: int,
    last: int,
    shown: tuple[str, float],
) -> tuple[DailyRow, ...]:
    """Return the kept statistics of a role and place from one day to another, in order.

    `shown` is the currency and what a dollar is in it.
    """
    currency, factor = shown
    numbers = []
    for kind, name in (("role", query.role), ("place", query.place)):
        found = connection.execute(
            "SELECT id FROM market_name WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        if name and found is None:
            return ()
        numbers.append(found[0] if name else ALL)
    rows = connection.execute(
        "SELECT day, postings, with_pay, skills, average_minimum, median_minimum, average_maximum, median_maximum"
        " FROM market_daily WHERE profile_id = ? AND role_id = ? AND place_id = ?"
        " AND day IN (SELECT value FROM json_each(?)) ORDER BY day",
        (profile_id, *numbers, json.dumps([*range(first, last + 1)])),
    ).fetchall()
    names = dict(connection.execute("SELECT id, name FROM market_name WHERE kind = 'skill'").fetchall())
    kept = []
    for day, postings, with_pay, asked, *pay in rows:
        low, median_low, high, median_high = (None if one is None else round(one * factor) for one in pay)
        pairs = (pair.split(":") for pair in asked.split())
        skills = tuple(SkillCount(names[int(number)], int(n)) for number, n in pairs)
        kept.append(
            DailyRow(
                date_of(day),
                query.role,
                query.place,
                postings,
                with_pay,
                currency,
                low,
                median_low,
                high,
                median_high,
                skills,
            )
        )
    return tuple(kept)
