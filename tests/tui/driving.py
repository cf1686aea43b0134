"""Opening the board over the fake runtime and waiting for what it does, without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.screens.board import BoardScreen
from jobcopilot.tui.start import Glance
from tests.fakes.board_data import FakeBoardData, Stored

NARROW, WIDE = (80, 24), (140, 45)


@dataclass
class Driven:
    """A running board and its driver."""

    app: JobcopilotApp
    pilot: Pilot[int]
    data: FakeBoardData

    @property
    def board(self) -> BoardScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, BoardScreen)
        return screen

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settled()

    async def press_only(self, *keys: str) -> None:
        """Press keys without waiting for what they start."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*("space" if letter == " " else letter for letter in text))
        await self.settled()

    async def until(self, true: Callable[[], bool], what: str = "it") -> None:
        """Wait until something is so; fail after five seconds."""
        async with asyncio.timeout(5):
            while not true():
                await self.pilot.pause()
        assert true(), what

    async def settled(self) -> None:
        """Wait until no work is under way but what waits for the person or for the test."""
        await self.pilot.pause()
        await self.until(lambda: not [worker for worker in self.app.workers if worker.name not in WAITING])
        await self.pilot.pause()

    def lines(self) -> list[str]:
        """The screen in front as text."""
        return screen_lines(self.app)

    def said(self) -> str:
        """What is told in passing."""
        return "\n".join(notification.message for notification in self.app._notifications)

    def posting(self) -> str:
        """What the posting's pane holds, wrapped lines joined."""
        lines = ("".join(segment.text for segment in line) for line in self.board.detail._lines)
        return " ".join(" ".join(lines).split())

    def text(self) -> str:
        return "\n".join(self.lines())


WAITING = {
    "notes",
    "copy",
    "export",
    "keep-search",
    "searches",
    "forget-search",
    "score",
    "look for changes",
    "spoken",
}
"""Work that waits for an answer in a dialogue, or for the test."""


def screen_lines(app: JobcopilotApp) -> list[str]:
    compositor = app.screen._compositor
    return ["".join(segment.text for segment in strip) for strip in compositor.render_strips()]


@asynccontextmanager
async def opened(
    size: tuple[int, int] = WIDE,
    *,
    jobs: list[Stored] | None = None,
    glance: Glance | None = None,
    data: BoardData | None = None,
    wait: bool = True,
) -> AsyncIterator[Driven]:
    """Run the app on the fake jobs (or on other data) until the block ends."""
    fake = data if data is not None else FakeBoardData(jobs)
    app = JobcopilotApp(fake, glance or Glance())
    async with app.run_test(size=size, notifications=True) as pilot:
        driven = Driven(app, pilot, fake)  # type: ignore[arg-type]  # tests on real data do not touch the fake's store
        if wait:
            await driven.until(lambda: driven.board.source is not None, "the first rows are there")
            await driven.settled()
        yield driven
