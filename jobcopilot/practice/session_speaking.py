"""How the interviewer speaks in a session: every word stored before it is told, by one process at a time."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from jobcopilot.errors import JobcopilotError, UsageError
from jobcopilot.practice import session_log as log
from jobcopilot.practice.books import Books
from jobcopilot.practice.interviewers.port import Assessor, Heard, Interviewer, Turn, Utterance, UtteranceKind
from jobcopilot.practice.marking import Marker
from jobcopilot.practice.session_back import Given
from jobcopilot.practice.session_claim import Claim, HeldElsewhere, beating
from jobcopilot.practice.session_events import Began, Ended, Event, Marked, Piece, Summed
from jobcopilot.practice.session_log import State
from jobcopilot.practice.session_rows import asked_of, message, messages_of
from jobcopilot.practice.session_turns import Owed, kind_of, safe_piece, stored_brief, turn_of
from jobcopilot.practice.views import AskedView, MessageView, SessionStatus
from jobcopilot.text import clean_text


class Speaking:
    """The interviewer's part of a session, and this process's hand on it."""

    def __init__(
        self, books: Books, session_id: int, interviewer: Interviewer, assessor: Assessor | None
    ) -> None:
        """Take a session up. Raises `HeldElsewhere` where another process has it."""
        self.id = session_id
        self._books = books
        self._interviewer = interviewer
        self._marker = Marker(books, assessor)
        self._stopped = False
        self._given: Given | None = None
        """The answer that was given last."""
        self._claim = Claim(books.holders, session_id)
        self.take_up()

    def take_up(self) -> None:
        """Go on where the session is, also after it had failed. Raises `HeldElsewhere`."""
        with self._books.writing() as connection:
            state = self._load(connection)
            self._claim.take(connection)
            log.wake(connection, state, self._books.now)

    @property
    def status(self) -> SessionStatus:
        """Return its state."""
        return self._read().status

    def stop(self) -> None:
        """Cut the interviewer short, from any thread; what was said so far stays."""
        self._stopped = True
        self._interviewer.cancel()

    def tick(self) -> None:
        """Leave a sign of life, every few seconds: after a crash the timer has counted up to the last one.

        Raises `HeldElsewhere` where another process has taken the session up meanwhile.
        """
        with self._books.writing() as connection:
            state = self._load(connection)
            # Whoever paused has let it go.
            if state.status == "in_progress" and not state.paused:
                self._claim.hold(connection)
                log.move_on(connection, state, self._books.now)

    def give_back(self) -> None:
        """Let another process take the session up."""
        with self._books.writing() as connection:
            self._claim.give_back(connection)

    # --- what the interviewer does ------------------------------------------------------------------------------

    def reply(self, ready: Callable[[], bool] = lambda: True) -> Iterator[Event]:
        """Let the interviewer say what it owes; every event is in the database before it is yielded.

        `ready` is asked once its first sentence is there; where it says no, nothing of it was ever said.
        Raises what the interviewer raises: the session is then in state "error" and can be taken up again; and
        `HeldElsewhere` where another process has taken it up meanwhile: then nothing of it is changed here.
        """
        # Before everything else: a stop that comes from now on is one.
        self._stopped = False
        with beating(self.tick):
            yield from self._reply(ready)

    def _reply(self, ready: Callable[[], bool]) -> Iterator[Event]:
        with self._books.writing() as connection:
            self._claim.hold(connection)
        state, turn, asked = self._turn()
        owed = Owed.read(state.owed)
        try:
            utterance = self._interviewer.speak(turn)
            if not ready():
                # Read to its end, which is near: a model serves one at a time.
                self._interviewer.cancel()
                deque(utterance.pieces, maxlen=0)
                return
            kind = kind_of(utterance.kind, turn.following is not None, turn.request)
            if owed.request == "answer":
                self._hear(utterance.heard)
            if kind == "closing" or (kind == "question" and state.mode == "practice"):
                only = None if kind == "closing" or asked is None else asked.id
                for marked in self._marker.mark(self.id, only):
                    yield Marked(marked)
            yield from self._speak(state, utterance, kind, asked, turn.following is not None)
        except HeldElsewhere:
            self.stop()
            raise
        except JobcopilotError as fault:
            if not ready():
                # The answer was taken back meanwhile: nobody waits for this.
                return
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
            self._claim.hold(connection)
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
                if not log.say_on(connection, begun.id, text):
                    # Whoever took the session up meanwhile has cut it short, and says it anew.
                    self._claim.hold(connection)
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
            self._claim.hold(connection)
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
            if state.status == "in_progress" and Owed.read(was.owed).request != "repeat":
                # Who has the question said again was at the answer already.
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
                self._claim.give_back(connection)
            log.move_on(connection, state, now, **after)
            return message(connection, begun.id)

    def _fail(self, fault: JobcopilotError) -> None:
        with self._books.writing() as connection:
            # What another process says by now does not fail with this one.
            self._claim.hold(connection)
            state = self._load(connection)
            connection.execute(
                "UPDATE practice_message SET state = 'failed' WHERE session_id = ? AND state = 'speaking'",
                (self.id,),
            )
            if state.status == "in_progress" and state.owed:
                log.move_on(
                    connection, state, self._books.now, status="error", error=str(fault), running=False
                )
                self._claim.give_back(connection)

    def _hear(self, heard: Heard) -> None:
        """Write down how the person's words were taken, before anything is made of them."""
        with self._books.writing() as connection:
            self._claim.hold(connection)
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
                raise UsageError(
                    "It is not the interviewer's turn", f"the session is {status_words(state.status)}"
                )
            every = asked_of(connection, self.id)
            brief = stored_brief(connection, self.id)
            messages = messages_of(connection, self.id)
        seconds = state.on_timer(self._books.now)
        turn, asked = turn_of(state, brief, every, messages, seconds)
        return state, turn, asked

    def _turn_ahead(self, words: str) -> Turn | None:
        """What the interviewer will be given for an answer that begins with these words; None where none is due."""
        with self._books.reading() as connection:
            state = self._load(connection)
            if state.owed or state.status != "in_progress" or state.current_id is None:
                return None
            every = asked_of(connection, self.id)
            brief = stored_brief(connection, self.id)
            messages = messages_of(connection, self.id)
        seconds = state.on_timer(self._books.now)
        turn, _ = turn_of(replace(state, owed="answer"), brief, every, messages, seconds)
        return replace(turn, said=words)

    def _following(self) -> AskedView | None:
        with self._books.reading() as connection:
            return next((one for one in asked_of(connection, self.id) if one.status == "planned"), None)

    def _read(self) -> State:
        with self._books.reading() as connection:
            return self._load(connection)

    def _load(self, connection: sqlite3.Connection) -> State:
        return log.state_of(connection, self._books.profile.id, self.id)


def status_words(status: SessionStatus) -> str:
    """Return a state as it is said in a sentence."""
    return status.replace("_", " ") if status != "error" else "stopped by an error"
