"""Rounds, contacts, tasks, follow-ups and offers as they are: plain SQL on connections that cannot write.

What hangs on a deleted job or round is not listed. Neither SQLAlchemy nor the jobs' modules are imported, so that
the daemon that reads from here stays small.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.interviews.rows import (
    contacts_where,
    follow_ups_where,
    offers_where,
    rounds_where,
    tasks_where,
)
from jobcopilot.interviews.views import (
    AHEAD,
    ContactView,
    FollowUpView,
    OfferView,
    RoundView,
    TaskView,
)

View = TypeVar("View")


class InterviewLists:
    """What one profile has booked, planned, met and been offered."""

    def __init__(self, reader: Reader, profile_id: int) -> None:
        self._reader = reader
        self._profile_id = profile_id

    def rounds(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        job_id: int | None = None,
        ahead_only: bool = False,
        settled_since: datetime | None = None,
    ) -> tuple[RoundView, ...]:
        """Return rounds by their start, those without a time last.

        `since` and `until` keep those that end after and begin before these moments, or have no time; `ahead_only`
        those that are still to take place; `settled_since` leaves out those that took place before it and of which
        it was said how they went.
        """
        where, values = _conditions(
            ("(round.ends_at > ? OR round.ends_at IS NULL)", since),
            ("(round.starts_at < ? OR round.starts_at IS NULL)", until),
            ("round.job_id = ?", job_id),
            (
                f"(round.ends_at > ? OR round.ends_at IS NULL OR round.status IN {AHEAD!r})",
                settled_since,
            ),
        )
        if ahead_only:
            where += f" AND round.status IN ({', '.join('?' * len(AHEAD))})"
            values += AHEAD
        with self._reader.connection() as connection:
            return rounds_where(
                connection,
                self._profile_id,
                f"{where} ORDER BY starts_at IS NULL, starts_at, round.id",
                *values,
            )

    def round(self, round_id: int) -> RoundView:
        """Return one round. Raises `NotFound`."""
        with self._reader.connection() as connection:
            return _one(
                rounds_where(connection, self._profile_id, " AND round.id = ?", round_id),
                "interview",
                round_id,
                "interviews list",
            )

    def tasks(
        self,
        round_id: int | None = None,
        *,
        open_only: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[TaskView, ...]:
        """Return what is to be prepared, for one round or all, in the person's order.

        `open_only` keeps what is not ticked, of rounds still to take place; `since` and `until` rounds that end after
        and begin before these moments, those without a time with `since` alone.
        """
        where, values = _conditions(
            ("round_id = ?", round_id),
            ("(round.ends_at IS NULL OR round.ends_at > ?)", since),
            ("round.starts_at < ?", until),
        )
        if open_only:
            where += " AND done_at IS NULL AND round.status IN ('scheduled', 'pending')"
        with self._reader.connection() as connection:
            return tasks_where(
                connection,
                self._profile_id,
                f"{where} ORDER BY round.starts_at IS NULL, round.starts_at, round_id, position,"
                " preparation_task.id",
                *values,
            )

    def task(self, task_id: int) -> TaskView:
        """Return one task. Raises `NotFound`."""
        with self._reader.connection() as connection:
            found = tasks_where(connection, self._profile_id, " AND preparation_task.id = ?", task_id)
        return _one(found, "task", task_id, "prep list")

    def follow_ups(
        self,
        *,
        job_id: int | None = None,
        round_id: int | None = None,
        waiting_only: bool = False,
        until: datetime | None = None,
    ) -> tuple[FollowUpView, ...]:
        """Return follow-ups by their due time.

        `waiting_only` leaves out what is done, dropped or stopped; `until` keeps what is due before it.
        """
        where, values = _conditions(
            ("follow_up.job_id = ?", job_id), ("round_id = ?", round_id), ("due_at < ?", until)
        )
        if waiting_only:
            where += " AND follow_up.status = 'open'"
        with self._reader.connection() as connection:
            found = follow_ups_where(
                connection, self._profile_id, f"{where} ORDER BY due_at, follow_up.id", *values
            )
        return tuple(one for one in found if not (waiting_only and one.stopped))

    def follow_up(self, follow_up_id: int) -> FollowUpView:
        """Return one follow-up. Raises `NotFound`."""
        with self._reader.connection() as connection:
            found = follow_ups_where(connection, self._profile_id, " AND follow_up.id = ?", follow_up_id)
        return _one(found, "follow-up", follow_up_id, "followups list")

    def offers(self, *, job_id: int | None = None) -> tuple[OfferView, ...]:
        """Return offers, the newest first."""
        where, values = _conditions(("job_id = ?", job_id))
        with self._reader.connection() as connection:
            return offers_where(
                connection,
                self._profile_id,
                f"{where} ORDER BY offer.created_at DESC, offer.id DESC",
                *values,
            )

    def offer(self, offer_id: int) -> OfferView:
        """Return one offer. Raises `NotFound`."""
        with self._reader.connection() as connection:
            found = offers_where(connection, self._profile_id, " AND offer.id = ?", offer_id)
        return _one(found, "offer", offer_id, "offers list")

    def contacts(
        self, *, company: str | None = None, job_id: int | None = None, known_for: int | None = None
    ) -> tuple[ContactView, ...]:
        """Return contacts by name: all, those of a company (as the person writes it) or of a job.

        `known_for` is a job: those of the job or of its company, who are offered when a round is booked.
        """
        where, values = _conditions(
            ("company.name LIKE ? ESCAPE '\\'", None if company is None else _like(company)),
            ("contact.id IN (SELECT contact_id FROM contact_job WHERE job_id = ?)", job_id),
        )
        if known_for is not None:
            where += (
                " AND (contact.id IN (SELECT contact_id FROM contact_job WHERE job_id = ?)"
                " OR company_id = (SELECT company_id FROM job WHERE id = ?))"
            )
            values += (known_for, known_for)
        with self._reader.connection() as connection:
            return contacts_where(connection, self._profile_id, where, *values)

    def contact(self, contact_id: int) -> ContactView:
        """Return one contact. Raises `NotFound`."""
        with self._reader.connection() as connection:
            found = contacts_where(connection, self._profile_id, " AND contact.id = ?", contact_id)
        return _one(found, "contact", contact_id, "contacts list")


def _conditions(*given: tuple[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """Return the conditions whose value is given, as SQL that begins with AND, and their values as stored."""
    kept = [(condition, value) for condition, value in given if value is not None]
    values = tuple(to_milliseconds(value) if isinstance(value, datetime) else value for _, value in kept)
    return "".join(f" AND {condition}" for condition, _ in kept), values


def _like(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _one(found: Sequence[View], word: str, number: int, command: str) -> View:
    if not found:
        raise NotFound(f"There is no such {word}", f"number {number}", f"See: jobcopilot {command}")
    return found[0]
