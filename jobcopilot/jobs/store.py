"""Everything that changes jobs: adding, changing, deleting, documents, notes on companies, merging."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from os import PathLike
from typing import Any, Final, Literal

from jobcopilot.clock import Clock
from jobcopilot.database.engine import Database
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.jobs import documents, merge
from jobcopilot.jobs.changes import FIELDS, TagEdit, checked, in_zone
from jobcopilot.jobs.companions import Companion, accompanied
from jobcopilot.jobs.dedupe import company_key
from jobcopilot.jobs.intake import Intake
from jobcopilot.jobs.journal import Edit, Journal
from jobcopilot.jobs.records import (
    Record,
    changed_only,
    chunks,
    consequences,
    day,
    live_names,
    moment,
    pay_columns,
    raw,
    read_records,
)
from jobcopilot.jobs.views import DocumentKind, JobDraft
from jobcopilot.profiles.views import ProfileView
from jobcopilot.reading.pay import Pay
from jobcopilot.text import clean_line

Outcome = Literal["added", "updated", "duplicate"]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one posting: its job, and the batch that undo takes back (None where nothing changed)."""

    job_id: int
    batch: int | None
    outcome: Outcome
    possible_duplicate_of: int | None = None


class JobStore:
    """What a person does to jobs; each call is one transaction and one batch of the history."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        profile: ProfileView,
        clock: Clock,
        companions: Sequence[Companion] = (),
    ) -> None:
        self._database = database
        self._reader = reader
        self._profile = profile
        self._clock = clock
        self._companions = companions

    def add(self, draft: JobDraft) -> Added:
        """Track one posting; the same one again brings its facts up to date, or changes nothing.

        Raises `BadInput` where it has no title or company.
        """
        added = Intake(self._database, self._profile, self._clock, companions=self._companions).add(draft)
        return Added(added.job_id, added.batch, added.outcome, added.possible_duplicate_of)

    def change(self, ids: Sequence[int], changes: Mapping[str, object]) -> int:
        """Change the same fields of jobs (`changes.FIELDS`) and return the batch, 0 where nothing differed.

        Raises `UsageError` for a field or value that cannot be, `NotFound` for a job that is not there; nothing
        is changed then.
        """
        values = checked(changes)
        label = _label(values)
        # Its own pass after the others: a new company first, so that the notes are those of the new one, and undo
        # takes them back in the opposite order.
        notes = values.pop("company_notes", None)
        passes = [_fields_edit(values, self._clock.zone())] if values else []
        if isinstance(notes, str):
            passes.append(_notes_edit(notes))
        return self._edit(ids, label, *passes)

    def set_tags(self, ids: Sequence[int], tags: Sequence[str]) -> int:
        """Give jobs these tags and no others; return the batch."""
        return self.change(ids, {"tags": tuple(tags)})

    def add_tag(self, ids: Sequence[int], tag: str) -> int:
        """Give jobs one more tag; return the batch."""
        return self.change(ids, {"tags": TagEdit(add=(tag,))})

    def remove_tag(self, ids: Sequence[int], tag: str) -> int:
        """Take one tag off jobs; return the batch."""
        return self.change(ids, {"tags": TagEdit(remove=(tag,))})

    def delete(self, ids: Sequence[int]) -> int:
        """Delete jobs, with all that hangs on them, until undo brings them back; return the batch."""
        with self._journal() as journal:
            names = live_names(journal.connection, self._profile.id, ids)
            journal.open("delete", f"deleted: {_whose(list(names.values()))}")
            journal.write([Edit(job_id, "deleted") for job_id in names])
            journal.write(journal.unmark(list(names)))
            journal.close()
            return journal.batch or 0

    def merge(self, keep_id: int, other_id: int) -> int:
        """Make one job of two that are the same; notes, tags, documents and histories of both are kept.

        `keep_id` stays with its own values and gets those it lacks. Raises `UsageError` for a job and itself.
        """
        with self._journal() as journal:
            merge.merge(journal, keep_id, other_id)
            return journal.batch or 0

    def keep_apart(self, job_id: int) -> int:
        """Say that a job is no duplicate of the one that it is marked with; return the batch, 0 where unmarked."""
        return self._edit(
            [job_id], "no duplicate", lambda record, _: _edit_of(record, {"duplicate_of": None})
        )

    def attach(self, job_id: int, kind: DocumentKind, content: bytes | PathLike[str], name: str = "") -> int:
        """Keep a copy of the résumé or letter that went out; return the batch.

        `content` is the document's bytes (`name` is then needed) or its path. Raises `BadInput` for a file that
        cannot be read, is empty or larger than `documents.LARGEST`.
        """
        document = documents.read_document(kind, content, name)
        with self._journal() as journal:
            documents.attach(journal, job_id, document)
            return journal.batch or 0

    def document(self, document_id: int) -> bytes:
        """Return the content of an attached document. Raises `NotFound`."""
        with self._reader.connection() as connection:
            return documents.content_of(connection, self._profile.id, document_id)

    def company_notes(self, company: str) -> str:
        """Return the notes on a company that all of its jobs share, empty where there are none."""
        with self._reader.connection() as connection:
            found = connection.execute(
                "SELECT notes FROM company WHERE profile_id = ? AND key = ?",
                (self._profile.id, company_key(company)),
            ).fetchone()
        return found[0] if found else ""

    def set_company_notes(self, company: str, notes: str) -> int:
        """Set the notes on a company; the change stands in the history of its newest job. Returns the batch.

        Raises `NotFound` where no job of that company is tracked.
        """
        with self._reader.connection() as connection:
            found = connection.execute(
                "SELECT max(id) FROM job WHERE profile_id = ? AND company_key = ? AND deleted_at IS NULL",
                (self._profile.id, company_key(company)),
            ).fetchone()
        if found[0] is None:
            raise NotFound("No job of that company is tracked", company, "Add one first: jobcopilot jobs add")
        return self.change([found[0]], {"company_notes": notes})

    def viewed(self, job_id: int) -> None:
        """Note that the person looked at a job; no change of it, so neither history nor `updated_at`."""
        with self._database.writing() as session:
            raw(session).execute(
                "UPDATE job SET viewed_at = ? WHERE id = ? AND profile_id = ?",
                (to_milliseconds(self._clock.now()), job_id, self._profile.id),
            )

    @contextmanager
    def _journal(self) -> Iterator[Journal]:
        with self._database.writing() as session:
            now = to_milliseconds(self._clock.now())
            journal = Journal(raw(session), self._profile.id, now, lambda: self._profile)
            yield journal
            accompanied(session, journal, self._companions)

    def _edit(self, ids: Sequence[int], label: str, *passes: Callable[[Record, int], Edit | None]) -> int:
        """Write what each pass makes of each job, as one batch; 0 where no job differs."""
        with self._journal() as journal:
            names = live_names(journal.connection, self._profile.id, ids)
            journal.open("change", f"{label}: {_whose(list(names.values()))}")
            for edit_of in passes:
                for some in chunks(names):
                    records = read_records(journal.connection, self._profile.id, some)
                    edits = (edit_of(records[job_id], journal.now) for job_id in some)
                    journal.write([edit for edit in edits if edit is not None])
            journal.close()
            return journal.batch or 0


def _edit_of(record: Record, after: Mapping[str, Any]) -> Edit | None:
    before, changed = changed_only(record, after)
    return Edit(record["id"], "changed", before, changed) if changed else None


def _fields_edit(values: Mapping[str, Any], zone: tzinfo) -> Callable[[Record, int], Edit | None]:
    """Return what makes the edit of one job that a change of these fields asks for."""

    def edit_of(record: Record, now: int) -> Edit | None:
        after: dict[str, Any] = {}
        for name, value in values.items():
            after |= _columns(record, name, value, zone)
        return _edit_of(record, consequences(record, after, now))

    return edit_of


def _notes_edit(notes: str) -> Callable[[Record, int], Edit | None]:
    """Return what makes the edit of the notes on a job's company, once a company."""
    written: set[int] = set()

    def edit_of(record: Record, _now: int) -> Edit | None:
        if record["company_id"] in written:
            return None
        written.add(record["company_id"])
        return _edit_of(record, {"company_notes": notes})

    return edit_of


_COLUMN_OF: Final = {
    "posted": "posted_on",
    "closed": "closed_on",
    "applied": "applied_at",
    "rejected": "rejected_at",
}


def _columns(record: Record, name: str, value: Any, zone: tzinfo) -> dict[str, Any]:
    """Return a checked value as the columns that hold it."""
    column = _COLUMN_OF.get(name, name)
    match FIELDS[name].kind:
        case "pay":
            return pay_columns(value)
        case "date":
            return {column: day(value)}
        case "moment":
            return {column: None if value is None else moment(in_zone(value, zone))}
        case "tags":
            tags = value.applied_to(record["tags"]) if isinstance(value, TagEdit) else value
            return {"tags": sorted(tags)}
        case "flag":
            return {column: int(value)}
    return {column: value}


def _label(values: Mapping[str, Any]) -> str:
    if len(values) != 1:
        return ", ".join(values)
    name, value = next(iter(values.items()))
    return f"{name} → {_said(value)}"


def _whose(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} jobs"


def _said(value: Any) -> str:
    match value:
        case None | "" | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case TagEdit():
            return ", ".join([*(f"+{tag}" for tag in value.add), *(f"-{tag}" for tag in value.remove)])
        case tuple():
            return ", ".join(value)
        case Pay():
            return value.text
    words = clean_line(str(value), 61)
    return words if len(words) <= 60 else f"{words[:59]}…"
