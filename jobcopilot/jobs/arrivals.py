"""Sorting postings that come in into new, known and refused ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jobcopilot.jobs.bulk_reading import BulkReader, Reading
from jobcopilot.jobs.journal import Journal
from jobcopilot.jobs.new_jobs import New, NewJobs, added, new_job, safe, unread
from jobcopilot.jobs.recognition import Recognition
from jobcopilot.jobs.records import read_records
from jobcopilot.jobs.updates import difference, touched_fields, update
from jobcopilot.jobs.views import JobDraft, Rejected


@dataclass(slots=True)
class Chunk:
    """New postings that are read and then written together."""

    new: list[New] = field(default_factory=list)
    reading: Reading | None = None


class Arrivals:
    """The postings of one source on their way in, with the counts of what became of them.

    Without a journal nothing is written. `by_hand`: the person asked for just this posting.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        profile_id: int,
        journal: Journal | None = None,
        *,
        by_hand: bool = False,
    ) -> None:
        self._connection = connection
        self._profile_id = profile_id
        self._journal = journal
        self._known = Recognition(connection, profile_id, by_hand=by_hand, never_written=journal is None)
        self._new_jobs = NewJobs(connection, profile_id)
        (highest,) = connection.execute("SELECT coalesce(max(id), 0) FROM job").fetchone()
        self._next_id = highest + 1
        self.read = self.added = self.updated = self.duplicates = self.deleted = self.marked = 0
        self.rejected: list[Rejected] = []
        self.last_job: int | None = None
        self.last_mark: int | None = None

    def sort_out(self, postings: Iterable[JobDraft | Rejected], reading: BulkReader | None = None) -> Chunk:
        """Tell new postings from known ones, bring the known up to date, and have the new ones read."""
        chunk = Chunk()
        known: list[tuple[int, JobDraft]] = []
        for posting in postings:
            self.read += 1
            draft = posting if isinstance(posting, Rejected) else safe(posting)
            if isinstance(draft, Rejected):
                self.rejected.append(draft)
                continue
            new = new_job(self._next_id, draft)
            job = self._known.find(new)
            if job is None:
                chunk.new.append(self._expect(new))
                continue
            self.last_job = job.job_id
            if job.gone is not None or job.job_id in self._known.met:
                self.duplicates += 1
                self.deleted += job.gone == "deleted"
            else:
                self._known.met.add(job.job_id)
                known.append((job.job_id, draft))
        self._bring_up_to_date(known)
        if reading is not None and chunk.new:
            chunk.reading = reading.submit([unread(new.draft) for new in chunk.new])
        return chunk

    def write(self, chunk: Chunk) -> None:
        """Write the new postings of a chunk, when they are read."""
        if self._journal is None or chunk.reading is None:
            return
        self._new_jobs.write(chunk.new, chunk.reading.results(), self._journal.now)
        self._journal.log([added(new) for new in chunk.new])
        self._known.forget(chunk.new)

    def _expect(self, new: New) -> New:
        new = self._known.expect(new)
        self._next_id += 1
        self.added += 1
        self.marked += new.duplicate_of is not None
        self.last_job, self.last_mark = new.job_id, new.duplicate_of
        return new

    def _bring_up_to_date(self, known: Sequence[tuple[int, JobDraft]]) -> None:
        if not known:
            return
        records = read_records(self._connection, self._profile_id, [job_id for job_id, _ in known])
        said = {job_id: difference(records[job_id], draft) for job_id, draft in known}
        differing = [job_id for job_id, columns in said.items() if columns]
        touched = touched_fields(self._connection, differing) if differing else {}
        edits = [update(records[job_id], said[job_id], touched.get(job_id, ())) for job_id in differing]
        written = [edit for edit in edits if edit is not None]
        self.updated += len(written)
        self.duplicates += len(known) - len(written)
        if self._journal is not None:
            self._journal.write(written)
        else:
            for edit in written:
                self._known.updated(records[edit.job_id], edit.after)
