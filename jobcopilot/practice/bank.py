"""The question bank as the person sees and changes it: types, skills and questions.

Shipped ones are edited and disabled, never deleted, so that an update of the shipped bank knows what the person
wants; one's own are deleted for good. Each call is one transaction.
"""

# ruff: noqa: S608  # made of this file's own names only; what a person typed is always a parameter
from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from jobcopilot.errors import NotFound, UsageError
from jobcopilot.interviews.values import FieldError
from jobcopilot.practice.bank_names import Names, named, ranked
from jobcopilot.practice.bank_rows import question_ids, questions_of, skills_of, types_of
from jobcopilot.practice.bank_sync import further_skills, suggest
from jobcopilot.practice.bank_values import question_values, skill_values, type_values
from jobcopilot.practice.books import Books
from jobcopilot.practice.likeness import most_alike
from jobcopilot.practice.views import InterviewType, Origin, Question, QuestionPage, Skill
from jobcopilot.text import clean_line

PAGE: Final = 100
View = TypeVar("View")


class Bank:
    """What one profile can be asked."""

    def __init__(self, books: Books) -> None:
        self._books = books

    # --- reading ------------------------------------------------------------------------------------------------

    def types(self, *, disabled: bool = False) -> tuple[InterviewType, ...]:
        """Return the types in their order, with `disabled` those switched off, too."""
        with self._books.reading() as connection:
            found = types_of(connection, self._books.profile.id)
        return tuple(one for one in found if disabled or one.enabled)

    def type(self, name: str) -> InterviewType:
        """Return the type of a slug or name, however it is written. Raises `NotFound` with those there are."""
        return named(name, self.types(disabled=True), "interview type")

    def skills(self, search: str = "", *, disabled: bool = False, limit: int = 1000) -> tuple[Skill, ...]:
        """Return skills by name, or those that a search finds by name or alias, the best first."""
        with self._books.reading() as connection:
            found = skills_of(connection, self._books.profile.id)
        wanted = [one for one in found if disabled or one.enabled]
        return tuple(ranked(search, wanted)[:limit])

    def skill(self, name: str) -> Skill:
        """Return the skill of a name or alias. Raises `NotFound` with names like it."""
        with self._books.reading() as connection:
            return named(name, skills_of(connection, self._books.profile.id), "skill")

    def questions(
        self,
        search: str = "",
        *,
        type: str | None = None,  # noqa: A002  # as the column and the option are called
        skill: str | None = None,
        difficulty: str | None = None,
        origin: Origin | None = None,
        disabled: bool = False,
        limit: int = PAGE,
        offset: int = 0,
    ) -> QuestionPage:
        """Return one page of questions that hold all words of a search; with `disabled` those switched off, too.

        `type` and `skill` are names; a question counts for its further skills as well. Raises `NotFound` for
        names that there are not.
        """
        where, values = ["q.profile_id = ?"], [self._books.profile.id]
        conditions: list[tuple[str, tuple[Any, ...]]] = [
            ("q.text LIKE ? ESCAPE '\\'", (_like(word),)) for word in clean_line(search).split()[:20]
        ]
        if not disabled:
            conditions.append(("q.enabled = 1", ()))
        if type is not None:
            conditions.append(("q.type_id = ?", (self.type(type).id,)))
        if skill is not None:
            with self._books.reading() as connection:
                every = skills_of(connection, self._books.profile.id, counted=False)
            wanted = named(skill, every, "skill").id
            conditions.append(
                (
                    "(q.skill_id = ? OR q.id IN (SELECT question_id FROM practice_question_skill WHERE skill_id = ?))",
                    (wanted, wanted),
                )
            )
        for column, value in (("difficulty", difficulty), ("origin", origin)):
            if value is not None:
                conditions.append((f"q.{column} = ?", (value,)))
        for condition, parameters in conditions:
            where.append(condition)
            values.extend(parameters)
        with self._books.reading() as connection:
            ids, total = question_ids(connection, " AND ".join(where), values, max(0, limit), max(0, offset))
            return QuestionPage(questions_of(connection, ids), total)

    def question(self, question_id: int) -> Question:
        """Return one question. Raises `NotFound`."""
        with self._books.reading() as connection:
            self._require(connection, "question", question_id)
            return questions_of(connection, [question_id])[0]

    def texts(self) -> dict[int, str]:
        """Return the words of all questions by their number, for `likeness.most_alike`."""
        with self._books.reading() as connection:
            return self._texts(connection)

    def alike(self, text: str, *, but: int | None = None) -> tuple[tuple[Question, int], ...]:
        """Return questions that are as good as the same, each with its ratio (`likeness.ALIKE` to 100)."""
        with self._books.reading() as connection:
            texts = self._texts(connection)
            texts.pop(but or 0, None)
            found = most_alike(text, texts)
            views = questions_of(connection, [question_id for question_id, _ in found])
        return tuple(zip(views, (ratio for _, ratio in found), strict=True))

    # --- questions ----------------------------------------------------------------------------------------------

    def add_question(
        self, changes: Mapping[str, object], *, origin: Origin = "own", anyway: bool = False
    ) -> Question:
        """Add a question; `changes` are `QUESTION_FIELDS`, of which text, type and skill are needed.

        Raises `FieldError`, also for one that is there already in other words, unless `anyway`.
        """
        return self.add_questions([changes], origin=origin, anyway=anyway)[0]

    def add_questions(
        self, several: Sequence[Mapping[str, object]], *, origin: Origin = "own", anyway: bool = False
    ) -> tuple[Question, ...]:
        """Add several questions in one transaction: all or, where one is refused, none. As `add_question`."""
        added: list[int] = []
        with self._books.writing() as connection:
            names = Names(connection, self._books.profile.id)
            texts = {} if anyway else self._texts(connection)
            for changes in several:
                stored = question_values({"text": "", "type": "", "skill": "", **changes})
                if not anyway and (same := most_alike(stored["text"], texts, limit=1)):
                    raise FieldError(
                        "text",
                        "There is such a question already",
                        f"number {same[0][0]} is {same[0][1]} % alike: {texts[same[0][0]]}",
                        "Change the words, or add it anyway.",
                    )
                question_id = self._insert_question(connection, names, stored, origin)
                texts[question_id] = stored["text"]
                added.append(question_id)
            return questions_of(connection, added)

    def edit_question(self, question_id: int, changes: Mapping[str, object]) -> Question:
        """Change a question; of a shipped one an update leaves what was changed. Raises `FieldError`, `NotFound`."""
        stored = question_values(changes)
        with self._books.writing() as connection:
            self._require(connection, "question", question_id)
            names = Names(connection, self._books.profile.id)
            row = _row(names, stored)
            if "also" in stored:
                further_skills(connection, question_id, [names.skill(name) for name in stored["also"]])
            self._change(connection, "question", question_id, row, set(stored))
            return questions_of(connection, [question_id])[0]

    def delete_question(self, question_id: int) -> None:
        """Delete one's own question; sessions keep what was asked. Raises `UsageError` for a shipped one."""
        with self._books.writing() as connection:
            self._delete_own(connection, "question", question_id, "origin = 'shipped'")

    # --- types and skills ---------------------------------------------------------------------------------------

    def add_type(self, changes: Mapping[str, object]) -> InterviewType:
        """Add a type of one's own; `changes` are `TYPE_FIELDS`, of which the name is needed. Raises `FieldError`."""
        stored = type_values({"name": "", **changes})
        with self._books.writing() as connection:
            names = Names(connection, self._books.profile.id)
            suggested = [names.skill(name) for name in stored.pop("skills", [])]
            type_id = self._insert_named(connection, "type", {"minutes": 3, "shape": "plain"} | stored)
            suggest(connection, type_id, suggested)
        return self._one(self.types(disabled=True), type_id)

    def edit_type(self, type_id: int, changes: Mapping[str, object]) -> InterviewType:
        """Change a type; an update of the bank leaves what was changed. Raises `FieldError`, `NotFound`."""
        stored = type_values(changes)
        with self._books.writing() as connection:
            self._require(connection, "type", type_id)
            edited = set(stored)
            if "skills" in stored:
                names = Names(connection, self._books.profile.id)
                suggest(connection, type_id, [names.skill(name) for name in stored.pop("skills")])
            self._change(connection, "type", type_id, stored, edited)
        return self._one(self.types(disabled=True), type_id)

    def delete_type(self, type_id: int) -> None:
        """Delete a type of one's own that no question has. Raises `UsageError`, `NotFound`."""
        with self._books.writing() as connection:
            self._delete_own(connection, "type", type_id, "shipped")

    def add_skill(self, changes: Mapping[str, object]) -> Skill:
        """Add a skill of one's own; `changes` are `SKILL_FIELDS`, of which the name is needed. Raises `FieldError`."""
        stored = skill_values({"name": "", **changes})
        with self._books.writing() as connection:
            skill_id = self._insert_named(connection, "skill", {"kind": "practice"} | stored)
        return self._one(self.skills(disabled=True), skill_id)

    def edit_skill(self, skill_id: int, changes: Mapping[str, object]) -> Skill:
        """Change a skill; an update of the bank leaves what was changed. Raises `FieldError`, `NotFound`."""
        stored = skill_values(changes)
        with self._books.writing() as connection:
            self._require(connection, "skill", skill_id)
            self._change(connection, "skill", skill_id, stored, set(stored))
        return self._one(self.skills(disabled=True), skill_id)

    def delete_skill(self, skill_id: int) -> None:
        """Delete a skill of one's own that no question is about. Raises `UsageError`, `NotFound`."""
        with self._books.writing() as connection:
            self._delete_own(connection, "skill", skill_id, "shipped")

    # --- rows ---------------------------------------------------------------------------------------------------

    def _texts(self, connection: sqlite3.Connection) -> dict[int, str]:
        return dict(
            connection.execute(
                "SELECT id, text FROM practice_question WHERE profile_id = ?", (self._books.profile.id,)
            ).fetchall()
        )

    def _require(self, connection: sqlite3.Connection, kind: str, row_id: int) -> None:
        found = connection.execute(
            f"SELECT 1 FROM practice_{kind} WHERE id = ? AND profile_id = ?", (row_id, self._books.profile.id)
        ).fetchone()
        if found is None:
            raise NotFound(f"There is no such {kind}", f"number {row_id}", "List them to see their numbers.")

    def _insert_question(
        self, connection: sqlite3.Connection, names: Names, stored: Mapping[str, Any], origin: Origin
    ) -> int:
        row = {
            "difficulty": "medium",
            "points": [],
            "follow_ups": [],
            "source": "",
            "enabled": 1,
            **_row(names, stored),
        }
        question_id = self._insert(connection, "question", row | {"origin": origin, "asked": 0, "slug": ""})
        connection.execute("UPDATE practice_question SET slug = 'own:' || id WHERE id = ?", (question_id,))
        further_skills(connection, question_id, [names.skill(name) for name in stored.get("also", ())])
        return question_id

    def _insert_named(self, connection: sqlite3.Connection, kind: str, stored: Mapping[str, Any]) -> int:
        name = stored["name"]
        lists: dict[str, Any] = {"stages": [], "position": 0} if kind == "type" else {"aliases": []}
        row = {"description": "", "enabled": 1, **lists, **stored, "shipped": 0}
        self._require_free(connection, kind, name, None)
        return self._insert(
            connection, kind, row | {"slug": f"own:{name.casefold()}", "name_key": name.casefold()}
        )

    def _insert(self, connection: sqlite3.Connection, kind: str, values: Mapping[str, Any]) -> int:
        now = self._books.now
        row = {name: _stored(value) for name, value in values.items()}
        row |= {"profile_id": self._books.profile.id, "edited": "[]", "created_at": now, "updated_at": now}
        done = connection.execute(
            f"INSERT INTO practice_{kind} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )
        assert done.lastrowid is not None
        return done.lastrowid

    def _change(
        self,
        connection: sqlite3.Connection,
        kind: str,
        row_id: int,
        stored: Mapping[str, Any],
        edited: set[str],
    ) -> None:
        """Write fields of a row, and remember which the person edited."""
        row = {name: _stored(value) for name, value in stored.items()}
        if "name" in stored:
            self._require_free(connection, kind, stored["name"], row_id)
            row["name_key"] = stored["name"].casefold()
        (before,) = connection.execute(
            f"SELECT edited FROM practice_{kind} WHERE id = ?", (row_id,)
        ).fetchone()
        row |= {
            "edited": json.dumps(sorted(edited | set(json.loads(before)))),
            "updated_at": self._books.now,
        }
        connection.execute(
            f"UPDATE practice_{kind} SET {', '.join(f'{name} = ?' for name in row)} WHERE id = ?",
            (*row.values(), row_id),
        )

    def _require_free(self, connection: sqlite3.Connection, kind: str, name: str, but: int | None) -> None:
        same = connection.execute(
            f"SELECT id FROM practice_{kind} WHERE profile_id = ? AND name_key = ? AND id IS NOT ?",
            (self._books.profile.id, name.casefold(), but),
        ).fetchone()
        if same is not None:
            raise FieldError(
                "name", f"There is a {kind} called {name!r} already", hint="Choose another name."
            )

    def _delete_own(self, connection: sqlite3.Connection, kind: str, row_id: int, shipped: str) -> None:
        self._require(connection, kind, row_id)
        (is_shipped,) = connection.execute(
            f"SELECT {shipped} FROM practice_{kind} WHERE id = ?", (row_id,)
        ).fetchone()
        if is_shipped:
            raise UsageError(f"A shipped {kind} cannot be deleted", f"number {row_id}", "Disable it instead.")
        if kind != "question":
            (used,) = connection.execute(
                f"SELECT count(*) FROM practice_question WHERE {kind}_id = ?", (row_id,)
            ).fetchone()
            if used:
                raise UsageError(
                    f"The {kind} has questions",
                    f"{used} of them",
                    "Move or delete them first, or disable it.",
                )
        connection.execute(f"DELETE FROM practice_{kind} WHERE id = ?", (row_id,))

    @staticmethod
    def _one(views: Sequence[View], row_id: int) -> View:
        return next(one for one in views if getattr(one, "id", None) == row_id)


def _row(names: Names, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a question as columns."""
    row = {name: value for name, value in stored.items() if name not in ("type", "skill", "also")}
    if "type" in stored:
        row["type_id"] = names.type(stored["type"])
    if "skill" in stored:
        row["skill_id"] = names.skill(stored["skill"])
    return row


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _like(word: str) -> str:
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
