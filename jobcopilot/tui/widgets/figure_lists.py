"""The lists of the market: skills with their share, what one more would open, and who hires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from textual.strip import Strip

from jobcopilot.market.views import Employer, GapRow, SkillDemand
from jobcopilot.tui import market_words as words
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.chart import BehindAsked, FigureTurned
from jobcopilot.tui.widgets.chrome import DrawnLine
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.signs import bar, fit

if TYPE_CHECKING:
    from rich.style import Style

Thing = TypeVar("Thing")
_ROOM_FOR_BARS = 38
_ROOM_FOR_NEW = 36
Cell = tuple[str, str]
"""Text of exact width, and which of the palette's colours it has."""


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Thing]):
    """One row of a figure with its place from the top."""

    id: int
    of: Thing


class RankedRows(Generic[Thing]):
    """The rows of a figure, as a list takes them."""

    def __init__(self, things: Sequence[Thing]) -> None:
        self.rows = tuple(Ranked(place, thing) for place, thing in enumerate(things, 1))

    def page(self, offset: int, limit: int) -> Sequence[Ranked[Thing]]:
        """Return up to `limit` rows from `offset` on."""
        return self.rows[offset : offset + limit]

    def total(self) -> int:
        """Return how many there are."""
        return len(self.rows)

    def ids(self) -> Sequence[int]:
        """Return their places."""
        return [row.id for row in self.rows]


class FigureList(VirtualList[Ranked[Thing]], Generic[Thing]):
    """Rows of figures in columns; there is nothing to select in them."""

    BINDINGS: ClassVar[Any] = bindings("figures")

    def heads(self, width: int) -> list[Cell]:
        """Return the columns' headings."""
        raise NotImplementedError

    def cells(self, thing: Thing, width: int) -> list[Cell]:
        """Return one row in its columns."""
        raise NotImplementedError

    def show(self, things: Sequence[Thing]) -> None:
        """Show rows, the cursor where it was."""
        rows = RankedRows(things)
        if self.row is None:
            self.fill(rows.rows, rows)
            self.cursor = 0
        else:
            self.open(rows, stay_on=self.row_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no selecting."""
        if action in ("open_row", "select", "select_all"):
            return False
        return super().check_action(action, parameters)

    def action_turn(self, step: int) -> None:
        """Ask for another figure."""
        self.post_message(FigureTurned(step))

    def action_behind(self) -> None:
        """Ask for the postings behind the row under the cursor."""
        self.post_message(BehindAsked())

    def draw_row(self, row: Ranked[Thing], width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a row as a line."""
        resting = self.palette.panel if at_cursor else self.palette.background
        ground = self.palette.cursor if at_cursor and self.has_focus else resting
        return Strip(self.painted(self.cells(row.of, width), ground)).adjust_cell_length(
            width, style(self.palette.foreground, ground)
        )

    def painted(self, cells: Sequence[Cell], ground: str) -> list[Segment]:
        """Return cells in their colours."""
        return [Segment(text, self._ink(color, ground)) for text, color in cells]

    def _ink(self, color: str, ground: str) -> Style:
        return style(getattr(self.palette, color), ground, bold=color == "foreground")


class SkillBars(FigureList[SkillDemand]):
    """Skills with the share of postings that ask for them, the change, and a mark on the person's own."""

    def _name_cells(self, width: int) -> tuple[int, int]:
        # Where there is no room for both, the name matters more than the bar: its number stands beside it.
        long = 0 if width < _ROOM_FOR_BARS else min(width // 5, 24)
        return max(width - long - 22, 8), long

    def heads(self, width: int) -> list[Cell]:
        """Return the columns' headings."""
        name, long = self._name_cells(width)
        share, change = fit("asked for", long + 6, right=True), fit("±", 6, right=True)
        return [(f" {fit('skill', name)}{share}{fit('n', 6, right=True)}{change} you", "muted")]

    def cells(self, thing: SkillDemand, width: int) -> list[Cell]:
        """Return name, bar, share, number, change and mark."""
        name, long = self._name_cells(width)
        changed = words.points(thing.change)
        color = {words.UP: "success", words.DOWN: "warning"}.get(changed[:1], "muted")
        return [
            (f" {fit(thing.name, name - 1)} ", "foreground"),
            (bar(thing.share, long), "primary"),
            (fit(words.share(thing.share), 6, right=True), "foreground"),
            (fit(f"{thing.n:,}", 6, right=True), "muted"),
            (fit(changed, 6, right=True), color),
            (f"  {words.YOURS if thing.has else ' '}", "accent"),
        ]


class GapList(FigureList[GapRow]):
    """Skills that the person lacks, and what each would bring."""

    currency = ""
    """Of the differences of pay."""

    def heads(self, width: int) -> list[Cell]:
        """Return the columns' headings."""
        name = max(width - 24, 8)
        columns = "".join(
            fit(head, cells, right=True) for head, cells in (("opens", 7), ("pay", 9), ("n paid", 7))
        )
        return [(f" {fit('one more skill', name)}{columns}", "muted")]

    def cells(self, thing: GapRow, width: int) -> list[Cell]:
        """Return name, postings opened, difference of pay and the number behind that."""
        return [
            (f" {fit(thing.skill, max(width - 24, 8))}", "foreground"),
            (fit(f"+{thing.more_matching:,}", 7, right=True), "success" if thing.more_matching else "muted"),
            (
                fit(words.signed_money(thing.difference, self.currency), 9, right=True),
                "muted" if thing.difference is None else "foreground",
            ),
            (fit(f"{thing.with_pay:,}", 7, right=True), "muted"),
        ]


class EmployerList(FigureList[Employer]):
    """Who hires, and what they pay."""

    currency = ""
    """Of the medians."""

    def heads(self, width: int) -> list[Cell]:
        """Return the columns' headings."""
        return [(self._line(width, "company", "open", "new", "median", "n paid"), "muted")]

    def cells(self, thing: Employer, width: int) -> list[Cell]:
        """Return name, open and new postings, median pay and the number behind that."""
        numbers = (f"{thing.open:,}", f"{thing.new:,}", words.money(thing.median, self.currency))
        line = self._line(width, thing.name, *numbers, f"{thing.with_pay:,}")
        paid = len(line) - 15
        return [(line[:paid], "foreground"), (line[paid:], "muted" if thing.median is None else "foreground")]

    def _line(self, width: int, name: str, is_open: str, new: str, median: str, paid: str) -> str:
        """Return a row; where there is little room, what is new is left to the table."""
        new = fit(new, 5, right=True) if width >= _ROOM_FOR_NEW else ""
        rest = f"{fit(is_open, 6, right=True)}{new}{fit(median, 8, right=True)}{fit(paid, 7, right=True)}"
        return f" {fit(name, max(width - 1 - len(rest), 8))}{rest}"


class Heads(DrawnLine):
    """The line above a list that names its columns."""

    def __init__(self, of: FigureList[Any]) -> None:
        super().__init__(classes="heads")
        self.of = of

    def segments(self, width: int) -> list[Segment]:
        """Return the columns' names, once there is something below them."""
        return [] if not self.of.total else self.of.painted(self.of.heads(width - 1), self.palette.background)
