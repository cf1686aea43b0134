"""Practice: a mock interview set up on one page, and what leads from there into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical

from jobcopilot.tui import practice_openings as openings
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.messages import SearchLeft
from jobcopilot.tui.screens.practice_setup import PracticeSetup
from jobcopilot.tui.widgets.chrome import KeyLine

if TYPE_CHECKING:
    from textual.app import ComposeResult


class PracticeScreen(PracticeSetup):
    """Wiring of the setup's widgets, and how a session begins."""

    CSS_PATH = "practice.tcss"
    BINDINGS: ClassVar[Any] = bindings("practice")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as Textual declares it
    AUTO_FOCUS = "#setup-lines"

    def compose(self) -> ComposeResult:
        """Put chrome, what is next, lines, skills and keys on the screen."""
        yield self.chrome
        yield self.head
        with Horizontal(id="body"):
            with Vertical(id="settings"):
                yield self.lines
                yield self.about
                yield self.lately
            with Vertical(id="skillside"):
                yield self.skills_head
                yield self.words
                yield self.skills
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer taking up only where something was left."""
        if action == "start":
            return self.reading is not None
        if action == "resume":
            return self.reading is not None and bool(self.reading.standing.unfinished)
        return super().check_action(action, parameters)

    def to_list(self) -> None:
        """Put the lines into focus."""
        self.lines.focus()

    def go_back(self) -> None:
        """Clear what is searched, else go to the lines."""
        if self.words.field.value:
            self.words.field.value = ""
        else:
            self.to_list()

    def action_find_skill(self) -> None:
        """Put the line of words into focus."""
        self.job_app.type_into(self, self.words.field)

    @on(SearchLeft)
    def _to_skills(self) -> None:
        self.skills.focus()

    def action_start(self) -> None:
        """Make a session of what is set, and begin it."""
        self.starting.start(self._start)

    async def _start(self) -> None:
        if self.reading is None:
            return
        from jobcopilot.tui.modals.unlock import unlocked_for

        reading = self.reading
        view, notes = await unlocked_for(self.app, lambda: self.data.create(reading))
        openings.open_talk(self.app, view.row.id, notes=" ".join(notes), answering=self.wanted.answering)

    def action_resume(self) -> None:
        """Take up the latest session that is not over."""
        if self.reading is not None and self.reading.standing.unfinished:
            openings.go_on(self.app, self.reading.standing.unfinished[0], self.wanted.answering)

    def action_history(self) -> None:
        """Show the sessions that were held."""
        openings.open_history(self.app)

    def action_trends(self) -> None:
        """Show the marks of each skill over time."""
        openings.open_trends(self.app)

    def action_bank(self) -> None:
        """Show and change the question bank."""
        openings.open_bank(self.app)

    def action_microphone(self) -> None:
        """Try the microphone."""
        openings.open_microphone(self.app)
