"""In which currency and for which period a sum is, said or guessed, and whether anybody is paid so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from jobcopilot.reading.pay_amounts import Sum
from jobcopilot.reading.pay_patterns import PERIOD_BEFORE
from jobcopilot.reading.pay_words import (
    ADVERB_WORDS,
    BEFORE_WORDS,
    COUNTRY_CURRENCY,
    CROWNS,
    DOLLARS,
    PER_YEAR,
    RATE_WORDS,
    UNITS_PER_DOLLAR,
    Period,
)

_LEAST_A_YEAR, _MOST_A_YEAR = 1_000.0, 10_000_000.0
_LEAST_GUESSED_HOUR, _HOUR_BELOW, _DAY_BELOW, _MONTH_BELOW = 5.5, 250.0, 1_200.0, 12_000.0
_EVERY_TWO = re.compile(r"(?:semi|half|bi)-?month|(?:bi|2|two)-?week|fortnight")
# "40 hours per week, $25", "$25, monthly lunches": a period beside a sum is its own if it makes a common salary.
_COMMON_YEAR = (8_000.0, 1_000_000.0)
# Each begins with one letter, which the engine skips to; one pattern of them all would be far slower.
_UNITED_STATES = (
    re.compile(r"U(?:SD?(?!\w)|S\$|SA(?!\w)|\.S\.|nited States)"),
    re.compile(r"401\s?\(?[kK]"),
    re.compile(r"W-?2(?!\w)"),
)
_OTHER_DOLLARS = (
    "Canad",
    "CAD",
    "C$",
    "CA$",
    "Austral",
    "AUD",
    "New Zealand",
    "Singapore",
    "Hong Kong",
    "Mexic",
)


def yearly(amount: float | None, period: Period | None) -> float | None:
    """Return what an amount comes to in a year of 2,080 hours, 260 days, 52 weeks or 12 months."""
    return None if amount is None or period is None else amount * PER_YEAR[period]


@dataclass
class Setting:
    """What the whole text and the job's country say about signs that several currencies share."""

    text: str
    country: str | None

    @cached_property
    def local(self) -> str | None:
        """Return the currency of the job's country."""
        return COUNTRY_CURRENCY.get((self.country or "").strip().upper())

    @cached_property
    def is_american(self) -> bool:
        """Say whether the text speaks of the United States and of no other country that has dollars."""
        says_so = any(pattern.search(self.text) for pattern in _UNITED_STATES)
        return says_so and not _says_one_of(self.text, _OTHER_DOLLARS)

    def currency_of(self, mark: str | None) -> tuple[str | None, bool]:
        """Return the currency that a mark stands for here and whether that is certain."""
        if mark is None:
            return self.local, False
        if mark == "$":
            return (self.local, True) if self.local in DOLLARS else ("USD", self.is_american)
        if mark == "¥":
            if self.local in ("JPY", "CNY"):
                return self.local, True
            if _says_one_of(self.text, ("RMB", "CNY", "人民币", "China", "元")):
                return "CNY", True
            return "JPY", _says_one_of(self.text, ("年", "月", "時", "円", "JPY", "Japan", "Tokyo"))
        if mark == "kr":
            return (self.local, True) if self.local in CROWNS else ("SEK", False)
        if mark == "ZAR" and "ZAR" not in self.text:
            return "ZAR", self.local == "ZAR"  # a lone R
        return mark, True


def period_of(
    text: str, money: Sum, after: tuple[Period, int, bool] | None, since: int, currency: str | None
) -> tuple[Period | None, bool]:
    """Return the period of a sum and whether words say it; words not tied to the sum must fit its size."""
    if money.implied is not None:
        return money.implied, True
    said = after[0] if after is not None else None
    if after is not None and after[2]:
        return said, True
    window = max(since, money.start - 60)
    window = max(window, text.rfind("\n", window, money.start), text.rfind(". ", window, money.start))
    if said is None:
        for match in PERIOD_BEFORE.finditer(text, window, money.start):
            said = BEFORE_WORDS.get(match.group().lower(), said)
    if said is not None:
        unit = UNITS_PER_DOLLAR.get(currency or "", 1.0)
        if _COMMON_YEAR[0] <= money.largest * PER_YEAR[said] / unit <= _COMMON_YEAR[1]:
            return said, True
    return guess_period(money.largest, currency), False


def guess_period(amount: float | None, currency: str | None) -> Period | None:
    """Return the period for which an amount is likely pay, by its size; None for pocket money."""
    if amount is None:
        return None
    dollars = amount / UNITS_PER_DOLLAR.get(currency or "", 1.0)
    if dollars < _HOUR_BELOW:
        return "hour" if dollars >= _LEAST_GUESSED_HOUR else None
    if dollars < _DAY_BELOW:
        return "day"
    return "month" if dollars < _MONTH_BELOW else "year"


def is_sane(amount: float | None, period: Period | None, currency: str | None) -> bool:
    """Say whether anybody is paid so: between 1,000 and 10,000,000 a year, in what one dollar buys."""
    a_year = yearly(amount, period)
    unit = UNITS_PER_DOLLAR.get(currency or "", 1.0)
    return a_year is not None and _LEAST_A_YEAR <= a_year / unit <= _MOST_A_YEAR


def period_named(word: str | None) -> Period | None:
    """Return the period that a feed's word means: "HOUR", "1 YEAR", "per-month-salary", "yearly", "2 WEEKS"."""
    said = re.sub(r"[^\w/.]+|_", "-", (word or "")[:40].strip().lower()).strip("-")
    if found := _EVERY_TWO.search(said):
        return "half_month" if "month" in found.group() else "two_weeks"
    for part in (said, *said.split("-")):
        period = RATE_WORDS.get(part) or ADVERB_WORDS.get(part) or RATE_WORDS.get(part.removesuffix("s"))
        if period is not None:
            return period
    return None


def _says_one_of(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110 - a generator costs more than the search
        if word in text:
            return True
    return False
