"""Import: where from, a preview before anything is written, the import itself, what it did and how to take it back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import OptionList, Static

from jobcopilot.errors import Cancelled, JobcopilotError
from jobcopilot.tui import failures
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.import_opening import ImportOpening
from jobcopilot.tui.modals.import_steps import (
    GO,
    ImportProgress,
    OriginStep,
    PreviewStep,
    RefusedText,
    report_text,
)
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.jobs.intake import IntakeReport
    from jobcopilot.jobs.views import Rejected
    from jobcopilot.tui.modals.import_origin import Candidate

_TICK_S = 0.1
"""How often the progress bar is drawn."""


class ImportDialogue(ImportOpening):
    """One import from beginning to end; escape always goes one step back."""

    # The preview

    async def preview(self, candidate: Candidate) -> None:
        """Show mapping, counts, examples and refusals."""
        step = PreviewStep()
        await self.show_step("preview", step)
        step.mapping.focus()
        self._take(candidate)

    def _take(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.entitle(f"Import {candidate.label}", candidate.source.kind)
        self.query_one(PreviewStep).show(candidate)
        self.stop_counting.set()
        if not candidate.whole:
            self.stop_counting = threading.Event()
            start_work(self, self._count(candidate, self.stop_counting), name="count-import")

    async def _count(self, candidate: Candidate, stop: threading.Event) -> None:
        whole = await asyncio.to_thread(candidate.looked_through, stop)
        if self.candidate is candidate and self.step == "preview":
            self.candidate = whole
            self.query_one(PreviewStep).show(whole)

    @on(OptionList.OptionSelected, "#mapping")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option_id == GO:
            self.begin()
        elif event.option_id is not None:
            start_work(self, self._remap(event.option_id), name="remap")

    async def _remap(self, field: str) -> None:
        from jobcopilot.tui.modals.columns import choose_column

        candidate = self.candidate
        assert candidate is not None
        column = await choose_column(self.app, candidate.source, field)
        if column is not None:
            self._take(await asyncio.to_thread(candidate.mapped, {field: column}))

    def action_refused(self) -> None:
        """Show every refused row."""
        rows: tuple[Rejected, ...] = ()
        if self.step == "result" and self.report is not None:
            rows = self.report.rejected
        elif self.candidate is not None:
            rows = self.candidate.preview.refused
        if rows:
            self.app.push_screen(RefusedDialogue(rows))
        else:
            self.say("No row is refused.")

    # The import

    def begin(self) -> None:
        """Import what is shown, unless it lacks something."""
        candidate = self.candidate
        if candidate is None or self.step != "preview":
            return
        if candidate.source.mapping.missing and candidate.source.columns:
            self.say(f"Choose the column for {' and '.join(candidate.source.mapping.missing)} first.")
        elif not candidate.takeable:
            self.say("Nothing of it can be imported. escape goes back, r shows why.")
        else:
            self.stop_counting.set()
            # At once, so that a second enter does not begin a second import.
            self.step = "importing"
            start_work(self, self._run(candidate), name="import")

    async def _run(self, candidate: Candidate) -> None:
        from jobcopilot.tui.modals.import_origin import Intake

        total = candidate.preview.read if candidate.whole else candidate.source.count()
        progress = ImportProgress(candidate.label, total)
        intake = self.intake = Intake(candidate)
        await self.show_step("importing", progress)
        progress.show(0)
        self.say("")
        ticking = self.set_interval(
            _TICK_S, lambda: progress.show(intake.done, stopping=intake.stop.is_set()), name="import progress"
        )
        try:
            report = await asyncio.to_thread(intake.run)
        except Cancelled:
            await self.preview(candidate)
            self.say("Stopped. Nothing of it was kept.")
        except Exception:
            await self.preview(candidate)
            raise
        else:
            await self._show_report(report, candidate.label)
        finally:
            ticking.stop()
            self.intake = None

    # What it did

    async def _show_report(self, report: IntakeReport, label: str) -> None:
        self.report = report
        self.entitle("Imported", "")
        await self.show_step(
            "result", Static(report_text(report, label, palette_of(self.app)), id="report", markup=False)
        )
        self.say(
            "u takes all of it back.  escape goes to the board."
            if report.batch
            else "escape goes to the board."
        )

    def action_undo(self) -> None:
        """Take the whole import back."""
        report, self.report = self.report, None
        if report is not None and report.batch is not None:
            start_work(self, self._undo(report, report.batch), name="undo-import")

    async def _undo(self, report: IntakeReport, batch: int) -> None:
        try:
            undone = await asyncio.to_thread(self.runtime.history.undo, batch)
        except JobcopilotError:
            self.report = report
            raise
        finally:
            self.refresh_bindings()
        self.query_one("#report", Static).update(f"Taken back: {undone.label} ({count(undone.jobs, 'job')}).")
        self.say("Everything is as it was before. escape goes to the board, i imports something else.")

    async def action_more(self) -> None:
        """Begin another import."""
        self.report = None
        self.say("")
        await self.to_origin("")

    # One step back

    async def action_close(self) -> None:  # type: ignore[override]  # Textual awaits actions that can be awaited
        """Close a failure, stop what is running, or go one step back."""
        if failures.dismiss(self.app):
            return
        if self.step == "importing":
            if self.intake is not None:
                self.intake.stop.set()
        elif self.step == "opening":
            self.stop_opening()
        elif self.step == "preview":
            self.stop_counting.set()
            self.say("")
            await self.to_origin(self.given)
        elif self.step == "origin" and self.query_one(OriginStep).has_class("-text"):
            self.query_one(OriginStep).close_text()
        else:
            self.dismiss(self.report)


class RefusedDialogue(Panel[None]):
    """All rows that cannot be taken in."""

    def __init__(self, rows: tuple[Rejected, ...]) -> None:
        super().__init__(
            f"{count(len(rows), 'row')} refused", "correct the file and import it again: nothing comes twice"
        )
        self.rows = rows

    def body(self) -> Iterable[Widget]:
        """Return the rows."""
        yield RefusedText(self.rows)
