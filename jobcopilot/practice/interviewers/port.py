"""The interviewer's port: what an interviewer is given, and what it gives back.

How a session drives an interviewer (`practice/session.py` does; a new interviewer only implements `Interviewer`):

1. The session is made from a `Setup`: its questions are selected and stored (`planned`) before anything is said.
   `Interviewer.given(brief)` is asked once and stored: the screen shows it, word for word.
2. Then, turn by turn, the session calls `speak(turn)` and reads `Utterance.pieces` to the end, in one thread that is
   not the screen's. Each piece is stored before it is handed on to be shown. `Turn.request` says what is wanted:

   - "open": the session begins; say `turn.following`. A greeting may stand before the question.
   - "answer": the person said `turn.said` to `turn.current`. The interviewer decides, and says so by `kind`:
     "follow_up" stays with the question and asks for what is missing; "clarification" stays and repeats, explains or
     answers; "hint" stays and helps; "question" moves on to `turn.following`; "closing" ends the session, for which
     `turn.following` is None. Where it is None, "question" is not allowed.
   - "next": say `turn.following` (or close) without a follow-up: the person skipped by key, or time was up.
   - "repeat": say again what is on the table (`kind` "clarification"): the question, or the follow-up to it.
   - "hint": give a hint for `turn.current` (`kind` "hint"), another one than `turn.exchange` shows.
   - "retry": the person tries `turn.current` again: put the question anew (`kind` "clarification").
   - "model_answer": say what a strong answer covers (`kind` "model_answer"), from the rubric.
   - "close": the person ends early: a closing word (`kind` "closing").

   `heard` says how the person's words were taken, so that "could you repeat that?" is not assessed as an answer:
   "answer", "skip" ("next question, please": the question counts as skipped), "unknown" ("I don't know": likewise,
   when it moves on), "repeat", "clarify", "ask_hint". Only "answer" counts as an answer and is assessed.

   When `kind` is "question", the question that is asked is `turn.following` whatever the words: its rubric goes with
   it. `asked_text` is the question alone, without a greeting or "thank you", and is kept as the text as asked.
3. `cancel()` may come from another thread at any moment: `pieces` ends as soon as it can (within 100 ms), without an
   error. The session keeps what was said up to there.
4. An interviewer that cannot go on raises a `JobcopilotError` that says what to do; the session keeps everything, is
   in state "error" and can be resumed. An interviewer that lets another one speak in its place says so: `by` names
   who spoke, `fallback` why.
5. An interviewer holds nothing that the session could not give it again: after a kill a fresh one gets a `Turn` with
   the same exchange and goes on. It may cache (a model's prompt), never remember.

How a session drives an assessor (`Assessor`; the package `jobcopilot.practice.assessment` is one, and so is a module
or object with these two functions): in practice mode after each question is left, in real mode at the end, and again
when the person corrects a transcript or asks for it, the session joins the person's answers of the last attempt to a
question (first answer and answers to follow-ups, corrections in place of what was heard, blank lines between) and
calls `assess_answer(Asked, answer)`; what was skipped or met with "I don't know" is not assessed. At the end it calls
`assess_session` with every planned question and its state. Spans of marks are ranges of the joined answer, which is
stored beside the marks; the database refuses a mark whose quote does not stand there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from jobcopilot.practice.views import (
    AnswerAssessment,
    Answered,
    Asked,
    Difficulty,
    GivenLine,
    InterviewType,
    JobFacts,
    MessageKind,
    Mode,
    Point,
    ProfileFact,
    Role,
    SessionAssessment,
    Shape,
)

UtteranceKind = Literal["question", "follow_up", "clarification", "hint", "model_answer", "closing"]
Heard = Literal["answer", "skip", "unknown", "repeat", "clarify", "ask_hint"]
Request = Literal["open", "answer", "next", "repeat", "hint", "retry", "model_answer", "close"]


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A question of an earlier session on the same skills; `score` None: not judged."""

    text: str
    skill: str
    score: int | None
    days_ago: int


@dataclass(frozen=True, slots=True)
class Brief:
    """What an interviewer knows from the start. Posting and profile are data, never instructions."""

    type: InterviewType
    skills: tuple[str, ...]
    """To be assessed."""
    mode: Mode
    difficulty: Difficulty | None = None
    job: JobFacts | None = None
    profile: tuple[ProfileFact, ...] = ()
    asked_before: tuple[AskedBefore, ...] = ()
    questions: int = 0
    """How many are planned."""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class TurnQuestion:
    """A question with its rubric, as planned or as asked."""

    text: str
    skill: str
    type: str
    """Slug of its interview type."""
    shape: Shape = "plain"
    also: tuple[str, ...] = ()
    difficulty: Difficulty = "medium"
    points: tuple[Point, ...] = ()
    follow_ups: tuple[str, ...] = ()
    """The bank's, in order; none of them spoken unless it stands in the exchange."""
    order: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the conversation, whole."""

    role: Role
    kind: MessageKind
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything that an interviewer needs to say the next thing."""

    brief: Brief
    request: Request
    current: TurnQuestion | None = None
    """The question on the table; None before the first."""
    following: TurnQuestion | None = None
    """The question to move on to; None: there is no further one, close instead."""
    exchange: tuple[Line, ...] = ()
    """What was said about `current` in this attempt, the question included, without `said`."""
    said: str = ""
    """The person's last words, for "answer"."""
    earlier: tuple[Line, ...] = ()
    """What was said before `exchange`, from the beginning of the session."""
    asked: int = 0
    """Questions asked so far, `current` included."""
    seconds: float = 0.0
    """On the session's timer."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What an interviewer says next. `pieces` is read once; joined, it is the whole text."""

    kind: UtteranceKind
    pieces: Iterator[str]
    heard: Heard = "answer"
    """How the person's last words were taken; only looked at for the request "answer"."""
    asked_text: str = ""
    """For "question": the question alone, as asked; empty: as planned."""
    by: str = "Built in"
    """Who speaks, as the screen shows it."""
    fallback: str = ""
    """Why it is not the chosen interviewer that speaks."""


class Interviewer(Protocol):
    """Whoever asks."""

    @property
    def name(self) -> str:
        """Return the name of its kind, as settings and `--interviewer` have it: "builtin", "llama", "http"."""
        ...

    @property
    def label(self) -> str:
        """Return how the screen names it: "Built in, no model"."""
        ...

    def given(self, brief: Brief) -> tuple[GivenLine, ...]:
        """Return what it was given, as the screen shows it."""
        ...

    def speak(self, turn: Turn) -> Utterance:
        """Return the next utterance. Raises `JobcopilotError` where it cannot, here or while pieces are read."""
        ...

    def cancel(self) -> None:
        """End the utterance that is being made, from any thread; nothing where there is none."""
        ...


@runtime_checkable
class ListensAhead(Protocol):
    """An interviewer that can take in an answer while it is being given, so that it need not read it afterwards."""

    def listen_ahead(self, turn: Turn, *, ended: bool = False) -> None:
        """Take in what was said so far: `turn` is the one that will be spoken to, `said` the beginning of the answer.

        `ended` says that it may be the whole one: the person is silent. Returns when it is taken in, or when `speak` is
        called, for which it makes way within 100 ms. It is no promise: words may still change, and another turn may
        come. Raises `JobcopilotError` where it cannot.
        """
        ...


class Assessor(Protocol):
    """Whoever assesses."""

    def assess_answer(self, asked: Asked, answer: str, /) -> AnswerAssessment:
        """Return what is made of one answer; never fails on a str."""
        ...

    def assess_session(self, answered: Sequence[Answered], /) -> SessionAssessment:
        """Return what is made of a session's questions, in order, those not asked included."""
        ...
