"""Editing a job in place, or what several jobs share."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.events import DescendantFocus
from textual.message_pump import MessagePump

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.fields import Choice, Field, Form
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget
    from textual.widgets import Input, TextArea

    from jobcopilot.jobs.views import JobDetail


class FieldHints(MessagePump):
    """Says what the field in focus takes; for panels."""

    standing: str = ""
    """What is said where the field in focus has no hint of its own."""

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the field takes."""
        assert isinstance(self, Panel)
        if not self.warned:
            field = next((node for node in event.widget.ancestors if isinstance(node, Field)), None)
            self.say((field.hint if field else "") or self.standing)


class FormPanel(FieldHints, Panel[int]):
    """A dialogue with one form: hints for the field in focus, a warning before something is lost."""

    _keeping = False

    BINDINGS: ClassVar[list[Any]] = bindings("form")
    DEFAULT_CSS = """
    FormPanel #scroll { height: 1fr; scrollbar-size-vertical: 1; }
    FormPanel Form { height: auto; padding: 0 1 0 0; }
    FormPanel Field.-long { height: 7; margin-top: 1; }
    FormPanel.-wide #scroll.-two { layout: horizontal; overflow-y: hidden; }
    FormPanel.-wide #scroll.-two > .lines { width: 3fr; height: 100%; overflow-y: auto; padding-right: 2; }
    FormPanel.-wide #scroll.-two > .texts { width: 2fr; height: 100%; }
    FormPanel.-wide #scroll.-two Field.-long { height: 1fr; margin-top: 0; }
    """

    def body(self) -> Iterable[Widget]:
        """Return the place of the form."""
        yield VerticalScroll(id="scroll", can_focus=False)

    @property
    def forms(self) -> list[Form]:
        """The forms in order; together they are one."""
        return list(self.query(Form))

    @property
    def changed(self) -> dict[str, str]:
        """Field name to text, of what was changed."""
        return {name: text for form in self.forms for name, text in form.changed.items()}

    @property
    def texts(self) -> dict[str, str]:
        """Field name to text."""
        return {name: text for form in self.forms for name, text in form.texts.items()}

    @property
    def unsaved(self) -> bool:
        """Whether something was changed."""
        return bool(self.changed)

    def check(self) -> bool:
        """Check all fields and go to the first wrong one."""
        verdicts = [form.check() for form in reversed(self.forms)]
        return all(verdicts)

    async def show_fields(self, lines: Sequence[Field], texts: Sequence[Field] = ()) -> None:
        """Put the fields on the screen and go to the first."""
        scroll = self.query_one("#scroll")
        forms = [Form(*lines, classes="lines")]
        if texts:
            forms.append(Form(*texts, classes="texts"))
            scroll.add_class("-two")
        await scroll.mount_all(forms)
        lines[0].control.focus()

    @on(Choice.Changed)
    def _chosen(self) -> None:
        self.forget_warning()

    def on_input_changed(self, _event: Input.Changed) -> None:
        """A changed form is asked about again."""
        self.forget_warning()

    def on_text_area_changed(self, _event: TextArea.Changed) -> None:
        """A changed form is asked about again."""
        self.forget_warning()

    @on(Form.Done)
    def _done(self, event: Form.Done) -> None:
        event.stop()
        self.action_save()

    def on_path_field_entered(self) -> None:
        """A path is the last that an export asks for."""
        self.action_save()

    def action_save(self) -> None:
        """Check the form and keep what it says, once however often the key is pressed."""
        if not self._keeping and self.check():
            self._keeping = True
            start_work(self, self._keep(), name="save-form")

    async def _keep(self) -> None:
        try:
            await self.keep()
        finally:
            self._keeping = False

    async def keep(self) -> None:
        """Keep what the checked form says, then leave."""
        raise NotImplementedError


class EditJob(FormPanel):
    """All fields of one job."""

    def __init__(self, job_id: int) -> None:
        super().__init__("Edit")
        self.job_id = job_id

    def on_mount(self) -> None:
        """Read the job."""
        start_work(self, self._load(), name="load-form")

    async def _load(self) -> None:
        from jobcopilot.tui.modals import job_fields

        def read() -> tuple[JobDetail, dict[str, str]]:
            detail = self.runtime.pages.get(self.job_id)
            return detail, job_fields.texts_of(detail, self.runtime.clock.zone())

        detail, texts = await asyncio.to_thread(read)
        self.entitle("Edit", f"{detail.row.title} · {detail.row.company}")
        await self.show_fields(
            job_fields.form_fields(job_fields.LINES, texts), job_fields.form_fields(job_fields.TEXTS, texts)
        )

    async def keep(self) -> None:
        """Change the fields that were touched as one act, then leave."""
        from jobcopilot.jobs.changes import checked

        changed = self.changed
        if not changed:
            self.dismiss(None)
            return
        await asyncio.to_thread(lambda: self.runtime.jobs.change([self.job_id], checked(changed)))
        self.dismiss(1)


class EditSeveral(FormPanel):
    """What several jobs share."""

    def __init__(self, job_ids: Sequence[int]) -> None:
        super().__init__(f"Edit {count(len(job_ids), 'job')}", "only what you fill in is changed")
        self.job_ids = list(job_ids)

    async def on_mount(self) -> None:
        """Show the fields, all empty."""
        from jobcopilot.tui.modals.job_fields import shared_fields

        await self.show_fields(shared_fields())

    async def keep(self) -> None:
        """Change all jobs as one act, then leave."""
        from jobcopilot.jobs.changes import checked
        from jobcopilot.tui.modals.job_fields import shared_changes

        changes = shared_changes(self.texts)
        if not changes:
            self.dismiss(None)
            return
        await asyncio.to_thread(lambda: self.runtime.jobs.change(self.job_ids, checked(changes)))
        self.dismiss(len(self.job_ids))
