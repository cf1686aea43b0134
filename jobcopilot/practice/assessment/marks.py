"""Marks from 0 to 100 for one answer, each resting on words that stand in it.

What counts is how many different things of a kind are there, up to a few: saying them again, or saying more, adds
nothing, so that length alone earns next to nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Final

from jobcopilot.practice.answers.reading import Found, Reading
from jobcopilot.practice.answers.signs import Touched
from jobcopilot.practice.answers.wording import chosen, told_as_a_case
from jobcopilot.practice.views import Covered, Mark, Shape

WINDOW: Final = 14
"""Words of a quote, at most."""
PARTS: Final[Mapping[Shape, Mapping[str, float]]] = {
    "star": {"situation": 0.2, "task": 0.2, "action": 0.25, "result": 0.35},
    "design": {"clarify": 0.2, "approach": 0.25, "tradeoff": 0.25, "verify": 0.3},
    "plain": {"reason": 0.4, "particulars": 0.35, "link": 0.25},
}
"""Parts that an answer of each shape is built of, and their share."""
PART_NAMES: Final[Mapping[str, str]] = {
    "situation": "the situation",
    "task": "your task",
    "action": "what you did",
    "result": "the result",
    "clarify": "what you clarify first",
    "approach": "your approach",
    "tradeoff": "a trade-off",
    "verify": "how you check it",
    "reason": "your reason",
    "particulars": "something in particular",
    "link": "what it has to do with this job",
}
WEIGHTS: Final[Mapping[str, float]] = {
    "relevance": 1, "structure": 2, "substance": 82, "own part": 2, "points": 13, "length": 0,
}  # fmt: skip
"""What each mark weighs in the score; a mark that is not given (no rubric) leaves its weight to the others.

Like `SUBSTANCE`, rounded from a logistic regression over pairs of labelled answers to one question (175 questions, no
negative weight but those of words, ridge penalty; `tests/unit/fitting_wording.py`), then moved towards points as far
as that costs nothing on parts left out: the rubric of a question should count for something.
"""
SUBSTANCE: Final[Mapping[str, float]] = {
    "a case": 480, "definite": 16, "unvague": 14, "figures near": 14, "figures": 16, "concrete": 11, "pointed": 7,
    "plain": 8, "particular": 8,
}  # fmt: skip
"""What the mark for substance is made of, each from 0 to 1; nearly all of it is told by the words that are chosen."""
_NO_CASE, _ALL_CASE = -2.2, 2.6
"""The sums of words (`wording.told_as_a_case`) of nearly the weakest and nearly the strongest labelled answer."""
_FULL: Final = 24
"""Different words that carry a mark for substance: of fewer it gets their share, or a sentence of eight words would be
taken for half a case. Of the labelled strong answers the shortest has 27."""
_NEAR, _POINTS_NEAR = 40, 60
"""Words in a row within which figures, particulars and points stand close: a terse answer needs no more."""


def parts_of(reading: Reading) -> dict[str, tuple[Found, ...]]:
    """Return the parts of the answer's shape and where each shows."""
    return {part: _part(reading, part) for part in PARTS[reading.asked.shape]}


def marks_of(reading: Reading) -> tuple[Mark, ...]:
    """Return the marks of an answer that can be judged."""
    marks = [_relevance(reading), _structure(reading), _substance(reading), _own_part(reading)]
    if reading.asked.points:
        marks.append(_points(reading))
    return (*marks, _length(reading))


def score_of(marks: Sequence[Mark]) -> int:
    """Return the weighted mean of the marks."""
    total = sum(WEIGHTS[mark.name] for mark in marks)
    return round(sum(WEIGHTS[mark.name] * mark.score for mark in marks) / total)


def covered_points(reading: Reading) -> tuple[Covered, ...]:
    """Return the points that the answer touches, with the words that do."""
    covered = []
    for touched in reading.points.touched:
        start, end, quote = reading.quote(touched.first, touched.last)
        covered.append(Covered(touched.point, quote, start, end))
    return tuple(covered)


def saturating(count: float, enough: float) -> float:
    """Return from 0 to 1 how far a count is on its way; 0.8 at `enough`."""
    return 1.0 - math.exp(-1.61 * count / enough)


def _part(reading: Reading, part: str) -> tuple[Found, ...]:
    if part == "verify":
        return reading.of("verify") + reading.of("result")
    if part == "particulars":
        return reading.of("number") + reading.of("deed")
    return reading.of("deed" if part == "action" else part)


def _mark(reading: Reading, name: str, share: float, at: tuple[int, int], reason: str) -> Mark:
    start, end, quote = reading.quote(*at)
    return Mark(name, round(100 * min(max(share, 0.0), 1.0)), quote, start, end, reason)


def _relevance(reading: Reading) -> Mark:
    share = (1 + math.tanh(reading.relevance / 4)) / 2
    said = "It speaks to the question." if share > 0.6 else "Little of it speaks to the question."
    return _mark(reading, "relevance", share, _densest(reading, reading.on_question), said)


def _structure(reading: Reading) -> Mark:
    parts = parts_of(reading)
    shares = PARTS[reading.asked.shape]
    share = sum(shares[part] * (0.65, 1.0)[len(found) > 1] for part, found in parts.items() if found)
    there = [PART_NAMES[part] for part, found in parts.items() if found]
    lacking = [PART_NAMES[part] for part, found in parts.items() if not found]
    # The last part of a shape is what most answers lack: where it is there, it is what the mark rests on.
    shown = next((found[0] for found in reversed(parts.values()) if found), None)
    at = _around(reading, shown) if shown else _opening(reading)
    reason = f"There: {', '.join(there) or 'none of the parts'}."
    return _mark(
        reading, "structure", share, at, reason + (f" Missing: {', '.join(lacking)}." if lacking else "")
    )


def _substance(reading: Reading) -> Mark:
    numbers, different = reading.of("number"), reading.specific_at
    shares = substances(reading)
    share = sum(SUBSTANCE[name] * value for name, value in shares.items()) / sum(SUBSTANCE.values())
    different_words = len(chosen(reading.words))
    share *= min(1.0, different_words / _FULL)
    if different_words < _FULL / 2:
        at, reason = _opening(reading), f"It says too little to tell: {different_words} different words."
    elif numbers:
        at, reason = _around(reading, numbers[0]), "It names figures and particulars."
    elif different:
        at, reason = _densest(reading, different), "It names particulars, but no figure."
    else:
        at, reason = _opening(reading), "It names nothing in particular."
    return _mark(reading, "substance", share, at, reason)


def substances(reading: Reading) -> dict[str, float]:
    """Return how far an answer is on its way in each part of `SUBSTANCE`, from 0 to 1."""
    numbers = tuple(sorted(one.first for one in reading.of("number")))
    concrete, vague = _shares(reading)
    return {
        "definite": max(0.0, 1 - 12 * reading.loose / max(len(reading.words), 1)),
        "a case": min(max((told_as_a_case(reading.words) - _NO_CASE) / (_ALL_CASE - _NO_CASE), 0.0), 1.0),
        "unvague": 1 - saturating(len(reading.of("vague")), 3),
        "figures near": min(1.0, 10 * _most_within(numbers, _NEAR) / _NEAR),
        "figures": saturating(len(numbers), 2),
        "concrete": concrete,
        "pointed": min(1.0, 6 * _most_within(reading.pointed_at, _NEAR) / _NEAR),
        "plain": 1 - vague,
        "particular": min(1.0, _most_within(reading.specific_at, _NEAR) / (0.45 * _NEAR)),
    }


def _most_within(places: Sequence[int], width: int) -> int:
    """Return how many of the places, in order, stand within so many words in a row, at most."""
    begin = most = 0
    for end, place in enumerate(places):
        while place - places[begin] >= width:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def _shares(reading: Reading) -> tuple[float, float]:
    """Return how much of an answer stands in clauses that say something in particular, and in vague ones."""
    sizes = [(clause, clause.last - clause.first + 1) for clause in reading.clauses]
    total = sum(size for _, size in sizes) or 1
    told = sorted(one.first for name in ("deed", "result") for one in reading.of(name))
    concrete = sum(
        size
        for clause, size in sizes
        if (clause.concrete and (not clause.vague or clause.particular >= 4))
        or (not clause.vague and bisect_left(told, clause.first) < bisect_right(told, clause.last))
    )
    vague = sum(size for clause, size in sizes if clause.vague)
    return concrete / total, vague / total


def _own_part(reading: Reading) -> Mark:
    own, deeds, shared = reading.of("own"), reading.of("deed"), reading.of("shared")
    share = (saturating(len(own), 3) + saturating(len(deeds), 3)) / 2
    if not own and shared:
        return _mark(
            reading,
            "own part",
            min(share, 0.05),
            _around(reading, shared[0]),
            "It says what others did: which part was yours?",
        )
    if not own:
        return _mark(reading, "own part", share, _opening(reading), "Your own part does not show.")
    return _mark(
        reading, "own part", share, _around(reading, (deeds or own)[0]), "It says what you did or would do."
    )


def _points(reading: Reading) -> Mark:
    touched, count = reading.points.touched, len(reading.asked.points)
    near = _points_near(touched) / count
    share = (sum(0.75 if one.signs == 1 else 1.0 for one in touched) / count + min(1.25 * near, 1.0)) / 2
    reason = f"{len(touched)} of {count} points of a strong answer."
    if not touched:
        return _mark(reading, "points", 0.0, _opening(reading), reason)
    best = max(touched, key=lambda one: (one.signs, one.last - one.first, -one.first))
    return _mark(reading, "points", share, (best.first, best.last), reason)


def _points_near(touched: Sequence[Touched]) -> int:
    """Return how many points are touched within `_POINTS_NEAR` words, at most."""
    begins = sorted({place for one in touched for place in one.at})
    return max(
        (
            sum(any(begin <= place < begin + _POINTS_NEAR for place in one.at) for one in touched)
            for begin in begins
        ),
        default=0,
    )


def _length(reading: Reading) -> Mark:
    different, said = len(set(reading.words.words)), reading.words.said
    share = saturating(different, 45)
    last = len(reading.words) - 1
    reason = f"{said} words."
    if said > 600:
        share, reason = (
            share * max(0.4, 1 - (said - 600) / 2000),
            f"{said} words: few listen that long.",
        )
    elif share < 0.6:
        reason = f"{said} words: short."
    return _mark(reading, "length", share, (max(0, last - 5), last), reason)


def _around(reading: Reading, found: Found) -> tuple[int, int]:
    """Return the words that a find stands among: to the end of its sentence, at most some."""
    last = found.last
    while (
        last + 1 < len(reading.words) and last not in reading.words.ends and last - found.first + 1 < WINDOW
    ):
        last += 1
    return found.first, min(max(last, found.first), found.first + WINDOW)


def _densest(reading: Reading, places: Sequence[int]) -> tuple[int, int]:
    """Return the stretch of words with the most of those places."""
    if not places:
        return _opening(reading)
    best, begin = (0, places[0], places[0]), 0
    for end, last in enumerate(places):
        while last - places[begin] >= WINDOW:
            begin += 1
        if end - begin + 1 > best[0]:
            best = (end - begin + 1, places[begin], last)
    return best[1], best[2]


def _opening(reading: Reading) -> tuple[int, int]:
    last = 0
    while last + 1 < len(reading.words) and last not in reading.words.ends and last + 1 < WINDOW:
        last += 1
    return 0, last
