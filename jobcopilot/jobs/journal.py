"""Every change of a job goes through here, so that none can miss the history, the search index or the score."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from jobcopilot.jobs import derived, search_index
from jobcopilot.jobs.records import (
    CHUNK,
    INDEXED,
    JOB_COLUMNS,
    READ_FOR_FACTS,
    TEXT_COLUMNS,
    chunks,
    listed,
)
from jobcopilot.profiles.views import ProfileView
from jobcopilot.text import clean_line

BatchKind = Literal["add", "change", "delete", "merge", "import", "undo"]
Action = Literal["added", "changed", "deleted", "restored", "merged", "removed"]
GONE: Final = frozenset(("deleted", "merged", "removed"))
"""What takes a job off the board: the person deleted it, merged it into another, or undid its addition."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one job: the changed columns only, as stored.

    Beside columns: `tags` (sorted list), `documents` (ids that belong to the job), `document` (one that is put in
    or taken out), `company_notes`, and `gone`, the way in which a restored job had gone.
    """

    job_id: int
    action: Action
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


class Journal:
    """Writes the edits of one batch, in the transaction of its connection. Times are UTC milliseconds."""

    def __init__(
        self, connection: sqlite3.Connection, profile_id: int, now: int, profile: Callable[[], ProfileView]
    ) -> None:
        self.connection = connection
        self.profile_id = profile_id
        self.now = now
        self._profile = profile
        self.batch: int | None = None
        """The batch's id once something was written."""
        self.jobs: set[int] = set()
        """The jobs that the batch touched so far."""
        self._heading: tuple[int, BatchKind, str, int, int | None] | None = None

    def open(self, kind: BatchKind, label: str, undoes: int | None = None) -> None:
        """Say what the batch is; it is written with its first edit, so that what changes nothing leaves none."""
        self._heading = (self.profile_id, kind, clean_line(label), self.now, undoes)

    @property
    def kind(self) -> BatchKind | None:
        """What the batch is, once that was said."""
        return None if self._heading is None else self._heading[1]

    @property
    def undoes(self) -> int | None:
        """The batch that this one takes back, None where it is no undo."""
        return None if self._heading is None else self._heading[4]

    def begun(self) -> int:
        """Return the batch's id; it is written now where nothing was written yet."""
        if self.batch is None:
            assert self._heading is not None
            self.batch = self.connection.execute(
                "INSERT INTO change_batch (profile_id, kind, label, at, undoes, jobs) VALUES (?, ?, ?, ?, ?, 0)",
                self._heading,
            ).lastrowid
        assert self.batch is not None
        return self.batch

    def close(self) -> None:
        """Write how many jobs the batch touched."""
        self.connection.execute("UPDATE change_batch SET jobs = ? WHERE id = ?", (len(self.jobs), self.batch))

    def write(self, edits: Sequence[Edit]) -> None:
        """Write edits in their order, with their events and everything derived from what they change."""
        for start in range(0, len(edits), CHUNK):
            self._write(edits[start : start + CHUNK])

    def unmark(self, gone: Sequence[int]) -> list[Edit]:
        """Return the edits that take the mark off jobs that may be the same as ones that are going."""
        edits = []
        leaving = set(gone)
        for some in chunks(gone):
            marked = self.connection.execute(
                "SELECT id, duplicate_of FROM job WHERE profile_id = ? AND deleted_at IS NULL"
                " AND duplicate_of IN (SELECT value FROM json_each(?))",
                (self.profile_id, listed(some)),
            )
            edits += [
                Edit(job_id, "changed", {"duplicate_of": target}, {"duplicate_of": None})
                for job_id, target in marked
                if job_id not in leaving
            ]
        return edits

    def _write(self, edits: Sequence[Edit]) -> None:
        reworded = {edit.job_id for edit in edits if _REWORDS & edit.after.keys()}
        # Before the change: the index forgets a text only while the text is still the one it knows. Deleted jobs
        # leave it by a trigger.
        search_index.remove(self.connection, reworded)
        for edit in edits:
            self._apply(edit)
        reread = {edit.job_id for edit in edits if READ_FOR_FACTS & edit.after.keys()}
        if reread:
            derived.refresh(self.connection, self._profile(), sorted(reread))
        search_index.put(
            self.connection, reworded | {edit.job_id for edit in edits if edit.action == "restored"}
        )
        if edits:
            self.log(edits)

    def log(self, edits: Sequence[Edit]) -> None:
        """Write the events of edits that somebody else carried out."""
        batch = self.begun()
        self.connection.executemany(
            "INSERT INTO job_event (job_id, batch_id, at, action, before, after) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (edit.job_id, batch, self.now, edit.action, _json(edit.before), _json(edit.after))
                for edit in edits
            ],
        )
        self.jobs.update(edit.job_id for edit in edits if not _is_mark(edit))

    def _apply(self, edit: Edit) -> None:
        columns = {name: value for name, value in edit.after.items() if name in _JOB}
        if "title" in columns or "company" in columns or "address" in columns:
            columns |= derived.keys(self.connection, self.profile_id, columns)
        if edit.action in GONE:
            columns["deleted_at"] = self.now
        elif edit.action == "restored":
            columns["deleted_at"] = None
        if not _is_mark(edit):
            columns["updated_at"] = self.now
        if columns:
            self._update("job", "id", edit.job_id, columns)
        texts = {name: value for name, value in edit.after.items() if name in _TEXT}
        if texts:
            self._update("job_text", "job_id", edit.job_id, texts)
        if "tags" in edit.after:
            self.connection.execute("DELETE FROM job_tag WHERE job_id = ?", (edit.job_id,))
            self.connection.executemany(
                "INSERT INTO job_tag (tag, job_id) VALUES (?, ?)",
                [(tag, edit.job_id) for tag in edit.after["tags"]],
            )
        if "company_notes" in edit.after:
            self.connection.execute(
                "UPDATE company SET notes = ? WHERE id = (SELECT company_id FROM job WHERE id = ?)",
                (edit.after["company_notes"], edit.job_id),
            )
        if edit.after.get("documents"):
            owned = edit.after["documents"]
            self.connection.execute(
                "UPDATE job_document SET job_id = ? WHERE id IN (SELECT value FROM json_each(?))",
                (edit.job_id, listed(owned)),
            )
        if "document" in edit.after:
            self._exchange(edit)

    def _exchange(self, edit: Edit) -> None:
        """Put one document in or take it out."""
        document = edit.after["document"]
        if document is None:
            self.connection.execute("DELETE FROM job_document WHERE id = ?", (edit.before["document"]["id"],))
        elif "content" in document:
            self.connection.execute(
                "INSERT INTO job_document (id, job_id, kind, name, sha256, content, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    document["id"],
                    edit.job_id,
                    document["kind"],
                    document["name"],
                    document["sha256"],
                    base64.b64decode(document["content"]),
                    document["created_at"],
                ),
            )

    def _update(self, table: str, key: str, job_id: int, columns: dict[str, Any]) -> None:
        settings = ", ".join(f"{name} = ?" for name in columns)
        self.connection.execute(
            f"UPDATE {table} SET {settings} WHERE {key} = ?",  # noqa: S608  # names of columns
            (*columns.values(), job_id),
        )


_JOB: Final = frozenset(JOB_COLUMNS)
_TEXT: Final = frozenset(TEXT_COLUMNS)
_REWORDS: Final = INDEXED | READ_FOR_FACTS
"""What changes the words of a job in the index: its own, and the skills that its facts name."""


def read_edit(job_id: int, action: Action, before: str, after: str) -> Edit:
    """Return the edit that a stored event tells of."""
    return Edit(job_id, action, json.loads(before), json.loads(after))


def last_gone(connection: sqlite3.Connection, job_id: int) -> Action | None:
    """Return how a job left the board the last time, None where it never did."""
    found = connection.execute(
        "SELECT action FROM job_event WHERE job_id = ? AND action IN ('deleted', 'merged', 'removed')"
        " ORDER BY id DESC LIMIT 1",
        (job_id,),
    ).fetchone()
    return found[0] if found else None


def with_content(
    connection: sqlite3.Connection, job_id: int, document: dict[str, Any]
) -> dict[str, Any] | None:
    """Return a document's entry as it stands, with its content, None where the job has it no longer."""
    found = connection.execute(
        "SELECT id, content FROM job_document WHERE job_id = ? AND kind = ? AND name = ? AND sha256 = ?"
        " ORDER BY id <> ? LIMIT 1",
        (job_id, document["kind"], document["name"], document["sha256"], document["id"]),
    ).fetchone()
    if found is None:
        return None
    return document | {"id": found[0], "content": base64.b64encode(found[1]).decode("ascii")}


def _is_mark(edit: Edit) -> bool:
    """Return whether an edit only sets or takes off the mark of a possible duplicate: no change of the posting."""
    return edit.action == "changed" and edit.after.keys() == {"duplicate_of"}


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
