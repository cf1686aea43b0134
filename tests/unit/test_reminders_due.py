"""Claims: one process sends, a dead one holds nothing, a clock that jumps changes nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.errors import StorageError
from jobcopilot.paths import Home
from jobcopilot.reminders.due import LEASE, Claims, Outcome, Watch, retry_after
from jobcopilot.reminders.presence import Presence, is_gone, living
from tests.fakes.desktop import fresh_home, put_reminders, rows

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class _Steady:
    """A monotonic clock that a test moves."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return fresh_home(tmp_path)


@pytest.fixture
def steady() -> _Steady:
    return _Steady()


@pytest.fixture
def two(home: Home, steady: _Steady) -> Iterator[tuple[Claims, Claims]]:
    """Two processes' hands on one database; both live."""
    hands = []
    for role in ("app", "daemon"):
        presence = Presence(home.data / "running", role)
        presence.enter()
        hands.append(Claims(home.database, presence, monotonic=steady))
    yield hands[0], hands[1]
    for hand in hands:
        hand.close()
        hand.presence.leave()


def test_each_due_reminder_is_claimed_by_one_and_the_longest_due_first(
    home: Home, two: tuple[Claims, Claims]
) -> None:
    put_reminders(home.database, [NOW - MINUTE * i for i in range(10)] + [NOW + MINUTE])
    first, second = two
    mine, others = first.take(NOW), second.take(NOW)
    assert [claimed.id for claimed in mine] == [10, 9, 8, 7, 6, 5, 4, 3]
    assert [claimed.id for claimed in others] == [2, 1]
    assert first.take(NOW, in_hand=range(3, 11)) == second.take(NOW, in_hand=(1, 2)) == []
    assert first.next_due() == NOW - MINUTE * 9


def test_what_is_settled_is_over(home: Home, two: tuple[Claims, Claims]) -> None:
    put_reminders(home.database, [NOW])
    (claimed,) = two[0].take(NOW)
    assert two[0].settle(claimed, Outcome("sent", counts=True, sent_at=NOW, channels=("desktop",)), NOW)
    assert not two[0].settle(claimed, Outcome("failed"), NOW), "it is no longer held"
    assert rows(home.database, "status, attempts, next_attempt, claimed_by, channels") == [
        ("sent", 1, None, None, "desktop")
    ]
    assert two[1].next_due() is None


def test_a_clean_end_gives_back_at_once(home: Home, two: tuple[Claims, Claims]) -> None:
    put_reminders(home.database, [NOW, NOW])
    first, second = two
    taken = first.take(NOW)
    first.let_go(keep={taken[0].id})
    assert [claimed.id for claimed in second.take(NOW)] == [taken[1].id]


def test_a_living_process_keeps_its_claim_however_the_wall_clock_jumps(
    home: Home, two: tuple[Claims, Claims], steady: _Steady
) -> None:
    put_reminders(home.database, [NOW])
    first, second = two
    (claimed,) = first.take(NOW)
    for jump in (timedelta(days=400), timedelta(hours=-1), timedelta(0)):
        assert second.take(NOW + jump) == []
    assert first.holds(claimed)
    steady.seconds += LEASE.total_seconds() + 1
    assert not first.holds(claimed), "a process that was stopped for so long must not send any more"
    assert [taken.id for taken in second.take(NOW)] == [claimed.id]
    assert not first.settle(claimed, Outcome("sent"), NOW)


def test_a_lease_from_before_a_restart_of_the_machine_holds_nothing(
    home: Home, two: tuple[Claims, Claims], steady: _Steady
) -> None:
    put_reminders(home.database, [NOW])
    two[0].take(NOW)
    steady.seconds = 3.0
    assert len(two[1].take(NOW)) == 1


def test_a_killed_process_holds_nothing_a_moment_later(
    home: Home, two: tuple[Claims, Claims], steady: _Steady
) -> None:
    put_reminders(home.database, [NOW])
    code = (
        "import sys, datetime, pathlib\n"
        "from jobcopilot.reminders.due import Claims\n"
        "from jobcopilot.reminders.presence import Presence\n"
        "presence = Presence(pathlib.Path(sys.argv[1]), 'daemon'); presence.enter()\n"
        "claims = Claims(pathlib.Path(sys.argv[2]), presence)\n"
        "print(len(claims.take(datetime.datetime.fromisoformat(sys.argv[3]))), flush=True)\n"
        "sys.stdin.read()\n"
    )
    folder = home.data / "running"
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(home.database), NOW.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "1\n"
    steady.seconds = time.monotonic()
    assert two[0].take(NOW) == []
    assert child.pid in {one.pid for one in living(folder)}
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    assert len(two[0].take(NOW)) == 1
    assert child.pid not in {one.pid for one in living(folder)}


def test_a_pause_that_a_clock_set_back_would_stretch_is_void(home: Home, two: tuple[Claims, Claims]) -> None:
    put_reminders(home.database, [NOW])
    (claimed,) = two[0].take(NOW)
    two[0].settle(claimed, Outcome("failed", next_attempt=NOW + MINUTE, counts=True), NOW)
    assert two[1].take(NOW + MINUTE / 2) == []
    assert len(two[1].take(NOW - timedelta(hours=1))) == 1


def test_what_failed_without_a_channel_that_only_this_process_has_is_due_at_once(
    home: Home, two: tuple[Claims, Claims]
) -> None:
    put_reminders(home.database, [NOW])
    daemon, app = two
    (claimed,) = daemon.take(NOW)
    daemon.settle(claimed, Outcome("failed", NOW + MINUTE, counts=True, channels=("desktop",)), NOW)
    assert daemon.take(NOW) == []
    (again,) = app.take(NOW, beyond="terminal")
    app.settle(again, Outcome("failed", NOW + MINUTE, counts=True, channels=("desktop", "terminal")), NOW)
    assert app.take(NOW, beyond="terminal") == []
    assert len(app.take(NOW + MINUTE, beyond="terminal")) == 1


def test_pauses_double_from_five_seconds_to_five_minutes() -> None:
    pauses = [retry_after(attempt).total_seconds() for attempt in (1, 2, 3, 6, 7, 8, 300)]
    assert pauses == [5, 10, 20, 160, 300, 300, 300]


def test_a_change_by_another_process_is_noticed_and_ones_that_were_not_made_are_not(home: Home) -> None:
    watch = Watch(home.database)
    assert watch.changed(), "the first look has seen nothing yet"
    assert not watch.changed()
    put_reminders(home.database, [NOW])
    assert watch.changed()
    assert not watch.changed()
    watch.close()


def test_a_file_put_in_the_databases_place_is_noticed(home: Home, two: tuple[Claims, Claims]) -> None:
    watch = Watch(home.database)
    watch.changed()
    assert two[0].take(NOW) == []
    other = home.data / "restored.sqlite3"
    with sqlite3.connect(home.database) as here, sqlite3.connect(other) as there:
        here.backup(there)
    put_reminders(other, [NOW])
    other.replace(home.database)
    assert watch.changed()
    assert len(two[0].take(NOW)) == 1
    watch.close()


def test_a_lock_makes_the_watch_doubt_and_never_wait(home: Home) -> None:
    watch = Watch(home.database)
    watch.changed()
    home.database.rename(home.data / "elsewhere.sqlite3")
    assert watch.changed()
    assert watch.changed()
    (home.data / "elsewhere.sqlite3").rename(home.database)
    assert watch.changed()
    watch.close()


def test_a_name_that_is_no_name_is_gone_and_touches_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "outside.lock"
    outside.touch()
    (tmp_path / "running").mkdir()
    assert is_gone(tmp_path / "running", "../outside")
    assert is_gone(tmp_path / "running", "")
    assert outside.exists()


def test_a_folder_that_cannot_be_written_is_told() -> None:
    with pytest.raises(StorageError, match="running programs"):
        Presence(Path("/proc/nowhere"), "app").enter()
