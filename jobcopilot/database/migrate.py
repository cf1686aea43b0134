"""Bringing a database file to the present schema: checked in a millisecond, backed up before anything is touched."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from jobcopilot.database.faults import told_in_words
from jobcopilot.database.reader import BUSY_MS
from jobcopilot.errors import StorageError
from jobcopilot.paths import Home

HEAD = "0012"
"""The newest revision; a test holds it against the migrations folder, so that a start need not import Alembic."""
KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012")
"""All revisions in order; another one means that a newer Jobcopilot wrote the file."""


def ensure_current(home: Home) -> bool:
    """Create or upgrade the database where needed; return whether anything was done.

    The file is backed up before a migration, and a migration is one transaction: interrupted, it can be repeated.
    Raises `StorageError` for a folder that cannot be written, a newer, a locked or a damaged file.
    """
    file = home.database
    _require_writable(file)
    with told_in_words(file):
        revision = _revision(file)
    if revision == HEAD:
        return False
    if revision is not None and revision not in KNOWN:
        raise StorageError(
            "The database was written by a newer Jobcopilot",
            f"{file} is at revision {revision}, this version knows up to {HEAD}",
            "Update Jobcopilot, or restore a backup into another --home. Nothing was touched.",
        )
    if revision is not None:
        from jobcopilot.database.backup import back_up

        back_up(home, reason=f"before-{HEAD}")
    with told_in_words(file):
        upgrade(file)
    return True


def _require_writable(file: Path) -> None:
    try:
        # Notes, answers and letters are nobody else's on this machine; a folder that was there keeps its rights.
        file.parent.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as refused:
        raise StorageError(
            "The data folder cannot be made",
            f"{file.parent}: {refused.strerror}",
            "Choose another folder with --home DIR or JOBCOPILOT_HOME.",
        ) from refused
    for path in (file.parent, file):
        if path.exists() and not os.access(path, os.W_OK):
            raise StorageError(
                "The data folder is read-only",
                str(path),
                "Allow writing to it, or choose another folder with --home DIR. Nothing was touched.",
            )


def _revision(file: Path) -> str | None:
    """The schema revision of a file; None for a missing or empty one."""
    if not file.exists() or file.stat().st_size == 0:
        return None
    connection = sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=BUSY_MS / 1000)
    try:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        if "alembic_version" not in tables:
            if tables:
                raise StorageError(
                    "This is not a Jobcopilot database",
                    str(file),
                    "Move the file away, or choose another folder with --home. Nothing was touched.",
                )
            return None
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return found[0] if found else None
    finally:
        connection.close()


def upgrade(file: Path) -> None:
    """Bring one database file to the present schema, in one transaction."""
    from alembic import command
    from alembic.config import Config

    from jobcopilot.database.engine import Database

    database = Database(file)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        # One immediate transaction around all steps: SQLite's DDL rolls back like data, and a second process
        # that starts at the same moment waits here and then finds the work done.
        with database.engine.begin() as connection:
            attributes: dict[str, Any] = config.attributes
            attributes["connection"] = connection
            command.upgrade(config, HEAD)
    finally:
        database.close()
