"""The values that filters take: percentages, yearly pay, ages and dates, each as a range with both ends included."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

MOST_DAYS: Final = 36_500
"""An age of a century is as good as any longer one."""
_DAYS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}
_SIGNS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}

_COMPARED = re.compile(r"(>=|<=|=>|=<|>|<|=|≥|≤)?\s*(.*)", re.DOTALL)
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u2019 ]\d{3})+")
_PLAIN = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_AGE = re.compile(r"(\d{1,6})\s?(d|w|m|y)(?:ays?|eeks?|onths?|ears?)?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_CURRENCY = re.compile(r"^([A-Za-z]{3}|[$€£¥₹])?\s*([\d.,'\u2019 ]+\s*[kKmM]?)\s*([A-Za-z]{3}|[$€£¥₹])?$")


class Unreadable(ValueError):
    """A filter's value is not what the filter takes; the message says what it takes."""


def number_bounds(value: str) -> tuple[float | None, float | None]:
    """Read `>70`, `<=50`, `70`, `50..80` as percentages. Raises `Unreadable`."""
    try:
        return _bounds(value, _percent, step=1.0)
    except ValueError:
        raise Unreadable(
            f"match: takes a percentage (>70, <50) or a range (50..80), not {_short(value)}"
        ) from None


def pay_bounds(value: str) -> tuple[float | None, float | None, str | None]:
    """Read `>120k`, `<€90000`, `80k..120k` as a year's pay and its currency, None where none is named.

    Figures below 1,000 without a K are thousands: nobody is paid 120 a year. Raises `Unreadable`.
    """
    currencies: set[str] = set()

    def figure(text: str) -> float:
        read = _CURRENCY.match(text.strip())
        if read is None:
            raise ValueError(text)
        for named in (read[1], read[3]):
            if named:
                currencies.add(_SIGNS.get(named, named.upper()))
        return _amount(read[2].strip())

    try:
        low, high = _bounds(value, figure, step=0.01)
        if len(currencies) > 1:
            raise ValueError(value)
    except ValueError:
        raise Unreadable(
            f"pay: takes a year's pay (>120k, <90000, >€80k) or a range (80k..120k), not {_short(value)}"
        ) from None
    return low, high, next(iter(currencies), None)


def date_bounds(value: str, *, today: date, ahead: bool = False) -> tuple[date | None, date | None]:
    """Read `<7d`, `>2w`, `>2026-10-01`, `2026-10`, `2026-10-01..2026-10-31`, `today` as days.

    An age counts back from today, or forward where `ahead` (deadlines). A month is 30 days, a year 365.
    Raises `Unreadable`.
    """
    try:
        if ".." in value:
            return _date_range(value, today, ahead=ahead)
        sign, rest = _split(value)
        age = _age(rest)
        if age is not None:
            return _age_bounds(sign, age, today, ahead=ahead)
        first, final = _days(rest, today)
        match sign:
            case ">":
                return final + timedelta(1), None
            case ">=":
                return first, None
            case "<":
                return None, first - timedelta(1)
            case "<=":
                return None, final
        return first, final
    except (ValueError, OverflowError):
        takes = "how far ahead (<3d, >2w)" if ahead else "an age (<7d, >2w)"
        raise Unreadable(
            f"takes {takes} in d, w, m or y, a date (>2026-10-01) or a range "
            f"(2026-10-01..2026-10-31), not {_short(value)}"
        ) from None


def _age_bounds(sign: str, age: int, today: date, *, ahead: bool) -> tuple[date | None, date | None]:
    if ahead:
        if sign in {">", ">="}:
            return today + timedelta(age + (sign == ">")), None
        return today, today + timedelta(age)
    if sign in {">", ">="}:
        return None, today - timedelta(age + (sign == ">"))
    return today - timedelta(age), None


def _date_range(value: str, today: date, *, ahead: bool) -> tuple[date | None, date | None]:
    left, right = (part.strip() for part in value.split("..", 1))
    if not (left or right):
        raise ValueError(value)
    ages = _age(left), _age(right)
    if any(age is not None for age in ages):
        if any(side and age is None for side, age in zip((left, right), ages, strict=True)):
            raise ValueError(value)
        ends = [None if age is None else today + timedelta(age if ahead else -age) for age in ages]
        near, far = ends
        if near is not None and far is not None:
            return min(near, far), max(near, far)
        return (near, far) if ahead else (far, near)
    low = _days(left, today)[0] if left else None
    high = _days(right, today)[1] if right else None
    if low is not None and high is not None and low > high:
        low, high = _days(right, today)[0], _days(left, today)[1]
    return low, high


def _bounds(value: str, read: Callable[[str], float], *, step: float) -> tuple[float | None, float | None]:
    """The range of a figure, of which whole steps count."""
    for between in ("..", "–", "—"):
        if between in value:
            left, right = (part.strip() for part in value.split(between, 1))
            if not (left or right):
                raise ValueError(value)
            low, high = (read(left) if left else None), (read(right) if right else None)
            return (high, low) if low is not None and high is not None and low > high else (low, high)
    sign, rest = _split(value)
    figure = read(rest)
    return {
        ">": (math.floor(figure / step + 1e-9) * step + step, None),
        ">=": (figure, None),
        "<": (None, math.ceil(figure / step - 1e-9) * step - step),
        "<=": (None, figure),
    }.get(sign, (figure, figure))


def _split(value: str) -> tuple[str, str]:
    compared = _COMPARED.match(value)
    assert compared is not None  # both parts may be empty
    sign = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}.get(compared[1] or "", compared[1] or "")
    return sign, compared[2].strip()


def _percent(text: str) -> float:
    plain = _PLAIN.fullmatch(text.removesuffix("%").strip())
    if plain is None:
        raise ValueError(text)
    return float(plain[0])


def _amount(text: str) -> float:
    scale = {"k": 1_000.0, "m": 1_000_000.0}.get(text[-1:].lower())
    digits = text[:-1].strip() if scale else text
    if _GROUPED.fullmatch(digits):
        figure = float(re.sub(r"\D", "", digits))
    elif _PLAIN.fullmatch(digits.replace(",", ".") if digits.count(",") == 1 else digits):
        figure = float(digits.replace(",", "."))
    else:
        raise ValueError(text)
    if scale is None:
        scale = 1_000.0 if figure < 1_000 else 1.0
    if not math.isfinite(figure * scale):
        raise ValueError(text)
    return figure * scale


def _age(text: str) -> int | None:
    age = _AGE.fullmatch(text)
    return None if age is None else min(int(age[1]) * _DAYS[age[2].lower()], MOST_DAYS)


def _days(text: str, today: date) -> tuple[date, date]:
    """The first and last day of a day, month or year as written."""
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(text.lower())
    if near is not None:
        return today + timedelta(near), today + timedelta(near)
    read = _DATE.fullmatch(text)
    if read is None:
        raise ValueError(text)
    year, month, day = int(read[1]), int(read[2] or 0), int(read[3] or 0)
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def _short(value: str) -> str:
    return value if len(value) <= 30 else value[:29] + "…"
