"""Counting postings day by day: what comes and goes moves the counts of its groups, nothing is counted again.

A group is a role (or all) in a place (or the world). What is kept of a day, and why so little of it: 60 families in
some hundred places each day would be more rows than postings. So a role has a row for the world, and a country or
remote work has one for all roles, whenever a posting is there; any narrower group only from `LEAST` postings, below
which nothing of it would be drawn anyway. Skills are the `MOST_SKILLS` most asked for the world, countries and remote
work, the `FEW_SKILLS` most asked for regions, cities and remote scopes.

Pay is in whole US dollars: sums of whole numbers don't depend on the order in which postings come and go.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import nlargest
from itertools import chain
from typing import Final, NamedTuple

from jobcopilot.market.figures import quantile
from jobcopilot.market.groups import REMOTE, level_of
from jobcopilot.market.views import LEAST

MOST_SKILLS: Final = 20
FEW_SKILLS: Final = 8
ALL: Final = 0
"""The number of all roles, and of the world."""


class Counted(NamedTuple):
    """One span as it is counted: its role, its places (without the world), its pay and its skills, as numbers."""

    role: int
    places: tuple[int, ...]
    low: int | None
    high: int | None
    skills: tuple[int, ...]


class DayRow(NamedTuple):
    """The statistics of one role and place on one day, as `market_daily` keeps them."""

    role: int
    place: int
    postings: int
    with_pay: int
    average_minimum: float | None
    median_minimum: float | None
    average_maximum: float | None
    median_maximum: float | None
    skills: str


class _Group:
    __slots__ = ("changed", "high_sum", "highs", "low_sum", "lows", "postings", "row", "skills", "with_pay")

    def __init__(self) -> None:
        self.postings = self.with_pay = self.low_sum = self.high_sum = 0
        self.lows: list[int] = []
        self.highs: list[int] = []
        self.skills: dict[int, int] = {}
        self.changed = True
        self.row: DayRow | None = None


class Census:
    """The postings on the market at one moment, counted in all their groups."""

    def __init__(self, skill_names: Mapping[int, str], place_keys: Callable[[int], str]) -> None:
        # Of skills asked for alike the alphabet decides, not the order in which they were first met.
        ordered = sorted(skill_names, key=skill_names.__getitem__, reverse=True)
        self._rank = {number: rank for rank, number in enumerate(ordered)}
        self._ordered = ordered
        self._bits = len(ordered).bit_length()
        self._place_key = place_keys
        self._wide: dict[int, bool] = {ALL: True}
        self._groups: dict[int, dict[int, _Group]] = {}

    def begin(self, many: Iterable[Counted], *, once: bool = False) -> None:
        """Count many in at once, where nobody was counted yet: a day of its own is built in a fraction of the time.

        `once` leaves out groups of which nothing is kept; nobody may come or go afterwards.
        """
        arriving: dict[tuple[int, int], list[Counted]] = {}
        for one in many:
            for role in (ALL, one.role):
                for place in (ALL, *one.places):
                    arriving.setdefault((role, place), []).append(one)
        for (role, place), ones in arriving.items():
            if once and len(ones) < self._least(role, place):
                continue
            group = self._groups.setdefault(role, {})[place] = _Group()
            group.postings = len(ones)
            group.with_pay = sum([one.low is not None or one.high is not None for one in ones])
            group.lows = sorted([one.low for one in ones if one.low is not None])
            group.highs = sorted([one.high for one in ones if one.high is not None])
            group.low_sum, group.high_sum = sum(group.lows), sum(group.highs)
            group.skills = dict(Counter(chain.from_iterable([one.skills for one in ones])))

    def come(self, one: Counted) -> None:
        """Count a posting in."""
        for group in self._groups_of(one):
            group.changed = True
            group.postings += 1
            if one.low is not None or one.high is not None:
                group.with_pay += 1
            if one.low is not None:
                insort(group.lows, one.low)
                group.low_sum += one.low
            if one.high is not None:
                insort(group.highs, one.high)
                group.high_sum += one.high
            counts = group.skills
            for skill in one.skills:
                counts[skill] = counts.get(skill, 0) + 1

    def go(self, one: Counted) -> None:
        """Count a posting out again that was counted in."""
        for group in self._groups_of(one):
            group.changed = True
            group.postings -= 1
            if one.low is not None or one.high is not None:
                group.with_pay -= 1
            if one.low is not None:
                del group.lows[bisect_left(group.lows, one.low)]
                group.low_sum -= one.low
            if one.high is not None:
                del group.highs[bisect_left(group.highs, one.high)]
                group.high_sum -= one.high
            counts = group.skills
            for skill in one.skills:
                if counts[skill] == 1:
                    del counts[skill]
                else:
                    counts[skill] -= 1

    def rows(self) -> Iterator[DayRow]:
        """Yield the rows that are kept of this moment."""
        for role, places in self._groups.items():
            for place, group in places.items():
                if group.changed:
                    group.row = self._row(role, place, group)
                    group.changed = False
                if group.row is not None:
                    yield group.row

    def _groups_of(self, one: Counted) -> Iterator[_Group]:
        for role in (ALL, one.role):
            places = self._groups.get(role)
            if places is None:
                places = self._groups[role] = {}
            for place in (ALL, *one.places):
                group = places.get(place)
                if group is None:
                    group = places[place] = _Group()
                yield group

    def _row(self, role: int, place: int, group: _Group) -> DayRow | None:
        if group.postings < self._least(role, place):
            return None
        return DayRow(
            role,
            place,
            group.postings,
            group.with_pay,
            group.low_sum / len(group.lows) if group.lows else None,
            quantile(group.lows, 0.5),
            group.high_sum / len(group.highs) if group.highs else None,
            quantile(group.highs, 0.5),
            self._most_asked(group.skills, MOST_SKILLS if self._is_wide(place) else FEW_SKILLS),
        )

    def _least(self, role: int, place: int) -> int:
        """Return how many postings a group must have for a row."""
        return 1 if place == ALL or (role == ALL and self._is_wide(place)) else LEAST

    def _most_asked(self, counts: dict[int, int], most: int) -> str:
        rank, bits = self._rank, self._bits
        keys = nlargest(most, [count << bits | rank[skill] for skill, count in counts.items()])
        last = (1 << bits) - 1
        return " ".join([f"{self._ordered[key & last]}:{key >> bits}" for key in keys])

    def _is_wide(self, place: int) -> bool:
        wide = self._wide.get(place)
        if wide is None:
            key = self._place_key(place)
            wide = self._wide[place] = level_of(key) in ("country", "unknown") or key == REMOTE
        return wide
