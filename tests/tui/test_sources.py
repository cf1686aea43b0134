"""The dialogue of sources: switched, added, polled and stopped on a real home, with feeds over real HTTP."""

from __future__ import annotations

import threading
import unicodedata
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from jobcopilot.sources.polling import Poller
from jobcopilot.tui.modals.add_source import AddSource
from jobcopilot.tui.modals.confirm import ConfirmDialogue
from jobcopilot.tui.modals.sources import SourcesDialogue
from jobcopilot.tui.screens.discovered import DiscoveredScreen
from tests.fakes.feed_server import Reply, json_reply
from tests.hostile import HOSTILE
from tests.tui.driving import NARROW, WIDE
from tests.tui.feed_home import ACME, BOARD, LEVER, FeedHome, feed_home, lever, posting
from tests.tui.real_home import AtHome, at_home

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
GLOBEX = "https://jobs.lever.co/globex"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[FeedHome]:
    with feed_home(tmp_path) as home:
        yield home


def line_of(driven: AtHome, name: str) -> str:
    return next(line for line in driven.text().splitlines() if f" {name} " in line)


async def to(driven: AtHome, name: str) -> None:
    """Put the cursor on a source."""
    sources = driven.app.screen
    assert isinstance(sources, SourcesDialogue)
    await driven.press("g")
    for _ in range(250):
        if sources.view is not None and sources.view.name == name:
            return
        await driven.pilot.press("j")
        await driven.pilot.pause()
    raise AssertionError(f"{name} is not listed")


@BOTH
async def test_the_persons_own_then_what_is_offered(home: FeedHome, size: tuple[int, int]) -> None:
    home.found(posting(1), posting(2))
    home.runtime.sources.add(GLOBEX)
    async with at_home(home.runtime, size) as driven:
        await driven.press("F")
        text = driven.text()
        own = line_of(driven, "greenhouse:acme")
        for words in ("● on", "✓ fine", "2 open", "just now", "→ 15:30"):
            assert words in own, words
        assert "○ off" in line_of(driven, "lever:globex")
        order = (
            "Yours  2",
            "greenhouse:acme",
            "lever:globex",
            "aggregators  6",
            "remotive",
            "boards of companies",
        )
        places = [text.index(words) for words in order]
        assert places == sorted(places)
        assert "last answer just now · next 15:30 · 2 open postings · 2 are usual" in text
        assert "1 on · none due" in text


async def test_boards_with_long_names_are_told_apart_on_a_narrow_screen(home: FeedHome) -> None:
    for board in ("northwind-engineering", "northwind-recruiting"):
        home.runtime.sources.add(f"https://jobs.lever.co/{board}")
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F")
        for name in ("lever:northwind-engineering", "lever:northwind-recruiting"):
            assert name in driven.text()


@BOTH
async def test_terms_and_credit_are_shown_before_the_first_time(
    home: FeedHome, size: tuple[int, int]
) -> None:
    async with at_home(home.runtime, size) as driven:
        await driven.press("F")
        await to(driven, "remotive")
        await driven.pilot.press("space")
        await driven.until(lambda: isinstance(driven.app.screen, ConfirmDialogue), "the terms")
        await driven.pilot.pause()
        text = " ".join(driven.text().replace("│", " ").split())
        assert "Jobs from Remotive (https://remotive.com)" in text
        assert "at most four calls a day" in text
        assert "asked every 6 hours at most" in text
        await driven.press("n")
        assert home.runtime.sources.mine() == ()
        await driven.pilot.press("space")
        await driven.until(lambda: isinstance(driven.app.screen, ConfirmDialogue), "the terms")
        await driven.press("y")
        assert home.runtime.sources.get("remotive").enabled
        assert "remotive is on. p polls it now." in driven.text()
        screen = driven.app.screen
        assert isinstance(screen, SourcesDialogue)
        assert screen.view is not None
        assert screen.view.name == "remotive"
        assert not home.server.asked


@pytest.mark.slow
async def test_terms_that_are_known_are_not_asked_again(home: FeedHome) -> None:
    home.found(posting(1))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F", "space")
        assert "greenhouse:acme is off: it is not asked any more; what it found stays." in driven.text()
        await driven.press("space")
        assert home.runtime.sources.get("greenhouse:acme").enabled
        await driven.press("slash")
        await driven.type("greenhouse airbnb")
        await driven.press("enter", "space")
        assert home.runtime.sources.get("greenhouse:airbnb").enabled


@BOTH
async def test_polling_one_tells_what_came_of_it(home: FeedHome, size: tuple[int, int]) -> None:
    home.runtime.sources.add(ACME, enable=True)
    home.serve(*(posting(number) for number in range(37)))
    async with at_home(home.runtime, size) as driven:
        await driven.press("F", "enter")
        assert "greenhouse:acme: 37 found, 37 new" in driven.text()
        assert "37 open" in line_of(driven, "greenhouse:acme")
        await driven.press("p")
        assert "This source was asked not long ago: greenhouse:acme" in driven.text()
        assert "Fri 20 Nov 15:30" in driven.text()
        await driven.press("space", "p")
        assert "greenhouse:acme is off, so it is not asked. space switches it on." in driven.text()
        assert len(home.server.asked) == 1


@BOTH
async def test_progress_is_shown_and_escape_stops(home: FeedHome, size: tuple[int, int]) -> None:
    home.runtime.sources.add(GLOBEX, enable=True)
    home.server.paths[LEVER] = lever(slow_from=200, delay_s=4)
    async with at_home(home.runtime, size) as driven:
        await driven.press("F")
        await driven.pilot.press("p")
        await driven.until(lambda: "page 2, 200 found, esc stops, q leaves it running" in driven.text(), "it")
        assert "↻ polling  page 2, 200 found" in line_of(driven, "lever:globex")
        # What is under way is not begun twice.
        await driven.pilot.press("p")
        await driven.until(lambda: not home.server.asked_for(LEVER)[4:], "one poll")
        await driven.pilot.press("escape")
        await driven.settled()
        assert isinstance(driven.app.screen, SourcesDialogue)
        assert "lever:globex: stopped; 200 found, 200 new stay" in driven.text()
        assert len(home.titles()) == 200
        await driven.press("escape")
        assert not isinstance(driven.app.screen, SourcesDialogue)


async def test_leaving_lets_the_poll_go_on_and_it_is_told_elsewhere(home: FeedHome) -> None:
    home.runtime.sources.add(ACME, enable=True)
    gate = threading.Event()

    def when_open(_asked: object) -> Reply:
        gate.wait(10)
        return json_reply({"jobs": [posting(1)]})

    home.server.paths[BOARD] = when_open
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F")
        await driven.pilot.press("p")
        await driven.until(lambda: bool(home.server.asked), "the question")
        await driven.pilot.press("q")
        await driven.until(lambda: not isinstance(driven.app.screen, SourcesDialogue), "leaving")
        await driven.pilot.press("j", "k")
        gate.set()
        await driven.settled()
        assert "greenhouse:acme: 1 found, 1 new" in driven.said()


async def test_the_app_is_left_while_a_poll_runs(home: FeedHome) -> None:
    home.runtime.sources.add(GLOBEX, enable=True)
    home.server.paths[LEVER] = lever(slow_from=0, delay_s=0.2)
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F")
        await driven.pilot.press("p")
        await driven.until(lambda: bool(home.server.asked), "the question")
        polls = driven.app.polls
        assert polls is not None
        threads = polls._threads
    assert threads is not None
    threads.shutdown(wait=True)
    assert len(home.server.asked) < 20


@BOTH
async def test_everything_due_is_polled_at_once(home: FeedHome, size: tuple[int, int]) -> None:
    home.runtime.sources.add(ACME, enable=True)
    home.runtime.sources.add("https://boards.greenhouse.io/initech", enable=True)
    home.runtime.sources.add("https://boards.greenhouse.io/hooli", enable=True)
    home.runtime.sources.add(GLOBEX)
    home.serve(posting(1), posting(2))
    home.serve(posting(3, company_name="Initech"), path="/v1/boards/initech/jobs")
    home.server.paths["/v1/boards/hooli/jobs"] = Reply(status=403)
    async with at_home(home.runtime, size) as driven:
        await driven.press("F", "P")
        text = " ".join(driven.text().replace("│", " ").split())
        assert "3 sources polled: 3 found, 3 new. In trouble: greenhouse:hooli (refuses)" in text
        assert "✗ refuses" in line_of(driven, "greenhouse:hooli")
        await driven.press("P")
        assert "Nothing is due before 15:30." in driven.text()
        await to(driven, "greenhouse:hooli")
        await driven.settled()
        assert "✗ it refuses" in driven.text()
        assert "1 poll without an answer" in " ".join(driven.text().replace("│", " ").split())
        assert not home.server.asked_for(LEVER)


async def test_one_that_another_process_polls_is_told(home: FeedHome) -> None:
    source = home.runtime.sources.add(ACME, enable=True)
    assert source.id is not None
    gate = threading.Event()

    def when_open(_asked: object) -> Reply:
        gate.wait(10)
        return json_reply({"jobs": []})

    home.server.paths[BOARD] = when_open
    runtime = home.runtime
    parts = (runtime.database, runtime.reader, runtime.profile, runtime.clock)
    other = Poller(*parts, known=runtime.sources.known, allow_private=True)
    thread = threading.Thread(target=other.poll, args=(source.id,))
    thread.start()
    assert home.server.wait_for(1)
    try:
        async with at_home(runtime, WIDE) as driven:
            await driven.press("F", "p")
            assert "This source is being polled already: greenhouse:acme." in driven.text()
            gate.set()
            await driven.until(lambda: not thread.is_alive(), "the other's end")
    finally:
        gate.set()
        thread.join()


@BOTH
async def test_a_board_is_recognised_as_typed_and_its_terms_are_shown(
    home: FeedHome, size: tuple[int, int]
) -> None:
    async with at_home(home.runtime, size) as driven:
        await driven.press("F")
        await driven.pilot.press("a")
        await driven.until(lambda: isinstance(driven.app.screen, AddSource), "the line")
        await driven.pilot.pause()
        assert "Known are boards of Ashby, Greenhouse, Lever" in driven.text()
        screen = driven.app.screen
        assert isinstance(screen, AddSource)
        screen.line.value = "https://example.org/jobs"
        await driven.pilot.pause()
        assert "no board is known at this address yet" in driven.text()
        await driven.pilot.press("enter")
        await driven.until(lambda: "No feed is known at this address" in driven.text(), "the refusal")
        screen.line.value = "https://job-boards.greenhouse.io/acme/jobs/4711"
        await driven.pilot.pause()
        assert "✓ acme, a board of Greenhouse" in driven.text()
        assert "as greenhouse:acme" in driven.text()
        assert home.runtime.sources.mine() == ()
        await driven.pilot.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, ConfirmDialogue), "the terms")
        await driven.pilot.pause()
        assert "no limit is stated" in driven.text()
        await driven.press("y")
        assert home.runtime.sources.get("greenhouse:acme").enabled
        assert "greenhouse:acme is on" in driven.text()
        assert not home.server.asked
        await driven.pilot.press("a")
        await driven.until(lambda: isinstance(driven.app.screen, AddSource), "the line")
        again = driven.app.screen
        assert isinstance(again, AddSource)
        again.line.value = ACME
        await driven.pilot.press("enter")
        await driven.until(lambda: "was there already, and is on" in driven.text(), "it is known")


@pytest.mark.slow
async def test_hostile_addresses_steer_nothing(home: FeedHome) -> None:
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F")
        await driven.pilot.press("a")
        await driven.until(lambda: isinstance(driven.app.screen, AddSource), "the line")
        screen = driven.app.screen
        assert isinstance(screen, AddSource)
        for text in HOSTILE.values():
            for given in (text, f"https://boards.greenhouse.io/{text}"):
                screen.line.value = ""
                screen.line.post_message(events.Paste(given[:2000]))
                await driven.pilot.pause()
                shown = driven.text().replace("\n", "")
                assert not [letter for letter in shown if unicodedata.category(letter) == "Cc"]
                assert "Add a source" in shown
        await driven.pilot.press("escape")


@BOTH
async def test_words_narrow_the_sources(home: FeedHome, size: tuple[int, int]) -> None:
    home.runtime.sources.add(ACME, enable=True)
    async with at_home(home.runtime, size) as driven:
        await driven.press("F", "slash")
        await driven.type("lever pal")
        assert "lever:palantir" in driven.text()
        assert "lever:metabase" not in driven.text()
        assert "1 source" in driven.text()
        await driven.press("enter")
        screen = driven.app.screen
        assert isinstance(screen, SourcesDialogue)
        assert screen.view is not None
        assert screen.view.name == "lever:palantir"
        await driven.press("escape")
        assert "greenhouse:acme" in driven.text()
        assert isinstance(driven.app.screen, SourcesDialogue)


async def test_address_and_clipboard(home: FeedHome, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def browse(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    home.runtime.sources.add(ACME)
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F", "o", "y")
        assert opened == ["https://job-boards.greenhouse.io/acme"]
        assert driven.app.clipboard == opened[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reply", "word", "told"),
    [
        (Reply(b"<html>We'll be right back</html>", media_type="text/html"), "≠ changed", "shape that is not known"),
        (Reply(status=404), "✗ refuses", "no such board"),
        (Reply(fault="hang up"), "✗ down", "gives no answer that can be used"),
        (json_reply({"jobs": []}), "! far fewer", "nothing is closed because of it"),
    ],
    ids=["page", "404", "hung up", "empty"],
)  # fmt: skip
async def test_sick_feeds_are_told_apart(home: FeedHome, reply: Reply, word: str, told: str) -> None:
    home.found(*(posting(number) for number in range(6)))
    home.server.paths[BOARD] = reply
    home.later(hours=7)
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F", "p")
        assert word in line_of(driven, "greenhouse:acme")
        assert told in " ".join(driven.text().split())
        assert len(home.titles()) == 6
        await driven.press("D")
        assert "! 1 in trouble: F" in driven.text()


async def test_from_the_sources_to_what_was_found(home: FeedHome) -> None:
    home.found(posting(1))
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("2", "F", "D")
        assert isinstance(driven.app.screen, DiscoveredScreen)
        await driven.press("escape")
        assert driven.app.current_mode == "pipeline"


async def test_nothing_on_says_what_to_do(home: FeedHome) -> None:
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F")
        assert "none yet: space switches one on, a adds a board" in driven.text()
        await driven.press("P")
        assert "No source is on: space switches one on." in driven.text()


async def test_what_another_process_changes_is_seen(home: FeedHome) -> None:
    async with at_home(home.runtime, NARROW) as driven:
        await driven.press("F")
        home.runtime.sources.add(ACME, enable=True)
        await driven.until(lambda: "greenhouse:acme" in driven.text(), "the new source")
