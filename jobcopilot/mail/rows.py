"""Reading letters, plain SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.mail.views import LetterView

_LETTER: Final = """
    SELECT letter.id, letter.job_id, job.company, job.title, letter.kind, state, recipient_name, recipient_email,
        subject, body, origin, letter.round_id, coalesce(round.stage, ''), letter.contact_id, follow_up_id,
        leaves_at, attempts, error, hint, message_id, sent_at, sent_by, letter.created_at, letter.updated_at
    FROM letter JOIN job ON job.id = letter.job_id LEFT JOIN round ON round.id = letter.round_id
    WHERE letter.profile_id = ?
"""
_TIMES: Final = (15, 20, 22, 23)


def letters_where(
    connection: sqlite3.Connection, profile_id: int, where: str, *values: object
) -> tuple[LetterView, ...]:
    """Return the letters that further conditions (SQL that begins with AND) keep, the latest first."""
    rows = connection.execute(
        f"{_LETTER} {where} ORDER BY letter.updated_at DESC, letter.id DESC", (profile_id, *values)
    )
    return tuple(_letter(row) for row in rows)


def _letter(row: Sequence[Any]) -> LetterView:
    values: list[Any] = [_moment(value) if at in _TIMES else value for at, value in enumerate(row)]
    return LetterView(*values)


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else from_milliseconds(stored)
