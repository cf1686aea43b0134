"""Taking an answer back: what was made of it is undone, and its words are open again.

For whoever spoke and was taken to have finished too early. Only the last answer can be taken back, and only while
nothing but the interviewer's reply followed it. Each function is a step inside the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from jobcopilot.errors import UsageError
from jobcopilot.practice import session_log as log
from jobcopilot.practice.session_log import State
from jobcopilot.practice.session_rows import messages_of
from jobcopilot.practice.views import MessageView

_SAID: Final = ("sent", "complete", "stopped", "speaking")
_MEMORY: Final = "stability, hardness, reviewed_at, due_at, last_score"
_Memory = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, and what was known of its question before it was marked."""

    message_id: int
    asked_id: int | None
    memory: _Memory | None


def given(connection: sqlite3.Connection, answer: MessageView) -> Given:
    """Return what is needed to take an answer back; asked for when it is given."""
    memory = connection.execute(
        f"SELECT {_MEMORY} FROM practice_question WHERE id ="  # noqa: S608  # this file's own names
        " (SELECT question_id FROM practice_asked WHERE id = ?)",
        (answer.asked_id,),
    ).fetchone()
    return Given(answer.id, answer.asked_id, None if memory is None else tuple(memory))


def take_back(connection: sqlite3.Connection, state: State, now: int, answer: Given | None) -> int | None:
    """Make the last answer a draft and undo the reply to it; return the id of the reply, None where none had begun.

    Raises `UsageError` where there is no such answer or something else was done since.
    """
    said = [one for one in messages_of(connection, state.id) if one.state in _SAID]
    place = next((at for at, one in enumerate(said) if answer and one.id == answer.message_id), None)
    if answer is None or place is None:
        raise UsageError("There is no answer to take back", hint="Go on: what you say belongs to this one.")
    after = said[place + 1 :]
    if any(one.role == "person" for one in after) or len(after) > 1:
        raise UsageError("The answer cannot be taken back any more", hint="Try the question again: retry.")
    reply = after[0] if after else None
    if reply is not None:
        _undo(connection, state, answer, reply)
    _unmark(connection, answer)
    log.take_draft(connection, state.id)
    message = said[place]
    connection.execute(
        "UPDATE practice_message SET state = 'draft', kind = 'answer', audio = '', seconds = NULL WHERE id = ?",
        (message.id,),
    )
    log.move_on(
        connection, state, now, owed="", current_id=answer.asked_id, paused=0, running=True,
        answer_from=state.answer_from if reply is None else _answer_from(state, now, message),
    )  # fmt: skip
    return None if reply is None else reply.id


def _undo(connection: sqlite3.Connection, state: State, answer: Given, reply: MessageView) -> None:
    """Take the interviewer's reply away, and with it the question that it put."""
    if state.current_id is not None and state.current_id != answer.asked_id:
        log.put_back(connection, state.current_id)
    if answer.asked_id is not None:
        connection.execute(
            "UPDATE practice_asked SET status = 'asked', answer_message_id = NULL WHERE id = ?",
            (answer.asked_id,),
        )
        if reply.kind == "hint" and reply.state != "speaking":
            connection.execute(
                "UPDATE practice_asked SET hints = max(hints - 1, 0) WHERE id = ?", (answer.asked_id,)
            )
    connection.execute("DELETE FROM practice_message WHERE id = ?", (reply.id,))


def _unmark(connection: sqlite3.Connection, answer: Given) -> None:
    """Forget what was made of the answer, also by repetition: it will be marked whole."""
    marked = connection.execute(
        "DELETE FROM practice_assessment WHERE asked_id = ? AND attempt ="
        " (SELECT attempt FROM practice_asked WHERE id = ?)",
        (answer.asked_id, answer.asked_id),
    )
    if marked.rowcount and answer.memory is not None:
        columns = ", ".join(f"{name.strip()} = ?" for name in _MEMORY.split(","))
        connection.execute(
            f"UPDATE practice_question SET {columns} WHERE id ="  # noqa: S608  # this file's own names
            " (SELECT question_id FROM practice_asked WHERE id = ?)",
            (*answer.memory, answer.asked_id),
        )


def _answer_from(state: State, now: int, message: MessageView) -> float | None:
    """Return since when on the timer the person has been answering: as it was before the reply."""
    if message.seconds is None:
        return state.answer_from
    since_given = max(0.0, now / 1000 - message.at.timestamp())
    return max(0.0, state.on_timer(now) - since_given - message.seconds)
