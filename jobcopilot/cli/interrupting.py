"""Ctrl+C as a wish to stop, for commands whose work is whole at every step."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jobcopilot.inference.port import Cancel


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Turn Ctrl+C into an event while the block runs; where signals cannot be caught, it stays what it is."""
    stop = threading.Event()
    try:
        before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    except ValueError:  # not on the main thread
        yield stop
        return
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def cancelling() -> Iterator[Cancel]:
    """Turn Ctrl+C into the off switch of a model's request while the block runs: heard also while nothing comes."""
    with stopping() as stop:
        cancel = Cancel()

        def follow() -> None:
            # In a thread: a signal comes in the middle of anything, and the switch has a lock.
            stop.wait()
            cancel.set()

        threading.Thread(target=follow, daemon=True).start()
        try:
            yield cancel
        finally:
            stop.set()
