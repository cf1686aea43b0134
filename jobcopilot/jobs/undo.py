"""Taking back one batch of the history, or refusing in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, cast

from jobcopilot.database.moments import from_milliseconds
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
) -> Journal:
    """Undo a batch as a batch of its own, in the transaction of `connection`; `now` in UTC milliseconds.

    Returns the journal of the undo, for what other rooms wrote into the same batch. Raises `Conflict` where a later
    change would be lost, `NotFound` for a batch that is not there.
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
    # What it had taken back stands again and can be taken back again; what that one had taken back does not; and
    # so on down the chain.
    stands: bool = False
    turned: int | None = batch
    while turned is not None:
        connection.execute(
            "UPDATE change_batch SET undone_at = ? WHERE id = ?", (None if stands else now, turned)
        )
        (turned,) = connection.execute("SELECT undoes FROM change_batch WHERE id = ?", (turned,)).fetchone()
        stands = not stands
    return journal


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
    last = _last_comings_and_goings(journal, list(records))
    edits: list[Edit] = []
    going: list[int] = []
    removed: list[_Event] = []
    for event in events:
        record = records[event.edit.job_id]
        if event.edit.action == "changed":
            edits.append(_swapped(journal, event, record))
            continue
        how, batch = last[record["id"]]
        if event.edit.action in GONE:
            if how != event.edit.action:
                raise _elsewhere(journal, record, how, batch)
            edits.append(_restored(journal, event, record))
        elif how not in GONE:
            edits.append(_taken_off(journal, event, record))
            going.append(record["id"])
            if edits[-1].action == "removed":
                # Deleting again loses nothing; taking an addition back would.
                removed.append(event)
        elif how == "deleted" and event.edit.action == "added":
            # It is gone already; now undoing the deletion must not bring it back.
            edits.append(Edit(record["id"], "removed", {"gone": how}))
        else:
            raise _elsewhere(journal, record, how, batch)
    if removed:
        _refuse_losses(journal, removed, records)
    # A deletion or merge that is done again does so with its own marks.
    return edits + [edit for edit in journal.unmark(going) if edit.job_id not in records]


def _last_comings_and_goings(journal: Journal, ids: Sequence[int]) -> dict[int, tuple[Action, int]]:
    """Return how each job came or went the last time, and in which batch."""
    rows = journal.connection.execute(
        "SELECT job_id, action, batch_id, max(id) FROM job_event"
        " WHERE job_id IN (SELECT value FROM json_each(?)) AND action <> 'changed' GROUP BY job_id",
        (listed(ids),),
    )
    return {job_id: (action, batch) for job_id, action, batch, _ in rows}


def _elsewhere(journal: Journal, record: Record, how: Action, batch: int) -> Conflict:
    """Return the refusal where a job came or went by a later batch."""
    label, at = journal.connection.execute(
        "SELECT label, at FROM change_batch WHERE id = ?", (batch,)
    ).fetchone()
    return Conflict(
        "A later change would be lost",
        f"{_name(record)}, was {how} by batch {batch} ({label}, {_when(at)})",
        f"Take that back first: jobcopilot jobs undo {batch}",
    )


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
                raise _overwriting(journal, event, record, "document")
        elif put_back is not None:
            after["document"] = put_back | {"id": _free_document_id(journal.connection, put_back["id"])}
        before["document"] = document
    return Edit(record["id"], "changed", before, after)


def _restored(journal: Journal, event: _Event, record: Record) -> Edit:
    """Return the edit that brings a job back, or leaves it gone the way it was."""
    if "gone" in event.edit.before:
        return Edit(record["id"], event.edit.before["gone"], {"gone": event.edit.action})
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
            raise _overwriting(journal, event, record, name)


def _refuse_losses(journal: Journal, leaving: Sequence[_Event], records: dict[int, Record]) -> None:
    """Raise `Conflict` where a job that would leave the board was changed since, or holds another one."""
    since = {event.edit.job_id: event.id for event in leaving}
    later = journal.connection.execute(
        "SELECT job_event.id, job_id, change_batch.id, label, change_batch.at, field.key"
        " FROM job_event JOIN change_batch ON change_batch.id = batch_id, json_each(job_event.after) AS field"
        " WHERE job_id IN (SELECT value FROM json_each(?)) AND job_event.id > ? AND action = 'changed'"
        " AND kind <> 'undo' AND undone_at IS NULL AND batch_id <> ? AND field.key <> 'duplicate_of'"
        " ORDER BY job_event.id DESC",
        (listed(since), min(since.values()), leaving[0].batch),
    )
    for event_id, job_id, batch, label, at, name in later:
        if event_id > since[job_id]:
            raise _lost(records[job_id], name, batch, label, at)
    ids = list(since)
    held = journal.connection.execute(_MERGED_INTO, (journal.profile_id, listed(ids))).fetchone()
    if held is not None:
        record = records[held[0]]
        raise Conflict(
            "Another job was merged into one of these since",
            f"{held[1]}, {held[2]} into {record['title']}, {record['company']} (job {record['id']})",
            "Take that merge back first; jobcopilot jobs history shows its number.",
        )


def _overwriting(journal: Journal, event: _Event, record: Record, name: str) -> Conflict:
    """Return the refusal that names what changed a field since."""
    found = journal.connection.execute(
        "SELECT change_batch.id, label, change_batch.at"
        " FROM job_event JOIN change_batch ON change_batch.id = batch_id"
        " WHERE job_id = ? AND job_event.id > ? AND batch_id <> ? AND batch_id IS NOT ?"
        " AND (json_type(after, '$.' || ?) IS NOT NULL OR json_type(before, '$.' || ?) IS NOT NULL)"
        " ORDER BY undone_at IS NOT NULL, kind = 'undo', job_event.id DESC LIMIT 1",
        (record["id"], event.id, event.batch, journal.batch, name, name),
    ).fetchone()
    if found is not None:
        return _lost(record, name, *found)
    return Conflict(
        "A later change would be lost",
        f"{_name(record)}: {name} is no longer as this batch left it",
        "Change it back by hand: jobcopilot jobs set",
    )


def _lost(record: Record, name: str, batch: int, label: str, at: int) -> Conflict:
    return Conflict(
        "A later change would be lost",
        f"{_name(record)}: {name} was changed by batch {batch} ({label}, {_when(at)})",
        f"Take that back first: jobcopilot jobs undo {batch}",
    )


def _name(record: Record) -> str:
    return f"job {record['id']}, {record['title']} at {record['company']}"


def _free_document_id(connection: sqlite3.Connection, wanted: int) -> int:
    """Return the number that a document had, or a new one where that is taken."""
    taken, highest = connection.execute(
        "SELECT count(*) FILTER (WHERE id = ?), max(id) FROM job_document", (wanted,)
    ).fetchone()
    return int(highest) + 1 if taken else wanted


def _when(at: int) -> str:
    return f"{from_milliseconds(at):%Y-%m-%d %H:%M} UTC"
