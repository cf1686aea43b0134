"""A language model that says what its script says, in pieces, and goes wrong in every way that real ones do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from jobcopilot.inference.port import (
    Cancel,
    Ended,
    Finish,
    ModelError,
    ModelReport,
    ModelState,
    Piece,
    Prefilled,
    Request,
    Speaker,
    Turn,
    Usage,
)


@dataclass(frozen=True)
class Cut:
    """Words, and how they come to an end: of themselves, or by a fault."""

    text: str
    finish: Finish = "stop"
    fault: ModelError | None = None


Said = str | Cut | ModelError
Script = Said | Callable[[Request], Said]


def do(what: str, say: str) -> str:
    """Return an utterance in the form that interviewers ask for."""
    return json.dumps({"do": what, "say": say})


@dataclass
class ScriptedModel:
    """Answers by its script, the last entry again and again; `requests` is what it was asked."""

    script: list[Script] = field(default_factory=list)
    name: str = "scripted"
    speaker: Speaker = "xllamacpp"
    size: int = 8192
    """Tokens of context; four characters are one."""
    each: int = 7
    """Characters a piece."""
    requests: list[Request] = field(default_factory=list)
    closed: int = 0
    """Answers that were left before they were over."""
    busy: bool = False

    def state(self) -> ModelState:
        return ModelState("ready", self.speaker, self.name)

    def report(self) -> ModelReport:
        return ModelReport(self.name, self.speaker, context=self.size)

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[Piece]:
        assert not self.busy, "one request at a time: the one before was not closed"
        self.requests.append(request)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        said = step if isinstance(step, (str, Cut, ModelError)) else step(request)
        if isinstance(said, ModelError):
            raise said
        cut = said if isinstance(said, Cut) else Cut(said)
        over = False
        self.busy = True
        try:
            for start in range(0, len(cut.text), self.each):
                if cancel is not None and cancel.is_set():
                    yield Piece(ended=Ended("cancelled"))
                    return
                yield Piece(cut.text[start : start + self.each])
            if cut.fault is not None:
                raise cut.fault
            over = True
            yield Piece(ended=Ended(cut.finish, Usage(prompt_tokens=10, answer_tokens=5, seconds=0.5)))
        finally:
            self.busy = False
            self.closed += not over

    def prefill(
        self, conversation: Sequence[Turn], cancel: Cancel | None = None, *, gentle: bool = False
    ) -> Prefilled:
        return Prefilled(0, 0, 0.0)

    def count(self, text: str) -> int:
        return len(text) // 4 + 1

    def context(self) -> int:
        return self.size

    def sleep(self) -> None:
        pass

    def close(self) -> None:
        pass
