"""The assessment of answers: the order of labelled answers, refusals, and quotes that stand in the text."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcopilot.practice.answers.relevance import WEIGHTS
from jobcopilot.practice.assessment import assess_answer, assess_session
from jobcopilot.practice.interviewers.port import Assessor
from jobcopilot.practice.views import AnswerAssessment, Answered, Asked, SkillMark
from tests.hostile import HOSTILE
from tests.unit.fitting_practice import examples, fitted, refused_in
from tests.unit.fitting_registers import LABELLED
from tests.unit.scoring_practice import asked_of, measure, misquoted, rows_of

ROWS = [row for row in rows_of("answers", "tune") if row["level"] != "weak"]
RESULTS = (
    "In the end the error rate went down from four percent to one percent within two weeks.",
    "As a result we saved about three hours a week, and the customer renewed in March.",
    "After that I measured it again and it took ninety seconds instead of ten minutes.",
)
ASKED = asked_of(ROWS[0])


def check(assessment: AnswerAssessment, answer: str) -> None:
    """Assert what holds for every assessment."""
    assert misquoted(assessment, answer) == 0
    if assessment.score is None:
        assert assessment.reason.startswith("Not enough to judge")
        assert assessment.cause
        assert not assessment.marks
        assert not assessment.stronger
    else:
        assert 0 <= assessment.score <= 100
        assert assessment.marks
        assert all(0 <= mark.score <= 100 and mark.reason for mark in assessment.marks)
    told = " ".join((*assessment.landed, *assessment.sharpen, assessment.reason))
    assert not re.search(
        r"\byou are\b|\bvoice|\bbody|\bconfiden|\bnervous", told.replace(answer, ""), re.IGNORECASE
    )


# Part: (pairs in the right order, with points and without; adversarial ones marked, with points and without), at worst.
REACHED = {
    "tune": ((65, 65), (0, 0)),
    "held": ((65, 65), (0, 0)),
    "fresh": ((33, 32), (0, 0)),
    "wide": ((77, 77), (0, 0)),
    "last": ((41, 41), (0, 0)),
    "sealed": ((118, 115), (0, 0)),
    "varied": ((114, 114), (1, 2)),
    "sealed2": ((119, 119), (0, 0)),
    "sealed3": ((69, 69), (13, 15)),
}
UNMARKED = 2
"""Honest answers of a part without a mark, at most."""


@pytest.mark.parametrize("points", [True, False])
@pytest.mark.parametrize("part", REACHED)
def test_labelled_answers_are_put_in_order_with_quotes_that_are_there(part: str, points: bool) -> None:
    totals = measure(part, points=points)
    print(totals.line())
    right, marked = (of[0 if points else 1] for of in REACHED[part])
    assert totals.misquoted == 0
    assert totals.right >= right
    assert totals.far_right >= totals.far - 2
    assert totals.marked <= marked
    assert totals.unmarked <= UNMARKED
    assert totals.right / totals.pairs > totals.by_length / totals.pairs + 0.3


@pytest.mark.parametrize(("points", "least"), [(True, 0.96), (False, 0.96)])
def test_over_all_parts_the_order_is_right_and_nearly_no_answer_is_taken_for_what_it_is_not(
    points: bool, least: float
) -> None:
    # Most of what the last part has no rule can tell from sense: it is held by itself.
    every = [measure(part, points=points) for part in REACHED if part != "sealed3"]
    assert sum(one.right for one in every) / sum(one.pairs for one in every) >= least
    assert sum(one.unmarked for one in every) <= sum(one.honest for one in every) * 0.01
    assert sum(one.marked for one in every) <= sum(one.adversarial for one in every) * 0.015


@pytest.mark.parametrize(("points", "least"), [(True, 0.5), (False, 0.37)])
def test_many_answers_to_another_question_are_refused(points: bool, least: float) -> None:
    rows = [row for part in ("tune", "wide") for row in rows_of("answers", part)]
    put = [
        (asked_of(other, points=points), row["answer"])
        for number, row in enumerate(rows[::4])
        for other in rows[number % 7 * 3 :: 21]
        if other["question"] != row["question"]
    ]
    refused = sum(assess_answer(asked, answer).score is None for asked, answer in put)
    print(f"{refused} of {len(put)}")
    assert refused / len(put) >= least


@pytest.mark.slow
@pytest.mark.parametrize("points", [True, False])
def test_what_was_fitted_is_what_the_labelled_answers_give(points: bool) -> None:
    made = list(examples(points=points))
    found = fitted(made, points=points)
    for name, value in found.weights.items():
        assert WEIGHTS[name][0 if points else 1] == pytest.approx(value, abs=0.05), name
    share = {kind: sum(found) / len(found) for kind, found in refused_in(made, found.sums).items()}
    assert sum(share[f"honest {part}"] for part in LABELLED) / len(LABELLED) <= 0.02
    assert share["honest"] <= 0.03
    assert share["story"] >= (0.85 if points else 0.83)
    assert share["other"] >= (0.5 if points else 0.4)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Tell me about a time you missed a deadline.", "We worked hard on it as a team."),
        (
            "Describe a conflict with a colleague and how it was settled.",
            "I talk openly with everybody, that has always helped me so far.",
        ),
        ("How do you find out why a query is slow?", "I would look at it carefully and then make it faster."),
        (
            "What mistake of yours do you still think about?",
            "There was one mistake, but it all went well in the end.",
        ),
    ],
)
@pytest.mark.parametrize("shape", ["star", "design"])
def test_a_vague_answer_is_marked_low_and_not_taken_for_one_about_something_else(
    question: str, answer: str, shape: Literal["star", "design"]
) -> None:
    made = assess_answer(Asked(question, "behavioral", shape), answer)
    assert made.score is not None, made.reason
    assert made.score < 50


@pytest.mark.parametrize(
    "question",
    [
        "Tell me about a mistake you made at work.",
        "Why do you want to work for us?",
        "What is your weakness?",
    ],
)
def test_an_essay_in_which_nobody_speaks_is_no_answer_about_oneself(question: str) -> None:
    essay = (
        "Leadership in the twenty first century means inspiring people. Great leaders create a vision, and they "
        "communicate it clearly. They empower employees and foster a culture of trust. Organisations that understand "
        "this outperform their competitors in the long run."
    )
    made = assess_answer(Asked(question, "behavioral", "star"), essay)
    assert (made.score, made.cause) == (None, "off_topic")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_gets_a_reason_or_marks_with_quotes(name: str) -> None:
    for answer in (
        HOSTILE[name],
        f"{ROWS[0]['answer']} {HOSTILE[name]}",
        f"{HOSTILE[name]}{ROWS[1]['answer']}",
    ):
        check(assess_answer(ASKED, answer), answer)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.sampled_from(ROWS), st.booleans())
def test_quotes_are_in_the_text_whatever_is_said(noise: str, row: dict[str, str], first: bool) -> None:
    answer = f"{noise} {row['answer']}" if first else f"{row['answer']}\n\n{noise}"
    check(assess_answer(asked_of(row), answer), answer)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ROWS), st.integers(0, 2**32))
def test_case_and_white_space_change_nothing(row: dict[str, str], seed: int) -> None:
    spaces = ("  ", "\n", "\t", " \n\n ", " ")
    words = row["answer"].split()
    written = "".join(word + spaces[(seed >> index % 29) % len(spaces)] for index, word in enumerate(words))
    asked = asked_of(row)
    plain = assess_answer(asked, row["answer"])
    for other in (written, row["answer"].upper(), row["answer"].lower()):
        made = assess_answer(asked, other)
        assert made.score == plain.score
        assert [(mark.name, mark.score) for mark in made.marks] == [
            (mark.name, mark.score) for mark in plain.marks
        ]
        assert [mark.quote.lower().split() for mark in made.marks] == [
            mark.quote.lower().split() for mark in plain.marks
        ]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ROWS), st.integers(1, 4), st.data())
def test_repetition_never_raises_a_mark(row: dict[str, str], times: int, data: st.DataObject) -> None:
    words = row["answer"].split()
    begin = data.draw(st.integers(0, max(0, len(words) - 6)))
    again = " ".join(words[begin : begin + 30])
    asked = asked_of(row)
    once = {mark.name: mark.score for mark in assess_answer(asked, row["answer"]).marks}
    more = assess_answer(asked, f"{row['answer']} {' '.join([again] * times)}")
    for mark in more.marks:
        assert mark.score <= once[mark.name], mark


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("points", [True, False])
def test_an_honest_result_never_lowers_the_score(result: str, points: bool) -> None:
    for row in rows_of("answers", "tune"):
        asked = asked_of(row, points=points)
        before, after = (
            assess_answer(asked, text).score for text in (row["answer"], f"{row['answer']} {result}")
        )
        assert before is not None
        if after is None and asked.shape == "plain":
            continue  # why one leaves a job has nothing to do with an error rate: it may well be off the question
        assert after is not None
        assert after >= before, row["id"]


def test_a_stronger_version_says_only_what_the_person_said() -> None:
    made = 0
    for row in ROWS:
        answer = row["answer"]
        stronger = assess_answer(asked_of(row), answer).stronger
        made += bool(stronger)
        said = re.sub(r"\*\*[A-Za-z -]+:\*\*|\[[^\]]*\]", " ", stronger)
        known = set(re.findall(r"[^\W_]+", answer.casefold()))
        assert set(re.findall(r"[^\W_]+", said.casefold())) <= known, row["id"]
    assert made > len(ROWS) * 0.8


def test_what_landed_quotes_the_answer() -> None:
    for row in ROWS:
        made = assess_answer(asked_of(row), row["answer"])
        assert made.sharpen or made.landed
        plain = " ".join(row["answer"].split())
        for quote in re.findall("“([^”]*)”", " ".join((*made.landed, *made.sharpen))):
            assert quote in plain


def test_points_are_covered_or_missed() -> None:
    for row in ROWS:
        made = assess_answer(asked_of(row), row["answer"])
        named = {one.point for one in made.covered} | set(made.missed)
        assert named == {point["point"] for point in row["points"]}


def test_a_session_is_the_mean_of_what_can_be_judged() -> None:
    one, other = asked_of(ROWS[0]), asked_of(ROWS[1])
    first, second = ROWS[0]["answer"], ROWS[1]["answer"]
    scores = [assess_answer(one, first).score or 0, assess_answer(other, second).score or 0]
    made = assess_session(
        [
            Answered(one, "answered", first),
            Answered(other, "answered", second, assess_answer(other, second)),
            Answered(one, "answered", "fine."),
            Answered(one, "skipped"),
            Answered(one, "asked"),
            Answered(one, "planned"),
        ]
    )
    assert made.score == round(sum(scores) / 2)
    assert (made.judged, made.not_judged, made.not_answered, made.not_asked) == (2, 1, 2, 1)
    assert "2 of 3 answers" in made.reason


def test_a_session_without_an_answer_has_no_number() -> None:
    asked = Asked("Why?", skills=("Python",))
    assert assess_session([]).score is None
    made = assess_session([Answered(asked, "planned"), Answered(asked, "skipped")])
    assert (made.score, made.skills, made.not_asked, made.not_answered) == (None, (), 1, 1)
    assert made.reason
    fine = assess_session([Answered(asked, "answered", "fine.")])
    assert (fine.score, fine.skills, fine.not_judged) == (None, (SkillMark("Python", None, 0),), 1)


def test_the_package_is_an_assessor() -> None:
    from jobcopilot.practice import assessment

    one: Assessor = assessment
    assert one.assess_answer(ASKED, "").cause == "empty"


@pytest.mark.parametrize(
    "few",
    [
        "um the result was that costs went down.",
        "I told him he was wrong, then he agreed.",
        "We found the reason and then the numbers got a lot better.",
    ],
)
def test_a_sentence_is_no_half_of_a_case(few: str) -> None:
    asked = Asked("Tell me about a time you reduced costs.", "behavioral", "star")
    made = assess_answer(asked, few)
    assert made.score is None or made.score <= 25
    case = (
        "In March our cloud bill reached 12,000 a month. I listed what ran at night, found forty test servers that "
        "nobody used, talked to their two teams and switched them off from eight to six. The bill fell to 7,300 in May."
    )
    whole = assess_answer(asked, case).score
    assert whole is not None
    assert whole >= 60
