"""Export of a chart: as figures (CSV) or as a picture (SVG), to which file."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from jobcopilot.errors import StorageError, UsageError
from jobcopilot.tui.market_pictures import picture_of
from jobcopilot.tui.market_tables import table_of
from jobcopilot.tui.modals.dropped import expanded, unquoted
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field, Form
from jobcopilot.tui.modals.path_input import PathField
from jobcopilot.tui.telling import tell

if TYPE_CHECKING:
    from jobcopilot.tui.market_data import Figure, Reading

FORMATS = (("csv", "CSV: the figures, for a spreadsheet"), ("svg", "SVG: the picture, for a browser"))


class ExportFigure(FormPanel):
    """Writes one figure to a file and says where it is."""

    def __init__(self, figure: Figure, reading: Reading) -> None:
        table = table_of(figure, reading)
        super().__init__("Export", table.title)
        self.figure = figure
        self.reading = reading
        self._replace: Path | None = None

    async def on_mount(self) -> None:
        """Show the form."""
        asked = self.reading.asked
        name = "-".join(
            part
            for part in (
                self.figure,
                _plain(asked.role),
                _plain(asked.place_name),
                self.reading.today.isoformat(),
            )
            if part
        )
        await self.show_fields(
            [
                Field("form", "Format", Choice(FORMATS)),
                PathField(
                    "path",
                    "File",
                    f"~/market-{name}.csv",
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
        if said["form"] == "svg":
            await asyncio.to_thread(write_whole, file, picture_of(self.figure, self.reading))
        else:
            # Excel takes a CSV file without this mark for the machine's old code page.
            text = "\ufeff" + table_of(self.figure, self.reading).as_csv()
            await asyncio.to_thread(write_whole, file, text)
        tell(self.app, f"Written to {file}")
        self.dismiss(1)


def write_whole(file: Path, text: str) -> None:
    """Write a text to a file that is there whole or not at all. Raises `StorageError`."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        partial = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as refused:
        raise StorageError(
            "The chart could not be written",
            f"{file}: {refused.strerror}",
            "Free some space, or choose another file. Nothing was left there.",
        ) from refused


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]


def _check_path(text: str) -> None:
    path = expanded(unquoted(text))
    if not text.strip():
        raise UsageError("No file is named", hint="Name the file to write, for example ~/pay.csv")
    if path.is_dir():
        raise UsageError("This is a folder", hint=f"{path} is a folder: name a file in it.")
