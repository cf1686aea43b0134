"""Charts of pay and postings over time: what they show is told by shape, so that they read without colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.message import Message
from textual.strip import Strip

from jobcopilot.tui import market_words as words
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.market_axes import extent, nice_ticks, runs, values_of
from jobcopilot.tui.market_data import WINDOWS
from jobcopilot.tui.theme import contrast, style
from jobcopilot.tui.widgets.painted import Painted
from jobcopilot.tui.widgets.paper import Paper
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual_plotext.plot import Plot

    from jobcopilot.market.views import TrendPoint
    from jobcopilot.tui.market_data import Reading

BAND, POINT = "░", "•"
_LEAST_CELLS = (24, 5)
"""Below this no axes fit."""
_DAY_CELLS = 11
"""What a day under the axis takes with the space beside it."""


@dataclass
class FigureTurned(Message):
    """The person wants another figure: the one `step` places on."""

    step: int


class BehindAsked(Message):
    """The person wants to see the postings behind the figure, or behind its row under the cursor."""


class Chart(Painted, can_focus=True):
    """Pay with its band, or postings, over the window."""

    BINDINGS: ClassVar[Any] = bindings("figure")
    DEFAULT_CSS = """
    Chart { height: 1fr; width: 1fr; padding: 0 0 0 1; background: $background; }
    """

    def __init__(self, figure: Literal["pay", "postings"]) -> None:
        super().__init__(id=f"{figure}-chart")
        self.figure = figure
        self.reading: Reading | None = None
        self._lines: list[Strip] | None = None

    def show(self, reading: Reading) -> None:
        """Draw what was read."""
        self.reading = reading
        self.recolor()

    def recolor(self) -> None:
        """Draw again, in the colours that are on."""
        self._lines = None
        self.refresh()

    def on_resize(self) -> None:
        """Draw anew in the new size."""
        self.recolor()

    def action_turn(self, step: int) -> None:
        """Ask for another figure."""
        self.post_message(FigureTurned(step))

    def action_behind(self) -> None:
        """Ask for the postings behind it."""
        self.post_message(BehindAsked())

    def render_line(self, y: int) -> Strip:
        """Return one line of the chart."""
        if self._lines is None:
            self._lines = self._draw()
        ground = style(self.palette.foreground, self.palette.background)
        line = self._lines[y] if y < len(self._lines) else Strip([])
        return line.adjust_cell_length(self.size.width, ground)

    def _draw(self) -> list[Strip]:
        width, height = self.size
        if self.reading is None:
            return []
        why_not = without_trend(self.reading, of_pay=self.figure == "pay")
        if why_not or width < _LEAST_CELLS[0] or height < _LEAST_CELLS[1]:
            paper = Paper(max(width - 1, 1), self.palette)
            paper.text(why_not or "No room for a chart: t shows it as a table.", paper.quiet)
            return [Strip(line) for line in paper.lines]
        plot = self._plot(self.reading, width, height)
        lines = Text.from_ansi(plot.build()).split("\n")
        return [Strip(_segments(line, self.palette.background)) for line in lines[:height]]

    def _plot(self, reading: Reading, width: int, height: int) -> Plot:
        from textual_plotext.plot import Plot

        plot, of_pay = Plot(), self.figure == "pay"
        plot.theme("clear")
        plot._set_size(width, height)
        plot.plotsize(width, height)
        ground, quiet = _rgb(self.palette.background), _rgb(self.palette.muted)
        plot.canvas_color(ground)
        plot.axes_color(ground)
        plot.ticks_color(quiet)
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        points = reading.trend.points
        stretches = runs(points, of_pay=of_pay)
        if of_pay:
            self._draw_pay(plot, stretches, width, height)
        else:
            for run in stretches:
                days, numbers = _days(run), [float(point.postings) for point in run]
                plot.plot(days, numbers, marker="hd", fillx=True, color=self._faded(self.palette.primary))
        low, high = extent(values_of(stretches, of_pay=of_pay), from_zero=not of_pay)
        ticks = nice_ticks(low, high, max(2, min(6, height // 3)))
        currency = reading.level.currency
        plot.ylim(low, high)
        plot.yticks(ticks, words.ticks(ticks, currency) if of_pay else [f"{tick:,.0f}" for tick in ticks])
        marks = _spread(points, max(2, width // _DAY_CELLS))
        plot.xlim(points[0].on.toordinal(), max(points[-1].on.toordinal(), points[0].on.toordinal() + 1))
        plot.xticks(_days(marks), [words.short_day(point.on, reading.today) for point in marks])
        return plot

    def _draw_pay(
        self, plot: Plot, stretches: Sequence[Sequence[TrendPoint]], width: int, height: int
    ) -> None:
        for run in stretches:
            across: list[float] = []
            up: list[float] = []
            for day, low, high in _band(run, width * 2):
                for step in range(height * 2):
                    across.append(day)
                    up.append(low + (high - low) * step / (height * 2 - 1))
            plot.scatter(across, up, marker=BAND, color=self._faded(self.palette.muted))
        for run in stretches:
            days, medians = _days(run), [point.median or 0.0 for point in run]
            color = _rgb(self.palette.primary)
            if len(run) > 1:
                plot.plot(days, medians, marker="braille", color=color)
            else:
                plot.scatter(days, medians, marker=POINT, color=color)

    def _faded(self, color: str) -> tuple[int, int, int]:
        """Return a colour towards the ground: what fills an area must not outshine the line, but be seen.

        WCAG 2.2, 1.4.11 asks of what belongs to a graphic a contrast of 3 to 1.
        """
        ground = Color.parse(self.palette.background)
        steps = (Color.parse(color).blend(ground, share / 20) for share in range(8, -1, -1))
        return next((one for one in steps if contrast(one.hex6, ground.hex6) >= 3), Color.parse(color)).rgb


def without_trend(reading: Reading, *, of_pay: bool) -> str:
    """Return why no line can be drawn and what to do; empty where one can."""
    trend = reading.trend
    if trend.points:
        if of_pay and not runs(trend.points, of_pay=True):
            most = max(point.with_pay for point in trend.points)
            too_few = f"At most {count(most, 'posting')} with pay on a day: too few for a line."
            return f"{too_few} A wider role or place has more."
        return ""
    if trend.possible_since is None:
        return (
            "No trend: no source was polled again and again. What was imported or typed in tells how things are, "
            "not how they go. A feed that is polled every day gives a trend: see f."
        )
    so_far = f"No source was polled throughout these {reading.asked.window_words}."
    kept = (reading.today - trend.possible_since).days
    shorter = [weeks for weeks in WINDOWS if weeks * 7 <= kept and weeks < reading.asked.weeks]
    since = words.short_day(trend.possible_since, reading.today)
    if shorter:
        return f"{so_far} One was since {since}: w looks back {max(shorter)} weeks."
    from_then = words.short_day(trend.possible_since + timedelta(weeks=WINDOWS[0]), reading.today)
    return f"{so_far} One was since {since}: from {from_then} on there is a trend over {WINDOWS[0]} weeks."


def _rgb(color: str) -> tuple[int, int, int]:
    return Color.parse(color).rgb


def _days(points: Sequence[TrendPoint]) -> list[float]:
    return [float(point.on.toordinal()) for point in points]


def _segments(line: Text, ground: str) -> list[Segment]:
    from rich.style import Style

    on = Style(bgcolor=ground)
    plain = line.plain
    parts, at = [], 0
    for span in sorted(line.spans, key=lambda span: span.start):
        if span.start > at:
            parts.append(Segment(plain[at : span.start], on))
        shown = span.style if isinstance(span.style, Style) else Style.parse(span.style)
        parts.append(Segment(plain[max(span.start, at) : span.end], shown + on))
        at = max(at, span.end)
    if at < len(plain):
        parts.append(Segment(plain[at:], on))
    return parts


def _spread(points: Sequence[TrendPoint], most: int) -> list[TrendPoint]:
    """Return up to `most` points of equal distance, the last one among them."""
    every = max(1, -(-(len(points) - 1) // max(most - 1, 1)))
    return list(points[::-1][::every])[::-1]


def _band(run: Sequence[TrendPoint], steps: int) -> list[tuple[float, float, float]]:
    """Return day, minimum and maximum along a stretch, between its points too."""
    known = [(float(point.on.toordinal()), point) for point in run]
    found = []
    for (first, left), (last, right) in zip(known, known[1:] or known, strict=False):
        for step in range(steps):
            part = step / max(steps - 1, 1)
            low = _between(left.low, right.low, part)
            high = _between(left.high, right.high, part)
            if low is not None and high is not None:
                found.append((first + (last - first) * part, low, high))
    return found


def _between(first: float | None, last: float | None, part: float) -> float | None:
    return None if first is None or last is None else first + (last - first) * part
