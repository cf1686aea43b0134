"""What is due: claimed by one process and settled by it. Plain SQL, so that the daemon stays light.

A claim holds as long as its process lives and its lease lasts. Whether the process lives, the kernel tells (see
`presence`). The lease is counted on the machine's monotonic clock, which nobody sets and which stands still while the
machine sleeps; it only matters for a process that was stopped or hangs. So a crash loses no reminder, and a clock that
jumps brings none twice.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.database.reader import BUSY_MS
from jobcopilot.reminders.presence import Presence
from jobcopilot.reminders.views import Status, Subject

LEASE: Final = timedelta(minutes=5)
"""How long a living process may hold a claim; far beyond what the slowest desktop and a locked database take."""
BATCH: Final = 8
"""Claimed at once: few enough that the other processes have their share, and a stopped one holds up little."""
FIRST_RETRY: Final = timedelta(seconds=5)
LONGEST_RETRY: Final = timedelta(minutes=5)
ATTEMPTS: Final = 300
"""Then a reminder without an end of its own is given up: with the pauses above, after a day."""
_DUE: Final = """
    SELECT id, profile_id, subject_kind, subject_id, kind, due_at, attempts, claimed_by, lease_until,
        snoozed_to
    FROM reminder WHERE next_attempt IS NOT NULL AND next_attempt <= ? ORDER BY next_attempt, id
"""
# Failed ones whose pause is void: this process has a channel that was not tried, or the clock was set back since.
_WORTH_A_TRY: Final = """
    SELECT id, profile_id, subject_kind, subject_id, kind, due_at, attempts, claimed_by, lease_until,
        snoozed_to
    FROM reminder WHERE status = 'failed' AND next_attempt IS NOT NULL AND next_attempt > :now
        AND (updated_at > :now OR (:beyond <> '' AND ' ' || channels || ' ' NOT LIKE '% ' || :beyond || ' %'))
    ORDER BY next_attempt, id
"""
_SETTLE: Final = """
    UPDATE reminder SET status = ?, next_attempt = ?, attempts = attempts + ?,
        sent_at = coalesce(?, sent_at), late = ?, channels = ?, error = ?, title = coalesce(nullif(?, ''), title),
        body = coalesce(nullif(?, ''), body), claimed_by = NULL, lease_until = NULL, seen_at = NULL, updated_at = ?
    WHERE id = ? AND claimed_by = ?
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A due reminder that this process alone may send."""

    id: int
    profile_id: int
    subject: Subject
    kind: str
    due: datetime
    attempts: int
    expected: datetime
    """When the person expects it: the due time, or what it was put off to."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed reminder; with `next_attempt` it is tried again then."""

    status: Status
    next_attempt: datetime | None = None
    counts: bool = False
    """Whether a channel was tried."""
    sent_at: datetime | None = None
    late: bool = False
    channels: tuple[str, ...] = ()
    error: str = ""
    title: str = ""
    body: str = ""


def retry_after(attempts: int) -> timedelta:
    """Return the pause after a number of failed attempts: 5 s, doubled each time, at most 5 min."""
    doubled: int = 1 << min(attempts - 1, 16)
    return min(FIRST_RETRY * doubled, LONGEST_RETRY)


class Claims:
    """One process's hand on the due reminders of a database; used by one thread at a time."""

    def __init__(
        self, file: Path, presence: Presence, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.file = file
        self.presence = presence
        self._monotonic = monotonic
        self._opened = _Opened(file, timeout=BUSY_MS / 1000)

    def next_due(self) -> datetime | None:
        """Return when the next reminder is to be told, held ones included; None where there is none."""
        row = (
            self._opened.connection()
            .execute("SELECT min(next_attempt) FROM reminder WHERE next_attempt IS NOT NULL")
            .fetchone()
        )
        return None if row[0] is None else from_milliseconds(row[0])

    def take(
        self, now: datetime, *, beyond: str = "", limit: int = BATCH, in_hand: Collection[int] = ()
    ) -> list[Claimed]:
        """Claim what is due at `now`, the longest due first; at most `limit`.

        `beyond` names a channel that only this process has: what failed without it is due at once. `in_hand` are the
        reminders that this process is still busy with.
        """
        if not self._free(now, beyond, 1, in_hand):
            return []  # without the write lock: others may be sending for a while
        lease = self._tick() + LEASE // timedelta(milliseconds=1)
        with self._transaction() as connection:
            found = self._free(now, beyond, limit, in_hand)
            connection.executemany(
                "UPDATE reminder SET claimed_by = ?, lease_until = ? WHERE id = ?",
                [(self.presence.name, lease, claimed.id) for claimed in found],
            )
        return found

    def holds(self, claimed: Claimed) -> bool:
        """Return whether a claim still stands: not cancelled, moved or taken over meanwhile."""
        row = (
            self._opened.connection()
            .execute(
                "SELECT lease_until FROM reminder WHERE id = ? AND claimed_by = ?",
                (claimed.id, self.presence.name),
            )
            .fetchone()
        )
        return row is not None and self._lease_lasts(row[0])

    def settle(self, claimed: Claimed, outcome: Outcome, now: datetime) -> bool:
        """Write what became of a claimed reminder; return False where it was cancelled or taken over meanwhile."""
        done = self._opened.connection().execute(
            _SETTLE,
            (
                outcome.status,
                milliseconds(outcome.next_attempt),
                outcome.counts,
                milliseconds(outcome.sent_at),
                outcome.late,
                " ".join(outcome.channels),
                outcome.error,
                outcome.title,
                outcome.body,
                milliseconds(now),
                claimed.id,
                self.presence.name,
            ),
        )
        return done.rowcount == 1

    def let_go(self, keep: Collection[int] = ()) -> None:
        """Give back everything that this process holds, but the reminders named."""
        with self._transaction() as connection:
            held = connection.execute(
                "SELECT id FROM reminder WHERE next_attempt IS NOT NULL AND claimed_by = ?",
                (self.presence.name,),
            ).fetchall()
            connection.executemany(
                "UPDATE reminder SET claimed_by = NULL, lease_until = NULL WHERE id = ?",
                [row for row in held if row[0] not in keep],
            )

    def close(self) -> None:
        """Let go of the file; a later use opens it again."""
        self._opened.close()

    def _free(self, now: datetime, beyond: str, limit: int, in_hand: Collection[int]) -> list[Claimed]:
        """Return due reminders that nobody holds."""
        free: list[Claimed] = []
        gone: dict[str, bool] = {}
        for row in self._candidates(now, beyond):
            number, holder, lease = row[0], row[7], row[8]
            if holder == self.presence.name:
                if number in in_hand:
                    continue
            elif holder is not None:
                if holder not in gone:
                    gone[holder] = self.presence.is_gone(holder)
                if not gone[holder] and self._lease_lasts(lease):
                    continue
            due, expected = from_milliseconds(row[5]), from_milliseconds(row[9] or row[5])
            free.append(Claimed(number, row[1], Subject(row[2], row[3]), row[4], due, row[6], expected))
            if len(free) == limit:
                break
        return free

    def _candidates(
        self, now: datetime, beyond: str
    ) -> Iterator[tuple[int, int, str, int, str, int, int, str, int, int]]:
        connection = self._opened.connection()
        yield from connection.execute(_DUE, (milliseconds(now),))
        yield from connection.execute(_WORTH_A_TRY, {"now": milliseconds(now), "beyond": beyond})

    def _lease_lasts(self, lease: int | None) -> bool:
        # A lease from before a restart of the machine may lie anywhere: none lasts longer than it can.
        return lease is not None and 0 < lease - self._tick() <= LEASE // timedelta(milliseconds=1)

    def _tick(self) -> int:
        return int(self._monotonic() * 1000)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._opened.connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


class Watch:
    """Notices within microseconds whether any process changed the database; never waits for a lock."""

    def __init__(self, file: Path) -> None:
        self._opened = _Opened(file, timeout=0)
        self._seen: tuple[int, int] | None = None

    def changed(self) -> bool:
        """Return whether something was committed since the last call; True at the first, and where in doubt."""
        try:
            version = self._opened.connection().execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error):
            self.close()
            return True
        before, self._seen = self._seen, (self._opened.inode, version)
        return before != self._seen

    def close(self) -> None:
        """Let go of the file; a later use opens it again."""
        self._opened.close()
        self._seen = None


class _Opened:
    """A connection to whatever file lies at a path now: one that was put in its place is noticed."""

    def __init__(self, file: Path, *, timeout: float) -> None:
        self.file = file
        self.inode = 0
        self._timeout = timeout
        self._connection: sqlite3.Connection | None = None

    def connection(self) -> sqlite3.Connection:
        inode = self.file.stat().st_ino
        if self._connection is None or inode != self.inode:
            self.close()
            # In WAL mode and with `rw`: a file that is gone is an error, never a new and empty one.
            self._connection = sqlite3.connect(
                f"{self.file.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=self._timeout,
                isolation_level=None,
                check_same_thread=False,
            )
            self.inode = inode
            # FULL: after a power cut, what was told must be known to be told.
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA cache_size = -1000")
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def milliseconds(moment: datetime | None) -> int | None:
    """Return a moment as the database keeps it, None as None."""
    return None if moment is None else to_milliseconds(moment)
