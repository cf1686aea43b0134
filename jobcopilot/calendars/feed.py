"""Calendar files: one round, all of them, and the feed that other programs subscribe to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jobcopilot.calendars.events import Named, event_of
from jobcopilot.calendars.outbox import write_down
from jobcopilot.calendars.port import Event, Refused, Temporary
from jobcopilot.calendars.views import AccountView
from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound, StorageError, UsageError
from jobcopilot.interviews.asked import ReminderRules
from jobcopilot.interviews.rows import rounds_where
from jobcopilot.jobs.records import listed, raw
from jobcopilot.settings import write_atomically

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

_IN = "IN (SELECT value FROM json_each(?))"


class CalendarFiles:
    """Writes rounds as iCalendar files."""

    def __init__(
        self, database: Database, reader: Reader, clock: Clock, rules: Callable[[], ReminderRules]
    ) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._rules = rules

    def export(self, profile_id: int, round_ids: Sequence[int] | None = None) -> bytes:
        """Return one file with some rounds, or with all that have a time.

        Raises `NotFound` for a round that is not there, `UsageError` for one without a time.
        """
        from jobcopilot.calendars.ics_writing import to_ics

        self._name_all(profile_id)
        with self._reader.connection() as connection:
            events = self._events(connection, profile_id, round_ids)
        return to_ics(list(events.values()))

    def write_feed(self, account: AccountView) -> int:
        """Bring the file of an account up to date in one step; return how many rounds it holds.

        What is written is what the outbox asks for: with it, everything that waited is done. Raises `Temporary` where
        the file cannot be written now, `Refused` where its folder is gone.
        """
        from jobcopilot.calendars.ics_writing import FEED_NAME, to_ics

        self._name_all(account.profile_id)
        with self._reader.connection() as connection:
            asked = connection.execute(
                "SELECT version, round_id FROM calendar_item WHERE account_id = ?", (account.id,)
            ).fetchall()
            events = self._events(connection, account.profile_id, None)
        file = Path(account.address)
        if not file.parent.is_dir():
            raise Refused(
                "The folder of the calendar file is not there any more",
                str(file.parent),
                "Make it again, or connect another file: jobcopilot calendar connect ics --output FILE",
            )
        try:
            write_atomically(file, to_ics(list(events.values()), name=FEED_NAME))
        except StorageError as refused:
            raise Temporary(
                "The calendar file could not be written", refused.message, refused.hint
            ) from refused
        now = to_milliseconds(self._clock.now())
        with self._database.writing() as session:
            raw(session).executemany(
                "UPDATE calendar_item SET done = ?, done_at = ?, error = '', failed = 0, attempts = 0,"
                " etag = CASE WHEN ? THEN '' END WHERE account_id = ? AND round_id = ? AND version >= ?",
                [
                    (version, now, round_id in events, account.id, round_id, version)
                    for version, round_id in asked
                ],
            )
        return len(events)

    def _name_all(self, profile_id: int) -> None:
        """Give a UID to rounds from before there were calendars."""
        with self._reader.connection() as connection:
            nameless = [
                number
                for (number,) in connection.execute(
                    "SELECT id FROM round WHERE profile_id = ? AND id NOT IN (SELECT round_id FROM calendar_round)",
                    (profile_id,),
                )
            ]
        if nameless:
            with self._database.writing() as session:
                now = to_milliseconds(self._clock.now())
                write_down(raw(session), profile_id, now, nameless, self._rules())

    def _events(
        self, connection: sqlite3.Connection, profile_id: int, round_ids: Sequence[int] | None
    ) -> dict[int, Event]:
        where, given = ("", ()) if round_ids is None else (f" AND round.id {_IN}", (listed(round_ids),))
        views = rounds_where(connection, profile_id, f"{where} ORDER BY starts_at, round.id", *given)
        named = {
            round_id: Named(uid, sequence, from_milliseconds(changed_at))
            for round_id, uid, sequence, changed_at in connection.execute(
                "SELECT round_id, uid, sequence, changed_at FROM calendar_round"
            )
        }
        rules = self._rules()
        events = {
            view.id: event for view in views if (event := event_of(view, rules, named[view.id])) is not None
        }
        for round_id in round_ids or ():
            if round_id not in {view.id for view in views}:
                raise NotFound(
                    "There is no such interview", f"number {round_id}", "See: jobcopilot interviews list"
                )
            if round_id not in events:
                raise UsageError(
                    "This interview has no time yet",
                    f"number {round_id}",
                    "Give it one first: jobcopilot interviews move",
                )
        return events
