"""`jobcopilot reminders` and `jobcopilot daemon`: what people and scripts get to see."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typer

from jobcopilot.cli import daemon, reminders
from jobcopilot.clock import FixedClock
from jobcopilot.errors import JobcopilotError, NotFound, StorageError, UsageError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import Home, find_home
from jobcopilot.reminders import daemon as daemon_room
from jobcopilot.reminders import services
from jobcopilot.reminders.presence import Presence
from jobcopilot.reminders.subjects import Subjects
from jobcopilot.reminders.views import Described
from jobcopilot.runtime import Runtime
from tests.fakes.desktop import FakeDesktop, fresh_home, put_reminders, rows

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
Call = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return fresh_home(tmp_path / "home")


@pytest.fixture
def call(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run one command on the home at a fixed time; return what it printed, JSON understood."""
    root = typer.Typer()
    root.add_typer(reminders.commands, name="reminders")
    root.add_typer(daemon.commands, name="daemon")

    @root.callback()
    def shared(context: typer.Context) -> None:
        context.obj = Runtime(home, clock=FixedClock(NOW, BERLIN))

    def round_of(number: int) -> Described | None:
        return Described(f"Round {number}", begins_at=NOW + timedelta(hours=30)) if number < 100 else None

    monkeypatch.setattr(reminders, "subjects_of", lambda runtime: Subjects({"round": round_of}))
    monkeypatch.setattr(daemon, "subjects_of", lambda runtime: Subjects({"round": round_of}))

    def run(*words: str, exit_code: int = 0) -> Any:
        code = root(args=list(words), standalone_mode=False)
        out = capsys.readouterr().out
        assert (code if isinstance(code, int) else 0) == exit_code, out
        return json.loads(out) if "--json" in words else out

    return run


def test_what_is_to_come_and_what_was_told(call: Call, home: Home) -> None:
    put_reminders(home.database, [NOW + timedelta(hours=2), NOW + timedelta(minutes=10)])
    put_reminders(home.database, [NOW - timedelta(hours=3)])
    with sqlite3.connect(home.database) as connection:
        connection.execute(
            "UPDATE reminder SET status = 'missed', next_attempt = NULL, title = 'Call: has begun', updated_at = ?"
            " WHERE id = 3",
            (round(NOW.timestamp() * 1000),),
        )
    listed = call("reminders", "list", "--json")
    assert [(r["id"], r["status"], r["overdue"]) for r in listed["reminders"]] == [
        (2, "pending", False), (1, "pending", False),
    ]  # fmt: skip
    assert listed["unseen"] == 1
    assert "today 13:10 CET" in call("reminders", "list")
    inbox = call("reminders", "list", "--inbox")
    assert "missed" in inbox
    assert "Call: has begun" in inbox
    assert call("reminders", "list", "--json")["unseen"] == 0, "looking at the inbox is seeing it"


@pytest.fixture
def booked(home: Home) -> str:
    """Return the number of an interview in 30 hours."""
    runtime = Runtime(home, clock=FixedClock(NOW, BERLIN))
    runtime.open()
    job_id = runtime.jobs.add(JobDraft("Engineer", "Acme")).job_id
    starts_at = NOW + timedelta(hours=30)
    return str(runtime.rounds.book(job_id, {"stage": "Call", "starts_at": starts_at}).round.id)


def test_one_more_reminder_of_a_round(call: Call, booked: str) -> None:
    made = call("reminders", "add", booked, "--at", "2026-11-20 20:00", "--json")
    assert made["due"] == "2026-11-20T19:00:00+00:00"
    assert (made["subject"], made["kind"], made["status"]) == (
        {"kind": "round", "id": int(booked)},
        "custom",
        "pending",
    )
    again = call("reminders", "add", booked, "--at", "2026-11-20T19:00+00:00", "--json")
    assert again["id"] == made["id"]
    assert "today 20:00 CET (in 7 h)" in call("reminders", "add", booked, "--at", "2026-11-20 20:00")


@pytest.mark.parametrize(
    ("words", "kind", "says"),
    [
        (("add", "100", "--at", "2026-11-20 20:00"), NotFound, "no such interview"),
        (("add", "1", "--at", "tomorrow-ish"), UsageError, "not understood"),
        (("add", "1", "--at", "2026-11-20 12:59"), UsageError, "must lie ahead"),
        (("add", "1", "--at", "2026-11-21 19:00"), UsageError, "before its interview"),
        (("add", "1", "--at", "2027-03-28 02:30"), UsageError, "does not exist"),
        (("add", "1", "--at", "2027-10-31 02:30"), UsageError, "comes twice"),
        (("snooze", "99"), NotFound, "no such reminder"),
    ],
)
def test_mistakes_are_told(
    call: Call, booked: str, words: tuple[str, ...], kind: type[JobcopilotError], says: str
) -> None:
    assert booked == "1"
    with pytest.raises(kind, match=says):
        call("reminders", *words)


def test_put_off(call: Call, home: Home) -> None:
    put_reminders(home.database, [NOW - timedelta(minutes=1)])
    put_off = call("reminders", "snooze", "1", "--minutes", "60", "--json")
    assert put_off["next_attempt"] == "2026-11-20T13:00:00+00:00"
    assert "today 14:10 CET (in 1 h 10 min)" in call("reminders", "snooze", "1", "--minutes", "70")


def test_the_daemon_once(call: Call, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = FakeDesktop()
    monkeypatch.setattr(daemon_room, "desktop_channels", lambda *given, **named: [desktop])
    put_reminders(home.database, [NOW, NOW + timedelta(hours=1)])
    assert call("daemon", "run", "--once", "--json")["sent"] == 1
    assert desktop.shown[0].title == "Round 1: in 30 h"
    assert call("daemon", "run", "--once") == "0 sent, 0 of them late; 0 missed, 0 failed.\n"
    assert rows(home.database, "status") == [("sent",), ("pending",)]


@pytest.mark.slow
def test_the_daemon_makes_its_database_in_a_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = find_home(tmp_path / "new")
    daemon_room.prepare_database(new)
    assert rows(new.database, "id") == []
    monkeypatch.setattr(subprocess, "run", lambda *given, **named: pytest.fail("it is current"))
    daemon_room.prepare_database(new)


def test_a_home_that_cannot_be_made_is_told() -> None:
    with pytest.raises(StorageError, match="--home"):
        daemon_room.prepare_database(find_home("/proc/nowhere"))


def test_what_would_be_installed_is_printed_and_nothing_written(call: Call, home: Home) -> None:
    printed = call("daemon", "install", "--print")
    service = services.service_for(home)
    assert service.content in printed
    assert not service.file.exists()
    assert call("daemon", "install", "--print", "--json")["installed"] is False
    assert str(service.file) in call("daemon", "uninstall", "--print")


def test_installed_and_removed(call: Call, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def obey(command: list[str]) -> object:
        done.append(" ".join(command))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(services, "_run", obey)
    assert "starts at every login" in call("daemon", "install")
    assert services.service_for(home).file.exists()
    assert call("daemon", "uninstall", "--json")["was_installed"] is True
    assert call("daemon", "uninstall") == "It was not installed.\n"
    assert done


def test_the_status_tells_what_runs_and_what_comes_next(call: Call, home: Home) -> None:
    put_reminders(home.database, [NOW + timedelta(hours=2)])
    assert "nothing: reminders wait" in call("daemon", "status", exit_code=1)
    running = Presence(home.data / "running", "daemon")
    running.enter()
    told = call("daemon", "status", "--json")
    assert [one["role"] for one in told["running"]] == ["daemon"]
    assert told["next"] == "2026-11-20T14:00:00+00:00"
    assert "today 15:00 CET" in call("daemon", "status")
    running.leave()
