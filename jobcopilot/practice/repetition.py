"""Spaced repetition by FSRS (the `fsrs` library): when a question is due again, and what is still remembered.

A mark rates the answer: below 40 "again", below 60 "hard", below 85 "good", from there "easy". An answer that could
not be judged rates nothing. Intervals are whole days, without the library's random fuzz: the same history gives the
same days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fsrs import Rating, Scheduler

RETENTION: Final = 0.9
"""Probability of recall at which a question is due."""


@dataclass(frozen=True, slots=True)
class Memory:
    """How well a question is remembered: FSRS's stability (days), difficulty (1 to 10), the last time, the next."""

    stability: float
    hardness: float
    reviewed_at: datetime
    due_at: datetime


def reviewed(memory: Memory | None, score: int, at: datetime) -> Memory:
    """Return what a mark makes of a memory; None: it was never marked."""
    card, _ = _scheduler().review_card(_card(memory), _rating(score), at.astimezone(UTC))
    assert card.stability is not None
    assert card.difficulty is not None
    return Memory(card.stability, card.difficulty, at.astimezone(UTC), card.due)


def remembered(memory: Memory, at: datetime) -> float:
    """Return the probability, from 0 to 1, that it would be answered as well at that time."""
    return float(_scheduler().get_card_retrievability(_card(memory), at.astimezone(UTC)))


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    # No steps of minutes: a question is not asked twice in one evening to learn it by heart.
    return Scheduler(
        desired_retention=RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )


def _card(memory: Memory | None) -> Any:
    from fsrs import Card, State

    if memory is None:
        return Card(card_id=1)
    return Card(
        card_id=1,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.hardness,
        due=memory.due_at,
        last_review=memory.reviewed_at,
    )


def _rating(score: int) -> Rating:
    from fsrs import Rating

    for limit, rating in ((40, Rating.Again), (60, Rating.Hard), (85, Rating.Good)):
        if score < limit:
            return rating
    return Rating.Easy
