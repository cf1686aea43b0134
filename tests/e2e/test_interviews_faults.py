"""What may happen to real rounds until they are told: nights, journeys, sleep, deaths, a desktop that is gone."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.cli.app import run
from jobcopilot.clock import FixedClock
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from tests.e2e.desktop_rounds import HOUR, Machine, book
from tests.fakes.desktop import fresh_home
from tests.fakes.interviews import BERLIN, NOON, Pipeline
from tests.fakes.session_bus import Dunst, SessionBus, dunst, session_bus, wait_until

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's"),
]

STARTS = datetime(2026, 12, 1, 15, tzinfo=UTC)
"""Four in the afternoon in Berlin, a Tuesday."""
DUE = STARTS - 2 * HOUR
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[SessionBus]:
    with session_bus(tmp_path) as running:
        yield running


@pytest.fixture
def screen(bus: SessionBus, tmp_path: Path) -> Iterator[Dunst]:
    with dunst(bus, tmp_path) as running:
        yield running


@pytest.fixture
def machine(screen: Dunst, tmp_path: Path) -> Machine:
    return Machine(tmp_path, screen, now=DUE - HOUR)


# --- clocks and zones ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "wall", "due", "says"),
    [
        ("Europe/Berlin", "2026-03-29 04:00", "2026-03-29T00:00Z", "Today 04:00–05:00 CEST"),
        ("Europe/Berlin", "2026-10-25 04:00", "2026-10-25T01:00Z", "Today 04:00–05:00 CET"),
        ("America/New_York", "2026-03-08 04:00", "2026-03-08T06:00Z", "Today 04:00–05:00 EDT"),
        ("America/New_York", "2026-11-01 03:00", "2026-11-01T06:00Z", "Today 03:00–04:00 EST"),
        ("Australia/Sydney", "2026-10-04 04:00", "2026-10-03T15:00Z", "Today 04:00–05:00 AEDT"),
        ("Australia/Sydney", "2026-04-05 04:00", "2026-04-04T16:00Z", "Today 04:00–05:00 AEST"),
    ],
)
def test_a_round_after_the_night_of_the_change_is_told_two_true_hours_before(
    screen: Dunst, tmp_path: Path, zone: str, wall: str, due: str, says: str
) -> None:
    """Clocks change within those two hours: counted on the wall they would be one or three."""
    moment = datetime.fromisoformat(due)
    machine = Machine(tmp_path, screen, now=moment - 3 * HOUR, zone=zone)
    with machine.runtime() as runtime:
        runtime.jobs.add(JobDraft("Data Engineer", "Acme"))
    booked = machine.cli("interviews", "add", "1", "--stage", "Call", "--at", wall)
    assert datetime.fromisoformat(booked["start"]) == moment + 2 * HOUR
    with machine.runtime() as runtime:
        # What comes just after the moment at which counting on the wall would tell an hour too early.
        runtime.rounds.add_reminder(booked["id"], moment - 59 * MINUTE)
    with machine.daemon():
        machine.set(moment - 59 * MINUTE)
        machine.waits_for(1, "an hour before")
        machine.set(moment)
        machine.waits_for(2, "two hours before")
        machine.has_written_down(2)
    assert [
        (kind, datetime.fromtimestamp(due_at / 1000, UTC), late)
        for kind, due_at, late in machine.reminders("kind, due_at, late", "status = 'sent'")
    ] == [("2_hours", moment, 0), ("custom", moment - 59 * MINUTE, 0)]
    told = machine.told()
    assert [title for title, _ in told] == ["Call with Acme: in 2 h 59 min", "Call with Acme: in 2 h"]
    assert [lines[0] for _, lines in told] == [says, says]


def test_a_journey_changes_what_is_said_and_not_when(machine: Machine) -> None:
    """The daemon runs all along; the zone that was agreed stands in brackets."""
    with machine.runtime() as runtime:
        for hours, company in enumerate(("At home", "In Tokyo", "In New York")):
            book(runtime, company, STARTS + hours * HOUR, zone="Europe/Berlin")
    dues = machine.reminders("due_at", "kind = '2_hours'")
    with machine.daemon():
        for hours, zone in enumerate(("Europe/Berlin", "Asia/Tokyo", "America/New_York")):
            machine.travel(zone)
            machine.set(DUE + hours * HOUR)
            machine.waits_for(hours + 1, zone)
    assert [(title, lines[0]) for title, lines in machine.told()] == [
        ("Call with At home: in 2 h", "Today 16:00–17:00 CET"),
        ("Call with In Tokyo: in 2 h", "Tomorrow 01:00–02:00 JST (Tue 17:00 CET)"),
        ("Call with In New York: in 2 h", "Today 12:00–13:00 EST (18:00 CET)"),
    ]
    assert machine.reminders("due_at", "kind = '2_hours'") == dues


def test_the_clock_set_back_an_hour_tells_no_round_again(machine: Machine) -> None:
    machine.book("Told", STARTS)
    machine.book("After", STARTS + MINUTE)
    with machine.daemon():
        machine.set(DUE)
        machine.waits_for(1, "the first time")
        machine.has_written_down(1)
        machine.set(DUE - HOUR)
        machine.book("In that hour", STARTS - HOUR / 2)
        machine.set(DUE - HOUR / 2)
        machine.waits_for(2, "the hour that comes again")
        machine.set(DUE + MINUTE)
        machine.waits_for(3, "what comes after the same moment")
    assert machine.titles() == [f"Call with {name}: in 2 h" for name in ("Told", "In that hour", "After")]


# --- sleep -----------------------------------------------------------------------------------------------------


def test_a_night_of_sleep_with_two_daemons(machine: Machine) -> None:
    """Both stand still, hours pass, one round begins, others are moved and cancelled by a command meanwhile."""
    with machine.runtime() as runtime:
        _, begun = book(runtime, "Begun", STARTS)
        book(runtime, "Late", STARTS + HOUR)
        _, moved = book(runtime, "Moved", STARTS)
        _, cancelled = book(runtime, "Cancelled", STARTS + HOUR)
    with machine.daemon() as one, machine.daemon() as other:
        for process in (one, other):
            process.send_signal(signal.SIGSTOP)
        machine.cli("interviews", "move", str(moved), "--at", "2026-12-01 18:30")
        machine.cli("interviews", "cancel", str(cancelled))
        machine.set(STARTS + 10 * MINUTE)
        for process in (one, other):
            process.send_signal(signal.SIGCONT)
        woken = time.monotonic()
        machine.waits_for(1, "the late one")
        print(f"the late one came {time.monotonic() - woken:.2f} s after waking")
        wait_until(lambda: machine.reminders("id", "status = 'missed'"), "the missed one")
        machine.set(STARTS + HOUR / 2)
        machine.waits_for(2, "the moved one")
    (late, lines), (after, _) = machine.told()
    assert (late, after) == ("Call with Late: in 50 min", "Call with Moved: in 2 h")
    assert lines[-1] == "This comes late: it was due today 15:00 CET."
    assert machine.reminders("subject_id", "status = 'missed'") == [(begun,)]


# --- the desktop is gone ---------------------------------------------------------------------------------------


def test_without_a_desktop_it_has_failed_and_comes_when_there_is_one(
    machine: Machine, bus: SessionBus, screen: Dunst
) -> None:
    _, round_id = machine.book("Acme", STARTS)
    screen.stop()
    bus.stop()
    with machine.daemon():
        machine.set(DUE)
        wait_until(lambda: machine.reminders("id", "status = 'failed'"), "the failure")
        (listed,) = machine.cli("reminders", "list")["reminders"]
        assert (listed["status"], listed["subject"]["id"]) == ("failed", round_id)
        assert "desktop" in listed["error"]
        bus.start()
        screen.start()
        machine.set(DUE + 10 * MINUTE)
        machine.waits_for(1, "the desktop that is back")
        machine.has_written_down(1)
    ((title, lines),) = machine.told()
    assert title == "Call with Acme: in 1 h 50 min"
    assert lines[-1] == "This comes late: it was due today 14:00 CET."


# --- deaths ----------------------------------------------------------------------------------------------------

KILLS = 6
ROUNDS = 120


def test_daemons_killed_while_they_tell_lose_no_round(machine: Machine) -> None:
    """Signal 9 at random moments; twice comes only what was shown and not yet written down, at most once a death."""
    with machine.runtime() as runtime:
        for number in range(ROUNDS):
            book(runtime, f"Company {number}", STARTS)
    machine.set(DUE + MINUTE)
    chance = random.Random(20261201)
    for _ in range(KILLS):
        with machine.daemon() as doomed:
            before = machine.screen.displayed()
            wait_until(lambda: machine.screen.displayed() > before, "some of them")  # noqa: B023
            time.sleep(chance.uniform(0, 0.05))  # any moment between due and written down
            doomed.send_signal(signal.SIGKILL)
            doomed.wait()
        assert machine.reminders("id", "status = 'pending'"), "it died while there was more to tell"
    with machine.daemon():
        machine.has_written_down(ROUNDS)
    told = Counter(title.partition(":")[0] for title in machine.titles())
    twice = {title: count for title, count in told.items() if count > 1}
    print(f"{KILLS} deaths among {ROUNDS} rounds: {len(told)} told, {sum(twice.values()) - len(twice)} again")
    assert set(told) == {f"Call with Company {number}" for number in range(ROUNDS)}
    assert sum(told.values()) <= ROUNDS + KILLS


_BUSY = """
import itertools, sys
from datetime import timedelta
from jobcopilot.cli.app import run
from jobcopilot.clock import FixedClock
from jobcopilot.jobs.views import JobDraft
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from tests.fakes.interviews import BERLIN, NOON
runtime = Runtime(find_home(sys.argv[1]), clock=FixedClock(NOON, BERLIN))
runtime.open()
job_id = runtime.jobs.add(JobDraft("Data Engineer", "Acme")).job_id
for number in itertools.count(1):
    starts = NOON + timedelta(days=3, hours=number)
    booked = runtime.rounds.book(job_id, {"stage": "Call", "starts_at": starts}).round.id
    runtime.rounds.move(booked, NOON + timedelta(days=9, hours=number))
    runtime.rounds.cancel(booked) if number % 3 else runtime.rounds.complete(booked)
    print("busy", flush=True)
"""


def test_killed_while_booking_moving_and_cancelling_the_reminders_are_those_of_the_rounds(
    tmp_path: Path,
) -> None:
    home = fresh_home(tmp_path / "home")
    chance = random.Random(20261201)
    acts = 0
    for _ in range(10):
        busy = subprocess.Popen(
            [sys.executable, "-c", _BUSY, str(tmp_path / "home")],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        try:
            assert busy.stdout is not None
            assert busy.stdout.readline() == "busy\n"
            time.sleep(chance.uniform(0, 0.4))  # any moment of any transaction
        finally:
            busy.kill()
            busy.communicate()
        clock = FixedClock(NOON, BERLIN)
        pipeline = Pipeline(Runtime(find_home(tmp_path / "home"), clock=clock), clock)
        assert set(pipeline.pending()) == pipeline.asked_for()
        ((acts,),) = pipeline.rows("SELECT count(*) FROM change_batch")
        pipeline.runtime.close()
    with sqlite3.connect(home.database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    print(f"10 deaths among {acts} acts")
    assert acts >= 30, "each had done something"


# --- what is typed ---------------------------------------------------------------------------------------------

TOMORROW = ("--stage", "Call", "--at", "tomorrow 15:00")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--stage", " ", "--at", "tomorrow 15:00"), "stage"),
        ((*TOMORROW, "--minutes", "0"), "minutes"),
        ((*TOMORROW, "--minutes=-30"), "length is not understood"),
        ((*TOMORROW, "--minutes", "30 days"), "minutes"),
        ((*TOMORROW, "--zone", "Europe/Atlantis"), "Europe/Atlantis"),
        ((*TOMORROW, "--link", "javascript:alert(1)"), "link"),
        ((*TOMORROW, "--contact", "Grace <grace at acme>"), "e-mail"),
        (("--stage", "Call", "--at", "1970-01-01 10:00"), "1970"),
        (("--stage", "Call", "--at", "9999-12-31 23:59"), "9999"),
    ],
)
def test_a_bad_word_on_the_command_line_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    home = fresh_home(tmp_path / "home")

    def typed(*command: str) -> int:
        return run(["--home", str(tmp_path / "home"), *command], lambda opened, profile: 0)

    assert typed("jobs", "add", "--title", "Data Engineer", "--company", "Acme") == 0
    capsys.readouterr()
    assert typed("interviews", "add", "1", *words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err
    for table in ("round", "contact", "preparation_task", "reminder"):
        with sqlite3.connect(home.database) as connection:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        connection.close()
