"""How the larger dialogues look, cell by cell, at both sizes, in dark and light, with what varies pinned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from jobcopilot import extras
from jobcopilot.jobs.samples import SAMPLE_LIMITS, SAMPLE_PERSON
from jobcopilot.jobs.views import JobDraft
from jobcopilot.reading.pay import read_pay
from jobcopilot.runtime import Runtime
from jobcopilot.tui import openings
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.modals.settings import Told
from jobcopilot.tui.start import glance_at
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import AtHome, home_of

pytestmark = pytest.mark.slow  # a screen is painted whole: seconds each, so CI compares them

DARK, LIGHT = "jobcopilot-dark", "jobcopilot-light"
JOB = JobDraft(
    "Senior Data Engineer",
    "Globex",
    place="Berlin, Germany",
    work_mode="remote",
    description="## About the role\n\nYou own our Airflow pipelines.\n\n- 5+ years of Python\n- SQL",
    address="https://globex.example/jobs/1",
    source="manual",
    pay=read_pay("€80–100k a year"),
    posted_on=date(2026, 11, 12),
    deadline=date(2026, 12, 1),
    status="applied",
    notes="Grace works there.",
    tags=("dream", "berlin"),
    applied_at=datetime(2026, 11, 18, 16, 5, tzinfo=UTC),
)
TABLE = """Company Name,Job Title,Status,Job URL,Location,Salary,Date Saved,Date Applied,Notes
Globex,Senior Data Engineer,Applied,https://globex.example/1,Berlin,€80-100k,2026-11-01,2026-11-03,nice people
Initech,Backend Engineer,Bookmarked,https://initech.example/2,Paris,,2026-11-02,,
,Nobody's Job,Bookmarked,https://nobody.example/3,Rome,,2026-11-02,,
Hooli,数据工程师,Bookmarked,https://hooli.example/4,上海,,2026-11-05,,
"""
Show = Callable[[AtHome], Awaitable[None]]
Compare = Callable[..., bool]


@pytest.fixture
def looks(snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Compare what is on the screen after some steps with how it looked before."""
    monkeypatch.setattr(extras, "find_spec", lambda module: None if module == "llama_cpp" else object())
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(TextArea, "cursor_blink", False)

    def compare(show: Show, size: tuple[int, int], theme: str = DARK, *drafts: JobDraft) -> None:
        runtime = home_of(tmp_path / "home", *drafts)
        runtime.profiles.take_over("default", SAMPLE_PERSON)
        runtime.profiles.change("default", SAMPLE_LIMITS)
        runtime.forget_profile()
        app = JobcopilotApp(BoardData(runtime), glance_at(runtime.home.settings_file))
        app.theme = theme

        async def steps(pilot: Pilot[Any]) -> None:
            home = AtHome(app, pilot, runtime)
            board = openings.board_of(app)
            assert board is not None
            await home.until(lambda: board.source is not None, "the first rows")
            await home.settled()
            await show(home)
            # The board has pictures of its own.
            for part in board.children:
                part.visible = False
            await home.settled()

        try:
            assert snap_compare(app, terminal_size=size, run_before=steps)
        finally:
            runtime.close()

    return compare


def fresh(runtime: Runtime) -> None:
    """Forget who is searching."""
    runtime.profiles.change(
        "default",
        {
            "full_name": "",
            "headline": "",
            "roles": (),
            "places": (),
            "skills": (),
            "seniority": None,
            "years": None,
        }
        | {"minimum_pay": None, "pay_currency": None},
    )
    runtime.forget_profile()


def step(number: int) -> Show:
    async def show(home: AtHome) -> None:
        fresh(home.runtime)
        openings.open_onboarding(home.app)
        await home.settled()
        if number > 1:
            await home.type("Ada")
            await home.press("enter")
            await home.type("Senior Data Engineer")
            await home.press("ctrl+s")
        if number > 2:
            await home.press("ctrl+s")

    return show


@pytest.mark.parametrize("number", [1, 2, 3])
def test_first_steps(looks: Callable[..., None], number: int) -> None:
    looks(step(number), NARROW)


def test_first_step_wide_and_light(looks: Callable[..., None]) -> None:
    looks(step(1), WIDE, LIGHT)


def preview(folder: Path) -> Show:
    file = folder / "jobs.csv"
    file.write_text(TABLE, "utf-8")

    async def show(home: AtHome) -> None:
        openings.open_import(home.app, str(file))
        await home.until(lambda: "Import these" in home.text(), "the preview")

    return show


@pytest.mark.parametrize(("size", "theme"), [(NARROW, DARK), (WIDE, LIGHT)], ids=["narrow", "wide"])
def test_import_preview(
    looks: Callable[..., None], tmp_path: Path, size: tuple[int, int], theme: str
) -> None:
    looks(preview(tmp_path), size, theme)


def test_import_result(looks: Callable[..., None], tmp_path: Path) -> None:
    async def show(home: AtHome) -> None:
        await preview(tmp_path)(home)
        await home.press("enter")
        await home.until(lambda: "added" in home.text(), "the import")

    looks(show, NARROW)


def test_import_of_a_file_that_is_not_there(looks: Callable[..., None]) -> None:
    async def show(home: AtHome) -> None:
        openings.open_import(home.app, "/nowhere/jobs.csv")
        await home.until(lambda: bool(home.failure()), "the failure")

    looks(show, NARROW)


async def edit(home: AtHome) -> None:
    openings.open_edit(home.app, [home.jobs()[0].row.id])
    await home.settled()


@pytest.mark.parametrize(
    ("size", "theme"), [(NARROW, DARK), (WIDE, DARK), (WIDE, LIGHT)], ids=["narrow", "wide", "light"]
)
def test_edit_form(looks: Callable[..., None], size: tuple[int, int], theme: str) -> None:
    looks(edit, size, theme, JOB)


def test_edit_form_with_mistakes(looks: Callable[..., None]) -> None:
    async def show(home: AtHome) -> None:
        await edit(home)
        home.field("title").text = ""
        home.field("deadline").text = "soon"
        await home.press("ctrl+s")

    looks(show, NARROW, DARK, JOB)


@pytest.mark.parametrize(("size", "theme"), [(NARROW, DARK), (WIDE, LIGHT)], ids=["narrow", "wide"])
def test_settings(looks: Callable[..., None], size: tuple[int, int], theme: str) -> None:
    async def show(home: AtHome) -> None:
        openings.open_settings(home.app)
        await home.settled()
        told = home.app.screen.query_one(Told)
        told.facts = {name: f"/home/ada/.local/share/jobcopilot/{name.lower()}" for name in told.facts}
        told.refill()

    looks(show, size, theme)


def test_keys(looks: Callable[..., None]) -> None:
    async def show(home: AtHome) -> None:
        openings.open_keys(home.app)
        await home.settled()
        await home.press("slash")
        await home.type("undo")
        await home.press("enter", "enter", "s")

    looks(show, NARROW)


def test_profile_form(looks: Callable[..., None]) -> None:
    async def show(home: AtHome) -> None:
        openings.open_profile(home.app)
        await home.settled()

    looks(show, NARROW)
