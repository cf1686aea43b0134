"""A real home whose feeds are asked over real HTTP on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobcopilot.clock import FixedClock
from jobcopilot.jobs.samples import SAMPLE_LIMITS, SAMPLE_PERSON
from jobcopilot.runtime import Runtime
from jobcopilot.sources.catalogue import feeds
from jobcopilot.sources.discovered import Discovered
from jobcopilot.sources.polling import Poller
from jobcopilot.sources.store import Sources
from tests.fakes.feed_server import Asked, FeedServer, Reply, json_reply
from tests.fakes.relocated_feed import RelocatedFeed
from tests.tui.real_home import home_of

ACME = "https://boards.greenhouse.io/acme"
BOARD = "/v1/boards/acme/jobs"
LEVER = "/v0/postings/globex"


def posting(number: int, **said: Any) -> dict[str, Any]:
    """Return a posting as Greenhouse tells it."""
    return {
        "id": number,
        "title": f"Data Engineer {number}",
        "company_name": "Acme",
        "location": {"name": "Berlin, Germany"},
        "absolute_url": f"https://job-boards.greenhouse.io/acme/jobs/{number}",
        "content": "<h2>About the role</h2><p>We use <b>Python</b>, SQL and Kubernetes every day.</p>",
        "first_published": "2026-11-10T10:00:00Z",
    } | said


def paid(minimum: int, maximum: int) -> dict[str, Any]:
    """Return the fields of a posting that state yearly pay in EUR."""
    return {
        "pay_input_ranges": [
            {
                "min_cents": minimum * 100,
                "max_cents": maximum * 100,
                "currency_type": "EUR",
                "title": "Yearly",
            }
        ]
    }


@dataclass
class FeedHome:
    """A home, and the feeds that its sources are."""

    runtime: Runtime
    server: FeedServer
    clock: FixedClock

    def serve(self, *postings: dict[str, Any], path: str = BOARD, **options: Any) -> None:
        """Let the board of Acme, or another one of Greenhouse, show these postings."""
        self.server.paths[path] = json_reply(
            {"jobs": list(postings), "meta": {"total": len(postings)}}, **options
        )

    def poll(self, name: str = "greenhouse:acme") -> None:
        """Poll a source, at the earliest moment that it may be."""
        source = self.runtime.sources.get(name)
        assert source.id is not None
        if source.next_poll_at is not None:
            self.clock.moment = max(self.clock.moment, source.next_poll_at)
        self.runtime.poller.poll(source.id)

    def found(self, *postings: dict[str, Any]) -> None:
        """Switch the board of Acme on and let it find these postings."""
        self.runtime.sources.add(ACME, enable=True)
        self.serve(*postings)
        self.poll()

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.moment += timedelta(**time)

    def titles(self, *, everything: bool = False) -> list[str]:
        """Return the titles of what was discovered, in the list's order."""
        return [row.title for row in self.runtime.discovered.page(0, 500, everything=everything)]


def relocate(runtime: Runtime, server: FeedServer) -> None:
    """Give a home parts that ask this machine in place of the feeds' own hosts."""
    known = {name: RelocatedFeed(feed, server.address("")) for name, feed in feeds().items()}
    parts = (runtime.database, runtime.reader, runtime.profile, runtime.clock)
    runtime.__dict__["sources"] = Sources(*parts, known)
    runtime.__dict__["discovered"] = Discovered(*parts, known)
    runtime.__dict__["poller"] = Poller(
        *parts, known=known, allow_private=True, follow=runtime._follow_postings
    )


@contextmanager
def feed_home(folder: Path) -> Iterator[FeedHome]:
    """Make a home whose person looks for data engineering in Berlin, and serve its feeds."""
    runtime = home_of(folder)
    runtime.profiles.take_over("default", SAMPLE_PERSON)
    runtime.profiles.change("default", SAMPLE_LIMITS)
    runtime.forget_profile()
    clock = runtime.clock
    assert isinstance(clock, FixedClock)
    assert clock.moment == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    with FeedServer() as server:
        relocate(runtime, server)
        yield FeedHome(runtime, server, clock)
    runtime.close()


def lever(*, slow_from: int = 10**9, delay_s: float = 0.3) -> Callable[[Asked], Reply]:
    """Return a board of Lever that never ends, a hundred postings a page, each page slow from some posting on."""

    def page(asked: Asked) -> Reply:
        skip = int(asked.path.partition("skip=")[2].partition("&")[0] or 0)
        rows = [
            {"id": f"g{number}", "text": f"Baker {number}", "categories": {"location": "Rome"}}
            for number in range(skip, skip + 100)
        ]
        return json_reply(rows, delay_s=delay_s if skip >= slow_from else 0)

    return page
