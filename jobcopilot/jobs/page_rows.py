"""Rows of the database as the pictures that leave the room."""

# ruff: noqa: S608  # made of this file's own names and whole numbers only
from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.jobs.views import THIN_RANK, DocumentView, JobDetail, JobRow
from jobcopilot.reading.pay import Pay

_ROW: Final = (
    "job.id, title, company, place, work_mode, status, match, level, coverage, pay_text, pay_minimum, pay_maximum, "
    "pay_currency, pay_period, pay_known, source, posted_on, deadline, favourite, duplicate_of, created_at, "
    "updated_at, match_rank"
)
_ROW_COLUMNS: Final = 23
_DETAIL: Final = (
    f"{_ROW}, description, job_text.notes, company.notes, address, source_id, closed_on, matched, missing, summary, "
    "applied_at, rejected_at, rejection_reason, viewed_at, applied_description"
)
_AT_ONCE: Final = 500


def job_rows(connection: sqlite3.Connection, profile_id: int, ids: Sequence[int]) -> tuple[JobRow, ...]:
    """Return what a list shows of jobs, in the order of their ids; those that are gone are left out."""
    found: dict[int, JobRow] = {}
    for start in range(0, len(ids), _AT_ONCE):
        chosen = ", ".join(str(int(job)) for job in ids[start : start + _AT_ONCE])
        rows = connection.execute(
            f"SELECT {_ROW} FROM job WHERE id IN ({chosen}) AND profile_id = ? AND deleted_at IS NULL",
            (profile_id,),
        )
        found.update((row[0], _job_row(row)) for row in rows)
    return tuple(found[job] for job in ids if job in found)


def job_details(connection: sqlite3.Connection, profile_id: int, ids: Sequence[int]) -> tuple[JobDetail, ...]:
    """Return everything known of jobs, in the order of their ids; those that are gone are left out."""
    found: dict[int, JobDetail] = {}
    for start in range(0, len(ids), _AT_ONCE):
        chosen = ", ".join(str(int(job)) for job in ids[start : start + _AT_ONCE])
        tags: dict[int, list[str]] = {}
        for job, tag in connection.execute(
            f"SELECT job_id, tag FROM job_tag WHERE job_id IN ({chosen}) ORDER BY tag"
        ):
            tags.setdefault(job, []).append(tag)
        documents: dict[int, list[DocumentView]] = {}
        for job, *columns in connection.execute(
            "SELECT job_id, id, kind, name, length(content), created_at FROM job_document "
            f"WHERE job_id IN ({chosen}) ORDER BY id"
        ):
            number, kind, name, size, made = columns
            documents.setdefault(job, []).append(
                DocumentView(number, kind, name, size, from_milliseconds(made))
            )
        rows = connection.execute(
            f"SELECT {_DETAIL} FROM job JOIN company ON company.id = company_id "
            "LEFT JOIN job_text ON job_text.job_id = job.id LEFT JOIN job_score ON job_score.job_id = job.id "
            f"WHERE job.id IN ({chosen}) AND job.profile_id = ? AND deleted_at IS NULL",
            (profile_id,),
        )
        for row in rows:
            number = row[0]
            found[number] = _job_detail(row, tags.get(number, ()), documents.get(number, ()))
    return tuple(found[job] for job in ids if job in found)


def _job_row(row: Sequence[Any]) -> JobRow:
    return JobRow(
        id=row[0],
        title=row[1],
        company=row[2],
        place=row[3],
        work_mode=row[4],
        status=row[5],
        match=row[6],
        level=row[7],
        coverage=row[8],
        pay=_pay(row[9:15]),
        source=row[15],
        posted_on=_day(row[16]),
        deadline=_day(row[17]),
        favourite=bool(row[18]),
        possible_duplicate=row[19] is not None,
        created_at=from_milliseconds(row[20]),
        updated_at=from_milliseconds(row[21]),
        blocked=is_blocked(row[22]),
    )


def is_blocked(rank: int) -> bool:
    """Return whether a stored rank (`jobs.match.match_rank`) is one of a posting that something firm stands before."""
    return 0 < rank < THIN_RANK


def _job_detail(row: Sequence[Any], tags: Sequence[str], documents: Sequence[DocumentView]) -> JobDetail:
    rest = row[_ROW_COLUMNS:]
    return JobDetail(
        row=_job_row(row),
        description=rest[0] or "",
        notes=rest[1] or "",
        company_notes=rest[2],
        address=rest[3],
        source_id=rest[4],
        closed_on=_day(rest[5]),
        matched=tuple(json.loads(rest[6] or "[]")),
        missing=tuple(json.loads(rest[7] or "[]")),
        summary=rest[8] or "",
        applied_at=_known_moment(rest[9]),
        rejected_at=_known_moment(rest[10]),
        rejection_reason=rest[11],
        viewed_at=_known_moment(rest[12]),
        applied_description=rest[13],
        tags=tuple(tags),
        duplicate_of=row[19],
        documents=tuple(documents),
    )


def _pay(columns: Sequence[Any]) -> Pay | None:
    text, minimum, maximum, currency, period, known = columns
    if known is None:
        return None
    return Pay(text, minimum, maximum, currency, period, known)


def _day(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)


def _known_moment(stored: int | None) -> datetime | None:
    return None if stored is None else from_milliseconds(stored)
