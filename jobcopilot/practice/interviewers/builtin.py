"""The interviewer that is always there: no model, rules and the bank's questions, and it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Final

from jobcopilot.practice.answers.hearing import meant
from jobcopilot.practice.answers.lacks import Lack, lacks_of
from jobcopilot.practice.answers.reading import Reading, read_answer
from jobcopilot.practice.answers.topics import content_stems
from jobcopilot.practice.answers.words import folded_words
from jobcopilot.practice.interviewers import builtin_words as words
from jobcopilot.practice.interviewers.port import Brief, Heard, Turn, TurnQuestion, Utterance, UtteranceKind
from jobcopilot.practice.views import Asked, GivenLine

LABEL: Final = "Built in, no model"
FOLLOW_UPS: Final = 2
"""Follow-ups to one question before it moves on."""
_PIECE: Final = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class _Said:
    """What to say and of which kind."""

    kind: UtteranceKind
    text: str
    heard: Heard = "answer"
    asked: str = ""


class BuiltInInterviewer:
    """Asks the planned questions and follows up on what an answer lacks; the same turn always gets the same words."""

    name = "builtin"
    label = LABEL

    def __init__(self) -> None:
        self._stop = Event()

    def given(self, brief: Brief) -> tuple[GivenLine, ...]:
        """Return what it was given and what it makes of it: it reads neither the posting nor the profile."""
        lines = [
            GivenLine("Interviewer", f"{LABEL}: the bank's questions, and follow-ups by fixed rules."),
            GivenLine("Type", brief.type.name),
            GivenLine("Skills", ", ".join(brief.skills) or "those of the type"),
        ]
        if brief.difficulty:
            lines.append(GivenLine("Difficulty", brief.difficulty))
        if brief.job is not None:
            lines.append(
                GivenLine("Job", ", ".join(part for part in (brief.job.title, brief.job.company) if part))
            )
        if brief.asked_before:
            lines.append(GivenLine("Asked before", f"{len(brief.asked_before)} questions on these skills"))
        lines.append(GivenLine("Not read", "the posting's text and your profile: only a model can use them"))
        return tuple(lines)

    def speak(self, turn: Turn) -> Utterance:
        """Return the next utterance, word by word."""
        self._stop = stop = Event()
        said = _respond(turn)
        return Utterance(said.kind, _pieces(said.text, stop), said.heard, said.asked)

    def cancel(self) -> None:
        """End the utterance that is being made."""
        self._stop.set()


def _pieces(text: str, stop: Event) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if stop.is_set():
            return
        yield piece


def _respond(turn: Turn) -> _Said:
    current = turn.current
    if turn.request == "close":
        return _Said("closing", words.CLOSING_EARLY)
    if turn.request == "open" or current is None:
        return _on(turn, words.GREETING)
    match turn.request:
        case "next":
            return _on(turn, _pick(words.MOVING_ON, turn.asked))
        case "repeat":
            return _Said("clarification", f"Of course. {_last_asked(turn, current)}")
        case "hint":
            return _Said("hint", _hint(turn, current))
        case "retry":
            return _Said("clarification", f"Once more, from the beginning. {current.text}")
        case "model_answer":
            return _Said("model_answer", _model_answer(current))
    return _to_words(turn, current)


def _to_words(turn: Turn, current: TurnQuestion) -> _Said:
    """Return the reaction to what the person said."""
    heard = meant(turn.said)
    match heard:
        case "repeat":
            return _Said("clarification", f"Of course. {_last_asked(turn, current)}", heard)
        case "clarify":
            back = turn.said.rstrip().endswith("?") and "mean" not in turn.said
            explained = words.ASSUME if back and current.shape == "design" else words.WANTED[current.shape]
            return _Said("clarification", f"{explained} The question was: {current.text}", heard)
        case "ask_hint":
            return _Said("hint", _hint(turn, current), heard)
        case "skip":
            return _on(turn, _pick(words.MOVING_ON, turn.asked), heard)
        case "unknown":
            return _not_known(turn, current)
    if _follow_ups(turn) >= FOLLOW_UPS:
        return _on(turn, _pick(words.THANKS, turn.asked))
    follow_up = _follow_up(turn, current)
    return _Said("follow_up", follow_up) if follow_up else _on(turn, _pick(words.THANKS, turn.asked))


def _not_known(turn: Turn, current: TurnQuestion) -> _Said:
    """Encourage once, in practice with a hint; then move on. What was answered before stays an answer."""
    answered = any(line.role == "person" and line.kind == "answer" for line in turn.exchange)
    encouraged = any(line.role == "person" and line.kind == "unknown" for line in turn.exchange)
    if answered or encouraged or turn.brief.mode == "real":
        return _on(turn, _pick(words.NOT_KNOWN, turn.asked), "unknown")
    return _Said("hint", f"{_pick(words.TRY_ANYWAY, turn.asked)} {_hint(turn, current)}", "unknown")


def _on(turn: Turn, before: str, heard: Heard = "answer") -> _Said:
    """Move on to the following question, or close."""
    if turn.following is None:
        # There is nothing to go on to.
        return _Said(
            "closing", words.CLOSING if before in words.MOVING_ON else f"{before} {words.CLOSING}", heard
        )
    return _Said("question", f"{before} {turn.following.text}", heard, turn.following.text)


def _last_asked(turn: Turn, current: TurnQuestion) -> str:
    """Return what the person is to answer: the question, or the follow-up that is on the table."""
    for line in reversed(turn.exchange):
        if line.role == "interviewer" and line.kind == "follow_up":
            return line.text
    return current.text


def _follow_ups(turn: Turn) -> int:
    return sum(line.role == "interviewer" and line.kind == "follow_up" for line in turn.exchange)


def _follow_up(turn: Turn, current: TurnQuestion) -> str:
    """Return a follow-up on what all answers to this question lack together, "" where nothing is left to ask."""
    spoken = {line.text for line in (*turn.earlier, *turn.exchange) if line.role == "interviewer"}
    asked_now = [line.text for line in turn.exchange if line.kind == "follow_up"]
    answers = [line.text for line in turn.exchange if (line.role, line.kind) == ("person", "answer")]
    asked = Asked(
        current.text,
        current.type,
        current.shape,
        current.points,
        (current.skill, *current.also),
        tuple(asked_now),
    )
    latest = read_answer(asked, turn.said)
    if latest.doubt is not None and latest.doubt.cause not in ("too_short", "off_topic", "copied", "refusal"):
        wordings = words.UNREADABLE.get(latest.doubt.cause, words.UNREADABLE[""])
        return _unspoken(wordings, spoken, current.order)
    reading = read_answer(asked, "\n\n".join((*answers, turn.said)))
    # A short reply to a follow-up is no new question: it counts with what was said before.
    done = {
        kind for kind, wordings in words.FOLLOW_UPS.items() if any(text in wordings for text in asked_now)
    }
    for lack in lacks_of(reading):
        if lack.kind in done:
            continue
        found = _asking_for(lack, reading, current, spoken)
        if found:
            return found
    return ""


def _asking_for(lack: Lack, reading: Reading, current: TurnQuestion, spoken: set[str]) -> str:
    """Return words that ask for what is lacking and were not spoken in this session, "" where there are none."""
    if lack.kind == "point":
        nearest = _bank_follow_up(reading, current, spoken)
        if nearest:
            return nearest
    return _unspoken(words.FOLLOW_UPS[lack.kind], spoken, current.order)


def _bank_follow_up(reading: Reading, current: TurnQuestion, spoken: set[str]) -> str:
    """Return the bank's follow-up that is nearest to the points not touched."""
    missed = set(reading.points.missed)
    stems = content_stems(
        word
        for point in current.points
        if point.point in missed
        for part in (point.point, *point.signs)
        for word in folded_words(part)
    )
    left = [text for text in current.follow_ups if text not in spoken]
    return max(left, key=lambda text: len(content_stems(folded_words(text)) & stems), default="")


def _unspoken(wordings: Sequence[str], spoken: set[str], turn: int) -> str:
    """Return a wording that was not spoken yet, beginning elsewhere at each question."""
    turned = [wordings[(turn + place) % len(wordings)] for place in range(len(wordings))]
    return next((one for one in turned if one not in spoken), "")


def _pick(wordings: Sequence[str], turn: int) -> str:
    return wordings[turn % len(wordings)]


def _hint(turn: Turn, current: TurnQuestion) -> str:
    """Return a hint that was not given yet: a point that no answer touches, else a part that an answer has."""
    given = " ".join(line.text for line in turn.exchange if line.kind == "hint")
    answers = [line.text for line in turn.exchange if (line.role, line.kind) == ("person", "answer")]
    asked = Asked(current.text, current.type, current.shape, current.points, (current.skill, *current.also))
    open_points = read_answer(asked, "\n\n".join(answers)).points.missed
    wanted = (*open_points, *words.OUTLINE[current.shape])
    found = next((one for one in wanted if one not in given), "")
    return f"A strong answer, for one thing, has this: {found}." if found else words.NO_MORE_HINTS


def _model_answer(current: TurnQuestion) -> str:
    points = [one.point for one in current.points] or list(words.OUTLINE[current.shape])
    listed = "\n".join(f"- {point}" for point in points)
    return f"I have no model and invent no answer for you. A strong one covers:\n\n{listed}"
