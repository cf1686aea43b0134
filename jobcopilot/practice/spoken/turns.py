"""What the person does in a spoken session beside speaking: its keys, typing, and coming and going."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, Final

from jobcopilot.errors import JobcopilotError, UsageError
from jobcopilot.practice.session import Session
from jobcopilot.practice.spoken.floor import Floor
from jobcopilot.practice.spoken.growing import Heard
from jobcopilot.practice.spoken.kept_turns import is_in, keep_turns, turns_of
from jobcopilot.practice.spoken.port import Told
from jobcopilot.practice.spoken.voicing import FromVoice, Voicing
from jobcopilot.practice.views import MessageView
from jobcopilot.text import clean_text

_NOTHING_SAID: Final = ("interrupted", "failed")


class Turns(Floor):
    """Everything that can be done; each act in the session's one thread."""

    _turns_kept: tuple[Heard, ...] | None = None
    """How the draft was heard, as it is kept; None: not looked at yet."""

    def begin(self) -> None:
        """Open session, voice and microphone; where one of the last two is not there, the session goes on without."""
        session = self.session
        if session.status == "pending":
            session.begin()
        view = session.view()
        if view.paused:
            session.go_on()
        self._opened = any(one.kind == "question" for one in view.messages)
        if view.draft:
            current = session.current
            heard = turns_of(self._parts.folder, None if current is None else current.id, view.draft)
            self._answer.take(view.draft, heard)
            self._turns_kept = heard
            self._show_words()
        if self._parts.open_voice is not None:
            try:
                self._voice = Voicing(self._parts.open_voice(lambda told: self._put(FromVoice(told))))
            except JobcopilotError as fault:
                self.refused(fault)
        self._start_hearing()
        self._settle()

    def talk(self) -> None:
        """End the answer; take the word from the interviewer; hear again where nothing is heard."""
        if self._hearing.pushes:
            self._push()
        elif self.state in ("thinking", "speaking"):
            self.interrupt()
        elif self.state == "paused":
            self.pause()
        elif self.state == "typing":
            self.type_instead()
        else:
            self.done()

    def done(self) -> None:
        """End the answer now; its final words are waited for."""
        if self._open_by_key:
            self._ending = True
            self._hearing.hold(held=True)
            self._settle()
        elif self.state not in ("listening", "waiting"):
            return
        elif self._answer.speaking:
            self._ending = True
            self._hearing.done()
            self._settle()
        elif self._answer.text:
            self._give()

    def _push(self) -> None:
        """Open the microphone, whoever has the floor, or end the answer."""
        if self._ending or not self._opened:
            return
        if self._open_by_key:
            self.done()
            return
        if self.state == "paused":
            self.pause()
        elif self.state == "thinking" and self._given and self._reply and self._reply.withdraw():
            # Nothing was said yet: whoever talks now goes on.
            self._reply = None
            self._take_back()
        elif self.state in ("thinking", "speaking"):
            self.interrupt()
        if self._typing:
            self.type_instead()
        self._hearing.hold(held=False)
        self._settle()

    @property
    def _open_by_key(self) -> bool:
        return self._hearing.pushes and self._hearing.on and not self._hearing.held

    def go_on(self) -> None:
        """Take the answer back. Raises `UsageError` where there is none, or something else was done since."""
        if self._given is None:
            raise UsageError(
                "There is no answer to take back", hint="Go on speaking: it belongs to this one."
            )
        self._voice.interrupt()
        if self._reply is None:
            self._take_back()
        elif self._reply.withdraw():
            self._reply = None
            self._take_back()
        else:
            self._taking_back = True
            self.session.stop()
            return
        self._settle()

    def interrupt(self) -> None:
        """Cut voice and words short; what was said stays. Where nothing was, it waits until it is wanted."""
        self._voice.interrupt()
        self._cut_short()
        self._settle()

    def repeat(self) -> None:
        """Speak what the interviewer said last once more, or show it."""
        said = [
            one
            for one in self.session.view().messages
            if one.role == "interviewer" and one.state not in _NOTHING_SAID and one.text
        ]
        if self._stalled or not said:
            self._stalled = False
            self._settle()
        elif self._voice.there:
            self._voice.interrupt()
            self._voice.say(said[-1].final)
            self._settle()
        else:
            self._tell(Told("question", "The question", said[-1].final))

    def skip(self) -> None:
        """Pass the question over; what was heard to it is dropped."""
        if self._reply is not None:
            raise self._busy()
        self.session.skip()
        self.session.keep_draft("")
        self._voice.interrupt()
        self._answer.drop_turn()
        self._answer.forget()
        self._hearing.done()
        self._hearing.hold(held=True)
        self._report()
        self._given, self._draft_dirty = None, False
        self._show_words()
        self._draft_dirty = False
        self._end_pause()
        self._settle()

    def act(self, work: Callable[[Session], Any]) -> None:
        """Do something in the session, then let the interviewer speak; after a failure, take it up again."""
        if self._reply is not None:
            raise self._busy()
        if self.state == "failed":
            self.session.take_up()
        else:
            work(self.session)
            self._report()
            self._given = None
            # What was said so far stays; the interviewer speaks into no open microphone.
            self._hearing.hold(held=True)
            self._end_pause()
        self._stalled = False
        self._settle()

    def pause(self) -> None:
        """Stop clock and microphone, or let both go on; the answer is kept as it is."""
        if not self._paused:
            self._voice.interrupt()
            self._paused = True
            self._rest()
            self._keep_draft()
            self.session.pause()
        else:
            self.session.go_on()
            self._end_pause()
        self._settle()

    def _end_pause(self) -> None:
        """Let hearing go on: the session's clock does already, also where an act of the person ended the pause."""
        if self._paused:
            self._paused = False
            if not self._typing:
                self._wake()

    def type_instead(self) -> None:
        """Stop hearing once the last words are there, or hear again; what was typed begins the answer then."""
        if self.state in ("over", "failed"):
            return
        if not self._typing:
            self._typing = True
            self._rest(for_good=True)
        elif self._hearing.on:
            # Nothing was typed yet, and the last words come still.
            self._typing = False
        else:
            self._typing = False
            draft = self.session.view().draft
            heard = self._heard_in(draft)
            self._answer.drop_turn()
            self._answer.forget()
            self._answer.take(draft, heard)
            self._wake()
            self._show_words()
        self._settle()

    def answer(self, text: str) -> None:
        """Give a typed answer; it is heard where its words were. One that is refused stays as the draft."""
        words = clean_text(text)
        if not words:
            return
        heard = self._heard_in(words)
        try:
            if self._reply is not None:
                raise self._busy()
            said = self.session.answer(words, audio=" ".join(one.audio for one in heard))
        except JobcopilotError:
            if self._types:
                # Whoever typed it has an empty field by now.
                self.session.keep_draft(words)
            raise
        if self._answer.speaking:
            # It was typed instead of what is being said.
            self._answer.drop_turn()
            self._hearing.done()
        self._take_answer(said, heard)
        self._begin_reply()

    def tick(self) -> None:
        """Leave a sign of life."""
        if not self._paused and self.state != "failed" and self.session.status == "in_progress":
            self.session.tick()

    def leave(self, patience: float, drain: Callable[[float], None]) -> None:
        """Close everything within `patience` seconds; the session is kept, with what was heard of the answer.

        `drain` takes in what comes next, waiting for at most so many seconds.
        """
        over, types = self.state in ("over", "failed"), self._types
        self._voice.close()
        self._cut_short()
        with contextlib.suppress(JobcopilotError):
            if not over:
                self._keep_draft()
        self._paused = self._typing = True
        if self._hearing.on and not self._how.file:
            self._hearing.stop()
        else:
            self._hearing.over()
        until = time.monotonic() + patience
        while (self._hearing.on or self._reply is not None) and (left := until - time.monotonic()) > 0:
            drain(left)
        self._hearing.over()
        self._answer.close_turn()
        self._report()
        self.guarded(lambda: self._put_down(over=over, types=types))
        for folder in self._hearing.folders:
            if folder.is_dir():
                self.guarded(lambda folder=folder: self._parts.keep(folder))  # type: ignore[misc]

    def hang_up(self) -> None:
        """Close the microphone, whatever else went wrong."""
        self._hearing.over()

    def _put_down(self, *, over: bool, types: bool) -> None:
        if not over and self.session.status == "in_progress":
            if not types:
                self.session.keep_draft(self._answer.text)
                self._keep_turns()
            self.session.pause()
        self.session.give_back()

    def _keep_draft(self) -> None:
        super()._keep_draft()
        if not self._types:
            self._keep_turns()

    def _take_answer(self, message: MessageView, heard: tuple[Heard, ...]) -> None:
        super()._take_answer(message, heard)
        self._keep_turns()

    def _keep_turns(self) -> None:
        """Keep how the draft was heard, where something new of it is known."""
        heard = self._answer.heard
        if heard != self._turns_kept:
            current = self.session.current
            asked_id = None if current is None else current.id
            keep_turns(self._parts.folder, asked_id, self._answer.confirmed, heard)
            self._turns_kept = heard

    def _heard_in(self, text: str) -> tuple[Heard, ...]:
        """Return how what was said so far was heard, where its words are still in a text."""
        return self._answer.heard if is_in(self._answer.text, text) else ()

    def _busy(self) -> UsageError:
        return UsageError("The interviewer is still speaking", "nothing was done", "Stop it first: esc.")

    def _cut_short(self) -> None:
        if self._reply is not None and self._reply.withdraw():
            self._reply, self._stalled = None, True
        elif self._reply is not None:
            self.session.stop()

    def _rest(self, *, for_good: bool = False) -> None:
        """Close the microphone; a recording is only not listened to for a while."""
        if self._how.file and not for_good:
            self._hearing.mute(muted=True)
        elif self._hearing.on:
            self._resting = True
            self._hearing.stop()

    def _wake(self) -> None:
        if not self._hearing.on:
            self._start_hearing()
