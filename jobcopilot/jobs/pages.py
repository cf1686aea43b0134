"""Lists, searches, totals and single jobs of one profile, read in milliseconds from 100,000."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from jobcopilot.clock import Clock
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.jobs.conditions import Searcher, conditions
from jobcopilot.jobs.orders import RELEVANCE, order_of
from jobcopilot.jobs.page_rows import job_details, job_rows
from jobcopilot.jobs.query import Choice, Query
from jobcopilot.jobs.ranking import Ranking
from jobcopilot.jobs.selection import EVERYTHING, Selection
from jobcopilot.jobs.views import STATUSES, JobDetail, JobRow, Status

_REMEMBERED = 32


class _Total(NamedTuple):
    """A count, and the state of the database as one connection saw it."""

    connection: sqlite3.Connection
    version: int
    total: int


class JobPages:
    """What lists and searches of one profile show. Deleted jobs are nowhere in it."""

    def __init__(self, reader: Reader, profile_id: int, clock: Clock) -> None:
        self._reader = reader
        self._profile_id = profile_id
        self._clock = clock
        self._searcher = Searcher(profile_id, clock)
        self._totals: dict[tuple[object, ...], _Total] = {}

    def page(self, query: Query, sort: str, offset: int, limit: int) -> tuple[JobRow, ...]:
        """Return some jobs of a query.

        `sort` is one of `SORT_FIELDS`, downwards with a minus before it, or `relevance` (the best match first where no
        words are searched). Jobs without a value come last in both directions; ties go by id. Raises `UsageError`
        for another `sort`.
        """
        with self._reader.connection() as connection:
            ids = self._ids(connection, query, sort, max(0, offset), max(0, limit))
            return job_rows(connection, self._profile_id, ids)

    def total(self, query: Query) -> int:
        """Return how many jobs a query has."""
        with self._reader.connection() as connection:
            return self._total(connection, query)

    def ids(self, query: Query, sort: str) -> list[int]:
        """Return the ids of all jobs of a query, in order."""
        with self._reader.connection() as connection:
            return self._ids(connection, query, sort, 0, EVERYTHING)

    def iterate(self, query: Query, sort: str, chunk: int = 200) -> Iterator[JobDetail]:
        """Yield everything about all jobs of a query, `chunk` at a time; what is deleted meanwhile is left out."""
        ids = self.ids(query, sort)
        for start in range(0, len(ids), chunk):
            with self._reader.connection() as connection:
                details = job_details(connection, self._profile_id, ids[start : start + chunk])
            yield from details

    def get(self, job_id: int) -> JobDetail:
        """Return everything about one job. Raises `NotFound`."""
        with self._reader.connection() as connection:
            found = job_details(connection, self._profile_id, [job_id])
        if not found:
            raise NotFound(f"There is no job {job_id}", "", "List the jobs to see their numbers.")
        return found[0]

    def rows(self, ids: list[int]) -> tuple[JobRow, ...]:
        """Return what a list shows of some jobs, in their order; those that are gone are left out."""
        with self._reader.connection() as connection:
            return job_rows(connection, self._profile_id, ids)

    def board(
        self, query: Query, sort: str, limit_per_status: int
    ) -> dict[Status, tuple[int, tuple[JobRow, ...]]]:
        """Return the columns of the kanban board: how many jobs each holds, and its first ones."""
        columns: dict[Status, tuple[int, tuple[JobRow, ...]]] = {}
        with self._reader.connection() as connection:
            asked = conditions(connection, query, self._searcher)
            counts = Selection(connection, self._profile_id, asked).by_status()
            for status in STATUSES:
                ids: list[int] = []
                if counts[status]:
                    column = Choice("status", frozenset({status}))
                    narrowed = replace(query, filters=(*query.filters, column))
                    ids = self._ids(connection, narrowed, sort, 0, limit_per_status)
                columns[status] = counts[status], job_rows(connection, self._profile_id, ids)
        return columns

    # --- one connection, one state of the database ------------------------------------------------------------

    def _ids(
        self, connection: sqlite3.Connection, query: Query, sort: str, offset: int, limit: int
    ) -> list[int]:
        if limit == 0:
            return []
        searcher = self._searcher
        if sort == RELEVANCE and query.ranked:
            ranking = Ranking(connection, query, searcher, lambda: self._total(connection, query))
            return ranking.ids(offset, limit)
        order = order_of("-match" if sort == RELEVANCE else sort)
        selection = Selection(connection, searcher.profile_id, conditions(connection, query, searcher))
        return selection.ids(order, offset, limit, total=lambda: self._total(connection, query))

    def _total(self, connection: sqlite3.Connection, query: Query) -> int:
        """Count, or remember what was counted in this very state of the database."""
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        # "Closed" may change at midnight, which is at a quarter of an hour in every zone.
        quarter = int(self._clock.now().timestamp() // 900)
        key = (query.terms, query.filters, quarter)
        known = self._totals.get(key)
        if known is not None and known.connection is connection and known.version == version:
            return known.total
        asked = conditions(connection, query, self._searcher)
        total = Selection(connection, self._profile_id, asked).total()
        if len(self._totals) >= _REMEMBERED:
            self._totals.clear()
        self._totals[key] = _Total(connection, version, total)
        return total
