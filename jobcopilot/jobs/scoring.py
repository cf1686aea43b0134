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
from jobcopilot.errors import NotFound
from jobcopilot.jobs.facts import Facts, from_json, read_facts, to_json
from jobcopilot.jobs.match import Match, match_rank
from jobcopilot.jobs.score import score
from jobcopilot.jobs.wanted import Wanted, prepare
from jobcopilot.profiles.views import ProfileView
from jobcopilot.reading.pay import Pay

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

CHUNK: Final = 400
"""Jobs a transaction: some 10 ms of holding the write lock."""
_BREATH: Final = 16
"""Jobs between two pauses in which the screen's thread gets the interpreter, about every millisecond."""
_PAUSE_S: Final = 0.000_05

Progress = Callable[[int, int], None]


class StoredMatch(NamedTuple):
    """A match as it lies in `job` (the first four) and `job_score` (lists as JSON)."""

    match: int | None
    level: str | None
    coverage: float | None
    match_rank: int
    matched: str
    missing: str
    summary: str


def stored_match(match: Match) -> StoredMatch:
    """Return a match as it is stored; the must-haves lead the missing skills. Not scored is None, not 0."""
    scored = match.scored
    return StoredMatch(
        match.percent if scored else None,
        match.level if scored else None,
        match.coverage,
        match_rank(match),
        _json(match.matched),
        _json((*match.missing, *match.missing_nice)),
        match.summary,
    )


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
        query = "SELECT count(*), coalesce(max(id), 0) FROM job WHERE profile_id = ?"
        total, last = connection.execute(query, (profile.id,)).fetchone()
        scorer = _Scorer(database, connection, profile)
        done = after = 0
        while after < last and not (stop is not None and stop.is_set()):
            query = "SELECT id FROM job WHERE profile_id = ? AND id > ? ORDER BY id LIMIT ?"
            ids = [id_ for (id_,) in connection.execute(query, (profile.id, after, CHUNK))]
            if not ids:
                break
            scorer.score(ids)
            after = ids[-1]
            done += len(ids)
            if progress is not None:
                progress(done, max(done, total))
    return done


def score_jobs(database: Database, profile: ProfileView, ids: Sequence[int]) -> int:
    """Score some jobs of a profile again, and return how many were looked at; ids of others are left alone."""
    with closing(Reader(database.file)) as reader, reader.connection() as connection:
        scorer = _Scorer(database, connection, profile)
        chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
        return sum(map(scorer.score, chunks))


def explain(reader: Reader, profile: ProfileView | Wanted, job_id: int) -> Match:
    """Return the match of one stored job with all of its reasons; raises `NotFound` where there is no such job."""
    with reader.connection() as connection:
        for _, stored, _ in _stored_facts(connection, [job_id]):
            facts = from_json(stored)
            return score(profile, facts or _read_again(connection, job_id))
    raise NotFound("There is no such job", str(job_id), "List them with: jobcopilot jobs list")


_Row = tuple[int, str, StoredMatch]


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
        rows, changed, fresh = self._changes(ids)
        if not changed and not fresh:
            return rows
        with self._database.writing() as session:
            if self._version() != version:
                # Somebody wrote since: what was read may be old, so it is read again under the write lock.
                rows, changed, fresh = self._changes(ids)
            connection = session.connection()
            for statement, values in ((_JOB, changed), (_SCORE, changed), (_FACTS, fresh)):
                if values:
                    connection.exec_driver_sql(statement, values)
        return rows

    def _version(self) -> int:
        """Return SQLite's counter of the commits that other connections made."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _changes(self, ids: Sequence[int]) -> tuple[int, list[dict[str, object]], list[dict[str, object]]]:
        changed: list[dict[str, object]] = []
        fresh: list[dict[str, object]] = []
        rows = _stored_facts(self._connection, ids, self._profile_id)
        for count, (job_id, stored, before) in enumerate(rows):
            facts = from_json(stored)
            if facts is None:
                facts = _read_again(self._connection, job_id)
                fresh.append({"job_id": job_id, "facts": to_json(facts)})
            now = stored_match(score(self._wanted, facts))
            if now != before:
                changed.append({"job_id": job_id, **now._asdict()})
            if count % _BREATH == 0:
                time.sleep(_PAUSE_S)
        return len(rows), changed, fresh


_JOB: Final = """
    UPDATE job SET "match" = :match, level = :level, coverage = :coverage, match_rank = :match_rank
    WHERE id = :job_id
"""
_SCORE: Final = """
    INSERT INTO job_score (job_id, matched, missing, summary) VALUES (:job_id, :matched, :missing, :summary)
    ON CONFLICT (job_id) DO UPDATE SET matched = :matched, missing = :missing, summary = :summary
"""
_FACTS: Final = "UPDATE job_text SET facts = :facts WHERE job_id = :job_id"


def _stored_facts(
    connection: sqlite3.Connection, ids: Sequence[int], profile_id: int | None = None
) -> list[_Row]:
    rows = connection.execute(
        """
        SELECT job.id, coalesce(job_text.facts, '{}'), job."match", job.level, job.coverage, job.match_rank,
               coalesce(job_score.matched, ''), coalesce(job_score.missing, ''), coalesce(job_score.summary, '')
        FROM json_each(?) AS wanted CROSS JOIN job ON job.id = wanted.value
        LEFT JOIN job_text ON job_text.job_id = job.id
        LEFT JOIN job_score ON job_score.job_id = job.id
        WHERE ? IS NULL OR job.profile_id = ?
        """,
        (json.dumps([*ids]), profile_id, profile_id),
    )
    return [(row[0], row[1], StoredMatch(*row[2:])) for row in rows]


def _read_again(connection: sqlite3.Connection, job_id: int) -> Facts:
    """Return facts of a job whose stored ones are missing or of an older reading."""
    title, place, mode, description, *pay = connection.execute(
        """
        SELECT title, place, work_mode, coalesce(description, ''), pay_text, pay_minimum, pay_maximum, pay_currency,
               pay_period, pay_known
        FROM job LEFT JOIN job_text ON job_text.job_id = job.id WHERE job.id = ?
        """,
        (job_id,),
    ).fetchone()
    stated = None if pay[1] is None and pay[2] is None else Pay(*pay)
    return read_facts(title, place, description, mode, stated)


def _json(names: tuple[str, ...]) -> str:
    return json.dumps(names, ensure_ascii=False, separators=(",", ":"))
