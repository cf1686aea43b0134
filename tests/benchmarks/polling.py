"""What polling costs: 100 boards of 100 postings over real HTTP, and how late the screen's loop is meanwhile.

Each board is a Greenhouse board served at its own 127.0.0.x, with a crawl delay of 0 and invented postings of about
4 kB. The first poll reads every posting; the second finds all of them as they were. An event loop that wants to wake
every 10 ms stands for the screen: how late it wakes is what a key would wait.

    uv run python -m tests.benchmarks.polling [--boards 100] [--postings 100] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobcopilot.clock import FixedClock
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.sources.catalogue import feeds
from jobcopilot.sources.polling import Poller
from jobcopilot.sources.store import Sources
from tests.benchmarks.measuring import Figure, figure
from tests.fakes.feed_server import FeedServer, json_reply
from tests.fakes.relocated_feed import RelocatedFeed

_TITLES = ("Senior Data Engineer", "Backend Engineer", "Product Manager", "Nurse", "Account Executive")
_PLACES = ("Berlin, Germany", "Remote - US", "London, UK; Paris, France", "San Francisco, CA")
_TEXT = (
    "<p>We build software for <strong>logistics</strong> and look for people who like their craft.</p>"
    "<h3>What you bring</h3><ul><li>5+ years of Python, SQL and PostgreSQL</li><li>Kubernetes and Terraform</li>"
    "<li>A degree in computer science or the like</li></ul><p>We offer {low} to {high} EUR a year.</p>"
)
TICK_S = 0.01


def board(number: int, postings: int, draw: random.Random) -> dict[str, Any]:
    """Return the answer of one board."""
    return {
        "jobs": [
            {
                "id": number * 10_000 + one,
                "title": f"{draw.choice(_TITLES)} {one}",
                "company_name": f"Company {number}",
                "location": {"name": draw.choice(_PLACES)},
                "absolute_url": f"https://job-boards.greenhouse.io/b{number}/jobs/{number * 10_000 + one}",
                "content": _TEXT.format(low=60_000 + one * 100, high=90_000 + one * 100)
                + "<p>We work in small teams, decide near the work and write things down. </p>" * 45,
                "first_published": "2026-11-10T10:00:00Z",
            }
            for one in range(postings)
        ],
        "meta": {"total": postings},
    }


async def _polled(poller: Poller, due: list[int]) -> tuple[float, list[float], int]:
    """Poll on a thread; return the seconds, how many milliseconds late each tick was, and the postings found."""
    late: list[float] = []
    began = time.perf_counter()
    work = asyncio.create_task(asyncio.to_thread(lambda: list(poller.poll_many(due))))
    while not work.done():
        before = time.perf_counter()
        await asyncio.sleep(TICK_S)
        late.append((time.perf_counter() - before - TICK_S) * 1000)
    reports = await work
    assert all(report.outcome == "fine" for report in reports), reports
    return time.perf_counter() - began, late, sum(report.found for report in reports)


def measure(boards: int, postings: int) -> Iterator[Figure]:
    """Yield how long a first and a second poll of all boards take, and how late the loop was."""
    draw = random.Random(20261121)
    with (
        tempfile.TemporaryDirectory() as folder,
        FeedServer(
            {f"/v1/boards/b{n}/jobs": json_reply(board(n, postings, draw)) for n in range(boards)},
            every_loopback=True,
        ) as server,
    ):
        clock = FixedClock(datetime(2026, 11, 20, 9, tzinfo=UTC))
        runtime = Runtime(find_home(Path(folder)), clock=clock)
        runtime.open()

        def base(name: str) -> str:
            return server.address("", f"127.0.0.{int(name.removeprefix('b')) + 2}")

        known = {name: RelocatedFeed(feed, base) for name, feed in feeds().items()}
        parts = (runtime.database, runtime.reader, runtime.profile, clock)
        sources, poller = Sources(*parts, known), Poller(*parts, known=known, allow_private=True)
        for number in range(boards):
            sources.add(f"https://boards.greenhouse.io/b{number}", enable=True)
        for name in ("first", "second"):
            seconds, late, found = asyncio.run(_polled(poller, poller.due()))
            assert found == boards * postings
            yield figure(
                f"{name} poll of {boards} boards of {postings}", found, [(seconds, "")], unit="s", budget=20
            )
            yield figure(
                f"the screen's loop is late, {name} poll",
                found,
                [(one, "") for one in late],
                budget=50 if name == "first" else None,
            )
            clock.moment += timedelta(hours=7)
        runtime.close()


def main() -> int:
    """Print the table or the JSON document; 1 where a budget is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--boards", type=int, default=100)
    parser.add_argument("--postings", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = list(measure(given.boards, given.postings))
    kept = all(one.kept is not False for one in found)
    if given.json:
        load = os.getloadavg()[0]
        print(json.dumps({"figures": [one.as_json() for one in found], "load": load, "kept": kept}, indent=2))
    else:
        for one in found:
            limit = "" if one.budget is None else f"≤ {one.budget:g}"
            print(f"{one.name:<46}{one.median:>9.3f}{one.p95:>9.3f}{one.worst:>9.3f} {one.unit:<3}{limit}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
