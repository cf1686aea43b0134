"""Which interviewer a name means, and who assesses."""

from __future__ import annotations

from typing import Final

from jobcopilot.errors import UsageError
from jobcopilot.practice.interviewers.port import Assessor, Interviewer
from jobcopilot.text import clean_line

INTERVIEWERS: Final = ("builtin",)
"""Those that are here."""


def interviewer(name: str) -> Interviewer:
    """Return the interviewer of a name. Raises `UsageError` for one that is not here."""
    if name == "builtin":
        from jobcopilot.practice.interviewers.builtin import BuiltInInterviewer

        return BuiltInInterviewer()
    raise UsageError(
        f"There is no interviewer called {clean_line(name, 40)!r}",
        hint=f"There are: {', '.join(INTERVIEWERS)}.",
    )


def assessor() -> Assessor | None:
    """Return who assesses: the rules."""
    from jobcopilot.practice import assessment

    return assessment
