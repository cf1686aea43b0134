"""A listener and its process, which may die or be closed at any moment; the process is a script here."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from jobcopilot.engines.frames import Frame
from jobcopilot.engines.process import DEAD
from jobcopilot.voice import events, listening
from jobcopilot.voice.listening import Listener, ListenTo


class Process:
    """Stands for the listening process: `begun` is called while it starts."""

    made: list[Process]
    begun: Callable[[Process], object]

    def __init__(self, _command: Sequence[str]) -> None:
        self.inbox: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self.asked: list[Frame] = []
        self.ended = False
        self.pid = 1
        type(self).made.append(self)
        type(self).begun(self)

    def send(self, frame: Frame) -> None:
        self.asked.append(frame)

    def end(self, patience: float = 2.0) -> None:
        del patience
        self.ended = True
        self.inbox.put(DEAD)

    def last_words(self) -> str:
        return "it was killed"

    def tell(self, event: events.Event) -> None:
        self.inbox.put(events.to_frame(event))


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Listener:
    monkeypatch.setattr(listening, "ListeningProcess", Process)
    Process.made = []
    Process.begun = staticmethod(lambda _process: None)
    return Listener(ListenTo(tmp_path / "stream-1", tmp_path / "model"))


def test_whoever_closes_before_the_begin_opens_no_microphone(listener: Listener) -> None:
    Process.begun = staticmethod(lambda process: process.inbox.put(DEAD))
    listener.close()
    assert list(listener.events()) == []
    assert Process.made == []


def test_a_process_that_starts_while_it_is_closed_is_ended(listener: Listener) -> None:
    # Else nobody ends it: it records until the app is left.
    def begun(process: Process) -> None:
        listener.close()
        process.inbox.put(DEAD)

    Process.begun = staticmethod(begun)
    assert list(listener.events()) == []
    (only,) = Process.made
    assert only.ended
    assert listener.pid is None


def test_a_process_that_starts_anew_while_it_is_closed_is_ended(listener: Listener) -> None:
    def begun(process: Process) -> None:
        if len(Process.made) == 2:
            listener.close()
        process.inbox.put(DEAD)

    Process.begun = staticmethod(begun)
    assert list(listener.events()) == []
    assert len(Process.made) == 2
    assert Process.made[1].ended
