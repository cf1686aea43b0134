"""Jump mode: a letter on everything that takes focus and on every visible row; pressing it goes there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.screen import ModalScreen
from textual.widgets import Static

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.widgets.lists import VirtualList

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.screen import Screen

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


@dataclass(frozen=True, slots=True)
class Target:
    """Somewhere to go: where its label stands, and how to get there."""

    x: int
    y: int
    go: Callable[[], object]


def targets(screen: Screen[Any]) -> list[Target]:
    """Return everything on a screen that can be gone to, rows of lists one by one."""
    found: list[Target] = []
    for widget in screen.focus_chain:
        region = widget.region
        if not region:
            continue
        if isinstance(widget, VirtualList):
            found += [
                Target(region.x, region.y + line, partial(_to_row, widget, widget.scroll_offset.y + line))
                for line in range(min(region.height, widget.shown_rows))
            ]
        else:
            found.append(Target(region.x, region.y, widget.focus))
    return found


def _to_row(rows: VirtualList[Any], index: int) -> None:
    rows.focus()
    rows.cursor = index


def labels(count: int) -> list[str]:
    """Return so many labels of one letter, or of two where there are more targets than letters."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return ["".join(pair) for pair in product(LETTERS, LETTERS)][:count]


class Jumper(ModalScreen[None]):
    """Labels over the screen that is in front."""

    BINDINGS: ClassVar[Any] = bindings("dialogue")
    DEFAULT_CSS = """
    Jumper { background: transparent; layers: labels; }
    Jumper > Static {
        layer: labels;
        position: absolute;
        width: auto;
        height: 1;
        background: $accent;
        color: $background;
        text-style: bold;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        found = targets(self.app.screen)
        self.targets = dict(zip(labels(len(found)), found, strict=False))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Put the labels where their targets are."""
        for label, target in self.targets.items():
            shown = Static(Text(label), markup=False)
            shown.styles.offset = (target.x, target.y)
            yield shown

    def on_key(self, event: events.Key) -> None:
        """Go where the typed letters say; a letter that leads nowhere closes."""
        if event.key == "escape" or event.character is None:
            return
        event.stop()
        self._typed += event.character
        target = self.targets.get(self._typed)
        if target is not None:
            self.dismiss(None)
            self.app.call_later(target.go)
        elif not any(label.startswith(self._typed) for label in self.targets):
            self.dismiss(None)

    def action_close(self) -> None:
        """Go nowhere."""
        self.dismiss(None)
