"""Export of a session: Markdown to read, JSON to keep, to which file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import on

from jobcopilot.practice.views import SessionView
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.dropped import expanded, unquoted
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.export_figure import _check_path, write_whole
from jobcopilot.tui.modals.fields import Choice, Field, Form
from jobcopilot.tui.modals.path_input import PathField
from jobcopilot.tui.telling import tell

FORMATS = (("md", "Markdown: to read"), ("json", "JSON: to keep"))


class ExportSession(FormPanel):
    """Writes one session, transcript and report, to a file and says where it is."""

    def __init__(self, session_id: int) -> None:
        super().__init__("Export the session", "transcript, marks and quotes")
        self.session_id = session_id
        self._replace: Path | None = None

    def on_mount(self) -> None:
        """Read the session."""
        start_work(self, self._load(), name="load-form")

    async def _load(self) -> None:
        view = await asyncio.to_thread(self.runtime.practice_history.session, self.session_id)
        day = view.row.created_at.astimezone(self.runtime.clock.zone()).date().isoformat()
        await self.show_fields(
            [
                Field("form", "Format", Choice(FORMATS)),
                PathField(
                    "path",
                    "File",
                    f"~/practice-{day}-{self.session_id}.md",
                    hint="tab completes; ~ is your home",
                    check=_check_path,
                ),
            ]
        )

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something; an export's choices are made again in a moment."""
        return False

    @on(Choice.Changed)
    def _other_form(self) -> None:
        path = self.query_one(Form).field("path")
        stem, dot, ending = path.text.rpartition(".")
        if dot and ending in {form for form, _ in FORMATS}:
            path.text = f"{stem}.{self.texts['form']}"

    async def keep(self) -> None:
        """Write the file, say where it is, then leave."""
        said = self.texts
        file = expanded(unquoted(said["path"])).absolute()
        if self._replace != file and await asyncio.to_thread(file.exists):
            self._replace = file
            self.query_one(Form).field("path").complain(
                f"{file.name} is there already. ctrl+s again replaces it, or choose another name."
            )
            return
        view = await asyncio.to_thread(self.runtime.practice_sessions.report, self.session_id)
        text = await asyncio.to_thread(self._text, view, said["form"])
        await asyncio.to_thread(write_whole, file, text)
        tell(self.app, f"Written to {file}")
        self.dismiss(1)

    def _text(self, view: SessionView, form: str) -> str:
        from jobcopilot.practice.export import session_json, session_markdown

        spoken = self.runtime.deliveries.of(view.row.id)
        feedback = self.runtime.session_feedback.of(view.row.id)
        if form == "json":
            return session_json(view, spoken, feedback)
        return session_markdown(view, self.runtime.clock.zone(), spoken, feedback)
