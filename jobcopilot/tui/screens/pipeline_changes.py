"""How the pipeline changes interviews: booked, moved, completed, ticked, put off, deleted; all of it undoable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from jobcopilot.tui import interview_openings as openings
from jobcopilot.tui.commands import shown_key
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.messages import DoneToggled, TaskCarried
from jobcopilot.tui.pipeline_data import Line, RoundReading
from jobcopilot.tui.screens.pipeline_reading import PipelineReading
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobcopilot.interviews.views import FollowUpView, RoundView, TaskView
    from jobcopilot.jobs.views import BatchView


class PipelineChanges(PipelineReading):
    """Commands that change interviews and what hangs on them."""

    @property
    def round(self) -> RoundView | None:
        """The interview that is shown: the one under the cursor, or the one of its task or follow-up."""
        if self.line is not None and self.line.round is not None:
            return self.line.round
        return self.reading.round if isinstance(self.reading, RoundReading) else None

    @property
    def chosen_task(self) -> TaskView | None:
        """The task that is meant: in the checklist where that has the focus, else under the agenda's cursor."""
        if self.focused is self.checklist:
            return self.checklist.row
        return None if self.line is None else self.line.task

    @property
    def follow_up(self) -> FollowUpView | None:
        """The follow-up under the cursor."""
        if self.focused is self.checklist or self.line is None:
            return None
        return self.line.follow_up

    @property
    def job_id(self) -> int | None:
        """The job of what is under the cursor."""
        if self.round is not None:
            return self.round.job_id
        return None if self.follow_up is None else self.follow_up.job_id

    def _back_with(self, said: str) -> str:
        return f"{said}. {shown_key('pipeline.undo', self.app._keymap)} takes it back."

    # Rounds

    def action_book(self) -> None:
        """Book a round of the job that is shown; without one, choose a job first."""
        if self.job_id is not None:
            openings.open_booking(self.app, self.job_id)
        else:
            start_work(self, self._choose_job(), name="choose-job", exclusive=False)

    async def _choose_job(self) -> None:
        from jobcopilot.tui.modals.pick_job import PickJob
        from jobcopilot.tui.practice_data import PracticeData

        find = PracticeData(self.job_app.data.runtime).jobs
        chosen = await self.app.push_screen_wait(PickJob(find, heading="Interview of which job?"))
        if chosen:
            openings.open_booking(self.app, chosen)

    def action_move_round(self) -> None:
        """Give the interview another time."""
        if self.round is not None:
            openings.open_moving(self.app, self.round)

    def action_complete(self) -> None:
        """Say how the interview went."""
        if self.round is not None:
            openings.open_completing(self.app, self.round)

    def action_cancel(self) -> None:
        """Cancel the interview; nothing is asked, since undo takes it back."""
        view = self.round
        if view is not None:
            self.do(
                "cancel",
                lambda: self.data.runtime.rounds.cancel(view.id),
                lambda _booked: self.say(self._back_with(f"{_named(view)}: canceled")),
            )

    # Tasks and follow-ups

    def action_add_task(self) -> None:
        """Add a task to the interview that is shown."""
        if self.round is not None:
            openings.open_task(self.app, self.round.id)

    def action_edit(self) -> None:
        """Edit the task that is meant, else the interview."""
        if self.chosen_task is not None:
            openings.open_task(self.app, self.chosen_task.round_id, self.chosen_task)
        elif self.round is not None:
            openings.open_round(self.app, self.round)

    @on(DoneToggled)
    def _done_toggled(self, event: DoneToggled) -> None:
        """Tick a task or take its tick off; say that a follow-up was sent."""
        row: TaskView | Line = event.row
        task = row.task if isinstance(row, Line) else row
        follow_up = row.follow_up if isinstance(row, Line) else None
        if task is not None:
            tasks = self.data.runtime.tasks
            work: Callable[[], object] = (
                (lambda: tasks.undone(task.id)) if task.done else (lambda: tasks.done(task.id))
            )
            said = "not done yet" if task.done else "done"
            self.do("tick", work, lambda _task: self.say(self._back_with(f"“{steady(task.title)}”: {said}")))
        elif follow_up is not None:
            self.do(
                "follow-up",
                lambda: self.data.runtime.follow_ups.done(follow_up.id),
                lambda _view: self.say(self._back_with(f"“{steady(follow_up.title)}”: done")),
            )

    def action_put_off(self) -> None:
        """Put the follow-up or task off."""
        thing = self.chosen_task or self.follow_up
        if thing is not None:
            openings.open_put_off(self.app, thing)

    @on(TaskCarried)
    def _task_carried(self, event: TaskCarried) -> None:
        """Move the task under the cursor up or down."""
        step = event.step
        reading, task = self.reading, self.checklist.row
        if not isinstance(reading, RoundReading) or task is None:
            return
        order = [one.id for one in reading.tasks]
        at = order.index(task.id) if task.id in order else 0
        to = max(0, min(at + step, len(order) - 1))
        if to != at:
            order.insert(to, order.pop(at))
            self.do("reorder", lambda: self.data.runtime.tasks.reorder(reading.round.id, order))

    def action_delete(self) -> None:
        """Delete the task or the interview, drop the follow-up; nothing is asked, since undo brings them back."""
        task, follow_up, view = self.chosen_task, self.follow_up, self.round
        runtime = self.data.runtime
        if task is not None:
            self.do(
                "delete",
                lambda: runtime.tasks.delete(task.id),
                lambda _batch: self.say(self._back_with(f"Deleted “{steady(task.title)}”")),
            )
        elif follow_up is not None:
            self.do(
                "drop",
                lambda: runtime.follow_ups.drop(follow_up.id),
                lambda _view: self.say(self._back_with(f"Dropped “{steady(follow_up.title)}”")),
            )
        elif view is not None:
            self.do(
                "delete",
                lambda: runtime.rounds.delete([view.id]),
                lambda _batch: self.say(self._back_with(f"Deleted {_named(view)}")),
            )

    def action_undo(self) -> None:
        """Take back the last act."""

        def then(batch: BatchView) -> None:
            again = shown_key("pipeline.redo", self.app._keymap)
            self.say(f"Took back: {batch.label}. {again} does it again.")

        self.do("undo", self.data.undo, then)

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        redo = self.data.runtime.history.redo
        self.do("redo", redo, lambda done: self.say(self._back_with(f"Did again: {done.label}")))


def _named(view: RoundView) -> str:
    return f"“{steady(view.stage)}, {steady(view.company)}”"
