"""A desktop for tests: it remembers or writes to a file what it showed, refuses, hangs, or dies at the worst moment."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jobcopilot.clock import SystemClock
from jobcopilot.database.migrate import ensure_current
from jobcopilot.paths import Home, find_home
from jobcopilot.reminders import daemon
from jobcopilot.reminders.channels import NotDelivered
from jobcopilot.reminders.due import milliseconds
from jobcopilot.reminders.views import Described, Message, Subject

REAL = "real"
BEGINS_AT_FILE = "begins-at"
"""In the home: an ISO moment at which every subject begins, where a test wants one."""


def fresh_home(root: Path) -> Home:
    """Return a home under `root` with an empty database, copied from one that was migrated once."""
    home = find_home(root)
    home.data.mkdir(parents=True)
    home.database.write_bytes(_template())
    connection = sqlite3.connect(home.database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return home


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        home = find_home(folder)
        ensure_current(home)
        connection = sqlite3.connect(home.database)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.close()
        return home.database.read_bytes()


class FakeDesktop:
    """Remembers what it was given; `refuses` says whether it takes anything."""

    def __init__(self, name: str = "desktop") -> None:
        self.name = name
        self.shown: list[Message] = []
        self.refuses = False
        self.before: Callable[[Message], object] = lambda message: None

    async def send(self, message: Message) -> None:
        """Keep the message, or raise `NotDelivered`."""
        self.before(message)
        if self.refuses:
            raise NotDelivered("The desktop refused", "as the test wants")
        self.shown.append(message)


class FileDesktop:
    """Appends one line for each message in one write, so that processes that race can be counted."""

    name = "desktop"

    def __init__(self, file: Path) -> None:
        self.file = file

    async def send(self, message: Message) -> None:
        """Write number, process and time."""
        line = json.dumps(
            {
                "id": message.reminder_id,
                "pid": os.getpid(),
                "at": datetime.now(UTC).timestamp(),
                "title": message.title,
                "body": message.body,
            }
        )
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode() + b"\n")
        finally:
            os.close(handle)


def told(file: Path) -> list[dict[str, object]]:
    """Return what a `FileDesktop` showed."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def put_reminders(
    file: Path, dues: list[datetime], *, kind: str = "custom", subject_kind: str = "round", profile: int = 1
) -> None:
    """Write reminders as `arm` would, a subject of its own for each, without waiting for SQLAlchemy."""
    connection = sqlite3.connect(file, timeout=20)
    with connection:
        connection.execute(
            "INSERT OR IGNORE INTO profile (id, name, full_name, email, headline, summary, roles, places, licences,"
            " remote, created_at, updated_at) VALUES (?, 'default', '', '', '', '', '[]', '[]', '[]', 'any', 0, 0)",
            (profile,),
        )
        (last,) = connection.execute("SELECT coalesce(max(subject_id), 0) FROM reminder").fetchone()
        connection.executemany(
            "INSERT INTO reminder (profile_id, subject_kind, subject_id, kind, due_at, status, attempts, next_attempt,"
            " late, channels, error, title, body, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, 'pending', 0, ?, 0, '', '', '', '', 0, 0)",
            [
                (profile, subject_kind, last + number, kind, milliseconds(due), milliseconds(due))
                for number, due in enumerate(dues, 1)
            ],
        )
    connection.close()


def rows(file: Path, columns: str, conditions: str = "1 = 1") -> list[tuple[object, ...]]:
    """Return columns of the reminders, by number."""
    connection = sqlite3.connect(file, timeout=20)
    try:
        return connection.execute(f"SELECT {columns} FROM reminder WHERE {conditions} ORDER BY id").fetchall()
    finally:
        connection.close()


def describer(home: Home) -> Callable[[Subject], Described | None]:
    """Describe any subject; it begins when the file in the home says so, else never."""

    def describe(subject: Subject) -> Described | None:
        file = home.data / BEGINS_AT_FILE
        begins = datetime.fromisoformat(file.read_text()) if file.exists() else None
        return Described(title=f"Subject {subject.id}", begins_at=begins)

    return describe


@contextmanager
def daemon_process(
    home: Home, file: Path | None, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Lend a daemon in a process of its own that has started; its desktop is `file`, or the real one."""
    daemon_itself = subprocess.Popen(
        [sys.executable, "-m", __name__, str(home.data.parent), str(file or REAL)],
        stdout=subprocess.PIPE,
        text=True,
        env=None if environment is None else dict(environment),
        cwd=Path(__file__).parents[2],
    )
    try:
        assert daemon_itself.stdout is not None
        assert daemon_itself.stdout.readline() == "started\n"
        yield daemon_itself
    finally:
        daemon_itself.kill()
        daemon_itself.communicate()


def main(arguments: list[str]) -> None:
    """Run the real daemon: HOME, then the file of a fake desktop or `real`, then perhaps `once`."""
    home, clock = find_home(arguments[0]), SystemClock()
    real = arguments[1] == REAL
    daemon.run(
        home,
        describer(home),
        daemon.desktop_channels(home.database, clock) if real else [FileDesktop(Path(arguments[1]))],
        clock,
        once="once" in arguments[2:],
        started=lambda: print("started", flush=True),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
