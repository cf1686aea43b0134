"""A spoken session whose sound is a script: the test says what is heard, the real session answers."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from typing import Any

from jobcopilot.practice.session import Session
from jobcopilot.practice.spoken.port import (
    AnswerHeard,
    Said,
    SpokenEvent,
    SpokenHow,
    SpokenState,
    StateChanged,
    Told,
    WordsHeard,
)


class ScriptedSpoken:
    """Keeps the contract of `practice.spoken.port.Spoken` without a microphone; `asked` is what was called."""

    def __init__(self, session: Session, how: SpokenHow | None = None, *, deaf: bool = False) -> None:
        """`deaf`: there is no microphone."""
        self._deaf = deaf
        self._session = session
        self.how = how or SpokenHow()
        self.asked: list[str] = []
        self._state: SpokenState = "starting"
        self._told: queue.SimpleQueue[SpokenEvent | None] = queue.SimpleQueue()
        self._heard = ""

    @property
    def session(self) -> Session:
        return self._session

    @property
    def state(self) -> SpokenState:
        return self._state

    def events(self) -> Iterator[SpokenEvent]:
        if self._session.status == "pending":
            self._session.begin()
        if self._deaf:
            self.tell(
                Told("device-missing", "There is no microphone", "none is plugged in", "Type.", severe=True)
            )
        self._reply()
        while (event := self._told.get()) is not None:
            yield event

    # What the test does

    def tell(self, *events: SpokenEvent) -> None:
        """Let something happen."""
        for event in events:
            if isinstance(event, WordsHeard):
                self._heard = f"{event.confirmed} {event.tentative}".strip()
            self._told.put(event)

    def become(self, state: SpokenState) -> None:
        """Let something else go on."""
        self._state = state
        self.tell(StateChanged(state, time.monotonic()))

    def hear(self, text: str) -> None:
        """Let an answer be over."""
        self.become("heard")
        self.tell(AnswerHeard(self._session.answer(text)))
        self._reply()

    def _reply(self) -> None:
        while self._session.owed:
            self.become("thinking")
            for event in self._session.reply():
                self.tell(Said(event))
        self.become(self._turn if self._session.status == "in_progress" else "over")

    @property
    def _turn(self) -> SpokenState:
        if self._deaf:
            return "typing"
        return "waiting" if self.how.pushes else "listening"

    # What the person does

    def talk(self) -> None:
        self.asked.append("talk")
        if self.how.pushes and self._state == "waiting":
            self.become("listening")
        elif self.how.pushes and self._state == "listening":
            self.done()

    def done(self) -> None:
        self.asked.append("done")
        if self._heard:
            heard, self._heard = self._heard, ""
            self.hear(heard)

    def go_on(self) -> None:
        self.asked.append("go_on")

    def interrupt(self) -> None:
        self.asked.append("interrupt")
        self._session.stop()

    def repeat(self) -> None:
        self.asked.append("repeat")

    def skip(self) -> None:
        self.asked.append("skip")
        self._session.skip()
        self._reply()

    def act(self, work: Callable[[Session], Any]) -> None:
        self.asked.append("act")
        work(self._session)
        self._reply()

    def pause(self) -> None:
        self.asked.append("pause")
        if self._state == "paused":
            self._session.go_on()
            self.become(self._turn)
        else:
            self._session.pause()
            self.become("paused")

    def type_instead(self) -> None:
        self.asked.append("type_instead")
        if self._state == "typing":
            self.become(self._turn)
        else:
            self._session.keep_draft(self._heard)
            self.become("typing")

    def answer(self, text: str) -> None:
        self.asked.append("answer")
        self._heard = ""
        self.hear(text)

    def close(self) -> None:
        if self._state != "over" and "close" not in self.asked:
            self._session.keep_draft(self._heard)
            self._session.pause()
        self.asked.append("close")
        self._told.put(None)
