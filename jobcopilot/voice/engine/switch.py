"""A microphone that is open only while the person talks: in between the device is closed, and nothing is heard."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jobcopilot.voice.engine.audio import Samples
    from jobcopilot.voice.engine.sources import Source

Moved = Literal["open", "held"]


class Switch:
    """What the person's key does: each opening has its own end, so that none is missed however fast they follow."""

    def __init__(self) -> None:
        self._openings: queue.SimpleQueue[threading.Event | None] = queue.SimpleQueue()
        self._end: threading.Event | None = None

    def talk(self) -> None:
        """Open the microphone, where it is closed."""
        if self._end is None:
            self._end = threading.Event()
            self._openings.put(self._end)

    def hold(self) -> None:
        """Close it, where it is open."""
        if self._end is not None:
            self._end.set()
            self._end = None

    def end(self) -> None:
        """Close it for good."""
        self.hold()
        self._openings.put(None)

    def openings(self) -> Iterator[threading.Event]:
        """Yield what ends each opening, when it begins; until the end."""
        while (end := self._openings.get()) is not None:
            yield end


class SwitchedMicrophone:
    """A `Source` that opens another one whenever the person talks."""

    live = True

    def __init__(
        self,
        opened: Callable[[], Source],
        switch: Switch,
        moved: Callable[[Moved], object],
        name: str,
        rate: int,
    ) -> None:
        """`opened` opens the device; `moved` is told when its first sound was taken, and when it is closed."""
        self.name = name
        self.rate = rate
        self._opened = opened
        self._switch = switch
        self._moved = moved
        self._source: Source | None = None
        self._lost_before = 0

    def blocks(self, stop: threading.Event, first: int = 0) -> Iterator[Samples]:
        """Yield what is said while the microphone is open; `Switch.end` ends it. Raises `DeviceMissing`, `DeviceLost`.

        The last block of each opening may be shorter than the others.
        """
        for end in self._switch.openings():
            source = self._source = self._opened()
            told = False
            for block in source.blocks(end):
                yield block
                if not told:
                    # Whoever is told that they are listened to may speak: the first block is kept by now.
                    told = True
                    self._moved("open")
            self._lost_before += source.lost()
            self._source = None
            self._moved("held")

    def lost(self) -> int:
        """Return the samples at 16 kHz that were lost since last asked."""
        before, self._lost_before = self._lost_before, 0
        source = self._source
        return before + (source.lost() if source is not None else 0)
