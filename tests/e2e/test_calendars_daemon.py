"""The daemon, alone and beside the app: what was booked reaches the calendar file without anybody looking."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import vobject

from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.reminders.presence import Presence
from jobcopilot.runtime import Runtime

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
PATIENCE = 60
"""Seconds; far beyond what it takes, for a machine that does other things."""


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    made = Runtime(find_home(tmp_path / "home"))
    made.open()
    made.jobs.add(JobDraft("Data Engineer", "Acme"))
    yield made
    made.close()


@pytest.fixture
def feed(runtime: Runtime, tmp_path: Path) -> Path:
    file = tmp_path / "interviews.ics"
    account = runtime.calendars.connect("ics", address=str(file))
    runtime.calendar_worker.run(account.id)
    return file


@pytest.fixture
def daemon(runtime: Runtime, feed: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    running = subprocess.Popen(
        [sys.executable, "-m", "jobcopilot", "--home", str(tmp_path / "home"), "daemon", "run"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert running.stdout is not None
    assert "are told" in running.stdout.readline()
    yield running
    running.terminate()
    running.communicate(timeout=30)


def holds(feed: Path, at: datetime) -> bool:
    events = vobject.readOne(feed.read_text()).contents.get("vevent", [])
    return any(one.dtstart.value.astimezone(UTC) == at for one in events)


def until(condition: Callable[[], bool]) -> None:
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < PATIENCE
        time.sleep(0.02)


@pytest.mark.usefixtures("daemon")
def test_the_daemon_alone_carries_out_what_others_booked(runtime: Runtime, feed: Path) -> None:
    number = runtime.rounds.book(1, {"stage": "Technical", "starts_at": SOON}).round.id
    until(lambda: holds(feed, SOON))
    runtime.rounds.move(number, SOON + timedelta(hours=3))
    until(lambda: holds(feed, SOON + timedelta(hours=3)))
    until(lambda: runtime.calendars.status()[0].in_sync)


def test_it_ends_cleanly_and_leaves_nothing_behind(
    runtime: Runtime, feed: Path, daemon: subprocess.Popen[str]
) -> None:
    runtime.rounds.book(1, {"stage": "Technical", "starts_at": SOON})
    until(lambda: holds(feed, SOON))
    daemon.terminate()
    assert daemon.wait(30) == 0
    assert [file.name for file in (runtime.home.data / "running").iterdir() if file.suffix == ".lock"] == []


@pytest.mark.usefixtures("daemon")
async def test_beside_an_app_the_daemon_leaves_it_to_the_app(runtime: Runtime, feed: Path) -> None:
    """An app that is there and does nothing: the daemon waits for it, and takes over when it ends."""
    app = Presence(runtime.home.data / "running", "app")
    app.enter()
    runtime.rounds.book(1, {"stage": "Technical", "starts_at": SOON})
    await asyncio.sleep(1.5)  # the time that the daemon has to do what it must not
    assert not holds(feed, SOON)
    app.leave()
    await asyncio.to_thread(until, lambda: holds(feed, SOON))
