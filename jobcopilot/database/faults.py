"""SQLite's refusals told in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobcopilot.errors import StorageError


def storage_error(fault: BaseException, file: Path) -> StorageError:
    """Return what a SQLite error means for the person, with what to do next."""
    words = str(fault).lower()
    if "locked" in words or "busy" in words:
        return StorageError(
            "The database is busy",
            f"another program holds {file}",
            "Close other copies of Jobcopilot or wait a moment, then try again. Nothing was changed.",
        )
    if "full" in words:
        return StorageError(
            "The disk is full",
            f"{file} could not grow",
            "Free some space and try again. Nothing was changed.",
        )
    if "readonly" in words or "read-only" in words:
        return StorageError(
            "The database is read-only",
            str(file),
            "Allow writing to that folder, or choose another with --home. Nothing was changed.",
        )
    if "unable to open" in words:
        return StorageError(
            "The database cannot be opened", str(file), "Check that the folder exists and may be written."
        )
    if "malformed" in words or "not a database" in words:
        return StorageError(
            "The database is damaged",
            str(file),
            "Restore the last backup: jobcopilot restore FILE (backups lie in the folder 'backups' beside it).",
        )
    return StorageError("The database refused", f"{file}: {fault}", "See the log; nothing was changed.")


@contextmanager
def told_in_words(file: Path) -> Iterator[None]:
    """Turn SQLite's errors, also those wrapped by SQLAlchemy, into `StorageError`."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as fault:
        raise storage_error(fault, file) from fault
    except Exception as wrapped:
        # SQLAlchemy is not imported here: the first frame reads without it.
        cause = getattr(wrapped, "orig", None)
        if isinstance(cause, sqlite3.Error) and not isinstance(cause, sqlite3.IntegrityError):
            raise storage_error(cause, file) from wrapped
        raise
