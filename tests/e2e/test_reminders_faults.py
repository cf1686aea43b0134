"""Faults as they happen: races, kill -9, locked databases, stopped processes, clocks that are set."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.clock import SystemClock
from jobcopilot.paths import Home
from jobcopilot.reminders.presence import living
from jobcopilot.reminders.scheduler import ReminderScheduler
from tests.fakes.desktop import (
    BEGINS_AT_FILE,
    FileDesktop,
    daemon_process,
    describer,
    fresh_home,
    put_reminders,
    rows,
    told,
)
from tests.fakes.session_bus import needed, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals and fork are POSIX'"),
]
RACED = 1_000
KILLS = 200


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return fresh_home(tmp_path / "home")


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    return tmp_path / "shown.jsonl"


def _now() -> datetime:
    return datetime.now(UTC)


def _ids(file: Path) -> Counter[object]:
    return Counter(line["id"] for line in told(file))


# --- races and deaths ------------------------------------------------------------------------------------------


async def test_two_daemons_and_an_app_tell_a_thousand_once_each(home: Home, shown: Path) -> None:
    with daemon_process(home, shown), daemon_process(home, shown):
        app = ReminderScheduler(home, describer(home), [FileDesktop(shown)], SystemClock(), role="app")
        await app.start()
        put_reminders(home.database, [_now()] * RACED)
        begun = time.monotonic()
        async with asyncio.timeout(90):
            while len(told(shown)) < RACED or rows(home.database, "id", "status = 'pending'"):
                await asyncio.sleep(0.1)
        took = time.monotonic() - begun
        await asyncio.sleep(2)  # whatever would come twice has the time to
        await app.stop()
    counted = _ids(shown)
    by_process = Counter(line["pid"] for line in told(shown))
    print(f"{RACED} told in {took:.1f} s by {dict(by_process)}")
    assert set(counted.values()) == {1}
    assert len(counted) == RACED
    assert len(by_process) == 3, "each had its share"
    assert rows(home.database, "count(*)", "status = 'sent' AND claimed_by IS NULL") == [(RACED,)]


def test_two_hundred_deaths_lose_nothing(home: Home, shown: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.fakes.dying",
            str(home.data.parent),
            str(shown),
            str(KILLS),
            "20261120",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    print(json.dumps(report))
    assert sum(report["kills"].values()) == KILLS
    assert report["lost"] == []
    assert report["not sent"] == []
    assert report["unexplained"] == []
    assert report["twice"].get("shown", 0) > 0, "the one moment at which it comes twice is among those tried"
    assert report["marks left"] == 0


def test_a_daemon_killed_with_all_in_hand_is_replaced_within_seconds(home: Home, shown: Path) -> None:
    with daemon_process(home, shown) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
        (mark,) = [file.stem for file in (home.data / "running").iterdir()]
        put_reminders(home.database, [_now()] * 8)
        with sqlite3.connect(home.database) as connection:
            lease = int((time.monotonic() + 200) * 1000)
            connection.execute("UPDATE reminder SET claimed_by = ?, lease_until = ?", (mark, lease))
        connection.close()
        with daemon_process(home, shown):
            begun = time.monotonic()
            wait_until(lambda: len(told(shown)) == 8, "the second daemon")
            assert time.monotonic() - begun < 3


# --- clocks and suspends ---------------------------------------------------------------------------------------


def test_stopped_across_the_due_time_it_tells_once_when_it_goes_on(home: Home, shown: Path) -> None:
    with daemon_process(home, shown) as stopped:
        put_reminders(home.database, [_now() + timedelta(seconds=2)])
        wait_until(lambda: rows(home.database, "status") == [("pending",)], "the booking")
        stopped.send_signal(signal.SIGSTOP)
        time.sleep(4)  # the due time passes while it sleeps
        assert told(shown) == []
        stopped.send_signal(signal.SIGCONT)
        woken = _now().timestamp()
        wait_until(lambda: told(shown), "the reminder")
        assert float(str(told(shown)[0]["at"])) - woken < 1.0
    assert set(_ids(shown).values()) == {1}


def test_one_stopped_and_one_awake_tell_once(home: Home, shown: Path) -> None:
    with daemon_process(home, shown) as stopped, daemon_process(home, shown) as awake:
        put_reminders(home.database, [_now() + timedelta(seconds=1.5)] * 20)
        time.sleep(1)  # both have planned it
        stopped.send_signal(signal.SIGSTOP)
        wait_until(lambda: len(told(shown)) == 20, "the one that is awake")
        stopped.send_signal(signal.SIGCONT)
        time.sleep(2)
    assert set(_ids(shown).values()) == {1}
    assert {line["pid"] for line in told(shown)} == {awake.pid}


class _Faketime:
    """A clock that can be set while the daemon runs; the monotonic one stays as it is, as on a real machine."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "faketime"
        self.set(timedelta())
        library = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
        if library is None:
            needed("libfaketime")
        self.environment = {
            **os.environ,
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, off: timedelta) -> None:
        """Set the clock to the real time and so much."""
        self.off = off
        part = self.file.with_suffix(".part")
        part.write_text(f"{off.total_seconds():+.0f}\n")
        part.replace(self.file)

    def now(self) -> datetime:
        """Return what the clock shows."""
        return _now() + self.off


@pytest.mark.system
def test_the_clock_set_back_an_hour_repeats_nothing_and_stops_nothing(
    home: Home, shown: Path, tmp_path: Path
) -> None:
    clock = _Faketime(tmp_path)
    with daemon_process(home, shown, clock.environment):
        put_reminders(home.database, [clock.now()])
        wait_until(lambda: len(told(shown)) == 1, "before")
        clock.set(timedelta(hours=-1))
        time.sleep(1)
        put_reminders(home.database, [clock.now() + timedelta(seconds=2)])
        begun = time.monotonic()
        wait_until(lambda: len(told(shown)) == 2, "an hour earlier")
        assert 1 < time.monotonic() - begun < 4
        clock.set(timedelta())
        put_reminders(home.database, [clock.now()])
        wait_until(lambda: len(told(shown)) == 3, "and back")
        time.sleep(1.5)
    assert _ids(shown) == {1: 1, 2: 1, 3: 1}


@pytest.mark.system
def test_a_night_of_sleep_brings_the_reminder_late_or_says_that_it_is_missed(
    home: Home, shown: Path, tmp_path: Path
) -> None:
    """As a suspend is: all processes stand still, and then it is hours later."""
    clock = _Faketime(tmp_path)
    begins = clock.now() + timedelta(hours=10)
    (home.data / BEGINS_AT_FILE).write_text(begins.isoformat())
    with (
        daemon_process(home, shown, clock.environment) as asleep,
        daemon_process(home, shown, clock.environment) as too,
    ):
        put_reminders(home.database, [begins - timedelta(hours=2)], kind="2_hours")
        time.sleep(1)
        for process in (asleep, too):
            process.send_signal(signal.SIGSTOP)
        clock.set(timedelta(hours=8, minutes=10))
        for process in (asleep, too):
            process.send_signal(signal.SIGCONT)
        wait_until(lambda: told(shown), "the late reminder")
        (line,) = told(shown)
        assert "in 1 h 50 min" in str(line["title"])
        assert "comes late" in str(line["body"])
        put_reminders(home.database, [begins - timedelta(minutes=30)])
        time.sleep(1)
        clock.set(timedelta(hours=11))
        wait_until(lambda: rows(home.database, "status", "id = 2") == [("missed",)], "the missed one")
        time.sleep(1)
    assert _ids(shown) == {1: 1}
    assert rows(home.database, "status, late") == [("sent", 1), ("missed", 0)]


@pytest.mark.system
@pytest.mark.parametrize(
    ("zone", "spring_or_autumn"),
    [
        (zone, night)
        for zone, nights in {
            "Europe/Berlin": ("2026-03-29T00:30+00:00", "2026-10-25T00:30+00:00"),
            "America/New_York": ("2026-03-08T06:30+00:00", "2026-11-01T05:30+00:00"),
            "Australia/Sydney": ("2026-10-03T15:30+00:00", "2026-04-04T15:30+00:00"),
        }.items()
        for night in nights
    ],
)
def test_the_nights_when_the_clocks_change(
    home: Home, shown: Path, tmp_path: Path, zone: str, spring_or_autumn: str
) -> None:
    """Half an hour before the change one is due three seconds ahead and one an hour ahead: hours that pass."""
    clock = _Faketime(tmp_path)
    start = datetime.fromisoformat(spring_or_autumn)
    clock.set(timedelta(seconds=round((start - _now()).total_seconds())))
    with daemon_process(home, shown, clock.environment | {"TZ": zone}):
        put_reminders(home.database, [clock.now() + timedelta(seconds=2), clock.now() + timedelta(hours=1)])
        wait_until(lambda: len(told(shown)) == 1, "before the change")
        time.sleep(1.5)
        assert len(told(shown)) == 1, "the clock on the wall jumped; an hour has not passed"
        clock.set(clock.off + timedelta(minutes=59, seconds=50))
        time.sleep(1.5)
        assert len(told(shown)) == 1
        clock.set(clock.off + timedelta(seconds=10))
        wait_until(lambda: len(told(shown)) == 2, "an hour later")
    assert _ids(shown) == {1: 1, 2: 1}


# --- the database and the end ----------------------------------------------------------------------------------


def test_the_database_locked_for_eleven_seconds(home: Home, shown: Path) -> None:
    with daemon_process(home, shown), daemon_process(home, shown):
        put_reminders(home.database, [_now() + timedelta(seconds=1)] * 5)
        holder = sqlite3.connect(home.database, isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN IMMEDIATE")
        time.sleep(11)
        assert told(shown) == []
        holder.execute("COMMIT")
        holder.close()
        wait_until(lambda: len(told(shown)) == 5, "after the lock")
        wait_until(lambda: rows(home.database, "count(*)", "status = 'sent'") == [(5,)], "the writing")
    assert set(_ids(shown).values()) == {1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(home: Home, shown: Path, number: signal.Signals) -> None:
    with daemon_process(home, shown) as daemon:
        assert [(one.role, one.pid) for one in living(home.data / "running")] == [("daemon", daemon.pid)]
        begun = time.monotonic()
        daemon.send_signal(number)
        assert daemon.wait(20) == 0
        assert time.monotonic() - begun < 5
    assert list((home.data / "running").iterdir()) == []


def test_ended_in_the_middle_of_many_it_gives_the_rest_back(home: Home, shown: Path) -> None:
    with daemon_process(home, shown) as daemon:
        put_reminders(home.database, [_now()] * 400)
        wait_until(lambda: len(told(shown)) > 10, "some")
        daemon.terminate()
        assert daemon.wait(20) == 0
    sent = rows(home.database, "id", "status = 'sent'")
    assert len(sent) == len(told(shown)), "each that was shown is written down"
    assert rows(home.database, "count(*)", "claimed_by IS NOT NULL") == [(0,)]


def test_once_tells_what_is_due_and_ends(home: Home, shown: Path) -> None:
    put_reminders(home.database, [_now(), _now() + timedelta(hours=1)])
    subprocess.run(
        [sys.executable, "-m", "tests.fakes.desktop", str(home.data.parent), str(shown), "once"],
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert _ids(shown) == {1: 1}
    assert list((home.data / "running").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_the_budgets_hold() -> None:
    """The issue's figures at 20,000 reminders; what waits for a shared disk's commits is left to the benchmark."""
    from tests.benchmarks.reminders import measure

    broken: list[str] = []
    for _ in range(2):  # a machine that was busy for a while gets a second chance
        found = [
            one for one in measure(20_000, 20) if "claimed" not in one.name and "booking" not in one.name
        ]
        broken = [f"{one.name}: {one.p95:.3f} {one.unit}" for one in found if one.kept is False]
        if not broken:
            break
    assert broken == []
