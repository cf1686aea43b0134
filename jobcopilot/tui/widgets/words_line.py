"""A line to narrow a list by words as one types, with how many are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.containers import Horizontal
from textual.widgets import Input, Static

from jobcopilot.tui.messages import QueryTyped
from jobcopilot.tui.widgets.search import SearchInput

if TYPE_CHECKING:
    from textual.app import ComposeResult


class WordsInput(SearchInput):
    """The field; what is typed here is not kept under a name."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out keeping."""
        return action != "keep" and super().check_action(action, parameters)


class WordsLine(Horizontal):
    """Field and figures on one line; tells with `QueryTyped` and `SearchLeft`."""

    DEFAULT_CSS = """
    WordsLine { height: 1; }
    WordsLine .prompt { width: 3; color: $accent; text-style: bold; }
    WordsLine WordsInput { width: 1fr; height: 1; border: none; padding: 0; background: $background; }
    WordsLine WordsInput:focus { background: $surface; border: none; }
    WordsLine .input--placeholder { color: $muted; }
    WordsLine #found { width: auto; padding: 0 1 0 2; color: $muted; }
    """

    def __init__(self, placeholder: str) -> None:
        super().__init__(id="words")
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """Put prompt, field and figures on one line."""
        yield Static(" / ", classes="prompt", markup=False)
        yield WordsInput(placeholder=self._placeholder, select_on_focus=False, max_length=500)
        yield Static("", id="found", markup=False)

    @property
    def field(self) -> WordsInput:
        """The text field."""
        return self.query_one(WordsInput)

    def tell(self, found: str) -> None:
        """Say how many are left."""
        self.query_one("#found", Static).update(Text(found))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(QueryTyped(event.value))
