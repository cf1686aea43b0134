"""Import: where from, a preview before anything is written, the import itself, what it did and how to take it back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual import on
from textual.widgets import OptionList, Static

from jobcopilot.errors import Cancelled, JobcopilotError
from jobcopilot.tui import failures
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.app_words import as_told_here
from jobcopilot.tui.modals.dropped import origin_of
from jobcopilot.tui.modals.form_commands import form_bindings
from jobcopilot.tui.modals.import_steps import (
    GO,
    ImportProgress,
    OriginStep,
    PreviewStep,
    RefusedText,
    report_text,
)
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.path_input import TextPasted
from jobcopilot.tui.theme import palette_of
from jobcopilot.tui.widgets.signs import count

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.jobs.views import ImportReport, Rejected
    from jobcopilot.tui.modals.dropped import Origin
    from jobcopilot.tui.modals.import_origin import Candidate, Intake

Step = Literal["origin", "opening", "preview", "importing", "result"]
_TICK_S = 0.1
"""How often the progress bar is drawn."""
_ALLOWED: dict[str, tuple[Step, ...]] = {
    "go": ("origin", "preview"),
    "text": ("origin",),
    "refused": ("preview", "result"),
    "undo": ("result",),
    "more": ("result",),
}


class ImportDialogue(Panel["ImportReport"]):
    """One import from beginning to end; escape always goes one step back."""

    BINDINGS: ClassVar[list[Any]] = form_bindings("intake")
    DEFAULT_CSS = """
    ImportDialogue.-narrow PreviewStep { layout: vertical; }
    ImportDialogue.-narrow #mapping { width: 100%; height: 8; margin: 0 0 1 0; }
    ImportDialogue.-narrow #seen { width: 100%; height: 1fr; }
    """

    def __init__(self, given: str = "") -> None:
        super().__init__("Import", "nothing is written before you have seen it")
        self.given = given
        self.step: Step = "origin"
        self.candidate: Candidate | None = None
        self.intake: Intake | None = None
        self.report: ImportReport | None = None
        self._round = 0
        """Counts what was begun, so that what was left behind is not shown."""
        self._stop_counting = threading.Event()

    def body(self) -> Iterable[Widget]:
        """Return the first step."""
        yield OriginStep(self.given)

    def on_mount(self) -> None:
        """Open at once what was already given."""
        self.query_one(OriginStep).line.control.focus()
        if self.given:
            self.action_go()

    def on_unmount(self) -> None:
        """Stop what is still running when the app closes: a thread would finish an import nobody sees."""
        self._stop_counting.set()
        if self.intake is not None:
            self.intake.stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what this step can do."""
        if action in _ALLOWED:
            undone = action == "undo" and (self.report is None or self.report.batch is None)
            return self.step in _ALLOWED[action] and not undone
        return super().check_action(action, parameters)

    async def _show(self, step: Step, widget: Widget) -> None:
        body = self.query_one("#body")
        await body.remove_children()
        await body.mount(widget)
        self.step = step
        self.refresh_bindings()

    # Where from

    async def _to_origin(self, given: str) -> None:
        self.entitle("Import", "nothing is written before you have seen it")
        step = OriginStep("" if "\n" in given else given)
        await self._show("origin", step)
        if "\n" in given:
            step.open_text(given)
        else:
            step.line.control.focus()

    @on(TextPasted)
    def _pasted(self, event: TextPasted) -> None:
        self.query_one(OriginStep).open_text(event.text)
        self.say("ctrl+s goes on, escape goes back to the line")

    def action_text(self) -> None:
        """Open the field for a text."""
        self.query_one(OriginStep).open_text()
        self.say("Paste the posting's text. ctrl+s goes on, escape goes back to the line")

    def action_go(self) -> None:
        """Look at what was given, or import what was looked at."""
        if self.step == "preview":
            self._import()
            return
        step = self.query_one(OriginStep)
        origin = origin_of(step.given)
        if origin is None:
            step.line.complain("Give a file, a folder, an address or a text to import.")
            return
        self._open(origin, step.given)

    def on_path_field_entered(self) -> None:
        """Enter in the line goes on."""
        self.action_go()

    def _open(self, origin: Origin, given: str) -> None:
        self.given = given
        self._round += 1
        self.step = "opening"
        self.refresh_bindings()
        self.say("Fetching the page …  esc stops" if origin.kind == "address" else "Reading …  esc stops")
        start_work(self, self._opened(origin, self._round), name="open-import")

    async def _opened(self, origin: Origin, this_round: int) -> None:
        from jobcopilot.tui.modals.import_origin import open_origin

        try:
            candidate = await asyncio.to_thread(open_origin, origin, self.runtime.clock.zone())
        except JobcopilotError as refusal:
            if this_round == self._round:
                self._refused(refusal, origin)
            return
        if this_round == self._round:
            self.say("")
            step = PreviewStep()
            await self._show("preview", step)
            step.mapping.focus()
            self._take(candidate)

    def _refused(self, refusal: JobcopilotError, origin: Origin) -> None:
        self.step = "origin"
        self.refresh_bindings()
        self.say("")
        if origin.kind == "text":
            from jobcopilot.tui.modals.add_job import AddJob

            # What a program cannot tell, the person can, without pasting the text again.
            self.dismiss(None)
            self.app.push_screen(AddJob({"description": origin.text}, f"! {refusal.title}. Fill it in."))
        else:
            failures.show(self.app, as_told_here(refusal))

    # The preview

    def _take(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.entitle(f"Import {candidate.label}", candidate.source.kind)
        self.query_one(PreviewStep).show(candidate)
        self._stop_counting.set()
        if not candidate.whole:
            self._stop_counting = threading.Event()
            start_work(self, self._count(candidate, self._stop_counting), name="count-import")

    async def _count(self, candidate: Candidate, stop: threading.Event) -> None:
        whole = await asyncio.to_thread(candidate.looked_through, stop)
        if self.candidate is candidate and self.step == "preview":
            self.candidate = whole
            self.query_one(PreviewStep).show(whole)

    @on(OptionList.OptionSelected, "#mapping")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option_id == GO:
            self._import()
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

    def _import(self) -> None:
        candidate = self.candidate
        assert candidate is not None
        if candidate.source.mapping.missing and candidate.source.columns:
            self.say(f"Choose the column for {' and '.join(candidate.source.mapping.missing)} first.")
        elif not candidate.takeable:
            self.say("Nothing of it can be imported. escape goes back, r shows why.")
        else:
            self._stop_counting.set()
            start_work(self, self._run(candidate), name="import")

    async def _run(self, candidate: Candidate) -> None:
        from jobcopilot.tui.modals.import_origin import Intake

        total = candidate.preview.read if candidate.whole else candidate.source.count()
        progress = ImportProgress(candidate.label, total)
        intake = self.intake = Intake(self.runtime, candidate)
        await self._show("importing", progress)
        progress.show(0)
        self.say("")
        ticking = self.set_interval(
            _TICK_S, lambda: progress.show(intake.done, stopping=intake.stop.is_set()), name="import progress"
        )
        try:
            report = await asyncio.to_thread(intake.run)
        except Cancelled:
            await self._back_to_preview("Stopped. Nothing of it was kept.")
        except Exception:
            await self._back_to_preview("")
            raise
        else:
            await self._show_report(report, candidate.label)
        finally:
            ticking.stop()
            self.intake = None

    async def _back_to_preview(self, said: str) -> None:
        assert self.candidate is not None
        step = PreviewStep()
        await self._show("preview", step)
        step.mapping.focus()
        self._take(self.candidate)
        self.say(said)

    # What it did

    async def _show_report(self, report: ImportReport, label: str) -> None:
        self.report = report
        self.entitle("Imported", "")
        await self._show(
            "result", Static(report_text(report, label, palette_of(self.app)), id="report", markup=False)
        )
        self.say(
            "u takes all of it back.  escape goes to the board."
            if report.batch
            else "escape goes to the board."
        )

    def action_undo(self) -> None:
        """Take the whole import back."""
        if self.report is not None and self.report.batch is not None:
            start_work(self, self._undo(self.report.batch), name="undo-import")

    async def _undo(self, batch: int) -> None:
        undone = await asyncio.to_thread(self.runtime.history.undo, batch)
        self.report = None
        self.refresh_bindings()
        self.query_one("#report", Static).update(f"Taken back: {undone.label} ({count(undone.jobs, 'job')}).")
        self.say("Everything is as it was before. escape goes to the board, i imports something else.")

    async def action_more(self) -> None:
        """Begin another import."""
        self.report = None
        self.say("")
        await self._to_origin("")

    # One step back

    async def action_close(self) -> None:  # type: ignore[override]  # Textual awaits actions that can be awaited
        """Close a failure, stop what is running, or go one step back."""
        if failures.dismiss(self.app):
            return
        if self.step == "importing":
            if self.intake is not None:
                self.intake.stop.set()
        elif self.step == "opening":
            self._round += 1
            self._refused_quietly()
        elif self.step == "preview":
            self._stop_counting.set()
            self.say("")
            await self._to_origin(self.given)
        elif self.step == "origin" and self.query_one(OriginStep).has_class("-text"):
            self.query_one(OriginStep).close_text()
        else:
            self.dismiss(self.report)

    def _refused_quietly(self) -> None:
        self.step = "origin"
        self.refresh_bindings()
        self.say("Stopped.")


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
