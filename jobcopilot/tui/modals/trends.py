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
from jobcopilot.tui.widgets.delivery_text import trend_lines
from jobcopilot.tui.widgets.signs import bar, count, fit, moment
from jobcopilot.tui.widgets.trend_chart import TrendChart

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from textual.widget import Widget

    from jobcopilot.practice.history import SkillTrend
    from jobcopilot.practice.spoken_delivery import SessionDelivery
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


class SpeechTable(SurfaceDocument):
    """How sessions were spoken, the latest first: figures, no marks."""

    def __init__(self, zone: tzinfo, today: date) -> None:
        super().__init__(id="speech")
        self.zone = zone
        self.today = today
        self.sessions: Sequence[SessionDelivery] = ()

    def show(self, sessions: Sequence[SessionDelivery]) -> None:
        """Show the spoken sessions."""
        self.sessions = sessions
        self.refill(to_top=True)

    def lay_out(self, paper: Paper) -> None:
        """Write some lines a session."""
        for one in reversed(self.sessions):
            paper.blank()
            when = moment(one.at, self.zone, self.today)
            paper.write(
                [(one.title, paper.style(paper.palette.foreground, bold=True)), (f"  {when}", paper.quiet)]
            )
            for line in trend_lines(one):
                paper.write([(line, paper.plain)], "  ", "  ")


class TrendsDialogue(Panel[None]):
    """Skills on the left, the marks of the one under the cursor on the right; last, how sessions were spoken."""

    BINDINGS: ClassVar[list[Any]] = bindings("trends")
    AUTO_FOCUS = "Choices"
    DEFAULT_CSS = """
    TrendsDialogue Choices { height: 1fr; max-height: 100%; width: 44; margin-right: 2; }
    TrendsDialogue.-narrow Choices { width: 34; }
    TrendsDialogue TrendTable { display: none; }
    TrendsDialogue.-table TrendTable { display: block; }
    TrendsDialogue.-table TrendChart { display: none; }
    TrendsDialogue SpeechTable { display: none; }
    TrendsDialogue.-speech SpeechTable { display: block; }
    TrendsDialogue.-speech TrendTable, TrendsDialogue.-speech TrendChart { display: none; }
    """

    def __init__(self, zone: tzinfo, today: date) -> None:
        super().__init__("Marks over time", "by rules; mean of the last five of all marks; weakest first")
        self.trends: Sequence[SkillTrend] = ()
        self.chart = TrendChart(zone, today)
        self.table = TrendTable(zone, today)
        self.speech = SpeechTable(zone, today)
        self.spoken: Sequence[SessionDelivery] = ()

    def body(self) -> Iterable[Widget]:
        """Return the skills beside chart and table."""
        yield Horizontal(Choices([]), self.chart, self.table, self.speech)

    def on_mount(self) -> None:
        """Read the marks."""
        start_work(self, self._load(), name="trends")

    async def _load(self) -> None:
        runtime = self.runtime
        self.trends, self.spoken = await asyncio.to_thread(
            lambda: (runtime.practice_history.trends(), runtime.deliveries.trends())
        )
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
        if self.spoken:
            menu.add_option(Option(Text(" How you speak", f"bold {palette.accent}")))
        if self.trends or self.spoken:
            menu.highlighted = 0
        else:
            self.say("No mark yet: each answer that can be judged brings one.")

    @on(OptionList.OptionHighlighted)
    def _other_skill(self, event: OptionList.OptionHighlighted) -> None:
        self.set_class(event.option_index >= len(self.trends), "-speech")
        if self.has_class("-speech"):
            self.speech.show(self.spoken)
            self.call_after_refresh(self.speech.refill)
            self.say(f"{count(len(self.spoken), 'spoken session')}: figures, no marks")
            return
        trend = self.trends[event.option_index]
        self.chart.show(trend)
        self.table.show(trend)
        self.say(f"{trend.skill}: {trend.latest} last, {trend.mean:.0f} over the last five")

    def action_table(self) -> None:
        """Show a table in place of the chart, or the chart again."""
        self.toggle_class("-table")
        if self.has_class("-table"):
            self.call_after_refresh(self.table.refill)
