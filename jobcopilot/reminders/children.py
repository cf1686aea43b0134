"""What the daemon, which lives for months and stays small, has done by children that end."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from jobcopilot.reminders.presence import living

log = logging.getLogger(__name__)

LONGEST: Final = 900.0
"""Seconds; a child that takes longer hangs, and is ended. Everything it had done is written down."""
HEAD_START: Final = 10.0
"""Seconds for which the daemon leaves to an app that runs what is due; the app may be suspended, or in an editor."""
ENDING: Final = 5.0
"""Seconds for a child to end by itself."""


class Children:
    """Runs this program's own commands, as many at once as are asked for."""

    def __init__(
        self,
        base: Sequence[str],
        *,
        longest: float = LONGEST,
        spare: Sequence[str] = (),
        given: Sequence[str] = (),
    ) -> None:
        """`base` is the command line that runs Jobcopilot on this home.

        `spare` is that of a child which waits for its work (see `spare`), where one is to be kept ready; it is given
        `given`, which says which home, and then the arguments of its work.
        """
        self._base = base
        self._longest = longest
        self._spare = spare
        self._given = given
        self._ready: asyncio.subprocess.Process | None = None
        self._running: set[asyncio.subprocess.Process] = set()
        self._ended = False

    async def run(self, *arguments: str) -> tuple[int | None, bytes]:
        """Run one command to its end; return its exit status, None where it was ended, and what it wrote.

        Raises `OSError` where it cannot be started.
        """
        child, work = await self._child(arguments)
        self._running.add(child)
        try:
            said, _ = await asyncio.wait_for(child.communicate(work), self._longest)
        except TimeoutError:
            log.warning("%s took too long and was ended", " ".join(arguments[:2]))
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
            return None, b""
        finally:
            self._running.discard(child)
            await self.make_ready()
        return child.returncode, said

    async def make_ready(self) -> None:
        """Have a child wait for the next piece of work, where there is to be one and there is none."""
        if not self._spare or self._ended or (self._ready is not None and self._ready.returncode is None):
            return
        try:
            self._ready = await _started(self._spare, waits=True)
        except OSError as refused:
            log.info("no child is kept ready: %s", refused)

    async def let_go(self) -> None:
        """Let the child that waits go: there is no work to wait for."""
        ready, self._ready = self._ready, None
        if ready is not None and ready.returncode is None:
            assert ready.stdin is not None
            ready.stdin.close()
            await self._come_to_end(ready)

    async def end(self) -> None:
        """Ask the children that run to end: after what is just being handed over."""
        self._ended = True
        await self.let_go()
        for child in self._running:
            with suppress(ProcessLookupError):
                child.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        await asyncio.gather(*(self._come_to_end(child) for child in self._running))

    async def _child(self, arguments: Sequence[str]) -> tuple[asyncio.subprocess.Process, bytes | None]:
        """Return a child for some work, and what is to be told to it."""
        ready, self._ready = self._ready, None
        if ready is not None and ready.returncode is None:
            return ready, json.dumps([*self._given, *arguments]).encode() + b"\n"
        return await _started([*self._base, *arguments]), None

    @staticmethod
    async def _come_to_end(child: asyncio.subprocess.Process) -> None:
        try:
            await asyncio.wait_for(child.wait(), ENDING)
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()


async def _started(command: Sequence[str], *, waits: bool = False) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Ctrl+C is for this process, which then ends the child in its own way.
        start_new_session=True,
    )


class HeadStart:
    """Leaves to the app what it does sooner, and may alone be able to; but not for ever: it may stand still."""

    def __init__(
        self,
        running: Path,
        *,
        seconds: float = HEAD_START,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`running` is where the processes of this home leave their marks."""
        self._folder = running
        self._seconds = seconds
        self._monotonic = monotonic
        self._seen: dict[Hashable, tuple[float, float]] = {}
        """When each thing was first found due, and last."""

    def to_app(self, key: Hashable) -> bool:
        """Return whether to leave a thing that is due to the app; asked again every few seconds while it is."""
        now = self._monotonic()
        first, last = self._seen.get(key, (now, now))
        if now - last >= self._seconds:
            first = now  # what was due then has been done since
        self._seen[key] = first, now
        return now - first < self._seconds and any(one.role == "app" for one in living(self._folder))
