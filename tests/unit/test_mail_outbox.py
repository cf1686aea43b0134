"""The outbox: every fault of a server leaves a letter in a state that is true, and no letter leaves twice by itself."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jobcopilot.database.file_lock import held
from jobcopilot.interviews.values import FieldError
from jobcopilot.mail import chore as chore_module
from jobcopilot.mail import outbox
from jobcopilot.mail.chore import POST, in_children, mail_of
from jobcopilot.mail.letters import NotNow
from jobcopilot.mail.sending import Patience, Refused
from jobcopilot.mail.views import LetterView, MailReport
from jobcopilot.reminders.children import Children, HeadStart
from jobcopilot.reminders.outboxes import AGAIN, BROKEN
from jobcopilot.reminders.presence import Presence
from tests.fakes.interviews import make_pipeline
from tests.fakes.mail_desk import MailDesk
from tests.fakes.mail_server import MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, server: MailServer) -> MailDesk:
    return MailDesk(make_pipeline(tmp_path), server)


@pytest.fixture
def letter(desk: MailDesk) -> LetterView:
    return desk.letter()


def follow_up(desk: MailDesk, letter: LetterView) -> str:
    return desk.runtime.interviews.follow_up(letter.follow_up_id or 0).status


def test_greylisting_is_waited_out_and_the_mark_stays_the_same(desk: MailDesk, letter: LetterView) -> None:
    greylisted = iter(["450 4.7.1 greylisted", "450 4.7.1 greylisted"])
    desk.server.rcpt = lambda _address: next(greylisted, None)
    view = desk.sent(letter)
    assert (view.state, view.attempts) == ("waiting", 1)
    assert "greylisted" in view.error
    assert view.leaves_at == desk.pipeline.clock.now() + timedelta(minutes=1)
    assert desk.again(letter).attempts == 1  # not before its time
    desk.pipeline.later(minutes=1)
    assert desk.again(letter).attempts == 2
    desk.pipeline.later(minutes=2)
    view = desk.again(letter)
    assert (view.state, view.error, len(desk.server.taken)) == ("sent", "", 1)
    assert follow_up(desk, letter) == "done"


def test_an_answer_that_says_later_after_data_is_tried_again(desk: MailDesk, letter: LetterView) -> None:
    busy = iter(["451 4.3.0 try again"])
    desk.server.data = lambda: next(busy, None)
    assert desk.sent(letter).state == "waiting"
    desk.pipeline.later(minutes=1)
    assert desk.again(letter).state == "sent"
    assert len(desk.server.taken) == 1


def test_a_refusal_is_told_and_never_tried_again_by_itself(desk: MailDesk, letter: LetterView) -> None:
    desk.server.rcpt = lambda _address: "550 5.1.1 no such user"
    view = desk.sent(letter)
    assert (view.state, view.leaves_at) == ("failed", None)
    assert "no such user" in view.error
    assert view.hint
    desk.server.rcpt = lambda _address: None
    desk.pipeline.later(days=2)
    assert desk.again(letter).state == "failed"
    assert follow_up(desk, letter) == "open"
    desk.runtime.letters.edit(letter.id, {"email": "hopper@acme.example"})
    assert desk.sent(letter).state == "sent"


def test_a_dropped_connection_is_uncertain_and_never_sent_again_unasked(
    desk: MailDesk, letter: LetterView
) -> None:
    desk.server.drop = lambda: True
    view = desk.sent(letter)
    assert view.state == "uncertain"
    assert "after the letter was handed over" in view.error
    desk.server.drop = lambda: False
    for _ in range(3):
        desk.pipeline.later(days=1)
        assert desk.again(letter).state == "uncertain"
    desk.runtime.mail_outbox.retry()
    assert desk.again(letter).state == "uncertain"
    assert len(desk.server.taken) == 1
    assert follow_up(desk, letter) == "open"
    with pytest.raises(NotNow, match="may have left already"):
        desk.runtime.letters.send(letter.id)
    with pytest.raises(NotNow, match="may have left already"):
        desk.runtime.letters.take_back(letter.id)


def test_an_uncertain_letter_can_be_said_to_have_arrived(desk: MailDesk, letter: LetterView) -> None:
    desk.server.drop = lambda: True
    desk.sent(letter)
    view = desk.runtime.letters.sent_by_hand(letter.id)
    assert (view.state, view.sent_by) == ("sent", "smtp")
    assert follow_up(desk, letter) == "done"


def test_an_uncertain_letter_is_sent_again_when_asked_with_the_same_mark(
    desk: MailDesk, letter: LetterView
) -> None:
    desk.server.drop = lambda: True
    first = desk.sent(letter)
    desk.server.drop = lambda: False
    assert desk.sent(letter, again=True).state == "sent"
    assert [one["Message-ID"] for one in desk.server.mails] == [first.message_id] * 2


def test_a_server_that_cannot_be_reached_is_tried_for_long_and_then_given_up(
    desk: MailDesk, letter: LetterView, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(days=1) == outbox.GIVE_UP_AFTER
    monkeypatch.setattr(outbox, "GIVE_UP_AFTER", timedelta(hours=2))
    desk.runtime.mail_setup.change({"port": 9})  # discard: nobody listens
    view, waited = desk.sent(letter), timedelta()
    while view.leaves_at is not None:
        waited += view.leaves_at - desk.pipeline.clock.now()
        desk.pipeline.clock.moment = view.leaves_at
        view = desk.again(letter)
    assert view.state == "failed"
    assert view.attempts == 8
    assert waited == timedelta(minutes=1 + 2 + 5 + 10 + 20 + 30 + 30 + 30)


def test_a_strangers_certificate_fails_at_once(desk: MailDesk, letter: LetterView) -> None:
    desk.runtime.mail_outbox.context = lambda: None
    view = desk.sent(letter)
    assert view.state == "failed"
    assert "certificate" in view.error
    assert desk.server.taken == []


def test_a_locked_vault_lets_letters_wait_and_says_so(desk: MailDesk, letter: LetterView) -> None:
    desk.vault.locked = True
    desk.ask(letter)
    assert "locked" in desk.run().reason
    view = desk.runtime.letters.get(letter.id)
    assert (view.state, view.attempts) == ("waiting", 0)
    assert "locked" in view.error
    desk.vault.locked = False
    desk.runtime.mail_outbox.retry()
    assert desk.again(letter).state == "sent"


def test_a_password_that_is_gone_is_told(desk: MailDesk, letter: LetterView) -> None:
    desk.vault.kept.clear()
    desk.ask(letter)
    assert "not kept any more" in desk.run().reason
    assert desk.server.sessions == 0


def test_one_process_alone_sends(desk: MailDesk, letter: LetterView) -> None:
    desk.ask(letter)
    with held(desk.runtime.home.data / "running" / "mail.busy", wait=False) as mine:
        assert mine
        assert desk.run() == MailReport(busy=True)
    assert desk.run().sent == 1


def test_two_at_once_send_each_letter_once(desk: MailDesk) -> None:
    letters = [desk.letter(contact=f"Person {n} <p{n}@acme.example>") for n in range(4)]
    for one in letters:
        desk.runtime.letters.send(one.id)
    desk.pipeline.later(seconds=10)
    threads = [threading.Thread(target=desk.run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.run()
    assert sorted(one["To"] for one in desk.server.mails) == [
        f"Person {n} <p{n}@acme.example>" for n in range(4)
    ]


def test_taking_back_wins_until_the_very_last_moment(desk: MailDesk, letter: LetterView) -> None:
    def taken_back(_address: str) -> None:
        desk.runtime.letters.take_back(letter.id)

    desk.server.rcpt = taken_back
    assert desk.sent(letter).state == "draft"
    assert desk.server.taken == []


def test_one_bad_letter_holds_up_no_other(desk: MailDesk) -> None:
    bad, good = desk.letter(contact="A <bad@acme.example>"), desk.letter(contact="B <good@acme.example>")
    desk.server.rcpt = lambda address: "550 no" if address.startswith("bad") else None
    desk.runtime.letters.send(bad.id)
    desk.runtime.letters.send(good.id)
    desk.pipeline.later(seconds=10)
    assert desk.run() == MailReport(sent=1, failed=1)


def test_a_slow_server_is_uncertain_only_once_the_letter_was_handed_over(
    tmp_path: Path, server: MailServer
) -> None:
    desk = MailDesk(make_pipeline(tmp_path), server, patience=Patience(2, 0.3, 10))
    letter = desk.letter()
    server.hold.clear()
    view = desk.sent(letter)
    assert view.state == "uncertain"
    assert "took too long" in view.error


# --- set up ---------------------------------------------------------------------------------------------------------


def test_the_password_is_in_the_vault_alone(desk: MailDesk) -> None:
    home = desk.runtime.home
    assert list(desk.vault.kept.values()) == ["sesame-open"]
    for file in (*home.config.rglob("*"), *home.data.rglob("*")):
        if file.is_file():
            assert b"sesame-open" not in file.read_bytes(), file
    desk.runtime.mail_setup.forget()
    assert desk.vault.kept == {}
    assert not desk.runtime.mail_setup.state().set_up


def test_what_waited_leaves_by_no_later_server_unasked(desk: MailDesk, letter: LetterView) -> None:
    desk.ask(letter)
    settings = desk.runtime.mail_settings()
    desk.runtime.mail_setup.forget()
    view = desk.runtime.letters.get(letter.id)
    assert (view.state, view.leaves_at) == ("failed", None)
    assert "taken away" in view.error
    assert view.hint
    desk.runtime.mail_setup.change(
        {"host": settings.host, "port": settings.port, "username": settings.username}, "sesame-open"
    )
    assert desk.run() == MailReport()
    assert desk.server.mails == []
    assert desk.sent(view).state == "sent"


@pytest.mark.parametrize("locked", [True, False])
def test_a_letter_that_could_not_leave_for_a_day_waits_for_the_person(
    desk: MailDesk, letter: LetterView, locked: bool
) -> None:
    """The machine was off, or the vault locked, for so long that thanks might come oddly late."""
    desk.runtime.letters.send(letter.id)
    if locked:
        desk.vault.locked = True
        desk.pipeline.later(seconds=10)
        desk.run()
        desk.vault.locked = False
    desk.pipeline.later(days=2)
    assert desk.run().failed == 1
    view = desk.runtime.letters.get(letter.id)
    assert view.state == "failed"
    assert "for a day" in view.error
    assert ("locked" in view.error) is locked
    assert desk.server.mails == []
    assert desk.sent(view).state == "sent"


def test_what_is_changed_and_asked_for_again_in_the_last_moment_leaves_in_its_new_words(
    desk: MailDesk, letter: LetterView
) -> None:
    """Between reading a letter and handing it over, the person took it back, changed it and sent it without waiting."""
    desk.ask(letter)
    letters = desk.runtime.letters

    def change(_address: str) -> None:
        desk.server.rcpt = lambda _address: None
        letters.take_back(letter.id)
        desk.pipeline.later(seconds=1)
        letters.edit(letter.id, {"body": "The new words."})
        letters.send(letter.id, wait=0)

    desk.server.rcpt = change
    desk.run()
    assert desk.server.mails == []
    assert desk.again(letter).state == "sent"
    (mail,) = desk.server.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "The new words."


def test_setting_up_refuses_what_does_not_go_together(desk: MailDesk) -> None:
    change = desk.runtime.mail_setup.change
    for changes in (
        {"host": "smtp example"}, {"host": "https://x.example"}, {"port": 70_000}, {"security": "ssl3"},
        {"address": "ada"}, {"host": "mail.example", "security": "none"}, {"tone": "rude"}, {"colour": "red"},
        {"address": ""},
    ):  # fmt: skip
        with pytest.raises(FieldError):
            change(dict(changes))
    assert change({"tone": "formal", "sign_off": "Yours\r\nBcc: x"}).sign_off == "Yours Bcc: x"


def test_a_test_sends_one_mail_to_oneself(desk: MailDesk) -> None:
    assert desk.runtime.mail_setup.test() == "ada@example.com"
    (mail,) = desk.server.mails
    assert mail["Auto-Submitted"] == "auto-generated"
    desk.runtime.mail_setup.change({}, "wrong")
    with pytest.raises(Refused, match="sign in"):
        desk.runtime.mail_setup.test()
    assert desk.runtime.mail_setup.state().letters == {}


# --- by the clock ---------------------------------------------------------------------------------------------------


async def test_the_chore_sends_what_is_due_and_sleeps_until_the_next(
    desk: MailDesk, letter: LetterView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chore_module, "BEAT", 0.01)
    told: asyncio.Queue[MailReport] = asyncio.Queue()
    desk.runtime.mail_told = told.put_nowait
    chore = desk.runtime.mail_chore
    chore.add_to(None)
    try:
        desk.runtime.letters.send(letter.id)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told.get(), 0.3)
        desk.pipeline.later(seconds=10)
        assert (await asyncio.wait_for(told.get(), 20)).sent == 1
    finally:
        await chore.stop()
    assert len(desk.server.taken) == 1


async def test_the_daemon_leaves_it_to_the_app(desk: MailDesk) -> None:
    running = desk.runtime.home.data / "running"

    def in_child(code: str) -> Callable[[str], Awaitable[float]]:
        return in_children(Children([sys.executable, "-c", code]), HeadStart(running))

    app = Presence(running, "app")
    app.enter()
    try:
        assert await in_child("raise SystemExit(1)")(POST) == AGAIN
    finally:
        app.leave()
    assert await in_child("raise SystemExit(1)")(POST) == BROKEN
    assert await in_child("print('{\"busy\": false}')")(POST) == 0
    assert await in_child("print('{\"busy\": true}')")(POST) == AGAIN


def test_nothing_is_looked_for_before_mail_is_set_up(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    assert mail_of(file) == (None, "")
    file.write_text("mail = 3")
    assert mail_of(file) == (None, "")
    file.write_text("[mail]\nhost = 'x.example'\nreminders = true\nreminders_since = '2026-01-01'")
    assert mail_of(file) == (True, "2026-01-01")
    file.write_text("[mail\n")
    assert mail_of(file) == (None, "")


def test_looking_by_the_clock_keeps_the_daemon_small() -> None:
    import subprocess
    import sys

    code = "import jobcopilot.mail.chore, sys; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert not set(done.stdout.split()) & {
        "sqlalchemy",
        "sqlmodel",
        "pydantic",
        "jinja2",
        "smtplib",
        "keyring",
    }
