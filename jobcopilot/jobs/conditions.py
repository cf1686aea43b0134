"""What a query asks for, as SQL about rows of `job_board`.

A `Condition` says the same thing twice where it can: as a test of one row, and as a list of the jobs that pass it,
so that `pages` may either walk an order and test, or start from the few jobs that the rarest condition leaves.
"""

# ruff: noqa: S608  # made of this file's own names and whole numbers; what a person typed is always a parameter
from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.jobs import search
from jobcopilot.jobs.names import company_ids, skill_ids, source_ids, tags_named
from jobcopilot.jobs.orders import CARRIED, Order
from jobcopilot.jobs.query import UNKNOWN, Bounds, Choice, Filter, Flag, Named, Query
from jobcopilot.jobs.views import (
    BLOCKED_RANK,
    BLOCKED_THIN_RANK,
    CAP,
    FULL_RANK,
    HIGH,
    MEDIUM,
    STATUSES,
    THIN_RANK,
)

_EPOCH: Final = date(1970, 1, 1)
_STATUS_BITS, _MODE_BITS, _FAVOURITE, _DUPLICATE = 7, 24, 32, 64
_MODES: Final = {UNKNOWN: 0, "remote": 8, "hybrid": 16, "onsite": 24}
_THIN, _FULL = THIN_RANK, FULL_RANK
_BLOCKED: Final = (BLOCKED_THIN_RANK, BLOCKED_RANK + 100)
"""All ranks of what is blocked; they hold what the match would be otherwise, see `jobs.match.match_rank`."""
_RANKS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    UNKNOWN: ((0, 0),),
    "low": (_BLOCKED, (_THIN, _THIN + MEDIUM - 1), (_FULL, _FULL + MEDIUM - 1)),
    "medium": ((_THIN + MEDIUM, _THIN + 100), (_FULL + MEDIUM, _FULL + HIGH - 1)),
    "high": ((_FULL + HIGH, _FULL + 100),),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that has to hold, with `{row}` standing for the row of `job_board`.

    `test` looks at one row; `members` selects the ids of all jobs that pass (some of other profiles may be among
    them), or is empty where nothing lists them; `exact` tells that it selects live jobs of this profile only.
    `column` is what the test reads, None where it asks another table; `whole` tells a test that is made as a whole
    before the first row is tested. `by_id` tells members that come in the order of their ids, so that the rows beside
    them are read one after the other, and `by_word` a test that may as soon be asked of one row alone.
    """

    test: str
    values: tuple[Any, ...] = ()
    members: str = ""
    member_values: tuple[Any, ...] = ()
    column: str | None = None
    whole: bool = False
    exact: bool = False
    by_id: bool = False
    by_word: bool = False
    stretches: tuple[str, ...] = ()
    """For a range of an order's column: FROM and WHERE of the parts of that order's index, as `row`."""

    def wide(self, columns: Iterable[str]) -> str:
        """Return the SELECT of some columns that the index holds, for the members of a range."""
        listed = ", ".join(f"row.{column}" for column in columns)
        return " UNION ALL ".join(f"SELECT {listed} {stretch}" for stretch in self.stretches)

    def carried_by(self, order: Order) -> bool:
        """Whether an order's own index answers the test."""
        return self.column in CARRIED or (self.column is not None and self.column == order.column)

    def as_probe(self) -> Condition:
        """The same asked of the index of words for each row alone, which pays where most rows pass."""
        if not self.by_word:
            return self
        return Condition(f"EXISTS ({self.members} AND rowid = {{row}}.id)", self.member_values)

    def as_set(self) -> Condition:
        """The same as a lookup in the set of all members, which pays when many rows are tested."""
        if self.whole:
            return self
        if self.column is not None:
            # Read in the order of ids: a set that is made in another order takes three times as long.
            listed = (
                f"SELECT id FROM job_board AS listed NOT INDEXED WHERE {self.test.replace('{row}', 'listed')}"
            )
            return Condition(f"+{{row}}.id IN ({listed})", self.values, whole=True)
        return (
            Condition(f"+{{row}}.id IN ({self.members})", self.member_values, whole=True)
            if self.members
            else self
        )


@dataclass(frozen=True, slots=True)
class Searcher:
    """Whose jobs are looked at, and by which clock; the zone is asked for only where days matter."""

    profile_id: int
    clock: Clock

    @property
    def today(self) -> date:
        """The person's date."""
        return self.clock.now().astimezone(self.clock.zone()).date()


def conditions(connection: sqlite3.Connection, query: Query, searcher: Searcher) -> tuple[Condition, ...]:
    """Return what has to hold for a job of the query."""
    owner = search.owner_of(connection, searcher.profile_id)
    asked = [_filter(connection, item, searcher, owner) for item in query.filters]
    asked.extend(
        holding(part) if part.wanted else lacking(part) for part in search.found_by(query.terms, owner)
    )
    return tuple(asked)


def holding(part: search.Part) -> Condition:
    """Return the condition that a job holds some words."""
    return Condition(
        f"+{{row}}.id IN ({part.sql})",
        part.values,
        part.sql,
        part.values,
        whole=True,
        exact=True,
        by_id=part.by_id,
        by_word=part.by_word,
    )


def lacking(part: search.Part) -> Condition:
    """Return the condition that it does not."""
    return Condition(f"+{{row}}.id NOT IN ({part.sql})", part.values, whole=True)


def _filter(connection: sqlite3.Connection, item: Filter, searcher: Searcher, owner: str | None) -> Condition:
    match item:
        case Choice():
            return _choice(item, searcher)
        case Named():
            condition = _named(connection, item, searcher, owner)
            return _without(condition) if item.negated else condition
        case Bounds():
            condition = _bounds(item, searcher)
            return _without(condition) if item.negated else condition
        case Flag():
            condition = _flag(item, searcher)
            return condition if item.wanted else _without(condition)


def _without(condition: Condition) -> Condition:
    return Condition(
        f"({condition.test}) IS NOT TRUE", condition.values, column=condition.column, whole=condition.whole
    )


# --- one of a few ---------------------------------------------------------------------------------------------


def _choice(item: Choice, searcher: Searcher) -> Condition:
    if item.field == "status":
        wanted = _numbers(
            code for code, status in enumerate(STATUSES) if (status in item.values) != item.negated
        )
        members = (
            "SELECT id FROM job_board INDEXED BY job_board_by_status "
            f"WHERE profile_id = ? AND facets & {_STATUS_BITS} IN ({wanted})"
        )
        test = f"{{row}}.facets & {_STATUS_BITS} IN ({wanted})"
        return Condition(
            test, members=members, member_values=(searcher.profile_id,), column="facets", exact=True
        )
    if item.field == "remote":
        wanted = _numbers(bits for mode, bits in _MODES.items() if (mode in item.values) != item.negated)
        return Condition(f"{{row}}.facets & {_MODE_BITS} IN ({wanted})", column="facets")
    ranks = [
        bounds
        for level, ranges in _RANKS.items()
        for bounds in ranges
        if (level in item.values) != item.negated
    ]
    return _ranks(ranks, searcher)


def _ranks(ranges: Iterable[tuple[int, int]], searcher: Searcher) -> Condition:
    ranges = list(ranges)
    if not ranges:
        return Condition("0", column="match_rank")
    # One range for the index to seek, the exact ones kept out of its sight: two would make it sort.
    least, most = min(low for low, _ in ranges), max(high for _, high in ranges)
    exact = " OR ".join(f"+{{row}}.match_rank BETWEEN {low} AND {high}" for low, high in ranges)
    test = f"{{row}}.match_rank BETWEEN {least} AND {most} AND ({exact})"
    stretches = tuple(
        "FROM job_board AS row INDEXED BY job_board_by_match "
        f"WHERE row.profile_id = ? AND row.match_rank BETWEEN {low} AND {high}"
        for low, high in ranges
    )
    return _range(test, (), stretches, (searcher.profile_id,) * len(ranges), "match_rank")


def _of_percent(first: int, last: int) -> list[tuple[int, int]]:
    """Return the ranks of matches from `first` to `last` percent, as they are shown."""
    if first > last:
        return []
    ranges = [(base + first, base + last) for base in (_THIN, _FULL)]
    if first <= CAP:
        # All that would be more without what blocks it is shown as the cap.
        most = last if last < CAP else 100
        ranges += [(base + first, base + most) for base in (BLOCKED_THIN_RANK, BLOCKED_RANK)]
    return ranges


def _range(
    test: str, values: tuple[Any, ...], stretches: tuple[str, ...], bound: tuple[Any, ...], column: str
) -> Condition:
    members = " UNION ALL ".join(f"SELECT row.id AS id {stretch}" for stretch in stretches)
    return Condition(test, values, members, bound, column, exact=True, stretches=stretches)


# --- ranges ---------------------------------------------------------------------------------------------------

_BOUND_COLUMNS: Final = {
    "pay": ("pay_year", "job_board_by_pay"),
    "posted": ("posted", "job_board_by_posted"),
    "deadline": ("deadline", "job_board_by_deadline"),
    "created": ("created_at", "job_board_by_created"),
    "updated": ("updated_at", "job_board_by_updated"),
    "applied": ("applied_at", "job_board_by_applied"),
}


def _bounds(item: Bounds, searcher: Searcher) -> Condition:
    low, high = _ends(item, searcher.clock)
    if item.field == "match":
        first, last = max(0, int(low or 0)), 100 if high is None else min(100, int(high))
        return _ranks(_of_percent(first, last), searcher)
    column, index = _BOUND_COLUMNS[item.field]
    parts: list[str] = []
    values: list[float | str] = []
    for sign, end in ((">=", low), ("<=", high)):
        if end is not None:
            parts.append(f"{{row}}.{column} {sign} ?")
            values.append(end)
    if item.currency is not None:
        parts.append("{row}.pay_currency = ?")
        values.append(item.currency)
    test = " AND ".join(parts) or f"{{row}}.{column} IS NOT NULL"
    stretch = f"FROM job_board AS row INDEXED BY {index} WHERE row.profile_id = ? AND {test.replace('{row}', 'row')}"
    bound = (searcher.profile_id, *values)
    if item.field == "applied":
        # Its index holds nothing else: few jobs are ever applied for.
        return Condition(test, tuple(values), f"SELECT row.id AS id {stretch}", bound, column, exact=True)
    return _range(test, tuple(values), (stretch,), bound, column)


def _ends(item: Bounds, clock: Clock) -> tuple[float | None, float | None]:
    """The ends as the columns hold them: a figure, days since 1970, or milliseconds."""
    first = item.low if isinstance(item.low, date) else None
    last = item.high if isinstance(item.high, date) else None
    if first or last:
        if item.field in {"posted", "deadline"}:
            return _day(first), _day(last)
        return (
            None if first is None else _midnight(first, clock.zone()),
            None if last is None else _midnight(last, clock.zone(), days=1) - 1,
        )
    assert not isinstance(item.low, date)
    assert not isinstance(item.high, date)
    return item.low, item.high


def _day(day: date | None) -> int | None:
    return None if day is None else day_number(day)


def day_number(day: date) -> int:
    """Return a day as `job_board` keeps it: days since 1970."""
    return (day - _EPOCH).days


def _midnight(day: date, zone: tzinfo, days: int = 0) -> int:
    """When a day of the person's calendar begins, in milliseconds."""
    try:
        moment = datetime.combine(day + timedelta(days), time(), tzinfo=zone).astimezone(UTC)
    except OverflowError:
        moment = datetime.min.replace(tzinfo=UTC) if day.year < 2000 else datetime.max.replace(tzinfo=UTC)
    return to_milliseconds(moment)


# --- names ----------------------------------------------------------------------------------------------------


def _named(connection: sqlite3.Connection, item: Named, searcher: Searcher, owner: str | None) -> Condition:
    match item.field:
        case "title" | "place":
            part = search.in_headline(item.field, item.names, prefix=item.unfinished, owner=owner)
            return holding(part)
        case "company":
            return _company(connection, item, searcher)
        case "skill":
            skills = list(skill_ids(connection, item))
            wanted = _numbers(skills)
            # The jobs of one skill stand in their table once each, in order.
            one = len(skills) == 1
            members = (
                f"SELECT {'' if one else 'DISTINCT '}job_id AS id FROM job_skill WHERE skill_id IN ({wanted})"
            )
            test = f"EXISTS (SELECT 1 FROM job_skill WHERE skill_id IN ({wanted}) AND job_id = {{row}}.id)"
            return Condition(test, members=members, by_id=one)
        case "tag":
            tags = tags_named(connection, item)
            marks = ", ".join("?" * len(tags))
            members = f"SELECT DISTINCT job_id AS id FROM job_tag WHERE tag IN ({marks})"
            test = f"EXISTS (SELECT 1 FROM job_tag WHERE tag IN ({marks}) AND job_id = {{row}}.id)"
            return Condition(test, tags, members, tags)
        case "source":
            wanted = _numbers(source_ids(connection, item))
            return Condition(f"{{row}}.origin IN ({wanted})", column="origin")


def _company(connection: sqlite3.Connection, item: Named, searcher: Searcher) -> Condition:
    companies = _numbers(company_ids(connection, item, searcher.profile_id))
    members = f"SELECT id FROM job_board INDEXED BY job_board_by_company_id WHERE company_id IN ({companies})"
    return Condition(f"{{row}}.company_id IN ({companies})", members=members, column="company_id", exact=True)


# --- what a job is or has -------------------------------------------------------------------------------------


def _flag(item: Flag, searcher: Searcher) -> Condition:
    match item.name:
        case "favourite" | "duplicate":
            bit = _FAVOURITE if item.name == "favourite" else _DUPLICATE
            members = (
                "SELECT id FROM job_board INDEXED BY job_board_marked "
                f"WHERE profile_id = ? AND facets & 96 <> 0 AND facets & {bit} <> 0"
            )
            return Condition(
                f"{{row}}.facets & {bit} <> 0", (), members, (searcher.profile_id,), "facets", exact=True
            )
        case "closed":
            today = day_number(searcher.today)
            members = (
                "SELECT id FROM job_board INDEXED BY job_board_by_closed WHERE profile_id = ? AND closed <= ?"
            )
            return Condition(
                "{row}.closed <= ?", (today,), members, (searcher.profile_id, today), "closed", exact=True
            )
        case "notes":
            found = "FROM job_text INDEXED BY job_text_with_notes WHERE notes <> ''"
            return Condition(
                f"EXISTS (SELECT 1 {found} AND job_id = {{row}}.id)", members=f"SELECT job_id AS id {found}"
            )
        case "tags":
            return Condition(
                "EXISTS (SELECT 1 FROM job_tag WHERE job_id = {row}.id)",
                members="SELECT DISTINCT job_id AS id FROM job_tag",
            )
        case "match":
            return Condition("{row}.match_rank > 0", column="match_rank")
        case "pay" | "posted" | "deadline" | "applied":
            column = _BOUND_COLUMNS[item.name][0]
            return Condition(f"{{row}}.{column} IS NOT NULL", column=column)


def _numbers(values: Iterable[int]) -> str:
    return ", ".join(str(int(value)) for value in values)


def all_hold(asked: Sequence[Condition], row: str) -> tuple[str, list[Any]]:
    """Return the conditions as one SQL expression about `row`, each led by AND, and their values."""
    sql = "".join(f" AND {condition.test.replace('{row}', row)}" for condition in asked)
    return sql, [value for condition in asked for value in condition.values]
