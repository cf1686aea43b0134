"""What is kept beside a job because it follows from it: its keys, its company, its facts, skills and match."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from jobcopilot.jobs.dedupe import address_key, company_key, title_key
from jobcopilot.jobs.facts import Facts, read_facts, to_json
from jobcopilot.jobs.match import Match, match_rank
from jobcopilot.jobs.records import chunks, pay_of, read_records
from jobcopilot.jobs.score import score
from jobcopilot.jobs.wanted import prepare
from jobcopilot.profiles.views import ProfileView

MATCH_COLUMNS: Final = ("match", "level", "coverage", "match_rank")


def keys(connection: sqlite3.Connection, profile_id: int, columns: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that follow from a new title, company or address; a new company is written."""
    found: dict[str, Any] = {}
    if "title" in columns:
        found["title_key"] = title_key(columns["title"])
    if "address" in columns:
        found["address_key"] = address_key(columns["address"])
    if "company" in columns:
        found["company_key"] = company_key(columns["company"])
        found["company_id"] = Companies(connection, profile_id).id_of(columns["company"])
    return found


class Companies:
    """The companies of a profile by their key; unknown ones are written when first asked for."""

    def __init__(self, connection: sqlite3.Connection, profile_id: int) -> None:
        self._connection = connection
        self._profile_id = profile_id
        self._known: dict[str, int] = {}

    def id_of(self, name: str) -> int:
        """Return the id of the company of that name."""
        key = company_key(name)
        known = self._known.get(key)
        if known is None:
            found = self._connection.execute(
                "SELECT id FROM company WHERE profile_id = ? AND key = ?", (self._profile_id, key)
            ).fetchone()
            known = found[0] if found else self._add(name, key)
            self._known[key] = known
        return known

    def _add(self, name: str, key: str) -> int:
        added = self._connection.execute(
            "INSERT INTO company (profile_id, name, key, notes) VALUES (?, ?, ?, '')",
            (self._profile_id, name, key),
        )
        assert added.lastrowid is not None
        return added.lastrowid


class SkillIds:
    """The numbers of skill names; unknown ones are written when first asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, int] = {}

    def of(self, names: Iterable[str]) -> list[int]:
        """Return the numbers of names."""
        return [self._known.get(name) or self._number(name) for name in names]

    def _number(self, name: str) -> int:
        found = self._connection.execute("SELECT id FROM skill_name WHERE name = ?", (name,)).fetchone()
        if found:
            number: int = found[0]
        else:
            added = self._connection.execute(
                "INSERT INTO skill_name (name, key) VALUES (?, ?)", (name, name.casefold())
            )
            assert added.lastrowid is not None
            number = added.lastrowid
        self._known[name] = number
        return number


def match_columns(match: Match) -> tuple[int | None, str | None, float | None, int]:
    """Return a match as the columns `MATCH_COLUMNS`; nothing compared is stored as not scored."""
    if not match.scored:
        return None, None, match.coverage, 0
    return match.percent, match.level, match.coverage, match_rank(match)


def score_columns(match: Match) -> tuple[str, str, str]:
    """Return why a job has its match, as `job_score` keeps it: matched, missing, summary."""
    return _names(match.matched), _names((*match.missing, *match.missing_nice)), match.summary


def refresh(connection: sqlite3.Connection, profile: ProfileView, ids: Sequence[int]) -> None:
    """Read facts, skills and match of jobs again, after their text or fields changed."""
    wanted, skills = prepare(profile), SkillIds(connection)
    for some in chunks(ids):
        for job_id, record in read_records(connection, profile.id, some).items():
            facts = read_facts(
                record["title"],
                record["place"],
                record["description"],
                record["work_mode"],
                pay_of(record),
            )
            write_facts(connection, skills, [(job_id, facts)])
            write_matches(connection, [(job_id, score(wanted, facts, shown=False))])


def write_facts(connection: sqlite3.Connection, skills: SkillIds, facts: Sequence[tuple[int, Facts]]) -> None:
    """Store facts and the skills that they name, in place of earlier ones."""
    connection.executemany(
        "UPDATE job_text SET facts = ? WHERE job_id = ?", [(to_json(read), job_id) for job_id, read in facts]
    )
    connection.executemany("DELETE FROM job_skill WHERE job_id = ?", [(job_id,) for job_id, _ in facts])
    connection.executemany(
        "INSERT INTO job_skill (skill_id, job_id) VALUES (?, ?)",
        [(number, job_id) for job_id, read in facts for number in skills.of(read.skill_names)],
    )


def write_matches(connection: sqlite3.Connection, matches: Sequence[tuple[int, Match]]) -> None:
    """Store matches with their reasons, in place of earlier ones."""
    connection.executemany(
        "UPDATE job SET match = ?, level = ?, coverage = ?, match_rank = ? WHERE id = ?",
        [(*match_columns(match), job_id) for job_id, match in matches],
    )
    connection.executemany(
        "INSERT INTO job_score (matched, missing, summary, job_id) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (job_id) DO UPDATE SET"
        " matched = excluded.matched, missing = excluded.missing, summary = excluded.summary",
        [(*score_columns(match), job_id) for job_id, match in matches],
    )


def _names(names: Sequence[str]) -> str:
    # As json.dumps would, in a tenth of the time: the same few hundred names come again and again.
    return f"[{','.join(map(_quoted, names))}]"


@lru_cache(maxsize=8_192)
def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
