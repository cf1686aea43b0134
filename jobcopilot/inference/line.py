"""Who is served next: one request at a time, and whoever asks goes before whoever only reads ahead."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jobcopilot.errors import Cancelled
from jobcopilot.inference.port import Cancel

_LOOK_SECONDS = 0.02
"""How often one who waits looks whether they were stopped."""


class Line:
    """The line before a model."""

    def __init__(self) -> None:
        self._busy = threading.Lock()
        self._door = threading.Lock()
        self._asking = 0
        self._ahead: Cancel | None = None

    @contextmanager
    def asking(self, cancel: Cancel | None) -> Iterator[None]:
        """Wait for one's turn; what is being read ahead gives way at its next slice. Raises `Cancelled`."""
        with self._door:
            self._asking += 1
            if self._ahead is not None:
                self._ahead.set()
        try:
            self._wait(cancel)
        finally:
            with self._door:
                self._asking -= 1
        try:
            yield
        finally:
            self._busy.release()

    @contextmanager
    def reading_ahead(self, cancel: Cancel | None) -> Iterator[Cancel]:
        """Wait for one's turn and yield a switch that is set once somebody asks, or `cancel` is. Raises `Cancelled`."""
        self._wait(cancel)
        off = Cancel()
        forget = cancel.listen(off.set) if cancel is not None else None
        try:
            with self._door:
                self._ahead = off
                if self._asking:
                    off.set()
            yield off
        finally:
            with self._door:
                self._ahead = None
            if forget is not None:
                forget()
            self._busy.release()

    @contextmanager
    def if_free(self) -> Iterator[bool]:
        """Yield whether it is one's turn at once."""
        free = self._busy.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._busy.release()

    def _wait(self, cancel: Cancel | None) -> None:
        while not self._busy.acquire(timeout=_LOOK_SECONDS if cancel is not None else -1):
            if cancel is not None and cancel.is_set():
                raise Cancelled("The request was stopped")
