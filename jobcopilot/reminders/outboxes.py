"""Looking whether something waits to leave - mail, calendars - for as long as the app or the daemon runs.

Each room says what is due and how it is carried out; when to look, and how long to leave alone what did not go well, is
the same for all. What belongs to different keys (one for each calendar) is carried out side by side, so that one that
does not answer holds up no other.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import JobcopilotError
from jobcopilot.reminders.due import Watch

log = logging.getLogger(__name__)

AGAIN: Final = 2.0
"""Seconds until it is looked again where another process was busy with it, which may die over it."""
BROKEN: Final = 60.0
"""Seconds until it is looked again where something went wrong that nobody expected."""
ENDING: Final = 5.0
"""Seconds for what is under way to end when the process does."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Glance(Generic[Key]):
    """What is due now, when there will be more (UTC milliseconds), and whether anything can wait here at all."""

    due: tuple[Key, ...] = ()
    following: int | None = None
    """None where nothing is planned."""
    set_up: bool = True


class OutboxChore(Generic[Key]):
    """Has carried out what waits, whenever something does; see `reminders.scheduler.Chore`."""

    def __init__(
        self,
        database: Path,
        clock: Clock,
        glance: Callable[[int], Glance[Key]],
        carry: Callable[[Key], Awaitable[float]],
        *,
        beat: float,
        resting: float | None = None,
        prepare: Callable[[], object] | None = None,
        rest: Callable[[], object] | None = None,
        end: Callable[[], object] | None = None,
    ) -> None:
        """`glance` takes the time in UTC milliseconds; `carry` returns for how many seconds to leave its key alone, 0
        where all is said.

        `prepare` is called once something is set up, and both it and `glance` on a thread; `rest` once nothing is any
        more; `end` ends what is being carried out. All three may return what is to be awaited. It is looked every
        `beat` seconds, each some microseconds, and every `resting` ones where nothing is set up.
        """
        self.told: Callable[[], object] | None = None
        """Called on the event loop after each piece of work."""
        self.glance = glance
        self._clock = clock
        self._carry = carry
        self._beat_seconds, self._resting = beat, beat if resting is None else resting
        self._prepare, self._rest, self._end = prepare, rest, end
        self._prepared = False
        self._watch = Watch(database)
        self._set_up = True
        self._asked = True
        self._next: int | None = None
        self._left_alone: dict[Key, float] = {}
        """Until when, by the event loop's clock, which nobody sets."""
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._under_way: dict[Key, asyncio.Task[None]] = {}
        self._ended = False

    def add_to(self, jobs: Any) -> None:
        """Begin; `jobs` is an APScheduler, which is too coarse for what one waits for."""
        self._beat()

    def look_again(self) -> None:
        """Look at once, also after what did not go well: the vault was unlocked, or the settings changed."""
        self._left_alone.clear()
        self._asked = True

    async def stop(self) -> None:
        """End: what is being handed over is finished or, where that takes long, looked after by the next process."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        if self._end is not None:
            await _whole(self._end())
        running = {task for task in (self._looking, *self._under_way.values()) if task is not None}
        if running:
            await asyncio.wait(running, timeout=ENDING)
        self._watch.close()

    def _beat(self) -> None:
        if self._ended:
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._beat_seconds if self._set_up else self._resting, self._beat)
        if self._watch.changed() or (
            self._next is not None and self._next <= to_milliseconds(self._clock.now())
        ):
            self._asked = True
        rested = [key for key, until in self._left_alone.items() if until <= loop.time()]
        for key in rested:
            del self._left_alone[key]
        if (self._asked or rested) and (self._looking is None or self._looking.done()):
            self._looking = loop.create_task(self._look())

    async def _look(self) -> None:
        self._asked = False
        try:
            found = await asyncio.to_thread(self.glance, to_milliseconds(self._clock.now()))
            if found.set_up != self._prepared:
                self._prepared = found.set_up
                if found.set_up and self._prepare is not None:
                    await _whole(await asyncio.to_thread(self._prepare))
                elif self._rest is not None:
                    await _whole(self._rest())
        except Exception as fault:  # noqa: BLE001  # as in `_one`
            self._next = to_milliseconds(self._clock.now()) + int(_pause_after(fault) * 1000)
            return
        self._set_up, self._next = found.set_up, found.following
        for key in found.due:
            if self._ended:
                return
            if key not in self._under_way and key not in self._left_alone:
                self._under_way[key] = asyncio.get_running_loop().create_task(self._one(key))

    async def _one(self, key: Key) -> None:
        try:
            pause = await self._carry(key)
        except Exception as fault:  # noqa: BLE001  # the outermost boundary of this process's outboxes: they go on
            pause = _pause_after(fault)
        finally:
            del self._under_way[key]
        if pause:
            self._left_alone[key] = asyncio.get_running_loop().time() + pause
        # What was asked for meanwhile, or is still due.
        self._asked = True
        if self.told is not None:
            self.told()


async def _whole(came: object) -> None:
    if inspect.isawaitable(came):
        await came


@contextmanager
def glancing(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection that reads, for a glance: it waits for nobody and changes nothing."""
    address = f"{database.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=1)) as connection:
        yield connection


def _pause_after(fault: Exception) -> float:
    """Tell the log of a fault; return for how many seconds to leave alone what met it."""
    if isinstance(fault, (JobcopilotError, sqlite3.Error, OSError)):
        log.info("an outbox waits: %s", fault)
        return AGAIN
    log.error("an outbox met an unexpected fault", exc_info=fault)
    return BROKEN
