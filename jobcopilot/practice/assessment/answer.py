"""The assessment of one answer by rules alone."""

from __future__ import annotations

from jobcopilot.practice.answers.reading import Reading, read_answer
from jobcopilot.practice.assessment.advice import landed_in, to_sharpen
from jobcopilot.practice.assessment.marks import covered_points, marks_of, score_of
from jobcopilot.practice.assessment.stronger import stronger_version
from jobcopilot.practice.views import AnswerAssessment, Asked


def assess_answer(asked: Asked, answer: str, /) -> AnswerAssessment:
    """Assess one answer. Never fails on a str; what can't be judged has a reason and no number.

    Spans are ranges of `answer`. The rules know English.
    """
    return assess_reading(read_answer(asked, answer))


def assess_reading(reading: Reading) -> AnswerAssessment:
    """Assess an answer that was read."""
    if reading.doubt is not None:
        return AnswerAssessment(
            None,
            f"Not enough to judge. {reading.doubt.reason}",
            missed=tuple(point.point for point in reading.asked.points),
            sharpen=to_sharpen(reading),
            cause=reading.doubt.cause,
        )
    marks, covered = marks_of(reading), covered_points(reading)
    return AnswerAssessment(
        score_of(marks),
        marks=marks,
        covered=covered,
        missed=reading.points.missed,
        landed=landed_in(reading, marks, covered),
        sharpen=to_sharpen(reading),
        stronger=stronger_version(reading),
    )
