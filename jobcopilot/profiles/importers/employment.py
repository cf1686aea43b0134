"""When somebody worked: periods as résumés write them, and how many years they make together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janv janvier enero",
            "feb february februar fév févr février fevrier febrero",
            "mar march märz maerz mrz mars marzo",
            "apr april avr avril abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juil juillet julio",
            "aug august août aout agosto",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre", "nov november novembre noviembre",
            "dec december dez dezember déc décembre decembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH_NAME: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_POINT: Final = (
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s+)?(?:{_MONTH_NAME})\.?,?\s+(?:\d{{1,2}},\s*)?(?:19|20)\d{{2}}"
    rf"|(?:19|20)\d{{2}}[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{{1,2}})?"
    rf"|(?:\d{{1,2}}[./])?(?:0?[1-9]|1[0-2])[./](?:19|20)\d{{2}}|(?:19|20)\d{{2}})"
)
_STILL: Final = (
    r"(?:present|now|current(?:ly)?|today|ongoing|to date|till date|heute|jetzt|aktuell|laufend|présent|"
    r"actuel(?:lement)?|aujourd.hui|ce jour|en cours|actualidad)"
)
RANGE: Final = re.compile(
    rf"(?<![\w/.-])(?P<start>{_POINT})\s*(?:[-–—−→]+|to|until|till|bis|à|au|a)\s*(?P<end>{_POINT}|{_STILL})(?!\w)"
    rf"|(?<!\w)(?:since|seit|depuis)\s+(?P<since>{_POINT})(?!\w)",
    re.IGNORECASE,
)
"""A period of employment in a line of text."""
_NAMED: Final = re.compile(rf"({_MONTH_NAME})\W+(?:\d{{1,2}},\s*)?((?:19|20)\d{{2}})", re.IGNORECASE)
_YEAR_FIRST: Final = re.compile(r"((?:19|20)\d{2})[-/.](\d{1,2})")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[./]((?:19|20)\d{2})")
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Months from `start` to before `end`, counted as year × 12 + month - 1."""

    start: int
    end: int
    ongoing: bool = False


def read_month(text: str) -> tuple[int, bool] | None:
    """Return the month that a date falls in and whether it was given (else January is meant by a bare year)."""
    named = _NAMED.search(text)
    if named:
        return int(named[2]) * 12 + _MONTHS[named[1].casefold()] - 1, True
    for pattern, year_at, month_at in ((_YEAR_FIRST, 1, 2), (_YEAR_LAST, 2, 1)):
        found = pattern.search(text)
        if found and 1 <= int(found[month_at]) <= 12:
            return int(found[year_at]) * 12 + int(found[month_at]) - 1, True
    year = _YEAR.search(text)
    return (int(year[0]) * 12, False) if year else None


def period_between(start: str, end: str, today: date) -> Period | None:
    """Return the period between two dates; an empty end or "present" means today; None where they make none.

    A last month counts whole, as LinkedIn counts it; of bare years the last does not.
    """
    begun = read_month(start)
    if begun is None:
        return None
    now = today.year * 12 + today.month - 1
    finished = read_month(end) if end else None
    if finished is None:
        if end and not re.fullmatch(_STILL, end.strip(), re.IGNORECASE):
            return None
        stop, ongoing = now + 1, True
    else:
        stop, ongoing = finished[0] + (1 if finished[1] else 0), False
    stop = min(stop, now + 1)
    return Period(begun[0], stop, ongoing) if begun[0] < stop and stop - begun[0] <= 12 * 60 else None


def periods_in(line: str, today: date) -> Iterator[tuple[Period, re.Match[str]]]:
    """Yield the periods that a line names, with where it names them."""
    for found in RANGE.finditer(line):
        if found["since"]:
            period = period_between(found["since"], "", today)
        else:
            period = period_between(found["start"], found["end"], today)
        if period is not None:
            yield period, found


def years_of(periods: Iterable[Period]) -> float | None:
    """Return the years that periods make together, what overlaps counted once; None without any."""
    months = 0
    reached = -1
    for period in sorted(periods):
        start = max(period.start, reached)
        if period.end > start:
            months += period.end - start
            reached = period.end
    return round(months / 12, 1) if months else None
