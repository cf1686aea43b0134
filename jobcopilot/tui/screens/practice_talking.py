"""How a session runs on the screen: acts in threads, the interviewer's words as they come, every draft kept."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual.screen import Screen

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.session_claim import HeldElsewhere
from jobcopilot.practice.session_events import Began, Ended, Event, Marked, Piece
from jobcopilot.tui import failures
from jobcopilot.tui.failures import Newest, Once, start_work
from jobcopilot.tui.practice_data import PracticeData
from jobcopilot.tui.telling import tell
from jobcopilot.tui.widgets.chrome import Chrome
from jobcopilot.tui.widgets.talk_head import AnswerEditor, AskedWords, TalkHead, Turn
from jobcopilot.tui.widgets.transcript import Transcript, blocks_of, marks_blocks, note_block, said_block

if TYPE_CHECKING:
    from textual.timer import Timer

    from jobcopilot.practice.session import Session
    from jobcopilot.practice.views import AskedView, MessageView, SessionView
    from jobcopilot.tui.app import JobcopilotApp

FRAME_SECONDS: Final = 0.03
"""Words that come faster are shown together."""
DRAFT_SECONDS: Final = 0.3
"""After so long without a key, what is typed is kept."""
TICK_EVERY: Final = 5
"""Seconds between two signs of life."""


class Talking(Screen[None]):
    """The conversation's widgets, and the session behind them."""

    TAKING_UP: ClassVar[str] = "talk"
    """Name of the work that takes the session up; what is done in it replaces work of the name `talk`."""

    def __init__(self, session_id: int, notes: str = "") -> None:
        super().__init__()
        self.session_id = session_id
        self.notes = notes
        """What the person should know of it, said before the first word."""
        self.chrome = Chrome(self.job_app.ROOMS, "practice")
        self.head = TalkHead()
        self.asked_words = AskedWords()
        self.transcript = Transcript()
        self.editor = AnswerEditor()
        self.data = PracticeData(self.job_app.data.runtime)
        self.session: Session | None = None
        """None until it is taken up."""
        self.view: SessionView | None = None
        self._saying: MessageView | None = None
        self._said = ""
        self._seconds = 0
        self.acts = Once(self, name="talk")
        self._draft_timer: Timer | None = None
        self._draft_kept = ""
        self._drafting = Newest(self, self._keep_draft, name="draft")
        self._clocking = Newest(self, self._read_clock, name="clock")

    @property
    def job_app(self) -> JobcopilotApp:
        """The app, typed."""
        return cast("JobcopilotApp", self.app)

    @property
    def turn(self) -> Turn:
        """Whose turn it is."""
        return self.head.turn

    @property
    def in_practice(self) -> bool:
        """Whether help is allowed."""
        return self.view is not None and self.view.setup.mode == "practice"

    def say(self, words: str) -> None:
        """Tell in passing; the words may hold text from outside."""
        tell(self.app, words)

    # Taking up

    def on_mount(self) -> None:
        """Take the session up where it is."""
        profile = self.data.runtime.profile
        self.chrome.profile_name = profile.full_name or profile.name
        self.set_interval(1.0, self._clock_ticks, name="clock")
        start_work(self, self._take_up(), name=self.TAKING_UP)

    def on_unmount(self) -> None:
        """Cut short what nobody hears any more."""
        if self.session is not None and self.turn == "speaking":
            self.session.stop()

    async def _take_up(self) -> None:
        from jobcopilot.tui.modals.unlock import unlocked_for

        def opened() -> tuple[Session, SessionView, str]:
            session = self.data.open(self.session_id)
            if session.status == "pending":
                session.begin()
            elif (view := session.view()).paused:
                session.go_on()
            view = session.view()
            return session, view, self.data.runtime.interviewer(view.row.interviewer).label

        with self._holding():
            self.session, view, label = await unlocked_for(self.app, opened)
        self.head.tell(label=label)
        self._take_view(view)
        self.transcript.show([*([note_block(self.notes)] if self.notes else []), *blocks_of(view)])
        if view.draft and not self.editor.text:
            self._draft_kept = self.editor.text = view.draft
            self.editor.move_cursor(self.editor.document.end)
        await self._let_speak()

    def _take_view(self, view: SessionView) -> None:
        self.view = view
        waiting = [one for one in view.asked if one.status in ("asked", "answered", "skipped")]
        said = [one for one in view.messages if one.asked_id is not None]
        current = said[-1].asked_id if said else None
        asked = next((one for one in waiting if one.id == current), None)
        self.head.tell(view=view, asked=asked)
        self.asked_words.show(asked)

    def _turn_to(self, turn: Turn) -> None:
        self.head.tell(turn=turn)
        self.transcript.over = turn == "over"
        self.set_class(turn == "over", "-over")
        self.refresh_bindings()

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """Stop where another Jobcopilot has taken the session up; what is written stays in its field."""
        try:
            yield
        except HeldElsewhere:
            self._turn_to("error")
            raise

    # The interviewer

    async def _let_speak(self) -> None:
        session = self.session
        assert session is not None
        try:
            while await asyncio.to_thread(lambda: session.owed):
                self._turn_to("speaking")
                await self._hear(session)
                stopped = self._saying is not None and self._saying.state == "stopped"
                if stopped and not self._said:
                    # Nothing was said before it was stopped: it stays owed, until the person wants it.
                    break
        except JobcopilotError as fault:
            self._take_view(await asyncio.to_thread(session.view))
            self._turn_to("error")
            failures.show(self.app, fault)
            return
        self._take_view(await asyncio.to_thread(session.view))
        await self._read_clock(None)
        assert self.view is not None
        status = self.view.row.status
        self._turn_to("yours" if status == "in_progress" else "over")
        if status != "in_progress":
            self.transcript.focus()

    async def _hear(self, session: Session) -> None:
        loop, came = asyncio.get_running_loop(), asyncio.Event()
        box: deque[Event] = deque()

        def pump() -> None:
            for event in session.reply():
                box.append(event)
                loop.call_soon_threadsafe(came.set)

        ending = asyncio.ensure_future(asyncio.to_thread(pump))
        ending.add_done_callback(lambda _: came.set())
        self._saying, self._said = None, ""
        while not ending.done() or box:
            await came.wait()
            came.clear()
            while box:
                self._take(box.popleft())
            self._show_saying()
            if not ending.done():
                await asyncio.sleep(FRAME_SECONDS)
                came.set()
        await ending

    def _take(self, event: Event) -> None:
        match event:
            case Began(message=message):
                self._saying, self._said = message, message.text
            case Piece(text=text):
                self._said += text
            case Ended(message=message):
                self._saying, self._said = message, message.text
            case Marked(asked=asked):
                if self.in_practice:
                    for block in marks_blocks(asked):
                        self.transcript.put(block)

    def _show_saying(self) -> None:
        if self._saying is None or self.view is None:
            return
        asked = self._asked(self._saying)
        if asked is not None and self._saying.kind == "question":
            self.head.tell(asked=asked)
        planned = len(self.view.asked) if self.view.setup.questions is not None else 0
        self.transcript.put(said_block(self._saying, asked, planned, self._said))
        self.asked_words.show(self.head.asked)

    def _asked(self, message: MessageView) -> AskedView | None:
        assert self.view is not None
        return next((one for one in self.view.asked if one.id == message.asked_id), None)

    # The person

    def act(self, work: Callable[[Session], Any]) -> None:
        """Do something in the session, show what was said by it, then let the interviewer speak."""
        if self.turn == "error":
            # A fresh one takes up what the broken one, or another Jobcopilot, left.
            start_work(self, self._take_up(), name="talk")
            return
        if self.session is None or self.turn == "over":
            return
        if self.turn == "speaking":
            self.say("The interviewer is still speaking: esc stops it.")
            return
        session = self.session
        self.acts.start(lambda: self._act(session, work))

    async def _act(self, session: Session, work: Callable[[Session], Any]) -> None:
        with self._holding():
            said = await asyncio.to_thread(work, session)
        if said is not None:
            self.transcript.put(said_block(said, None, 0))
            self.transcript.action_end()
        await self._let_speak()

    async def give_answer(self, session: Session, text: str) -> None:
        """Store an answer, show it, and let the interviewer react; the field is emptied once it is stored."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
        with self._holding():
            said = await asyncio.to_thread(session.answer, text)
        self._draft_kept = ""
        if self.editor.text == text:
            self.editor.text = ""
        self.transcript.put(said_block(said, None, 0))
        self.transcript.action_end()
        await self._let_speak()

    def draft_changed(self) -> None:
        """Keep what is typed, a moment after the last key."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(DRAFT_SECONDS, lambda: self._drafting.want(self.editor.text))

    async def _keep_draft(self, text: str) -> None:
        # What was given as an answer meanwhile is no draft any more.
        if self.session is None or self.turn not in ("yours", "speaking", "paused"):
            return
        if text == self.editor.text != self._draft_kept:
            with self._holding():
                await asyncio.to_thread(self.session.keep_draft, text)
            self._draft_kept = text

    # The clock

    def _clock_ticks(self) -> None:
        if self.session is not None and self.is_current and self.turn in ("yours", "speaking", "paused"):
            self._clocking.want(None)

    async def _read_clock(self, _wish: None) -> None:
        if self.session is not None:
            timer = await asyncio.to_thread(self.session.timer)
            self.head.tell(timer=timer)
            self._seconds += 1
            if self._seconds % TICK_EVERY == 0 and timer.running:
                with self._holding():
                    await asyncio.to_thread(self.session.tick)
