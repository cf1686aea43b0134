"""Choosing the column that feeds a field, seen with a value of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.widgets import OptionList

from jobcopilot.jobs.importers.mapping import FIELDS, REQUIRED
from jobcopilot.text import clean_line
from jobcopilot.tui.modals.ask import AskDialogue
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import fit, steady

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

    from jobcopilot.jobs.importers.sources import ImportSource

_NOTHING, _SAME = "nothing", "same"
_NAME_CELLS = 28


async def choose_column(app: App[int], source: ImportSource, field: str) -> str | None:
    """Ask what feeds a field, in the notation of `--map`: a column, `=text`, or empty for nothing; None to leave it."""
    chosen = await app.push_screen_wait(ColumnDialogue(source, field))
    if chosen is None:
        return None
    if chosen == _NOTHING:
        return ""
    if chosen == _SAME:
        text = await app.push_screen_wait(
            AskDialogue(f"The same {field.replace('_', ' ')} in every row", "Text")
        )
        return f"={text}" if text else None
    return source.columns[int(chosen)]


class ColumnDialogue(Panel[str]):
    """The columns there are, each with one of its values."""

    def __init__(self, source: ImportSource, field: str) -> None:
        super().__init__(f"Column for {field.replace('_', ' ')}", FIELDS[field])
        self.source = source
        self.field = field

    def body(self) -> Iterable[Widget]:
        """Return the columns."""
        palette = palette_of(self.app)
        now = self.source.mapping.columns_of(self.field)
        samples = sample_values(self.source)
        lines: list[tuple[str, Text]] = []
        for place, column in enumerate(self.source.columns):
            text = Text(no_wrap=True, overflow="ellipsis")
            text.append("● " if column in now else "  ", palette.accent)
            text.append(fit(column, _NAME_CELLS), palette.foreground)
            text.append(f"  {steady(samples.get(column, ''))}", palette.muted)
            lines.append((str(place), text))
        lines.append((_SAME, Text("  the same text in every row …", palette.secondary)))
        if self.field not in REQUIRED:
            lines.append((_NOTHING, Text("  nothing: leave the field empty", palette.secondary)))
        menu = Choices(lines)
        menu.highlighted = self.source.columns.index(now[0]) if now else 0
        menu.styles.max_height = "100%"
        yield menu

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


def sample_values(source: ImportSource) -> dict[str, str]:
    """Return one value of each column, from the first rows that have one."""
    from jobcopilot.jobs.importers.cells import as_text
    from jobcopilot.jobs.importers.sources import TablePart

    found: dict[str, str] = {}
    for part in source.parts:
        if not isinstance(part, TablePart):
            continue
        for column in part.columns:
            get = part.table.getter(column)
            values = (clean_line(as_text(get(record)), 80) for record in part.table.samples[:50])
            if value := next((value for value in values if value), ""):
                found.setdefault(column, value)
    return found
