"""Answers from outside a session assessed: a question of the bank by its own rubric, another by its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobcopilot.errors import BadInput
from jobcopilot.interviews.values import FieldError
from jobcopilot.practice.bank import Bank
from jobcopilot.practice.bank_rows import points_of
from jobcopilot.practice.bank_values import question_values
from jobcopilot.practice.interviewers.port import Assessor
from jobcopilot.practice.likeness import most_alike
from jobcopilot.practice.views import AnswerAssessment, Asked, Point
from jobcopilot.text import clean_text


def assess_others(
    bank: Bank, assessor: Assessor, entries: Sequence[Any], kind: str
) -> list[tuple[str, AnswerAssessment]]:
    """Return each question with what is made of its answer; nothing is stored.

    Entries are objects with `question` and `answer`, and `points` where they bring a rubric of their own. Raises
    `BadInput` for others, `NotFound` for a type that there is not.
    """
    texts = bank.texts()
    by_words = {_key(text): question_id for question_id, text in texts.items()}
    return [
        (asked.text, assessor.assess_answer(asked, answer))
        for asked, answer in (
            _asked(bank, texts, by_words, place, entry, kind) for place, entry in enumerate(entries, start=1)
        )
    ]


def _asked(
    bank: Bank, texts: dict[int, str], by_words: dict[str, int], place: int, entry: Any, kind: str
) -> tuple[Asked, str]:
    asked = entry.get("question") if isinstance(entry, dict) else None
    if not isinstance(asked, str) or not clean_text(asked):
        raise BadInput(
            "An entry has no question", f"entry {place}", 'Write {"question": "…", "answer": "…"}.'
        )
    answer = entry.get("answer")
    if answer is not None and not isinstance(answer, str):
        raise BadInput("An answer is not a string", f"entry {place}", "Leave it empty where there was none.")
    text = clean_text(asked, 2_000)
    type_ = bank.type(entry["type"] if isinstance(entry.get("type"), str) else kind)
    points = _points(entry.get("points"), place)
    skills: tuple[str, ...] = ()
    known = by_words.get(_key(text))
    if known is None and (same := most_alike(text, texts, limit=1)):
        known = same[0][0]
    if known is not None:
        question = bank.question(known)
        points = points or question.points
        skills = (question.skill, *question.also)
    # As it stands in the file: quotes are looked up there, and what is hidden in it must not pass for an answer.
    return Asked(text, type_.slug, type_.shape, points, skills), answer or ""


def _points(given: Any, place: int) -> tuple[Point, ...]:
    if not given:
        return ()
    try:
        return points_of(question_values({"points": given})["points"])
    except FieldError as wrong:
        words = '"points" is a list of {"point": "what it is", "signs": ["a sign of it"]}.'
        raise BadInput("The points are not understood", f"entry {place}: {wrong.title}", words) from wrong


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
