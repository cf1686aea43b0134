"""What the parts of listening ask of each other, and what can go wrong in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from jobcopilot.errors import JobcopilotError

RATE: Final = 16_000
"""Samples a second of everything behind the source: what Silero and Whisper were trained on."""
BLOCK: Final = 512
"""Samples of one block, 32 ms: the only size that Silero takes at 16 kHz."""
BLOCK_SECONDS: Final = BLOCK / RATE

Completeness = Literal["finished", "open", "unknown"]
"""Whether words sound like a whole sentence; unknown where nothing tells."""


class VoiceError(JobcopilotError):
    """Speaking does not work; typing does."""


class DeviceMissing(VoiceError):
    """There is no microphone, not that one, or no PortAudio."""


class DeviceLost(VoiceError):
    """The microphone stopped while it was listened to."""


class SpeechModelMissing(VoiceError):
    """No Whisper model is there, or nothing that could run it."""


class SpeechFailed(VoiceError):
    """Something could not be made to sound: no output, no program, no voice."""


class ListenerCrashed(VoiceError):
    """The listening process ended, again and again."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was heard, with its punctuation; times in seconds of the stream."""

    text: str
    start: float
    end: float
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the stream, in seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


class Recogniser(Protocol):
    """Words in a stretch of audio; Whisper in the listening process, a script in tests."""

    def recognise(self, start: float, end: float) -> Sequence[Word]:
        """Return the words between two moments of the stream, times in its seconds."""
        ...


class SentenceJudge(Protocol):
    """Whether the transcript so far ends like a finished sentence; an acoustic model may stand here later."""

    def judge(self, text: str) -> Completeness:
        """Return how whole the last sentence of a text sounds."""
        ...
