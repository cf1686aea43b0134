"""Quotes held to the text that they are said to come from: a claim that nobody can look up is none."""

from __future__ import annotations

import re
from typing import Final

SHORTEST: Final = 8
"""Characters of a quote below which it shows nothing; a figure may be shorter."""
LONGEST: Final = 400
_WORD: Final = re.compile(r"[^\W_]+")


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """Return the characters of `text` that a quote stands in, or None where it does not.

    Word for word and in order; case, white space and punctuation between the words may differ, for models write them
    as they like. What is found is the text's own wording. Too short to show anything counts as not found.
    """
    wanted = quote.strip().strip("\"'“”‘’«»").strip()
    words = _WORD.findall(wanted[:LONGEST])
    if not words or (len(wanted) < SHORTEST and not any(word.isdigit() for word in words)):
        return None
    start = text.find(wanted)
    if start >= 0 and len(wanted) <= LONGEST and _whole(text, start, start + len(wanted)):
        return start, start + len(wanted)
    pattern = r"[\W_]+".join(map(re.escape, words))
    found = re.search(rf"(?<![^\W_]){pattern}(?![^\W_])", text, re.IGNORECASE)
    return None if found is None else found.span()


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a span neither begins nor ends inside a word."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after
