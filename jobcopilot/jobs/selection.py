"""Which jobs pass, in which order: the cheapest of several ways to find a page among 100,000.

* Near the start of an order: walk its index and test row by row; further than `PATIENCE` only where enough turn up.
* Few pass one of the conditions (`FEW`): start from those, test the rest, sort what is left; more may be in a range
  whose index holds all that is asked.
* Words that most jobs hold: near the start, ask the index of words row by row; else make a set of all that hold them.
* Few pass all of them: read the narrow table once from end to end, keep the best.
* Deep inside: walk the index from the nearer end; where that is far, costly conditions are made into sets first.

Measured on 100,000 jobs: a step of a walk takes 0.05 µs, a look at a row that is not in the index 0.6 µs, or 0.15 µs
where rows are looked up in the order of their ids, reading the whole table 4 ms, making a set 0.1 µs for each member
and looking into it 0.15 µs.
"""

# ruff: noqa: S608  # made of this file's own names only; what a person typed is always a parameter
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from jobcopilot.jobs.conditions import Condition, all_hold
from jobcopilot.jobs.orders import CARRIED, Order
from jobcopilot.jobs.views import STATUSES, Status

EVERYTHING: Final = -1
"""A limit that is none."""
FEW: Final = 6_000
SHALLOW: Final = 1_000
"""Offsets up to here are walked to without counting first."""
PATIENCE: Final = 400.0
"""Microseconds of walking after which another way is considered."""
FAR: Final = 15_000
"""Rows of a walk from which on sets pay."""
LONG, LONG_TO_SORT = 30_000, 12_000
"""Jobs of a range that are read to find the first ones, or sorted to find later ones."""
SAMPLE: Final = 16
"""Rows that tell how many hold some words."""
PROBE, MEMBER = 40.0, 0.2
"""Microseconds: to ask whether one job holds some words, and each member of the set of those that do."""
STEP, LOOK, NEXT, ASK, RANGED, SORT, WHOLE_TABLE = 0.06, 0.6, 0.16, 0.4, 0.12, 0.6, 8_000.0
"""Microseconds: a step of a walk, a look at a row elsewhere, the same in the order of ids, a question to another
table, a job of a range, a job that is sorted to find later ones, reading the whole table."""


class Selection:
    """The jobs of one profile that pass some conditions, in one state of the database."""

    def __init__(self, connection: sqlite3.Connection, profile_id: int, asked: Sequence[Condition]) -> None:
        self._connection = connection
        self._profile_id = profile_id
        self._asked = tuple(asked)
        self._has_set = any(condition.whole for condition in self._asked)
        self._has_column = any(condition.column is not None for condition in self._asked)

    def ids(
        self, order: Order, offset: int, limit: int, *, total: int | Callable[[], int] | None = None
    ) -> list[int]:
        """Return the ids of `limit` jobs from `offset` on, in an order; `total` is or knows how many there are."""
        near = limit != EVERYTHING and offset + limit <= SHALLOW
        patient, sorting, count = WHOLE_TABLE, 0.0, 0
        if near and not self._has_set:
            rows = max(1, int(PATIENCE / self._step(order)))
            found = self._glanced(order, offset + limit, rows)
            if len(found) == offset + limit or self._everyone() <= rows:
                return found[offset:]
            patient = PATIENCE * (offset + limit) / max(1, len(found))
        elif not near and limit != EVERYTHING:
            count = total if isinstance(total, int) else self.total() if total is None else total()
            limit = min(limit, count - offset)
            if limit <= 0:
                return []
            if (last := self._last_ones(order, count - offset - limit, limit)) is not None:
                return last
            patient, sorting = self._patience_behind(order, offset, limit, count), SORT * count
        (few, cost), (ranged, size) = self._shortest(order.column, LONG if near else LONG_TO_SORT, order)
        if ranged is not None and size * RANGED + sorting < (patient if few is None else min(patient, cost)):
            return self._sorted(self._stretched(ranged, order.column), order, offset, limit)
        if few is not None and cost + sorting < patient:
            return self._sorted(self._joined(few), order, offset, limit)
        if near:
            if self._has_set and (first := self._probed(order, offset + limit)) is not None:
                return first[offset:]
            if self._has_set or patient < WHOLE_TABLE or not self._has_column:
                return self._walked(order, offset, limit, far=patient > WHOLE_TABLE)
            return self._sorted(self._table(), order, offset, limit)
        return self._deep(order, offset, limit, count)

    def total(self) -> int:
        """Return how many jobs pass."""
        if not self._asked:
            return self._everyone()
        first = self._asked[0]
        if len(self._asked) == 1 and first.members and first.exact:
            return self._all(f"SELECT count(*) FROM ({first.members})", first.member_values)[0]
        start, values = self._rows()
        return self._all(f"SELECT count(*) {start}", values)[0]

    def by_status(self) -> dict[Status, int]:
        """Return how many of the jobs that pass are at each status."""
        start, values = self._rows()
        counted: dict[int, int] = dict(
            self._connection.execute(f"SELECT b.facets & 7, count(*) {start} GROUP BY 1", values).fetchall()
        )
        return {status: counted.get(code, 0) for code, status in enumerate(STATUSES)}

    def _everyone(self) -> int:
        """How many jobs the profile has."""
        return self._all(
            "SELECT coalesce(sum(n), 0) FROM job_tally WHERE profile_id = ? AND subject = 'status'",
            [self._profile_id],
        )[0]

    # --- the ways ---------------------------------------------------------------------------------------------

    def _step(self, order: Order) -> float:
        """What a step of a walk costs with its tests."""
        costs = (ASK if condition.column is None else LOOK for condition in self._asked)
        carried = [condition.carried_by(order) for condition in self._asked]
        return STEP + sum(0.0 if free else cost for cost, free in zip(costs, carried, strict=True))

    def _probed(self, order: Order, count: int) -> list[int] | None:
        """The first ones by asking for words row by row, None where so few hold them that a set is made sooner."""
        asked = [condition.as_probe() for condition in self._asked]
        probes = sum(probe is not condition for probe, condition in zip(asked, self._asked, strict=True))
        asking, making = count * probes * PROBE, MEMBER * self._everyone()
        if not probes or asking > making:
            return None
        row_by_row = Selection(self._connection, self._profile_id, asked)
        share = len(row_by_row._glanced(order, SAMPLE, SAMPLE)) / SAMPLE
        if not share or asking / share > making * share:
            return None
        found = row_by_row._glanced(order, count, int(2 * count / share))
        return found if len(found) == count else None

    def _last_ones(self, order: Order, behind: int, limit: int) -> list[int] | None:
        """What a short walk from the end finds before the last `behind` jobs, None where it finds too few."""
        if self._has_set or behind + limit > SHALLOW:
            return None
        rows = max(1, int(PATIENCE / self._step(order)))
        found = self._glanced(order, behind + limit, rows, backwards=True)
        return found[behind:][::-1] if len(found) == behind + limit else None

    def _patience_behind(self, order: Order, offset: int, limit: int, count: int) -> float:
        """Microseconds that a walk to a place among `count` jobs takes, from the nearer end."""
        if not all(condition.carried_by(order) for condition in self._asked):
            return 2 * WHOLE_TABLE
        return STEP * (min(offset, count - offset - limit) + limit) * self._everyone() / count

    def _deep(self, order: Order, offset: int, limit: int, count: int) -> list[int]:
        if limit == EVERYTHING:
            return self._walked(order, offset, limit, far=True)
        behind = count - offset - limit
        backwards = behind < offset
        steps = (min(offset, behind) + limit) * self._everyone() / max(1, count)
        found = self._walked(order, min(offset, behind), limit, far=steps > FAR, backwards=backwards)
        return found[::-1] if backwards else found

    def _shortest(
        self, column: str, longest: int, order: Order | None = None
    ) -> tuple[tuple[Condition | None, float], tuple[Condition | None, int]]:
        """The conditions to start from.

        First the one whose members are looked up soonest, where these are few, and the microseconds that it takes;
        then the shortest range up to `longest` whose index holds all that is asked, and the column that is sorted by,
        and how many jobs it leaves.
        """
        few: Condition | None = None
        ranged: Condition | None = None
        least, shortest = 0.0, longest + 1
        needed = {column, *(condition.column for condition in self._asked)}
        for condition in self._asked:
            if not condition.members:
                continue
            each = NEXT if condition.by_id else LOOK
            # A column that an order's index does not hold costs a walk much more: more may be looked up instead.
            elsewhere = order is not None and condition.column is not None and not condition.carried_by(order)
            most = 2 * FEW if elsewhere else FEW
            bound = most + 1 if few is None else min(most, int(least / each)) + 1
            holds_all = bool(condition.stretches) and needed <= {*CARRIED, condition.column, None}
            count = self._all(
                f"SELECT count(*) FROM (SELECT 1 FROM ({condition.members}) "
                f"LIMIT {max(bound, shortest) if holds_all else bound})",
                condition.member_values,
            )[0]
            if count < bound:
                few, least = condition, count * each
            if holds_all and count < shortest:
                ranged, shortest = condition, count
        return (few, least), (ranged, shortest)

    def _stretched(self, ranged: Condition, column: str) -> tuple[str, list[Any]]:
        others = _cheap_first(other for other in self._asked if other is not ranged)
        tests, values = all_hold(others, "b")
        columns = dict.fromkeys(("id", column, ranged.column or "id", *CARRIED))
        return f"FROM ({ranged.wide(columns)}) AS b WHERE 1{tests}", [*ranged.member_values, *values]

    def _sorted(self, rows: tuple[str, list[Any]], order: Order, offset: int, limit: int) -> list[int]:
        start, values = rows
        return self._all(
            f"SELECT b.id {start} ORDER BY {order.ordered('b')} LIMIT ? OFFSET ?", [*values, limit, offset]
        )

    def _glanced(self, order: Order, limit: int, rows: int, *, backwards: bool = False) -> list[int]:
        """What a walk over the first `rows` rows finds, from either end."""
        # A range of the order's own column says where to begin.
        begun = [condition for condition in self._asked if condition.column == order.column]
        carried = [
            condition for condition in self._asked if condition.carried_by(order) and condition not in begun
        ]
        others = [condition for condition in self._asked if not condition.carried_by(order)]
        elsewhere = [condition for condition in others if condition.column is not None]
        begin, begin_values = all_hold(begun, "row")
        on_the_way, way_values = all_hold(carried, "way")
        later, later_values = all_hold(elsewhere, "b")
        asking, asking_values = all_hold([other for other in others if other.column is None], "way")
        columns = ", ".join(f"row.{column}" for column in dict.fromkeys(("id", order.column, *CARRIED)))
        beside = " CROSS JOIN job_board AS b ON b.id = way.id" if elsewhere else ""
        return self._all(
            f"SELECT way.id FROM ({order.walk(columns, begin, backwards=backwards, most=rows)}) AS way{beside} "
            f"WHERE 1{on_the_way}{later}{asking} LIMIT ?",
            [
                *[self._profile_id, *begin_values] * order.stretches,
                *way_values,
                *later_values,
                *asking_values,
                limit,
            ],
        )

    def _walked(
        self, order: Order, offset: int, limit: int, *, far: bool, backwards: bool = False
    ) -> list[int]:
        """Walk as far as it takes, from either end."""
        carried = [condition for condition in self._asked if condition.carried_by(order)]
        others = [condition for condition in self._asked if not condition.carried_by(order)]
        tests, values = all_hold([*carried, *(other.as_set() if far else other for other in others)], "row")
        return self._all(
            f"SELECT id FROM ({order.walk('row.id', tests, backwards=backwards)}) LIMIT ? OFFSET ?",
            [*[self._profile_id, *values] * order.stretches, limit, offset],
        )

    # --- their SQL --------------------------------------------------------------------------------------------

    def _rows(self) -> tuple[str, list[Any]]:
        """FROM and WHERE for all rows that pass, in no order, as `b`."""
        (few, cost), (ranged, size) = self._shortest("facets", LONG)
        if ranged is not None and size * RANGED < (WHOLE_TABLE if few is None else min(WHOLE_TABLE, cost)):
            return self._stretched(ranged, "facets")
        if few is None:
            # However many: to read the table and make a set of them takes twice as long.
            few = next((condition for condition in self._asked if condition.by_id), None)
        return self._table() if few is None else self._joined(few)

    def _joined(self, few: Condition) -> tuple[str, list[Any]]:
        others = [other for other in self._asked if other is not few]
        # What other tables say needs the number only, and is asked before the row is looked up.
        asking, asking_values = all_hold([other for other in others if other.column is None], "few")
        tests, values = all_hold([other for other in others if other.column is not None], "b")
        left = f"SELECT few.id FROM ({few.members}) AS few WHERE 1{asking}"
        rows = f"({left}) AS few CROSS JOIN job_board AS b ON b.id = few.id"
        bound = [*few.member_values, *asking_values, self._profile_id, *values]
        return f"FROM {rows} WHERE b.profile_id = ?{tests}", bound

    def _table(self) -> tuple[str, list[Any]]:
        # What other tables say is asked row by row only where the row itself has ruled out most.
        asked = self._asked if self._has_column else [condition.as_set() for condition in self._asked]
        tests, values = all_hold(_cheap_first(asked), "b")
        return f"FROM job_board AS b NOT INDEXED WHERE b.profile_id = ?{tests}", [self._profile_id, *values]

    def _all(self, sql: str, values: Sequence[Any]) -> list[int]:
        return [row[0] for row in self._connection.execute(sql, values)]


def _cheap_first(asked: Iterable[Condition]) -> list[Condition]:
    return sorted(asked, key=lambda condition: condition.column is None)
