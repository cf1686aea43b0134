"""Postings on their way in: which are new, which are known, and one transaction that writes them.

Which posting is a known job:

* A source's own id names it. For files, whose source is always `import`, an id counts only together with the
  company, whatever the source of the job that has it: ids are unique inside one board, and our own export is a
  file too.
* Else its address names it (`dedupe.address_key`).
* A posting with neither is known by its words: company, title, place and, where both are told, the day it was
  posted. Of several such jobs the one with the same text is meant, else one with nearly the same text that no
  earlier row of the file took. So a file comes in twice without anything being there twice; a row that repeats
  another one whole is a duplicate; and two rows of one title with different texts stay two jobs, of which the
  second is marked.

Within one import a job is written once: a later row of the same job counts as a duplicate. A posting that the person
deleted or merged away stays away and counts as a duplicate; one whose import was undone comes in again. Adding by
hand brings a deleted one back as a new job, because it was asked for, and never goes by words alone.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal

from jobcopilot.clock import Clock
from jobcopilot.database.engine import Database
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import BadInput, Cancelled
from jobcopilot.jobs.arrivals import Arrivals, Chunk
from jobcopilot.jobs.bulk_reading import PROCESSES, BulkReader
from jobcopilot.jobs.companions import Companion, accompanied
from jobcopilot.jobs.journal import Journal
from jobcopilot.jobs.records import raw
from jobcopilot.jobs.views import ImportReport, JobDraft, Rejected
from jobcopilot.profiles.views import ProfileView

CHUNK: Final = 256
"""Postings that are looked up, read and written together; a stop is heard between two."""
_PROGRESS_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: postings read so far, and what became of them."""

    done: int
    added: int = 0
    updated: int = 0
    duplicates: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class IntakeReport(ImportReport):
    """What an import did, and how many of its duplicates are jobs that the person deleted."""

    deleted: int = 0


@dataclass(frozen=True, slots=True)
class AddedJob:
    """What became of one posting; `batch` is None where nothing changed."""

    job_id: int
    batch: int | None
    outcome: Literal["added", "updated", "duplicate"]
    possible_duplicate_of: int | None = None


class Intake:
    """Takes postings in for one profile."""

    def __init__(
        self,
        database: Database,
        profile: ProfileView,
        clock: Clock,
        *,
        companions: Sequence[Companion] = (),
        processes: int = PROCESSES,
    ) -> None:
        self._database = database
        self._profile = profile
        self._clock = clock
        self._companions = companions
        self._processes = processes

    def take_in(
        self,
        drafts: Iterable[JobDraft | Rejected],
        *,
        label: str,
        progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
        dry_run: bool = False,
    ) -> IntakeReport:
        """Write the postings of one source in one transaction, as the batch `label` that undo takes back whole.

        `progress` is called on this thread, at most twenty times a second and once at the end. A dry run writes
        nothing and holds nobody up. Raises `Cancelled` when `stop` is set and whatever `drafts` raises; nothing
        of the import is there then.
        """
        tell = _Teller(progress)
        if dry_run:
            reader = Reader(self._database.file)
            try:
                with reader.connection() as connection:
                    arrivals = Arrivals(connection, self._profile.id)
                    for chunk in _chunks(drafts, stop):
                        arrivals.sort_out(chunk)
                        tell(arrivals)
            finally:
                reader.close()
            return _report(arrivals, None)
        with (
            self._database.writing() as session,
            BulkReader(self._profile, processes=self._processes) as reading,
        ):
            journal = self._journal(raw(session))
            journal.open("import", f"imported {label}")
            arrivals = Arrivals(journal.connection, self._profile.id, journal)
            under_way: deque[Chunk] = deque()
            for drafts_of_chunk in _chunks(drafts, stop):
                under_way.append(arrivals.sort_out(drafts_of_chunk, reading))
                while len(under_way) > reading.ahead:
                    arrivals.write(under_way.popleft())
                    _heed(stop)
                tell(arrivals)
            while under_way:
                arrivals.write(under_way.popleft())
                _heed(stop)
                tell(arrivals)
            journal.close()
            accompanied(session, journal, self._companions)
        tell(arrivals, last=True)
        return _report(arrivals, journal.batch)

    def add(self, draft: JobDraft) -> AddedJob:
        """Track one posting that the person gave; a status that it already has was reached now, if no date says else.

        Raises `BadInput` where it has no title or company.
        """
        now = self._clock.now()
        if draft.status == "applied" and draft.applied_at is None:
            draft = replace(draft, applied_at=now)
        if draft.status == "rejected" and draft.rejected_at is None:
            draft = replace(draft, rejected_at=now)
        with (
            self._database.writing() as session,
            BulkReader(self._profile, processes=0) as reading,
        ):
            journal = self._journal(raw(session))
            journal.open("add", f"added: {draft.title}, {draft.company}")
            arrivals = Arrivals(journal.connection, self._profile.id, journal, by_hand=True)
            chunk = arrivals.sort_out([draft], reading)
            arrivals.write(chunk)
            journal.close()
            accompanied(session, journal, self._companions)
        if arrivals.rejected:
            raise BadInput(
                "The job cannot be added", arrivals.rejected[0].reason, "Give a title and a company."
            )
        outcome: Literal["added", "updated", "duplicate"] = "duplicate"
        if arrivals.added or arrivals.updated:
            outcome = "added" if arrivals.added else "updated"
        assert arrivals.last_job is not None
        return AddedJob(arrivals.last_job, journal.batch, outcome, arrivals.last_mark)

    def _journal(self, connection: sqlite3.Connection) -> Journal:
        now = to_milliseconds(self._clock.now())
        return Journal(connection, self._profile.id, now, lambda: self._profile)


class _Teller:
    """Tells how far an import is, not more often than a screen can show."""

    def __init__(self, listener: Callable[[Progress], None] | None) -> None:
        self._listener = listener
        self._last = -_PROGRESS_S

    def __call__(self, arrivals: Arrivals, *, last: bool = False) -> None:
        now = time.monotonic()
        if self._listener is None or (now - self._last < _PROGRESS_S and not last):
            return
        self._last = now
        self._listener(
            Progress(
                arrivals.read, arrivals.added, arrivals.updated, arrivals.duplicates, len(arrivals.rejected)
            )
        )


def _chunks(
    drafts: Iterable[JobDraft | Rejected], stop: threading.Event | None
) -> Iterator[list[JobDraft | Rejected]]:
    every = iter(drafts)
    while chunk := list(islice(every, CHUNK)):
        _heed(stop)
        yield chunk
    _heed(stop)


def _heed(stop: threading.Event | None) -> None:
    if stop is not None and stop.is_set():
        raise Cancelled("The import was stopped", "nothing of it was kept", "Start it again when you like.")


def _report(arrivals: Arrivals, batch: int | None) -> IntakeReport:
    return IntakeReport(
        read=arrivals.read,
        added=arrivals.added,
        updated=arrivals.updated,
        duplicates=arrivals.duplicates,
        rejected=tuple(arrivals.rejected),
        batch=batch,
        possible_duplicates=arrivals.marked,
        deleted=arrivals.deleted,
    )
