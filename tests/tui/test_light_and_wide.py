"""The pipeline and the market on a light ground and on a big screen: what is read, what the key line promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import ModalScreen
from textual.theme import Theme

from jobcopilot.settings import save_setting
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.screens.market import MarketScreen
from jobcopilot.tui.screens.pipeline import PipelineScreen
from jobcopilot.tui.theme import LIGHT, OWN_THEMES, contrast
from jobcopilot.tui.widgets.chrome import KeyLine
from tests.fakes.market_figures import FakeMarket
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import NOW, at_home, home_of
from tests.tui.test_pipeline import filled

pytestmark = pytest.mark.slow  # rooms and dialogues are opened whole: seconds each

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
DRAWN = " ─│▏▎▁▔━╸·▅▇▆▄▃▂█▌▋▊▉▍╭╮╯╰├┤┬┴┼▐▕▃┃╺░▖▗▘▙▚▛▜▝▞▟"
AA = 4.5
"""WCAG 2.2, 1.4.3: the contrast that text needs."""


def faint(app: JobcopilotApp) -> list[tuple[str, str, str]]:
    """Return the words in front that have less contrast than text needs; what a dialogue dims is not in front."""
    inside = (
        app.screen.query_one("#panel").region if isinstance(app.screen, ModalScreen) else app.screen.region
    )
    found = []
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        if not inside.y <= y < inside.bottom:
            continue
        for segment in strip.crop(inside.x, inside.right):
            style = segment.style
            if style is None or style.color is None or style.bgcolor is None or not segment.text.strip(DRAWN):
                continue
            text, ground = style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex
            if style.dim or contrast(text, ground) < AA:
                found.append((segment.text, text, ground))
    return found


def promised(app: JobcopilotApp) -> str:
    """Return the key line."""
    region = app.screen.query_one(KeyLine).region
    strips = list(app.screen._compositor.render_strips())[region.y : region.bottom]
    return "".join(segment.text for strip in strips for segment in strip)


@BOTH
async def test_every_word_of_the_pipelines_rooms_can_be_read_on_a_light_ground(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    runtime = filled(tmp_path)
    save_setting(runtime.home.settings_file, "theme", LIGHT.name)
    async with at_home(runtime, size) as home:
        assert home.app.theme == LIGHT.name
        await home.press("2")
        screen = home.app.screen
        assert isinstance(screen, PipelineScreen)
        await home.until(lambda: screen.line is not None, "the agenda")
        for keys in (
            "", "w", "M", "M", "b", "escape f", "escape m", "escape e", "escape c", "escape O", "a", "escape escape P",
            "a", "escape escape C", "a", "c", "escape escape escape E", "escape slash",
        ):  # fmt: skip
            for key in keys.split():
                await home.press(key)
            assert faint(home.app) == [], (keys, home.app.screen)


@BOTH
async def test_the_month_does_nothing_to_an_interview_that_is_not_seen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    runtime = filled(tmp_path)
    async with at_home(runtime, size) as home:
        await home.press("2")
        screen = home.app.screen
        assert isinstance(screen, PipelineScreen)
        await home.until(lambda: screen.round is not None, "an interview under the cursor")
        await home.press("M")
        for word in ("move", "complete", "cancel", "practise", "edit"):
            assert f" {word}" not in promised(home.app)
        before = [view.status for view in runtime.interviews.rounds()]
        await home.press("X", "d")
        assert [view.status for view in runtime.interviews.rounds()] == before
        await home.press("M", "X")
        await home.until(lambda: "canceled" in home.said(), "on the agenda it cancels")


async def test_a_big_month_names_who_is_met_and_warns_at_the_time(tmp_path: Path) -> None:
    async with at_home(filled(tmp_path), WIDE) as home:
        await home.press("2")
        screen = home.app.screen
        assert isinstance(screen, PipelineScreen)
        await home.until(lambda: screen.round is not None, "an interview under the cursor")
        await home.press("M")
        await home.until(lambda: "10:15 Globex ⚠" in home.text(), "the second of two that clash")
        assert "09:30 Acme ⚠" in home.text()
        assert "09:30 Acme !" in home.text(), "of yesterday's nobody said how it went"
        assert "1 follow-up" in home.text()


async def test_the_key_line_promises_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path), WIDE) as home:
        await home.press("2")
        await home.press("w")
        await home.until(lambda: "Week 47" in home.text(), "the week")
        await home.settled()
        for word in ("detail", "letter"):
            assert f" {word}" not in promised(home.app)
        for key, without in (
            ("O", ("left", "right", "edit")),
            ("P", ("choose", "down")),
            ("C", ("choose", "down")),
        ):
            await home.press(key)
            for word in without:
                assert f" {word}" not in promised(home.app), (key, promised(home.app))
            await home.press("escape")


async def test_a_week_asks_how_the_interviews_of_its_past_days_went(tmp_path: Path) -> None:
    async with at_home(filled(tmp_path), WIDE) as home:
        await home.press("2")
        screen = home.app.screen
        assert isinstance(screen, PipelineScreen)
        await home.until(lambda: screen.round is not None, "an interview under the cursor")
        await home.press("w")
        await home.until(lambda: "Week 47" in home.text(), "the week")
        assert home.text().count("how did it go? c says it") == 1


async def test_an_application_to_ask_after_cannot_be_edited(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    async with at_home(runtime, WIDE) as home:
        await home.press("2")
        screen = home.app.screen
        assert isinstance(screen, PipelineScreen)
        await home.until(lambda: screen.line is not None, "the agenda")
        await home.press("G", "k")
        await home.until(lambda: screen.follow_up is not None, "the follow-up")
        assert screen.round is None
        assert " edit" not in promised(home.app)
        assert " put off" in promised(home.app)


async def test_few_offers_share_the_whole_width(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    notes = "Two days a week in the office."
    for job in (1, 2):
        runtime.offers.add(job, {"amount": 84_000, "currency": "EUR", "notes": notes, "deadline_at": NOW})
    async with at_home(runtime, WIDE) as home:
        await home.press("2")
        await home.press("O")
        await home.until(lambda: home.text().count(notes) == 2, "both notes to their ends")
        await home.press("e")
        await home.until(
            lambda: "Data Engineer · Acme" in home.text() or "Analyst · Globex" in home.text(), "whose it is"
        )


@pytest.mark.parametrize("theme", OWN_THEMES, ids=lambda theme: theme.name)
async def test_what_a_chart_draws_is_seen_and_its_words_are_read(tmp_path: Path, theme: Theme) -> None:
    runtime = home_of(tmp_path)
    runtime.__dict__["market"] = FakeMarket()
    save_setting(runtime.home.settings_file, "theme", theme.name)
    async with at_home(runtime, WIDE) as home:
        await home.press("3")
        screen = home.app.screen
        assert isinstance(screen, MarketScreen)
        await home.until(lambda: screen.reading is not None, "the figures")
        await home.settled()
        assert "░" in home.text()
        assert faint(home.app) == []
        for strip in screen._compositor.render_strips():
            for segment in strip:
                if not segment.text.strip(" ─│▏┼├┤┬┴╭╮╰╯└┘┌┐"):
                    continue
                style = segment.style
                assert style is not None
                assert style.color is not None
                assert style.bgcolor is not None
                drawn, ground = style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex
                assert contrast(drawn, ground) >= 3, (segment.text, drawn, ground)
