"""A home whose sources are served on this machine, and what is asked of it in tests of polls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.clock import FixedClock
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.sources.catalogue import feeds
from jobcopilot.sources.discovered import Discovered
from jobcopilot.sources.polling import Poller
from jobcopilot.sources.store import Sources
from jobcopilot.sources.views import PollReport
from tests.fakes.feed_server import FeedServer, json_reply
from tests.fakes.relocated_feed import RelocatedFeed

__all__ = ["BOARD", "DATA", "NOW", "Polled", "polled", "posting"]

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BOARD = "/v1/boards/acme/jobs"
DATA = Path(__file__).parent.parent / "data" / "feeds"


@dataclass
class Polled:
    """A home whose one source is a Greenhouse board served on this machine."""

    runtime: Runtime
    clock: FixedClock
    server: FeedServer
    sources: Sources
    poller: Poller
    discovered: Discovered

    def serve(self, *postings: dict[str, Any], path: str = BOARD, **options: Any) -> None:
        self.server.paths[path] = json_reply(
            {"jobs": list(postings), "meta": {"total": len(postings)}}, **options
        )

    def poll(self, **options: Any) -> PollReport:
        source = self.sources.get("greenhouse:acme")
        assert source.id is not None
        if source.next_poll_at is not None:
            self.clock.moment = max(self.clock.moment, source.next_poll_at)
        return self.poller.poll(source.id, **options)

    def titles(self, *, everything: bool = False) -> set[str]:
        return {row.title for row in self.discovered.page(0, 500, everything=everything)}

    def history(self, title: str) -> list[str]:
        row = next(row for row in self.discovered.page(0, 500, everything=True) if row.title == title)
        return [change.action for change in self.discovered.detail(row.id).changes]


def posting(number: int, **said: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Engineer {number}",
        "company_name": "Acme",
        "location": {"name": "Berlin, Germany"},
        "absolute_url": f"https://job-boards.greenhouse.io/acme/jobs/{number}",
        "content": "<p>We use Python and PostgreSQL every day.</p>",
        "first_published": "2026-11-10T10:00:00Z",
    } | said


@pytest.fixture
def polled(tmp_path: Path) -> Iterator[Polled]:
    clock = FixedClock(NOW)
    runtime = Runtime(find_home(tmp_path), clock=clock)
    runtime.open()
    with FeedServer() as server:
        known = {name: RelocatedFeed(feed, server.address("")) for name, feed in feeds().items()}
        parts = (runtime.database, runtime.reader, runtime.profile, clock)
        sources = Sources(*parts, known)
        sources.add("https://boards.greenhouse.io/acme", enable=True)
        discovered = Discovered(*parts, known)

        def follow(name: str, number: int, since: int) -> None:
            discovered.update_jobs(name, number, since, runtime.intake)

        poller = Poller(*parts, known=known, allow_private=True, follow=follow)
        yield Polled(runtime, clock, server, sources, poller, discovered)
        poller.close()
    runtime.close()
