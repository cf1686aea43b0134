"""Looking whether something waits for a calendar, for as long as the app or the daemon runs.

The app carries it out itself, on a thread. The daemon, which lives for months, starts a child that ends when it is
done; and leaves it to the app while one runs.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from jobcopilot.calendars.accounts import due, following
from jobcopilot.calendars.views import SyncReport
from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import JobcopilotError
from jobcopilot.paths import Home
from jobcopilot.reminders.due import Watch
from jobcopilot.reminders.presence import living

log = logging.getLogger(__name__)

BEAT: Final = 0.3
"""Seconds between two glances, each some microseconds; a round that was booked is on its way within this."""
DAEMON_BEAT: Final = 1.0
"""The same in the daemon, which is awake day and night."""
RESTING: Final = 5.0
"""Seconds between two glances of the daemon where no calendar is connected: nothing can wait for one."""
AGAIN: Final = 2.0
"""Seconds until it is looked again where another process was busy with it, which may die over it."""
LONGEST: Final = 900.0
"""Seconds; a child that takes longer hangs, and is ended. Everything it had sent is written down."""
BROKEN: Final = 60.0
"""Seconds until it is looked again where something went wrong that nobody expected."""
CarryOut = Callable[[int, str], Awaitable[float]]
"""Takes an account and the name of its profile; returns after how many seconds to look again, 0 where all is said."""


class CalendarChore:
    """Has carried out what waits, whenever something does; see `reminders.scheduler.Chore`."""

    def __init__(
        self,
        home: Home,
        clock: Clock,
        carry_out: CarryOut,
        *,
        prepare: Callable[[], object] | None = None,
        end: Callable[[], object] | None = None,
        told: Callable[[], object] | None = None,
        beat: float = BEAT,
        resting: float = BEAT,
    ) -> None:
        """`prepare` is called on a thread once there is an account; `told` on the event loop after each round of work;
        `end` ends what is being carried out. It is looked every `beat` seconds, every `resting` ones where no calendar
        is connected."""
        self._beat_seconds, self._resting = beat, resting
        self._connected = True
        self._home = home
        self._clock = clock
        self._carry_out = carry_out
        self._prepare = prepare
        self._end = end
        self.told = told
        self._watch = Watch(home.database)
        self._next: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._again = False
        self._prepared = False
        self._ended = False

    def add_to(self, jobs: Any) -> None:
        """Begin; `jobs` is an APScheduler, which is too coarse for this."""
        self._beat()

    async def stop(self) -> None:
        """End: what is being sent is finished or, where that takes long, looked after by the next process."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        if self._end is not None:
            ending = self._end()
            if inspect.isawaitable(ending):
                await ending
        if self._looking is not None:
            await asyncio.wait({self._looking}, timeout=5)
        self._watch.close()

    def _beat(self) -> None:
        if self._ended:
            return
        self._timer = asyncio.get_running_loop().call_later(
            self._beat_seconds if self._connected else self._resting, self._beat
        )
        changed = self._watch.changed()
        if changed or (self._next is not None and self._next <= to_milliseconds(self._clock.now())):
            self._again = True
        if self._again and (self._looking is None or self._looking.done()):
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        self._again = False
        try:
            accounts, self._next, any_account = await asyncio.to_thread(self._due)
            self._connected = any_account
            if any_account and not self._prepared and self._prepare is not None:
                self._prepared = True
                await asyncio.to_thread(self._prepare)
            wait = 0.0
            for account_id, profile in accounts:
                if self._ended:
                    return
                wait = max(wait, await self._carry_out(account_id, profile))
            if accounts:
                _, self._next, _ = await asyncio.to_thread(self._due)
                if self.told is not None:
                    self.told()
            if wait:
                self._wait(wait)
        except (JobcopilotError, sqlite3.Error, OSError) as refused:
            log.info("calendars wait: %s", refused)
            self._wait(AGAIN)
        except Exception:  # the outermost boundary of this process's calendars: they must go on
            log.exception("calendars met an unexpected fault")
            self._wait(BROKEN)

    def _wait(self, seconds: float) -> None:
        soon = to_milliseconds(self._clock.now()) + int(seconds * 1000)
        self._next = soon if self._next is None else min(self._next, soon)

    def _due(self) -> tuple[list[tuple[int, str]], int | None, bool]:
        """Return what is due, when there will be more, and whether any calendar is connected at all."""
        address = f"{self._home.database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=1)) as connection:
            now = to_milliseconds(self._clock.now())
            (accounts,) = connection.execute("SELECT count(*) FROM calendar_account").fetchone()
            if not accounts:
                return [], None, False
            return due(connection, now), following(connection, now), True


def on_a_thread(run: Callable[[int], SyncReport]) -> CarryOut:
    """Return what carries out an account in this process, off its event loop."""

    async def carry_out(account_id: int, _profile: str) -> float:
        report = await asyncio.to_thread(run, account_id)
        return AGAIN if report.state == "busy" else 0.0

    return carry_out


class InChildren:
    """Carries out accounts in children of the daemon, one at a time."""

    def __init__(self, running: Path, base: Sequence[str]) -> None:
        """`running` is where the processes of this home leave their marks; `base` runs Jobcopilot on this home."""
        self._running = running
        self._base = base
        self._child: asyncio.subprocess.Process | None = None

    async def carry_out(self, account_id: int, profile: str) -> float:
        """Run one child to its end; none where the app runs, which does it sooner."""
        if any(one.role == "app" for one in living(self._running)):
            return AGAIN
        self._child = await asyncio.create_subprocess_exec(
            *self._base,
            "--profile",
            profile,
            "calendar",
            "sync",
            str(account_id),
            "--due",
            "--json",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            await asyncio.wait_for(self._child.wait(), LONGEST)
        except TimeoutError:
            self._child.kill()
            log.warning("a sync took too long and was ended")
        return 0.0 if self._child.returncode == 0 else BROKEN

    async def end(self) -> None:
        """Ask the child that runs to end: after the interview that is being sent."""
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
