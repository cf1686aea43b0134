"""The full-text index, kept by whoever changes a job's words.

The index holds no text of its own. So, inside the one transaction that changes titles, companies, places, skills,
tags, notes or descriptions:

    with reindexing(connection, job_ids):
        ...  # the change

or `remove` before it and `put` after it; new jobs only need `put` when all of their rows are written. A deleted job
leaves the index by itself (triggers do it, whether `deleted_at` is set or its row goes); a restored one needs `put`.

`connection` is an SQLAlchemy `Connection` (`session.connection()`, after `session.flush()`) or a `sqlite3` one.
"""

# ruff: noqa: S608  # made of table names and whole numbers only
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, NamedTuple

INDEXES: Final = {
    "job_search": "owner, title, company, place, skills, tags, notes, description",
    "job_headline": "owner, title, company, place, skills, tags",
}
"""Full-text tables and their columns: everything, and what stands in a job's head."""
_AT_ONCE: Final = 500
_OWNER: Final = chr(57344)
"""As the view `job_words` begins an owner."""


class Words(NamedTuple):
    """The words of a job as the view `job_words` gives them."""

    job_id: int
    title: str
    company: str
    place: str
    skills: str
    """Names in the order of their numbers, joined by "; "."""
    tags: str
    """In the order of their characters, joined by "; "."""
    notes: str
    description: str


@contextmanager
def reindexing(connection: Any, job_ids: Iterable[int]) -> Iterator[None]:
    """Take jobs out of the index, let the block change their words, and put them back."""
    jobs = list(job_ids)
    remove(connection, jobs)
    yield
    put(connection, jobs)


def remove(connection: Any, job_ids: Iterable[int]) -> None:
    """Take jobs out of the index, before their words change; those that are not in it are passed over."""
    for jobs in _chunks(job_ids):
        for index, columns in INDEXES.items():
            _run(
                connection,
                f"INSERT INTO {index} ({index}, rowid, {columns}) SELECT 'delete', id, {columns} FROM job_words "
                f"WHERE id IN ({jobs}) AND id IN (SELECT id FROM {index}_docsize WHERE id IN ({jobs}))",
            )


def put(connection: Any, job_ids: Iterable[int]) -> None:
    """Put jobs into the index as they now stand; deleted ones stay out.

    Raises `ValueError` for a job that is in it already: its old words would stay behind.
    """
    for jobs in _chunks(job_ids):
        known = _run(connection, f"SELECT id FROM job_search_docsize WHERE id IN ({jobs}) LIMIT 1").fetchone()
        if known is not None:
            raise ValueError(
                f"job {known[0]} is in the search index already: remove it before its words change"
            )
        for index, columns in INDEXES.items():
            _run(
                connection,
                f"INSERT INTO {index} (rowid, {columns}) SELECT id, {columns} FROM job_words "
                f"WHERE id IN ({jobs}) ORDER BY id",
            )


def put_new(connection: Any, profile_id: int, words: Sequence[Words]) -> None:
    """Put jobs into the index that were just written, from their words as they were written.

    The same as `put`, without reading back what is at hand: a third of the time that an import gives the index.
    """
    owner = f"{_OWNER}{profile_id}"
    connection.executemany(
        f"INSERT INTO job_search (rowid, {INDEXES['job_search']}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(one.job_id, owner, *one[1:]) for one in words],
    )
    connection.executemany(
        f"INSERT INTO job_headline (rowid, {INDEXES['job_headline']}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(one.job_id, owner, *one[1:6]) for one in words],
    )


def rebuild(connection: Any) -> None:
    """Make the whole index anew from the jobs, for repair."""
    for index in INDEXES:
        _run(connection, f"INSERT INTO {index} ({index}) VALUES ('rebuild')")


def merge(connection: Any) -> None:
    """Join the pieces of the index after a large import, so that searches open fewer of them."""
    for index in INDEXES:
        _run(connection, f"INSERT INTO {index} ({index}) VALUES ('optimize')")


def is_sound(connection: Any) -> bool:
    """Return whether the index says what the jobs say, for `jobcopilot doctor`."""
    import sqlite3

    for index in INDEXES:
        try:
            _run(connection, f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        except Exception as fault:
            # SQLAlchemy wraps what SQLite raises, and is not imported here.
            if isinstance(getattr(fault, "orig", fault), sqlite3.DatabaseError):
                return False
            raise
    return True


def _chunks(job_ids: Iterable[int]) -> Iterator[str]:
    """Lists of numbers as SQL writes them."""
    waiting = iter(dict.fromkeys(job_ids))
    while chunk := list(islice(waiting, _AT_ONCE)):
        yield ", ".join(str(int(job)) for job in chunk)


def _run(connection: Any, sql: str, parameters: Sequence[object] = ()) -> Any:
    execute = getattr(connection, "exec_driver_sql", None) or connection.execute
    return execute(sql, tuple(parameters))
