"""A session as a state machine: the person acts, the interviewer is owed a reply, and the database knows both.

    pending --begin--> in_progress --the closing is said--> completed
    pending, in_progress, error --cancel--> cancelled
    in_progress --the interviewer cannot go on--> error --taken up again--> in_progress

Every act of the person is one transaction that stores what was said and what the interviewer owes (`owed`); `reply`
lets the interviewer speak and pays it. A process that dies anywhere leaves a session that a fresh one takes up: a
reply that was cut short is said anew, an answer that was stored is answered. How interviewer and assessor are driven
is told in `interviewers/port.py`.

    session = sessions.open(number)
    session.begin()
    while session.owed:
        for event in session.reply():  # in a thread of its own: a model takes its time
            ...  # each event is stored already: show it
        session.answer(...)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from jobcopilot.errors import JobcopilotError, UsageError
from jobcopilot.practice import session_log as log
from jobcopilot.practice.books import Books
from jobcopilot.practice.interviewers.port import Assessor, Heard, Interviewer, Turn, Utterance, UtteranceKind
from jobcopilot.practice.marking import Marker, answer_of
from jobcopilot.practice.session_events import Began, Ended, Event, Marked, Piece, Summed, Timer
from jobcopilot.practice.session_log import State
from jobcopilot.practice.session_rows import asked_of, message, messages_of, session_view
from jobcopilot.practice.session_turns import Owed, kind_of, safe_piece, stored_brief, turn_of
from jobcopilot.practice.views import AskedView, MessageKind, MessageView, SessionStatus, SessionView
from jobcopilot.text import TEXT_LIMIT, clean_text

LONGEST_ANSWER: Final = TEXT_LIMIT

_MAY: Final[dict[str, tuple[SessionStatus, ...]]] = {
    "begin": ("pending",),
    "cancel": ("pending", "in_progress", "error"),
    "act": ("in_progress",),
}


class Session:
    """One session in one process. `reply` runs in one thread; `stop` may be called from another."""

    def __init__(
        self, books: Books, session_id: int, interviewer: Interviewer, assessor: Assessor | None
    ) -> None:
        self.id = session_id
        self._books = books
        self._interviewer = interviewer
        self._marker = Marker(books, assessor)
        self._stopped = False
        with books.writing() as connection:
            log.wake(connection, self._load(connection), books.now)

    # --- looking ------------------------------------------------------------------------------------------------

    def view(self) -> SessionView:
        """Return the session as a whole, as the database has it."""
        with self._books.reading() as connection:
            return session_view(connection, self._books.profile.id, self.id)

    @property
    def status(self) -> SessionStatus:
        """Return its state."""
        return self._read().status

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
        return self._say("answer", clean_text(text), "answer", audio=audio)

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
        """Stop the timer; any act of the person starts it again."""
        with self._acting("act") as (connection, state):
            log.move_on(connection, state, self._books.now, paused=1, running=False)

    def go_on(self) -> None:
        """Start the timer again."""
        with self._acting("act") as (connection, state):
            log.move_on(connection, state, self._books.now, paused=0, running=True)

    def end(self) -> None:
        """End early: the interviewer is to close, what was answered is assessed."""
        with self._acting("act") as (connection, state):
            log.move_on(connection, state, self._books.now, owed="close", paused=0, running=True)

    def cancel(self) -> None:
        """Break the session off: what was said is kept, nothing more is assessed."""
        with self._acting("cancel") as (connection, state):
            log.move_on(connection, state, self._books.now, status="cancelled", owed="", running=False)
        self.stop()

    def stop(self) -> None:
        """Cut the interviewer short, from any thread; what was said so far stays."""
        self._stopped = True
        self._interviewer.cancel()

    def tick(self) -> None:
        """Leave a sign of life, every few seconds: after a crash the timer has counted up to the last one."""
        with self._books.writing() as connection:
            log.move_on(connection, self._load(connection), self._books.now)

    # --- what the interviewer does ------------------------------------------------------------------------------

    def reply(self) -> Iterator[Event]:
        """Let the interviewer say what it owes; every event is in the database before it is yielded.

        Raises what the interviewer raises: the session is then in state "error" and can be taken up again.
        """
        state, turn, asked = self._turn()
        owed = Owed.read(state.owed)
        self._stopped = False
        try:
            utterance = self._interviewer.speak(turn)
            kind = kind_of(utterance.kind, turn.following is not None, turn.request)
            if owed.request == "answer":
                self._hear(utterance.heard)
            if kind == "closing" or (kind == "question" and state.mode == "practice"):
                only = None if kind == "closing" or asked is None else asked.id
                for marked in self._marker.mark(self.id, only):
                    yield Marked(marked)
            yield from self._speak(state, utterance, kind, asked, turn.following is not None)
        except JobcopilotError as fault:
            self._fail(fault)
            raise
        if kind == "closing" and self.status == "completed":
            summary = self._marker.sum_up(self.id)
            if summary is not None:
                yield Summed(summary)

    def _speak(
        self, state: State, utterance: Utterance, kind: UtteranceKind, asked: AskedView | None, more: bool
    ) -> Iterator[Event]:
        following = self._following() if kind == "question" and more else None
        about = following if following is not None else None if kind == "closing" else asked
        with self._books.writing() as connection:
            begun = log.write_message(
                connection, state, self._books.now, role="interviewer", kind=kind, text="", message_state="speaking",
                asked_id=None if about is None else about.id, by=utterance.by, fallback=utterance.fallback,
            )  # fmt: skip
        yield Began(begun)
        text = ""
        for piece in utterance.pieces:
            safe = safe_piece(piece)
            if not safe:
                continue
            text += safe
            with self._books.writing() as connection:
                connection.execute("UPDATE practice_message SET text = ? WHERE id = ?", (text, begun.id))
            yield Piece(begun.id, safe)
            if self._stopped:
                break
        yield Ended(self._finish(state, begun, text, utterance, following))

    def _finish(
        self, was: State, begun: MessageView, text: str, utterance: Utterance, following: AskedView | None
    ) -> MessageView:
        """Make a message whole, and move the session to where it leads: one transaction."""
        now = self._books.now
        with self._books.writing() as connection:
            state = self._load(connection)
            connection.execute(
                "UPDATE practice_message SET text = ?, state = ? WHERE id = ?",
                (clean_text(text), "stopped" if self._stopped else "complete", begun.id),
            )
            if self._stopped and not text.strip():
                # Nothing was said: the interviewer owes it still, whenever the person wants to hear it.
                return message(connection, begun.id)
            log.heard_out(connection, self.id)
            # What the person did meanwhile (end, skip) is owed on top of this.
            after: dict[str, object] = {"owed": "" if state.owed == was.owed else state.owed}
            if state.status == "in_progress":
                after["answer_from"] = state.on_timer(now)
            if begun.kind == "hint" and begun.asked_id is not None:
                log.count_hint(connection, begun.asked_id)
            if begun.kind in ("question", "closing") and was.current_id is not None:
                skipped = Owed.read(was.owed).request == "next" or utterance.heard in ("skip", "unknown")
                log.leave(connection, was.current_id, skipped=skipped)
            if following is not None:
                log.ask(
                    connection,
                    following.id,
                    clean_text(utterance.asked_text) or following.text,
                    begun.id,
                    now,
                )
                after["current_id"] = following.id
            if begun.kind == "closing" and state.status != "cancelled":
                after |= {
                    "status": "completed",
                    "completed_at": now,
                    "running": False,
                    "current_id": None,
                    "owed": "",
                }
                if state.setup.questions is None:
                    log.drop_planned(connection, self.id)
            log.move_on(connection, state, now, **after)
            return message(connection, begun.id)

    def _fail(self, fault: JobcopilotError) -> None:
        with self._books.writing() as connection:
            state = self._load(connection)
            connection.execute(
                "UPDATE practice_message SET state = 'failed' WHERE session_id = ? AND state = 'speaking'",
                (self.id,),
            )
            if state.status == "in_progress":
                log.move_on(
                    connection, state, self._books.now, status="error", error=str(fault), running=False
                )

    def _hear(self, heard: Heard) -> None:
        """Write down how the person's words were taken, before anything is made of them."""
        with self._books.writing() as connection:
            connection.execute(
                "UPDATE practice_message SET kind = ? WHERE session_id = ? AND role = 'person' AND state = 'sent'",
                (heard, self.id),
            )

    # --- where it stands ----------------------------------------------------------------------------------------

    def _turn(self) -> tuple[State, Turn, AskedView | None]:
        """What the interviewer is given now, and the question that it is about. Raises `UsageError`."""
        with self._books.reading() as connection:
            state = self._load(connection)
            if not state.owed or state.status != "in_progress":
                raise UsageError("It is not the interviewer's turn", f"the session is {_words(state.status)}")
            every = asked_of(connection, self.id)
            brief = stored_brief(connection, self.id)
            messages = messages_of(connection, self.id)
        seconds = state.on_timer(self._books.now)
        turn, asked = turn_of(state, brief, every, messages, seconds)
        return state, turn, asked

    def _following(self) -> AskedView | None:
        with self._books.reading() as connection:
            return next((one for one in asked_of(connection, self.id) if one.status == "planned"), None)

    def _read(self) -> State:
        with self._books.reading() as connection:
            return self._load(connection)

    def _load(self, connection: sqlite3.Connection) -> State:
        return log.state_of(connection, self._books.profile.id, self.id)

    @contextmanager
    def _acting(self, act: str, *, only_in_practice: str = "") -> Iterator[tuple[sqlite3.Connection, State]]:
        """One act of the person, refused where the session's state does not allow it."""
        with self._books.writing() as connection:
            state = self._load(connection)
            if state.status not in _MAY[act]:
                raise UsageError(
                    f"The session is {_words(state.status)}",
                    f"session {self.id}",
                    _NEXT.get(state.status, ""),
                )
            if only_in_practice and state.mode == "real":
                raise UsageError(
                    f"{only_in_practice} are for practice mode",
                    "this session is in real mode",
                    "Everything comes in the report.",
                )
            yield connection, state

    def _say(
        self, kind: MessageKind, text: str, owed: str, *, audio: str = "", only_in_practice: str = ""
    ) -> MessageView:
        with self._acting("act", only_in_practice=only_in_practice) as (connection, state):
            if state.owed not in ("", "answer"):
                raise UsageError("The interviewer is about to speak", hint="Hear it first.")
            now = self._books.now
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


def _words(status: SessionStatus) -> str:
    return status.replace("_", " ") if status != "error" else "stopped by an error"
