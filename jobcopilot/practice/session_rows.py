"""Sessions read from their tables: plain SQL on a connection, frozen views out of it."""

# ruff: noqa: S608  # made of this file's own names only; what a person typed is always a parameter
from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.errors import NotFound
from jobcopilot.practice.bank_rows import points_of
from jobcopilot.practice.views import (
    AnswerAssessment,
    AskedView,
    Covered,
    GivenLine,
    Mark,
    MessageView,
    SessionAssessment,
    SessionRow,
    SessionView,
    Setup,
    SkillMark,
)

_ROW: Final = """
    SELECT s.id, s.title, kind.slug, kind.name, s.job_id, s.job_words, s.status, s.mode, s.interviewer, s.score,
        s.created_at, s.started_at, s.completed_at, s.seconds, job.title, job.company,
        json_extract(s.setup, '$.spoken')
    FROM practice_session AS s
    LEFT JOIN practice_type AS kind ON kind.id = s.type_id
    LEFT JOIN job ON job.id = s.job_id AND job.deleted_at IS NULL
"""
_MESSAGE: Final = (
    "SELECT id, session_id, role, kind, text, at, state, asked_id, attempt, edited, by, fallback, audio, seconds"
    " FROM practice_message"
)


def session_rows(
    connection: sqlite3.Connection, ids: Sequence[int], snippets: Mapping[int, str] | None = None
) -> tuple[SessionRow, ...]:
    """Return what a list shows of these sessions, in this order."""
    wanted = json.dumps(list(ids))
    skills: dict[int, list[str]] = {}
    for session_id, name in connection.execute(
        "SELECT session_id, name FROM practice_session_skill JOIN practice_skill ON practice_skill.id = skill_id"
        " WHERE session_id IN (SELECT value FROM json_each(?)) ORDER BY session_id, position",
        (wanted,),
    ):
        skills.setdefault(session_id, []).append(name)
    counts: dict[int, dict[str, int]] = {}
    for session_id, status, count in connection.execute(
        "SELECT session_id, status, count(*) FROM practice_asked"
        " WHERE session_id IN (SELECT value FROM json_each(?)) GROUP BY session_id, status",
        (wanted,),
    ):
        counts.setdefault(session_id, {})[status] = count
    found = {
        row[0]: _session_row(
            row, skills.get(row[0], ()), counts.get(row[0], {}), (snippets or {}).get(row[0], "")
        )
        for row in connection.execute(f"{_ROW} WHERE s.id IN (SELECT value FROM json_each(?))", (wanted,))
    }
    return tuple(found[session_id] for session_id in ids if session_id in found)


def session_view(connection: sqlite3.Connection, profile_id: int, session_id: int) -> SessionView:
    """Return a session as a whole. Raises `NotFound`."""
    row = connection.execute(
        "SELECT setup, paused, error, given, assessment FROM practice_session WHERE id = ? AND profile_id = ?",
        (session_id, profile_id),
    ).fetchone()
    if row is None:
        raise NotFound("There is no such session", f"number {session_id}", "See: jobcopilot practice list")
    every = messages_of(connection, session_id)
    return SessionView(
        row=session_rows(connection, [session_id])[0],
        setup=setup_of(json.loads(row[0])),
        asked=asked_of(connection, session_id),
        messages=tuple(one for one in every if one.state != "draft"),
        draft="".join(one.text for one in every if one.state == "draft"),
        paused=bool(row[1]),
        error=row[2],
        given=tuple(GivenLine(*line) for line in json.loads(row[3])),
        assessment=None if row[4] in (None, "null") else session_assessment_of(json.loads(row[4])),
        folder=folder_name(session_id),
    )


def folder_name(session_id: int) -> str:
    """Return the name of a session's folder for audio."""
    return f"session-{session_id}"


def messages_of(connection: sqlite3.Connection, session_id: int) -> tuple[MessageView, ...]:
    """Return all messages of a session in their order, drafts and those cut short included."""
    return tuple(
        message_of(row)
        for row in connection.execute(f"{_MESSAGE} WHERE session_id = ? ORDER BY id", (session_id,))
    )


def message(connection: sqlite3.Connection, message_id: int) -> MessageView:
    """Return one message."""
    return message_of(connection.execute(f"{_MESSAGE} WHERE id = ?", (message_id,)).fetchone())


def message_of(row: Sequence[Any]) -> MessageView:
    """Return a message from its row."""
    return MessageView(
        id=row[0],
        session_id=row[1],
        role=row[2],
        kind=row[3],
        text=row[4],
        at=from_milliseconds(row[5]),
        state=row[6],
        asked_id=row[7],
        attempt=row[8],
        edited=row[9],
        by=row[10],
        fallback=row[11],
        audio=row[12],
        seconds=row[13],
    )


def asked_of(connection: sqlite3.Connection, session_id: int) -> tuple[AskedView, ...]:
    """Return the questions of a session in their order, planned ones included, with their assessments."""
    assessed = _assessments(connection, session_id)
    found: list[AskedView] = []
    for row in connection.execute(
        "SELECT id, session_id, question_id, position, text, skill, also, difficulty, points, follow_ups, type, shape,"
        " status, attempt, asked_at, question_message_id, answer_message_id, hints"
        " FROM practice_asked WHERE session_id = ? ORDER BY position",
        (session_id,),
    ):
        mine = [one for one in assessed.get(row[0], ()) if one[0] == row[13]]
        first = next((one for one in mine if one[2].by == "rules"), mine[0] if mine else None)
        found.append(
            AskedView(
                id=row[0],
                session_id=row[1],
                question_id=row[2],
                order=row[3],
                text=row[4],
                skill=row[5],
                also=tuple(json.loads(row[6])),
                difficulty=row[7],
                points=points_of(json.loads(row[8])),
                follow_ups=tuple(json.loads(row[9])),
                type=row[10],
                shape=row[11],
                status=row[12],
                attempt=row[13],
                asked_at=None if row[14] is None else from_milliseconds(row[14]),
                question_message_id=row[15],
                answer_message_id=row[16],
                hints=row[17],
                assessment=None if first is None else first[2],
                answer="" if first is None else first[1],
                # Marks of an answer as it was before a correction point at words that are not there any more.
                further=tuple(
                    one[2] for one in mine if one is not first and (first is None or one[1] == first[1])
                ),
            )
        )
    return tuple(found)


def setup_of(stored: Mapping[str, Any]) -> Setup:
    """Return a setup from its JSON."""
    return Setup(**{**stored, "skills": tuple(stored.get("skills", ()))})


def session_assessment_of(stored: Mapping[str, Any]) -> SessionAssessment:
    """Return what was made of a session from its JSON."""
    return SessionAssessment(
        **{
            **stored,
            "skills": tuple(SkillMark(**one) for one in stored["skills"]),
            "landed": tuple(stored["landed"]),
            "sharpen": tuple(stored["sharpen"]),
        }
    )


def _session_row(
    row: Sequence[Any], skills: Sequence[str], counts: Mapping[str, int], snippet: str
) -> SessionRow:
    return SessionRow(
        id=row[0],
        title=row[1],
        type=row[2],
        type_name=row[3] or "",
        skills=tuple(skills),
        job_id=row[4],
        job=f"{row[14]}, {row[15]}" if row[14] is not None else row[5],
        status=row[6],
        mode=row[7],
        interviewer=row[8],
        score=row[9],
        asked=sum(count for status, count in counts.items() if status != "planned"),
        answered=counts.get("answered", 0),
        planned=sum(counts.values()),
        created_at=from_milliseconds(row[10]),
        started_at=None if row[11] is None else from_milliseconds(row[11]),
        completed_at=None if row[12] is None else from_milliseconds(row[12]),
        seconds=row[13],
        snippet=snippet,
        spoken=row[16],
    )


def _assessments(
    connection: sqlite3.Connection, session_id: int
) -> dict[int, list[tuple[int, str, AnswerAssessment]]]:
    """All assessments of a session by asked question: attempt, the answer assessed, what was made of it."""
    marks: dict[int, list[Mark]] = {}
    of_session = "asked_id IN (SELECT id FROM practice_asked WHERE session_id = ?)"
    for row in connection.execute(
        'SELECT assessment_id, name, score, quote, start, "end", reason FROM practice_mark WHERE assessment_id IN'
        f" (SELECT id FROM practice_assessment WHERE {of_session}) ORDER BY id",
        (session_id,),
    ):
        marks.setdefault(row[0], []).append(Mark(*row[1:]))
    found: dict[int, list[tuple[int, str, AnswerAssessment]]] = {}
    for row in connection.execute(
        "SELECT id, asked_id, attempt, answer, score, reason, covered, missed, landed, sharpen, stronger, cause, by"
        f" FROM practice_assessment WHERE {of_session} ORDER BY id",
        (session_id,),
    ):
        assessment = AnswerAssessment(
            score=row[4],
            reason=row[5],
            marks=tuple(marks.get(row[0], ())),
            covered=tuple(Covered(*one) for one in json.loads(row[6])),
            missed=tuple(json.loads(row[7])),
            landed=tuple(json.loads(row[8])),
            sharpen=tuple(json.loads(row[9])),
            stronger=row[10],
            cause=row[11],
            by=row[12],
        )
        found.setdefault(row[1], []).append((row[2], row[3], assessment))
    return found
