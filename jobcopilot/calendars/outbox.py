"""What every change of a round leaves for the calendars, in the transaction of that change.

Like the reminders: a companion of every batch compares the rounds that it touched with what was written last. Whatever
changed them - booking, moving, cancelling, deleting, an undo, a merge of jobs - nothing can be missed, and what changed
nothing for a calendar leaves nothing.
"""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.calendars.events import fingerprint
from jobcopilot.interviews.asked import ReminderRules
from jobcopilot.interviews.rows import rounds_where
from jobcopilot.jobs.journal import Journal
from jobcopilot.jobs.records import listed

if TYPE_CHECKING:
    from sqlmodel import Session

_IN: Final = "IN (SELECT value FROM json_each(?))"
_TOUCHED: Final = f"""
    SELECT id FROM round WHERE profile_id = ? AND job_id {_IN} UNION
    SELECT round_id FROM interview_event JOIN round_contact ON contact_id = record_id
    WHERE batch_id = ? AND record = 'contact' AND action <> 'added'
"""
_ASK: Final = f"""
    INSERT INTO calendar_item (account_id, round_id, version, done, asked_at, attempts, failed, error, href,
        sequence, fingerprint, sent, linked, difference, theirs, their_etag)
    SELECT account.id, round.id, 1, 0, ?1, 0, 0, '', '', 0, '', '', 0, '', '', ''
    FROM calendar_account AS account JOIN round ON round.profile_id = account.profile_id
    WHERE account.profile_id = ?2 AND round.id {_IN.replace("?", "?3")} AND (?4 IS NULL OR account.id = ?4)
    ON CONFLICT (account_id, round_id) DO UPDATE SET version = version + 1, asked_at = excluded.asked_at,
        attempts = 0, next_attempt = NULL, failed = 0, error = ''
"""


_GIVEN: ContextVar[tuple[str, str] | None] = ContextVar("given", default=None)


@contextmanager
def named_by_others(uid: str, invitation: str) -> Iterator[None]:
    """Give the one round that is booked in this block the UID of an invitation, in the booking's own transaction.

    `invitation` is what the message said, as JSON.
    """
    token = _GIVEN.set((uid, invitation))
    try:
        yield
    finally:
        _GIVEN.reset(token)


class CalendarOutbox:
    """Lets the outbox follow every change of rounds; a companion of jobs and interviews."""

    def __init__(self, rules: ReminderRules) -> None:
        self._rules = rules

    def follow(self, session: Session, journal: Journal) -> None:
        """Write down what a batch changed for calendars."""
        if not journal.jobs and journal.batch is None:
            return
        found = journal.connection.execute(
            _TOUCHED, (journal.profile_id, listed(journal.jobs), journal.batch)
        )
        write_down(journal.connection, journal.profile_id, journal.now, _ids(found), self._rules)

    def take_back(self, session: Session, journal: Journal, batch: int) -> None:
        """Nothing of its own: `follow` sees what an undo changed."""

    def arm_ahead(self, session: Session, journal: Journal) -> None:
        """Write down what changed of everything still to come: after the rules of reminders did."""
        found = journal.connection.execute(
            "SELECT id FROM round WHERE profile_id = ? AND ends_at > ?", (journal.profile_id, journal.now)
        )
        write_down(journal.connection, journal.profile_id, journal.now, _ids(found), self._rules)


def write_down(
    connection: sqlite3.Connection,
    profile_id: int,
    now: int,
    round_ids: Collection[int],
    rules: ReminderRules,
) -> int:
    """Name rounds that have no UID yet, and put those that differ into the outboxes; return how many differed.

    `now` in UTC milliseconds.
    """
    if not round_ids:
        return 0
    wanted = listed(round_ids)
    views = {view.id: view for view in rounds_where(connection, profile_id, f" AND round.id {_IN}", wanted)}
    known: dict[int, str] = dict(
        connection.execute(
            f"SELECT round_id, fingerprint FROM calendar_round WHERE round_id {_IN}", (wanted,)
        )
    )
    differing: list[int] = []
    for round_id in round_ids:
        view = views.get(round_id)
        print_now = "" if view is None else fingerprint(view, rules)
        if round_id not in known:
            _name(connection, round_id, print_now, now, newest=round_id == max(round_ids))
        elif known[round_id] == print_now:
            continue
        else:
            connection.execute(
                "UPDATE calendar_round SET sequence = sequence + 1, fingerprint = ?, changed_at = ?"
                " WHERE round_id = ?",
                (print_now, now, round_id),
            )
        if print_now or known.get(round_id):
            differing.append(round_id)
    if differing:
        ask(connection, profile_id, differing, now)
    return len(differing)


def ask(
    connection: sqlite3.Connection,
    profile_id: int,
    round_ids: Iterable[int],
    now: int,
    account_id: int | None = None,
) -> None:
    """Put rounds into the outboxes of a profile's accounts (or of one), merged with what waits there already."""
    connection.execute(_ASK, (now, profile_id, listed(round_ids), account_id))


def _name(connection: sqlite3.Connection, round_id: int, print_now: str, now: int, *, newest: bool) -> None:
    # The booked one has the highest number; the others are from before there were calendars.
    uid, invitation = (_GIVEN.get() if newest else None) or (f"{uuid.uuid4()}@jobcopilot", None)
    connection.execute(
        "INSERT INTO calendar_round (round_id, uid, sequence, fingerprint, changed_at, invitation)"
        " VALUES (?, ?, 0, ?, ?, ?)",
        (round_id, uid, print_now, now, invitation),
    )


def _ids(rows: Iterable[Any]) -> list[int]:
    return [number for (number,) in rows]
