"""The history of practice: sessions found by words, type, skill, job and date, and what is done to them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from jobcopilot.tui import practice_openings as openings
from jobcopilot.tui.commands import bindings, shown_key
from jobcopilot.tui.failures import Newest, start_work
from jobcopilot.tui.messages import QueryTyped, RowHighlighted, RowOpened, SearchLeft, TotalChanged
from jobcopilot.tui.practice_data import PracticeData
from jobcopilot.tui.screens.practice_labels import choose_filter, relabel
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.chrome import Chrome, KeyLine
from jobcopilot.tui.widgets.session_list import Held, Narrowed, SessionList, SessionText
from jobcopilot.tui.widgets.signs import count, steady
from jobcopilot.tui.widgets.words_line import WordsLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from jobcopilot.practice.history import SkillTrend
    from jobcopilot.practice.views import SessionRow
    from jobcopilot.tui.app import JobcopilotApp

UNFINISHED = ("pending", "in_progress", "error")
OF_A_SESSION = frozenset({"report", "delete", "export", "relabel"})
"""Actions that need a session under the cursor."""


class HistoryScreen(Screen[None]):
    """Every session, the latest first."""

    CSS_PATH = "practice_history.tcss"
    BINDINGS: ClassVar[Any] = bindings("history")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as Textual declares it
    AUTO_FOCUS = "#sessions"

    def __init__(self) -> None:
        super().__init__()
        self.chrome = Chrome(self.job_app.ROOMS, "practice")
        self.words = WordsLine("words that were said, or of the title")
        self.narrowing = Static("", id="narrowing", markup=False)
        self.list = SessionList(id="sessions")
        self.nothing = Static("", id="nothing", markup=False)
        self.text = SessionText()
        self.data = PracticeData(self.job_app.data.runtime)
        self.narrowed = Narrowed()
        self.weakest: tuple[SkillTrend, ...] = ()
        self._version = -1
        self._listing = Newest(self, self._list, name="history")

    def compose(self) -> ComposeResult:
        """Put chrome, search, list, what is known of one, and keys on the screen."""
        yield self.chrome
        yield self.words
        yield self.narrowing
        with Horizontal(id="body"):
            yield self.list
            yield self.nothing
            yield self.text
        yield KeyLine()

    @property
    def job_app(self) -> JobcopilotApp:
        """The app, typed."""
        return cast("JobcopilotApp", self.app)

    @property
    def row(self) -> SessionRow | None:
        """The session under the cursor."""
        return self.list.row

    def on_screen_resume(self) -> None:
        """Read what is there, now that the screen is in front."""
        runtime = self.data.runtime
        self.chrome.profile_name = runtime.profile.full_name or runtime.profile.name
        zone = runtime.clock.zone()
        self.list.zone = self.text.zone = zone
        self.list.today = self.text.today = runtime.clock.now().astimezone(zone).date()
        self.read_again()

    def read_again(self) -> None:
        """Read the sessions again, the cursor on the one where it was."""
        self._listing.want(self.row.id if self.row is not None else None)

    def narrow(self, narrowed: Narrowed) -> None:
        """Show other sessions."""
        self.narrowed = narrowed
        self.narrowing.update(Text(f"only {narrowed.words}   esc shows all" if narrowed.words else ""))
        self.set_class(bool(narrowed.words), "-narrowed")
        self._listing.want(None)

    @on(QueryTyped)
    def _words_typed(self, event: QueryTyped) -> None:
        self.narrow(replace(self.narrowed, search=event.text))

    async def _list(self, stay_on: int | None) -> None:
        history, narrowed = self.data.runtime.practice_history, self.narrowed
        source = Held(history, narrowed)
        first, weakest = await asyncio.to_thread(lambda: (source.page(0, 100), history.weakest()))
        self.weakest = weakest
        self.set_class(not first, "-empty")
        if not first:
            self.nothing.update(self._nothing_words())
        if stay_on is None:
            self.list.fill(first, source)
            self.list.cursor = 0
        else:
            self.list.open(source, stay_on=stay_on)
        self.text.show(self.row, self.weakest)

    def _nothing_words(self) -> str:
        if self.narrowed.search or self.narrowed.words:
            return "\n  No session has that.\n\n  esc shows all again."
        key = shown_key("practice.start", self.app._keymap)
        return (
            "\n  Nothing practised yet.\n\n"
            f"  esc     goes back to the setup; {key} starts a session there\n"
            "  :       every command by name"
        )

    @on(TotalChanged)
    def _total_changed(self, event: TotalChanged) -> None:
        self.words.tell(count(event.total, "session"))

    @on(RowHighlighted)
    def _row_highlighted(self) -> None:
        self.text.show(self.row, self.weakest)
        self.refresh_bindings()

    # Moving

    def to_list(self) -> None:
        """Put the list into focus."""
        self.list.focus()

    @on(SearchLeft)
    def _search_left(self) -> None:
        self.to_list()

    def go_back(self) -> None:
        """Clear the search, then what it is narrowed to, then go back to the setup."""
        if self.words.field.value:
            self.words.field.value = ""
            self.to_list()
        elif self.narrowed.words:
            self.narrow(self.narrowed.cleared())
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done to the session under the cursor."""
        if action in OF_A_SESSION:
            return self.row is not None
        if action == "resume":
            return self.row is not None and self.row.status in UNFINISHED
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Put the search into focus."""
        self.job_app.type_into(self, self.words.field)

    @on(RowOpened)
    def _row_opened(self) -> None:
        if self.row is not None and self.row.status in UNFINISHED:
            self.action_resume()
        else:
            self.action_report()

    # What is done

    def action_report(self) -> None:
        """Show the report of the session under the cursor."""
        if self.row is not None:
            openings.open_report(self.app, self.row.id)

    def action_resume(self) -> None:
        """Go on with the session under the cursor."""
        if self.row is not None:
            openings.go_on(self.app, self.row)

    def action_export(self) -> None:
        """Write the session under the cursor to a file."""
        if self.row is not None:
            openings.open_session_export(self.app, self.row.id)

    def action_trends(self) -> None:
        """Show the marks of each skill over time."""
        openings.open_trends(self.app)

    def action_filter(self) -> None:
        """Narrow the list by type, skill, job or date."""
        start_work(self, self._filter(), name="filter-sessions")

    async def _filter(self) -> None:
        narrowed = await choose_filter(self.app, self.data, self.narrowed)
        if narrowed is not None:
            self.narrow(narrowed)

    def action_relabel(self) -> None:
        """Say of which type the session was, what it was about, or how it is called."""
        if self.row is not None:
            start_work(self, self._relabel(self.row), name="relabel-session")

    async def _relabel(self, row: SessionRow) -> None:
        if await relabel(self.app, self.data, row):
            self.read_again()

    def action_delete(self) -> None:
        """Delete the session under the cursor, after asking: it cannot be taken back."""
        if self.row is not None:
            start_work(self, self._delete(self.row), name="delete-session")

    async def _delete(self, row: SessionRow) -> None:
        from jobcopilot.tui.modals.confirm import ConfirmDialogue

        sure = await self.app.push_screen_wait(
            ConfirmDialogue(
                f"Delete “{steady(row.title)}”?",
                f"{count(row.answered, 'answer')} with marks and recordings go for good; nothing brings them back.",
                "delete it",
            )
        )
        if sure:
            await asyncio.to_thread(self.data.runtime.practice_history.delete, row.id)
            tell(self.app, f"Deleted: {row.title}.")
            self._listing.want(None)
