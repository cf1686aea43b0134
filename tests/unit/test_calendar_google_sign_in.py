"""Signing in to Google from a terminal, leaving it again, and what the command line says of both."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jobcopilot.calendars import google_sign_in
from jobcopilot.calendars.google_client import SCOPE, GoogleClient, GoogleToken, read_client
from jobcopilot.calendars.google_sign_in import SignIn, revoke
from jobcopilot.calendars.port import Refused, Temporary
from jobcopilot.cli.app import run
from jobcopilot.errors import BadInput, Cancelled, NotFound, StorageError
from jobcopilot.runtime.correspondence import Corresponding
from jobcopilot.vault.port import VaultLocked
from tests.fakes.calendar import FakeVault
from tests.fakes.calendar_desk import copied_pipeline
from tests.fakes.google_calendars import OneCalendar
from tests.fakes.google_desk import client_of, token_of
from tests.fakes.google_server import Google, visit


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    running = Google().start()
    monkeypatch.setattr("jobcopilot.calendars.google_calendar.ENDPOINT", running.endpoint)
    # oauthlib would let a token go over TLS only; this Google is on this machine.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    yield running
    running.stop()


@pytest.fixture
def sign_in(google: Google) -> Iterator[SignIn]:
    with SignIn(client_of(google)) as opened:
        yield opened


# --- signing in ------------------------------------------------------------------------------------------------------


def test_who_agrees_gets_a_token_that_lasts(google: Google, sign_in: SignIn) -> None:
    status, page = google.agree(sign_in.address)
    assert status == 200
    assert "close this page" in page
    token = sign_in.wait(5)
    assert token.refresh_token in google.refresh_tokens
    assert token.access_token in google.access_tokens
    assert token.expires_at is not None
    assert GoogleToken.from_json(token.as_json()) == token
    assert token.refresh_token not in repr(token)
    assert token.client.client_secret not in repr(token)


def test_only_events_are_asked_for_with_a_fresh_state_and_challenge_each_time(google: Google) -> None:
    asked = []
    for _ in range(2):
        with SignIn(client_of(google)) as opened:
            asked.append(parse_qs(urlsplit(opened.address).query))
            assert asked[-1]["redirect_uri"] == [f"http://127.0.0.1:{opened.port}"]
    assert [one["scope"] for one in asked] == [[SCOPE], [SCOPE]]
    assert asked[0]["state"] != asked[1]["state"]
    assert asked[0]["code_challenge"] != asked[1]["code_challenge"]
    assert google.asked == []  # nothing was sent before anybody agreed


def test_answers_of_another_sign_in_and_pages_that_browsers_ask_for_are_not_taken(
    google: Google, sign_in: SignIn
) -> None:
    back = f"http://127.0.0.1:{sign_in.port}"
    assert google.agree(sign_in.address, state="somebody-else's")[0] == 400
    assert visit(f"{back}/favicon.ico")[0] == 404
    assert visit(f"{back}/")[0] == 404
    assert visit(f"{back}/?code=4/stolen")[0] == 400
    assert visit(f"{back}/?error=access_denied&state=")[0] == 400
    with socket.create_connection(("127.0.0.1", sign_in.port)):  # one that says nothing
        google.agree(sign_in.address)
        assert sign_in.wait(5).refresh_token


def test_a_code_of_another_flow_is_worth_nothing(google: Google, sign_in: SignIn) -> None:
    with SignIn(client_of(google)) as other:
        google.agree(other.address)
        state = parse_qs(urlsplit(sign_in.address).query)["state"][0]
        visit(f"http://127.0.0.1:{sign_in.port}/?code=4/code&state={state}")
        with pytest.raises(Refused, match="invalid_grant"):
            sign_in.wait(5)
        assert google.refresh_tokens == set()


@pytest.mark.parametrize(
    ("error", "words"), [("access_denied", "not given permission"), ("admin_policy_enforced", "admin_policy")]
)
def test_who_does_not_agree_is_told(google: Google, sign_in: SignIn, error: str, words: str) -> None:
    google.agree(sign_in.address, error=error)
    with pytest.raises(Refused, match=words):
        sign_in.wait(5)


def test_waiting_ends_by_itself_and_when_the_person_stops_it(sign_in: SignIn) -> None:
    with pytest.raises(Temporary, match="within 0 s"):
        sign_in.wait(0.05)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled, match="nothing was connected"):
        sign_in.wait(60, stop)


def test_nobody_listens_any_more_afterwards(google: Google) -> None:
    with SignIn(client_of(google)) as opened:
        port = opened.port
        with pytest.raises(StorageError, match=str(port)):
            SignIn(client_of(google), port=port)
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=2):
        pass


def test_a_box_that_was_not_ticked_is_told(google: Google, sign_in: SignIn) -> None:
    google.scope = "openid"
    google.agree(sign_in.address)
    with pytest.raises(Refused, match="ticked"):
        sign_in.wait(5)


def test_more_than_was_asked_for_is_fine(google: Google, sign_in: SignIn) -> None:
    google.scope = f"{SCOPE} openid"
    google.agree(sign_in.address)
    assert sign_in.wait(5).refresh_token in google.refresh_tokens


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((401, {"error": "invalid_client"}), Refused, "does not know this client"),
        ((400, {"error": "redirect_uri_mismatch"}), Refused, "redirect_uri_mismatch"),
        ((503, {"error": "temporarily_unavailable"}), Temporary, "temporarily_unavailable"),
        ((200, {"hello": 1}), Temporary, "not understood"),
        ((200, {"access_token": "a", "token_type": "Bearer", "scope": SCOPE}), Refused, "lasts"),
    ],
)
def test_what_the_token_endpoint_says_instead_is_told(
    google: Google, sign_in: SignIn, answer: tuple[int, dict[str, Any]], kind: type[Exception], words: str
) -> None:
    google.token_answers = [answer]
    google.agree(sign_in.address)
    with pytest.raises(kind, match=words):
        sign_in.wait(5)


@pytest.mark.parametrize("how", ["drop", "garble", "truncate", "slow"])
def test_a_token_endpoint_that_fails_is_told_as_something_to_try_again(
    google: Google, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(google_sign_in, "TIMEOUT", 0.3)
    google.fail("POST", how, times=3, path="/token")
    google.agree(sign_in.address)
    with pytest.raises(Temporary) as met:
        sign_in.wait(5)
    assert "connect google" in met.value.hint


# --- the client file -------------------------------------------------------------------------------------------------


def test_the_file_of_a_desktop_app_is_read(google: Google, tmp_path: Path) -> None:
    assert read_client(google.client_file(tmp_path)) == client_of(google)
    real = google.client_file(
        tmp_path,
        auth_uri="https://accounts.google.com/o/oauth2/auth",
        token_uri="https://oauth2.googleapis.com/token",
    )
    assert read_client(real).revoke_uri == "https://oauth2.googleapis.com/revoke"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not json", "no client file"),
        ("[]", "no client file"),
        ("[" * 50_000, "no client file"),
        ("{}", "another kind"),
        ('{"web": {}}', "web server"),
        ('{"type": "service_account", "private_key": "-----BEGIN"}', "service_account"),
        ('{"installed": {"client_id": "x"}}', "no client_secret, auth_uri, token_uri"),
        ('{"installed": [1]}', "no client_id"),
        ('{"installed": ' + " " * 200_000 + "{}}", "no client file"),
    ],
)
def test_a_file_of_another_kind_is_told_with_what_to_do(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "client.json"
    file.write_text(content)
    with pytest.raises(BadInput, match=words) as met:
        read_client(file)
    assert "Desktop app" in met.value.hint
    with pytest.raises(NotFound):
        read_client(tmp_path / "nowhere.json")
    with pytest.raises(BadInput):
        read_client(tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        "https://google.com.evil.example/token",
        "https://evil.example/oauth2.googleapis.com",
        "https://notgoogle.com/token",
        "http://oauth2.googleapis.com/token",
        "file:///etc/passwd",
        "https://[::1/token",
    ],
)
def test_a_client_file_cannot_send_the_permission_elsewhere(
    google: Google, tmp_path: Path, address: str
) -> None:
    for name in ("auth_uri", "token_uri"):
        with pytest.raises(BadInput, match="not Google's"):
            read_client(google.client_file(tmp_path, **{name: address}))


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_a_permission_is_given_back_once_and_again_is_fine(google: Google) -> None:
    token = token_of(google)
    revoke(token)
    assert google.refresh_tokens == set()
    revoke(token)


@pytest.mark.parametrize("how", ["drop", "slow"])
def test_a_permission_that_cannot_be_given_back_is_told(
    google: Google, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(google_sign_in, "TIMEOUT", 0.3)
    google.fail("POST", how, times=3, path="/revoke")
    with pytest.raises(Temporary, match="does not answer"):
        revoke(token_of(google))


# --- the command line ------------------------------------------------------------------------------------------------


class Shell:
    """Runs commands on one home; the person's browser agrees as soon as it is shown an address."""

    def __init__(
        self, home: Path, google: Google, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.home, self.google, self._capsys = home, google, capsys
        self.vault = FakeVault()
        self.opened: list[str] = []
        self.agreeing: dict[str, str] = {}
        monkeypatch.setattr(Corresponding, "_secrets", lambda _self: self.vault)

        def no_browser(address: str) -> bool:
            self.opened.append(address)
            return False

        monkeypatch.setattr("webbrowser.open", no_browser)
        original = SignIn.wait

        def wait(sign_in: SignIn, seconds: float, stop: threading.Event | None = None) -> GoogleToken:
            google.agree(sign_in.address, **self.agreeing)
            return original(sign_in, seconds, stop)

        monkeypatch.setattr(SignIn, "wait", wait)
        copied_pipeline(home.parent)
        self.file = str(google.client_file(home.parent))
        self("jobs", "add", "--title", "Data Engineer", "--company", "Acme")
        self("interviews", "add", "1", "--stage", "Technical", "--at", "in 9 days 10:00")

    def __call__(self, *words: str, code: int = 0) -> str:
        got = run(["--home", str(self.home), *words], lambda home, profile: 0)
        printed = self._capsys.readouterr()
        assert got == code, printed
        self.shown = printed.err
        return printed.err if code else printed.out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def shell(
    tmp_path: Path, google: Google, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    return Shell(tmp_path / "home", google, capsys, monkeypatch)


def test_connecting_status_and_disconnecting(shell: Shell, google: Google) -> None:
    connected = shell.json("calendar", "connect", "google", "--client", shell.file)
    assert (connected["kind"], connected["calendar"]) == ("google", "ada@example.com")
    assert connected["sync"]["sent"] == 1
    assert f"{google.address}/o/oauth2/auth?" in shell.shown
    assert "ssh -L" in shell.shown
    assert shell.opened == []  # the browser only where asked
    assert len(google.calendar.shown()) == 1
    assert "in sync" in shell("calendar", "status")
    assert shell.json("calendar", "disconnect", "Google")["revoked"] is True
    assert google.refresh_tokens == set()
    assert shell.vault.kept == {}
    assert len(google.calendar.shown()) == 1
    shell("calendar", "connect", "google", "--client", shell.file)
    assert len(google.calendar.events) == 1
    assert "told to forget" in shell("calendar", "disconnect", "Google", "--remove-events")
    assert google.calendar.shown() == {}


@pytest.mark.system
def test_the_browser_is_opened_where_asked_and_its_absence_is_told(shell: Shell) -> None:
    shell("calendar", "connect", "google", "--client", shell.file, "--open", "--name", "Mine")
    assert len(shell.opened) == 1
    assert "No browser could be opened" in shell.shown
    assert "Mine: ada@example.com" in shell("calendar", "status")


def test_a_taken_back_permission_is_connected_again_without_the_file(shell: Shell, google: Google) -> None:
    shell("calendar", "connect", "google", "--client", shell.file)
    google.forget_everything()
    shell("interviews", "cancel", "1")
    assert "connect google" in shell("calendar", "sync", "Google", code=1)
    assert "refused" in shell("calendar", "status")
    again = shell.json("calendar", "connect", "google")
    assert (again["id"], again["state"], again["sync"]["sent"]) == (1, "fine", 1)
    assert len(shell.vault.kept) == 1


@pytest.mark.system
def test_a_second_calendar_keeps_the_permission_that_both_need(shell: Shell, google: Google) -> None:
    google.calendars["work@group.calendar.google.com"] = OneCalendar("Work")
    shell("calendar", "connect", "google", "--client", shell.file)
    second = shell.json(
        "calendar", "connect", "google", "--calendar", "work@group.calendar.google.com", "--name", "Work"
    )
    assert (second["calendar"], second["sync"]["sent"]) == ("Work", 1)
    assert "connected with the same client" in shell("calendar", "disconnect", "Google")
    assert google.refresh_tokens
    assert shell.json("calendar", "sync", "Work")["calendars"][0]["state"] == "fine"
    assert "told to forget" in shell("calendar", "disconnect", "Work")


@pytest.mark.system
def test_leaving_without_a_network_forgets_here_and_says_where_to_end_it_there(
    shell: Shell, google: Google
) -> None:
    shell("calendar", "connect", "google", "--client", shell.file)
    google.fail("POST", "drop", times=3, path="/revoke")
    assert "myaccount.google.com" in shell("calendar", "disconnect", "Google")
    assert shell.vault.kept == {}
    assert "No calendar is connected" in shell("calendar", "status")


def test_what_stands_in_the_way_of_connecting_is_told_and_leaves_nothing(
    shell: Shell, google: Google
) -> None:
    assert "--client FILE" in shell("calendar", "connect", "google", code=2)
    google.calendars["shared@group.calendar.google.com"] = OneCalendar("Team", role="reader")
    for calendar, words in (
        ("shared@group.calendar.google.com", "may only be read"),
        ("gone@group.calendar.google.com", "not there any more"),
        ("https://calendar.google.com/calendar/u/0/r", "Calendar ID"),
    ):
        said = shell("calendar", "connect", "google", "--client", shell.file, "--calendar", calendar, code=1)
        assert words in said
        assert google.refresh_tokens == set()  # what was given is given back
    shell.agreeing = {"error": "access_denied"}
    assert "not given permission" in shell("calendar", "connect", "google", "--client", shell.file, code=1)
    assert shell.vault.kept == {}
    assert "No calendar is connected" in shell("calendar", "status")


def test_a_locked_vault_is_told_before_anybody_signs_in(
    shell: Shell, google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise VaultLocked("The encrypted file with the passwords is locked", hint="Unlock it.")

    monkeypatch.setattr(shell.vault, "set", locked)
    assert "is locked" in shell("calendar", "connect", "google", "--client", shell.file, code=1)
    assert google.asked == []


@pytest.mark.system
def test_a_missing_library_is_told_with_the_command_that_installs_it(
    shell: Shell, google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("calendar", "connect", "google", "--client", shell.file)
    monkeypatch.setattr(
        "jobcopilot.calendars.connecting.find_spec",
        lambda name: None if name.startswith("google") else find_spec(name),
    )
    said = shell("calendar", "connect", "google", "--client", shell.file, code=1)
    assert "pip install 'jobcopilot[calendars]'" in said
    assert "jobcopilot[calendars]" in shell("calendar", "sync", "Google", code=1)


@pytest.mark.system
def test_taking_out_stops_where_somebody_changed_an_event(shell: Shell, google: Google) -> None:
    shell("calendar", "connect", "google", "--client", shell.file)
    (own,) = google.calendar.events
    google.calendar.change(own, location="Room 5")
    assert "Settle it first" in shell("calendar", "disconnect", "Google", "--remove-events", code=1)
    assert google.refresh_tokens
    assert "changed" in shell("calendar", "sync")


def test_a_client_is_known_only_while_it_can_be_read(google: Google) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        GoogleToken.from_json("[]")
    assert isinstance(client_of(google), GoogleClient)
