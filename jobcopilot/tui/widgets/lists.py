"""The list that every room builds on: any of 100,000 rows, of which only those in view are fetched and drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from rich.segment import Segment
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import Newest
from jobcopilot.tui.messages import RowHighlighted, RowOpened, SelectionChanged, TotalChanged
from jobcopilot.tui.theme import Palette, style
from jobcopilot.tui.widgets.painted import Rolling

if TYPE_CHECKING:
    from textual import events

PAGE = 100
"""Rows fetched at once."""
PAGES_KEPT = 60


class HasId(Protocol):
    """A row that can be recognised after a reload."""

    @property
    def id(self) -> int:
        """Its number in the database."""
        ...


Row = TypeVar("Row", bound=HasId)
Row_co = TypeVar("Row_co", bound=HasId, covariant=True)


class RowSource(Protocol[Row_co]):
    """Where rows come from; its methods block and are called in threads."""

    def page(self, offset: int, limit: int) -> Sequence[Row_co]:
        """Return up to `limit` rows from `offset` on."""
        ...

    def total(self) -> int:
        """Return how many rows there are."""
        ...

    def ids(self) -> Sequence[int]:
        """Return the ids of all rows, in order."""
        ...


class VirtualList(Rolling, Generic[Row]):
    """Rows one line high, with a cursor, a selection by id and lazily fetched pages.

    Rooms give it a `RowSource` with `open`, draw a row with `draw_row`, and hear `RowHighlighted`, `RowOpened`,
    `SelectionChanged` and `TotalChanged`.
    """

    BINDINGS: ClassVar[Any] = bindings("list")
    DEFAULT_CSS = """
    VirtualList {
        height: 1fr;
        width: 1fr;
    }
    """

    cursor: reactive[int] = reactive(0, init=False, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self.total: int | None = None
        """How many rows there are; None before it is known."""
        self.selected: set[int] = set()
        """Ids of the rows that the next command is done to."""
        self._source: RowSource[Row] | None = None
        self._pages: dict[int, Sequence[Row]] = {}
        self._stale = False
        self._load = Newest(self, self._load_pages, name=f"pages-{id or 'list'}")
        self._refill = Newest(self, self._reload, name=f"reload-{id or 'list'}")

    # What rooms override

    def draw_row(self, row: Row, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return one row as a line of exactly `width` cells."""
        raise NotImplementedError

    # What rooms call

    def open(self, source: RowSource[Row], *, stay_on: int | None = None) -> None:
        """Show other rows, the cursor on the row with the id `stay_on` wherever that is now, else at the top."""
        self._source = source
        self._refill.want(stay_on)

    def reload(self) -> None:
        """Fetch again what is in view, with the cursor kept on its row."""
        if self._source is not None:
            self._refill.want(self.row_id)

    def fill(self, rows: Sequence[Row], source: RowSource[Row]) -> None:
        """Show a first page that was read already; the total follows."""
        self._source = source
        self._pages = {0: rows}
        self.total = len(rows) if len(rows) < PAGE else None
        self._resize_content()
        self.refresh()
        self._tell_row()
        self._refill.want(self.row_id)

    @property
    def row(self) -> Row | None:
        """The row under the cursor, where it has been fetched."""
        return self.row_at(self.cursor)

    @property
    def row_id(self) -> int | None:
        """The id of the row under the cursor."""
        return None if self.row is None else self.row.id

    @property
    def targets(self) -> tuple[int, ...]:
        """The ids that a command is done to: the selected ones, else the one under the cursor."""
        if self.selected:
            return tuple(sorted(self.selected))
        return () if self.row is None else (self.row.id,)

    @property
    def shown_rows(self) -> int:
        """How many rows are in view."""
        return max(0, min(self.size.height, self._count - self.scroll_offset.y))

    def row_at(self, index: int) -> Row | None:
        """Return a row by its place, where it has been fetched."""
        if index < 0:
            return None
        page = self._pages.get(index // PAGE)
        within = index % PAGE
        return page[within] if page is not None and within < len(page) else None

    def select_none(self) -> None:
        """Forget the selection."""
        self.selected.clear()
        self.refresh()
        self.post_message(SelectionChanged(self, 0))

    # Fetching

    @property
    def _count(self) -> int:
        """Rows known to exist."""
        if self.total is not None:
            return self.total
        return max((page * PAGE + len(rows) for page, rows in self._pages.items()), default=0)

    def _pages_around(self, line: int, height: int) -> list[int]:
        """The pages in view first, then their neighbours, so that paging finds them there."""
        first, last = max(line, 0) // PAGE, max(line + height, 0) // PAGE
        final = max(self._count - 1, 0) // PAGE
        inside = [page for page in (*range(first, last + 1), last + 1, first - 1) if 0 <= page <= final]
        return list(dict.fromkeys(inside))

    def _missing(self) -> list[int]:
        around = self._pages_around(self.scroll_offset.y, self.size.height)
        return [page for page in around if page not in self._pages]

    async def _load_pages(self, _wish: None) -> None:
        source = self._source
        while source is not None and source is self._source and (missing := self._missing()):
            page = missing[0]
            rows = await asyncio.to_thread(source.page, page * PAGE, PAGE)
            if source is not self._source:
                return
            self._keep(page, rows)
            first, last = self.scroll_offset.y // PAGE, (self.scroll_offset.y + self.size.height) // PAGE
            if first <= page <= last:
                self.refresh(Region(0, 0, self.size.width, self.size.height))
            if self.cursor // PAGE == page:
                self._tell_row()
            if not rows:
                return

    def _keep(self, page: int, rows: Sequence[Row]) -> None:
        self._pages[page] = rows
        if len(self._pages) > PAGES_KEPT:
            here = self.scroll_offset.y // PAGE
            for far in sorted(self._pages, key=lambda known: -abs(known - here))[: PAGES_KEPT // 3]:
                del self._pages[far]

    async def _reload(self, stay_on: int | None) -> None:
        source = self._source
        if source is None:
            return
        began_at = self.cursor
        screen_line = began_at - self.scroll_offset.y if stay_on is not None else 0
        fresh = await self._fetch_around(source, self.scroll_offset.y if stay_on is not None else 0, {})
        cursor = 0
        if stay_on is not None:
            if self.cursor != began_at:
                # The person has moved on meanwhile: the row where they are now is the one to stay on.
                stay_on, screen_line = self.row_id, self.cursor - self.scroll_offset.y
            found = None if stay_on is None else _place(fresh, stay_on)
            if found is None and stay_on is not None and any(len(rows) == PAGE for rows in fresh.values()):
                # It is out of view now: only the whole order tells where.
                ids = await asyncio.to_thread(source.ids)
                found = ids.index(stay_on) if stay_on in ids else None
                if found is not None:
                    fresh = await self._fetch_around(source, found - screen_line, fresh)
            cursor = self.cursor if found is None else found
        if source is not self._source:
            return
        self._take(fresh, cursor, screen_line, keep_total=stay_on is not None)
        # The total is a second query: the rows are on the screen before it is known.
        total = await asyncio.to_thread(source.total)
        if source is self._source:
            self.total = total
            self._resize_content()
            if self.cursor >= total:
                self._land(total - 1, self.size.height - 1)
            self.post_message(TotalChanged(self, total))
            self._load.want(None)

    async def _fetch_around(
        self, source: RowSource[Row], line: int, known: dict[int, Sequence[Row]]
    ) -> dict[int, Sequence[Row]]:
        """Return the pages that show what begins at a line, beside those that are known."""
        fresh = dict(known)
        first = max(line, 0)
        for page in range(first // PAGE, (first + max(self.size.height, 1)) // PAGE + 1):
            if page not in fresh:
                fresh[page] = await asyncio.to_thread(source.page, page * PAGE, PAGE)
        return fresh

    def _take(
        self, fresh: dict[int, Sequence[Row]], cursor: int, screen_line: int, *, keep_total: bool
    ) -> None:
        """Show fetched pages in place of those before; a reload that brought nothing new paints nothing."""
        before, total, row = self._pages, self.total, self.row
        self._pages = fresh
        if 0 in fresh and any(len(rows) < PAGE for rows in fresh.values()):
            self.total = max(page * PAGE + len(rows) for page, rows in fresh.items() if rows or page == 0)
        else:
            # The total before is of other rows where more of them than that are here by now.
            known = max((page * PAGE + len(rows) for page, rows in fresh.items()), default=0)
            self.total = total if keep_total and total is not None and total >= known else None
        same_rows = all(before.get(page) == rows for page, rows in fresh.items())
        if same_rows and cursor == self.cursor and total == self.total and row == self.row:
            return
        self._land(cursor, screen_line)

    def _land(self, cursor: int, screen_line: int) -> None:
        """Put the cursor on a row and that row on the line where it was."""
        self._resize_content()
        cursor = max(0, min(cursor, self._count - 1))
        top = max(0, min(cursor - screen_line, self._count - self.size.height))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
        self.set_reactive(VirtualList.cursor, cursor)
        self.refresh()
        self._tell_row()

    def _resize_content(self) -> None:
        self.set_height(self._count)

    # Drawing

    def draw_line(self, y: int, width: int) -> Strip:
        """Return one line of the view."""
        index = self.scroll_offset.y + y
        if index >= self._count:
            return Strip.blank(width, style(self.palette.foreground, self.ground))
        row = self.row_at(index)
        if row is None:
            self._load.want(None)
            return _gap(width, self.palette)
        return self.draw_row(row, width, at_cursor=index == self.cursor, selected=row.id in self.selected)

    def on_resize(self) -> None:
        """Keep the cursor in view when the list gets smaller."""
        self._resize_content()
        self._show_cursor()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor as active or resting."""
        super().watch_has_focus(has_focus)
        self.refresh_line(self.cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Fetch the pages around the view before they are reached."""
        super().watch_scroll_y(old_value, new_value)
        if self._source is not None and self._missing():
            self._load.want(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer opening and selecting only where there is something."""
        if action in ("open_row", "select", "select_all", "move_card"):
            return self._source is None or self.row is not None
        return super().check_action(action, parameters)

    # Moving

    def watch_cursor(self, before: int, now: int) -> None:
        """Redraw the two rows that changed and tell who listens."""
        self.refresh_line(before)
        self.refresh_line(now)
        self._show_cursor()
        self._tell_row()

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor inside the list."""
        return max(0, min(cursor, self._count - 1))

    def _show_cursor(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if height <= 0:
            return
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def _tell_row(self) -> None:
        self.post_message(RowHighlighted(self, self.row))

    def action_cursor(self, step: int) -> None:
        """Move by rows."""
        self.cursor += step

    def action_page(self, step: int) -> None:
        """Move by what fits in view, keeping one line for the eye."""
        self.cursor += step * max(self.size.height - 1, 1)

    def action_top(self) -> None:
        """Move to the first row."""
        self.cursor = 0

    def action_end(self) -> None:
        """Move to the last row."""
        self.cursor = self._count - 1

    def action_open_row(self) -> None:
        """Open the row under the cursor."""
        if self.row is not None:
            self.post_message(RowOpened(self, self.row))

    def action_select(self) -> None:
        """Select the row under the cursor, or no longer, and move on."""
        if self.row is not None:
            self.selected ^= {self.row.id}
            self.refresh_line(self.cursor)
            self.post_message(SelectionChanged(self, len(self.selected)))
            self.cursor += 1

    def action_select_all(self) -> None:
        """Select every row, or none when some are selected."""
        if self.selected:
            self.select_none()
        elif self._source is not None:
            Newest(self, self._select_all, name="select-all").want(self._source)

    async def _select_all(self, source: RowSource[Row]) -> None:
        ids = await asyncio.to_thread(source.ids)
        if source is self._source:
            self.selected = set(ids)
            self.refresh()
            self.post_message(SelectionChanged(self, len(ids)))

    def on_click(self, event: events.Click) -> None:
        """Move to the row that was clicked; a second click opens it."""
        index = self.scroll_offset.y + event.y
        if index < self._count and not self.on_bar(event):
            self.cursor = index
            if event.chain == 2:
                self.action_open_row()


def _gap(width: int, palette: Palette) -> Strip:
    """The line that stands for a row that is still being fetched."""
    return Strip([Segment("  ·".ljust(width), style(palette.line, palette.background))], width)


def _place(pages: dict[int, Sequence[Any]], wanted: int) -> int | None:
    for page, rows in pages.items():
        for within, row in enumerate(rows):
            if row.id == wanted:
                return page * PAGE + within
    return None
