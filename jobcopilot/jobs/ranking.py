"""The order of a search for words, as `jobs.search` tells it."""

# ruff: noqa: S608  # made of this file's own names only; what a person typed is always a parameter
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from jobcopilot.jobs import search
from jobcopilot.jobs.conditions import Condition, Searcher, all_hold, conditions, holding, lacking
from jobcopilot.jobs.orders import order_of
from jobcopilot.jobs.query import Query
from jobcopilot.jobs.selection import EVERYTHING, Selection

_BY_MATCH: Final = order_of("-match")
_WEIGHTS: Final = ", ".join(str(weight) for weight in search.WEIGHTS)


class Ranking:
    """The jobs of a query that searches for words, the most relevant first, in one state of the database."""

    def __init__(
        self, connection: sqlite3.Connection, query: Query, searcher: Searcher, total: Callable[[], int]
    ) -> None:
        self._connection = connection
        self._query = query
        self._searcher = searcher
        self._total = total
        self._owner = search.owner_of(connection, searcher.profile_id)

    def ids(self, offset: int, limit: int) -> list[int]:
        """Return the ids of `limit` jobs from `offset` on."""
        if not search.is_beginning(self._query.terms):
            (words,) = search.found_by(self._query.terms, self._owner)
            if self._at_most(words, search.EXACT):
                return self._by_weight(words, offset, limit)
        return self._by_place(offset, limit)

    def _at_most(self, part: search.Part, most: int) -> bool:
        counted = self._connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM ({part.sql}) LIMIT {most + 1})", part.values
        )
        return int(counted.fetchone()[0]) <= most

    def _by_weight(self, words: search.Part, offset: int, limit: int) -> list[int]:
        others = conditions(self._connection, replace(self._query, terms=()), self._searcher)
        tests, values = all_hold(others, "b")
        rows = self._connection.execute(
            "SELECT b.id FROM job_search CROSS JOIN job_board AS b ON b.id = job_search.rowid "
            f"WHERE job_search MATCH ? AND b.profile_id = ?{tests} "
            f"ORDER BY bm25(job_search, {_WEIGHTS}), b.match_rank DESC, b.id DESC LIMIT ? OFFSET ?",
            (*words.values, self._searcher.profile_id, *values, limit, offset),
        )
        return [row[0] for row in rows]

    def _by_place(self, offset: int, limit: int) -> list[int]:
        found: list[int] = []
        begin, position = 0, offset
        for tier, count_to_end in self._tiers():
            size = None
            if position > begin:
                # Only a page that begins behind a tier's first job needs to know where the tier ends.
                end = count_to_end()
                if end <= position:
                    begin = end
                    continue
                size = end - begin
            some = tier.ids(
                _BY_MATCH, position - begin, limit - len(found) if limit != EVERYTHING else limit, total=size
            )
            found.extend(some)
            position += len(some)
            if len(found) == limit:
                break
            begin = position
        return found

    def _tiers(self) -> Iterator[tuple[Selection, Callable[[], int]]]:
        """Yield the tiers, and for each how many jobs stand up to its end."""
        titles, heads = search.headlines(self._query.terms, self._owner)
        # Words of the title are words of the job: the whole index is asked only for what the head does not have.
        unwanted = tuple(term for term in self._query.terms if term.negated)
        others = conditions(self._connection, replace(self._query, terms=unwanted), self._searcher)
        in_title, in_head = self._of(*others, holding(titles)), self._of(*others, holding(heads))
        yield in_title, in_title.total
        yield self._of(*others, holding(heads), lacking(titles)), in_head.total
        everything = conditions(self._connection, self._query, self._searcher)
        yield self._of(*everything, lacking(heads)), self._total

    def _of(self, *asked: Condition) -> Selection:
        return Selection(self._connection, self._searcher.profile_id, asked)
