"""What landed and what to sharpen, a sentence each: about the answer, never about the person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from jobcopilot.practice.answers.lacks import Lack, LackKind, lacks_of
from jobcopilot.practice.answers.reading import Reading
from jobcopilot.practice.views import Covered, Mark

_GOOD: Final = 65
_MOST: Final = 4
_LANDED: Final = {
    "relevance": "You stay with the question",
    "structure": "The parts of the answer can be told apart",
    "substance": "You name something in particular",
    "own part": "Your own part is plain",
}
_SHARPEN: Final[dict[LackKind, str]] = {
    "off_question": "Come back to the question that was asked.",
    "too_short": "Say more: an example, why you did it that way, and what came of it.",
    "own_part": 'Say what you did yourself: "I" where it was you, "we" where it was all of you.',
    "result": "Say how it ended, and for whom that made a difference.",
    "check": "Say how you would check that it works, or what you would measure.",
    "number": "Give one figure: how many, how long, how much less.",
    "reason": "Say why you chose it, and what spoke against it.",
    "particulars": "Tell one particular case instead of what you do in general.",
}
_LONG: Final = 600
_SPACES: Final = re.compile(r"\s+")


def landed_in(reading: Reading, marks: Sequence[Mark], covered: Sequence[Covered]) -> tuple[str, ...]:
    """Return what worked, each with the words that it is about."""
    found = [
        f"{_LANDED[mark.name]}: {_quoted(mark.quote)}."
        for mark in sorted(marks, key=lambda mark: -mark.score)
        if mark.name in _LANDED and mark.score >= _GOOD
    ]
    results = reading.of("result")
    if results and reading.asked.shape == "star":
        _, _, quote = reading.quote(results[0].first, results[0].last)
        found.append(f"You say how it ended: {_quoted(quote)}.")
    found += [f"You cover a point: {one.point} ({_quoted(one.quote)})." for one in covered]
    return tuple(found[:_MOST])


def to_sharpen(reading: Reading) -> tuple[str, ...]:
    """Return what would make the answer stronger, the gravest first."""
    found = [_told(lack) for lack in lacks_of(reading)]
    vague = next((clause for clause in reading.clauses if clause.vague and not clause.concrete), None)
    if vague is not None and reading.doubt is None:
        _, _, quote = reading.quote(vague.first, min(vague.last, vague.first + 11))
        found.insert(
            min(2, len(found)), f"Anybody could say {_quoted(quote)}: put a case of yours in its place."
        )
    if reading.words.said > _LONG:
        found.insert(0, f"{reading.words.said} words are long for one answer: keep what bears on the result.")
    return tuple(found[:_MOST])


def _told(lack: Lack) -> str:
    return f"Not touched: {lack.point}." if lack.kind == "point" else _SHARPEN[lack.kind]


def _quoted(words: str) -> str:
    return f"“{_SPACES.sub(' ', words)}”"
