"""A spoken session that was left is gone on with as it was held, from wherever it is taken up."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets._toast import Toast

from jobcopilot.practice.spoken.port import WordsHeard
from jobcopilot.tui.screens.practice import PracticeScreen
from jobcopilot.tui.screens.practice_history import HistoryScreen
from jobcopilot.tui.screens.practice_report import ReportScreen
from jobcopilot.tui.screens.practice_spoken import SpokenScreen
from tests.tui.driving import NARROW, WIDE
from tests.tui.spoken_home import Speaking, speaking

pytestmark = pytest.mark.slow  # each begins a session and drives a whole screen


async def leave(live: Speaking) -> None:
    await live.press("escape")
    await live.room.home.until(lambda: isinstance(live.room.home.app.screen, PracticeScreen), "the setup")


async def test_the_history_goes_on_spoken_in_the_same_way(tmp_path: Path) -> None:
    async with speaking(tmp_path, turn_taking="push-to-talk") as live:
        await leave(live)
        live.room.setup.set_line("answering", "typing")
        await live.press("H")
        app = live.room.home.app
        await live.room.home.until(
            lambda: isinstance(app.screen, HistoryScreen) and app.screen.row is not None, "the history"
        )
        await live.press("c")
        await live.until("waiting")
        assert live.spoken.how.turn_taking == "push-to-talk"
        assert len(live.microphones.begun) == 2
        await live.room.home.until(lambda: "You go on speaking: space" in live.screen.live.note, "how")


async def test_the_setup_goes_on_spoken_also_where_typing_is_set_for_new_ones(tmp_path: Path) -> None:
    async with speaking(tmp_path, turn_taking="done") as live:
        live.spoken.tell(WordsHeard("First I looked at", "", 0))
        await live.room.home.until(lambda: "First I looked at" in live.text(), "the words")
        await leave(live)
        live.room.setup.set_line("answering", "typing")
        await live.press("c")
        await live.until("listening")
        assert live.spoken.how.turn_taking == "done"


async def test_without_a_microphone_it_is_typed_on_and_nothing_says_otherwise(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        await leave(live)
        live.microphones.works = False
        await live.press("c")
        await live.until("typing")
        await live.room.home.until(lambda: "There is no microphone" in live.room.home.failure(), "why")
        await live.room.home.settled()
        assert live.screen.editor.has_focus
        assert "You go on speaking" not in live.text()


async def test_a_session_that_was_typed_is_typed_on_unless_speaking_is_set(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        await leave(live)
        live.room.setup.set_line("answering", "typing")
        await live.room.begin()
        assert not isinstance(live.room.home.app.screen, SpokenScreen)
        await leave(live)
        await live.press("c")
        await live.room.home.until(lambda: live.room.talk.turn == "yours", "the question")
        assert not isinstance(live.room.home.app.screen, SpokenScreen)
        await leave(live)
        live.room.setup.set_line("answering", "hands-free")
        await live.press("c")
        await live.until("listening")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_what_is_told_in_passing_covers_no_word_that_is_heard_or_typed(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with speaking(tmp_path, size) as live:
        told = "No word was understood: 5 s of voice had no word in it that is certain; the sound is kept. Say it."
        live.screen.say(told)
        await live.room.home.until(lambda: bool(live.screen.query(Toast)), "what is told")
        await live.room.home.settled()
        assert live.screen.query_one(Toast).region.height <= 2
        assert live.screen.query_one(Toast).region.bottom == live.screen.live.region.y
        await live.press("f9")
        await live.until("typing")
        await live.room.home.until(lambda: live.screen.editor.region.height > 1, "the field")
        await live.room.home.settled()
        assert live.screen.query_one(Toast).region.bottom == live.screen.live.region.y
        assert live.screen.live.region.bottom == live.screen.editor.region.y


async def test_what_was_weak_is_spoken_again(tmp_path: Path) -> None:
    async with speaking(tmp_path, turn_taking="done") as live:
        live.spoken.tell(WordsHeard("I looked at its plan", "", 0))
        await live.room.home.until(lambda: "at its plan" in live.text(), "the words")
        await live.press("ctrl+d")
        await live.room.home.until(lambda: "question 2" in live.text(), "the next question")
        live.spoken.act(lambda session: session.end())
        await live.until("over")
        await live.press("r")
        app = live.room.home.app
        await live.room.home.until(lambda: isinstance(app.screen, ReportScreen), "the report")
        await live.room.home.until(lambda: bool(live.room.report.check_action("weak", ())), "its marks")
        await live.press("r")
        await live.room.home.until(lambda: isinstance(app.screen, SpokenScreen), "the new session")
        await live.until("listening")
        assert live.spoken.how.turn_taking == "done"
        assert len(live.microphones.begun) == 2
