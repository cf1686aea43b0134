"""Which rounds lie in each other's way: they overlap, or leave too little time between them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Final, Literal, NamedTuple

from jobcopilot.interviews.views import RoundFormat

_MINUTE: Final = timedelta(minutes=1)
_NOTHING: Final = timedelta()


@dataclass(frozen=True, slots=True)
class ClashRules:
    """How much time two rounds need between them, in minutes."""

    buffer_minutes: int = 15
    travel_minutes: int = 45
    """What each round on site needs beside the buffer, except between two at the same place."""


class Span(NamedTuple):
    """When and where a round takes place; times are aware, of any zone, and the end is not before the start."""

    id: int
    starts_at: datetime
    ends_at: datetime
    format: RoundFormat
    place: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two rounds in each other's way; the first is the one that starts first (then: ends first, has the lower id)."""

    first_id: int
    second_id: int
    kind: Literal["overlap", "too_close"]
    minutes: int
    """How long they overlap, or how many minutes are lacking between them; a begun minute counts, at least 1."""
    needed: int = 0
    """The minutes needed between them; 0 for an overlap."""
    travel: bool = False
    """Whether what is needed includes a journey."""


class _Placed(NamedTuple):
    """A span in UTC: two times of one zone would be compared by the wall clock, wrongly where clocks change.

    In the order of its fields one comes before another.
    """

    starts: datetime
    ends: datetime
    id: int
    group: str
    """Empty away from any site; else the place, or what no other round has where the place is not known."""


def find(spans: Iterable[Span], rules: ClashRules) -> tuple[Clash, ...]:
    """Return every clash among spans with different ids, by the time of the first and then of the second round.

    Takes O(n log n + clashes) comparisons: whatever came before is kept by its end, so that of each kind only those
    that are too late are looked at, however long or short others are.
    """
    placed = sorted([_placed(span) for span in spans if span.format != "take_home"])
    buffer, travel = timedelta(minutes=rules.buffer_minutes), timedelta(minutes=rules.travel_minutes)
    off_site, sites = _Ends(), _Sites()
    found: list[tuple[int, int, Clash]] = []
    for position, (starts, ends, _, group) in enumerate(placed):
        limit = starts - buffer
        if group:
            before = off_site.after(limit - travel)
            before += sites.after(limit - 2 * travel, but=group)
            before += sites.at(group, limit)
            sites.add(group, ends, position)
        else:
            before = off_site.after(limit)
            before += sites.after(limit - travel)
            off_site.add(ends, position)
        for other in before:
            clash = _clash(placed[other], placed[position], rules)
            if clash is not None:
                found.append((other, position, clash))
    found.sort(key=itemgetter(0, 1))
    return tuple([clash for _, _, clash in found])


def against(span: Span, others: Iterable[Span], rules: ClashRules) -> tuple[Clash, ...]:
    """Return what one span clashes with, by the time of the others; one with the same id is skipped."""
    if span.format == "take_home":
        return ()
    mine = _placed(span)
    rest = [_placed(other) for other in others if other.id != span.id and other.format != "take_home"]
    found = []
    for other in sorted(rest):
        first, second = sorted((mine, other))
        clash = _clash(first, second, rules)
        if clash is not None:
            found.append(clash)
    return tuple(found)


def said(clash: Clash, round_id: int, other: str) -> str:
    """Return a clash in words as seen from one of its rounds; `other` names the other one's company.

    `overlaps Acme by 15 min`, `only 10 min after Initech; 75 needed with travel`, `right before Acme; 15 needed`.
    """
    if clash.kind == "overlap":
        return f"overlaps {other} by {_length(clash.minutes)}"
    side = "before" if round_id == clash.first_id else "after"
    between = clash.needed - clash.minutes
    apart = f"only {_length(between)} {side} {other}" if between > 0 else f"right {side} {other}"
    needed = str(clash.needed) if clash.needed < 120 else _length(clash.needed)
    return f"{apart}; {needed} needed" + (" with travel" if clash.travel else "")


class _Ends:
    """Positions of spans by when they end."""

    def __init__(self) -> None:
        self._ends: list[tuple[datetime, int]] = []

    def add(self, ends: datetime, position: int) -> None:
        """Keep one more."""
        insort(self._ends, (ends, position))

    def after(self, limit: datetime) -> list[int]:
        """Return those that end after a moment."""
        found = []
        for ends, position in reversed(self._ends):
            if ends <= limit:
                break
            found.append(position)
        return found

    def last(self) -> datetime:
        """Return when the last one ends."""
        return self._ends[-1][0]


class _Sites:
    """Positions of spans on site by place, and the places by when their last span ends.

    So a day full of rounds at one place costs nothing to a further one there: the place is skipped as a whole.
    """

    def __init__(self) -> None:
        self._at: dict[str, _Ends] = {}
        self._last: list[tuple[datetime, str]] = []

    def add(self, group: str, ends: datetime, position: int) -> None:
        """Keep one more at its place."""
        there = self._at.get(group)
        if there is None:
            there = self._at[group] = _Ends()
        else:
            del self._last[bisect_left(self._last, (there.last(), group))]
        there.add(ends, position)
        insort(self._last, (there.last(), group))

    def after(self, limit: datetime, *, but: str = "") -> list[int]:
        """Return those that end after a moment at any place but one."""
        found: list[int] = []
        for last, group in reversed(self._last):
            if last <= limit:
                break
            if group != but:
                found += self._at[group].after(limit)
        return found

    def at(self, group: str, limit: datetime) -> list[int]:
        """Return those that end after a moment at one place."""
        there = self._at.get(group)
        return [] if there is None else there.after(limit)


def _placed(span: Span) -> _Placed:
    group = ""
    if span.format == "onsite":
        place = " ".join(span.place.casefold().split())
        group = f"at {place}" if place else f"unknown {span.id}"
    return _Placed(_utc(span.starts_at), _utc(span.ends_at), span.id, group)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _clash(first: _Placed, second: _Placed, rules: ClashRules) -> Clash | None:
    """Return how two spans clash, None where they do not; the first is the one that comes first in order."""
    if second.starts < first.ends:
        overlap = min(first.ends, second.ends) - second.starts
        return Clash(first.id, second.id, "overlap", _begun_minutes(overlap))
    journeys = 0
    if not first.group or first.group != second.group:
        journeys = bool(first.group) + bool(second.group)
    needed = rules.buffer_minutes + journeys * rules.travel_minutes
    lacking = needed * _MINUTE - (second.starts - first.ends)
    if lacking <= _NOTHING:
        return None
    travels = journeys > 0 and rules.travel_minutes > 0
    return Clash(first.id, second.id, "too_close", _begun_minutes(lacking), needed, travels)


def _begun_minutes(length: timedelta) -> int:
    return max(1, -(-length // _MINUTE))


def _length(minutes: int) -> str:
    """`15 min`, `75 min`, `2 h`, `3 h 15 min`."""
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
