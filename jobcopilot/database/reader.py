"""Reading without SQLAlchemy: plain SQLite connections, one a thread, that cannot write.

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
    """Read-only connections to one database file, one a thread, opened when first used."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._guard = threading.Lock()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Lend this thread's connection; SQLite's errors come out as `StorageError`."""
        with told_in_words(self.file):
            yield self._connection()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # A connection stays on its thread; only close() may touch it from another.
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
            self._local.connection = connection
            with self._guard:
                self._opened.append(connection)
        return connection

    def close(self) -> None:
        """Close every thread's connection; a later use opens a new one."""
        with self._guard:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()
