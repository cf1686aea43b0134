"""How the board looks, cell by cell, at both sizes: table and kanban in dark, one in light, one empty, one failing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from jobcopilot.errors import StorageError
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.start import Glance
from tests.fakes.board_data import FakeBoardData, Stored, make_jobs
from tests.tui.driving import NARROW, WIDE, Driven

pytestmark = pytest.mark.slow  # a screen is painted whole: seconds each, so CI compares them

Steps = Callable[[Driven], Awaitable[None]]
Compare = Callable[..., bool]


@pytest.fixture
def looks(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Compare the board after some keys with how it looked before; jobs, clock and zone are those of the fake."""
    monkeypatch.setattr(Input, "cursor_blink", False)

    def compare(
        size: tuple[int, int], *keys: str, jobs: list[Stored] | None = None, glance: Glance | None = None,
        steps: Steps | None = None,
    ) -> None:  # fmt: skip
        data = FakeBoardData(jobs)
        app = JobcopilotApp(data, glance or Glance())

        async def drive(pilot: Pilot[Any]) -> None:
            driven = Driven(app, pilot, data)
            await driven.until(lambda: driven.board.source is not None)
            await driven.settled()
            await driven.press(*keys)
            if steps is not None:
                await steps(driven)

        assert snap_compare(app, terminal_size=size, run_before=drive)

    return compare


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_table(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "j", "space")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_kanban(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "j", jobs=make_jobs(40), glance=Glance(view="kanban"))


def test_table_in_light(looks: Callable[..., None]) -> None:
    looks(WIDE, "j", glance=Glance(theme="jobcopilot-light"))


def test_posting_over_the_list(looks: Callable[..., None]) -> None:
    looks(NARROW, "enter")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_empty(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, jobs=[])


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_failing(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def fail(driven: Driven) -> None:
        driven.data.store.failing = StorageError(
            "The database is busy",
            "another program holds /home/ada/jobcopilot.sqlite3",
            "Close other copies of Jobcopilot or wait a moment, then try again. Nothing was changed.",
        )
        await driven.press("d")

    looks(size, steps=fail)


def test_search_with_a_mistake(looks: Callable[..., None]) -> None:
    looks(WIDE, "slash", *"python", "space", *"level", "colon", *"best")


def test_status_menu(looks: Callable[..., None]) -> None:
    looks(NARROW, "s")


def test_jumping(looks: Callable[..., None]) -> None:
    looks(NARROW, "semicolon")


def test_help(looks: Callable[..., None]) -> None:
    looks(WIDE, "question_mark")


def test_palette(looks: Callable[..., None]) -> None:
    looks(NARROW, "ctrl+p")
