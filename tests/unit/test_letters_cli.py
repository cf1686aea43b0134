"""The command line of letters and mail, and what `doctor` says of them and of calendars."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.calendars.port import Locked, Permanent, Temporary
from jobcopilot.cli.app import run
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.reminders.presence import Presence
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.correspondence import Corresponding
from tests.fakes.calendar import FakeCalendar, FakeVault
from tests.fakes.mail_server import PASSWORD, USER, MailServer
from tests.fakes.no_microphone import no_microphone  # noqa: F401  # a fixture


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


class Shell:
    """Runs commands on one home with an interview of yesterday; `runtime` looks at the same home."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys
        self.vault = FakeVault()
        self.calendar = FakeCalendar()
        self.runtime = Runtime(find_home(home))
        self.runtime.open()
        self.runtime.jobs.add(JobDraft("Data Engineer", "Acme"))
        given = {
            "stage": "Technical",
            "starts_at": self.runtime.clock.now() - timedelta(days=1),
            "contacts": ["Grace Hopper <grace@acme.example>"],
        }
        self.round: int = self.runtime.rounds.book(1, given).round.id
        self.runtime.rounds.complete(self.round, "waiting", notes="Talked about their migration to Airflow.")

    def __call__(self, *words: str, code: int = 0) -> str:
        got = run(["--home", str(self.home), *words], lambda home, profile: 0)
        printed = self._capsys.readouterr()
        assert got == code, printed
        return printed.err if code else printed.out

    def json(self, *words: str, code: int = 0) -> Any:
        got = run(["--home", str(self.home), *words, "--json"], lambda home, profile: 0)
        printed = self._capsys.readouterr()
        assert got == code, printed
        return json.loads(printed.out)

    def set_up(self, server: MailServer) -> Any:
        return self.json(
            "mail", "setup", "--host", "localhost", "--port", str(server.port), "--user", USER, "--address",
            "ada@example.com", "--name", "Ada Lovelace",
        )  # fmt: skip

    def check(self, name: str) -> dict[str, Any]:
        """Return what `doctor` says of one thing."""
        run(["--home", str(self.home), "doctor", "--json"], lambda home, profile: 0)
        checks = json.loads(self._capsys.readouterr().out)["checks"]
        found: dict[str, Any] = next(one for one in checks if one["name"] == name)
        return found

    def names(self) -> set[str]:
        run(["--home", str(self.home), "doctor", "--json"], lambda home, profile: 0)
        return {one["name"] for one in json.loads(self._capsys.readouterr().out)["checks"]}


@pytest.fixture
def shell(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    server: MailServer,
) -> Iterator[Shell]:
    authority = tmp_path / "authority.pem"
    server.authority.cert_pem.write_to_path(str(authority))
    made = Shell(tmp_path / "home", capsys)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    monkeypatch.setenv("JOBCOPILOT_MAIL_PASSWORD", PASSWORD)
    monkeypatch.setattr(Corresponding, "vault", property(lambda _self: made.vault))
    monkeypatch.setattr(Runtime, "calendar_of", lambda _self, _account: made.calendar)
    server.taken.clear()
    yield made
    made.runtime.close()


# --- letters and mail -----------------------------------------------------------------------------------------------


def test_a_letter_is_drafted_shown_edited_listed_and_sent(
    shell: Shell, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = shell.set_up(server)
    assert (shown["set_up"], shown["server"]) == (True, f"localhost:{server.port}")
    assert PASSWORD not in json.dumps(shown)
    drafted = shell.json("letters", "draft", str(shell.round), "--contact", "1", "--kind", "thank_you")
    assert (drafted["new"], drafted["state"], drafted["email"]) == (True, "draft", "grace@acme.example")
    number = str(drafted["id"])
    assert not shell.json("letters", "draft", str(shell.round))["new"]
    assert "There is one already" in shell("letters", "draft", str(shell.round))
    assert shell.json("letters", "show", number)["mailto"].startswith("mailto:grace@acme.example?subject=")
    assert shell("letters", "show", number, "--mailto").startswith("mailto:grace@acme.example")
    monkeypatch.setattr("sys.stdin", io.StringIO("My own words.\n"))
    edited = shell.json("letters", "edit", number, "--subject", "Thanks again", "--body", "-")
    assert (edited["subject"], edited["body"], edited["origin"]) == ("Thanks again", "My own words.", "own")
    assert "What is to be changed" in shell("letters", "edit", number, code=2)
    sent = shell.json("letters", "send", number, "--now")
    assert (sent["state"], sent["sent_by"]) == ("sent", "smtp")
    (mail,) = server.mails
    assert mail["Subject"] == "Thanks again"
    assert "sent already" in shell("letters", "send", number, "--now", code=2)
    listed = shell.json("letters", "list", "--state", "sent")
    assert [one["id"] for one in listed["letters"]] == [drafted["id"]]
    assert "Thanks again" in shell("letters", "list")


def test_a_letter_for_after_the_interview_says_so(shell: Shell) -> None:
    given = {"stage": "Final", "starts_at": shell.runtime.clock.now() + timedelta(days=2)}
    number = shell.runtime.rounds.book(1, given).round.id
    said = shell("letters", "draft", str(number), code=2)
    assert "for after the interview" in said
    assert "jobcopilot interviews complete" in said


def test_a_letter_sent_by_hand_ticks_and_sends_nothing(shell: Shell, server: MailServer) -> None:
    number = str(shell.json("letters", "draft", str(shell.round))["id"])
    assert "No outgoing mail is set up" in shell("letters", "send", number, "--now", code=2)
    assert shell.json("letters", "send", number, "--sent")["sent_by"] == "hand"
    assert server.mails == []


def test_mail_is_tried_out_and_forgotten(shell: Shell, server: MailServer) -> None:
    shell.set_up(server)
    assert shell.json("mail", "test")["sent_to"] == "ada@example.com"
    assert "Sent to ada@example.com" in shell("mail", "test")
    assert len(server.mails) == 2
    assert not shell.json("mail", "setup", "--forget")["set_up"]
    assert shell.vault.kept == {}
    assert "No outgoing mail" in shell("mail", "test", code=2)


@pytest.mark.parametrize("answer", ["open sesame", "wrong"])
def test_a_locked_vault_asks_whoever_sits_at_the_terminal(
    shell: Shell, server: MailServer, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """`let_ask` puts the question where there is a terminal; the vault that is locked asks it."""
    shell.set_up(server)
    number = str(shell.json("letters", "draft", str(shell.round))["id"])
    shell.vault.locked = True

    monkeypatch.setattr("jobcopilot.cli.app.let_ask", lambda _runtime: shell.vault.unlock(answer))
    if answer == "wrong":
        assert "not the passphrase" in shell("letters", "send", number, "--now", code=1)
        assert "not the passphrase" in shell("mail", "test", code=1)
        assert server.mails == []
    else:
        assert shell.json("letters", "send", number, "--now")["state"] == "sent"


# --- doctor ---------------------------------------------------------------------------------------------------------


def test_doctor_says_how_calendars_and_mail_are_set_up(shell: Shell) -> None:
    assert shell.check("calendars")["ok"] is None
    assert "jobcopilot calendar connect" in shell.check("calendars")["hint"]
    assert shell.check("mail")["ok"] is None
    assert "jobcopilot mail setup" in shell.check("mail")["hint"]
    assert "passwords" not in shell.names()


def test_doctor_asks_no_server(shell: Shell, server: MailServer) -> None:
    shell.set_up(server)
    account = shell.runtime.calendars.connect("caldav", name="Home", secret="engine")
    asked, sessions = len(shell.calendar.asked), server.sessions
    said = shell.check("calendar")
    assert "1 waiting" in said["detail"]
    assert said["ok"] is False
    assert "Nobody carries it out now" in said["hint"]
    assert (len(shell.calendar.asked), server.sessions) == (asked, sessions)
    daemon = Presence(shell.runtime.home.data / "running", "daemon")
    daemon.enter()
    assert shell.check("calendar")["ok"] is True
    daemon.leave()
    shell.runtime.__dict__["vault"] = shell.vault
    shell.runtime.calendar_worker.run(account.id)
    said = shell.check("calendar")
    assert (said["ok"], "in sync; last answer" in said["detail"]) == (True, True)
    assert shell.check("passwords")["ok"] is True


@pytest.mark.parametrize(
    ("fault", "words", "hint"),
    [
        (
            Temporary("The calendar does not answer", "nothing within 30 s", "Wait."),
            "does not answer",
            "Wait.",
        ),
        (Permanent("The calendar does not take this interview", "400"), "1 failed", "sync --retry"),
        (Locked("The passwords are locked", hint="Unlock them."), "locked", "Unlock them."),
    ],
)
def test_doctor_says_why_a_calendar_waits_or_failed(
    shell: Shell, fault: Exception, words: str, hint: str
) -> None:
    def refuse(_what: str, _uid: str) -> None:
        raise fault

    shell.calendar.before = refuse
    account = shell.runtime.calendars.connect("caldav", name="Home")
    shell.runtime.calendar_worker.run(account.id)
    said = shell.check("calendar")
    assert said["ok"] is False
    assert words in said["detail"]
    assert hint in said["hint"]


def test_doctor_says_what_differs(shell: Shell) -> None:
    account = shell.runtime.calendars.connect("caldav", name="Home")
    shell.runtime.rounds.book(
        1, {"stage": "Final", "starts_at": shell.runtime.clock.now() + timedelta(days=9)}
    )
    shell.runtime.calendar_worker.run(account.id)
    uid = next(uid for uid, (facts, _, _) in shell.calendar.events.items() if "Final" in facts.summary)
    shell.calendar.change(uid, summary="Moved")
    shell.runtime.calendar_worker.run(account.id, look=True)
    said = shell.check("calendar")
    assert (said["ok"], "1 to be settled" in said["detail"]) == (False, True)
    assert "jobcopilot calendar status" in said["hint"]


def test_doctor_says_the_last_trouble_of_mail_and_what_the_vault_holds_up(
    shell: Shell, server: MailServer
) -> None:
    shell.set_up(server)
    assert shell.check("mail")["ok"] is True
    server.rcpt = lambda _address: "550 no such person"
    number = str(shell.json("letters", "draft", str(shell.round))["id"])
    try:
        shell("letters", "send", number, "--now", code=1)
    finally:
        server.rcpt = lambda _address: None
    said = shell.check("mail")
    assert said["ok"] is False
    assert "550 no such person" in said["detail"]
    assert "1 letter not sent" in said["detail"]
    assert said["hint"]
    shell.vault.locked = True
    locked = shell.check("passwords")
    assert (locked["ok"], "locked from here" in locked["detail"]) == (True, True)
    shell("letters", "send", number, "--now", code=1)
    locked = shell.check("passwords")
    assert locked["ok"] is False
    assert "waits for it: a letter" in locked["detail"]
    assert "locked" in shell.check("mail")["detail"]
