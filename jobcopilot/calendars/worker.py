"""Emptying the outboxes: one account at a time, by one process at a time, with patience.

Runs on a thread, in the app and in what the daemon starts. Everything it needs after a crash is in the database.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jobcopilot.calendars.carry import Carrier
from jobcopilot.calendars.events import facts_of, is_over
from jobcopilot.calendars.port import (
    RETRY_LIMIT,
    Calendar,
    CalendarError,
    Locked,
    Refused,
    Temporary,
    Vanished,
)
from jobcopilot.calendars.rows import Item, accounts_where, items_where
from jobcopilot.calendars.sending import Progress, Sending, Tally
from jobcopilot.calendars.views import AccountState, AccountView, SyncReport
from jobcopilot.clock import Clock
from jobcopilot.database.file_lock import held
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.interviews.asked import ReminderRules
from jobcopilot.interviews.rows import rounds_where
from jobcopilot.interviews.views import RoundView
from jobcopilot.jobs.records import listed, raw

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

log = logging.getLogger(__name__)

FIRST_RETRY, LONGEST_RETRY = 1.0, 900.0
"""Seconds; doubled each time, and up to a quarter more or less, so that not everybody comes at once."""
LOCKED_RETRY: Final = 300.0
"""Seconds until it is looked again whether the vault was unlocked; whoever unlocks it calls `accounts.retry`."""
_GROUP: Final = 500
_DUE: Final = (
    "account_id = ? AND version > done AND NOT failed AND difference = '' AND coalesce(next_attempt, 0) <= ?"
)
Connect = Callable[[AccountView], Calendar]
"""Makes the calendar of an account; raises `Locked` or `Refused` where its password is out of reach."""


class CalendarWorker:
    """Carries out what waits for the calendars of all profiles."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        folder: Path,
        clock: Clock,
        connect: Connect,
        rules: Callable[[], ReminderRules],
        *,
        look_every: timedelta = timedelta(minutes=5),
        write_feed: Callable[[AccountView], int] | None = None,
    ) -> None:
        """`folder` is where processes tell each other what they do; `write_feed` writes an account that is a file."""
        self._database = database
        self._reader = reader
        self._folder = folder
        self._clock = clock
        self._connect = connect
        self._rules = rules
        self._look_every = look_every
        self._write_feed = write_feed

    def run(
        self,
        account_id: int,
        *,
        look: bool = False,
        progress: Progress | None = None,
        stop: threading.Event | None = None,
    ) -> SyncReport:
        """Send what waits for one account, and look for changes made elsewhere where that is due or asked for.

        Nothing that the calendar does is raised: the report, and from then on the account, says why it waits. Raises
        `NotFound` for an account that is not there, `StorageError` where the database refuses.
        """
        account = self._account(account_id)
        with held(self._folder / f"account-{account_id}.busy", wait=False) as alone:
            if not alone:
                return SyncReport(account_id, account.name, "busy", waiting=self._waiting(account_id))
            if account.kind == "ics":
                return self._run_feed(account)
            return self._run_remote(account, look=look, progress=progress, stop=stop)

    def _run_remote(
        self, account: AccountView, *, look: bool, progress: Progress | None, stop: threading.Event | None
    ) -> SyncReport:
        calendar: Calendar | None = None
        sending: Sending | None = None
        trouble: CalendarError | None = None
        try:
            calendar = self._connect(account)
            sending = Sending(
                account,
                calendar,
                lambda: self._connect(account),
                lambda one: Carrier(self._database, self._reader, one, self._clock),
                self._fail,
                self._rules(),
                self._waiting(account.id),
                progress,
                stop,
            )
            self._send(sending)
            due = account.look_at is None or account.look_at <= self._clock.now()
            if (look or due) and not sending.stopped:
                self._look(account, calendar, sending)
        except CalendarError as met:
            trouble = met
        finally:
            if calendar is not None:
                calendar.close()
        return self._settled(account, None if sending is None else sending.tally, trouble)

    def _run_feed(self, account: AccountView) -> SyncReport:
        assert self._write_feed is not None
        trouble: CalendarError | None = None
        written = 0
        try:
            written = self._write_feed(account)
        except CalendarError as met:
            trouble = met
        report = self._settled(account, None, trouble)
        return SyncReport(
            account.id, account.name, report.state, sent=written, waiting=report.waiting, reason=report.reason,
            hint=report.hint,
        )  # fmt: skip

    def _send(self, sending: Sending) -> None:
        met: set[tuple[int, int]] = set()
        while not sending.stopped:
            items, views = self._next(sending.account, met)
            if not items:
                return
            # A change of a round while it is under way asks for it once more, which is another version.
            met.update((item.round_id, item.version) for item in items)
            sending.send(items, views)

    def _look(self, account: AccountView, calendar: Calendar, sending: Sending) -> None:
        """Take in what other programs changed."""
        carrier = sending.carrier(calendar)
        with self._reader.connection() as connection:
            items = items_where(
                connection,
                "account_id = ? AND etag IS NOT NULL AND difference = '' AND attempt IS NULL",
                account.id,
            )
            views = _views(connection, account.profile_id, items)
        by_uid = {item.named.uid: item for item in items}
        changes = calendar.changes(account.mark, [item.held for item in items if item.held is not None])
        now = self._clock.now()
        for uid, remote in [
            *((one.held.uid, one) for one in changes.changed),
            *((uid, None) for uid in changes.gone),
        ]:
            item = by_uid[uid]
            view = views.get(item.round_id)
            ours = None if view is None else facts_of(view)
            over = view is None or view.status == "canceled" or is_over(view, now)
            sending.tally.noticed += carrier.seen(item, remote, ours, over=over)
        with self._database.writing() as session:
            raw(session).execute(
                "UPDATE calendar_account SET mark = ?, looked_at = ?, look_at = ? WHERE id = ?",
                (changes.mark, to_milliseconds(now), to_milliseconds(now + self._look_every), account.id),
            )

    def _next(
        self, account: AccountView, met: set[tuple[int, int]]
    ) -> tuple[list[Item], dict[int, RoundView]]:
        """Return what is to be sent next and the rounds as they are now: both of one moment."""
        with self._reader.connection() as connection:
            found = items_where(
                connection,
                f"{_DUE} ORDER BY asked_at, round_id",
                account.id,
                to_milliseconds(self._clock.now()),
            )
            items = [one for one in found if (one.round_id, one.version) not in met][:_GROUP]
            return items, _views(connection, account.profile_id, items)

    def _fail(self, item: Item, fault: CalendarError, failed: bool) -> None:
        attempts = item.attempts + 1
        pause = None if failed else to_milliseconds(self._clock.now() + pause_after(attempts))
        with self._database.writing() as session:
            raw(session).execute(
                "UPDATE calendar_item SET failed = ?, error = ?, attempts = ?, next_attempt = ?"
                " WHERE account_id = ? AND round_id = ? AND version = ?",
                (failed, _words(fault), attempts, pause, item.account_id, item.round_id, item.version),
            )

    def _settled(
        self, account: AccountView, tally: Tally | None, trouble: CalendarError | None
    ) -> SyncReport:
        """Write down how the run ended, and when the account is asked again."""
        now = self._clock.now()
        state = _state(trouble)
        attempts = 0 if trouble is None else account.attempts + 1
        following: datetime | None = None
        if isinstance(trouble, Locked):
            following = now + timedelta(seconds=LOCKED_RETRY)
        elif trouble is not None and not isinstance(trouble, Refused):
            # What is refused for good while looking for changes waits as well, or it would be asked without end.
            wished = trouble.retry_after if isinstance(trouble, Temporary) else None
            following = now + pause_after(attempts, wished)
        reason, hint = ("", "") if trouble is None else (_words(trouble), trouble.hint)
        with self._database.writing() as session:
            raw(session).execute(
                "UPDATE calendar_account SET state = ?, reason = ?, hint = ?, attempts = ?, next_attempt = ?,"
                " synced_at = CASE WHEN ? THEN ? ELSE synced_at END, updated_at = ? WHERE id = ?",
                (
                    state,
                    reason,
                    hint,
                    attempts,
                    None if following is None else to_milliseconds(following),
                    trouble is None,
                    to_milliseconds(now),
                    to_milliseconds(now),
                    account.id,
                ),
            )
        if trouble is not None:
            log.info("calendar %d: %s", account.id, trouble.title)
        waiting = self._waiting(account.id)
        came = Tally() if tally is None else tally
        return SyncReport(
            account.id, account.name, state, came.sent, came.removed, came.failed, came.noticed, waiting, reason, hint
        )  # fmt: skip

    def _account(self, account_id: int) -> AccountView:
        with self._reader.connection() as connection:
            found = accounts_where(connection, "id = ?", account_id)
        if not found:
            raise NotFound(
                "There is no such calendar", f"number {account_id}", "See: jobcopilot calendar status"
            )
        return found[0]

    def _waiting(self, account_id: int) -> int:
        with self._reader.connection() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM calendar_item WHERE account_id = ? AND version > done"
                " AND NOT failed AND difference = ''",
                (account_id,),
            ).fetchone()
        return int(count)


def pause_after(attempts: int, wished: float | None = None) -> timedelta:
    """Return how long to wait after a number of failed attempts, at least as long as the calendar wishes (seconds)."""
    doubled = min(FIRST_RETRY * 2 ** min(attempts - 1, 16), LONGEST_RETRY)
    jittered = doubled * random.uniform(0.75, 1.25)  # noqa: S311  # spread, not secret
    return timedelta(seconds=max(jittered, min(wished or 0.0, RETRY_LIMIT)))


def _state(trouble: CalendarError | None) -> AccountState:
    match trouble:
        case None:
            return "fine"
        case Vanished():
            return "vanished"
        case Refused():
            return "refused"
        case Locked():
            return "locked"
        case _:
            return "waiting"


def _words(fault: CalendarError) -> str:
    return f"{fault.title}: {fault.message}" if fault.message else fault.title


def _views(
    connection: sqlite3.Connection, profile_id: int, items: list[Item] | tuple[Item, ...]
) -> dict[int, RoundView]:
    ids = listed(item.round_id for item in items)
    found = rounds_where(connection, profile_id, " AND round.id IN (SELECT value FROM json_each(?))", ids)
    return {view.id: view for view in found}
