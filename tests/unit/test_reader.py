"""Read-only connections, lent to one user at a time."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from jobcopilot.database.reader import Reader
from jobcopilot.errors import StorageError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "some.sqlite3"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE thing (name TEXT)")
    return file


def _add(file: Path, name: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO thing VALUES (?)", (name,))


def test_a_connection_given_back_is_lent_again_to_any_thread(file: Path) -> None:
    reader = Reader(file)
    lent: list[sqlite3.Connection] = []

    def borrow() -> None:
        with reader.connection() as connection:
            lent.append(connection)

    borrow()
    for _ in range(3):
        thread = threading.Thread(target=borrow)
        thread.start()
        thread.join()
    assert len(lent) == 4
    assert len({id(connection) for connection in lent}) == 1
    reader.close()


def test_two_users_at_once_have_two_connections(file: Path) -> None:
    reader = Reader(file)
    with reader.connection() as one, reader.connection() as other:
        assert one is not other
    reader.close()


def test_one_state_is_seen_until_it_is_given_back(file: Path) -> None:
    reader = Reader(file)
    count = "SELECT count(*) FROM thing"
    with reader.connection() as connection:
        assert connection.execute(count).fetchone() == (0,)
        _add(file, "new")
        assert connection.execute(count).fetchone() == (0,)
    with reader.connection() as connection:
        assert connection.execute(count).fetchone() == (1,)
    reader.close()


def test_writing_is_refused_in_words(file: Path) -> None:
    reader = Reader(file)
    with pytest.raises(StorageError, match="read-only"), reader.connection() as connection:
        connection.execute("INSERT INTO thing VALUES ('x')")
    with reader.connection() as connection:
        assert connection.execute("SELECT count(*) FROM thing").fetchone() == (0,)
    reader.close()


def test_a_reader_that_was_closed_opens_anew(file: Path) -> None:
    reader = Reader(file)
    with reader.connection() as lent:
        reader.close()
        assert lent.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        lent.execute("SELECT 1")
    with reader.connection() as connection:
        assert connection is not lent
    reader.close()


def test_a_missing_file_is_told_and_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "none.sqlite3"
    with pytest.raises(StorageError, match="cannot be opened"), Reader(missing).connection():
        pass
    assert not missing.exists()


def test_no_change_is_hidden_by_connections_at_different_counts(file: Path) -> None:
    reader = Reader(file)
    with reader.connection() as one:
        with reader.connection():
            _add(file, "before the other connection looked")
        seen = reader.version()
        assert reader.version() == seen
        _add(file, "seen by nobody")
        after = reader.version()
        assert after > seen
        one.execute("SELECT count(*) FROM thing").fetchone()
    # The connection that was lent all the while is at another count now.
    _add(file, "seen by nobody either")
    assert reader.version() > after
    reader.close()


def test_another_file_is_another_version(file: Path) -> None:
    reader = Reader(file)
    seen = reader.version()
    reader.close()
    assert reader.version() > seen
    reader.close()
