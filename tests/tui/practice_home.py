"""The app on a home to practise in: a small bank, an interviewer that can be held, an assessor by length."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from jobcopilot.settings import save_setting
from jobcopilot.tui.screens.practice import PracticeScreen
from jobcopilot.tui.screens.practice_report import ReportScreen
from jobcopilot.tui.screens.practice_talk import TalkScreen
from tests.fakes.practice import Practice, ScriptedInterviewer, make_practice
from tests.tui.driving import NARROW
from tests.tui.real_home import AtHome, at_home

MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass
class HeldInterviewer(ScriptedInterviewer):
    """Speaks like the scripted one, but waits after its first piece for as long as it is held."""

    label: str = "Built in"
    hold: threading.Event = field(default_factory=threading.Event)
    held: bool = False
    """Whether the next utterance waits."""

    def cancel(self) -> None:
        super().cancel()
        self.hold.set()

    def _stream(self, text: str) -> Iterator[str]:
        pieces = super()._stream(text)
        if self.held:
            self.hold.clear()
        for at, piece in enumerate(pieces):
            if at == 1 and self.held:
                assert self.hold.wait(20), "the test let the interviewer go on"
                if self.cancelled:
                    return
            yield piece


def practice_in(folder: Path, **choices: object) -> Practice:
    """Return practice whose parts the runtime has, too."""
    practice = make_practice(folder)
    practice.clock.moment = MORNING
    practice.interviewer = HeldInterviewer(**choices)  # type: ignore[arg-type]
    save_setting(practice.runtime.home.settings_file, "onboarded", True)
    practice.runtime.__dict__.update(
        practice_books=practice.books,
        bank=practice.bank,
        practice_sessions=practice.sessions,
        practice_history=practice.history,
    )
    return practice


@dataclass
class InPractice:
    """The running app in its practice room."""

    home: AtHome
    practice: Practice

    @property
    def interviewer(self) -> HeldInterviewer:
        assert isinstance(self.practice.interviewer, HeldInterviewer)
        return self.practice.interviewer

    @property
    def setup(self) -> PracticeScreen:
        screen = self.home.app.screen
        assert isinstance(screen, PracticeScreen), screen
        return screen

    @property
    def talk(self) -> TalkScreen:
        screen = self.home.app.screen
        assert isinstance(screen, TalkScreen), screen
        return screen

    @property
    def report(self) -> ReportScreen:
        screen = self.home.app.screen
        assert isinstance(screen, ReportScreen), screen
        return screen

    def at_setup(self) -> None:
        assert isinstance(self.home.app.screen, PracticeScreen)

    def turn_is(self, turn: str) -> None:
        assert self.talk.turn == turn

    async def press(self, *keys: str) -> None:
        await self.home.press(*keys)

    async def press_only(self, *keys: str) -> None:
        """Press keys without waiting for what they start."""
        await self.home.pilot.press(*keys)
        await self.home.pilot.pause()

    async def begin(self, *keys: str) -> TalkScreen:
        """Start a session with what is set."""
        await self.press(*keys, "s")
        await self.home.until(lambda: self.talk.turn == "yours", "the first question")
        return self.talk

    async def answer(self, text: str) -> None:
        """Write an answer and give it."""
        self.talk.editor.text = text
        await self.press("ctrl+d")

    async def hold_it(self, answers: int = 4) -> None:
        """Answer until the session is over."""
        for at in range(answers):
            if self.talk.turn == "over":
                return
            self.practice.later(seconds=40)
            await self.answer(f"Answer {at}: I measured it and then the cause was plain to all of us.")
        assert self.talk.turn == "over"

    def text(self) -> str:
        return self.home.text()


@asynccontextmanager
async def in_practice(
    folder: Path, size: tuple[int, int] = NARROW, practice: Practice | None = None
) -> AsyncIterator[InPractice]:
    """Run the app in its practice room until the block ends."""
    practice = practice or practice_in(folder)
    async with at_home(practice.runtime, size) as home:
        driven = InPractice(home, practice)
        await home.press("4")
        await home.until(lambda: driven.setup.reading is not None or bool(home.failure()), "the setup")
        await home.settled()
        yield driven
        if isinstance(practice.interviewer, HeldInterviewer):
            practice.interviewer.hold.set()
