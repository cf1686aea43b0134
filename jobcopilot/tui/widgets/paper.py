"""Lines of styled text wrapped to a width: what the posting, the help and other long texts are drawn from."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from jobcopilot.tui.theme import Palette, style
from jobcopilot.tui.widgets.signs import steady

Run = tuple[str, Style]


class Paper:
    """Collects lines of at most `width` cells; text is data, nothing in it is markup."""

    def __init__(self, width: int, palette: Palette, ground: str | None = None) -> None:
        self.width = max(width, 8)
        self.palette = palette
        self.ground = ground or palette.background
        self.lines: list[Strip] = []

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
        if self.lines and self.lines[-1].cell_length:
            self.lines.append(Strip([], 0))

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


def wrap(runs: Iterable[Run], width: int, first: str, rest: str, margin: Style) -> list[Strip]:
    """Return runs as lines of at most `width` cells, broken between words, within a word only where it must be."""
    lines: list[Strip] = []
    line: list[Segment] = [Segment(first, margin)] if first else []
    taken = start = cell_len(first)

    def flush() -> None:
        nonlocal line, taken, start
        while line and not line[-1].text.strip() and len(line) > 1:
            taken -= cell_len(line.pop().text)
        lines.append(Strip(line, taken).simplify())
        line = [Segment(rest, margin)] if rest else []
        taken = start = cell_len(rest)

    for text, run_style in runs:
        for word in _words(steady(text)):
            cells = cell_len(word)
            if word.isspace():
                if taken > start and taken + cells < width:
                    line.append(Segment(word, run_style))
                    taken += cells
                continue
            if taken + cells > width and taken > start:
                flush()
            rest_of_word = word
            while taken + cells > width:
                head, rest_of_word = _split(rest_of_word, width - taken)
                line.append(Segment(head, run_style))
                taken += cell_len(head)
                cells = cell_len(rest_of_word)
                flush()
            if rest_of_word:
                line.append(Segment(rest_of_word, run_style))
                taken += cells
    flush()
    return lines


def _words(text: str) -> list[str]:
    words: list[str] = []
    start = 0
    for at in range(1, len(text)):
        if (text[at] == " ") != (text[at - 1] == " "):
            words.append(text[start:at])
            start = at
    if text:
        words.append(text[start:])
    return words


def _split(word: str, cells: int) -> tuple[str, str]:
    taken = 0
    for at, character in enumerate(word):
        taken += cell_len(character)
        if taken > cells and at:
            return word[:at], word[at:]
    return word, ""
