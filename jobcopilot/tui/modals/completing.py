"""Saying how an interview went: outcome, notes, what follows, and where its job stands then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import VerticalScroll
from textual.widgets import SelectionList, Static
from textual.widgets.selection_list import Selection

from jobcopilot.tui.commands import BY_ID
from jobcopilot.tui.failures import Newest
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field, LongText
from jobcopilot.tui.widgets.signs import moment, steady

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from jobcopilot.interviews.follow_up_rules import Planned
    from jobcopilot.interviews.views import RoundView

_OUTCOMES = (
    ("", "not said"),
    ("waiting", "waiting"),
    ("passed", "passed"),
    ("failed", "failed"),
    ("no_show", "no show"),
)


class FollowUpTicks(SelectionList[str]):
    """The follow-ups that will be planned, each ticked."""

    BINDINGS: ClassVar[Any] = [BY_ID["list.down"].binding(), BY_ID["list.up"].binding()]
    DEFAULT_CSS = """
    FollowUpTicks { height: auto; max-height: 9; border: none; padding: 0 1; background: $surface; }
    FollowUpTicks:focus { border: none; }
    """

    def action_cursor(self, step: int) -> None:
        """Move by lines."""
        if step > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()


class CompleteRound(FormPanel):
    """How a round went, and what follows from it."""

    DEFAULT_CSS = """
    CompleteRound #then { height: auto; padding: 1 1 0 1; color: $muted; }
    """

    def __init__(self, view: RoundView) -> None:
        super().__init__("How did it go?", steady(f"{view.stage} · {view.company}"))
        self.view = view
        self._planning = Newest(self, self._plan, name="follow-ups")

    def body(self) -> Iterable[Widget]:
        """Return the form, and below it what will follow."""
        yield VerticalScroll(id="scroll", can_focus=False)
        yield Static("", id="then", markup=False)
        yield FollowUpTicks()

    async def on_mount(self) -> None:
        """Show the form, and what follows as it stands."""
        await self.show_fields(
            [Field("outcome", "Outcome", Choice(list(_OUTCOMES), self.view.outcome or ""))],
            [
                Field(
                    "notes",
                    "Notes",
                    LongText(self.view.notes, placeholder="What was asked, what you would say now"),
                )
            ],
        )
        self._planning.want(self.view.outcome or "")

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Show what follows from another outcome."""
        self._planning.want(event.value)

    async def _plan(self, outcome: str) -> None:
        def read() -> tuple[tuple[Planned, ...], str | None]:
            rounds = self.runtime.rounds
            return rounds.planned_after(self.view.id, outcome or None), rounds.status_after(
                self.view.id, outcome or None
            )

        planned, status = await asyncio.to_thread(read)
        if not self.is_mounted:
            return
        clock = self.runtime.clock
        zone = clock.zone()
        today = clock.now().astimezone(zone).date()
        ticks = self.query_one(FollowUpTicks)
        ticks.clear_options()
        from rich.text import Text

        ticks.add_options(
            [
                Selection(
                    Text(steady(f"{moment(one.due_at, zone, today):<16}  {one.title}")),
                    one.key,
                    initial_state=True,
                )
                for one in planned
            ]
        )
        job = f"The job becomes {status}. " if status else f"The job stays {self.view.job_status}. "
        then = "What follows (space takes a tick off):" if planned else "Nothing follows from it."
        self.query_one("#then", Static).update(job + then)

    async def keep(self) -> None:
        """Complete the round with what is ticked."""
        texts, keys = self.texts, tuple(self.query_one(FollowUpTicks).selected)
        outcome = texts["outcome"] or None
        booked = await asyncio.to_thread(
            lambda: self.runtime.rounds.complete(self.view.id, outcome, notes=texts["notes"], follow_ups=keys)
        )
        planned = f" {len(booked.follow_ups)} planned to follow." if booked.follow_ups else ""
        self.app.notify(
            steady(f"Completed: {booked.round.stage}, {booked.round.company}.{planned} u takes it back."),
            markup=False,
        )
        self.dismiss(self.view.id)
