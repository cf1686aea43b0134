"""Asking before the few things that undo cannot take back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.widgets import OptionList, Static

from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.theme import palette_of

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget


class ConfirmDialogue(Dialogue[bool]):
    """A question with its consequence; the cursor starts on the harmless answer."""

    def __init__(self, heading: str, consequence: str, yes: str) -> None:
        super().__init__(heading)
        self.consequence = consequence
        self.yes = yes
        """What happens, as a verb: `replace`, `delete`."""

    def body(self) -> Iterable[Widget]:
        """Return the consequence and both answers."""
        palette = palette_of(self.app)
        yield Static(self.consequence, classes="quiet", markup=False)
        yield Choices(
            [
                ("no", Text.assemble((" n  ", f"bold {palette.accent}"), "leave it")),
                ("yes", Text.assemble((" y  ", f"bold {palette.accent}"), self.yes)),
            ]
        )

    def on_key(self, event: events.Key) -> None:
        """Answer by letter."""
        if event.character in ("y", "n"):
            event.stop()
            self.dismiss(event.character == "y")

    @on(OptionList.OptionSelected)
    def _answered(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id == "yes")
