"""Reminders while the app is open: told and shown as a toast, the line above, the inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.clock import FixedClock
from jobcopilot.jobs.views import JobDraft
from jobcopilot.reminders.presence import living
from jobcopilot.runtime import Runtime
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.modals.inbox import InboxDialogue
from jobcopilot.tui.reminding import Reminding, short_stage
from jobcopilot.tui.screens.board import BoardScreen
from jobcopilot.tui.start import glance_at
from jobcopilot.tui.widgets.chrome import Outlook
from tests.fakes.desktop import FakeDesktop
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import NOW, AtHome, home_of

LINK = "https://meet.example/acme"


@dataclass
class Reminded(AtHome):
    """A running app that tells reminders on a fake desktop, and the clock that the test moves."""

    desktop: FakeDesktop
    clock: FixedClock

    def top(self) -> str:
        """The line above."""
        return self.text().splitlines()[0]

    async def shows(self, *words: str) -> None:
        """Wait until the screen has these words."""
        await self.until(lambda: all(word in self.text() for word in words), f"{words} on the screen")


@asynccontextmanager
async def reminded(runtime: Runtime, size: tuple[int, int] = WIDE) -> AsyncIterator[Reminded]:
    """Run the app as `tui.start` does, with a fake desktop."""
    app, desktop = JobcopilotApp(BoardData(runtime), glance_at(runtime.home.settings_file)), FakeDesktop()
    app.reminding = Reminding(app, [desktop])
    clock = runtime.clock
    assert isinstance(clock, FixedClock)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            driven = Reminded(app, pilot, runtime, desktop, clock)
            await driven.until(lambda: app.outlook is not None and app.outlook.armed, "reminders armed")
            await driven.settled()
            yield driven
    finally:
        await app.reminding.stop()
        runtime.close()


@pytest.fixture
def home(tmp_path: Path) -> Runtime:
    return home_of(tmp_path, JobDraft("Data Engineer", "Acme", description="Python and SQL"))


def book(runtime: Runtime, **fields: Any) -> int:
    """Book a technical interview in two days and three hours, or as the fields say."""
    (job_id,) = runtime.pages.ids(BoardData(runtime).query(""), "created")
    given = {
        "stage": "Technical Interview",
        "starts_at": NOW + timedelta(days=2, hours=3),
        "format": "video",
        "link": LINK,
    }
    return runtime.rounds.book(job_id, given | fields).round.id


async def test_nothing_stands_above_where_nothing_is_booked(home: Runtime) -> None:
    async with reminded(home) as driven:
        assert "armed" not in driven.top()
        assert "●" not in driven.top()


@pytest.mark.slow
async def test_the_line_above_says_what_is_next_and_follows_time_and_other_processes(home: Runtime) -> None:
    other = Runtime(home.home, clock=home.clock)
    async with reminded(home) as driven:
        round_id = book(other)
        await driven.shows("Acme technical in 2 d 3 h · ● reminders armed")
        driven.clock.moment += timedelta(hours=1)
        await driven.shows("Acme technical in 2 d 2 h · ● reminders armed")
        await driven.press("2")
        await driven.shows("Acme technical in 2 d 2 h · ● reminders armed")
        other.rounds.cancel(round_id)
        await driven.until(lambda: "Acme" not in driven.top(), "the cancelled round gone")
        assert "armed" not in driven.top()
    other.close()


@pytest.mark.slow
async def test_a_narrow_line_keeps_what_matters(home: Runtime) -> None:
    book(home)
    async with reminded(home, NARROW) as driven:
        await driven.shows("Acme in 2 d 3 h · ●")
        assert len(driven.top()) == NARROW[0]


@pytest.mark.slow
async def test_a_due_reminder_reaches_the_desktop_once_and_is_shown_as_a_toast(home: Runtime) -> None:
    book(home, starts_at=NOW + timedelta(hours=2, seconds=2))
    async with reminded(home) as driven:
        assert not driven.desktop.shown
        driven.clock.moment += timedelta(seconds=3)
        await driven.until(lambda: bool(driven.desktop.shown), "the reminder")
        (message,) = driven.desktop.shown
        assert message.title == "Technical Interview with Acme: in 2 h"
        await driven.shows(message.title, LINK)
        assert [one.role for one in living(home.home.data / "running")] == ["app"]
    assert not list(living(home.home.data / "running"))


@pytest.mark.slow
async def test_the_inbox_tells_what_came_and_what_was_missed(
    home: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    book(home, starts_at=NOW + timedelta(hours=5))
    begun = book(home, stage="Recruiter Screen", starts_at=NOW + timedelta(hours=2, minutes=10))
    home.clock.moment += timedelta(hours=2, minutes=11)  # type: ignore[attr-defined]  # a fixed clock
    async with reminded(home) as driven:
        await driven.shows("! 1 missed")
        assert "I shows it" in driven.said()
        driven.clock.moment += timedelta(hours=1)
        await driven.until(lambda: bool(driven.desktop.shown), "the second round's reminder")
        await driven.settled()
        await driven.press("I")
        await driven.shows("! missed", "✓ sent", "Technical Interview with Acme", LINK)
        assert driven.text().index("Technical Interview with Acme") < driven.text().index("! missed")
        await driven.until(lambda: "missed" not in driven.top(), "seen")
        await driven.press("o")
        assert opened == [LINK]
        # 1 h 49 min are left: both waits are offered.
        await driven.press("s", "h")
        await driven.shows("It comes again today 13:41 UTC", "↻ again 13:41 UTC")
        driven.clock.moment += timedelta(hours=1, seconds=1)
        await driven.until(lambda: len(driven.desktop.shown) == 2, "the reminder again")
        await driven.press("j", "s")
        assert "nothing left" in driven.said() or "begins before" in driven.said()
        await driven.press("enter")
        await driven.until(lambda: driven.app.current_mode == "pipeline", "the pipeline")
        assert home.interviews.round(begun).stage == "Recruiter Screen"


async def test_an_empty_inbox_says_what_it_is_for(home: Runtime) -> None:
    async with reminded(home, NARROW) as driven:
        await driven.press("I")
        await driven.shows("Nothing yet")
        await driven.press("s", "o", "enter")
        assert isinstance(driven.app.screen, InboxDialogue)
        await driven.press("escape")
        assert isinstance(driven.app.screen, BoardScreen)


async def test_what_keeps_reminders_from_being_told_stands_above(home: Runtime) -> None:
    book(home)
    (home.home.data / "running").write_text("a file where a folder should be")
    app = JobcopilotApp(BoardData(home), glance_at(home.home.settings_file))
    app.reminding = Reminding(app, [FakeDesktop()])
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        driven = AtHome(app, pilot, home)
        await driven.until(lambda: "○ reminders off" in driven.text(), "why nothing is told")
        assert "cannot be written" in driven.failure()
    await app.reminding.stop()
    home.close()


async def test_other_tests_tell_no_reminders(home: Runtime) -> None:
    book(home, starts_at=NOW + timedelta(hours=2, seconds=2))
    app = JobcopilotApp(BoardData(home), glance_at(home.home.settings_file))
    async with app.run_test(size=WIDE) as pilot:
        driven = AtHome(app, pilot, home)
        await driven.settled()
        assert app.outlook is None
        assert not (home.home.data / "running").exists()
    home.close()


@pytest.mark.parametrize(
    ("stage", "short"),
    [
        ("Technical Interview", "technical"),
        ("HR Interview", "HR"),
        ("Recruiter Screen", "recruiter"),
        ("Interview", "interview"),
        ("On-site", "on-site"),
        ("Chat with the CTO", "chat with the CTO"),
        ("", ""),
    ],
)
def test_stages_are_short_above(stage: str, short: str) -> None:
    assert short_stage(stage) == short


def test_fewer_words_where_there_is_less_room() -> None:
    phrasings = list(dict.fromkeys(Outlook("Acme", "technical", "in 2 d 3 h", True, 2, True).phrasings()))
    assert phrasings == [
        "Acme technical in 2 d 3 h · ! 2 missed · ● reminders armed",
        "Acme technical in 2 d 3 h · ! 2 missed · ● armed",
        "Acme technical in 2 d 3 h · ! 2 · ●",
        "Acme in 2 d 3 h · ! 2 · ●",
        "in 2 d 3 h · ! 2 · ●",
        "! 2 · ●",
    ]
    assert next(Outlook(armed=True).phrasings()) == ""
    assert next(Outlook(waiting=True, trouble="Locked").phrasings()) == "○ reminders off: Locked"
