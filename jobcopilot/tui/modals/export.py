"""Export: which jobs, in which form, to which file."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

from jobcopilot.jobs.pages import JobPages
from jobcopilot.jobs.query import parse_query
from jobcopilot.tui.modals.export_form import ExportForm
from jobcopilot.tui.modals.fields import Choice, Field
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jobcopilot.jobs.query import Query
    from jobcopilot.runtime import Runtime

FORMATS = (("csv", "CSV (spreadsheets)"), ("json", "JSON"), ("jsonl", "JSON Lines"))


class ExportDialogue(ExportForm):
    """Writes jobs with all of their fields to a file and says what was written."""

    def __init__(self, query: Query, sort: str, selected: Sequence[int] = ()) -> None:
        super().__init__("Export", "with all fields of each job", FORMATS)
        self.query_wanted = query
        self.sort = sort
        self.selected = list(selected)

    async def on_mount(self) -> None:
        """Show the form."""
        which = [("selected", f"the {len(self.selected)} selected")] if self.selected else []
        if self.query_wanted.text.strip():
            which.append(("search", f"this search: {self.query_wanted.text.strip()[:40]}"))
        which.append(("all", "all jobs"))
        name = f"jobs-{self._today().isoformat()}"
        await self.show_fields([Field("jobs", "Which jobs", Choice(which)), *self.form_and_file(name)])

    async def keep(self) -> None:
        """Write the file, say what was written, then leave."""
        said = self.texts
        file = await self.chosen_file()
        if file is None:
            return
        self.say("Writing …")
        try:
            total = await asyncio.to_thread(self._write, file, said["form"], said["jobs"])
        finally:
            self.say("")
        self.app.notify(f"{count(total, 'job')} written to {file}", markup=False)
        self.dismiss(total)

    def _write(self, file: Path, form: str, which: str) -> int:
        from jobcopilot.jobs.export import export_file

        everything = self.query_wanted if which == "search" else parse_query("", today=self._today())
        pages = _SelectedPages(self.runtime, self.selected) if which == "selected" else self.runtime.pages
        sort = self.sort if which == "search" or self.sort.lstrip("-") != "relevance" else "-match"
        return export_file(file, pages, everything, form, sort=sort)

    def _today(self) -> date:
        return self.runtime.clock.now().astimezone(self.runtime.clock.zone()).date()


class _SelectedPages(JobPages):
    """The pages of some jobs only."""

    def __init__(self, runtime: Runtime, selected: Sequence[int]) -> None:
        super().__init__(runtime.reader, runtime.profile.id, runtime.clock)
        self._selected = frozenset(selected)

    def ids(self, query: Query, sort: str) -> list[int]:
        """Return the ids of the selected jobs, in order."""
        return [job_id for job_id in super().ids(query, sort) if job_id in self._selected]
