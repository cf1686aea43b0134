"""How the pipeline and its forms look, cell by cell, at both sizes, with clock and zone pinned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from jobcopilot.cli.demo import fill_with_samples
from jobcopilot.errors import StorageError
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.screens.pipeline import PipelineScreen
from jobcopilot.tui.start import glance_at
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import AtHome, home_of

pytestmark = pytest.mark.slow  # a screen is painted whole: seconds each, so CI compares them

Compare = Callable[..., bool]
Steps = Callable[[AtHome], Awaitable[None]]
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    runtime = home_of(folder)
    fill_with_samples(runtime)
    runtime.close()
    return folder


@pytest.fixture
def looks(
    snap_compare: Compare, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Compare the pipeline after some keys with how it looked before."""
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(TextArea, "cursor_blink", False)

    def compare(
        size: tuple[int, int],
        *keys: str,
        empty: bool = False,
        theme: str = "jobcopilot-dark",
        steps: Steps | None = None,
    ) -> None:
        from dataclasses import replace
        from shutil import copytree

        folder = tmp_path / "home"
        if not empty:
            copytree(sample_home, folder)
        runtime = home_of(folder)
        glance = replace(glance_at(runtime.home.settings_file), theme=theme)
        app = JobcopilotApp(BoardData(runtime), glance)

        async def drive(pilot: Pilot[Any]) -> None:
            home = AtHome(app, pilot, runtime)
            await home.settled()
            await home.press("2")
            screen = app.screen
            assert isinstance(screen, PipelineScreen)
            await home.until(lambda: screen.agenda.total is not None, "the agenda")
            await home.settled()
            for key in keys:
                await home.press(key)
            if steps is not None:
                await steps(home)

        assert snap_compare(app, terminal_size=size, run_before=drive)
        runtime.close()

    return compare


@BOTH
def test_agenda(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "g", "j", "j", "j", "j", "j")


def test_agenda_in_light(looks: Callable[..., None]) -> None:
    looks(WIDE, "j", theme="jobcopilot-light")


def test_an_interview_over_the_agenda(looks: Callable[..., None]) -> None:
    looks(NARROW, "enter")


@BOTH
def test_week(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "w")


@BOTH
def test_month(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "M")


@BOTH
def test_empty(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, empty=True)


@BOTH
def test_failing(looks: Callable[..., None], size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StorageError(
            "The disk is full",
            "jobcopilot.sqlite3 could not grow. Nothing was changed.",
            "Free some space, then try again.",
        )

    from jobcopilot.interviews.rounds import Rounds

    monkeypatch.setattr(Rounds, "cancel", refuse)
    looks(size, "X")


@BOTH
def test_booking(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(home: AtHome) -> None:
        home.field("when").text = "tomorrow 10:15"
        await home.settled()

    looks(size, "b", steps=steps)


def test_booking_what_means_two_moments(looks: Callable[..., None]) -> None:
    async def steps(home: AtHome) -> None:
        home.field("when").text = "3/4 10:00"
        await home.settled()

    looks(WIDE, "b", steps=steps)


@BOTH
def test_completing(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "c")


@BOTH
@pytest.mark.parametrize(
    "key", ["O", "P", "a", "f", "I"], ids=["offers", "people", "task", "follow_up", "inbox"]
)
def test_dialogue(looks: Callable[..., None], size: tuple[int, int], key: str) -> None:
    looks(size, *("j" * 6), key) if key == "a" else looks(size, key)


@BOTH
def test_putting_off(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "s")


async def _with_calendars(home: AtHome) -> None:
    """Two calendars, one with a round that was changed there, one without an answer; their dialogue open."""
    from datetime import timedelta

    from jobcopilot.calendars.port import Temporary
    from tests.fakes.calendar import FakeCalendar, FakeVault

    runtime, good, silent = home.runtime, FakeCalendar(), FakeCalendar()

    def no_answer(_what: str, _uid: str) -> None:
        raise Temporary("The calendar does not answer", "no connection came about", retry_after=600)

    silent.before = no_answer
    runtime.__dict__["vault"] = FakeVault()
    runtime.__dict__["calendar_of"] = lambda account: good if account.name == "Home" else silent
    for name in ("Home", "Work"):
        account = runtime.calendars.connect(
            "caldav", name=name, address="https://dav.example/", calendar=f"/{name}/", secret="engine"
        )
        runtime.calendar_worker.run(account.id)
    view = runtime.interviews.rounds(since=runtime.clock.now(), ahead_only=True)[0]
    uid = str(next(uid for uid, (facts, _, _) in good.events.items() if facts.starts_at == view.starts_at))
    facts = good.events[uid][0]
    good.change(uid, starts_at=facts.starts_at + timedelta(days=1), ends_at=facts.ends_at + timedelta(days=1))
    runtime.calendar_worker.run(1, look=True)
    await home.press("C")
    await home.settled()


@BOTH
def test_calendars(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(home: AtHome) -> None:
        await _with_calendars(home)
        await home.press("j", "j")

    looks(size, steps=steps)


def test_calendars_connecting(looks: Callable[..., None]) -> None:
    async def steps(home: AtHome) -> None:
        await _with_calendars(home)
        await home.press("a", "c")

    looks(NARROW, steps=steps)
