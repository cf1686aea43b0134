"""Every form that a model is asked for, forced by a real grammar, and what is made of words that mean nothing."""

# ruff: noqa: F401, F811  # fixtures are imported by name
from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from jobcopilot.inference.engine.grammar import grammar_of
from jobcopilot.inference.local import LocalModel
from jobcopilot.inference.port import AnswerUnusable, Request, Turn, whole_answer
from jobcopilot.inference.structured import ask
from jobcopilot.jobs.views import JobDraft
from jobcopilot.practice.assessment import assess_answer
from jobcopilot.practice.assessment.by_model import ModelAssessor, _Assessed
from jobcopilot.practice.feedback import SessionFeedback, _Remarks
from jobcopilot.practice.generate import _five_about, generate_for_job
from jobcopilot.practice.interviewers.speech import form
from jobcopilot.runtime.deep_reading import DeepReader, _Reading
from tests.fakes.practice import make_practice, run_through
from tests.fakes.tiny_model import model, speaker, tiny
from tests.unit.test_model_marks import ANSWER, ASKED

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("inference")]

SHAPES: dict[str, type[BaseModel]] = {
    "marks": _Assessed,
    "feedback": _Remarks,
    "postings": _Reading,
    "questions": _five_about(["Python", "Node.js", "C++"]),
    "one skill": _five_about(["Ownership"]),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_each_form_has_a_grammar(shape: type[BaseModel]) -> None:
    assert grammar_of(shape.model_json_schema()).startswith("root ::=")


@pytest.mark.parametrize("name", ["marks", "feedback", "postings"])
def test_each_form_is_kept_by_words_that_mean_nothing(model: LocalModel, name: str) -> None:
    for seed in range(5):
        made = ask(model, Request((Turn("user", "Go."),), limit=3_000, seed=seed), SHAPES[name])
        assert made.tries == 1
        assert not made.repaired


def test_an_utterance_keeps_its_form(model: LocalModel) -> None:
    import json

    for seed in range(10):
        request = Request(
            (Turn("user", "Go."),), limit=600, seed=seed, schema=form(("follow_up", "move_on"), 120)
        )
        said = json.loads(whole_answer(model.stream(request))[0])
        assert said["do"] in ("follow_up", "move_on")
        assert 1 <= len(said["say"]) <= 120


def test_words_that_mean_nothing_make_no_mark_and_no_score(model: LocalModel, tmp_path: Path) -> None:
    rules = assess_answer(ASKED, ANSWER)
    try:
        made = ModelAssessor(model).assess(ASKED, ANSWER, rules)
    except AnswerUnusable:
        made = None
    assert made is None or (made.score is None and not made.landed and not made.sharpen)
    practice = make_practice(tmp_path)
    runtime = practice.runtime
    runtime.jobs.add(JobDraft("Data Engineer", "Acme", description="You must have Python. We run pipelines."))
    deep = DeepReader(model, runtime.profile)
    assert deep.seconds_each(runtime.deep_scores.postings([1])) > 0
    run = runtime.deep_scores.run([1], deep.read, deep.by)
    score = runtime.deep_scores.of(1)
    assert run.failed or (score is not None and score.percent is None and score.claims == ())
    number = practice.create(questions=1, skills=("Python",))
    run_through(practice, number, ["I looked at the cause of it first, then at the plan"])
    practice.sessions.report(number)
    try:
        assert SessionFeedback(practice.books).ask(number, model).remarks == ()
    except AnswerUnusable:
        assert SessionFeedback(practice.books).of(number) is None


def test_questions_that_mean_nothing_are_the_banks(model: LocalModel, tmp_path: Path) -> None:
    practice = make_practice(tmp_path)
    practice.runtime.jobs.add(JobDraft("Data Engineer", "Acme", description="You must have Python."))
    made = generate_for_job(practice.books, 1, model)
    assert made.by == "bank"
    assert [kind for kind, _ in made.why] == ["behavioral", "technical"]
    assert (len(made.bank.behavioral), len(made.bank.technical)) == (5, 5)
