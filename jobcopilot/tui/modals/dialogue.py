"""What every dialogue is built on: a titled panel over the screen, closed with escape, its keys at the bottom.

A dialogue overrides `body` and ends with `dismiss(result)`; `None` means that nothing is to be done. Open it with
`app.push_screen(dialogue, callback)`, or with `await app.push_screen_wait(dialogue)` from background work
(`failures.start_work`). Its commands stand in `commands.py` under a place of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from jobcopilot.tui import failures
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.widgets.chrome import KeyLine
from jobcopilot.tui.widgets.signs import steady

Result = TypeVar("Result")


class Dialogue(ModalScreen[Result | None], Generic[Result]):
    """A panel over the screen."""

    # With priority it moves before the letters typed behind it are handed out: those would land in the field before.
    # Where that is not for it to do (`check_action`), a screen's own way: one's own tab takes the place of that.
    BINDINGS: ClassVar[Any] = [
        *bindings("dialogue"),
        Binding("tab", "go_on(1)", show=False, priority=True),
        Binding("shift+tab", "go_on(-1)", show=False, priority=True),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]
    DEFAULT_CSS = """
    Dialogue { align: center middle; background: $background 60%; }
    Dialogue > #panel {
        width: 64;
        max-width: 96%;
        height: auto;
        max-height: 90%;
        padding: 1 2;
        background: $surface;
        border: round $line;
    }
    Dialogue > #panel > #heading { width: 100%; height: auto; margin-bottom: 1; color: $accent; text-style: bold; }
    Dialogue Input { border: none; height: 1; padding: 0 1; background: $panel; }
    Dialogue Input:focus { border: none; }
    Dialogue Input > .input--placeholder, Dialogue TextArea > .text-area--placeholder { color: $muted; }
    Dialogue .quiet { color: $muted; height: auto; }
    """

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = heading

    def compose(self) -> ComposeResult:
        """Put heading, body and keys on the screen."""
        with Vertical(id="panel"):
            yield Static(steady(self.heading), id="heading", markup=False)
            yield from self.body()
        yield KeyLine()

    def body(self) -> Iterable[Widget]:
        """Return what stands below the heading."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take tab from text fields alone, and from those that do something else with it never."""
        if action == "go_on":
            field = self.focused
            return isinstance(field, Input | TextArea) and "tab" not in field._bindings.key_to_bindings
        return super().check_action(action, parameters)

    def action_go_on(self, step: int) -> None:
        """Go to the next field, or to the one before."""
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_close(self) -> None:
        """Close the foremost failure, else the dialogue, with nothing done."""
        if not failures.dismiss(self.app):
            self.dismiss(None)
