"""Which points of a rubric an answer touches, and with which words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jobcopilot.practice.answers.words import Words, folded_words, stem
from jobcopilot.practice.views import Point

_PASSED_OVER: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "our",
        "your",
        "their",
        "his",
        "her",
        "its",
        "this",
        "that",
        "these",
        "those",
        "of",
        "to",
        "um",
        "uh",
    ]
)
"""Words that may stand between two words of a sign."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A point that an answer touches: the first and last word that do best, and how many of its signs are there."""

    point: str
    first: int
    last: int
    signs: int
    at: tuple[int, ...]
    """Where its signs begin, in order."""


@dataclass(frozen=True, slots=True)
class SignsFound:
    """What the signs of a rubric found: `inside` are the indexes of all words that belong to a sign."""

    touched: tuple[Touched, ...]
    missed: tuple[str, ...]
    inside: frozenset[int]


def find_points(words: Words, points: Sequence[Point]) -> SignsFound:
    """Find each point's signs: words in a row, each the sign's word, one that it begins, or another form of it."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, word in enumerate(words.words):
        places[word[:2]].append(index)
    touched, missed, inside = [], [], set[int]()
    for point in points:
        found = [hit for sign in point.signs if (hit := _find(words, places, _parts(sign)))]
        for first, last in found:
            inside.update(range(first, last + 1))
        if found:
            first, last = max(found, key=lambda hit: (hit[1] - hit[0], -hit[0]))
            places_of = tuple(sorted({hit[0] for hit in found}))
            touched.append(Touched(point.point, first, last, len(set(found)), places_of))
        else:
            missed.append(point.point)
    return SignsFound(tuple(touched), tuple(missed), frozenset(inside))


@lru_cache(maxsize=20_000)
def _parts(sign: str) -> tuple[str, ...]:
    return tuple(folded_words(sign))


def _find(words: Words, places: dict[str, list[int]], parts: tuple[str, ...]) -> tuple[int, int] | None:
    if not parts:
        return None
    for first in places.get(parts[0][:2], ()):
        if not _alike(words, first, parts[0]):
            continue
        last = first
        for part in parts[1:]:
            if _alike(words, last + 1, part):
                last += 1
            elif (
                last + 2 < len(words)
                and words.words[last + 1] in _PASSED_OVER
                and _alike(words, last + 2, part)
            ):
                last += 2
            else:
                break
        else:
            return first, last
    return None


def _alike(words: Words, index: int, part: str) -> bool:
    if index >= len(words):
        return False
    word = words.words[index]
    return word.startswith(part) or (len(part) > 4 and words.stems[index] == stem(part))
