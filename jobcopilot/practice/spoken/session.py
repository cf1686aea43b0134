"""A session that is spoken: microphone and interviewer take turns, on one queue and in one thread.

Whoever reads `events` drives it: streams, replies, the voice and the person's keys put what happens into a queue, and
everything is decided where it is taken out, one thing after the other. Nothing is told that is not stored.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jobcopilot.practice.session import Session
from jobcopilot.practice.spoken.ahead import ListeningAhead
from jobcopilot.practice.spoken.growing import SpokenAnswer
from jobcopilot.practice.spoken.hearing import FromEar, OpenEar
from jobcopilot.practice.spoken.port import SpokenEvent, SpokenHow, SpokenState
from jobcopilot.practice.spoken.replying import FromReply
from jobcopilot.practice.spoken.turns import Turns
from jobcopilot.practice.spoken.voicing import FromVoice, OpenVoice
from jobcopilot.voice.events import Stopped

TICK_SECONDS: Final = 5.0
"""How often the session leaves a sign of life."""
_LEAVING_SECONDS: Final = 5.0
"""How long may be waited for what ends: the last words of a stream, a reply that was cut short."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the person did."""

    do: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a spoken session is made of."""

    open_session: Callable[[], Session]
    """Takes the session up. Raises `JobcopilotError`."""
    folder: Path
    """The session's folder, for recordings."""
    open_ear: OpenEar
    open_voice: OpenVoice | None = None
    """None: the words are shown and nobody speaks."""
    learned: Callable[[Stopped], None] = lambda _stopped: None
    """Keeps what was learned of the person's pauses."""
    heard: Callable[[SpokenAnswer], object] = lambda _answer: None
    """Is told of each answer that was spoken, once the interviewer replies to it."""
    keep: Callable[[Path], object] = lambda _folder: None
    """Makes one recording of a stream that is over."""


class SpokenSession:
    """A `Spoken`: see `port`."""

    def __init__(self, parts: Parts, how: SpokenHow) -> None:
        """Take the session up. Raises `JobcopilotError` where that is refused; a microphone may be missing."""
        self._parts = parts
        self._inbox: queue.SimpleQueue[FromEar | FromReply | FromVoice | Act | None] = queue.SimpleQueue()
        self._told: list[SpokenEvent] = []
        self._ahead = ListeningAhead()
        self._turns = Turns(parts, how, self._inbox.put, self._told.append, self._ahead)
        self._reading = threading.Lock()
        self._closed = False

    @property
    def session(self) -> Session:
        """The session that is held."""
        return self._turns.session

    @property
    def state(self) -> SpokenState:
        """What is going on."""
        return self._turns.state

    def events(self) -> Iterator[SpokenEvent]:
        """Begin, and yield what happens until the session is over or left."""
        if not self._reading.acquire(blocking=False):
            if self._closed:
                return
            raise RuntimeError("the events of a spoken session are read once")
        turns = self._turns
        try:
            turns.guarded(turns.begin)
            yield from self._all_told()
            ticked = time.monotonic()
            while not self._closed and turns.state != "over":
                try:
                    item = self._inbox.get(timeout=turns.patience())
                except queue.Empty:
                    item = None
                if item is not None:
                    self._turns.guarded(lambda item=item: self._take(item))  # type: ignore[misc]
                if not self._closed:
                    turns.guarded(turns.look)
                if time.monotonic() - ticked >= TICK_SECONDS:
                    ticked = time.monotonic()
                    turns.guarded(turns.tick)
                yield from self._all_told()
        finally:
            self._leave()
        yield from self._all_told()

    # --- what the person does -----------------------------------------------------------------------------------

    def talk(self) -> None:
        """Space: end the answer, take the word, or listen again."""
        self._do(self._turns.talk)

    def done(self) -> None:
        """End the answer now."""
        self._do(self._turns.done)

    def go_on(self) -> None:
        """Take the answer back that was just ended and listen further."""
        self._do(self._turns.go_on)

    def interrupt(self) -> None:
        """Cut the interviewer short."""
        self._do(self._turns.interrupt)

    def repeat(self) -> None:
        """Hear the question again."""
        self._do(self._turns.repeat)

    def skip(self) -> None:
        """Pass the question over."""
        self._do(self._turns.skip)

    def act(self, work: Callable[[Session], Any]) -> None:
        """Do something else in the session, then let the interviewer speak."""
        self._do(lambda: self._turns.act(work))

    def pause(self) -> None:
        """Stop clock and microphone, or let both go on."""
        self._do(self._turns.pause)

    def type_instead(self) -> None:
        """Stop hearing, or hear again."""
        self._do(self._turns.type_instead)

    def answer(self, text: str) -> None:
        """Give a typed answer."""
        self._do(lambda: self._turns.answer(text))

    def close(self) -> None:
        """Leave; whoever reads `events` ends. Where nobody does, the session is only given back."""
        self._closed = True
        self._inbox.put(None)
        if self._reading.acquire(blocking=False):
            self._ahead.close()
            self.session.give_back()

    # --- how ----------------------------------------------------------------------------------------------------

    def _do(self, what: Callable[[], None]) -> None:
        self._inbox.put(Act(what))

    def _take(self, item: FromEar | FromReply | FromVoice | Act) -> None:
        match item:
            case FromEar():
                self._turns.heard(item)
            case FromReply():
                self._turns.replied(item)
            case FromVoice():
                self._turns.voiced(item)
            case Act(do=do):
                do()

    def _all_told(self) -> Iterator[SpokenEvent]:
        while self._told:
            event = self._told.pop(0)
            yield event

    def _leave(self) -> None:
        self._closed = True
        self._ahead.close()
        try:
            self._turns.guarded(lambda: self._turns.leave(_LEAVING_SECONDS, self._drain))
        finally:
            self._turns.hang_up()

    def _drain(self, seconds: float) -> None:
        """Take in what comes next, within so many seconds; what the person did is void by now."""
        try:
            item = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return
        if item is not None and not isinstance(item, Act):
            self._turns.guarded(lambda: self._take(item))
