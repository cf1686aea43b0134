"""What a posting that comes in again changes of the job that is there.

The posting's own facts follow the posting: title, company, place, description, pay, dates. A copy that was posted
earlier than the one that is kept only fills in what is missing, so that files of several years can come in in any
order, and again. What the person told (status, notes, tags, favourite, dates and reason of an application) only
grows, so that a list of saved jobs takes no application back: the status that is further along stands, as in a
merge, and notes and tags are added to. Where the person touched any of it, or corrected a fact by hand, it stays
as it is. What the posting does not say changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from typing import Any, Final

from jobcopilot.jobs.bulk_reading import pay_in
from jobcopilot.jobs.changes import MOST_TAGS, unique_tags
from jobcopilot.jobs.dedupe import address_key, company_key, place_key, title_key
from jobcopilot.jobs.journal import Edit
from jobcopilot.jobs.merge import OUTWEIGHS
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
from jobcopilot.reading.places import compatible_places, read_place
from jobcopilot.text import TEXT_LIMIT

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
_LASTING: Final = frozenset(("place", "work_mode", "address", "source_id", "description", *PAY_COLUMNS))
"""What an earlier copy of a posting may still add: its dates and its closing are of another time."""
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
    """Return the columns in which a posting says something else or more than the stored job, whoever wrote those."""
    said = _facts(record, draft)
    posted = day(draft.posted_on)
    if posted is not None and record["posted_on"] is not None and posted < record["posted_on"]:
        said = {
            name: value for name, value in said.items() if name in _LASTING and record[name] in (None, "")
        }
    return changed_only(record, said | _persons(record, draft))[1]


def _facts(record: Record, draft: JobDraft) -> dict[str, Any]:
    """Return what the posting says of itself."""
    said: dict[str, Any] = {}
    # Another spelling of the same name is no change of the posting.
    if title_key(draft.title) != title_key(record["title"]):
        said["title"] = draft.title
    if _joined(draft.company) != _joined(record["company"]):
        said["company"] = draft.company
    if draft.place and not _says_the_same(draft.place, record["place"]):
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
        ("source_id", draft.source_id if record["source_id"] is None else None),
    ):
        if value is not None:
            said[name] = value
    return said


def _persons(record: Record, draft: JobDraft) -> dict[str, Any]:
    """Return what the posting adds to what the person told of it."""
    said: dict[str, Any] = {}
    if OUTWEIGHS.index(draft.status) > OUTWEIGHS.index(record["status"]):
        said["status"] = draft.status
    dates = {"applied_at": moment(draft.applied_at), "rejected_at": moment(draft.rejected_at)}
    said |= {
        name: at
        for name, at in dates.items()
        if at is not None and (record[name] is None or at < record[name])
    }
    if draft.rejection_reason and not record["rejection_reason"]:
        said["rejection_reason"] = draft.rejection_reason
    if draft.favourite:
        said["favourite"] = 1
    if draft.notes:
        said["notes"] = _with_new_lines(record["notes"], draft.notes)
    if draft.tags:
        further = [tag for tag in unique_tags(draft.tags) if tag not in record["tags"]]
        said["tags"] = sorted([*record["tags"], *further][: max(MOST_TAGS, len(record["tags"]))])
    return said


def _with_new_lines(notes: str, others: str) -> str:
    """Return the notes with those lines of the others behind them that they lack and have room for."""
    if not notes.strip():
        return others
    known = {line.strip() for line in notes.split("\n")} | {""}
    both, separator = notes.rstrip(), "\n\n"
    for line in others.split("\n"):
        if line.strip() in known or len(both) + len(separator) + len(line) > TEXT_LIMIT:
            continue
        known.add(line.strip())
        both, separator = f"{both}{separator}{line.rstrip()}", "\n"
    return notes if separator == "\n\n" else both


def _joined(company: str) -> str:
    """Return a company's name as a board's address has it: "acmebakeries"."""
    return company_key(company).replace(" ", "")


def _says_the_same(place: str, stored: str) -> bool:
    """Return whether a place says no more than the stored one; a town says more than its country."""
    if place_key(place) == place_key(stored):
        return True
    if compatible_places(place, stored) is not True:
        return False
    told, known = read_place(place), read_place(stored)
    return len(told) == len(known) and not (told[0].city and not any(one.city for one in known))


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
