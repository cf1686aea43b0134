"""Export of a session: Markdown to read, JSON to keep, to which file."""

from __future__ import annotations

import asyncio

from jobcopilot.practice.views import SessionView
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.export_form import ExportForm, write_whole
from jobcopilot.tui.telling import tell

FORMATS = (("md", "Markdown: to read"), ("json", "JSON: to keep"))


class ExportSession(ExportForm):
    """Writes one session, transcript and report, to a file and says where it is."""

    def __init__(self, session_id: int) -> None:
        super().__init__("Export the session", "transcript, marks and quotes", FORMATS)
        self.session_id = session_id

    def on_mount(self) -> None:
        """Read the session."""
        start_work(self, self._load(), name="load-form")

    async def _load(self) -> None:
        view = await asyncio.to_thread(self.runtime.practice_history.session, self.session_id)
        day = view.row.created_at.astimezone(self.runtime.clock.zone()).date().isoformat()
        await self.show_fields(self.form_and_file(f"practice-{day}-{self.session_id}"))

    async def keep(self) -> None:
        """Write the file, say where it is, then leave."""
        form = self.texts["form"]
        file = await self.chosen_file()
        if file is None:
            return
        view = await asyncio.to_thread(self.runtime.practice_sessions.report, self.session_id)
        await asyncio.to_thread(write_whole, file, self._text(view, form))
        tell(self.app, f"Written to {file}")
        self.dismiss(1)

    def _text(self, view: SessionView, form: str) -> str:
        from jobcopilot.practice.export import session_json, session_markdown

        spoken = self.runtime.deliveries.of(view.row.id)
        feedback = self.runtime.session_feedback.of(view.row.id)
        if form == "json":
            return session_json(view, spoken, feedback)
        return session_markdown(view, self.runtime.clock.zone(), spoken, feedback)
