"""Sources: what is switched on and how it is doing, what is offered; added by address, switched, polled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on

from jobcopilot.sources.views import terms_known
from jobcopilot.tui import failures
from jobcopilot.tui.commands import bindings, shown_key
from jobcopilot.tui.failures import Newest, start_work
from jobcopilot.tui.feed_data import due, short_moment, source_line_id, source_lines, terms_words
from jobcopilot.tui.feed_openings import open_discovered, polls_of
from jobcopilot.tui.messages import QueryTyped, RowHighlighted, SearchLeft, TotalChanged
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.source_list import Now, SourceList, SourceText
from jobcopilot.tui.widgets.signs import count, steady
from jobcopilot.tui.widgets.words_line import WordsLine

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.sources.views import SourceView
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.feed_polls import FeedPolls

LOOK_SECONDS = 1.0
"""How often the list looks for changes by polls and other processes."""


class SourcesDialogue(Panel[None]):
    """Everything postings may come from; nothing is asked of a source before it is switched on."""

    BINDINGS: ClassVar[Any] = bindings("sources")
    AUTO_FOCUS = "SourceList"
    DEFAULT_CSS = """
    SourcesDialogue WordsLine { display: none; }
    SourcesDialogue WordsLine.-open { display: block; }
    SourcesDialogue WordsLine WordsInput { background: $panel; }
    SourcesDialogue SourceList { height: 1fr; }
    SourcesDialogue SourceText { height: 7; border-top: hkey $line; }
    SourcesDialogue.-wide SourceText { height: 9; }
    """

    def __init__(self) -> None:
        super().__init__("Sources", "nothing is asked of a source that is off")
        self.words = WordsLine("words in name, feed or note")
        self.sources = SourceList(id="sources")
        self.text = SourceText()
        self.mine: Sequence[SourceView] = ()
        self._said = ""
        self._version = -1
        self._wanted: int | None = None
        """The line that the next reading puts the cursor on."""
        self._shown = (-1, "")
        """How many were the person's own, and the words, when the list was read last."""
        self._to_top = False
        self._listing = Newest(self, self._list, name="sources")
        self._can_be_done = ""

    def body(self) -> Iterable[Widget]:
        """Return the words, the list, and the text of what is under its cursor."""
        yield self.words
        yield self.sources
        yield self.text

    @property
    def polls(self) -> FeedPolls:
        """What is being polled."""
        return polls_of(self.app)

    @property
    def view(self) -> SourceView | None:
        """The source under the cursor."""
        return None if self.sources.row is None else self.sources.row.view

    def on_mount(self) -> None:
        """Read the sources, and follow polls and what others change."""
        self.polls.changed.subscribe(self, self._polls_changed)
        self.read_again()
        self._polls_changed(None)
        self.set_interval(LOOK_SECONDS, self.look, name="look for changes")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the source under the cursor."""
        if action in ("switch", "open_address", "copy"):
            return self.is_mounted and self.view is not None
        if action == "poll":
            return self.is_mounted and self.view is not None and self.view.id is not None
        return super().check_action(action, parameters)

    # Reading

    def look(self) -> None:
        """Show what has changed in the database, whoever changed it."""
        version = self._data_version()
        if version != self._version:
            self._version = version
            self._listing.want(self.words.field.value)

    def _data_version(self) -> int:
        return cast("JobcopilotApp", self.app).data.version()

    def read_again(self) -> None:
        """Read all sources again; the cursor stays on its source."""
        self._version = self._data_version()
        self._listing.want(self.words.field.value)

    async def _list(self, words: str) -> None:
        runtime = self.runtime
        self.mine, offered = await asyncio.to_thread(
            lambda: (runtime.sources.mine(), runtime.sources.offered())
        )
        lines = source_lines(self.mine, offered, words)
        self.sources.now = Now(runtime.clock.now(), runtime.clock.zone())
        own = len(self.mine)
        first = next((line.id for line in lines.lines if line.view is not None), None)
        stay = self._wanted if self._wanted is not None else self.sources.row_id
        # Other words: what fits them best is wanted, not where the cursor was.
        self.sources.open(lines, stay_on=first if stay is None or words != self._shown[1] else stay)
        self._to_top = self._to_top or (own, words) != self._shown
        self._wanted, self._shown = None, (own, words)
        found = sum(line.view is not None for line in lines.lines)
        self.words.tell(count(found, "source"))
        self.entitle("Sources", self._figures())

    def _figures(self) -> str:
        on = [view for view in self.mine if view.enabled]
        if not on:
            return "nothing is asked of a source that is off"
        waiting = len(due(on, self.runtime.clock.now()))
        return f"{len(on)} on · {waiting} due" if waiting else f"{len(on)} on · none due"

    @on(QueryTyped)
    def _words_typed(self, event: QueryTyped) -> None:
        self._listing.want(event.text)

    @on(SearchLeft)
    def _words_left(self) -> None:
        self.words.set_class(bool(self.words.field.value), "-open")
        self.sources.focus()

    @on(TotalChanged)
    def _landed(self, event: TotalChanged) -> None:
        if event.sender is self.sources:
            self.sources.cursor = self.sources.validate_cursor(self.sources.cursor)
            if self._to_top:
                self._to_top = False
                self.sources.to_top()

    @on(RowHighlighted)
    def _row_highlighted(self, event: RowHighlighted) -> None:
        if event.sender is self.sources and self.sources.now is not None:
            if (place := self.sources.validate_cursor(self.sources.cursor)) != self.sources.cursor:
                self._can_be_done = ""
                self.sources.cursor = place
                return
            self.text.show(self.view, self.sources.now)
            now = "nothing" if self.view is None else "mine" if self.view.id is not None else "offered"
            if now != self._can_be_done:
                self._can_be_done = now
                self.refresh_bindings()

    # Leaving

    def action_close(self) -> None:
        """Close a failure, else stop the polls, else leave the words, else leave."""
        if failures.dismiss(self.app):
            return
        if self.polls.stop():
            return
        if self.words.field.value:
            self.words.field.value = ""
            self._words_left()
        else:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Leave; what is being polled is polled to its end."""
        self.dismiss(None)

    def action_found(self) -> None:
        """Leave for what was found."""
        self.dismiss(None)
        self.app.call_later(open_discovered, self.app)

    # Switching and adding

    def action_search(self) -> None:
        """Put the line of words into focus."""
        self.words.add_class("-open")
        self.words.field.focus()

    def action_switch(self) -> None:
        """Switch the source under the cursor on or off."""
        if self.view is not None:
            start_work(self, self._switch(self.view), name="switch-source")

    async def _switch(self, view: SourceView) -> None:
        runtime = self.runtime
        if view.enabled:
            await asyncio.to_thread(runtime.sources.disable, view.name)
            self._say_once(f"{view.name} is off: it is not asked any more; what it found stays.")
            self.read_again()
            return
        if not terms_known(self.mine, view.feed) and not await self._agreed(view):
            return
        await asyncio.to_thread(runtime.sources.enable, view.name)
        self._wanted = source_line_id(view.name)
        poll = shown_key("sources.poll", self.app._keymap)
        self._say_once(f"{view.name} is on. {poll} polls it now.")
        self.read_again()

    async def _agreed(self, view: SourceView) -> bool:
        """Show what the feed asks of those who use it, and ask."""
        from jobcopilot.tui.modals.confirm import ConfirmDialogue

        agreed = await self.app.push_screen_wait(
            ConfirmDialogue(f"Switch {view.name} on?", terms_words(view), "switch it on")
        )
        return agreed is True

    def action_add(self) -> None:
        """Add a board by its address, or by that of one of its postings."""
        start_work(self, self._add(), name="add-source")

    async def _add(self) -> None:
        from jobcopilot.tui.modals.add_source import AddSource

        added = await self.app.push_screen_wait(AddSource())
        if added is None:
            return
        if self.words.field.value:
            self.words.field.value = ""
            self._words_left()
        self._wanted = source_line_id(added.name)
        self.read_again()
        if added.enabled:
            self._say_once(f"{added.name} was there already, and is on.")
        else:
            await self._switch(added)

    # Polls

    def action_poll(self) -> None:
        """Ask the source under the cursor now."""
        view = self.view
        if view is None or view.id is None:
            return
        if not view.enabled:
            key = shown_key("sources.switch", self.app._keymap)
            self._say_once(f"{view.name} is off, so it is not asked. {key} switches it on.")
        elif not self.polls.begin([view]):
            self._say_once(f"{view.name} is being polled already.")

    def action_poll_due(self) -> None:
        """Ask every source that is switched on and due."""
        clock = self.runtime.clock
        now = clock.now()
        waiting = due(self.mine, now)
        if waiting:
            self.polls.begin(waiting)
            return
        following = [view.next_poll_at for view in self.mine if view.enabled and view.next_poll_at]
        self._say_once(
            f"Nothing is due before {short_moment(min(following), now, clock.zone())}."
            if following
            else "No source is on: space switches one on."
        )

    def _polls_changed(self, _nothing: None) -> None:
        self.sources.running = dict(self.polls.running)
        self.sources.refresh()
        words = self.polls.words()
        if words:
            leave = shown_key("sources.leave", self.app._keymap)
            self.say(f"{words}, {leave} leaves it running" if "esc" in words else words)
        else:
            self.say(self._said)
            self.look()

    def say_of_polls(self, words: str) -> None:
        """Say what came of polls."""
        self._say_once(words)
        self.read_again()

    def _say_once(self, words: str) -> None:
        self._said = steady(words)
        self.say(self._said)

    # Clipboard and browser

    def action_open_address(self) -> None:
        """Open the source's page in the web browser."""
        if self.view is not None:
            start_work(self, self._open(self.view.address), name="open-address")

    async def _open(self, address: str) -> None:
        import webbrowser

        opened = await asyncio.to_thread(webbrowser.open, address)
        self._say_once(
            f"Opened in your browser: {address}" if opened else f"No web browser was found: {address}"
        )

    def action_copy(self) -> None:
        """Copy the source's address."""
        if self.view is not None:
            self.app.copy_to_clipboard(self.view.address)
            self._say_once(
                f"{self.view.address} was sent to the terminal's clipboard (not every terminal takes it)."
            )
