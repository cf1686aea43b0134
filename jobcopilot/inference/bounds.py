"""Bounds for what a model says: one that goes in circles is stopped, whatever room it was given."""

from __future__ import annotations

from typing import Final

_LOOKED_AT: Final = 400
"""Characters of the end that are looked at."""
_LONGEST_PERIOD: Final = 80
_EVERY: Final = 40
"""New characters between two looks."""


class LoopWatch:
    """Notices an end that only repeats itself: ten thousand brackets, one sentence for ever."""

    def __init__(self) -> None:
        self._end = ""
        self._new = 0

    def feed(self, text: str) -> bool:
        """Take new text; say whether the end of the answer is the same few words at least five times."""
        self._end = (self._end + text)[-_LOOKED_AT:]
        self._new += len(text)
        if self._new < _EVERY or len(self._end) < _LOOKED_AT:
            return False
        self._new = 0
        return any(self._end[period:] == self._end[:-period] for period in range(1, _LONGEST_PERIOD + 1))
