"""What the subjects of reminders say of themselves when a reminder is sent, and what the button Done does.

Read without SQLAlchemy: the daemon stays small. Subjects carry no profile, so each is looked up with its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date

from jobcopilot.clock import Clock
from jobcopilot.database.reader import Reader
from jobcopilot.interviews.asked import (
    describe_applications,
    describe_deadline,
    describe_follow_up,
    describe_offer,
    describe_round,
)
from jobcopilot.interviews.rows import follow_ups_where, offers_where, rounds_where, tasks_where
from jobcopilot.interviews.subjects import APPLICATIONS, DEADLINE_OF, FOLLOW, OFFER, ROUND
from jobcopilot.reminders.views import Described


class Descriptions:
    """Tells what things are now, by their number."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock

    def describers(self) -> Mapping[str, Callable[[int], Described | None]]:
        """Return the function for each kind of subject; each returns None for what is gone or needs nothing."""
        return {
            ROUND: self.round,
            FOLLOW: self.follow_up,
            APPLICATIONS: self.applications,
            OFFER: self.offer,
            DEADLINE_OF: self.deadline,
        }

    def round(self, round_id: int) -> Described | None:
        """Return what a round says."""
        with self._reader.connection() as connection:
            profile_id = _profile_of(connection, "round", round_id)
            found = rounds_where(connection, profile_id, " AND round.id = ?", round_id)
            tasks = tasks_where(connection, profile_id, " AND round_id = ? ORDER BY position", round_id)
        return describe_round(found[0], tasks) if found else None

    def follow_up(self, follow_up_id: int) -> Described | None:
        """Return what a follow-up says."""
        with self._reader.connection() as connection:
            profile_id = _profile_of(connection, "follow_up", follow_up_id)
            found = follow_ups_where(connection, profile_id, " AND follow_up.id = ?", follow_up_id)
        return describe_follow_up(found[0]) if found else None

    def applications(self, profile_id: int) -> Described | None:
        """Return what the applications of a profile say that are to be asked after by now."""
        with self._reader.connection() as connection:
            found = follow_ups_where(
                connection, profile_id, " AND kind = 'application' AND follow_up.status = 'open'"
            )
        return describe_applications(found, self._clock.now())

    def offer(self, offer_id: int) -> Described | None:
        """Return what an offer says."""
        with self._reader.connection() as connection:
            profile_id = _profile_of(connection, "offer", offer_id)
            found = offers_where(connection, profile_id, " AND offer.id = ?", offer_id)
            if not found:
                return None
            (status,) = connection.execute(
                "SELECT status FROM job WHERE id = ?", (found[0].job_id,)
            ).fetchone()
        return describe_offer(found[0], status)

    def deadline(self, job_id: int) -> Described | None:
        """Return what the last day of a posting says."""
        with self._reader.connection() as connection:
            found = connection.execute(
                "SELECT title, company, deadline, status, address FROM job"
                " WHERE id = ? AND deleted_at IS NULL AND deadline IS NOT NULL",
                (job_id,),
            ).fetchone()
        if found is None:
            return None
        title, company, deadline, status, address = found
        zone = self._clock.zone()
        return describe_deadline(title, company, date.fromisoformat(deadline), status, zone, address)


def _profile_of(connection: sqlite3.Connection, table: str, number: int) -> int:
    found = connection.execute(f"SELECT profile_id FROM {table} WHERE id = ?", (number,)).fetchone()  # noqa: S608
    return 0 if found is None else int(found[0])
