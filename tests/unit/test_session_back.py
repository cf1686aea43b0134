"""An answer that is taken back: everything that followed it is undone, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobcopilot.errors import UsageError
from jobcopilot.practice.session import Session
from jobcopilot.practice.session_events import Piece
from tests.fakes.practice import Practice, heard, make_practice

LONG = "I looked at the plan because the data had grown and added an index"
_TABLES = ("practice_question", "practice_asked", "practice_message", "practice_assessment", "practice_mark")
_FREE = ("updated_at", "seen_at", "held_until", "running_since")


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


def picture(practice: Practice) -> dict[str, list[dict[str, Any]]]:
    """Everything that the room has stored, but when it was last touched."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in (*_TABLES, "practice_session"):
        names = [row[1] for row in practice.rows(f"SELECT * FROM pragma_table_info('{table}')")]
        rows = practice.rows(f"SELECT * FROM {table} ORDER BY id")
        found[table] = [
            {name: value for name, value in zip(names, row, strict=True) if name not in _FREE} for row in rows
        ]
    return found


def asked(practice: Practice, **choices: Any) -> Session:
    session = practice.open(practice.create(**choices))
    session.begin()
    heard(session)
    practice.later(seconds=10)
    session.tick()
    return session


def without_draft(stored: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return stored | {
        "practice_message": [one for one in stored["practice_message"] if one["state"] != "draft"]
    }


def test_before_the_reply_it_is_as_if_nothing_had_been_said(practice: Practice) -> None:
    session = asked(practice)
    before = picture(practice)
    session.answer(LONG, audio="stream-1/recording.flac#t=0.00,4.00")
    assert session.take_back() is None
    after = picture(practice)
    assert without_draft(after) == before
    assert session.view().draft == LONG
    assert not session.owed


def test_after_the_reply_the_next_question_is_unasked_and_the_mark_forgotten(practice: Practice) -> None:
    session = asked(practice)
    before = picture(practice)
    session.answer(LONG)
    heard(session)
    assert session.current is not None
    assert practice.rows("SELECT count(*) FROM practice_assessment") == [(1,)]
    said = session.view().messages[-1]
    assert session.take_back() == said.id
    after = without_draft(picture(practice))
    # When a question was last asked stays known: it was seen.
    for stored in (before, after):
        for row in (*stored["practice_question"], *stored["practice_session"]):
            row.pop("last_asked_at", None)
    assert after == before
    practice.later(seconds=5)
    session.answer(f"{LONG} and more")
    heard(session)
    (answer,) = [one for one in session.view().messages if one.role == "person"]
    assert answer.text == f"{LONG} and more"
    assert answer.seconds == 15
    first = session.view().asked[0]
    assert first.assessment is not None
    assert first.answer == f"{LONG} and more"


def test_repetition_learns_from_the_whole_answer_once(practice: Practice) -> None:
    session = asked(practice)
    session.answer("Too short an answer that says because")
    heard(session)
    session.take_back()
    session.answer(LONG)
    heard(session)
    learned = practice.rows(
        "SELECT stability, hardness, due_at FROM practice_question WHERE last_score IS NOT NULL"
    )
    other = make_practice(practice.runtime.home.data / "other")
    again = asked(other)
    again.answer(LONG)
    heard(again)
    once = other.rows(
        "SELECT stability, hardness, due_at FROM practice_question WHERE last_score IS NOT NULL"
    )
    assert learned == once


def test_a_follow_up_goes_with_the_answer(practice: Practice) -> None:
    session = asked(practice)
    before = picture(practice)
    session.answer("An index.")
    heard(session)
    assert session.view().messages[-1].kind == "follow_up"
    assert session.take_back() is not None
    assert without_draft(picture(practice)) == before


def test_a_reply_that_was_cut_short_goes_too(practice: Practice) -> None:
    session = asked(practice)
    before = picture(practice)
    session.answer(LONG)
    for event in session.reply():
        if isinstance(event, Piece):
            session.stop()
    assert session.view().messages[-1].state == "stopped"
    session.take_back()
    after = without_draft(picture(practice))
    for stored in (before, after):
        for row in stored["practice_question"]:
            row.pop("last_asked_at", None)
    assert after == before


@pytest.mark.parametrize("act", ["skip", "hint", "answer"])
def test_what_was_done_since_stands_against_it(practice: Practice, act: str) -> None:
    session = asked(practice)
    session.answer(LONG)
    heard(session)
    session.answer("Some more") if act == "answer" else getattr(session, act)()
    heard(session)
    if act == "answer":
        # The last one may be, the one before not.
        session.take_back()
    before = picture(practice)
    with pytest.raises(UsageError):
        session.take_back()
    assert picture(practice) == before


def test_neither_nothing_nor_a_session_that_is_over_is_taken_back(practice: Practice) -> None:
    session = asked(practice, questions=1)
    with pytest.raises(UsageError, match="no answer"):
        session.take_back()
    session.answer(LONG)
    heard(session)
    assert session.status == "completed"
    with pytest.raises(UsageError, match="completed"):
        session.take_back()


def test_another_process_cannot_take_back_what_it_did_not_hear(practice: Practice) -> None:
    session = asked(practice)
    session.answer(LONG)
    heard(session)
    session.give_back()
    with pytest.raises(UsageError, match="no answer"):
        practice.open(session.id).take_back()
