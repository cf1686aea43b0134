"""The frame of larger dialogues; at 80×24 it fills the screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from jobcopilot.tui import failures
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.widgets.chrome import KeyLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from jobcopilot.runtime import Runtime
    from jobcopilot.tui.app import JobcopilotApp

Answer = TypeVar("Answer")


class Panel(Dialogue[Answer]):
    """A dialogue with room; escape closes a failure, else goes one step back, and warns before work is lost."""

    BINDINGS: ClassVar[Any] = bindings("panel")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as Textual declares it
    DEFAULT_CSS = """
    Panel > #panel { width: 124; max-width: 94%; height: 36; max-height: 88%; padding: 1 2 0 2; }
    Panel.-narrow > #panel {
        width: 100%; max-width: 100%; height: 100%; max-height: 100%; border: none; padding: 1 2;
    }
    Panel #line { height: 1; margin-bottom: 1; }
    Panel #heading { width: auto; max-width: 60%; color: $accent; text-style: bold; }
    Panel #about { width: 1fr; height: 1; text-align: right; color: $muted; padding-left: 2; }
    Panel #body { height: 1fr; }
    Panel #said { height: auto; min-height: 1; max-height: 3; color: $muted; }
    Panel LineInput, Panel LineInput:focus { background: $surface; height: 1; border: none; padding: 0 1; }
    Panel LineInput:focus { background: $cursor; }
    Panel LineInput > .input--placeholder { color: $muted; }
    Panel Choices, Panel Choices:focus {
        background-tint: $foreground 0%; text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, heading: str, about: str = "") -> None:
        super().__init__(heading)
        self._about = about
        self.warned = False
        """Whether leaving was tried once already."""

    @property
    def runtime(self) -> Runtime:
        """The parts of this home."""
        return cast("JobcopilotApp", self.app).data.runtime

    def compose(self) -> ComposeResult:
        """Put the frame round what the dialogue is about."""
        with Vertical(id="panel"):
            with Horizontal(id="line"):
                yield Static(self.heading, id="heading", markup=False)
                yield Static(Text(self._about, no_wrap=True, overflow="ellipsis"), id="about", markup=False)
            with Vertical(id="body"):
                yield from self.body()
            yield Static("", id="said", markup=False)
        yield KeyLine()

    def action_help(self) -> None:
        """Show what every key does here."""
        cast("JobcopilotApp", self.app).action_help()

    def body(self) -> Iterable[Widget]:
        """Return what the dialogue is about."""
        raise NotImplementedError

    def entitle(self, heading: str, about: str = "") -> None:
        """Change the heading and what stands beside it."""
        self.query_one("#heading", Static).update(Text(heading))
        self.query_one("#about", Static).update(Text(about, no_wrap=True, overflow="ellipsis"))

    def say(self, words: str) -> None:
        """Say something in the line above the keys."""
        self.query_one("#said", Static).update(Text(words))

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose what was typed."""
        return False

    def action_close(self) -> None:
        """Close the foremost failure; else leave, after a warning where something would be lost."""
        if failures.dismiss(self.app):
            return
        if self.unsaved and not self.warned:
            self.warned = True
            self.say("! What you changed is not saved: ctrl+s saves it, escape again drops it.")
            return
        self.dismiss(None)

    def forget_warning(self) -> None:
        """Ask again before something is lost."""
        if self.warned:
            self.warned = False
            self.say("")
