"""The orders in which jobs are listed, each with the index that is already in that order."""

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
    """One order: a column of `job_board`, its index, and which rows have no value and come last either way."""

    column: str
    index: str
    descending: bool = False
    unknown: str | None = None
    known: str | None = None

    def ordered(self, row: str, *, backwards: bool = False) -> str:
        """Return the ORDER BY within those that have a value, or those that have none; ties go by id."""
        way = "DESC" if self.descending != backwards else "ASC"
        return f"{row}.{self.column} {way}, {row}.id {way}"

    def ordered_whole(self, row: str) -> str:
        """Return the ORDER BY of all rows at once."""
        last = f"{row}.{self.unknown}, " if self.unknown else ""
        return last + self.ordered(row)

    def segments(self) -> tuple[str, ...]:
        """Return the tests that part the order into stretches that its index walks: known values, then unknown."""
        return (self.known, self.unknown) if self.known and self.unknown else ("profile_id IS NOT NULL",)


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
    if field in _NULLABLE:
        unknown, known = f"{column} IS NULL", f"{column} IS NOT NULL"
    elif field == "match":
        unknown, known = "match_rank = 0", "match_rank > 0"
    return Order(column, f"job_board_by_{field}", sort.startswith("-"), unknown, known)
