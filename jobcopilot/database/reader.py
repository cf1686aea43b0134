"""Reading without SQLAlchemy: plain SQLite connections that cannot write.

The board's first rows must be on the screen before SQLAlchemy could even be imported, and a page must cost
milliseconds; so lists, searches and counts are plain SQL on these connections. Everything that writes goes
through `jobcopilot.database.engine`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobcopilot.database.faults import told_in_words

BUSY_MS = 10_000
"""How long to wait for another process's short transaction."""


class Reader:
    """Read-only connections to one database file, lent to one user at a time and opened when none is free."""

    def __init__(self, file: Path) -> None:
        self.file = file
        # The last one given back goes out first: its cache is warm, and one is enough for one user after the other.
        self._free: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._generation = 0
        self._watching = threading.Lock()
        self._watch: sqlite3.Connection | None = None
        self._versions = 0
        self._seen: int | None = None

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one state of the database until it is given back.

        SQLite's errors come out as `StorageError`.
        """
        with told_in_words(self.file):
            with self._guard:
                generation = self._generation
                connection = self._free.pop() if self._free else None
            if connection is None:
                connection = self._open()
            whole = False
            try:
                connection.execute("BEGIN")
                yield connection
                connection.execute("ROLLBACK")
                whole = True
            finally:
                # One that met a fault is not lent again.
                with self._guard:
                    whole = whole and generation == self._generation
                    if whole:
                        self._free.append(connection)
                if not whole:
                    connection.close()

    def version(self) -> int:
        """Return a number that rises when anybody has changed the database since the last call; costs microseconds.

        SQLite's own counter compares on one connection only, and those that are lent change hands: two of them at
        different counts once hid a change from the screen. So one connection is kept for this question alone.
        """
        with self._watching, told_in_words(self.file):
            if self._watch is None:
                self._watch = self._open()
            seen: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
            if seen != self._seen:
                self._seen = seen
                self._versions += 1
            return self._versions

    def _open(self) -> sqlite3.Connection:
        # Lent from thread to thread, but never used by two at once.
        connection = sqlite3.connect(
            f"{self.file.as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cache_size = -16000")
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection

    def close(self) -> None:
        """Close the connections, those that are lent when they come back; a later use opens a new one."""
        with self._guard:
            free, self._free = self._free, []
            self._generation += 1
        for connection in free:
            connection.close()
        with self._watching:
            if self._watch is not None:
                self._watch.close()
            # What replaces the file is another database, whatever its counter says.
            self._watch = self._seen = None
