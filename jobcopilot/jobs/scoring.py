"""Scoring many stored jobs: in chunks, from stored facts, without holding up anybody else."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from jobcopilot.database.reader import Reader
from jobcopilot.jobs.derived import SkillIds, match_columns, score_columns, write_facts, write_matches
from jobcopilot.jobs.explain import read_again
from jobcopilot.jobs.facts import Facts, from_json
from jobcopilot.jobs.match import Match
from jobcopilot.jobs.records import raw
from jobcopilot.jobs.score import score
from jobcopilot.jobs.wanted import prepare
from jobcopilot.profiles.views import ProfileView

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

CHUNK: Final = 400
"""Jobs a transaction: some 10 ms of holding the write lock."""
_BREATH: Final = 16
"""Jobs between two pauses in which the screen's thread gets the interpreter, about every millisecond."""
_PAUSE_S: Final = 0.000_05

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
    with closing(Reader(database.file)) as reader, reader.connection() as connection:
        query = "SELECT count(*) FROM job WHERE profile_id = ?"
        (total,) = connection.execute(query, (profile.id,)).fetchone()
        scorer = _Scorer(database, connection, profile)
        done = after = 0
        while not (stop is not None and stop.is_set()):
            query = "SELECT id FROM job WHERE profile_id = ? AND id > ? ORDER BY id LIMIT ?"
            ids = [id_ for (id_,) in connection.execute(query, (profile.id, after, CHUNK))]
            if not ids:
                break
            done += scorer.score(ids)
            after = ids[-1]
            if progress is not None:
                progress(done, max(done, total))
    return done


def score_jobs(database: Database, profile: ProfileView, ids: Sequence[int]) -> int:
    """Score some jobs of a profile again, and return how many were looked at; ids of others are left alone."""
    with closing(Reader(database.file)) as reader, reader.connection() as connection:
        scorer = _Scorer(database, connection, profile)
        chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
        return sum(map(scorer.score, chunks))


class _Changes(NamedTuple):
    """What a chunk needs written: new matches, and facts that had to be read again."""

    looked_at: int
    matches: list[tuple[int, Match]]
    facts: list[tuple[int, Facts]]


class _Scorer:
    """Scores chunks of jobs for one prepared profile."""

    def __init__(self, database: Database, connection: sqlite3.Connection, profile: ProfileView) -> None:
        self._database = database
        self._connection = connection
        self._profile_id = profile.id
        self._wanted = prepare(profile)

    def score(self, ids: Sequence[int]) -> int:
        """Score the jobs of these ids that belong to the profile; return how many there were."""
        version = self._version()
        changes = self._changes(ids)
        if changes.matches or changes.facts:
            with self._database.writing() as session:
                writer = raw(session)
                if self._version() != version:
                    # Somebody wrote since: what was read may be old, so it is read again under the write lock.
                    changes = self._changes(ids)
                if changes.facts:
                    write_facts(writer, SkillIds(writer), changes.facts)
                write_matches(writer, changes.matches)
        return changes.looked_at

    def _version(self) -> int:
        """Return SQLite's counter of the commits that other connections made."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _changes(self, ids: Sequence[int]) -> _Changes:
        changes = _Changes(len(rows := self._stored(ids)), [], [])
        for count, (job_id, stored, *before) in enumerate(rows):
            facts = from_json(stored)
            if facts is None:
                facts = read_again(self._connection, job_id)
                changes.facts.append((job_id, facts))
            match = score(self._wanted, facts)
            if [*match_columns(match), *score_columns(match)] != before:
                changes.matches.append((job_id, match))
            if count % _BREATH == 0:
                time.sleep(_PAUSE_S)
        return changes

    def _stored(self, ids: Sequence[int]) -> list[tuple[int, str, *tuple[object, ...]]]:
        """Return id, facts and the stored match of the jobs that belong to the profile."""
        return self._connection.execute(
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
