"""An answer while it grows: what was heard of it over pauses, turns and streams, and what of it may still change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jobcopilot.practice.spoken.port import Told
from jobcopilot.practice.views import MessageView
from jobcopilot.voice import events
from jobcopilot.voice.port import Span, Word
from jobcopilot.voice.transcribing import joined

RECORDING = "recording.flac"
"""What a stream's folder holds once it is over."""
COUGH_SECONDS: Final = 1.0
"""Voice that is shorter and has no word in it was none: a cough, a chair."""
_LATE: Final = 0.5
"""Seconds after its begin at which a turn's first stretch may stand: edges are moved to the sound."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn of an answer that is over, as it was heard, for the measures of delivery."""

    stream: str
    """Name of the stream's folder in the session's."""
    started: float
    ended: float
    """Seconds of the stream."""
    words: tuple[Word, ...] = ()
    voiced: tuple[Span, ...] = ()
    missing: tuple[Span, ...] = ()
    """What nobody recorded of it, because the listening process died."""

    @property
    def audio(self) -> str:
        """Return where it can be heard: a file of the session's folder, and seconds of it as a media fragment."""
        return f"{self.stream}/{RECORDING}#t={self.started:.2f},{self.ended:.2f}"


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """An answer that was given, and how it was heard."""

    message: MessageView
    turns: tuple[Heard, ...]
    """Nothing where it was typed."""
    asked_at: float | None = None
    """Second of the first turn's stream at which the interviewer had finished."""
    interviewer_seconds: float | None = None
    """For how long the interviewer's voice sounded before; None where nobody spoke aloud."""


def not_understood(turn: events.TurnEnded) -> Told | None:
    """Return what whoever spoke should know of a turn in which no word was understood: else it is lost unnoticed."""
    seconds = sum(span.end - span.start for span in turn.voiced)
    if turn.text.strip() or seconds < COUGH_SECONDS:
        return None
    message = f"{seconds:.0f} s of voice had no word in it that is certain; the sound is kept"
    return Told(
        "no-words", "No word was understood", message, "Say it again, nearer to the microphone, or type it."
    )


class GrowingAnswer:
    """What is heard of one answer. A turn counts once it was begun here: whatever else is told of turns is stale."""

    def __init__(self) -> None:
        self.revision = 0
        """Rises whenever what was shown or begun before is void."""
        self.heard: tuple[Heard, ...] = ()
        self.speaking = False
        """Whether a turn is under way."""
        self._over: list[str] = []
        self._turn = (0, 0)
        """Stream and number of the turn that counts."""
        self._turn_revision = 0
        self._confirmed: list[Word] = []
        self._tentative: Sequence[Word] = ()

    @property
    def confirmed(self) -> str:
        """Return what does not change any more."""
        return " ".join(part for part in (*self._over, joined(self._confirmed)) if part)

    @property
    def tentative(self) -> str:
        """Return what may still change."""
        return joined(self._tentative)

    @property
    def text(self) -> str:
        """Return everything so far."""
        return " ".join(part for part in (self.confirmed, self.tentative) if part)

    def begin(self, stream: int, turn: events.TurnStarted) -> None:
        """Somebody begins to speak."""
        self._close_open()
        self._turn, self._turn_revision = (stream, turn.turn), turn.revision
        self.speaking = True
        self.revision += 1

    def is_current(self, stream: int, event: events.Event) -> bool:
        """Return whether an event is about the turn under way, in a state of it that still holds."""
        if not self.speaking or (stream, event.turn) != self._turn:
            return False
        return event.revision >= self._turn_revision

    def go_on(self, revision: int) -> None:
        """It was only a pause, or the turn is followed by another process: what was begun for its end is void."""
        if revision > self._turn_revision:
            self._turn_revision = revision
            self.revision += 1

    def hear(self, event: events.Transcribed) -> None:
        """Take what a pass heard."""
        self.go_on(event.revision)
        self._confirmed += event.confirmed
        self._tentative = event.tentative

    def end(self, event: events.TurnEnded, stream: str) -> None:
        """Take the final words of the turn."""
        self._confirmed, self._tentative = [], ()
        self.speaking = False
        if event.text.strip():
            self._over.append(event.text.strip())
            ended = max((span.end for span in event.voiced), default=event.at)
            # Where the voice is known of a part of the turn only, no figure is made of it.
            whole = bool(event.voiced) and event.voiced[0].start - event.started < _LATE
            voiced = event.voiced if whole else ()
            self.heard = (
                *self.heard,
                Heard(stream, event.started, min(ended, event.at), event.words, voiced, event.missing),
            )  # fmt: skip

    def drop_turn(self) -> None:
        """Forget the turn under way; what is still told of it is stale."""
        self._confirmed, self._tentative, self.speaking = [], (), False
        self.revision += 1

    def close_turn(self) -> None:
        """Count what was heard of the turn under way as said: nothing more of it will be told."""
        self._close_open()
        self.revision += 1

    def take(self, text: str, heard: tuple[Heard, ...] = ()) -> None:
        """Put words before everything else: a draft, or an answer that was taken back."""
        if text.strip():
            self._over.insert(0, text.strip())
        self.heard = (*heard, *self.heard)
        self.revision += 1

    def forget(self) -> None:
        """Begin an empty answer; a turn under way belongs to it."""
        self._over, self.heard = [], ()
        self.revision += 1

    @property
    def audio(self) -> str:
        """Return where the turns can be heard, parted by spaces."""
        return " ".join(one.audio for one in self.heard)

    def _close_open(self) -> None:
        if words := joined((*self._confirmed, *self._tentative)):
            self._over.append(words)
        self._confirmed, self._tentative, self.speaking = [], (), False
