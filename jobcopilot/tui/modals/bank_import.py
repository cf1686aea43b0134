"""Import of questions, skills and types: what a file would bring is shown before it is brought."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Input, Static

from jobcopilot.errors import UsageError
from jobcopilot.tui.modals.dropped import expanded, unquoted
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field
from jobcopilot.tui.modals.path_input import PathField
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.signs import count, steady

if TYPE_CHECKING:
    from pathlib import Path

    from jobcopilot.practice.bank_import import BankImport

SHOWN = 12
"""Refused rows that are listed."""


class ImportBank(FormPanel):
    """A file, what it would bring, and then it."""

    DEFAULT_CSS = """
    ImportBank #found { height: auto; margin-top: 1; }
    """

    def __init__(self) -> None:
        super().__init__("Import into the bank", "CSV or JSON; nothing is written before you have seen it")
        self.seen: tuple[Path, bool] | None = None
        """What was looked at: the file, and whether new skills are added."""

    async def on_mount(self) -> None:
        """Show the form."""
        new = Choice([("no", "refuse their rows"), ("yes", "add them")])
        await self.show_fields(
            [
                PathField("path", "File", hint="tab completes; ~ is your home", check=_check_path),
                Field("new", "Unknown skills", new, hint="what happens to questions about skills you lack"),
            ]
        )
        await self.query_one("#scroll").mount(Static("", id="found", markup=False))

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something; nothing was written."""
        return False

    def on_input_changed(self, _event: Input.Changed) -> None:
        """Another file is looked at first."""
        self.seen = None

    async def keep(self) -> None:
        """Look at the file; asked again, import it."""
        from jobcopilot.practice.bank_import import import_file

        file = expanded(unquoted(self.texts["path"])).absolute()
        new = self.texts["new"] == "yes"
        bank, dry = self.runtime.bank, self.seen != (file, new)
        report = await asyncio.to_thread(lambda: import_file(bank, file, dry_run=dry, new_skills=new))
        if dry:
            self.seen = (file, new)
            self.query_one("#found", Static).update(_words(report))
            self.say("ctrl+s imports it.")
            return
        tell(self.app, f"Imported: {_sum(report)}.")
        self.dismiss(1)


def _sum(report: BankImport) -> str:
    parts = [count(report.questions, "question")]
    parts += [count(report.skills, "skill")] if report.skills else []
    parts += [count(report.types, "type")] if report.types else []
    return ", ".join(parts)


def _words(report: BankImport) -> Text:
    text = Text(f"{count(report.read, 'row')} read: {_sum(report)} would be added.\n")
    for head, rows in (("There already", report.alike), ("Refused", report.refused)):
        if rows:
            text.append(f"\n{head}: {len(rows)}\n", "bold")
            for one in rows[:SHOWN]:
                text.append(f"  row {one.row}: {steady(one.what)}: {steady(one.reason)}\n")
    return text


def _check_path(text: str) -> None:
    if not text.strip():
        raise UsageError("No file is named", hint="Name the file to read.")
