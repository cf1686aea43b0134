"""The pipeline on a real home: what a person presses, sees, and can take back."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from jobcopilot.errors import StorageError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.runtime import Runtime
from jobcopilot.tui.modals.pick_job import PickJob
from jobcopilot.tui.pipeline_data import PipelineData, Shown
from jobcopilot.tui.screens.board import BoardScreen
from jobcopilot.tui.screens.pipeline import PipelineScreen
from tests.hostile import HOSTILE
from tests.tui.driving import NARROW, WIDE
from tests.tui.real_home import NOW, AtHome, at_home, home_of

POSTING = "You must have Python and SQL."


def filled(folder: Path) -> Runtime:
    """Return a home with an interview of yesterday, two of tomorrow that clash, and follow-ups."""
    runtime = home_of(
        folder,
        JobDraft("Data Engineer", "Acme", description=POSTING, source="manual"),
        JobDraft("Analyst", "Globex", source="manual", status="applied"),
    )
    acme, globex = 1, 2
    book = runtime.rounds.book
    book(acme, {"stage": "Recruiter Screen", "starts_at": NOW - timedelta(days=1), "format": "phone"})
    book(
        acme,
        {
            "stage": "Technical Interview",
            "starts_at": NOW + timedelta(days=1),
            "contacts": ["Grace Hopper"],
            "link": "https://meet.example.com/abc",
        },
    )
    book(globex, {"stage": "Call", "starts_at": NOW + timedelta(days=1, minutes=45), "format": "phone"})
    book(globex, {"stage": "On-site"})
    runtime.follow_ups.add(globex, "references_sent", NOW + timedelta(days=4))
    return runtime


@asynccontextmanager
async def pipeline(
    runtime: Runtime, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[AtHome, PipelineScreen]]:
    async with at_home(runtime, size) as home:
        await home.press("2")
        screen = home.app.screen
        assert isinstance(screen, PipelineScreen)
        await home.until(lambda: screen.agenda.total is not None and screen.line is not None, "the agenda")
        await home.settled()
        yield home, screen


def shown_lines(screen: PipelineScreen) -> list[tuple[str, str]]:
    rows = [screen.agenda.row_at(at) for at in range(screen.agenda.total or 0)]
    return [
        (
            row.kind,
            row.title
            or (row.round.stage if row.round else "")
            or (row.follow_up.kind if row.follow_up else "")
            or (row.task.title if row.task else ""),
        )
        for row in rows
        if row is not None
    ]


async def test_what_is_due_comes_first_then_days_then_what_follows(tmp_path: Path) -> None:
    async with pipeline(filled(tmp_path)) as (home, screen):
        assert shown_lines(screen) == [
            ("heading", "Now"),
            ("round", "Recruiter Screen"),
            ("task", "and 3 more"),
            ("heading", "Sat 21 Nov"),
            ("round", "Technical Interview"),
            ("round", "Call"),
            ("heading", "Follow up"),
            ("follow_up", "references_sent"),
            ("follow_up", "application"),
            ("heading", "Without a time"),
            ("round", "On-site"),
        ]
        text = home.text()
        assert "Next: Technical Interview, Acme, in 24 h" in text
        assert "how did it go? c says it" in text
        assert "⚠ overlaps Globex by 15 min" in text


@pytest.mark.slow
async def test_the_cursor_passes_over_headings_and_the_interview_follows(tmp_path: Path) -> None:
    async with pipeline(filled(tmp_path)) as (home, screen):
        stages = []
        for _ in range(9):
            assert screen.line is not None
            assert screen.line.kind != "heading"
            stages.append(screen.line.id)
            await home.press("j")
        assert len(set(stages)) == 7
        await home.press("g")
        assert screen.line is not None
        assert screen.line.round is not None
        assert screen.line.round.stage == "Recruiter Screen"
        await home.press("j")
        text = home.text()
        for words in (
            "Acme · Technical Interview",
            "Grace Hopper",
            "● pending",
            "meet.example.com",
            "Other rounds",
        ):
            assert words in text, words
        await home.press("G", "k", "k")
        assert screen.line is not None
        assert screen.line.kind == "follow_up"


async def test_narrow_opens_the_interview_over_the_agenda_and_goes_back(tmp_path: Path) -> None:
    async with pipeline(filled(tmp_path), NARROW) as (home, screen):
        await home.press("j", "j", "enter")
        assert "Acme · Technical Interview" in home.text()
        assert "Sat 21 Nov  tomorrow" not in home.text()
        assert screen.checklist.has_focus
        await home.press("escape")
        assert screen.agenda.has_focus
        assert "Sat 21 Nov  tomorrow" in home.text()


async def test_tasks_are_ticked_carried_and_taken_back(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    async with pipeline(runtime) as (home, screen):
        await home.press("j", "j", "enter", "space")
        tasks = runtime.interviews.tasks(2)
        assert [task.done for task in tasks][:2] == [True, False]
        assert "u takes it back" in home.said()
        assert screen.checklist.cursor == 1
        await home.press("J")
        after = runtime.interviews.tasks(2)
        assert [task.id for task in after][:3] == [tasks[0].id, tasks[2].id, tasks[1].id]
        assert screen.checklist.row_id == tasks[1].id, "the cursor stays on the task"
        await home.press("u", "u")
        back = runtime.interviews.tasks(2)
        assert [task.id for task in back] == [task.id for task in tasks]
        assert not any(task.done for task in back)


async def test_follow_ups_are_done_and_dropped(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    async with pipeline(runtime) as (home, screen):
        await home.press("j", "j", "j", "j")
        assert screen.line is not None
        assert screen.line.follow_up is not None
        await home.press("space")
        waiting = runtime.interviews.follow_ups(waiting_only=True)
        assert [one.kind for one in waiting] == ["application", "application"]
        await home.press("d")
        assert len(runtime.interviews.follow_ups(waiting_only=True)) == 1
        await home.press("u", "u")
        assert len(runtime.interviews.follow_ups(waiting_only=True)) == 3


async def test_an_interview_is_canceled_deleted_and_brought_back(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    async with pipeline(runtime) as (home, _screen):
        await home.press("j", "j", "X")
        assert runtime.interviews.round(2).status == "canceled"
        await home.press("u")
        assert runtime.interviews.round(2).status == "scheduled"
        await home.press("g", "j", "j", "d")
        assert [view.id for view in runtime.interviews.rounds()] == [1, 3, 4]
        await home.press("u")
        assert len(runtime.interviews.rounds()) == 4


async def test_week_and_month(tmp_path: Path) -> None:
    async with pipeline(filled(tmp_path)) as (home, screen):
        await home.press("j", "j", "w")
        headings = [title for kind, title in shown_lines(screen) if kind == "heading"]
        assert headings[0] == "Mon 16 Nov"
        assert len(headings) == 7
        await home.press(">")
        assert "23–29 Nov 2026" in home.text()
        await home.press("escape")
        assert "Follow up" in home.text()
        await home.press("M")
        assert "November 2026" in home.text()
        for _ in range(2):
            await home.press("j")
        assert "December 2026" in home.text()
        await home.press("enter")
        assert "30 Nov – 6 Dec 2026" in home.text()
        assert screen.agenda.has_focus


async def test_searching_keeps_what_has_the_words(tmp_path: Path) -> None:
    async with pipeline(filled(tmp_path)) as (home, screen):
        await home.press("slash")
        await home.type("grace")
        await home.press("enter")
        assert [title for kind, title in shown_lines(screen) if kind == "round"] == ["Technical Interview"]
        await home.press("escape")
        assert len(shown_lines(screen)) == 11


async def test_from_an_interview_to_its_job(tmp_path: Path) -> None:
    async with pipeline(filled(tmp_path)) as (home, _screen):
        await home.press("j", "j", "B")
        await home.until(lambda: isinstance(home.app.screen, BoardScreen), "the board")
        board = home.app.screen
        assert isinstance(board, BoardScreen)
        await home.until(lambda: board.row is not None and board.row.company == "Acme", "the job")
        assert board.table.has_focus


async def test_the_board_shows_a_jobs_rounds_and_leads_to_them(tmp_path: Path) -> None:
    async with at_home(filled(tmp_path), WIDE) as home:
        board = home.app.screen
        assert isinstance(board, BoardScreen)
        await home.until(lambda: board.row is not None, "the first row")
        while board.row is not None and board.row.company != "Acme":
            await home.press("j")
        await home.press("right_square_bracket", "right_square_bracket")
        assert "Technical Interview, Sat 21 Nov 09:30" in home.text()
        await home.press("R")
        await home.until(lambda: isinstance(home.app.screen, PipelineScreen), "the pipeline")
        screen = home.app.screen
        assert isinstance(screen, PipelineScreen)
        await home.until(lambda: screen.line is not None and screen.line.round is not None, "the interview")
        await home.press("1", "r")
        assert "Book an interview" in home.text()


async def test_what_another_process_books_appears(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    async with pipeline(runtime) as (home, screen):
        other = Runtime(runtime.home, clock=runtime.clock)
        other.rounds.book(1, {"stage": "Final Round", "starts_at": NOW + timedelta(days=2)})
        other.close()
        await home.until(lambda: ("round", "Final Round") in shown_lines(screen), "the new interview")


async def test_a_failure_is_told_and_the_screen_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = filled(tmp_path)
    async with pipeline(runtime) as (home, _screen):

        def refuse(_round_id: int) -> None:
            raise StorageError("The disk is full", "nothing was written", "Free some space.")

        monkeypatch.setattr(runtime.rounds, "cancel", refuse)
        await home.press("j", "j", "X")
        assert "The disk is full" in home.failure()
        await home.press("escape")
        assert home.failure() == ""
        assert runtime.interviews.round(2).status == "scheduled"


async def test_an_empty_pipeline_says_what_to_do(tmp_path: Path) -> None:
    async with at_home(home_of(tmp_path), NARROW) as home:
        await home.press("2")
        await home.until(lambda: "Nothing is booked" in home.text(), "the words")
        assert "b      books an interview" in home.text()


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_hostile_words_paint_nothing_wrong(tmp_path: Path, size: tuple[int, int]) -> None:
    runtime = home_of(tmp_path, JobDraft("Engineer", "Acme", source="manual"))
    for at, words in enumerate(HOSTILE.values()):
        runtime.rounds.book(
            1,
            {
                "stage": f"Call {words[:80]}",
                "starts_at": NOW + timedelta(hours=2 * at + 1),
                "minutes": 30,
                "notes": words[:2000],
                "place": words[:200],
            },
        )
    async with pipeline(runtime, size) as (home, screen):
        for _ in range(len(HOSTILE)):
            await home.press("j")
            for line in home.text().split("\n"):
                assert "\x1b" not in line
                assert "\u202e" not in line
        assert screen.agenda.has_focus
        assert home.failure() == ""


async def test_a_slow_first_reading_does_not_lose_the_interview_that_is_to_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, reading = threading.Event(), threading.Event()
    whole = PipelineData.agenda

    def slow(self: PipelineData, search: str = "") -> Shown:
        reading.set()
        held.wait(20)
        return whole(self, search)

    monkeypatch.setattr(PipelineData, "agenda", slow)
    async with at_home(filled(tmp_path), WIDE) as home:
        await home.pilot.press("2")
        await home.until(reading.is_set, "the first reading")
        screen = home.app.screen
        assert isinstance(screen, PipelineScreen)
        screen.show_round(1)
        await home.until(lambda: screen.week_of is not None, "the wish for its week")
        held.set()
        await home.until(lambda: screen.line is not None, "the week")
        await home.settled()
        assert screen.line is not None
        assert screen.line.round is not None
        assert screen.line.round.id == 1


async def test_an_interview_is_booked_of_any_of_many_jobs_by_its_name(tmp_path: Path) -> None:
    runtime = home_of(
        tmp_path,
        *(JobDraft(f"Engineer {number}", f"Company {number}", source="manual") for number in range(40)),
    )
    async with at_home(runtime, NARROW) as home:
        await home.press("2", "b")
        await home.until(lambda: isinstance(home.app.screen, PickJob), "which job")
        await home.type("company 7")
        await home.settled()
        await home.press("enter")
        await home.until(lambda: "Book an interview" in home.text(), "the form")
        assert "Engineer 7 · Company 7" in home.text()


async def test_a_week_says_each_day_once_and_the_month_says_its_own_name_only(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    runtime.follow_ups.add(2, "portfolio_sent", NOW + timedelta(days=1))
    async with pipeline(runtime, NARROW) as (home, _screen):
        await home.press("w")
        await home.until(lambda: "Week 47" in home.text(), "the week")
        text = home.text()
        assert "Week 47: 16–22 Nov 2026   Next: Acme, in 24 h" in text
        assert text.count("Sat 21 Nov") == 1, "its follow-up and its rounds say the time alone"
        await home.press("M")
        await home.until(lambda: "November 2026" in home.text(), "the month")
        assert "Week 47" not in home.text()
        assert "Next: Technical Interview, Acme, in 24 h" in home.text()
        await home.press("M")
        await home.until(lambda: "Week 47" in home.text(), "the week again")


async def test_a_task_that_needs_the_room_leaves_its_time_to_the_one_above(tmp_path: Path) -> None:
    runtime = filled(tmp_path)
    soon = {"stage": "On-site", "starts_at": NOW + timedelta(hours=1), "format": "onsite"}
    booked = runtime.rounds.book(1, soon).round.id
    async with pipeline(runtime) as (home, screen):
        screen.show_round(booked)
        await home.until(lambda: screen.checklist.total not in (None, 0), "its preparation")
        await home.settled()
        tasks = [task for task in runtime.interviews.tasks(booked) if task.due_at is not None][:10]
        told = None
        for task in tasks:
            line = next(line for line in home.text().splitlines() if task.title[:30] in line)
            assert task.title in line or task.due_at != told or len(task.title) > 45, line
            told = task.due_at
