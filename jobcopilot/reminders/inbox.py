"""What is to come and what was told: lists, the inbox, and putting off. Plain SQL, for the app's first frame."""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jobcopilot.database.faults import told_in_words
from jobcopilot.database.moments import from_milliseconds
from jobcopilot.database.reader import BUSY_MS, Reader
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.reminders.due import milliseconds
from jobcopilot.reminders.views import ReminderView, Subject

_COLUMNS: Final = """
    SELECT id, profile_id, subject_kind, subject_id, kind, due_at, status, attempts, next_attempt, sent_at, late,
        channels, error, title, body, seen_at, updated_at
    FROM reminder
"""
_IN_INBOX: Final = "(sent_at IS NOT NULL OR status IN ('failed', 'missed'))"
"""As the index `reminder_inbox` has it."""


class ReminderLists:
    """One profile's reminders."""

    def __init__(self, reader: Reader, profile_id: int) -> None:
        self._reader = reader
        self._profile_id = profile_id

    def coming(self, limit: int = 100) -> Sequence[ReminderView]:
        """Return what is still to be told, the next one first; failed ones that are tried again included."""
        return self._select(
            "WHERE profile_id = ? AND next_attempt IS NOT NULL ORDER BY next_attempt, id", limit
        )

    def inbox(self, limit: int = 100) -> Sequence[ReminderView]:
        """Return what was told, came late, failed or was missed; the newest first."""
        return self._select(f"WHERE profile_id = ? AND {_IN_INBOX} ORDER BY updated_at DESC, id DESC", limit)

    def of(self, subject: Subject) -> Sequence[ReminderView]:
        """Return every reminder of a subject, cancelled ones included, by due time."""
        return self._select(
            "WHERE profile_id = ? AND subject_kind = ? AND subject_id = ? ORDER BY due_at, id",
            1_000,
            subject.kind,
            subject.id,
        )

    def get(self, reminder_id: int) -> ReminderView:
        """Return one reminder; raises `NotFound`."""
        found = self._select("WHERE profile_id = ? AND id = ?", 1, reminder_id)
        if not found:
            raise _unknown(reminder_id)
        return found[0]

    def unseen(self) -> int:
        """Return how many failed or were missed since the person last looked."""
        with self._reader.connection() as connection:
            row = connection.execute(
                f"SELECT count(*) FROM reminder WHERE profile_id = ? AND {_IN_INBOX} AND seen_at IS NULL"
                " AND (status = 'missed' OR (status = 'failed' AND next_attempt IS NULL))",
                (self._profile_id,),
            ).fetchone()
        return int(row[0])

    def _select(self, conditions: str, limit: int, *values: object) -> Sequence[ReminderView]:
        with self._reader.connection() as connection:
            rows = connection.execute(f"{_COLUMNS} {conditions} LIMIT ?", (self._profile_id, *values, limit))
            return [_view(row) for row in rows]


def mark_seen(file: Path, profile_id: int, *, now: datetime) -> None:
    """Write down that the person has looked at the inbox."""
    with told_in_words(file):
        connection = _connect(file)
        try:
            connection.execute(
                f"UPDATE reminder SET seen_at = ? WHERE profile_id = ? AND {_IN_INBOX} AND seen_at IS NULL",
                (milliseconds(now), profile_id),
            )
        finally:
            connection.close()


def snooze(file: Path, reminder_id: int, until: datetime, *, now: datetime) -> None:
    """Tell a reminder (again) at `until`, whatever became of it so far.

    Raises `NotFound` for an unknown one, `UsageError` for a time that has passed and for a cancelled one.
    """
    if until <= now:
        raise UsageError(
            "A reminder can only be put off to a later time", f"{until:%Y-%m-%d %H:%M} has passed"
        )
    with told_in_words(file):
        connection = _connect(file)
        try:
            moved = connection.execute(
                "UPDATE reminder SET status = 'pending', next_attempt = :until, snoozed_to = :until, attempts = 0,"
                " error = '', claimed_by = NULL, lease_until = NULL, updated_at = :now"
                " WHERE id = :id AND status <> 'cancelled'",
                {"until": milliseconds(until), "now": milliseconds(now), "id": reminder_id},
            )
            known = connection.execute("SELECT 1 FROM reminder WHERE id = ?", (reminder_id,)).fetchone()
        finally:
            connection.close()
    if not known:
        raise _unknown(reminder_id)
    if moved.rowcount == 0:
        raise UsageError(
            "A cancelled reminder cannot be put off",
            f"reminder {reminder_id}",
            "Its subject was moved or is over.",
        )


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_MS / 1000, isolation_level=None
    )


def _unknown(reminder_id: int) -> NotFound:
    return NotFound("There is no such reminder", str(reminder_id), "See: jobcopilot reminders list")


def _view(row: Sequence[Any]) -> ReminderView:
    return ReminderView(
        id=row[0],
        profile_id=row[1],
        subject=Subject(row[2], row[3]),
        kind=row[4],
        due=from_milliseconds(row[5]),
        status=row[6],
        attempts=row[7],
        next_attempt=None if row[8] is None else from_milliseconds(row[8]),
        sent_at=None if row[9] is None else from_milliseconds(row[9]),
        late=bool(row[10]),
        channels=tuple(row[11].split()),
        error=row[12],
        title=row[13],
        body=row[14],
        seen=row[15] is not None,
        updated_at=from_milliseconds(row[16]),
    )
