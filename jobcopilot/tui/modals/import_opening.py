"""Import, first half: where postings come from, and opening it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual import on

from jobcopilot.errors import JobcopilotError
from jobcopilot.tui import failures
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.modals.app_words import as_told_here
from jobcopilot.tui.modals.dropped import origin_of
from jobcopilot.tui.modals.import_steps import OriginStep
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.path_input import TextPasted

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.jobs.intake import IntakeReport
    from jobcopilot.tui.modals.dropped import Origin
    from jobcopilot.tui.modals.import_origin import Candidate, Intake

Step = Literal["origin", "opening", "preview", "importing", "result"]
_ALLOWED: dict[str, tuple[Step, ...]] = {
    "go": ("origin", "preview"),
    "text": ("origin",),
    "refused": ("preview", "result"),
    "undo": ("result",),
    "more": ("result",),
}


class ImportOpening(Panel["IntakeReport"]):
    """The steps of an import as far as the preview: where from, and what was found there."""

    BINDINGS: ClassVar[list[Any]] = bindings("intake")
    DEFAULT_CSS = """
    ImportOpening.-narrow PreviewStep { layout: vertical; }
    ImportOpening.-narrow #mapping { width: 100%; height: 8; margin: 0 0 1 0; }
    ImportOpening.-narrow #seen { width: 100%; height: 1fr; }
    """

    def __init__(self, given: str = "") -> None:
        super().__init__("Import", "nothing is written before you have seen it")
        self.given = given.strip()
        self.step: Step = "origin"
        self.candidate: Candidate | None = None
        self.intake: Intake | None = None
        self.report: IntakeReport | None = None
        self._round = 0
        """Counts what was begun, so that what was left behind is not shown."""
        self.stop_counting = threading.Event()
        """Set when the rest of the rows need not be counted any more."""

    def body(self) -> Iterable[Widget]:
        """Return the first step."""
        yield OriginStep("" if "\n" in self.given else self.given)

    def on_mount(self) -> None:
        """Open at once what was already given."""
        step = self.query_one(OriginStep)
        step.line.control.focus()
        if "\n" in self.given:
            step.open_text(self.given)
        if self.given:
            self.action_go()

    def on_unmount(self) -> None:
        """Stop what is still running when the app closes: a thread would finish an import nobody sees."""
        self.stop_counting.set()
        if self.intake is not None:
            self.intake.stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what this step can do."""
        if action in _ALLOWED:
            undone = action == "undo" and (self.report is None or self.report.batch is None)
            return self.step in _ALLOWED[action] and not undone
        return super().check_action(action, parameters)

    async def show_step(self, step: Step, widget: Widget) -> None:
        """Put another step on the screen."""
        body = self.query_one("#body")
        await body.remove_children()
        await body.mount(widget)
        self.step = step
        self.refresh_bindings()

    async def preview(self, candidate: Candidate) -> None:
        """Show what would come of a candidate."""
        raise NotImplementedError

    def begin(self) -> None:
        """Import what is shown."""
        raise NotImplementedError

    # Where from

    async def to_origin(self, given: str) -> None:
        """Go back to where postings come from."""
        self.entitle("Import", "nothing is written before you have seen it")
        step = OriginStep("" if "\n" in given else given)
        await self.show_step("origin", step)
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
            self.begin()
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
            candidate = await asyncio.to_thread(open_origin, origin, self.runtime)
        except JobcopilotError as refusal:
            if this_round == self._round:
                self._refused(refusal, origin)
            return
        if this_round == self._round:
            self.say("")
            await self.preview(candidate)

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

    def stop_opening(self) -> None:
        """Leave what is being opened behind."""
        self._round += 1
        self.step = "origin"
        self.refresh_bindings()
        self.say("Stopped.")
