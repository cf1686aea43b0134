"""A listener and its process, which may die or be closed at any moment; the process is a script here."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from jobcopilot.engines.frames import Frame
from jobcopilot.engines.process import DEAD
from jobcopilot.voice import events, listening
from jobcopilot.voice.listening import Listener, ListenTo
from jobcopilot.voice.port import ListenerCrashed


class Process:
    """Stands for the listening process: `begun` is called while it starts."""

    made: list[Process]
    begun: Callable[[Process], object]

    def __init__(self, _command: Sequence[str]) -> None:
        self.inbox: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self.asked: list[Frame] = []
        self.ended = self.killed = False
        self.pid = 1
        type(self).made.append(self)
        type(self).begun(self)

    def send(self, frame: Frame) -> None:
        self.asked.append(frame)

    def end(self, patience: float = 2.0) -> None:
        del patience
        self.ended = True
        self.inbox.put(DEAD)

    def kill(self) -> None:
        self.killed = True
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


def test_a_key_is_pressed_again_where_the_process_died_of_it(listener: Listener) -> None:
    def begun(process: Process) -> None:
        turn = events.TurnStarted(at=1.0, turn=1, started=0.7)
        if len(Process.made) == 1:
            process.tell(turn)
        elif len(Process.made) == 2:
            # Of the turn before, which is over by now.
            process.tell(
                events.TurnEnded(
                    at=2.0, turn=1, reason="key", text="", words=(), silence=0.0, wait=0.0, started=0.7
                )
            )
        elif len(Process.made) == 3:
            process.inbox.put({"ended": True})
            return
        process.inbox.put(DEAD)

    Process.begun = staticmethod(begun)
    for event in listener.events():
        if isinstance(event, events.TurnStarted):
            listener.done()
    first, second, third = Process.made
    assert first.asked[-1] == {"do": "done"}
    assert [one.asked[0]["done"] for one in (first, second, third)] == [False, True, False]


def test_a_process_that_takes_over_does_not_hear_what_was_not_to_be_heard(listener: Listener) -> None:
    # It hears the last two seconds again: the interviewer's voice in them would count as the person's.
    def begun(process: Process) -> None:
        for at in (9.0, 10.0) if len(Process.made) == 1 else ():
            process.tell(events.Level(at=at, decibels=-30.0, peak=0.1, voiced=False))
        process.inbox.put(DEAD if len(Process.made) == 1 else {"ended": True})

    Process.begun = staticmethod(begun)
    listener.mute(muted=True)
    for event in listener.events():
        if event.at == 10.0:
            listener.mute(muted=False)
    assert Process.made[1].asked[0]["resume"]["at"] == 10.0


def test_a_turn_is_heard_from_its_begin_again_and_followed_from_where_it_was(listener: Listener) -> None:
    def begun(process: Process) -> None:
        if len(Process.made) == 1:
            process.tell(
                events.TurnEnded(
                    at=5.0, turn=1, reason="key", text="", words=(), silence=0.0, wait=0.0, started=0.7
                )
            )
            # Somebody cleared their throat long before the first word.
            for at in (10.0, 11.0, 12.0):
                process.tell(events.Level(at=at, decibels=-30.0, peak=0.1, voiced=False))
            process.tell(events.TurnStarted(at=12.1, turn=2, started=9.0))
            process.tell(
                events.Transcribed(
                    at=30.0, turn=2, confirmed=(), tentative=(), covers=29.0, seconds=0.1, settled=28.0
                )
            )
        process.inbox.put(DEAD if len(Process.made) == 1 else {"ended": True})

    Process.begun = staticmethod(begun)
    list(listener.events())
    resume = Process.made[1].asked[0]["resume"]
    assert (resume["at"], resume["follows"], resume["settled"]) == (7.0, 26.0, 28.0)


@pytest.mark.parametrize("waits", ["", "for the person's turn", "for a key"])
def test_a_process_that_hangs_is_ended_and_another_takes_over(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, waits: str
) -> None:
    def begun(process: Process) -> None:
        if len(Process.made) > 1:
            process.inbox.put({"ended": True})
        elif waits:
            # It has nothing to say meanwhile.
            threading.Timer(0.3, process.inbox.put, [{"ended": True}]).start()

    Process.begun = staticmethod(begun)
    monkeypatch.setattr(listening, "HANGS_SECONDS", 0.05)
    what = replace(listener._what, turn_by_turn="turn" in waits, push_to_talk="key" in waits)
    assert list(Listener(what).events()) == []
    assert len(Process.made) == (1 if waits else 2)
    assert Process.made[0].killed is not bool(waits)


def test_an_errand_that_hangs_is_told() -> None:
    command = [sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(60)"]
    with pytest.raises(ListenerCrashed, match="hangs") as told:
        listening.ask_once({"do": "devices"}, command, patience=0.2)
    assert "doctor" in told.value.hint
