"""How alike two questions are, so that none is asked twice in other words."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Final

ALIKE: Final = 85
"""Token-set ratio (rapidfuzz) from which on two questions count as the same."""
_AS_LONG: Final = 70
"""Token-sort ratio that they need beside: to the first, "Why?" is the same as every question with a why in it."""


def most_alike(text: str, others: Mapping[int, str], *, limit: int = 3) -> tuple[tuple[int, int], ...]:
    """Return (key, ratio from 0 to 100) of those that are as good as the same question, the most alike first."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        text,
        others,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=None,
    )
    same = (
        (key, round(ratio))
        for words, ratio, key in found
        if fuzz.token_sort_ratio(text, words, processor=utils.default_process) >= _AS_LONG
    )
    return tuple(islice(same, limit))
