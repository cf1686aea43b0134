"""A pane of lines to read and scroll: only those in view are drawn, and long texts are laid out as they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.strip import Strip

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.painted import Rolling
from jobcopilot.tui.widgets.paper import Line, Paper

AHEAD = 20
"""Lines below the view that are laid out before they are reached."""


class Document(Rolling):
    """Text laid out by `lay_out`, scrolled with the keys of every list."""

    BINDINGS: ClassVar[Any] = bindings("text")
    DEFAULT_CSS = """
    Document {
        width: 1fr;
        height: 1fr;
        padding: 0 0 0 1;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()
        self._width_laid_out = 0

    def lay_out(self, paper: Paper) -> None:
        """Write the text onto paper of the pane's width."""
        raise NotImplementedError

    def more(self, paper: Paper) -> bool:
        """Write what follows the lines that are there; return whether anything was left to write."""
        return False

    def refill(self, *, to_top: bool = False) -> None:
        """Lay the text out again after it, the width or the theme changed."""
        if not self.size.width:
            return
        self._width_laid_out = self.size.width
        paper = self._paper()
        self.lay_out(paper)
        self._take(paper.lines)
        if to_top:
            self.scroll_to(y=0, animate=False, force=True)
        self._reach(self.scroll_offset.y + self.size.height + AHEAD)

    def _paper(self) -> Paper:
        return Paper(self.text_width - 1, self.palette, self.ground)

    def _take(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.set_height(len(lines))
        self.refresh()

    def _reach(self, line: int) -> None:
        """Lay out further text until a line is there, or the end."""
        while len(self._lines) < line:
            paper = self._paper()
            if not self.more(paper):
                return
            self._take([*self._lines, *paper.lines])

    def draw_line(self, y: int, width: int) -> Strip:
        """Return one line of the view."""
        index = self.scroll_offset.y + y
        line = self._lines[index] if index < len(self._lines) else ()
        return Strip(line).adjust_cell_length(width, style(self.palette.foreground, self.ground))

    def on_resize(self) -> None:
        """Wrap to the new width."""
        if self.size.width != self._width_laid_out:
            self.refill()

    def recolor(self) -> None:
        """Write the text again in the new colours."""
        self.refill()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Lay out what comes next before it is reached."""
        super().watch_scroll_y(old_value, new_value)
        self._reach(round(new_value) + self.size.height + AHEAD)

    def action_scroll_lines(self, step: int) -> None:
        """Scroll by lines."""
        self.roll(step)

    def action_page(self, step: int) -> None:
        """Scroll by what fits in view, keeping one line for the eye."""
        self.roll(step * max(self.size.height - 1, 1))

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self.scroll_to(y=0, animate=False, force=True)

    def action_end(self) -> None:
        """Scroll to the end."""
        self._reach(10**9)
        self.scroll_to(y=len(self._lines), animate=False, force=True)
