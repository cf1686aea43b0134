"""How the board reads: the first rows, searches, orders, the posting under the cursor, changes made elsewhere."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

from textual import on

from jobcopilot.errors import JobcopilotError, NotFound
from jobcopilot.tui.failures import Newest, start_work
from jobcopilot.tui.messages import (
    CardsWanted,
    QueryTyped,
    RowHighlighted,
    SelectionChanged,
    TabChosen,
    TotalChanged,
)
from jobcopilot.tui.screens.board_parts import BoardParts
from jobcopilot.tui.widgets.empty import EmptyNote
from jobcopilot.tui.widgets.lists import PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobcopilot.jobs.query import Query
    from jobcopilot.jobs.views import JobRow
    from jobcopilot.tui.widgets.job_table import JobSource

LOOK_SECONDS = 1.0
"""How often the board looks for changes by other processes."""
VIEWED_SECONDS = 2.0
"""A job that stays under the cursor this long beside its posting counts as looked at."""


class BoardReading(BoardParts):
    """Reads in threads, one round at a time, always for what was wanted last."""

    def __init__(self) -> None:
        super().__init__()
        self.empty = EmptyNote(id="empty")
        self._searching = Newest(self, self._search, name="search")
        self._counting = Newest(self, self._count, name="statistics")
        self._opening = Newest(self, self._read_detail, name="detail")
        self._dealing = Newest(self, self._deal, name="kanban")
        self._version = -1
        self._viewed: int | None = None
        self._wanted_job: int | None = None
        """A job that the next search puts the cursor on."""
        self.can_be_done = "not known yet"
        """What the line of keys was last made for, so that not every move makes it again."""

    def begin(self) -> None:
        """Open the database and show the first rows; called once, when the first frame is painted."""
        start_work(self, self._begin(), name="open")

    async def _begin(self) -> None:
        text, sort = self.search.field.value, self.search.sort
        self.remove_class("-closed", "-empty")
        if not self.data.runtime.home.database.exists():
            # The very first start makes the database, which takes a second or two: that is said meanwhile.
            self.chrome.busy = "setting up your board"
        try:
            source, query, rows = await asyncio.to_thread(self._first, text, sort)
        except JobcopilotError:
            # Told by the strip of failures; what can be done about it may be done while the app stays open.
            self.empty.closed()
            self.add_class("-closed", "-empty")
            raise
        finally:
            self.chrome.busy = ""
        self.source = source
        self.search.show_mistakes(query.mistakes)
        self._version = self.data.version()
        self.chrome.profile_name = self.data.runtime.profile.full_name or self.data.runtime.profile.name
        self.table.fill(rows, source)
        if self.as_kanban:
            self._dealing.want((source, None))
        self._counting.want(None)
        if not rows and not text and not self.job_app.glance.onboarded:
            from jobcopilot.tui.openings import open_onboarding

            open_onboarding(self.app)
        self.set_interval(LOOK_SECONDS, self.look, name="look for changes")
        await asyncio.to_thread(self.data.warm_up)
        # What is there now stays: the collector need not look through it again in the middle of a key press.
        gc.freeze()
        await self.score_if_due()

    def _first(self, text: str, sort: str) -> tuple[JobSource, Query, Sequence[JobRow]]:
        self.data.open()
        source, query = self.data.source(text, sort)
        return source, query, source.page(0, PAGE)

    # Changes made here or by another process

    def look(self) -> None:
        """Show what has changed in the database, whoever changed it."""
        if self.source is None or not self.is_current:
            return
        version = self.data.version()
        if version != self._version:
            self._version = version
            self.read_again()

    def read_again(self) -> None:
        """Read everything that is shown again; cursor and selection stay on their jobs."""
        if self.source is None:
            return
        if self.as_kanban:
            self._dealing.want((self.source, self.kanban.row_id))
        else:
            self.table.reload()
        self._counting.want(None)
        self._want_detail()

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was in front."""
        self.look()

    # Searching and sorting

    @on(QueryTyped)
    def _query_typed(self, event: QueryTyped) -> None:
        if self.source is not None:
            self._searching.want((event.text, self.search.sort, not event.text))

    def sort_by(self, sort: str) -> None:
        """Show the same jobs in another order, the cursor on its job."""
        self.search.sort = sort
        self._searching.want((self.search.field.value, sort, True))

    def sort_to(self, job_id: int) -> None:
        """Show every job, the cursor on this one."""
        self._wanted_job = job_id
        self._searching.want(("", self.search.sort, True))

    async def _search(self, wish: tuple[str, str, bool]) -> None:
        text, sort, stay = wish
        source, query = await asyncio.to_thread(self.data.source, text, sort)
        self.search.show_mistakes(query.mistakes)
        self.search.sort = source.sort
        stay_on = self.view.row_id if stay else None
        if self._wanted_job is not None:
            stay_on, self._wanted_job = self._wanted_job, None
        self.show_source(source, stay_on=stay_on)

    def show_source(self, source: JobSource, *, stay_on: int | None) -> None:
        """Show other jobs in the table or the kanban, whichever is in front, the cursor on a job if it is there."""
        self.source = source
        if self.as_kanban:
            self._dealing.want((source, stay_on))
        else:
            self.table.open(source, stay_on=stay_on)

    @on(CardsWanted)
    def _cards_wanted(self) -> None:
        if self.source is not None:
            self._dealing.want((self.source, self.kanban.row_id))

    async def _deal(self, wish: tuple[JobSource, int | None]) -> None:
        source, stay_on = wish
        columns = await asyncio.to_thread(self.data.columns, source, self.kanban.depth)
        if source is self.source:
            self.kanban.show(columns, stay_on=stay_on)
            self._show_total(sum(column.total for column in columns))

    async def _count(self, _wish: None) -> None:
        counted = await asyncio.to_thread(self.data.statistics)
        self.strip.statistics = counted
        self.search.everything = counted.total

    @on(TotalChanged)
    def _total_changed(self, event: TotalChanged) -> None:
        if event.sender is self.view:
            self._show_total(event.total)

    def _show_total(self, total: int) -> None:
        self.search.total = total
        self.empty.tell(total, self.search.field.value)
        self.set_class(total == 0, "-empty")

    @on(SelectionChanged)
    def _selection_changed(self, event: SelectionChanged) -> None:
        if event.sender is self.view:
            self.search.selected = event.count
            self._tell_what_can_be_done()

    # The posting under the cursor

    @on(RowHighlighted)
    def _row_highlighted(self, event: RowHighlighted) -> None:
        if event.sender is not self.view:
            return
        self._want_detail()
        self._tell_what_can_be_done()

    def _tell_what_can_be_done(self) -> None:
        row = self.row
        marked = row is not None and row.possible_duplicate
        now = "nothing" if row is None else f"{marked}, {min(len(self.view.selected), 3)} selected"
        if now != self.can_be_done:
            self.can_be_done = now
            self.refresh_bindings()

    def _want_detail(self) -> None:
        if self.detail_shown:
            # After the frame in which the cursor moves, so that the posting never holds that up.
            self.call_after_refresh(self._read_row)

    def _read_row(self) -> None:
        if self.detail_shown:
            self._opening.want(self.view.row_id)

    async def _read_detail(self, job_id: int | None) -> None:
        if job_id is None:
            self.detail.show(None)
            return
        try:
            reading = await asyncio.to_thread(
                self.data.reading,
                job_id,
                history=self.detail.tab == "history",
                rounds=self.detail.tab == "rounds",
            )
        except NotFound:
            # Deleted by another process since the list was read; the list is about to follow.
            self.detail.show(None)
            return
        if self.view.row_id == job_id:
            self.detail.show(reading)

    @on(TabChosen)
    def _tab_chosen(self) -> None:
        self._want_detail()

    def remember_viewed(self, job_id: int) -> None:
        """Note when the job was looked at, once as long as no other is."""
        if job_id == self._viewed:
            # Noting it changes the database, which is read again, which highlights the row again.
            return
        self._viewed = job_id

        async def note() -> None:
            await asyncio.to_thread(self.data.viewed, job_id)

        start_work(self, note(), name="viewed", exclusive=False)
