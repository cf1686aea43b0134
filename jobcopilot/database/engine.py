"""Writing: SQLAlchemy sessions, each one short transaction that holds SQLite's write lock from its start."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from jobcopilot.database.faults import told_in_words
from jobcopilot.database.reader import BUSY_MS


class Database:
    """One database file for writing. A session never crosses threads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.engine = _engine(file)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back whole when the block raises.

        Raises `StorageError` where the disk or another program refuses.
        """
        with told_in_words(self.file), Session(self.engine, expire_on_commit=False) as session:
            session.connection()
            yield session
            session.commit()

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


def _engine(file: Path) -> Engine:
    # NullPool: opening a SQLite file takes 0.1 ms and a kept connection would pin its thread.
    engine = create_engine(
        f"sqlite:///{file}",
        poolclass=NullPool,
        hide_parameters=True,  # they are the person's texts, and errors go to the log
        connect_args={"timeout": BUSY_MS / 1000, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        _write_ahead(cursor)
        for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "cache_size = -32000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # The write lock first: two writers then wait for each other instead of failing half-way.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch the file to write-ahead logging, which it then keeps."""
    give_up_at = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            # For this one change SQLite never calls its busy handler: the second of two first starts is refused
            # at once, although the first needs only a moment.
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.01)
        else:
            return
