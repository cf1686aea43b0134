"""How the market looks, cell by cell, at both sizes, over invented figures with clock and zone pinned."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from jobcopilot.errors import StorageError
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.screens.market import MarketScreen
from jobcopilot.tui.start import glance_at
from tests.fakes.market_figures import FakeMarket
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import AtHome, home_of

pytestmark = pytest.mark.slow  # a screen is painted whole: seconds each, so CI compares them

Compare = Callable[..., bool]
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


@pytest.fixture
def looks(snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Compare the market after some keys with how it looked before."""
    monkeypatch.setattr(Input, "cursor_blink", False)

    def compare(
        size: tuple[int, int], *keys: str, fake: FakeMarket | None = None, theme: str = "jobcopilot-dark"
    ) -> None:
        runtime = home_of(tmp_path / "home")
        shown = fake or FakeMarket()
        runtime.__dict__["market"] = shown
        app = JobcopilotApp(BoardData(runtime), replace(glance_at(runtime.home.settings_file), theme=theme))

        async def drive(pilot: Pilot[Any]) -> None:
            home = AtHome(app, pilot, runtime)
            await home.settled()
            await home.press("3")
            screen = app.screen
            assert isinstance(screen, MarketScreen)
            await home.until(lambda: screen.reading is not None or bool(home.failure()), "the figures")
            await home.settled()
            for key in keys:
                if key == "r" and shown.hold is not None:
                    await pilot.press(key)
                    await home.until(lambda: "30 of 90" in screen.chrome.busy, "progress")
                else:
                    await home.press(key)

        assert snap_compare(app, terminal_size=size, run_before=drive)
        if shown.hold is not None:
            shown.hold.set()
        runtime.close()

    return compare


@BOTH
def test_market(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size)


@BOTH
def test_market_in_light(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "tab", theme="jobcopilot-light")


@pytest.mark.parametrize("turns", range(1, 5), ids=["postings", "skills", "gap", "hiring"])
def test_one_figure_at_a_time(looks: Callable[..., None], turns: int) -> None:
    looks(NARROW, *["tab"] * turns)


def test_without_colour(looks: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    looks(WIDE)


def test_between_the_sizes(looks: Callable[..., None]) -> None:
    looks((120, 30))


@BOTH
def test_empty(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, fake=FakeMarket(n=0, with_pay=0, feeds=0, steady=False))


@BOTH
def test_too_few(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, fake=FakeMarket(n=8, with_pay=3))


@BOTH
def test_no_trend_yet(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, fake=FakeMarket(steady=False, possible_since=date(2026, 11, 10)))


@BOTH
def test_failing(looks: Callable[..., None], size: tuple[int, int]) -> None:
    refused = StorageError(
        "The exchange rates cannot be read", "rates.csv, row 3: no date.", "Mend the file, or delete it."
    )
    looks(size, fake=FakeMarket(failure=refused))


@BOTH
def test_building(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "r", fake=FakeMarket(hold=threading.Event()))


@BOTH
@pytest.mark.parametrize(
    "key",
    ["R", "P", "w", "t", "x", "f", "enter"],
    ids=["role", "place", "window", "table", "export", "feeds", "behind"],
)
def test_dialogue(looks: Callable[..., None], size: tuple[int, int], key: str) -> None:
    looks(size, key)
