"""What the board's parts share: its widgets, its data, and how work on jobs is begun."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.screen import Screen

from jobcopilot.tui.failures import start_work
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.chrome import Chrome
from jobcopilot.tui.widgets.detail import DetailPane
from jobcopilot.tui.widgets.job_table import JobSource, JobTable
from jobcopilot.tui.widgets.kanban import Kanban
from jobcopilot.tui.widgets.search import SearchLine
from jobcopilot.tui.widgets.signs import STATUS_SIGNS, count, steady
from jobcopilot.tui.widgets.strip import StatusStrip

if TYPE_CHECKING:
    from jobcopilot.jobs.views import BatchView, JobRow
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.board_data import BoardData

Result = TypeVar("Result")


class BoardParts(Screen[None]):
    """The board's widgets by name; its mixins build on this."""

    def __init__(self) -> None:
        super().__init__()
        glance = self.job_app.glance
        self.chrome = Chrome(self.job_app.ROOMS, "board")
        self.strip = StatusStrip(id="strip")
        self.search = SearchLine(glance.query, glance.sort)
        self.table = JobTable(id="table")
        self.kanban = Kanban(id="kanban")
        self.detail = DetailPane()
        self.source: JobSource | None = None
        """The jobs that are shown; None before the database is open."""
        self.set_class(glance.view == "kanban", "-kanban")

    @property
    def job_app(self) -> JobcopilotApp:
        """The app, typed."""
        return cast("JobcopilotApp", self.app)

    @property
    def data(self) -> BoardData:
        """The jobs."""
        return self.job_app.data

    @property
    def as_kanban(self) -> bool:
        """Whether the kanban is shown instead of the table."""
        return self.has_class("-kanban")

    @property
    def view(self) -> JobTable | Kanban:
        """The table or the kanban, whichever is shown."""
        return self.kanban if self.as_kanban else self.table

    @property
    def row(self) -> JobRow | None:
        """The job under the cursor."""
        return self.view.row

    @property
    def targets(self) -> tuple[int, ...]:
        """The ids of the selected jobs, else of the one under the cursor."""
        return self.view.targets

    @property
    def detail_shown(self) -> bool:
        """Whether the job under the cursor can be read beside or over the list."""
        return self.has_class("-reading") or (self.has_class("-wide") and not self.as_kanban)

    def say(self, message: str, *, title: str = "") -> None:
        """Tell in passing what was done; the words may hold text from outside."""
        tell(self.app, message, title=title)

    def do(self, name: str, work: Callable[[], Result], then: Callable[[Result], None] | None = None) -> None:
        """Do something that changes jobs in a thread, show what has changed, then tell of it."""

        async def doing() -> None:
            result = await asyncio.to_thread(work)
            self.look()
            if then is not None:
                then(result)

        start_work(self, doing(), name=name, exclusive=False)

    def look(self) -> None:
        """Show what has changed in the database, whoever changed it; the screen's own reading does it."""
        raise NotImplementedError

    async def score_if_due(self) -> None:
        """Score every job again where newer rules ask for it; the screen's own scoring does it."""
        raise NotImplementedError


def act_in_words(act: BatchView) -> str:
    """Return what an act was; only of an import its label leaves out how many jobs it touched."""
    return f"{act.label} ({count(act.jobs, 'job')})" if act.kind == "import" else act.label


def in_full(row: JobRow) -> str:
    """Return a job as a question names it."""
    said = (row.company, row.place, f"{STATUS_SIGNS[row.status]} {row.status}", f"number {row.id}")
    return steady(row.title) + "\n  " + steady(" · ".join(part for part in said if part))
