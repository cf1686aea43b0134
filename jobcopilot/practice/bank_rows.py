"""The bank read from its tables: plain SQL on a connection, frozen views out of it."""

# ruff: noqa: S608  # made of this file's own names only; what a person typed is always a parameter
from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.practice.views import InterviewType, Point, Question, Skill

_QUESTION: Final = """
    SELECT q.id, q.slug, q.text, kind.slug, main.name, q.difficulty, q.points, q.follow_ups, q.origin, q.enabled,
        q.edited, q.source, q.asked, q.last_asked_at, q.last_score, q.due_at
    FROM practice_question AS q
    JOIN practice_type AS kind ON kind.id = q.type_id
    JOIN practice_skill AS main ON main.id = q.skill_id
"""


def types_of(connection: sqlite3.Connection, profile_id: int) -> tuple[InterviewType, ...]:
    """Return all types in their order, disabled ones included."""
    suggested: dict[int, list[str]] = {}
    for type_id, name in connection.execute(
        "SELECT type_id, name FROM practice_type_skill JOIN practice_skill ON practice_skill.id = skill_id"
        " WHERE profile_id = ? ORDER BY type_id, position",
        (profile_id,),
    ):
        suggested.setdefault(type_id, []).append(name)
    return tuple(
        InterviewType(
            id=row[0],
            slug=row[1],
            name=row[2],
            description=row[3],
            stages=tuple(json.loads(row[4])),
            minutes=row[5],
            skills=tuple(suggested.get(row[0], ())),
            shape=row[6],
            shipped=bool(row[7]),
            enabled=bool(row[8]),
            edited=row[9] != "[]",
        )
        for row in connection.execute(
            "SELECT id, slug, name, description, stages, minutes, shape, shipped, enabled, edited"
            " FROM practice_type WHERE profile_id = ? ORDER BY shipped DESC, position, name_key",
            (profile_id,),
        )
    )


def skills_of(connection: sqlite3.Connection, profile_id: int, *, counted: bool = True) -> tuple[Skill, ...]:
    """Return all skills by name, disabled ones included; `counted` with how many questions each has."""
    counts: dict[int, int] = {}
    if counted:
        counts = dict(
            connection.execute(
                "SELECT skill_id, count(*) FROM practice_question WHERE profile_id = ? AND enabled = 1"
                " GROUP BY skill_id",
                (profile_id,),
            ).fetchall()
        )
    return tuple(
        Skill(
            id=row[0],
            name=row[1],
            kind=row[2],
            description=row[3],
            aliases=tuple(json.loads(row[4])),
            shipped=bool(row[5]),
            enabled=bool(row[6]),
            edited=row[7] != "[]",
            questions=counts.get(row[0], 0),
        )
        for row in connection.execute(
            "SELECT id, name, kind, description, aliases, shipped, enabled, edited"
            " FROM practice_skill WHERE profile_id = ? ORDER BY name_key",
            (profile_id,),
        )
    )


def question_ids(
    connection: sqlite3.Connection, where: str, values: Sequence[object], limit: int, offset: int
) -> tuple[list[int], int]:
    """Return the ids of one page of questions, in the bank's order, and how many there are in all."""
    # Once through the index, which holds all that is asked for; sorting numbers takes no time.
    (found,) = connection.execute(
        "SELECT json_group_array(q.id) FROM practice_question AS q INDEXED BY practice_question_list"
        f" WHERE {where}",
        tuple(values),
    ).fetchone()
    ids: list[int] = sorted(json.loads(found))
    return ids[offset : offset + limit], len(ids)


def questions_of(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[Question, ...]:
    """Return these questions in this order; those that are gone are left out."""
    wanted = json.dumps(list(ids))
    further: dict[int, list[str]] = {}
    for question_id, name in connection.execute(
        "SELECT question_id, name FROM practice_question_skill JOIN practice_skill ON practice_skill.id = skill_id"
        " WHERE question_id IN (SELECT value FROM json_each(?)) ORDER BY name_key",
        (wanted,),
    ):
        further.setdefault(question_id, []).append(name)
    found = {
        row[0]: question_of(row, further.get(row[0], ()))
        for row in connection.execute(
            f"{_QUESTION} WHERE q.id IN (SELECT value FROM json_each(?))", (wanted,)
        )
    }
    return tuple(found[question_id] for question_id in ids if question_id in found)


def question_of(row: Sequence[Any], also: Sequence[str]) -> Question:
    """Return a question from its row."""
    return Question(
        id=row[0],
        slug=row[1],
        text=row[2],
        type=row[3],
        skill=row[4],
        also=tuple(also),
        difficulty=row[5],
        points=points_of(json.loads(row[6])),
        follow_ups=tuple(json.loads(row[7])),
        origin=row[8],
        enabled=bool(row[9]),
        edited=row[8] == "shipped" and row[10] != "[]",
        source=row[11],
        asked=row[12],
        last_asked_at=None if row[13] is None else from_milliseconds(row[13]),
        last_score=row[14],
        due_at=None if row[15] is None else from_milliseconds(row[15]),
    )


def points_of(stored: Sequence[dict[str, Any]]) -> tuple[Point, ...]:
    """Return a rubric from its JSON."""
    return tuple(Point(one["point"], tuple(one.get("signs", ()))) for one in stored)


def points_json(points: Sequence[Point]) -> list[dict[str, object]]:
    """Return a rubric as it is stored."""
    return [{"point": one.point, "signs": list(one.signs)} for one in points]
