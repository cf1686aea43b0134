"""Sessions held and the question bank on the screen: found, changed, exported, deleted, by keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobcopilot.tui.modals.bank import BankDialogue
from jobcopilot.tui.modals.trends import TrendsDialogue
from jobcopilot.tui.screens.practice_history import HistoryScreen
from tests.fakes.practice import Practice, run_through
from tests.tui.driving import NARROW, WIDE
from tests.tui.practice_home import InPractice, in_practice, practice_in

LONG = "I measured it first, and the cause was a missing index on the orders."


def held(folder: Path) -> Practice:
    """Three sessions: two technical ones that are over, a behavioural one under way."""
    practice = practice_in(folder)
    for days in (0, 3):
        practice.later(days=days)
        run_through(
            practice, practice.create(questions=2, seed=days), [LONG, "It was Kafka that I blamed, wrongly."]
        )
    practice.later(days=1)
    number = practice.create(type="behavioral", skills=("Ownership",), questions=3)
    run_through(practice, number, ["I took the pager and wrote a runbook for all of us."])
    return practice


def history(driven: InPractice) -> HistoryScreen:
    screen = driven.home.app.screen
    assert isinstance(screen, HistoryScreen), screen
    return screen


def titles(driven: InPractice) -> list[str]:
    return [row.type_name for row in history(driven).list._pages[0]]


@pytest.mark.parametrize("size", [NARROW, pytest.param(WIDE, marks=pytest.mark.slow)], ids=["narrow", "wide"])
async def test_sessions_are_found_by_words_and_kind(tmp_path: Path, size: tuple[int, int]) -> None:
    practice = held(tmp_path)
    async with in_practice(tmp_path, size, practice) as driven:
        await driven.press("H")
        assert titles(driven) == ["Behavioral", "Technical", "Technical"]
        assert "3 sessions" in driven.text()
        await driven.press("slash")
        await driven.home.type("kafka")
        assert titles(driven) == ["Technical", "Technical"]
        assert "Kafka" in driven.text()
        await driven.press("escape", "escape")
        await driven.home.until(lambda: len(titles(driven)) == 3, "all again")
        await driven.press("f", "t", "2")
        assert titles(driven) == ["Behavioral"]
        assert "only Behavioral" in driven.text()
        await driven.press("escape")
        assert len(titles(driven)) == 3
        await driven.press("f", "d", "1")
        assert len(titles(driven)) == 3
        await driven.press("f", "s")
        await driven.home.type("sql")
        await driven.press("enter")
        assert titles(driven) == ["Technical", "Technical"]


async def test_enter_continues_what_is_not_over_and_reports_what_is(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE, held(tmp_path)) as driven:
        await driven.press("H", "enter")
        await driven.home.until(lambda: driven.talk.turn == "yours", "the session")
        await driven.press("escape", "j", "enter")
        assert "2 of 2 answered" in driven.text()
        await driven.press("escape")
        assert len(titles(driven)) == 3


@pytest.mark.slow
async def test_type_skills_and_title_of_an_old_session_are_set(tmp_path: Path) -> None:
    practice = held(tmp_path)
    async with in_practice(tmp_path, WIDE, practice) as driven:
        await driven.press("H", "e", "t", "1")
        row = history(driven).row
        assert row is not None
        assert row.type_name == "Technical"
        await driven.press("e", "s")
        await driven.home.type("airflow")
        await driven.press("enter", "ctrl+s")
        assert set(practice.history.session(row.id).row.skills) == {"Ownership", "Airflow"}
        await driven.press("e", "n", "end")
        await driven.home.type(" again")
        await driven.press("enter")
        assert practice.history.session(row.id).row.title.endswith(" again")


async def test_deleting_asks_and_is_for_good(tmp_path: Path) -> None:
    practice = held(tmp_path)
    async with in_practice(tmp_path, NARROW, practice) as driven:
        await driven.press("H", "d", "n")
        assert practice.history.sessions().total == 3
        await driven.press("d", "y")
        await driven.home.until(lambda: practice.history.sessions().total == 2, "the deletion")
        await driven.home.settled()
        assert titles(driven) == ["Technical", "Technical"]


@pytest.mark.slow
async def test_marks_over_time_as_chart_and_table(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE, held(tmp_path)) as driven:
        await driven.press("m")
        assert isinstance(driven.home.app.screen, TrendsDialogue)
        assert "100┤" in driven.text()
        await driven.press("t")
        assert "100┤" not in driven.text()
        assert "Fri 20 Nov 09:" in driven.text()
        await driven.press("t")
        assert "100┤" in driven.text()


async def test_nothing_held_says_what_to_do(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        await driven.press("H")
        assert "Nothing practised yet" in driven.text()
        assert "s starts" in driven.text()
        await driven.press("escape", "m")
        assert "No mark yet" in driven.text()


# --- the bank -------------------------------------------------------------------------------------------------------


def bank(driven: InPractice) -> BankDialogue:
    screen = driven.home.app.screen
    assert isinstance(screen, BankDialogue), screen
    return screen


@pytest.mark.slow
async def test_questions_are_searched_switched_off_added_and_deleted(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        await driven.press("b")
        assert "24 questions" in driven.text()
        await driven.press("slash")
        await driven.home.type("airflow")
        assert "6 questions" in driven.text()
        await driven.press("enter", "space")
        assert "off" in driven.text()
        row = bank(driven).list.row
        assert row is not None
        assert not driven.practice.bank.question(row.id).enabled
        await driven.press("space", "a")
        for name, text in (
            ("text", "What is a heap?"),
            ("skill", "Python"),
            ("points", "order: heap property"),
        ):
            driven.home.field(name).text = text
        await driven.press("ctrl+s")
        await driven.press("slash", "ctrl+u")
        await driven.home.type("heap")
        await driven.press("enter")
        added = bank(driven).list.row
        assert added is not None
        assert (added.origin, added.points[0].signs) == ("own", ("heap property",))
        await driven.press("d", "y")
        assert driven.practice.bank.questions("heap").total == 0


@pytest.mark.slow
async def test_enter_edits_as_the_line_of_keys_says_and_a_question_mark_helps(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        await driven.press("b")
        keys = driven.text().splitlines()[-1]
        assert "enter edit" in keys
        assert "enter detail" not in keys
        await driven.press("question_mark")
        assert "Help:" in driven.text()
        await driven.press("escape", "enter")
        assert "Edit the question" in driven.text()
        field = driven.home.field("text")
        before = field.text
        field.control.focus()
        await driven.press("question_mark")
        assert field.text == f"{before}?", "in a field it is a character"


async def test_a_wrong_field_is_told_under_it(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        await driven.press("b", "a")
        driven.home.field("text").text = "What is a heap?"
        driven.home.field("skill").text = "Cooking"
        await driven.press("ctrl+s")
        assert "Cooking" in driven.text()
        assert driven.practice.bank.questions("heap").total == 0


@pytest.mark.slow
async def test_what_was_shipped_is_not_deleted(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        await driven.press("b", "d")
        assert "switched off with space" in driven.text()


@pytest.mark.slow
async def test_skills_and_types_are_listed_added_and_edited(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        await driven.press("b", "S")
        assert "4 skills" in driven.text()
        await driven.press("a")
        driven.home.field("name").text = "Rust"
        await driven.press("ctrl+s")
        assert driven.practice.bank.skill("Rust").kind == "practice"
        await driven.press("t")
        assert "3 interview types" in driven.text()
        await driven.press("enter")
        driven.home.field("minutes").text = "many"
        await driven.press("ctrl+s")
        assert "whole minutes" in driven.text()
        driven.home.field("minutes").text = "5"
        await driven.press("ctrl+s")
        assert driven.practice.bank.type("technical").minutes == 5


@pytest.mark.slow
async def test_an_import_is_shown_before_it_is_done(tmp_path: Path) -> None:
    file = tmp_path / "more.json"
    file.write_text(
        json.dumps(
            [
                {"text": "How do you profile a slow loop?", "type": "technical", "skill": "Python"},
                {"text": "What is a monad?", "type": "technical", "skill": "Haskell"},
            ]
        )
    )
    async with in_practice(tmp_path, WIDE) as driven:
        await driven.press("b", "i")
        driven.home.field("path").text = str(file)
        await driven.press("ctrl+s")
        assert "1 question would be added" in driven.text()
        assert "Haskell" in driven.text()
        assert driven.practice.bank.questions("profile").total == 0
        await driven.press("ctrl+s")
        assert driven.practice.bank.questions("profile").total == 1


@pytest.mark.slow
async def test_questions_heard_are_taken_from_notes(tmp_path: Path) -> None:
    from datetime import timedelta

    from jobcopilot.jobs.views import JobDraft

    practice = practice_in(tmp_path)
    job_id = practice.runtime.jobs.add(JobDraft(title="Engineer", company="Acme")).job_id
    practice.runtime.rounds.book(
        job_id,
        {
            "stage": "Technical interview",
            "starts_at": practice.clock.moment + timedelta(days=1),
            "notes": "They asked: How would you shard the orders of a marketplace?",
        },
    )
    async with in_practice(tmp_path, WIDE, practice) as driven:
        await driven.press("b", "n")
        await driven.home.until(lambda: "shard the orders" in driven.text(), "the notes")
        await driven.press("enter", "ctrl+s")
        await driven.home.until(lambda: practice.bank.questions("shard").total == 1, "the question")
        (heard,) = practice.bank.questions("shard").questions
        assert (heard.origin, heard.source) == ("heard", "Technical interview, Acme")
