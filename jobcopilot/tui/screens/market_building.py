"""Bringing the market up to date: what is missing when it is first opened, and everything anew when asked."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from jobcopilot.errors import Cancelled
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.screens.market_reading import MarketReading
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from jobcopilot.market.views import Progress


class MarketBuilding(MarketReading):
    """Building in the background, with progress, until it is done or stopped."""

    def on_screen_resume(self) -> None:
        """Catch up with what was missed, the first time."""
        if not self.caught_up:
            self.caught_up = True
            self.build(anew=False)
        super().on_screen_resume()

    def action_rebuild(self) -> None:
        """Count everything anew, in the background."""
        self.build(anew=True)

    def build(self, *, anew: bool) -> None:
        """Build what is missing, or everything, unless something is being built."""
        if self.stop_building is None:
            self.stop_building = threading.Event()
            start_work(self, self._build(self.stop_building, anew=anew), name="build")

    async def _build(self, stop: threading.Event, *, anew: bool) -> None:
        loop = asyncio.get_running_loop()

        def progress(far: Progress) -> None:
            loop.call_soon_threadsafe(self._show_progress, far)

        self._show_progress(None)
        try:
            built = await asyncio.to_thread(self.data.build, progress, stop, anew=anew)
            self.follows = True
            if anew:
                days = count(built.days, "day")
                tell(self.app, f"{days} counted anew, to {built.until.day} {built.until:%b}.")
        except Cancelled:
            # What was read is kept; going on by itself would undo what the person asked for.
            self.follows = False
            tell(self.app, "Stopped; whole days are kept. r builds everything.")
        finally:
            # Also when the app is left: its thread must not be waited for.
            stop.set()
            if self.stop_building is stop:
                self.stop_building = None
                self.chrome.busy = ""
            self.read_again()

    def _show_progress(self, far: Progress | None) -> None:
        if self.stop_building is not None and not self.stop_building.is_set():
            if far is None:
                self.chrome.busy = "counting, esc stops"
                return
            what = "reading postings" if far.doing == "reading" else "counting days"
            self.chrome.busy = f"{what} {far.done:,} of {far.total:,}, esc stops"
