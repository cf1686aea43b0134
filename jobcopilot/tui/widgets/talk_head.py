"""What is always in view during a session: type, job, question, mode, skill, whose turn it is, and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Static

from jobcopilot.practice.session_events import TWO_MINUTES, Timer
from jobcopilot.practice.views import AskedView, SessionView
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.modals.fields import LongText
from jobcopilot.tui.practice_data import clock_words, joined
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.painted import Painted
from jobcopilot.tui.widgets.signs import fit, steady

Turn = Literal["opening", "speaking", "yours", "paused", "over", "error"]
_TURNS: dict[Turn, tuple[str, str, str]] = {
    "opening": ("…", "opening", "muted"),
    "speaking": ("◐", "interviewer, esc stops", "secondary"),
    "yours": ("●", "your turn", "success"),
    "paused": ("‖", "paused, f8 goes on", "warning"),
    "over": ("✓", "over", "success"),
    "error": ("✗", "broken off", "error"),
}
GAUGE_CELLS = 9
"""Cells of the gauge; the two-minute mark is its middle."""


class TalkHead(Painted):
    """Two lines."""

    DEFAULT_CSS = """
    TalkHead { height: 2; width: 100%; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__(id="talk-head")
        self.view: SessionView | None = None
        self.asked: AskedView | None = None
        self.turn: Turn = "opening"
        self.timer: Timer | None = None
        self.label = ""
        self.live: tuple[str, str, str] | None = None
        """Sign, words and colour in place of whose turn it is, where that is told more exactly."""

    def tell(self, **changes: Any) -> None:
        """Say something else of it."""
        if any(getattr(self, name) != value for name, value in changes.items()):
            for name, value in changes.items():
                setattr(self, name, value)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one of the lines, its right end whole."""
        width, palette = self.size.width, self.palette
        left, right = (self._what(), self._who()) if y == 0 else (self._about(), self._clock())
        taken = sum(cell_len(text) for text, _ in right)
        room = max(width - taken - 1, 0)
        parts = []
        for text, color in left:
            shown = fit(text, min(cell_len(steady(text)), room))
            room -= cell_len(shown)
            parts.append(
                Segment(shown, style(getattr(palette, color), palette.surface, bold=color == "foreground"))
            )
        parts.append(Segment(" " * (room + 1), style(palette.muted, palette.surface)))
        parts += [Segment(text, style(getattr(palette, color), palette.surface)) for text, color in right]
        return Strip(parts).adjust_cell_length(width, style(palette.foreground, palette.surface))

    def _what(self) -> list[tuple[str, str]]:
        if self.view is None:
            return [(" opening the session …", "muted")]
        row = self.view.row
        parts = [row.type_name or "Interview"]
        if self.asked is not None:
            of = f" of {row.planned}" if self.view.setup.questions is not None else ""
            parts.append(f"question {self.asked.order}{of}")
        mode = f"{row.mode} mode"
        job = f" · {row.job}" if row.job else ""
        return [(f" {' · '.join(parts)}", "foreground"), (f" · {mode}{job}", "muted")]

    def _who(self) -> list[tuple[str, str]]:
        return [(f"{self.label} ", "muted")] if self.label else []

    def _about(self) -> list[tuple[str, str]]:
        if self.view is None:
            return []
        skills = joined(self.view.row.skills, 3)
        if self.asked is None:
            return [(f" {skills}", "muted")]
        about = [(f" {self.asked.skill}", "foreground"), (f" {self.asked.difficulty}", "muted")]
        others = joined([name for name in self.view.row.skills if name != self.asked.skill], 3)
        return [*about, (f" · also {others}", "muted")] if others else about

    def _clock(self) -> list[tuple[str, str]]:
        sign, words, color = self.live or _TURNS[self.turn]
        parts = [(f"{sign} {words} ", color)]
        timer = self.timer
        if timer is None or self.turn in ("opening", "error"):
            return parts
        if self.turn in ("yours", "paused"):
            parts.append((clock_words(timer.answer_seconds), "foreground"))
            past = timer.past_two_minutes
            parts.append((f" {gauge(timer.answer_seconds)}", "warning" if past else "muted"))
            parts.append((" past 2:00" if past else " 2:00", "warning" if past else "muted"))
        left = f", {clock_words(timer.left)} left" if timer.left is not None and self.turn != "over" else ""
        parts.append((f"  all {clock_words(timer.seconds)}{left} ", "muted"))
        return parts


class AskedWords(Static):
    """The question, in sight however far the conversation is."""

    def __init__(self) -> None:
        super().__init__("", id="asked", markup=False)

    def show(self, asked: AskedView | None) -> None:
        """Show another one."""
        self.update("" if asked is None else steady(asked.text))


def gauge(seconds: float) -> str:
    """Return how far an answer is, the two-minute mark in the middle."""
    middle = GAUGE_CELLS // 2
    filled = min(int(seconds / TWO_MINUTES * middle), GAUGE_CELLS)
    cells = ["━" if at < filled else "─" for at in range(GAUGE_CELLS)]
    cells[middle] = "╋" if filled > middle else "┼"
    return "".join(cells)


class AnswerGiven(Message):
    """The person is done with the answer."""


@dataclass
class ReadWanted(Message):
    """The person wants to scroll what was said while writing."""

    step: int


class AnswerEditor(LongText):
    """Where the answer is written; page keys scroll what was said, ctrl+d gives the answer."""

    BINDINGS: ClassVar[Any] = bindings("answer")
    DEFAULT_CSS = """
    AnswerEditor, AnswerEditor:focus { height: 6; min-height: 3; }
    """

    def __init__(self) -> None:
        super().__init__(placeholder="Your answer. It is kept as you type.")
        self.id = "answer"

    def action_done(self) -> None:
        """Give the answer."""
        self.post_message(AnswerGiven())

    def action_read(self, step: int) -> None:
        """Scroll what was said."""
        self.post_message(ReadWanted(step))
