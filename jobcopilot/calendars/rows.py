"""From rows to what is shown, and the queries that several parts of the room share: plain SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jobcopilot.calendars.events import Named
from jobcopilot.calendars.port import Facts, Held
from jobcopilot.calendars.views import AccountView
from jobcopilot.database.moments import from_milliseconds

_ACCOUNT: Final = """
    SELECT id, profile_id, kind, name, address, username, calendar, calendar_name, secret, state, reason, hint,
        attempts, next_attempt, look_at, synced_at, mark FROM calendar_account
"""
_ITEM: Final = """
    SELECT account_id, round_id, version, done, attempts, failed, href, etag, calendar_item.sequence,
        calendar_item.fingerprint, sent, attempt, linked, difference, uid, calendar_round.sequence,
        calendar_round.fingerprint, changed_at
    FROM calendar_item JOIN calendar_round USING (round_id)
"""
REMOVING: Final = "remove"
"""What stands in `attempt` while an event is being taken away."""


@dataclass(frozen=True, slots=True)
class Item:
    """A round in the outbox of an account, and what the calendar holds of it; see `tables.CalendarItem`."""

    account_id: int
    round_id: int
    version: int
    done: int
    attempts: int
    failed: bool
    href: str
    etag: str | None
    sent_sequence: int
    sent_fingerprint: str
    sent: Facts | None
    attempt: str | None
    linked: bool
    difference: str
    named: Named
    fingerprint: str

    @property
    def held(self) -> Held | None:
        """What the calendar held when last seen, None where that was nothing."""
        return None if self.etag is None else Held(self.named.uid, self.href, self.etag, self.sent_sequence)


def accounts_where(connection: sqlite3.Connection, where: str, *values: object) -> tuple[AccountView, ...]:
    """Return the accounts that conditions keep, in the order in which they were connected."""
    rows = connection.execute(f"{_ACCOUNT} WHERE {where} ORDER BY id", values)
    return tuple(_account(row) for row in rows)


def items_where(connection: sqlite3.Connection, where: str, *values: object) -> tuple[Item, ...]:
    """Return the items that conditions (with their order) keep."""
    return tuple(_item(row) for row in connection.execute(f"{_ITEM} WHERE {where}", values))


def moment(stored: int | None) -> datetime | None:
    """Read a moment that may be missing."""
    return None if stored is None else from_milliseconds(stored)


def _account(row: Sequence[Any]) -> AccountView:
    *_, attempts, next_attempt, look_at, synced_at, mark = row
    words: list[Any] = list(row[:12])
    return AccountView(*words, attempts, moment(next_attempt), moment(look_at), moment(synced_at), mark)  # type: ignore[call-arg]


def _item(row: Sequence[Any]) -> Item:
    (
        account_id, round_id, version, done, attempts, failed, href, etag, sent_sequence, sent_fingerprint, sent,
        attempt, linked, difference, uid, sequence, fingerprint, changed_at,
    ) = row  # fmt: skip
    return Item(
        account_id,
        round_id,
        version,
        done,
        attempts,
        bool(failed),
        href,
        etag,
        sent_sequence,
        sent_fingerprint,
        Facts.from_json(sent) if sent else None,
        attempt,
        bool(linked),
        difference,
        Named(uid, sequence, from_milliseconds(changed_at)),
        fingerprint,
    )
