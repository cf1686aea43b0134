"""What practice costs: lists of 10,000 questions and of 1,000 sessions, and setting a session up.

Method: the shipped bank is filled up to 10,000 questions through the room itself; 1,000 sessions of eight questions,
each with its messages, assessments and marks, are written to the tables as sessions write them, spread over a year.
Every list is asked for as a screen does: one page of 50 and the total, narrowed and searched in several ways.

    uv run python -m tests.benchmarks.practice [--questions 10000] [--sessions 1000] [--cpu] [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.jobs.records import raw
from jobcopilot.practice.views import DIFFICULTIES, Setup
from jobcopilot.runtime import Runtime
from tests.benchmarks.measuring import Figure, Stopwatch, figure, milliseconds
from tests.fakes.desktop import fresh_home

ROUNDS = 20
LIST_BUDGET = 10.0
_WORDS = (
    "index", "lock", "thread", "memory", "test", "import", "type", "loop", "string", "module", "cache", "queue",
    "shard", "replica", "deadline", "customer", "budget", "metric", "release", "incident", "review", "mentor",
    "design", "contract", "schema", "partition", "latency", "retry", "backlog", "plan",
)  # fmt: skip


def measure(questions: int, sessions: int) -> Iterator[Figure]:
    """Yield what each list costs with that many questions and sessions."""
    draw = random.Random(20261121)
    with tempfile.TemporaryDirectory() as folder:
        runtime = Runtime(fresh_home(Path(folder) / "home"))
        runtime.open()
        _fill_bank(runtime, questions, draw)
        _fill_history(runtime, sessions, draw)
        bank, history = runtime.bank, runtime.practice_history
        now = datetime.now(UTC)
        lists: dict[str, tuple[int, list[tuple[str, Callable[[], object]]]]] = {
            "a page of questions": (
                questions,
                [
                    ("all", lambda: bank.questions(limit=50)),
                    ("the last page", lambda: bank.questions(limit=50, offset=questions - 50)),
                    ("a type", lambda: bank.questions(type="technical", limit=50)),
                    ("a skill", lambda: bank.questions(skill="Python", limit=50)),
                    ("difficulty", lambda: bank.questions(difficulty="hard", origin="own", limit=50)),
                    ("words", lambda: bank.questions("cache deadline", limit=50)),
                    ("no hit", lambda: bank.questions("zebra", limit=50)),
                ],
            ),
            "the skill picker": (
                questions,
                [
                    ("all", bank.skills),
                    ("letters", lambda: bank.skills("p")),
                    ("a slip", lambda: bank.skills("kuberntes")),
                ],
            ),
            "the types": (questions, [("all", bank.types)]),
            "a page of the history": (
                sessions,
                [
                    ("all", history.sessions),
                    ("the last page", lambda: history.sessions(offset=sessions - 50)),
                    ("a type", lambda: history.sessions(type="behavioral")),
                    ("a skill", lambda: history.sessions(skill="Python")),
                    ("dates", lambda: history.sessions(since=now - timedelta(days=90), until=now)),
                    ("status", lambda: history.sessions(status="completed")),
                ],
            ),
            "the history searched": (
                sessions,
                [
                    ("a word of all", lambda: history.sessions("customer")),
                    ("a beginning", lambda: history.sessions("re")),
                    ("two words", lambda: history.sessions("shard replica")),
                    ("a rare one", lambda: history.sessions("zebra17")),
                    ("no hit", lambda: history.sessions("zebras")),
                ],
            ),
            "marks by skill over time": (
                sessions,
                [
                    ("all", history.trends),
                    ("one", lambda: history.trends("Python")),
                ],
            ),
        }
        for name, (many, cases) in lists.items():
            for _, ask in cases:
                ask()
            taken = [(milliseconds(ask), case) for case, ask in cases for _ in range(ROUNDS)]
            yield figure(name, many, taken, budget=LIST_BUDGET)
        view = runtime.practice_sessions.unfinished
        yield figure(
            "unfinished sessions",
            sessions,
            [(milliseconds(view), "") for _ in range(ROUNDS)],
            budget=LIST_BUDGET,
        )
        offer = runtime.practice_sessions.offer
        yield figure(
            "the setup's offer", questions, [(milliseconds(offer, "technical"), "") for _ in range(ROUNDS)]
        )
        made = [(milliseconds(_create, runtime, seed), "") for seed in range(ROUNDS)]
        yield figure("a session made", questions, made)


def _create(runtime: Runtime, seed: int) -> None:
    runtime.practice_sessions.create(
        Setup(type="technical", skills=("Python", "SQL"), questions=8, seed=seed)
    )


def _fill_bank(runtime: Runtime, many: int, draw: random.Random) -> None:
    bank = runtime.bank
    types = [one.slug for one in bank.types()]
    skills = [one.name for one in bank.skills()]
    missing = many - bank.questions(disabled=True, limit=0).total
    bank.add_questions(
        [
            {
                "text": f"What about the {' and the '.join(draw.sample(_WORDS, 4))} in case {number}?",
                "type": draw.choice(types),
                "skill": draw.choice(skills),
                "also": [draw.choice(skills)],
                "difficulty": draw.choice(DIFFICULTIES),
                "points": ["names a cause: because, cause", "names a number: percent, seconds"],
            }
            for number in range(max(0, missing))
        ],
        anyway=True,
    )


def _fill_history(runtime: Runtime, many: int, draw: random.Random) -> None:
    """Write completed sessions: eight questions, eight answers of a hundred words, a mark on each."""
    now = datetime.now(UTC)
    profile_id = runtime.profile.id
    with runtime.database.writing() as writing:
        connection = raw(writing)
        bank = connection.execute(
            "SELECT practice_question.id, practice_question.text, practice_skill.name, practice_skill.id, type_id"
            " FROM practice_question JOIN practice_skill ON practice_skill.id = skill_id"
        ).fetchall()
        for number in range(many):
            at = to_milliseconds(now - timedelta(minutes=draw.randrange(365 * 1440)))
            chosen = draw.sample(bank, 8)
            session_id = connection.execute(
                "INSERT INTO practice_session (profile_id, title, type_id, job_words, status, mode, interviewer, setup,"
                " brief, given, owed, error, paused, seconds, score, created_at, updated_at, started_at) VALUES"
                " (?, ?, ?, '', 'completed', 'practice', 'builtin', '{\"type\": \"technical\"}', '{}', '[]', '', '', 0,"
                " 600, 50, ?, ?, ?)",
                (profile_id, f"Session {number}", chosen[0][4], at, at, at),
            ).lastrowid
            connection.executemany(
                "INSERT OR IGNORE INTO practice_session_skill (session_id, skill_id, position) VALUES (?, ?, ?)",
                [(session_id, one[3], place) for place, one in enumerate(chosen)],
            )
            for position, (question_id, text, skill, *_) in enumerate(chosen, start=1):
                asked_id = connection.execute(
                    "INSERT INTO practice_asked (session_id, question_id, position, text, skill, also, difficulty,"
                    " points, follow_ups, type, shape, status, attempt, hints, asked_at)"
                    " VALUES (?, ?, ?, ?, ?, '[]', 'medium', '[]', '[]', 'technical', 'design', 'answered', 1, 0, ?)",
                    (session_id, question_id, position, text, skill, at),
                ).lastrowid
                answer = " ".join(draw.choices(_WORDS, k=100)) + f" zebra{number}"
                connection.executemany(
                    "INSERT INTO practice_message (session_id, asked_id, attempt, role, kind, text, state, by,"
                    " fallback, audio, at) VALUES (?, ?, 1, ?, ?, ?, 'complete', '', '', '', ?)",
                    [
                        (session_id, asked_id, "interviewer", "question", text, at),
                        (session_id, asked_id, "person", "answer", answer, at),
                    ],
                )
                assessment_id = connection.execute(
                    "INSERT INTO practice_assessment (profile_id, skill, asked_id, attempt, by, reason, cause, answer,"
                    " covered, missed, landed, sharpen, stronger, at)"
                    " VALUES (?, ?, ?, 1, 'rules', 'x', '', ?, '[]', '[]', '[]', '[]', '', ?)",
                    (profile_id, skill, asked_id, answer, at),
                ).lastrowid
                connection.execute(
                    'INSERT INTO practice_mark (assessment_id, name, score, quote, start, "end", reason)'
                    " VALUES (?, 'substance', 50, ?, 0, 5, '')",
                    (assessment_id, answer[:5]),
                )
                score = draw.randrange(20, 100)
                connection.execute(
                    "UPDATE practice_assessment SET score = ? WHERE id = ?", (score, assessment_id)
                )


def main(arguments: list[str]) -> int:
    """Print the table or, with --json, one document; exit 1 where a budget is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=1_000)
    parser.add_argument("--cpu", action="store_true", help="processor time, for a machine that others use")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.cpu:
        Stopwatch.read = staticmethod(time.thread_time)
    figures = list(measure(chosen.questions, chosen.sessions))
    if chosen.json:
        print(json.dumps([one.as_json() for one in figures], indent=2))
    else:
        for one in figures:
            kept = "" if one.kept is None else "kept" if one.kept else "NOT KEPT"
            print(
                f"{one.name:<28} {one.jobs:>6}  median {one.median:7.2f}  p95 {one.p95:7.2f}  worst {one.worst:7.2f}"
                f" {one.unit} ({one.worst_case or 'all'})  {kept}"
            )
    return 0 if all(one.kept is not False for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
