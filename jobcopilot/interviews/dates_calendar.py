"""The days and moments that the parts of a typed time can mean, looked up in the calendar and in a zone's clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from jobcopilot.interviews.dates_parts import CalendarDay, DayAhead, Said
from jobcopilot.interviews.dates_words import MONTH_NAMES, WEEKDAY_NAMES, NotUnderstood
from jobcopilot.interviews.views import EARLIEST_YEAR, LATEST_YEAR

_YEARS_TO_NEXT_LEAP_DAY: Final = 8
"""1896 to 1904 and 2096 to 2104: the longest wait for a 29 February."""


@dataclass(frozen=True, slots=True)
class DayMeant:
    """A day that the text can mean: what was assumed, and which of several readings it is."""

    day: date
    assumed: str = ""
    reading: str = ""


def day_text(day: date, *, year: bool = True) -> str:
    """Return "Tue 1 Dec 2026"; the same words whatever the machine's language."""
    text = f"{WEEKDAY_NAMES[day.weekday()][:3]} {day.day} {MONTH_NAMES[day.month - 1]}"
    return f"{text} {day.year}" if year else text


def clock_text(moment: datetime | time) -> str:
    """Return "10:00", with seconds only where there are some."""
    text = f"{moment.hour:02}:{moment.minute:02}"
    return f"{text}:{moment.second:02}" if moment.second else text


@dataclass(frozen=True, slots=True)
class DayFinder:
    """Finds the days that a text can mean, seen from now in the zone that it is read in."""

    said: Said
    now: datetime
    zone: tzinfo
    """The zone that the text is read in."""
    own_zone: tzinfo
    """The person's: it may be another day there, and "tomorrow" can be meant by either."""

    def days_at(self, clock: time) -> list[DayMeant]:
        """Return the days that can be meant for a time of the clock, the likelier first.

        Raises `NotUnderstood` for days that do not exist, and for a weekday that the date does not fall on.
        """
        found = list(self._days(clock))
        if self.said.days and self.said.weekday is not None:
            fitting = [meant for meant in found if meant.day.weekday() == self.said.weekday]
            if not fitting:
                meant = found[0].day
                raise self.said.refuse(
                    f"{day_text(meant)} is a {WEEKDAY_NAMES[meant.weekday()]}, "
                    f"not a {WEEKDAY_NAMES[self.said.weekday]}.",
                    "Correct the day, or leave one of the two out.",
                )
            found = fitting
        if self.said.days and self.said.week:
            found = [meant for meant in found if meant.day in self._week_days()]
            if not found:
                raise self.said.refuse(f"that day is not in the {self.said.week.replace('this', 'present')}.")
        return found

    def _days(self, clock: time) -> Iterator[DayMeant]:
        if not self.said.has_day:
            yield self._next_time(clock)
            return
        if not self.said.days:
            yield from self._weekdays(clock)
            return
        problems = []
        for day in self.said.days:
            try:
                if isinstance(day, DayAhead):
                    yield from self._ahead(day)
                else:
                    yield self._calendar_day(day, clock)
            except NotUnderstood as problem:
                problems.append(problem)
        if len(problems) == len(self.said.days):
            raise problems[0]

    def _today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def _todays(self) -> list[tuple[date, str]]:
        """Return today in the zone of the text and, where it differs, today for the person, which comes first."""
        there, here = self._today(), self.now.astimezone(self.own_zone).date()
        if there == here:
            return [(here, "")]
        return [(here, "by the day where you are"), (there, "by the day in that zone")]

    def _is_ahead(self, day: date, clock: time) -> bool:
        return datetime.combine(day, clock, self.zone).replace(fold=1).astimezone(UTC) > self.now

    def _next_time(self, clock: time) -> DayMeant:
        if self.said.week:
            raise self.said.refuse("which day of that week?", 'Write it like "Tue next week 10:00".')
        today = self._today()
        if self._is_ahead(today, clock):
            return DayMeant(today, "today")
        assumed = "tomorrow" if clock == time() else f"tomorrow: {clock_text(clock)} today has passed"
        return DayMeant(_moved(self.said, today, 1), assumed)

    def _ahead(self, ahead: DayAhead) -> Iterator[DayMeant]:
        from dateutil.relativedelta import relativedelta

        for today, reading in self._todays():
            day = _moved(self.said, today, ahead.days)
            if not ahead.months:
                yield DayMeant(day, reading, reading)
                continue
            try:
                later = day + relativedelta(months=ahead.months)
            except (OverflowError, ValueError):
                raise _absurd_year(self.said) from None
            cut = "" if later.day == day.day else f"the last day of {MONTH_NAMES[later.month - 1]}"
            yield DayMeant(later, cut or reading, reading)

    def _calendar_day(self, said_day: CalendarDay, clock: time) -> DayMeant:
        if said_day.year is not None and said_day.month is not None:
            return DayMeant(_existing(self.said, said_day.year, said_day.month, said_day.day))
        today = self._today()
        if said_day.month is None:
            for months in range(12):
                year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
                day = _maybe(year, month + 1, said_day.day)
                if day is not None and day >= today and self._is_ahead(day, clock):
                    return DayMeant(day, f"the next {_ordinal(said_day.day)}")
            raise self.said.refuse(f"no month has a day {said_day.day}.")
        # 2028 knows every day that any year knows.
        _existing(self.said, 2028, said_day.month, said_day.day, yearless=True)
        for year in range(today.year, today.year + _YEARS_TO_NEXT_LEAP_DAY + 1):
            day = _maybe(year, said_day.month, said_day.day)
            if day is not None and day >= today and self._is_ahead(day, clock):
                name = f"{day.day} {MONTH_NAMES[day.month - 1]}"
                passed = f": {name} this year has passed" if year > today.year and said_day.day < 29 else ""
                return DayMeant(day, f"the next {name}{passed}", f"{day.day} {MONTH_NAMES[day.month - 1]}")
        raise _absurd_year(self.said)

    def _weekdays(self, clock: time) -> Iterator[DayMeant]:
        said, weekday = self.said, self.said.weekday
        assert weekday is not None
        name = WEEKDAY_NAMES[weekday]
        if said.week:
            for day in self._week_days():
                if day.weekday() == weekday:
                    yield DayMeant(day, f"{name} {said.week}", f"the week of {day_text(day, year=False)}")
            return
        today = self._today()
        coming = _moved(said, today, (weekday - today.weekday()) % 7)
        if coming == today and said.which_weekday != "next":
            if self._is_ahead(today, clock):
                yield DayMeant(today, "today")
                return
            later = _moved(said, today, 7)
            yield DayMeant(later, f"{name} in a week: {clock_text(clock)} today has passed")
            return
        if coming == today:
            coming = _moved(said, today, 7)
            yield DayMeant(coming, f"{name} in a week")
            return
        yield DayMeant(coming, f"the next {name}", f"the coming {name}")
        # "Next Tuesday" on a Monday is tomorrow to some and in eight days to others; where the coming one lies
        # in another week, by weeks from Monday and by weeks from Sunday, everybody means the same.
        if said.which_weekday == "next" and any(
            _week_start(coming, first) == _week_start(today, first) for first in (0, 6)
        ):
            yield DayMeant(_moved(said, coming, 7), f"{name} of the week after", f"{name} of the week after")

    def _week_days(self) -> list[date]:
        """Return the days of this or next week, by weeks that begin on Monday and then on Sunday."""
        shift = 7 if self.said.week == "next week" else 0
        days: dict[date, None] = {}
        for today, _ in self._todays():
            for first in (0, 6):
                start = _week_start(today, first)
                days |= dict.fromkeys(_moved(self.said, start, shift + number) for number in range(7))
        return list(days)


def _week_start(day: date, first_weekday: int) -> int:
    """Return the proleptic number of the day that its week begins on."""
    return day.toordinal() - (day.weekday() - first_weekday) % 7


def _moved(said: Said, day: date | int, days: int) -> date:
    try:
        return date.fromordinal((day if isinstance(day, int) else day.toordinal()) + days)
    except (OverflowError, ValueError):
        raise _absurd_year(said) from None


def _maybe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _existing(said: Said, year: int, month: int, day: int, *, yearless: bool = False) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise _absurd_year(said, year)
    if not 1 <= month <= 12:
        raise said.refuse(f"there is no month {month}.")
    found = _maybe(year, month, day)
    if found is None:
        when = MONTH_NAMES[month - 1] if yearless else f"{MONTH_NAMES[month - 1]} {year}"
        raise said.refuse(f"{when} has no day {day}.")
    return found


def _absurd_year(said: Said, year: int | None = None) -> NotUnderstood:
    which = "it" if year is None else f"the year {year}"
    return said.refuse(f"{which} lies outside {EARLIEST_YEAR} to {LATEST_YEAR}.", "Check the year.")


def _ordinal(number: int) -> str:
    ending = "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def checked_years(said: Said, moment: datetime, local: datetime) -> datetime:
    """Return the moment. Raises `NotUnderstood` where it, or its local time, lies in a year without interviews."""
    for year in (moment.year, local.year):
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise _absurd_year(said, year)
    return moment


def moments_of(said: Said, local: datetime, zone: tzinfo, zone_name: str) -> list[datetime]:
    """Return the moments (UTC) at which a zone's clocks show a local time: one, or two where they go back.

    Raises `NotUnderstood` where the clocks skip it, with the gap and the nearest times. Rule: PEP 495.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return [first]
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return [first, second]
    # In a gap fold=0 reads with the offset before and fold=1 with the one after: the change lies between them.
    before, after = second, first
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == second.astimezone(zone).utcoffset():
            before = middle
        else:
            after = middle
    # The search ends within a second of the change, which is on a whole minute in every year we take.
    change = (after + timedelta(seconds=30)).replace(second=0, microsecond=0)
    reached = change.astimezone(zone)
    left = (change - timedelta(minutes=1)).astimezone(zone)
    skipped_from = left.replace(tzinfo=None) + timedelta(minutes=1)
    other_day = "" if skipped_from.date() == reached.date() else f"{day_text(reached.date())} "
    raise said.refuse(
        f"{clock_text(local)} does not exist in {zone_name}: on {day_text(skipped_from.date())} the clocks go from "
        f"{clock_text(skipped_from)} to {other_day}{clock_text(reached)}.",
        f"The nearest times are {clock_text(left)} and {other_day}{clock_text(reached)}.",
        title="There is no such time on that day",
    )
