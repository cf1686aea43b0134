"""What is heard while the person speaks: what is going on, how loud it is, and the words as they come."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from jobcopilot.tui.practice_data import clock_words
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.painted import Painted
from jobcopilot.tui.widgets.paper import wrap
from jobcopilot.tui.widgets.signs import fit, steady

if TYPE_CHECKING:
    from jobcopilot.practice.spoken.port import LevelHeard, SpokenState
    from jobcopilot.tui.widgets.paper import Line
    from jobcopilot.voice.turns import TurnTaking

STATES: Final[dict[SpokenState, tuple[str, str, str]]] = {
    "starting": ("…", "opening the microphone", "muted"),
    "waiting": ("○", "not listening", "muted"),
    "listening": ("●", "listening", "success"),
    "heard": ("◔", "heard", "secondary"),
    "thinking": ("◑", "thinking", "secondary"),
    "speaking": ("◐", "speaking", "secondary"),
    "paused": ("‖", "paused", "warning"),
    "typing": ("✎", "typing", "accent"),
    "failed": ("✗", "broken off", "error"),
    "over": ("✓", "over", "success"),
}
"""Sign, word and colour of what is going on."""
_ENDS: Final[dict[TurnTaking, str]] = {
    "hands-free": "silence ends it",
    "done": "ctrl+d ends it",
    "push-to-talk": "space ends it",
}
_BARS: Final = "▁▂▃▄▅▆▇█"
_YOU, _THEY, _MARGIN = " you   ", " they  ", "       "
_NOTE_LINES: Final = 3
_CELLS: Final = 10
"""Levels in view: a second of them."""
_FLOOR, _CEILING = -60.0, -6.0
"""Decibels of the lowest and of the highest bar."""
QUIET, CLIPPING, SILENT = -42.0, 0.985, -90.0
"""Voice below this many decibels is hard to hear; a peak above is cut off; exact zeros are far below the last."""


class LivePane(Painted, can_focus=True):
    """One line of what is going on, and the last lines of what was heard."""

    DEFAULT_CSS = """
    LivePane { height: 6; width: 100%; background: $surface; padding: 0; }
    """

    def __init__(self) -> None:
        super().__init__(id="live")
        self.state: SpokenState = "starting"
        self.since = time.monotonic()
        self.confirmed = self.tentative = ""
        self.note = ""
        """What the person should know just now: a thinking pause, a warning of the sound."""
        self.turn_taking: TurnTaking = "hands-free"
        """What ends an answer."""
        self.sentence = ""
        """What the voice says now."""
        self.headphones = False
        """Whether one may speak over it."""
        self._lines: list[Line] = []
        self._lines_of: tuple[object, ...] = ()
        self._below = ""
        """The note, where the first line has no room for all of it: it stands below the words then."""
        self._levels: deque[float] = deque([_FLOOR] * _CELLS, _CELLS)
        self._voiced = False
        self._peak = 0.0
        self._loudest = _FLOOR

    def tell(self, **changes: Any) -> None:
        """Say something else of it; the levels of the state before are forgotten."""
        if any(getattr(self, name) != value for name, value in changes.items()):
            if changes.get("state", self.state) != self.state:
                self._levels.extend([_FLOOR] * _CELLS)
                self._voiced, self._peak, self._loudest = False, 0.0, _FLOOR
            for name, value in changes.items():
                setattr(self, name, value)
            self.refresh()

    def tick(self) -> None:
        """Show that time goes by: in the first line, and nowhere else."""
        self.refresh(Region(0, 0, self.size.width, 1))

    def take_level(self, level: LevelHeard) -> None:
        """Take how loud it is, which the first line shows; other words there may need another place for the note."""
        words = self.level_words
        self._levels.append(level.decibels)
        self._voiced = level.voiced
        # Both fall back slowly, so that one loud word is seen, and one quiet one is no warning.
        self._peak = max(level.peak, self._peak * 0.9)
        heard = level.decibels if level.voiced else _FLOOR
        self._loudest = max(heard, self._loudest - 0.5)
        if self.level_words == words:
            self.tick()
        else:
            self.refresh()

    @property
    def level_words(self) -> str:
        """Return what the level is worth, for people who do not read bars."""
        if max(self._levels) <= SILENT:
            return "nothing comes in"
        if self._peak >= CLIPPING:
            return "too loud, it is cut off"
        if self._voiced:
            return "very quiet" if self._loudest < QUIET else "level good"
        return "quiet"

    @property
    def bars(self) -> str:
        """Return the last second of levels."""
        span = _CEILING - _FLOOR
        places = [round((level - _FLOOR) / span * (len(_BARS) - 1)) for level in self._levels]
        return "".join(_BARS[min(max(place, 0), len(_BARS) - 1)] for place in places)

    def seconds(self) -> float:
        """Return how long it has been so."""
        return max(0.0, time.monotonic() - self.since)

    def render_line(self, y: int) -> Strip:
        """Return what is going on, or a line of what was heard."""
        width, palette = self.size.width, self.palette
        ground = style(palette.foreground, palette.surface)
        parts = self._first(width) if y == 0 else self._words(y - 1, width)
        return Strip(parts).adjust_cell_length(width, ground)

    def _first(self, width: int) -> list[Segment]:
        palette = self.palette
        sign, word, color = STATES[self.state]
        said = f" {sign} {word} {clock_words(self.seconds())} "
        parts = [Segment(said, style(getattr(palette, color), palette.surface, bold=True))]
        used = cell_len(said)
        if self.state in ("listening", "heard"):
            lamp = ("●" if self._voiced else "○", palette.success if self._voiced else palette.muted)
            parts += [
                Segment(f" {self.bars} ", style(palette.accent, palette.surface)),
                Segment(f"{lamp[0]} ", style(lamp[1], palette.surface)),
                Segment(f"{self.level_words}  ", style(palette.muted, palette.surface)),
            ]
            used += 2 + _CELLS + 2 + len(self.level_words) + 2
        note = steady(self.note or self._hint())
        room = max(width - used, 0)
        self._below = note if cell_len(note) > room and self.size.height > _NOTE_LINES else ""
        parts.append(
            Segment(fit("" if self._below else note, room), style(palette.foreground, palette.surface))
        )
        return parts

    def _hint(self) -> str:
        match self.state:
            case "listening":
                return _ENDS[self.turn_taking]
            case "waiting":
                return "space talks · the microphone is closed"
            case "speaking":
                return "speak on, or esc interrupts" if self.headphones else "esc interrupts"
            case "paused":
                return "f8 goes on; until then nothing is heard or kept"
            case "typing":
                return "f9 speaks again"
            case "thinking":
                return "esc stops it; speak on and your answer goes on"
        return ""

    def _words(self, at: int, width: int) -> list[Segment]:
        """Return one of the last lines of what was heard, or of what the voice says."""
        lines, room = self._laid_out(width), self.size.height - 1
        if self._below:
            palette = self.palette
            note = wrap(
                [(self._below, style(palette.foreground, palette.surface))],
                max(width - 1, 20), " ", " ", style(palette.muted, palette.surface),
            )[: min(_NOTE_LINES, self.size.height - 2)]  # fmt: skip
            room -= len(note)
            if at >= room:
                return note[at - room]
        line = max(0, len(lines) - room) + at
        return lines[line] if line < len(lines) else []

    def _laid_out(self, width: int) -> list[Line]:
        key = (self.sentence, self.confirmed, self.tentative, width, id(self._palette))
        if key != self._lines_of:
            palette = self.palette
            ground, quiet = palette.surface, style(palette.muted, palette.surface)
            if self.sentence:
                runs = [(self.sentence, style(palette.secondary, ground))]
                lines = wrap(runs, max(width - 1, 20), _THEY, _MARGIN, quiet)
            else:
                sure = f"{self.confirmed} " if self.confirmed and self.tentative else self.confirmed
                runs = [
                    (sure, style(palette.foreground, ground)),
                    (self.tentative, style(palette.muted, ground, italic=True)),
                ]
                lines = wrap(runs, max(width - 1, 20), _YOU, _MARGIN, quiet)
            self._lines, self._lines_of = lines, key
        return self._lines
