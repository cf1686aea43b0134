"""What a report says in few cells: each cut is seen, and what matters stays whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from jobcopilot.tui.widgets.signs import fit, steady

if TYPE_CHECKING:
    from jobcopilot.practice.views import AnswerAssessment, AskedView

ORIGINAL_KEPT: Final = "The original is kept beside it, and the answer is marked again."


def begin_of(words: str, cells: int = 80) -> str:
    """Return the begin of what was said as one line; where it goes on, that is seen."""
    return fit(steady(" ".join(words.split())), cells).rstrip()


def head_parts(
    title: str, asides: tuple[str, ...], width: int, styles: tuple[str, str]
) -> list[tuple[str, str]]:
    """Return a title and the longest aside beside it that fits whole; else the title is cut, and never the last."""
    aside = next((one for one in asides if cell_len(title + one) <= width), asides[-1])
    room = max(width - cell_len(aside), 10)
    return [(fit(title, min(cell_len(title), room)), styles[0]), (aside, styles[1])]


def rests_on(one: AnswerAssessment) -> str:
    """Return what the number of the rules is made of: the marks beside it count very differently.

    Nothing of one that was made by other weights, in an earlier version.
    """
    from jobcopilot.practice.assessment.marks import WEIGHTS, score_of

    given = {mark.name: WEIGHTS.get(mark.name, 0) for mark in one.marks}
    if (
        one.by != "rules"
        or one.score is None
        or not any(given.values())
        or not given.keys() <= WEIGHTS.keys()
    ):
        return ""
    if one.score != score_of(one.marks):
        return ""
    shares = {name: round(100 * weight / sum(given.values())) for name, weight in given.items() if weight}
    listed = ", ".join(f"{name} {share} %" for name, share in sorted(shares.items(), key=lambda it: -it[1]))
    return f"The number is {listed}."


def why_not(asked: AskedView) -> str:
    """Return why there is nothing to show of a question."""
    return {
        "planned": "The session ended before this question.",
        "asked": "The question was asked and got no answer.",
        "skipped": "Skipped questions get no mark.",
    }.get(asked.status, "Nothing was made of this answer.")
