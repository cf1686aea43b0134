"""The sums of a text that are pay, each with its currency, its period and its place."""

from __future__ import annotations

import re
from dataclasses import replace

from jobcopilot.reading.pay import Known, Pay
from jobcopilot.reading.pay_amounts import Sum, period_after, sums
from jobcopilot.reading.pay_context import is_pay, place_of
from jobcopilot.reading.pay_units import Setting, is_sane, period_of, yearly
from jobcopilot.reading.pay_words import UNITS_PER_DOLLAR, Period

# A range that no word calls pay must look like a yearly salary to be one.
_UNNAMED_RANGE = (8_000.0, 1_000_000.0)
_UNNAMED_RANGE_RATIO = 3.0
_UNNAMED_YEAR = 12_000.0

_MOST_STATEMENTS, _MOST_CANDIDATES = 40, 400
_OTE = re.compile(r"(?<!\w)(?:OTE|on[- ]target(?: earnings)?)(?!\w)", re.IGNORECASE)
_OTE_BEFORE = re.compile(
    r"(?<!\w)(?:OTE|on[- ]target(?: earnings)?)(?:\s?(?:of|is|range))?\s?:?[\s(]{0,2}\Z", re.IGNORECASE
)
_OTE_AFTER = re.compile(
    r"[\s,(]{0,3}(?:OTE|on[- ]target earnings)(?!\w)\)?(?!\s?:?\s?[$€£0-9])", re.IGNORECASE
)


def says_on_target(text: str) -> bool:
    """Say whether a statement is of on-target earnings, commission included."""
    return _OTE.search(text) is not None


def statements(text: str, country: str | None, *, is_field: bool) -> list[Pay]:
    """Return the pay statements of a text; a field is about pay throughout, a description only where it says so."""
    candidates = []
    for money in sums(text, every_number=is_field):
        candidates.append(money)
        if len(candidates) >= _MOST_CANDIDATES:
            break
    setting = Setting(text, country)
    found: list[tuple[Pay, int, int, int, int]] = []
    for index, money in enumerate(candidates):
        since = candidates[index - 1].end if index else 0
        until = candidates[index + 1].start if index + 1 < len(candidates) else len(text)
        follows = bool(found) and found[-1][1] == candidates[index - 1].start
        statement = _statement(text, money, since, until, setting, is_field=is_field, follows=follows)
        if statement is not None:
            found.append((statement[0], money.start, statement[1], since, until))
            if len(found) >= _MOST_STATEMENTS:
                break
    if len(found) > 1:
        # A posting that says its pay twice says it in other words the second time.
        apart: dict[object, Pay] = {}
        for pay, *where in found:
            placed = replace(pay, place=place_of(text, *where))
            apart.setdefault((pay.minimum, pay.maximum, pay.currency, pay.period, placed.place), placed)
        return list(apart.values())
    return [pay for pay, *_ in found]


def _statement(
    text: str, money: Sum, since: int, until: int, setting: Setting, *, is_field: bool, follows: bool
) -> tuple[Pay, int] | None:
    """Return one sum as pay with the end of its words, or None where it is something else."""
    after = period_after(text, money.end, rate_only=money.mark is None and not money.scaled)
    verdict = is_pay(text, money, since, until, is_field=is_field, period_said=after is not None)
    if (
        verdict is None
        and follows
        and money.start - since <= 40
        and place_of(text, money.start, money.end, since, until)
    ):
        verdict = True  # "$150k (NYC), $135k (Remote)"
    if verdict is False or not _is_plausible(money, verdict is True, after is not None, is_field=is_field):
        return None
    currency, is_explicit = setting.currency_of(money.mark)
    period, period_known = period_of(text, money, after, since, currency)
    if period is None or not all(
        is_sane(bound, period, currency) for bound in (money.low, money.high) if bound
    ):
        return None
    if verdict is None and not is_field and not _stands_alone(money, period, currency, after is not None):
        return None
    end = after[1] if after is not None else money.end
    start = money.start
    if ote := _OTE_BEFORE.search(text, max(since, start - 32), start):
        start = ote.start()
    elif ote := _OTE_AFTER.match(text, end, min(until, end + 32)) or _OTE_AFTER.match(text, money.end, until):
        end = max(end, ote.end())
    if text[end : end + 1] == ")" and "(" in text[start:end] and ")" not in text[start:end]:
        end += 1
    known: Known = "parsed" if is_explicit and period_known else "guessed"
    return Pay(" ".join(text[start:end].split()), money.low, money.high, currency, period, known), end


def _is_plausible(money: Sum, is_named: bool, period_said: bool, *, is_field: bool) -> bool:
    """Say whether a sum has enough about it to be looked at as pay: a mark, a scale, a size or a word."""
    if money.mark is not None:
        return is_field or money.is_range or period_said or is_named
    if not is_field and not is_named:
        return False
    if money.largest in range(1900, 2101):
        return False  # a year of the calendar
    return money.scaled or period_said or money.largest >= 1000


def _stands_alone(money: Sum, period: Period, currency: str | None, period_said: bool) -> bool:
    """Say whether a sum that no word calls pay looks like nothing else: a yearly range, or a rate to live on."""
    unit = UNITS_PER_DOLLAR.get(currency or "", 1.0)
    least = (yearly(money.low, period) or yearly(money.high, period) or 0.0) / unit
    most = (yearly(money.largest, period) or 0.0) / unit
    if period_said:
        return least >= _UNNAMED_YEAR and most <= _UNNAMED_RANGE[1]
    in_bounds = _UNNAMED_RANGE[0] <= least and most <= _UNNAMED_RANGE[1]
    return money.is_range and period == "year" and in_bounds and most <= least * _UNNAMED_RANGE_RATIO
