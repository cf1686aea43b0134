"""Who has the floor in a spoken session: the person, while they are heard, or the interviewer, while it has to reply.

Everything here happens in one thread. What is void (a turn that was dropped, a reply that was withdrawn) is known by
its number and left aside.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.session import Session
from jobcopilot.practice.session_claim import HeldElsewhere
from jobcopilot.practice.session_events import Began, Ended, Piece
from jobcopilot.practice.spoken import port
from jobcopilot.practice.spoken.ahead import ListeningAhead
from jobcopilot.practice.spoken.codes import RECORDING_OVER, code_of
from jobcopilot.practice.spoken.growing import GrowingAnswer, Heard, SpokenAnswer, not_understood
from jobcopilot.practice.spoken.hearing import FromEar, Hearing
from jobcopilot.practice.spoken.port import SpokenEvent, SpokenHow, SpokenState, Told
from jobcopilot.practice.spoken.replying import FromReply, Reply
from jobcopilot.practice.spoken.voicing import FromVoice, Voicing
from jobcopilot.practice.views import MessageView
from jobcopilot.voice import events, speaking

if TYPE_CHECKING:
    from jobcopilot.practice.spoken.session import Parts

DRAFT_SECONDS: Final = 1.0
"""How old the kept draft may be while somebody speaks: so many words a kill may cost, and the audio has them."""
REOPEN_SECONDS: Final = 0.6
"""After a silence that ended an answer, nothing is told for so long: whoever only took breath is not cut off. A model
thinks longer than that anyway."""
_VOICE_LOOK_SECONDS: Final = 0.05
"""How often a speaking voice is asked whether it still does."""


class Floor:
    """Takes in what was heard and said, and settles what is going on."""

    def __init__(
        self,
        parts: Parts,
        how: SpokenHow,
        put: Callable[[Any], object],
        tell: Callable[[SpokenEvent], object],
        ahead: ListeningAhead,
    ) -> None:
        self.session: Session = parts.open_session()
        self.state: SpokenState = "starting"
        self._parts = parts
        self._how = how
        self._put = put
        self._tell = tell
        self._ahead = ahead
        self._answer = GrowingAnswer()
        self._hearing = Hearing(parts.folder, parts.open_ear, put, pushes=how.pushes)
        self._voice = Voicing(None)
        self._reply: Reply | None = None
        self._last_reply: Reply | None = None
        self._replies = 0
        self._given: SpokenAnswer | None = None
        """The answer that was given last, while nothing else was done since."""
        self._unreported = False
        self._give_next = False
        """Whether an answer was ended while the interviewer still spoke."""
        self._ending = False
        """Whether a key ended the answer, and its final words are waited for."""
        self._stalled = False
        """Whether the person cut the interviewer short before it had said anything: it waits until it is wanted."""
        self._opened = False
        """Whether a question was put, so that whoever speaks now answers it."""
        self._taking_back = False
        self._paused = False
        self._typing = False
        self._resting = False
        """Whether the stream was asked to end, for a pause or for typing."""
        self._silent = False
        """Whether a turn under way is in a silence that may be its end."""
        self._sounded = False
        self._stream_at = 0.0
        self._asked_at: float | None = None
        """Where on the stream the person's turn began."""
        self._voice_seconds = 0.0
        self._draft_dirty = False
        self._draft_at = 0.0

    # --- what comes in ------------------------------------------------------------------------------------------

    def heard(self, item: FromEar) -> None:
        """Take what the microphone's stream told."""
        if item.stream != self._hearing.stream:
            return
        if item.told is not None and not isinstance(item.told, JobcopilotError):
            self._stream_at = item.told.at
        match item.told:
            case None | JobcopilotError() as over:
                self._stream_over(over)
            case events.Listening():
                self._hearing.ready = True
                self._settle()
            case events.Held() if self._ending:
                self._ending = False
                self._over("key")
            case events.Level(decibels=decibels, peak=peak, voiced=voiced):
                if self.state not in ("typing", "paused"):
                    self._tell(port.LevelHeard(decibels, peak, voiced))
            case events.Warned(code=code, title=title, message=message, hint=hint):
                self._tell(Told(code, title, message, hint))
            case events.Lost(seconds=seconds, why=why):
                self._tell(Told("lost", "Some sound is missing", f"{seconds:.1f} s: {why}", "Say it again."))
            case events.Stopped() as stopped:
                self._parts.learned(stopped)
            case events.TurnStarted() as started:
                self._begins(started)
            case turn if self._answer.is_current(item.stream, turn):
                self._of_turn(turn)

    def replied(self, item: FromReply) -> None:
        """Take what the interviewer said."""
        reply = self._reply
        if reply is None or item.number != reply.number:
            return
        match item.told:
            case None:
                self._reply, self._opened = None, True
                if self._taking_back:
                    self._take_back()
                self._settle()
            case JobcopilotError() as fault:
                self._reply, self._taking_back = None, False
                if self.session.status != "error":
                    self.refused(fault)
                    self._to("failed")
                    return
                self._settle()
            case event:
                self._report()
                self._tell(port.Said(event))
                self._follow(reply, event)

    def voiced(self, item: FromVoice) -> None:
        """Take what the voice told."""
        match item.told:
            case speaking.Began(sentence=sentence, revision=revision):
                if not self._voice.is_stale(revision):
                    self._sounded = True
                    self._tell(port.Voiced(sentence))
                    self._settle()
            case speaking.Ended(seconds=seconds):
                self._voice_seconds += seconds
            case speaking.Failed(title=title, message=message, hint=hint):
                self._tell(Told("voice", title, message, hint))

    def guarded(self, step: Callable[[], object]) -> None:
        """Do a step; what is refused is told in its own words, and the session goes on."""
        try:
            step()
        except JobcopilotError as refused:
            self.refused(refused)

    def refused(self, fault: JobcopilotError) -> None:
        """Say what could not be done; where another process has the session, nothing more is done here."""
        elsewhere = isinstance(fault, HeldElsewhere)
        self._tell(Told(code_of(fault), fault.title, fault.message, fault.hint, severe=elsewhere))
        if elsewhere:
            self._hearing.over()
            self._draft_dirty, self._typing = False, True
            self._to("failed")

    def look(self) -> None:
        """Do what is due: keep a draft, see whether the voice is silent again."""
        if self._draft_dirty and time.monotonic() - self._draft_at >= DRAFT_SECONDS:
            self._keep_draft()
        if self._sounded and not self._voice.sounding:
            self._sounded = False
            self._tell(port.Voiced(None))
            self._settle()

    def patience(self) -> float:
        """Return after how many seconds something may be due, whatever comes in."""
        if self._sounded or self._voice.sounding:
            return _VOICE_LOOK_SECONDS
        if self._draft_dirty:
            return max(0.01, self._draft_at + DRAFT_SECONDS - time.monotonic())
        return 5.0

    # --- the person's words -------------------------------------------------------------------------------------

    def _begins(self, started: events.TurnStarted) -> None:
        """Somebody begins to speak; whoever goes on takes back what was begun for the answer."""
        # The turn counts, whatever becomes of the answer before.
        self._answer.begin(self._hearing.stream, started)
        self._silent = False
        if self._given is not None and self._reply is not None and self._reply.withdraw():
            self._reply = None
            self._take_back()
        self._settle()

    def _of_turn(self, event: events.Event) -> None:
        answer = self._answer
        match event:
            case events.TurnPaused(wait=wait):
                self._silent = True
                self._tell(port.Pausing(wait if self._how.hands_free else None))
            case events.TurnResumed(revision=revision):
                answer.go_on(revision)
                self._silent = False
                self._tell(port.GoneOn())
            case events.Transcribed():
                answer.hear(event)
                self._show_words()
                if self._reply is None and (event.confirmed or self._silent):
                    # In a silence the words are the last ones, if it is the end.
                    words = answer.text if self._silent else answer.confirmed
                    self._ahead.want(self.session, words, ended=self._silent)
                if self._how.headphones and self._voice.sounding and answer.text:
                    # The person speaks over the interviewer; without headphones it would be its own voice.
                    self._voice.interrupt()
            case events.TurnEnded(reason=reason):
                answer.end(event, self._hearing.name)
                if told := not_understood(event):
                    self._tell(told)
                self._show_words()
                if self._hearing.pushes:
                    # Closing the microphone is the end, and `Held` tells of it.
                    return
                self._ending = False
                if reason != "stream" or self._how.file:
                    self._over(reason)

    def _show_words(self) -> None:
        self._draft_dirty = True
        self._tell(port.WordsHeard(self._answer.confirmed, self._answer.tentative, self._answer.revision))

    def _over(self, reason: str) -> None:
        """An answer was ended: give it, or once the interviewer has finished; without a word there is none."""
        if not self._answer.text or self._paused or self._typing:
            self._settle()
        elif self._reply is not None:
            self._give_next = True
        else:
            self._give(reason)

    def _give(self, reason: str = "key") -> None:
        answer = self._answer
        self._take_answer(self.session.answer(answer.text, audio=answer.audio), answer.heard)
        reopens = self._how.hands_free and reason == "silence" and (self._how.real_time or not self._how.file)
        self._begin_reply(REOPEN_SECONDS if reopens else 0.0)

    def _take_answer(self, message: MessageView, heard: tuple[Heard, ...]) -> None:
        """An answer is stored."""
        self._report()
        self._answer.forget()
        self._draft_dirty = self._give_next = False
        seconds = self._voice_seconds if self._voice.there else None
        self._given = SpokenAnswer(message, heard, self._asked_at if heard else None, seconds)
        self._unreported, self._asked_at, self._voice_seconds = bool(heard), None, 0.0
        self._tell(port.AnswerHeard(message))

    def _report(self) -> None:
        """Tell of an answer that is not withdrawn any more by speaking on."""
        if self._given is not None and self._unreported:
            self._unreported = False
            self.guarded(lambda given=self._given: self._parts.heard(given))  # type: ignore[misc]

    def _take_back(self) -> None:
        """Open the last answer again, with everything undone that was begun for it. Raises `UsageError`."""
        self._taking_back = False
        assert self._given is not None
        given, reply_id = self._given, self.session.take_back()
        self._given = None
        self._answer.take(given.message.text, given.turns)
        self._asked_at, self._voice_seconds = given.asked_at, given.interviewer_seconds or 0.0
        self._draft_dirty = self._stalled = False
        self._hearing.hold(held=False)
        self._tell(port.Withdrawn(given.message.id, reply_id))
        self._show_words()

    @property
    def _types(self) -> bool:
        """Whether the draft is the person's, who types it."""
        return self._typing and not self._hearing.on

    def _keep_draft(self) -> None:
        self._draft_dirty, self._draft_at = False, time.monotonic()
        if self.session.status == "in_progress" and not self._types:
            self.session.keep_draft(self._answer.text)

    # --- the interviewer ----------------------------------------------------------------------------------------

    def _begin_reply(self, grace: float = 0.0) -> None:
        """Let the interviewer say what it owes, its first sentence not before `grace` seconds are over."""
        self._ahead.forget()
        self._stalled = False
        self._replies += 1
        self._reply = self._last_reply = Reply(
            self._replies,
            self.session,
            self._put,
            after=self._last_reply,
            not_before=time.monotonic() + grace,
        )
        self._reply.start()
        self._settle()

    def _follow(self, reply: Reply, event: object) -> None:
        match event:
            case Began(message=message):
                reply.begun_id = message.id
            case Piece(text=text):
                self._voice.feed(text)
                self._listen()
            case Ended(message=message):
                self._voice.end()
                self._listen()
                self._stalled = message.state == "stopped" and not message.text

    # --- what is going on ---------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Find out whose turn it is, and say so."""
        if self._reply is not None:
            self._listen()
            self._to("speaking" if self._sounded else "thinking")
            return
        status = self.session.status
        if status == "error":
            self._to("failed")
        elif self._voice.sounding:
            self._listen()
            self._to("speaking")
        elif status != "in_progress":
            self._to("over")
        elif self._paused:
            self._listen()
            self._to("paused")
        elif self.session.owed and not self._stalled:
            self._begin_reply()
        elif self._give_next and not self._answer.speaking and self._answer.text:
            self._give()
        elif not self._hearing.on:
            self._to("typing")
        elif self._typing or self._ending:
            self._to("heard")
        else:
            self._listen()
            self._to(self._hearing.state)

    def _listen(self) -> None:
        """Hear the person, or not while the voice would be heard; read along with what they say."""
        voice_heard = self._voice.sounding and not self._how.headphones
        deaf = voice_heard or not self._opened or self._paused
        self._hearing.mute(muted=deaf)
        if not deaf and self._reply is None:
            self._hearing.go()

    def _to(self, state: SpokenState) -> None:
        if state == self.state:
            return
        self.state = state
        self._tell(port.StateChanged(state, time.monotonic()))
        if state == "listening":
            # A microphone that a key opens says nothing of how long the person took to begin.
            if not self._answer.text and not self._answer.speaking and not self._hearing.pushes:
                self._asked_at = self._stream_at
            self._ahead.want(self.session, self._answer.confirmed)

    def _stream_over(self, fault: JobcopilotError | None) -> None:
        """Nothing more is heard: what was said so far is kept, and typing goes on."""
        self._answer.close_turn()
        self._ending = False
        if self._answer.text:
            self._show_words()
            self.guarded(self._keep_draft)
            if not self._hearing.on:
                return  # another Jobcopilot has the session
        self._hearing.over()
        rested, self._resting = self._resting, False
        if fault is not None:
            self._cannot_hear(fault)
        elif rested and not self._paused and not self._typing:
            # The person was back before the last words were there.
            self._start_hearing()
        elif not self._paused and not self._typing:
            self._typing = True
            self._tell(RECORDING_OVER)
        self._settle()

    def _start_hearing(self) -> None:
        try:
            self._hearing.start()
        except JobcopilotError as fault:
            self._cannot_hear(fault)

    def _cannot_hear(self, fault: JobcopilotError) -> None:
        self._typing = True
        self._tell(Told(code_of(fault), fault.title, fault.message, fault.hint, severe=True))
