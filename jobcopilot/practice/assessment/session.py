"""The assessment of a session: what its answers have in common. What was not asked or not answered is not 0."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from jobcopilot.practice.assessment.answer import assess_answer
from jobcopilot.practice.views import AnswerAssessment, Answered, SessionAssessment, SkillMark

_MOST: Final = 4
_GOOD: Final = 65
_OFTEN: Final = {
    "relevance": ("Your answers stay with the question", "Answers stray from the question"),
    "structure": ("The parts of your answers can be told apart", "Parts of an answer are missing"),
    "substance": ("You name particulars and figures", "Answers stay general"),
    "own part": ("Your own part is plain", "Your own part stays in the dark"),
    "points": ("You cover what a strong answer covers", "Points of a strong answer are missing"),
}


def assess_session(answered: Sequence[Answered], /) -> SessionAssessment:
    """Sum up a session: the mean of the answers that could be judged, by skill too, and what came back in them."""
    made = [(one, _made(one)) for one in answered if one.status == "answered"]
    judged = [(one, found) for one, found in made if found.score is not None]
    by_skill: dict[str, list[int]] = defaultdict(list)
    for one, found in made:
        for skill in one.asked.skills:
            by_skill[skill] += [] if found.score is None else [found.score]
    counts = Counter(one.status for one in answered)
    score = round(sum(found.score or 0 for _, found in judged) / len(judged)) if judged else None
    return SessionAssessment(
        score,
        _reason(len(judged), len(made)),
        tuple(
            SkillMark(skill, round(sum(scores) / len(scores)) if scores else None, len(scores))
            for skill, scores in by_skill.items()
        ),
        landed=_often([found for _, found in judged], landed=True),
        sharpen=_often([found for _, found in judged], landed=False),
        judged=len(judged),
        not_judged=len(made) - len(judged),
        not_answered=counts["asked"] + counts["skipped"],
        not_asked=counts["planned"],
    )


def _made(one: Answered) -> AnswerAssessment:
    return assess_answer(one.asked, one.answer) if one.assessment is None else one.assessment


def _reason(judged: int, made: int) -> str:
    if not made:
        return "Not enough to judge: no question was answered."
    if not judged:
        return "Not enough to judge: no answer had enough in it."
    return (
        ""
        if judged == made
        else f"It rests on {judged} of {made} answers; the others are not enough to judge."
    )


def _often(made: Sequence[AnswerAssessment], *, landed: bool) -> tuple[str, ...]:
    """Return what more than half of the answers show, the most frequent first."""
    counts = Counter(
        mark.name
        for found in made
        for mark in found.marks
        if mark.name in _OFTEN and (mark.score >= _GOOD) is landed
    )
    place = 0 if landed else 1
    return tuple(
        f"{_OFTEN[name][place]}: {count} of {len(made)} answers."
        for name, count in counts.most_common(_MOST)
        if count * 2 > len(made)
    )
