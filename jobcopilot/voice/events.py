"""What the listening process tells, each with its second of the stream, its turn and its revision.

A revision is a state of one turn's ending: it rises whenever somebody goes on speaking, so that what was begun for an
earlier one (a last pass, the interviewer's answer) can be recognised and withdrawn.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from jobcopilot.engines.frames import Frame
from jobcopilot.voice.port import Span, Word
from jobcopilot.voice.turns import EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    at: float
    """Second of the stream that it is about."""
    turn: int = 0
    revision: int = 0
    elapsed: float = 0.0
    """Seconds since listening began, by the machine's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening(_Told):
    """The source is open and the model loaded."""

    kind: ClassVar[str] = "listening"
    source: str
    rate: int
    """Samples a second as the source gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(_Told):
    """The microphone is closed, and everything that was said before is told: `Listening` comes when it is open."""

    kind: ClassVar[str] = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(_Told):
    """How loud it is, ten times a second; decibels below full scale."""

    kind: ClassVar[str] = "level"
    decibels: float
    peak: float
    voiced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted(_Told):
    """Somebody began to speak."""

    kind: ClassVar[str] = "turn-started"
    started: float
    """Second of the first voice; `at` is when it was certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPaused(_Told):
    """A silence that may be the end; the last pass begins."""

    kind: ClassVar[str] = "turn-paused"
    wait: float = 0.0
    """Seconds of silence that would end the turn, as it stands now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResumed(_Told):
    """It was no end: what was begun for the revision before is void."""

    kind: ClassVar[str] = "turn-resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribed(_Told):
    """A pass over the audio: words that are certain now, and those that may still change."""

    kind: ClassVar[str] = "transcribed"
    confirmed: tuple[Word, ...]
    """New ones only."""
    tentative: tuple[Word, ...]
    covers: float
    """Second of the stream up to which it heard."""
    seconds: float
    """How long the pass took."""
    settled: float
    """Second before which everything is confirmed; whoever goes on begins there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded(_Told):
    """The answer is over; its text is final."""

    kind: ClassVar[str] = "turn-ended"
    reason: EndReason
    text: str
    words: tuple[Word, ...]
    silence: float
    """Seconds between the last voiced moment and the end."""
    wait: float
    """Seconds of silence that were waited for."""
    started: float
    """Second of the stream at which the first voice was heard."""
    voiced: tuple[Span, ...] = ()
    """Stretches with voice, for the measures of delivery."""
    missing: tuple[Span, ...] = ()
    """Stretches that nobody recorded: neither voice nor a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(_Told):
    """Something about the sound that the person should know; listening goes on."""

    kind: ClassVar[str] = "warned"
    code: str
    title: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost(_Told):
    """Audio that nobody recorded, from `at` on."""

    kind: ClassVar[str] = "lost"
    seconds: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(_Told):
    """Listening is over."""

    kind: ClassVar[str] = "stopped"
    samples: int
    """Recorded, all of them."""
    passes: int
    passes_dropped: int
    """Skipped because the machine was busy; no audio was."""
    pauses_finished: tuple[float, ...] = ()
    pauses_open: tuple[float, ...] = ()
    """What was learned of the person's pauses, for the next time."""


Event: TypeAlias = (
    Listening
    | Held
    | Level
    | TurnStarted
    | TurnPaused
    | TurnResumed
    | Transcribed
    | TurnEnded
    | Warned
    | Lost
    | Stopped
)
_KINDS: dict[str, Any] = {
    kind.kind: kind
    for kind in (
        Listening, Held, Level, TurnStarted, TurnPaused, TurnResumed, Transcribed, TurnEnded, Warned, Lost, Stopped,
    )
}  # fmt: skip
_WORDS = ("confirmed", "tentative", "words")


def to_frame(event: Event) -> Frame:
    """Return an event as one JSON object."""
    return {"event": event.kind, **dataclasses.asdict(event)}


def from_frame(frame: Frame) -> Event | None:
    """Return the event of a JSON object; None for one that this version does not know."""
    kind = _KINDS.get(str(frame.get("event")))
    if kind is None:
        return None
    known = {field.name for field in dataclasses.fields(kind)}
    values = {name: value for name, value in frame.items() if name in known}
    for name in _WORDS:
        if name in values:
            values[name] = tuple(Word(**word) for word in values[name])
    if kind is TurnEnded:
        for name in ("voiced", "missing"):
            values[name] = tuple(Span(**span) for span in values.get(name, ()))
    for name in ("pauses_finished", "pauses_open"):
        if name in values:
            values[name] = tuple(values[name])
    event: Event = kind(**values)
    return event
