"""What the values of a column look like: addresses, dates, amounts, words for a status, long text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from jobcopilot.jobs.importers.dates import read_moment
from jobcopilot.jobs.importers.words import is_missing, read_mode_word, read_open, read_status, read_yes
from jobcopilot.reading.role_words import names_a_role

SAMPLE = 200
"""Rows looked at before anything is decided."""

_URL = re.compile(r"https?://\S|^www\.\S+$", re.IGNORECASE)
_API = re.compile(r"https?://(?:[\w-]+\.)*api[.-]", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d[\d.,' ]*$")
_PAY = re.compile(
    r"(?:[$€£¥₹]|\b(?:usd|eur|gbp|chf|cad|aud|inr|jpy|pln|sek)\b)\s?\d|\d[\d.,]*\s?(?:k\b|[$€£₹]|usd|eur|gbp|chf|per\s+\w+|/\s?(?:h|y))",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^[^\W\d][^\d,;|]{1,40},\s*[^\W\d][^\d]{1,40}$|\bremote\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """Shares (0 to 1) of a column's values that look like something, over at most `SAMPLE` values that are there."""

    filled: int = 0
    urls: float = 0.0
    api_urls: float = 0.0
    dates: float = 0.0
    numbers: float = 0.0
    yes_no: float = 0.0
    open_words: float = 0.0
    statuses: float = 0.0
    work_modes: float = 0.0
    pays: float = 0.0
    roles: float = 0.0
    places: float = 0.0
    digits: float = 0.0
    letters: float = 0.0
    lists: float = 0.0
    length: float = 0.0
    """Mean length in characters."""
    identifies: bool = False
    """Every value is another one, and none is a row number."""


def shape_of(values: Iterable[object]) -> Shape:
    """Return what the values look like; those that are missing don't count."""
    raw = [value for value in values if value is not None and value not in ([], {})]
    pairs = [(value, _as_text(value)) for value in raw]
    present = [(value, text) for value, text in pairs if not is_missing(text)][:SAMPLE]
    if not present:
        return Shape()
    texts = [text for _, text in present]
    count = len(texts)

    def share(fits: Iterable[object]) -> float:
        return sum(1 for fit in fits if fit) / count

    short = [text if len(text) <= 300 else "" for text in texts]
    return Shape(
        filled=count,
        urls=share(_URL.search(text) for text in short),
        api_urls=share(_API.match(text) for text in short),
        dates=share(read_moment(value) is not None or _is_relative(text) for value, text in present),
        numbers=share(_NUMBER.match(text) for text in short),
        yes_no=share(read_yes(value) is not None for value, _ in present),
        open_words=share(read_open(value) is not None for value, _ in present),
        statuses=share(read_status(text) for text in short),
        work_modes=share(read_mode_word(text) for text in short),
        pays=share(_PAY.search(text) for text in short),
        roles=share(names_a_role(text) for text in short),
        places=share(_PLACE.search(text) for text in short),
        digits=share(any(char.isdigit() for char in text[:300]) for text in texts),
        letters=share(any(char.isalpha() for char in text[:300]) for text in texts),
        lists=share(isinstance(value, list) for value, _ in present),
        length=sum(map(len, texts)) / count,
        identifies=_identifies(texts),
    )


def _as_text(value: object) -> str:
    """Return a value as a reader would see it; a list by its first entry."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    return str(value)[:5000].strip()


def _is_relative(text: str) -> bool:
    return bool(
        re.search(r"\b(?:ago|yesterday|today|gestern|heute|hier|vor \d+|il y a)\b", text[:40], re.IGNORECASE)
    )


def _identifies(texts: list[str]) -> bool:
    """Tell whether values could tell postings of different files apart: long enough, all different, no counting."""
    if len(set(texts)) < len(texts) or min(map(len, texts)) < 5 or max(map(len, texts)) > 120:
        return False
    if not all(text.isdigit() for text in texts):
        return all(any(char.isdigit() for char in text) for text in texts)
    numbers = [int(text[:18]) for text in texts]
    return len(numbers) == 1 or any(later - earlier != 1 for earlier, later in pairwise(numbers))
