"""Types and skills found by the names that people write: exactly, by an alias, by the first letters, nearly."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final, TypeVar

from jobcopilot.errors import NotFound
from jobcopilot.interviews.values import FieldError
from jobcopilot.practice.bank_rows import skills_of, types_of
from jobcopilot.practice.views import InterviewType, Skill
from jobcopilot.text import clean_line

NEAR: Final = 75
"""Ratio (rapidfuzz) from which on a name is offered for one that there is not."""
Named = TypeVar("Named", InterviewType, Skill)


def named(name: str, views: Sequence[Named], kind: str) -> Named:
    """Return the one of that name, slug or alias. Raises `NotFound` with names like it."""
    found = find(name, views)
    if found is None:
        raise NotFound(
            f"There is no {kind} called {clean_line(name, 80)!r}",
            hint=f"Did you mean: {', '.join(near(name, views))}?" if near(name, views) else _all(views, kind),
        )
    return found


def find(name: str, views: Sequence[Named]) -> Named | None:
    """Return the one of that name, slug or alias, without regard to case and to - and _."""
    wanted = _key(name)
    by_alias: Named | None = None
    for one in views:
        if wanted in (_key(one.name), _key(_slug(one))):
            return one
        if by_alias is None and any(wanted == _key(alias) for alias in _aliases(one)):
            by_alias = one
    return by_alias


def ranked(search: str, skills: Sequence[Skill]) -> list[Skill]:
    """Return the skills that a search finds, the best first; all of them, as given, for an empty one."""
    wanted = _key(search)
    if not wanted:
        return list(skills)
    scored: list[tuple[int, int, Skill]] = []
    for place, one in enumerate(skills):
        ranks = [_rank(wanted, _key(one.name)), *(_rank(wanted, _key(alias), 1) for alias in one.aliases)]
        best = min(ranks)
        if best < _NOT_FOUND:
            scored.append((best, place, one))
    if scored:
        return [one for _, _, one in sorted(scored, key=lambda found: found[:2])]
    nearly = near(search, skills)
    return [one for name in nearly for one in skills if one.name == name]


def near(name: str, views: Sequence[Named], limit: int = 5) -> list[str]:
    """Return names that are written much alike, the nearest first."""
    from rapidfuzz import fuzz, process

    choices = {place: _key(one.name) for place, one in enumerate(views)}
    found = process.extract(_key(name), choices, scorer=fuzz.WRatio, score_cutoff=NEAR, limit=limit)
    return [views[place].name for _, _, place in found]


class Names:
    """Names to numbers, inside a transaction that writes questions."""

    def __init__(self, connection: sqlite3.Connection, profile_id: int) -> None:
        self._types = types_of(connection, profile_id)
        self._skills = skills_of(connection, profile_id, counted=False)

    def type(self, name: str) -> int:
        """Return the number of a type. Raises `FieldError` with those there are."""
        found = find(name, self._types)
        if found is None:
            raise FieldError(
                "type", f"There is no interview type called {name!r}", hint=_all(self._types, "type")
            )
        return found.id

    def skill(self, name: str) -> int:
        """Return the number of a skill. Raises `FieldError` with names like it."""
        found = find(name, self._skills)
        if found is None:
            alike = near(name, self._skills)
            raise FieldError(
                "skill",
                f"There is no skill called {name!r}",
                hint=f"Did you mean: {', '.join(alike)}?" if alike else "Add the skill first.",
            )
        return found.id


_NOT_FOUND: Final = 100


def _rank(wanted: str, name: str, step: int = 0) -> int:
    if name == wanted:
        return step
    if name.startswith(wanted):
        return 2 + step
    if any(word.startswith(wanted) for word in name.split()):
        return 4 + step
    return 6 + step if wanted in name else _NOT_FOUND


def _key(name: str) -> str:
    return " ".join(clean_line(name, 200).casefold().replace("-", " ").replace("_", " ").split())


def _slug(one: InterviewType | Skill) -> str:
    return one.slug if isinstance(one, InterviewType) else one.name


def _aliases(one: InterviewType | Skill) -> tuple[str, ...]:
    return () if isinstance(one, InterviewType) else one.aliases


def _all(views: Sequence[InterviewType | Skill], kind: str) -> str:
    if len(views) > 20:
        return f"See: jobcopilot questions {kind}s"
    return f"There are: {', '.join(one.name for one in views)}."
