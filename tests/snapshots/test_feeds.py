"""How discovered postings and sources look, cell by cell, at both sizes, dark and light, clock and zone pinned."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.start import glance_at
from tests.fakes.feed_server import Asked, FeedServer, Reply, json_reply
from tests.tui.driving import NARROW, WIDE
from tests.tui.feed_home import LEVER, FeedHome, feed_home, lever, paid, posting, relocate
from tests.tui.real_home import NOW, AtHome, home_of

pytestmark = pytest.mark.slow  # a screen is painted whole: seconds each, so CI compares them

Compare = Callable[..., bool]
Steps = Callable[[AtHome, FeedHome], Awaitable[None]]
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
LIGHT = "jobcopilot-light"
PYTHON = "<p>You own our <b>Python</b> and SQL pipelines.</p>"
TITLES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("Senior Data Engineer", "Globex", "Remote, Germany", paid(82_000, 104_000) | {"content": PYTHON}),
    ("Data Platform Engineer (Airflow, Kafka, everything in between)", "Initech", "Paris, France", {}),
    ("Backend Engineer, Python", "Hooli", "Berlin, Germany; Munich, Germany", paid(70_000, 90_000)),
    ("Analytics Engineer", "Umbrella", "Hybrid, Berlin", {}),
    ("高级数据工程师（远程）", "环球科技", "上海", {}),
    ("Baker", "Vandelay Bakeries and Import-Export of Latex Products", "Rome, Italy", {"content": ""}),
    ("Data Engineer", "Soylent", "Berlin, Germany", paid(60_000, 75_000)),
    ("Night porter", "Cyberdyne", "", {"content": "<p>Nights.</p>"}),
)


def fill(home: FeedHome) -> None:
    """Let sources find postings, one of them changed, one closed, one posted again, and others fall ill."""
    rows = [
        posting(number, title=title, company_name=company, location={"name": place}, **said)
        for number, (title, company, place, said) in enumerate(TITLES, 1)
    ]
    text = (
        "<h2>About the role</h2><p>You own our <b>Airflow</b> pipelines.</p>"
        "<ul><li>5+ years of Python</li><li>SQL, Kubernetes</li></ul>"
    )
    rows = [row | {"content": text} if "We use" in row["content"] else row for row in rows]
    home.clock.moment = NOW.replace(day=1)
    home.found(*rows)
    again = rows[6]
    for shown in ([row for row in rows if row is not again],) * 2:
        home.serve(*shown)
        home.poll()
    rows[0] |= paid(90_000, 110_000) | {"title": "Senior Data Engineer, Platform"}
    home.serve(*rows)
    home.poll()
    home.serve(*rows[:-1])
    home.poll()
    home.poll()
    remote = {
        "id": 7, "url": "https://remotive.com/remote-jobs/data/7", "title": "Data Engineer, Streaming",
        "company_name": "Piper", "candidate_required_location": "Worldwide", "category": "Data",
        "publication_date": "2026-11-18T10:00:00", "description": "<p>Python, Kafka, SQL</p>",
    }  # fmt: skip
    home.clock.moment = NOW.replace(hour=3)
    home.server.paths["/api/remote-jobs"] = json_reply({"job-count": 1, "jobs": [remote]})
    home.runtime.sources.enable("remotive")
    home.poll("remotive")
    home.runtime.sources.add("https://boards.greenhouse.io/hooli", enable=True)
    home.server.paths["/v1/boards/hooli/jobs"] = Reply(status=403)
    home.poll("greenhouse:hooli")
    home.runtime.sources.add("https://jobs.lever.co/globex")
    home.clock.moment = NOW


@pytest.fixture(scope="module")
def found_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("found")
    with feed_home(folder) as home:
        fill(home)
    return folder


@pytest.fixture
def looks(
    snap_compare: Compare, found_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Compare what is on the screen after some keys with how it looked before."""
    monkeypatch.setattr(Input, "cursor_blink", False)

    def compare(
        size: tuple[int, int],
        *keys: str,
        empty: bool = False,
        theme: str = "jobcopilot-dark",
        steps: Steps | None = None,
    ) -> None:
        folder = tmp_path / "home"
        if not empty:
            copytree(found_home, folder)
        runtime = home_of(folder)
        glance = replace(glance_at(runtime.home.settings_file), theme=theme)
        app = JobcopilotApp(BoardData(runtime), glance)

        async def drive(pilot: Pilot[Any]) -> None:
            driven = AtHome(app, pilot, runtime)
            await driven.settled()
            for key in keys:
                await driven.press(key)
            if steps is not None:
                await steps(driven, FeedHome(runtime, server, runtime.clock))  # type: ignore[arg-type]  # fixed there
            app.clear_notifications()
            await driven.pilot.pause()

        with FeedServer() as server:
            relocate(runtime, server)
            try:
                assert snap_compare(app, terminal_size=size, run_before=drive)
            finally:
                runtime.close()

    return compare


@BOTH
def test_discovered(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "D", "j", "space", "j")


@BOTH
def test_discovered_in_light(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "D", theme=LIGHT)


def test_a_posting_over_the_list(looks: Callable[..., None]) -> None:
    looks(NARROW, "D", "enter")


@BOTH
def test_everything(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "D", "j", "t", "d", "A", "G")


@BOTH
def test_nothing_discovered(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "D", empty=True)


def test_no_posting_has_the_words(looks: Callable[..., None]) -> None:
    looks(NARROW, "D", "slash", "x", "y", "z")


@BOTH
def test_sources(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "F", "j")


@BOTH
def test_sources_in_light(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "F", theme=LIGHT)


@BOTH
def test_sources_that_are_searched(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "F", "slash", *"remote")


@BOTH
def test_terms(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(driven: AtHome, _home: FeedHome) -> None:
        await driven.press("slash", *"himalayas", "enter", "space")

    looks(size, "F", steps=steps)


@BOTH
def test_adding(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(driven: AtHome, _home: FeedHome) -> None:
        await driven.press("a")
        await driven.paste("https://boards.greenhouse.io/umbrella/jobs/4711")

    looks(size, "F", steps=steps)


@BOTH
def test_a_poll_on_its_way(looks: Callable[..., None], size: tuple[int, int]) -> None:
    gate = threading.Event()
    pages = lever()

    def page(asked: Asked) -> Reply:
        if "skip=300" in asked.path:
            gate.wait(20)
        return pages(asked)

    async def steps(driven: AtHome, home: FeedHome) -> None:
        home.server.paths[LEVER] = page
        home.runtime.sources.enable("lever:globex")
        await driven.press("F")
        await driven.press("j", "j")
        await driven.pilot.press("p")
        await driven.until(lambda: "page 3, 300 found, esc" in driven.text(), "three pages")
        await driven.until(lambda: "300 open postings" in driven.text(), "the list is read again")

    try:
        looks(size, steps=steps)
    finally:
        gate.set()
