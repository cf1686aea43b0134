"""Real rounds on a real desktop: booked by the command, told by the daemon and the app, read from dunst."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.desktop_rounds import HOUR, Machine, book, book_of
from tests.e2e.terminal import Terminal
from tests.fakes.session_bus import Dunst, dunst, session_bus
from tests.hostile import HOSTILE

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's"),
]

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""A Tuesday; one o'clock in Berlin."""
STARTS = NOON + 3 * HOUR
DUE = STARTS - 2 * HOUR
MINUTE = timedelta(minutes=1)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Dunst]:
    with session_bus(tmp_path) as bus, dunst(bus, tmp_path) as running:
        yield running


@pytest.fixture
def machine(screen: Dunst, tmp_path: Path) -> Machine:
    return Machine(tmp_path, screen, now=NOON)


def test_two_hours_before_it_says_all_that_is_needed(machine: Machine) -> None:
    machine.cli("jobs", "add", "--title", "Data Engineer", "--company", "Acme")
    booked = machine.cli(
        *(
            "interviews",
            "add",
            "1",
            "--stage",
            "Technical Interview",
            "--at",
            "2026-12-01 10:00 America/New_York",
        ),
        *("--minutes", "45", "--format", "video", "--link", "https://meet.example/acme"),
        *("--contact", "Grace Hopper", "--contact", "Ada <ada@acme.example>"),
    )
    assert booked["start"] == STARTS.isoformat()
    machine.book("Globex", STARTS + MINUTE, stage="On-site", format="onsite", place="Hauptstr. 1, Berlin")
    with machine.runtime() as runtime:
        first, *still_open = sorted(runtime.interviews.tasks(booked["id"]), key=lambda task: task.position)
        runtime.tasks.done(first.id)
    with machine.daemon():
        machine.set(DUE)
        machine.waits_for(1, "the first reminder")
        machine.set(DUE + MINUTE)
        machine.waits_for(2, "the second reminder")
    (title, lines), (other, others) = machine.told()
    assert title == "Technical Interview with Acme: in 2 h"
    prepare = lines.pop(3)
    assert lines == [
        "Today 16:00–16:45 CET (10:00 EST)",
        "https://meet.example/acme",
        "With: Ada, Grace Hopper",
        "Data Engineer",
    ]
    names = [task.title for task in still_open]
    assert prepare in {
        f"Still to prepare: {', '.join(names[:some])} and {len(names) - some} more" for some in range(1, 5)
    }
    assert other == "On-site with Globex: in 2 h"
    assert others[:2] == ["Today 16:01–19:01 CET", "Hauptstr. 1, Berlin"]


def test_moved_cancelled_deleted_and_brought_back(machine: Machine) -> None:
    """Each by a command while the daemon runs; the last to be told stands for those that never are."""
    with machine.runtime() as runtime:
        _, moved = book(runtime, "Moved", STARTS)
        _, cancelled = book(runtime, "Cancelled", STARTS)
        gone, gone_round = book(runtime, "Gone", STARTS)
        back, _ = book(runtime, "Back", STARTS)
        book(runtime, "Stays", STARTS + MINUTE)
        runtime.rounds.add_reminder(gone_round, STARTS - HOUR / 2)
    with machine.daemon():
        machine.cli("interviews", "move", str(moved), "--at", "2026-12-01 16:10")
        machine.cli("interviews", "cancel", str(cancelled))
        batch = machine.cli("jobs", "delete", str(gone))["batch"]
        machine.cli("jobs", "undo", str(machine.cli("jobs", "delete", str(back))["batch"]))
        machine.set(DUE)
        machine.waits_for(1, "the one that was brought back")
        machine.set(DUE + MINUTE)
        machine.waits_for(2, "the one that nobody touched")
        machine.set(DUE + 10 * MINUTE)
        machine.waits_for(3, "the moved one at its new time")
        machine.set(STARTS - HOUR)
        machine.cli("jobs", "undo", str(batch))
        machine.waits_for(4, "what fell due while the job was gone")
        machine.set(STARTS - HOUR / 2)
        machine.waits_for(5, "what was still ahead of it")
        machine.has_written_down(5)
    told = machine.told()
    assert [title for title, _ in told] == [
        "Call with Back: in 2 h",
        "Call with Stays: in 2 h",
        "Call with Moved: in 2 h",
        "Call with Gone: in 1 h",
        "Call with Gone: in 30 min",
    ]
    late = ["comes late" in lines[-1] for _, lines in told]
    assert late == [False, False, False, True, False]
    assert told[2][1][0] == "Today 16:10–17:10 CET"


def test_what_fell_due_while_nothing_ran_comes_late_or_is_listed_as_missed(machine: Machine) -> None:
    _, missed = machine.book("Missed", STARTS)
    _, late = machine.book("Late", STARTS + HOUR)
    machine.set(STARTS + 10 * MINUTE)
    counts = machine.cli("daemon", "run", "--once")
    assert (counts["sent"], counts["late"], counts["missed"]) == (1, 1, 1)
    listed = machine.cli("reminders", "list")
    assert (listed["reminders"], listed["unseen"]) == ([], 1), "the list says that there is something to see"
    inbox = {one["subject"]["id"]: one for one in machine.cli("reminders", "list", "--inbox")["reminders"]}
    assert (inbox[missed]["status"], inbox[missed]["title"]) == ("missed", "Call with Missed: has begun")
    assert (inbox[late]["status"], inbox[late]["late"]) == ("sent", True)
    assert machine.cli("daemon", "run", "--once")["sent"] == 0
    ((title, lines),) = machine.told()
    assert title == "Call with Late: in 50 min"
    assert lines[-1] == "This comes late: it was due today 15:00 CET."


def test_nothing_hostile_reaches_the_desktop_as_markup(machine: Machine) -> None:
    crafted = '<b>x</b> & <img src="http://evil.example/p.png"> \x1b[31m\u202ered &lt;u&gt; %s %b'
    machine.cli("jobs", "add", "--title", crafted, "--company", crafted)
    machine.cli(
        *("interviews", "add", "1", "--stage", crafted, "--at", "2026-12-01 16:00", "--format", "onsite"),
        *("--place", crafted, "--contact", crafted),
    )
    with machine.runtime() as runtime:
        for words in HOSTILE.values():
            book_of(runtime, words, STARTS)
    count = len(HOSTILE) + 1
    with machine.daemon():
        machine.set(DUE)
        machine.waits_for(count, "every reminder")
        machine.has_written_down(count)
    showed = machine.screen.showed()
    assert sorted((summary, html.unescape(body)) for summary, body in showed) == sorted(
        machine.reminders("title, body")
    ), "what is shown is what was said, to the letter"
    for summary, body in showed:
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;|quot;|#\d+;)", body)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", summary + body)
    (from_command,) = (summary for summary, _ in showed if "evil.example" in summary and "%b" in summary)
    assert from_command.startswith('<b>x</b> & <img src="http://evil.example/p.png">')


@pytest.fixture
def app(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Terminal]]:
    """Start the real app in a terminal on the same machine."""
    opened: list[Terminal] = []

    def start() -> Terminal:
        opened.append(Terminal(home=machine.home.data.parent))
        return opened[-1]

    machine.home.config.mkdir(parents=True)
    machine.home.settings_file.write_text("onboarded = true\n")
    for name, value in machine.environment.items():
        monkeypatch.setenv(name, value)
    yield start
    for terminal in opened:
        terminal.close()


def test_app_and_daemon_at_once_tell_each_round_once_and_each_goes_on_alone(
    machine: Machine, app: Callable[[], Terminal]
) -> None:
    raced = 30
    with machine.runtime() as runtime:
        for number in range(raced):
            book(runtime, f"Raced {number}", STARTS)
        for number, name in enumerate(("Both", "App", "Daemon"), 1):
            book(runtime, name, STARTS + number * MINUTE)
    with machine.daemon() as daemon:
        terminal = app()
        terminal.wait_for("● reminders armed")
        machine.set(DUE)
        machine.waits_for(raced, "the rounds that both are at")
        machine.set(DUE + MINUTE)
        machine.waits_for(raced + 1, "one that comes after all of them")
        machine.has_written_down(raced + 1)
        daemon.kill()
        daemon.wait()
        machine.set(DUE + 2 * MINUTE)
        machine.waits_for(raced + 2, "the app alone")
    with machine.daemon():
        terminal.press("q")
        assert terminal.exit_code() == 0
        machine.set(DUE + 3 * MINUTE)
        machine.waits_for(raced + 3, "the daemon alone")
        machine.has_written_down(raced + 3)
    titles = machine.titles()
    companies = sorted(title.partition(":")[0] for title in titles[:raced])
    assert companies == sorted(f"Call with Raced {number}" for number in range(raced))
    assert titles[raced:] == [f"Call with {name}: in 2 h" for name in ("Both", "App", "Daemon")]
    assert set(machine.reminders("status, attempts, late")) == {("sent", 1, 0)}
