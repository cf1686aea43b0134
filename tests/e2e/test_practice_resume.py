"""Sessions killed by signal 9 at random moments: no word of the person is lost, and each goes on to its end.

A child process holds a session: it types (drafts as well), the interviewer speaks in many pieces, answers are
assessed. Before each thing it tells this process what it is about to say, and after each what it was told was stored;
this process kills it whenever it likes and then holds the database against what it heard. Every child begins by
taking up what the last one left.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.practice.session_events import Began, Ended, Piece
from tests.fakes.practice import make_practice

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]

KILLS = 50


def _child(folder: str, number: int) -> None:
    """Hold a session to its end, telling on stdout what is said and what was stored."""
    practice = make_practice(Path(folder), existing=True)
    practice.interviewer.pieces_each = 12

    def tell(**what: Any) -> None:
        print(json.dumps(what), flush=True)

    if practice.sessions.view(number).row.status == "completed":
        # The last one was killed after the end, before it could tell.
        tell(over="completed")
        return
    session = practice.open(number)
    tell(opened=True)
    if session.status == "pending":
        session.begin()
    while True:
        while session.owed:
            for event in session.reply():
                match event:
                    case Began(message=message) | Ended(message=message):
                        tell(heard=message.id, state=message.state, text=message.text)
                    case Piece(message_id=message_id, text=text):
                        tell(piece=text, of=message_id)
                    case _:
                        pass
        if session.status != "in_progress":
            break
        asked = session.current
        assert asked is not None
        count = len(session.view().messages)
        words = f"Answer number {count} to {asked.text}" if count % 3 else "Short."
        session.keep_draft(words[: len(words) // 2])
        tell(draft=words[: len(words) // 2])
        said = session.answer(words)
        tell(said=said.id, text=words)
    tell(over=session.status)


def _hold_until_killed(folder: Path, number: int, draw: random.Random) -> tuple[list[dict[str, Any]], bool]:
    """Run a child, kill it at some moment; return what it told and whether it came to the end."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.test_practice_resume", str(folder), str(number)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    told: list[dict[str, Any]] = []
    lines_left = draw.randint(1, 45)
    for line in child.stdout:
        with contextlib.suppress(ValueError):  # the last line of a killed process may be cut
            told.append(json.loads(line))
        lines_left -= 1
        if lines_left == 0:
            # Anywhere between this line and the next: in the middle of a transaction, too.
            time.sleep(draw.uniform(0, 0.012))
            os.kill(child.pid, signal.SIGKILL)
    child.wait()
    return told, bool(told) and "over" in told[-1]


def _look(database: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query, values).fetchall()


def test_killed_at_random_nothing_is_lost_and_the_session_ends(tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    database = practice.runtime.home.database
    draw = random.Random(20261121)
    kills, sessions = 0, 0
    while kills < KILLS:
        sessions += 1
        number = practice.create(questions=6, skills=("Python", "SQL", "Airflow"), seed=sessions)
        practice.runtime.close()
        said: dict[int, str] = {}
        over = False
        while not over:
            told, over = _hold_until_killed(tmp_path, number, draw)
            kills += not over
            stored = dict(
                _look(database, "SELECT id, text FROM practice_message WHERE session_id = ?", number)
            )
            speaking: dict[int, str] = {}
            for one in told:
                if "said" in one:
                    said[one["said"]] = one["text"]
                elif "heard" in one:
                    assert one["heard"] in stored
                    if one["state"] == "complete":
                        said[one["heard"]] = one["text"]
                elif "piece" in one:
                    speaking[one["of"]] = speaking.get(one["of"], "") + one["piece"]
            for message_id, text in said.items():
                assert stored[message_id] == text, "what was said stays as it was said"
            for message_id, text in speaking.items():
                assert stored[message_id].strip().startswith(text.strip()[: len(stored[message_id])])
                assert len(stored[message_id]) >= len(text.strip()), "what was shown was stored before"
            if not over and told and "draft" in told[-1]:
                drafts = _look(
                    database,
                    "SELECT text FROM practice_message WHERE session_id = ? AND role = 'person'",
                    number,
                )
                assert any(text.startswith(told[-1]["draft"]) for (text,) in drafts)
        _require_whole(database, number)
        assert make_practice(tmp_path, existing=True).sessions.report(number).row.score is not None
    assert kills >= KILLS
    assert sessions > 1


def _require_whole(database: Path, number: int) -> None:
    """A session that came to its end over dead processes is as if nothing had happened."""
    assert _look(database, "PRAGMA integrity_check") == [("ok",)]
    ((status, owed),) = _look(database, "SELECT status, owed FROM practice_session WHERE id = ?", number)
    assert (status, owed) == ("completed", "")
    asked = _look(database, "SELECT id, status, attempt FROM practice_asked WHERE session_id = ?", number)
    assert [one[1] for one in asked] == ["answered"] * 6
    for asked_id, _, attempt in asked:
        messages = _look(
            database,
            "SELECT role, kind, state FROM practice_message WHERE asked_id = ? AND state <> 'interrupted' ORDER BY id",
            asked_id,
        )
        assert messages[0] == ("interviewer", "question", "complete"), "asked once"
        assert sum(kind == "question" for _, kind, _ in messages) == 1
        assert {state for _, _, state in messages} == {"complete"}
        assert [role for role, _, _ in messages] == ["interviewer", "person"] * (len(messages) // 2)
        (count,) = _look(
            database,
            "SELECT count(*) FROM practice_assessment WHERE asked_id = ? AND attempt = ?",
            asked_id,
            attempt,
        )[0]
        assert count == 1, "assessed once"


if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]))
