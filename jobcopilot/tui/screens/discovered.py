"""Discovered postings: what the sources found, the best match first; one key tracks, none floods the board."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Horizontal

from jobcopilot.tui.commands import bindings, shown_key
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.feed_data import due, short_moment
from jobcopilot.tui.messages import JobWanted, LeaveDetail, RowOpened, SearchLeft
from jobcopilot.tui.screens.discovered_reading import DiscoveredReading
from jobcopilot.tui.widgets.chrome import KeyLine
from jobcopilot.tui.widgets.signs import count, steady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from jobcopilot.sources.views import PostingRow

OF_A_POSTING = frozenset({"track", "hide", "open_address", "copy", "read_on", "read_back"})
"""Actions that need a posting under the cursor."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done here and can be taken back."""

    label: str
    take_back: Callable[[], object]
    """Blocks. Raises `JobcopilotError` where it cannot be taken back."""


class DiscoveredScreen(DiscoveredReading):
    """Wiring of the screen's widgets, and what is done to postings."""

    CSS_PATH = "discovered.tcss"
    BINDINGS: ClassVar[Any] = bindings("discovered")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as Textual declares it
    AUTO_FOCUS = "#postings"

    def __init__(self) -> None:
        super().__init__()
        self.came_from = "board"
        """The room that escape leads back to."""
        self.acts: list[Act] = []
        """What was done here, the newest last."""

    def compose(self) -> ComposeResult:
        """Put chrome, sources, search, list, posting, origin and keys on the screen."""
        yield self.chrome
        yield self.feeds
        yield self.words
        with Horizontal(id="body"):
            yield self.table
            yield self.nothing
            yield self.pane
        yield self.origin
        yield KeyLine()

    def on_screen_resume(self) -> None:
        """Begin anew where another profile is searching now; else read what changed."""
        profile_id = self.runtime.profile.id
        if profile_id != self._profile_id:
            self._profile_id = profile_id
            self.acts.clear()
            self.table.select_none()
        super().on_screen_resume()

    def on_resize(self) -> None:
        """Read the posting when it has come into view."""
        self.call_after_refresh(self.want_posting)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what is done to a posting only where there is one."""
        if action == "job":
            return self.row is not None and self.row.posting.job_id is not None
        if action in OF_A_POSTING:
            return self.source is None or self.row is not None
        return super().check_action(action, parameters)

    # What is in front

    def to_list(self) -> None:
        """Put the list in front and into focus."""
        self.remove_class("-reading")
        self.table.focus()

    def go_back(self) -> None:
        """Stop the polls, else close what is open, clear what is selected, searched or added, else leave."""
        if self.polls.stop():
            self.say("Stopping; the pages that were read stay.")
        elif self.has_class("-reading") or self.focused is self.pane:
            self.to_list()
        elif self.table.selected:
            self.table.select_none()
        elif self.words.field.value:
            self.words.field.value = ""
        elif self.everything:
            self.show_everything(False)
        else:
            self.app.switch_mode(self.came_from)

    @on(RowOpened)
    def _row_opened(self) -> None:
        self.add_class("-reading")
        self.pane.focus()
        self.want_posting()

    @on(LeaveDetail)
    @on(SearchLeft)
    def _to_list(self) -> None:
        self.to_list()

    def action_search(self) -> None:
        """Put the line of words into focus."""
        self.job_app.type_into(self, self.words.field)

    def action_everything(self) -> None:
        """Show also what is closed, hidden or tracked, or only what waits."""
        self.show_everything(not self.everything)

    def action_read_on(self) -> None:
        """Scroll the posting while the list keeps the focus."""
        self.pane.action_page(1)

    def action_read_back(self) -> None:
        """Scroll the posting back."""
        self.pane.action_page(-1)

    # What is done to postings

    def _named(self, ids: Sequence[int]) -> str:
        row = self.row
        if len(ids) == 1 and row is not None and row.id == ids[0]:
            return f"“{steady(row.posting.title)}”"
        return count(len(ids), "posting")

    def _do(self, name: str, work: Callable[[], str]) -> None:
        """Do something to postings in a thread, show what has changed, then tell what came of it."""

        async def doing() -> None:
            said = await asyncio.to_thread(work)
            self.table.select_none()
            self.to_list()
            self.read_again()
            self.say(said)

        start_work(self, doing(), name=name, exclusive=False)

    def action_track(self) -> None:
        """Put the selected postings, or the one under the cursor, on the board."""
        ids, named = self.table.targets, self._named(self.table.targets)
        back = shown_key("discovered.undo", self.app._keymap)
        runtime = self.runtime

        def track() -> str:
            batches: list[int] = []
            there = 0
            try:
                for number in ids:
                    added = runtime.discovered.track(number, runtime.intake)
                    there += added.outcome != "added"
                    if added.batch is not None:
                        batches.append(added.batch)
            finally:
                if batches:
                    self.acts.append(
                        Act(
                            f"tracked {named}",
                            lambda: [runtime.history.undo(batch) for batch in reversed(batches)],
                        )
                    )
            known = f" {there} of them your board had already." if there and len(ids) > 1 else ""
            if there == len(ids):
                known = " Your board had it already." if there == 1 else " Your board had them already."
            taken_back = f"; {back} takes it back." if batches else "."
            return f"{named} tracked{taken_back}{known}"

        if ids:
            self._do("track", track)

    def action_hide(self) -> None:
        """Take the selected postings, or the one under the cursor, off the list; hidden ones come back."""
        ids, named = self.table.targets, self._named(self.table.targets)
        keys = self.app._keymap
        back, everything = shown_key("discovered.undo", keys), shown_key("discovered.everything", keys)
        discovered = self.runtime.discovered

        def hide() -> str:
            if discovered.hide(ids):
                self.acts.append(Act(f"hidden {named}", lambda: discovered.hide(ids, hidden=False)))
                return f"{named} hidden; {back} takes it back, {everything} shows what is hidden."
            discovered.hide(ids, hidden=False)
            self.acts.append(Act(f"shown again {named}", lambda: discovered.hide(ids)))
            return f"{named} shown again; {back} takes it back."

        if ids:
            self._do("hide", hide)

    def action_undo(self) -> None:
        """Take back what was done here last; where nothing was, the last change anywhere."""

        def undo() -> str:
            if not self.acts:
                return f"Took back: {self.runtime.history.undo(None).label}"
            act = self.acts.pop()
            act.take_back()
            return f"Took back: {act.label}"

        self._do("undo", undo)

    def action_job(self) -> None:
        """Show the job that the posting was tracked as."""
        if self.row is not None and self.row.posting.job_id is not None:
            self.app.post_message(JobWanted(self.row.posting.job_id))

    # Polls

    def action_poll(self) -> None:
        """Ask every source that is switched on and due."""
        start_work(self, self._poll(), name="begin-polls")

    async def _poll(self) -> None:
        runtime = self.runtime
        mine = await asyncio.to_thread(runtime.sources.mine)
        now = runtime.clock.now()
        waiting = due(mine, now)
        if waiting:
            self.polls.begin(waiting)
            return
        on = [view for view in mine if view.enabled and view.next_poll_at is not None]
        if not on:
            self.say(f"No source is switched on. {shown_key('app.sources', self.app._keymap)} shows them.")
            return
        first = min(on, key=lambda view: view.next_poll_at or now)
        assert first.next_poll_at is not None
        self.say(
            f"Nothing is due: {first.name} may be asked again"
            f" {short_moment(first.next_poll_at, now, runtime.clock.zone())}."
        )

    # Clipboard and browser

    def action_open_address(self) -> None:
        """Open the posting's address in the web browser, if it is a web address."""
        if self.row is not None:
            start_work(self, self._open(self.row.posting), name="open-address", exclusive=False)

    async def _open(self, posting: PostingRow) -> None:
        if not posting.address.lower().startswith(("http://", "https://")):
            self.say(f"No web address came with “{steady(posting.title)}”.")
            return
        import webbrowser

        opened = await asyncio.to_thread(webbrowser.open, posting.address)
        self.say(
            f"Opened in your browser: {posting.address}"
            if opened
            else f"No web browser was found. y copies: {posting.address}"
        )

    def action_copy(self) -> None:
        """Ask what of the posting to copy."""
        if self.row is not None:
            start_work(self, self._copy(self.row.posting), name="copy", exclusive=False)

    async def _copy(self, posting: PostingRow) -> None:
        from jobcopilot.tui.modals.choose import ChooseDialogue, Option

        texts = {"title": posting.title, "company": posting.company, "address": posting.address}
        texts["line"] = " · ".join(part for part in texts.values() if part)
        keys = {"title": "t", "company": "c", "address": "a", "line": "l"}
        options = [Option(name, keys[name], f"{name:<8} {text}") for name, text in texts.items() if text]
        chosen = await self.app.push_screen_wait(ChooseDialogue("Copy", options))
        if chosen is not None:
            self.app.copy_to_clipboard(texts[chosen])
            # OSC 52 has no answer: whether the terminal took it cannot be known.
            self.say(f"The {chosen} was sent to the terminal's clipboard (not every terminal takes it).")
