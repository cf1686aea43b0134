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
from jobcopilot.practice.answers.kinds import asked_kinds, is_needed, told_of
from jobcopilot.practice.answers.lexicon import GENERIC, NUMBERS, TIMES, WORKING, listed
from jobcopilot.practice.answers.phrases import any_of
from jobcopilot.practice.answers.registers import in_register
from jobcopilot.practice.answers.signs import SignsFound
from jobcopilot.practice.answers.themes import fields, outside, themes_of
from jobcopilot.practice.answers.words import Words, folded_words
from jobcopilot.practice.views import Asked

# name: (with a rubric, without one)
WEIGHTS: Final[Mapping[str, tuple[float, float]]] = {
    "base": (-1.72, -1.46),
    "shared": (1.36, 1.43),
    "much shared": (0.69, 0.72),
    "share of the question": (0.64, 0.70),
    "everyday words shared": (0.86, 0.84),
    "rubric": (0.49, 0.00),
    "everyday words of the rubric": (0.21, 0.00),
    "two points": (0.75, 0.00),
    "points": (0.79, 0.00),
    "signs of weight": (1.07, 0.00),
    "neighbours": (1.18, 1.60),
    "neighbours in all": (0.22, 0.59),
    "words from elsewhere": (0.43, 0.28),
    "work": (0.00, 0.08),
    "themes": (1.07, 0.99),
    "fields": (0.93, 1.02),
    "foreign fields": (0.49, 0.09),
    "mostly foreign fields": (0.40, 0.37),
    "another field": (0.30, 0.77),
    "life outside work": (2.00, 2.00),
    "is of a field": (0.15, 0.22),
    "of the kind asked for": (0.74, 0.88),
    "nothing of the kind": (0.72, 0.78),
    "hardly of the kind": (0.52, 0.62),
    "is of a kind": (0.04, 0.09),
    "particulars unexplained": (0.37, 0.30),
    "mostly unexplained": (0.38, 0.58),
    "openness": (0.00, 0.00),
    "lived": (0.03, 0.12),
    "nothing lived": (0.00, 0.14),
    "is about life": (0.21, 0.22),
    "would do": (0.24, 0.26),
    "story of deeds": (0.49, 0.45),
    "tie to the employer": (0.10, 0.05),
    "nobody speaks": (2.50, 2.50),
    "of its register": (0.89, 1.04),
    "of another register": (1.27, 1.39),
    "is star": (0.12, 0.04),
    "is plain": (0.41, 0.41),
    "is about oneself": (0.36, 0.51),
    "length": (0.64, 0.39),
}
BY_HAND: Final = frozenset(["life outside work", "nobody speaks"])
"""Signs whose weights are set by hand: hardly any honest answer has them, and too few labelled ones do to fit that."""
REFUSED: Final = (-0.7, -0.75)
"""The sums below which an answer is off the question, with a rubric and without one."""
_SLACK: Final = 1.5
"""How much lower that is for an answer that says little in particular, and for a question that any work answers."""
_TEXT: Final = 2.0
_NO_TEXT, _ALL_TEXT = -0.3, 1.0
"""How much reading as a text counts against the signs, and where that ends."""
_ANOTHER: Final = 1.4
"""The logarithm below which an answer is unlikely to be in its question's register; at twice that it surely is not."""
_OPEN: Final = 0.8
"""How much lower it is for a question that names no field and nothing that an answer has to hold."""
_LITTLE: Final = 8
"""Particular words below which an answer is hardly about something else: it is vague, and marked as that."""
_NOTHING: Final = 4
"""Those below which it is about nothing else at all."""
_NO_THEME: Final = 0.4
"""Likeness of themes where the question has none that is known."""
_SPEAKER: Final = listed("i me my mine myself we us im ive id")
_TALE: Final = 30
"""Words from which on somebody who is asked about themselves shows in the answer."""
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
    who (?:are|you are)
    (?:working|ordinary|normal|typical) (?:\w+ )?(?:week|day)
    (?:do you do|you do|doing) (?:at present|now|lately|currently|these days)
    brought to completion
""")
"""Questions that any story of work answers."""
_CHOICE: Final = any_of(r"""
    (?:pick|choose|take|name) (?:a|an|any|one) (?:\w+ )?(?:product|app|company|service|tool|website|device|brand)s?
    (?:product|app|company|service|tool|website|device|brand)s? (?:that )?(?:of your|you (?:\w+ )?(?:use|like|love|
      admire|know))
    favou?rite
""")
"""Questions that let the person choose what to speak about."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """How much speaks for an answer's belonging to its question."""

    amount: float
    """The sum of all signs: above 0 where it is likelier than not, on even odds."""
    margin: float
    """How far that is above what is refused: an answer with a small one is doubtful."""
    stems: frozenset[str]
    """Stems that belong to the question."""

    @property
    def off_topic(self) -> bool:
        """Whether it is about something else."""
        return self.margin < 0


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
    way: bool
    """Whether it asks for a person's way or hours, which life outside work has a part in."""
    open: bool
    """Whether it leaves open what to speak about: it names no field and nothing that an answer has to hold."""


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
    if asked.shape != "design":
        # A rubric of what was lived through says "index" or "pull" in passing: the question names the field, if any.
        further = {one: weight for one, weight in further.items() if one in first or one not in fields()}
    themes = {one: 2 * first.get(one, 0.0) + further.get(one, 0.0) for one in sorted({*first, *further})}
    of_fields = {one: weight for one, weight in themes.items() if one in fields()}
    line = f" {' '.join(folded_words(asked.text))} "
    kinds = frozenset(asked_kinds(asked.text))
    named = max((first.get(one, 0.0) for one in of_fields), default=0.0)
    field = 1.0 if asked.shape == "design" else _up(named, 1)
    return _Question(
        stems,
        own,
        _weight(own),
        rubric,
        frozenset(_particular(rubric)) - own,
        themes,
        _size(themes),
        _size(of_fields),
        field,
        asked.type == "behavioral" or bool(_EXPERIENCE.search(line)),
        bool(_ONESELF.search(line)),
        not kinds.isdisjoint(("why leave or move", "hours", "learning")),
        bool(_CHOICE.search(line)) or (asked.shape != "design" and field < 0.4 and not is_needed(asked.text)),
    )


def relevance_of(
    asked: Asked,
    words: Words,
    content: frozenset[str],
    points: SignsFound,
    told: Told,
    as_a_text: float,
) -> Relevance:
    """Weigh what an answer shares with its question against what it is about besides.

    `as_a_text` says how much it reads as what nobody would answer (`wording.reads_as_a_text`).
    """
    place = 0 if asked.points else 1
    signs = signs_of(asked, words, content, points, told)
    question = _question(asked)
    near = topics.related(asked.text, asked.skills)
    beside = {one for one in content if near.get(one, 0.0) > 0.15}
    amount = sum(WEIGHTS[name][place] * value for name, value in signs.items())
    return Relevance(
        amount,
        amount - refused_below(asked, content) - text_moves(as_a_text),
        frozenset((content & question.stems) | (content & question.rubric - GENERIC) | beside),
    )


def text_moves(as_a_text: float) -> float:
    """Return how much more has to speak for an answer that reads as a text, and how much less for one that does not."""
    return _TEXT * min(max(as_a_text, _NO_TEXT), _ALL_TEXT)


def refused_below(asked: Asked, content: frozenset[str]) -> float:
    """Return the sum of signs below which an answer to that question is off it."""
    question = _question(asked)
    particular = len(_particular(content) - question.own)
    if particular < _NOTHING:
        slack = math.inf
    elif particular < _LITTLE or question.oneself:
        slack = _SLACK
    else:
        slack = _OPEN if question.open else 0.0
    return REFUSED[0 if asked.points else 1] - slack


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
    kind = told_of(words, asked.text) if question.lived or not design else None
    needed = kind is not None and is_needed(asked.text)
    register = in_register(words, asked.type)
    unexplained = [
        one
        for one in own - question.own - rubric
        if near.get(one, 0.0) < 0.1
        and not any(question.themes.get(theme, 0.0) >= 0.5 for theme in themes_of((one,)))
    ]
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
        "words from elsewhere": -question.field
        * _up(sum(near.get(one, 0.0) < 0.1 for one in own - question.own), 15),
        "work": story * _up(len(content & WORKING), 4),
        **_theme_signs(question, content),
        "of the kind asked for": 0.0 if kind is None else _up(max(kind - 1, 0), 2),
        "nothing of the kind": -float(needed and kind == 0),
        "hardly of the kind": -float(needed and kind is not None and kind < 2),
        "is of a kind": float(needed),
        "particulars unexplained": -question.field * _up(len(unexplained), 12),
        "mostly unexplained": -question.field * len(unexplained) / max(len(own), 8),
        "openness": -_up(len(question.own), 4),
        "lived": lived * _up(told.deeds, 2),
        "nothing lived": -lived * (told.deeds == 0),
        "is about life": lived,
        "would do": float(design and not lived) * _up(told.conditional, 2),
        "story of deeds": -float(design and not lived) * _up(told.deeds, 3),
        "tie to the employer": float(asked.shape == "plain") * _up(told.links, 1),
        "nobody speaks": -float(story and len(words) >= _TALE and _SPEAKER.isdisjoint(words.words)),
        "of its register": math.exp(register),
        "of another register": -min(1.0, max(0.0, -register - _ANOTHER) / _ANOTHER),
        "is star": float(asked.shape == "star"),
        "is plain": float(asked.shape == "plain"),
        "is about oneself": float(question.oneself),
        "length": -_up(len(words), 60),
    }


def _theme_signs(question: _Question, content: frozenset[str]) -> dict[str, float]:
    found = themes_of(content)
    open_to = {one: weight for one, weight in found.items() if question.field > 0.3 or one not in fields()}
    length = _size(open_to)
    alike = sum(weight * question.themes.get(one, 0.0) for one, weight in open_to.items())
    foreign_or_not = {one: weight for one, weight in found.items() if one in fields() or one in outside()}
    alike_fields = sum(
        weight * question.themes.get(one, 0.0) for one, weight in foreign_or_not.items() if one in fields()
    )
    strong = {one for one, weight in question.themes.items() if weight >= 1}
    inside = sum(weight for one, weight in found.items() if one in strong)
    foreign = sum(weight for one, weight in found.items() if one in fields() and one not in strong)
    most_foreign = max(
        (
            weight
            for one, weight in foreign_or_not.items()
            if one in fields() and question.themes.get(one, 0.0) < 0.5
        ),
        default=0.0,
    )
    most_inside = max((weight for one, weight in found.items() if one in strong), default=0.0)
    from_elsewhere = sum(weight for one, weight in foreign_or_not.items() if one in outside())
    at_work = sum(weight for one, weight in found.items() if one in strong and one in fields())
    share = max(from_elsewhere - at_work - 1, 0.0) / (from_elsewhere + sum(found.values()) / 4 + 1)
    private = 0.5 if question.oneself or question.way else 1.0
    size = _size(foreign_or_not) * question.fields_length
    return {
        "themes": alike / (length * question.themes_length or 1.0) if question.themes else _NO_THEME,
        "fields": question.field * (alike_fields / size if size else 0.0),
        "foreign fields": -question.field * _up(foreign, 4),
        "mostly foreign fields": -question.field * foreign / (inside + foreign + 1),
        "another field": -question.field * _up(max(0.0, most_foreign - most_inside), 2),
        "life outside work": -private * min(max(share - 0.18, 0.0) / 0.2, 1.0),
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
