"""What a language model says of a session beside the rules: asked for, printed, as JSON."""

from __future__ import annotations

import sys
from typing import Any

from jobcopilot.cli.interrupting import cancelling
from jobcopilot.cli.output import say
from jobcopilot.errors import Cancelled, JobcopilotError
from jobcopilot.practice.feedback import Feedback
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


def feedback_object(made: Feedback | None) -> dict[str, Any] | None:
    """Return feedback as JSON has it; null where none was asked."""
    if made is None:
        return None
    return {
        "by": made.by,
        "at": made.at,
        "dropped": made.dropped,
        "remarks": [
            {"kind": one.kind, "text": one.text, "quote": one.quote, "question": one.order}
            for one in made.remarks
        ],
    }


def print_feedback(made: Feedback | None) -> None:
    """Print feedback as Markdown, each remark with the words that it rests on."""
    if made is None:
        return
    from jobcopilot.practice.export import plain

    say(f"\n## What {plain(made.by)} says, beside the rules")
    for kind, title in (("landed", "What landed"), ("sharpen", "What to sharpen")):
        some = [one for one in made.remarks if one.kind == kind]
        if some:
            say(f"\n{title}:\n")
        for one in some:
            say(f"- {plain(one.text)} (question {one.order}: “{plain(one.quote)}”)")
    if made.dropped:
        say(f"\nDropped: {made.dropped}; their words are not in your answers.")


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
