"""Where the figures of the market come from: sources, dates, credits, and whose exchange rates were used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from jobcopilot.market.views import LEAST
from jobcopilot.tui import market_words as words
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.surface import SurfaceDocument
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.market.views import Origin
    from jobcopilot.tui.market_data import Reading
    from jobcopilot.tui.widgets.paper import Paper

_KINDS = {"feed": "Feeds", "import": "Imported", "own": "Typed in"}
_WITHOUT = (
    "No source yet. Figures are counted from postings that your own machine collected:",
    "• jobcopilot sources add ADDRESS follows a company's board, or any posting's address of a known board;",
    "• jobcopilot sources list shows the feeds that can be switched on, with their terms;",
    "• i on the board imports a file, an address or the clipboard.",
)


class OriginsText(SurfaceDocument):
    """The sources one by one, then what else the figures rest on."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(id="origins")
        self.reading = reading

    def lay_out(self, paper: Paper) -> None:
        """Write it down."""
        reading = self.reading
        sources = reading.origins.sources
        if not sources:
            for line in _WITHOUT:
                paper.text(line)
        for kind, heading in _KINDS.items():
            of_kind = [origin for origin in sources if origin.kind == kind]
            if of_kind:
                paper.heading(heading)
            for origin in of_kind:
                self._origin(paper, origin)
        paper.heading("How they are counted")
        for line in self._rules():
            paper.text(line, indent="  ")

    def _origin(self, paper: Paper, origin: Origin) -> None:
        name = [(f"  {origin.name}", paper.style(paper.palette.foreground, bold=True))]
        paper.write([*name, (f"   {count(origin.postings, 'posting')}", paper.plain)], "", "  ")
        said = ["sample data, invented"] if origin.sample else []
        today = self.reading.today
        if origin.first is not None and origin.last is not None:
            first, last = words.short_day(origin.first, today), words.short_day(origin.last, today)
            said.append(first if first == last else f"{first} to {last}")
        if origin.polls:
            said.append(f"polled {count(origin.polls, 'time')}")
        if origin.kind == "feed":
            said.append(
                "throughout: in the trends" if origin.steady else "not throughout: levels only, no trend"
            )
        else:
            said.append("levels only, no trend")
        paper.text(", ".join(said), paper.quiet, "    ")
        if origin.credit:
            paper.text(origin.credit, paper.quiet, "    ")

    def _rules(self) -> list[str]:
        reading = self.reading
        level, trend = reading.level, reading.trend
        left_out = f"{level.dropped:,} with pay of 0 or out of bounds, {level.unconverted:,} without a rate"
        throughout = f"{count(len(trend.sources), 'source')} polled throughout the window"
        rates = words.rates(level.rates, reading.today)
        others = f"{len(trend.left_out):,} left out, so that a new source doesn't look like growth"
        said = [
            f"Pay is for a year, in {level.currency}; exchange rates of {rates}.",
            f"{level.with_pay:,} of {count(level.n, 'posting')} state pay; those that do not move no average.",
            f"Pay left out: {left_out}.",
            f"Trends are over the {throughout}; {others}.",
            f"Below {LEAST} postings with pay, no figure is shown.",
        ]
        if reading.origins.built is not None:
            said.append(f"Statistics are built to {words.short_day(reading.origins.built, reading.today)}.")
        return said


class OriginsDialogue(Panel[None]):
    """Where the figures come from, to read."""

    BINDINGS: ClassVar[list[Any]] = bindings("origins")

    def __init__(self, reading: Reading) -> None:
        asked = reading.asked
        super().__init__(
            "Where the figures come from", f"{asked.role_words} · {asked.place_words} · {asked.window_words}"
        )
        self.reading = reading

    def body(self) -> Iterable[Widget]:
        """Return the text."""
        yield OriginsText(self.reading)
