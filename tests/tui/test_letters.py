"""Letters in the pipeline: drafted, written, sent after ten seconds, taken back; nothing leaves by another key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Static

from jobcopilot.clock import FixedClock
from jobcopilot.jobs.views import JobDraft
from jobcopilot.runtime import Runtime
from jobcopilot.tui.modals.fields import LongText
from jobcopilot.tui.modals.letter import LetterPanel
from jobcopilot.tui.modals.mail_setup import MailSetupPanel
from tests.fakes.calendar import FakeVault
from tests.fakes.mail_server import PASSWORD, USER, MailServer
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import NOW, AtHome, home_of
from tests.tui.test_pipeline import pipeline

NOTES = "Talked about their migration to Airflow."


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def met(folder: Path, server: MailServer | None = None) -> Runtime:
    """Return a home with an interview of yesterday, and outgoing mail where a server is given."""
    runtime = home_of(folder, JobDraft("Data Engineer", "Acme", source="manual"))
    runtime.__dict__["vault"] = FakeVault()
    people = ["Grace Hopper <grace@acme.example>", "Barbara Liskov"]
    given = {"stage": "Technical Interview", "starts_at": NOW - timedelta(days=1), "contacts": people}
    number = runtime.rounds.book(1, given).round.id
    runtime.rounds.complete(number, "waiting", notes=NOTES)
    if server is not None:
        runtime.mail_setup.change(
            {
                "host": "localhost",
                "port": server.port,
                "username": USER,
                "address": "ada@example.com",
                "name": "Ada",
            },
            PASSWORD,
        )
        runtime.mail_outbox.context = lambda: server.context
    return runtime


def complaint(home: AtHome, name: str) -> str:
    """Return what is said under a field, empty where nothing is."""
    field = home.field(name)
    return str(field.query_one(".wrong", Static).render()) if field.has_class("-wrong") else ""


@asynccontextmanager
async def writing(
    runtime: Runtime, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[AtHome, LetterPanel]]:
    async with pipeline(runtime, size) as (home, _screen):
        await home.press("l")
        panel = home.app.screen
        assert isinstance(panel, LetterPanel)
        await home.until(lambda: panel.letter is not None, "the draft")
        yield home, panel


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_l_drafts_the_letter_that_is_due(tmp_path: Path, size: tuple[int, int]) -> None:
    async with writing(met(tmp_path), size) as (home, panel):
        assert panel.letter is not None
        assert (panel.letter.kind, panel.letter.state) == ("thank_you", "draft")
        assert "migration to Airflow" in home.field("body").text
        assert "○ draft" in home.text()


async def test_words_are_kept_when_one_leaves_and_when_one_turns_to_another_person(tmp_path: Path) -> None:
    async with writing(met(tmp_path)) as (home, panel):
        first = panel.letter
        assert first is not None
        home.field("subject").text = "My own subject"
        home.field("contact").control.focus()
        await home.press("right")
        await home.until(lambda: panel.letter is not None and panel.letter.id != first.id, "the other letter")
        assert home.runtime.letters.get(first.id).subject == "My own subject"
        home.field("body").text = "Other words."
        second = panel.letter
        assert second is not None
        await home.press("escape")
        await home.until(lambda: home.app.screen is not panel, "leaving")
        assert home.runtime.letters.get(second.id).body == "Other words."
        assert {one.state for one in home.runtime.letters.list()} == {"draft"}


async def test_words_that_cannot_be_kept_are_not_lost_by_turning_to_another_person(tmp_path: Path) -> None:
    async with writing(met(tmp_path)) as (home, panel):
        first = panel.letter
        assert first is not None
        home.field("body").text = "An hour of work."
        home.field("email").text = "grace at acme"
        home.field("contact").control.focus()
        await home.press("right")
        await home.until(lambda: "It takes one such as" in complaint(home, "email"), "why")
        assert panel.letter is not None
        assert panel.letter.id == first.id
        assert home.field("contact").text == str(first.contact_id)
        assert home.field("body").text == "An hour of work."
        home.field("email").text = ""
        home.field("contact").control.focus()
        await home.press("right")
        await home.until(lambda: panel.letter is not None and panel.letter.id != first.id, "the other letter")
        assert home.runtime.letters.get(first.id).body == "An hour of work."


async def test_what_one_wrote_is_replaced_only_when_one_says_so(tmp_path: Path) -> None:
    async with writing(met(tmp_path)) as (home, panel):
        home.field("body").text = "An hour of work."
        await home.pilot.press("ctrl+n")
        await home.until(lambda: home.app.screen is not panel, "the question")
        await home.pilot.press("n")
        await home.until(lambda: home.app.screen is panel, "the letter")
        assert home.field("body").text == "An hour of work."
        await home.pilot.press("ctrl+n")
        await home.until(lambda: home.app.screen is not panel, "the question again")
        await home.pilot.press("y")
        await home.until(lambda: "migration to Airflow" in home.field("body").text, "the fresh draft")


async def test_an_interview_still_to_come_is_not_thanked_for(tmp_path: Path) -> None:
    runtime = home_of(tmp_path, JobDraft("Data Engineer", "Acme", source="manual"))
    runtime.rounds.book(1, {"stage": "Technical Interview", "starts_at": NOW + timedelta(days=1)})
    async with pipeline(runtime, WIDE) as (home, screen):
        await home.press("l")
        await home.until(lambda: "after the interview" in home.said(), "why not")
        await home.until(lambda: home.app.screen is screen, "the pipeline")
    assert runtime.letters.list() == ()


async def test_a_letter_leaves_after_ten_seconds_and_says_so(tmp_path: Path, server: MailServer) -> None:
    runtime = met(tmp_path, server)
    clock = runtime.clock
    assert isinstance(clock, FixedClock)
    before = len(server.taken)
    async with writing(runtime) as (home, panel):
        home.field("email").text = "grace@acme.example"
        await home.press("f2")
        await home.until(lambda: panel.letter is not None and panel.letter.state == "waiting", "waiting")
        assert "in 10 s" in home.text()
        assert len(server.taken) == before
        clock.moment += timedelta(seconds=10)
        assert (await asyncio.to_thread(runtime.send_mail)).sent == 1
        await home.until(lambda: panel.letter is not None and panel.letter.state == "sent", "sending")
        assert "✓ sent" in home.text()
        body = home.field("body").control
        assert isinstance(body, LongText)
        assert body.read_only
    assert len(server.taken) == before + 1


async def test_a_letter_can_be_taken_back(tmp_path: Path, server: MailServer) -> None:
    runtime = met(tmp_path, server)
    clock = runtime.clock
    assert isinstance(clock, FixedClock)
    before = len(server.taken)
    async with writing(runtime) as (home, panel):
        home.field("email").text = "grace@acme.example"
        await home.press("f2")
        await home.until(lambda: panel.letter is not None and panel.letter.state == "waiting", "waiting")
        await home.press("f3")
        await home.until(lambda: panel.letter is not None and panel.letter.state == "draft", "taking back")
        assert "nothing was sent" in home.text()
        clock.moment += timedelta(seconds=60)
        assert (await asyncio.to_thread(runtime.send_mail)).sent == 0
    assert len(server.taken) == before


async def test_what_is_missing_is_said_at_its_field(tmp_path: Path, server: MailServer) -> None:
    async with writing(met(tmp_path, server)) as (home, panel):
        home.field("email").text = "grace"
        await home.press("f2")
        assert complaint(home, "email") == (
            "✗ Email is not an e-mail address. It takes one such as grace@example.com, or nothing."
        )
        home.field("email").text = ""
        await home.press("f2")
        assert complaint(home, "email") == "✗ It needs an e-mail address. One such as grace@example.com."
        home.field("body").text = ""
        await home.press("ctrl+s")
        assert "empty" in home.text()
        assert panel.letter is not None
        assert panel.letter.state == "draft"


async def test_without_outgoing_mail_the_setup_is_named_and_opens(tmp_path: Path) -> None:
    async with writing(met(tmp_path)) as (home, _panel):
        await home.press("f2")
        assert "No outgoing mail is set up" in home.text()
        await home.press("f9")
        assert isinstance(home.app.screen, MailSetupPanel)


async def test_a_letter_sent_elsewhere_ticks_its_follow_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def browser(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", browser)
    async with writing(met(tmp_path)) as (home, panel):
        home.field("email").text = "grace@acme.example"
        await home.press("f7")
        assert opened[0].startswith("mailto:grace@acme.example?subject=")
        await home.press("f8")
        await home.until(lambda: panel.letter is not None and panel.letter.state == "sent", "the tick")
        assert panel.letter is not None
        follow_up = home.runtime.interviews.follow_up(panel.letter.follow_up_id or 0)
        assert follow_up.status == "done"


async def test_a_locked_vault_asks_for_its_passphrase_first(tmp_path: Path, server: MailServer) -> None:
    runtime = met(tmp_path, server)
    runtime.__dict__["vault"].locked = True
    async with writing(runtime) as (home, panel):
        home.field("email").text = "grace@acme.example"
        await home.pilot.press("f2")
        await home.until(lambda: home.app.screen is not panel, "the question")
        await home.pilot.press("escape")
        await home.until(lambda: "Nothing was sent" in home.text(), "the answer")
        assert panel.letter is not None
        assert panel.letter.state == "draft"


async def test_mail_is_set_up_and_tried_out_in_a_form(tmp_path: Path, server: MailServer) -> None:
    runtime = met(tmp_path)
    runtime.mail_outbox.context = lambda: server.context
    before = len(server.taken)
    async with pipeline(runtime) as (home, _screen):
        await home.press("E")
        for name, text in (
            ("host", "localhost"), ("port", str(server.port)), ("username", USER), ("password", PASSWORD),
            ("address", "ada@example.com"),
        ):  # fmt: skip
            home.field(name).text = text
        await home.press("f2")
        await home.until(lambda: "✓ Sent to ada@example.com" in home.text(), "the test")
        home.field("port").text = "many"
        await home.press("ctrl+s")
        assert "up to 65535" in home.text()
        home.field("port").text = ""
        await home.press("ctrl+s")
        await home.until(lambda: not isinstance(home.app.screen, MailSetupPanel), "leaving")
    assert len(server.taken) == before + 1
    assert list(runtime.__dict__["vault"].kept.values()) == [PASSWORD]
    assert PASSWORD not in runtime.home.settings_file.read_text("utf-8")


async def test_mail_without_a_server_is_not_called_set_up(tmp_path: Path) -> None:
    async with writing(met(tmp_path)) as (home, _panel):
        await home.press("f9", "ctrl+s")
        assert "no server is named" in home.said()
        assert "is set up" not in home.said()
