"""Calendars on the screen: connected, how they stand, settled, beside each interview."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Static

from jobcopilot.calendars.google_accounts import Left
from jobcopilot.calendars.port import CalendarChoice, SignInRefused
from jobcopilot.calendars.views import AccountView
from jobcopilot.runtime import Runtime
from jobcopilot.tui.calendar_words import calendar_lines
from jobcopilot.tui.modals.calendars import CalendarsDialogue
from jobcopilot.tui.modals.connect_calendar import ConnectCalDav
from jobcopilot.tui.modals.unlock import UnlockDialogue
from tests.fakes.calendar import FakeCalendar, FakeVault
from tests.tui.real_home import NOW, AtHome
from tests.tui.test_pipeline import filled, pipeline

CHOICES = (
    CalendarChoice("https://dav.example/work/", "Work"),
    CalendarChoice("https://dav.example/home/", "Home"),
)


def told(home: AtHome) -> str:
    return str(home.app.screen.query_one("#told", Static).content)


async def dialogue(home: AtHome) -> CalendarsDialogue:
    await home.press("C")
    await home.until(lambda: isinstance(home.app.screen, CalendarsDialogue), "the dialogue")
    found = home.app.screen
    assert isinstance(found, CalendarsDialogue)
    await home.until(lambda: "reading" not in told(home), "what stands")
    return found


async def test_without_a_calendar_it_says_how_to_connect_one_and_a_file_is_connected(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    async with pipeline(runtime) as (home, _):
        found = await dialogue(home)
        assert "No calendar is connected" in told(home)
        await home.press("a")
        await home.press("f")
        await home.until(lambda: found.standing.total == 1, "the file")
        await home.until(lambda: found.standing.accounts[0].in_sync, "the first sync")
        assert (runtime.home.data / "interviews.ics").exists()


@pytest.mark.slow
async def test_a_server_is_asked_and_its_calendar_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = filled(tmp_path)
    vault, calendar = FakeVault(), FakeCalendar()
    runtime.__dict__["vault"] = vault
    runtime.__dict__["calendar_of"] = lambda _account: calendar
    asked: list[tuple[str, str, str]] = []

    def find(*given: str) -> tuple[CalendarChoice, ...]:
        asked.append(given)  # type: ignore[arg-type]
        if len(asked) == 1:
            raise SignInRefused("The calendar refuses the name or the password")
        return CHOICES

    monkeypatch.setattr("jobcopilot.calendars.connecting.find_calendars", find)
    async with pipeline(runtime) as (home, _):
        found = await dialogue(home)
        await home.press("a")
        await home.press("c")
        await home.until(lambda: isinstance(home.app.screen, ConnectCalDav), "the form")
        form = home.app.screen
        assert isinstance(form, ConnectCalDav)
        form.address.value, form.user.value, form.password.value = "https://dav.example/", "ada", "engine"
        form.password.focus()
        await home.press("enter")
        await home.until(lambda: "refuses" in str(form.query_one("#said", Static).content), "the refusal")
        assert form.password.has_focus
        await home.type("engine")
        await home.press("enter")
        await home.until(lambda: home.app.screen is not form, "which calendar")
        await home.press("b")
        await home.until(lambda: found.standing.total == 1, "the account")
        assert asked[-1] == ("https://dav.example/", "ada", "engine")
        assert list(vault.kept.values()) == ["engine"]
        assert found.standing.accounts[0].account.calendar_name == "Home"
        await home.press("r")
        await home.until(lambda: found.standing.accounts[0].in_sync, "the sync")
        assert len(calendar.events) == 3


@pytest.mark.slow
async def test_what_is_typed_in_one_burst_reaches_each_field(tmp_path: Path) -> None:
    async with pipeline(filled(tmp_path)) as (home, _):
        await dialogue(home)
        await home.press("a")
        await home.press("c")
        await home.until(lambda: isinstance(home.app.screen, ConnectCalDav), "the form")
        form = home.app.screen
        assert isinstance(form, ConnectCalDav)
        for key in (*"dav", "tab", *"ada", "tab", *"xy", "shift+tab", *"z"):
            home.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await home.until(lambda: form.user.value == "adaz", "every letter in its field")
        assert (form.address.value, form.password.value) == ("dav", "xy")


@pytest.mark.slow
async def test_a_locked_vault_is_unlocked_where_a_password_is_needed(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    vault = FakeVault()
    runtime.__dict__["vault"] = vault
    runtime.__dict__["calendar_of"] = lambda _account: FakeCalendar()
    account = runtime.calendars.connect("caldav", name="Mine", secret="engine")
    vault.locked = True
    async with pipeline(runtime) as (home, _):
        found = await dialogue(home)
        await home.press("r")
        await home.until(lambda: isinstance(home.app.screen, UnlockDialogue), "the question")
        form = home.app.screen
        await home.type("wrong")
        await home.press("enter")
        await home.until(
            lambda: "not the passphrase" in str(form.query_one("#said", Static).content), "the refusal"
        )
        await home.type("open sesame")
        await home.press("enter")
        await home.until(lambda: found.standing.accounts[0].in_sync, "the sync")
    assert runtime.calendars.get(account.id).state == "fine"


class Permissions:
    """Calendars at Google, without Google."""

    def __init__(self, runtime: Runtime) -> None:
        self._calendars = runtime.calendars
        self.ended: list[int] = []

    def disconnect(self, account: AccountView) -> Left:
        self.ended.append(account.id)
        return Left(self._calendars.disconnect(account.id), revoked=True)


@pytest.mark.slow
async def test_leaving_google_gives_the_permission_back_with_the_vault_unlocked(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    vault = FakeVault()
    runtime.__dict__["vault"] = vault
    permissions = Permissions(runtime)
    runtime.__dict__["google_calendars"] = permissions
    account = runtime.calendars.connect("google", name="Google", calendar="primary", secret="a token")
    runtime.__dict__["calendar_of"] = lambda _account: FakeCalendar()
    vault.locked = True
    async with pipeline(runtime) as (home, _):
        found = await dialogue(home)
        await home.press("d")
        await home.until(lambda: home.app.screen is not found, "the question")
        await home.press("y")
        await home.until(lambda: isinstance(home.app.screen, UnlockDialogue), "the passphrase")
        await home.type("open sesame")
        await home.press("enter")
        await home.until(lambda: found.standing.total == 0, "it is gone")
        assert "forget the permission" in home.said()
    assert permissions.ended == [account.id]
    assert vault.kept == {}


@pytest.mark.slow
async def test_google_says_where_it_is_connected(tmp_path: Path) -> None:
    async with pipeline(filled(tmp_path)) as (home, _):
        await dialogue(home)
        await home.press("a")
        await home.press("g")
        await home.until(lambda: "jobcopilot calendar connect google" in home.said(), "the command")


@pytest.mark.slow
async def test_a_sync_that_notices_changes_does_not_say_that_all_is_in_step(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    calendar = FakeCalendar()
    runtime.__dict__["vault"] = FakeVault()
    runtime.__dict__["calendar_of"] = lambda _account: calendar
    account = runtime.calendars.connect("caldav", name="Mine", secret="engine")
    runtime.calendar_worker.run(account.id)
    calendar.change(next(iter(calendar.events)), location="Elsewhere")
    async with pipeline(runtime) as (home, _):
        await dialogue(home)
        await home.press("r")
        await home.until(lambda: "1 interview changed there" in home.said(), "what was noticed")


@pytest.mark.slow
async def test_both_sides_are_shown_and_the_chosen_one_is_taken(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    calendar = FakeCalendar()
    runtime.__dict__["vault"] = FakeVault()
    runtime.__dict__["calendar_of"] = lambda _account: calendar
    account = runtime.calendars.connect("caldav", name="Mine", secret="engine")
    runtime.calendar_worker.run(account.id)
    uid = next(uid for uid, (facts, _, _) in calendar.events.items() if "Technical" in facts.summary)
    at = NOW + timedelta(days=3)
    calendar.change(uid, starts_at=at, ends_at=at + timedelta(hours=1))
    runtime.calendar_worker.run(account.id, look=True)
    (difference,) = runtime.calendar_differences.list()
    async with pipeline(runtime) as (home, _):
        found = await dialogue(home)
        await home.press("j")
        await home.until(lambda: found.difference is not None, "the difference")
        assert "starts: here" in told(home)
        await home.press("t")
        await home.until(lambda: home.app.screen is not found, "whose side")
        await home.press("t")
        await home.until(lambda: found.standing.differences == (), "it is settled")
        assert runtime.interviews.round(difference.round_id).starts_at == at


def test_a_round_says_how_it_stands_in_each_calendar(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    calendar = FakeCalendar()
    runtime.__dict__["vault"] = FakeVault()
    runtime.__dict__["calendar_of"] = lambda _account: calendar
    assert calendar_lines(runtime, 2) == ()
    account = runtime.calendars.connect("caldav", name="CalDAV", secret="engine")
    (line,) = calendar_lines(runtime, 2)
    assert (line.words, line.alarming) == ("… waiting (CalDAV)", False)
    runtime.calendar_worker.run(account.id)
    (line,) = calendar_lines(runtime, 2)
    assert (line.words, line.alarming) == ("✓ in sync (CalDAV, just now)", False)
    calendar.events.clear()
    runtime.calendar_worker.run(account.id, look=True)
    (line,) = calendar_lines(runtime, 2)
    assert (line.words, line.alarming) == ("≠ removed from the calendar (CalDAV)", True)
