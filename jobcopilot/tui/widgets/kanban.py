"""The kanban: one column a status, cards of two lines, only what fits is fetched and drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import CardMoved, CardsWanted, RowHighlighted, RowOpened, SelectionChanged
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.painted import Painted
from jobcopilot.tui.widgets.signs import STATUS_SIGNS, fit, match_text, short_pay

if TYPE_CHECKING:
    from textual import events

    from jobcopilot.jobs.views import JobRow, Status

COLUMN_CELLS = 23
"""The least width of a column; a narrower screen shows fewer of them."""
HEAD_LINES = 2
FIRST_CARDS, MOST_CARDS = 40, 1280
"""Cards of a column that are fetched at first and at most; who has more of them reads the table."""
CARD_LINES = 3
"""Title, company and match, and the space below."""


@dataclass(frozen=True, slots=True)
class Column:
    """The cards of one status: the first of them, and how many there are in all."""

    status: Status
    total: int
    rows: tuple[JobRow, ...]


@dataclass
class _Place:
    """Where the cursor stands in a column, and the first card in view."""

    cursor: int = 0
    top: int = 0


@dataclass
class _Spots:
    """The places of all columns."""

    by_status: dict[Status, _Place] = field(default_factory=dict)

    def of(self, status: Status) -> _Place:
        return self.by_status.setdefault(status, _Place())


class Kanban(Painted, can_focus=True):
    """Columns of cards, moved through with the keys of every list and between with `h` and `l`."""

    BINDINGS: ClassVar[Any] = bindings("kanban")
    DEFAULT_CSS = """
    Kanban { width: 1fr; height: 1fr; background: $background; }
    """

    active: reactive[int] = reactive(0, init=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self.columns: tuple[Column, ...] = ()
        self.depth = FIRST_CARDS
        """How many cards a column is given; it grows as the cursor comes near their end."""
        self.selected: set[int] = set()
        self._spots = _Spots()

    def show(self, columns: tuple[Column, ...], *, stay_on: int | None = None) -> None:
        """Show other cards, the cursor on the job with the id `stay_on` wherever that is now."""
        self.columns = columns
        for at, column in enumerate(columns):
            spot = self._spots.of(column.status)
            spot.cursor = max(0, min(spot.cursor, len(column.rows) - 1))
            for place, row in enumerate(column.rows):
                if row.id == stay_on:
                    spot.cursor = place
                    self.set_reactive(Kanban.active, at)
        if stay_on is None:
            filled = [at for at, column in enumerate(columns) if column.rows]
            self.set_reactive(Kanban.active, filled[0] if filled else 0)
        self._show_cursor()
        self.refresh()
        self._tell_row()

    @property
    def column(self) -> Column | None:
        """The column with the cursor."""
        return self.columns[self.active] if self.active < len(self.columns) else None

    @property
    def row(self) -> JobRow | None:
        """The job under the cursor."""
        column = self.column
        if column is None:
            return None
        place = self._spots.of(column.status).cursor
        return column.rows[place] if place < len(column.rows) else None

    @property
    def row_id(self) -> int | None:
        """The id of the job under the cursor."""
        return None if self.row is None else self.row.id

    @property
    def targets(self) -> tuple[int, ...]:
        """The ids that a command is done to: the selected ones, else the one under the cursor."""
        if self.selected:
            return tuple(sorted(self.selected))
        return () if self.row is None else (self.row.id,)

    def select_none(self) -> None:
        """Forget the selection."""
        self.selected.clear()
        self.refresh()
        self.post_message(SelectionChanged(self, 0))

    # Drawing

    @property
    def _cards_in_view(self) -> int:
        return max((self.size.height - HEAD_LINES) // CARD_LINES, 1)

    def _shown(self) -> range:
        """The columns that fit, with the active one among them."""
        fitting = max(1, min(len(self.columns), self.size.width // COLUMN_CELLS))
        first = max(0, min(self.active - fitting // 2, len(self.columns) - fitting))
        return range(first, first + fitting)

    def render_line(self, y: int) -> Strip:
        """Return one line across all columns in view."""
        width = self.size.width
        quiet = style(self.palette.muted, self.palette.background)
        if not self.columns:
            return Strip.blank(width, quiet)
        shown = self._shown()
        cells = width // len(shown)
        parts: list[Segment] = []
        for at in shown:
            parts += self._column_line(at, y, cells)
        return Strip(parts).adjust_cell_length(width, quiet)

    def _column_line(self, at: int, y: int, cells: int) -> list[Segment]:
        column, palette, ground = self.columns[at], self.palette, self.palette.background
        active = at == self.active
        gap = Segment(" ", style(palette.muted, ground))
        if y == 0:
            # An arrow tells that there are further columns on that side.
            shown = self._shown()
            left = "‹" if at == shown[0] and at > 0 else " "
            right = "›" if at == shown[-1] and at < len(self.columns) - 1 else " "
            head = f"{STATUS_SIGNS[column.status]} {column.status} {column.total:,}"
            color = palette.of_status(column.status)
            return [
                Segment(left, style(palette.accent, ground, bold=True)),
                Segment(fit(head, cells - 2), style(color, ground, bold=active)),
                Segment(right, style(palette.accent, ground, bold=True)),
            ]
        if y < HEAD_LINES:
            color = palette.accent if active else palette.line
            return [gap, Segment("─" * (cells - 2), style(color, ground)), gap]
        spot = self._spots.of(column.status)
        card, line = divmod(y - HEAD_LINES, CARD_LINES)
        place = spot.top + card
        if place >= len(column.rows):
            text = ""
            if place == len(column.rows) and line == 0 and column.total > len(column.rows) > 0:
                text = f"… {column.total - len(column.rows):,} more in the table (v)"
            elif not column.rows and card == 0 and line == 0:
                text = "—"
            return [gap, Segment(fit(text, cells - 2), style(palette.muted, ground)), gap]
        row = column.rows[place]
        return [gap, *self._card_line(row, line, cells - 2, active and place == spot.cursor), gap]

    def _card_line(self, row: JobRow, line: int, cells: int, at_cursor: bool) -> list[Segment]:
        palette = self.palette
        chosen = row.id in self.selected
        ground = palette.background
        if at_cursor:
            ground = palette.cursor if self.has_focus else palette.panel
        elif chosen:
            ground = palette.panel
        if line == 0:
            sign = "▸" if at_cursor else "●" if chosen else "♥" if row.favourite else " "
            return [
                Segment(sign, style(palette.accent, ground, bold=True)),
                Segment(fit(row.title, cells - 1), style(palette.foreground, ground, bold=at_cursor)),
            ]
        if line == 1:
            from jobcopilot.tui.widgets.job_table import is_thin

            match = match_text(row.match, thin=is_thin(row), blocked=row.blocked).strip()
            pay = short_pay(row.pay)
            tail = f" {pay}" if pay != "—" and cells >= 30 else ""
            company = fit(row.company, cells - len(match) - len(tail) - 2)
            return [
                Segment(f" {match} ", style(palette.of_level(row.level), ground)),
                Segment(company, style(palette.muted, ground)),
                Segment(tail, style(palette.muted, ground)),
            ]
        return [Segment(" " * cells, style(palette.muted, palette.background))]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer opening and selecting only where there is something."""
        if action in ("open_row", "select", "select_all", "move_card"):
            return not self.columns or self.row is not None
        return super().check_action(action, parameters)

    # Moving

    def watch_active(self) -> None:
        """Redraw and tell who listens."""
        self.refresh()
        self._tell_row()

    def validate_active(self, active: int) -> int:
        """Keep the cursor on a column."""
        return max(0, min(active, len(self.columns) - 1))

    def _go(self, place: int) -> None:
        column = self.column
        if column is not None:
            self._spots.of(column.status).cursor = max(0, min(place, len(column.rows) - 1))
            self._show_cursor()
            self.refresh()
            self._tell_row()
            if len(column.rows) < column.total and place >= len(column.rows) - 10 and self.depth < MOST_CARDS:
                self.depth *= 2
                self.post_message(CardsWanted())

    def _show_cursor(self) -> None:
        for column in self.columns:
            spot = self._spots.of(column.status)
            spot.top = max(0, min(spot.top, spot.cursor))
            spot.top = max(spot.top, spot.cursor - self._cards_in_view + 1)

    def _tell_row(self) -> None:
        self.post_message(RowHighlighted(self, self.row))

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._show_cursor()

    def action_column(self, step: int) -> None:
        """Go to another column."""
        self.active += step

    def action_cursor(self, step: int) -> None:
        """Move by cards."""
        if self.column is not None:
            self._go(self._spots.of(self.column.status).cursor + step)

    def action_top(self) -> None:
        """Move to the first card."""
        self._go(0)

    def action_end(self) -> None:
        """Move to the last card that is shown."""
        if self.column is not None:
            self._go(len(self.column.rows) - 1)

    def action_select(self) -> None:
        """Select the card, or no longer."""
        if self.row is not None:
            self.selected ^= {self.row.id}
            self.refresh()
            self.post_message(SelectionChanged(self, len(self.selected)))

    def action_open_row(self) -> None:
        """Open the job under the cursor."""
        if self.row is not None:
            self.post_message(RowOpened(self, self.row))

    def action_move_card(self, step: int) -> None:
        """Give the selected jobs, or the one under the cursor, the status of the next column."""
        goal = self.active + step
        if self.targets and 0 <= goal < len(self.columns):
            self.post_message(CardMoved(self.targets, self.columns[goal].status))

    def on_click(self, event: events.Click) -> None:
        """Move to the card that was clicked; a second click opens it."""
        if not self.columns:
            return
        shown = self._shown()
        at = shown[min(event.x // (self.size.width // len(shown)), len(shown) - 1)]
        self.active = at
        if event.y >= HEAD_LINES:
            self._go(self._spots.of(self.columns[at].status).top + (event.y - HEAD_LINES) // CARD_LINES)
            if event.chain == 2:
                self.action_open_row()
