"""What a language model says of a session, asked for from its report: marks beside the rules', and feedback.

Both take their time: they run in the background, say how far they are, and escape stops them; what is done is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from jobcopilot.errors import Cancelled, UsageError
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.telling import tell

if TYPE_CHECKING:
    from jobcopilot.inference.port import Cancel
    from jobcopilot.practice.feedback import Feedback
    from jobcopilot.practice.views import SessionView
    from jobcopilot.runtime import Runtime

Progress = Callable[[str], None]
Ask = Callable[["Runtime", "SessionView", Progress, "Cancel"], str]


class ModelSays(Screen[None]):
    """A report's commands that ask a model."""

    session_id: int
    view: SessionView | None
    feedback: Feedback | None
    asking: Cancel | None = None
    """Stops the model that is asked now; None where none is."""

    # What the report has. A screen's metaclass is Textual's own, so that it cannot be an abstract base.
    if TYPE_CHECKING:

        @property
        def runtime(self) -> Runtime:
            """The parts of the app."""

        async def read_model(self) -> None:
            """Read again what was made of the session, and show it where the person is."""

        def show_head(self, busy: str = "") -> None:
            """Show which session it is, or what is being done about it."""

    def action_model_marks(self) -> None:
        """Let a model mark the answers beside the rules."""
        self._ask(marks_by_model, "model-marks")

    def action_feedback(self) -> None:
        """Let a model say what landed and what to sharpen."""
        self._ask(feedback_by_model, "feedback")

    def stop_asking(self) -> bool:
        """Stop the model; return whether one was asked."""
        if self.asking is None:
            return False
        # Off the screen's thread: it may wait for the model's process.
        start_work(self, asyncio.to_thread(self.asking.set), name="stop-model", exclusive=False)
        return True

    def on_unmount(self) -> None:
        """Stop what nobody waits for any more."""
        if self.asking is not None:
            self.asking.set()

    def _ask(self, ask: Ask, name: str) -> None:
        from jobcopilot.inference.port import Cancel

        if self.view is None:
            return
        if self.asking is not None:
            tell(self.app, "The model is busy with this session: esc stops it.")
            return
        self.asking = Cancel()
        start_work(self, self._asked(ask, self.view, self.asking), name=name)

    async def _asked(self, ask: Ask, view: SessionView, cancel: Cancel) -> None:
        from jobcopilot.tui.modals.unlock import unlocked_for

        loop = asyncio.get_running_loop()

        def progress(words: str) -> None:
            loop.call_soon_threadsafe(self._show_progress, words, cancel)

        self._show_progress("Asking the model", cancel)
        try:
            said = await unlocked_for(self.app, lambda: ask(self.runtime, view, progress, cancel))
        finally:
            # Also when the app is left: its thread must not be waited for.
            cancel.set()
            self.asking = None
            if self.is_mounted:
                self.show_head()
        await self.read_model()
        tell(self.app, said)

    def _show_progress(self, words: str, cancel: Cancel) -> None:
        if self.asking is cancel:
            self.show_head(f"◐ {words}, esc stops")


def which_model(runtime: Runtime, view: SessionView) -> str:
    """Return which model is to speak of a session: the one that asked, else the one that is set, else a local one."""
    for use in (view.row.interviewer, runtime.settings.model.use):
        if use != "builtin":
            return use
    return "llama"


def marks_by_model(runtime: Runtime, view: SessionView, progress: Progress, cancel: Cancel) -> str:
    """Have a model mark what the rules could judge; return in words what came of it.

    Raises `ModelError` where no model can be asked, `UsageError` where there is nothing to mark.
    """
    number = view.row.id
    further = runtime.further_marks(which_model(runtime, view))
    judged = [one for one in view.asked if one.assessment is not None and one.assessment.score is not None]
    if not judged:
        raise UsageError(
            "There is nothing for a model to mark",
            "no answer of this session could be judged",
            "Answer at greater length: r practises the weak ones again.",
        )
    waiting = len(further.waiting(number))
    if not waiting:
        return "The model has marked these answers already; its marks stand below those of the rules."
    marked = 0
    progress(f"The model marks answer 1 of {waiting}")
    for _ in further.mark(number, cancel):
        marked += 1
        at = marked + len(further.failed) + 1
        if at <= waiting:
            progress(f"The model marks answer {at} of {waiting}")
    stopped = " Stopped; the same key goes on." if cancel.is_set() else ""
    failed = further.failed
    left = f" {len(failed)} have the rules' marks alone: {failed[-1].title}." if failed else ""
    return f"The model marked {marked} of {waiting} answers, beside the rules.{left}{stopped}"


def feedback_by_model(runtime: Runtime, view: SessionView, progress: Progress, cancel: Cancel) -> str:
    """Have a model say what it makes of a session; return in words what came of it.

    Raises `ModelError` where no model can be asked or it fails, `UsageError` where nothing was judged.
    """
    model = runtime.chosen_model(which_model(runtime, view))
    progress("The model reads the session")
    try:
        made = runtime.session_feedback.ask(view.row.id, model, cancel)
    except Cancelled:
        return "Stopped; nothing of it was kept."
    if not made.remarks:
        return "The model said nothing that could be held to your words."
    remarks = "1 remark" if len(made.remarks) == 1 else f"{len(made.remarks)} remarks"
    return f"{remarks} by {made.by}, on the session's page below what the rules say."
