"""Marks by skill over time: the skills, the weakest first, with a chart or a table of each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.containers import Horizontal
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.surface import SurfaceDocument
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import bar, fit, moment
from jobcopilot.tui.widgets.trend_chart import TrendChart

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from textual.widget import Widget

    from jobcopilot.practice.history import SkillTrend
    from jobcopilot.tui.widgets.paper import Paper


class TrendTable(SurfaceDocument):
    """The marks of a skill, the latest first."""

    def __init__(self, zone: tzinfo, today: date) -> None:
        super().__init__()
        self.zone = zone
        self.today = today
        self.trend: SkillTrend | None = None

    def show(self, trend: SkillTrend | None) -> None:
        """Show another skill."""
        self.trend = trend
        self.refill(to_top=True)

    def lay_out(self, paper: Paper) -> None:
        """Write a line a mark."""
        for at, score in reversed(self.trend.points if self.trend is not None else ()):
            when = moment(at, self.zone, self.today)
            paper.write(
                [
                    (f"{fit(when, 20)} {score:>3}  ", paper.plain),
                    (bar(score / 100, 20), paper.style(paper.palette.primary)),
                ]
            )


class TrendsDialogue(Panel[None]):
    """Skills on the left, the marks of the one under the cursor on the right."""

    BINDINGS: ClassVar[list[Any]] = bindings("trends")
    AUTO_FOCUS = "Choices"
    DEFAULT_CSS = """
    TrendsDialogue Choices { height: 1fr; max-height: 100%; width: 44; margin-right: 2; }
    TrendsDialogue.-narrow Choices { width: 34; }
    TrendsDialogue TrendTable { display: none; }
    TrendsDialogue.-table TrendTable { display: block; }
    TrendsDialogue.-table TrendChart { display: none; }
    """

    def __init__(self, zone: tzinfo, today: date) -> None:
        super().__init__("Marks over time", "by rules; mean of the last five of all marks; weakest first")
        self.trends: Sequence[SkillTrend] = ()
        self.chart = TrendChart(zone, today)
        self.table = TrendTable(zone, today)

    def body(self) -> Iterable[Widget]:
        """Return the skills beside chart and table."""
        yield Horizontal(Choices([]), self.chart, self.table)

    def on_mount(self) -> None:
        """Read the marks."""
        start_work(self, self._load(), name="trends")

    async def _load(self) -> None:
        self.trends = await asyncio.to_thread(self.runtime.practice_history.trends)
        palette, menu = palette_of(self.app), self.query_one(Choices)
        menu.add_options(
            Option(
                Text.assemble(
                    (f" {fit(one.skill, 14)} ", palette.foreground),
                    (bar(one.mean / 100, 8), palette.primary),
                    (f"{one.mean:4.0f}", f"bold {palette.foreground}"),
                    (f" of {len(one.scores)}", palette.muted),
                    no_wrap=True,
                    overflow="ellipsis",
                )
            )
            for one in self.trends
        )
        if self.trends:
            menu.highlighted = 0
        else:
            self.say("No mark yet: each answer that can be judged brings one.")

    @on(OptionList.OptionHighlighted)
    def _other_skill(self, event: OptionList.OptionHighlighted) -> None:
        trend = self.trends[event.option_index]
        self.chart.show(trend)
        self.table.show(trend)
        self.say(f"{trend.skill}: {trend.latest} last, {trend.mean:.0f} over the last five")

    def action_table(self) -> None:
        """Show a table in place of the chart, or the chart again."""
        self.toggle_class("-table")
        if self.has_class("-table"):
            self.call_after_refresh(self.table.refill)
