"""How the board changes jobs: status, favourite, notes, deletion, doubles, scoring; all of it undoable."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from textual import on

from jobcopilot.tui.commands import shown_key
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.messages import CardMoved
from jobcopilot.tui.screens.board_parts import BoardParts, act_in_words, in_full
from jobcopilot.tui.widgets.signs import STATUS_KEYS, STATUS_SIGNS, count, steady

if TYPE_CHECKING:
    from jobcopilot.jobs.views import BatchView, JobRow, Status


class BoardChanges(BoardParts):
    """Commands that change jobs."""

    def __init__(self) -> None:
        super().__init__()
        self.stop_scoring: threading.Event | None = None
        """Set to stop the scoring that is under way; None where there is none."""

    def _named(self, job_ids: tuple[int, ...]) -> str:
        row = self.row
        if len(job_ids) == 1 and row is not None and row.id == job_ids[0]:
            return f"“{steady(row.title)}”"
        return count(len(job_ids), "job")

    def _back_with(self, said: str) -> str:
        return f"{said}. {shown_key('board.undo', self.app._keymap)} takes it back."

    # Status

    def action_status(self) -> None:
        """Ask for the status of the selected jobs, or of the one under the cursor."""
        job_ids = self.targets
        if not job_ids:
            return
        from jobcopilot.tui.modals.choose import ChooseDialogue, Option

        options = [
            Option(status, key, f"{STATUS_SIGNS[status]} {status}", self.app_color(status))
            for status, key in STATUS_KEYS.items()
        ]
        chosen = self.row.status if self.row is not None else None

        def take(status: str | None) -> None:
            if status is not None:
                self._set_status(job_ids, status)

        self.app.push_screen(ChooseDialogue(f"Status of {self._named(job_ids)}", options, chosen), take)

    def app_color(self, status: Status) -> str:
        """Return the colour of a status in the theme that is on."""
        return self.table.palette.of_status(status)

    def _set_status(self, job_ids: tuple[int, ...], status: str) -> None:
        named = self._named(job_ids)

        def then(_nothing: None) -> None:
            self.view.select_none()
            self.say(self._back_with(f"{named}: {STATUS_SIGNS[status]} {status}"))  # type: ignore[index]  # one of ours

        self.do("status", lambda: self.data.change(job_ids, {"status": status}), then)

    @on(CardMoved)
    def _card_moved(self, event: CardMoved) -> None:
        self._set_status(event.job_ids, event.status)

    # Favourite, notes, deletion

    def action_favourite(self) -> None:
        """Mark the selected jobs as favourites; where the one under the cursor is one already, no longer."""
        row, job_ids = self.row, self.targets
        if row is None or not job_ids:
            return
        wanted = not row.favourite
        said = f"{self._named(job_ids)}: {'♥ favourite' if wanted else 'no longer a favourite'}"
        self.do(
            "favourite",
            lambda: self.data.change(job_ids, {"favourite": wanted}),
            lambda _nothing: self.say(self._back_with(said)),
        )

    def action_notes(self) -> None:
        """Open the notes on the job under the cursor."""
        row = self.row
        if row is not None:
            start_work(self, self._write_notes(row), name="notes", exclusive=False)

    async def _write_notes(self, row: JobRow) -> None:
        from jobcopilot.tui.modals.notes import NotesDialogue

        before = (await asyncio.to_thread(self.data.runtime.pages.get, row.id)).notes
        notes = await self.app.push_screen_wait(NotesDialogue(f"Notes on {row.title}, {row.company}", before))
        if notes is None or notes.strip() == before.strip():
            return
        meanwhile = (await asyncio.to_thread(self.data.runtime.pages.get, row.id)).notes
        said = "Notes kept"
        if meanwhile.strip() not in ("", before.strip()):
            # Another window or a command wrote too: neither of the two may be lost.
            notes = f"{notes}\n\n---\n\n{meanwhile}"
            said = "Notes kept, with those written elsewhere meanwhile below them"
        await asyncio.to_thread(self.data.change, (row.id,), {"notes": notes})
        self.look()
        self.say(self._back_with(said))

    def action_delete(self) -> None:
        """Delete the selected jobs; nothing is asked, since undo brings them back."""
        job_ids = self.targets
        if not job_ids:
            return
        named = self._named(job_ids)

        def then(_nothing: None) -> None:
            self.view.select_none()
            self.say(self._back_with(f"Deleted {named}"))

        self.do("delete", lambda: self.data.delete(job_ids), then)

    def action_undo(self) -> None:
        """Take back the last act."""

        def then(undone: BatchView) -> None:
            again = shown_key("board.redo", self.app._keymap)
            self.say(f"Took back: {act_in_words(undone)}. {again} does it again.")

        self.do("undo", self.data.undo, then)

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        self.do(
            "redo",
            self.data.redo,
            lambda done: self.say(self._back_with(f"Did again: {act_in_words(done)}")),
        )

    # Doubles

    @property
    def double(self) -> JobRow | None:
        """The job that the one under the cursor may be the same as, once that is known."""
        reading = self.detail.reading
        row = self.row
        if reading is None or row is None or reading.detail.row.id != row.id:
            return None
        return reading.double

    @property
    def can_merge(self) -> bool:
        """Whether `m` has something to merge: two selected jobs, or one with a double."""
        if self.view.selected:
            return len(self.view.selected) == 2
        return self.row is not None and self.row.possible_duplicate

    def action_merge(self) -> None:
        """Make one job of the two selected, or of the one under the cursor and its double; the older one stays."""
        row = self.row
        if len(self.view.selected) == 2:
            start_work(self, self._merge_two(*sorted(self.view.selected)), name="merge", exclusive=False)
            return
        if self.view.selected or row is None or not row.possible_duplicate:
            self.say("Select the two jobs that are the same (space), then merge them.")
            return

        def merge() -> str:
            detail = self.data.runtime.pages.get(row.id)
            if detail.duplicate_of is None:
                return "It is no longer marked as a double"
            other = self.data.row(detail.duplicate_of)
            self.data.merge(other.id, row.id)
            return self._back_with(
                f"Merged into “{other.title}”, {other.company}; notes and histories are kept"
            )

        self.do("merge", merge, self.say)

    async def _merge_two(self, one: int, two: int) -> None:
        """Ask, showing both, then merge two jobs into the one under the cursor, else into the older."""
        from jobcopilot.tui.modals.confirm import ConfirmDialogue

        rows = await asyncio.to_thread(self.data.runtime.pages.rows, [one, two])
        if len(rows) < 2:
            self.say("One of the two is gone: it was deleted or merged elsewhere.")
            return
        keep, other = sorted(rows, key=lambda row: (row.id != self.view.row_id, row.created_at, row.id))
        because = "under the cursor" if keep.id == self.view.row_id else "the older"
        words = (
            f"stays ({because}):\n  {in_full(keep)}\n\ngoes into it:\n  {in_full(other)}\n\n"
            "What stays keeps its own values and gets those it lacks; notes and histories of both are kept.\n"
        )
        if not await self.app.push_screen_wait(
            ConfirmDialogue("Make one job of these two?", words, "merge them")
        ):
            return
        await asyncio.to_thread(self.data.merge, keep.id, other.id)
        self.view.select_none()
        self.look()
        self.say(self._back_with(f"Merged into “{keep.title}”, {keep.company}; notes and histories are kept"))

    def action_keep_apart(self) -> None:
        """Say that the job and its double are different ones."""
        row = self.row
        if row is not None and row.possible_duplicate:
            self.do(
                "apart",
                lambda: self.data.keep_apart(row.id),
                lambda _nothing: self.say(self._back_with("Kept apart")),
            )

    # Scoring

    def action_score(self) -> None:
        """Score every job again, in the background."""
        self._begin_scoring()

    def _begin_scoring(self, why: str = "") -> None:
        if self.stop_scoring is None:
            self.stop_scoring = threading.Event()
            start_work(self, self._score(self.stop_scoring, why), name="score")

    async def score_if_due(self) -> None:
        """Score every job again where a newer version compares by other rules than those that it was scored by."""
        if await asyncio.to_thread(self.data.scoring_is_due):
            self._begin_scoring("Newer rules: ")

    async def _score(self, stop: threading.Event, why: str) -> None:
        loop = asyncio.get_running_loop()

        def progress(done: int, total: int) -> None:
            loop.call_soon_threadsafe(self._show_progress, done, total)

        self._show_progress(0, 0)
        try:
            scored = await asyncio.to_thread(self.data.score_all, progress, stop)
            said = f"{why}{count(scored, 'job')} scored with your profile"
            self.say(f"Stopped: {said}; the others keep their match." if stop.is_set() else f"{said}.")
        finally:
            # Also when the app is left: its thread must not be waited for.
            stop.set()
            if self.stop_scoring is stop:
                self.stop_scoring = None
                self.chrome.busy = ""
            self.look()

    def _show_progress(self, done: int, total: int) -> None:
        if self.stop_scoring is not None:
            figures = f" {done:,} of {total:,}" if total else ""
            self.chrome.busy = f"scoring{figures}, esc stops"
