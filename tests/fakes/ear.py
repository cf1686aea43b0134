"""A microphone's stream that tells what a test says is heard, and whoever follows a spoken session."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.spoken.port import Spoken, SpokenEvent, StateChanged
from jobcopilot.voice import events
from jobcopilot.voice.events import Event
from jobcopilot.voice.port import Span, Word
from jobcopilot.voice.turns import EndReason

SECONDS = 120.0
"""How long a test waits for what has to come."""
Kind = TypeVar("Kind")


def words(text: str, at: float = 0.0) -> tuple[Word, ...]:
    """Return words, one each half second."""
    return tuple(Word(word, at + place / 2, at + place / 2 + 0.4) for place, word in enumerate(text.split()))


class FakeEar:
    """A stream; `do` what a person would, and whoever listens is told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        """What was done with it: "done", "stop", "close", "go", "muted", "heard", "hold", "talk"."""
        self.closed = threading.Event()
        self._told: queue.SimpleQueue[Event | JobcopilotError | None] = queue.SimpleQueue()
        self._turn = 0
        self._revision = 0
        self._confirmed: list[str] = []
        self._speaking = False
        self.on_done: Callable[[], None] = lambda: self.end(reason="key")

    def events(self) -> Iterator[Event]:
        if "hold" not in self.asked:
            yield events.Listening(at=0.0, source="fake", rate=16_000)
        while (event := self._told.get()) is not None:
            if isinstance(event, JobcopilotError):
                raise event
            yield event

    def tell(self, event: Event | JobcopilotError | None) -> None:
        self._told.put(event)

    def start(self, text: str = "", tentative: str = "") -> None:
        """Somebody begins to speak."""
        self._turn, self._revision, self._confirmed = self._turn + 1, 0, []
        self._speaking = True
        self.tell(events.TurnStarted(at=1.0, turn=self._turn, started=0.7))
        if text or tentative:
            self.hear(text, tentative)

    def hear(self, text: str, tentative: str = "", *, revision: int | None = None, turn: int = 0) -> None:
        """A pass is over: new words that are certain, and those that are not."""
        if revision is None and not turn:
            self._confirmed += text.split()
        self.tell(
            events.Transcribed(
                at=2.0, turn=turn or self._turn, revision=self._revision if revision is None else revision,
                confirmed=words(text), tentative=words(tentative), covers=2.0, seconds=0.1, settled=1.0,
            )
        )  # fmt: skip

    def pause(self) -> None:
        """A silence that may be the end."""
        self.tell(events.TurnPaused(at=3.0, turn=self._turn, revision=self._revision, wait=1.2))

    def resume(self) -> None:
        """It was none."""
        self._revision += 1
        self.tell(events.TurnResumed(at=3.5, turn=self._turn, revision=self._revision))

    def end(self, rest: str = "", *, reason: EndReason = "silence", voiced: float | None = None) -> None:
        """The turn is over; `voiced` seconds of it had voice, else 3.3 where it had words and none where not."""
        text = " ".join([*self._confirmed, *rest.split()])
        seconds = (3.3 if text else 0.0) if voiced is None else voiced
        self.tell(
            events.TurnEnded(
                at=5.0, turn=self._turn, revision=self._revision, reason=reason, text=text, words=words(text),
                silence=1.2, wait=1.2, started=0.7, voiced=(Span(0.7, 0.7 + seconds),) if seconds else (),
            )
        )  # fmt: skip
        self._confirmed, self._speaking = [], False

    def say(self, text: str) -> None:
        """Say something from its begin to its end."""
        self.start(text)
        self.end()

    def done(self) -> None:
        self.asked.append("done")
        self.on_done()

    def mute(self, *, muted: bool) -> None:
        self.asked.append("muted" if muted else "heard")

    def hold(self, *, held: bool) -> None:
        """Close the microphone as the listening process does: the turn's end comes first, then that it is closed."""
        self.asked.append("hold" if held else "talk")
        if not held:
            self.tell(events.Listening(at=0.0, source="fake", rate=16_000))
            return
        if self._speaking:
            self.end(reason="key")
        self.tell(events.Held(at=5.0, turn=self._turn))

    def go(self) -> None:
        self.asked.append("go")

    def stop(self) -> None:
        self.asked.append("stop")
        if self._confirmed:
            self.end(reason="stream")
        self.tell(events.Stopped(at=6.0, samples=96_000, passes=1, passes_dropped=0, pauses_open=(0.8, 0.9)))
        self.tell(None)

    def close(self) -> None:
        self.asked.append("close")
        self.closed.set()
        self.tell(None)


class Following:
    """Reads a spoken session's events in a thread and waits for what has to come."""

    def __init__(self, spoken: Spoken, react: Callable[[SpokenEvent], Any] = lambda _event: None) -> None:
        self.spoken = spoken
        self.told: list[SpokenEvent] = []
        self._react = react
        self._came = threading.Condition()
        self._seen = 0
        self._failed: BaseException | None = None
        self.over = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def wait(self, kind: type[Kind], fits: Callable[[Kind], Any] = lambda _event: True) -> Kind:
        """Wait for the next event of a kind that fits, after those that were waited for before."""
        with self._came:
            while True:
                for place in range(self._seen, len(self.told)):
                    event = self.told[place]
                    if isinstance(event, kind) and fits(event):
                        self._seen = place + 1
                        return event
                self._seen = len(self.told)
                if self.over or not self._came.wait(SECONDS):
                    raise AssertionError(f"no {kind.__name__} came after {self.told[-12:]}") from self._failed

    def state(self, state: str) -> StateChanged:
        """Wait until this goes on."""
        return self.wait(StateChanged, lambda event: event.state == state)

    def becomes(self, state: str) -> None:
        """Wait until this goes on, also where it was told before what was waited for last."""
        with self._came:
            while self.spoken.state != state:
                if self.over or not self._came.wait(SECONDS):
                    raise AssertionError(f"no {state} came after {self.told[-12:]}") from self._failed

    def end(self) -> None:
        """Wait until there is nothing more to tell."""
        self._thread.join(SECONDS)
        assert self.over, f"it goes on: {self.told[-12:]}"
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return the events of a kind so far."""
        return [event for event in self.told if isinstance(event, kind)]

    def _read(self) -> None:
        try:
            for event in self.spoken.events():
                self._react(event)
                with self._came:
                    self.told.append(event)
                    self._came.notify_all()
        except BaseException as failed:  # raised again by `end`
            self._failed = failed
        with self._came:
            self.over = True
            self._came.notify_all()
