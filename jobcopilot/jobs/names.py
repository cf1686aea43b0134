"""What the names in a query mean among the companies, skills, tags and sources that there are."""

# ruff: noqa: S608  # made of this file's own names only; what a person typed is always a parameter
from __future__ import annotations

import sqlite3
import unicodedata

from jobcopilot.jobs.query import Named


def company_ids(connection: sqlite3.Connection, item: Named, profile_id: int) -> list[int]:
    """Return the companies of a profile that contain one of the names."""
    # The key has no punctuation and no legal form; the name as first met has both.
    tests, values = [], []
    for name in item.names:
        for column, needle in (("key", fold(name)), ("lower(name)", name.lower())):
            if needle:
                tests.append(f"instr({column}, ?) > 0")
                values.append(needle)
    found = connection.execute(
        f"SELECT id FROM company WHERE profile_id = ? AND ({' OR '.join(tests)})", (profile_id, *values)
    )
    return [row[0] for row in found]


def skill_ids(connection: sqlite3.Connection, item: Named) -> list[int]:
    """Return the skills that are meant, under any name that the vocabulary has for them."""
    found: set[int] = set()
    for name in item.names:
        key = name.casefold()
        last = key + "\U0010ffff" if item.unfinished else key
        named = _skills_between(connection, key, last)
        if not named:
            # The vocabulary knows other names, but takes a moment to load.
            from jobcopilot.reading.skills import canonical

            known = canonical(name).casefold()
            named = _skills_between(connection, known, known)
        found.update(named)
    return sorted(found)


def _skills_between(connection: sqlite3.Connection, first: str, last: str) -> list[int]:
    return [
        row[0]
        for row in connection.execute("SELECT id FROM skill_name WHERE key BETWEEN ? AND ?", (first, last))
    ]


def tags_named(connection: sqlite3.Connection, item: Named) -> tuple[str, ...]:
    """Return the tags that are meant, as they are written."""
    wanted = [name.casefold() for name in item.names]
    known = [row[0] for row in connection.execute("SELECT DISTINCT tag FROM job_tag")]
    return tuple(
        tag
        for tag in known
        if any(
            tag.casefold() == name or (item.unfinished and tag.casefold().startswith(name)) for name in wanted
        )
    )


def source_ids(connection: sqlite3.Connection, item: Named) -> list[int]:
    """Return the sources whose names contain one of those asked for."""
    wanted = [name.casefold() for name in item.names]
    return [
        number
        for number, name in connection.execute("SELECT id, name FROM job_source")
        if any(part in name.casefold() for part in wanted)
    ]


def fold(text: str) -> str:
    """Return text without case, accents and punctuation, as company keys are."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() or char in "+#" else " " for char in kept).split())
