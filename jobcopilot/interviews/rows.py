"""From rows to what is shown: the selections of rounds, contacts, tasks, follow-ups and offers, and their columns.

What hangs on a deleted job or round is not selected.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.interviews.views import (
    ContactView,
    FollowUpView,
    Met,
    OfferPart,
    OfferView,
    RoundView,
    TaskView,
)

_ROUND: Final = """
    SELECT round.id, round.job_id, job.company, job.title, job.status, stage, starts_at, minutes, ends_at, zone,
        format, round.place, link, round.status, outcome, round.notes, reminders, round.created_at, round.updated_at
    FROM round JOIN job ON job.id = round.job_id
    WHERE round.profile_id = ? AND round.deleted_at IS NULL AND job.deleted_at IS NULL
"""
_TASK: Final = """
    SELECT preparation_task.id, round_id, key, preparation_task.title, detail, due_at, position, done_at
    FROM preparation_task JOIN round ON round.id = round_id JOIN job ON job.id = round.job_id
    WHERE round.profile_id = ? AND preparation_task.deleted_at IS NULL AND round.deleted_at IS NULL
        AND job.deleted_at IS NULL
"""
_FOLLOW_UP: Final = """
    SELECT follow_up.id, follow_up.job_id, job.company, job.title, job.status, kind, follow_up.title, due_at,
        follow_up.status, round_id, contact_id, contact.name, contact.title, follow_up.notes, done_at
    FROM follow_up JOIN job ON job.id = follow_up.job_id
        LEFT JOIN contact ON contact.id = contact_id LEFT JOIN round ON round.id = round_id
    WHERE follow_up.profile_id = ? AND follow_up.deleted_at IS NULL AND job.deleted_at IS NULL
        AND round.deleted_at IS NULL
"""
_OFFER: Final = """
    SELECT offer.id, job_id, job.company, job.title, amount, currency, period, parts, deadline_at, offer.notes,
        offer.created_at
    FROM offer JOIN job ON job.id = job_id
    WHERE offer.profile_id = ? AND offer.deleted_at IS NULL AND job.deleted_at IS NULL
"""
_CONTACT: Final = """
    SELECT contact.id, contact.name, title, email, phone, linkedin, contact.notes, coalesce(company.name, '')
    FROM contact LEFT JOIN company ON company.id = company_id
    WHERE contact.profile_id = ? AND contact.deleted_at IS NULL
"""


def rounds_where(
    connection: sqlite3.Connection, profile_id: int, where: str, *values: object
) -> tuple[RoundView, ...]:
    """Return the rounds that further conditions (SQL that begins with AND) keep."""
    rows = connection.execute(_ROUND + where, (profile_id, *values)).fetchall()
    ids = json.dumps([row[0] for row in rows])
    counts = {
        round_id: (done, total)
        for round_id, done, total in connection.execute(
            "SELECT round_id, count(done_at), count(*) FROM preparation_task"
            " WHERE round_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL GROUP BY round_id",
            (ids,),
        )
    }
    met: dict[int, list[Met]] = {}
    for round_id, *person in connection.execute(
        "SELECT round_id, id, name, title FROM round_contact JOIN contact ON contact.id = contact_id"
        " WHERE round_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY name, id",
        (ids,),
    ):
        met.setdefault(round_id, []).append(Met(*person))
    return tuple(_round(row, tuple(met.get(row[0], ())), *counts.get(row[0], (0, 0))) for row in rows)


def tasks_where(
    connection: sqlite3.Connection, profile_id: int, where: str, *values: object
) -> tuple[TaskView, ...]:
    """Return the tasks that further conditions keep."""
    rows = connection.execute(_TASK + where, (profile_id, *values))
    return tuple(
        TaskView(task_id, round_id, key, title, detail, _moment(due), position, _moment(done))
        for task_id, round_id, key, title, detail, due, position, done in rows
    )


def follow_ups_where(
    connection: sqlite3.Connection, profile_id: int, where: str, *values: object
) -> tuple[FollowUpView, ...]:
    """Return the follow-ups that further conditions keep."""
    return tuple(_follow_up(row) for row in connection.execute(_FOLLOW_UP + where, (profile_id, *values)))


def offers_where(
    connection: sqlite3.Connection, profile_id: int, where: str, *values: object
) -> tuple[OfferView, ...]:
    """Return the offers that further conditions keep."""
    return tuple(_offer(row) for row in connection.execute(_OFFER + where, (profile_id, *values)))


def stops(job_status: str, kind: str) -> bool:
    """Return whether a follow-up of this kind has nothing to wait for at this status of its job."""
    from jobcopilot.interviews.follow_up_rules import waits

    return not waits(job_status, kind)


def _round(row: Sequence[Any], contacts: tuple[Met, ...], done: int, total: int) -> RoundView:
    (
        round_id, job_id, company, title, job_status, stage, starts_at, minutes, ends_at, zone, form, place, link,
        status, outcome, notes, reminders, created_at, updated_at,
    ) = row  # fmt: skip
    return RoundView(
        id=round_id,
        job_id=job_id,
        company=company,
        job_title=title,
        job_status=job_status,
        stage=stage,
        starts_at=_moment(starts_at),
        minutes=minutes,
        ends_at=_moment(ends_at),
        zone=zone,
        format=form,
        place=place,
        link=link,
        status=status,
        outcome=outcome,
        notes=notes,
        contacts=contacts,
        tasks_done=done,
        tasks_total=total,
        reminders=() if reminders == "[]" else tuple(json.loads(reminders)),
        created_at=_moment(created_at),
        updated_at=_moment(updated_at),
    )


def _follow_up(row: Sequence[Any]) -> FollowUpView:
    (
        follow_up_id, job_id, company, job_title, job_status, kind, title, due, status, round_id, contact_id, name,
        role, notes, done,
    ) = row  # fmt: skip
    return FollowUpView(
        id=follow_up_id,
        job_id=job_id,
        company=company,
        job_title=job_title,
        kind=kind,
        title=title,
        due_at=from_milliseconds(due),
        status=status,
        round_id=round_id,
        contact=None if contact_id is None else Met(contact_id, name, role),
        notes=notes,
        done_at=_moment(done),
        stopped=status == "open" and stops(job_status, kind),
    )


def _offer(row: Sequence[Any]) -> OfferView:
    (
        offer_id,
        job_id,
        company,
        title,
        amount,
        currency,
        period,
        parts,
        deadline,
        notes,
        created,
    ) = row
    return OfferView(
        id=offer_id,
        job_id=job_id,
        company=company,
        job_title=title,
        amount=amount,
        currency=currency,
        period=period,
        parts=tuple(OfferPart(**part) for part in json.loads(parts)),
        deadline_at=_moment(deadline),
        notes=notes,
        created_at=_moment(created),
    )


def contacts_where(
    connection: sqlite3.Connection, profile_id: int, where: str, *values: object
) -> tuple[ContactView, ...]:
    """Return the contacts that further conditions keep, by name, with their jobs and rounds."""
    rows = connection.execute(
        f"{_CONTACT} {where} ORDER BY contact.name COLLATE NOCASE, contact.id", (profile_id, *values)
    ).fetchall()
    ids = json.dumps([row[0] for row in rows])
    jobs = _grouped(
        connection.execute(
            "SELECT contact_id, job_id FROM contact_job JOIN job ON job.id = job_id"
            " WHERE contact_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY job_id",
            (ids,),
        )
    )
    rounds = _grouped(
        connection.execute(
            "SELECT contact_id, round_id FROM round_contact JOIN round ON round.id = round_id"
            " JOIN job ON job.id = job_id WHERE contact_id IN (SELECT value FROM json_each(?))"
            " AND round.deleted_at IS NULL AND job.deleted_at IS NULL ORDER BY starts_at, round_id",
            (ids,),
        )
    )
    return tuple(
        replace(
            ContactView(*row), job_ids=tuple(jobs.get(row[0], ())), round_ids=tuple(rounds.get(row[0], ()))
        )
        for row in rows
    )


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else from_milliseconds(stored)
