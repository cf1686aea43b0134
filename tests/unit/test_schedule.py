"""Polling by the clock: what is due is run in a child, one after the other, and ended with its parent."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.clock import FixedClock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.jobs.records import raw
from jobcopilot.jobs.views import JobDraft
from jobcopilot.market.schedule import builds_missed, builds_of_the_night
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.sources.schedule import Chores, polls_due

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NOTE = "import sys; open(sys.argv[1], 'a').write(' '.join(sys.argv[2:]) + '\\n')"
WAIT = (
    "import signal, sys, threading; over = threading.Event()\n"
    "signal.signal(signal.SIGINT, lambda *_: over.set())\n"
    "open(sys.argv[1], 'w').write('begun'); over.wait(); open(sys.argv[1], 'w').write('ended')"
)


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    runtime = Runtime(find_home(tmp_path), clock=FixedClock(NOW))
    runtime.open()
    runtime.sources.add("https://boards.greenhouse.io/acme", enable=True)
    return runtime


def chores(runtime: Runtime, script: str, file: Path) -> Chores:
    return Chores(runtime.home, runtime.clock, [polls_due], [sys.executable, "-c", script, str(file)])


async def test_what_is_due_is_polled_in_a_child_for_its_profile(runtime: Runtime, tmp_path: Path) -> None:
    told = tmp_path / "told"
    assert await chores(runtime, NOTE, told).look() == 1
    assert told.read_text() == "--profile default sources poll --json\n"
    with runtime.database.writing() as session:
        raw(session).execute(
            "UPDATE source SET next_poll_at = ?", (to_milliseconds(NOW + timedelta(hours=1)),)
        )
    assert await chores(runtime, NOTE, told).look() == 0
    runtime.sources.disable("greenhouse:acme")
    assert isinstance(runtime.clock, FixedClock)
    runtime.clock.moment += timedelta(days=1)
    assert await chores(runtime, NOTE, told).look() == 0
    runtime.sources.enable("greenhouse:acme")
    assert await chores(runtime, NOTE, told).look() == 1


async def test_a_child_is_ended_in_its_own_way(runtime: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "child"
    running = chores(runtime, WAIT, file)
    looking = asyncio.create_task(running.look())
    async with asyncio.timeout(20):
        while not (file.exists() and file.read_text() == "begun"):
            await asyncio.sleep(0.02)
        await running.stop()
        await looking
    assert file.read_text() == "ended"


async def test_a_command_that_cannot_be_run_costs_nothing(runtime: Runtime) -> None:
    broken = Chores(runtime.home, runtime.clock, [polls_due], ["/no/such/program"])
    assert await broken.look() == 1
    runtime.close()
    runtime.home.database.unlink()
    assert await broken.look() == 0


async def test_a_scheduler_looks_every_minute(runtime: Runtime, tmp_path: Path) -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    jobs = AsyncIOScheduler(timezone=UTC)
    jobs.start()
    chores(runtime, NOTE, tmp_path / "told").add_to(jobs)
    job = jobs.get_job("chores")
    assert job is not None
    assert job.trigger.interval == timedelta(seconds=60)
    job.modify(next_run_time=datetime.now(UTC))
    async with asyncio.timeout(20):
        while not (tmp_path / "told").exists():
            await asyncio.sleep(0.02)
    jobs.shutdown(wait=False)


async def test_statistics_are_built_at_midnight_and_when_a_day_was_missed(
    runtime: Runtime, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    base = [sys.executable, "-c", NOTE, str(told)]
    nightly = Chores(runtime.home, runtime.clock, [builds_missed], base, nightly=[builds_of_the_night])
    assert await nightly.look() == 0  # nothing is held, so there is nothing to count
    runtime.jobs.add(JobDraft("Data Engineer", "Acme", source="manual"))
    assert await nightly.look() == 1
    assert told.read_text() == "--profile default market build --json\n"
    runtime.market.build()
    assert await nightly.look() == 0
    assert await nightly.nightly() == 1
    assert isinstance(runtime.clock, FixedClock)
    runtime.clock.moment += timedelta(days=1)
    assert await nightly.look() == 1


async def test_midnight_is_the_persons(runtime: Runtime) -> None:
    from zoneinfo import ZoneInfo

    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    clock = FixedClock(NOW, ZoneInfo("America/New_York"))
    jobs = AsyncIOScheduler(timezone=UTC)
    jobs.start(paused=True)
    Chores(runtime.home, clock, [], [], nightly=[builds_of_the_night]).add_to(jobs)
    trigger = jobs.get_job("midnight").trigger
    following = trigger.get_next_fire_time(None, NOW)
    assert following.astimezone(UTC) == datetime(2026, 11, 21, 5, tzinfo=UTC)
    jobs.shutdown(wait=False)
