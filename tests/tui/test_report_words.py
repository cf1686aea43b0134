"""What a report says in few cells: nothing that is cut off without a sign, no number that is not so."""

from __future__ import annotations

from rich.cells import cell_len

from jobcopilot.practice.assessment import assess_answer
from jobcopilot.practice.assessment.marks import score_of
from jobcopilot.practice.views import AnswerAssessment, Asked, Mark
from jobcopilot.tui.widgets.report_words import begin_of, head_parts, rests_on

TITLE = "Report: Technical · Senior Data Engineer, Globex Europe GmbH"
ASIDES = ("  Sat 21 Nov 15:34 · completed · 3 of 6 answered", "  Sat 21 Nov 15:34")


def test_the_head_of_a_report_keeps_its_date_whole() -> None:
    for width in (60, 78, 100, 138):
        (title, _), (aside, _) = head_parts(TITLE, ASIDES, width, ("a", "b"))
        assert cell_len(title + aside) <= width
        assert aside in ASIDES
        assert title == TITLE or title.endswith("…")
    assert head_parts(TITLE, ASIDES, 138, ("a", "b")) == [(TITLE, "a"), (ASIDES[0], "b")]


def test_the_begin_of_an_answer_shows_that_it_goes_on() -> None:
    assert begin_of("short,\n\nand whole") == "short, and whole"
    assert begin_of("word " * 40).endswith("…")
    assert cell_len(begin_of("word " * 40)) <= 80


def test_the_number_says_what_it_is_made_of() -> None:
    said = "I moved forty servers in March, measured the bill each week, and it fell from 12,000 to 7,000."
    made = assess_answer(Asked("How did you reduce costs?", "behavioral", "star"), said)
    assert rests_on(made).startswith("The number is substance 9")
    assert "length" not in rests_on(made), "it weighs nothing"
    assert rests_on(AnswerAssessment(50, by="qwen")) == ""


def test_a_number_of_an_earlier_version_is_not_said_to_be_made_by_the_weights_of_now() -> None:
    marks = (Mark("substance", 40, "it", 0, 2), Mark("points", 90, "it", 0, 2))
    assert "substance" in rests_on(AnswerAssessment(score_of(marks), marks=marks))
    assert rests_on(AnswerAssessment(65, marks=marks)) == ""
    gone = (*marks, Mark("delivery", 90, "it", 0, 2))
    assert rests_on(AnswerAssessment(65, marks=gone)) == ""
    assert rests_on(AnswerAssessment(90, marks=(Mark("length", 90, "it", 0, 2),))) == ""
