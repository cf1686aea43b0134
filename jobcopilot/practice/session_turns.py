"""What an interviewer is given for its next words, made of what is stored, and the brief kept as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast, get_args

from jobcopilot.practice.interviewers.port import (
    AskedBefore,
    Brief,
    Line,
    Request,
    Turn,
    TurnQuestion,
    UtteranceKind,
)
from jobcopilot.practice.marking import said_about
from jobcopilot.practice.session_log import State
from jobcopilot.practice.views import AskedView, InterviewType, JobFacts, MessageView, ProfileFact

LONGEST_DESCRIPTION: Final = 20_000
"""Characters of a posting that an interviewer is given."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What the interviewer is to do next, and about which asked question where it is not the one on the table."""

    request: Request
    asked_id: int | None = None

    @classmethod
    def read(cls, stored: str) -> Owed:
        """Read back `request` or `request:number`."""
        request, _, number = stored.partition(":")
        if request not in get_args(Request):
            raise ValueError(f"an interviewer cannot owe {stored!r}")
        return cls(cast("Request", request), int(number) if number else None)


def turn_of(
    state: State, brief: Brief, every: Sequence[AskedView], messages: Sequence[MessageView], seconds: float
) -> tuple[Turn, AskedView | None]:
    """Return what the interviewer is given now, and the asked question that it is about."""
    owed = Owed.read(state.owed)
    about = owed.asked_id or state.current_id
    current = next((one for one in every if one.id == about), None)
    over = state.setup.minutes is not None and seconds >= state.setup.minutes * 60
    following = (
        None if over or owed.request == "close" else next((o for o in every if o.status == "planned"), None)
    )
    pending = [one for one in messages if one.role == "person" and one.state == "sent"]
    exchange = [] if current is None else [one for one in said_about(current, messages) if one not in pending]
    before = exchange[0].id if exchange else pending[0].id if pending else None
    earlier = [
        one
        for one in messages
        if one.state in ("complete", "stopped")
        and one not in exchange
        and (before is None or one.id < before)
    ]
    turn = Turn(
        brief=brief,
        request="next" if over and owed.request in ("open", "hint", "retry") else owed.request,
        current=None if current is None else question_of(current),
        following=None if following is None else question_of(following),
        exchange=tuple(line_of(one) for one in exchange),
        said="\n\n".join(one.final for one in pending if one.final),
        earlier=tuple(line_of(one) for one in earlier),
        asked=sum(one.status != "planned" for one in every),
        seconds=seconds,
    )
    return turn, current


def kind_of(kind: UtteranceKind, more: bool, request: str) -> UtteranceKind:
    """Return what an utterance is: one that asks on where nothing is left, or closes early, only clarifies."""
    if (kind == "question" and not more) or (kind == "closing" and more and request != "close"):
        return "clarification"
    return kind


def safe_piece(piece: str) -> str:
    """Return a piece of a stream without anything that could steer a terminal; joiners stay, they belong to emoji."""
    return "".join(char for char in piece if char.isprintable() or char in "\n\t\u200c\u200d")


def question_of(asked: AskedView) -> TurnQuestion:
    """Return a question as an interviewer is given it."""
    return TurnQuestion(
        text=asked.text,
        skill=asked.skill,
        type=asked.type,
        shape=asked.shape,
        also=asked.also,
        difficulty=asked.difficulty,
        points=asked.points,
        follow_ups=asked.follow_ups,
        order=asked.order,
    )


def line_of(message: MessageView) -> Line:
    """Return a message as an interviewer is given it."""
    return Line(message.role, message.kind, message.final)


def brief_json(brief: Brief) -> dict[str, Any]:
    """Return a brief as it is stored, a very long posting cut."""
    job = brief.job
    if job is not None and len(job.description) > LONGEST_DESCRIPTION:
        brief = replace(brief, job=replace(job, description=job.description[:LONGEST_DESCRIPTION]))
    return asdict(brief)


def stored_brief(connection: sqlite3.Connection, session_id: int) -> Brief:
    """Return the brief of a session as it was given when the session was made."""
    (stored,) = connection.execute(
        "SELECT brief FROM practice_session WHERE id = ?", (session_id,)
    ).fetchone()
    return brief_of(json.loads(stored))


def brief_of(stored: Mapping[str, Any]) -> Brief:
    """Return a brief from its JSON."""
    job = stored["job"]
    return Brief(
        **{
            **stored,
            "type": InterviewType(**_tuples(stored["type"], "stages", "skills")),
            "skills": tuple(stored["skills"]),
            "job": None if job is None else JobFacts(**_tuples(job, "must", "nice")),
            "profile": tuple(ProfileFact(**one) for one in stored["profile"]),
            "asked_before": tuple(AskedBefore(**one) for one in stored["asked_before"]),
        }
    )


def _tuples(stored: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: tuple(value) if name in names else value for name, value in stored.items()}
