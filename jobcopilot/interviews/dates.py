"""Dates, times, zones and lengths as people type them, read with certainty: what could mean two things is asked.

No library of its kind serves here: dateparser reads "30 Feb" as a day of 2030, "übermorgen 9 Uhr" as noon and
"next Tue 9" not at all, and dateutil fills in what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from jobcopilot.errors import UsageError
from jobcopilot.interviews.dates_calendar import (
    DayFinder,
    checked_years,
    clock_text,
    day_text,
    moments_of,
)
from jobcopilot.interviews.dates_parts import Clock, Said
from jobcopilot.interviews.dates_said import what_is_said
from jobcopilot.interviews.dates_words import (
    COUNTS,
    DAY_UNITS,
    HOUR_UNITS,
    MINUTE_UNITS,
    WEEK_UNITS,
    NotUnderstood,
    fold,
)
from jobcopilot.interviews.dates_zones import name_of, zone_named
from jobcopilot.interviews.views import LONGEST_TAKE_HOME_MINUTES

__all__ = ["Ambiguous", "NotUnderstood", "Understood", "duration_minutes", "understand", "zone_named"]


@dataclass(frozen=True, slots=True)
class Understood:
    """One moment, with the words that show the person what was understood."""

    moment: datetime
    """Aware, in UTC."""
    zone: str
    """The IANA name of the zone it was read in."""
    said: str
    """For the person: "Tue 1 Dec 2026 10:00 Europe/Berlin (your time 04:00)"."""
    assumed: tuple[str, ...] = ()
    """What the text did not say: "the next Tuesday"."""

    @property
    def exact(self) -> str:
        """The text that means this moment and zone alone: "2026-10-25T02:30:00+02:00[Europe/Berlin]" (RFC 9557)."""
        return f"{self.moment.astimezone(ZoneInfo(self.zone)).isoformat()}[{self.zone}]"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A text that can mean several moments: the person must choose."""

    question: str
    choices: tuple[Understood, ...]
    """In order of time; each with its own `said`."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """A zone to read in; `abbreviated` is the offset that an abbreviation stands for."""

    name: str
    rules: tzinfo
    abbreviated: timedelta | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One meaning, and the value it has on each axis on which meanings can differ."""

    understood: Understood
    axes: tuple[tuple[str, str], ...]


_QUESTIONS: Final = {
    "day": "Which day?",
    "half": "In the morning or in the afternoon?",
    "midnight": "At the start or at the end of that day?",
    "zone": "Which time zone?",
    "season": "By the clocks there, or exactly by that abbreviation?",
    "fold": "That time comes twice, because the clocks go back: the first or the second?",
}


def understand(
    text: str,
    *,
    now: datetime,
    zone: tzinfo,
    default_zone: str | None = None,
    time_of_day: time | None = None,
) -> Understood | Ambiguous:
    """Read a time as a person types it, as seen from `now` (aware) in the person's `zone`.

    A text without a zone is read in `default_zone` (an IANA name), else in the person's; one without a time at
    `time_of_day`, where given. Returns every meaning that the text can have: `Ambiguous` where they are several.
    Raises `NotUnderstood` where it has none: it names the part, and for a time that the clocks skip the gap;
    `UsageError` where `default_zone` is unknown or the person's zone has no name and the text names none.
    """
    said = what_is_said(text)
    if default_zone is None:
        default = None if said.zones else _Zone(name_of(zone), zone)
    else:
        default = _Zone(zone_named(default_zone).key, zone_named(default_zone))
    reader = _Reader(said, now.astimezone(UTC), zone, default, time_of_day)
    readings: dict[datetime, _Reading] = {}
    problem: NotUnderstood | None = None
    for found in reader.readings():
        if isinstance(found, NotUnderstood):
            problem = problem or found
        else:
            readings.setdefault(found.understood.moment, found)
    if not readings:
        raise problem or said.refuse("it names no time.")
    if len(readings) == 1:
        only = next(iter(readings.values())).understood
        # What the text could have meant too, if it were possible, is said.
        other = (problem.message.removeprefix(f'"{said.text}": ').rstrip("."),) if problem is not None else ()
        return replace(only, assumed=only.assumed + other)
    return _ambiguous(said, [readings[moment] for moment in sorted(readings)])


def _ambiguous(said: Said, readings: list[_Reading]) -> Ambiguous:
    values: dict[str, set[str]] = {}
    for reading in readings:
        for axis, value in reading.axes:
            values.setdefault(axis, set()).add(value)
    questions = [question for axis, question in _QUESTIONS.items() if len(values.get(axis, ())) > 1]
    asked = " ".join(questions) or "Which is meant?"
    return Ambiguous(f'"{said.text}": {asked}', tuple(reading.understood for reading in readings))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Puts the parts of a text together in every way that they can be meant."""

    said: Said
    now: datetime
    own_zone: tzinfo
    default: _Zone | None
    time_of_day: time | None

    def readings(self) -> Iterator[_Reading | NotUnderstood]:
        """Yield each meaning, and for each that cannot be the reason."""
        if self.said.seconds_ahead is not None:
            yield self._counted_from_now()
            return
        for zone in self._zones():
            for clock, clock_note, clock_axis in self._clocks():
                at = time(clock.hour, clock.minute, clock.second, clock.microsecond)
                try:
                    yield from self._on_days(zone, clock, at, clock_note, clock_axis)
                except NotUnderstood as problem:
                    yield problem

    def _on_days(
        self, zone: _Zone, clock: Clock, at: time, clock_note: str, clock_axis: tuple[str, str]
    ) -> Iterator[_Reading | NotUnderstood]:
        rules = zone.rules if self.said.offset is None else timezone(self.said.offset)
        for day in DayFinder(self.said, self.now, rules, self.own_zone).days_at(at):
            if clock.bare and self.said.clock and self.said.clock.hour == day.day.day:
                number = day.day.day
                raise self.said.refuse(
                    f"{number} may be the hour or the day.", f'Write the hour as "{number}:00".'
                )
            try:
                # "Tue 24:00" and the later of the two midnights of a day.
                ends_day = clock.next_day and self.said.has_day
                local = datetime.combine(day.day, at) + timedelta(days=1 if ends_day else 0)
                for moment, note, axis in self._moments(local, zone):
                    notes = tuple(part for part in (day.assumed, clock_note, note) if part)
                    axes = (("zone", zone.name), ("day", day.day.isoformat()), clock_axis, axis)
                    yield _Reading(self._understood(moment, zone, notes, axis), axes)
            except NotUnderstood as problem:
                yield problem
            except OverflowError:
                yield self.said.refuse("it lies beyond every calendar.", "Check the year.")

    def _zones(self) -> Iterator[_Zone]:
        if not self.said.zones:
            assert self.default is not None
            yield self.default
        for meant in self.said.zones:
            yield _Zone(meant.name, ZoneInfo(meant.name), meant.offset)

    def _clocks(self) -> Iterator[tuple[Clock, str, tuple[str, str]]]:
        """Yield the times of the clock that can be meant, with what each assumes."""
        said, clock = self.said, self.said.clock
        if clock is None:
            if self.time_of_day is None or said.part is not None:
                raise said.refuse("at what time?", 'Add one, as in "10:00", "3pm" or "noon".')
            if not said.has_day:
                raise said.refuse("it names no day.")
            at = self.time_of_day
            yield Clock(at.hour, at.minute, at.second), f"at {clock_text(at)}", ("half", "")
        elif said.midnight and said.has_day:
            if said.part is None:
                yield clock, "the start of the day", ("midnight", "start")
            yield replace(clock, next_day=True), "the end of the day", ("midnight", "end")
        elif said.part is not None:
            yield self._in_part(clock), "", ("half", "")
        elif not clock.certain:
            yield clock, "in the morning", ("half", "morning")
            yield replace(clock, hour=clock.hour + 12), "in the afternoon", ("half", "afternoon")
        else:
            yield clock, clock.note, ("half", "")

    def _in_part(self, clock: Clock) -> Clock:
        part = self.said.part
        first, last = {"morning": (0, 11), "afternoon": (12, 18), "evening": (16, 23)}[part or "morning"]
        hour = clock.hour
        if hour < 12 and part != "morning" and not clock.half_said and not clock.next_day:
            hour += 12
        if not first <= hour <= last or clock.next_day:
            raise self.said.refuse(f"{clock.hour}:{clock.minute:02} is not in the {part}.")
        return replace(clock, hour=hour)

    def _moments(self, local: datetime, zone: _Zone) -> Iterator[tuple[datetime, str, tuple[str, str]]]:
        """Yield the moments that a local time can be, with what each assumes."""
        said = self.said
        offset = zone.abbreviated if said.offset is None else said.offset
        if offset is None:
            yield from self._by_the_clocks(local, zone, "", "")
            return
        exact = (local - offset).replace(tzinfo=UTC)
        there = exact.astimezone(zone.rules)
        if said.offset is not None:
            same = there.utcoffset() == offset
            if not same and said.zones:
                raise said.refuse(
                    f"the clocks in {zone.name} show {_offset_text(there)} then, not {said.offset_word}.",
                    "Leave one of the two out.",
                )
            # An offset names no place whose clocks a later move could follow.
            yield exact, "" if same else f"{said.offset_word} kept as {zone.name} time", ("fold", "")
        elif there.utcoffset() == offset:
            yield exact, "", ("fold", "")
        else:
            word = said.zone_word.upper()
            yield (
                exact,
                f"{word} exactly, though the clocks there show another time then",
                ("season", "exact"),
            )
            yield from self._by_the_clocks(local, zone, f"{word} as the time in {zone.name}", "clocks")

    def _by_the_clocks(
        self, local: datetime, zone: _Zone, note: str, season: str
    ) -> Iterator[tuple[datetime, str, tuple[str, str]]]:
        moments = moments_of(self.said, local, zone.rules, zone.name)
        if len(moments) == 1:
            yield moments[0], note, ("season", season)
            return
        for moment, order in zip(moments, ("before", "after"), strict=True):
            yield moment, note or f"{order} the clocks go back", ("fold", order)

    def _counted_from_now(self) -> _Reading:
        said = self.said
        if said.has_day or said.clock is not None or said.week or said.part is not None:
            raise said.refuse("it names two times.")
        if said.offset is not None:
            raise said.refuse(f"{said.offset_word} says nothing about what is counted from now.")
        zone = next(self._zones())
        try:
            moment = self.now + timedelta(seconds=said.seconds_ahead or 0)
            # Up to the whole minute that is shown: never sooner than asked.
            if moment.second or moment.microsecond:
                moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        except OverflowError:
            raise said.refuse("it lies beyond every calendar.") from None
        return _Reading(self._understood(moment, zone, (), ("fold", "")), ())

    def _understood(
        self, moment: datetime, zone: _Zone, notes: tuple[str, ...], axis: tuple[str, str]
    ) -> Understood:
        zone = self._as_the_person_says(moment, zone)
        local = moment.astimezone(zone.rules)
        checked_years(self.said, moment, local)
        shown = f"{day_text(local.date())} {clock_text(local)} {zone.name}"
        comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        if comes_twice or (axis[0] == "season" and axis[1]):
            shown += f", {_offset_text(local)}"
        own = moment.astimezone(self.own_zone)
        if _key(self.own_zone) != zone.name:
            other_day = "" if own.date() == local.date() else f"{day_text(own.date(), year=False)} "
            shown += f" (your time {other_day}{clock_text(own)})"
        passed = ("that time has passed",) if moment <= self.now else ()
        return Understood(moment, zone.name, shown, notes + passed)

    def _as_the_person_says(self, moment: datetime, zone: _Zone) -> _Zone:
        """Return the person's own zone where an abbreviation is the one that its clocks show then (CET in Paris)."""
        if zone.abbreviated is None:
            return zone
        own = self.default or _Zone(_key(self.own_zone), self.own_zone)
        word = self.said.zone_word.upper()
        local = moment.astimezone(own.rules)
        same = local.utcoffset() == zone.abbreviated and local.tzname() == {"MEZ": "CET", "MESZ": "CEST"}.get(
            word, word
        )
        return own if same else zone


def _key(zone: tzinfo) -> str:
    return getattr(zone, "key", None) or str(zone)


def _offset_text(local: datetime) -> str:
    offset = local.utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds() // 60))
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")


_MINUTES_IN: Final = (
    MINUTE_UNITS
    | HOUR_UNITS
    | {unit: days * 24 * 60 for unit, days in (DAY_UNITS | WEEK_UNITS).items()}
    | {"": 1}
)
_LENGTH_PART: Final = re.compile(
    r"(?:(\d{1,6}(?:[.,]\d{1,4})?)|([a-z]+)(?=\s))\s*([a-z]*)\.?(?:\s*(?:,|and|und|et)\s+|\s*)"
)
_LENGTH_EXAMPLES: Final = 'Write it like "45", "90 min", "1h30" or "1.5 h".'


def duration_minutes(text: str) -> int:
    """Return a length as people type it ("45", "1h30", "1.5 h", "90 min", "3 days") in minutes; a bare number is some.

    Raises `UsageError` for anything else, for nothing and less, for parts of a minute and for more than three weeks.
    """
    from jobcopilot.text import clean_line

    shown = clean_line(text[:200], 40)
    folded = fold(shown)[0]
    problem = UsageError("That length is not understood", f'"{shown}"', _LENGTH_EXAMPLES)
    if len(text) > 200 or not folded:
        raise problem
    by_clock = re.fullmatch(r"(\d{1,2}):(\d\d)", folded)
    minutes = Fraction(int(by_clock[1]) * 60 + int(by_clock[2])) if by_clock else _summed_minutes(folded)
    if minutes is None or (by_clock and int(by_clock[2]) > 59):
        raise problem
    if not 0 < minutes <= LONGEST_TAKE_HOME_MINUTES or minutes.denominator != 1:
        raise UsageError(
            "That length is not possible", f'"{shown}"', "Give whole minutes, from one minute to three weeks."
        )
    return int(minutes)


def _summed_minutes(folded: str) -> Fraction | None:
    """Return the sum of "1 h 30 min", or None for a text that is none; units must get smaller."""
    halves = {"half an hour": 30, "a half hour": 30, "eine halbe stunde": 30, "une demi-heure": 30}
    if folded in halves:
        return Fraction(halves[folded])
    total, at, last_unit = Fraction(0), 0, None
    while at < len(folded):
        part = _LENGTH_PART.match(folded, at)
        if part is None or part[3] not in _MINUTES_IN or part.end() == at:
            return None
        # "1h30": minutes after hours; a bare number anywhere else is a whole length by itself.
        if not part[3] and at and (last_unit != 60 or len(part[1] or "") > 2 or int(part[1] or 60) > 59):
            return None
        unit = _MINUTES_IN[part[3]]
        if last_unit is not None and unit >= last_unit:
            return None
        if part[1]:
            number = Fraction(part[1].replace(",", "."))
        elif part[2] in COUNTS and part[3]:
            number = Fraction(COUNTS[part[2]])
        else:
            return None
        total, at, last_unit = total + number * unit, part.end(), unit
        if not part[3] and at < len(folded):
            return None
    return total
