"""The agenda: headings, and below each the rounds, tasks and follow-ups in their time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import DoneToggled, TaskCarried
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from rich.style import Style

    from jobcopilot.interviews.views import RoundView, TaskView
    from jobcopilot.tui.pipeline_data import Line

FORMAT_WORDS = {"phone": "phone", "video": "video", "onsite": "on site", "take_home": "take-home"}
STATUS_SIGNS = {"scheduled": "●", "pending": "◌", "completed": "✓", "canceled": "✗"}
PREPARED_SIGNS = "○◔◑◕●"
WHEN_CELLS = 16


class AgendaList(VirtualList["Line"]):
    """The list on the left of the pipeline; the cursor passes over headings."""

    BINDINGS: ClassVar[Any] = bindings("agenda")

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor inside the list, and off headings where there is anything else."""
        cursor = super().validate_cursor(cursor)
        step = 1 if cursor >= self.cursor else -1
        for direction in (step, -step):
            at = cursor
            while (row := self.row_at(at)) is not None:
                if row.kind != "heading":
                    return at
                at += direction
        return cursor

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Select nothing: what is done here is done to what is under the cursor."""
        if action in ("select", "select_all"):
            return False
        if action == "open_row":
            return self.row is not None and self.row.kind in ("round", "task", "follow_up")
        if action == "letter":
            return bool(self.screen.check_action(action, parameters))
        if action == "toggle_done":
            return self.row is not None and (self.row.task is not None or self.row.follow_up is not None)
        return super().check_action(action, parameters)

    def action_toggle_done(self) -> None:
        """Tick a task, or say that a follow-up was sent."""
        self.post_message(DoneToggled(self.row))

    async def action_letter(self) -> None:
        """Write the letter that what is under the cursor asks for."""
        await self.screen.run_action("letter")

    def draw_row(self, row: Line, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return one line: heading, or time, who, what, and what must be seen."""
        palette = self.palette
        if row.kind == "heading":
            ground = palette.background
            head = style(palette.accent if row.today else palette.foreground, ground, bold=True)
            parts = [Segment(f" {row.title}", head)]
            if row.aside:
                parts.append(Segment(f"  {row.aside}", style(palette.muted, ground)))
            return Strip(parts).adjust_cell_length(width, style(palette.foreground, ground))
        active = at_cursor and self.has_focus
        ground = palette.cursor if active else palette.panel if at_cursor or selected else palette.background
        plain, quiet = style(palette.foreground, ground, bold=at_cursor), style(palette.muted, ground)
        warn = style(palette.warning, ground, bold=True)
        parts = [
            Segment(" ▸" if at_cursor else "  ", style(palette.accent, ground, bold=True)),
            Segment(fit(row.when, WHEN_CELLS) + " ", quiet),
        ]
        room = width - WHEN_CELLS - 3
        if row.round is not None:
            parts += self._round(row.round, row.warning, room, plain, quiet, warn)
        elif row.follow_up is not None:
            sign = "! " if row.warning else "→ "
            parts.append(Segment(sign, warn if row.warning else quiet))
            named = row.follow_up.company.casefold() in row.follow_up.title.casefold()
            company = 0 if named else min(20, room // 4)
            parts.append(Segment(fit(row.follow_up.title, room - 3 - company) + " ", plain))
            parts.append(Segment(fit(row.follow_up.company, company), quiet))
        elif row.task is not None:
            parts.append(Segment("! " if row.warning else "  ", warn))
            company = min(20, room // 4)
            words = f"{row.task.title}  ({row.title})" if row.title else row.task.title
            parts.append(Segment(fit(f"[ ] {words}", room - 3 - company) + " ", plain))
            parts.append(Segment(fit(row.aside, company), quiet))
        else:
            parts.append(Segment(row.title, quiet))
        return Strip(parts).adjust_cell_length(width, quiet)

    def _round(
        self, view: RoundView, warning: str, room: int, plain: Style, quiet: Style, warn: Style
    ) -> list[Segment]:
        aside = 28
        company = max(8, (room - 2 - aside) * 42 // 100)
        stage = max(8, room - 2 - aside - company)
        if warning:
            # What must be seen is worth more than the end of a stage's name.
            stage = max(10, min(stage, room - 2 - company - cell_len(f"⚠ {warning}")))
        parts = [
            Segment(f"{STATUS_SIGNS[view.status]} ", quiet),
            Segment(fit(view.company, company - 1) + " ", plain),
            Segment(fit(view.stage, stage - 1) + " ", plain),
        ]
        left = room - 2 - company - stage
        if warning:
            return [*parts, Segment(fit(f"⚠ {warning}", left), warn)]
        words = fit(FORMAT_WORDS[view.format], 9) + " " + state_words(view)
        return [*parts, Segment(fit(words, left), quiet)]


def state_words(view: RoundView) -> str:
    """Return what there is to say of a round in a list: how far it is prepared, or how it went."""
    if view.status == "completed":
        return f"✓ {(view.outcome or 'completed').replace('_', ' ')}"
    if view.status == "canceled":
        return "✗ canceled"
    if view.tasks_total:
        share = view.tasks_done / view.tasks_total
        sign = PREPARED_SIGNS[min(int(share * 4), 4)]
        return f"{sign} {view.tasks_done} of {view.tasks_total} prepared"
    return "not confirmed" if view.status == "pending" else ""


class Checklist(VirtualList["TaskView"]):
    """What is to be prepared before a round; space ticks."""

    BINDINGS: ClassVar[Any] = bindings("checklist")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Select nothing: space ticks."""
        return (
            False
            if action in ("select", "select_all", "open_row")
            else super().check_action(action, parameters)
        )

    def action_toggle_done(self) -> None:
        """Tick the task, or take the tick off, and go on to the next."""
        if self.row is not None:
            self.post_message(DoneToggled(self.row))
            self.action_cursor(1)

    def action_carry(self, step: int) -> None:
        """Move the task up or down."""
        self.post_message(TaskCarried(step))

    def draw_row(self, row: TaskView, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a task with its tick and, where there is room, its due time."""
        palette = self.palette
        active = at_cursor and self.has_focus
        ground = palette.cursor if active else palette.background
        text = style(palette.muted if row.done else palette.foreground, ground, bold=active)
        tick = style(palette.success if row.done else palette.muted, ground)
        due = self.due_text(row) if not row.done else ""
        if cell_len(row.title) > width - 6 - len(due) and self._due_is_told_above(row):
            due = ""
        cells = [
            Segment("▸" if active else " ", style(palette.accent, ground, bold=True)),
            Segment("[x] " if row.done else "[ ] ", tick),
            Segment(fit(row.title, max(width - 6 - len(due), 10)) + " ", text),
            Segment(due, style(palette.muted, ground)),
        ]
        return Strip(cells).adjust_cell_length(width, text)

    def _due_is_told_above(self, row: TaskView) -> bool:
        """Return whether the task before is due at the same time and says so."""
        place = next((at for at in range(self.total or 0) if self.row_at(at) is row), 0)
        above = self.row_at(place - 1)
        return above is not None and not above.done and above.due_at == row.due_at

    def due_text(self, row: TaskView) -> str:
        """Return when a task is due; the screen that knows the zone says how."""
        return self.say_due(row) if self.say_due is not None else ""

    say_due: Any = None
    """Takes a task and returns when it is due, in words."""
