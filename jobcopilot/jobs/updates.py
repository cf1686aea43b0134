"""What a posting that comes in again changes of the job that is there.

The posting's own facts follow the posting: title, company, place, description, pay, dates. What is the person's
(status, notes, tags, favourite, dates and reason of an application) is taken over only where the person never
touched it; and a fact that the person corrected by hand stays corrected. What the posting does not say changes
nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from typing import Any, Final

from jobcopilot.jobs.bulk_reading import pay_in
from jobcopilot.jobs.changes import unique_tags
from jobcopilot.jobs.dedupe import address_key, company_key, place_key, title_key
from jobcopilot.jobs.journal import Edit
from jobcopilot.jobs.records import (
    PAY_COLUMNS,
    Record,
    changed_only,
    consequences,
    day,
    listed,
    moment,
    pay_columns,
)
from jobcopilot.jobs.views import JobDraft

_PERSONS: Final = frozenset(
    (
        "status",
        "notes",
        "tags",
        "favourite",
        "deadline",
        "applied_at",
        "rejected_at",
        "rejection_reason",
    )
)
"""What the person may have written when adding a job by hand."""
_PAY: Final = frozenset(PAY_COLUMNS)
_UNTOLD: Final[dict[str, Any]] = {"status": "new", "favourite": 0, "tags": []}


def touched_fields(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, set[str]]:
    """Return which fields of jobs the person changed or merged, undone changes left out, by job.

    A job that was added by hand has the entry `"by hand"`.
    """
    touched: dict[int, set[str]] = {}
    rows = connection.execute(
        "SELECT job_event.job_id, change_batch.kind, job_event.action, field.key"
        " FROM job_event JOIN change_batch ON change_batch.id = job_event.batch_id"
        " LEFT JOIN json_each(job_event.after) AS field ON job_event.action <> 'added'"
        " WHERE job_event.job_id IN (SELECT value FROM json_each(?))"
        " AND change_batch.undone_at IS NULL AND change_batch.kind IN ('add', 'change', 'merge')",
        (listed(ids),),
    )
    for job_id, kind, action, name in rows:
        if kind == "add":
            if action == "added":
                touched.setdefault(job_id, set()).add("by hand")
        elif name is not None:
            touched.setdefault(job_id, set()).add(name)
    return touched


def difference(record: Record, draft: JobDraft) -> dict[str, Any]:
    """Return the columns in which a posting says something else than the stored job, whoever wrote those."""
    said: dict[str, Any] = {}
    # Another spelling of the same name is no change of the posting.
    if title_key(draft.title) != title_key(record["title"]):
        said["title"] = draft.title
    if company_key(draft.company) != company_key(record["company"]):
        said["company"] = draft.company
    if draft.place and place_key(draft.place) != place_key(record["place"]):
        said["place"] = draft.place
    if draft.address and (not record["address"] or _leads_elsewhere(draft.address, record["address"])):
        said["address"] = draft.address
    # A shortened text is no news.
    if draft.description and draft.description not in record["description"]:
        said["description"] = draft.description
    pay = draft.pay or (pay_in(draft.description, draft.place) if "description" in said else None)
    if pay is not None and any(
        getattr(pay, name) != record[f"pay_{name}"] for name in ("minimum", "maximum", "currency", "period")
    ):
        said |= pay_columns(pay)
    for name, value in (
        ("work_mode", draft.work_mode),
        ("posted_on", day(draft.posted_on)),
        ("closed_on", day(draft.closed_on)),
        ("deadline", day(draft.deadline)),
        ("status", draft.status),
        ("notes", draft.notes),
        ("favourite", int(draft.favourite)),
        ("applied_at", moment(draft.applied_at)),
        ("rejected_at", moment(draft.rejected_at)),
        ("rejection_reason", draft.rejection_reason),
        ("tags", sorted(unique_tags(draft.tags)) if draft.tags else None),
        ("source_id", draft.source_id if record["source_id"] is None else None),
    ):
        if value not in (None, "", _UNTOLD.get(name, "")):
            said[name] = value
    return changed_only(record, said)[1]


def update(record: Record, said: dict[str, Any], touched: Collection[str]) -> Edit | None:
    """Return the edit that brings a job up to date with what its posting says now, None where nothing is left."""
    after = {name: value for name, value in said.items() if name not in touched}
    if not _PAY.isdisjoint(touched):
        after = {name: value for name, value in after.items() if name not in _PAY}
    if "by hand" in touched:
        for name in _PERSONS & after.keys():
            if record[name] not in (None, "", _UNTOLD.get(name, "")):
                del after[name]
    before, changed = changed_only(record, consequences(record, after, None))
    return Edit(record["id"], "changed", before, changed) if changed else None


def _leads_elsewhere(address: str, stored: str) -> bool:
    key = address_key(address)
    return key is not None and key != address_key(stored)
