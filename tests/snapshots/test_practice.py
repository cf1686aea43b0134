"""How practice looks, cell by cell, at both sizes, over a small bank with clock and zone pinned."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from jobcopilot.errors import StorageError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.practice.assessment.by_model import ModelAssessor
from jobcopilot.practice.further_marks import FurtherMarks
from jobcopilot.practice.spoken_delivery import Deliveries
from jobcopilot.practice.views import Setup
from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.board_data import BoardData
from jobcopilot.tui.screens.practice import PracticeScreen
from jobcopilot.tui.start import glance_at
from tests.fakes.practice import Practice, run_through
from tests.fakes.scripted_model import ScriptedModel
from tests.tui.driving import NARROW, WIDE
from tests.tui.practice_home import practice_in
from tests.tui.real_home import AtHome
from tests.unit.test_spoken_delivery import Turn as SpokenTurn
from tests.unit.test_voice_delivery import ANSWER, VOICED

pytestmark = pytest.mark.slow  # a screen is painted whole: seconds each, so CI compares them

Compare = Callable[..., bool]
Prepare = Callable[[Practice], None]
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
LONG = (
    "First I asked what had changed, because the query was fast the day before. I compared the plans: the index was "
    "not used any more. I ran ANALYZE, the 40 seconds became 300 ms, and I watched it for a week."
)


@pytest.fixture
def looks(snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Compare practice after some keys with how it looked before."""
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(TextArea, "cursor_blink", False)

    def compare(
        size: tuple[int, int],
        *keys: str,
        prepare: Prepare | None = None,
        theme: str = "jobcopilot-dark",
    ) -> None:
        practice = practice_in(tmp_path)
        if prepare is not None:
            prepare(practice)
        runtime = practice.runtime
        app = JobcopilotApp(BoardData(runtime), replace(glance_at(runtime.home.settings_file), theme=theme))

        async def drive(pilot: Pilot[Any]) -> None:
            home = AtHome(app, pilot, runtime)
            await home.settled()
            await home.press("4")
            screen = app.screen
            assert isinstance(screen, PracticeScreen)
            await home.until(lambda: screen.reading is not None or bool(home.failure()), "the setup")
            await home.settled()
            for key in keys:
                await home.press(key)

        assert snap_compare(app, terminal_size=size, run_before=drive)
        runtime.close()

    return compare


def job(practice: Practice) -> int:
    """Track a job that asks for something."""
    draft = JobDraft(title="Data engineer", company="Acme", description="You must know Airflow and SQL.")
    return practice.runtime.jobs.add(draft).job_id


def tracked(practice: Practice) -> None:
    """Track a job."""
    job(practice)


def over(practice: Practice) -> None:
    """Hold a session to its end: one strong answer, one that cannot be judged, one question skipped."""
    made = practice.sessions.create(
        Setup("technical", ("Python", "SQL"), job_id=job(practice), questions=4, mode="real", seed=7)
    )
    run_through(practice, made[0].row.id, [LONG, "Fine", "Fine", "skip", "I would look at the plan. " * 4])


def with_model(practice: Practice) -> None:
    """Hold a session that a model has marked as well, and commented."""
    over(practice)
    marks = {
        "marks": [
            {"quote": "the 40 seconds became 300 ms", "name": "substance", "score": 8, "reason": "It is measured."},
            {"quote": "I compared the plans", "name": "own part", "score": 7, "reason": "You say who did it."},
        ],
        "covered": [],
        "landed": "The plans are compared before anything is changed.",
        "sharpen": "Say why the index was not used.",
    }  # fmt: skip
    remarks = [
        {"question": 1, "kind": "landed", "quote": "I asked what had changed", "text": "You begin with a question."},
        {"question": 1, "kind": "sharpen", "quote": "I watched it for a week", "text": "Say what you watched."},
    ]  # fmt: skip
    (number,) = practice.rows("SELECT max(id) FROM practice_session")[0]
    further = FurtherMarks(
        practice.books, ModelAssessor(ScriptedModel([json.dumps(marks)], name="qwen2.5-1.5b"))
    )
    list(further.mark(number))
    model = ScriptedModel([json.dumps({"remarks": remarks})], name="qwen2.5-1.5b")
    practice.runtime.session_feedback.ask(number, model)


def under_way(practice: Practice) -> None:
    """Begin a session and answer its first question."""
    over(practice)
    practice.later(days=1)
    number = practice.create(questions=4)
    run_through(practice, number, [LONG])
    practice.open(number).keep_draft("It depends on what the lock protects: first I")


def spoken(practice: Practice) -> None:
    """Hold a session whose first answer was spoken."""
    over(practice)
    (row,) = practice.history.sessions().sessions
    said = next(one for one in practice.sessions.view(row.id).messages if one.role == "person")
    turn = SpokenTurn("stream-1", 1.0, 6.5, tuple(ANSWER), tuple(VOICED))
    Deliveries(practice.books).keep(said.id, [turn], asked_at=0.4, interviewer_seconds=2.0)


def broken(practice: Practice) -> None:
    """Let nothing be read."""

    def refuse(*_: object, **__: object) -> None:
        raise StorageError("The question bank cannot be read", "jobcopilot.db", "Restore a backup.")

    practice.sessions.offer = refuse  # type: ignore[assignment]


@BOTH
def test_first_use(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size)


@BOTH
def test_setup(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "j", prepare=under_way)


@BOTH
def test_setup_in_light(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "tab", "tab", "j", prepare=under_way, theme="jobcopilot-light")


@BOTH
def test_choosing_a_job(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "enter", prepare=tracked)


@BOTH
def test_failing(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, prepare=broken)


@BOTH
def test_conversation(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "c", prepare=under_way)


def test_conversation_in_light(looks: Callable[..., None]) -> None:
    looks(NARROW, "c", "f3", prepare=under_way, theme="jobcopilot-light")


def test_what_was_given(looks: Callable[..., None]) -> None:
    looks(WIDE, "c", "ctrl+g", prepare=under_way)


@BOTH
def test_help_in_the_conversation(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "c", "f1", prepare=under_way)


@BOTH
def test_report(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "H", "enter", prepare=over)


@BOTH
def test_report_of_an_answer(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "H", "enter", "l", "j", prepare=over)


def test_report_of_what_cannot_be_judged(looks: Callable[..., None]) -> None:
    looks(NARROW, "H", "enter", "l", "l", prepare=over, theme="jobcopilot-light")


@BOTH
def test_report_with_a_models_feedback(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "H", "enter", prepare=with_model)


@BOTH
def test_report_of_an_answer_that_a_model_marked_too(
    looks: Callable[..., None], size: tuple[int, int]
) -> None:
    looks(size, "H", "enter", "l", "G", "k", "k", prepare=with_model)


@BOTH
def test_report_of_a_spoken_session(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "H", "enter", prepare=spoken)


@BOTH
def test_report_of_a_spoken_answer(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "H", "enter", "l", "G", prepare=spoken)


@BOTH
def test_history(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "H", prepare=under_way)


def test_history_searched(looks: Callable[..., None]) -> None:
    looks(WIDE, "H", "slash", *"index", prepare=under_way, theme="jobcopilot-light")


@BOTH
def test_history_empty(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "H")


@BOTH
def test_marks_over_time(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "m", prepare=under_way)


@BOTH
def test_bank(looks: Callable[..., None], size: tuple[int, int]) -> None:
    looks(size, "b")


def test_bank_form(looks: Callable[..., None]) -> None:
    looks(WIDE, "b", "enter")
