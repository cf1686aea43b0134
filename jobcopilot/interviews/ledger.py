"""Every change of a round, contact, task, follow-up or offer goes through here, so that none can miss the history.

The records share the batches of the jobs: one act of the person is one batch, and undo takes back both parts.
"""

# ruff: noqa: S608  # made of this file's own names only
from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from jobcopilot.database.moments import from_milliseconds
from jobcopilot.errors import NotFound
from jobcopilot.jobs.journal import Journal
from jobcopilot.jobs.undo import Conflict

RecordKind = Literal["round", "contact", "preparation_task", "follow_up", "offer"]
Action = Literal["added", "changed", "deleted", "restored", "removed"]
Values = dict[str, Any]
"""Stored values by column; lists for JSON columns, sorted lists of ids for links."""


class _Link(NamedTuple):
    table: str
    own: str
    other: str


@dataclass(frozen=True, slots=True)
class _Kind:
    word: str
    columns: Mapping[str, Any]
    """Column to what it holds in a new record that does not say."""
    links: Mapping[str, _Link] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    """Columns that hold JSON."""


def _columns(needed: str, optional: str = "", words: str = "", **others: Any) -> dict[str, Any]:
    """Return columns that a new record must name or may leave empty (both None), texts, and those with a default."""
    return dict.fromkeys((*needed.split(), *optional.split())) | dict.fromkeys(words.split(), "") | others


KINDS: Final[Mapping[RecordKind, _Kind]] = {
    "round": _Kind(
        "interview",
        _columns(
            "job_id stage minutes zone format",
            "starts_at ends_at outcome completed_at",
            "place link notes",
            status="scheduled",
            reminders=[],
        ),
        {"contacts": _Link("round_contact", "round_id", "contact_id")},
        frozenset(("reminders",)),
    ),
    "contact": _Kind(
        "contact",
        _columns("name", "company_id", "title email phone linkedin notes"),
        {"jobs": _Link("contact_job", "contact_id", "job_id")},
    ),
    "preparation_task": _Kind(
        "task",
        _columns("round_id title", "due_at done_at", "key detail", position=0, own_due=0, own_words=0),
    ),
    "follow_up": _Kind(
        "follow-up",
        _columns("job_id kind title due_at", "round_id contact_id done_at", "key notes", status="open"),
    ),
    "offer": _Kind(
        "offer",
        _columns("job_id", "amount deadline_at", "currency notes", period="year", parts=[]),
        lists=frozenset(("parts",)),
    ),
}
"""What of each kind of record the history follows."""


_LISTS: Mapping[RecordKind, str] = {
    "round": "interviews list",
    "contact": "contacts list",
    "preparation_task": "prep list",
    "follow_up": "followups list",
    "offer": "offers list",
}
"""Which command lists the records of a kind."""


class Ledger:
    """Writes changes of records into the batch of a journal, in its transaction."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.connection: sqlite3.Connection = journal.connection

    def read(self, kind: RecordKind, record_id: int, *, gone: bool = False) -> Values:
        """Return the values of a record, with `id` and `deleted_at`.

        Raises `NotFound` for one that is not there, belongs to another profile or (unless `gone`) was deleted.
        """
        shape = KINDS[kind]
        row = self.connection.execute(
            f"SELECT id, deleted_at, {', '.join(shape.columns)} FROM {kind} WHERE id = ? AND profile_id = ?",
            (record_id, self.journal.profile_id),
        ).fetchone()
        if row is None or (row[1] is not None and not gone):
            title, number = f"There is no such {shape.word}", f"number {record_id}"
            if row is not None:
                raise NotFound(title, f"{number} was deleted; undo brings it back")
            raise NotFound(title, number, f"See: jobcopilot {_LISTS[kind]}")
        values: Values = dict(zip(("id", "deleted_at", *shape.columns), row, strict=True))
        for name in shape.lists:
            values[name] = json.loads(values[name])
        for name, link in shape.links.items():
            others = self.connection.execute(
                f"SELECT {link.other} FROM {link.table} WHERE {link.own} = ? ORDER BY {link.other}",
                (record_id,),
            )
            values[name] = [other for (other,) in others]
        return values

    def add(self, kind: RecordKind, values: Mapping[str, Any]) -> int:
        """Write a new record and return its number; what is not named has its default."""
        columns, links = self._parted(kind, {**KINDS[kind].columns, **values})
        names = ("profile_id", "created_at", "updated_at", *columns)
        now = self.journal.now
        cursor = self.connection.execute(
            f"INSERT INTO {kind} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            (self.journal.profile_id, now, now, *columns.values()),
        )
        record_id = cursor.lastrowid
        assert record_id is not None
        for name, others in links.items():
            self._link(kind, name, record_id, others)
        self._log(kind, record_id, "added", {}, dict(values))
        return record_id

    def change(self, kind: RecordKind, record_id: int, after: Mapping[str, Any]) -> bool:
        """Write what differs of a record that is there; return whether anything did."""
        return self._change(kind, self.read(kind, record_id), after)

    def delete(self, kind: RecordKind, record_id: int) -> None:
        """Hide a record until undo brings it back."""
        self.read(kind, record_id)
        self._mark(kind, record_id, "deleted")

    def take_back(self, batch: int) -> None:
        """Take back what a batch did to records, the last first. Raises `Conflict` where a later change would go."""
        rows = self.connection.execute(
            "SELECT id, record, record_id, action, before, after FROM interview_event WHERE batch_id = ?"
            " ORDER BY id DESC",
            (batch,),
        ).fetchall()
        for event_id, kind, record_id, action, before, after in rows:
            record = self.read(kind, record_id, gone=True)
            if action == "changed":
                was, became = json.loads(before), json.loads(after)
                for name, value in became.items():
                    if record[name] != value:
                        raise self._conflict(kind, record_id, event_id, batch, name)
                self._change(kind, record, was)
            elif action in ("deleted", "removed"):
                if record["deleted_at"] is not None:
                    self._mark(kind, record_id, "restored")
            elif record["deleted_at"] is None:
                later = self._later(kind, record_id, event_id, batch) if action == "added" else None
                if later is not None:
                    raise self._conflict(kind, record_id, event_id, batch, "it")
                self._mark(kind, record_id, "removed" if action == "added" else "deleted")

    def _change(self, kind: RecordKind, record: Values, after: Mapping[str, Any]) -> bool:
        differing = {name: value for name, value in after.items() if record[name] != value}
        if not differing:
            return False
        record_id: int = record["id"]
        columns, links = self._parted(kind, differing)
        columns["updated_at"] = self.journal.now
        self.connection.execute(
            f"UPDATE {kind} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
            (*columns.values(), record_id),
        )
        for name, others in links.items():
            self._link(kind, name, record_id, others)
        before = {name: record[name] for name in differing}
        self._log(kind, record_id, "changed", before, differing, also=record.get("job_id"))
        return True

    def _parted(self, kind: RecordKind, values: Mapping[str, Any]) -> tuple[Values, dict[str, list[int]]]:
        """Return values as columns to be stored, and the links beside them."""
        shape = KINDS[kind]
        columns = {
            name: json.dumps(value, ensure_ascii=False) if name in shape.lists else value
            for name, value in values.items()
            if name not in shape.links
        }
        return columns, {name: value for name, value in values.items() if name in shape.links}

    def _link(self, kind: RecordKind, name: str, record_id: int, others: Sequence[int]) -> None:
        link = KINDS[kind].links[name]
        self.connection.execute(f"DELETE FROM {link.table} WHERE {link.own} = ?", (record_id,))
        self.connection.executemany(
            f"INSERT INTO {link.table} ({link.own}, {link.other}) VALUES (?, ?)",
            [(record_id, other) for other in others],
        )

    def _mark(self, kind: RecordKind, record_id: int, action: Action) -> None:
        gone = action in ("deleted", "removed")
        self.connection.execute(
            f"UPDATE {kind} SET deleted_at = ?, updated_at = ? WHERE id = ?",
            (self.journal.now if gone else None, self.journal.now, record_id),
        )
        self._log(kind, record_id, action, {}, {})

    def _log(
        self,
        kind: RecordKind,
        record_id: int,
        action: Action,
        before: Values,
        after: Values,
        *,
        also: int | None = None,
    ) -> None:
        job_id = self._job_of(kind, record_id)
        self.connection.execute(
            "INSERT INTO interview_event (batch_id, job_id, record, record_id, at, action, before, after)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.journal.begun(),
                job_id,
                kind,
                record_id,
                self.journal.now,
                action,
                json.dumps(before, ensure_ascii=False),
                json.dumps(after, ensure_ascii=False),
            ),
        )
        # A record that moved to another job concerns both.
        self.journal.jobs.update(job for job in (job_id, also) if job is not None)

    def _job_of(self, kind: RecordKind, record_id: int) -> int | None:
        if kind == "contact":
            return None
        if kind == "preparation_task":
            query = "SELECT job_id FROM round WHERE id = (SELECT round_id FROM preparation_task WHERE id = ?)"
        else:
            query = f"SELECT job_id FROM {kind} WHERE id = ?"
        found = self.connection.execute(query, (record_id,)).fetchone()
        return None if found is None else int(found[0])

    def _later(self, kind: RecordKind, record_id: int, event_id: int, batch: int) -> Any:
        """Return the batch that the person changed an addition with since, None where none did."""
        return self.connection.execute(
            "SELECT change_batch.id, label, change_batch.at FROM interview_event"
            " JOIN change_batch ON change_batch.id = batch_id"
            " WHERE record = ? AND record_id = ? AND interview_event.id > ? AND batch_id NOT IN (?, ?)"
            " AND action = 'changed' AND kind <> 'undo' AND undone_at IS NULL"
            " ORDER BY interview_event.id DESC LIMIT 1",
            (kind, record_id, event_id, batch, self.journal.begun()),
        ).fetchone()

    def _conflict(self, kind: RecordKind, record_id: int, event_id: int, batch: int, name: str) -> Conflict:
        found = self._later(kind, record_id, event_id, batch)
        word = KINDS[kind].word
        if found is None:
            return Conflict(
                "A later change would be lost",
                f"{word} {record_id}: {name} is no longer as this batch left it",
                "Change it back by hand.",
            )
        later, label, at = found
        return Conflict(
            "A later change would be lost",
            f"{word} {record_id}: {name} was changed by batch {later}"
            f" ({label}, {from_milliseconds(at):%Y-%m-%d %H:%M} UTC)",
            f"Take that back first: jobcopilot jobs undo {later}",
        )
