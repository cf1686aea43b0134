"""A field for a path: tab completes it as a shell does, dropped and quoted paths are understood."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.actions import SkipAction
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input, Static

from jobcopilot.text import clean_line, clean_text
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.dropped import completed
from jobcopilot.tui.modals.fields import LABEL_WIDTH, Check, Field, LineInput
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from textual.app import ComposeResult


@dataclass
class TextPasted(Message):
    """Text of several lines was pasted where one line fits."""

    text: str


@dataclass
class NamesFound(Message):
    """What the path could go on with; empty once it is unambiguous."""

    names: tuple[str, ...]


class PathInput(LineInput):
    """The line itself; where there is nothing to complete, tab goes on to the next field."""

    BINDINGS: ClassVar[list[Any]] = [Binding("tab", "complete", "complete", show=False, id="path.complete")]

    def action_complete(self) -> None:
        """Complete the path; an empty line, an address and a complete file let the focus go on."""
        if not self.value.strip() or "://" in self.value:
            raise SkipAction
        start_work(self, self._complete(self.value), name="complete-path")

    async def _complete(self, typed: str) -> None:
        text, names = await asyncio.to_thread(completed, typed)
        if self.value != typed:
            return
        if text == typed and not names:
            self.post_message(NamesFound(()))
            self.screen.focus_next()
            return
        self.value = text
        self.cursor_position = len(text)
        self.post_message(NamesFound(names))

    def _on_paste(self, event: events.Paste) -> None:
        if len([line for line in event.text.splitlines() if line.strip()]) > 1:
            event.stop()
            event.prevent_default()
            self.post_message(TextPasted(clean_text(event.text)))
        else:
            super()._on_paste(event)


class PathField(Field):
    """A path line with the names that it could go on with under it."""

    class Entered(Message):
        """Enter was pressed in the line."""

    DEFAULT_CSS = f"""
    PathField .names {{ height: auto; max-height: 4; padding: 0 1 0 {LABEL_WIDTH}; color: $muted; display: none; }}
    PathField.-names .names {{ display: block; }}
    """

    def __init__(
        self,
        name: str,
        label: str,
        value: str = "",
        *,
        placeholder: str = "—",
        hint: str = "",
        check: Check | None = None,
    ) -> None:
        self.path = PathInput(value, placeholder=placeholder)
        super().__init__(name, label, self.path, hint=hint, check=check)

    def compose(self) -> ComposeResult:
        """Put the line and the place for names."""
        yield from super().compose()
        yield Static("", classes="names", markup=False)

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered())

    @on(Input.Changed)
    def _other_path(self) -> None:
        self.remove_class("-names")

    @on(NamesFound)
    def _show_names(self, event: NamesFound) -> None:
        event.stop()
        self.set_class(bool(event.names), "-names")
        width = max(self.size.width - LABEL_WIDTH - 1, 20)
        self.query_one(".names", Static).update(names_in_columns(event.names, width, 4))


def names_in_columns(names: tuple[str, ...], width: int, height: int) -> str:
    """Return names as columns that fit; what does not is counted."""
    if not names:
        return ""
    wide = min(max(len(name) for name in names) + 2, width, 40)
    columns = max(width // wide, 1)
    shown = names[: columns * height]
    if len(shown) < len(names):
        shown = (*shown[:-1], f"… {len(names) - len(shown) + 1} more")
    rows = [shown[at : at + columns] for at in range(0, len(shown), columns)]
    return "\n".join("".join(fit(clean_line(name), wide - 1) + " " for name in row).rstrip() for row in rows)
