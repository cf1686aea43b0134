"""How the board reaches outside itself: clipboard, browser, files, and searches kept for another day."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on

from jobcopilot.tui.failures import start_work
from jobcopilot.tui.messages import KeepSearch, RoundWanted
from jobcopilot.tui.screens.board_parts import BoardParts

if TYPE_CHECKING:
    from jobcopilot.jobs.views import JobRow


class BoardReach(BoardParts):
    """Commands that copy, open, export and keep searches."""

    # Clipboard and browser

    def action_copy(self) -> None:
        """Ask what of the job to copy."""
        row = self.row
        if row is not None:
            start_work(self, self._copy(row), name="copy", exclusive=False)

    async def _copy(self, row: JobRow) -> None:
        from jobcopilot.tui.modals.choose import ChooseDialogue, Option

        address = (await asyncio.to_thread(self.data.runtime.pages.get, row.id)).address
        texts = {"title": row.title, "company": row.company, "address": address}
        texts["line"] = " · ".join(part for part in (row.title, row.company, address) if part)
        keys = {"title": "t", "company": "c", "address": "a", "line": "l"}
        options = [Option(name, keys[name], f"{name:<8} {text}") for name, text in texts.items() if text]
        chosen = await self.app.push_screen_wait(ChooseDialogue("Copy", options))
        if chosen is not None:
            self.app.copy_to_clipboard(texts[chosen])
            # OSC 52 has no answer: whether the terminal took it cannot be known.
            self.say(f"The {chosen} was sent to the terminal's clipboard (not every terminal takes it).")

    def action_book(self) -> None:
        """Book an interview of the job under the cursor."""
        if self.row is not None:
            from jobcopilot.tui.interview_openings import open_booking

            open_booking(self.app, self.row.id)

    def action_round(self) -> None:
        """Go to the next interview of the job under the cursor, else to its last one."""
        if self.row is not None:
            start_work(self, self._go_to_round(self.row), name="to-round", exclusive=False)

    async def _go_to_round(self, row: JobRow) -> None:
        from jobcopilot.interviews.views import AHEAD

        rounds = (await asyncio.to_thread(self.data.rounds, row.id)).rounds
        if not rounds:
            self.say(f"No interview of “{row.title}” is booked. r books one.")
            return
        ahead = [view for view in rounds if view.status in AHEAD]
        self.app.post_message(RoundWanted((ahead or list(rounds)[::-1])[0].id))

    def action_practise(self) -> None:
        """Set up a mock interview for the job under the cursor."""
        if self.row is not None:
            from jobcopilot.tui.practice_openings import practise_for

            start_work(self.app, practise_for(self.app, job_id=self.row.id), name="practise-for")

    def action_open_address(self) -> None:
        """Open the posting's address in the web browser, if it is a web address."""
        row = self.row
        if row is not None:
            start_work(self, self._open_address(row), name="open-address", exclusive=False)

    async def _open_address(self, row: JobRow) -> None:
        address = (await asyncio.to_thread(self.data.runtime.pages.get, row.id)).address
        if not address:
            self.say(f"No address came with “{row.title}”.")
        elif not address.lower().startswith(("http://", "https://")):
            self.say(f"Not opened, since it is no web address: {address}")
        else:
            import webbrowser

            opened = await asyncio.to_thread(webbrowser.open, address)
            self.say(
                f"Opened in your browser: {address}"
                if opened
                else f"No web browser was found. y copies: {address}"
            )

    # Export

    def action_export(self) -> None:
        """Ask which jobs to write to which file."""
        if self.source is not None:
            from jobcopilot.tui.openings import open_export

            open_export(self.app, self.source.query, self.source.sort, tuple(self.view.selected))

    # Postings on their way in, and forms

    def action_import_postings(self) -> None:
        """Bring in postings from a file, an address, the clipboard or as samples."""
        from jobcopilot.tui.openings import open_import

        open_import(self.app)

    def action_add(self) -> None:
        """Track a posting by hand or from its address."""
        from jobcopilot.tui.openings import open_add

        open_add(self.app)

    def action_edit(self) -> None:
        """Edit the job under the cursor, or what the selected ones share."""
        from jobcopilot.tui.openings import open_edit

        open_edit(self.app, self.targets)

    # Kept searches

    def action_keep_search(self) -> None:
        """Keep the search and its order under a name."""
        start_work(self, self._keep_search(), name="keep-search")

    @on(KeepSearch)
    def _asked_to_keep(self) -> None:
        self.action_keep_search()

    async def _keep_search(self) -> None:
        from jobcopilot.tui.modals.ask import AskDialogue

        text, sort = self.search.field.value.strip(), self.search.sort
        if not text:
            self.say("There is no search to keep: type one after / first.")
            return
        name = await self.app.push_screen_wait(AskDialogue("Keep this search", f"{text}\nName", ""))
        if name:
            await asyncio.to_thread(self.data.keep_search, name, text, sort)
            self.say(f"Kept as “{name}”; b shows your searches.")

    def action_searches(self) -> None:
        """Show the kept searches."""
        start_work(self, self._searches(), name="searches")

    async def _searches(self) -> None:
        from jobcopilot.tui.modals.searches import SearchesDialogue

        kept = await asyncio.to_thread(self.data.searches)
        if not kept:
            self.say("No searches are kept yet: search with /, then B keeps it under a name.")
            return
        chosen = await self.app.push_screen_wait(SearchesDialogue(kept, self.data.forget_search))
        if chosen is not None:
            self.search.sort = chosen.sort
            # Typing it is what runs it.
            self.search.field.value = chosen.query
            self.view.focus()
