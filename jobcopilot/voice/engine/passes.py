"""Passes of the recogniser: one at a time, beside the hearing or, for files, in its place."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from jobcopilot.voice.port import Span, Word

Hear = Callable[[Span], Sequence[Word]]


@dataclass(frozen=True, slots=True)
class Pass:
    """What to hear, and what for."""

    window: Span
    turn: int
    revision: int
    last: bool
    """Whether it may be the turn's last."""


@dataclass(frozen=True, slots=True)
class PassResult:
    """What a pass heard, or why it did not."""

    asked: Pass
    words: Sequence[Word]
    seconds: float
    failed: Exception | None = None


class Passes(Protocol):
    """Runs one pass after the other."""

    @property
    def busy(self) -> bool:
        """Whether a pass runs or its result was not taken."""
        ...

    def begin(self, asked: Pass) -> None:
        """Start a pass; only while not busy."""
        ...

    def result(self, *, wait: bool = False) -> PassResult | None:
        """Return what was heard, None while it is not known."""
        ...


def run_pass(hear: Hear, asked: Pass) -> PassResult:
    """Run one pass here; its fault becomes its result, so that whoever waits hears of it."""
    begun = time.perf_counter()
    try:
        words = hear(asked.window)
    except Exception as fault:  # noqa: BLE001  # raised again by whoever takes the result
        return PassResult(asked, (), time.perf_counter() - begun, fault)
    return PassResult(asked, words, time.perf_counter() - begun)


class PassesHere:
    """Passes in the caller's own time: for files, where nobody waits and everything shall be the same each time."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._result: PassResult | None = None

    @property
    def busy(self) -> bool:
        """See `Passes`."""
        return self._result is not None

    def begin(self, asked: Pass) -> None:
        """See `Passes`."""
        self._result = run_pass(self._hear, asked)

    def result(self, *, wait: bool = False) -> PassResult | None:
        """See `Passes`."""
        done, self._result = self._result, None
        return done


class PassesBeside:
    """Passes in a thread: hearing goes on meanwhile. Whisper lets go of the interpreter while it computes."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._asked: queue.SimpleQueue[Pass | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[PassResult] = queue.SimpleQueue()
        self._busy = False
        threading.Thread(target=self._run, name="passes", daemon=True).start()

    @property
    def busy(self) -> bool:
        """See `Passes`."""
        return self._busy

    def begin(self, asked: Pass) -> None:
        """See `Passes`."""
        self._busy = True
        self._asked.put(asked)

    def result(self, *, wait: bool = False) -> PassResult | None:
        """See `Passes`."""
        if not self._busy:
            return None
        try:
            done = self._done.get(block=wait)
        except queue.Empty:
            return None
        self._busy = False
        return done

    def close(self) -> None:
        """End the thread after what runs."""
        self._asked.put(None)

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            self._done.put(run_pass(self._hear, asked))
