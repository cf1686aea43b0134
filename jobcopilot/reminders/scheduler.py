"""When to look: at the next due time, at once when another process changed something, and once a second in doubt.

APScheduler holds the next due time as a job taken from the database. It plans by the wall clock, which people, time
servers and suspended laptops change; so a heartbeat on the monotonic clock compares the two and looks again whenever
they part. A reminder therefore leaves at its due time to some milliseconds, and within a heartbeat after any jump.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfoNotFoundError

from jobcopilot.clock import Clock
from jobcopilot.database.faults import storage_error
from jobcopilot.errors import JobcopilotError
from jobcopilot.paths import Home
from jobcopilot.reminders.channels import Channel
from jobcopilot.reminders.delivery import Delivery
from jobcopilot.reminders.due import Watch
from jobcopilot.reminders.presence import Presence
from jobcopilot.reminders.quiet import Preferences, read_preferences
from jobcopilot.reminders.views import Counts, Describe

log = logging.getLogger(__name__)

HEARTBEAT: Final = 0.8
"""Seconds; what another process booked leaves within this and the time that showing it takes."""
JUMP: Final = 0.5
"""Seconds by which wall and monotonic clock may part between two heartbeats without it being a jump."""
STOP_LIMIT: Final = 15.0
"""Seconds to let the message that is being shown finish."""


class Chore(Protocol):
    """What another room does by the clock while this process runs; the runtime hands it in."""

    def add_to(self, jobs: Any) -> None:
        """Add its jobs to the APScheduler that runs."""
        ...

    async def stop(self) -> None:
        """End what it is doing."""
        ...


class ReminderScheduler:
    """Tells reminders in this process for as long as it runs; started and stopped on the event loop it lives on."""

    def __init__(
        self,
        home: Home,
        describe: Describe,
        channels: Sequence[Channel],
        clock: Clock,
        *,
        role: str,
        beyond: str = "",
        told: Callable[[Counts], object] | None = None,
        chores: Sequence[Chore] = (),
    ) -> None:
        """`role` is `app`, `daemon` or `once`; `told` hears on the event loop what each look came to."""
        self._home = home
        self._clock = clock
        self._told = told
        self._chores = chores
        self.presence = Presence(home.data / "running", role)
        self.delivery = Delivery(
            home.database,
            self.presence,
            describe,
            channels,
            clock,
            preferences=self._preferences,
            beyond=beyond,
        )
        self.trouble: JobcopilotError | None = None
        """Why nothing can be told now: the database's refusal in words; None while all is well."""
        self.jobs: Any = None
        """The APScheduler that runs."""
        self._watch = Watch(home.database)
        self._next: datetime | None = None
        self._wall = self._steady = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._look_again = False

    async def start(self) -> None:
        """Begin: what is due already is told at once."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self.presence.enter()
        # Without a grace time a job that APScheduler finds late runs all the same; UTC has no nights that jump.
        self.jobs = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self.jobs.start()
        for chore in self._chores:
            chore.add_to(self.jobs)
        self._wall, self._steady = self._clock.now().timestamp(), time.monotonic()
        self._beat()

    async def once(self) -> Counts:
        """Tell what is due now and end."""
        self.presence.enter()
        try:
            return await self.delivery.deliver_due()
        finally:
            await self.delivery.stop()
            self.presence.leave()

    async def stop(self) -> None:
        """End cleanly: let the message that is being shown finish, give back the rest."""
        if self._timer is not None:
            self._timer.cancel()
        if self.jobs is not None and self.jobs.running:
            self.jobs.shutdown(wait=False)
        self.delivery.claim_no_more()
        for chore in self._chores:
            await chore.stop()
        if self._looking is not None:
            _, hanging = await asyncio.wait({self._looking}, timeout=STOP_LIMIT)
            for task in hanging:
                task.cancel()
        await self.delivery.stop()
        self._watch.close()
        self.presence.leave()

    def _beat(self) -> None:
        """Look once a heartbeat whether there is a reason to look closer; costs some microseconds."""
        self._timer = asyncio.get_running_loop().call_later(HEARTBEAT, self._beat)
        now = self._clock.now()
        wall, steady = now.timestamp(), time.monotonic()
        parted = (wall - self._wall) - (steady - self._steady)
        self._wall, self._steady = wall, steady
        if abs(parted) > JUMP:
            log.info("the clock moved by %.0f s against the time that passed", parted)
            self.jobs.wakeup()
        changed = self._watch.changed()
        due = self._next is not None and self._next <= now
        if changed or due or abs(parted) > JUMP or self.trouble or self.delivery.unrecorded:
            self._look()

    def _look(self) -> None:
        if self._looking is not None and not self._looking.done():
            self._look_again = True
            return
        self._looking = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        self._look_again = True
        while self._look_again:
            self._look_again = False
            try:
                counts = await self.delivery.deliver_due()
                self._plan(await self.delivery.next_due())
            except (sqlite3.Error, OSError) as refused:
                self._wait_for(storage_error(refused, self._home.database))
                return
            except Exception:  # the outermost boundary of this process's reminders: they must go on
                if self.trouble is None:
                    log.exception("reminders met an unexpected fault")
                self._wait_for(JobcopilotError("Reminders met an unexpected fault", hint="See the log."))
                return
            if self.trouble is not None:
                log.info("reminders go on")
                self.trouble = None
            if self._told is not None and counts.any():
                self._told(counts)

    def _wait_for(self, trouble: JobcopilotError) -> None:
        """Leave it to the next heartbeat; logged once, not once a second."""
        if self.trouble is None:
            log.warning("reminders wait: %s", trouble)
        self.trouble = trouble

    def _plan(self, following: datetime | None) -> None:
        """Make the next due time a job; what is due but held by another process is left to the heartbeat."""
        self._next = following
        if following is not None and following > self._clock.now():
            self.jobs.add_job(self._due, "date", run_date=following, id="due", replace_existing=True)

    async def _due(self) -> None:
        self._look()

    def _preferences(self) -> Preferences:
        """Read, for each reminder anew, what is set; and where on earth the person is now."""
        from tzlocal import reload_localzone

        try:
            reload_localzone()
        except (ZoneInfoNotFoundError, ValueError, OSError):
            log.warning(
                "the system's time zone cannot be read; times are told in the last one that was known"
            )
        try:
            return read_preferences(self._home.settings_file)
        except JobcopilotError as wrong:
            # A slip in the settings must not cost a reminder.
            log.warning("quiet hours are not known: %s", wrong)
            return Preferences()
