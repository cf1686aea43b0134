"""The calendars that the person connected: connecting, disconnecting, how they stand, and trying again."""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from jobcopilot.calendars.outbox import ask, write_down
from jobcopilot.calendars.port import Calendar, CalendarKind, Secrets
from jobcopilot.calendars.rows import accounts_where, items_where, moment
from jobcopilot.calendars.views import AccountStatus, AccountView, ItemState, ItemStatus
from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.interviews.asked import ReminderRules
from jobcopilot.jobs.records import raw
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

NAME_LIMIT: Final = 80
_WAITING: Final = "version > done AND NOT failed AND difference = ''"
_STATUS: Final = f"""
    SELECT account_id, sum(etag IS NOT NULL), sum({_WAITING}), sum(failed), sum(difference <> '')
    FROM calendar_item GROUP BY account_id
"""
_ITEMS: Final = f"""
    SELECT account_id, account.name, account.kind, round_id, difference, version > done, failed, error, asked_at,
        done_at, account.state, account.reason
    FROM calendar_item JOIN calendar_account AS account ON account.id = account_id
    WHERE round_id = ? AND (etag IS NOT NULL OR {_WAITING} OR failed OR difference <> '') ORDER BY account_id
"""
_DUE: Final = f"""
    SELECT account.id, profile.name FROM calendar_account AS account JOIN profile ON profile.id = profile_id
    WHERE state NOT IN ('refused', 'vanished') AND coalesce(account.next_attempt, 0) <= ?1 AND (
        (kind <> 'ics' AND coalesce(look_at, 0) <= ?1)
        OR EXISTS (SELECT 1 FROM calendar_item WHERE account_id = account.id AND {_WAITING}
            AND coalesce(next_attempt, 0) <= ?1)
    )
"""
_FOLLOWING: Final = f"""
    SELECT min(at) FROM (
        SELECT account.next_attempt AS at FROM calendar_account AS account WHERE state IN ('waiting', 'locked')
        UNION ALL SELECT look_at FROM calendar_account WHERE state = 'fine' AND kind <> 'ics'
        UNION ALL SELECT next_attempt FROM calendar_item WHERE {_WAITING}
    ) WHERE at > ?
"""


def due(connection: sqlite3.Connection, now: int) -> list[tuple[int, str]]:
    """Return the accounts with something to do now, and whose they are; `now` in UTC milliseconds."""
    return list(connection.execute(_DUE, (now,)))


def following(connection: sqlite3.Connection, now: int) -> int | None:
    """Return when the next one has something to do, as far as that is known; None where nothing is planned."""
    (at,) = connection.execute(_FOLLOWING, (now,)).fetchone()
    return None if at is None else int(at)


class CalendarAccounts:
    """The calendars of one profile."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        profile_id: int,
        clock: Clock,
        secrets: Callable[[], Secrets],
        rules: Callable[[], ReminderRules],
    ) -> None:
        self._database = database
        self._reader = reader
        self._profile_id = profile_id
        self._clock = clock
        self._secrets = secrets
        self._rules = rules

    def connect(
        self,
        kind: CalendarKind,
        *,
        name: str = "",
        address: str = "",
        username: str = "",
        calendar: str = "",
        calendar_name: str = "",
        secret: str | None = None,
    ) -> AccountView:
        """Connect a calendar: from now on it holds every round that has a time, those of before included.

        `secret` is the password or token; it goes to the vault. Connecting the same calendar again replaces its
        password, and lets it try again. Raises `VaultLocked` before anything is written.
        """
        now = to_milliseconds(self._clock.now())
        known = next(
            (
                one
                for one in self.list()
                if (one.kind, one.calendar) == (kind, calendar)
                # A server is known by several addresses; a calendar of Google's has the same id in every account.
                and (one.address == address or kind == "caldav")
            ),
            None,
        )
        key = known.secret if known is not None and known.secret else f"calendar:{uuid.uuid4().hex}"
        if secret is not None:
            self._secrets().set(key, secret)
        with self._database.writing() as session:
            connection = raw(session)
            if known is None:
                called = _free_name(connection, self._profile_id, clean_line(name, NAME_LIMIT) or kind)
                account_id = connection.execute(
                    "INSERT INTO calendar_account (profile_id, kind, name, address, username, calendar,"
                    " calendar_name, secret, state, reason, hint, attempts, mark, created_at, updated_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'fine', '', '', 0, '', ?, ?)",
                    (
                        self._profile_id, kind, called, address, username, calendar, calendar_name,
                        key if secret is not None else "", now, now,
                    ),
                ).lastrowid  # fmt: skip
                rounds = [
                    number
                    for (number,) in connection.execute(
                        "SELECT id FROM round WHERE profile_id = ? AND starts_at IS NOT NULL",
                        (self._profile_id,),
                    )
                ]
                write_down(connection, self._profile_id, now, rounds, self._rules())
                ask(connection, self._profile_id, rounds, now, account_id)
            else:
                account_id = known.id
                connection.execute(
                    "UPDATE calendar_account SET address = ?, username = ?, secret = ?, state = 'fine', reason = '',"
                    " hint = '', attempts = 0, next_attempt = NULL, updated_at = ? WHERE id = ?",
                    (address, username, key if secret is not None else known.secret, now, account_id),
                )
            (view,) = accounts_where(connection, "id = ?", account_id)
        return view

    def disconnect(self, account_id: int) -> AccountView:
        """Forget a calendar and its password; what it holds stays there. Raises `NotFound`."""
        view = self.get(account_id)
        if view.secret:
            self._secrets().delete(view.secret)
        with self._database.writing() as session:
            raw(session).execute("DELETE FROM calendar_account WHERE id = ?", (account_id,))
        return view

    def empty(self, account_id: int, calendar: Calendar) -> int:
        """Take every event that this program made out of a calendar, before it is forgotten; return how many.

        Raises the port's errors, `Changed` for one that somebody else changed; what was taken out until then stays out.
        """
        with self._reader.connection() as connection:
            items = items_where(
                connection, "account_id = ? AND etag IS NOT NULL AND NOT linked ORDER BY round_id", account_id
            )
        removed = 0
        for item in items:
            assert item.held is not None
            calendar.remove(item.held)
            removed += 1
            with self._database.writing() as session:
                raw(session).execute(
                    "UPDATE calendar_item SET etag = NULL, href = '' WHERE account_id = ? AND round_id = ?",
                    (account_id, item.round_id),
                )
        return removed

    def list(self) -> tuple[AccountView, ...]:
        """Return the accounts in the order in which they were connected."""
        with self._reader.connection() as connection:
            return accounts_where(connection, "profile_id = ?", self._profile_id)

    def get(self, account_id: int) -> AccountView:
        """Return one account. Raises `NotFound`."""
        found = next((one for one in self.list() if one.id == account_id), None)
        if found is None:
            raise NotFound(
                "There is no such calendar", f"number {account_id}", "See: jobcopilot calendar status"
            )
        return found

    def named(self, word: str) -> AccountView:
        """Return the account that a number, a name or a kind means. Raises `NotFound`, `UsageError` for several."""
        found = [
            one
            for one in self.list()
            if word in (str(one.id), one.kind) or one.name.casefold() == word.casefold()
        ]
        if not found:
            raise NotFound("There is no such calendar", word, "See: jobcopilot calendar status")
        if len(found) > 1:
            raise UsageError(
                "Several calendars are called so",
                word,
                f"Give the number of one: {', '.join(str(one.id) for one in found)}.",
            )
        return found[0]

    def status(self) -> tuple[AccountStatus, ...]:
        """Return how every account stands."""
        with self._reader.connection() as connection:
            counts = {row[0]: row[1:] for row in connection.execute(_STATUS)}
            accounts = accounts_where(connection, "profile_id = ?", self._profile_id)
        return tuple(AccountStatus(one, *counts.get(one.id, (0, 0, 0, 0))) for one in accounts)

    def of_round(self, round_id: int) -> tuple[ItemStatus, ...]:
        """Return how a round stands in every account that holds it or is to hold it."""
        with self._reader.connection() as connection:
            rows = connection.execute(_ITEMS, (round_id,)).fetchall()
        found = []
        for (
            account_id,
            name,
            kind,
            number,
            difference,
            open_,
            failed,
            error,
            asked,
            done,
            state,
            reason,
        ) in rows:
            came: ItemState = "waiting" if open_ else "in_sync"
            if difference:
                changed: ItemState = "removed_there" if difference == "removed" else "changed_there"
                came = "conflict" if open_ else changed
            elif failed:
                came = "failed"
            why = error or (reason if came == "waiting" and state != "fine" else "")
            since: datetime | None = from_milliseconds(asked) if came == "waiting" else moment(done)
            found.append(ItemStatus(account_id, name, kind, number, came, why, since))
        return tuple(found)

    def failures(self, account_id: int) -> tuple[ItemStatus, ...]:
        """Return the rounds that an account does not take, with the reason."""
        with self._reader.connection() as connection:
            failed = [
                number
                for (number,) in connection.execute(
                    "SELECT round_id FROM calendar_item WHERE account_id = ? AND failed ORDER BY round_id",
                    (account_id,),
                )
            ]
        return tuple(
            one for number in failed for one in self.of_round(number) if one.account_id == account_id
        )

    def retry(self, account_id: int | None = None, *, failed: bool = True) -> int:
        """Let what waits, and what `failed`, be tried at once; return how many entries that is.

        Also for whoever unlocks the vault or corrects a server: an account that waited for the person goes on.
        """
        with self._database.writing() as session:
            connection = raw(session)
            mine = "(SELECT id FROM calendar_account WHERE profile_id = ?1 AND (?2 IS NULL OR id = ?2))"
            values = (self._profile_id, account_id)
            connection.execute(
                "UPDATE calendar_account SET state = CASE state WHEN 'fine' THEN 'fine' ELSE 'waiting' END,"
                f" attempts = 0, next_attempt = NULL, look_at = NULL WHERE id IN {mine}",
                values,
            )
            done = connection.execute(
                "UPDATE calendar_item SET failed = 0, error = '', attempts = 0, next_attempt = NULL"
                f" WHERE version > done AND difference = '' AND (NOT failed OR ?3) AND account_id IN {mine}",
                (*values, failed),
            )
            return int(done.rowcount)


def _free_name(connection: sqlite3.Connection, profile_id: int, wished: str) -> str:
    taken = {
        name
        for (name,) in connection.execute(
            "SELECT name FROM calendar_account WHERE profile_id = ?", (profile_id,)
        )
    }
    name, number = wished, 1
    while name in taken:
        number += 1
        name = f"{wished} {number}"
    return name
