"""What was practised: found, corrected, labelled, exported, deleted; marks over time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from jobcopilot.errors import NotFound, StorageError, UsageError
from jobcopilot.interviews.values import FieldError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.practice.export import session_json, session_markdown
from tests.fakes.practice import EVENING, Practice, heard, make_practice, run_through

LONG = "I looked at the plan because the data had grown and added an index"


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


def test_sessions_are_found_by_everything(practice: Practice) -> None:
    job = practice.runtime.jobs.add(JobDraft("Data Engineer", "Acme")).job_id
    first = run_through(
        practice, practice.create(questions=1, job_id=job), [f"{LONG} on the déjà-vu table"]
    ).id
    practice.later(days=2)
    second = run_through(practice, practice.create(questions=1, type="behavioral", skills=()), [LONG]).id
    third = practice.create(questions=1, skills=("Airflow",))
    history = practice.history

    def found(search: str = "", **narrowed: object) -> list[int]:
        page = history.sessions(search, **narrowed)  # type: ignore[arg-type]
        assert page.total == len(page.sessions)
        return [row.id for row in page.sessions]

    assert found() == [third, second, first]
    assert found(type="Technical") == [third, first]
    assert found(skill="sql") == [first]
    assert found(job_id=job) == found("acme") == [first]
    assert found(status="pending") == [third]
    assert found(since=EVENING + timedelta(days=1)) == [third, second]
    assert found(until=EVENING + timedelta(days=1)) == [first]
    assert found("deja vu table") == found("déj") == [first]
    assert found("grown index") == [second, first]
    assert found("grown zebra") == []
    assert found("index", type="behavioral") == [second]
    assert history.sessions("table").sessions[0].snippet.count("\x02") == 1
    page = history.sessions(limit=1, offset=1)
    assert ([row.id for row in page.sessions], page.total) == ([second], 3)
    row = history.sessions(job_id=job).sessions[0]
    assert (row.job, row.answered, row.planned, row.score) == ("Data Engineer, Acme", 1, 1, 100)
    practice.runtime.jobs.delete([job])
    assert history.session(first).row.job == "Data Engineer, Acme", "its words stay"
    with pytest.raises(NotFound):
        found(type="nonsense")
    with pytest.raises(NotFound):
        history.session(99)


def test_what_was_heard_wrongly_is_corrected_beside_the_original(practice: Practice) -> None:
    session = run_through(practice, practice.create(questions=1), ["I used cube control there"])
    (answer,) = (one for one in session.view().messages if one.role == "person")
    view = practice.sessions.correct(answer.id, "I used kubectl there, and also wrote the operator myself")
    (corrected,) = (one for one in view.messages if one.role == "person")
    assert (corrected.text, corrected.edited) == ("I used cube control there", view.asked[0].answer)
    assert (view.asked[0].assessment is not None, view.row.score) == (True, 100), "assessed again"
    assert practice.history.sessions("kubectl").total == 1
    assert practice.history.sessions("cube").total == 0
    assert practice.rows("SELECT count(*) FROM practice_assessment") == [(1,)]
    back = practice.sessions.correct(answer.id, "I used cube control there")
    assert (back.messages[1].edited, back.row.score) == (None, 50)
    with pytest.raises(UsageError):
        practice.sessions.correct(back.messages[0].id, "Something else?")
    with pytest.raises(UsageError):
        practice.sessions.correct(999, "x")


def test_type_skills_and_title_can_be_said_later(practice: Practice) -> None:
    number = run_through(practice, practice.create(questions=1), [LONG]).id
    history = practice.history
    assert history.set_type(number, None).row.type is None
    assert history.set_type(number, "recruiter screen").row.type_name == "Recruiter Screen"
    assert history.set_skills(number, ["ownership", "py", "Python"]).row.skills == ("Ownership", "Python")
    assert history.rename(number, " My  first ").row.title == "My first"
    with pytest.raises(FieldError):
        history.rename(number, " ")
    with pytest.raises(NotFound):
        history.set_skills(number, ["Cobol"])
    with pytest.raises(NotFound):
        history.set_type(77, "technical")


def test_marks_over_time_and_the_weakest(practice: Practice) -> None:
    for answer in ("two words", "three little words", LONG):
        run_through(practice, practice.create(questions=1, skills=("SQL",)), [answer, answer])
        practice.later(days=1)
    run_through(
        practice, practice.create(questions=1, skills=("Python",)), ["seven words about the thing at hand"]
    )
    sql, python = practice.history.trends()
    assert (sql.skill, python.skill) == ("SQL", "Python")
    assert [score for _, score in sql.points] == [40, 60, 100]
    assert (sql.latest, round(sql.mean), len(python.points)) == (100, 67, 1)
    assert [one.skill for one in practice.history.weakest(1)] == ["SQL"]
    assert practice.history.trends("python") == (python,)


def test_exports_say_what_was_not_judged_and_hold_no_markup(practice: Practice) -> None:
    nasty = "<script>alert(1)</script> **bold** [x](javascript:y)\n# head\n- list\n1. one\nand so on"
    session = run_through(practice, practice.create(questions=4), [nasty, "one", ""])
    session.end()
    while session.owed:
        list(session.reply())
    view = session.view()
    text = session_markdown(view, EVENING.tzinfo)  # type: ignore[arg-type]
    assert "\\<script\\>" in text
    assert "> \\# head" in text
    assert "> \\- list" in text
    assert "> 1\\. one" in text
    assert "not enough to judge" in text
    assert "· not asked" in text
    assert "· not answered" in text
    assert "100 of 100" in text
    document = json.loads(session_json(view))
    assert [one["status"] for one in document["questions"]] == ["answered", "answered", "asked", "planned"]
    assert document["questions"][1]["assessment"]["score"] is None
    assert document["questions"][2]["assessment"] is None
    assert document["messages"][1]["text"] == view.messages[1].text
    assert document["created"] == view.row.created_at.isoformat()


def test_an_export_keeps_every_try_and_what_stood_there_before_a_correction(practice: Practice) -> None:
    session = practice.open(practice.create(questions=2, skills=("SQL",)))
    session.begin()
    heard(session)
    first = session.answer(LONG)
    heard(session)
    session.retry()
    heard(session)
    session.answer("a second go\nat it")
    heard(session)
    practice.sessions.correct(first.id, "Corrected words.")
    text = session_markdown(session.view(), EVENING.tzinfo)  # type: ignore[arg-type]
    before, after = text.split("### Try 2, the one that counts")
    assert "### Try 1" in before
    assert "**You** (corrected)\n\n> Corrected words." in before
    assert f"as it was before:\n\n> {LONG}" in before
    assert "> a second go  \n> at it" in after


def test_an_export_writes_the_parts_of_a_stronger_version_in_bold(practice: Practice) -> None:
    session = run_through(practice, practice.create(questions=1), [LONG])
    view = session.view()
    (asked,) = view.asked
    assert asked.assessment is not None
    made = replace(asked.assessment, stronger="**Task:** I had *one* day.\n**Result:** It held.")
    shown = replace(view, asked=(replace(asked, assessment=made),))
    text = session_markdown(shown, EVENING.tzinfo)  # type: ignore[arg-type]
    assert "> **Task:** I had \\*one\\* day.  \n> **Result:** It held." in text


def test_deleting_takes_the_recordings_along(practice: Practice) -> None:
    session = run_through(practice, practice.create(questions=1), [LONG])
    folder = practice.books.folder / session.view().folder
    folder.mkdir(parents=True)
    (folder / "1.wav").write_bytes(b"RIFF")
    practice.history.delete(session.id)
    assert not folder.exists()
    assert practice.history.sessions().total == 0
    assert practice.history.sessions("index").total == 0
    for table in ("practice_message", "practice_asked", "practice_assessment", "practice_mark"):
        assert practice.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    with pytest.raises(NotFound):
        practice.history.delete(session.id)


def test_recordings_that_cannot_be_removed_keep_the_session(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = practice.create()
    (practice.books.folder / f"session-{number}").mkdir(parents=True)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("jobcopilot.practice.history.shutil.rmtree", refuse)
    with pytest.raises(StorageError, match="was kept"):
        practice.history.delete(number)
    assert practice.history.sessions().total == 1


def test_profiles_do_not_see_each_other(practice: Practice) -> None:
    number = run_through(practice, practice.create(questions=1), [LONG]).id
    own = practice.bank.add_question({"text": "Mine alone to ask?", "type": "technical", "skill": "SQL"})
    practice.runtime.profiles.create("other")
    practice.runtime.forget_profile("other")
    other = Practice(practice.runtime, practice.clock, practice.shipped)
    assert other.history.sessions("index").total == 0
    assert other.bank.questions().total == 24
    for act in (
        lambda: other.history.session(number),
        lambda: other.history.delete(number),
        lambda: other.sessions.open(number),
        lambda: other.bank.question(own.id),
        lambda: other.bank.delete_question(own.id),
    ):
        with pytest.raises(NotFound):
            act()
