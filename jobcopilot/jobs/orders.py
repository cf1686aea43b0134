"""The orders in which jobs are listed, each with the index that is already in that order."""

# ruff: noqa: S608  # made of this file's own names only
from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jobcopilot.errors import UsageError
from jobcopilot.jobs.views import SORT_FIELDS

RELEVANCE: Final = "relevance"
CARRIED: Final = (
    "facets", "pay_year", "pay_currency", "posted", "deadline", "closed", "created_at", "applied_at", "company_id",
    "origin",
)  # fmt: skip
"""Columns of `job_board` that every order's index holds; see the migration."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order: a column of `job_board`, its index, and which rows have no value (they come last either way)."""

    column: str
    index: str
    descending: bool = False
    unknown: str | None = None
    known: str | None = None

    def walk(self, columns: str, where: str, *, backwards: bool = False, most: int = -1) -> str:
        """Return the SELECT that walks the order's index over rows called `row`; ties go by id.

        `where` holds a `?` for the profile and stands as often as there are `stretches`; `most` bounds the rows.
        """
        way = "DESC" if self.descending != backwards else "ASC"
        walks = [
            f"SELECT {columns} FROM job_board AS row INDEXED BY {self.index} WHERE row.profile_id = ?{where}{stretch} "
            f"ORDER BY row.{self.column} {way}, row.id {way} LIMIT {most}"
            for stretch in self._stretches()
        ]
        if len(walks) == 1:
            return walks[0]
        # A union that keeps duplicates yields its parts one after the other, each in its order.
        # The bound is one for all: behind a stretch that it cuts off, the next one has no place.
        whole = " UNION ALL ".join(
            f"SELECT * FROM ({walk})" for walk in (walks[::-1] if backwards else walks)
        )
        return f"{whole} LIMIT {most}"

    @property
    def stretches(self) -> int:
        """How many stretches of the index make the order."""
        return len(self._stretches())

    def _stretches(self) -> tuple[str, ...]:
        # Nothing is the smallest value, so downwards the index has it last by itself.
        if self.unknown is None or self.descending:
            return ("",)
        return f" AND row.{self.known}", f" AND row.{self.unknown}"

    def ordered(self, row: str) -> str:
        """Return the ORDER BY for rows that come in no order."""
        way = "DESC" if self.descending else "ASC"
        last = f"{row}.{self.unknown}, " if self.unknown and not self.descending else ""
        return f"{last}{row}.{self.column} {way}, {row}.id {way}"


_COLUMNS: Final = {
    "created": "created_at",
    "updated": "updated_at",
    "posted": "posted",
    "match": "match_rank",
    "title": "title_key",
    "company": "company_key",
    "pay": "pay_year",
    "deadline": "deadline",
}
_NULLABLE: Final = frozenset({"posted", "pay", "deadline"})


def order_of(sort: str) -> Order:
    """Return the order for `match`, `-match` and so on. Raises `UsageError` for a field that cannot be sorted by."""
    field = sort.removeprefix("-")
    if field not in _COLUMNS:
        raise UsageError(
            f"Jobs cannot be sorted by {field}",
            "",
            f"Sort by {', '.join(SORT_FIELDS)} or {RELEVANCE}; a minus before it sorts downwards.",
        )
    column = _COLUMNS[field]
    unknown = known = None
    if field == "match":
        unknown, known = "match_rank = 0", "match_rank > 0"
    elif field in _NULLABLE:
        unknown, known = f"{column} IS NULL", f"{column} IS NOT NULL"
    return Order(column, f"job_board_by_{field}", sort.startswith("-"), unknown, known)
