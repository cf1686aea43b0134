"""Adding a task to the preparation of an interview, or editing one."""

from __future__ import annotations

import asyncio
from datetime import time
from typing import TYPE_CHECKING

from jobcopilot.interviews.values import FieldError
from jobcopilot.tui.modals.fields import Field, LineInput, LongText
from jobcopilot.tui.modals.when_field import HINT, WhenPanel, typed_moment
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from jobcopilot.interviews.views import TaskView


class TaskForm(WhenPanel):
    """One task."""

    time_of_day = time(18)

    def __init__(self, round_id: int, task: TaskView | None = None) -> None:
        super().__init__("Edit the task" if task else "Add a task", "what to do before the interview")
        self.round_id = round_id
        # Not `task`: that is Textual's own.
        self._begun_with = task

    async def on_mount(self) -> None:
        """Show the form."""
        task = self._begun_with
        due = "" if task is None else typed_moment(task.due_at, self.runtime.clock.zone())
        await self.show_fields(
            [
                Field("title", "Task", LineInput("" if task is None else task.title), hint="What to do"),
                Field("due", "By", LineInput(due), hint=HINT),
            ],
            [Field("detail", "Detail", LongText("" if task is None else task.detail))],
        )

    async def keep_certain(self) -> None:
        """Add or change the task."""
        texts, changed, task = self.texts, self.changed, self._begun_with
        due = await self.moment()
        tasks = self.runtime.tasks
        try:
            if task is None:
                kept = await asyncio.to_thread(
                    lambda: tasks.add(self.round_id, texts["title"], detail=texts["detail"], due_at=due)
                )
            else:
                changes: dict[str, object] = {name: texts[name] for name in changed if name != "due"}
                if "due" in changed:
                    changes["due_at"] = due
                kept = await asyncio.to_thread(lambda: tasks.edit(task.id, changes))
        except FieldError as wrong:
            field = next((one for form in self.forms for one in form.fields if one.key == wrong.field), None)
            if field is None:
                raise
            field.complain(wrong.title)
            field.control.focus()
            return
        said = "Added" if task is None else "Changed"
        self.app.notify(steady(f"{said} “{kept.title}”. u takes it back."), markup=False)
        self.dismiss(kept.id)
