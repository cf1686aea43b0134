"""The bank that ships with the app: TOML in `data/`, read when it is first needed, and its digest.

The digest is over the files as they are, so that a start compares a few hundred kilobytes and parses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent / "data"
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class ShippedBank:
    """Types, skills and questions as rows of plain values, in the order of their files."""

    types: tuple[dict[str, Any], ...]
    skills: tuple[dict[str, Any], ...]
    questions: tuple[dict[str, Any], ...]


def digest(folder: Path = DATA) -> str:
    """Return what tells one bank from another: a hash of its files."""
    import hashlib

    total = hashlib.sha256()
    for file in sorted(folder.glob("*.toml")):
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


@cache
def shipped_bank(folder: Path = DATA) -> ShippedBank:
    """Return the bank of a folder. Raises `ValueError` that names file and entry where it is not as agreed."""
    types = tuple(_types(folder))
    skills = tuple(_skills(folder))
    questions = tuple(_questions(folder, {one["slug"] for one in types}, {one["name"] for one in skills}))
    return ShippedBank(types, skills, questions)


def _entries(folder: Path, pattern: str, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    import tomllib

    for file in sorted(folder.glob(pattern)):
        for place, entry in enumerate(tomllib.loads(file.read_text("utf-8")).get(table, []), start=1):
            yield f"{file.name}, {table} {entry.get('id') or entry.get('name') or place}", entry


def _types(folder: Path) -> Iterator[dict[str, Any]]:
    for position, (_, entry) in enumerate(_entries(folder, "types.toml", "type")):
        yield {
            "slug": entry["id"],
            "name": entry["name"],
            "description": entry["description"],
            "stages": entry["stages"],
            "minutes": entry["minutes"],
            "shape": entry["shape"],
            "skills": entry["skills"],
            "position": position,
        }


def _skills(folder: Path) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for where, entry in _entries(folder, "skills*.toml", "skill"):
        if entry["name"].casefold() in seen:
            raise ValueError(f"{where}: there is one of that name already")
        seen.add(entry["name"].casefold())
        yield {
            "slug": entry["name"],
            "name": entry["name"],
            "kind": entry["kind"],
            "description": entry["description"],
            "aliases": entry.get("aliases", []),
        }


def _questions(folder: Path, types: set[str], skills: set[str]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for where, entry in _entries(folder, "questions*.toml", "question"):
        slug = entry["id"]
        unknown = [name for name in (entry["skill"], *entry.get("also", ())) if name not in skills]
        if not _SLUG.fullmatch(slug) or slug in seen:
            raise ValueError(f"{where}: its id is not a slug of its own")
        if entry["type"] not in types or unknown:
            raise ValueError(f"{where}: it names what is not there: {entry['type']}, {', '.join(unknown)}")
        seen.add(slug)
        yield {
            "slug": slug,
            "type": entry["type"],
            "skill": entry["skill"],
            "also": entry.get("also", []),
            "difficulty": entry["difficulty"],
            "text": entry["text"],
            "follow_ups": entry.get("follow_ups", []),
            "points": [
                {"point": point["point"], "signs": list(point["signs"])} for point in entry.get("points", ())
            ],
        }
