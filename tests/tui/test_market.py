"""The market's screen: what a person presses and sees, over invented figures."""

from __future__ import annotations

import csv
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from textual.screen import Screen

from jobcopilot.errors import StorageError
from jobcopilot.market import groups
from jobcopilot.market.views import PlaceChoice, Query
from jobcopilot.runtime import Runtime
from jobcopilot.tui.modals.export_figure import ExportFigure
from jobcopilot.tui.modals.figure_table import FigureTableDialogue
from jobcopilot.tui.modals.origins import OriginsDialogue
from jobcopilot.tui.modals.pick import SHOWN, Pick, PickDialogue
from jobcopilot.tui.screens.market import MarketScreen
from tests.fakes.market_figures import TODAY, FakeMarket
from tests.hostile import HOSTILE
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import AtHome, at_home, home_of

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


@asynccontextmanager
async def market(
    folder: Path, fake: FakeMarket, size: tuple[int, int] = WIDE, runtime: Runtime | None = None
) -> AsyncIterator[tuple[AtHome, MarketScreen]]:
    runtime = runtime or home_of(folder)
    runtime.__dict__["market"] = fake
    async with at_home(runtime, size) as home:
        await home.press("3")
        screen = home.app.screen
        assert isinstance(screen, MarketScreen)
        await home.until(lambda: screen.reading is not None or bool(home.failure()), "the figures")
        await home.settled()
        yield home, screen


def shows(home: AtHome, kind: type[Screen[Any]]) -> bool:
    return isinstance(home.app.screen, kind)


async def test_every_figure_stands_beside_what_it_rests_on(tmp_path: Path) -> None:
    async with market(tmp_path, FakeMarket()) as (home, screen):
        text = home.text()
        assert "n = 412 postings, 163 with pay, 9 feeds, to 20 Nov" in text
        assert "Pay a year  median €78k  ▲ 8 %" in text
        assert "half €69–88k, median 95 % sure €76–81k, n = 163" in text
        assert "SQL" in text
        assert "81 %   334" in text
        assert "+61     +€4k     44" in text
        assert "Closed after 23 days (half within 14–41)" in text
        assert "daily ⠤ median  ░ half  7 of 9 feeds" in text, "the figure above is the whole window's"
        assert screen.front == "pay"


async def test_pay_is_a_line_in_a_band_with_axes_told_by_shape(tmp_path: Path) -> None:
    async with market(tmp_path, FakeMarket(), NARROW) as (home, screen):
        drawn = [
            "".join(part.text for part in screen.pay.render_line(y)) for y in range(screen.pay.size.height)
        ]
        assert any("░" in line for line in drawn)
        assert any(chr(0x2800) < letter <= chr(0x28FF) for line in drawn for letter in line)
        assert any(line.startswith("€80k┤") for line in drawn)
        assert drawn[-1].rstrip().endswith("20 Nov")
        assert all(len(line) == screen.pay.size.width for line in drawn)
        assert home.app.screen is screen


@pytest.mark.slow
@BOTH
async def test_tab_goes_through_the_figures_and_round(tmp_path: Path, size: tuple[int, int]) -> None:
    async with market(tmp_path, FakeMarket(), size) as (home, screen):
        seen = [screen.front]
        for key in ("tab", "l", "right", "right_square_bracket", "tab"):
            await home.press(key)
            seen.append(screen.front)
            assert screen.panes[screen.front].body.has_focus
            shown = [name for name, pane in screen.panes.items() if pane.display and pane.region]
            assert shown == ([screen.front] if size == NARROW else list(screen.panes))
        assert seen == ["pay", "postings", "skills", "gap", "hiring", "pay"]
        seen = []
        for key in ("h", "shift+tab", "left_square_bracket", "3"):
            await home.press(key)
            seen.append(screen.front)
        assert seen == ["hiring", "gap", "skills", "pay"]


async def test_a_click_puts_a_figure_in_front(tmp_path: Path) -> None:
    async with market(tmp_path, FakeMarket(), NARROW) as (home, screen):
        line = home.text().splitlines()[3]
        await home.pilot.click("#tabs", offset=(line.index("Skills"), 0))
        await home.settled()
        assert screen.front == "skills"
        await home.pilot.click("#asked", offset=(1, 0))
        await home.settled()
        assert isinstance(home.app.screen, PickDialogue)


@pytest.mark.slow
async def test_roles_are_found_by_typing(tmp_path: Path) -> None:
    fake = FakeMarket()
    async with market(tmp_path, fake, NARROW) as (home, screen):
        await home.press("R")
        assert "All roles" in home.text()
        await home.type("data")
        assert "Back-end engineer" not in home.text().replace(str(screen), "")
        await home.press("down", "enter")
        assert home.app.screen is screen
        assert fake.asked[-1].role == "Data scientist"
        assert "Data scientist" in home.text()
        await home.press("slash", "escape")
        assert fake.asked[-1].role == "Data scientist"


@pytest.mark.slow
async def test_places_are_found_by_any_of_their_words(tmp_path: Path) -> None:
    fake = FakeMarket()
    async with market(tmp_path, fake) as (home, _):
        await home.press("P")
        await home.type("germany mun")
        await home.press("enter")
        assert fake.asked[-1].place == "DE/Bavaria/Munich"
        assert "Munich, Bavaria, Germany" in home.text()
        await home.press("P")
        await home.type("nowhere")
        assert "Nothing has this in its name." in home.text()
        await home.press("enter", "escape")
        assert fake.asked[-1].place == "DE/Bavaria/Munich"


async def test_the_window_is_chosen(tmp_path: Path) -> None:
    fake = FakeMarket()
    async with market(tmp_path, fake) as (home, _):
        assert fake.asked[-1] == Query(since=TODAY - timedelta(weeks=12))
        await home.press("w", "2")
        assert fake.asked[-1].since == TODAY - timedelta(weeks=26)
        assert "26 weeks" in home.text()


async def test_the_profile_says_what_is_asked_for_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = home_of(tmp_path)
    runtime.profiles.change("default", {"roles": ("Senior Data Engineer",), "places": ("Munich",)})
    runtime.forget_profile()
    words = groups.Vocabulary(
        lambda title: SimpleNamespace(
            family="Data engineer" if "Data" in title else None, seniority=None, management=False
        ),
        lambda text, *, work_mode=None: SimpleNamespace(
            places=[SimpleNamespace(country="DE", region="Bavaria", city=text)], remote=None, scope=()
        ),
    )
    monkeypatch.setattr(groups, "vocabulary", lambda: words)
    fake = FakeMarket()
    async with market(tmp_path, fake, runtime=runtime) as (home, _):
        assert fake.asked[-1].role == "Data engineer"
        assert fake.asked[-1].place == "DE/Bavaria/Munich"
        assert "Data engineer ▾" in home.text()


@BOTH
@pytest.mark.parametrize(
    ("turns", "says"),
    [
        (0, "20 Nov       156  €68k    €78k   €88k"),
        (1, "20 Nov       418       156"),
        (2, "SQL               334"),
        (3, "Kubernetes         +61"),
        (4, "Umbrella Biotechnologies and Sons     6    0    €91k         5"),
    ],
    ids=["pay", "postings", "skills", "gap", "hiring"],
)
async def test_every_figure_is_a_table_too(
    tmp_path: Path, size: tuple[int, int], turns: int, says: str
) -> None:
    async with market(tmp_path, FakeMarket(), size) as (home, screen):
        await home.press(*["tab"] * turns, "t")
        assert shows(home, FigureTableDialogue)
        lines = [" ".join(line.split()) for line in home.text().splitlines()]
        wanted = " ".join(says.split()).replace("+61", "61").replace("€68k", "€69k")
        assert any(wanted in line for line in lines), home.text()
        await home.press("G")
        assert "n = 412 postings" in home.text() or size == NARROW
        await home.press("t")
        assert home.app.screen is screen


async def test_where_the_figures_come_from_is_one_key_away(tmp_path: Path) -> None:
    async with market(tmp_path, FakeMarket(), NARROW) as (home, screen):
        await home.press("f")
        assert shows(home, OriginsDialogue)
        text = home.text()
        assert "Greenhouse: board0   40 postings" in text
        assert "Postings by Greenhouse" in text
        assert "28 Aug to 20 Nov, polled 84 times, throughout: in the trends" in text
        await home.press("G")
        text = " ".join(home.text().replace("┃", "").split())
        assert "exchange rates of Thu 19 Nov (European Central Bank)" in text
        assert "Pay left out: 7 with pay of 0 or out of bounds, 3 without a rate." in text
        await home.press("f")
        assert home.app.screen is screen


async def exported(home: AtHome, file: Path, form: str) -> str:
    assert isinstance(home.app.screen, ExportFigure)
    if form == "svg":
        await home.press("right")
        assert home.field("path").text.endswith(".svg")
    home.field("path").text = str(file)
    await home.press("ctrl+s")
    return file.read_text("utf-8-sig")


@pytest.mark.slow
async def test_figures_are_written_as_csv(tmp_path: Path) -> None:
    file = tmp_path / "skills.csv"
    async with market(tmp_path / "home", FakeMarket()) as (home, screen):
        await home.press("tab", "tab", "x")
        rows = list(csv.DictReader((await exported(home, file, "csv")).splitlines()))
        assert rows[0] == {
            "skill": "SQL",
            "postings": "334",
            "share": "0.81",
            "change": "0.02",
            "yours": "yes",
        }
        assert rows[8]["change"] == ""
        assert f"Written to {file}" in home.said()
        assert home.app.screen is screen
        await home.press("h", "h", "x")
        rows = list(csv.DictReader((await exported(home, tmp_path / "pay.csv", "csv")).splitlines()))
        assert rows[-1]["date"] == "2026-11-20"
        assert rows[-1]["median"] == "78000.0"


@pytest.mark.parametrize("turns", range(5), ids=["pay", "postings", "skills", "gap", "hiring"])
async def test_figures_are_written_as_pictures(tmp_path: Path, turns: int) -> None:
    async with market(tmp_path / "home", FakeMarket()) as (home, _):
        await home.press(*["tab"] * turns, "x")
        root = ElementTree.fromstring(await exported(home, tmp_path / "chart.svg", "svg"))  # our own
    shapes = [node.tag.rpartition("}")[2] for node in root]
    words = "\n".join(node.text or "" for node in root)
    assert "n = 412 postings, 163 with pay, 9 feeds, to 20 Nov" in words
    assert "All roles, Anywhere, 12 weeks" in words
    if turns < 2:
        assert shapes.count("polyline") == 1
        assert shapes.count("polygon") == (1 if turns == 0 else 0)
        assert shapes.count("circle") == 12
    else:
        assert shapes.count("rect") == {2: 13, 3: 6, 4: 6}[turns]


async def test_a_file_that_is_there_is_replaced_only_when_asked_twice(tmp_path: Path) -> None:
    file = tmp_path / "pay.csv"
    file.write_text("mine")
    async with market(tmp_path / "home", FakeMarket()) as (home, screen):
        await home.press("x")
        assert await exported(home, file, "csv") == "mine"
        assert "is there already" in home.text()
        await home.press("ctrl+s")
        assert "median" in file.read_text("utf-8-sig")
        assert home.app.screen is screen


async def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    async with market(tmp_path / "home", FakeMarket()) as (home, _):
        await home.press("x")
        home.field("path").text = str(tmp_path / "missing" / "pay.csv")
        await home.press("ctrl+s")
        assert "The file could not be written" in home.failure()
    assert not (tmp_path / "missing").exists()


async def test_building_shows_how_far_it_is_and_stops(tmp_path: Path) -> None:
    fake = FakeMarket(hold=threading.Event())
    async with market(tmp_path, fake) as (home, screen):
        assert fake.built == [False]
        await home.pilot.press("r")
        await home.until(lambda: "30 of 90" in screen.chrome.busy, "progress")
        assert "counting days 30 of 90, esc stops" in home.text()
        await home.pilot.press("r")
        await home.press("escape")
        assert fake.built == [False, True]
        assert screen.stop_building is None
        assert screen.chrome.busy == ""
        assert "Stopped; whole days are kept." in home.said()


async def test_building_says_what_it_did(tmp_path: Path) -> None:
    fake = FakeMarket()
    async with market(tmp_path, fake) as (home, _):
        asked = len(fake.asked)
        await home.press("r")
        assert "90 days counted anew, to 20 Nov." in home.said()
        assert len(fake.asked) > asked


async def test_leaving_the_app_does_not_wait_for_a_building(tmp_path: Path) -> None:
    fake = FakeMarket(hold=threading.Event())
    async with market(tmp_path, fake) as (home, screen):
        await home.pilot.press("r")
        await home.until(lambda: "30 of 90" in screen.chrome.busy, "progress")
        stop = screen.stop_building
        assert stop is not None
    assert stop.is_set()


async def test_a_failed_building_leaves_the_figures(tmp_path: Path) -> None:
    fake = FakeMarket()
    async with market(tmp_path, fake) as (home, screen):
        fake.failure = StorageError(
            "The disk is full", "jobcopilot.sqlite3 could not grow.", "Free some space."
        )
        await home.press("r")
        assert "The disk is full" in home.failure()
        assert "Pay a year  median €78k" in home.text()
        assert screen.stop_building is None


async def test_what_cannot_be_read_is_told_and_tried_again(tmp_path: Path) -> None:
    fake = FakeMarket(failure=StorageError("The rates cannot be read", "rates.csv", "Mend it."))
    async with market(tmp_path, fake) as (home, screen):
        assert "The rates cannot be read" in home.failure()
        assert screen.reading is None
        await home.press("escape", "t", "x", "f")
        assert home.app.screen is screen
        fake.failure = None
        await home.press("1", "3")
        assert "Pay a year  median €78k" in home.text()


@pytest.mark.slow
async def test_what_cannot_be_counted_leaves_what_was_asked_before(tmp_path: Path) -> None:
    fake = FakeMarket()
    async with market(tmp_path, fake) as (home, _):
        await home.press("R")
        fake.failure = StorageError("The rates cannot be read", "rates.csv", "Mend it.")
        await home.type("product")
        await home.press("enter")
        assert "The rates cannot be read" in home.failure()
        assert "All roles ▾" in home.text()
        assert "n = 412 postings" in home.text()


async def test_changes_below_are_read_and_shown(tmp_path: Path) -> None:
    fake = FakeMarket()
    async with market(tmp_path, fake) as (home, screen):
        before = fake.refreshed
        fake.with_pay = 200
        home.runtime.searches.save("mine", "python", "-match")
        screen.look()
        await home.settled()
        assert fake.refreshed > before
        assert "200 with pay" in home.text()


@BOTH
async def test_without_postings_it_says_what_to_do(tmp_path: Path, size: tuple[int, int]) -> None:
    fake = FakeMarket(n=0, with_pay=0, feeds=0, steady=False)
    async with market(tmp_path, fake, size) as (home, screen):
        assert "No postings yet, so there is nothing to count." in home.text()
        assert "goes to the board; i imports postings there" in home.text()
        await home.press("t", "x", "tab")
        assert home.app.screen is screen
        await home.press("f")
        assert "jobcopilot sources add ADDRESS" in home.text()


@BOTH
async def test_too_few_are_no_figure(tmp_path: Path, size: tuple[int, int]) -> None:
    async with market(tmp_path, FakeMarket(n=8, with_pay=3), size) as (home, screen):
        assert "n = 3: too few to say (8 postings in all)" in home.text()
        assert "€" not in home.text()
        await home.press("tab", "tab")
        assert "n = 3: too few to say (8 open postings)" in home.text()
        assert not screen.skills.total
        await home.press("tab", "tab")
        assert "Time to close: n = 2: too few to say." in home.text()


@pytest.mark.parametrize(
    ("since", "says"),
    [
        (None, "No trend: no source was polled again and again."),
        (date(2026, 11, 10), "One was since 10 Nov: from 8 Dec on there is a trend over 4 weeks."),
        (date(2026, 10, 10), "One was since 10 Oct: w looks back 4 weeks."),
    ],
    ids=["never", "soon", "shorter"],
)
async def test_without_a_trend_it_says_from_when_there_is_one(
    tmp_path: Path, since: date | None, says: str
) -> None:
    async with market(tmp_path, FakeMarket(steady=False, possible_since=since), NARROW) as (home, _):
        assert says in " ".join(home.text().split())
        assert "▲" not in home.text()
        await home.press("t")
        assert "No rows." in home.text()


async def test_names_from_outside_are_only_text(tmp_path: Path) -> None:
    class Hostile(FakeMarket):
        def places(self) -> tuple[PlaceChoice, ...]:
            return tuple(PlaceChoice(f"X{at}", "city", name, 1) for at, name in enumerate(HOSTILE))

    async with market(tmp_path, Hostile(), NARROW) as (home, _):
        await home.press("P")
        assert isinstance(home.app.screen, PickDialogue)
        assert "\x1b" not in home.text()
        await home.press("down", "down", "enter")
        assert "\x1b" not in home.text()
        assert not home.failure()


async def test_of_very_many_names_some_are_shown(tmp_path: Path) -> None:
    async with market(tmp_path, FakeMarket(), NARROW) as (home, _):
        picks = [Pick(str(at), f"Town {at}", 1) for at in range(3_000)]
        chosen: list[str | None] = []
        home.app.push_screen(PickDialogue("Place", picks, "", hint=""), chosen.append)
        await home.settled()
        assert f"{SHOWN} of 3,000: type more of the name." in home.text()
        await home.type("2999")
        await home.press("enter")
        assert chosen == ["2999"]


async def test_without_colour_and_in_another_theme_it_is_drawn_again(tmp_path: Path) -> None:
    async with market(tmp_path, FakeMarket()) as (home, screen):
        before = screen.pay.render_line(4)
        home.app.theme = "jobcopilot-light"
        await home.settled()
        after = screen.pay.render_line(4)
        assert [part.text for part in before] == [part.text for part in after]
        assert [part.style for part in before] != [part.style for part in after]


@pytest.mark.slow
async def test_it_is_resized_without_loss(tmp_path: Path) -> None:
    async with market(tmp_path, FakeMarket()) as (home, screen):
        await home.press("tab", "tab", "tab")
        for size in (NARROW, (40, 12), (200, 60), WIDE):
            await home.pilot.resize_terminal(*size)
            await home.settled()
            assert screen.front == "gap"
            assert "Kubernetes" in home.text()
