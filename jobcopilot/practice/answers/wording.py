"""What words are chosen: those of one case that happened, or those that anybody would say; an answer, or a text.

Two weighted lists of stems, kept as data beside this file and fitted on the labelled answers and on texts that answer
nothing (`tests/unit/fitting_wording.py`). Hesitations and articles are in neither, and a figure counts
the same in digits and as a word, so that neither accent nor transcript decides.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Set
from functools import cache
from pathlib import Path
from typing import Final

from jobcopilot.practice.answers.lexicon import HESITATION, listed
from jobcopilot.practice.answers.words import Words

_DATA: Final = Path(__file__).with_name("wording.toml")
_PASSED_OVER: Final = HESITATION | listed("a an the")
"""Words that say more about who speaks than about what is said."""
_DIGITS: Final[Mapping[str, str]] = {
    "2": "two", "3": "thre", "4": "four", "5": "fiv", "6": "six", "7": "seven", "8": "eight", "9": "nin", "10": "ten",
    "11": "eleven", "12": "twelv", "20": "twenti", "30": "thirti", "40": "forti", "50": "fifti", "100": "hundr",
    "1000": "thousand",
}  # fmt: skip
"""Stems of the words for numbers, so that a figure counts the same however it is written."""
FIGURE: Final = "#"
"""What stands for every other number in digits."""
BASE: Final = "##"
"""The weight that every text has, whatever its words."""
_USUAL, _SHORTEST = 60, 20
"""Words of an answer whose sum is left as it is, and words below which an answer counts as that long."""
_GROWTH: Final = 0.35
"""How much more of everything a longer answer is taken to hold, as a power of its length."""


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Return the weight of each stem, above 0 for one case ("case") and for a text that answers nothing ("text")."""
    found = tomllib.loads(_DATA.read_text("utf-8"))
    return {
        name: {stem: float(weight) for stem, weight in (line.split() for line in lines.splitlines() if line)}
        for name, lines in found.items()
    }


def _weighed(words: Words) -> Iterator[str]:
    """Yield for each word the stem that it is weighed by, empty for those that are passed over."""
    for word, stem in zip(words.words, words.stems, strict=True):
        if word in _PASSED_OVER:
            yield ""
        else:
            yield _DIGITS.get(word, FIGURE) if word[:1].isdigit() else stem


def chosen(words: Words) -> frozenset[str]:
    """Return the stems that a wording is weighed by."""
    return frozenset(stem for stem in _weighed(words) if stem)


def told_as_a_case(words: Words) -> float:
    """Return how much the words are those of one case: above 0 where more than those that anybody would say.

    Where the rest lowers it, the answer up to the end of a sentence counts: what is added in ordinary words is no loss.
    """
    table, seen, total, best = weights()["case"], set[str](), 0.0, -math.inf
    for index, stem in enumerate(_weighed(words)):
        if stem and stem not in seen:
            seen.add(stem)
            total += table.get(stem, 0.0)
        if index + 1 == len(words) or (index in words.ends and index >= _SHORTEST):
            best = max(best, total / _divisor(index + 1))
    return best if words.words else 0.0


def reads_as_a_text(words: Words, asked: Set[str]) -> float:
    """Return how much the words are those of a text or of a life outside work, above 0 where more than of an answer.

    Words of the question, whose stems `asked` are, count neither way.
    """
    return weights()["text"][BASE] + _sum("text", chosen(words) - asked) / size_of(words)


def size_of(words: Words) -> float:
    """Return what the sum of an answer is divided by: long answers hold more of everything."""
    return _divisor(len(words))


def _divisor(length: int) -> float:
    return float((max(length, _SHORTEST) / _USUAL) ** _GROWTH)


def _sum(name: str, stems: Set[str]) -> float:
    table = weights()[name]
    # In order, because a sum of floats depends on its order, and a set's order on the process.
    return sum(table.get(stem, 0.0) for stem in sorted(stems))
