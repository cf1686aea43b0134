"""What was practised: sessions found by type, skill, job, date and words, marks over time, and saying goodbye.

Deleting is for good, with the folder of recordings: it is the person's voice.
"""

# ruff: noqa: S608  # made of this file's own conditions only; what a person typed is always a parameter
from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import NotFound, StorageError
from jobcopilot.practice.bank_names import named
from jobcopilot.practice.bank_rows import skills_of, types_of
from jobcopilot.practice.books import Books
from jobcopilot.practice.session_claim import refuse_held
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
    at: tuple[int, ...]
    """When each was given, in milliseconds: moments of thousands are made where they are shown, not where they are
    counted."""
    scores: tuple[int, ...]
    mean: float
    """Of the last `LATEST` marks."""

    @property
    def points(self) -> tuple[tuple[datetime, int], ...]:
        """Return each mark with its moment."""
        return tuple(zip(map(_moment, self.at), self.scores, strict=True))

    @property
    def latest(self) -> int:
        """Return the last mark."""
        return self.scores[-1]


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
        with self._books.reading() as connection:
            hits = _hits(connection, search)
            where, values = self._conditions(connection, type, skill, search, hits)
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
            snippets = _snippets(connection, search, {one: hits[one] for one in ids if one in hits})
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
            every = skills_of(connection, self._books.profile.id, counted=False)
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
        """Delete a session for good, with its recordings. Raises `NotFound`, `HeldElsewhere`, `StorageError`.

        The recordings go first: where they cannot be removed, nothing is.
        """
        with self._books.writing() as connection:
            self._require(connection, session_id)
            refuse_held(connection, self._books.holders, session_id)
            remove_recordings(self._books.folder / folder_name(session_id))
            connection.execute("DELETE FROM practice_session WHERE id = ?", (session_id,))

    def trends(self, skill: str | None = None) -> tuple[SkillTrend, ...]:
        """Return the marks of each skill over time, the weakest skill first."""
        only = ""
        values: list[Any] = [self._books.profile.id]
        with self._books.reading() as connection:
            if skill is not None:
                every = skills_of(connection, self._books.profile.id, counted=False)
                only = " AND skill = ?"
                values.append(named(skill, every, "skill").name)
            rows = connection.execute(
                "SELECT skill, json_group_array(at), json_group_array(score) FROM practice_assessment"
                " INDEXED BY practice_assessment_over_time"
                f" WHERE profile_id = ? AND score IS NOT NULL AND by = 'rules'{only} GROUP BY skill",
                values,
            ).fetchall()
        trends = []
        for name, times, marks in rows:
            # The index has them by time.
            scores = tuple(json.loads(marks))
            latest = scores[-LATEST:]
            trends.append(SkillTrend(name, tuple(json.loads(times)), scores, sum(latest) / len(latest)))
        return tuple(sorted(trends, key=lambda one: (one.mean, one.skill)))

    def weakest(self, limit: int = 5) -> tuple[SkillTrend, ...]:
        """Return the skills with the lowest mean of their last marks."""
        return self.trends()[:limit]

    def _conditions(
        self,
        connection: sqlite3.Connection,
        kind: str | None,
        skill: str | None,
        search: str,
        hits: Mapping[int, int],
    ) -> tuple[list[str], list[Any]]:
        where: list[str] = ["s.profile_id = ?"]
        values: list[Any] = [self._books.profile.id]
        if kind is not None:
            where.append("s.type_id = ?")
            values.append(named(kind, types_of(connection, self._books.profile.id), "interview type").id)
        if skill is not None:
            where.append("s.id IN (SELECT session_id FROM practice_session_skill WHERE skill_id = ?)")
            every = skills_of(connection, self._books.profile.id, counted=False)
            values.append(named(skill, every, "skill").id)
        if search.strip():
            like = clean_line(search, 200).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            where.append("(s.title LIKE ? ESCAPE '\\' OR s.id IN (SELECT value FROM json_each(?)))")
            values += [f"%{like}%", json.dumps(list(hits))]
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


def remove_recordings(folder: Path) -> None:
    """Remove the folder of a session, where there is one. Raises `StorageError`."""
    try:
        if folder.is_dir():
            shutil.rmtree(folder)
    except OSError as refused:
        raise StorageError(
            "The recordings cannot be removed",
            f"{folder}: {refused.strerror}",
            "Allow writing to that folder and try again. The session was kept.",
        ) from refused


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _words(search: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(clean_line(search, 200).casefold())))[:20]


def _hits(connection: sqlite3.Connection, search: str) -> dict[int, int]:
    """The sessions in which all words stand in one message, the last one perhaps begun, each with that message."""
    quoted = [f'"{word}"' for word in _words(search)]
    if not quoted:
        return {}
    if search[-1:].isalnum():
        quoted[-1] += " *"
    # Nothing typed is syntax in there: every word is a string.
    return dict(
        connection.execute(
            "SELECT rowid >> 32, min(rowid) & 4294967295 FROM practice_search WHERE practice_search MATCH ?"
            " GROUP BY rowid >> 32",
            (" ".join(quoted),),
        ).fetchall()
    )


def _snippets(connection: sqlite3.Connection, search: str, hits: Mapping[int, int]) -> dict[int, str]:
    """Words around the first hit of each session, the hits between \\x02 and \\x03.

    FTS5's own `snippet` takes seconds where many words of a query stand in a text thousands of times.
    """
    if not hits:
        return {}
    hit = re.compile("|".join(rf"\b{re.escape(word)}\w*" for word in _words(search)), re.IGNORECASE)
    texts = dict(
        connection.execute(
            "SELECT id, coalesce(edited, text) FROM practice_message WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(hits.values())),),
        ).fetchall()
    )
    return {session_id: _snippet(texts[message_id], hit) for session_id, message_id in hits.items()}


def _snippet(text: str, hit: re.Pattern[str]) -> str:
    first = hit.search(text)
    # An accent more or less is the same word to the index, and none here: then the beginning will do.
    start = 0 if first is None else max(0, text.rfind(" ", 0, max(0, first.start() - SNIPPET // 3)) + 1)
    end = text.find(" ", start + SNIPPET)
    words = " ".join(text[start : None if end < 0 else end].split())[: SNIPPET * 2]
    marked = hit.sub(lambda match: f"\x02{match.group()}\x03", words)
    return ("…" if start else "") + marked + ("…" if end >= 0 else "")
