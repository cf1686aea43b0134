"""An interviewer over the language-model port: it listens to what was said and words follow-ups of its own.

What is asked stays the bank's: the planned question is put as it stands, because its rubric goes with it. The model
decides whether to follow up and on what, greets, explains, gives hints and says what a strong answer covers. Rules
decide what only looks like an answer ("please repeat", "skip"), and how often may be followed up. Whatever the model
does wrong costs one turn: the built-in interviewer says it instead, and the message says so.

The conversation with the model only grows, so that the engine's cached prefix is used again. It is made of the turns
that the session stores: a fresh process makes it anew from them. What the person took back is cut off its end. A spoken
answer is read while it is spoken, word for word as it will stand in the conversation: at its end only the last words
and the task are left to read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from jobcopilot.inference.conversation import Conversation
from jobcopilot.inference.port import (
    AnswerUnusable,
    Cancel,
    LanguageModel,
    ModelCrashed,
    ModelError,
    Request,
)
from jobcopilot.inference.port import Turn as ModelTurn
from jobcopilot.practice.answers.hearing import meant
from jobcopilot.practice.interviewers import builtin_words as words
from jobcopilot.practice.interviewers import model_words as told
from jobcopilot.practice.interviewers.builtin import BuiltInInterviewer
from jobcopilot.practice.interviewers.model_words import Task
from jobcopilot.practice.interviewers.port import (
    Brief,
    Heard,
    Interviewer,
    Line,
    Turn,
    Utterance,
    UtteranceKind,
)
from jobcopilot.practice.interviewers.speech import Malformed, Speech, form, written
from jobcopilot.practice.likeness import most_alike
from jobcopilot.practice.views import GivenLine

RETRIES: Final = 2
"""How often it is asked again after a wrong form; nothing of that was shown."""
SECONDS: Final = 90.0
"""Deadline of one utterance, reading and loading not counted."""
PATIENCE: Final = 150.0
"""Seconds lost to failures in a row, after which this process asks the model no more."""
AHEAD_ROOM: Final = 1_200
"""Tokens that a spoken answer, the task and the reply may take; less room is made before the answer, not after it."""
_KINDS: Final[dict[str, UtteranceKind]] = {
    "clarify": "clarification", "hint": "hint", "model_answer": "model_answer", "follow_up": "follow_up",
}  # fmt: skip
_DONE: Final = {"question": "move_on", "clarification": "clarify", "closing": "move_on"}
_Known = tuple[str, str]
"""Role and words of a line, white space folded: what a line is known again by."""


class ModelInterviewer:
    """Interviews with a language model, and with the built-in interviewer wherever that fails."""

    def __init__(self, name: str, model: LanguageModel, posting: int = told.POSTING) -> None:
        """Take a model, and how many characters of a posting it is to read."""
        self.name = name
        self._model = model
        self._posting = posting
        self._builtin: Interviewer = BuiltInInterviewer()
        self._cancel = Cancel()
        self._talk: Conversation | None = None
        self._known: list[_Known] = []
        """The session's lines that are in the conversation."""
        self._marks: list[tuple[int, int]] = []
        """How many lines and how many turns it had whenever it was whole: places to which it can be taken back."""
        self._lost = 0.0
        self._telling = threading.Lock()
        """Held while the conversation changes."""
        self._speaking = False
        self._ahead = Cancel()

    @property
    def label(self) -> str:
        """Return how the screen names it: the model, and what runs it."""
        state = self._model.state()
        runs = {"llama_cpp": "llama-cpp-python", "xllamacpp": "xllamacpp", "http": "a server"}
        return f"{state.name}, by {runs[state.speaker]}"

    def given(self, brief: Brief) -> tuple[GivenLine, ...]:
        """Return what the model is given, word for word."""
        who = f"{self.label}. It follows up in its own words; where it fails, the built-in one speaks and says so."
        return told.given_lines(brief, who, self._posting)

    def speak(self, turn: Turn) -> Utterance:
        """Return the next utterance; the first sentence of it is made and looked at when this returns."""
        self._cancel = cancel = Cancel()
        with self._telling:
            # What is being read ahead makes way, and nothing more is.
            self._ahead.set()
            self._speaking = True
        heard: Heard = meant(turn.said) if turn.request == "answer" else "answer"
        task = told.task_of(turn, heard)
        if task is None:
            # Said by the book either way, and at once.
            self._speaking = False
            return self._builtin.speak(turn)
        if self._lost > PATIENCE:
            return self._instead(turn, "The model failed again and again")
        begun = time.monotonic()
        try:
            return self._said(turn, task, heard, cancel)
        except ModelError as fault:
            self._lost += time.monotonic() - begun
            return self._instead(turn, fault.title)

    def listen_ahead(self, turn: Turn, *, ended: bool = False) -> None:
        """Read an answer while it is given, with what will be asked of it once it may be whole; see `ListensAhead`.

        Raises `ModelError`.
        """
        current = turn.current
        task = told.task_of(turn, meant(turn.said)) if ended else None
        if current is None or self._lost > PATIENCE or (ended and task is None):
            return
        begun = task.told if task is not None else told.begun(turn, current)
        with self._telling:
            if self._speaking:
                return
            cancel = self._ahead = Cancel()
            talk, waiting = self._caught_up(turn)
            open_turn = ModelTurn("user", _words(waiting, begun))
            room = min(AHEAD_ROOM, self._model.context() // 4)
            conversation = (*talk.fitting(self._model, room), open_turn)
        # Nobody speaks at an end: no pass of the recogniser wants the other cores.
        self._model.prefill(conversation, cancel, gentle=not ended)

    def cancel(self) -> None:
        """End the utterance that is being made."""
        self._cancel.set()
        self._builtin.cancel()

    # --- one utterance ------------------------------------------------------------------------------------------

    def _said(self, turn: Turn, task: Task, heard: Heard, cancel: Cancel) -> Utterance:
        """Return what the model says. Raises `ModelError` while nothing of it was given out."""
        with self._telling:
            talk, waiting = self._caught_up(turn)
            talk.add(ModelTurn("user", _words(waiting, task.told)))
            self._known += [*map(_known, waiting), *_said_by_person(turn)]
        speech, do, first, rest = self._begun(talk, task, cancel, _spoken(turn))
        if speech.cancelled:
            self._speaking = False
            return Utterance("clarification", iter(()), heard, by=self._name)
        if do == "follow_up" and speech.asked:
            speech.close()
            self._refuse_repeated(first, turn)
        self._lost = 0.0
        kind, ending, asked_text = _led_to(do, turn, heard)
        if kind in ("question", "closing"):
            speech.close()
            first, rest = _no_question(first), iter(())
        if do == "follow_up":
            pieces = self._asking(turn, speech, first, rest)
        else:
            pieces = self._pieces(do, speech, [first] if first else [], rest, ending)
        return Utterance(kind, pieces, heard, asked_text, by=self._name)

    def _begun(
        self, talk: Conversation, task: Task, cancel: Cancel, earlier: Sequence[str]
    ) -> tuple[Speech, str, str, Iterator[str]]:
        """Ask until its first words can be shown; again after a wrong form, and once after a crash."""
        correction: tuple[ModelTurn, ...] = ()
        crashed = False
        wrong: ModelError | None = None
        for _ in range(RETRIES + 1):
            conversation = talk.fitting(self._model, task.tokens + sum(len(one.text) for one in correction))
            request = Request(
                (*conversation, *correction),
                limit=task.tokens,
                schema=form(task.choices, task.characters),
                temperature=0.6,
                seconds=SECONDS,
            )
            speech = Speech(self._model.stream(request, cancel), task.choices, self._name)
            try:
                do = speech.decision()
                if not do:
                    return speech, "", "", iter(())
                if do == "follow_up":
                    rest = speech.question(task.sentences, earlier)
                else:
                    rest = speech.sentences(task.sentences)
                first = next(rest, "")
                if not first and not speech.cancelled:
                    raise speech.unusable("it has no words")
            except Malformed as found:
                speech.close()
                wrong = found
                # Its words may be long: the form alone is what matters.
                correction = (
                    ModelTurn("assistant", speech.raw.strip()[:300] or "(nothing)"),
                    ModelTurn("user", f'{found.message}. Answer only with {{"do": …, "say": …}}.'),
                )
            except ModelError as fault:
                speech.close()
                if crashed or not isinstance(fault, ModelCrashed):
                    raise
                crashed, wrong = True, fault
            else:
                return speech, do, first, rest
        raise wrong or AnswerUnusable("The model said nothing", self._name)

    def _pieces(
        self, do: str, speech: Speech, first: list[str], rest: Iterator[str], ending: str
    ) -> Iterator[str]:
        """Give out what the model says as it comes, then the question that goes with it."""
        spoken: list[str] = []
        try:
            try:
                for sentence in chain(first, rest):
                    if self._cancel.is_set():
                        return
                    spoken.append(f" {sentence}" if spoken else sentence)
                    yield spoken[-1]
            except ModelError as fault:
                spoken.append(f" ({fault.title}; the rest is missing.)")
                yield spoken[-1]
            if ending and not self._cancel.is_set():
                spoken.append(f" {ending}" if spoken else ending)
                yield spoken[-1]
        finally:
            # Also where the person stops it: the session keeps what was given out, and so does the conversation.
            self._keep(do, "".join(spoken))
            speech.close()
            self._speaking = False

    def _asking(self, turn: Turn, speech: Speech, first: str, rest: Iterator[str]) -> Iterator[str]:
        """Give out a follow-up word by word; where it comes to nothing, the built-in interviewer's after it."""
        asked = [first]
        was_whole = speech.asked
        try:
            try:
                yield first
                for piece in rest:
                    if self._cancel.is_set():
                        return
                    asked.append(piece)
                    yield piece
                if not was_whole and speech.asked:
                    self._refuse_repeated("".join(asked), turn)
            except ModelError as fault:
                asked.append(f" ({fault.title}. {self._asked_instead(turn)}")
                yield asked[-1]
        finally:
            self._keep("follow_up", "".join(asked))
            speech.close()
            self._speaking = False

    def _asked_instead(self, turn: Turn) -> str:
        said = self._builtin.speak(turn)
        if said.kind != "follow_up":
            return "Skip the question if you have said all.)"
        return f"The built-in interviewer asks instead:) {''.join(said.pieces)}"

    def _instead(self, turn: Turn, why: str) -> Utterance:
        """Let the built-in interviewer speak, and say so."""
        self._speaking = False
        said = self._builtin.speak(turn)
        return replace(said, fallback=f"instead of {self._name}: {why[:1].lower()}{why[1:]}")

    def _refuse_repeated(self, follow_up: str, turn: Turn) -> None:
        if most_alike(follow_up, dict(enumerate(_spoken(turn))), limit=1):
            raise AnswerUnusable("The model asked again what it had asked", self._name)

    @property
    def _name(self) -> str:
        return self._model.state().name

    # --- the conversation with the model ------------------------------------------------------------------------

    def _caught_up(self, turn: Turn) -> tuple[Conversation, list[Line]]:
        """Return the conversation up to the person's last words, and what of them no reply followed yet."""
        lines = [line for line in (*turn.earlier, *turn.exchange) if line.text or line.role == "person"]
        known = [_known(line) for line in lines]
        talk = self._taken_up(turn, known)
        waiting: list[Line] = []
        for place in range(len(self._known), len(lines)):
            line = lines[place]
            if line.role == "person":
                waiting.append(line)
                continue
            if waiting or talk.turns[-1].role != "user":
                talk.add(ModelTurn("user", _words(waiting) or "Go on."))
            # Where the model had failed, its question stands there, and this is what was said instead.
            talk.add(ModelTurn("assistant", written(_DONE.get(line.kind, line.kind), line.text)))
            waiting = []
            self._known = known[: place + 1]
            self._marks.append((len(self._known), len(talk.turns)))
        return talk, waiting

    def _taken_up(self, turn: Turn, lines: list[_Known]) -> Conversation:
        """Return the conversation as far as it is what the session tells, without what was taken back."""
        talk, known = self._talk, self._known
        if talk is None:
            talk = self._talk = Conversation(
                (ModelTurn("system", told.opening(turn.brief, self._posting)),), told.summary
            )
            self._known, self._marks = [], [(0, 1)]
            return talk
        replied = lines[len(known) : len(known) + 1]
        answered = talk.turns[-1].role != "user" or (replied and replied[0][0] == "interviewer")
        if lines[: len(known)] == known and answered:
            return talk
        while lines[: self._marks[-1][0]] != known[: self._marks[-1][0]]:
            self._marks.pop()
        whole, turns = self._marks[-1]
        talk.cut(turns)
        self._known = known[:whole]
        return talk

    def _keep(self, do: str, spoken: str) -> None:
        """Take what was said into the conversation, as the session will tell it next time."""
        talk = self._talk
        if talk is not None and spoken.strip():
            with self._telling:
                self._known.append(("interviewer", _folded(spoken)))
                talk.add(ModelTurn("assistant", written(do, spoken)))
                self._marks.append((len(self._known), len(talk.turns)))


def _words(waiting: Iterable[Line], *more: str) -> str:
    """Return what the person said and no reply followed, and what comes after it."""
    return "\n\n".join((*map(told.line_words, waiting), *more))


def _led_to(do: str, turn: Turn, heard: Heard) -> tuple[UtteranceKind, str, str]:
    """Return what an utterance is, the words that come after the model's own, and the question as asked."""
    if do in ("greet", "move_on"):
        if turn.following is None:
            return "closing", words.CLOSING, ""
        return "question", turn.following.text, turn.following.text
    if do == "clarify" and turn.current is not None:
        return "clarification", f"The question was: {turn.current.text}", ""
    return _KINDS[do], "", ""


def _spoken(turn: Turn) -> list[str]:
    """Return what the interviewer has said so far."""
    return [line.text for line in (*turn.earlier, *turn.exchange) if line.role == "interviewer"]


def _no_question(sentence: str) -> str:
    """Return words that lead over to a question, nothing where they ask one themselves."""
    return "" if "?" in sentence else sentence


def _said_by_person(turn: Turn) -> list[_Known]:
    """Return the person's words that the session tells as a line from now on."""
    if turn.request == "answer":
        return [("person", _folded(turn.said))]
    return [("person", "")] if turn.request == "hint" else []


def _known(line: Line) -> _Known:
    return line.role, _folded(line.text)


def _folded(text: str) -> str:
    return " ".join(text.split())
