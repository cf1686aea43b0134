"""What a running session writes: each function one step inside the caller's transaction.

The row of the session says where it stands (`State`), so that a fresh process goes on from there.
"""

# ruff: noqa: S608  # made of this file's own names only
from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from jobcopilot.errors import NotFound
from jobcopilot.practice.session_rows import message, setup_of
from jobcopilot.practice.views import (
    MessageKind,
    MessageState,
    MessageView,
    Mode,
    Role,
    SessionStatus,
    Setup,
)


@dataclass(frozen=True, slots=True)
class State:
    """Where a session stands. `running_since` and `seen_at` are milliseconds, `seconds` is on the timer."""

    id: int
    status: SessionStatus
    mode: Mode
    owed: str
    current_id: int | None
    paused: bool
    seconds: float
    running_since: int | None
    answer_from: float | None
    seen_at: int | None
    setup: Setup
    error: str

    def on_timer(self, now: int) -> float:
        """Return where the timer stands at a moment."""
        return self.seconds + (0.0 if self.running_since is None else max(0, now - self.running_since) / 1000)


def state_of(connection: sqlite3.Connection, profile_id: int, session_id: int) -> State:
    """Return where a session stands. Raises `NotFound`."""
    row = connection.execute(
        "SELECT id, status, mode, owed, current_id, paused, seconds, running_since, answer_from, seen_at, setup, error"
        " FROM practice_session WHERE id = ? AND profile_id = ?",
        (session_id, profile_id),
    ).fetchone()
    if row is None:
        raise NotFound("There is no such session", f"number {session_id}", "See: jobcopilot practice list")
    (
        number,
        status,
        mode,
        owed,
        current_id,
        paused,
        seconds,
        running_since,
        answer_from,
        seen_at,
        setup,
        error,
    ) = row
    return State(
        number, status, mode, owed, current_id, bool(paused), seconds, running_since, answer_from, seen_at,
        setup_of(json.loads(setup)), error,
    )  # fmt: skip


def move_on(connection: sqlite3.Connection, state: State, now: int, **changes: Any) -> None:
    """Write where a session stands now; the timer is brought up to `now` with it.

    `running` (true or false) starts or stops the timer; without it the timer goes on as it did.
    """
    running = changes.pop("running", state.running_since is not None)
    written = {
        "seconds": state.on_timer(now),
        "running_since": now if running else None,
        "seen_at": now,
        "updated_at": now,
        **changes,
    }
    connection.execute(
        f"UPDATE practice_session SET {', '.join(f'{name} = ?' for name in written)} WHERE id = ?",
        (*written.values(), state.id),
    )


def wake(connection: sqlite3.Connection, state: State, now: int) -> None:
    """Take up a session that another process left: the timer counts to the last sign of life, what was cut short
    is said anew."""
    seconds = state.seconds
    if state.running_since is not None:
        seconds += max(0, (state.seen_at or state.running_since) - state.running_since) / 1000
    failed = state.status == "error"
    running = (state.status == "in_progress" and not state.paused) or failed
    connection.execute(
        "UPDATE practice_session SET seconds = ?, running_since = ?, seen_at = ?, status = ?, error = '' WHERE id = ?",
        (seconds, now if running else None, now, "in_progress" if failed else state.status, state.id),
    )
    connection.execute(
        "UPDATE practice_message SET state = 'interrupted' WHERE session_id = ? AND state = 'speaking'",
        (state.id,),
    )


def write_message(
    connection: sqlite3.Connection,
    state: State,
    now: int,
    *,
    role: Role,
    kind: MessageKind,
    text: str,
    message_state: MessageState,
    asked_id: int | None = None,
    by: str = "",
    fallback: str = "",
    audio: str = "",
    seconds: float | None = None,
) -> MessageView:
    """Write a message before anybody sees it. It belongs to `asked_id`, in that question's present attempt."""
    done = connection.execute(
        "INSERT INTO practice_message (session_id, asked_id, attempt, role, kind, text, state, by, fallback, audio,"
        " seconds, at) VALUES (?, ?, coalesce((SELECT attempt FROM practice_asked WHERE id = ?), 1),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            state.id, asked_id, asked_id, role, kind, text, message_state, by, fallback, audio, seconds, now,
        ),
    )  # fmt: skip
    assert done.lastrowid is not None
    return message(connection, done.lastrowid)


def say_on(connection: sqlite3.Connection, message_id: int, text: str) -> bool:
    """Write the words of a message that is being spoken; return whether it still is."""
    said = connection.execute(
        "UPDATE practice_message SET text = ? WHERE id = ? AND state = 'speaking'", (text, message_id)
    )
    return said.rowcount == 1


def take_draft(connection: sqlite3.Connection, session_id: int) -> None:
    """Forget what was typed and not sent: it is being sent, or was deleted."""
    connection.execute("DELETE FROM practice_message WHERE session_id = ? AND state = 'draft'", (session_id,))


def ask(connection: sqlite3.Connection, asked_id: int, text: str, message_id: int, now: int) -> None:
    """Put a question on the table, with the words in which it was put."""
    connection.execute(
        "UPDATE practice_asked SET status = 'asked', text = ?, asked_at = ?, question_message_id = ? WHERE id = ?",
        (text, now, message_id, asked_id),
    )
    connection.execute(
        "UPDATE practice_question SET asked = asked + 1, last_asked_at = ?"
        " WHERE id = (SELECT question_id FROM practice_asked WHERE id = ?)",
        (now, asked_id),
    )


def leave(connection: sqlite3.Connection, asked_id: int, *, skipped: bool) -> None:
    """Take a question off the table: answered where there is an answer in this attempt, else skipped or let be."""
    row = connection.execute(
        "SELECT max(practice_message.id) FROM practice_message JOIN practice_asked ON practice_asked.id = asked_id"
        " WHERE asked_id = ? AND role = 'person' AND kind = 'answer' AND practice_message.attempt ="
        " practice_asked.attempt AND trim(coalesce(edited, practice_message.text)) <> '' AND state <> 'draft'",
        (asked_id,),
    ).fetchone()
    status = "answered" if row[0] is not None else "skipped" if skipped else "asked"
    connection.execute(
        "UPDATE practice_asked SET status = ?, answer_message_id = ? WHERE id = ?", (status, row[0], asked_id)
    )


def try_again(connection: sqlite3.Connection, asked_id: int) -> None:
    """Put a question that was answered on the table once more."""
    connection.execute(
        "UPDATE practice_asked SET status = 'asked', attempt = attempt + 1, answer_message_id = NULL WHERE id = ?",
        (asked_id,),
    )


def put_back(connection: sqlite3.Connection, asked_id: int) -> None:
    """Take a question off the table that nobody has answered yet: it will be asked again."""
    connection.execute(
        "UPDATE practice_asked SET status = 'planned', asked_at = NULL, question_message_id = NULL WHERE id = ?",
        (asked_id,),
    )
    connection.execute(
        "UPDATE practice_question SET asked = max(asked - 1, 0)"
        " WHERE id = (SELECT question_id FROM practice_asked WHERE id = ?)",
        (asked_id,),
    )


def heard_out(connection: sqlite3.Connection, session_id: int) -> None:
    """What the person sent has got its reply."""
    connection.execute(
        "UPDATE practice_message SET state = 'complete' WHERE session_id = ? AND role = 'person' AND state = 'sent'",
        (session_id,),
    )


def count_hint(connection: sqlite3.Connection, asked_id: int) -> None:
    """A hint was given."""
    connection.execute("UPDATE practice_asked SET hints = hints + 1 WHERE id = ?", (asked_id,))


def drop_planned(connection: sqlite3.Connection, session_id: int) -> None:
    """Forget what time did not reach: by the clock more is planned than can be asked, and none of it promised."""
    connection.execute(
        "DELETE FROM practice_asked WHERE session_id = ? AND status = 'planned'", (session_id,)
    )
