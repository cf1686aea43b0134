"""What changed, and taking it back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from jobcopilot.clock import Clock
from jobcopilot.database.engine import Database
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.jobs.companions import Companion, accompanied
from jobcopilot.jobs.records import listed, raw, shown
from jobcopilot.jobs.undo import Conflict, take_back
from jobcopilot.jobs.views import BatchView, EventView
from jobcopilot.profiles.store import ProfileStore
from jobcopilot.profiles.views import ProfileView

__all__ = ["Conflict", "History"]


class History:
    """The batches and events of one profile; append-only, an undo is itself a batch."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        profile_id: int,
        clock: Clock,
        companions: Sequence[Companion] = (),
    ) -> None:
        self._database = database
        self._reader = reader
        self._profile_id = profile_id
        self._clock = clock
        self._companions = companions

    def events(self, job_id: int) -> tuple[EventView, ...]:
        """Return the changes of a job and of those merged into it, newest first. Raises `NotFound`."""
        with self._reader.connection() as connection:
            ids = _with_merged(connection, self._profile_id, job_id)
            rows = connection.execute(
                "SELECT id, job_id, batch_id, at, action, before, after FROM job_event"
                " WHERE job_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
                (listed(ids),),
            ).fetchall()
        return tuple(_event(row) for row in rows)

    def batches(self, limit: int = 100) -> tuple[BatchView, ...]:
        """Return the last acts, newest first."""
        with self._reader.connection() as connection:
            rows = connection.execute(
                f"SELECT {_BATCH} FROM change_batch WHERE profile_id = ? ORDER BY id DESC LIMIT ?",  # noqa: S608
                (self._profile_id, limit),
            ).fetchall()
        return tuple(_view(row) for row in rows)

    def undo(self, batch: int | None = None) -> BatchView:
        """Take back a batch (None: the newest that stands and is no undo) and return it.

        All of it or nothing, in one transaction; the undo is a batch of its own, so that undoing that one brings
        the change back. Raises `Conflict` where a later change would be lost, naming it, `NotFound` where there
        is no such batch or nothing left to take back.
        """
        with self._database.writing() as session:
            connection = raw(session)
            chosen = batch if batch is not None else self._newest(connection)
            now = to_milliseconds(self._clock.now())
            journal = take_back(connection, self._profile_id, self._profile, chosen, now)
            for companion in self._companions:
                companion.take_back(session, journal, chosen)
            accompanied(session, journal, self._companions)
            row = connection.execute(f"SELECT {_BATCH} FROM change_batch WHERE id = ?", (chosen,)).fetchone()  # noqa: S608
        return _view(row)

    def redo(self) -> BatchView:
        """Do again what was taken back last, and return it; a new change since then leaves nothing to do again.

        Raises what `undo` raises.
        """
        with self._reader.connection() as connection:
            found = connection.execute(
                "SELECT back.id, back.undoes FROM change_batch AS back"
                " JOIN change_batch AS act ON act.id = back.undoes AND act.kind <> 'undo'"
                " WHERE back.profile_id = :profile AND back.kind = 'undo' AND back.undone_at IS NULL AND back.id >"
                " (SELECT max(id) FROM change_batch WHERE profile_id = :profile AND kind <> 'undo')"
                " ORDER BY back.id DESC LIMIT 1",
                {"profile": self._profile_id},
            ).fetchone()
        if found is None:
            raise NotFound(
                "There is nothing to do again",
                hint="Only what was taken back last can be, until something else is changed.",
            )
        self.undo(found[0])
        with self._reader.connection() as connection:
            row = connection.execute(f"SELECT {_BATCH} FROM change_batch WHERE id = ?", found[1:]).fetchone()  # noqa: S608
        return _view(row)

    def _profile(self) -> ProfileView:
        """Return the profile that reworded jobs are scored for again."""
        profiles = ProfileStore(lambda: self._database, self._reader, self._clock).list()
        return next(profile for profile in profiles if profile.id == self._profile_id)

    def _newest(self, connection: sqlite3.Connection) -> int:
        found = connection.execute(
            "SELECT max(id) FROM change_batch WHERE profile_id = ? AND undone_at IS NULL AND kind <> 'undo'",
            (self._profile_id,),
        ).fetchone()
        if found[0] is None:
            raise NotFound("There is nothing to take back", hint="Every change so far was taken back.")
        newest: int = found[0]
        return newest


_BATCH: Final = "id, kind, label, at, jobs, undone_at"


def _view(row: Sequence[Any]) -> BatchView:
    batch_id, kind, label, at, jobs, undone_at = row
    return BatchView(batch_id, kind, label, from_milliseconds(at), jobs, undone_at is not None)


def _event(row: Sequence[Any]) -> EventView:
    event_id, job_id, batch_id, at, action, before, after = row
    return EventView(
        event_id,
        job_id,
        batch_id,
        from_milliseconds(at),
        action,
        shown(json.loads(before)),
        shown(json.loads(after)),
    )


def _with_merged(connection: sqlite3.Connection, profile_id: int, job_id: int) -> list[int]:
    """Return a job with those that were merged into it, and into them."""
    found = connection.execute(
        """
        WITH RECURSIVE same (id) AS (
            SELECT id FROM job WHERE id = :job AND profile_id = :profile
            UNION
            SELECT job.id FROM same JOIN job ON job.duplicate_of = same.id
            WHERE job.deleted_at IS NOT NULL AND (
                SELECT action FROM job_event WHERE job_event.job_id = job.id AND action <> 'changed'
                ORDER BY job_event.id DESC LIMIT 1
            ) = 'merged'
        )
        SELECT id FROM same
        """,
        {"job": job_id, "profile": profile_id},
    ).fetchall()
    if not found:
        raise NotFound("There is no such job", f"number {job_id}", "jobcopilot jobs list shows them.")
    return [same_id for (same_id,) in found]
