"""What is wrong with the sound, in words: exact zeros, clipping, next to no level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from jobcopilot.voice.engine.audio import Samples
from jobcopilot.voice.port import RATE

_ZEROS: Final = 2 * RATE
"""Two seconds of exact zeros: no microphone is that quiet."""
_FULL: Final = 32_700
_CLIPPED_SHARE: Final = 0.002
_AGAIN: Final = 30 * RATE
"""Samples before the same words come again."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What to tell."""

    code: str
    title: str
    message: str
    hint: str


ZEROS: Final = Trouble(
    "zeros",
    "The microphone gives exact silence",
    "two seconds without the least noise: it is muted, or the system denies it to this terminal",
    "Unmute it, or allow the terminal to use the microphone in the system's privacy settings.",
)
CLIPPING: Final = Trouble(
    "clipping",
    "The microphone is too loud",
    "the loudest parts are cut off",
    "Turn its level down, or move away from it.",
)


class SoundWatch:
    """Looks at every block; says each thing once in half a minute."""

    def __init__(self) -> None:
        self._zeros = 0
        self._heard = 0
        self._full = 0
        self._second = 0
        self._told: dict[str, int] = {}

    def feed(self, samples: Samples) -> Trouble | None:
        """Take a block; return what the person should know."""
        self._heard += samples.size
        self._zeros = 0 if samples.any() else self._zeros + samples.size
        self._full += int(np.count_nonzero((samples >= _FULL) | (samples <= -_FULL)))
        self._second += samples.size
        clipped = False
        if self._second >= RATE:
            clipped = self._full > self._second * _CLIPPED_SHARE
            self._full = self._second = 0
        if self._zeros >= _ZEROS:
            return self._once(ZEROS)
        return self._once(CLIPPING) if clipped else None

    def _once(self, trouble: Trouble) -> Trouble | None:
        last = self._told.get(trouble.code)
        if last is not None and self._heard - last < _AGAIN:
            return None
        self._told[trouble.code] = self._heard
        return trouble
