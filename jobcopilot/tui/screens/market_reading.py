"""How the market reads: every figure of what is asked, in a thread, again when what is below has changed."""

from __future__ import annotations

import asyncio
import threading
from importlib import import_module
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.screen import Screen
from textual.widgets import Static

from jobcopilot.errors import JobcopilotError
from jobcopilot.market.views import LEAST
from jobcopilot.tui import market_words as words
from jobcopilot.tui.commands import BY_ID, shown_key
from jobcopilot.tui.failures import Newest
from jobcopilot.tui.market_data import FIGURES, Asked, Figure, MarketData, Reading
from jobcopilot.tui.market_tables import hiring_notes
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.chart import Chart
from jobcopilot.tui.widgets.chrome import Chrome
from jobcopilot.tui.widgets.figure_lists import EmployerList, GapList, SkillBars
from jobcopilot.tui.widgets.figure_pane import AskedLine, FigurePane, FigureTabs
from jobcopilot.tui.widgets.signs import count, steady

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from jobcopilot.tui.app import JobcopilotApp

LOOK_SECONDS = 5.0
"""How often the market looks for changes below; a poll writes every few seconds, and figures move slowly."""


class MarketReading(Screen[None]):
    """The market's widgets and what they show."""

    def __init__(self) -> None:
        super().__init__()
        runtime = self.job_app.data.runtime
        self.chrome = Chrome(self.job_app.ROOMS, "market")
        self.asked_line = AskedLine()
        self.tabs = FigureTabs()
        self.pay, self.postings = Chart("pay"), Chart("postings")
        self.skills = SkillBars(id="skill-bars")
        self.gap = GapList(id="gap-list")
        self.employers = EmployerList(id="employer-list")
        bodies: tuple[Widget, ...] = (self.pay, self.postings, self.skills, self.gap, self.employers)
        self.panes: dict[Figure, FigurePane] = {
            name: FigurePane(name, body) for (name, _), body in zip(FIGURES, bodies, strict=True)
        }
        self.nothing = Static("", id="nothing", markup=False)
        self.data = MarketData(runtime, lambda: runtime.market)
        self.asked: Asked | None = None
        """What is asked for; None until the profile was looked at."""
        self.reading: Reading | None = None
        self.stop_building: threading.Event | None = None
        """Set to stop the building that is under way; None where there is none."""
        self.caught_up = False
        """Whether what was missed was built since the screen was made."""
        self.follows = False
        """Whether changes below are read as they come: once a build has ended, until one is stopped."""
        self._version = -1
        self._counting = Newest(self, self._read, name="figures")
        self._repeating: Timer | None = None

    @property
    def job_app(self) -> JobcopilotApp:
        """The app, typed."""
        return cast("JobcopilotApp", self.app)

    # Reading

    def on_screen_resume(self) -> None:
        """Read what is there, now that the screen is in front."""
        self.read_again()
        if self._repeating is None:
            self._repeating = self.set_interval(LOOK_SECONDS, self.look, name="look for changes")

    def look(self) -> None:
        """Show what has changed in the database, whoever changed it."""
        if self.is_current and self.job_app.data.version() != self._version:
            self.read_again()

    def ask(self, asked: Asked) -> None:
        """Show the figures of something else."""
        self.asked = asked
        self.asked_line.show(asked, None)
        self.read_again()

    def read_again(self) -> None:
        """Read every figure of what is asked."""
        if self.is_current:
            self._version = self.job_app.data.version()
        self._counting.want(self.asked)

    async def _read(self, asked: Asked | None) -> None:
        if self.reading is None:
            # A third of a second, which the screen must not wait for.
            await asyncio.to_thread(import_module, "textual_plotext.plot")
        try:
            if self.follows and self.stop_building is None:
                await asyncio.to_thread(self.data.refresh)
            if asked is None:
                asked = await asyncio.to_thread(self.data.begin_with)
            reading = await asyncio.to_thread(self.data.reading, asked)
        except JobcopilotError:
            # What stands on the screen must be what was asked for.
            self.asked = None if self.reading is None else self.reading.asked
            self.asked_line.show(self.asked or Asked(), self.reading, "not counted")
            raise
        if self.asked is None or self.asked == asked:
            self.asked = asked
            self._take(reading)

    def _take(self, reading: Reading) -> None:
        self.reading = reading
        self.asked_line.show(reading.asked, reading)
        self.set_class(reading.nothing, "-empty")
        self.nothing.update(self._nothing_words())
        self.pay.show(reading)
        self.postings.show(reading)
        self.skills.show(reading.skills.demands if reading.skills.n >= LEAST else ())
        self.gap.currency = self.employers.currency = reading.gap.currency
        self.gap.show(reading.gap.rows)
        self.employers.show(reading.employers)
        for figure, pane in self.panes.items():
            pane.tell(*said(figure, reading))
        self.refresh_bindings()

    def _nothing_words(self) -> Text:
        palette = palette_of(self.app)
        if self.stop_building is not None:
            return Text("\n  Counting your postings for the first time …", palette.muted)
        text = Text.assemble(
            ("\n  No postings yet, so there is nothing to count.\n\n", "bold"),
            ("  Figures come from postings that your own machine collects.\n\n", palette.muted),
        )
        for name, todo in _FIRST_STEPS:
            if name in BY_ID:
                text.append(f"{shown_key(name, self.app._keymap):>6}", f"bold {palette.accent}")
                text.append(f"  {todo}\n", palette.foreground)
        return text


_FIRST_STEPS = (
    ("app.sources", "adds company boards and feeds, or switches them on"),
    ("app.board", "goes to the board; i imports postings there"),
    ("market.feeds", "says what the figures would come from"),
    ("app.palette", "every command by name"),
)


def said(figure: Figure, reading: Reading) -> tuple[str, str]:
    """Return a figure's heading, and what it rests on."""
    match figure:
        case "pay":
            return _pay(reading)
        case "postings":
            return _postings(reading)
        case "skills":
            skills = reading.skills
            if skills.n < LEAST:
                return "Asked for", f"{words.too_few(skills.n)} ({count(skills.postings, 'open posting')})"
            since = skills.change_since
            change = f", ± in points since {words.short_day(since, reading.today)}" if since else ""
            n = f"n = {skills.n:,} of {count(skills.postings, 'posting')} that name any{change}"
            return "Asked for", n
        case "gap":
            gap = reading.gap
            if not gap.considered:
                return "One more skill", "n = 0: no posting says what it must have"
            return "One more skill", (
                f"you match {gap.matching:,} of {gap.considered:,} that say what they need; "
                "pay that differs is no promise"
            )
    return "Who hires", "\n".join(steady(note) for note in hiring_notes(reading))


def _pay(reading: Reading) -> tuple[str, str]:
    level, trend = reading.level, reading.trend
    if not level.drawn:
        return "Pay a year", f"{words.too_few(level.with_pay)} ({count(level.n, 'posting')} in all)"
    drawn = [point.median for point in trend.points if point.drawn]
    change = words.relative(drawn[0], drawn[-1]) if len(drawn) > 1 else ""
    title = f"Pay a year  median {words.money(level.median, level.currency)}  {change}".rstrip()
    about = [f"half {words.pay_range(level.lower_quartile, level.upper_quartile, level.currency)}"]
    if level.interval is not None:
        sure = words.pay_range(level.interval.low, level.interval.high, level.currency)
        about.append(f"median 95 % sure {sure}")
    about.append(f"n = {level.with_pay:,}")
    lines = [", ".join(about)]
    if drawn:
        lines.append(f"daily ⠤ median  ░ half  {_sources(reading)}")
    return title, "\n".join(lines)


def _postings(reading: Reading) -> tuple[str, str]:
    points = reading.trend.points
    if not points:
        return "Open postings", f"n = {reading.level.n:,} in the window"
    change = words.relative(points[0].postings, points[-1].postings) if len(points) > 1 else ""
    return f"Open postings  {points[-1].postings:,}  {change}".rstrip(), _sources(reading)


def _sources(reading: Reading) -> str:
    steady_ones, left_out = len(reading.trend.sources), len(reading.trend.left_out)
    return f"{steady_ones} of {count(steady_ones + left_out, 'feed')} throughout"
