"""The pipeline: what is due, what is booked, and what to prepare, with one interview beside it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical

from jobcopilot.interviews.views import AHEAD
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.messages import JobWanted, LeaveDetail, RowOpened
from jobcopilot.tui.pipeline_data import line_id
from jobcopilot.tui.screens.pipeline_reach import PipelineReach
from jobcopilot.tui.widgets.chrome import KeyLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

OF_A_ROUND = frozenset({"move_round", "complete", "cancel", "add_task", "copy"})
"""Actions that need an interview under the cursor."""
OF_A_LINE = OF_A_ROUND | {"edit", "delete", "put_off", "job", "follow_up", "practise", "letter", "open_link"}
"""Actions that are done to what is under the agenda's cursor."""


class PipelineScreen(PipelineReach):
    """Wiring of the pipeline's widgets, and what is in front."""

    CSS_PATH = "pipeline.tcss"
    BINDINGS: ClassVar[Any] = bindings("pipeline")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as Textual declares it
    AUTO_FOCUS = "#agenda"

    def compose(self) -> ComposeResult:
        """Put chrome, what is next, agenda, interview and keys on the screen."""
        yield self.chrome
        yield self.next_up
        with Horizontal(id="body"):
            yield self.agenda
            yield self.nothing
            yield self.month
            with Vertical(id="beside"):
                yield self.pane
                yield self.checklist
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what is done to a thing only where there is one."""
        if self.as_month and action in OF_A_LINE:
            # The line under the agenda's cursor is not seen there: nothing is done to it unseen.
            return False
        if action in OF_A_ROUND:
            return self.round is not None
        match action:
            case "open_link":
                return self.round is not None and bool(self.round.link)
            case "edit":
                return self.round is not None or self.chosen_task is not None
            case "delete":
                return self.round is not None or self.chosen_task is not None or self.follow_up is not None
            case "put_off":
                return self.chosen_task is not None or self.follow_up is not None
            case "job" | "follow_up" | "practise" | "letter":
                return self.job_id is not None
            case "turn":
                return self.week_of is not None and not self.as_month
        return super().check_action(action, parameters)

    # What is in front

    def to_list(self) -> None:
        """Put the agenda in front and into focus."""
        self.remove_class("-reading", "-month")
        self.agenda.focus()

    def show_round(self, round_id: int) -> None:
        """Put the cursor on an interview: in the week that it is in, where the agenda does not have it."""
        start_work(self, self._show_round(round_id), name="show-round")

    async def _show_round(self, round_id: int) -> None:
        view = await asyncio.to_thread(self.data.runtime.interviews.round, round_id)
        clock = self.data.runtime.clock
        self.to_list()
        self.search = ""
        self.week_of = None
        if view.starts_at is not None and (view.status not in AHEAD or view.starts_at <= clock.now()):
            self.week_of = view.starts_at.astimezone(clock.zone()).date()
        self.read_again(stay_on=line_id("round", round_id))

    def go_back(self) -> None:
        """Close what is open, else leave week or month, else clear what is searched."""
        if self.has_class("-reading") or self.focused in (self.pane, self.checklist):
            self.to_list()
        elif self.as_month or self.week_of is not None:
            self.week_of = None
            self.to_list()
            self.read_again()
        elif self.search:
            self.search = ""
            self.read_again()
        else:
            self.to_list()

    @on(LeaveDetail)
    def _leave_detail(self) -> None:
        self.to_list()

    @on(RowOpened)
    def _row_opened(self, event: RowOpened) -> None:
        if event.sender is self.agenda:
            self.add_class("-reading")
            self.want_reading()
            (self.checklist if self.checklist.display else self.pane).focus()

    # Views

    def action_week(self) -> None:
        """Show the week of what is under the cursor, or the agenda again."""
        if self.week_of is not None and not self.as_month:
            self.week_of = None
        else:
            clock = self.data.runtime.clock
            zone = clock.zone()
            at = self.round.starts_at if self.round is not None and self.round.starts_at else clock.now()
            self.week_of = at.astimezone(zone).date()
        self.to_list()
        self.read_again()

    def action_month(self) -> None:
        """Show the month of the day under the cursor, or the agenda again."""
        if self.as_month:
            self.to_list()
            self.read_again()
            return
        clock = self.data.runtime.clock
        zone = clock.zone()
        at = self.round.starts_at if self.round is not None and self.round.starts_at else clock.now()
        self.month.set_reactive(type(self.month).day, at.astimezone(zone).date())
        self.remove_class("-reading")
        self.add_class("-month")
        self.month.focus()
        self.read_again()

    def action_turn(self, weeks: int) -> None:
        """Show another week."""
        if self.week_of is not None:
            self.week_of += timedelta(days=7 * weeks)
            self.read_again()

    def action_search(self) -> None:
        """Ask for words that everything shown must have."""
        start_work(self, self._ask_words(), name="ask-words", exclusive=False)

    async def _ask_words(self) -> None:
        from jobcopilot.tui.modals.ask import AskDialogue

        words = await self.app.push_screen_wait(
            AskDialogue(
                "Search interviews", "company, stage, person; esc on the agenda shows all again", self.search
            )
        )
        if words is not None:
            self.search = words.strip()
            self.to_list()
            self.read_again()

    def action_job(self) -> None:
        """Show the job of what is under the cursor on the board."""
        if self.job_id is not None:
            self.app.post_message(JobWanted(self.job_id))
