"""Taking back one batch of the history, or refusing in words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, cast

from jobcopilot.database.columns import from_milliseconds
from jobcopilot.errors import JobcopilotError, NotFound
from jobcopilot.jobs.journal import GONE, Action, Edit, Journal, read_edit, with_content
from jobcopilot.jobs.records import CHUNK, Record, listed, read_records
from jobcopilot.profiles.views import ProfileView


class Conflict(JobcopilotError):
    """A batch cannot be taken back without losing what came after it."""


class _Event(NamedTuple):
    id: int
    batch: int
    edit: Edit


_MERGED_INTO: Final = """
    SELECT job.duplicate_of, job.title, job.company FROM job
    WHERE job.profile_id = ? AND job.deleted_at IS NOT NULL AND job.duplicate_of IN (SELECT value FROM json_each(?))
    AND (
        SELECT action FROM job_event WHERE job_event.job_id = job.id AND action <> 'changed'
        ORDER BY job_event.id DESC LIMIT 1
    ) = 'merged'
"""


def take_back(
    connection: sqlite3.Connection, profile_id: int, profile: Callable[[], ProfileView], batch: int, now: int
) -> None:
    """Undo a batch as a batch of its own, in the transaction of `connection`; `now` in UTC milliseconds.

    Raises `Conflict` where a later change would be lost, `NotFound` for a batch that is not there.
    """
    found = connection.execute(
        "SELECT label, undone_at, undoes FROM change_batch WHERE id = ? AND profile_id = ?",
        (batch, profile_id),
    ).fetchone()
    if found is None:
        raise NotFound("There is no such batch", f"number {batch}", "jobcopilot jobs history lists them.")
    label, undone_at, undoes = found
    if undone_at is not None:
        raise Conflict(
            "It was taken back already",
            f"batch {batch}, {label}, {_when(undone_at)}",
            "To have it again, undo that undo: jobcopilot jobs history shows its number.",
        )
    journal = Journal(connection, profile_id, now, profile)
    journal.open(
        "undo", f"undo: {label}" if undoes is None else f"redo: {label.removeprefix('undo: ')}", batch
    )
    for events in _newest_first(connection, batch):
        journal.write(_inverses(journal, events))
    journal.close()
    connection.execute("UPDATE change_batch SET undone_at = ? WHERE id = ?", (now, batch))
    if undoes is not None:
        # What it had taken back stands again, and can be taken back again.
        connection.execute("UPDATE change_batch SET undone_at = NULL WHERE id = ?", (undoes,))


def _newest_first(connection: sqlite3.Connection, batch: int) -> Iterator[list[_Event]]:
    """Return the events of a batch in lists, the last first, no job twice in a list."""
    before_id = 1 << 62
    while True:
        rows = connection.execute(
            "SELECT id, job_id, action, before, after FROM job_event"
            " WHERE batch_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
            (batch, before_id, CHUNK),
        ).fetchall()
        if not rows:
            return
        events: list[_Event] = []
        met: set[int] = set()
        for event_id, job_id, action, before, after in rows:
            if job_id in met:
                break
            met.add(job_id)
            events.append(_Event(event_id, batch, read_edit(job_id, action, before, after)))
        before_id = events[-1].id
        yield events


def _inverses(journal: Journal, events: Sequence[_Event]) -> list[Edit]:
    """Return the edits that take events back. Raises `Conflict`."""
    records = read_records(journal.connection, journal.profile_id, [event.edit.job_id for event in events])
    edits: list[Edit] = []
    leaving: list[_Event] = []
    for event in events:
        record = records[event.edit.job_id]
        gone = record["deleted_at"] is not None
        if event.edit.action == "changed":
            edits.append(_swapped(journal, event, record))
        elif event.edit.action in GONE:
            if gone:
                edits.append(_restored(journal, event, record))
        elif not gone:
            leaving.append(event)
            edits.append(_taken_off(journal, event, record))
    if leaving:
        _refuse_losses(journal, leaving, records)
        edits += journal.unmark([event.edit.job_id for event in leaving])
    return edits


def _swapped(journal: Journal, event: _Event, record: Record) -> Edit:
    """Return the edit that writes back what a change found."""
    before, after = dict(event.edit.after), dict(event.edit.before)
    document = before.pop("document", None)
    _refuse_overwriting(journal, event, record, before)
    if "document" in after:
        put_back = after["document"]
        if document is not None:
            document = with_content(journal.connection, record["id"], document)
            if document is None:
                raise _lost(journal, event, record, "document")
        elif put_back is not None:
            after["document"] = put_back | {"id": _free_document_id(journal.connection, put_back["id"])}
        before["document"] = document
    return Edit(record["id"], "changed", before, after)


def _restored(journal: Journal, event: _Event, record: Record) -> Edit:
    """Return the edit that brings a job back, as it had gone."""
    _refuse_overwriting(journal, event, record, event.edit.after)
    twin = journal.connection.execute(
        "SELECT id, title, company FROM job WHERE profile_id = ? AND deleted_at IS NULL AND id <> ?"
        " AND (address_key = (SELECT address_key FROM job WHERE id = ?) OR (source = ? AND source_id = ?))"
        " AND EXISTS (SELECT 1 FROM job_event WHERE job_id = job.id AND action = 'added' AND id > ?)",
        (journal.profile_id, record["id"], record["id"], record["source"], record["source_id"], event.id),
    ).fetchone()
    if twin is not None:
        raise Conflict(
            "The same posting was brought in again since",
            f"{record['title']}, {record['company']} is job {twin[0]} now",
            f"Delete that one first: jobcopilot jobs delete {twin[0]}",
        )
    return Edit(
        record["id"],
        "restored",
        event.edit.after | {"gone": event.edit.action},
        dict(event.edit.before),
    )


def _taken_off(journal: Journal, event: _Event, record: Record) -> Edit:
    """Return the edit that takes off the board what an event put there."""
    before, after = dict(event.edit.after), dict(event.edit.before)
    how = cast("Action", after.pop("gone", "removed"))
    if event.edit.action == "added":
        return Edit(record["id"], "removed")
    _refuse_overwriting(journal, event, record, before)
    return Edit(record["id"], how, before, after)


def _refuse_overwriting(journal: Journal, event: _Event, record: Record, expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        if record[name] != value:
            raise _lost(journal, event, record, name)


def _refuse_losses(journal: Journal, leaving: Sequence[_Event], records: dict[int, Record]) -> None:
    """Raise `Conflict` where a job that would leave the board was changed since, or holds another one."""
    since = {event.edit.job_id: event for event in leaving}
    ids = list(since)
    later = journal.connection.execute(
        "SELECT id, job_id, before FROM job_event"
        " WHERE job_id IN (SELECT value FROM json_each(?)) AND batch_id <> ? AND batch_id IS NOT ?"
        " AND id > ? ORDER BY id",
        (listed(ids), leaving[0].batch, journal.batch, min(event.id for event in leaving)),
    )
    first_before: dict[int, dict[str, Any]] = {}
    for event_id, job_id, before in later:
        if event_id > since[job_id].id:
            first_before.setdefault(job_id, {})
            first_before[job_id] = json.loads(before) | first_before[job_id]
    for job_id, before in first_before.items():
        for name in before.keys() - {"gone", "duplicate_of"}:
            if _differs(journal, records[job_id], name, before[name]):
                raise _lost(journal, since[job_id], records[job_id], name)
    held = journal.connection.execute(_MERGED_INTO, (journal.profile_id, listed(ids))).fetchone()
    if held is not None:
        record = records[held[0]]
        raise Conflict(
            "Another job was merged into one of these since",
            f"{held[1]}, {held[2]} into {record['title']}, {record['company']} (job {record['id']})",
            "Take that merge back first; jobcopilot jobs history shows its number.",
        )


def _lost(journal: Journal, event: _Event, record: Record, name: str) -> Conflict:
    """Return the refusal that names the later change of a field."""
    later = journal.connection.execute(
        "SELECT change_batch.id, change_batch.label, change_batch.at, job_event.before, job_event.after"
        " FROM job_event JOIN change_batch ON change_batch.id = job_event.batch_id"
        " WHERE job_event.job_id = ? AND job_event.id > ? AND job_event.batch_id <> ?"
        " AND job_event.batch_id IS NOT ?"
        " ORDER BY job_event.id DESC",
        (record["id"], event.id, event.batch, journal.batch),
    )
    which = f"job {record['id']}, {record['title']} at {record['company']}: {name}"
    for batch, label, at, before, after in later:
        if name in json.loads(before) or name in json.loads(after):
            return Conflict(
                "A later change would be lost",
                f"{which} was changed again by batch {batch} ({label}, {_when(at)})",
                f"Take that back first: jobcopilot jobs undo {batch}",
            )
    return Conflict(
        "A later change would be lost",
        f"{which} is no longer as this batch left it",
        "Change it back by hand: jobcopilot jobs set",
    )


def _differs(journal: Journal, record: Record, name: str, value: Any) -> bool:
    """Return whether a job no longer has a value that it once had."""
    if name != "document":
        return bool(record[name] != value)
    # A document put in shows as None before; it is there still unless it was taken out again.
    return value is None and bool(record["documents"])


def _free_document_id(connection: sqlite3.Connection, wanted: int) -> int:
    """Return the number that a document had, or a new one where that is taken."""
    taken, highest = connection.execute(
        "SELECT count(*) FILTER (WHERE id = ?), max(id) FROM job_document", (wanted,)
    ).fetchone()
    return int(highest) + 1 if taken else wanted


def _when(at: int) -> str:
    return f"{from_milliseconds(at):%Y-%m-%d %H:%M} UTC"
