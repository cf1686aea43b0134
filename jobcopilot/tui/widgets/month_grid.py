"""A month as six weeks of days with what is on each; a day is chosen with the keys of every list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip

from jobcopilot.interviews.views import AHEAD
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import DayChosen, MonthWanted
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.painted import Painted
from jobcopilot.tui.widgets.signs import count, fit, steady

if TYPE_CHECKING:
    from jobcopilot.interviews.agenda import Cell, Month

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HEAD = 2
_ROOMY = (19, 3)
"""Cells across, and lines below the number, from which on a day names what is on it."""
_WEEKS = 6


class MonthGrid(Painted, can_focus=True):
    """One month; the cursor is a day, and leaving the month at an edge asks for the next one."""

    BINDINGS: ClassVar[Any] = bindings("month")
    DEFAULT_CSS = """
    MonthGrid { height: 1fr; width: 1fr; background: $background; }
    """

    day: reactive[date] = reactive(date(2000, 1, 1), init=False)

    def __init__(self) -> None:
        super().__init__(id="month")
        self.month: Month | None = None

    def show(self, month: Month) -> None:
        """Show a month."""
        self.month = month
        self.refresh()

    def watch_day(self, before: date, now: date) -> None:
        """Ask for the month of the day, where it is another."""
        if (before.year, before.month) != (now.year, now.month):
            self.post_message(MonthWanted(now.year, now.month))
        self.refresh()

    def action_move(self, days: int) -> None:
        """Move by days."""
        self.day += timedelta(days=days)

    def action_turn(self, months: int) -> None:
        """Move by months, to the same day where there is one."""
        index = self.day.year * 12 + self.day.month - 1 + months
        year, month = index // 12, index % 12 + 1
        last = ((date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)).day
        self.day = date(year, month, min(self.day.day, last))

    def action_choose(self) -> None:
        """Show the week of the day."""
        self.post_message(DayChosen(self.day))

    def render_line(self, y: int) -> Strip:
        """Return one line: the month's name, the days' names, or a piece of a week."""
        width, palette = self.size.width, self.palette
        plain = style(palette.foreground, palette.background)
        month = self.month
        if month is None:
            return Strip.blank(width, plain)
        if y == 0:
            name = f" {date(month.year, month.month, 1):%B %Y}"
            return Strip(
                [Segment(name, style(palette.accent, palette.background, bold=True))]
            ).adjust_cell_length(width, plain)
        cell_width = max(width // 7, 5)
        if y == 1:
            quiet = style(palette.muted, palette.background)
            return Strip([Segment(fit(f" {name}", cell_width), quiet) for name in DAYS]).adjust_cell_length(
                width, plain
            )
        height = max((self.size.height - _HEAD) // _WEEKS, 1)
        week, line = divmod(y - _HEAD, height)
        if week >= _WEEKS:
            return Strip.blank(width, plain)
        return Strip([self._piece(cell, cell_width, line) for cell in month.weeks[week]]).adjust_cell_length(
            width, plain
        )

    def _piece(self, cell: Cell, width: int, line: int) -> Segment:
        palette = self.palette
        chosen = cell.date == self.day
        ground = palette.background
        if chosen:
            ground = palette.cursor if self.has_focus else palette.panel
        color = palette.foreground if cell.in_month else palette.muted
        number = f"▸{cell.date.day:>2}" if chosen else f" {cell.date.day:>2}"
        if cell.today:
            color = palette.accent
            number += "·"
        one_line = (self.size.height - _HEAD) // _WEEKS < 2
        what = _what(cell, short=width < 12 or one_line)
        if one_line:
            return Segment(fit(f"{number} {what}", width), style(color, ground, bold=chosen or cell.today))
        if line == 0:
            return Segment(fit(number, width), style(color, ground, bold=chosen or cell.today))
        below = (self.size.height - _HEAD) // _WEEKS - 1
        if width >= _ROOMY[0] and below >= _ROOMY[1]:
            told = _told(cell, width - 2, below)
        else:
            told = [(f" {what}", cell.clashing or cell.unsettled)]
        words, warn = told[line - 1] if line <= len(told) else ("", False)
        return Segment(fit(f" {words}", width - 1) + " ", style(palette.warning if warn else color, ground))


def _told(cell: Cell, room: int, lines: int) -> list[tuple[str, bool]]:
    """Return what is on a day, a line of `room` cells each, and whether something is the matter with it."""
    told = []
    for entry in cell.entries:
        unsettled = entry.past and entry.round.status in AHEAD
        sign = " ⚠" if entry.clashes else " !" if unsettled else ""
        told.append((f"{entry.starts:%H:%M} {steady(entry.round.company)}", sign))
    if cell.follow_ups:
        told.append((count(cell.follow_ups, "follow-up"), " !" if cell.overdue else ""))
    if len(told) > lines:
        hidden = told[lines - 1 :]
        sign = next((sign for _, sign in hidden if sign), "")
        told = [*told[: lines - 1], (f"and {len(hidden)} more", sign)]
    return [(f"{fit(words, room - len(sign)).rstrip()}{sign}", bool(sign)) for words, sign in told]


def _what(cell: Cell, *, short: bool) -> str:
    """Return what is on a day: rounds, follow-ups, and whether something is the matter."""
    parts = []
    if cell.rounds:
        parts.append(f"{cell.rounds}●" if short else f"{cell.rounds} round{'s' if cell.rounds > 1 else ''}")
    if cell.follow_ups:
        parts.append(f"{cell.follow_ups}→")
    if cell.clashing:
        parts.append("⚠")
    if cell.unsettled:
        parts.append("!")
    return " ".join(parts)
