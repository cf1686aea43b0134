"""The line above (where am I, who am I) and the line of keys below every screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip

from jobcopilot.tui.commands import BY_ID, key_name, keys_of
from jobcopilot.tui.theme import style
from jobcopilot.tui.widgets.painted import Painted
from jobcopilot.tui.widgets.signs import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.screen import Screen

ALWAYS_SHOWN = ("app.help", "app.palette")
"""Commands at the right end of the line of keys, on every screen."""
HIDDEN_FROM = 90
"""Commands of this rank or above are only in the palette and the help."""
COMPANY_CELLS = 24
"""As much of a company's name as the line above says."""


class DrawnLine(Painted):
    """One line drawn cell by cell."""

    DEFAULT_CSS = """
    DrawnLine { height: 1; width: 100%; background: $background; }
    """

    def segments(self, width: int) -> list[Segment]:
        """Return what stands on the line; it is cut or padded to `width`."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        width = self.size.width
        ground = style(self.palette.foreground, self.palette.background)
        return Strip(self.segments(width)).adjust_cell_length(width, ground)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is next, and whether it will be told."""

    company: str = ""
    stage: str = ""
    left: str = ""
    """How far off the next round is: `in 2 d 3 h`; empty where none is booked."""
    waiting: bool = False
    """Whether any reminder is still to be told."""
    unseen: int = 0
    """How many failed or were missed since the person last looked."""
    armed: bool = False
    trouble: str = ""
    """Why nothing can be told now."""

    def phrasings(self) -> Iterator[str]:
        """Yield what it comes to, from all words to the fewest that still tell what matters."""
        who = fit(self.company, min(cell_len(self.company), COMPANY_CELLS)) or self.stage
        stage = self.stage if self.company else ""
        everything = _joined(" ", who, stage, self.left) if self.left else ""
        without_stage = _joined(" ", who, self.left) if self.left else ""
        missed = self._unseen("missed")
        yield _joined(_BETWEEN, everything, missed, self._reminders("reminders", self.trouble))
        yield _joined(_BETWEEN, everything, missed, self._reminders("reminders"))
        yield _joined(_BETWEEN, everything, missed, self._reminders(""))
        for words in (everything, without_stage, self.left, ""):
            yield _joined(_BETWEEN, words, self._unseen(""), self._reminders("")[:1])

    def _unseen(self, word: str) -> str:
        return _joined(" ", "!", str(self.unseen), word) if self.unseen else ""

    def _reminders(self, word: str, why: str = "") -> str:
        if not (self.waiting or self.left):
            return ""
        if self.armed:
            return _joined(" ", "●", word, "armed")
        return _joined(": ", _joined(" ", "○", word, "off"), why)


_BETWEEN = " · "


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)


class Chrome(DrawnLine):
    """The line above: the rooms there are, the one that is open, who is searching, and what is next."""

    DEFAULT_CSS = """
    Chrome { dock: top; background: $panel; }
    """

    profile_name: reactive[str] = reactive("")
    busy: reactive[str] = reactive("")
    """What long work is doing and how far it is."""
    outlook: reactive[Outlook | None] = reactive(None)
    """What is next; None where no reminders are told from here."""

    def __init__(self, rooms: tuple[tuple[str, str], ...], active: str) -> None:
        super().__init__(id="chrome")
        self.rooms = rooms
        """Mode and title of each room, in the order of their number keys."""
        self.active = active

    def on_mount(self) -> None:
        """Follow what is next, whichever room is in front."""
        if hasattr(self.app, "outlook"):
            self.watch(self.app, "outlook", self._next_changed)

    def _next_changed(self, outlook: Outlook | None) -> None:
        self.outlook = outlook

    def right_end(self, room: int) -> str:
        """Return work under way, who is searching and what is next, in the words for which there is room."""
        outlook = [""] if self.outlook is None else [*dict.fromkeys(self.outlook.phrasings())]
        # What comes next matters more than who is searching: the name goes before its words do.
        for words in outlook:
            for name in dict.fromkeys((self.profile_name, "")):
                told = "  ·  ".join(part for part in (self.busy, name, words) if part)
                if cell_len(told) + 2 <= room:
                    return told
        return self.busy or outlook[-1]

    def segments(self, width: int) -> list[Segment]:
        """Return name, rooms, work under way, profile and what is next."""
        palette = self.palette
        ground = palette.panel
        parts = [Segment(" jobcopilot ", style(palette.foreground, ground, bold=True))]
        for number, (mode, title) in enumerate(self.rooms, 1):
            open_room = mode == self.active
            parts.append(Segment("  ", style(palette.muted, ground)))
            parts.append(Segment(f"{number} ", style(palette.accent if open_room else palette.muted, ground)))
            shown = style(palette.accent if open_room else palette.muted, ground, bold=open_room)
            parts.append(Segment(title, shown + Style(meta={"@click": f"app.room('{mode}')"})))
        taken = sum(cell_len(part.text) for part in parts)
        right = self.right_end(width - taken)
        parts.append(
            Segment(fit(f"{right} ", max(width - taken, 0), right=True), style(palette.muted, ground))
        )
        return parts


class KeyLine(DrawnLine):
    """The line below: the keys that act now, the most useful first, as many as fit."""

    DEFAULT_CSS = """
    KeyLine { dock: bottom; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._shown: list[tuple[str, str, str]] = []

    def on_mount(self) -> None:
        """Listen for changes of focus and of what is possible."""
        self.screen.bindings_updated_signal.subscribe(self, self._read)
        self._read(self.screen)

    def _read(self, screen: Screen[object]) -> None:
        shown: dict[str, tuple[int, str, str]] = {}
        # A screen may have commands that the palette offers while they would only take room here.
        is_useful: Callable[[str], bool] | None = getattr(screen, "is_useful", None)
        # A text field takes letters: of a command's keys only those are left that still reach it.
        acting = {active.binding.key for active in screen.active_bindings.values()}
        for active in screen.active_bindings.values():
            command = BY_ID.get(active.binding.id or "")
            if command is None or (is_useful is not None and not is_useful(command.id)):
                continue
            if active.enabled and command.rank < HIDDEN_FROM:
                keys = keys_of(command, self.app._keymap)
                key = next((key for key in keys if key in acting), keys[0])
                shown[command.id] = (command.rank, key_name(key), command.label)
        ordered = sorted((entry, name) for name, entry in shown.items())
        now_shown = [(name, key, label) for (_rank, key, label), name in ordered]
        if now_shown != self._shown:
            self._shown = now_shown
            self.refresh()

    def segments(self, width: int) -> list[Segment]:
        """Return as many keys as fit, and help and commands at the right end."""
        palette = self.palette
        key_style = style(palette.accent, palette.panel, bold=True)
        word = style(palette.muted, palette.panel)
        right: list[Segment] = []
        for name, key, label in self._shown:
            if name in ALWAYS_SHOWN:
                right += self._entry(name, key, label, key_style, word)
        room = width - 1 - sum(cell_len(part.text) for part in right)
        parts = [Segment(" ", word)]
        for name, key, label in self._shown:
            if name in ALWAYS_SHOWN:
                continue
            entry = self._entry(name, key, label, key_style, word)
            needed = sum(cell_len(part.text) for part in entry)
            if needed > room:
                break
            room -= needed
            parts += entry
        return [*parts, Segment(" " * max(room, 0), word), *right]

    @staticmethod
    def _entry(name: str, key: str, label: str, key_style: Style, word: Style) -> list[Segment]:
        click = Style(meta={"@click": f"app.run_command('{name}')"})
        return [Segment(key, key_style + click), Segment(f" {label}", word + click), Segment("  ", word)]
