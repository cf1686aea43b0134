"""What a subject asks for, written in the transaction that books, moves, cancels or completes it.

Every function takes the caller's open session and commits nothing: a reminder exists exactly when the change that
asks for it does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col, select

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
    rows = [
        {
            "profile_id": profile_id,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "kind": one.kind,
            "due_at": one.due,
            "next_attempt": one.due,
            "status": "pending",
            "created_at": now,
            "updated_at": now,
        }
        for one in sorted({_as_stored(one) for one in wanted}, key=lambda one: (one.due, one.kind))
        if one.due > now
    ]
    if not rows:
        return 0
    statement = insert(Reminder).values([_DEFAULTS | row for row in rows])
    armed = session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["subject_kind", "subject_id", "kind", "due_at"],
            set_={
                "profile_id": statement.excluded.profile_id,
                "status": "pending",
                "next_attempt": statement.excluded.next_attempt,
                "attempts": 0,
                "snoozed_to": None,
                "error": "",
                "channels": "",
                "updated_at": now,
            },
            where=col(Reminder.status) == "cancelled",
        ).returning(col(Reminder.id))
    )
    return len(armed.all())


def cancel_for(
    session: Session, subject: Subject, *, now: datetime, kinds: Collection[str] | None = None
) -> int:
    """Cancel what is still to be told of a subject (only those kinds, where given); return how many."""
    return _cancel(session, _still_to_do(subject, kinds), now)


def replace_for(
    session: Session,
    profile_id: int,
    subject: Subject,
    wanted: Iterable[Wanted],
    *,
    now: datetime,
    kinds: Collection[str] | None = None,
) -> bool:
    """Make what is still to be told of a subject exactly what it asks for; return whether anything changed.

    `kinds` limits this to the kinds that the caller speaks for. A reminder that is due but not yet told stays when it
    is still wanted, and so does one that was put off; both go when another set is asked for without them.
    """
    asked = {_as_stored(one) for one in wanted if kinds is None or one.kind in kinds}
    open_now = session.exec(
        select(Reminder.id, Reminder.kind, Reminder.due_at).where(*_still_to_do(subject, kinds))
    ).all()
    stale = [number for number, kind, due in open_now if Wanted(kind, due) not in asked]
    if stale:
        _cancel(session, [col(Reminder.id).in_(stale)], now)
    return bool(arm(session, profile_id, subject, asked, now=now) or stale)


_DEFAULTS = {
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
