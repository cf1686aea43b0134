"""Nothing fails unseen, nothing shows a traceback, and the log says where it was without saying what was read."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jobcopilot.errors import BadInput, StorageError
from jobcopilot.logs import start_logging, stop_logging
from jobcopilot.paths import find_home
from jobcopilot.tui import failures
from jobcopilot.tui.failures import FailureStrip, Newest, start_work
from tests.tui.driving import NARROW, opened


async def test_several_failures_are_told_one_after_the_other() -> None:
    async with opened(NARROW) as driven:
        for number in (1, 2):
            failures.show(driven.app, BadInput(f"Failure {number}", "a file", "Do this."))
        failures.show(driven.app, BadInput("Failure 2", "a file", "Do this."))
        await driven.settled()
        assert "Failure 2  (1 of 2)" in driven.text(), "what was tried last is what is told"
        await driven.press("escape")
        assert "Failure 1" in driven.text()
        await driven.press("escape")
        assert "Failure" not in driven.text()
        assert len(driven.app.screen_stack) == 1


async def test_markup_in_a_failure_is_text() -> None:
    async with opened(NARROW) as driven:
        failures.show(driven.app, StorageError("Bad [red]file[/]", "[link=x]y", "[/]"))
        await driven.settled()
        assert "Bad [red]file[/]" in driven.text()


async def test_a_failure_is_shown_on_the_dialogue_in_front() -> None:
    async with opened(NARROW) as driven:
        await driven.press("s")
        failures.show(driven.app, BadInput("In front", "", ""))
        await driven.settled()
        assert "✗ In front" in driven.text()
        await driven.press("escape")
        assert "In front" not in driven.text()
        assert len(driven.app.screen_stack) == 2


async def test_unexpected_ones_are_logged_with_the_place_and_without_what_was_read(tmp_path: Path) -> None:
    home = find_home(tmp_path)
    # An app that another test of this process opened may still be logging.
    stop_logging()
    start_logging(home)
    try:
        async with opened() as driven:

            async def fail() -> None:
                raise KeyError("my private notes")

            start_work(driven.board, fail(), name="failing")
            await driven.settled()
            # A long path is broken over lines, each with the mark of the message before it.
            assert str(home.log_file) in "".join(driven.text().replace("▌", "").split())
        written = home.log_file.read_text("utf-8")
    finally:
        stop_logging()
    assert "KeyError" in written
    assert "test_failures.py" in written
    assert "private notes" not in written


async def test_cancelled_work_is_no_failure() -> None:
    async with opened(NARROW) as driven:
        forever = asyncio.Event()

        async def wait() -> None:
            await forever.wait()

        worker = start_work(driven.board, wait(), name="waiting")
        await driven.pilot.pause()
        worker.cancel()
        await driven.settled()
        assert not driven.app.screen.query(FailureStrip)


async def test_the_newest_wish_is_always_served_and_those_between_are_not() -> None:
    async with opened(NARROW) as driven:
        served: list[int] = []
        gate = asyncio.Event()

        async def serve(wish: int) -> None:
            await gate.wait()
            served.append(wish)

        newest = Newest(driven.board, serve, name="serving")
        for wish in range(50):
            newest.want(wish)
            await driven.pilot.pause()
        assert newest.busy
        gate.set()
        await driven.settled()
        assert served == [0, 49]
        newest.want(7)
        await driven.settled()
        assert served == [0, 49, 7]


async def test_after_a_failure_the_next_wish_is_served() -> None:
    async with opened(NARROW) as driven:
        served: list[int] = []

        async def serve(wish: int) -> None:
            if not wish:
                raise BadInput("No", "", "")
            served.append(wish)

        newest = Newest(driven.board, serve, name="serving")
        newest.want(0)
        await driven.settled()
        newest.want(1)
        await driven.settled()
        assert served == [1]


async def test_a_fault_of_the_screen_itself_ends_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    fault = RuntimeError("what I typed")
    with pytest.raises(RuntimeError):
        async with opened(NARROW) as driven:

            def broken() -> None:
                raise fault

            driven.app.call_later(broken)
            await driven.pilot.pause()
    told = capsys.readouterr().err
    assert "Something went wrong" in told
    assert "Traceback" not in told
    assert "what I typed" not in told
    assert driven.app.return_code == 1
