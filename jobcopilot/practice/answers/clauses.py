"""An answer in clauses, each told apart by what it holds: something in particular, or what anybody would say."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jobcopilot.practice.answers.lexicon import FUNCTION, HESITATION, listed
from jobcopilot.practice.answers.words import Words

_SHORTEST, _LONGEST = 6, 28
_TURNS: Final = listed("but so then because when if which after until while although finally")
_AND: Final = listed("i we it they he she then the you that my our there this")
_LISTING: Final = listed("and or with plus also")
_OF_A_LIST: Final = 2
"""Things of a list that count: naming ten tools says little more than naming two."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Words from `first` to `last`, both included."""

    first: int
    last: int
    particular: int
    """Particular things in it: words that fit neither every answer nor the question, and figures."""
    vague: int

    @property
    def concrete(self) -> bool:
        """Whether it says something in particular."""
        return self.particular >= 2


def clauses_of(words: Words) -> list[tuple[int, int]]:
    """Return the first and last word of each clause: sentences, and what a transcript without stops breaks into."""
    found: list[tuple[int, int]] = []
    first = 0
    for index in range(len(words)):
        following = words.words[index + 1] if index + 1 < len(words) else ""
        after = words.words[index + 2] if index + 2 < len(words) else ""
        length = index - first + 1
        turns = following in _TURNS or (following == "and" and after in _AND)
        if index in words.ends or not following or length >= _LONGEST or (length >= _SHORTEST and turns):
            found.append((first, index))
            first = index + 1
    return found


def weighed(
    words: Words, specific_at: Sequence[int], numbers: Sequence[int], vague: Sequence[int]
) -> tuple[Clause, ...]:
    """Return the clauses with what they hold; the places are indexes of words in order."""
    kept = _without_lists(words, specific_at)
    return tuple(
        Clause(
            first,
            last,
            _within(kept, first, last) + 2 * _within(numbers, first, last),
            _within(vague, first, last),
        )
        for first, last in clauses_of(words)
    )


def _within(places: Sequence[int], first: int, last: int) -> int:
    return bisect_right(places, last) - bisect_left(places, first)


def _without_lists(words: Words, places: Sequence[int]) -> list[int]:
    """Return the places but those that only go on with a list: content after content, or joined by "and"."""
    content = [word not in FUNCTION and word not in HESITATION for word in words.words]
    run: Mapping[int, int] = _runs(words, content)
    return [place for place in places if run.get(place, 0) <= _OF_A_LIST * 2]


def _runs(words: Words, content: Sequence[bool]) -> dict[int, int]:
    """Return for each word of content its number in a row of them, "and" between them not counted."""
    numbers: dict[int, int] = {}
    running = 0
    for index, word in enumerate(words.words):
        if content[index]:
            running += 1
            numbers[index] = running
        elif word not in _LISTING:
            running = 0
    return numbers
