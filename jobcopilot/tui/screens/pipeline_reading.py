"""How the pipeline reads: the agenda, a week or a month, what is under the cursor, changes made elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar, cast

from textual import on
from textual.screen import Screen
from textual.widgets import Static

from jobcopilot.errors import NotFound
from jobcopilot.tui.failures import Newest, start_work
from jobcopilot.tui.messages import DayChosen, MonthWanted, RowHighlighted, TotalChanged
from jobcopilot.tui.pipeline_data import PipelineData, RoundReading, TaskRows
from jobcopilot.tui.pipeline_search import nothing_words
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.agenda import AgendaList, Checklist
from jobcopilot.tui.widgets.chrome import Chrome
from jobcopilot.tui.widgets.month_grid import MonthGrid
from jobcopilot.tui.widgets.round_pane import RoundPane
from jobcopilot.tui.widgets.signs import moment, steady

if TYPE_CHECKING:
    from textual.timer import Timer

    from jobcopilot.interviews.views import FollowUpView, TaskView
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.pipeline_data import Line, Shown

LOOK_SECONDS = 1.0
"""How often the pipeline looks for changes by other processes."""
AGAIN_SECONDS = 60.0
"""How often it is read again because time has passed."""
Result = TypeVar("Result")


class PipelineReading(Screen[None]):
    """The pipeline's widgets, and what they show; read in threads, always for what was wanted last."""

    def __init__(self) -> None:
        super().__init__()
        self.chrome = Chrome(self.job_app.ROOMS, "pipeline")
        self.agenda = AgendaList(id="agenda")
        self.month = MonthGrid()
        self.pane = RoundPane()
        self.checklist = Checklist(id="checklist")
        self.next_up = Static("", id="next", markup=False)
        self.nothing = Static("", id="nothing", markup=False)
        self.data = PipelineData(self.job_app.data.runtime)
        self.search = ""
        self.week_of: date | None = None
        """A day of the week that is shown; None for the agenda."""
        self.things = 0
        self.reading: RoundReading | FollowUpView | None = None
        self._coming: tuple[str, ...] = ()
        """Stage, company and time left of the next interview."""
        self._version = -1
        self._stay_on: int | None = None
        self._fresh = True
        self._listing = Newest(self, self._list, name="agenda")
        self._opening = Newest(self, self._read_line, name="interview")
        self._turning = Newest(self, self._read_month, name="month")
        self._repeating: list[Timer] = []
        self.checklist.say_due = self._due_words

    @property
    def job_app(self) -> JobcopilotApp:
        """The app, typed."""
        return cast("JobcopilotApp", self.app)

    @property
    def line(self) -> Line | None:
        """The line under the cursor."""
        return self.agenda.row

    @property
    def as_month(self) -> bool:
        """Whether the month is shown."""
        return self.has_class("-month")

    @property
    def pane_shown(self) -> bool:
        """Whether what is under the cursor can be read beside or over the agenda."""
        return self.has_class("-reading") or self.has_class("-wide")

    # Reading

    def on_screen_resume(self) -> None:
        """Read what is there, now that the screen is in front, and keep up with the time."""
        self.read_again()
        if not self._repeating:
            self._repeating = [
                self.set_interval(LOOK_SECONDS, self.look, name="look for changes"),
                self.set_interval(AGAIN_SECONDS, self.read_again, name="time passes"),
            ]

    def look(self) -> None:
        """Show what has changed in the database, whoever changed it."""
        if self.is_current and self.job_app.data.version() != self._version:
            self.read_again()

    def read_again(self, stay_on: int | None = None) -> None:
        """Read everything that is shown again, the cursor on its line or on the one named."""
        if stay_on is not None:
            self._stay_on = stay_on
        if self.is_current:
            self._version = self.job_app.data.version()
        self._listing.want(None)

    async def _list(self, _wish: None) -> None:
        if self.as_month:
            day = self.month.day
            await self._read_month((day.year, day.month))
            self._tell_head()
            return
        week, search, _stay_on = wanted = self.week_of, self.search, self._stay_on
        if week is None:
            shown = await asyncio.to_thread(self.data.agenda, search)
        else:
            shown = await asyncio.to_thread(self.data.week, week, search)
        # What is not wanted any more must not use up the line to stay on: what is wanted is read next.
        if wanted == (self.week_of, self.search, self._stay_on):
            self._take(shown)

    def _take(self, shown: Shown) -> None:
        self.things = shown.lines.things
        stay = self._stay_on if self._stay_on is not None else self.agenda.row_id
        self._stay_on = None
        fresh, self._fresh = self._fresh, False
        if fresh and stay is None:
            self.agenda.fill(shown.lines.lines, shown.lines)
            self.agenda.cursor = 0
        else:
            self.agenda.open(shown.lines, stay_on=stay)
        self._tell_next(shown)
        self.set_class(self.things == 0 and self.week_of is None, "-empty")
        self.nothing.update(nothing_words(self.search))
        self.refresh_bindings()

    def _tell_next(self, shown: Shown) -> None:
        from jobcopilot.interviews.agenda import awaits, countdown

        view = shown.next_up
        self._coming = ()
        if view is not None and (at := awaits(view, shown.now)) is not None:
            self._coming = (view.stage, view.company, countdown(shown.now, at))
        self._tell_head()

    def _tell_head(self) -> None:
        # A week leaves less room, and its stage stands in the list.
        in_week = self.week_of is not None and not self.as_month
        coming = self._coming[1:] if in_week else self._coming
        words = f"Next: {', '.join(coming)}" if coming else "No interview ahead."
        if self.week_of is not None and in_week:
            monday = self.week_of - timedelta(days=self.week_of.weekday())
            sunday = monday + timedelta(days=6)
            first = f"{monday.day}–" if monday.month == sunday.month else f"{monday.day} {monday:%b} – "
            words = f"Week {monday.isocalendar().week}: {first}{sunday.day} {sunday:%b %Y}   {words}"
        if self.search:
            words = f"/ {self.search}   {words}"
        self.next_up.update(steady(words))

    @on(TotalChanged)
    def _list_landed(self, event: TotalChanged) -> None:
        if event.sender is self.agenda and self.agenda.row is not None and self.agenda.row.kind == "heading":
            self.agenda.cursor = self.agenda.validate_cursor(self.agenda.cursor + 1)

    @on(RowHighlighted)
    def _row_highlighted(self, event: RowHighlighted) -> None:
        if event.sender is self.agenda:
            if event.row is not None and event.row.kind == "heading":
                self.agenda.cursor = self.agenda.validate_cursor(self.agenda.cursor)
                return
            self.want_reading()
            self.refresh_bindings()

    def want_reading(self) -> None:
        """Read what is under the cursor, after the frame in which the cursor moves."""
        self.call_after_refresh(lambda: self._opening.want(self.line))

    async def _read_line(self, line: Line | None) -> None:
        if line is None or line.kind in ("heading", "empty"):
            self._show_reading(None)
            return
        try:
            reading = await asyncio.to_thread(self.data.reading, line)
        except NotFound:
            # Deleted by another process since the list was read; the list is about to follow.
            reading = None
        if self.line is not None and self.line.id == line.id:
            self._show_reading(reading)

    def _show_reading(self, reading: RoundReading | FollowUpView | None) -> None:
        self.reading = reading
        self.pane.show(reading, self._due_words)
        tasks = reading.tasks if isinstance(reading, RoundReading) else ()
        self.checklist.display = bool(tasks)
        self.checklist.open(TaskRows(tasks), stay_on=self.checklist.row_id)
        self.refresh_bindings()

    def _due_words(self, thing: TaskView | FollowUpView) -> str:
        if thing.due_at is None:
            return ""
        clock = self.job_app.data.runtime.clock
        zone = clock.zone()
        return moment(thing.due_at, zone, clock.now().astimezone(zone).date())

    # Month

    @on(MonthWanted)
    def _month_wanted(self, event: MonthWanted) -> None:
        self._turning.want((event.year, event.month))

    async def _read_month(self, wish: tuple[int, int]) -> None:
        self.month.show(await asyncio.to_thread(self.data.month, *wish))

    @on(DayChosen)
    def _day_chosen(self, event: DayChosen) -> None:
        self.remove_class("-month")
        self.week_of = event.day
        self.agenda.focus()
        self.read_again()

    # Work

    def say(self, message: str) -> None:
        """Tell in passing what was done; the words may hold text from outside."""
        tell(self.app, message)

    def do(self, name: str, work: Callable[[], Result], then: Callable[[Result], None] | None = None) -> None:
        """Do something that changes interviews in a thread, show what has changed, then tell of it."""

        async def doing() -> None:
            result = await asyncio.to_thread(work)
            self.read_again()
            self.want_reading()
            if then is not None:
                then(result)

        start_work(self, doing(), name=name, exclusive=False)
