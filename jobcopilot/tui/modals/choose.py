"""Choosing one of a few things with a letter, or with the cursor and enter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.widgets import OptionList
from textual.widgets.option_list import Option as ListOption

from jobcopilot.tui.commands import BY_ID, bindings
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: what is returned, the letter that chooses it, how it is shown."""

    value: str
    key: str
    label: str
    color: str | None = None


class Choices(OptionList):
    """Lines moved through with the keys of every list; text in them is no markup."""

    BINDINGS: ClassVar[Any] = [
        *bindings("choose"),
        BY_ID["list.down"].binding(),
        BY_ID["list.up"].binding(),
    ]
    DEFAULT_CSS = """
    Choices { height: auto; max-height: 20; border: none; padding: 0; background: $surface; }
    Choices:focus { border: none; }
    """

    def __init__(self, lines: Sequence[tuple[str, Text]]) -> None:
        super().__init__(*(ListOption(text, id=value) for value, text in lines), markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to choose only where there is something."""
        if action in ("select", "cursor") and not self.option_count:
            return False
        return super().check_action(action, parameters)

    def action_cursor(self, step: int) -> None:
        """Move by lines."""
        if step > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()


class ChooseDialogue(Dialogue[str]):
    """A menu whose every line has a letter."""

    def __init__(self, heading: str, options: Sequence[Option], chosen: str | None = None) -> None:
        super().__init__(heading)
        self.options = options
        self.chosen = chosen
        """What is so now; the cursor starts there."""

    def body(self) -> Iterable[Widget]:
        """Return the menu."""
        palette = palette_of(self.app)
        lines = []
        for option in self.options:
            text = Text.assemble(
                (f" {option.key}  ", f"bold {palette.accent}"), no_wrap=True, overflow="ellipsis"
            )
            text.append(steady(option.label), option.color or palette.foreground)
            if option.value == self.chosen:
                text.append("  (now)", palette.muted)
            lines.append((option.value, text))
        menu = Choices(lines)
        values = [option.value for option in self.options]
        if self.chosen in values:
            menu.highlighted = values.index(self.chosen)
        yield menu

    def on_key(self, event: events.Key) -> None:
        """Choose by letter."""
        for option in self.options:
            if event.character == option.key:
                event.stop()
                self.dismiss(option.value)
                return

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
