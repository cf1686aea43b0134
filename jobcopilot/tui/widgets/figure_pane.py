"""A figure of the market with its heading, and the lines above all figures: what was asked, and which is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.containers import Vertical
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import Static

from jobcopilot.tui import market_words as words
from jobcopilot.tui.commands import shown_key
from jobcopilot.tui.market_data import FIGURES, Asked, Figure
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.chrome import DrawnLine
from jobcopilot.tui.widgets.figure_lists import FigureList, Heads
from jobcopilot.tui.widgets.painted import Painted
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from jobcopilot.tui.market_data import Reading


class FigurePane(Vertical):
    """A heading, what the figure rests on, and the chart or list itself."""

    DEFAULT_CSS = """
    FigurePane { width: 1fr; height: 1fr; padding: 0 1 0 0; }
    FigurePane > .title { height: auto; padding: 0 0 0 1; color: $foreground; text-style: bold; }
    FigurePane > .about { height: auto; padding: 0 0 0 1; color: $muted; }
    FigurePane:focus-within > .title { color: $accent; }
    """

    def __init__(self, figure: Figure, body: Widget) -> None:
        super().__init__(id=figure, classes="figure")
        self.figure = figure
        self.body = body
        self.heading = Static(dict(FIGURES)[figure], classes="title", markup=False)
        self.about = Static("", classes="about", markup=False)

    def compose(self) -> ComposeResult:
        """Put the heading over the figure."""
        yield self.heading
        yield self.about
        if isinstance(self.body, FigureList):
            yield Heads(self.body)
        yield self.body

    def tell(self, title: str, about: str) -> None:
        """Say what the figure is and what it rests on."""
        self.heading.update(Text(title))
        self.about.update(Text(about))
        self.about.display = bool(about)
        for heads in self.query(Heads):
            heads.refresh()


class AskedLine(Painted):
    """What was asked for, each part a picker, and what the figures rest on; one line, or two where it is narrow."""

    DEFAULT_CSS = """
    AskedLine { height: 1; width: 100%; background: $surface; }
    """
    PICKERS = (("market.role", "pick_role"), ("market.place", "pick_place"), ("market.window", "pick_window"))

    def __init__(self) -> None:
        super().__init__(id="asked")
        self.asked = Asked()
        self.basis = "counting …"

    def show(self, asked: Asked, reading: Reading | None, instead: str = "counting …") -> None:
        """Say what is asked for, and what the figures of it rest on; `instead` where there are none."""
        self.asked = asked
        self.basis = instead if reading is None else words.basis(reading)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one of the lines."""
        palette, width = self.palette, self.size.width
        ground = style(palette.foreground, palette.surface)
        quiet = style(palette.muted, palette.surface)
        if y:
            return Strip([Segment(f" {self.basis}", quiet)]).adjust_cell_length(width, ground)
        parts = self._pickers(width)
        if self.size.height == 1:
            taken = sum(cell_len(part.text) for part in parts)
            parts.append(Segment(fit(f"{self.basis} ", max(width - taken, 0), right=True), quiet))
        return Strip(parts).adjust_cell_length(width, ground)

    def _pickers(self, width: int) -> list[Segment]:
        palette = self.palette
        said = [self.asked.role_words, self.asked.place_words, self.asked.window_words]
        # Keys and signs take a dozen cells; the longer of role and place gives way first.
        room = (width if self.size.height > 1 else width * 3 // 5) - 16 - len(said[2])
        for place in (0, 1):
            most = max(room - min(cell_len(said[1 - place]), room // 2), 8)
            said[place] = fit(said[place], min(cell_len(said[place]), most))
        parts = []
        for (name, action), value in zip(self.PICKERS, said, strict=True):
            click = Style(meta={"@click": f"screen.{action}"})
            key = shown_key(name, self.app._keymap)
            parts.append(Segment(f" {key}", style(palette.accent, palette.surface, bold=True) + click))
            parts.append(
                Segment(f" {value} ▾ ", style(palette.foreground, palette.surface, bold=True) + click)
            )
        return parts


class FigureTabs(DrawnLine):
    """Which figure is in front, where there is room for one only."""

    front: reactive[Figure] = reactive("pay")

    def __init__(self) -> None:
        super().__init__(id="tabs")

    def segments(self, width: int) -> list[Segment]:
        """Return the figures' titles, the one in front marked."""
        palette = self.palette
        quiet = style(palette.muted, palette.background)
        in_front = style(palette.accent, palette.background, bold=True, underline=True)
        parts = []
        for name, title in FIGURES:
            click = Style(meta={"@click": f"screen.front('{name}')"})
            ink = in_front if name == self.front else quiet
            parts += [Segment("  ", quiet), Segment(title, ink + click)]
        taken = sum(cell_len(part.text) for part in parts)
        key = shown_key("market.feeds", self.app._keymap)
        parts.append(Segment(fit(f"{key} where they come from ", max(width - taken, 0), right=True), quiet))
        return parts
