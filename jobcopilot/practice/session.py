"""A session as a state machine: the person acts, the interviewer is owed a reply, and the database knows both.

    pending --begin--> in_progress --the closing is said--> completed
    pending, in_progress, error --cancel--> cancelled
    in_progress --the interviewer cannot go on--> error --taken up again--> in_progress

Every act of the person is one transaction that stores what was said and what the interviewer owes (`owed`); `reply`
lets the interviewer speak and pays it. A process that dies anywhere leaves a session that a fresh one takes up: a
reply that was cut short is said anew, an answer that was stored is answered. One process at a time has it
(`session_claim`). How interviewer and assessor are driven is told in `interviewers/port.py`.

    session = sessions.open(number)
    session.begin()
    while session.owed:
        for event in session.reply():  # in a thread of its own: a model takes its time
            ...  # each event is stored already: show it
        session.answer(...)
    session.give_back()  # or `pause`, or the end of the process
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from jobcopilot.errors import UsageError
from jobcopilot.practice import session_back as back
from jobcopilot.practice import session_log as log
from jobcopilot.practice.interviewers.port import ListensAhead
from jobcopilot.practice.marking import answer_of
from jobcopilot.practice.session_events import Timer
from jobcopilot.practice.session_log import State
from jobcopilot.practice.session_rows import asked_of, session_view
from jobcopilot.practice.session_speaking import Speaking, status_words
from jobcopilot.practice.views import AskedView, MessageKind, MessageView, SessionStatus, SessionView
from jobcopilot.text import TEXT_LIMIT, clean_text

LONGEST_ANSWER: Final = TEXT_LIMIT

_MAY: Final[dict[str, tuple[SessionStatus, ...]]] = {
    "begin": ("pending",),
    "cancel": ("pending", "in_progress", "error"),
    "act": ("in_progress",),
}


class Session(Speaking):
    """One session in one process. `reply` runs in one thread; `stop` may be called from another."""

    # --- looking ------------------------------------------------------------------------------------------------

    def view(self) -> SessionView:
        """Return the session as a whole, as the database has it."""
        with self._books.reading() as connection:
            return session_view(connection, self._books.profile.id, self.id)

    @property
    def owed(self) -> bool:
        """Return whether it is the interviewer's turn: `reply` has something to say."""
        state = self._read()
        return bool(state.owed) and state.status in ("in_progress", "error")

    @property
    def current(self) -> AskedView | None:
        """Return the question on the table."""
        with self._books.reading() as connection:
            current_id = self._load(connection).current_id
            return next((one for one in asked_of(connection, self.id) if one.id == current_id), None)

    def timer(self) -> Timer:
        """Return where the timer stands."""
        state = self._read()
        seconds = state.on_timer(self._books.now)
        limit = state.setup.minutes
        return Timer(
            seconds=seconds,
            answer_seconds=0.0 if state.answer_from is None or state.owed else seconds - state.answer_from,
            running=state.running_since is not None,
            left=None if limit is None else max(0.0, limit * 60 - seconds),
        )

    # --- what the person does -----------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start: the interviewer is to open."""
        with self._acting("begin") as (connection, state):
            log.move_on(
                connection, state, self._books.now, status="in_progress", started_at=self._books.now, owed="open",
                running=True,
            )  # fmt: skip

    def answer(self, text: str, *, audio: str = "") -> MessageView:
        """Say something to the question on the table. Stored when this returns; `reply` brings the answer to it.

        Raises `UsageError` for more than `LONGEST_ANSWER` characters: nothing is cut off.
        """
        if len(text) > LONGEST_ANSWER:
            raise UsageError(
                "The answer is too long", f"{len(text):,} of {LONGEST_ANSWER:,} characters", "Make two of it."
            )
        said = self._say("answer", clean_text(text), "answer", audio=audio)
        with self._books.reading() as connection:
            self._given = back.given(connection, said)
        return said

    def take_back(self) -> int | None:
        """Open the last answer again as a draft, with all undone that followed; return the undone message's id.

        Raises `UsageError` where something else was done since, or the session is over.
        """
        with self._acting("act") as (connection, state):
            undone = back.take_back(connection, state, self._books.now, self._given)
        self._given = None
        return undone

    def listen_ahead(self, words: str, *, ended: bool = False) -> None:
        """Let the interviewer take in the answer while it is given; returns once it has, or has to reply.

        `ended` says that these may be all of its words. Nothing is stored. Raises `JobcopilotError` where the
        interviewer cannot: then it hears them in `reply`.
        """
        interviewer = self._interviewer
        if (
            isinstance(interviewer, ListensAhead)
            and (turn := self._turn_ahead(clean_text(words))) is not None
        ):
            interviewer.listen_ahead(turn, ended=ended)

    def keep_draft(self, text: str) -> None:
        """Keep what is typed and not sent, so that a crash loses no word; nothing forgets it."""
        with self._acting("act") as (connection, state):
            log.take_draft(connection, self.id)
            if text:
                log.write_message(
                    connection, state, self._books.now, role="person", kind="answer", text=clean_text(text),
                    message_state="draft", asked_id=state.current_id,
                )  # fmt: skip
            log.move_on(connection, state, self._books.now)

    def skip(self) -> MessageView:
        """Pass the question on the table over."""
        return self._say("skip", "", "next")

    def repeat(self) -> MessageView:
        """Ask for what is on the table once more: the question, or the follow-up to it."""
        return self._say("repeat", "", "repeat")

    def hint(self) -> MessageView:
        """Ask for a hint. Raises `UsageError` in real mode."""
        return self._say("ask_hint", "", "hint", only_in_practice="Hints")

    def retry(self, asked_id: int | None = None) -> None:
        """Try a question again: the one given, the one on the table where it was answered, else the one before.

        Raises `UsageError` in real mode, and where nothing was answered yet.
        """
        with self._acting("act", only_in_practice="Another try") as (connection, state):
            every = asked_of(connection, self.id)
            messages = session_view(connection, self._books.profile.id, self.id).messages
            answered = [one for one in every if answer_of(one, messages)]
            answered.sort(key=lambda one: (one.id == state.current_id, one.asked_at, one.order))
            wanted = next((one for one in answered if one.id == asked_id), None)
            if asked_id is None and answered:
                wanted = answered[-1]
            if wanted is None:
                raise UsageError("There is no answer to try again yet", hint="Answer a question first.")
            if state.current_id is not None and state.current_id != wanted.id:
                if any(one.id == state.current_id for one in answered):
                    log.leave(connection, state.current_id, skipped=False)
                else:
                    log.put_back(connection, state.current_id)
            log.try_again(connection, wanted.id)
            log.move_on(
                connection, state, self._books.now, current_id=wanted.id, owed="retry", paused=0, running=True
            )

    def model_answer(self, asked_id: int | None = None) -> None:
        """Ask what a strong answer covers, to the question on the table or another that was asked.

        Raises `UsageError` in real mode, and where there is no such question.
        """
        with self._acting("act", only_in_practice="Model answers") as (connection, state):
            wanted = state.current_id if asked_id is None else asked_id
            if not any(one.id == wanted and one.status != "planned" for one in asked_of(connection, self.id)):
                raise UsageError("That question was not asked", hint="Wait until it is.")
            log.move_on(
                connection, state, self._books.now, owed=f"model_answer:{wanted}", paused=0, running=True
            )

    def pause(self) -> None:
        """Stop the timer; any act of the person starts it again. Meanwhile another process may take the session up."""
        with self._acting("act") as (connection, state):
            log.move_on(connection, state, self._books.now, paused=1, running=False)
            self._claim.give_back(connection)

    def go_on(self) -> None:
        """Start the timer again."""
        with self._acting("act") as (connection, state):
            log.move_on(connection, state, self._books.now, paused=0, running=True)

    def end(self) -> None:
        """End early: the interviewer is to close, what was answered is assessed."""
        with self._acting("act") as (connection, state):
            log.move_on(connection, state, self._books.now, owed="close", paused=0, running=True)

    def cancel(self) -> None:
        """Break the session off: what was said is kept, nothing more is asked."""
        with self._acting("cancel") as (connection, state):
            if state.current_id is not None:
                log.leave(connection, state.current_id, skipped=False)
            log.move_on(connection, state, self._books.now, status="cancelled", owed="", running=False)
            self._claim.give_back(connection)
        self.stop()

    @contextmanager
    def _acting(self, act: str, *, only_in_practice: str = "") -> Iterator[tuple[sqlite3.Connection, State]]:
        """One act of the person, refused where the session's state does not allow it."""
        with self._books.writing() as connection:
            state = self._load(connection)
            if state.status not in _MAY[act]:
                raise UsageError(
                    f"The session is {status_words(state.status)}",
                    f"session {self.id}",
                    _NEXT.get(state.status, ""),
                )
            if only_in_practice and state.mode == "real":
                raise UsageError(
                    f"{only_in_practice} are for practice mode",
                    "this session is in real mode",
                    "Everything comes in the report.",
                )
            self._claim.hold(connection)
            yield connection, state

    def _say(
        self, kind: MessageKind, text: str, owed: str, *, audio: str = "", only_in_practice: str = ""
    ) -> MessageView:
        with self._acting("act", only_in_practice=only_in_practice) as (connection, state):
            if state.owed not in ("", "answer"):
                raise UsageError("The interviewer is about to speak", hint="Hear it first.")
            now = self._books.now
            if kind == "answer":
                # What is typed stays typed where a key asked for a hint or went on.
                log.take_draft(connection, self.id)
            timed = None if state.answer_from is None else max(0.0, state.on_timer(now) - state.answer_from)
            said = log.write_message(
                connection, state, now, role="person", kind=kind, text=text, message_state="sent",
                asked_id=state.current_id, audio=audio, seconds=timed,
            )  # fmt: skip
            log.move_on(connection, state, now, owed=owed, paused=0, running=True)
            return said


_NEXT: Final = {
    "pending": "Begin it first.",
    "completed": "See its report, or practise the weak ones again in a new session.",
    "cancelled": "Start a new session.",
    "error": "Take it up again: jobcopilot practice resume.",
}
