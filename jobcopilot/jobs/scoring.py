"""Scoring many stored jobs: in chunks, from stored facts, without holding up anybody else."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from jobcopilot.database.reader import Reader
from jobcopilot.jobs.derived import SkillIds, match_columns, write_facts
from jobcopilot.jobs.explain import read_again
from jobcopilot.jobs.facts import Facts, from_json
from jobcopilot.jobs.records import raw
from jobcopilot.jobs.score import score
from jobcopilot.jobs.search_index import reindexing
from jobcopilot.jobs.wanted import prepare
from jobcopilot.profiles.views import ProfileView

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

CHUNK: Final = 1000
"""Jobs a transaction: some 20 ms of holding the write lock, so that opening a connection for each costs little."""
SWITCH_S: Final = 0.001
"""How long the screen's thread waits for the interpreter while this one works; Python's own 5 ms can be felt."""

Progress = Callable[[int, int], None]


def score_all(
    database: Database,
    profile: ProfileView,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Score all jobs of a profile again, deleted ones too, and return how many were looked at.

    `progress` hears (done, total) after each chunk, on this thread. `stop` ends the work between two chunks: every
    job then has its old or its new score whole, and a later run does the rest. Only what changed is written, and
    `updated_at` is left alone.
    """
    with _sharing(), closing(Reader(database.file)) as reader:
        scorer = _Scorer(database, reader, profile)
        total = scorer.total()
        done = after = 0
        while not (stop is not None and stop.is_set()):
            ids = scorer.ids(after)
            if not ids:
                break
            done += scorer.score(ids)
            after = ids[-1]
            if progress is not None:
                progress(done, max(done, total))
    return done


@contextmanager
def _sharing() -> Iterator[None]:
    """Let the other threads of this process have the interpreter sooner while the block works."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, SWITCH_S))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def score_jobs(database: Database, profile: ProfileView, ids: Sequence[int]) -> int:
    """Score some jobs of a profile again, and return how many were looked at; ids of others are left alone."""
    with closing(Reader(database.file)) as reader:
        scorer = _Scorer(database, reader, profile)
        chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
        return sum(map(scorer.score, chunks))


class _Changes(NamedTuple):
    """What a chunk needs written: new matches, new reasons, and facts that had to be read again."""

    looked_at: int
    matches: list[tuple[object, ...]]
    """`derived.MATCH_COLUMNS` and the job's id."""
    reasons: list[tuple[object, ...]]
    """Matched, missing, summary and the job's id."""
    facts: list[tuple[int, Facts]]


_WRITE_MATCH: Final = "UPDATE job SET match = ?, level = ?, coverage = ?, match_rank = ? WHERE id = ?"
_WRITE_REASONS: Final = """
    INSERT INTO job_score (matched, missing, summary, job_id) VALUES (?, ?, ?, ?)
    ON CONFLICT (job_id) DO UPDATE
    SET matched = excluded.matched, missing = excluded.missing, summary = excluded.summary
"""


class _Scorer:
    """Scores chunks of jobs for one prepared profile."""

    def __init__(self, database: Database, reader: Reader, profile: ProfileView) -> None:
        self._database = database
        self._reader = reader
        self._profile_id = profile.id
        self._wanted = prepare(profile)

    def total(self) -> int:
        """Return how many jobs the profile has."""
        with self._reader.connection() as connection:
            query = "SELECT count(*) FROM job WHERE profile_id = ?"
            (total,) = connection.execute(query, (self._profile_id,)).fetchone()
        return int(total)

    def ids(self, after: int) -> list[int]:
        """Return the next jobs of the profile by id."""
        with self._reader.connection() as connection:
            query = "SELECT id FROM job WHERE profile_id = ? AND id > ? ORDER BY id LIMIT ?"
            return [id_ for (id_,) in connection.execute(query, (self._profile_id, after, CHUNK))]

    def score(self, ids: Sequence[int]) -> int:
        """Score the jobs of these ids that belong to the profile; return how many there were."""
        with self._reader.connection() as connection:
            seen = connection, _version(connection)
            changes = self._changes(connection, ids)
        if changes.matches or changes.reasons or changes.facts:
            with self._database.writing() as session:
                with self._reader.connection() as connection:
                    if (connection, _version(connection)) != seen:
                        # Somebody wrote since: what was read may be old, so it is read again under the write lock.
                        changes = self._changes(connection, ids)
                self._write(raw(session), changes)
        return changes.looked_at

    def _write(self, writer: sqlite3.Connection, changes: _Changes) -> None:
        if changes.facts:
            with reindexing(writer, [job_id for job_id, _ in changes.facts]):
                write_facts(writer, SkillIds(writer), changes.facts)
        writer.executemany(_WRITE_MATCH, changes.matches)
        writer.executemany(_WRITE_REASONS, changes.reasons)

    def _changes(self, connection: sqlite3.Connection, ids: Sequence[int]) -> _Changes:
        rows = self._stored(connection, ids)
        changes = _Changes(len(rows), [], [], [])
        for job_id, stored, *before in rows:
            facts = from_json(stored)
            if facts is None:
                facts = read_again(connection, job_id)
                changes.facts.append((job_id, facts))
            match = score(self._wanted, facts, shown=False)
            columns = match_columns(match)
            if [*columns] != before[:4]:
                changes.matches.append((*columns, job_id))
            reasons = _names(match.matched), _names((*match.missing, *match.missing_nice)), match.summary
            if [*reasons] != before[4:]:
                changes.reasons.append((*reasons, job_id))
        return changes

    def _stored(
        self, connection: sqlite3.Connection, ids: Sequence[int]
    ) -> list[tuple[int, str, *tuple[object, ...]]]:
        """Return id, facts and the stored match of the jobs that belong to the profile."""
        return connection.execute(
            """
            SELECT job.id, job_text.facts, job."match", job.level, job.coverage, job.match_rank,
                   job_score.matched, job_score.missing, job_score.summary
            FROM json_each(?) AS wanted CROSS JOIN job ON job.id = wanted.value
            JOIN job_text ON job_text.job_id = job.id
            LEFT JOIN job_score ON job_score.job_id = job.id
            WHERE job.profile_id = ?
            """,
            (json.dumps([*ids]), self._profile_id),
        ).fetchall()


def _version(connection: sqlite3.Connection) -> int:
    """Return SQLite's counter of the commits that other connections made; it compares on one connection only."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)


def _names(names: tuple[str, ...]) -> str:
    """Return a list of names as JSON, as `derived.score_columns` writes it, in a tenth of the time."""
    return f"[{','.join(map(_quoted, names))}]"


@lru_cache(maxsize=8192)
def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
