"""A profile's rows brought to the shipped bank: what the person changed, added or disabled stays theirs.

Each shipped row has a slug that outlives updates. Fields that the person edited (`edited`) keep their values, all
others follow. What is shipped no more goes, unless the person edited it: then it is theirs from now on. What the
person had added under a name that is shipped now becomes the shipped one, with their words.
"""

# ruff: noqa: S608  # made of this file's own names only
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from jobcopilot.practice.shipped import ShippedBank

_SKILL_FIELDS: Final = ("name", "kind", "description", "aliases")
_TYPE_FIELDS: Final = ("name", "description", "stages", "minutes", "shape", "position")
_QUESTION_FIELDS: Final = ("type_id", "skill_id", "difficulty", "text", "points", "follow_ups")
_EDITED_AS: Final = {"type_id": "type", "skill_id": "skill"}
"""Columns to the names of the fields that a person edits."""


def follow(connection: sqlite3.Connection, profile_id: int, now: int, bank: ShippedBank, digest: str) -> None:
    """Bring one profile's rows to a shipped bank, in the caller's transaction."""
    rows = _Rows(connection, profile_id, now)
    skills = rows.named("practice_skill", bank.skills, _SKILL_FIELDS)
    types = rows.named("practice_type", bank.types, _TYPE_FIELDS)
    for one in bank.types:
        type_id, edited = types[one["slug"]]
        if "skills" not in edited:
            suggest(connection, type_id, [skills[name][0] for name in one["skills"]])
    rows.questions(bank.questions, types, skills)
    rows.drop_unshipped("practice_type", [one["slug"] for one in bank.types], "type_id")
    rows.drop_unshipped("practice_skill", [one["slug"] for one in bank.skills], "skill_id")
    connection.execute(
        "INSERT INTO practice_bank (profile_id, digest) VALUES (?, ?)"
        " ON CONFLICT (profile_id) DO UPDATE SET digest = excluded.digest",
        (profile_id, digest),
    )


def suggest(connection: sqlite3.Connection, type_id: int, skill_ids: Sequence[int]) -> None:
    """Let a type suggest these skills, in this order."""
    connection.execute("DELETE FROM practice_type_skill WHERE type_id = ?", (type_id,))
    connection.executemany(
        "INSERT INTO practice_type_skill (type_id, skill_id, position) VALUES (?, ?, ?)",
        [(type_id, skill_id, place) for place, skill_id in enumerate(dict.fromkeys(skill_ids))],
    )


def further_skills(connection: sqlite3.Connection, question_id: int, skill_ids: Iterable[int]) -> None:
    """Let a question be about these skills, too."""
    connection.execute("DELETE FROM practice_question_skill WHERE question_id = ?", (question_id,))
    connection.executemany(
        "INSERT INTO practice_question_skill (question_id, skill_id) VALUES (?, ?)",
        [(question_id, skill_id) for skill_id in dict.fromkeys(skill_ids)],
    )


_Known = dict[str, tuple[int, frozenset[str]]]
"""Slug to the row's id and the fields that the person edited."""


class _Rows:
    """The rows of one profile, in one transaction."""

    def __init__(self, connection: sqlite3.Connection, profile_id: int, now: int) -> None:
        self._connection = connection
        self._profile_id = profile_id
        self._now = now

    def named(self, table: str, shipped: Sequence[Mapping[str, Any]], fields: tuple[str, ...]) -> _Known:
        """Write skills or types, which a slug and a name tell apart; return where each shipped one lies."""
        by_slug: dict[str, tuple[int, frozenset[str], bool]] = {}
        by_name: dict[str, str] = {}
        for row_id, slug, key, edited, is_shipped in self._connection.execute(
            f"SELECT id, slug, name_key, edited, shipped FROM {table} WHERE profile_id = ?",
            (self._profile_id,),
        ):
            by_slug[slug] = row_id, frozenset(json.loads(edited)), bool(is_shipped)
            by_name[key] = slug
        known: _Known = {}
        for one in shipped:
            values = {field: one[field] for field in fields}
            key = one["name"].casefold()
            if one["slug"] in by_slug:
                row_id, edited, _ = by_slug[one["slug"]]
                if by_name.get(key, one["slug"]) != one["slug"]:
                    values.pop("name")  # the person gave that name to another one
            elif key in by_name:
                row_id, edited, is_shipped = by_slug[by_name[key]]
                if is_shipped:
                    known[one["slug"]] = row_id, edited
                    continue
                edited = frozenset(fields) - {"position"}
                self._connection.execute(
                    f"UPDATE {table} SET slug = ?, edited = ? WHERE id = ?",
                    (one["slug"], json.dumps(sorted(edited)), row_id),
                )
            else:
                row_id, edited = (
                    self._insert(table, {"slug": one["slug"], "name_key": key} | values),
                    frozenset(),
                )
            self._update(table, row_id, {field: values[field] for field in values if field not in edited})
            known[one["slug"]] = row_id, edited
        return known

    def questions(self, shipped: Sequence[Mapping[str, Any]], types: _Known, skills: _Known) -> None:
        """Write questions; those that are shipped no more go, or are the person's where they edited them."""
        stored = {
            slug: (row_id, frozenset(json.loads(edited)))
            for row_id, slug, edited in self._connection.execute(
                "SELECT id, slug, edited FROM practice_question WHERE profile_id = ? AND origin = 'shipped'",
                (self._profile_id,),
            )
        }
        for one in shipped:
            values = {
                **{field: one[field] for field in _QUESTION_FIELDS if field in one},
                "type_id": types[one["type"]][0],
                "skill_id": skills[one["skill"]][0],
            }
            if one["slug"] in stored:
                row_id, edited = stored.pop(one["slug"])
                values = {
                    field: value
                    for field, value in values.items()
                    if _EDITED_AS.get(field, field) not in edited
                }
                self._update("practice_question", row_id, values)
            else:
                edited = frozenset()
                row_id = self._insert(
                    "practice_question", {"slug": one["slug"], "origin": "shipped", "source": ""} | values
                )
            if "also" not in edited:
                further_skills(self._connection, row_id, [skills[name][0] for name in one["also"]])
        for row_id, edited in stored.values():
            if edited - {"enabled"}:
                self._connection.execute(
                    "UPDATE practice_question SET origin = 'own', slug = 'own:' || slug WHERE id = ?",
                    (row_id,),
                )
            else:
                self._connection.execute("DELETE FROM practice_question WHERE id = ?", (row_id,))

    def drop_unshipped(self, table: str, slugs: Sequence[str], used_as: str) -> None:
        """Remove what is shipped no more and neither edited nor used; the rest is the person's."""
        kept = json.dumps(list(slugs))
        gone = "profile_id = ? AND shipped AND slug NOT IN (SELECT value FROM json_each(?))"
        unused = f"id NOT IN (SELECT {used_as} FROM practice_question)"
        self._connection.execute(
            f"DELETE FROM {table} WHERE {gone} AND edited IN ('[]', '[\"enabled\"]') AND {unused}",
            (self._profile_id, kept),
        )
        self._connection.execute(f"UPDATE {table} SET shipped = 0 WHERE {gone}", (self._profile_id, kept))

    def _insert(self, table: str, values: Mapping[str, Any]) -> int:
        row = {
            **{name: _stored(value) for name, value in values.items()},
            "profile_id": self._profile_id,
            "enabled": 1,
            "edited": "[]",
            "created_at": self._now,
            "updated_at": self._now,
        }
        if table == "practice_question":
            row["asked"] = 0
        else:
            row["shipped"] = 1
        done = self._connection.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )
        assert done.lastrowid is not None
        return done.lastrowid

    def _update(self, table: str, row_id: int, values: Mapping[str, Any]) -> None:
        row = {name: _stored(value) for name, value in values.items()}
        if "name" in values:
            row["name_key"] = values["name"].casefold()
        if table != "practice_question":
            row["shipped"] = 1
        if row:
            self._connection.execute(
                f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in row)} WHERE id = ?",
                (*row.values(), row_id),
            )


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value
