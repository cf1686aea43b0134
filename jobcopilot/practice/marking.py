"""Assessments asked for and stored: which words are assessed, marks held to them, and what repetition learns.

The database refuses a mark whose quote does not stand in the answer; here such a mark (a model's) is dropped before,
and an assessment that loses its last mark becomes "not enough to judge".
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final, Literal

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.practice.books import Books
from jobcopilot.practice.interviewers.port import Assessor
from jobcopilot.practice.repetition import reviewed
from jobcopilot.practice.session_rows import asked_of, messages_of
from jobcopilot.practice.setup import memory_of
from jobcopilot.practice.views import (
    AnswerAssessment,
    Answered,
    Asked,
    AskedView,
    MessageView,
    SessionAssessment,
)

_KEPT: Final = ("sent", "complete", "stopped")
"""States of messages that were really said."""
_VOIDING: Final = ("steering", "hidden")
"""Causes for which one reply would leave a whole question unmarked: only that reply is left out."""
LeftOut = Literal["skipped", "unknown", "none"]


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """A follow-up that got no answer: passed over, met with "I don't know", or the session went on without it."""

    text: str
    left: LeftOut


def said_about(asked: AskedView, messages: Iterable[MessageView]) -> tuple[MessageView, ...]:
    """Return what was said about a question in its present attempt."""
    return tuple(
        one
        for one in messages
        if one.asked_id == asked.id and one.attempt == asked.attempt and one.state in _KEPT
    )


def answer_of(asked: AskedView, messages: Iterable[MessageView]) -> str:
    """Return the person's answer to a question: all that they said to it, corrections in place of what was heard."""
    return "\n\n".join(answers_of(asked, messages))


def answers_of(asked: AskedView, messages: Iterable[MessageView]) -> tuple[str, ...]:
    """Return the person's answers to a question and its follow-ups, one by one."""
    return tuple(
        one.final
        for one in said_about(asked, messages)
        if (one.role, one.kind) == ("person", "answer") and one.final.strip()
    )


def open_follow_ups(asked: AskedView, messages: Iterable[MessageView]) -> tuple[OpenFollowUp, ...]:
    """Return the follow-ups to a question that got no answer, in its present attempt.

    The question is answered all the same where there was an answer before: its marks rest on that, and whoever reads
    them is told what was left open.
    """
    found: list[OpenFollowUp] = []
    waiting: str | None = None
    left: LeftOut = "none"
    for one in said_about(asked, messages):
        if (one.role, one.kind) == ("person", "answer"):
            waiting = None
        elif waiting is not None and one.kind in ("skip", "unknown"):
            left = "skipped" if one.kind == "skip" else "unknown"
        elif one.kind == "follow_up":
            if waiting is not None:
                found.append(OpenFollowUp(waiting, left))
            waiting, left = one.text, "none"
    return (*found, OpenFollowUp(waiting, left)) if waiting is not None else tuple(found)


def open_words(left: Sequence[OpenFollowUp]) -> str:
    """Return in words what follow-ups were left open, "" where none was: "2 follow-ups skipped"."""
    parts = []
    for how, words in (("skipped", "skipped"), ("unknown", "not known"), ("none", "without an answer")):
        number = sum(one.left == how for one in left)
        if number:
            parts.append(f"{'a follow-up' if number == 1 else f'{number} follow-ups'} {words}")
    return ", ".join(parts)


def for_assessor(asked: AskedView, messages: Iterable[MessageView]) -> Asked:
    """Return a question as an assessor is told of it, with the follow-ups that were really spoken."""
    return Asked(
        text=asked.text,
        type=asked.type,
        shape=asked.shape,
        points=asked.points,
        skills=(asked.skill, *asked.also),
        follow_ups=tuple(one.text for one in said_about(asked, messages) if one.kind == "follow_up"),
    )


class Marker:
    """Who has a session's answers assessed and keeps what comes of it; without an assessor nothing is."""

    def __init__(self, books: Books, assessor: Assessor | None) -> None:
        self._books = books
        self._assessor = assessor

    def mark(self, session_id: int, only: int | None = None, *, again: bool = False) -> Iterator[AskedView]:
        """Assess what was answered and not assessed yet: one asked question, or all; with `again` those that were.

        What was assessed as it was before a correction, or before more was said, is not assessed yet.
        """
        if self._assessor is None:
            return
        with self._books.reading() as connection:
            every = asked_of(connection, session_id)
            messages = messages_of(connection, session_id)
        for one in every:
            answer = answer_of(one, messages)
            if not answer or only not in (None, one.id) or (_rests_on(one, answer) and not again):
                continue
            answer, given = _assessed(self._assessor, one, messages, answer)
            # Less than the whole, where a reply was left out.
            if _rests_on(one, answer) and not again:
                continue
            with self._books.writing() as connection:
                stored = store_assessment(connection, one, answer, given, self._books.now)
            yield replace(one, assessment=stored, answer=answer)

    def sum_up(self, session_id: int) -> SessionAssessment | None:
        """Assess a session as a whole, from what its answers were assessed to; None without an assessor."""
        if self._assessor is None:
            return None
        with self._books.reading() as connection:
            every = asked_of(connection, session_id)
            messages = messages_of(connection, session_id)
        summary = summed_up(self._assessor, every, messages)
        with self._books.writing() as connection:
            store_summary(connection, session_id, summary)
        return summary


def _rests_on(asked: AskedView, answer: str) -> bool:
    """Return whether these words are those that a question was assessed by."""
    return asked.assessment is not None and asked.answer == answer


def _assessed(
    assessor: Assessor, asked: AskedView, messages: Sequence[MessageView], answer: str
) -> tuple[str, AnswerAssessment]:
    """Return what of an answer was assessed, and what came of it.

    A reply that steers whoever marks it, or hides something, would leave the whole question unmarked. Where the rest
    can be judged without it, only that reply is left out, and the assessment says so.
    """
    told = for_assessor(asked, messages)
    whole = assessor.assess_answer(told, answer)
    parts = answers_of(asked, messages)
    if whole.cause not in _VOIDING or len(parts) < 2:
        return answer, whole
    causes = [assessor.assess_answer(told, part).cause for part in parts]
    kept = [part for part, cause in zip(parts, causes, strict=True) if cause not in _VOIDING]
    rest = "\n\n".join(kept)
    made = assessor.assess_answer(told, rest) if kept else whole
    if made.score is None:
        return answer, whole
    out = len(parts) - len(kept)
    which = "One reply was left out" if out == 1 else f"{out} replies were left out"
    why = {"steering": "told whoever marks it what to give", "hidden": "held characters that can't be seen"}
    said = " and ".join(words for cause, words in why.items() if cause in causes)
    return rest, replace(
        made, reason=" ".join((f"{which}: {'it' if out == 1 else 'they'} {said}.", made.reason)).strip()
    )


def summed_up(
    assessor: Assessor, every: Sequence[AskedView], messages: Sequence[MessageView]
) -> SessionAssessment:
    """Return what an assessor makes of a session's questions, those not asked included."""
    return assessor.assess_session(
        [Answered(for_assessor(one, messages), one.status, one.answer, one.assessment) for one in every]
    )


def store_assessment(
    connection: sqlite3.Connection, asked: AskedView, answer: str, given: AnswerAssessment, now: int
) -> AnswerAssessment:
    """Write what was made of an answer, in place of an earlier one of the same attempt; return it as stored.

    It keeps that one's date: an answer of long ago that is marked anew is none of today.
    """
    kept = _held_to(answer, given)
    key = (asked.id, asked.attempt, kept.by)
    again = connection.execute(
        "SELECT at FROM practice_assessment WHERE asked_id = ? AND attempt = ? AND by = ?", key
    ).fetchone()
    at = now if again is None else again[0]
    connection.execute("DELETE FROM practice_assessment WHERE asked_id = ? AND attempt = ? AND by = ?", key)
    done = connection.execute(
        "INSERT INTO practice_assessment (profile_id, skill, asked_id, attempt, by, score, reason, cause, answer,"
        " covered, missed, landed, sharpen, stronger, at) VALUES ((SELECT profile_id FROM practice_session"
        " WHERE id = ?), ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            asked.session_id,
            asked.skill,
            *key,
            kept.reason if kept.score is None else "being marked",
            kept.cause,
            answer,
            _json([[one.point, one.quote, one.start, one.end] for one in kept.covered]),
            _json(kept.missed),
            _json(kept.landed),
            _json(kept.sharpen),
            kept.stronger,
            at,
        ),
    )
    connection.executemany(
        'INSERT INTO practice_mark (assessment_id, name, score, quote, start, "end", reason)'
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (done.lastrowid, one.name, one.score, one.quote, one.start, one.end, one.reason)
            for one in kept.marks
        ],
    )
    connection.execute(
        "UPDATE practice_assessment SET score = ?, reason = ? WHERE id = ?",
        (kept.score, kept.reason, done.lastrowid),
    )
    if kept.by == "rules":
        # What was made of the session rests on other marks now: whoever dies before it is made anew leaves it open.
        connection.execute("UPDATE practice_session SET assessment = NULL WHERE id = ?", (asked.session_id,))
    if asked.question_id is not None and kept.by == "rules" and kept.score is not None:
        _learn(connection, asked.question_id, kept.score, at, first=again is None)
    return kept


def store_summary(connection: sqlite3.Connection, session_id: int, summary: SessionAssessment) -> None:
    """Write what was made of a session."""
    connection.execute(
        "UPDATE practice_session SET score = ?, assessment = ? WHERE id = ?",
        (summary.score, _json(asdict(summary)), session_id),
    )


def _held_to(answer: str, given: AnswerAssessment) -> AnswerAssessment:
    marks = tuple(
        one
        for one in given.marks
        if one.quote.strip() and 0 <= one.start < one.end and answer[one.start : one.end] == one.quote
    )
    covered = tuple(one for one in given.covered if one.quote and answer[one.start : one.end] == one.quote)
    kept = replace(given, marks=marks, covered=covered)
    if given.score is None:
        return replace(kept, marks=(), reason=given.reason or "Not enough to judge.")
    if not marks:
        return replace(kept, score=None, cause="no_quote", reason="No mark could be held to your words.")
    return kept


def _learn(connection: sqlite3.Connection, question_id: int, score: int, now: int, *, first: bool) -> None:
    """Keep the mark with the question, where it is the latest; an attempt's first one moves the next repetition."""
    connection.execute(
        "UPDATE practice_question SET last_score = ?1 WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM practice_assessment"
        " JOIN practice_asked ON practice_asked.id = asked_id WHERE question_id = ?2 AND by = 'rules'"
        " AND score IS NOT NULL AND at > ?3)",
        (score, question_id, now),
    )
    if not first:
        return
    row = connection.execute(
        "SELECT stability, hardness, reviewed_at, due_at FROM practice_question WHERE id = ?", (question_id,)
    ).fetchone()
    if row is None:
        return
    memory = reviewed(memory_of(row), score, from_milliseconds(now))
    connection.execute(
        "UPDATE practice_question SET stability = ?, hardness = ?, reviewed_at = ?, due_at = ? WHERE id = ?",
        (
            memory.stability,
            memory.hardness,
            to_milliseconds(memory.reviewed_at),
            to_milliseconds(memory.due_at),
            question_id,
        ),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
