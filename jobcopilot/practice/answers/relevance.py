"""Whether an answer is about the question, by the words that the shipped bank and the vocabulary of skills go with.

An answer is off the question where more of it is about something else than about the question: neither a terse answer
nor one in unexpected words shall fall, so what speaks for it counts more than what speaks against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jobcopilot.practice.answers import topics
from jobcopilot.practice.answers.lexicon import GENERIC, TIMES, WORKING
from jobcopilot.practice.answers.signs import SignsFound
from jobcopilot.practice.answers.words import folded_words
from jobcopilot.practice.views import Asked, Shape

_SHARED, _GENERIC_SHARED, _RUBRIC, _SIGN, _LONG_SIGN = 1.2, 0.4, 0.5, 0.7, 1.2
_AFFINITY, _STORY, _WORKING, _TYPICAL = 3.0, 0.25, 0.3, 0.25
_UNKNOWN, _ELSEWHERE = 0.3, 0.06
_BASE: Final[Mapping[Shape, float]] = {"design": 1.8, "star": 1.0, "plain": 0.8}
_NO_RUBRIC: Final[Mapping[Shape, float]] = {"design": 0.9, "star": 0.65, "plain": 0.65}
"""The share of what is needed where no rubric helps an answer in words of its own."""
_RUBRIC_KNOWN: Final[Mapping[Shape, float]] = {"design": 0.8, "star": 0.6, "plain": 0.0}
"""What more is asked for where a rubric tells what belongs to the question."""
_ANYWHERE: Final = WORKING | TIMES
UNSURE: Final[Mapping[Shape, float]] = {"design": 0.5, "star": 0.6, "plain": 0.25}
"""The share of what is needed where the bank knows little of the question's own words."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """How much of an answer belongs to its question."""

    amount: float
    """From 0, without an upper end: 3 is a good deal."""
    needed: float
    """What an answer with as much else in it needs."""
    stems: frozenset[str]
    """Stems that belong to the question."""

    @property
    def off_topic(self) -> bool:
        """Whether it is about something else."""
        return self.amount < self.needed


@lru_cache(maxsize=256)
def asked_stems(asked: Asked) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of what was asked, and of the rubric."""
    question = topics.content_stems(folded_words(" ".join((asked.text, *asked.follow_ups))))
    rubric = topics.content_stems(
        word for point in asked.points for part in (point.point, *point.signs) for word in folded_words(part)
    )
    return frozenset(question), frozenset(rubric)


def relevance_of(
    asked: Asked, content: frozenset[str], specific: frozenset[str], points: SignsFound, story: int
) -> Relevance:
    """Weigh what an answer shares with its question against what it is about besides.

    `story` counts the deeds and circumstances that the person tells of: they speak for an answer to a question about
    experience, and for none to a question about a system.
    """
    question, rubric = asked_stems(asked)
    skills = topics.content_stems(folded_words(" ".join(asked.skills)))
    shared = content & (question | skills)
    from_rubric = (content & rubric) - shared - GENERIC
    near = topics.related(asked.text, asked.skills)
    beside = {one for one in content - shared - from_rubric if near.get(one, 0.0) > 0.15}
    amount = sum(_GENERIC_SHARED if one in GENERIC else _SHARED for one in shared)
    amount += _RUBRIC * len(from_rubric) + sum(near[one] for one in beside)
    amount += sum(_LONG_SIGN if one.last > one.first or one.signs > 1 else _SIGN for one in points.touched)
    affinity, likeness = topics.affinity(content, asked.text, asked.skills)
    unknown = _count(specific, lambda one: not topics.known(one) and one not in _ANYWHERE)
    told = 0.0
    if asked.shape != "design":
        told = _STORY * min(story, 6) + _WORKING * min(len(content & WORKING), 4)
        told += _TYPICAL * min(len(content & topics.typical(asked.type)), 6)
        # A story from elsewhere is told in the first person too: it counts as far as its words are those of work.
        told *= (1 - unknown / max(len(specific), 1)) ** 1.5
    elsewhere = _count(specific, lambda one: near.get(one, 0.0) < 0.1 and one not in _ANYWHERE)
    base = _BASE[asked.shape] + (_RUBRIC_KNOWN[asked.shape] if rubric else 0.0)
    needed = base * min(len(specific) / 12, 1.0) + _UNKNOWN * unknown + _ELSEWHERE * elsewhere
    needed += 0.4 * max(0.0, likeness * (1 - affinity) - 1.5)
    if not rubric:
        needed *= _NO_RUBRIC[asked.shape]
    own = question - GENERIC
    if _count(own, topics.known) < max(2, 0.6 * len(own)):
        needed *= UNSURE[asked.shape]
    return Relevance(amount + told + _AFFINITY * affinity, needed, frozenset(shared | from_rubric | beside))


def _count(stems: Iterable[str], counts: Callable[[str], bool]) -> int:
    return sum(1 for one in stems if counts(one))
