"""How the discovered postings are read: the list, the posting under the cursor, the sources' state, and changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import on
from textual.screen import Screen
from textual.widgets import Static

from jobcopilot.errors import NotFound
from jobcopilot.tui.commands import shown_key
from jobcopilot.tui.failures import Newest
from jobcopilot.tui.feed_data import Listed, Overview, PostingReading, Postings, overview, posting_reading
from jobcopilot.tui.feed_openings import polls_of
from jobcopilot.tui.messages import QueryTyped, RowHighlighted, SelectionChanged, TotalChanged
from jobcopilot.tui.screens.discovered_pane import PostingPane
from jobcopilot.tui.screens.discovered_table import PostingTable
from jobcopilot.tui.telling import tell
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.chrome import Chrome
from jobcopilot.tui.widgets.lists import PAGE
from jobcopilot.tui.widgets.signs import count, steady
from jobcopilot.tui.widgets.words_line import WordsLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.timer import Timer

    from jobcopilot.runtime import Runtime
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.feed_polls import FeedPolls

LOOK_SECONDS = 1.0
"""How often the list looks for changes by polls and other processes."""
AGAIN_SECONDS = 60.0
"""How often it is read again because time has passed."""


class DiscoveredReading(Screen[None]):
    """The screen's widgets, and what they show; read in threads, always for what was wanted last."""

    def __init__(self) -> None:
        super().__init__()
        self.chrome = Chrome(self.job_app.ROOMS, "discovered")
        self.feeds = Static("", id="feeds", markup=False)
        self.words = WordsLine("words in title, company or place")
        self.table = PostingTable(id="postings")
        self.nothing = Static("", id="nothing", markup=False)
        self.pane = PostingPane()
        self.origin = Static("", id="origin", markup=False)
        self.source: Postings | None = None
        """What is listed; None before the first rows."""
        self.everything = False
        """Whether what is closed, hidden or tracked is listed, too."""
        self.overview: Overview | None = None
        self._profile_id: int | None = None
        self._version = -1
        self._repeating: list[Timer] = []
        self._listing = Newest(self, self._list, name="discovered")
        self._counting = Newest(self, self._count, name="feeds")
        self._opening = Newest(self, self._read_posting, name="posting")
        self._can_be_done = ""

    @property
    def job_app(self) -> JobcopilotApp:
        """The app, typed."""
        return cast("JobcopilotApp", self.app)

    @property
    def runtime(self) -> Runtime:
        """The parts of this home."""
        return self.job_app.data.runtime

    @property
    def polls(self) -> FeedPolls:
        """What is being polled."""
        return polls_of(self.app)

    @property
    def row(self) -> Listed | None:
        """The posting under the cursor."""
        return self.table.row

    @property
    def pane_shown(self) -> bool:
        """Whether the posting under the cursor can be read beside or over the list."""
        return self.has_class("-reading") or self.has_class("-wide")

    # Reading

    def on_mount(self) -> None:
        """Follow the polls."""
        self.polls.changed.subscribe(self, self._polls_changed)

    def on_screen_resume(self) -> None:
        """Read what is there, now that the screen is in front, and keep up with polls and time."""
        self.chrome.profile_name = self.runtime.profile.full_name or self.runtime.profile.name
        self.read_again()
        self._polls_changed(None)
        if not self._repeating:
            self._repeating = [
                self.set_interval(LOOK_SECONDS, self.look, name="look for changes"),
                self.set_interval(AGAIN_SECONDS, self.read_again, name="time passes"),
            ]

    def _polls_changed(self, _nothing: None) -> None:
        self.chrome.busy = self.polls.words()
        if not self.polls.running:
            self.look()

    def look(self) -> None:
        """Show what has changed in the database, whoever changed it."""
        if self.is_current and self.job_app.data.version() != self._version:
            self.read_again()

    def read_again(self) -> None:
        """Read everything that is shown again; cursor and selection stay on their postings."""
        if self.is_current:
            self._version = self.job_app.data.version()
            self._listing.want((self.words.field.value, True))
            self._counting.want(None)
            self.want_posting()

    @on(QueryTyped)
    def _words_typed(self, event: QueryTyped) -> None:
        if self.source is not None:
            self._listing.want((event.text, not event.text))

    def show_everything(self, everything: bool) -> None:
        """List also what waits no more, or only what waits."""
        self.everything = everything
        self.table.select_none()
        self._listing.want((self.words.field.value, True))

    async def _list(self, wish: tuple[str, bool]) -> None:
        words, stay = wish
        # Made in a thread: the room of feeds is imported with it.
        discovered = await asyncio.to_thread(lambda: self.runtime.discovered)
        source = Postings(discovered, words, self.everything)
        clock = self.runtime.clock
        self.table.today = clock.now().astimezone(clock.zone()).date()
        self.table.everything = self.everything
        if self.source is None:
            rows: Sequence[Listed] = await asyncio.to_thread(source.page, 0, PAGE)
            self.source = source
            self.table.fill(rows, source)
        elif source == self.source:
            self.table.reload()
        else:
            self.source = source
            self.table.open(source, stay_on=self.table.row_id if stay else None)

    async def _count(self, _wish: None) -> None:
        self.overview = await asyncio.to_thread(overview, self.runtime)
        self._tell_feeds()
        self._tell_nothing()

    @on(TotalChanged)
    def _total_changed(self, event: TotalChanged) -> None:
        if event.sender is self.table:
            self.set_class(event.total == 0, "-empty")
            self._tell_found()
            self._tell_nothing()

    @on(SelectionChanged)
    def _selection_changed(self, _event: SelectionChanged) -> None:
        self._tell_found()

    # Words about what is listed

    def _tell_feeds(self) -> None:
        if self.overview is not None:
            title = "Everything found" if self.everything else "Discovered"
            self.feeds.update(steady(f"{title}   {self.overview.words()}"))

    def _tell_found(self) -> None:
        total, selected = self.table.total, len(self.table.selected)
        parts = [f"● {selected:,} selected"] if selected else []
        if total is not None:
            whole = self.overview.waiting if self.overview is not None and not self.everything else total
            parts.append(f"{total:,} of {whole:,}" if total < whole else count(total, "posting"))
        self.words.tell("   ".join([*parts, "by match ↓"]))
        self._tell_feeds()

    def _tell_nothing(self) -> None:
        if self.table.total != 0 or self.overview is None:
            return
        here, palette = self.overview, palette_of(self.app)
        steps: list[tuple[str, str]]
        if self.words.field.value.strip():
            title, steps = "No posting has these words.", [("discovered.search", "change them")]
            steps.append(("app.back", "clear them"))
        elif not here.switched_on:
            title = "Nothing discovered yet: no source is switched on."
            steps = [("app.sources", "shows feeds and company boards to switch on; nothing is asked before")]
        elif here.due:
            title = "Nothing is waiting."
            steps = [
                ("discovered.poll", f"polls {count(here.due, 'source')} now"),
                ("app.sources", "sources"),
            ]
        else:
            why = (
                "all that was found is tracked, hidden or closed"
                if here.found
                else "no source gave a posting yet"
            )
            title = f"Nothing is waiting: {why}."
            steps = [("app.sources", "sources, and when they are asked next")]
        if not self.everything:
            steps.append(("discovered.everything", "shows what is closed, hidden or tracked, too"))
        text = Text.assemble((f"{title}\n\n", f"bold {palette.foreground}"))
        for name, words in steps:
            text.append(f"{shown_key(name, self.app._keymap):>6}", f"bold {palette.accent}")
            text.append(f"  {words}\n", palette.foreground)
        self.nothing.update(text)

    # The posting under the cursor

    @on(RowHighlighted)
    def _row_highlighted(self, event: RowHighlighted) -> None:
        if event.sender is not self.table:
            return
        row = self.row
        self._tell_origin(row)
        self.want_posting()
        now = "nothing" if row is None else row.state
        if now != self._can_be_done:
            self._can_be_done = now
            self.refresh_bindings()

    def _tell_origin(self, row: Listed | None) -> None:
        """Say where the posting is from; a feed's credit stays with its rows, also where nothing is beside them."""
        parts = () if row is None else (row.posting.source, row.posting.credit)
        self.origin.update(steady(" · ".join(part for part in parts if part)))

    def want_posting(self) -> None:
        """Read the posting under the cursor, after the frame in which the cursor moves."""
        if self.pane_shown:
            self.call_after_refresh(lambda: self._opening.want(self.row))

    async def _read_posting(self, row: Listed | None) -> None:
        reading: PostingReading | None = None
        if row is not None:
            try:
                reading = await asyncio.to_thread(posting_reading, self.runtime, row.id, row.state)
            except NotFound:
                # Gone since the list was read; the list is about to follow.
                reading = None
        if (None if row is None else row.id) == self.table.row_id:
            self.pane.show(reading)

    def say(self, message: str) -> None:
        """Tell in passing what was done; the words may hold text from outside."""
        tell(self.app, message)
