"""Asking for one line of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.widgets import Input, Static

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.modals.dialogue import Dialogue

if TYPE_CHECKING:
    from textual.widget import Widget


class AskInput(Input):
    """A field whose line of keys says that enter goes on."""

    BINDINGS: ClassVar[Any] = bindings("ask")


class AskDialogue(Dialogue[str]):
    """One text field; enter gives its text, cleaned, and escape nothing."""

    def __init__(self, heading: str, label: str, value: str = "") -> None:
        super().__init__(heading)
        self.label = label
        self.value = value

    def body(self) -> Iterable[Widget]:
        """Return label and field."""
        yield Static(self.label, classes="quiet", markup=False)
        yield AskInput(self.value, select_on_focus=False)

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        from jobcopilot.text import clean_line

        self.dismiss(clean_line(event.value) or None)
