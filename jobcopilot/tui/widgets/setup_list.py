"""The lines of a setup, each with its choices, and the skills to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.signs import bar, count, fit

if TYPE_CHECKING:
    from jobcopilot.practice.setup import SkillChoice

NAME_CELLS = 13


@dataclass(frozen=True, slots=True)
class SetupLine:
    """One thing to set: its choices (value, words), or words alone where there are too many to name."""

    id: int
    name: str
    label: str
    chosen: str
    options: tuple[tuple[str, str], ...] = ()
    words: str = ""
    """Shown where the chosen value is none of the options."""

    @property
    def place(self) -> int:
        """Where the chosen value stands among the options, -1 where it is none of them."""
        return next((at for at, (value, _) in enumerate(self.options) if value == self.chosen), -1)

    def beside(self, step: int) -> str:
        """Return the value of the choice so many steps on, from the last one on the first again."""
        return self.options[(self.place + step) % len(self.options) if self.place >= 0 else 0][0]


@dataclass
class LineTurned(Message):
    """The person goes some choices on in a line: from the one that is set when this is taken in."""

    name: str
    step: int


@dataclass
class LineOpened(Message):
    """The person wants all choices of a line."""

    name: str


class FixedRows:
    """Rows that are all there, as a list takes them."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = tuple(rows)

    def page(self, offset: int, limit: int) -> Sequence[Any]:
        """Return up to `limit` rows from `offset` on."""
        return self.rows[offset : offset + limit]

    def total(self) -> int:
        """Return how many there are."""
        return len(self.rows)

    def ids(self) -> Sequence[int]:
        """Return their ids."""
        return [row.id for row in self.rows]


class ShownList(VirtualList[Any]):
    """A list of rows that are all at hand; there is nothing to select in it."""

    def show(self, rows: Sequence[Any]) -> None:
        """Show rows at once, the cursor on the row where it was."""
        here = self.row_id
        source = FixedRows(rows)
        at = next((at for at, row in enumerate(source.rows) if row.id == here), None)
        place = min(self.cursor if at is None else at, max(len(source.rows) - 1, 0))
        before = self.row
        self._source = source
        self._pages = {page: source.page(page * 100, 100) for page in range(len(source.rows) // 100 + 1)}
        self.total = len(source.rows)
        self._resize_content()
        self.set_reactive(VirtualList.cursor, max(place, 0))
        self._show_cursor()
        self.refresh()
        if self.row != before:
            self._tell_row()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer neither selecting nor the list's own opening."""
        if action in ("open_row", "select", "select_all"):
            return False
        return super().check_action(action, parameters)

    def ground_of(self, *, at_cursor: bool) -> str:
        """The colour under a row."""
        if not at_cursor:
            return self.ground
        return self.palette.cursor if self.has_focus else self.palette.panel


class SetupList(ShownList):
    """What is set, a line each; left and right change it, enter lists all choices."""

    BINDINGS: ClassVar[Any] = bindings("setup")
    DEFAULT_CSS = """
    SetupList { height: 7; }
    """

    def draw_row(self, row: SetupLine, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a line: all choices where they fit, else the chosen one between arrows."""
        palette = self.palette
        ground = self.ground_of(at_cursor=at_cursor)
        quiet = style(palette.muted, ground)
        chosen = style(palette.foreground, ground, bold=True)
        mark = style(palette.accent, ground, bold=True)
        parts = [Segment(f" {fit(row.label, NAME_CELLS - 1)}", mark if at_cursor else quiet)]
        room = width - NAME_CELLS
        if not row.options or row.place < 0:
            parts.append(Segment(fit(row.words, room), chosen))
        elif sum(cell_len(words) + 4 for _, words in row.options) <= room:
            for at, (_, words) in enumerate(row.options):
                parts.append(Segment("● " if at == row.place else "○ ", mark if at == row.place else quiet))
                parts.append(Segment(words, chosen if at == row.place else quiet))
                parts.append(Segment("  ", quiet))
        else:
            number = f" {row.place + 1} of {len(row.options)}"
            words = row.options[row.place][1]
            shown = fit(words, min(cell_len(words), max(room - len(number) - 5, 4)))
            parts += [Segment("‹ ", mark), Segment(shown, chosen), Segment(" ›", mark)]
            parts.append(Segment(number, quiet))
        return Strip(parts).adjust_cell_length(width, style(palette.foreground, ground))

    def action_turn(self, step: int) -> None:
        """Take another choice."""
        row = self.row
        if row is not None and row.options:
            self.post_message(LineTurned(row.name, step))

    def action_choose(self) -> None:
        """Ask for all choices."""
        if self.row is not None:
            self.post_message(LineOpened(self.row.name))

    def action_open_row(self) -> None:
        """A second click asks for all choices."""
        self.action_choose()


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill to tick."""

    id: int
    choice: SkillChoice
    ticked: bool


@dataclass
class SkillTicked(Message):
    """The person ticked a skill, or took the tick off."""

    name: str


class SuggestedTicked(Message):
    """The person wants the suggested skills ticked, and no others."""


class SkillPicks(ShownList):
    """Skills with what speaks for them: the job, the type, how many questions there are, and the last mark."""

    BINDINGS: ClassVar[Any] = bindings("skillpicks")

    def draw_row(self, row: SkillRow, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        """Return a skill as a line."""
        palette = self.palette
        ground = self.ground_of(at_cursor=at_cursor)
        one = row.choice
        quiet = style(palette.muted, ground)
        why = {"must": "asked for", "nice": "nice to have"}.get(
            one.need, "suggested" if one.suggested else ""
        )
        questions = count(one.questions, "question") if one.questions else "no question"
        marked = f"last {one.mean}" if one.mean is not None else ""
        bars = bar(one.mean / 100, 6) if one.mean is not None and width >= 66 else ""
        right = f"{fit(why, 13)}{fit(questions, 13, right=True)}{fit(marked, 9, right=True)}"
        right += f" {bars:<6}" if width >= 66 else ""
        parts = [
            Segment(" ● " if row.ticked else " ○ ", style(palette.accent, ground, bold=True) if row.ticked else quiet),
            Segment(
                fit(one.name, max(width - 4 - cell_len(right), 8)) + " ",
                style(palette.foreground if one.questions else palette.muted, ground, bold=row.ticked),
            ),
            Segment(right, quiet),
        ]  # fmt: skip
        return Strip(parts).adjust_cell_length(width, style(palette.foreground, ground))

    def action_tick(self) -> None:
        """Tick the skill under the cursor, or no longer, and move on."""
        if self.row is not None:
            self.post_message(SkillTicked(self.row.choice.name))
            self.cursor += 1

    def action_suggested(self) -> None:
        """Tick what is suggested."""
        self.post_message(SuggestedTicked())

    def action_open_row(self) -> None:
        """A second click ticks."""
        self.action_tick()
