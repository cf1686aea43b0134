"""The third step: bring postings, or look at invented ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.theme import palette_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

ABOUT = "postings to compare with you"
IMPORT, SAMPLES, SOURCES, LATER = "import", "samples", "sources", "later"
_OFFERS = (
    (
        IMPORT,
        "Bring in mine",
        "a file, a folder, an address or pasted text; seen before it is kept",
    ),
    (SAMPLES, "Look at samples", "invented postings, tagged “sample”; u takes all of them back"),
    (
        SOURCES,
        "Follow companies and job feeds",
        "what they have is found for you; each is asked only once you switch it on",
    ),
    (LATER, "Later", "i on the board imports, a adds one by hand"),
)


class PostingsStep(Vertical):
    """The ways on."""

    DEFAULT_CSS = """
    PostingsStep { height: 1fr; }
    PostingsStep .intro { height: auto; color: $muted; margin-bottom: 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="postings")

    def compose(self) -> ComposeResult:
        """Put the offers."""
        palette = palette_of(self.app)
        yield Static(
            "CSV, JSON, saved pages; exports of LinkedIn, Huntr, Teal and Simplify.",
            classes="intro",
            markup=False,
        )
        lines = []
        for name, words, meaning in _OFFERS:
            text = Text.assemble(
                (f" {words}\n", f"bold {palette.foreground}"), (f"   {meaning}", palette.muted)
            )
            lines.append((name, text))
        yield Choices(lines)
