"""How alike two questions are, so that none is asked twice in other words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ALIKE: Final = 85
"""Token-set ratio (rapidfuzz) from which on two questions count as the same."""


def most_alike(text: str, others: Mapping[int, str], *, limit: int = 3) -> tuple[tuple[int, int], ...]:
    """Return (key, ratio from 0 to 100) of those that are as good as the same question, the most alike first."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        text,
        others,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=limit,
    )
    return tuple((key, round(ratio)) for _, ratio, key in found)
