"""What a language model says of a session beside the rules: asked for, printed, as JSON."""

from __future__ import annotations

import sys

from jobcopilot.cli.interrupting import cancelling
from jobcopilot.errors import Cancelled, JobcopilotError
from jobcopilot.practice.views import SessionView
from jobcopilot.runtime import Runtime


def let_model_assess(runtime: Runtime, session_id: int, use: str | None) -> None:
    """Have a model mark what the rules could judge, and comment the session; progress and faults go to stderr.

    Ctrl+C ends it between two answers, what is marked stays. Raises `ModelError` where no model can be asked at all.
    """
    further = runtime.further_marks(use)
    waiting = further.waiting(session_id)
    with cancelling() as cancel:
        if waiting:
            _tell(f"The model marks {len(waiting)} answers beside the rules (Ctrl+C stops it) …")
        for place, one in enumerate(further.mark(session_id, cancel), start=1):
            made = one.further[-1]
            shown = "not enough to judge" if made.score is None else f"{made.score} of 100"
            _tell(f"  {place} of {len(waiting)}: {shown}. {made.reason}")
        for fault in further.failed:
            _tell(f"  An answer has the rules' marks alone: {fault.title}.")
        if cancel.is_set() or not waiting:
            return
        try:
            runtime.session_feedback.ask(session_id, runtime.chosen_model(use), cancel)
        except Cancelled:
            _tell("Stopped; what is marked stays.")
        except JobcopilotError as fault:
            _tell(f"No feedback by the model: {fault}")


def assess_after(runtime: Runtime, view: SessionView) -> None:
    """Let the model that asked also mark; where it cannot, the rules' marks stand and it is said why."""
    try:
        let_model_assess(runtime, view.row.id, view.row.interviewer)
    except JobcopilotError as fault:
        _tell(f"The rules' marks stand alone: {fault}")


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
