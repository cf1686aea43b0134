"""What was practised: sessions found by type, skill, job, date and words, marks over time, and saying goodbye.

Deleting is for good, with the folder of recordings: it is the person's voice.
"""

# ruff: noqa: S608  # made of this file's own conditions only; what a person typed is always a parameter
from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import NotFound, StorageError
from jobcopilot.practice.bank_names import named
from jobcopilot.practice.bank_rows import skills_of, types_of
from jobcopilot.practice.books import Books
from jobcopilot.practice.session_rows import folder_name, session_rows, session_view
from jobcopilot.practice.views import SessionPage, SessionStatus, SessionView
from jobcopilot.text import clean_line

PAGE: Final = 50
LATEST: Final = 5
"""Marks of which the mean of a skill is taken."""
SNIPPET: Final = 90
"""Characters of a snippet, about."""
_WORD: Final = re.compile(r"\w+(?:[-+#.]\w+)*[+#]*")


@dataclass(frozen=True, slots=True)
class SkillTrend:
    """The marks of a skill over time, the oldest first."""

    skill: str
    points: tuple[tuple[datetime, int], ...]
    mean: float
    """Of the last `LATEST` marks."""

    @property
    def latest(self) -> int:
        """Return the last mark."""
        return self.points[-1][1]


class PracticeHistory:
    """The sessions of one profile, past and unfinished."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def sessions(
        self,
        search: str = "",
        *,
        type: str | None = None,  # noqa: A002  # as the column and the option are called
        skill: str | None = None,
        job_id: int | None = None,
        status: SessionStatus | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = PAGE,
        offset: int = 0,
    ) -> SessionPage:
        """Return one page of sessions, the latest first; `search` finds words in transcripts and titles.

        The last word may be a beginning. `type` and `skill` are names. Raises `NotFound` for names there are not.
        """
        matching = _matching(search)
        with self._books.reading() as connection:
            where, values = self._conditions(connection, type, skill, matching, search)
            for condition, value in (
                ("s.job_id = ?", job_id),
                ("s.status = ?", status),
                ("s.created_at >= ?", None if since is None else to_milliseconds(since)),
                ("s.created_at < ?", None if until is None else to_milliseconds(until)),
            ):
                if value is not None:
                    where.append(condition)
                    values.append(value)
            narrowed = f"FROM practice_session AS s WHERE {' AND '.join(where)}"
            (total,) = connection.execute(f"SELECT count(*) {narrowed}", values).fetchone()
            ids = [
                row[0]
                for row in connection.execute(
                    f"SELECT s.id {narrowed} ORDER BY s.created_at DESC, s.id DESC LIMIT ? OFFSET ?",
                    (*values, max(0, limit), max(0, offset)),
                )
            ]
            snippets = _snippets(connection, search, matching, ids) if matching else {}
            return SessionPage(session_rows(connection, ids, snippets), total)

    def session(self, session_id: int) -> SessionView:
        """Return a session as a whole. Raises `NotFound`."""
        with self._books.reading() as connection:
            return session_view(connection, self._books.profile.id, session_id)

    def set_type(self, session_id: int, name: str | None) -> SessionView:
        """Say of which type a session was, also an old one; None takes it away. Raises `NotFound`."""
        with self._books.writing() as connection:
            self._require(connection, session_id)
            kind = None
            if name is not None:
                kind = named(name, types_of(connection, self._books.profile.id), "interview type").id
            connection.execute(
                "UPDATE practice_session SET type_id = ?, updated_at = ? WHERE id = ?",
                (kind, self._books.now, session_id),
            )
            return session_view(connection, self._books.profile.id, session_id)

    def set_skills(self, session_id: int, names: Sequence[str]) -> SessionView:
        """Say what a session was about, also an old one. Raises `NotFound`."""
        with self._books.writing() as connection:
            self._require(connection, session_id)
            every = skills_of(connection, self._books.profile.id)
            ids = dict.fromkeys(named(name, every, "skill").id for name in names)
            connection.execute("DELETE FROM practice_session_skill WHERE session_id = ?", (session_id,))
            connection.executemany(
                "INSERT INTO practice_session_skill (session_id, skill_id, position) VALUES (?, ?, ?)",
                [(session_id, skill_id, place) for place, skill_id in enumerate(ids)],
            )
            connection.execute(
                "UPDATE practice_session SET updated_at = ? WHERE id = ?", (self._books.now, session_id)
            )
            return session_view(connection, self._books.profile.id, session_id)

    def rename(self, session_id: int, title: str) -> SessionView:
        """Give a session another title. Raises `FieldError` for an empty one, `NotFound`."""
        from jobcopilot.interviews.values import line

        words = line("title", title, required=True)
        with self._books.writing() as connection:
            self._require(connection, session_id)
            connection.execute("UPDATE practice_session SET title = ? WHERE id = ?", (words, session_id))
            return session_view(connection, self._books.profile.id, session_id)

    def delete(self, session_id: int) -> None:
        """Delete a session for good, with its recordings. Raises `NotFound`, `StorageError`.

        The recordings go first: where they cannot be removed, nothing is.
        """
        with self._books.writing() as connection:
            self._require(connection, session_id)
            folder = self._books.folder / folder_name(session_id)
            try:
                if folder.is_dir():
                    shutil.rmtree(folder)
            except OSError as refused:
                raise StorageError(
                    "The recordings cannot be removed",
                    f"{folder}: {refused.strerror}",
                    "Allow writing to that folder and try again. The session was kept.",
                ) from refused
            connection.execute("DELETE FROM practice_session WHERE id = ?", (session_id,))

    def trends(self, skill: str | None = None) -> tuple[SkillTrend, ...]:
        """Return the marks of each skill over time, the weakest skill first."""
        values: list[Any] = [self._books.profile.id]
        only = ""
        if skill is not None:
            only = " AND practice_asked.skill = ? COLLATE NOCASE"
            values.append(skill)
        found: dict[str, list[tuple[int, int]]] = {}
        with self._books.reading() as connection:
            for name, at, score in connection.execute(
                "SELECT practice_asked.skill, practice_assessment.at, practice_assessment.score FROM practice_session"
                " JOIN practice_asked ON session_id = practice_session.id"
                " JOIN practice_assessment ON asked_id = practice_asked.id"
                " WHERE profile_id = ? AND practice_assessment.score IS NOT NULL AND by = 'rules'"
                f"{only}",
                values,
            ):
                found.setdefault(name, []).append((at, score))
        trends = []
        for name, marks in found.items():
            marks.sort()
            latest = [score for _, score in marks[-LATEST:]]
            points = tuple((from_milliseconds(at), score) for at, score in marks)
            trends.append(SkillTrend(name, points, sum(latest) / len(latest)))
        return tuple(sorted(trends, key=lambda one: (one.mean, one.skill)))

    def weakest(self, limit: int = 5) -> tuple[SkillTrend, ...]:
        """Return the skills with the lowest mean of their last marks."""
        return self.trends()[:limit]

    def _conditions(
        self,
        connection: sqlite3.Connection,
        kind: str | None,
        skill: str | None,
        matching: str,
        search: str,
    ) -> tuple[list[str], list[Any]]:
        where: list[str] = ["s.profile_id = ?"]
        values: list[Any] = [self._books.profile.id]
        if kind is not None:
            where.append("s.type_id = ?")
            values.append(named(kind, types_of(connection, self._books.profile.id), "interview type").id)
        if skill is not None:
            where.append("s.id IN (SELECT session_id FROM practice_session_skill WHERE skill_id = ?)")
            values.append(named(skill, skills_of(connection, self._books.profile.id), "skill").id)
        if search.strip():
            title = "s.title LIKE ? ESCAPE '\\'"
            like = clean_line(search, 200).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            found = "s.id IN (SELECT rowid >> 32 FROM practice_search WHERE practice_search MATCH ?)"
            where.append(f"({title} OR {found})" if matching else title)
            values += [f"%{like}%", matching] if matching else [f"%{like}%"]
        return where, values

    def _require(self, connection: sqlite3.Connection, session_id: int) -> None:
        found = connection.execute(
            "SELECT 1 FROM practice_session WHERE id = ? AND profile_id = ?",
            (session_id, self._books.profile.id),
        ).fetchone()
        if found is None:
            raise NotFound(
                "There is no such session", f"number {session_id}", "See: jobcopilot practice list"
            )


def _words(search: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(clean_line(search, 200).casefold())))[:20]


def _matching(search: str) -> str:
    """What FTS5 is asked for: all words, in one message, the last one perhaps a beginning. Nothing typed is syntax."""
    quoted = [f'"{word}"' for word in _words(search)]
    if quoted and search[-1:].isalnum():
        quoted[-1] += " *"
    return " ".join(quoted)


def _snippets(
    connection: sqlite3.Connection, search: str, matching: str, ids: Sequence[int]
) -> dict[int, str]:
    """Words around the first hit of each session, the hits between \\x02 and \\x03.

    FTS5's own `snippet` takes seconds where many words of a query stand in a text thousands of times.
    """
    hit = re.compile("|".join(rf"\b{re.escape(word)}\w*" for word in _words(search)), re.IGNORECASE)
    found: dict[int, str] = {}
    for session_id in ids:
        row = connection.execute(
            "SELECT rowid FROM practice_search WHERE practice_search MATCH ? AND rowid BETWEEN ? AND ? LIMIT 1",
            (matching, session_id << 32, (session_id + 1 << 32) - 1),
        ).fetchone()
        if row is not None:
            (text,) = connection.execute(
                "SELECT coalesce(edited, text) FROM practice_message WHERE id = ?", (row[0] & 0xFFFFFFFF,)
            ).fetchone()
            found[session_id] = _snippet(text, hit)
    return found


def _snippet(text: str, hit: re.Pattern[str]) -> str:
    first = hit.search(text)
    # An accent more or less is the same word to the index, and none here: then the beginning will do.
    start = 0 if first is None else max(0, text.rfind(" ", 0, max(0, first.start() - SNIPPET // 3)) + 1)
    end = text.find(" ", start + SNIPPET)
    words = " ".join(text[start : None if end < 0 else end].split())[: SNIPPET * 2]
    marked = hit.sub(lambda match: f"\x02{match.group()}\x03", words)
    return ("…" if start else "") + marked + ("…" if end >= 0 else "")
