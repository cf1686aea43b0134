"""Push-to-talk on the screen: a key opens the microphone, and a sign and words say whether it is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobcopilot.practice.spoken.port import SpokenHow, WordsHeard
from jobcopilot.tui.practice_data import PracticeData, Wanted
from tests.tui.spoken_home import speaking

pytestmark = pytest.mark.slow  # each begins a session and drives a whole screen

SAID = "First I looked at the plan, and the index was not used any more."


async def test_push_to_talk_says_when_the_microphone_is_open(tmp_path: Path) -> None:
    async with speaking(tmp_path, turn_taking="push-to-talk") as live:
        assert live.spoken.how.turn_taking == "push-to-talk"
        assert "○ not listening" in live.text()
        assert "space talks · the microphone is closed" in live.text()
        await live.room.home.until(lambda: "not listening 0:02" in live.text(), "the seconds that go by")
        await live.press("space")
        await live.until("listening")
        assert "● listening" in live.text()
        assert "space ends it" in live.text()
        live.spoken.tell(WordsHeard(SAID, "", 0))
        await live.room.home.until(lambda: SAID[:40] in live.text(), "the words")
        await live.press("space")
        await live.room.home.until(lambda: "question 2" in live.text(), "the next question")
        await live.until("waiting")
        assert live.screen.live.confirmed == ""


async def test_the_way_to_speak_that_is_set_is_offered_first(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        live.room.practice.runtime.__dict__["spoken_how"] = lambda: SpokenHow(turn_taking="done")
        offered = PracticeData(live.room.practice.runtime).setup(Wanted()).answering
        assert offered == ("typing", "done", "hands-free", "push-to-talk")
