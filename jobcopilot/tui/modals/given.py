"""Who asks, and everything that it was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.surface import SurfaceDocument
from jobcopilot.tui.theme import Palette
from jobcopilot.tui.widgets.signs import fit
from jobcopilot.tui.widgets.transcript import Transcript, blocks_of

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.practice.views import SessionView
    from jobcopilot.tui.widgets.paper import Paper

NAME_CELLS = 16


class GivenText(SurfaceDocument):
    """The lines that were given."""

    def __init__(self, view: SessionView) -> None:
        super().__init__()
        self.view = view

    def lay_out(self, paper: Paper) -> None:
        """Write them, name by name."""
        for line in self.view.given:
            paper.write(
                [
                    (fit(line.name, NAME_CELLS - 1), paper.style(paper.palette.accent, bold=True)),
                    (" " + " ".join(line.text.split()), paper.plain),
                ],
                "",
                " " * NAME_CELLS,
            )
            paper.blank()
        spoke = dict.fromkeys(one.by for one in self.view.messages if one.role == "interviewer" and one.by)
        if spoke:
            paper.heading("Who spoke")
            paper.text(", ".join(spoke))
        for why in dict.fromkeys(one.fallback for one in self.view.messages if one.fallback):
            paper.text(f"In place of the chosen one: {why}", paper.quiet)


class GivenDialogue(Panel[None]):
    """What the interviewer was given, word for word."""

    AUTO_FOCUS = "GivenText"

    def __init__(self, view: SessionView, label: str) -> None:
        super().__init__("What the interviewer was given", label)
        self.view = view

    def body(self) -> Iterable[Widget]:
        """Return the text."""
        yield GivenText(self.view)


class SaidText(Transcript):
    """The conversation on a dialogue's ground."""

    DEFAULT_CSS = """
    SaidText { background: $surface; padding: 0; }
    """

    @property
    def palette(self) -> Palette:
        """The colours of the theme that is on, on a dialogue's ground."""
        palette = super().palette
        return replace(palette, background=palette.surface)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer reading only."""
        return action not in ("write", "report") and super().check_action(action, parameters)


class TranscriptDialogue(Panel[None]):
    """Everything that was said in a session."""

    AUTO_FOCUS = "SaidText"

    def __init__(self, view: SessionView) -> None:
        super().__init__("What was said", view.row.title)
        self.view = view
        self.said = SaidText()

    def body(self) -> Iterable[Widget]:
        """Return the text."""
        yield self.said

    def on_mount(self) -> None:
        """Show it from the beginning, once there is a width to wrap to."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        self.said.show(blocks_of(self.view))
        self.said.action_top()
