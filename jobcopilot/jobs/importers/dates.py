"""Dates as files write them: ISO, LinkedIn's two forms, epoch numbers, spreadsheets' day numbers, words.

Nothing is invented: a text without a day, a month or a year is no date, and whether 3/4/2025 is in March or April
is decided for a whole column (`day_order`), never for one value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal

DayOrder = Literal["day first", "month first"]

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)", re.DOTALL)
_NUMBERS = re.compile(r"^\D{0,12}\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b")
_DIGITS = re.compile(r"\d{5,17}(?:\.\d{1,9})?")
_CLOCK = re.compile(r"\d{1,2}:\d{2}|\b\d{1,2}\s*[ap]\.?m\b", re.IGNORECASE)
_DAY_MONTH = re.compile(
    r"\b(\d{1,2})(?:\.|er|st|nd|rd|th)?[\s-]+(?:de\s+)?([^\W\d_]{3,12})\.?,?[\s-]+(?:de\s+)?(\d{4})\b"
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_WORD = re.compile(r"[^\W\d_]+")
_AGO = re.compile(
    r"\b(\d{1,3})(\+?)\s*(d|days?|w|weeks?|wks?|h|hours?|hrs?|minutes?|mins?)\s+ago\b"
    r"|\bvor\s+(?:\w+\s+)?(\d{1,3})(\+?)\s+(tage?n?|wochen?|stunden?|minuten?)\b"
    r"|\bil y a\s+(\d{1,3})(\+?)\s+(jours?|semaines?|heures?|minutes?)\b"
)
_TODAY = re.compile(r"\b(?:today|just (?:now|posted)|heute|aujourd.hui)\b")
_YESTERDAY = re.compile(r"\b(?:yesterday|gestern|hier)\b")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janv janvier enero jänner", "feb february februar fev fév févr février fevrier febrero",
            "mar march märz maerz mrz mär mars marzo", "apr april avr avril abril", "may mai mayo",
            "jun june juni juin junio", "jul july juli juil juillet julio", "aug august aoû août aout agosto",
            "sep sept september septembre septiembre", "oct october okt oktober octobre octubre",
            "nov november novembre noviembre", "dec december dez dezember déc décembre decembre dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZONES = {
    name: timezone(timedelta(hours=hours))
    for name, hours in (
        ("EST", -5), ("EDT", -4), ("CST", -6), ("CDT", -5), ("MST", -7), ("MDT", -6), ("PST", -8), ("PDT", -7),
        ("CET", 1), ("CEST", 2), ("BST", 1), ("IST", 5.5),
    )
}  # fmt: skip
_EARLIEST, _LATEST = 1970, 2100
_LONGEST = 64
_SPREADSHEET_ZERO = date(1899, 12, 30)
NOON = time(12)
"""The time given to a day without one, so that it stays the same day in nearly every zone."""


def day_order(values: Iterable[str]) -> DayOrder | None:
    """Return which number comes first in dates such as 3/24/23; None where every value fits both ways."""
    for value in values:
        numbers = _NUMBERS.match(value[:_LONGEST])
        if numbers:
            first, second = int(numbers[1]), int(numbers[3])
            if numbers[2] == "." or first > 12 >= second:
                return "day first"
            if second > 12 >= first:
                return "month first"
    return None


def needs_order(value: str) -> bool:
    """Tell whether a date is written with two numbers whose order has to be known."""
    numbers = _NUMBERS.match(value[:_LONGEST])
    return numbers is not None and numbers[2] != "."


def read_moment(
    raw: object, *, order: DayOrder = "month first", zone: tzinfo = UTC, seen_on: date | None = None
) -> datetime | None:
    """Return an aware moment, None for what is no date from 1970 to 2100.

    `zone` is where a time without one belongs; `seen_on` is the day that "3 days ago" counts from. A day without
    a time becomes noon.
    """
    if raw is None or isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        return _from_number(raw, zone)
    text = str(raw)[: _LONGEST + 1].strip()
    return _read(text, order, zone, seen_on) if 0 < len(text) <= _LONGEST else None


def read_day(
    raw: object, *, order: DayOrder = "month first", zone: tzinfo = UTC, seen_on: date | None = None
) -> date | None:
    """Return the day of a date, in the zone that the date itself gives; None for what is none."""
    moment = read_moment(raw, order=order, zone=zone, seen_on=seen_on)
    return moment.date() if moment else None


@lru_cache(maxsize=8192)
def _read(text: str, order: DayOrder, zone: tzinfo, seen_on: date | None) -> datetime | None:
    """Read a text of at most `_LONGEST` characters; files repeat their dates, so answers are kept."""
    year_first = _YEAR_FIRST.match(text)
    if year_first:
        year, _, month, day, rest = year_first.groups()
        return _plausible(_from_iso(f"{year}-{month:0>2}-{day:0>2}{rest}"), zone)
    if _DIGITS.fullmatch(text):
        return _from_digits(text, zone)
    folded = text.casefold()
    relative = _relative(folded, seen_on) if seen_on else None
    if relative is not None:
        return _plausible(datetime.combine(relative, NOON), zone)
    if not _CLOCK.search(text):
        named = _named_month(folded)
        if named is not None:
            return _plausible(datetime.combine(named, NOON), zone)
    numbers = _NUMBERS.match(text)
    if numbers and numbers[2] == ".":
        order = "day first"
    return _plausible(_from_library(text, order), zone)


def _plausible(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """Return the moment with a zone, or None outside the years that a job search can mean."""
    if moment is None or not _EARLIEST <= moment.year <= _LATEST:
        return None
    if moment.time() == time():
        # Midnight to the second is how programs write a day without a time.
        moment = datetime.combine(moment.date(), NOON, moment.tzinfo)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _from_iso(text: str) -> datetime | None:
    """Read ISO 8601, also as "2026-08-05 10:10:39 UTC"; what follows the day may be anything that dateutil reads."""
    head = text.removesuffix(" UTC")
    try:
        moment = datetime.fromisoformat(head)
    except ValueError:
        return _from_library(text, "month first")
    return moment.replace(tzinfo=UTC) if head != text and moment.tzinfo is None else moment


def _from_digits(text: str, zone: tzinfo) -> datetime | None:
    """Read 20250303, epoch seconds, milliseconds or microseconds, or a spreadsheet's day number."""
    if len(text) == 8:
        try:
            return _plausible(datetime.strptime(text, "%Y%m%d"), zone)  # noqa: DTZ007 - the zone follows
        except ValueError:
            return None
    return _from_number(float(text), zone)


def _from_number(number: float, zone: tzinfo) -> datetime | None:
    """Read an epoch number by its size; 25,569 to 73,050 counts days since 30 December 1899, as spreadsheets do."""
    if 25_569 <= number <= 73_050:
        return _plausible(datetime.combine(_SPREADSHEET_ZERO + timedelta(days=int(number)), NOON), zone)
    for unit, low, high in ((1, 1e8, 1e11), (1e3, 1e11, 1e14), (1e6, 1e14, 1e17)):
        if low <= number < high:
            try:
                return _plausible(datetime.fromtimestamp(number / unit, UTC), zone)
            except (ValueError, OverflowError, OSError):
                return None
    return None


def _relative(folded: str, seen_on: date) -> date | None:
    """Read "3 days ago", "yesterday" and their German and French; "30+ days ago" tells no day."""
    if _TODAY.search(folded):
        return seen_on
    if _YESTERDAY.search(folded):
        return seen_on - timedelta(days=1)
    ago = _AGO.search(folded)
    if not ago:
        return None
    number, more, unit = (part for part in ago.groups() if part is not None)
    if more:
        return None
    days = {"d": 1, "t": 1, "j": 1, "w": 7}.get(unit[0], 7 if unit.startswith("semaine") else 0)
    return seen_on - timedelta(days=int(number) * days)


def _named_month(folded: str) -> date | None:
    """Read a day with its month in English, German, French or Spanish."""
    for pattern, day_at, month_at in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        found = pattern.search(folded)
        if found and found[month_at] in _MONTHS:
            try:
                return date(int(found[3]), _MONTHS[found[month_at]], int(found[day_at]))
            except ValueError:
                return None
    return None


def _english_month(word: re.Match[str]) -> str:
    number = _MONTHS.get(word[0].casefold())
    return _ENGLISH[number - 1] if number else word[0]


def _from_library(text: str, order: DayOrder) -> datetime | None:
    """Let dateutil read the rest; twice, because it fills what a text leaves out from a default day."""
    import warnings

    from dateutil import parser

    english = _WORD.sub(
        lambda word: _ENGLISH[_MONTHS[low] - 1] if (low := word[0].casefold()) in _MONTHS else word[0], text
    )
    readings = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
        for default in (datetime(2000, 1, 1), datetime(2004, 2, 2)):  # noqa: DTZ001 - never seen outside
            try:
                readings.append(
                    parser.parse(english, default=default, dayfirst=order == "day first", tzinfos=_ZONES)
                )
            except (ValueError, OverflowError, ArithmeticError, TypeError, AttributeError, IndexError):
                return None
    first, second = readings
    return first if first.replace(tzinfo=None) == second.replace(tzinfo=None) else None
