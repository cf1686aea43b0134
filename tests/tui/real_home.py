"""The app on a real home with a pinned clock: what forms, import, profiles and settings are tested on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from jobcopilot.clock import FixedClock
from jobcopilot.jobs.query import parse_query
from jobcopilot.jobs.views import JobDetail, JobDraft
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.failures import FailureStrip
from jobcopilot.tui.modals.fields import Field
from jobcopilot.tui.screens.board import BoardScreen
from jobcopilot.tui.start import glance_at
from tests.tui.driving import NARROW, WAITING, screen_lines

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ASKING = WAITING | {
    "ask-words",
    "put-off",
    "contact-form",
    "offer-form",
    "choose-job",
    "remap",
    "resume",
    "key",
    "add-profile",
    "edit-profile",
    "delete-profile",
    "postings",
    "switch-source",
    "add-source",
    "choose-setup",
    "end-session",
    "correct",
    "filter-sessions",
    "relabel-session",
    "delete-session",
    "delete-bank",
    "heard-questions",
    "connect-calendar",
    "disconnect-calendar",
    "find-calendars",
    "settle",
    "sync-calendar",
    "play",
    "rehearse",
}
"""Work that waits for an answer in a dialogue."""

Shown = TypeVar("Shown", bound=Screen[object])


@dataclass
class AtHome:
    """A running app on a real home, and its driver."""

    app: JobcopilotApp
    pilot: Pilot[int]
    runtime: Runtime

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settled()

    async def type(self, text: str) -> None:
        await self.press(*("space" if letter == " " else letter for letter in text))

    async def paste(self, text: str) -> None:
        """Paste into what has the focus, as a terminal does when something is dropped on it."""
        focused = self.app.screen.focused
        assert focused is not None
        focused.post_message(events.Paste(text))
        await self.settled()

    async def until(self, true: Callable[[], bool], what: str = "it") -> None:
        """Wait until something is so; fail after twenty seconds."""
        try:
            async with asyncio.timeout(20):
                while not true():
                    await self.pilot.pause()
        except TimeoutError:
            raise AssertionError(f"{what} did not happen:\n{self.text()}") from None

    async def settled(self) -> None:
        """Wait until no work is under way but what waits for the person."""
        await self.pilot.pause()
        await self.until(
            lambda: not [worker for worker in self.app.workers if worker.name not in ASKING],
            "the end of the work",
        )
        await self.pilot.pause()

    def text(self) -> str:
        """The screen in front as text."""
        return "\n".join(screen_lines(self.app))

    def failure(self) -> str:
        """What failed, as it is read, empty where nothing did."""
        return "\n".join(str(strip.render()) for strip in self.app.screen.query(FailureStrip))

    def said(self) -> str:
        """What is told in passing."""
        return "\n".join(notification.message for notification in self.app._notifications)

    def field(self, name: str) -> Field:
        """The field of that name on the screen in front."""
        return next(field for field in self.app.screen.query(Field) if field.key == name)

    def jobs(self) -> list[JobDetail]:
        """All jobs, oldest first."""
        pages = self.runtime.pages
        return [pages.get(job_id) for job_id in pages.ids(parse_query("", today=NOW.date()), "created")]


def home_of(folder: Path, *drafts: JobDraft) -> Runtime:
    """Return the runtime of a home that was onboarded, with these jobs."""
    from jobcopilot.settings import save_setting

    runtime = Runtime(find_home(folder), clock=FixedClock(NOW))
    save_setting(runtime.home.settings_file, "onboarded", True)
    runtime.open()
    for draft in drafts:
        runtime.jobs.add(draft)
    return runtime


@asynccontextmanager
async def at_home(runtime: Runtime, size: tuple[int, int] = NARROW) -> AsyncIterator[AtHome]:
    """Run the app until the block ends."""
    app = JobcopilotApp(BoardData(runtime), glance_at(runtime.home.settings_file))
    async with app.run_test(size=size, notifications=True) as pilot:
        driven = AtHome(app, pilot, runtime)
        board = app.screen_stack[0]
        assert isinstance(board, BoardScreen)
        await driven.until(lambda: board.source is not None, "the first rows")
        await driven.settled()
        yield driven
    runtime.close()
