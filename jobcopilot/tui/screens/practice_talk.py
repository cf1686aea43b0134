"""The interview: what was said, whose turn it is, and the answer that is being written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.widgets import TextArea

from jobcopilot.tui import practice_openings as openings
from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.screens.practice_talking import Talking
from jobcopilot.tui.widgets.chrome import KeyLine
from jobcopilot.tui.widgets.talk_head import AnswerGiven, ReadWanted
from jobcopilot.tui.widgets.transcript import ReportWanted, WriteWanted

if TYPE_CHECKING:
    from textual.app import ComposeResult

IN_PRACTICE = frozenset({"hint", "retry", "strong"})
"""Actions that real mode does not have."""


class TalkScreen(Talking):
    """Wiring of the conversation's widgets, and what the person does in it."""

    CSS_PATH = "practice_talk.tcss"
    BINDINGS: ClassVar[Any] = bindings("talk")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as Textual declares it
    AUTO_FOCUS = "#answer"

    def compose(self) -> ComposeResult:
        """Put chrome, head, what was said, the answer and keys on the screen."""
        yield self.chrome
        yield self.head
        yield self.asked_words
        yield self.transcript
        yield self.editor
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer help in practice mode only, and nothing of it once the session is over."""
        if action in IN_PRACTICE:
            answered = self.view is not None and self.view.row.answered > 0
            return self.in_practice and self.turn in ("yours", "paused") and (action != "retry" or answered)
        if action in ("skip", "repeat", "pause", "end"):
            return self.turn in ("yours", "paused", "speaking")
        if action == "given":
            return self.view is not None
        return super().check_action(action, parameters)

    # Leaving

    def go_back(self) -> None:
        """Stop the interviewer, else leave: the session is kept, and its clock stands."""
        if self.turn == "speaking" and self.session is not None:
            session = self.session
            start_work(self, asyncio.to_thread(session.stop), name="stop", exclusive=False)
        else:
            start_work(self, self._leave(), name="leave")

    async def _leave(self) -> None:
        if self.session is not None and self.turn in ("yours", "paused"):
            await self._keep_draft(self.editor.text)
            await asyncio.to_thread(self.session.pause)
            self.say("The session is kept as it is; c continues it.")
        self.dismiss(None)

    def to_list(self) -> None:
        """Go back to the answer."""
        self.editor.focus()

    # What the person does

    @on(AnswerGiven)
    def _answer_given(self) -> None:
        text = self.editor.text
        if self.turn == "error" or self.session is None:
            self.act(lambda session: None)
        elif self.turn == "speaking":
            self.say("The interviewer is still speaking: esc stops it. Your words stay.")
        elif not text.strip():
            self.say("Nothing is written yet. f5 skips the question.")
        elif self.turn != "over":
            session = self.session
            self.acts.start(lambda: self.give_answer(session, text))

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self.draft_changed()

    @on(ReadWanted)
    def _read_wanted(self, event: ReadWanted) -> None:
        self.transcript.action_page(event.step)

    @on(WriteWanted)
    def _write_wanted(self) -> None:
        self.editor.focus()

    @on(ReportWanted)
    def _report_wanted(self) -> None:
        openings.open_report(self.app, self.session_id, instead=True)

    def action_hint(self) -> None:
        """Ask for a hint."""
        self.act(lambda session: session.hint())

    def action_repeat(self) -> None:
        """Ask for the question again."""
        self.act(lambda session: session.repeat())

    def action_skip(self) -> None:
        """Pass the question over."""
        self.act(lambda session: session.skip())

    def action_retry(self) -> None:
        """Try the last answered question again."""
        self.act(lambda session: session.retry())

    def action_strong(self) -> None:
        """See what a strong answer covers."""
        self.act(lambda session: session.model_answer())

    def action_end(self) -> None:
        """End early, after asking: a session that is over is not taken up again."""
        if self.turn == "speaking":
            self.say("The interviewer is still speaking: esc stops it.")
        else:
            start_work(self, self._end(), name="end-session")

    async def _end(self) -> None:
        from jobcopilot.tui.modals.confirm import ConfirmDialogue

        answered = 0 if self.view is None else self.view.row.answered
        sure = await self.app.push_screen_wait(
            ConfirmDialogue(
                "End the interview here?",
                f"{answered} answered so far; what you have not given yet is left out. The report follows.",
                "end it",
            )
        )
        if sure:
            self.act(lambda session: session.end())

    def action_pause(self) -> None:
        """Stop the clock, or let it go on."""
        if self.session is not None and self.turn in ("yours", "paused"):
            start_work(self, self._pause(), name="pause")

    async def _pause(self) -> None:
        assert self.session is not None
        paused = self.turn == "paused"
        with self._holding():
            await asyncio.to_thread(self.session.go_on if paused else self.session.pause)
        self._turn_to("yours" if paused else "paused")
        await self._read_clock(None)

    def action_given(self) -> None:
        """Show who asks and what it was told."""
        if self.view is not None:
            from jobcopilot.tui.modals.given import GivenDialogue

            self.app.push_screen(GivenDialogue(self.view, self.head.label))
