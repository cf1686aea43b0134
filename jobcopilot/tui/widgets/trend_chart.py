"""The marks of a skill over time, as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text
from textual.strip import Strip

from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.chart import _rgb, _segments
from jobcopilot.tui.widgets.painted import Painted
from jobcopilot.tui.widgets.paper import Paper
from jobcopilot.tui.widgets.signs import day

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from jobcopilot.practice.history import SkillTrend

_LEAST_CELLS: Final = (24, 6)
_DAY_CELLS: Final = 12


class TrendChart(Painted):
    """Marks from 0 to 100, a point each, joined in the order of time."""

    DEFAULT_CSS = """
    TrendChart { height: 1fr; width: 1fr; background: $surface; }
    """

    def __init__(self, zone: tzinfo, today: date) -> None:
        super().__init__(id="trend")
        self.zone = zone
        self.today = today
        self.trend: SkillTrend | None = None
        self._lines: list[Strip] | None = None

    def show(self, trend: SkillTrend | None) -> None:
        """Draw another skill."""
        self.trend = trend
        self.recolor()

    def recolor(self) -> None:
        """Draw again, in the colours that are on."""
        self._lines = None
        self.refresh()

    def on_resize(self) -> None:
        """Draw anew in the new size."""
        self.recolor()

    def render_line(self, y: int) -> Strip:
        """Return one line of the chart."""
        if self._lines is None:
            self._lines = self._draw()
        line = self._lines[y] if y < len(self._lines) else Strip([])
        return line.adjust_cell_length(self.size.width, style(self.palette.foreground, self.palette.surface))

    def _draw(self) -> list[Strip]:
        width, height = self.size
        if self.trend is None:
            return []
        if width < _LEAST_CELLS[0] or height < _LEAST_CELLS[1] or len(self.trend.scores) < 2:
            paper = Paper(max(width - 1, 1), self.palette, self.palette.surface)
            paper.text(
                f"One mark so far: {self.trend.latest} of 100. A second one makes a line."
                if len(self.trend.scores) < 2
                else "No room for a chart: t shows a table.",
                paper.quiet,
            )
            return [Strip(line) for line in paper.lines]
        from textual_plotext.plot import Plot

        plot = Plot()
        plot.theme("clear")
        plot._set_size(width, height)
        plot.plotsize(width, height)
        ground, quiet = _rgb(self.palette.surface), _rgb(self.palette.muted)
        plot.canvas_color(ground)
        plot.axes_color(ground)
        plot.ticks_color(quiet)
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        moments = [at.astimezone(self.zone) for at, _ in self.trend.points]
        across = [at.timestamp() for at in moments]
        marks = [float(score) for score in self.trend.scores]
        plot.plot(across, marks, marker="braille", color=_rgb(self.palette.primary))
        plot.scatter(across, marks, marker="•", color=_rgb(self.palette.accent))
        plot.ylim(0, 100)
        plot.yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100"])
        plot.xlim(across[0], max(across[-1], across[0] + 1))
        most = max(2, min(width // _DAY_CELLS, len(moments)))
        places = sorted({round(at * (len(moments) - 1) / (most - 1)) for at in range(most)})
        plot.xticks([across[at] for at in places], [day(moments[at].date(), self.today) for at in places])
        drawn = Text.from_ansi(plot.build()).split("\n")
        return [Strip(_segments(line, self.palette.surface)) for line in drawn[:height]]
