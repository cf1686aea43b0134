"""Lines of styled text wrapped to a width: what the posting, the help and other long texts are drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from jobcopilot.tui.theme import Palette, style
from jobcopilot.tui.widgets.signs import steady

Run = tuple[str, Style]
Line = list[Segment]
"""A line before it is painted; a Textual `Strip` costs twenty times as much, and most lines are never in view."""

_WORD = re.compile(r" *[^ ]+| +")


class Paper:
    """Collects lines of at most `width` cells; text is data, nothing in it is markup."""

    def __init__(self, width: int, palette: Palette, ground: str | None = None) -> None:
        self.width = max(width, 8)
        self.palette = palette
        self.ground = ground or palette.background
        self.lines: list[Line] = []

    def style(
        self, color: str, *, bold: bool = False, italic: bool = False, underline: bool = False
    ) -> Style:
        """Return a style on the paper's ground."""
        return style(color, self.ground, bold=bold, italic=italic, underline=underline)

    @property
    def plain(self) -> Style:
        """The style of running text."""
        return self.style(self.palette.foreground)

    @property
    def quiet(self) -> Style:
        """The style of what matters less."""
        return self.style(self.palette.muted)

    def blank(self) -> None:
        """Add an empty line, never two and never first."""
        if self.lines and any(part.text for part in self.lines[-1]):
            self.lines.append([])

    def heading(self, text: str) -> None:
        """Add a heading with space above it."""
        self.blank()
        self.write([(text, self.style(self.palette.accent, bold=True))])

    def text(self, text: str, style: Style | None = None, indent: str = "") -> None:
        """Add text as it stands, each of its lines wrapped."""
        for line in text.split("\n"):
            self.write([(line, style or self.plain)], indent, indent)

    def write(self, runs: Iterable[Run], first: str = "", rest: str = "") -> None:
        """Add one paragraph of runs, wrapped; `first` and `rest` stand before its first and further lines."""
        self.lines.extend(wrap(runs, self.width, first, rest, self.quiet))


def wrap(runs: Iterable[Run], width: int, first: str, rest: str, margin: Style) -> list[Line]:
    """Return runs as lines of at most `width` cells, broken between words, within a word only where it must be."""
    lines: list[Line] = []
    line: Line = [Segment(first, margin)] if first else []
    taken = start = cell_len(first)
    for text, run_style in runs:
        piece = ""
        for word in _WORD.findall(steady(text)):
            cells = len(word) if word.isascii() else cell_len(word)
            if taken + cells <= width:
                piece += word
                taken += cells
                continue
            if taken > start:
                # The space that a line is broken at belongs to neither line.
                lines.append(_ended(line, piece, run_style))
                line = [Segment(rest, margin)] if rest else []
                taken = start = cell_len(rest)
                piece, left = "", word.lstrip(" ")
            else:
                left = word
            while cell_len(left) > width - taken:
                head, left = _split(left, width - taken)
                lines.append(_ended(line, head, run_style))
                line = [Segment(rest, margin)] if rest else []
                taken = start = cell_len(rest)
            piece += left
            taken += cell_len(left)
        if piece:
            line.append(Segment(piece, run_style))
    lines.append(line)
    return lines


def _ended(line: Line, piece: str, run_style: Style) -> Line:
    return [*line, Segment(piece, run_style)] if piece else line


def _split(word: str, cells: int) -> tuple[str, str]:
    taken = 0
    for at, character in enumerate(word):
        taken += cell_len(character)
        if taken > cells and at:
            return word[:at], word[at:]
    return word[:1], word[1:]
