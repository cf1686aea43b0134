"""Which process holds a session: one at a time speaks in it and takes answers.

A claim stands in the session's row. It is taken when a session is taken up, and renewed with every act, every sign of
life and while the interviewer speaks. It ends when it is given back, with its process (the kernel tells, see
`reminders.presence`), and after `LEASE` without a sign of life, for a process that hangs or was suspended. The lease
is counted on the machine's monotonic clock, which nobody sets.

Only taking up takes a claim from another; whoever lost it, and be it while its screen stood there, is told so and
writes nothing more, because the conversation has gone on without it.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from jobcopilot.errors import UsageError
from jobcopilot.reminders.presence import Presence

LEASE: Final = 60.0
"""Seconds that a living process may hold a session without a sign of life."""
BEAT: Final = 15.0
"""Seconds between two signs of life while the interviewer speaks or a prompt waits."""


class HeldElsewhere(UsageError):
    """Another Jobcopilot holds the session."""


@cache
def _presence(folder: Path) -> Presence:
    """Return this process's mark in a folder; it ends with the process."""
    presence = Presence(folder, "practice")
    presence.enter()
    return presence


_numbers = itertools.count(1)


class Holders:
    """Those who hold sessions, this process among them; `folder` is where the marks of such processes lie."""

    def __init__(
        self,
        folder: Path,
        *,
        presence: Callable[[Path], Presence] = _presence,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._mark = presence
        self._monotonic = monotonic

    @property
    def _presence(self) -> Presence:
        return self._mark(self._folder)

    def new_name(self) -> str:
        """Return a name for one who takes a session up: this process, and a number."""
        return f"{self._presence.name}/{next(_numbers)}"

    def until(self) -> int:
        """Return when a claim of now ends, in milliseconds of the machine's monotonic clock."""
        return int((self._monotonic() + LEASE) * 1000)

    def elsewhere(self, holder: str | None, until: int | None) -> bool:
        """Return whether another process that lives holds a session."""
        if not holder or until is None:
            return False
        process = holder.partition("/")[0]
        left = until - int(self._monotonic() * 1000)
        # A lease from before a restart of the machine may lie anywhere: none lasts longer than it can.
        if process == self._presence.name or not 0 < left <= LEASE * 1000:
            return False
        return not self._presence.is_gone(process)


class Claim:
    """One `Session` object's hand on its session; every step inside the caller's transaction."""

    def __init__(self, holders: Holders, session_id: int) -> None:
        self._holders = holders
        self._session_id = session_id
        self.name = holders.new_name()

    def take(self, connection: sqlite3.Connection) -> None:
        """Take the session up. Raises `HeldElsewhere`."""
        refuse_held(connection, self._holders, self._session_id)
        connection.execute(
            "UPDATE practice_session SET held_by = ?, held_until = ? WHERE id = ?",
            (self.name, self._holders.until(), self._session_id),
        )

    def hold(self, connection: sqlite3.Connection) -> None:
        """Hold on to it. Raises `HeldElsewhere` where another one has taken it up meanwhile."""
        held = connection.execute(
            "UPDATE practice_session SET held_until = ? WHERE id = ? AND held_by = ?",
            (self._holders.until(), self._session_id, self.name),
        )
        if held.rowcount != 1 and self._is_there(connection):
            raise HeldElsewhere(
                "The session went on in another Jobcopilot",
                f"session {self._session_id} was taken up there; nothing of it was changed here",
                "Go on there. Or leave it there, and take it up here again.",
            )

    def give_back(self, connection: sqlite3.Connection) -> None:
        """Let another process take it up; whoever does first, has it."""
        connection.execute(
            "UPDATE practice_session SET held_until = NULL WHERE id = ? AND held_by = ?",
            (self._session_id, self.name),
        )

    def _is_there(self, connection: sqlite3.Connection) -> bool:
        """Whether there is such a session at all: what was deleted meanwhile has an error of its own."""
        found = connection.execute("SELECT 1 FROM practice_session WHERE id = ?", (self._session_id,))
        return found.fetchone() is not None


def refuse_held(connection: sqlite3.Connection, holders: Holders, session_id: int) -> None:
    """Raise `HeldElsewhere` where another process that lives holds a session."""
    row = connection.execute(
        "SELECT held_by, held_until FROM practice_session WHERE id = ?", (session_id,)
    ).fetchone()
    if row is not None and holders.elsewhere(*row):
        raise HeldElsewhere(
            "The session is open in another Jobcopilot",
            f"session {session_id}",
            "Go on there. Or leave it there (escape in the app, ctrl+c at the prompt), and take it up here.",
        )


@contextmanager
def beating(beat: Callable[[], None], seconds: float = BEAT) -> Iterator[None]:
    """Call `beat` every so often, on a thread of its own, until the block ends; a beat that fails is the last."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(seconds):
            try:
                beat()
            except Exception:  # noqa: BLE001  # what is wrong is told by the next act, to whoever acts
                return

    thread = threading.Thread(target=run, daemon=True, name="session")
    thread.start()
    try:
        yield
    finally:
        over.set()
