"""A real spoken session with microphones that say what a test wants, and whoever follows it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jobcopilot.practice.interviewers.port import Turn, Utterance
from jobcopilot.practice.session import Session
from jobcopilot.practice.spoken.port import SpokenHow
from jobcopilot.practice.spoken.session import Parts, SpokenSession
from jobcopilot.voice import events
from tests.fakes.ear import FakeEar, Following
from tests.fakes.practice import Practice, ScriptedInterviewer

LONG = "I looked at the plan because the data had grown and added an index"


class LateEar(FakeEar):
    """Ends when the test says so: a last pass may take seconds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.stopped = threading.Event()

    def stop(self) -> None:
        self.asked.append("stop")
        self.stopped.set()


class Gated(ScriptedInterviewer):
    """Thinks until it is let, or stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()
        self.thinks = threading.Event()
        self.stopped = threading.Event()
        self.waits_for = "answer"

    def speak(self, turn: Turn) -> Utterance:
        self.stopped.clear()
        if turn.request == self.waits_for:
            self.thinks.set()
            while not self.let.wait(0.01) and not self.stopped.is_set():
                pass
        return super().speak(turn)

    def cancel(self) -> None:
        super().cancel()
        self.stopped.set()


class Spoken:
    """A spoken session, its microphones, and whoever follows it."""

    def __init__(
        self,
        practice: Practice,
        number: int,
        how: SpokenHow,
        ear: type[FakeEar] = FakeEar,
        refuse: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
        **parts: Any,
    ) -> None:
        """`refuse` is what a method of the session does instead."""
        self.practice = practice
        self.number = number
        self.ears: list[Any] = []
        """Of the kind that the test has, the latest last."""
        self.opened = threading.Event()
        self.kept: list[Path] = []
        self.learned: list[events.Stopped] = []
        self._ear = ear

        def open_session() -> Session:
            session = practice.open(number)
            for name, work in refuse.items():
                setattr(session, name, work)
            return session

        given: dict[str, Any] = {
            "open_session": open_session,
            "folder": practice.books.folder / f"session-{number}",
            "open_ear": self._open,
            "keep": self.kept.append,
            "learned": self.learned.append,
        }
        self.session = SpokenSession(Parts(**(given | parts)), how)
        self.follow = Following(self.session)

    def _open(self, folder: Path) -> FakeEar:
        folder.mkdir(parents=True)
        (folder / "000000000000.pcm").write_bytes(b"xx")
        ear = self._ear(folder)
        self.ears.append(ear)
        return ear

    @property
    def ear(self) -> FakeEar:
        """The latest microphone."""
        ear: FakeEar = self.ears[-1]
        return ear

    def said(self) -> list[tuple[str, str, str]]:
        """What was said, as the database has it, without what was cut short."""
        view = self.session.session.view()
        return [(one.role, one.kind, one.text) for one in view.messages]

    def leave(self) -> None:
        """Leave, with microphones that end when they are told to."""
        self.session.close()
        for ear in self.ears:
            ear.tell(None)
        self.follow.end()


@contextmanager
def speakers(
    practice: Practice, how: SpokenHow, ear: type[FakeEar] = FakeEar
) -> Iterator[Callable[..., Spoken]]:
    """Lend what begins spoken sessions of two questions, or goes on with one; all are left at the end."""
    made: list[Spoken] = []

    def begin(number: int | None = None, *, how: SpokenHow = how, **parts: Any) -> Spoken:
        chosen = practice.create(questions=2) if number is None else number
        made.append(Spoken(practice, chosen, how, **({"ear": ear} | parts)))
        return made[-1]

    yield begin
    for one in made:
        one.leave()
