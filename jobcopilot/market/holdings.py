"""The postings of a window held in memory, so that every figure of a screen is there at once.

Read once for a role (or all) and a first day; what the market says then follows from intersecting sets (`bits`).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from jobcopilot.market.bits import bits_of, nth, positions, toggled, values_at
from jobcopilot.market.figures import quantile_by
from jobcopilot.market.rates import RateTable
from jobcopilot.market.views import ALL_ROLES, ANYWHERE

_COLUMNS: Final = (
    "since, until, source_id, origin, places, company_id, skills, must, low, high, currency, dropped, opened, last,"
    " closed, reposts, role_id, unit"
)


@dataclass(slots=True)
class Holdings:
    """Spans of postings, numbered by the middle of their pay; those without pay come last.

    Pay is in US dollars. `set_of` returns the sets by kind ("place", "skill", "must", "source", "company", "role") and
    number; `mark` returns those that are one of a kind.
    """

    size: int
    priced: int
    since: list[int]
    until: list[int]
    opened: list[int]
    sources: list[int]
    companies: list[int]
    units: list[int]
    """Member numbers (`members`)."""
    middles: list[float]
    """Of the priced ones."""
    lows: list[float | None]
    highs: list[float | None]
    names: dict[int, str]
    labels: dict[int, str]
    numbers: dict[tuple[str, str], int]
    _members: dict[str, dict[int, list[int]]]
    _sets: dict[tuple[str, int], int] = field(default_factory=dict)
    _open: dict[int, int] = field(default_factory=dict)
    _turns: dict[int, list[int]] = field(default_factory=dict)
    _opened: dict[int, int] = field(default_factory=dict)

    def set_of(self, kind: str, number: int) -> int:
        """Return the postings with this number of a kind."""
        known = self._sets.get((kind, number))
        if known is None:
            known = bits_of(self._members[kind].get(number, ()), self.size)
            self._sets[kind, number] = known
        return known

    def prepare(self, since: int) -> None:
        """Make the sets of all skills and of a window's first day now, rather than when they are first asked for."""
        self.open_on(since)
        self.opened_from(since)
        for kind in ("skill", "must", "source"):
            for number in self._members[kind]:
                self.set_of(kind, number)

    def numbers_of(self, kind: str) -> list[int]:
        """Return the numbers of a kind that any posting has."""
        return list(self._members[kind])

    def counts_of(self, kind: str, mask: int) -> dict[int, int]:
        """Return how many postings of a set have each number of a kind, without those that none has."""
        if kind == "company":
            # Thousands of companies, one a posting: counted by the posting.
            return Counter(values_at(mask, self.companies))
        inside = bytearray(self.size)
        for at in positions(mask):
            inside[at] = 1
        counted = ((number, sum(inside[at] for at in found)) for number, found in self._members[kind].items())
        return {number: count for number, count in counted if count}

    def place(self, key: str) -> int:
        """Return the postings in a place; all of them anywhere, none where the place is not known."""
        if key == ANYWHERE:
            return (1 << self.size) - 1
        number = self.numbers.get(("place", key))
        return 0 if number is None else self.set_of("place", number)

    def mark(self, name: str) -> int:
        """Return the postings that bear a mark: `last`, `closed`, `dropped`, `stated` (some pay), `reposted`,
        `import` and `own` (brought by the person)."""
        return self.set_of(name, 1)

    def with_pay(self, mask: int) -> int:
        """Return those of a set whose pay can be compared."""
        return mask & ((1 << self.priced) - 1)

    def quantile(self, mask: int, share: float) -> float | None:
        """Return a quantile of the middles of those of a set that have pay."""
        paid = self.with_pay(mask)
        return quantile_by(lambda rank: self.middles[nth(paid, rank)], paid.bit_count(), share)

    def open_on(self, day: int) -> int:
        """Return the postings on the market at the end of a day."""
        known = self._open.get(day)
        if known is None:
            earlier = max((one for one in self._open if one < day), default=None)
            if earlier is not None:
                turning = chain.from_iterable(self._turning(one) for one in range(earlier + 1, day + 1))
                known = self._open[earlier] ^ toggled(turning, self.size)
            else:
                since, until = self.since, self.until
                known = bits_of([at for at in range(self.size) if since[at] <= day < until[at]], self.size)
            self._open[day] = known
        return known

    def seen_from(self, day: int) -> int:
        """Return the postings that were on the market on a day or later."""
        return bits_of([at for at, until in enumerate(self.until) if until >= day], self.size)

    def opened_from(self, day: int) -> int:
        """Return the postings that came onto the market, or came back, on a day or later."""
        known = self._opened.get(day)
        if known is None:
            known = bits_of([at for at, opened in enumerate(self.opened) if opened >= day], self.size)
            self._opened[day] = known
        return known

    def _turning(self, day: int) -> list[int]:
        """Return those that come or go on a day; twice where they do both."""
        if not self._turns:
            turns: dict[int, list[int]] = {0: []}
            for days in (self.since, self.until):
                for at, turn in enumerate(days):
                    turns.setdefault(turn, []).append(at)
            self._turns = turns
        return self._turns.get(day, [])


def read_holdings(
    connection: sqlite3.Connection, profile_id: int, rates: RateTable, role: str, first: int, today: int
) -> Holdings:
    """Read the postings of a role (or all) that were on the market on the day `first` or later, up to today."""
    names: dict[int, str] = {}
    labels: dict[int, str] = {}
    numbers: dict[tuple[str, str], int] = {}
    for number, kind, name, label in connection.execute("SELECT id, kind, name, label FROM market_name"):
        names[number] = name
        labels[number] = label or name
        numbers[kind, name] = number
    query = f"SELECT {_COLUMNS} FROM market_span WHERE profile_id = ? AND until >= ? AND since <= ?"  # noqa: S608
    values: list[Any] = [profile_id, first, today]
    if role != ALL_ROLES:
        query += " AND role_id = ?"
        values.append(numbers.get(("role", role), -1))
    rows = connection.execute(query, values).fetchall()
    middles = [_middle(row, rates) for row in rows]
    # Equal pay is ordered by the unit, so that the same market is always held in the same order.
    priced = sorted(
        [
            (middle, row[-1], row[0], row)
            for middle, row in zip(middles, rows, strict=True)
            if middle is not None
        ]
    )
    silent = [row for middle, row in zip(middles, rows, strict=True) if middle is None]
    held = [row for *_, row in priced] + silent
    return _held(held, [middle for middle, *_ in priced], rates, names, labels, numbers)


def _middle(row: tuple[Any, ...], rates: RateTable) -> float | None:
    """Return the middle of a row's pay in dollars."""
    low, high = row[8], row[9]
    if low is None and high is None:
        return None
    return rates.in_pivot((low + high) / 2 if low is not None and high is not None else low or high, row[10])


def _held(
    rows: list[tuple[Any, ...]],
    middles: list[float],
    rates: RateTable,
    names: dict[int, str],
    labels: dict[int, str],
    numbers: dict[tuple[str, str], int],
) -> Holdings:
    members: dict[str, dict[int, list[int]]] = {
        "place": _by_number([row[4] for row in rows]),
        "skill": _by_number([row[6] for row in rows]),
        "must": _by_number([row[7] for row in rows]),
        "source": _by_value([row[2] for row in rows]),
        "company": _by_value([row[5] for row in rows]),
        "role": _by_value([row[16] for row in rows]),
        "last": {1: [at for at, row in enumerate(rows) if row[13]]},
        "closed": {1: [at for at, row in enumerate(rows) if row[14]]},
        "dropped": {1: [at for at, row in enumerate(rows) if row[11]]},
        "stated": {1: [at for at, row in enumerate(rows) if row[8] is not None or row[9] is not None]},
        "reposted": {1: [at for at, row in enumerate(rows) if row[15]]},
        "import": {1: [at for at, row in enumerate(rows) if row[3] == "import"]},
        "own": {1: [at for at, row in enumerate(rows) if row[3] == "own"]},
    }
    return Holdings(
        len(rows),
        len(middles),
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[12] for row in rows],
        [row[2] for row in rows],
        [row[5] for row in rows],
        [row[17] for row in rows],
        middles,
        [None if row[8] is None else rates.in_pivot(row[8], row[10]) for row in rows],
        [None if row[9] is None else rates.in_pivot(row[9], row[10]) for row in rows],
        names,
        labels,
        numbers,
        members,
    )


def _by_number(texts: list[str]) -> dict[int, list[int]]:
    """Return where each number stands in texts of numbers that are parted by spaces."""
    found: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        for number in text.split():
            if number in found:
                found[number].append(at)
            else:
                found[number] = [at]
    return {int(number): places for number, places in found.items()}


def _by_value(values: list[int]) -> dict[int, list[int]]:
    """Return where each value stands."""
    found: dict[int, list[int]] = {}
    for at, value in enumerate(values):
        if value in found:
            found[value].append(at)
        else:
            found[value] = [at]
    return found
