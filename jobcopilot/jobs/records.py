"""A job as the database keeps it: what of it the history follows, read whole and put together from drafts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.jobs.views import FUNNEL
from jobcopilot.reading.pay import Pay

if TYPE_CHECKING:
    from sqlmodel import Session

PAY_COLUMNS: Final = (
    "pay_text",
    "pay_minimum",
    "pay_maximum",
    "pay_currency",
    "pay_period",
    "pay_known",
    "pay_yearly_minimum",
    "pay_yearly_maximum",
)
JOB_COLUMNS: Final = (
    "title",
    "company",
    "place",
    "work_mode",
    "address",
    "source",
    "source_id",
    *PAY_COLUMNS,
    "posted_on",
    "closed_on",
    "deadline",
    "status",
    "reached",
    "favourite",
    "rejection_reason",
    "duplicate_of",
    "applied_at",
    "rejected_at",
)
"""The columns of `job` that the history follows; the others are derived from them or tell when."""
TEXT_COLUMNS: Final = ("description", "notes", "applied_description")
INDEXED: Final = frozenset(("title", "company", "place", "tags", "notes", "description"))
"""What the full-text index holds."""
READ_FOR_FACTS: Final = frozenset(("title", "place", "description", "work_mode", *PAY_COLUMNS))
"""What facts and score are read from."""
CHUNK: Final = 500
"""How many jobs are held in memory at a time."""

APPLIED: Final = FUNNEL.index("applied")

Record = dict[str, Any]
"""The stored values of one job by column, with `id`, `deleted_at`, `company_id`, `company_notes`, `tags` (sorted
list) and `documents` (ids)."""

_SELECT = f"""
    SELECT job.id, job.deleted_at, job.company_id, company.notes, {", ".join(f"job.{name}" for name in JOB_COLUMNS)},
        {", ".join(f"job_text.{name}" for name in TEXT_COLUMNS)}
    FROM job JOIN job_text ON job_text.job_id = job.id JOIN company ON company.id = job.company_id
    WHERE job.profile_id = ? AND job.id IN (SELECT value FROM json_each(?))
"""  # noqa: S608  # names of columns
_TAGS = (
    "SELECT job_id, tag FROM job_tag WHERE job_id IN (SELECT value FROM json_each(?)) ORDER BY job_id, tag"
)
_DOCUMENTS = (
    "SELECT job_id, id FROM job_document WHERE job_id IN (SELECT value FROM json_each(?)) ORDER BY job_id, id"
)
_NAMES = ("id", "deleted_at", "company_id", "company_notes", *JOB_COLUMNS, *TEXT_COLUMNS)


def raw(session: Session) -> sqlite3.Connection:
    """Return the SQLite connection of a session, inside its transaction."""
    return cast("sqlite3.Connection", session.connection().connection.driver_connection)


def listed(ids: Iterable[int]) -> str:
    """Return ids as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps([*ids])


def chunks(ids: Iterable[int], size: int = CHUNK) -> Iterable[list[int]]:
    """Return ids in lists of at most `size`, each id once, in their order."""
    every = list(dict.fromkeys(ids))
    for start in range(0, len(every), size):
        yield every[start : start + size]


def read_records(connection: sqlite3.Connection, profile_id: int, ids: Sequence[int]) -> dict[int, Record]:
    """Return the records of jobs of a profile, deleted ones too, by id; what is not there is left out."""
    records: dict[int, Record] = {}
    for row in connection.execute(_SELECT, (profile_id, listed(ids))):
        record: Record = dict(zip(_NAMES, row, strict=True))
        record["tags"], record["documents"] = [], []
        records[record["id"]] = record
    for name, query in (("tags", _TAGS), ("documents", _DOCUMENTS)):
        for job_id, value in connection.execute(query, (listed(ids),)):
            if job_id in records:
                records[job_id][name].append(value)
    return records


def live_names(connection: sqlite3.Connection, profile_id: int, ids: Sequence[int]) -> dict[int, str]:
    """Return "title, company" of jobs by id, in the order of `ids`.

    Raises `UsageError` for no ids, `NotFound` for a job that is not there or was deleted.
    """
    if not ids:
        raise UsageError("No job was named", hint="Give the number of at least one job.")
    found: dict[int, tuple[str, bool]] = {}
    for some in chunks(ids):
        rows = connection.execute(
            "SELECT id, title, company, deleted_at IS NULL FROM job"
            " WHERE profile_id = ? AND id IN (SELECT value FROM json_each(?))",
            (profile_id, listed(some)),
        )
        found |= {job_id: (f"{title}, {company}", bool(live)) for job_id, title, company, live in rows}
    for job_id in ids:
        name, live = found.get(job_id, ("", False))
        if not name:
            raise NotFound("There is no such job", f"number {job_id}", "jobcopilot jobs list shows them.")
        if not live:
            raise NotFound(
                "That job was deleted",
                f"number {job_id}, {name}",
                "Bring it back with undo; jobcopilot jobs history shows the batch.",
            )
    return {job_id: found[job_id][0] for job_id in ids}


def pay_columns(pay: Pay | None) -> dict[str, object]:
    """Return pay as its columns."""
    if pay is None:
        return dict.fromkeys(PAY_COLUMNS) | {"pay_text": ""}
    return {
        "pay_text": pay.text,
        "pay_minimum": pay.minimum,
        "pay_maximum": pay.maximum,
        "pay_currency": pay.currency,
        "pay_period": pay.period,
        "pay_known": pay.known,
        "pay_yearly_minimum": pay.yearly_minimum,
        "pay_yearly_maximum": pay.yearly_maximum,
    }


def pay_of(record: Mapping[str, Any]) -> Pay | None:
    """Return the pay that a record's columns hold."""
    if record["pay_known"] is None:
        return None
    return Pay(
        text=record["pay_text"],
        minimum=record["pay_minimum"],
        maximum=record["pay_maximum"],
        currency=record["pay_currency"],
        period=record["pay_period"],
        known=record["pay_known"],
    )


def day(value: date | None) -> str | None:
    """Return a day as it is stored."""
    return None if value is None else value.isoformat()


def moment(value: datetime | None) -> int | None:
    """Return a moment as it is stored."""
    return None if value is None else to_milliseconds(value)


def stage(status: str, at_least: int = 0) -> int:
    """Return the furthest stage that a status proves, as an index into `FUNNEL`."""
    return max(FUNNEL.index(status) if status in FUNNEL else 0, at_least)


def consequences(record: Record, after: dict[str, Any], now: int | None) -> dict[str, Any]:
    """Return a change with what follows from it: dates of the first time, the furthest stage, the frozen posting.

    A status set at `now` sets `applied_at` or `rejected_at` where none is known (None: when it was set is not
    known either); `reached` never falls; once a job reached `applied`, its description as it stands is kept as
    `applied_description`.
    """
    complete = dict(after)
    status: str = after["status"] if "status" in after else record["status"]
    if now is not None and status != record["status"]:
        for name, column in (("applied", "applied_at"), ("rejected", "rejected_at")):
            if status == name and record[column] is None and column not in after:
                complete[column] = now
    applied = complete.get("applied_at", record["applied_at"])
    reached = stage(status, APPLIED if applied is not None else 0)
    if reached > record["reached"]:
        complete["reached"] = reached
    if max(reached, record["reached"]) >= APPLIED and record["applied_description"] is None:
        # What the person answered is the posting before this change, unless the change itself is the application.
        stood = record["description"] if record["reached"] >= APPLIED else after.get("description")
        stood = stood or record["description"] or after.get("description")
        if stood:
            complete["applied_description"] = stood
    return complete


def changed_only(record: Record, after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a change truly changes: before and after, the differing fields only."""
    differing = [name for name, value in after.items() if record[name] != value]
    return {name: record[name] for name in differing}, {name: after[name] for name in differing}


SHOWN_MOMENTS: Final = frozenset(("applied_at", "rejected_at"))
SHOWN_DAYS: Final = frozenset(("posted_on", "closed_on", "deadline"))


def shown(values: Mapping[str, Any]) -> dict[str, object]:
    """Return the values of an event for a person: moments and days as such, pay as its text, no inner marks."""
    seen: dict[str, object] = {}
    for name, value in values.items():
        if name in PAY_COLUMNS:
            if name == "pay_text":
                seen["pay"] = value
            continue
        if name in ("gone", "reached"):
            continue
        if name == "document":
            seen["document"] = f"{value['kind']}: {value['name']}" if value else None
        elif value is not None and name in SHOWN_MOMENTS:
            seen[name] = from_milliseconds(value)
        elif value is not None and name in SHOWN_DAYS:
            seen[name] = date.fromisoformat(value)
        elif name == "favourite":
            seen[name] = bool(value)
        else:
            seen[name] = value
    return seen
