"""Which interviewer a name means, and who assesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import UsageError
from jobcopilot.practice.interviewers.port import Assessor, Interviewer
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from jobcopilot.inference.port import LanguageModel

INTERVIEWERS: Final = ("builtin", "llama", "http")
"""Their names: rules, a model on this machine, a model behind a server."""


def interviewer(name: str, model: Callable[[str], LanguageModel]) -> Interviewer:
    """Return the interviewer of a name; `model` returns the one that it speaks with.

    Raises `UsageError` for a name that there is not, and what `model` raises where that one cannot be asked.
    """
    if name == "builtin":
        from jobcopilot.practice.interviewers.builtin import BuiltInInterviewer

        return BuiltInInterviewer()
    if name in INTERVIEWERS:
        from jobcopilot.practice.interviewers.model import ModelInterviewer

        return ModelInterviewer(name, model(name))
    raise UsageError(
        f"There is no interviewer called {clean_line(name, 40)!r}",
        hint=f"There are: {', '.join(INTERVIEWERS)}.",
    )


def assessor() -> Assessor | None:
    """Return who assesses: the rules."""
    from jobcopilot.practice import assessment

    return assessment
