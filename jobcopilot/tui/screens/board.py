"""The board: every tracked job as a table or a kanban, searched as one types, the posting beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Horizontal

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import LeaveDetail, RowHighlighted, RowOpened, SearchLeft
from jobcopilot.tui.screens.board_deep import BoardDeep
from jobcopilot.tui.screens.board_reach import BoardReach
from jobcopilot.tui.screens.board_reading import VIEWED_SECONDS, BoardReading
from jobcopilot.tui.widgets.chrome import KeyLine
from jobcopilot.tui.widgets.detail import TABS
from jobcopilot.tui.widgets.search import SORT_WORDS

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

WIDE = 110
"""Cells from which the posting is read beside the list."""
OF_A_JOB = frozenset(
    {
        "status",
        "delete",
        "merge",
        "edit",
        "notes",
        "favourite",
        "deep",
        "open_address",
        "copy",
        "book",
        "round",
        "next_tab",
        "previous_tab",
        "read_on",
    }
)
"""Actions that need a job under the cursor."""
_SORTS: dict[str, tuple[str, str]] = {
    "-match": ("m", "best first"),
    "-created": ("c", "newest first"),
    "-updated": ("u", "newest first"),
    "-posted": ("p", "newest first"),
    "title": ("t", "A to Z"),
    "company": ("o", "A to Z"),
    "-pay": ("y", "highest first"),
    "deadline": ("d", "soonest first"),
    "-relevance": ("r", "closest to the words first"),
}
"""Each order as one wants to read it first: the letter that chooses it, and what it means."""


class BoardScreen(BoardReading, BoardDeep, BoardReach):
    """Wiring of the board's widgets, and what is in front."""

    BINDINGS: ClassVar[Any] = bindings("board")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # as Textual declares it
    AUTO_FOCUS = "#table, #kanban"

    def __init__(self) -> None:
        super().__init__()
        self._staying: Timer | None = None

    def compose(self) -> ComposeResult:
        """Put chrome, strip, search, list, posting and keys on the screen."""
        yield self.chrome
        yield self.strip
        yield self.search
        with Horizontal(id="body"):
            yield self.table
            yield self.kanban
            yield self.empty
            yield self.detail
        yield KeyLine()

    def on_mount(self) -> None:
        """Put the list into focus; the app lets it read once the first frame is painted."""
        self.view.focus()

    def on_resize(self) -> None:
        """Read the posting when it has come into view."""
        self.call_after_refresh(self._want_detail)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what is done to a job only where there is one."""
        if action == "keep_apart":
            return self.row is not None and self.row.possible_duplicate
        if action in OF_A_JOB:
            return self.source is None or self.row is not None
        return super().check_action(action, parameters)

    def is_useful(self, command: str) -> bool:
        """Keep merging out of the line of keys where there is nothing to merge; the palette says how it is done."""
        return command != "board.merge" or self.can_merge

    def on_paste(self, event: events.Paste) -> None:
        """Take what is dropped or pasted onto the board (a path, an address, a posting's text) as an import."""
        if event.text.strip():
            from jobcopilot.tui.openings import open_import

            event.stop()
            open_import(self.app, event.text)

    # What is in front

    def to_list(self) -> None:
        """Put the list in front and into focus; where the jobs could not be opened, try again."""
        if self.has_class("-closed"):
            self.begin()
        self.remove_class("-reading")
        self.view.focus()

    def show_job(self, job_id: int) -> None:
        """Put the cursor on a job, searching for everything where the present search does not have it."""
        self.to_list()
        if self.source is not None:
            if self.search.field.value:
                self.search.field.value = ""
            self.sort_to(job_id)

    def go_back(self) -> None:
        """Stop what is running, else close what is open, else clear what is selected, else what is searched."""
        if self.stop_scoring is not None:
            self.stop_scoring.set()
        elif self.has_class("-reading") or self.focused is self.detail:
            self.to_list()
        elif self.view.selected:
            self.view.select_none()
        elif self.search.field.value:
            self.search.field.value = ""
        else:
            self.to_list()

    @on(RowOpened)
    def _row_opened(self, event: RowOpened) -> None:
        self.add_class("-reading")
        self.detail.focus()
        self._want_detail()
        self.remember_viewed(event.row.id)

    @on(RowHighlighted)
    def _row_stays(self, event: RowHighlighted) -> None:
        """Note a job as looked at once its posting has stood beside the list for a while."""
        if event.sender is not self.view:
            return
        if self._staying is not None:
            self._staying.stop()
        if self.detail_shown and event.row is not None:
            job_id = event.row.id
            self._staying = self.set_timer(VIEWED_SECONDS, lambda: self.remember_viewed(job_id))

    @on(LeaveDetail)
    def _leave_detail(self) -> None:
        self.to_list()

    @on(SearchLeft)
    def _search_left(self) -> None:
        self.to_list()

    # Commands on the view

    def action_search(self) -> None:
        """Put the search line into focus."""
        self.job_app.type_into(self, self.search.field)

    def action_view(self) -> None:
        """Switch between table and kanban."""
        job_id = self.view.row_id
        self.view.select_none()
        self.remove_class("-reading")
        self.toggle_class("-kanban")
        self.can_be_done = "not known yet"
        if self.source is not None:
            self.show_source(self.source, stay_on=job_id)
        self.view.focus()

    def action_sort(self) -> None:
        """Ask what to sort by."""
        from jobcopilot.tui.modals.choose import ChooseDialogue, Option

        ranked = self.source is not None and self.source.query.ranked
        options = [
            Option(sort, key, f"{SORT_WORDS[sort.lstrip('-')]:<10} {meaning}")
            for sort, (key, meaning) in _SORTS.items()
            if ranked or sort != "-relevance"
        ]

        def take(sort: str | None) -> None:
            if sort is not None:
                self.sort_by(sort)

        now = self.search.sort
        chosen = next((sort for sort in _SORTS if sort.lstrip("-") == now.lstrip("-")), None)
        self.app.push_screen(ChooseDialogue("Sort by", options, chosen), take)

    def action_reverse(self) -> None:
        """Turn the order around."""
        now = self.search.sort
        self.sort_by(now[1:] if now.startswith("-") else f"-{now}")

    def action_next_tab(self) -> None:
        """Show the next part of the posting."""
        self._turn(1)

    def action_previous_tab(self) -> None:
        """Show the part before."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        self.detail.tab = TABS[(TABS.index(self.detail.tab) + step) % len(TABS)]

    def action_read_on(self) -> None:
        """Scroll the posting while the list keeps the focus."""
        self.detail.action_page(1)

    def action_read_back(self) -> None:
        """Scroll the posting back."""
        self.detail.action_page(-1)
