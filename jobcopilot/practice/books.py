"""What every part of the room works with: the database, who is practising, the clock, and a bank that is current."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.practice.session_claim import Holders
from jobcopilot.practice.shipped import DATA
from jobcopilot.profiles.views import ProfileView

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database


class Books:
    """One profile's practice. `database` is asked for when something is written: reading does without it.

    `folder` is where the folders with audio lie, `shipped` where the shipped bank does.
    """

    def __init__(
        self,
        database: Callable[[], Database],
        reader: Reader,
        profile: ProfileView,
        clock: Clock,
        folder: Path,
        *,
        shipped: Path = DATA,
    ) -> None:
        self._database = database
        self._reader = reader
        self.profile = profile
        self.clock = clock
        self.folder = folder
        self._shipped = shipped
        self._current = False
        self.holders = Holders(folder / "running")
        """Which processes hold sessions."""

    @property
    def now(self) -> int:
        """Return the present moment as the database keeps it."""
        return to_milliseconds(self.clock.now())

    def moment(self) -> datetime:
        """Return the present moment, in UTC."""
        return self.clock.now()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one state of the database, with a bank that is current."""
        self._follow_shipped()
        with self._reader.connection() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed whole at the end of the block, or not at all."""
        self._follow_shipped()
        with self._transaction() as connection:
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        from jobcopilot.jobs.records import raw

        with self._database().writing() as session:
            yield raw(session)

    def _follow_shipped(self) -> None:
        """Bring the profile's rows to the shipped bank, once a process and only where it is another one."""
        if self._current:
            return
        from jobcopilot.practice.shipped import digest

        present = digest(self._shipped)
        with self._reader.connection() as connection:
            if _digest_followed(connection, self.profile.id) == present:
                self._current = True
                return
        from jobcopilot.practice.bank_sync import follow
        from jobcopilot.practice.shipped import shipped_bank

        with self._transaction() as connection:
            # Another process may have done it while this one waited for the lock.
            if _digest_followed(connection, self.profile.id) != present:
                follow(connection, self.profile.id, self.now, shipped_bank(self._shipped), present)
        self._current = True


def _digest_followed(connection: sqlite3.Connection, profile_id: int) -> str | None:
    found = connection.execute(
        "SELECT digest FROM practice_bank WHERE profile_id = ?", (profile_id,)
    ).fetchone()
    return None if found is None else str(found[0])
