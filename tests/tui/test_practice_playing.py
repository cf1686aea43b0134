"""Hearing again what was said: from the report, with words where that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from jobcopilot.practice.spoken_delivery import Deliveries
from jobcopilot.tui.screens.practice_report import ReportScreen
from tests.fakes.practice import Practice
from tests.snapshots.test_practice import spoken
from tests.tui.driving import WIDE
from tests.tui.practice_home import InPractice, in_practice, practice_in

pytestmark = pytest.mark.slow  # each opens a report of a whole session


class Held:
    """Plays until it is stopped."""

    made: ClassVar[list[Held]] = []

    def __init__(self, recording: Path, start: float, end: float) -> None:
        import threading

        self.asked = (recording, start, end)
        self._over = threading.Event()
        self.stopped = 0
        Held.made.append(self)

    def wait(self) -> bool:
        assert self._over.wait(20)
        return False

    def stop(self) -> None:
        self.stopped += 1
        self._over.set()


async def to_the_moments(room: InPractice) -> ReportScreen:
    await room.press("H", "enter")
    await room.home.until(lambda: isinstance(room.home.app.screen, ReportScreen), "the report")
    await room.press("l", "G", "k")
    return room.report


def recorded(practice: Practice) -> Path:
    """Hold a session whose first answer was spoken, with a recording."""
    spoken(practice)
    (row,) = practice.history.sessions().sessions
    folder = practice.books.folder / practice.sessions.view(row.id).folder / "stream-1"
    folder.mkdir(parents=True)
    (folder / "recording.flac").write_bytes(b"as good as any: nothing here listens")
    return folder


async def test_a_moment_is_played_and_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobcopilot.voice.playing.Playing", Held)
    practice = practice_in(tmp_path)
    folder = recorded(practice)
    async with in_practice(tmp_path, WIDE, practice) as room:
        report = await to_the_moments(room)
        assert report.marks.row is not None
        assert report.marks.row.words == "0:03 pause: 1.5 s"
        await room.press_only("enter")
        await room.home.until(lambda: "playing, esc stops it" in room.text(), "the sound")
        playing = Held.made[-1]
        assert playing.asked[0] == folder / "recording.flac"
        (kept,) = Deliveries(practice.books).of(report.session_id)
        pause = next(one for one in kept.moments if one.kind == "pause")
        assert playing.asked[1] < pause.at < pause.at + 1.5 < playing.asked[2]
        await room.press_only("escape")
        await room.home.until(lambda: "playing" not in room.text(), "silence")
        assert playing.stopped
        assert isinstance(room.home.app.screen, ReportScreen), "escape stopped the sound, and nothing else"


async def test_a_recording_that_is_gone_is_told(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    spoken(practice)
    async with in_practice(tmp_path, WIDE, practice) as room:
        await to_the_moments(room)
        await room.press("enter")
        assert "The recording is not there any more" in room.home.failure()


async def test_a_typed_session_says_nothing_of_speaking(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    spoken(practice)
    async with in_practice(tmp_path, WIDE, practice) as room:
        report = await to_the_moments(room)
        assert "How it was spoken" in room.text()
        await room.press("l")
        assert report.asked is not None
        assert "How it was spoken" not in room.text()


async def test_how_one_speaks_stands_beside_the_marks_over_time(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    spoken(practice)
    async with in_practice(tmp_path, WIDE, practice) as room:
        await room.press("m")
        await room.home.until(lambda: "How you speak" in room.text(), "the entry")
        await room.press("j", "j")
        await room.home.until(lambda: "98 words a minute" in room.text(), "the figures")
        assert "at least 1 filler" in room.text()
        assert "you spoke" in room.text()
