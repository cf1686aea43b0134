"""The language-model port: what a conversation is, how it is asked, what comes back, and what can go wrong.

Whoever asks a model knows this module alone. A conversation only ever grows: what was said stays as it was said, so
that the model's cached prefix is used again and only what is new is read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from jobcopilot.errors import JobcopilotError

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["system", "user", "assistant"]
Speaker = Literal["llama_cpp", "xllamacpp", "http"]
"""Which adapter speaks: llama-cpp-python, xllamacpp, or a server over HTTP."""
Finish = Literal["stop", "limit", "cancelled", "time", "loop"]
"""Why an answer ended: the model ended it, its tokens ran out, the person, the deadline, or it went in circles."""
Phase = Literal["asleep", "loading", "ready", "reading", "writing", "failed", "closed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said; a system turn stands first or nowhere."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """A question to a model: the whole conversation so far and how to answer it."""

    conversation: tuple[Turn, ...]
    limit: int = 512
    """Most tokens of the answer; at least 1."""
    schema: Mapping[str, Any] | None = None
    """JSON schema that the answer has to obey; `structured.ask` makes it from a pydantic model."""
    temperature: float = 0.7
    seed: int | None = None
    stop: tuple[str, ...] = ()
    """Words at which the answer ends; they are not part of it."""
    seconds: float = 180.0
    """Deadline of the whole answer, reading and loading not counted."""

    def __post_init__(self) -> None:
        # llama-cpp-python takes a limit of 0 for "without end".
        if self.limit < 1 or self.seconds <= 0:
            raise ValueError("an answer needs room and time")
        if not self.conversation or any(turn.role == "system" for turn in self.conversation[1:]):
            raise ValueError("a conversation has a turn, and its system turn first")


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost."""

    prompt_tokens: int = 0
    """Tokens of the rendered conversation."""
    evaluated_tokens: int = 0
    """Those of them that were read now; the others were in the cache. -1 where a server does not say."""
    answer_tokens: int = 0
    first_seconds: float = 0.0
    """From asking to the first word."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How an answer ended."""

    finish: Finish
    usage: Usage = field(default_factory=Usage)

    @property
    def whole(self) -> bool:
        """Whether the model said all that it wanted to."""
        return self.finish == "stop"


@dataclass(frozen=True, slots=True)
class Piece:
    """A bit of an answer as it is made; the last one, and only that, says how it ended."""

    text: str = ""
    reading: float | None = None
    """How much of the conversation is read, 0 to 1, while nothing is said yet."""
    ended: Ended | None = None


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a prefill did."""

    tokens: int
    """Tokens that lie in the cache now."""
    evaluated: int
    """Those of them that were read now. -1 where a server does not say."""
    seconds: float
    cancelled: bool = False
    """Whether it was stopped, or gave way to a question; the next one goes on from there."""


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What a model says of itself, shown wherever it speaks."""

    name: str
    speaker: Speaker
    architecture: str = ""
    context: int = 0
    """Tokens that fit; 0 where a server does not say."""
    template: str = ""
    """The form in which turns are written for it."""
    size_bytes: int = 0
    memory_bytes: int = 0
    """What its process holds now."""
    load_seconds: float = 0.0
    threads: int = 0
    cancel_seconds: float | None = None
    """Longest time that a cancelled request may go on computing, as measured; None until it was."""
    leaves_machine: bool = False
    """Whether what is asked is sent to another machine."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ModelState:
    """What the model is doing, for a status line."""

    phase: Phase
    speaker: Speaker
    name: str
    why: str = ""
    """Words for `failed`."""
    restarts: int = 0
    """How often its process had to be started again."""
    cancel_seconds: float | None = None
    """Longest time that a stopped request may go on computing, as measured; None until it was."""


class Cancel:
    """A request's off switch: set from any thread, seen by the adapter at once."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], object]] = []

    def set(self) -> None:
        """Stop the request; again is the same as once."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener()

    def is_set(self) -> bool:
        """Whether it was stopped."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is set, at most so long; say whether it is."""
        return self._event.wait(seconds)

    def listen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call `listener` when it is set (at once if it is already); the returned function forgets it."""
        with self._lock:
            if not self._event.is_set():
                self._listeners.append(listener)
                return lambda: self._forget(listener)
        listener()
        return lambda: None

    def _forget(self, listener: Callable[[], object]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)


class LanguageModel(Protocol):
    """A model that can be asked. One request at a time: another waits for its turn, and a prefill gives way; safe from
    any thread.

    Nothing is loaded before the first use. Blocks: call it off the screen's thread.
    """

    def state(self) -> ModelState:
        """Say what it is doing now; never blocks, never loads."""
        ...

    def report(self) -> ModelReport:
        """Load it if need be and say what it is. Raises `ModelError`."""
        ...

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[Piece]:
        """Answer piece by piece; the last piece carries `ended`.

        A set `cancel` ends the answer with `cancelled` and is no error; so does leaving the iterator. Raises
        `ModelError`: what was yielded until then stands, and the next request is served.
        """
        ...

    def prefill(
        self, conversation: Sequence[Turn], cancel: Cancel | None = None, *, gentle: bool = False
    ) -> Prefilled:
        """Read a conversation into the cache while its last turn is still being said.

        The last turn stays open, so that it may grow. `gentle` leaves the other cores free where the adapter can, and
        reads in slices that a question in the middle need not wait long for. Whoever asks goes first: then this ends
        early with `cancelled`, and what was read until then stays read. Raises `ModelError`.
        """
        ...

    def count(self, text: str) -> int:
        """Return the tokens of a text; an estimate on the high side where a server does not say.

        Raises `ModelError`.
        """
        ...

    def context(self) -> int:
        """Return how many tokens of conversation and answer fit. Raises `ModelError`."""
        ...

    def sleep(self) -> None:
        """Give its memory back; the next request loads it again."""
        ...

    def close(self) -> None:
        """End it for good; a request that runs fails."""
        ...


class ModelError(JobcopilotError):
    """A model could not do what it was asked; the built-in way goes on without it, and says so."""


class ModelMissing(ModelError):
    """No model is chosen, its file is not there, or nothing installed can run it."""


class ModelRefused(ModelError):
    """The file is damaged, of an architecture that this llama.cpp does not know, or too big for the memory."""


class ModelCrashed(ModelError):
    """The engine process died during the request; it is started again for the next one."""


class ModelUnreachable(ModelError):
    """A server could not be reached, hung, broke off, or answered what nobody can read."""


class ContextFull(ModelError):
    """The conversation and the room for the answer do not fit into the model's context."""


class AnswerUnusable(ModelError):
    """The model did not keep to the form that was asked for, also after the retries."""


class ConsentNeeded(ModelError):
    """Answers would leave this machine and the person has not agreed to that host."""


def as_data(label: str, text: str) -> str:
    """Return text of a posting or an answer as delimited data for a prompt: it cannot close its own fence.

    The prompt around it says that what stands between the marks is material and never an instruction.
    """
    fence = label.upper()
    inner = text.replace("<<<", "‹‹‹").replace(">>>", "›››")
    return f"<<<{fence}\n{inner}\n{fence}>>>"


def whole_answer(pieces: Iterator[Piece]) -> tuple[str, Ended]:
    """Read an answer to its end: its text, and how it ended."""
    text: list[str] = []
    ended = Ended("cancelled")
    for piece in pieces:
        text.append(piece.text)
        ended = piece.ended or ended
    return "".join(text), ended
