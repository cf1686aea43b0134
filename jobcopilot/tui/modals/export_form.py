"""What every export asks for: a form, and a file that is replaced only when one says so twice."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from textual import on

from jobcopilot.errors import StorageError, UsageError
from jobcopilot.tui.modals.dropped import expanded, unquoted
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field, Form
from jobcopilot.tui.modals.path_input import PathField


class ExportForm(FormPanel):
    """Asks for format and file; whoever derives from it writes."""

    def __init__(self, title: str, about: str, formats: Sequence[tuple[str, str]]) -> None:
        """`formats` are the endings of files, with what each is for."""
        super().__init__(title, about)
        self._formats = formats
        self._replace: Path | None = None

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something; an export's choices are made again in a moment."""
        return False

    def form_and_file(self, name: str) -> list[Field]:
        """Return the two fields; `name` is the file's without its ending, which follows the format."""
        ending = self._formats[0][0]
        return [
            Field("form", "Format", Choice(self._formats)),
            PathField(
                "path", "File", f"~/{name}.{ending}", hint="tab completes; ~ is your home", check=_check_path
            ),
        ]

    @on(Choice.Changed)
    def _other_form(self) -> None:
        path = self.query_one(Form).field("path")
        stem, dot, ending = path.text.rpartition(".")
        if dot and ending in {form for form, _ in self._formats}:
            path.text = f"{stem}.{self.texts['form']}"

    async def chosen_file(self) -> Path | None:
        """Return the file to write, None where one is there that the person has not yet said to replace."""
        file = expanded(unquoted(self.texts["path"])).absolute()
        if self._replace != file and await asyncio.to_thread(file.exists):
            self._replace = file
            self.query_one(Form).field("path").complain(
                f"{file.name} is there already. ctrl+s again replaces it, or choose another name."
            )
            return None
        return file


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
            "The file could not be written",
            f"{file}: {refused.strerror}",
            "Free some space, or choose another file. Nothing was left there.",
        ) from refused


def _check_path(text: str) -> None:
    path = expanded(unquoted(text))
    if not text.strip():
        raise UsageError("No file is named", hint="Name the file to write, for example ~/export.csv")
    if path.is_dir():
        raise UsageError("This is a folder", hint=f"{path} is a folder: name a file in it.")
    if path.exists() and not path.is_file():
        raise UsageError("This is a device", hint=f"{path} is a device: name a file.")
