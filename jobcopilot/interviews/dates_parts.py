"""The parts of a typed time before any calendar is asked: which day, which time of the clock, which zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from jobcopilot.interviews.dates_words import EXAMPLES, NotUnderstood
from jobcopilot.interviews.dates_zones import ZoneMeant

DayPart = Literal["morning", "afternoon", "evening"]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day by its numbers; a year or month that was not said is None."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A day counted from today."""

    days: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the clock; `certain` is false for "3" or "3:30", which may be in the afternoon."""

    hour: int
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    certain: bool = True
    bare: bool = False
    """Only a number was typed, which may be a day of the month as well."""
    half_said: bool = False
    """With am or pm: no part of the day can move it."""
    next_day: bool = False
    """24:00: the end of the day named."""
    note: str = ""
    """How it was read, where that could be otherwise."""


@dataclass(slots=True)
class Said:
    """The parts of a typed time; a part that was not said is None or empty."""

    text: str
    days: tuple[CalendarDay | DayAhead, ...] = ()
    """The day, several where the text can mean several ("3/4")."""
    weekday: int | None = None
    which_weekday: Literal["", "coming", "next", "this week", "next week"] = ""
    week: Literal["", "this week", "next week"] = ""
    clock: Clock | None = None
    midnight: bool = False
    part: DayPart | None = None
    seconds_ahead: int | None = None
    zones: tuple[ZoneMeant, ...] = ()
    zone_word: str = ""
    offset: timedelta | None = None
    """From UTC, where one was said; beside a zone it must be the one that its clocks show."""
    offset_word: str = ""
    dotted: list[str] = field(default_factory=list)
    """Pairs such as 14.30, which may be a time or a day until the whole text is read."""

    @property
    def has_day(self) -> bool:
        """Whether anything says which day."""
        return bool(self.days) or self.weekday is not None

    def refuse(
        self, problem: str, hint: str = EXAMPLES, *, title: str = "That time is not understood"
    ) -> NotUnderstood:
        """Return the error that names the text and what is wrong with it."""
        # A problem that begins with the whole text names it already.
        named = problem.startswith(f'"{self.text}"')
        return NotUnderstood(title, problem if named else f'"{self.text}": {problem}', hint)

    def put_day(self, *days: CalendarDay | DayAhead) -> None:
        """Keep which day was said. Raises `NotUnderstood` where a day was said before."""
        if self.days or self.seconds_ahead is not None:
            raise self.refuse("it names two days.")
        self.days = days

    def put_clock(self, clock: Clock) -> None:
        """Keep which time was said. Raises `NotUnderstood` where a time was said before or no clock shows this one."""
        if self.clock is not None or self.midnight or self.seconds_ahead is not None:
            raise self.refuse("it names two times.", "Give the start alone; the length has its own field.")
        if clock.hour > 23 or clock.minute > 59 or clock.second > 59:
            raise self.refuse(
                f"no clock shows {clock.hour}:{clock.minute:02}.", "Hours go from 0:00 to 23:59."
            )
        self.clock = clock

    def put_part(self, part: str) -> None:
        """Keep which part of the day was said."""
        if self.part not in (None, part):
            raise self.refuse("it names two parts of the day.")
        self.part = part  # type: ignore[assignment] # every value of the two tables is a DayPart

    def put_zone(self, zones: tuple[ZoneMeant, ...], word: str) -> None:
        """Keep which zone was said. Raises `NotUnderstood` where another was said before."""
        if self.zones and {zone.name for zone in self.zones} != {zone.name for zone in zones}:
            raise self.refuse("it names two time zones.")
        self.zones, self.zone_word = zones, word

    def put_offset(self, offset: timedelta, word: str) -> None:
        """Keep which offset from UTC was said. Raises `NotUnderstood` where another was said before."""
        if self.offset not in (None, offset):
            raise self.refuse("it names two offsets from UTC.")
        self.offset, self.offset_word = offset, word
