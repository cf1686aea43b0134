"""How a spoken session looks in each of its states, cell by cell, at both sizes, clock and sound pinned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from jobcopilot.practice.spoken.port import LevelHeard, Pausing, Told, Voiced, WordsHeard
from jobcopilot.practice.spoken.preflight import SENTENCE, Checked
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.practice_data import Answering
from jobcopilot.tui.practice_openings import open_talk
from jobcopilot.tui.screens.practice import PracticeScreen
from jobcopilot.tui.screens.practice_spoken import SpokenScreen
from jobcopilot.tui.start import glance_at
from jobcopilot.tui.widgets.live_pane import LivePane
from tests.tui.driving import NARROW, WIDE
from tests.tui.practice_home import InPractice, practice_in
from tests.tui.real_home import AtHome
from tests.tui.spoken_home import Speaking, with_microphone
from tests.tui.test_microphone import ScriptedRehearsal, opened

pytestmark = pytest.mark.slow  # a screen is painted whole: seconds each, so CI compares them

Compare = Callable[..., bool]
Steps = Callable[[Speaking], Awaitable[None]]
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
LEVELS = (-50, -40, -30, -22, -18, -15, -20, -28, -33, -20)
WORDS = WordsHeard(
    "First I check whether the query or the load has changed, so I look at pg_stat_statements for calls and for the"
    " mean time, and then at the plan. In the last case the index was not",
    "used any more since the statistics",
    0,
)


@pytest.fixture
def looks(snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Compare a spoken session after some steps with how it looked before."""
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(TextArea, "cursor_blink", False)
    monkeypatch.setattr(LivePane, "seconds", lambda _: 7.0)

    def compare(
        size: tuple[int, int],
        steps: Steps,
        *,
        theme: str = "jobcopilot-dark",
        answering: Answering = "hands-free",
    ) -> None:
        practice = practice_in(tmp_path)
        microphones = with_microphone(practice)
        runtime = practice.runtime
        app = JobcopilotApp(BoardData(runtime), replace(glance_at(runtime.home.settings_file), theme=theme))

        async def drive(pilot: Pilot[Any]) -> None:
            home = AtHome(app, pilot, runtime)
            await home.settled()
            await home.press("4")
            screen = app.screen
            assert isinstance(screen, PracticeScreen)
            await home.until(lambda: screen.reading is not None, "the setup")
            open_talk(app, practice.create(questions=4), answering=answering)
            live = Speaking(InPractice(home, practice), microphones)
            await home.until(lambda: isinstance(app.screen, SpokenScreen), "the session")
            await live.until("waiting" if answering == "push-to-talk" else "listening")
            await steps(live)
            await home.settled()

        try:
            assert snap_compare(app, terminal_size=size, run_before=drive)
        finally:
            microphones.spoken.close()
            runtime.close()

    return compare


async def heard(live: Speaking) -> None:
    """Let something be heard, at a good level."""
    live.spoken.tell(*(LevelHeard(level, 0.3, voiced=True) for level in LEVELS), WORDS)
    await live.room.home.until(lambda: "statistics" in live.text(), "the words")


@BOTH
def test_listening(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, heard)


@BOTH
def test_listening_in_light(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, heard, theme="jobcopilot-light")


@BOTH
def test_push_to_talk_before_it(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(live: Speaking) -> None:
        pass

    looks(size, steps, answering="push-to-talk")


@BOTH
def test_push_to_talk(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(live: Speaking) -> None:
        await live.press("space")
        await live.until("listening")
        await heard(live)

    looks(size, steps, answering="push-to-talk")


def test_a_key_ends_it(looks: Callable[..., None]) -> None:
    looks(NARROW, heard, answering="done")


def test_thinking_pause(looks: Callable[..., None]) -> None:
    async def steps(live: Speaking) -> None:
        await heard(live)
        live.spoken.tell(Pausing(2.9))
        await live.room.home.until(lambda: "take your time" in live.text(), "the pause")

    looks(NARROW, steps)


@pytest.mark.parametrize("state", ["starting", "heard", "thinking", "paused", "failed"])
def test_states(looks: Callable[..., None], state: str) -> None:
    async def steps(live: Speaking) -> None:
        await heard(live)
        live.spoken.become(state)  # type: ignore[arg-type]  # names of states
        await live.until(state)

    looks(NARROW, steps)


@BOTH
def test_speaking(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(live: Speaking) -> None:
        live.spoken.become("speaking")
        live.spoken.tell(Voiced("You said that the index was not used any more: how did you find that out?"))
        await live.room.home.until(lambda: "they " in live.text(), "the voice")

    looks(size, steps)


@BOTH
def test_typing_instead(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(live: Speaking) -> None:
        await heard(live)
        await live.press("f9")
        await live.until("typing")
        await live.room.home.until(lambda: live.screen.editor.text != "", "the draft")

    looks(size, steps)


@BOTH
def test_microphone_gone(looks: Callable[..., None], size: tuple[int, int]) -> None:
    async def steps(live: Speaking) -> None:
        live.spoken.tell(
            Told(
                "lost",
                "The microphone is gone",
                "USB headset",
                "Plug it in and press f9, or type.",
                severe=True,
            )
        )
        live.spoken.become("typing")
        await live.until("typing")

    looks(size, steps)


def test_over(looks: Callable[..., None]) -> None:
    async def steps(live: Speaking) -> None:
        await live.press("f10", "enter")
        live.spoken.become("over")
        await live.until("over")

    looks(NARROW, steps)


@BOTH
def test_microphone(
    looks: Callable[..., None], size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsal = ScriptedRehearsal(
        Checked(
            "Built-in", 48_000, 9.0, -70, -24, 0.3, SENTENCE, "my task was to help", 5, 15,
            troubles=(Told("words", "Many words were not understood", "5 of 15 words", "Read it once more."),),
        )
    )  # fmt: skip

    async def steps(live: Speaking) -> None:
        room = live.room
        await room.press("escape")
        await room.home.until(lambda: isinstance(room.home.app.screen, PracticeScreen), "the setup")
        await opened(room, monkeypatch, rehearsal)
        rehearsal.told.put(None)
        await room.press("r")
        await room.home.until(lambda: "understood" in room.text(), "what was found")

    looks(size, steps)
