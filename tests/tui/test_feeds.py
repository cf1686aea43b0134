"""Discovered postings in the app: every key on a real home, with feeds over real HTTP."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from jobcopilot.jobs.query import parse_query
from jobcopilot.sources.discovered import Discovered
from jobcopilot.sources.views import PostingRow
from jobcopilot.tui.palette import CommandNames
from jobcopilot.tui.screens.board import BoardScreen
from jobcopilot.tui.screens.discovered import DiscoveredScreen
from tests.hostile import HOSTILE
from tests.tui.driving import NARROW, WIDE
from tests.tui.feed_home import ACME, LEVER, FeedHome, feed_home, lever, paid, posting
from tests.tui.real_home import NOW, AtHome, at_home

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[FeedHome]:
    with feed_home(tmp_path) as home:
        yield home


def discovered(driven: AtHome) -> DiscoveredScreen:
    assert isinstance(driven.app.screen, DiscoveredScreen)
    return driven.app.screen


def tracked(home: FeedHome) -> list[str]:
    pages = home.runtime.pages
    return [pages.get(number).row.title for number in pages.ids(parse_query("", today=NOW.date()), "created")]


@BOTH
async def test_what_was_found_is_listed_best_first(home: FeedHome, size: tuple[int, int]) -> None:
    home.found(
        posting(1, title="Baker", content="<p>We bake.</p>", location={"name": "Rome, Italy"}),
        posting(2, title="Senior Data Engineer", **paid(80_000, 100_000)),
    )
    async with at_home(home.runtime, size) as driven:
        await driven.press("D")
        lines = [line for line in driven.text().splitlines() if "Acme" in line]
        assert "Senior Data Engineer" in lines[0]
        for words in ("━", "Berlin", "€80–100k", "10d"):
            assert words in lines[0], words
        assert "Baker" in driven.text()
        assert "greenhouse:acme" in driven.text()
        assert "1 source on · polled just now · next 15:30" in driven.text()
        assert "2 postings" in driven.text()


@BOTH
async def test_what_is_out_of_reach_has_the_boards_sign(home: FeedHome, size: tuple[int, int]) -> None:
    far = {"location": {"name": "Rome, Italy"}}
    wants = "Requirements: Python, SQL, Apache Airflow, 5 years of experience, a degree in mathematics."
    home.found(
        posting(1, title="Data Engineer, near", content=f"<p>{wants}</p>"),
        posting(2, title="Data Engineer, far", content=f"<p>{wants}</p>", **far),
        posting(3, title="Data Engineer, unsaid", content="<p>Join us.</p>", **far),
    )
    async with at_home(home.runtime, size) as driven:
        await driven.press("D")
        near, far_line, unsaid = (
            next(line for line in driven.text().splitlines() if f"Data Engineer, {what}" in line)
            for what in ("near", "far", "unsaid")
        )
        assert "✗49" in far_line
        assert "✗~49" in unsaid
        assert "✗" not in near


@BOTH
async def test_the_detail_says_why_what_changed_and_what_it_says(
    home: FeedHome, size: tuple[int, int]
) -> None:
    home.found(posting(1, **paid(80_000, 100_000)))
    home.serve(
        posting(1, title="Data Engineer II", content="<p>Now with Kafka.</p>", **paid(90_000, 110_000))
    )
    home.poll()
    for _ in range(2):
        home.serve()
        home.later(days=8)
        home.poll()
        home.poll()
    home.serve(
        posting(1, title="Data Engineer II", content="<p>Now with Kafka.</p>", **paid(90_000, 110_000))
    )
    home.poll()
    async with at_home(home.runtime, size) as driven:
        await driven.press("D", "enter")
        screen = discovered(driven)
        assert screen.pane.has_focus
        screen.pane.action_end()
        lines = ("".join(part.text for part in line) for line in screen.pane._lines)
        text = " ".join(" ".join(lines).split())
        for words in (
            "Why ",
            "– Apache Kafka",
            "wanted skills",
            "History",
            "pay €80–100k → €90–110k",
            "title: Data Engineer 1 → Data Engineer II",
            "text: reworded",
            "closed: not shown any more, gone since",
            "came back",
            "×2 It was closed and came back once.",
            "Now with Kafka.",
        ):
            assert words in text, words
        await driven.press("h")
        assert screen.table.has_focus
        assert "×2" in driven.text()


async def test_a_feeds_credit_stays_with_its_rows(home: FeedHome) -> None:
    row = {
        "id": 7,
        "url": "https://remotive.com/remote-jobs/software-dev/data-engineer-7",
        "title": "Data Engineer",
        "company_name": "Globex",
        "category": "Software Development",
        "candidate_required_location": "Worldwide",
        "publication_date": "2026-11-18T10:00:00",
        "description": "<p>Python</p>",
    }
    from tests.fakes.feed_server import json_reply

    home.server.paths["/api/remote-jobs"] = json_reply({"job-count": 1, "jobs": [row]})
    home.runtime.sources.enable("remotive")
    home.poll("remotive")
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("D")
        assert "remotive · Jobs from Remotive (https://remotive.com)" in driven.text()
        await driven.press("enter")
        assert "Jobs from Remotive (https://remotive.com)" in driven.text()


@BOTH
async def test_one_key_tracks_and_undo_takes_it_back(home: FeedHome, size: tuple[int, int]) -> None:
    home.found(posting(1), posting(2), posting(3))
    async with at_home(home.runtime, size) as driven:
        await driven.press("D", "t")
        assert "tracked; u takes it back" in driven.said()
        assert len(tracked(home)) == 1
        assert "2 postings" in driven.text()
        await driven.press("u")
        assert "Took back: tracked" in driven.said()
        assert tracked(home) == []
        assert "3 postings" in driven.text()


async def test_several_are_tracked_at_once_and_taken_back_at_once(home: FeedHome) -> None:
    home.found(posting(1), posting(2), posting(3))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("D", "space", "space")
        assert "● 2 selected" in driven.text()
        await driven.press("t")
        assert "2 postings tracked; u takes it back." in driven.said()
        assert len(tracked(home)) == 2
        assert discovered(driven).table.selected == set()
        await driven.press("u")
        assert tracked(home) == []
        assert len(home.titles()) == 3


async def test_what_the_board_has_already_is_said(home: FeedHome) -> None:
    home.found(posting(1))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("D", "t", "A", "t")
        assert "Your board had it already" in driven.said()
        assert len(tracked(home)) == 1
        await driven.press("B")
        assert isinstance(driven.app.screen, BoardScreen)
        assert driven.app.screen.row is not None
        assert driven.app.screen.row.title == "Data Engineer 1"


@BOTH
async def test_hiding_and_three_ways_back(home: FeedHome, size: tuple[int, int]) -> None:
    home.found(posting(1), posting(2))
    async with at_home(home.runtime, size) as driven:
        await driven.press("D", "d")
        assert "hidden; u takes it back, A shows what is hidden." in driven.said()
        assert len(home.titles()) == 1
        await driven.press("d")
        assert "all that was found is tracked, hidden or closed" in driven.text()
        await driven.press("u")
        await driven.press("u")
        assert len(home.titles()) == 2
        await driven.press("d", "A")
        assert "hidden" in next(line for line in driven.text().splitlines() if "Engineer 1" in line)
        await driven.press("G", "d")
        assert "shown again" in driven.said()
        assert len(home.titles()) == 2
        await driven.press("u")
        assert len(home.titles()) == 1


async def test_undo_without_an_act_here_takes_back_the_last_change_anywhere(home: FeedHome) -> None:
    home.found(posting(1))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("D", "u")
        assert "There is nothing to take back" in driven.failure()
        await driven.press("escape")
        added = home.runtime.discovered.track(home.runtime.discovered.ids()[0], home.runtime.intake)
        assert added.batch is not None
        await driven.press("u")
        assert "Took back: added: Data Engineer 1, Acme" in driven.said()
        assert tracked(home) == []


async def test_everything_shows_why_each_waits_no_more(home: FeedHome) -> None:
    home.found(*(posting(number) for number in range(1, 6)))
    home.serve(*(posting(number) for number in range(1, 5)))
    home.poll()
    home.poll()
    async with at_home(home.runtime, WIDE) as driven:
        await driven.press("D", "t", "d", "A")
        shown = [line[:84] for line in driven.text().splitlines() if "Acme" in line[:84]]
        assert len(shown) == 5
        states = [line.split()[-1] for line in shown]
        assert sorted(states) == ["10d", "10d", "closed", "hidden", "tracked"]
        assert "Everything found" in driven.text()
        await driven.press("escape")
        assert "2 postings" in driven.text()
        assert "Discovered" in driven.text()


@pytest.mark.slow
@BOTH
async def test_words_narrow_the_list(home: FeedHome, size: tuple[int, int]) -> None:
    home.found(posting(1), posting(2, title="Baker"), posting(3, title="Baker", location={"name": "Rome"}))
    async with at_home(home.runtime, size) as driven:
        await driven.press("D", "slash")
        await driven.type("baker rome")
        assert "1 of 3" in driven.text()
        await driven.press("enter")
        row = discovered(driven).row
        assert row is not None
        assert row.posting.place == "Rome"
        await driven.press("slash")
        await driven.type("x")
        assert "No posting has these words" in driven.text()
        await driven.press("enter", "escape")
        assert "3 postings" in driven.text()


async def test_moving_as_in_every_list(home: FeedHome) -> None:
    home.found(*(posting(number) for number in range(300)))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("D")
        table = discovered(driven).table
        await driven.press("j", "j", "k")
        assert table.cursor == 1
        await driven.press("G")
        assert table.cursor == 299
        assert table.row is not None
        await driven.press("g", "g", "ctrl+d")
        assert table.cursor == table.size.height - 1
        await driven.press("home", "asterisk")
        assert len(table.selected) == 300


async def test_thousands_are_read_a_page_at_a_time(home: FeedHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home.found(*(posting(number, content="") for number in range(3_000)))
    asked: list[tuple[int, int]] = []
    whole = Discovered.page

    def page(self: Discovered, offset: int, limit: int, **how: Any) -> tuple[PostingRow, ...]:
        asked.append((offset, limit))
        return whole(self, offset, limit, **how)

    monkeypatch.setattr(Discovered, "page", page)
    async with at_home(home.runtime, WIDE) as driven:
        await driven.press("D", "G")
        assert discovered(driven).table.row is not None
        assert "3,000 postings" in driven.text()
        assert {limit for _offset, limit in asked} == {100}
        assert len(asked) < 12


@BOTH
async def test_empty_screens_say_what_to_do(home: FeedHome, size: tuple[int, int]) -> None:
    async with at_home(home.runtime, size) as driven:
        await driven.press("D")
        assert "no source is switched on" in driven.text()
        assert "F  shows feeds and company boards" in driven.text()
        await driven.press("r")
        assert "No source is switched on. F shows them." in driven.said()
        home.runtime.sources.add(ACME, enable=True)
        home.serve()
        await driven.until(lambda: "r  polls 1 source now" in driven.text(), "the change is seen")
        await driven.press("r")
        assert "greenhouse:acme: empty: it answers, and has no postings" in driven.said()
        assert "no source gave a posting yet" in driven.text()
        await driven.press("r")
        assert "Nothing is due: greenhouse:acme may be asked again 15:30." in driven.said()


async def test_polling_brings_rows_and_escape_stops_it(home: FeedHome) -> None:
    runtime = home.runtime
    runtime.sources.add("https://jobs.lever.co/globex", enable=True)
    home.server.paths[LEVER] = lever(slow_from=200, delay_s=4)
    async with at_home(runtime, WIDE) as driven:
        await driven.press("D")
        await driven.pilot.press("r")
        await driven.until(
            lambda: "polling lever:globex: page 2, 200 found, esc stops" in driven.text(), "two pages"
        )
        await driven.pilot.press("escape")
        assert "Stopping; the pages that were read stay." in driven.said()
        await driven.settled()
        assert "lever:globex: stopped; 200 found, 200 new stay" in driven.said()
        assert "200 postings" in driven.text()
        assert isinstance(driven.app.screen, DiscoveredScreen)


@pytest.mark.slow
@BOTH
async def test_hostile_titles_steer_nothing(home: FeedHome, size: tuple[int, int]) -> None:
    home.found(
        *(
            posting(number, title=f"Engineer {text}", content=f"<p>{text}</p>", location={"name": text[:200]})
            for number, text in enumerate(HOSTILE.values())
            if name_is_sendable(text)
        )
    )
    async with at_home(home.runtime, size) as driven:
        await driven.press("D")
        table = discovered(driven).table
        assert table.total is not None
        assert table.total > 30
        for _ in range(table.total):
            text = driven.text()
            assert all(line.isprintable() for line in text.splitlines())
            assert all(cell_len(line) <= size[0] for line in text.splitlines())
            await driven.pilot.press("j")
        await driven.settled()
        await driven.press("g", "enter")
        assert all(line.isprintable() for line in driven.text().splitlines())


def name_is_sendable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


async def test_address_and_clipboard(home: FeedHome, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def browse(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    home.found(posting(1))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("D", "o")
        assert opened == ["https://job-boards.greenhouse.io/acme/jobs/1"]
        await driven.press("y", "a")
        assert driven.app.clipboard == opened[0]
        assert "clipboard" in driven.said()


async def test_escape_leads_back_to_where_one_came_from(home: FeedHome) -> None:
    home.found(posting(1))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("2", "D")
        discovered(driven)
        await driven.press("escape")
        assert driven.app.current_mode == "pipeline"
        await driven.press("1", "D", "1")
        assert driven.app.current_mode == "board"


async def test_the_palette_leads_here_from_every_screen(home: FeedHome) -> None:
    async with at_home(home.runtime, NARROW) as driven:
        for room in ("1", "2"):
            await driven.press(room)
            names = {hit.text async for hit in CommandNames(driven.app.screen).discover()}
            assert {"Discovered postings", "Sources: job feeds and company boards"} <= names


async def test_another_profile_has_postings_of_its_own(home: FeedHome) -> None:
    from tests.tui.feed_home import relocate

    home.found(posting(1))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("D", "d", "escape")
        home.runtime.profiles.create("other")
        home.runtime.forget_profile("other")
        relocate(home.runtime, home.server)
        await driven.press("D")
        assert "no source is switched on" in driven.text()
        assert discovered(driven).acts == []


async def test_a_failure_of_the_list_is_told(home: FeedHome, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobcopilot.errors import StorageError

    def refuse(*_: object, **__: object) -> int:
        raise StorageError("The disk is full", "nothing was changed", "Free some space.")

    home.found(posting(1))
    monkeypatch.setattr(Discovered, "hide", refuse)
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("D", "d")
        assert "The disk is full" in driven.failure()
        assert "1 posting" in driven.text()
