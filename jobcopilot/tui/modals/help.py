"""Help for what has focus, made from the commands' own declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from jobcopilot.tui.command import Command
from jobcopilot.tui.commands import BY_ID, COMMANDS, PLACES, key_name, keys_of, shown_key
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.widgets.document import Document
from jobcopilot.tui.widgets.signs import STATUS_SIGNS, fit

if TYPE_CHECKING:
    from rich.style import Style
    from textual.screen import Screen
    from textual.widget import Widget

    from jobcopilot.tui.widgets.paper import Paper

KEY_CELLS = 16
SEARCH_LANGUAGE = (
    ("python airflow", "both words, anywhere in title, company, place or text"),
    ('"machine learning"', "exactly these words"),
    ("-intern", "not this; works before every filter too"),
    ("status:applied,offer", "one of these states"),
    ("level:high  match:>70", "the match; match:50..80 is a range"),
    ("company:acme  title:lead", "words in one field; also place: skill: tag: source:"),
    ("pay:>120k", "the upper end of the yearly pay; pay:>80k€ in a currency"),
    ("remote:yes", "or no, hybrid, onsite, unknown"),
    ("posted:<7d  deadline:<3d", "ages and dates; also created: updated: applied:"),
    ("is:favourite  is:duplicate", "also is:closed has:notes has:pay has:tags"),
)
SIGNS = (
    ("~58", "a match of which little is known: the posting says less than 40 % of what matters"),
    ("✗49", "out of reach, so last: another place, too little pay, a licence; the posting's side says what"),
    ("✗~49", "both: out of reach, and little is known"),
    ("≈", "perhaps the same as another job: m merges, M keeps apart"),
    ("♥", "a favourite"),
    ("⌂ ⇄", "remote, hybrid; without a sign: on site, or not said"),
    ("●", "selected: what you do next is done to it"),
)


def active_commands(screen: Screen[Any]) -> dict[str, list[Command]]:
    """Return the commands that keys reach on a screen now, by place, the nearest to the focus first."""
    by_place: dict[str, list[Command]] = {}
    for _node, bindings in screen._modal_binding_chain:
        for _key, binding in bindings:
            command = BY_ID.get(binding.id or "")
            if command is not None and command not in by_place.setdefault(command.place, []):
                by_place[command.place].append(command)
    return {place: sorted(found, key=COMMANDS.index) for place, found in by_place.items() if found}


class HelpText(Document):
    """The keys, place by place."""

    DEFAULT_CSS = """
    HelpText { height: 1fr; padding: 0; background: $surface; }
    """

    def __init__(self, places: dict[str, list[Command]]) -> None:
        super().__init__(id="help-text")
        self.places = places

    @property
    def ground(self) -> str:
        """The dialogue's own colour."""
        return self.palette.surface

    def lay_out(self, paper: Paper) -> None:
        """Write keys and what they do; on the board also the search language and the signs."""
        palette = paper.palette
        keymap = self.app._keymap
        for place, commands in self.places.items():
            lines = [
                (" ".join(key_name(key) for key in keys_of(command, keymap)), command.help)
                for command in commands
            ]
            self._section(paper, PLACES[place], lines, paper.style(palette.accent, bold=True))
        if "board" in self.places or "search" in self.places:
            searching = "What the search understands"
            self._section(paper, searching, SEARCH_LANGUAGE, paper.style(palette.secondary))
            self._section(paper, "Signs", SIGNS, paper.style(palette.foreground, bold=True))
            states = "   ".join(f"{sign} {status}" for status, sign in STATUS_SIGNS.items())
            paper.text(states, paper.plain)
        paper.blank()
        settings, keys = shown_key("app.settings", keymap), shown_key("settings.keys", keymap)
        paper.text(
            f"Every key can be changed: {settings}, then {keys}; or in the settings file, under [keys], by its "
            "command's name:",
            paper.quiet,
        )
        names = ", ".join(f"{command.id}" for commands in self.places.values() for command in commands)
        paper.text(names, paper.quiet)

    @staticmethod
    def _section(paper: Paper, heading: str, lines: Sequence[tuple[str, str]], left_style: Style) -> None:
        """Write lines in two columns, the left one as wide as it has to be."""
        paper.heading(heading)
        cells = max(KEY_CELLS, *(cell_len(left) for left, _ in lines))
        for left, right in lines:
            paper.write([(fit(left, cells), left_style), (f" {right}", paper.plain)], "", " " * (cells + 1))


class HelpDialogue(Dialogue[None]):
    """What every key does, for the focus of the screen below."""

    DEFAULT_CSS = """
    HelpDialogue > #panel { width: 100; height: 90%; }
    """

    def __init__(self) -> None:
        super().__init__("Help")
        self._places = active_commands(self.app.screen)
        nearest = next(iter(self._places), "app")
        self.heading = f"Help: {PLACES[nearest].lower()}"

    def body(self) -> Iterable[Widget]:
        """Return the text."""
        yield HelpText(self._places)
