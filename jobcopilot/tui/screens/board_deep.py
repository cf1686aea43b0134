"""How the board has a model read postings whole: in the background, with the time it will take, stopped by escape."""

from __future__ import annotations

import asyncio
import threading

from jobcopilot.tui.failures import start_work
from jobcopilot.tui.screens.board_changes import BoardChanges


class BoardDeep(BoardChanges):
    """The command that has postings read whole."""

    def action_deep(self) -> None:
        """Have the selected jobs read, or the fifty that match best and were not read yet."""
        if self.stop_scoring is None:
            self.stop_scoring = threading.Event()
            selected = tuple(self.view.selected)
            start_work(self, self._read_whole(selected, self.stop_scoring), name="deep")

    async def _read_whole(self, selected: tuple[int, ...], stop: threading.Event) -> None:
        from jobcopilot.tui.modals.unlock import unlocked_for

        loop = asyncio.get_running_loop()

        def tell(words: str) -> None:
            loop.call_soon_threadsafe(self._show_reading, words)

        self._show_reading("asking the model")
        try:
            self.say(await unlocked_for(self.app, lambda: self.data.read_whole(selected, tell, stop)))
        finally:
            # Also when the app is left: its thread must not be waited for.
            stop.set()
            if self.stop_scoring is stop:
                self.stop_scoring = None
                self.chrome.busy = ""
            self.look()

    def _show_reading(self, words: str) -> None:
        if self.stop_scoring is not None:
            self.chrome.busy = f"{words}, esc stops"
