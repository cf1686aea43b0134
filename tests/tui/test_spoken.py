"""The spoken interview on the screen: what is heard is shown, typing takes over at any moment, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobcopilot.practice.spoken.port import (
    AnswerHeard,
    GoneOn,
    LevelHeard,
    Pausing,
    Told,
    Voiced,
    Withdrawn,
    WordsHeard,
)
from jobcopilot.tui.screens.practice import PracticeScreen
from tests.tui.driving import WIDE
from tests.tui.spoken_home import speaking

pytestmark = pytest.mark.slow  # each begins a session and drives a whole screen

SAID = "First I looked at the plan, and the index was not used any more."


async def test_words_grow_and_become_the_answer(tmp_path: Path) -> None:
    async with speaking(tmp_path, WIDE) as live:
        live.spoken.tell(WordsHeard("First I looked", "at the clan", 0))
        await live.room.home.until(lambda: "First I looked at the clan" in live.text(), "the words")
        live.spoken.tell(WordsHeard(SAID, "", 0))
        await live.room.home.until(lambda: SAID in live.text(), "more words")
        await live.press("ctrl+d")
        await live.room.home.until(lambda: "Question 2" in live.text(), "the next question")
        await live.until("listening")
        assert live.screen.live.confirmed == ""
        assert [block.key for block in live.screen.transcript.blocks].count("m1") == 1
        view = live.spoken.session.view()
        assert [one.text for one in view.messages if one.role == "person"] == [SAID]


async def test_what_is_going_on_has_a_word_and_the_question_stays_in_sight(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        asked = live.screen.head.asked
        assert asked is not None
        for state, word in (
            ("heard", "heard"),
            ("thinking", "thinking"),
            ("speaking", "speaking"),
            ("paused", "paused"),
        ):
            live.spoken.become(state)  # type: ignore[arg-type]  # names of states
            await live.until(state)
            assert word in live.text()
            assert asked.text in live.text()


async def test_level_is_drawn_and_told_in_words(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        pane = live.screen.live
        live.spoken.tell(*[LevelHeard(-20.0, 0.3, voiced=True)] * 12)
        await live.room.home.until(lambda: "level good" in live.text(), "a good level")
        assert "▆" in pane.bars or "▅" in pane.bars
        live.spoken.tell(*[LevelHeard(-3.0, 1.0, voiced=True)] * 12)
        await live.room.home.until(lambda: "cut off" in live.text(), "a loud level")
        live.spoken.become("thinking")
        live.spoken.become("listening")
        await live.until("listening")
        live.spoken.tell(*[LevelHeard(-50.0, 0.01, voiced=True)] * 12)
        await live.room.home.until(lambda: "very quiet" in live.text(), "a quiet voice")
        live.spoken.tell(*[LevelHeard(-120.0, 0.0, voiced=False)] * 80)
        await live.room.home.until(lambda: "nothing comes in" in live.text(), "no sound at all")


async def test_a_thinking_pause_is_told_and_forgotten(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        live.spoken.tell(WordsHeard("First I", "", 0), Pausing(2.9))
        await live.room.home.until(lambda: "take your time: 2.9 s" in live.text(), "the pause")
        live.spoken.tell(WordsHeard("First I looked", "", 0))
        await live.room.home.until(
            lambda: "First I looked" in live.text(), "the last words before the silence"
        )
        assert "take your time: 2.9 s" in live.text()
        live.spoken.tell(GoneOn())
        await live.room.home.until(lambda: "take your time" not in live.text(), "speaking on")
        live.spoken.tell(Pausing(2.9))
        await live.room.home.until(lambda: "take your time" in live.text(), "the next pause")
        live.spoken.tell(LevelHeard(-20.0, 0.3, voiced=True), WordsHeard("First I looked at", "", 0))
        await live.room.home.until(lambda: "take your time" not in live.text(), "the voice")


async def test_typing_takes_over_what_was_heard(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        live.spoken.tell(WordsHeard("First I looked", "", 0))
        await live.room.home.until(lambda: "First I looked" in live.text(), "the words")
        await live.press("f9")
        await live.until("typing")
        await live.room.home.until(lambda: live.screen.editor.text == "First I looked", "the draft")
        assert live.screen.editor.has_focus
        await live.press("space", "a", "t")
        assert live.screen.editor.text == "First I looked at"
        live.screen.editor.text = SAID
        await live.press("ctrl+d")
        await live.room.home.until(lambda: "Question 2" in live.text(), "the next question")
        assert live.spoken.asked[-1] == "answer"
        # The next answer is spoken again.
        await live.until("listening")
        assert live.screen.live.has_focus


async def test_an_answer_that_goes_on_is_withdrawn_on_the_screen(tmp_path: Path) -> None:
    async with speaking(tmp_path, WIDE) as live:
        session = live.spoken.session
        said = session.answer("First I looked")
        live.spoken.tell(AnswerHeard(said))
        live.spoken.become("thinking")
        await live.room.home.until(lambda: "First I looked" in live.text(), "the answer")
        await live.press("f7")
        assert live.spoken.asked[-1] == "go_on"
        # As the spoken session does it: the database first, then the event.
        with live.room.practice.books.writing() as connection:
            connection.execute("DELETE FROM practice_message WHERE id = ?", (said.id,))
        live.spoken.tell(Withdrawn(said.id, None))
        live.spoken.become("listening")
        await live.room.home.until(lambda: "your answer goes on" in live.text(), "that it goes on")
        await live.room.home.until(lambda: "First I looked" not in live.text(), "the answer is open again")


async def test_sentence_that_is_spoken_stands_in_the_pane(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        live.spoken.become("speaking")
        live.spoken.tell(Voiced("What did you measure?"))
        await live.room.home.until(lambda: "they  What did you measure?" in live.text(), "the sentence")
        await live.press("escape")
        assert live.spoken.asked[-1] == "interrupt"
        live.spoken.tell(Voiced(None))
        await live.room.home.until(lambda: "they  What did" not in live.text(), "silence")


async def test_trouble_with_the_sound_is_read_out(tmp_path: Path) -> None:
    async with speaking(tmp_path, WIDE) as live:
        live.spoken.tell(Told("quiet", "The voice is quiet", "24 dB below what is usual", "Move closer."))
        await live.room.home.until(lambda: "The voice is quiet" in live.text(), "the warning")
        live.spoken.tell(
            Told("lost", "The microphone is gone", "USB headset", "Plug it in, or type.", severe=True)
        )
        live.spoken.become("typing")
        await live.until("typing")
        await live.room.home.until(
            lambda: "The microphone is gone" in live.room.home.failure(), "what happened"
        )
        assert live.screen.editor.has_focus


async def test_leaving_keeps_session_and_words(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        live.spoken.tell(WordsHeard("First I looked at", "", 0))
        await live.room.home.until(lambda: "First I looked at" in live.text(), "the words")
        spoken = live.spoken
        await live.press("escape")
        await live.room.home.until(lambda: isinstance(live.room.home.app.screen, PracticeScreen), "the setup")
        assert "close" in spoken.asked
        view = spoken.session.view()
        assert (view.draft, view.paused) == ("First I looked at", True)


async def test_keys_reach_the_session(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        for key, act in (
            ("space", "talk"),
            ("f4", "repeat"),
            ("f8", "pause"),
            ("f8", "pause"),
            ("f3", "act"),
        ):
            await live.press(key)
            assert live.spoken.asked[-1] == act
            await live.room.home.until(lambda: live.screen.live.state in ("listening", "paused"), "its end")
        await live.press("f5")
        assert live.spoken.asked[-1] == "skip"
        await live.room.home.until(lambda: "question 2" in live.text(), "the next question")


async def test_a_microphone_that_is_back_takes_its_failure_away(tmp_path: Path) -> None:
    async with speaking(tmp_path, WIDE) as live:
        live.spoken.tell(Told("lost", "The microphone is gone", "USB headset", "Plug it in.", severe=True))
        live.spoken.become("typing")
        await live.until("typing")
        await live.room.home.until(lambda: bool(live.room.home.failure()), "what happened")
        live.spoken.become("listening")
        await live.until("listening")
        await live.room.home.until(lambda: not live.room.home.failure(), "nothing is wrong any more")


async def test_a_state_that_a_key_ends_names_the_key(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        await live.press("f8")
        await live.until("paused")
        await live.room.home.until(lambda: "f8 goes on" in live.text(), "the key")
        await live.press("f8")
        await live.until("listening")
        await live.press("f9")
        await live.until("typing")
        await live.room.home.until(lambda: "f9 speaks again" in live.text(), "the key")


async def test_ending_early_cuts_the_interviewer_short(tmp_path: Path) -> None:
    async with speaking(tmp_path) as live:
        live.spoken.become("speaking")
        await live.until("speaking")
        await live.press_only("f10")
        await live.room.home.until(lambda: "End the interview here?" in live.text(), "the question")
        assert "interrupt" in live.spoken.asked
        assert "esc stops it" not in live.room.home.said()


async def test_nothing_is_offered_but_the_end_while_the_last_words_sound(tmp_path: Path) -> None:
    async with speaking(tmp_path, WIDE) as live:
        live.spoken.act(lambda session: session.end())
        live.spoken.become("speaking")
        await live.until("speaking")
        await live.room.home.until(lambda: "skip" not in live.text().splitlines()[-1], "the line of keys")
        for action in ("talk", "skip", "go_on", "repeat", "pause", "end"):
            assert not live.screen.check_action(action, ()), action
        live.spoken.become("over")
        await live.until("over")


async def test_a_warning_that_is_too_long_for_its_line_is_wrapped_below(tmp_path: Path) -> None:
    words = "it is muted, or the system forbids it: look into the settings of your sound"
    async with speaking(tmp_path) as live:
        live.spoken.tell(Told("zeros", "The microphone gives exact silence", "no noise at all", words))
        await live.room.home.until(lambda: "settings of your" in live.text(), "all of the warning")
        live.spoken.tell(WordsHeard("First I looked", "", 0))
        await live.room.home.until(lambda: "exact silence" not in live.text(), "the words instead")
