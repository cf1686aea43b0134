"""The report of a spoken session while the answers are heard a second time."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from jobcopilot.errors import Cancelled
from jobcopilot.tui.screens.practice_report import ReportScreen
from jobcopilot.voice.heard_again import FoundFiller
from jobcopilot.voice.port import Span
from tests.tui.driving import WIDE
from tests.tui.practice_home import InPractice, in_practice, practice_in
from tests.tui.test_practice_playing import recorded

pytestmark = pytest.mark.slow  # each opens a report of a whole session


async def to_the_report(room: InPractice) -> ReportScreen:
    """Open the report and wait for what it shows, not for the second hearing."""
    await room.press("H")
    await room.press_only("enter")
    await room.home.until(
        lambda: isinstance(room.home.app.screen, ReportScreen) and bool(room.report.deliveries), "the report"
    )
    return room.report


async def test_fillers_that_the_transcript_left_out_follow_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def listen(
        path: Path, stretch: Span, words: object, model: Path, *, stop: threading.Event
    ) -> list[FoundFiller]:
        begun.set()
        assert let_go.wait(20)
        return [FoundFiller(stretch.end - 0.5, "uh")]

    monkeypatch.setattr("jobcopilot.voice.heard_again.find_fillers", listen)
    monkeypatch.setattr("jobcopilot.voice.models.find_model", lambda *_args, **_more: tmp_path)
    practice = practice_in(tmp_path)
    recorded(practice)
    async with in_practice(tmp_path, WIDE, practice) as room:
        report = await to_the_report(room)
        (before,) = report.deliveries
        assert await asyncio.to_thread(begun.wait, 20)
        await room.press_only("j")
        row = report.marks.cursor
        let_go.set()
        await room.home.until(lambda: report.deliveries[0].heard_again, "the second hearing")
        assert report.deliveries[0].fillers_at_least == before.fillers_at_least + 1
        assert report.marks.cursor == row == 1, "whoever reads stays where they are"


async def test_whoever_leaves_the_report_ends_the_second_hearing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def listen(
        path: Path, stretch: Span, words: object, model: Path, *, stop: threading.Event
    ) -> list[FoundFiller]:
        begun.set()
        assert stop.wait(20)
        stopped.set()
        raise Cancelled("Listening again was stopped")

    monkeypatch.setattr("jobcopilot.voice.heard_again.find_fillers", listen)
    monkeypatch.setattr("jobcopilot.voice.models.find_model", lambda *_args, **_more: tmp_path)
    practice = practice_in(tmp_path)
    recorded(practice)
    async with in_practice(tmp_path, WIDE, practice) as room:
        await to_the_report(room)
        assert await asyncio.to_thread(begun.wait, 20)
        await room.press_only("escape")
        assert await asyncio.to_thread(stopped.wait, 20)
