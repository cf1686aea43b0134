"""Export: which jobs, in which form, to which file."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

from textual import on

from jobcopilot.errors import UsageError
from jobcopilot.jobs.pages import JobPages
from jobcopilot.jobs.query import parse_query
from jobcopilot.tui.modals.dropped import expanded, unquoted
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field, Form
from jobcopilot.tui.modals.path_input import PathField
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jobcopilot.jobs.query import Query
    from jobcopilot.runtime import Runtime

FORMATS = (("csv", "CSV (spreadsheets)"), ("json", "JSON"), ("jsonl", "JSON Lines"))


class ExportDialogue(FormPanel):
    """Writes jobs with all of their fields to a file and says what was written."""

    def __init__(self, query: Query, sort: str, selected: Sequence[int] = ()) -> None:
        super().__init__("Export", "with all fields of each job")
        self.query_wanted = query
        self.sort = sort
        self.selected = list(selected)
        self._replace: Path | None = None

    async def on_mount(self) -> None:
        """Show the form."""
        which = [("selected", f"the {len(self.selected)} selected")] if self.selected else []
        if self.query_wanted.text.strip():
            which.append(("search", f"this search: {self.query_wanted.text.strip()[:40]}"))
        which.append(("all", "all jobs"))
        today = self._today()
        await self.show_fields(
            [
                Field("jobs", "Which jobs", Choice(which)),
                Field("form", "Format", Choice(FORMATS)),
                PathField(
                    "path",
                    "File",
                    f"~/jobs-{today.isoformat()}.csv",
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
        """Write the file, say what was written, then leave."""
        said = self.texts
        file = expanded(unquoted(said["path"])).absolute()
        if self._replace != file and await asyncio.to_thread(file.exists):
            self._replace = file
            self.query_one(Form).field("path").complain(
                f"{file.name} is there already. ctrl+s again replaces it, or choose another name."
            )
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


def _check_path(text: str) -> None:
    path = expanded(unquoted(text))
    if not text.strip():
        raise UsageError("No file is named", hint="Name the file to write, for example ~/jobs.csv")
    if path.is_dir():
        raise UsageError("This is a folder", hint=f"{path} is a folder: name a file in it.")
