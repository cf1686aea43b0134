"""Marks from 0 to 100 for one answer, each resting on words that stand in it.

What counts is how many different things of a kind are there, up to a few: saying them again, or saying more, adds
nothing, so that length alone earns next to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from jobcopilot.practice.answers.reading import Found, Reading
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
WEIGHTS: Final[Mapping[Shape, Mapping[str, float]]] = {
    "star": {"relevance": 6, "structure": 16, "substance": 28, "own part": 13, "points": 50, "length": 1},
    "design": {"relevance": 6, "structure": 12, "substance": 28, "own part": 4, "points": 50, "length": 1},
    "plain": {"relevance": 6, "structure": 12, "substance": 28, "own part": 4, "points": 50, "length": 1},
}
"""What each mark weighs in the score; a mark that is not given (no rubric) leaves its weight to the others."""

PLATITUDES: Final = 15
"""What an answer loses that says in every other clause what anybody could say."""


def parts_of(reading: Reading) -> dict[str, tuple[Found, ...]]:
    """Return the parts of the answer's shape and where each shows."""
    return {part: _part(reading, part) for part in PARTS[reading.asked.shape]}


def marks_of(reading: Reading) -> tuple[Mark, ...]:
    """Return the marks of an answer that can be judged."""
    marks = [_relevance(reading), _structure(reading), _substance(reading), _own_part(reading)]
    if reading.asked.points:
        marks.append(_points(reading))
    return (*marks, _length(reading))


def score_of(reading: Reading, marks: Sequence[Mark]) -> int:
    """Return the score over all marks, less up to `PLATITUDES` for what anybody could say."""
    weights = WEIGHTS[reading.asked.shape]
    mean = sum(weights[mark.name] * mark.score for mark in marks) / sum(weights[mark.name] for mark in marks)
    platitudes = min(1.5 * len(reading.of("vague")) / max(len(reading.clauses), 1), 1.0)
    return max(round(mean - PLATITUDES * platitudes), 0)


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
    share = saturating(reading.relevance, 5)
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
    different = sum(min(clause.particular, 6) for clause in reading.clauses)
    numbers, reasons = len(reading.of("number")), len(reading.of("reason")) + len(reading.of("decision"))
    concrete, vague = _shares(reading)
    share = (
        0.15 * saturating(different, 5)
        + 0.45 * concrete
        + 0.2 * saturating(numbers, 1.5)
        + 0.2 * saturating(reasons, 1.5)
        - 0.5 * vague
    )
    if numbers:
        at, reason = _around(reading, reading.of("number")[0]), "It names figures and particulars."
    elif different:
        at, reason = _densest(reading, reading.specific_at), "It names particulars, but no figure."
    else:
        at, reason = _opening(reading), "It names nothing in particular."
    return _mark(reading, "substance", share, at, reason)


def _shares(reading: Reading) -> tuple[float, float]:
    """Return how much of an answer stands in clauses that say something in particular, and in vague ones."""
    sizes = [(clause, clause.last - clause.first + 1) for clause in reading.clauses]
    total = sum(size for _, size in sizes) or 1
    concrete = sum(
        size for clause, size in sizes if clause.concrete and (not clause.vague or clause.particular >= 4)
    )
    vague = sum(size for clause, size in sizes if clause.vague)
    return concrete / total, vague / total


def _own_part(reading: Reading) -> Mark:
    star = reading.asked.shape != "design"
    own, deeds, shared = reading.of("own"), reading.of("deed"), reading.of("shared")
    share = saturating(len(deeds) + (0.4 if star else 1.0) * (len(own) - len(deeds)), 3)
    if not own and shared:
        return _mark(
            reading,
            "own part",
            0.05,
            _around(reading, shared[0]),
            "It says what others did: which part was yours?",
        )
    if not own:
        floor = 0.1 if star else 0.3
        return _mark(reading, "own part", floor, _opening(reading), "Your own part does not show.")
    share *= 1.0 if len(own) * 2 >= len(shared) else 0.75
    return _mark(
        reading, "own part", share, _around(reading, (deeds or own)[0]), "It says what you did or would do."
    )


def _points(reading: Reading) -> Mark:
    touched, count = reading.points.touched, len(reading.asked.points)
    share = sum(0.75 if one.signs == 1 else 1.0 for one in touched) / count
    reason = f"{len(touched)} of {count} points of a strong answer."
    if not touched:
        return _mark(reading, "points", 0.0, _opening(reading), reason)
    best = max(touched, key=lambda one: (one.signs, one.last - one.first, -one.first))
    return _mark(reading, "points", share, (best.first, best.last), reason)


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
