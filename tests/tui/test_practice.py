"""Practice on the screen: setting up, the conversation, the report; by keys, over a small bank."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from textwrap import wrap
from typing import Any

import pytest

from jobcopilot.errors import BadInput
from jobcopilot.jobs.views import JobDraft
from jobcopilot.practice.session import Session
from jobcopilot.practice.sessions import Sessions
from jobcopilot.practice.shipped import shipped_bank
from jobcopilot.practice.views import MessageView, SessionView
from jobcopilot.tui.practice_data import clock_words, read_length
from jobcopilot.tui.screens import practice_talk
from jobcopilot.tui.screens.practice_talk import TalkScreen
from jobcopilot.tui.widgets.setup_list import SkillRow
from jobcopilot.tui.widgets.talk_head import gauge
from jobcopilot.tui.widgets.transcript import WINDOW
from tests.fakes.practice import Practice, run_through
from tests.hostile import HOSTILE
from tests.tui.driving import NARROW, WIDE
from tests.tui.practice_home import InPractice, in_practice, practice_in
from tests.unit.test_session_claim import other

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


def _posting(practice: Practice, title: str = "Data engineer", skill: str = "Airflow") -> int:
    return practice.runtime.jobs.add(
        JobDraft(
            title=title, company="Acme", description=f"Requirements: {skill}, SQL. You must know {skill}."
        )
    ).job_id


def _ticked(driven: InPractice) -> set[str]:
    rows = driven.setup.skills._pages[0]
    return {row.choice.name for row in rows if isinstance(row, SkillRow) and row.ticked}


# --- setting up -----------------------------------------------------------------------------------------------------


@BOTH
async def test_everything_stands_on_one_page(tmp_path: Path, size: tuple[int, int]) -> None:
    async with in_practice(tmp_path, size) as driven:
        shown = driven.text()
        for words in ("Job", "Type", "Difficulty", "Length", "Mode", "Interviewer", "Skills", "no model"):
            assert words in shown, words
        assert "s starts" in shown
        assert "find a skill" in shown
        assert "● Python" in shown


@pytest.mark.slow
async def test_left_and_right_change_a_line_and_enter_lists_its_choices(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        await driven.press("j", "l")
        assert driven.setup.wanted.type == "behavioral"
        await driven.press("h")
        assert driven.setup.wanted.type == "technical"
        await driven.press("j", "right", "right")
        assert driven.setup.wanted.difficulty == "medium"
        await driven.press("j", "j", "l")
        assert driven.setup.wanted.mode == "real"
        assert "no help and no marks" in driven.text()
        await driven.press("k", "enter")
        assert "How long?" in driven.text()
        await driven.press("ctrl+u")
        await driven.home.type("25 min")
        await driven.press("enter")
        assert (driven.setup.wanted.questions, driven.setup.wanted.minutes) == (None, 25)
        assert "25 min" in driven.text()


async def test_whoever_speaks_is_told_of_trying_the_microphone_first(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        assert "tries the microphone" not in driven.text()
        driven.setup.set_line("answering", "done")
        await driven.home.until(lambda: "v tries the microphone" in driven.text(), "the key")


def test_every_shipped_question_is_in_sight_whole_beside_the_answer() -> None:
    style = (Path(practice_talk.__file__).parent / TalkScreen.CSS_PATH).read_text("utf-8")
    rows = int(style.split("#asked { height: auto; max-height: ")[1].split(";")[0])
    long = [one for one in shipped_bank().questions if len(wrap(one["text"], NARROW[0] - 2)) > rows]
    assert not long


@pytest.mark.slow
async def test_a_key_that_is_hit_faster_than_the_screen_follows_counts_each_time(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        lines = driven.setup.lines
        lines.cursor = next(at for at, row in enumerate(lines._pages[0]) if row.name == "answering")
        for _ in range(3):
            lines.action_turn(1)
        await driven.home.until(lambda: driven.setup.wanted.answering == "push-to-talk", "three steps on")


@pytest.mark.slow
async def test_a_length_that_is_none_is_told(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        await driven.press("j", "j", "j", "enter", "ctrl+u")
        await driven.home.type("long")
        await driven.press("enter")
        assert "is no length" in driven.home.failure()
        assert driven.setup.wanted.questions == 6


async def test_skills_are_searched_and_ticked(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        assert _ticked(driven) == {"Python", "SQL"}
        await driven.press("slash")
        await driven.home.type("air")
        await driven.press("enter", "space", "escape")
        assert _ticked(driven) == {"Python", "SQL", "Airflow"}
        await driven.press("r")
        assert _ticked(driven) == {"Python", "SQL"}


async def test_a_job_is_found_by_typing_and_brings_its_requirements(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    _posting(practice, "Nurse", "Python")
    wanted = _posting(practice)
    async with in_practice(tmp_path, practice=practice) as driven:
        await driven.press("enter")
        await driven.home.type("engineer")
        await driven.home.until(lambda: "1 job" in driven.text(), "the search")
        await driven.press("enter")
        await driven.home.until(lambda: driven.setup.wanted.job_id == wanted, "the choice")
        await driven.home.settled()
        assert "Data engineer, Acme" in driven.text()
        first = driven.setup.skills._pages[0][0]
        assert isinstance(first, SkillRow)
        assert first.choice.need == "must"
        assert "asked for" in driven.text()


@pytest.mark.slow
async def test_nothing_to_ask_is_told_with_what_to_do(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    async with in_practice(tmp_path, practice=practice) as driven:
        await driven.press("j", "h", "s")
        assert "There is no Recruiter Screen question" in driven.home.failure()
        await driven.press("escape")
        assert not driven.home.failure()


async def test_from_the_board_and_back(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    wanted = _posting(practice)
    async with in_practice(tmp_path, practice=practice) as driven:
        await driven.press("1", "P")
        await driven.home.until(lambda: driven.home.app.current_mode == "practice", "the room")
        await driven.home.settled()
        assert driven.setup.wanted.job_id == wanted
        assert "Data engineer, Acme" in driven.text()


@pytest.mark.slow
async def test_a_job_that_went_meanwhile_is_left_out(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    job_id = _posting(practice)
    async with in_practice(tmp_path, practice=practice) as driven:
        driven.setup.practise_for(job_id=job_id)
        await driven.home.settled()
        practice.runtime.jobs.delete([job_id])
        driven.setup.read_again()
        await driven.home.settled()
        assert driven.setup.wanted.job_id is None
        assert "not there any more" in driven.home.said()


# --- the conversation -----------------------------------------------------------------------------------------------


@BOTH
async def test_a_session_from_setup_to_report(tmp_path: Path, size: tuple[int, int]) -> None:
    async with in_practice(tmp_path, size) as driven:
        driven.setup.want(questions=3)
        await driven.begin()
        assert "question 1 of 3" in driven.text()
        assert "your turn" in driven.text()
        assert "2:00" in driven.text()
        await driven.answer("I measured it first and then I changed the index.")
        assert "Answer 1: 100 of 100" in driven.text()
        assert "question 2 of 3" in driven.text()
        assert driven.talk.editor.text == ""
        await driven.hold_it()
        assert "over" in driven.text()
        await driven.press("r")
        assert "3 of 3 answered" in driven.text()
        assert "assessed by" in driven.text() or size == NARROW
        await driven.press("escape")
        driven.at_setup()


@pytest.mark.slow
async def test_typing_and_scrolling_go_on_while_the_interviewer_speaks(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        await driven.begin()
        driven.interviewer.held = True
        driven.talk.editor.text = "I measured it and found the cause of it."
        await driven.press_only("ctrl+d")
        await driven.home.until(lambda: driven.talk.turn == "speaking", "the interviewer speaks")
        await driven.home.until(lambda: driven.talk.editor.text == "", "the answer is stored")
        await driven.press_only(*"typed meanwhile".replace(" ", "_"))
        assert driven.talk.editor.text == "typed_meanwhile"
        await driven.press_only("pageup", "pagedown")
        await driven.press_only("ctrl+d")
        assert driven.talk.editor.text == "typed_meanwhile"
        assert "still speaking" in driven.home.said()
        driven.interviewer.held = False
        driven.interviewer.hold.set()
        await driven.home.until(lambda: driven.talk.turn == "yours", "the end of the words")
        assert driven.talk.editor.text == "typed_meanwhile"


@pytest.mark.parametrize("key", ["ctrl+d", "f5"])
async def test_a_key_that_is_hit_twice_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with in_practice(tmp_path) as driven:
        talk = await driven.begin()
        disk, say = threading.Event(), Session._say

        def slow(*given: Any, **named: Any) -> MessageView:
            said = say(*given, **named)
            assert disk.wait(20), "the test let the disk go on"
            return said

        monkeypatch.setattr(Session, "_say", slow)
        talk.editor.text = "I measured it and found the cause of it."
        await driven.press_only(key)
        await driven.press_only(key)
        disk.set()
        await driven.home.until(
            lambda: talk.head.asked is not None and talk.head.asked.order == 2, "the next"
        )
        await driven.home.until(lambda: talk.turn == "yours", "the end of the words")
        await driven.home.settled()
        said = driven.practice.rows(
            "SELECT kind FROM practice_message WHERE role = 'person' AND state <> 'draft'"
        )
        assert said == [("answer" if key == "ctrl+d" else "skip",)]
        assert not driven.home.failure()


async def test_one_session_is_made_where_its_key_is_hit_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_practice(tmp_path) as driven:
        disk, create = threading.Event(), Sessions.create

        def slow(*given: Any) -> tuple[SessionView, tuple[str, ...]]:
            made = create(*given)
            assert disk.wait(20), "the test let the disk go on"
            return made

        monkeypatch.setattr(Sessions, "create", slow)
        await driven.press_only("s")
        await driven.press_only("s")
        disk.set()
        await driven.home.until(lambda: isinstance(driven.home.app.screen, TalkScreen), "the session")
        await driven.home.until(lambda: driven.talk.turn == "yours", "the first question")
        assert driven.practice.rows("SELECT count(*) FROM practice_session") == [(1,)]


async def test_the_first_escape_stops_the_interviewer_and_the_second_leaves(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        talk = await driven.begin()
        driven.interviewer.held = True
        driven.talk.editor.text = "I measured it and found the cause of it."
        await driven.press_only("ctrl+d")
        await driven.home.until(lambda: talk.turn == "speaking" and talk._said != "", "some words")
        await driven.press_only("escape")
        await driven.home.until(lambda: talk.turn == "yours", "the stop")
        assert driven.interviewer.cancelled == 1
        assert "you stopped it" in driven.text()
        driven.interviewer.held = False
        talk.editor.text = "half an answer"
        await driven.press("escape")
        driven.at_setup()
        assert "c continues" in driven.text()
        view = driven.practice.history.session(talk.session_id)
        assert (view.draft, view.paused) == ("half an answer", True)
        await driven.press("c")
        assert driven.talk.editor.text == "half an answer"
        assert not driven.practice.history.session(talk.session_id).paused


async def test_letters_are_letters_while_the_answer_is_written(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        talk = await driven.begin()
        await driven.home.type("q 1 s j ; x ?")
        assert talk.editor.text == "q 1 s j ; x ?"
        assert driven.talk is talk


async def test_what_is_typed_is_kept_without_being_given(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        talk = await driven.begin()
        await driven.home.type("not lost")
        history = driven.practice.history
        await driven.home.until(lambda: history.session(talk.session_id).draft == "not lost", "the draft")


@pytest.mark.slow
async def test_hint_skip_repeat_retry_strong_and_pause(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        await driven.begin()
        await driven.press("f3")
        assert "Think of the cause" in driven.text()
        await driven.press("ctrl+o")
        assert "What a strong answer covers" in driven.text()
        assert "names a cause" in driven.text()
        await driven.press("f8")
        driven.turn_is("paused")
        await driven.press("f8")
        driven.turn_is("yours")
        await driven.answer("I measured it, and the cause was an index.")
        await driven.press("ctrl+t")
        assert "Once more" in driven.text()
        await driven.answer("I measured it again, and the cause was still an index, I think.")
        await driven.press("f5")
        assert "You went on" in driven.text()
        await driven.press("ctrl+g")
        assert "What the interviewer was given" in driven.text()
        assert "Python, SQL" in driven.text()
        await driven.press("escape", "f10")
        assert "End the interview here?" in driven.text()
        await driven.press("y")
        await driven.home.until(lambda: driven.talk.turn == "over", "the end")


@BOTH
async def test_the_question_stays_in_sight_however_far_the_conversation_is(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with in_practice(tmp_path, size) as driven:
        talk = await driven.begin()
        asked = talk.head.asked
        assert asked is not None
        for _ in range(12):
            await driven.press("f3")
        first = talk.transcript.scroll_offset.y
        assert first > 0 or size == WIDE
        assert " ".join(asked.text.split())[:40] in driven.text()
        await driven.press("f8")
        assert "paused, f8 goes on" in driven.text()


async def test_a_session_that_was_left_says_how_far_it_is_in_80_cells(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    practice.sessions.open(
        practice.create(job_id=_posting(practice, "Senior data platform engineer, analytics and search"))
    ).begin()
    async with in_practice(tmp_path, practice=practice) as driven:
        head = driven.text().splitlines()[1]
        assert "0 of 3 answered   s starts" in head
        assert "…, 0 of" in head


async def test_whoever_reads_the_end_stays_there_when_the_window_changes(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        talk = await driven.begin()
        for _ in range(16):
            await driven.press("f3")
        await driven.home.pilot.resize_terminal(*NARROW)
        await driven.home.until(lambda: talk.transcript.max_scroll_y > 0, "the narrow layout")
        await driven.home.until(
            lambda: talk.transcript.scroll_offset.y >= talk.transcript.max_scroll_y, "the end in view"
        )


async def test_each_question_is_headed_by_the_try_that_it_was_put_in(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        await driven.begin()
        await driven.answer("I measured it, and the cause was an index.")
        await driven.press("ctrl+t")
        await driven.answer("I measured it again, and the cause was still an index, I think.")
        await driven.press("f10", "y")
        await driven.home.until(lambda: driven.talk.turn == "over", "the end")
        await driven.press("r", "t", "g")
        shown = driven.text()
        assert "Question 1 of" in shown
        assert "answered, try 2" in shown or "Once more" in shown
        assert "Question 1 of 6, try 2" not in shown


async def test_real_mode_helps_with_nothing_and_marks_nothing(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        driven.setup.want(mode="real", questions=2)
        talk = await driven.begin()
        for key in ("f3", "ctrl+t", "ctrl+o"):
            await driven.press(key)
        assert [one.kind for one in driven.practice.history.session(talk.session_id).messages] == ["question"]
        await driven.answer("I measured it, and the cause was an index.")
        assert "of 100" not in driven.text()
        assert "real mode" in driven.text()


async def test_an_empty_answer_is_not_given(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        talk = await driven.begin()
        await driven.press("ctrl+d")
        assert "Nothing is written yet" in driven.home.said()
        assert len(driven.practice.history.session(talk.session_id).messages) == 1


async def test_an_interviewer_that_breaks_off_is_taken_up_again(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        await driven.begin()
        driven.interviewer.fail = 1
        await driven.answer("I measured it, and the cause was an index.")
        assert "The interviewer went away" in driven.home.failure()
        driven.turn_is("error")
        await driven.press("escape", "ctrl+d")
        driven.turn_is("yours")
        assert "question 2 of" in driven.text()


@pytest.mark.slow
async def test_an_interviewer_that_is_not_there_is_told(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    session_id = practice.create()

    def refuse(_name: str) -> None:
        raise BadInput("The model is not there", "model.gguf", "Choose another interviewer.")

    practice.sessions._interviewer = refuse  # type: ignore[assignment]
    async with in_practice(tmp_path, practice=practice) as driven:
        await driven.press("c")
        assert "The model is not there" in driven.home.failure()
        await driven.press("escape", "escape")
        driven.at_setup()
        assert practice.history.session(session_id).row.status == "pending"


@pytest.mark.slow
async def test_a_long_session_is_laid_out_in_windows(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    session = practice.open(practice.create(questions=3))
    session.begin()
    list(session.reply())
    asked = session.current
    assert asked is not None
    with practice.books.writing() as connection:
        connection.executemany(
            "INSERT INTO practice_message (session_id, asked_id, role, kind, text, at, state, attempt, by, fallback,"
            " audio) VALUES (?, ?, 'interviewer', 'clarification', ?, ?, 'complete', 1, 'Built in', '', '')",
            [
                (session.id, asked.id, f"# Word {at}\n\n" + "many words " * 200, 1_000 + at)
                for at in range(400)
            ],
        )
    async with in_practice(tmp_path, practice=practice) as driven:
        await driven.press("c")
        talk = driven.talk
        assert len(talk.transcript.blocks) == 401
        assert talk.transcript._first == 401 - WINDOW
        assert "Word 399" not in driven.text() or talk.transcript.scroll_offset.y
        began = time.process_time()
        for _ in range(30):
            await driven.press_only("pageup")
        assert time.process_time() - began < 6, "scrolling does not grow with the session"
        talk.transcript.action_top()
        assert talk.transcript._first == 0
        await driven.press_only("tab", "g")
        assert talk.transcript.scroll_offset.y == 0


@pytest.mark.slow
async def test_hostile_answers_stay_words(tmp_path: Path) -> None:
    async with in_practice(tmp_path) as driven:
        driven.setup.want(questions=12)
        await driven.begin()
        for text in HOSTILE.values():
            driven.talk.editor.text = ""
            await driven.home.paste(text[:2_000])
            await driven.press_only("ctrl+d")
            await driven.home.until(lambda: driven.talk.turn != "speaking", "the reaction")
            assert "\x1b" not in driven.text()
            assert not driven.home.failure()
            if driven.talk.turn == "over":
                break


# --- the report -----------------------------------------------------------------------------------------------------


async def test_marks_lead_to_their_quotes(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        driven.setup.want(questions=2)
        await driven.begin()
        await driven.hold_it()
        await driven.press("r", "l")
        report = driven.report
        assert report.tabs.front == 1
        await driven.press("j")
        row = report.marks.row
        assert row is not None
        assert row.quote == "Answer"
        assert report.text.lit == row.span
        lit = [
            part.text
            for line in report.text._lines
            for part in line
            if part.style and part.style.meta.get("lit")
        ]
        assert "".join(lit) == "Answer"
        await driven.press("escape")
        assert report.tabs.front == 0
        await driven.press("enter")
        assert report.tabs.front == 1
        await driven.press("enter")
        assert report.focused is report.text


@pytest.mark.slow
async def test_what_was_not_judged_and_not_asked_has_no_number(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        driven.setup.want(questions=3)
        await driven.begin()
        await driven.answer("Well")
        await driven.answer("")
        await driven.press("f5", "f10", "y")
        await driven.home.until(lambda: driven.talk.turn == "over", "the end")
        await driven.press("r")
        assert "not asked" in driven.text()
        await driven.press("l")
        assert "Not enough to judge: no number" in driven.text()
        assert "One word is not enough" in driven.text()
        await driven.press("l")
        assert "got no answer" in driven.text() or "Skipped" in driven.text()


@pytest.mark.slow
async def test_the_weak_ones_are_practised_again(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        driven.setup.want(questions=2)
        first = await driven.begin()
        await driven.answer("I did.")
        await driven.answer("I did it.")
        await driven.press("f5")
        await driven.home.until(lambda: driven.talk.turn == "over", "the end")
        await driven.press("r", "r")
        await driven.home.until(lambda: driven.talk.turn == "yours", "the first question")
        assert driven.talk.session_id != first.session_id
        view = driven.practice.history.session(driven.talk.session_id)
        assert set(view.row.skills) <= {"Python", "SQL"}


@pytest.mark.slow
async def test_a_correction_is_assessed_again_and_the_original_kept(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        driven.setup.want(questions=1)
        talk = await driven.begin()
        await driven.answer("I measured the thing and it was slow.")
        driven.turn_is("over")
        await driven.press("r", "l", "e")
        await driven.press("end")
        await driven.home.type(" Very.")
        await driven.press("ctrl+s")
        await driven.home.until(lambda: "Corrected" in driven.home.said(), "the correction")
        view = driven.practice.history.session(talk.session_id)
        (said,) = [one for one in view.messages if one.kind == "answer"]
        assert said.text.endswith("slow.")
        assert said.edited is not None
        assert said.edited.endswith("Very.")
        assert view.asked[0].answer.endswith("Very.")


@pytest.mark.slow
async def test_export_of_a_session(tmp_path: Path) -> None:
    async with in_practice(tmp_path, WIDE) as driven:
        driven.setup.want(questions=1)
        await driven.begin()
        await driven.answer("I measured the thing and it was slow.")
        await driven.press("r", "x")
        file = tmp_path / "said.md"
        driven.home.field("path").text = str(file)
        await driven.press("ctrl+s")
        assert "I measured the thing" in file.read_text("utf-8")
        await driven.press("x")
        driven.home.field("form").text = "json"
        driven.home.field("path").text = str(tmp_path / "said.json")
        await driven.press("ctrl+s")
        assert '"score"' in (tmp_path / "said.json").read_text("utf-8")


# --- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "length"),
    [("5", (5, None)), ("20 min", (None, 20)), ("8, 30 min", (8, 30)), ("15m", (None, 15))],
)
def test_lengths_are_read(text: str, length: tuple[int | None, int | None]) -> None:
    assert read_length(text) == length


def test_the_gauge_has_the_two_minutes_in_its_middle() -> None:
    assert gauge(0) == "────┼────"
    assert gauge(60) == "━━──┼────"
    assert gauge(150) == "━━━━╋────"
    assert gauge(10_000) == "━━━━╋━━━━"


def test_clocks() -> None:
    assert [clock_words(seconds) for seconds in (0, 47.9, 60, 3_723)] == ["0:00", "0:47", "1:00", "1:02:03"]


# --- two processes on one session -----------------------------------------------------------------------------------


async def test_a_session_that_is_open_elsewhere_is_taken_up_when_it_is_free(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    number = practice.create(questions=3)
    run_through(practice, number, ["I looked at the plan and then measured it all again."]).pause()
    with other(tmp_path, number) as there:
        assert there.hears() == "opened"
        async with in_practice(tmp_path, practice=practice) as driven:
            await driven.press("c")
            assert "open in another Jobcopilot" in driven.home.failure()
            assert driven.talk.turn == "error"
            await driven.press("escape", "ctrl+d")
            assert "open in another Jobcopilot" in driven.home.failure(), "still there"
            await driven.press("escape")
            assert there.does("answer") == "done"
            assert there.does("pause") == "done"
            await driven.press("ctrl+d")
            await driven.home.until(lambda: driven.talk.turn == "yours", "the session")
            assert "2" in driven.text()
            assert [one.status for one in practice.sessions.view(number).asked] == [
                "answered",
                "answered",
                "asked",
            ]


async def test_who_is_overtaken_is_told_and_keeps_what_was_written(tmp_path: Path) -> None:
    practice = practice_in(tmp_path)
    async with in_practice(tmp_path, practice=practice) as driven:
        talk = await driven.begin()
        number = talk.session_id
        await driven.press("f8")
        with other(tmp_path, number) as there:
            assert there.hears() == "opened"
            talk.editor.text = "I had begun to say something"
            await driven.press("ctrl+d")
            assert "went on in another Jobcopilot" in driven.home.failure()
            assert (talk.turn, talk.editor.text) == ("error", "I had begun to say something")
            assert not [one for one in practice.sessions.view(number).messages if one.role == "person"]
            await driven.press("escape", "escape")
            driven.at_setup()
