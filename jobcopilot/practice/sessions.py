"""Sessions made, taken up and finished: what the app and the command line call."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.errors import UsageError
from jobcopilot.practice.bank_rows import questions_of, types_of
from jobcopilot.practice.books import Books
from jobcopilot.practice.interviewers.port import AskedBefore, Assessor, Brief, Interviewer
from jobcopilot.practice.marking import Marker
from jobcopilot.practice.session import Session
from jobcopilot.practice.session_rows import session_rows, session_view
from jobcopilot.practice.session_turns import brief_json
from jobcopilot.practice.setup import Planned, SetupOffer, Setups
from jobcopilot.practice.views import ProfileFact, SessionRow, SessionView, Setup
from jobcopilot.profiles.views import ProfileView
from jobcopilot.voice.turns import TurnTaking

UNFINISHED: Final = ("pending", "in_progress", "error")
ASKED_BEFORE: Final = 20
"""Questions of earlier sessions that an interviewer is told of."""


class Sessions:
    """The practice sessions of one profile.

    `interviewer` returns the one of a name ("builtin", "llama", "http") and raises `JobcopilotError` for one that is
    not there; `assessor` returns None where there is none: then nothing is marked.
    """

    def __init__(
        self, books: Books, interviewer: Callable[[str], Interviewer], assessor: Callable[[], Assessor | None]
    ) -> None:
        self._books = books
        self._interviewer = interviewer
        self._assessor = assessor
        self._setups = Setups(books)

    def offer(
        self,
        type: str | None = None,  # noqa: A002  # as the option is called
        *,
        job_id: int | None = None,
        round_id: int | None = None,
    ) -> SetupOffer:
        """Return what a setup offers: see `Setups.offer`."""
        return self._setups.offer(type, job_id=job_id, round_id=round_id)

    def create(self, setup: Setup) -> tuple[SessionView, tuple[str, ...]]:
        """Make a session with its questions; return it, pending, and what the person should know of its questions.

        Raises `UsageError` where nothing could be asked, `NotFound` for names that there are not.
        """
        planned = self._setups.plan(setup)
        interviewer = self._interviewer(planned.setup.interviewer)
        with self._books.writing() as connection:
            brief = self._brief(connection, planned)
            session_id = self._insert(connection, planned, brief, interviewer)
            return session_view(connection, self._books.profile.id, session_id), planned.notes

    def open(self, session_id: int, *, spoken: TurnTaking | None = None) -> Session:
        """Take up a session where it is, also one that another process left in the middle. Raises `NotFound`.

        `spoken` is how it is spoken from now on: whoever continues it later goes on so.
        Its interviewer is made anew; for one that is not there any more `interviewer` raises and nothing is changed.
        """
        with self._books.reading() as connection:
            row = session_view(connection, self._books.profile.id, session_id).row
        if row.status not in UNFINISHED:
            raise UsageError(
                f"The session is {row.status}",
                f"session {session_id}",
                f"Its report: jobcopilot practice report {session_id}",
            )
        session = Session(self._books, session_id, self._interviewer(row.interviewer), self._assessor())
        if spoken not in (None, row.spoken):
            with self._books.writing() as connection:
                connection.execute(
                    "UPDATE practice_session SET setup = json_set(setup, '$.spoken', ?) WHERE id = ?",
                    (spoken, session_id),
                )
        return session

    def unfinished(self) -> tuple[SessionRow, ...]:
        """Return the sessions that can be taken up, the latest first."""
        with self._books.reading() as connection:
            ids = [
                row[0]
                for row in connection.execute(
                    "SELECT id FROM practice_session WHERE profile_id = ? AND status IN (?, ?, ?)"
                    " ORDER BY created_at DESC, id DESC",
                    (self._books.profile.id, *UNFINISHED),
                )
            ]
            return session_rows(connection, ids)

    def view(self, session_id: int) -> SessionView:
        """Return a session as a whole. Raises `NotFound`."""
        with self._books.reading() as connection:
            return session_view(connection, self._books.profile.id, session_id)

    def report(self, session_id: int, *, again: bool = False) -> SessionView:
        """Return a session with everything assessed that can be; with `again` also what was assessed before.

        A session that was killed before it was assessed, or while a correction was, is assessed now. Raises `NotFound`.
        """
        view = self.view(session_id)
        if view.row.status not in ("completed", "cancelled"):
            return view
        marker = Marker(self._books, self._assessor())
        marked = list(marker.mark(session_id, again=again))
        lacks = view.assessment is None and (
            view.row.status == "completed" or any(one.assessment for one in view.asked)
        )
        if marked or lacks:
            marker.sum_up(session_id)
        return self.view(session_id)

    def correct(self, message_id: int, text: str) -> SessionView:
        """Correct what was heard: kept beside the original, and what was assessed is assessed again.

        Raises `UsageError` for a message that there is not, or one of the interviewer.
        """
        from jobcopilot.text import clean_text

        words = clean_text(text)
        with self._books.writing() as connection:
            row = connection.execute(
                "SELECT session_id, asked_id, role, practice_message.text FROM practice_message"
                " JOIN practice_session ON practice_session.id = session_id"
                " WHERE practice_message.id = ? AND profile_id = ?",
                (message_id, self._books.profile.id),
            ).fetchone()
            if row is None or row[2] != "person":
                raise UsageError("Only your own words can be corrected", f"message {message_id}")
            connection.execute(
                "UPDATE practice_message SET edited = ? WHERE id = ?",
                (None if words == row[3] else words, message_id),
            )
        view = self.view(row[0])
        asked = next((one for one in view.asked if one.id == row[1]), None)
        if asked is None or asked.assessment is None:
            return view
        marker = Marker(self._books, self._assessor())
        list(marker.mark(row[0], asked.id, again=True))
        if view.assessment is not None:
            marker.sum_up(row[0])
        return self.view(row[0])

    # --- making -------------------------------------------------------------------------------------------------

    def _brief(self, connection: sqlite3.Connection, planned: Planned) -> Brief:
        setup = planned.setup
        return Brief(
            type=planned.type,
            skills=planned.skills,
            mode=setup.mode,
            difficulty=setup.difficulty,
            job=planned.job,
            profile=profile_facts(self._books.profile),
            asked_before=self._asked_before(connection, planned.skills),
            questions=len(planned.selected.ids) if setup.questions is not None else 0,
            minutes=setup.minutes,
        )

    def _asked_before(
        self, connection: sqlite3.Connection, skills: tuple[str, ...]
    ) -> tuple[AskedBefore, ...]:
        now = self._books.moment()
        return tuple(
            AskedBefore(text, skill, score, max(0, (now - from_milliseconds(at)) // timedelta(days=1)))
            for text, skill, score, at in connection.execute(
                "SELECT practice_asked.text, practice_asked.skill, practice_assessment.score, asked_at"
                " FROM practice_asked"
                " JOIN practice_session ON practice_session.id = session_id"
                " LEFT JOIN practice_assessment ON asked_id = practice_asked.id AND by = 'rules'"
                " AND practice_assessment.attempt = practice_asked.attempt"
                " WHERE practice_session.profile_id = ? AND asked_at IS NOT NULL AND practice_asked.skill IN"
                " (SELECT value FROM json_each(?))"
                " ORDER BY asked_at DESC LIMIT ?",
                (self._books.profile.id, json.dumps(list(skills)), ASKED_BEFORE),
            )
        )

    def _insert(
        self, connection: sqlite3.Connection, planned: Planned, brief: Brief, interviewer: Interviewer
    ) -> int:
        now, setup, job = self._books.now, planned.setup, planned.job
        words = "" if job is None else f"{job.title}, {job.company}"
        done = connection.execute(
            "INSERT INTO practice_session (profile_id, title, type_id, job_id, round_id, job_words, status, mode,"
            " interviewer, setup, brief, given, owed, error, paused, seconds, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, '', '', 0, 0, ?, ?)",
            (
                self._books.profile.id,
                f"{planned.type.name} · {words}" if words else planned.type.name,
                planned.type.id,
                setup.job_id,
                setup.round_id,
                words,
                setup.mode,
                setup.interviewer,
                _json(asdict(setup)),
                _json(brief_json(brief)),
                _json([[line.name, line.text] for line in interviewer.given(brief)]),
                now,
                now,
            ),
        )
        assert done.lastrowid is not None
        connection.executemany(
            "INSERT INTO practice_session_skill (session_id, skill_id, position) SELECT ?, id, ? FROM practice_skill"
            " WHERE profile_id = ? AND name_key = ?",
            [
                (done.lastrowid, place, self._books.profile.id, name.casefold())
                for place, name in enumerate(planned.skills)
            ],
        )
        self._plan(connection, done.lastrowid, planned)
        return done.lastrowid

    def _plan(self, connection: sqlite3.Connection, session_id: int, planned: Planned) -> None:
        from jobcopilot.practice.bank_rows import points_json

        shapes = {one.slug: one.shape for one in types_of(connection, self._books.profile.id)}
        connection.executemany(
            "INSERT INTO practice_asked (session_id, question_id, position, text, skill, also, difficulty, points,"
            " follow_ups, type, shape, status, attempt, hints)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', 1, 0)",
            [
                (
                    session_id,
                    one.id,
                    order,
                    one.text,
                    one.skill,
                    _json(one.also),
                    one.difficulty,
                    _json(points_json(one.points)),
                    _json(one.follow_ups),
                    one.type,
                    shapes[one.type],
                )
                for order, one in enumerate(questions_of(connection, planned.selected.ids), start=1)
            ],
        )


def profile_facts(profile: ProfileView) -> tuple[ProfileFact, ...]:
    """Return what an interviewer is told of the person: what they do and can, not how to reach them."""
    facts: list[ProfileFact] = []
    if profile.headline:
        facts.append(ProfileFact("headline", profile.headline))
    facts += [ProfileFact("role", role) for role in profile.roles]
    if profile.years is not None:
        facts.append(ProfileFact("experience", f"{profile.years:g} years"))
    facts += [
        ProfileFact("skill", skill.name if skill.years is None else f"{skill.name}, {skill.years:g} years")
        for skill in profile.skills
    ]
    if profile.summary:
        facts.append(ProfileFact("summary", profile.summary))
    return tuple(facts)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
