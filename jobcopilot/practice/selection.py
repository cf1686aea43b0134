"""Which questions a session asks: pure, and the same for the same seed whatever order the bank comes in.

The chosen skills take turns, so that each is covered before one comes twice. Of a skill's questions those of the
wished difficulty come first (the nearest after them), and among these: what was answered weakly or is due today, what
was never asked, what was asked but could not be judged, then what is known, the longest ago first. A skill that no
question has as its main one is covered by those that are about it, too.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jobcopilot.practice.views import DIFFICULTIES, Difficulty

WEAK: Final = 60
"""A last mark below this is weak."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the selection knows of a question."""

    id: int
    skill: str
    also: tuple[str, ...] = ()
    difficulty: Difficulty = "medium"
    asked: int = 0
    last_asked_at: datetime | None = None
    last_score: int | None = None
    due_at: datetime | None = None
    remembered: float | None = None
    """Probability of recall at the next booked round (or now), where it was ever marked."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a session should ask about."""

    skills: tuple[str, ...]
    """In order of importance: where there are fewer questions than skills, the first are covered."""
    count: int
    difficulty: Difficulty | None = None
    today: frozenset[int] = frozenset()
    """Questions that are due today (`pack`)."""


@dataclass(frozen=True, slots=True)
class Selected:
    """What was selected, in the order in which it is asked."""

    ids: tuple[int, ...]
    uncovered: tuple[str, ...] = ()
    """Chosen skills that no selected question is about."""
    other_difficulty: tuple[int, ...] = ()
    """Questions of another difficulty than wished, taken because there were no more."""


def select(candidates: Iterable[Candidate], wish: Wish, seed: int) -> Selected:
    """Return up to `wish.count` questions about the wished skills, easier ones first."""
    pool = sorted(candidates, key=lambda one: one.id)
    draw = random.Random(seed)  # noqa: S311  # no secret: the person may want the same questions again
    chance = {one.id: draw.random() for one in pool}
    by_id = {one.id: one for one in pool}
    queues = {skill: _queue(pool, skill, wish, chance) for skill in dict.fromkeys(wish.skills)}
    chosen: list[int] = []
    taken: set[int] = set()
    while len(chosen) < wish.count and any(queues.values()):
        for queue in queues.values():
            while queue and queue[0] in taken:
                queue.pop(0)
            if queue and len(chosen) < wish.count:
                taken.add(queue[0])
                chosen.append(queue.pop(0))
    covered = {skill for one in chosen for skill in (by_id[one].skill, *by_id[one].also)}
    return Selected(
        ids=tuple(sorted(chosen, key=lambda one: (DIFFICULTIES.index(by_id[one].difficulty), chance[one]))),
        uncovered=tuple(skill for skill in queues if skill not in covered),
        other_difficulty=tuple(
            one for one in chosen if wish.difficulty and by_id[one].difficulty != wish.difficulty
        ),
    )


def pack(due: Sequence[tuple[int, float]], days: int) -> tuple[tuple[int, ...], ...]:
    """Spread what is due over the days that are left before a round, today included.

    `due` is questions with how well they will be remembered; the least remembered come first, and no day holds more
    than one question more than another. `days` below 1 counts as 1.
    """
    order = [question for question, _ in sorted(due, key=lambda one: (one[1], one[0]))]
    many = max(days, 1)
    each, more = divmod(len(order), many)
    packed: list[tuple[int, ...]] = []
    start = 0
    for day in range(many):
        end = start + each + (day < more)
        packed.append(tuple(order[start:end]))
        start = end
    return tuple(packed)


def _queue(pool: Sequence[Candidate], skill: str, wish: Wish, chance: dict[int, float]) -> list[int]:
    """The questions about a skill, the one to ask first in front."""
    about = [one for one in pool if one.skill == skill] or [one for one in pool if skill in one.also]
    return [one.id for one in sorted(about, key=lambda one: _urgency(one, wish, chance[one.id]))]


def _urgency(one: Candidate, wish: Wish, chance: float) -> tuple[float, float, float, float]:
    far = 0 if wish.difficulty is None else abs(_step(one.difficulty) - _step(wish.difficulty))
    if one.id in wish.today or (one.last_score is not None and one.last_score < WEAK):
        return far, 0, one.remembered if one.remembered is not None else 0.0, chance
    if not one.asked:
        return far, 1, 0, chance
    ago = one.last_asked_at.timestamp() if one.last_asked_at is not None else 0.0
    return far, 2 if one.last_score is None else 3, ago, chance


def _step(difficulty: Difficulty) -> int:
    return DIFFICULTIES.index(difficulty)
