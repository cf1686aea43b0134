"""Picking one of many by typing parts of its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as ListOption

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.modals.fields import LineInput
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from textual.widget import Widget

SHOWN = 200
"""More than anybody reads; typing narrows them down."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One of many: what is returned, its name, and how many postings it has."""

    value: str
    name: str
    postings: int


class PickInput(LineInput):
    """The line that is typed into; up, down and enter act on the list below it."""

    BINDINGS: ClassVar[list[Any]] = bindings("pick")

    def __init__(self, choices: Choices, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, limit=200)
        self.choices = choices

    def action_move(self, step: int) -> None:
        """Move in the list."""
        self.choices.action_cursor(step)

    def action_take(self) -> None:
        """Choose what is under the cursor."""
        self.choices.action_select()


class PickDialogue(Dialogue[str]):
    """Many names, of which those are shown that have every typed word."""

    DEFAULT_CSS = """
    PickDialogue > #panel { width: 64; }
    PickDialogue Choices { height: auto; max-height: 11; margin: 1 0 0 0; }
    PickDialogue PickInput, PickDialogue PickInput:focus { background: $panel; }
    """

    def __init__(self, heading: str, picks: Sequence[Pick], chosen: str, *, hint: str) -> None:
        super().__init__(heading)
        self.picks = tuple(picks)
        self.chosen = chosen
        self.hint = hint
        self.found: Sequence[Pick] = ()
        self.choices = Choices([])
        self.choices.can_focus = False
        self.note = Static("", classes="quiet", markup=False)

    def body(self) -> Iterable[Widget]:
        """Return the line to type into and the list."""
        yield PickInput(self.choices, self.hint)
        yield self.choices
        yield self.note

    def on_mount(self) -> None:
        """Show everything, the cursor on what is chosen now."""
        self._narrow("")
        values = [pick.value for pick in self.found]
        if self.chosen in values:
            self.choices.highlighted = values.index(self.chosen)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value.strip() or self.note.has_class("-typed"):
            self.note.add_class("-typed")
            self._narrow(event.value)

    def _narrow(self, typed: str) -> None:
        words = typed.casefold().split()
        fitting = [pick for pick in self.picks if all(word in pick.name.casefold() for word in words)]
        if words:
            # A name that begins with what was typed is the likeliest; the order is kept otherwise.
            fitting.sort(key=lambda pick: not pick.name.casefold().startswith(words[0]))
        self.found = fitting[:SHOWN]
        palette = palette_of(self.app)
        self.choices.clear_options()
        self.choices.add_options(
            ListOption(
                Text.assemble(
                    (f" {fit(pick.name, 40)}", palette.foreground),
                    (fit(f"{pick.postings:,}", 9, right=True), palette.muted),
                    ("  (now)" if pick.value == self.chosen else "", palette.muted),
                    no_wrap=True,
                    overflow="ellipsis",
                )
            )
            for pick in self.found
        )
        self.choices.highlighted = 0 if self.found else None
        if not fitting:
            self.note.update("Nothing has this in its name.")
        elif len(fitting) > SHOWN:
            self.note.update(f"{SHOWN} of {len(fitting):,}: type more of the name.")
        else:
            self.note.update("")

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.found[event.option_index].value)
