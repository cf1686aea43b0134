"""Which reminders are to leave by e-mail, and when the next one is: plain SQL, so that the daemon stays small."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.interviews.subjects import ROUND
from jobcopilot.reminders.views import DAY_BEFORE, HOURS_BEFORE, PREPARATION, Subject

KINDS: Final = (DAY_BEFORE, HOURS_BEFORE, PREPARATION)
"""What comes by e-mail: a day and two hours before, and open preparation the day before."""
TOO_LATE: Final = timedelta(days=2)
"""Nothing that was due longer ago can still be of use."""
_MARKS: Final = ", ".join("?" * len(KINDS))
DUE: Final = f"""
    SELECT reminder.id, reminder.profile_id, subject_kind, subject_id, kind, due_at, coalesce(mail.attempts, 0)
    FROM reminder LEFT JOIN reminder_mail AS mail ON mail.reminder_id = reminder.id
    WHERE kind IN ({_MARKS}) AND subject_kind = '{ROUND}' AND reminder.status <> 'cancelled'
        AND due_at <= ? AND due_at > ?
        AND (mail.reminder_id IS NULL OR (mail.state = 'waiting' AND mail.next_attempt <= ?))
    ORDER BY due_at, reminder.id
"""  # noqa: S608  # this file's own words
_FOLLOWING: Final = f"""
    SELECT min(at) FROM (
        SELECT min(due_at) AS at FROM reminder
        WHERE kind IN ({_MARKS}) AND subject_kind = '{ROUND}' AND status <> 'cancelled' AND due_at > ?
        UNION ALL SELECT min(next_attempt) FROM reminder_mail WHERE state = 'waiting' AND next_attempt > ?
    )
"""  # noqa: S608  # this file's own words


@dataclass(frozen=True, slots=True)
class DueMail:
    """A reminder that is to leave by e-mail now."""

    id: int
    profile_id: int
    subject: Subject
    kind: str
    due: datetime
    attempts: int


def due_now(connection: sqlite3.Connection, now: datetime, since: datetime) -> list[DueMail]:
    """Return what is to leave now, of what was due after `since`."""
    at, earliest = to_milliseconds(now), to_milliseconds(max(since, now - TOO_LATE))
    rows = connection.execute(DUE, (*KINDS, at, earliest, at))
    return [
        DueMail(number, profile, Subject(subject, subject_id), kind, from_milliseconds(due), attempts)
        for number, profile, subject, subject_id, kind, due, attempts in rows
    ]


def following(connection: sqlite3.Connection, now: int) -> int | None:
    """Return when the next one is due, in UTC milliseconds; None where nothing is planned."""
    (at,) = connection.execute(_FOLLOWING, (*KINDS, now, now)).fetchone()
    return None if at is None else int(at)


def since_of(written: str) -> datetime:
    """Return the moment from which on reminders go by e-mail; the beginning of time where none is written."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
