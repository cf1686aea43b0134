"""Signs, bars and words that lists and panes share: text of exact width, states told by sign and word."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from jobcopilot.jobs.views import Status
    from jobcopilot.reading.pay import Pay

STATUS_SIGNS: dict[Status, str] = {
    "new": "○",
    "interested": "◔",
    "applied": "◑",
    "interviewed": "◕",
    "offer": "★",
    "accepted": "✓",
    "rejected": "✗",
    "withdrawn": "↩",
}
STATUS_KEYS: dict[Status, str] = {
    "new": "n",
    "interested": "i",
    "applied": "a",
    "interviewed": "v",
    "offer": "o",
    "accepted": "c",
    "rejected": "r",
    "withdrawn": "w",
}
"""The letter that chooses a status in the status menu."""

_CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_PERIOD_SHORT = {
    "hour": "/h",
    "day": "/d",
    "week": "/wk",
    "two_weeks": "/2wk",
    "half_month": "/½mo",
    "month": "/mo",
}
# What makes terminals disagree about a cell's width: joiners, variation selectors, skin tones, flag letters,
# keycap marks. Without them every character is one that all count alike.
_UNSURE = {0x200C, 0x200D, 0x20E3, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)}
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


@lru_cache(maxsize=4096)
def _steady(text: str) -> str:
    kept: list[str] = []
    for character in text:
        code = ord(character)
        if code in _FLAG_LETTERS:
            kept.append(chr(code - 0x1F1E6 + ord("A")))
        elif character in "\t\n":
            kept.append(" ")
        elif code not in _UNSURE and unicodedata.category(character) not in (
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
            "Me",
        ):
            kept.append(character)
    return "".join(kept)


def steady(text: str) -> str:
    """Return text whose width every terminal counts alike, so that what follows it stays in its column."""
    if text.isascii() and text.isprintable():
        return text
    return _steady(text)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return text in exactly `width` cells: padded, or cut with an ellipsis; wide characters count as two."""
    if width <= 0:
        return ""
    text = steady(text)
    if text.isascii():
        if len(text) > width:
            text = text[: width - 1] + "…"
        return text.rjust(width) if right else text.ljust(width)
    taken = cell_len(text)
    if taken > width:
        text = _cut(text, width - 1) + "…"
        taken = cell_len(text)
    space = " " * (width - taken)
    return space + text if right else text + space


def _cut(text: str, width: int) -> str:
    taken = 0
    for at, character in enumerate(text):
        taken += cell_len(character)
        if taken > width:
            return text[:at]
    return text


@lru_cache(maxsize=1024)
def bar(share: float, width: int) -> str:
    """Return a thin bar of `share` (0 to 1) in halves of a cell, padded to `width` cells; rows of it stay apart."""
    halves = round(max(0.0, min(1.0, share)) * width * 2)
    return ("━" * (halves // 2) + "╸" * (halves % 2)).ljust(width)


def match_text(match: int | None, *, thin: bool, blocked: bool = False) -> str:
    """Return a match in four cells: `  92`, ` ~58` where little is said, ` ✗49` blocked, `✗~49` both, `   —` unscored.

    What is blocked has two digits at most, so that both signs always have their cells.
    """
    if match is None:
        return "   —"
    return f"{'✗' if blocked else ''}{'~' if thin else ''}{match}".rjust(4)


@lru_cache(maxsize=4096)
def short_pay(pay: Pay | None) -> str:
    """Return pay for a column: `$188–240k`, `€45/h`, `from £60k`, or — where it is not said."""
    if pay is None or (pay.minimum is None and pay.maximum is None):
        return "—"
    low, high = pay.minimum, pay.maximum
    thousands = all(value is None or value >= 10_000 for value in (low, high))
    if low is not None and high is not None and low != high:
        amount = f"{_short(low, thousands, bare=thousands)}–{_short(high, thousands)}"
    else:
        amount = _short(low if low is not None else high or 0.0, thousands)
    sign = _CURRENCY_SIGNS.get(pay.currency or "")
    text = f"{sign}{amount}" if sign else f"{amount} {pay.currency or ''}".rstrip()
    if low is None:
        text = f"to {text}"
    elif high is None:
        text = f"from {text}"
    return text + _PERIOD_SHORT.get(pay.period or "", "")


def _short(value: float, thousands: bool, *, bare: bool = False) -> str:
    if thousands:
        if value >= 1_000_000:
            return f"{value / 1_000_000:.3g}M"
        return f"{value / 1000:.0f}" + ("" if bare else "k")
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value < 1000 else f"{value:,.0f}"


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, as people say it: `just now`, `12 min ago`, `3 days ago`."""
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86_400:
        hours = int(seconds // 3600)
        return f"{hours} hour{'s' if hours != 1 else ''} ago"
    return days_ago(int(seconds // 86_400))


def days_ago(days: int) -> str:
    """Return a number of days before or after today in words."""
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days == -1:
        return "tomorrow"
    if days < 0:
        return f"in {-days} days"
    if days < 60:
        return f"{days} days ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"


def day(when: date, today: date) -> str:
    """Return a day as people say it: `Tue 1 Dec`, with the year where it is not this one."""
    text = f"{when:%a} {when.day} {when:%b}"
    return text if when.year == today.year else f"{text} {when.year}"


def moment(when: datetime, zone: tzinfo, today: date) -> str:
    """Return a moment in the person's zone: `Tue 1 Dec 10:00`."""
    local = when.astimezone(zone)
    return f"{day(local.date(), today)} {local:%H:%M}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 job`, `2,400 jobs`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
