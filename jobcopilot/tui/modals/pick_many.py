"""Picking some of many names: typing narrows them, ctrl+s keeps what is ticked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.modals.pick import PickInput
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from textual.widget import Widget


class PickMany(Dialogue[tuple[str, ...]]):
    """Names with a tick each; with `one` enter takes the name under the cursor at once."""

    BINDINGS: ClassVar[Any] = bindings("pickmany")
    DEFAULT_CSS = """
    PickMany > #panel { width: 60; }
    PickMany Choices { height: auto; max-height: 12; margin: 1 0 0 0; }
    PickMany PickInput, PickMany PickInput:focus { background: $panel; }
    """

    def __init__(
        self, heading: str, names: Sequence[str], ticked: Sequence[str], *, one: bool = False
    ) -> None:
        super().__init__(heading)
        self.names = tuple(dict.fromkeys((*ticked, *names)))
        self.ticked = dict.fromkeys(ticked)
        self.one = one
        self.found: Sequence[str] = ()
        self.choices = Choices([])
        self.choices.can_focus = False
        self.note = Static("", classes="quiet", markup=False)

    def body(self) -> Iterable[Widget]:
        """Return the line to type into and the list."""
        yield PickInput(self.choices, "type a part of the name")
        yield self.choices
        yield self.note

    def on_mount(self) -> None:
        """Show all names."""
        self._narrow("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer keeping only where several can be ticked."""
        if action == "keep":
            return not self.one
        return super().check_action(action, parameters)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, typed: str, at: int = 0) -> None:
        words = typed.casefold().split()
        self.found = [name for name in self.names if all(word in name.casefold() for word in words)]
        palette = palette_of(self.app)
        self.choices.clear_options()
        self.choices.add_options(
            Option(
                Text.assemble(
                    ("" if self.one else " ● " if name in self.ticked else " ○ ", palette.accent),
                    (f" {steady(name)}", palette.foreground),
                    no_wrap=True,
                    overflow="ellipsis",
                )
            )
            for name in self.found
        )
        self.choices.highlighted = min(at, len(self.found) - 1) if self.found else None
        said = "" if self.one else f"{len(self.ticked)} ticked: enter ticks, ctrl+s keeps them"
        self.note.update(said if self.found else "Nothing has this in its name.")

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        name = self.found[event.option_index]
        if self.one:
            self.dismiss((name,))
            return
        if name in self.ticked:
            del self.ticked[name]
        else:
            self.ticked[name] = None
        self._narrow(self.query_one(PickInput).value, event.option_index)

    def action_keep(self) -> None:
        """Keep what is ticked."""
        self.dismiss(tuple(self.ticked))
