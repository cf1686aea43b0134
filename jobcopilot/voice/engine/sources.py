"""Where sound comes from: a file, as fast as it goes or in real time, or a microphone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from jobcopilot.voice.engine.audio import Blocks, Samples, read_audio
from jobcopilot.voice.port import RATE


class Source(Protocol):
    """Blocks of 512 samples at 16 kHz; the last one may be shorter."""

    name: str
    rate: int
    """As the source itself has it."""
    live: bool
    """Whether it goes on while nobody listens."""

    def blocks(self, stop: threading.Event, first: int = 0) -> Iterator[Samples]:
        """Yield blocks until the end or until `stop` is set. Raises `VoiceError` or `BadInput`.

        A source that can go back begins with sample `first`.
        """
        ...

    def lost(self) -> int:
        """Return the samples at 16 kHz that were lost since last asked."""
        ...


class FileSource:
    """A recording on the disk."""

    def __init__(self, path: Path, *, real_time: bool = False, since: float = 0.0) -> None:
        self.name = path.name
        self.rate = RATE
        self.live = real_time
        self._path = path
        self._since = since
        """Unix time of its first sample, so that a second process finds the place where a microphone would be."""

    def blocks(self, stop: threading.Event, first: int = 0) -> Iterator[Samples]:
        """Yield blocks from a sample on; see `Source`."""
        begun = self._since or time.time()
        due = begun + first / RATE
        for block in self._from(first):
            if self.live:
                due += block.size / RATE
                if stop.wait(max(0.0, due - time.time())):
                    return
            elif stop.is_set():
                return
            yield block

    def lost(self) -> int:
        """Return 0: a file waits."""
        return 0

    def _from(self, first: int) -> Iterator[Samples]:
        cutter = Blocks()
        skip = first
        for piece in read_audio(self._path):
            kept = piece[min(skip, piece.size) :]
            skip -= piece.size - kept.size
            if kept.size:
                yield from cutter.feed(kept)
        rest = cutter.rest()
        if rest.size:
            yield rest
