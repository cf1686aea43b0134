"""Writing notes on a job; what is written is kept when the dialogue closes, and undo takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.widgets import Static, TextArea

from jobcopilot.tui import failures
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.modals.dialogue import Dialogue

if TYPE_CHECKING:
    from textual.widget import Widget


class NotesDialogue(Dialogue[str]):
    """A text field of several lines, read as Markdown afterwards."""

    # Its own escape: written words are never thrown away.
    BINDINGS: ClassVar[Any] = bindings("notes")
    DEFAULT_CSS = """
    NotesDialogue > #panel { width: 96; height: 80%; }
    NotesDialogue TextArea { height: 1fr; border: none; padding: 0 1; background: $panel; }
    NotesDialogue TextArea:focus { border: none; }
    """

    def __init__(
        self, heading: str, notes: str, *, hint: str = "Markdown: **bold**, - lists, # headings"
    ) -> None:
        super().__init__(heading)
        self.notes = notes
        self.hint = hint
        """What stands below the field."""

    def body(self) -> Iterable[Widget]:
        """Return the field."""
        yield TextArea(self.notes, soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        yield Static(self.hint, classes="quiet", markup=False)

    def action_keep(self) -> None:
        """Keep what is written and close."""
        from jobcopilot.text import clean_text

        if not failures.dismiss(self.app):
            self.dismiss(clean_text(self.query_one(TextArea).text))
