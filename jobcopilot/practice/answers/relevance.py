"""Whether an answer is about the question: one sum of signs for and against it, weighed as labelled answers weigh them.

Every sign only ever speaks for an answer or only ever against it. The weights come from a logistic regression (no sign
against its own direction, ridge penalty) that tells answers to their own question from the same answers put to all the
other labelled questions, and from stories off the topic; `tests/unit/fitting_practice.py` fits and checks them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jobcopilot.practice.answers import topics
from jobcopilot.practice.answers.lexicon import GENERIC, NUMBERS, TIMES, WORKING
from jobcopilot.practice.answers.phrases import any_of
from jobcopilot.practice.answers.signs import SignsFound
from jobcopilot.practice.answers.themes import FIELDS, OUTSIDE, themes_of
from jobcopilot.practice.answers.words import Words, folded_words
from jobcopilot.practice.views import Asked

# name: (with a rubric, without one)
WEIGHTS: Final[Mapping[str, tuple[float, float]]] = {
    "base": (-2.16, -1.03),
    "shared": (2.52, 2.62),
    "much shared": (1.20, 1.32),
    "share of the question": (0.88, 0.82),
    "everyday words shared": (1.87, 1.54),
    "rubric": (1.38, 0.00),
    "everyday words of the rubric": (0.65, 0.00),
    "two points": (0.58, 0.00),
    "points": (0.94, 0.00),
    "signs of weight": (1.62, 0.00),
    "neighbours": (1.03, 1.35),
    "neighbours in all": (0.00, 1.53),
    "words from elsewhere": (1.52, 1.29),
    "work": (0.00, 0.05),
    "themes": (3.41, 3.12),
    "fields": (0.46, 1.40),
    "foreign fields": (0.78, 0.52),
    "mostly foreign fields": (0.50, 0.67),
    "another field": (0.32, 1.35),
    # Set by hand: the labelled answers hold too few such stories to fit it.
    "life outside work": (2.00, 2.00),
    "is of a field": (-0.65, -0.86),
    "openness": (0.60, 1.30),
    "lived": (1.18, 1.70),
    "nothing lived": (0.55, 1.16),
    "is about life": (1.09, 0.76),
    "would do": (1.18, 0.94),
    "story of deeds": (1.62, 1.47),
    "tie to the employer": (0.90, 0.39),
    "is star": (0.14, -0.09),
    "is plain": (0.52, 0.17),
    "is about oneself": (0.53, 1.29),
    "length": (1.13, 0.18),
}
EVIDENCE: Final = (
    "shared", "much shared", "share of the question", "everyday words shared", "rubric",
    "everyday words of the rubric", "two points", "points", "signs of weight",
)  # fmt: skip
"""Signs that what is said bears on the question, and does not only not bear on something else."""
REFUSED: Final = -1.9
"""The sum below which an answer is off the question: 1 in 45 honest answers to questions left out of the fit is."""
_NO_THEME: Final = 0.4
"""Likeness of themes where the question has none that is known."""
_EXPERIENCE: Final = any_of(r"""
    (?:tell me|talk) about (?:a|an|the|your|one)
    describe (?:a|an|the|how you|your|one|some)
    a time
    give me an example
    of yours
    last (?:year|month|time)
    most recent
    have you (?:ever )?\w+(?:ed|en|t|de)
    did you
    you (?:had|needed|received|disagreed|were|lost|learned|made|failed|missed|changed|took|led|could|couldn)
    what (?:mistake|conflict|feedback|failure)
""")
"""Questions about what somebody lived through."""
_ONESELF: Final = any_of(r"""
    about (?:yourself|you)
    (?:introduce|describe|present) yourself
    your (?:cv|resume|background|story|path|career so far)
""")
"""Questions that any story of work answers."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """How much speaks for an answer's belonging to its question."""

    amount: float
    """The sum of all signs: above 0 where it is likelier than not, on even odds."""
    evidence: float
    """The sum of those that name the question's own words and points: more words never lower it."""
    stems: frozenset[str]
    """Stems that belong to the question."""

    @property
    def off_topic(self) -> bool:
        """Whether it is about something else."""
        return self.amount < REFUSED


@dataclass(frozen=True, slots=True)
class Told:
    """How an answer is told: numbers of own deeds, of what would be done, and of ties to the employer."""

    deeds: int
    conditional: int
    links: int


@dataclass(frozen=True, slots=True)
class _Question:
    """What a question is about."""

    stems: frozenset[str]
    own: frozenset[str]
    """Stems of question and skills that say something in particular."""
    own_weight: float
    rubric: frozenset[str]
    rubric_own: frozenset[str]
    themes: Mapping[str, float]
    themes_length: float
    fields_length: float
    field: float
    """From 0 to 1 how much it belongs to a field of work."""
    lived: bool
    oneself: bool


@lru_cache(maxsize=256)
def asked_stems(asked: Asked) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of what was asked, and of the rubric."""
    question = topics.content_stems(folded_words(" ".join((asked.text, *asked.follow_ups))))
    rubric = topics.content_stems(
        word for point in asked.points for part in (point.point, *point.signs) for word in folded_words(part)
    )
    return frozenset(question), frozenset(rubric)


@lru_cache(maxsize=256)
def _question(asked: Asked) -> _Question:
    question, rubric = asked_stems(asked)
    stems = question | topics.content_stems(folded_words(" ".join(asked.skills)))
    own = frozenset(_particular(stems))
    first, further = themes_of(stems), themes_of(rubric)
    themes = {one: 2 * first.get(one, 0.0) + further.get(one, 0.0) for one in sorted({*first, *further})}
    fields = {one: weight for one, weight in themes.items() if one in FIELDS}
    line = f" {' '.join(folded_words(asked.text))} "
    return _Question(
        stems,
        own,
        _weight(own),
        rubric,
        frozenset(_particular(rubric)) - own,
        themes,
        _size(themes),
        _size(fields),
        _up(sum(fields.values()), 2),
        asked.type == "behavioral" or bool(_EXPERIENCE.search(line)),
        bool(_ONESELF.search(line)),
    )


def relevance_of(
    asked: Asked, words: Words, content: frozenset[str], points: SignsFound, told: Told
) -> Relevance:
    """Weigh what an answer shares with its question against what it is about besides."""
    place = 0 if asked.points else 1
    signs = signs_of(asked, words, content, points, told)
    question = _question(asked)
    near = topics.related(asked.text, asked.skills)
    beside = {one for one in content if near.get(one, 0.0) > 0.15}
    return Relevance(
        sum(WEIGHTS[name][place] * value for name, value in signs.items()),
        sum(WEIGHTS[name][place] * signs[name] for name in EVIDENCE),
        frozenset((content & question.stems) | (content & question.rubric - GENERIC) | beside),
    )


def signs_of(
    asked: Asked, words: Words, content: frozenset[str], points: SignsFound, told: Told
) -> dict[str, float]:
    """Return all signs by name, from 0 to 1 for those that speak for an answer and to -1 for those against it.

    Names that begin with "is" tell what the question is: they only move the sum.
    """
    question = _question(asked)
    own = _particular(content)
    shared = own & question.own
    amount = _weight(shared)
    rubric = own & question.rubric_own
    near = topics.related(asked.text, asked.skills)
    affinity, likeness = topics.affinity(content, asked.text, asked.skills)
    lived, story = float(question.lived), asked.shape != "design"
    design = asked.shape == "design"
    return {
        "base": 1.0,
        "shared": _up(amount, 5),
        "much shared": _up(amount, 15),
        "share of the question": amount / question.own_weight if question.own_weight else 0.0,
        "everyday words shared": _up(len((content & question.stems) - question.own), 2),
        "rubric": _up(_weight(rubric), 25),
        "everyday words of the rubric": _up(
            len((content & question.rubric) - question.rubric_own - question.stems), 3
        ),
        "two points": float(len(points.touched) > 1),
        "points": len(points.touched) / max(len(asked.points), 1),
        "signs of weight": _up(sum(one.last > one.first or one.signs > 1 for one in points.touched), 1),
        "neighbours": affinity,
        "neighbours in all": affinity * _up(likeness, 3),
        "words from elsewhere": -_up(sum(near.get(one, 0.0) < 0.1 for one in own - question.own), 15),
        "work": story * _up(len(content & WORKING), 4),
        **_theme_signs(question, content),
        "openness": -_up(len(question.own), 4),
        "lived": lived * _up(told.deeds, 2),
        "nothing lived": -lived * (told.deeds == 0),
        "is about life": lived,
        "would do": float(design and not lived) * _up(told.conditional, 2),
        "story of deeds": -float(design and not lived) * _up(told.deeds, 3),
        "tie to the employer": float(asked.shape == "plain") * _up(told.links, 1),
        "is star": float(asked.shape == "star"),
        "is plain": float(asked.shape == "plain"),
        "is about oneself": float(question.oneself),
        "length": -_up(len(words), 60),
    }


def _theme_signs(question: _Question, content: frozenset[str]) -> dict[str, float]:
    found = themes_of(content)
    length = _size(found)
    alike = sum(weight * question.themes.get(one, 0.0) for one, weight in found.items())
    fields = {one: weight for one, weight in found.items() if one in FIELDS or one in OUTSIDE}
    alike_fields = sum(
        weight * question.themes.get(one, 0.0) for one, weight in fields.items() if one in FIELDS
    )
    strong = {one for one, weight in question.themes.items() if weight >= 1}
    inside = sum(weight for one, weight in found.items() if one in strong)
    foreign = sum(weight for one, weight in found.items() if one in FIELDS and one not in strong)
    most_foreign = max(
        (weight for one, weight in fields.items() if one in FIELDS and question.themes.get(one, 0.0) < 0.5),
        default=0.0,
    )
    most_inside = max((weight for one, weight in found.items() if one in strong), default=0.0)
    outside = sum(weight for one, weight in fields.items() if one in OUTSIDE)
    size = _size(fields) * question.fields_length
    return {
        "themes": alike / (length * question.themes_length or 1.0) if question.themes else _NO_THEME,
        "fields": question.field * (alike_fields / size if size else 0.0),
        "foreign fields": -question.field * _up(foreign, 4),
        "mostly foreign fields": -question.field * foreign / (inside + foreign + 1),
        "another field": -question.field * _up(max(0.0, most_foreign - most_inside), 2),
        "life outside work": -outside / (outside + sum(found.values()) / 2 + 1),
        "is of a field": question.field,
    }


def _particular(stems: Iterable[str]) -> set[str]:
    """Return the stems that neither fit every answer nor are dates or numbers."""
    return {
        one
        for one in stems
        if one not in GENERIC and one not in TIMES and one not in NUMBERS and not one.isdigit()
    }


def _weight(stems: Iterable[str]) -> float:
    # Exact, because a sum of floats depends on its order, and a set's order on the process.
    return math.fsum(topics.rarity(one) for one in stems)


def _size(themes: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in themes.values()))


def _up(amount: float, scale: float) -> float:
    """Return from 0 to 1 how far an amount is on its way; 0.63 at `scale`."""
    return 1.0 - math.exp(-amount / scale)
