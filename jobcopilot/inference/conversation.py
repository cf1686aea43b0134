"""A conversation that fills a model's context: what came first is summarised, never cut in the middle of a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from jobcopilot.inference.port import ContextFull, LanguageModel, Turn
from jobcopilot.text import sentences

Summarise = Callable[[Sequence[Turn], int], str]
"""Takes the oldest turns and how many tokens their summary may have, and returns it."""

_MARKS: Final = 16
"""Tokens of the marks around one turn, on the high side."""
_KEPT_SHARE: Final = 0.5
"""Of the room, for the newest turns after a summary: it is then made anew only when as much again was said."""
_SUMMARY_SHARE: Final = 0.2
_NAMES: Final = {"user": "Candidate", "assistant": "Interviewer", "system": "Instructions"}


class Conversation:
    """What was said, and how it is put to a model with the room that it has."""

    def __init__(self, turns: Sequence[Turn] = (), summarise: Summarise | None = None) -> None:
        self._turns = list(turns)
        self._summarise = summarise or first_sentences
        self._head: tuple[Turn, ...] = ()
        self._summarised = 0
        self._counts: dict[str, int] = {}

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Everything, as it was said."""
        return tuple(self._turns)

    @property
    def summarised(self) -> int:
        """How many of the turns the model knows only as a summary; shown, so that nobody wonders."""
        return self._summarised

    def add(self, turn: Turn) -> None:
        """Append what was said."""
        self._turns.append(turn)

    def cut(self, turns: int) -> None:
        """Forget all but the first turns: what came after them was never said."""
        del self._turns[turns:]
        if self._summarised > turns:
            self._head, self._summarised = (), 0

    def fitting(self, model: LanguageModel, room: int) -> tuple[Turn, ...]:
        """Return the conversation as it fits, with `room` tokens left for the answer.

        The same turns again, only longer, until the context is full; then a summary stands for the older half.
        Raises `ContextFull` where not even the last turn fits.
        """
        budget = model.context() - room - 2 * _MARKS
        if budget < 8 * _MARKS:
            raise ContextFull(
                "The model's context is too small", f"{model.context():,} tokens", "Set a larger context."
            )
        now = (*self._head, *self._turns[self._summarised :])
        if self._size(model, now) <= budget:
            return now
        return self._compacted(model, budget)

    def _compacted(self, model: LanguageModel, budget: int) -> tuple[Turn, ...]:
        first = self._turns[0] if self._turns and self._turns[0].role == "system" else None
        body = self._turns[1:] if first else self._turns
        kept: list[Turn] = []
        left = int(budget * _KEPT_SHARE)
        for turn in reversed(body):
            cost = self._cost(model, turn)
            if kept and cost > left:
                break
            if cost > left:
                # The last turn alone is too long: its beginning and its end stay, whole sentences both.
                turn = Turn(turn.role, shorten(turn.text, left - _MARKS, model.count))  # noqa: PLW2901
                cost = self._cost(model, turn)
            kept.insert(0, turn)
            left -= cost
        while len(kept) > 1 and kept[0].role != "user":
            kept.pop(0)
        old = body[: len(body) - len(kept)]
        room = int(budget * _SUMMARY_SHARE)
        system = (
            shorten(first.text, int(budget * (1 - _KEPT_SHARE - _SUMMARY_SHARE)), model.count)
            if first
            else ""
        )
        summary = shorten(self._summarise(old, room).strip(), room, model.count) if old else ""
        parts = [system, f"What was said before, summarised:\n{summary}" if summary else ""]
        words = "\n\n".join(part for part in parts if part)
        head = (Turn("system", words),) if words else ()
        if len(kept) == 1 and kept[0] is not self._turns[-1]:
            # Shortened for this time only: what was said stays as it was said.
            return (*head, *kept)
        self._head, self._summarised = head, len(self._turns) - len(kept)
        return (*head, *kept)

    def _size(self, model: LanguageModel, turns: Sequence[Turn]) -> int:
        return sum(self._cost(model, turn) for turn in turns)

    def _cost(self, model: LanguageModel, turn: Turn) -> int:
        if turn.text not in self._counts:
            self._counts[turn.text] = model.count(turn.text)
        return self._counts[turn.text] + _MARKS


def first_sentences(turns: Sequence[Turn], tokens: int) -> str:
    """Summarise without a model: who began each turn how, as much as fits; the newest are the surest to be there."""
    lines: list[str] = []
    left = tokens * 3
    for turn in reversed(turns):
        line = f"{_NAMES[turn.role]}: {(sentences(turn.text) or [''])[0]}"
        if len(line) > left:
            break
        lines.insert(0, line)
        left -= len(line)
    return "\n".join(lines)


def shorten(text: str, tokens: int, count: Callable[[str], int]) -> str:
    """Return a text of at most so many tokens: its first and last sentences, and how many are left out between."""
    if count(text) <= tokens:
        return text
    whole = sentences(text)
    if len(whole) < 3:
        # One sentence without an end: words are the next best seam.
        whole = text.split()
    low, high = 0, len(whole)
    while low < high:
        middle = (low + high + 1) // 2
        if count(_joined(whole, middle)) <= tokens:
            low = middle
        else:
            high = middle - 1
    return _joined(whole, low)


def _joined(parts: Sequence[str], kept: int) -> str:
    before = -(-kept * 3 // 5)
    after = kept - before
    left_out = len(parts) - kept
    end = parts[len(parts) - after :] if after else []
    return " ".join([*parts[:before], f"[{left_out} left out …]", *end])
