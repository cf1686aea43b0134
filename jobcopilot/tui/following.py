"""Following what blocks: events read on a thread of their own, taken in by the screen a frame at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

FRAME_SECONDS: Final = 0.03
"""What comes faster is shown together."""

Event = TypeVar("Event")


async def follow(
    events: Callable[[], Iterator[Event]],
    take: Callable[[Event], Awaitable[None]],
    *,
    name: str,
    shown: Callable[[], None] = lambda: None,
) -> None:
    """Take in events until there are no more, and call `shown` after each frame of them. Raises what `events` does.

    The thread, called `name`, is its own: it waits for as long as the events last, and those for the disk are few.
    """
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    box: deque[Event] = deque()

    def pump() -> None:
        for event in events():
            box.append(event)
            loop.call_soon_threadsafe(came.set)

    threads = ThreadPoolExecutor(1, name)
    ending = loop.run_in_executor(threads, pump)
    threads.shutdown(wait=False)
    ending.add_done_callback(lambda _: came.set())
    while not ending.done() or box:
        await came.wait()
        came.clear()
        while box:
            await take(box.popleft())
        shown()
        if not ending.done():
            await asyncio.sleep(FRAME_SECONDS)
            if box:
                came.set()
    await ending
