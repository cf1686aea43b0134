"""When the scheduler looks: at the due time, at another process's booking, and after every jump of the clock."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from tzlocal import reload_localzone

from jobcopilot.clock import SystemClock
from jobcopilot.errors import JobcopilotError
from jobcopilot.reminders import scheduler as scheduler_module
from jobcopilot.reminders.presence import living
from jobcopilot.reminders.scheduler import HEARTBEAT, ReminderScheduler
from jobcopilot.reminders.views import Counts, Described, Message, Subject
from tests.fakes.desktop import FakeDesktop, fresh_home, put_reminders, rows

LIMIT = 10
QUICK = 0.1
"""Seconds between heartbeats where the test is not about them."""


@dataclass
class _WallClock:
    """The real clock, set by the test as a person or a time server would."""

    off: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off

    def zone(self) -> tzinfo:
        return UTC


class _Stage:
    def __init__(self, root: Path) -> None:
        self.home = fresh_home(root)
        self.clock = _WallClock()
        self.desktop = FakeDesktop()
        self.arrived: asyncio.Queue[tuple[Message, datetime]] = asyncio.Queue()
        self.heard: asyncio.Queue[Counts] = asyncio.Queue()
        self.desktop.before = lambda message: self.arrived.put_nowait((message, self.clock.now()))
        self.scheduler = ReminderScheduler(
            self.home, _describe, [self.desktop], self.clock, role="app", told=self.heard.put_nowait
        )

    async def next_message(self) -> tuple[Message, datetime]:
        async with asyncio.timeout(LIMIT):
            return await self.arrived.get()

    def put(self, *dues: datetime) -> None:
        put_reminders(self.home.database, list(dues))


def _describe(subject: Subject) -> Described:
    return Described(f"Subject {subject.id}")


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[_Stage]:
    monkeypatch.setattr(scheduler_module, "HEARTBEAT", QUICK)
    made = _Stage(tmp_path)
    await made.scheduler.start()
    yield made
    await made.scheduler.stop()


async def test_it_leaves_at_its_due_time(stage: _Stage) -> None:
    due = stage.clock.now() + timedelta(seconds=0.6)
    stage.put(due)
    _, shown = await stage.next_message()
    assert timedelta(0) <= shown - due < timedelta(seconds=0.5)
    assert (await stage.heard.get()).sent == 1


async def test_what_another_process_books_for_now_leaves_within_a_second(
    stage: _Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "HEARTBEAT", HEARTBEAT)
    await asyncio.sleep(HEARTBEAT / 2)  # somewhere between two heartbeats
    code = (
        "import sys, pathlib, datetime\nfrom tests.fakes.desktop import put_reminders\n"
        "put_reminders(pathlib.Path(sys.argv[1]), [datetime.datetime.now(datetime.UTC)])\n"
        "print(datetime.datetime.now(datetime.UTC).timestamp())\n"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        str(stage.home.database),
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    _, shown = await stage.next_message()
    said, _ = await child.communicate()
    assert shown.timestamp() - float(said) < 1.0


async def test_a_clock_set_back_an_hour_neither_repeats_nor_stops_anything(stage: _Stage) -> None:
    stage.put(stage.clock.now())
    await stage.next_message()
    stage.clock.off -= timedelta(hours=1)
    stage.put(stage.clock.now() + timedelta(seconds=1))
    message, _ = await stage.next_message()
    assert message.reminder_id == 2
    stage.clock.off += timedelta(hours=1)
    stage.put(stage.clock.now())
    assert (await stage.next_message())[0].reminder_id == 3
    assert [message.reminder_id for message in stage.desktop.shown] == [1, 2, 3]


async def test_a_suspend_across_the_due_time_is_noticed_within_a_heartbeat(stage: _Stage) -> None:
    stage.put(stage.clock.now() + timedelta(hours=3))
    async with asyncio.timeout(LIMIT):
        while stage.scheduler.jobs.get_job("due") is None:
            await asyncio.sleep(QUICK / 10)
    stage.clock.off += timedelta(hours=5)
    woken = time.monotonic()
    message, _ = await stage.next_message()
    assert time.monotonic() - woken < QUICK + 0.5
    assert "comes late" in message.body


async def test_the_database_locked_for_a_while_is_told_and_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "HEARTBEAT", QUICK)
    stage = _Stage(tmp_path)
    # Before it is opened: a connection that another thread is using must not be closed under its hands.
    monkeypatch.setattr(stage.scheduler.delivery.claims._opened, "_timeout", 0.1)
    await stage.scheduler.start()
    try:
        holder = sqlite3.connect(stage.home.database, isolation_level=None)
        stage.put(stage.clock.now() + timedelta(seconds=0.3))
        holder.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(LIMIT):
            while stage.scheduler.trouble is None:
                await asyncio.sleep(0.05)
        assert "busy" in str(stage.scheduler.trouble)
        holder.execute("COMMIT")
        holder.close()
        await stage.next_message()
        async with asyncio.timeout(LIMIT):
            while stage.scheduler.trouble is not None:
                await asyncio.sleep(0.05)
    finally:
        await stage.scheduler.stop()


async def test_an_unexpected_fault_does_not_end_the_reminders(
    stage: _Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = asyncio.Event()

    def broken(*_: object, **__: object) -> list[object]:
        met.set()
        raise RuntimeError("a fault of our own")

    with monkeypatch.context() as patched:
        patched.setattr(stage.scheduler.delivery.claims, "take", broken)
        stage.put(stage.clock.now())
        async with asyncio.timeout(LIMIT):
            await met.wait()
    await stage.next_message()


async def test_a_slip_in_the_settings_costs_no_reminder(stage: _Stage) -> None:
    stage.home.config.mkdir(parents=True)
    stage.home.settings_file.write_text('[reminders]\nquiet_from = "late"\n')
    stage.put(stage.clock.now())
    await stage.next_message()


async def test_a_journey_is_noticed_by_a_process_that_has_run_all_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "HEARTBEAT", QUICK)
    home, desktop, arrived = fresh_home(tmp_path), FakeDesktop(), asyncio.Queue[Message]()
    desktop.before = arrived.put_nowait
    begins = datetime.now(UTC) + timedelta(hours=2)

    def describe(subject: Subject) -> Described:
        return Described("Call", begins_at=begins)

    made = ReminderScheduler(home, describe, [desktop], SystemClock(), role="app")
    bodies: list[str] = []
    try:
        for zone in ("Asia/Tokyo", "America/New_York"):
            monkeypatch.setenv("TZ", zone)
            if not bodies:
                await made.start()
            put_reminders(home.database, [datetime.now(UTC)])
            async with asyncio.timeout(LIMIT):
                bodies.append((await arrived.get()).body)
    finally:
        await made.stop()
        monkeypatch.undo()
        reload_localzone()
    assert [body.rsplit(maxsplit=1)[-1] for body in bodies] in (["JST", "EST"], ["JST", "EDT"])


async def test_it_is_seen_while_it_runs_and_gone_after(stage: _Stage) -> None:
    folder = stage.home.data / "running"
    assert [one.role for one in living(folder)] == ["app"]
    await stage.scheduler.stop()
    assert list(living(folder)) == []
    assert list(folder.iterdir()) == []


async def test_the_end_lets_the_message_that_is_being_shown_finish(tmp_path: Path) -> None:
    home = fresh_home(tmp_path)
    entered, finish = asyncio.Event(), asyncio.Event()
    shown = []

    class Slow:
        name = "desktop"

        async def send(self, message: Message) -> None:
            entered.set()
            await finish.wait()
            shown.append(message)

    made = ReminderScheduler(home, _describe, [Slow()], _WallClock(), role="daemon")
    put_reminders(home.database, [datetime.now(UTC)] * 3)
    await made.start()
    await entered.wait()
    stopping = asyncio.create_task(made.stop())
    await asyncio.sleep(0)
    finish.set()
    await stopping
    assert len(shown) == 1
    assert rows(home.database, "status, claimed_by") == [("sent", None), ("pending", None), ("pending", None)]


async def test_a_message_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "STOP_LIMIT", 0.2)
    home = fresh_home(tmp_path)
    entered = asyncio.Event()

    class Hanging:
        name = "desktop"

        async def send(self, message: Message) -> None:
            entered.set()
            await asyncio.Event().wait()

    made = ReminderScheduler(home, _describe, [Hanging()], _WallClock(), role="daemon")
    put_reminders(home.database, [datetime.now(UTC)])
    await made.start()
    await entered.wait()
    await made.stop()
    assert rows(home.database, "status, claimed_by") == [("pending", None)]


async def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    home = fresh_home(tmp_path)
    (home.data / "running").write_text("a file where a folder should be")
    made = ReminderScheduler(home, _describe, [], _WallClock(), role="app")
    with pytest.raises(JobcopilotError, match="running programs"):
        await made.start()


def test_nothing_heavy_is_imported_for_the_daemon() -> None:
    code = (
        "import jobcopilot.reminders.daemon, jobcopilot.reminders.desktop, jobcopilot.reminders.inbox, sys\n"
        "import apscheduler.schedulers.asyncio, desktop_notifier\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    heavy = {
        "sqlalchemy",
        "sqlmodel",
        "pydantic",
        "alembic",
        "textual",
        "typer",
        "httpx",
        "numpy",
        "onnxruntime",
    }
    assert not heavy & set(done.stdout.split())
