"""What an answer holds, found without judging it: spans of parts, points, own deeds, numbers, and doubts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from jobcopilot.practice.answers import doubts, topics
from jobcopilot.practice.answers.clauses import Clause, weighed
from jobcopilot.practice.answers.cues import CUES
from jobcopilot.practice.answers.doubts import Doubt
from jobcopilot.practice.answers.lexicon import FUNCTION, GENERIC, HESITATION, NUMBERS
from jobcopilot.practice.answers.relevance import Told, asked_stems, relevance_of
from jobcopilot.practice.answers.signs import SignsFound, find_points
from jobcopilot.practice.answers.steering import steering_at
from jobcopilot.practice.answers.wording import reads_as_a_text
from jobcopilot.practice.answers.words import Words, words_of
from jobcopilot.practice.views import Asked

_STEERING: Final = Doubt("steering", "It tells whoever marks it what to give, so none of it is judged.")
_OFF_TOPIC: Final = Doubt("off_topic", "It does not seem to be about the question.")
_COUNTED: Final = frozenset(["loose", "pointed"])
"""Patterns of single words: how many there are counts, and not which."""
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
    """How likely the answer belongs to the question: above 0 where likelier than not."""
    margin: float
    """How far that is above what is refused as off the question."""
    hesitations: int
    loose: int
    """Words and phrases that leave open how much, how often or which, said again ones counted again."""
    pointed_at: tuple[int, ...]
    """Where words stand that bound or contrast what is said: "not", "only", "until", "instead"."""
    clauses: tuple[Clause, ...]
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
    question, rubric = asked_stems(asked)
    specific = frozenset(
        one for one in content - question - GENERIC if one not in NUMBERS and not one.isdigit()
    )
    cues = _cues(words)
    told = Told(len(cues["deed"]), len(cues["hypothetical"]), len(cues["link"]))
    as_a_text = reads_as_a_text(words, question)
    relevance = relevance_of(asked, words, content, found, told, as_a_text)
    steers = steering_at(words, asked) if words.words else None
    doubt = (
        doubts.unseen(answer, words)
        or (_STEERING if steers else None)
        or doubts.unreadable(words)
        or doubts.invented(words, topics.known)
        or doubts.refused(words)
        or doubts.not_begun(words)
        or doubts.asks_back(words)
        or doubts.copied(words, asked.text, content, question, rubric)
        or doubts.recited(words)
        or doubts.put_together(words, asked.shape, as_a_text)
        or doubts.essay(words, asked.shape, as_a_text)
        or doubts.salad(words, content_at, found.inside)
        or (_OFF_TOPIC if relevance.off_topic else None)
    )
    return Reading(
        words=words,
        asked=asked,
        cues=cues,
        points=found,
        content=content,
        specific=specific,
        specific_at=tuple(sorted(first_at[one] for one in specific)),
        on_question=tuple(sorted(first_at[one] for one in relevance.stems)),
        relevance=relevance.amount,
        margin=relevance.margin,
        hesitations=sum(word in HESITATION for word in words.words),
        loose=sum(1 for _ in CUES["loose"].finditer(words.flow)),
        pointed_at=tuple(
            words.words_at(found.start(), found.end())[0] for found in CUES["pointed"].finditer(words.flow)
        ),
        clauses=weighed(
            words,
            sorted(first_at[one] for one in specific),
            sorted(one.first for one in cues["number"]),
            sorted(one.first for one in cues["vague"]),
        ),
        doubt=doubt,
        steers_at=words.words_at(*steers) if steers else None,
    )


def _cues(words: Words) -> dict[str, tuple[Found, ...]]:
    return {name: _found(words, pattern) for name, pattern in CUES.items() if name not in _COUNTED}


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
