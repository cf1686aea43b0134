"""A model's feedback on a session: remarks with words of the answers, on the screen beside the rules and said so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jobcopilot.cli.app import run
from jobcopilot.errors import Cancelled, UsageError
from jobcopilot.inference.port import AnswerUnusable, Cancel, LanguageModel, ModelCrashed
from jobcopilot.practice.export import session_markdown
from jobcopilot.practice.feedback import SessionFeedback
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.practice import Practising
from tests.fakes.practice import Practice, make_practice, run_through
from tests.fakes.scripted_model import Cut, Script, ScriptedModel, do

FIRST = "I looked at the plan because 40 queries were slow"
SECOND = "I asked the team what had changed before I touched anything"


def remarks(*some: tuple[int, str, str, str]) -> str:
    return json.dumps(
        {
            "remarks": [
                {"question": order, "kind": kind, "quote": quote, "text": text}
                for order, kind, quote, text in some
            ]
        }
    )


GOOD = (1, "landed", "because 40 queries were slow", "You give a figure for the 40 slow queries.")
BETTER = (2, "sharpen", "what had changed", "Say what the answer of the team was.")


@pytest.fixture
def held(tmp_path: Path) -> tuple[Practice, int]:
    practice = make_practice(tmp_path)
    number = practice.create(questions=3)
    run_through(practice, number, [FIRST, SECOND, "no"])
    practice.sessions.report(number)
    return practice, number


def test_remarks_rest_on_words_of_the_answer_that_they_speak_of(held: tuple[Practice, int]) -> None:
    practice, number = held
    before = practice.sessions.view(number)
    model = ScriptedModel(
        [remarks(GOOD, BETTER, (1, "landed", "what had changed", "It is about the other one."))]
    )
    feedback = SessionFeedback(practice.books)
    assert feedback.of(number) is None
    made = feedback.ask(number, model)
    assert [(one.kind, one.order, one.quote) for one in made.remarks] == [
        ("landed", 1, "because 40 queries were slow"),
        ("sharpen", 2, "what had changed"),
    ]
    assert (made.dropped, made.by) == (1, "scripted (model)")
    assert feedback.of(number) == made
    assert practice.sessions.view(number) == before
    told = model.requests[0].conversation[1].text
    assert FIRST in told
    assert SECOND in told
    assert feedback.ask(number, ScriptedModel([remarks(GOOD)])).dropped == 0
    again = feedback.of(number)
    assert again is not None
    assert len(again.remarks) == 1


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("I led twelve people", "You led a team."),
        ("because 40 queries were slow", "You saved 77 days."),
        ("because 40 queries were slow", "It was brave to use Kafka there."),
        ("because 40 queries were slow", "You are a strong candidate."),
        ("because 40 queries were slow", "Your tone of voice was calm."),
        ("because 40 queries were slow", "Das war eine sehr gute Antwort auf die Frage."),
        ("because 40 queries were slow", " "),
    ],
)
def test_what_nobody_said_is_dropped_and_counted(held: tuple[Practice, int], quote: str, text: str) -> None:
    practice, number = held
    made = SessionFeedback(practice.books).ask(number, ScriptedModel([remarks((1, "landed", quote, text))]))
    assert (made.remarks, made.dropped) == ((), 1)


def test_nothing_is_kept_where_the_model_fails(held: tuple[Practice, int]) -> None:
    practice, number = held
    feedback = SessionFeedback(practice.books)
    with pytest.raises(AnswerUnusable):
        feedback.ask(number, ScriptedModel(["Well done!"]))
    with pytest.raises(ModelCrashed):
        feedback.ask(number, ScriptedModel([Cut("{", fault=ModelCrashed("It died"))]))
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        feedback.ask(number, ScriptedModel([remarks(GOOD)]), cancel)
    assert feedback.of(number) is None


def test_a_session_without_a_judged_answer_gets_none(tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    number = practice.create(questions=1, skills=("Python",))
    run_through(practice, number, ["no"])
    practice.sessions.report(number)
    model = ScriptedModel([remarks(GOOD)])
    with pytest.raises(UsageError, match="nothing"):
        SessionFeedback(practice.books).ask(number, model)
    assert model.requests == []


def test_a_deleted_session_takes_its_feedback_along(held: tuple[Practice, int]) -> None:
    practice, number = held
    SessionFeedback(practice.books).ask(number, ScriptedModel([remarks(GOOD)]))
    practice.history.delete(number)
    assert practice.rows("SELECT count(*) FROM practice_feedback") == [(0,)]


def test_a_session_with_a_model_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = (
        "First I would ask what changed since yesterday. Then I read the plan with EXPLAIN ANALYZE, because it shows"
        " where the time goes. At my last job I added an index, measured again, and 40 seconds became 4."
    )

    def speaking(request: Any) -> str:
        assert request.schema is not None
        fields = request.schema["properties"]
        if "do" in fields:
            choice = fields["do"]["enum"][-1]
            return do(choice, "Thank you for that." if choice == "move_on" else "Hello and welcome.")
        if "marks" in fields:
            mark = {
                "quote": "40 seconds became 4",
                "name": "substance",
                "score": 9,
                "reason": "It names a figure.",
            }
            return json.dumps({"marks": [mark], "covered": [], "landed": "", "sharpen": ""})
        return remarks((1, "landed", "40 seconds became 4", "You say how much was won: 40 seconds became 4."))

    models: list[ScriptedModel] = []

    def model_for(_: Practising, use: str) -> LanguageModel:
        assert use == "llama"
        script: list[Script] = [speaking]
        models.append(ScriptedModel(script))
        return models[-1]

    monkeypatch.setattr(Practising, "model_for", model_for)
    make_practice(tmp_path).runtime.close()
    script = tmp_path / "answers.json"
    script.write_text(json.dumps([answer, answer]))

    def shell(*words: str) -> str:
        assert run(["--home", str(tmp_path / "home"), *words], lambda home, profile: 0) == 0
        return capsys.readouterr().out

    made = json.loads(
        shell(
            "practice", "run", "--type", "technical", "--skill", "PostgreSQL", "--questions", "1", "--seed", "3",
            "--interviewer", "llama", "--answers", str(script), "--json",
        )
    )  # fmt: skip
    assert made["interviewer"] == "llama"
    assert {one["by"] for one in made["messages"] if one["role"] == "interviewer"} == {"scripted"}
    (question,) = made["questions"]
    assert question["assessment"]["by"] == "rules"
    assert [one["by"] for one in question["further_assessments"]] == ["scripted (model)"]
    assert question["further_assessments"][0]["score"] == 90
    assert made["score"] == question["assessment"]["score"]
    (remark,) = made["feedback"]["remarks"]
    assert remark["quote"] in question["answer"]
    printed = shell("practice", "report", "1")
    assert "(rules)" in printed
    assert "(scripted (model))" in printed
    assert "What scripted (model) says, beside the rules" in printed


def test_the_markdown_has_the_models_marks_too(held: tuple[Practice, int]) -> None:
    practice, number = held
    from jobcopilot.practice.assessment.by_model import ModelAssessor
    from jobcopilot.practice.further_marks import FurtherMarks

    mark = {"quote": "I looked at the plan", "name": "own part", "score": 6, "reason": ""}
    text = json.dumps({"marks": [mark], "covered": [], "landed": "", "sharpen": ""})
    list(FurtherMarks(practice.books, ModelAssessor(ScriptedModel([text]))).mark(number))
    runtime: Runtime = practice.runtime
    made = session_markdown(practice.sessions.view(number), runtime.clock.zone())
    assert "**60 of 100** (scripted (model))" in made
    assert "own part 60: “I looked at the plan”" in made


def test_files_have_the_models_feedback_as_the_models(held: tuple[Practice, int], tmp_path: Path) -> None:
    practice, number = held
    runtime = practice.runtime
    runtime.session_feedback.ask(number, ScriptedModel([remarks(GOOD, BETTER)]))
    runtime.close()
    root = ["--home", str(runtime.home.data.parent), "practice", "report", str(number), "--to"]
    for name in ("report.md", "report.json"):
        assert run([*root, str(tmp_path / name)], lambda *_: 0) == 0
    text = (tmp_path / "report.md").read_text("utf-8")
    assert "## What scripted (model) says, beside the rules" in text
    assert "question 1: “because 40 queries were slow”" in text
    made = json.loads((tmp_path / "report.json").read_text("utf-8"))["feedback"]
    assert (made["by"], len(made["remarks"]), made["dropped"]) == ("scripted (model)", 2, 0)


def test_a_remark_whose_words_were_corrected_away_is_dropped(held: tuple[Practice, int]) -> None:
    practice, number = held
    feedback = SessionFeedback(practice.books)
    feedback.ask(number, ScriptedModel([remarks(GOOD, BETTER)]))
    (said,) = [one for one in practice.sessions.view(number).messages if one.text == FIRST]
    practice.sessions.correct(said.id, "I looked at the plan because four queries were slow")
    made = feedback.of(number)
    assert made is not None
    assert ([one.order for one in made.remarks], made.dropped) == ([2], 1)
