"""Copies of the database: once a day by itself, before what cannot be undone, and on request."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from jobcopilot.clock import Clock, SystemClock
from jobcopilot.database.faults import told_in_words
from jobcopilot.database.reader import BUSY_MS
from jobcopilot.errors import BadInput, StorageError
from jobcopilot.paths import Home

DAILY = "daily"
_LEFT_OVER = timedelta(hours=1)
"""Age from which on a copy that was not finished is nobody's: whoever made it was killed."""


def back_up(home: Home, *, reason: str, clock: Clock | None = None) -> Path:
    """Copy the database into the backups folder and return the copy's path."""
    moment = (clock or SystemClock()).now()
    target = home.backups / f"jobcopilot-{moment:%Y%m%d-%H%M%S}-{reason}.sqlite3"
    return copy_database(home.database, target)


def copy_database(source: Path, target: Path) -> Path:
    """Copy a live database with SQLite's backup API, whole or not at all.

    Raises `StorageError` where the target cannot be written; an existing target stays until the copy is complete.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
    except OSError as refused:
        raise StorageError(
            "The backup could not be written", f"{target}: {refused.strerror}", "Choose another place."
        ) from None
    partial = Path(name)
    try:
        with told_in_words(target):
            origin = sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, timeout=BUSY_MS / 1000)
            copy = sqlite3.connect(partial)
            try:
                origin.backup(copy)
                # A single file without -wal beside it can be moved around safely.
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
                origin.close()
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def daily_backup(home: Home, *, keep: int, clock: Clock) -> Path | None:
    """Make today's backup unless there is one, and keep the newest `keep`; return the new one's path.

    What a process left that was killed while it copied goes, too: each is all that the person wrote, once more.
    """
    if not home.database.exists():
        return None
    before = (clock.now() - _LEFT_OVER).timestamp()
    for rest in (*home.backups.glob(".jobcopilot-*.sqlite3.*"), *home.data.glob(".restoring-*.sqlite3*")):
        with suppress(OSError):
            if rest.stat().st_mtime < before:
                rest.unlink()
    today = clock.now().astimezone(clock.zone())
    existing = sorted(home.backups.glob(f"jobcopilot-*-{DAILY}.sqlite3"))
    made = None
    if not any(_day(path) == f"{today:%Y%m%d}" for path in existing):
        target = home.backups / f"jobcopilot-{today:%Y%m%d-%H%M%S}-{DAILY}.sqlite3"
        made = copy_database(home.database, target)
        existing.append(made)
    for old in existing[:-keep]:
        old.unlink(missing_ok=True)
    return made


def _day(path: Path) -> str:
    return path.name.removeprefix("jobcopilot-")[:8]


def restore(
    home: Home, file: Path, *, clock: Clock, prepare: Callable[[Path], object] | None = None
) -> Path | None:
    """Put a backup in the database's place, after a backup of what is there; return that one's path.

    The backup is copied aside, checked, brought to the present schema and given to `prepare` first: until it is known
    to be good, nothing of what is there is touched. Raises `BadInput` where the file is not a whole Jobcopilot
    database.
    """
    from jobcopilot.database.migrate import upgrade

    if not file.is_file():
        raise BadInput(
            "There is no such backup", str(file), "Give the path of a file made by: jobcopilot backup FILE"
        )
    if home.database.exists() and file.samefile(home.database):
        raise BadInput(
            "That is the database itself", str(file), "Give the path of a backup; nothing was touched."
        )
    staged = home.data / f".restoring-{clock.now():%Y%m%d%H%M%S%f}.sqlite3"
    try:
        _stage(file, staged)
        upgrade(staged)
        if prepare is not None:
            prepare(staged)
        saved = back_up(home, reason="before-restore", clock=clock) if home.database.exists() else None
        _copy(staged, home.database)
    finally:
        for rest in (staged, *(staged.with_name(staged.name + end) for end in ("-wal", "-shm", "-journal"))):
            rest.unlink(missing_ok=True)
    return saved


def _stage(file: Path, staged: Path) -> None:
    """Copy a backup aside, with what still stands in its log, and check that it is whole, ours and not newer."""
    from jobcopilot.database.migrate import KNOWN

    try:
        staged.parent.mkdir(0o700, parents=True, exist_ok=True)
        _copy(file, staged)
        copy = sqlite3.connect(staged)
        try:
            whole = copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            revisions = [revision for (revision,) in copy.execute("SELECT version_num FROM alembic_version")]
            tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        finally:
            copy.close()
    except OSError as refused:
        raise StorageError(
            "The backup cannot be read", f"{file}: {refused.strerror}", "Nothing was touched."
        ) from refused
    except sqlite3.DatabaseError:
        whole, revisions, tables = False, [], set()
    if not whole or len(revisions) != 1 or not tables >= {"profile", "job", "job_text"}:
        raise BadInput(
            "This is not a whole Jobcopilot backup", str(file), "Choose another one; nothing was touched."
        )
    if revisions[0] not in KNOWN:
        raise BadInput(
            "The backup was written by a newer Jobcopilot",
            str(file),
            "Update Jobcopilot first; nothing was touched.",
        )


def _copy(source: Path, target: Path) -> None:
    """Copy one database over another through SQLite, so that programs that have it open see the change."""
    log = source.with_name(source.name + "-wal")
    # Without a log beside it, a backup on a read-only medium can only be read as one that nobody changes.
    immutable = "" if log.exists() and log.stat().st_size else "&immutable=1"
    origin = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro{immutable}", uri=True)
    try:
        place = sqlite3.connect(target, timeout=BUSY_MS / 1000)
        try:
            origin.backup(place)
            place.execute("PRAGMA journal_mode = WAL")
        finally:
            place.close()
    finally:
        origin.close()


def newest_backup(home: Home) -> datetime | None:
    """Return when the newest backup was made, or None."""
    newest = max((path.stat().st_mtime for path in home.backups.glob("jobcopilot-*.sqlite3")), default=None)
    return None if newest is None else datetime.fromtimestamp(newest, tz=SystemClock().zone())
