"""Polls begun from the screen: on threads of their own, beyond any one screen, each stopped when asked to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from textual.signal import Signal

from jobcopilot.errors import UsageError
from jobcopilot.sources.views import PollProgress, PollReport
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.feed_data import reports_words
from jobcopilot.tui.modals.app_words import in_app_words
from jobcopilot.tui.telling import tell

if TYPE_CHECKING:
    from jobcopilot.sources.polling import Poller
    from jobcopilot.sources.views import SourceView
    from jobcopilot.tui.app import JobcopilotApp

AT_ONCE: Final = 8
"""Polls at once: as many as one slow feed after the other may hold up without touching what the screen reads with."""


@dataclass
class _Round:
    """Sources that were asked for together, and are told of together."""

    left: int
    reports: list[PollReport] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class FeedPolls:
    """What is being polled from this app, how far it is, and how it is stopped."""

    def __init__(self, app: JobcopilotApp) -> None:
        self._app = app
        self.changed: Signal[None] = Signal(app, "polls")
        """Published whenever a poll begins, gets on or ends."""
        self.running: dict[str, PollProgress] = {}
        """By the source's name."""
        self._stops: dict[str, threading.Event] = {}
        self._threads: ThreadPoolExecutor | None = None
        self._poller: Poller | None = None
        self._opening = asyncio.Lock()

    @property
    def stoppable(self) -> bool:
        """Whether anything runs that was not told to stop yet."""
        return any(not stop.is_set() for stop in self._stops.values())

    def words(self) -> str:
        """Return what is being polled and how far that is; empty where nothing is."""
        if not self.running:
            return ""
        if not self.stoppable:
            return "stopping the poll …"
        if len(self.running) > 1:
            found = sum(progress.found for progress in self.running.values())
            return f"polling {len(self.running)} sources, {found:,} found, esc stops"
        (progress,) = self.running.values()
        return f"polling {progress_words(progress)}, esc stops"

    def begin(self, sources: Sequence[SourceView]) -> bool:
        """Poll sources in the background, those that are not under way; return whether there were any."""
        fresh = [one for one in sources if one.id is not None and one.name not in self.running]
        together = _Round(len(fresh))
        for one in fresh:
            assert one.id is not None
            stop = self._stops[one.name] = threading.Event()
            self.running[one.name] = PollProgress(one.name, 0, 0)
            start_work(
                self._app, self._poll(one.id, one.name, stop, together), name="poll-feed", exclusive=False
            )
        self.changed.publish(None)
        return bool(fresh)

    def stop(self) -> bool:
        """Stop everything that runs after the page it is at; return whether there was anything to stop."""
        stopped = self.stoppable
        for stop in self._stops.values():
            stop.set()
        self.changed.publish(None)
        return stopped

    async def _poll(self, source_id: int, name: str, stop: threading.Event, together: _Round) -> None:
        loop = asyncio.get_running_loop()

        def progress(told: PollProgress) -> None:
            loop.call_soon_threadsafe(self._advance, told)

        try:
            poller = await self._open()
            poll: Callable[[], PollReport] = lambda: poller.poll(source_id, progress, stop)  # noqa: E731
            together.reports.append(await loop.run_in_executor(self._threads, poll))
        except UsageError as refusal:
            hint = in_app_words(refusal.hint)
            together.refusals.append(" ".join(f"{refusal.title}: {refusal.message}. {hint}".split()))
        finally:
            # Also when the app is left: its thread must not be waited for.
            stop.set()
            self._end(name, together)

    async def _open(self) -> Poller:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE, "feed-poll")
        runtime = self._app.data.runtime
        # One poller, so that no host is asked twice at once; in a thread, for it brings the network's libraries.
        async with self._opening:
            self._poller = await asyncio.to_thread(lambda: runtime.poller)
        return self._poller

    def _advance(self, told: PollProgress) -> None:
        if told.source in self.running:
            self.running[told.source] = told
            self.changed.publish(None)

    def _end(self, name: str, together: _Round) -> None:
        self.running.pop(name, None)
        self._stops.pop(name, None)
        together.left -= 1
        if not self.running and self._poller is not None:
            self._poller.close()
        if not self._app.is_running:
            return
        self.changed.publish(None)
        if not together.left:
            words = [reports_words(together.reports)] if together.reports else []
            self._tell(". ".join([*words, *together.refusals[:3]]))

    def _tell(self, words: str) -> None:
        if not words:
            return
        said = getattr(self._app.screen, "say_of_polls", None)
        if said is not None:
            said(words)
        else:
            tell(self._app, words)


def progress_words(progress: PollProgress) -> str:
    """Return how far a poll is."""
    if not progress.pages:
        return f"{progress.source} …"
    of = f" of {progress.total:,}" if progress.total else ""
    return f"{progress.source}: page {progress.pages}, {progress.found:,}{of} found"
