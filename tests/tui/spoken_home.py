"""The app in a spoken session whose sound is a script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jobcopilot.practice.spoken.port import SpokenHow
from jobcopilot.tui.screens.practice_spoken import SpokenScreen
from jobcopilot.voice.turns import TurnTaking
from tests.fakes.practice import Practice
from tests.fakes.spoken import ScriptedSpoken
from tests.tui.driving import NARROW
from tests.tui.practice_home import InPractice, in_practice, practice_in


@dataclass
class Microphones:
    """The spoken sessions that were begun, the latest last."""

    begun: list[ScriptedSpoken] = field(default_factory=list)
    works: bool = True
    """Whether there is a microphone for the next one."""

    @property
    def spoken(self) -> ScriptedSpoken:
        return self.begun[-1]


def with_microphone(practice: Practice) -> Microphones:
    """Let sessions of a home be spoken."""
    microphones = Microphones()

    def spoken_session(session_id: int, how: SpokenHow) -> ScriptedSpoken:
        session = practice.sessions.open(session_id, spoken=how.turn_taking)
        microphones.begun.append(ScriptedSpoken(session, how, deaf=not microphones.works))
        return microphones.spoken

    practice.runtime.__dict__.update(spoken_session=spoken_session, spoken_how=SpokenHow)
    return microphones


@dataclass
class Speaking:
    """The running app in a spoken session."""

    room: InPractice
    microphones: Microphones

    @property
    def screen(self) -> SpokenScreen:
        screen = self.room.home.app.screen
        assert isinstance(screen, SpokenScreen), screen
        return screen

    @property
    def spoken(self) -> ScriptedSpoken:
        return self.microphones.spoken

    async def press(self, *keys: str) -> None:
        await self.room.press(*keys)

    async def press_only(self, *keys: str) -> None:
        await self.room.press_only(*keys)

    async def until(self, state: str) -> None:
        """Wait until the pane says what is going on."""
        await self.room.home.until(lambda: self.screen.live.state == state, f"state {state}")

    def text(self) -> str:
        return self.room.text()


@asynccontextmanager
async def speaking(
    folder: Path, size: tuple[int, int] = NARROW, *, turn_taking: TurnTaking = "hands-free", **choices: object
) -> AsyncIterator[Speaking]:
    """Begin a spoken session of the default setup, and wait until it is the person's turn."""
    practice = practice_in(folder, **choices)
    microphones = with_microphone(practice)
    async with in_practice(folder, size, practice) as room:
        room.setup.set_line("answering", turn_taking)
        await room.press("s")
        driven = Speaking(room, microphones)
        await driven.until("waiting" if turn_taking == "push-to-talk" else "listening")
        yield driven
        if microphones.begun:
            microphones.spoken.close()
