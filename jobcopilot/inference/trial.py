"""Trying a model on this machine, in a child that may crash: how fast it is, what it takes, whether it obeys."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from jobcopilot.errors import JobcopilotError
from jobcopilot.inference.local import LocalChoice, LocalModel
from jobcopilot.inference.port import AnswerUnusable, Cancel, Piece, Request, Speaker, Turn
from jobcopilot.inference.structured import ask

_MATERIAL = (
    "We look for an engineer who keeps our payment service quick and calm. You will own its database, its releases "
    "and its alarms, write down what you learn, and help two younger colleagues. We use Python, PostgreSQL and Linux. "
)
ENOUGH_ANSWER = 5.0
"""Tokens a second at which an answer comes as fast as one reads."""


class _Probe(BaseModel):
    """A small shape, to see whether a schema is obeyed."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["question", "remark"]
    text: str = Field(max_length=40)
    level: int = Field(ge=1, le=5)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found; where `works` is false, `why` says what happened."""

    name: str
    speaker: Speaker
    works: bool
    why: str = ""
    load_seconds: float = 0.0
    prompt_tokens_a_second: float = 0.0
    answer_tokens_a_second: float = 0.0
    memory_bytes: int = 0
    schema_obeyed: bool = False
    stops_within_seconds: float | None = None
    threads: int = 0
    context: int = 0
    template: str = ""

    @property
    def fast_enough(self) -> bool:
        """Whether its answers come as fast as one reads."""
        return self.works and self.answer_tokens_a_second >= ENOUGH_ANSWER


def try_model(choice: LocalChoice, speaker: Speaker, make: Callable[[LocalChoice], LocalModel]) -> Trial:
    """Load a model with one binding and try it; a crash or a refusal becomes a trial that says so."""
    model = make(replace(choice, speaker=speaker))
    try:
        return _tried(model, speaker)
    except JobcopilotError as wrong:
        return Trial(choice.name, speaker, works=False, why=f"{wrong.title}: {wrong.message}")
    finally:
        model.close()


def _tried(model: LocalModel, speaker: Speaker) -> Trial:
    report = model.report()
    # About two hundred tokens: a slow machine reads them within seconds.
    turns = (Turn("system", "You are an interviewer."), Turn("user", _MATERIAL * 4 + "Ask one question."))
    begun = time.perf_counter()
    first = 0.0
    answer = read = 0
    for piece in model.stream(Request(turns, limit=32, temperature=0.0, seed=1)):
        if piece.text and not first:
            first = time.perf_counter()
        if piece.ended is not None:
            answer, read = piece.ended.usage.answer_tokens, piece.ended.usage.evaluated_tokens
    over = time.perf_counter()
    first = first or over
    obeyed = _obeys(model)
    _stopped(model, turns)
    after = model.report()
    return Trial(
        name=report.name,
        speaker=speaker,
        works=True,
        load_seconds=report.load_seconds,
        prompt_tokens_a_second=read / max(first - begun, 1e-6),
        answer_tokens_a_second=(answer - 1) / max(over - first, 1e-6) if answer > 1 else 0.0,
        memory_bytes=after.memory_bytes,
        schema_obeyed=obeyed,
        stops_within_seconds=after.cancel_seconds,
        threads=report.threads,
        context=report.context,
        template=report.template,
    )


def _obeys(model: LocalModel) -> bool:
    turn = Turn("user", "Write a question about databases as JSON with kind, text and level (1 to 5).")
    try:
        ask(model, Request((turn,), limit=160, temperature=0.2, seed=1), _Probe)
    except AnswerUnusable:
        return False
    return True


def _stopped(model: LocalModel, turns: tuple[Turn, ...]) -> None:
    """Stop one answer while it is read and one while it is said; the engine measures how long it goes on."""
    for after in ("reading", "text"):
        cancel = Cancel()
        fresh = (Turn("system", f"You are an interviewer of kind {after}."), *turns[1:])
        # From another thread, in the middle of a computation, as a person would.
        soon = threading.Timer(0.02, cancel.set)
        for piece in model.stream(Request(fresh, limit=32, temperature=0.0), cancel):
            if _is(piece, after) and not soon.is_alive() and not cancel.is_set():
                soon.start()
        soon.cancel()
        # The next request comes after the engine has stopped: then it is measured.
        model.count("")


def _is(piece: Piece, what: str) -> bool:
    return bool(piece.text) if what == "text" else piece.reading is not None
