"""What a subject asks for, written in the transaction that books, moves, cancels or completes it.

Every function takes the caller's open session and commits nothing: a reminder exists exactly when the change that
asks for it does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, text, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, col

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.reminders.tables import Reminder
from jobcopilot.reminders.views import Subject, Wanted


def arm(
    session: Session, profile_id: int, subject: Subject, wanted: Iterable[Wanted], *, now: datetime
) -> int:
    """Ask for reminders of a subject; return how many are newly pending.

    What is not ahead of `now` is not armed: whoever books a round for this afternoon knows it. (An undo gives the
    moment of what it takes back, so that what fell due in between is told late.) What is there already stays as it
    is, told ones included; a cancelled one comes back.
    """
    stored = sorted({_as_stored(one) for one in wanted}, key=lambda one: (one.due, one.kind))
    return _arm(session, profile_id, [(subject, one) for one in stored], now)


def cancel_for(
    session: Session, subject: Subject, *, now: datetime, kinds: Collection[str] | None = None
) -> int:
    """Cancel what is still to be told of a subject (only those kinds, where given); return how many."""
    return _cancel(session, _still_to_do(subject, kinds), now)


def replace_for(
    session: Session, profile_id: int, subject: Subject, wanted: Iterable[Wanted], *, now: datetime
) -> bool:
    """Make what is still to be told of a subject exactly what it asks for; return whether anything changed.

    A reminder that is due but not yet told stays when it is still wanted, and so does one that was put off; both go
    when another set is asked for without them.
    """
    return replace_all(session, profile_id, {subject: wanted}, now=now)


def replace_all(
    session: Session, profile_id: int, wanted: Mapping[Subject, Iterable[Wanted]], *, now: datetime
) -> bool:
    """Do as `replace_for` for many subjects at once: mostly nothing changes, and that costs one look."""
    open_now = _open_of(session, wanted)
    stale: list[int] = []
    lacking: list[tuple[Subject, Wanted]] = []
    for subject, ones in wanted.items():
        asked = {_as_stored(one) for one in ones}
        there = open_now.get(subject, {})
        stale += [number for one, number in there.items() if one not in asked]
        lacking += [(subject, one) for one in asked - there.keys()]
    if stale:
        _cancel(session, [col(Reminder.id).in_(stale)], now)
    return bool(_arm(session, profile_id, lacking, now) or stale)


def _open_of(session: Session, subjects: Iterable[Subject]) -> dict[Subject, dict[Wanted, int]]:
    """Return what is still to be told of each subject, with the reminder's number."""
    pairs = json.dumps([[subject.kind, subject.id] for subject in subjects])
    found: dict[Subject, dict[Wanted, int]] = {}
    for number, subject_kind, subject_id, kind, due in session.connection().execute(_OPEN, {"pairs": pairs}):
        found.setdefault(Subject(subject_kind, subject_id), {})[Wanted(kind, from_milliseconds(due))] = number
    return found


def _arm(
    session: Session, profile_id: int, lacking: Collection[tuple[Subject, Wanted]], now: datetime
) -> int:
    rows = [
        _DEFAULTS
        | {
            "profile_id": profile_id,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "kind": one.kind,
            "due_at": one.due,
            "next_attempt": one.due,
            "created_at": now,
            "updated_at": now,
        }
        for subject, one in lacking
        if one.due > now
    ]
    if not rows:
        return 0
    return len(session.connection().execute(_arming(), rows).all())


@cache
def _arming() -> ReturningInsert[tuple[int | None]]:
    """Return the statement that arms; made once, so that SQLAlchemy compiles it once."""
    statement = insert(Reminder)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["subject_kind", "subject_id", "kind", "due_at"],
        set_={name: new[name] for name in ("profile_id", "next_attempt", "updated_at", *_AGAIN)},
        where=col(Reminder.status) == "cancelled",
    ).returning(col(Reminder.id))


_OPEN: Final = text(
    "SELECT id, subject_kind, subject_id, kind, due_at FROM reminder WHERE next_attempt IS NOT NULL"
    " AND (subject_kind, subject_id) IN"
    " (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:pairs))"
)
_AGAIN: Final = ("status", "attempts", "snoozed_to", "error", "channels")
"""What a cancelled reminder that is asked for again has as a new one would."""
_DEFAULTS: Final = {
    "status": "pending",
    "snoozed_to": None,
    "attempts": 0,
    "late": False,
    "channels": "",
    "error": "",
    "title": "",
    "body": "",
}


def _as_stored(one: Wanted) -> Wanted:
    """To the millisecond, as the database gives it back."""
    return Wanted(one.kind, from_milliseconds(to_milliseconds(one.due)))


def _still_to_do(subject: Subject, kinds: Collection[str] | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        col(Reminder.subject_kind) == subject.kind,
        col(Reminder.subject_id) == subject.id,
        col(Reminder.next_attempt).is_not(None),
    ]
    if kinds is not None:
        conditions.append(col(Reminder.kind).in_(kinds))
    return conditions


def _cancel(session: Session, conditions: Collection[ColumnElement[bool]], now: datetime) -> int:
    done = session.connection().execute(
        update(Reminder)
        .where(*conditions)
        # Without its claim, the process that is about to send it finds out and does not.
        .values(status="cancelled", next_attempt=None, claimed_by=None, lease_until=None, updated_at=now)
    )
    return int(done.rowcount)
