"""Polling by the clock, in the app and in the daemon: a glance at what is due, and a child that does the work.

The child ends when it is done, so that what polling imports does not stay in a process that lives for months.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from typing import Any, Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.paths import Home
from jobcopilot.sources.due import DUE

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 60
"""How often it is looked whether a source is due; a fresh one waits no longer than this."""
LONGEST: Final = timedelta(hours=1)
"""A child that takes longer hangs, and is ended; whole pages are kept."""
_DUE: Final = f"""
    SELECT DISTINCT profile.name FROM source JOIN profile ON profile.id = profile_id
    WHERE {DUE}
"""  # noqa: S608  # this package's own words
Wanted = Callable[[sqlite3.Connection, int], list[list[str]]]
"""Takes a connection and the time in milliseconds, and returns the command lines that are to be run now."""


def polls_due(connection: sqlite3.Connection, now: int) -> list[list[str]]:
    """Return the command line that polls what is due, for each profile that has anything."""
    return [
        ["--profile", name, "sources", "poll", "--json"] for (name,) in connection.execute(_DUE, (now, ""))
    ]


class Chores:
    """Runs this program's own commands when they are due, one at a time, for as long as a scheduler runs."""

    def __init__(
        self,
        home: Home,
        clock: Clock,
        wanted: Sequence[Wanted],
        base: Sequence[str],
        *,
        nightly: Sequence[Wanted] = (),
    ) -> None:
        """`base` is the command line that runs Jobcopilot on this home; `nightly` is asked at local midnight."""
        self._nightly = nightly
        self._home = home
        self._clock = clock
        self._wanted = wanted
        self._base = base
        self._child: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()
        self._ended = False

    def add_to(self, jobs: Any) -> None:
        """Look from now on every minute, and at midnight; `jobs` is an APScheduler."""
        jobs.add_job(self.look, "interval", seconds=LOOK_SECONDS, id="chores", replace_existing=True)
        if self._nightly:
            zone = self._clock.zone()
            jobs.add_job(
                self.nightly, "cron", hour=0, minute=0, timezone=zone, id="midnight", replace_existing=True
            )

    async def look(self) -> int:
        """Run what is due, one command after the other; return how many ran."""
        return await self._run_all(self._wanted)

    async def nightly(self) -> int:
        """Run what belongs to the end of a day; return how many commands ran."""
        return await self._run_all(self._nightly)

    async def _run_all(self, wanted: Sequence[Wanted]) -> int:
        ran = 0
        async with self._one_at_a_time:
            for command in await asyncio.to_thread(self._due, wanted):
                if self._ended:
                    break
                await self._run(command)
                ran += 1
        return ran

    async def stop(self) -> None:
        """End the child that runs: what it had written whole stays."""
        self._ended = True
        child = self._child
        if child is None or child.returncode is not None:
            return
        with suppress(ProcessLookupError):
            child.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        try:
            await asyncio.wait_for(child.wait(), 5)
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()

    def _due(self, wanted: Sequence[Wanted]) -> list[list[str]]:
        try:
            address = f"{self._home.database.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=1)) as connection:
                now = to_milliseconds(self._clock.now())
                return [command for one in wanted for command in one(connection, now)]
        except sqlite3.Error as refused:
            log.info("what is due is not known now: %s", refused)
            return []

    async def _run(self, command: Sequence[str]) -> None:
        log.info("runs %s", " ".join(command[-3:]))
        try:
            self._child = await asyncio.create_subprocess_exec(
                *self._base,
                *command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Ctrl+C is for this process, which then ends the child in its own way.
                start_new_session=True,
            )
        except OSError as refused:
            log.warning("%s could not be run: %s", " ".join(command[-3:]), refused)
            return
        try:
            await asyncio.wait_for(self._child.wait(), LONGEST.total_seconds())
        except TimeoutError:
            self._child.kill()
            log.warning("%s took too long and was ended", " ".join(command[-3:]))
        else:
            log.info("%s ended with %s", " ".join(command[-3:]), self._child.returncode)
