"""The first three steps, on a real and fresh home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobcopilot.clock import FixedClock
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from jobcopilot.settings import load_settings
from jobcopilot.tui import openings
from jobcopilot.tui.modals.sources import SourcesDialogue
from jobcopilot.tui.onboarding.steps import Onboarding
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import NOW, AtHome, at_home, home_of


def fresh(folder: Path) -> Runtime:
    """Return the runtime of a home that nobody was in; the steps are opened by the test, whoever opens them else."""
    runtime = home_of(folder)
    runtime.close()
    return Runtime(find_home(folder), clock=FixedClock(NOW))


async def begin(home: AtHome) -> Onboarding:
    from jobcopilot.settings import save_setting

    save_setting(home.runtime.home.settings_file, "onboarded", False)
    openings.open_onboarding(home.app)
    await home.settled()
    screen = home.app.screen
    assert isinstance(screen, Onboarding)
    return screen


def onboarded(home: AtHome) -> bool:
    return load_settings(home.runtime.home.settings_file).onboarded


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=str)
async def test_three_steps_lead_to_the_best_match(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_home(fresh(tmp_path), size) as home:
        await begin(home)
        assert "1 of 3" in home.text()
        await home.type("Ada")
        await home.press("enter")
        await home.type("Data Engineer")
        await home.press("enter", "enter")
        assert "2 of 3" in home.text()
        home.field("places").text = "Berlin, Germany"
        home.field("min_pay").text = "75k EUR"
        home.field("skills").text = "Python: 7, SQL: 5"
        await home.press("ctrl+s")
        assert "3 of 3" in home.text()
        await home.press("j", "enter")
        await home.until(lambda: len(home.app.screen_stack) == 1, "the board")
        await home.settled()
        profile = home.runtime.profile
        assert (profile.full_name, profile.roles) == ("Ada", ("Data Engineer",))
        assert (profile.places, profile.minimum_pay) == (("Berlin, Germany",), 75_000)
        assert [skill.name for skill in profile.skills] == ["Python", "SQL"]
        assert onboarded(home)
        jobs = home.jobs()
        assert jobs
        assert {job.tags for job in jobs} == {("sample",)}
        board = openings.board_of(home.app)
        assert board is not None
        await home.until(lambda: board.row is not None, "the first row")
        first = home.runtime.pages.page(home.app.data.query(""), "-match", 0, 1)[0]
        assert board.row is not None
        assert board.row.id == first.id
        assert board.chrome.profile_name == "Ada"
        await home.press("u")
        assert home.jobs() == []


async def test_every_step_can_be_skipped(tmp_path: Path) -> None:
    async with at_home(fresh(tmp_path)) as home:
        await begin(home)
        for step in ("1 of 3", "2 of 3", "3 of 3"):
            assert step in home.text()
            await home.press("escape")
        assert len(home.app.screen_stack) == 1
        assert onboarded(home)
        assert home.jobs() == []
        assert home.runtime.profile.full_name == ""


async def test_later_is_a_choice(tmp_path: Path) -> None:
    async with at_home(fresh(tmp_path)) as home:
        await begin(home)
        await home.press("escape", "escape", "j", "j", "j", "enter")
        assert len(home.app.screen_stack) == 1
        assert onboarded(home)


async def test_the_steps_may_end_in_the_sources(tmp_path: Path) -> None:
    async with at_home(fresh(tmp_path), NARROW) as home:
        await begin(home)
        await home.press("escape", "escape", "j", "j")
        assert "Follow companies and job feeds" in home.text()
        await home.press("enter")
        await home.until(lambda: isinstance(home.app.screen, SourcesDialogue), "the sources")
        assert onboarded(home)
        assert not [source for source in home.runtime.sources.mine() if source.enabled]
        await home.press("escape")
        assert len(home.app.screen_stack) == 1


async def test_how_a_choice_is_made_is_said(tmp_path: Path) -> None:
    async with at_home(fresh(tmp_path), NARROW) as home:
        await begin(home)
        await home.press("escape", "tab")
        assert "Left and right choose" in home.text()
        await home.press("tab", "tab")
        assert "Left and right choose" in home.text()


async def test_a_resume_fills_in_who_and_what(tmp_path: Path) -> None:
    resume = tmp_path / "my resume.json"
    resume.write_text(
        json.dumps(
            {
                "basics": {"name": "Ada Lovelace", "label": "Data Engineer"},
                "skills": [{"name": "Python"}, {"name": "SQL"}],
            }
        )
    )
    async with at_home(fresh(tmp_path / "home")) as home:
        await begin(home)
        await home.press("tab", "tab")
        await home.paste(str(resume).replace(" ", "\\ "))
        await home.press("enter")
        assert "1 of 3" in home.text()
        assert home.field("full_name").text == "Ada Lovelace"
        assert "Python, SQL" in home.text()
        assert home.runtime.profiles.get("default").skills == ()
        await home.press("enter")
        assert "2 of 3" in home.text()
        assert home.field("skills").text == "Python, SQL"
        assert home.runtime.profiles.get("default").full_name == "Ada Lovelace"


@pytest.mark.slow
async def test_a_resume_that_cannot_be_read_is_told_and_can_be_skipped(tmp_path: Path) -> None:
    async with at_home(fresh(tmp_path)) as home:
        await begin(home)
        await home.type("Ada")
        await home.press("tab", "tab")
        await home.type("/nowhere.pdf")
        await home.press("enter")
        assert "/nowhere.pdf" in home.failure()
        await home.press("escape")
        assert home.failure() == ""
        assert "1 of 3" in home.text()
        await home.press("ctrl+u", "enter")
        assert "2 of 3" in home.text()
        assert home.runtime.profiles.get("default").full_name == "Ada"


async def test_a_mistake_keeps_the_step_and_the_way_back_keeps_the_words(tmp_path: Path) -> None:
    async with at_home(fresh(tmp_path)) as home:
        await begin(home)
        await home.type("Ada")
        await home.press("ctrl+s")
        home.field("min_pay").text = "a lot"
        await home.press("ctrl+s")
        assert "2 of 3" in home.text()
        assert "✗" in home.text()
        await home.press("ctrl+b")
        assert "1 of 3" in home.text()
        assert home.field("full_name").text == "Ada"


@pytest.mark.slow
async def test_postings_are_imported_from_the_last_step(tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("Job Title,Company\nData Engineer,Globex\n", "utf-8")
    async with at_home(fresh(tmp_path / "home")) as home:
        await begin(home)
        await home.press("escape", "escape", "enter")
        await home.until(lambda: len(home.app.screen_stack) == 3, "the import")
        await home.settled()
        await home.press("escape")
        assert "3 of 3" in home.text()
        await home.press("enter")
        await home.until(lambda: len(home.app.screen_stack) == 3, "the import")
        await home.settled()
        await home.paste(str(file))
        await home.press("enter")
        await home.until(lambda: "Import this posting" in home.text(), "the preview")
        await home.press("enter")
        await home.until(lambda: "added" in home.text(), "the import")
        await home.press("escape")
        await home.until(lambda: len(home.app.screen_stack) == 1, "the board")
        assert [job.row.company for job in home.jobs()] == ["Globex"]
        assert onboarded(home)


async def test_nothing_has_to_be_scrolled_at_80_by_24(tmp_path: Path) -> None:
    async with at_home(fresh(tmp_path), NARROW) as home:
        screen = await begin(home)
        for _step in range(3):
            for widget in screen.query("Field, .intro, Choices"):
                if (
                    widget.display
                    and widget.region.height
                    and all(node.display for node in widget.ancestors_with_self if hasattr(node, "display"))
                ):
                    assert widget.region.bottom <= 23
                    assert not widget.is_scrollable or widget.max_scroll_y == 0
            await home.press("escape")
