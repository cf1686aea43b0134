"""Looking whether mail is to leave, for as long as the app or the daemon runs.

The app sends it itself, on a thread: it may be the only one that knows the vault's passphrase. The daemon, which
lives for months, starts a child that ends when it is done; and leaves it to the app while one runs.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import JobcopilotError
from jobcopilot.mail.due import due_now, following, since_of
from jobcopilot.mail.views import MailReport
from jobcopilot.paths import Home
from jobcopilot.reminders.due import Watch
from jobcopilot.reminders.presence import living

log = logging.getLogger(__name__)

BEAT: Final = 1.0
"""Seconds between two glances, each some microseconds."""
RESTING: Final = 5.0
"""The same in the daemon where no mail is set up."""
AGAIN: Final = 2.0
"""Seconds until it is looked again where another process was sending, which may die over it."""
BROKEN: Final = 60.0
"""Seconds until it is looked again where the vault is locked, or something went wrong that nobody expected."""
LONGEST: Final = 900.0
"""Seconds; a child that takes longer hangs, and is ended. What may have left is written down."""
Carry = Callable[[], Awaitable[MailReport | None]]
"""Sends what is due; None where somebody else does."""


class MailChore:
    """Has sent what is due, whenever something is; see `reminders.scheduler.Chore`."""

    def __init__(
        self,
        home: Home,
        clock: Clock,
        carry: Carry,
        *,
        end: Callable[[], object] | None = None,
        resting: float = BEAT,
    ) -> None:
        """`end` ends what is being sent; where no mail is set up it is looked every `resting` seconds."""
        self._resting = resting
        self._set_up = True
        self.told: Callable[[MailReport], object] | None = None
        """Hears on the event loop what each run came to."""
        self._home = home
        self._clock = clock
        self._carry = carry
        self._end = end
        self._watch = Watch(home.database)
        self._next: int | None = 0
        self._not_before = 0
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._ended = False

    def add_to(self, jobs: Any) -> None:
        """Begin; `jobs` is an APScheduler, which is too coarse for a letter that one waits for."""
        self._beat()

    def look_again(self) -> None:
        """Look at once: the vault was unlocked, or the settings changed."""
        self._next, self._not_before = 0, 0

    async def stop(self) -> None:
        """End: what is being handed over is finished, the rest is looked after by the next process."""
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
            BEAT if self._set_up else self._resting, self._beat
        )
        now = to_milliseconds(self._clock.now())
        if self._watch.changed() or (self._next is not None and self._next <= now):
            self._next = 0
        busy = self._looking is not None and not self._looking.done()
        if self._next == 0 and now >= self._not_before and not busy:
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        wait = 0.0
        try:
            waits, self._next = await asyncio.to_thread(self._glance)
            if waits:
                report = await self._carry()
                if report is None or report.busy:
                    wait = AGAIN
                elif report.reason:
                    wait = BROKEN
                if report is not None and self.told is not None:
                    self.told(report)
                self._next = 0
        except (JobcopilotError, sqlite3.Error, OSError) as refused:
            log.info("mail waits: %s", refused)
            wait, self._next = AGAIN, 0
        except Exception:  # the outermost boundary of this process's mail: it must go on
            log.exception("mail met an unexpected fault")
            wait, self._next = BROKEN, 0
        self._not_before = to_milliseconds(self._clock.now()) + int(wait * 1000)

    def _glance(self) -> tuple[bool, int | None]:
        """Return whether anything is due, and when there will be more; without importing what sending needs."""
        reminders, since = mail_of(self._home.settings_file)
        self._set_up = reminders is not None
        if reminders is None:
            return False, None
        address = f"{self._home.database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=1)) as connection:
            now = to_milliseconds(self._clock.now())
            (letter,) = connection.execute(
                "SELECT min(leaves_at) FROM letter WHERE state = 'waiting'"
            ).fetchone()
            times = [letter]
            if reminders:
                if due_now(connection, from_milliseconds(now), since_of(since)):
                    return True, now
                times.append(following(connection, now))
        known = [int(at) for at in times if at is not None]
        return (letter is not None and letter <= now), min(known, default=None)


def mail_of(settings_file: Path) -> tuple[bool | None, str]:
    """Return whether reminders go by e-mail and since when; None where no mail is set up. Reads one table of TOML."""
    try:
        mail = tomllib.loads(settings_file.read_text("utf-8")).get("mail", {})
    except (OSError, ValueError):
        mail = {}
    if not isinstance(mail, dict) or not (os.environ.get("JOBCOPILOT_MAIL__HOST") or mail.get("host")):
        return None, ""
    return mail.get("reminders") is True, str(mail.get("reminders_since", ""))


def on_a_thread(run: Callable[[], MailReport]) -> Carry:
    """Return what sends in this process, off its event loop."""

    async def carry() -> MailReport | None:
        return await asyncio.to_thread(run)

    return carry


class InChildren:
    """Sends in children of the daemon."""

    def __init__(self, running: Path, base: Sequence[str]) -> None:
        """`running` is where the processes of this home leave their marks; `base` runs Jobcopilot on this home."""
        self._running = running
        self._base = base
        self._child: asyncio.subprocess.Process | None = None

    async def carry(self) -> MailReport | None:
        """Run one child to its end; none where the app runs, which does it sooner."""
        if any(one.role == "app" for one in living(self._running)):
            return None
        self._child = await asyncio.create_subprocess_exec(
            *self._base,
            "letters",
            "deliver",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            await asyncio.wait_for(self._child.wait(), LONGEST)
        except TimeoutError:
            self._child.kill()
            log.warning("sending mail took too long and was ended")
        if self._child.returncode != 0:
            log.warning("mail waits: see jobcopilot mail status")
            return MailReport(reason="see jobcopilot mail status")
        return MailReport()

    async def end(self) -> None:
        """Ask the child that runs to end, after the mail that is being handed over."""
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
