"""The interview, spoken: what is heard grows on the screen, the interviewer answers, and typing is one key away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on

from jobcopilot.tui.commands import bindings
from jobcopilot.tui.failures import start_work
from jobcopilot.tui.screens.practice_hearing import Hearing
from jobcopilot.tui.widgets.chrome import KeyLine
from jobcopilot.tui.widgets.transcript import WriteWanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from jobcopilot.practice.session import Session


class SpokenScreen(Hearing):
    """The conversation with a microphone: everything that typing has, and the pane of what is heard."""

    BINDINGS: ClassVar[Any] = bindings("spoken")
    AUTO_FOCUS = "#live"

    def compose(self) -> ComposeResult:
        """Put chrome, head, the question, what was said, what is heard, and keys on the screen."""
        yield self.chrome
        yield self.head
        yield self.asked_words
        yield self.transcript
        yield self.live
        yield self.editor
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what fits what is going on."""
        state = self.live.state
        if self.last_words_said and action in ("talk", "go_on", "skip", "repeat", "pause", "end"):
            return False
        if action == "talk":
            pushes = self.live.turn_taking == "push-to-talk"
            return state in ("listening", "starting", "waiting", "speaking", "paused") or (
                pushes and state == "thinking"
            )
        if action == "done":
            return state in ("listening", "starting")
        if action == "go_on":
            return self._given and state in ("heard", "thinking", "speaking", "listening", "waiting")
        if action == "type_instead":
            return state in ("waiting", "listening", "typing", "starting", "paused")
        return super().check_action(action, parameters)

    @property
    def last_words_said(self) -> bool:
        """Whether the interviewer has said its last words, which may still sound."""
        return self._saying is not None and self._saying.kind == "closing"

    def action_end(self) -> None:
        """End early, after asking; an interviewer that speaks is cut short, as whoever leaves would."""
        if self.spoken is not None and self.live.state in ("thinking", "speaking"):
            self.spoken.interrupt()
        start_work(self, self._end(), name="end-session")

    # Leaving

    def go_back(self) -> None:
        """Stop the interviewer, else leave: the session is kept, with what was heard."""
        if self.spoken is not None and self.live.state in ("thinking", "speaking"):
            self.spoken.interrupt()
        else:
            start_work(self, self._leave(), name="leave")

    async def _leave(self) -> None:
        spoken = self.spoken
        if spoken is not None and self.live.state not in ("over", "failed"):
            if self.live.state == "typing":
                await self._keep_draft(self.editor.text)
            await asyncio.to_thread(spoken.close)
            self.say("The session is kept as it is, with what was heard; c continues it.")
        self.dismiss(None)

    def on_unmount(self) -> None:
        """Stop listening, whatever took the screen away."""
        if self.spoken is not None:
            self.spoken.close()

    def to_list(self) -> None:
        """Go back to the answer."""
        (self.editor if self.has_class("-typing") else self.live).focus()

    @on(WriteWanted)
    def _back_to_answer(self, event: WriteWanted) -> None:
        event.prevent_default()
        self.to_list()

    # What the person does

    def act(self, work: Callable[[Session], Any]) -> None:
        """Do something in the session; what comes of it is told as an event."""
        if self.spoken is not None and self.turn != "over":
            self._given = False
            self.spoken.act(work)

    async def give_answer(self, session: Session, text: str) -> None:
        """Give a typed answer."""
        assert self.spoken is not None
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_kept = self.editor.text = ""
        self.spoken.answer(text)

    async def _keep_draft(self, text: str) -> None:
        # While it listens, what is heard is the draft.
        if self.live.state == "typing":
            await super()._keep_draft(text)

    def action_talk(self) -> None:
        """Begin to talk, or end it."""
        if self.spoken is not None:
            self.spoken.talk()

    def action_done(self) -> None:
        """End the answer."""
        if self.spoken is not None:
            self.spoken.done()

    def action_go_on(self) -> None:
        """Take the answer back and go on with it."""
        if self.spoken is not None:
            self.spoken.go_on()

    def action_type_instead(self) -> None:
        """Type, or speak again."""
        if self.spoken is not None:
            self.spoken.type_instead()

    def action_repeat(self) -> None:
        """Hear the question again."""
        if self.spoken is not None:
            self.spoken.repeat()

    def action_skip(self) -> None:
        """Pass the question over."""
        if self.spoken is not None:
            self._given = False
            self.spoken.skip()

    def action_pause(self) -> None:
        """Stop clock and microphone, or let both go on."""
        if self.spoken is not None:
            self.spoken.pause()
