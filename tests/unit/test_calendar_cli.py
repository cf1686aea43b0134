"""The command line of calendars: what people and scripts get, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import vobject

from jobcopilot.calendars.port import CalendarChoice
from jobcopilot.cli.app import run
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.correspondence import Corresponding
from tests.fakes.calendar import FakeCalendar, FakeVault

DATA = Path(__file__).parents[1] / "data" / "calendars"
CHOICES = (
    CalendarChoice("https://dav.example/work/", "Work"),
    CalendarChoice("https://dav.example/home/", "Home"),
)


class Shell:
    """Runs commands on one home, with a calendar in memory in place of a server."""

    def __init__(
        self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.home, self._capsys = home, capsys
        self.calendar = FakeCalendar()
        self.vault = FakeVault()
        monkeypatch.setattr(Corresponding, "_secrets", lambda _self: self.vault)
        monkeypatch.setattr(Runtime, "calendar_of", lambda _self, _account: self.calendar)
        monkeypatch.setattr("jobcopilot.calendars.connecting.find_calendars", lambda *_: CHOICES)
        monkeypatch.setenv("JOBCOPILOT_CALENDAR_PASSWORD", "engine")

    def __call__(self, *words: str, code: int = 0) -> str:
        got = run(["--home", str(self.home), *words], lambda home, profile: 0)
        printed = self._capsys.readouterr()
        assert got == code, printed
        return printed.err if code else printed.out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell(tmp_path, capsys, monkeypatch)
    made("jobs", "add", "--title", "Data Engineer", "--company", "Acme")
    made("interviews", "add", "1", "--stage", "Technical", "--at", "in 9 days 10:00")
    return made


def test_a_calendar_file_is_connected_kept_up_to_date_and_forgotten(shell: Shell) -> None:
    connected = shell.json("calendar", "connect", "ics")
    file = Path(connected["address"])
    assert connected["sync"]["state"] == "fine"
    assert "Technical with Acme" in file.read_text()
    shell("interviews", "cancel", "1")
    assert shell.json("calendar", "status")["calendars"][0]["waiting"] == 1
    assert shell.json("calendar", "sync")["calendars"][0]["waiting"] == 0
    assert "STATUS:CANCELLED" in file.read_text()
    assert "in sync" in shell("calendar", "status")
    shell("calendar", "disconnect", "file")
    assert file.exists()
    assert "No calendar is connected" in shell("calendar", "status")


def test_a_file_of_somebody_else_is_not_replaced_unasked(shell: Shell, tmp_path: Path) -> None:
    other = tmp_path / "mine.ics"
    other.write_text("precious")
    assert "exists already" in shell("calendar", "connect", "ics", "--output", str(other), code=2)
    assert other.read_text() == "precious"
    shell("calendar", "connect", "ics", "--output", str(other), "--force")
    assert shell.json("calendar", "disconnect", "file", "--remove-events")["removed"] == 1
    assert not other.exists()


def test_a_server_is_connected_with_the_calendar_that_was_chosen(shell: Shell) -> None:
    refused = shell(
        "calendar", "connect", "caldav", "https://dav.example/", "--user", "ada", "--json", code=2
    )
    assert "Work, Home" in refused
    assert "no calendar of that name" in shell(
        "calendar", "connect", "caldav", "https://dav.example/", "--calendar", "Play", code=1
    )
    connected = shell.json(
        "calendar", "connect", "caldav", "https://dav.example/", "--user", "ada", "--calendar", "home"
    )
    assert (connected["calendar"], connected["sync"]["sent"]) == ("Home", 1)
    assert list(shell.vault.kept.values()) == ["engine"]
    assert "engine" not in json.dumps(shell.json("calendar", "status"))
    assert len(shell.calendar.events) == 1


def test_a_difference_is_shown_with_both_sides_and_settled(shell: Shell) -> None:
    shell("calendar", "connect", "caldav", "https://dav.example/", "--calendar", "Work")
    (uid,) = shell.calendar.events
    at = datetime(2027, 1, 5, 9, tzinfo=UTC)
    shell.calendar.change(uid, starts_at=at, ends_at=at.replace(hour=10))
    assert shell.json("calendar", "sync")["calendars"][0]["noticed"] == 1
    status = shell.json("calendar", "status")
    assert (status["differences"][0]["state"], status["differences"][0]["fields"]) == (
        "changed_there",
        ["starts_at", "ends_at"],
    )
    said = shell("calendar", "status")
    assert "here" in said
    assert "there" in said
    assert "settle 1 --take mine|theirs" in said
    settled = shell.json("calendar", "settle", "1", "--take", "theirs")
    assert datetime.fromisoformat(settled["interview"]["start"]) == at
    assert shell.json("calendar", "status")["differences"] == []
    assert "--take needs a side" in shell("calendar", "settle", "1", "--take", "both", code=2)
    assert "Nothing differs" in shell("calendar", "settle", "1", "--take", "mine", code=1)


def test_keeping_mine_is_told(shell: Shell) -> None:
    shell("calendar", "connect", "caldav", "https://dav.example/", "--calendar", "Work")
    shell.calendar.events.clear()
    shell("calendar", "sync")
    assert "Your side stands" in shell("calendar", "settle", "1", "--take", "mine")
    assert len(shell.calendar.events) == 1


def test_interviews_are_exported_and_printed(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "one.ics"
    assert shell.json("calendar", "export", "1", "--output", str(file))["interviews"] == 1
    assert vobject.readOne(file.read_text()).vevent.summary.value == "Technical with Acme"
    assert shell("calendar", "export").startswith("BEGIN:VCALENDAR")
    assert shell("calendar", "export", "--output", "-").startswith("BEGIN:VCALENDAR")
    assert "exists already" in shell("calendar", "export", "--output", str(file), code=2)
    assert "no such interview" in shell("calendar", "export", "9", code=1)


def test_an_invitation_is_imported_from_the_command_line(shell: Shell, tmp_path: Path) -> None:
    (taken,) = shell.json("calendar", "import", str(DATA / "google.ics"))["invitations"]
    assert (taken["action"], taken["interview"]["company"]) == ("booked", "Acme")
    assert "unchanged" in shell("calendar", "import", f"'{DATA / 'google.ics'}'")
    assert "booked" in shell("calendar", "import", str(DATA / "outlook.eml"), "--job", "1")
    (tmp_path / "bad.ics").write_text("hello")
    assert "no calendar file" in shell("calendar", "import", str(tmp_path / "bad.ics"), code=1)


def test_what_is_not_in_sync_fails_when_it_was_asked_for_by_name(shell: Shell) -> None:
    from jobcopilot.calendars.port import Temporary

    shell("calendar", "connect", "caldav", "https://dav.example/", "--calendar", "Work")
    shell("interviews", "move", "1", "--at", "in 12 days 10:00")

    def silent(_what: str, _uid: str) -> None:
        raise Temporary("The calendar does not answer", "no connection came about")

    shell.calendar.before = silent
    assert "does not answer" in shell("calendar", "sync", "CalDAV", code=1)
    said = shell("calendar", "status")
    assert "no answer" in said
    assert "tried again" in said
    assert shell.json("calendar", "sync", "CalDAV", "--due")["calendars"][0]["state"] == "waiting"
    shell.calendar.before = lambda _what, _uid: None
    assert "1 sent" in shell("calendar", "sync", "CalDAV")
