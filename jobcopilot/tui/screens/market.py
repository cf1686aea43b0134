"""The market: what a role pays, what is asked for, and what one more skill would open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.market_data import FIGURES, Figure
from jobcopilot.tui.screens.market_reach import MarketReach
from jobcopilot.tui.widgets.chart import BehindAsked, FigureTurned
from jobcopilot.tui.widgets.chrome import KeyLine
from jobcopilot.tui.widgets.figure_pane import FigurePane

if TYPE_CHECKING:
    from textual.app import ComposeResult

_NAMES: tuple[Figure, ...] = tuple(name for name, _ in FIGURES)


class MarketScreen(MarketReach):
    """Wiring of the market's widgets, and which figure is in front."""

    CSS_PATH = "market.tcss"
    BINDINGS: ClassVar[Any] = bindings("market")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  # as Textual declares it
    AUTO_FOCUS = "#pay-chart"

    def compose(self) -> ComposeResult:
        """Put chrome, what is asked, the figures and keys on the screen."""
        yield self.chrome
        yield self.asked_line
        yield self.tabs
        yield self.nothing
        with Horizontal(id="body"):
            with Vertical(id="trends", classes="column"):
                yield self.panes["pay"]
                yield self.panes["postings"]
            with Vertical(id="wanted", classes="column"):
                yield self.panes["skills"]
            with Vertical(id="openings", classes="column"):
                yield self.panes["gap"]
                yield self.panes["hiring"]
        yield KeyLine()

    def on_mount(self) -> None:
        """Put the first figure in front."""
        self._to_front(self.front)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer charts only where something is counted."""
        if action in ("table", "export", "turn"):
            return self.reading is not None and not self.reading.nothing
        if action == "feeds":
            return self.reading is not None
        if action == "rebuild":
            return self.stop_building is None
        return super().check_action(action, parameters)

    # What is in front

    def to_list(self) -> None:
        """Put the first figure in front and into focus."""
        self.action_front("pay")

    def go_back(self) -> None:
        """Stop building, else go to the first figure."""
        if self.stop_building is not None:
            self.stop_building.set()
            self.chrome.busy = "stopping"
        else:
            self.to_list()

    def action_turn(self, step: int) -> None:
        """Put the figure beside in front."""
        self.action_front(_NAMES[(_NAMES.index(self.front) + step) % len(_NAMES)])

    def action_front(self, name: str) -> None:
        """Put a figure in front and into focus."""
        self._to_front(cast("Figure", name))
        self.panes[self.front].body.focus()

    def _to_front(self, name: Figure) -> None:
        self.tabs.front = name
        for figure, pane in self.panes.items():
            pane.set_class(figure == name, "-front")
        for column in self.query(".column"):
            column.set_class(bool(column.query(".-front")), "-front")

    @on(FigureTurned)
    def _figure_turned(self, event: FigureTurned) -> None:
        self.action_turn(event.step)

    @on(BehindAsked)
    def _behind_asked(self) -> None:
        self.show_behind()

    @on(DescendantFocus)
    def _focused(self, event: DescendantFocus) -> None:
        pane = next((node for node in event.widget.ancestors if isinstance(node, FigurePane)), None)
        if pane is not None and pane.figure != self.front:
            self._to_front(pane.figure)
