"""Dates, times of day and numbers in words, as English letters write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Final


def _listed(words: str) -> list[str]:
    return words.split()


_MONTH_NAMES: Final = _listed(
    "january february march april may june july august september october november december"
)
MONTHS: Final = {
    **{name: number for number, name in enumerate(_MONTH_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTH_NAMES, 1)},
    "sept": 9,
}
_WEEKDAY_NAMES: Final = _listed("monday tuesday wednesday thursday friday saturday sunday")
WEEKDAYS: Final = {
    **{name: number for number, name in enumerate(_WEEKDAY_NAMES)},
    **{name[:3]: number for number, name in enumerate(_WEEKDAY_NAMES)},
    "tues": 1,
    "thur": 3,
    "thurs": 3,
    **{f"{name}s": number for number, name in enumerate(_WEEKDAY_NAMES)},
}
NUMBER_WORDS: Final = {
    **{
        word: number
        for number, word in enumerate(
            _listed(
                "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
                " seventeen eighteen nineteen"
            ),
            2,
        )
    },
    **{
        word: 10 * number
        for number, word in enumerate(_listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
    },
    "dozen": 12,
    "hundred": 100,
    "hundreds": 100,
    "thousand": 1000,
    "thousands": 1000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "billion": 1_000_000_000,
    **{
        word: number
        for number, word in enumerate(
            _listed("second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"), 2
        )
    },
}
"""Not "one" and "first", which count nothing most of the time."""

_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_DAYS: Final = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?(?P<month>{_MONTH})\b(?:\.?,?\s+{_YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\.?\s+(?:the\s+)?{_DAY}\b(?:,?\s+{_YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\.?\s+{_YEAR}\b", re.IGNORECASE),
)
_IN_FIGURES: Final = re.compile(r"(?<![\d./-])\d{1,4}([./-])\d{1,2}\1\d{1,4}(?![\d/-])")
_TIMES: Final = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\d:.])(?P<hour24>\d{1,2}):(?P<minute24>\d{2})(?::\d{2})?(?![\d:])",
    re.IGNORECASE,
)
_SPAN_WORD: Final = rf"week|weekend|month|quarter|year|{'|'.join(_WEEKDAY_NAMES)}"
_RELATIVE: Final = re.compile(
    rf"\b(?:today|tonight|tomorrow|yesterday|(?:this|next|last|past|coming)\s+(?:morning|afternoon|evening|night"
    rf"|{_SPAN_WORD})|(?:a|one)\s+(?:day|week|month|year)\s+ago)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is said; None for a year or a day that is left out, month 0 for one that cannot be told."""

    year: int | None
    month: int
    day: int | None

    def within(self, other: Day) -> bool:
        """Return whether everything that this says is said by the other."""
        return self.month == other.month != 0 and all(
            mine in (None, theirs) for mine, theirs in ((self.year, other.year), (self.day, other.day))
        )


def days_in(text: str) -> list[tuple[Day, tuple[int, int]]]:
    """Return the dates of a text with where they stand; what no calendar has is the month 0."""
    found: list[tuple[Day, tuple[int, int]]] = []
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for _, (start, end) in found):
                continue
            groups = match.groupdict()
            month = MONTHS[groups["month"].casefold()] if groups.get("month") else int(groups["number"])
            day, year = groups.get("day"), groups.get("year")
            said = Day(int(year) if year else None, month, int(day) if day else None)
            found.append((said, match.span()))
    for match in _IN_FIGURES.finditer(text):
        if not any(match.start() < end and start < match.end() for _, (start, end) in found):
            # Which is the day differs from country to country: only the same figures are the same date.
            found.append((Day(None, 0, None), match.span()))
    return found


def times_in(text: str) -> Iterator[tuple[time, tuple[int, int]]]:
    """Yield the times of day of a text with where they stand."""
    for match in _TIMES.finditer(text):
        hour, minute = int(match["hour"] or match["hour24"]), int(match["minute"] or match["minute24"] or 0)
        if match["half"]:
            hour = hour % 12 + (12 if match["half"].casefold() == "p" else 0)
        if hour < 24 and minute < 60:
            yield time(hour, minute), match.span()


def relative_days_in(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield words that mean a day by the day on which they are read."""
    for match in _RELATIVE.finditer(text):
        yield " ".join(match[0].casefold().split()), match.span()
