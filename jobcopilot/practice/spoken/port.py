"""What a spoken session tells whoever shows it, and what the person can do in it.

A spoken session drives a `practice.session.Session` with a `voice.listening.Listener`: it is the same session, in the
same database, and typing may take over at any moment. It runs on threads of its own; `events` blocks and is read off
the screen's thread, everything else returns at once and may be called from any thread.

Of one answer the events come in this order: `StateChanged("listening")`, any number of `LevelHeard` and `WordsHeard`,
`Pausing` and `GoneOn` where the person thinks, then `AnswerHeard` (stored), `StateChanged("thinking")`, the session's
own events in `Said`, `StateChanged("speaking")` while a voice speaks. Where the person goes on speaking before the
interviewer has said a sentence, `Withdrawn` takes the answer and what was begun for it back, and the same answer grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from jobcopilot.practice.session import Session
from jobcopilot.practice.session_events import Event as SessionEvent
from jobcopilot.practice.views import MessageView
from jobcopilot.voice.turns import TurnTaking

SpokenState = Literal[
    "starting", "waiting", "listening", "heard", "thinking", "speaking", "paused", "typing", "failed", "over"
]
"""What is going on, in one word: "waiting" is the person's turn while the microphone is closed; "heard" is the moment
between the end of an answer and its final text; "typing" when the person writes instead or nothing can be heard;
"failed" when the interviewer cannot go on."""


@dataclass(frozen=True, slots=True)
class StateChanged:
    """Something else is going on now."""

    state: SpokenState
    at: float
    """Since when, on the monotonic clock, for the seconds beside the word."""


@dataclass(frozen=True, slots=True)
class LevelHeard:
    """How loud it is, about ten times a second; decibels below full scale."""

    decibels: float
    peak: float
    voiced: bool


@dataclass(frozen=True, slots=True)
class WordsHeard:
    """The answer as heard so far; confirmed words never change, tentative ones may."""

    confirmed: str
    tentative: str
    revision: int


@dataclass(frozen=True, slots=True)
class Pausing:
    """The person is silent in the middle of an answer; with `wait` seconds of silence it ends."""

    wait: float | None
    """None where only the key ends it."""


@dataclass(frozen=True, slots=True)
class GoneOn:
    """It was a pause: the person speaks again."""


@dataclass(frozen=True, slots=True)
class AnswerHeard:
    """An answer is over and stored."""

    message: MessageView


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The person went on: the answer is open again, and what the interviewer had begun is gone."""

    answer_id: int
    reply_id: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What the session tells: the interviewer's words as they come, marks, the end."""

    event: SessionEvent


@dataclass(frozen=True, slots=True)
class Voiced:
    """A sentence is being spoken, or no longer; `sentence` is None when the voice is silent again."""

    sentence: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the person should know: of the sound, the microphone, an engine that was started again."""

    code: str
    title: str
    message: str
    hint: str = ""
    severe: bool = False
    """Whether hearing is over: the state is "typing" then."""


SpokenEvent = (
    StateChanged | LevelHeard | WordsHeard | Pausing | GoneOn | AnswerHeard | Withdrawn | Said | Voiced | Told
)


class Spoken(Protocol):
    """A session that is spoken."""

    @property
    def session(self) -> Session:
        """The session that is held; to look at, and for its clock. What is done in it goes through here."""
        ...

    @property
    def state(self) -> SpokenState:
        """What is going on."""
        ...

    def events(self) -> Iterator[SpokenEvent]:
        """Begin, and yield what happens until the session is over or left; read it to its end in one thread."""
        ...

    def talk(self) -> None:
        """Space: open the microphone or end the answer with push-to-talk; else end the answer, or take the word."""
        ...

    def done(self) -> None:
        """End the answer now."""
        ...

    def go_on(self) -> None:
        """ "Go on": take the answer back that was just ended and listen further; the interviewer is cut short."""
        ...

    def interrupt(self) -> None:
        """Cut the interviewer short, voice and words; what was said stays."""
        ...

    def repeat(self) -> None:
        """Hear the question again: spoken where there is a voice, else shown."""
        ...

    def skip(self) -> None:
        """Pass the question over."""
        ...

    def act(self, work: Callable[[Session], Any]) -> None:
        """Do something else in the session (a hint, another try, the end), then let the interviewer speak."""
        ...

    def pause(self) -> None:
        """Stop clock and microphone, or let both go on."""
        ...

    def type_instead(self) -> None:
        """Stop hearing, so that the answer is typed, or hear again; what was heard so far is the draft."""
        ...

    def answer(self, text: str) -> None:
        """Give a typed answer; what was heard before it belongs to it only where the text holds it."""
        ...

    def close(self) -> None:
        """Leave: the session is paused and kept, with every word heard so far as its draft."""
        ...


@dataclass(frozen=True, slots=True)
class SpokenHow:
    """How a session is spoken, from the settings and the options."""

    device: str = ""
    """Empty: the system's choice."""
    api: str = ""
    model: str = ""
    """A Whisper model's name or folder; empty: the best one here for this machine."""
    hotwords: tuple[str, ...] | None = None
    """Names to expect; None: the company's, and those of the skills that are asked for."""
    turn_taking: TurnTaking = "hands-free"
    """What ends an answer: silence, or a key; with push-to-talk the microphone is closed until a key opens it. A
    recording in its place is never closed: "done" is what it knows."""
    voice: str = ""
    """Name of a voice; "system" the system's; empty: nothing is spoken, the words are shown."""
    headphones: bool = False
    """Whether the person may speak over the interviewer: the microphone is not muted then."""
    file: str = ""
    """A recording in place of a microphone, for tests and trying."""
    real_time: bool = True
    """Whether that recording is heard as fast as it was spoken."""

    @property
    def hands_free(self) -> bool:
        """Whether silence ends an answer; else the keys do."""
        return self.turn_taking == "hands-free"

    @property
    def pushes(self) -> bool:
        """Whether there is a microphone that is open only while the person talks."""
        return self.turn_taking == "push-to-talk" and not self.file
