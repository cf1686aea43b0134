"""A home to practise in, an interviewer that says what it is told to, and an assessor that marks by length."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jobcopilot.clock import FixedClock
from jobcopilot.database.migrate import ensure_current
from jobcopilot.errors import BadInput
from jobcopilot.paths import find_home
from jobcopilot.practice.bank import Bank
from jobcopilot.practice.books import Books
from jobcopilot.practice.history import PracticeHistory
from jobcopilot.practice.interviewers.port import Brief, Heard, Turn, Utterance, UtteranceKind
from jobcopilot.practice.session import Session
from jobcopilot.practice.session_events import Event
from jobcopilot.practice.sessions import Sessions
from jobcopilot.practice.views import (
    AnswerAssessment,
    Answered,
    Asked,
    GivenLine,
    Mark,
    SessionAssessment,
    Setup,
)
from jobcopilot.runtime import Runtime

EVENING = datetime(2026, 11, 20, 19, tzinfo=UTC)
TYPES = """
[[type]]
id = "technical"
name = "Technical"
description = "How things work."
stages = ["technical", "coding"]
minutes = 3
skills = ["Python", "SQL"]
shape = "design"
[[type]]
id = "behavioral"
name = "Behavioral"
description = "What you did."
stages = ["behavioral", "behavioural"]
minutes = 3
skills = ["Ownership"]
shape = "star"
[[type]]
id = "recruiter-screen"
name = "Recruiter Screen"
description = "First call."
stages = ["recruiter", "phone screen", "screen"]
minutes = 2
skills = ["Ownership"]
shape = "plain"
"""
SKILLS = """
[[skill]]
name = "Python"
kind = "language"
description = "A language."
aliases = ["py", "cpython"]
[[skill]]
name = "SQL"
kind = "data"
description = "Queries."
aliases = []
[[skill]]
name = "Airflow"
kind = "data"
description = "Pipelines."
aliases = ["apache airflow"]
[[skill]]
name = "Ownership"
kind = "behaviour"
description = "Seeing things through."
aliases = []
"""
_WORDS = ("index", "lock", "thread", "memory", "test", "import", "type", "loop", "string", "module")


def write_bank(folder: Path, *, each: int = 6, change: Callable[[str], str] = lambda text: text) -> Path:
    """Write a small bank: `each` questions a skill, two of each difficulty."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "types.toml").write_text(TYPES, "utf-8")
    (folder / "skills.toml").write_text(SKILLS, "utf-8")
    blocks: list[str] = []
    for kind, skill in (
        ("technical", "Python"), ("technical", "SQL"), ("technical", "Airflow"), ("behavioral", "Ownership"),
    ):  # fmt: skip
        blocks.extend(_question(kind, skill, number) for number in range(each))
    (folder / "questions-all.toml").write_text(change("\n".join(blocks)), "utf-8")
    return folder


def _question(kind: str, skill: str, number: int) -> str:
    also = ["SQL"] if skill == "Airflow" else []
    return (
        f'[[question]]\nid = "{skill.lower()}-{number}"\ntype = "{kind}"\nskill = "{skill}"\n'
        f'also = {also}\ndifficulty = "{("easy", "medium", "hard")[number % 3]}"\n'
        f'text = "What does {skill} do about the {_WORDS[number % 10]} of case {number}?"\n'
        f'follow_ups = ["And what about {_WORDS[(number + 1) % 10]}?"]\n'
        '[[question.points]]\npoint = "names a cause"\nsigns = ["because", "cause"]\n'
    )


@dataclass
class ScriptedInterviewer:
    """Says the planned question; follows up once where the answer has fewer than five words."""

    pieces_each: int = 3
    name: str = "builtin"
    label: str = "Scripted"
    turns: list[Turn] = field(default_factory=list)
    cancelled: int = 0
    fail: int = 0
    """How many of the next utterances fail after their first piece."""
    say: list[tuple[UtteranceKind, Heard, str]] = field(default_factory=list)
    """What to say instead, first come first served."""

    def given(self, brief: Brief) -> tuple[GivenLine, ...]:
        lines = [GivenLine("Type", brief.type.name), GivenLine("Skills", ", ".join(brief.skills))]
        if brief.job is not None:
            lines.append(GivenLine("Job", f"{brief.job.title}, {brief.job.company}"))
        return tuple(lines)

    def speak(self, turn: Turn) -> Utterance:
        self.turns.append(turn)
        kind, heard, text = self._next(turn)
        return Utterance(kind, self._stream(text), heard=heard, by=self.label)

    def cancel(self) -> None:
        self.cancelled += 1

    def _next(self, turn: Turn) -> tuple[UtteranceKind, Heard, str]:
        if self.say:
            return self.say.pop(0)
        match turn.request:
            case "hint":
                return "hint", "answer", "Think of the cause."
            case "repeat":
                assert turn.current is not None
                return "clarification", "answer", f"Again: {turn.current.text}"
            case "model_answer":
                assert turn.current is not None
                return "model_answer", "answer", "; ".join(point.point for point in turn.current.points)
            case "retry":
                assert turn.current is not None
                return "clarification", "answer", f"Once more: {turn.current.text}"
        heard: Heard = "skip" if turn.said.casefold().startswith("skip") else "answer"
        followed = any(line.kind == "follow_up" for line in turn.exchange)
        if turn.request == "answer" and heard == "answer" and len(turn.said.split()) < 5 and not followed:
            return "follow_up", "answer", "Could you say more about that?"
        if turn.following is None:
            return "closing", heard, "Thank you, that was all."
        return "question", heard, turn.following.text

    def _stream(self, text: str) -> Iterator[str]:
        size = max(1, -(-len(text) // self.pieces_each))
        for place, start in enumerate(range(0, len(text), size)):
            if self.fail and place == 1:
                self.fail -= 1
                raise BadInput("The interviewer went away", "in a test", "Take the session up again.")
            yield text[start : start + size]


class LengthAssessor:
    """Marks ten a word, with the first word as the quote; one word is not enough."""

    def __init__(self) -> None:
        self.asked: list[tuple[Asked, str]] = []

    def assess_answer(self, asked: Asked, answer: str, /) -> AnswerAssessment:
        self.asked.append((asked, answer))
        words = answer.split()
        if len(words) < 2:
            return AnswerAssessment(None, "One word is not enough to judge.", cause="too_short")
        start = answer.index(words[0])
        mark = Mark("substance", min(100, 10 * len(words)), words[0], start, start + len(words[0]))
        return AnswerAssessment(mark.score, "By its length.", (mark,), missed=("names a cause",))

    def assess_session(self, answered: Sequence[Answered], /) -> SessionAssessment:
        scores = [
            one.assessment.score for one in answered if one.assessment and one.assessment.score is not None
        ]
        return SessionAssessment(
            score=round(sum(scores) / len(scores)) if scores else None,
            reason="" if scores else "Nothing could be judged.",
            judged=len(scores),
            not_asked=sum(one.status == "planned" for one in answered),
            not_answered=sum(one.status in ("asked", "skipped") for one in answered),
        )


@dataclass
class Practice:
    """A runtime on a fresh home with a small bank, and the room's parts on it."""

    runtime: Runtime
    clock: FixedClock
    shipped: Path
    interviewer: ScriptedInterviewer = field(default_factory=ScriptedInterviewer)
    assessor: LengthAssessor | None = field(default_factory=LengthAssessor)

    def __post_init__(self) -> None:
        self.books = self.fresh_books()
        self.bank = Bank(self.books)
        self.sessions = Sessions(self.books, lambda name: self.interviewer, lambda: self.assessor)
        self.history = PracticeHistory(self.books)

    def fresh_books(self) -> Books:
        """What another process would work with."""
        runtime = self.runtime
        folder = runtime.home.data / "practice"
        return Books(
            lambda: runtime.database,
            runtime.reader,
            runtime.profile,
            self.clock,
            folder,
            shipped=self.shipped,
        )

    def create(self, **choices: Any) -> int:
        """Make a session and return its number."""
        given: dict[str, Any] = {"type": "technical", "skills": ("Python", "SQL"), "questions": 3, "seed": 7}
        return self.sessions.create(Setup(**(given | choices)))[0].row.id

    def open(self, session_id: int) -> Session:
        """Take a session up as a fresh process does."""
        return self.sessions.open(session_id)

    def later(self, **amount: float) -> None:
        """Move the clock on."""
        self.clock.moment += timedelta(**amount)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        with self.runtime.reader.connection() as connection:
            return connection.execute(query, values).fetchall()


@cache
def migrated_database() -> bytes:
    """A migrated database, made once: migrating takes longer than what is tested."""
    with tempfile.TemporaryDirectory() as folder:
        home = find_home(folder)
        ensure_current(home)
        with closing(sqlite3.connect(home.database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return home.database.read_bytes()


def make_practice(folder: Path, *, existing: bool = False, **bank: Any) -> Practice:
    """Return practice on a fresh home, or on one that another process made."""
    clock = FixedClock(EVENING)
    home = find_home(folder / "home")
    if existing:
        return Practice(Runtime(home, clock=clock), clock, folder / "bank")
    home.data.mkdir(parents=True)
    home.database.write_bytes(migrated_database())
    runtime = Runtime(home, clock=clock)
    runtime.open()
    return Practice(runtime, clock, write_bank(folder / "bank", **bank))


def heard(session: Session) -> list[Event]:
    """Let the interviewer say all that it owes."""
    events: list[Event] = []
    while session.owed:
        events.extend(session.reply())
    return events


def run_through(practice: Practice, session_id: int, answers: Sequence[str]) -> Session:
    """Hold a session to its end, with these answers one after the other."""
    session = practice.open(session_id)
    session.begin()
    heard(session)
    for answer in answers:
        if session.status != "in_progress":
            break
        practice.later(seconds=40)
        session.answer(answer)
        heard(session)
    return session
