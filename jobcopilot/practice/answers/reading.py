"""What an answer holds, found without judging it: spans of parts, points, own deeds, numbers, and doubts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from jobcopilot.practice.answers import doubts, topics
from jobcopilot.practice.answers.cues import CUES
from jobcopilot.practice.answers.doubts import Doubt
from jobcopilot.practice.answers.lexicon import FUNCTION, GENERIC, HESITATION, NUMBERS, WORKING
from jobcopilot.practice.answers.signs import SignsFound, find_points
from jobcopilot.practice.answers.steering import steering_at
from jobcopilot.practice.answers.words import Words, folded_words, words_of
from jobcopilot.practice.views import Asked

OFF_TOPIC: Final = 1.0
"""Relevance below which an answer is about something else."""
_MOST_SPANS: Final = 40
"""Spans of one part that are kept: more change nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """Words that show something: indexes of the first and the last, and the words in small letters."""

    first: int
    last: int
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that rules can tell of an answer. Indexes are those of `words`."""

    words: Words
    asked: Asked
    cues: dict[str, tuple[Found, ...]]
    """Name of a part (`cues.CUES`) to where it shows, each wording once."""
    points: SignsFound
    content: frozenset[str]
    """Stems that are neither grammar nor hesitation."""
    specific: frozenset[str]
    """Those of them that neither stand in the question nor fit every answer."""
    specific_at: tuple[int, ...]
    """Where each of them stands first."""
    on_question: tuple[int, ...]
    """Words that belong to the question, where each stands first."""
    relevance: float
    """How much of the answer belongs to the question, from 0, without an upper end."""
    hesitations: int
    doubt: Doubt | None
    """Why it can't be judged; None where it can."""
    steers_at: tuple[int, int] | None = field(default=None)
    """Where it tells its reader what to do, as indexes of words."""

    def of(self, name: str) -> tuple[Found, ...]:
        """Return where a part shows."""
        return self.cues.get(name, ())

    def quote(self, first: int, last: int) -> tuple[int, int, str]:
        """Return the range of characters from one word to another and the text that stands there."""
        start, end = self.words.span(first, last)
        return start, end, self.words.text[start:end]


def read_answer(asked: Asked, answer: str) -> Reading:
    """Read an answer to a question; never fails, and an answer that can't be judged says why in `doubt`."""
    words = words_of(answer)
    found = find_points(words, asked.points)
    content_at = [
        index
        for index, word in enumerate(words.words)
        if word not in FUNCTION and word not in HESITATION and len(word) > 1
    ]
    first_at: dict[str, int] = {}
    for index in content_at:
        first_at.setdefault(words.stems[index], index)
    content = frozenset(first_at)
    question, rubric = _asked_stems(asked)
    specific = frozenset(one for one in content - question - GENERIC if one not in NUMBERS)
    relevance, on_question = _relevance(asked, content, question, rubric, len(found.touched))
    steers = steering_at(answer[: len(words.text)], words.flow, asked.text) if words.words else None
    doubt = (
        doubts.unreadable(answer, words)
        or (
            Doubt("steering", "It tells whoever marks it what to give, so none of it is judged.")
            if steers
            else None
        )
        or doubts.refused(words)
        or doubts.copied(words, set(content), set(question), set(rubric))
        or doubts.salad(words, content_at, found.inside)
        or _off_topic(relevance)
    )
    return Reading(
        words=words,
        asked=asked,
        cues=_cues(words),
        points=found,
        content=content,
        specific=specific,
        specific_at=tuple(sorted(first_at[one] for one in specific)),
        on_question=tuple(sorted(first_at[one] for one in on_question)),
        relevance=relevance,
        hesitations=sum(word in HESITATION for word in words.words),
        doubt=doubt,
        steers_at=words.words_at(*steers) if steers else None,
    )


@lru_cache(maxsize=256)
def _asked_stems(asked: Asked) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of what was asked, and of the rubric."""
    question = topics.content_stems(folded_words(" ".join((asked.text, *asked.follow_ups))))
    rubric = topics.content_stems(
        word for point in asked.points for part in (point.point, *point.signs) for word in folded_words(part)
    )
    return frozenset(question), frozenset(rubric)


def _relevance(
    asked: Asked, content: frozenset[str], question: frozenset[str], rubric: frozenset[str], touched: int
) -> tuple[float, set[str]]:
    """Return how much belongs to the question, and which stems do."""
    skills = topics.content_stems(folded_words(" ".join(asked.skills)))
    shared = content & (question | skills)
    from_rubric = (content & rubric) - shared - GENERIC
    near = topics.related(asked.text, asked.skills)
    beside = {one for one in content - shared - from_rubric if near.get(one, 0.0) > 0.15}
    amount = sum(0.4 if one in GENERIC else 1.0 for one in shared)
    amount += 0.8 * len(from_rubric) + 1.2 * touched + sum(near[one] for one in beside)
    if asked.shape != "design":
        amount += 0.3 * min(len(content & WORKING), 4)
    return amount, set(shared | from_rubric | beside)


def _off_topic(relevance: float) -> Doubt | None:
    if relevance >= OFF_TOPIC:
        return None
    return Doubt("off_topic", "It does not seem to be about the question.")


def _cues(words: Words) -> dict[str, tuple[Found, ...]]:
    return {name: _found(words, pattern) for name, pattern in CUES.items()}


def _found(words: Words, pattern: re.Pattern[str]) -> tuple[Found, ...]:
    """Return where a pattern shows, each wording once."""
    seen: dict[str, Found] = {}
    for match in pattern.finditer(words.flow):
        wording = match[0].strip()
        if wording and wording not in seen:
            first, last = words.words_at(match.start(), match.start() + len(wording))
            seen[wording] = Found(first, last, wording)
            if len(seen) >= _MOST_SPANS:
                break
    return tuple(seen.values())
