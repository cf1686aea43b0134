"""Reading facts, pay and match from many postings, in helping processes where there are enough of them.

Reading a posting of 4 kB takes about a millisecond of one core, and the interpreter reads on one core at a time;
so a large import has two processes read while this one writes. They are started while the import runs on, are
used once they are ready, and where they cannot be started or die, this process reads itself.
"""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, NamedTuple

from jobcopilot.jobs.derived import match_columns, score_columns
from jobcopilot.jobs.facts import read_facts, to_json
from jobcopilot.jobs.score import score
from jobcopilot.jobs.views import WorkMode
from jobcopilot.jobs.wanted import Wanted, prepare
from jobcopilot.profiles.views import ProfileView
from jobcopilot.reading.pay import Pay, find_pay
from jobcopilot.reading.places import compatible_places, read_place

PROCESSES: Final = 2
WORTH_PROCESSES: Final = 2_000
"""From how many new postings on helping processes pay for their start (about a second each)."""


class Unread(NamedTuple):
    """What a posting's own fields say, before its text is read."""

    title: str
    place: str
    description: str
    work_mode: WorkMode | None
    pay: Pay | None


class Read(NamedTuple):
    """What was read, as it is stored."""

    facts: str
    skills: tuple[str, ...]
    work_mode: WorkMode | None
    pay: Pay | None
    match: tuple[int | None, str | None, float | None, int]
    reasons: tuple[str, str, str]


def pay_in(description: str, place: str) -> Pay | None:
    """Return the pay that a description states: where it gives several, the first that fits the posting's place."""
    country = next((found.country for found in read_place(place) if found.country), None)
    stated = find_pay(description, country=country)
    fitting = (pay for pay in stated if pay.place and place and compatible_places(place, pay.place))
    return next(fitting, stated[0]) if stated else None


def read(wanted: Wanted, posting: Unread) -> Read:
    """Read one posting."""
    pay = posting.pay or pay_in(posting.description, posting.place)
    facts = read_facts(posting.title, posting.place, posting.description, posting.work_mode, pay)
    match = score(wanted, facts)
    return Read(
        to_json(facts),
        facts.skill_names,
        posting.work_mode or facts.work_mode,
        pay,
        match_columns(match),
        score_columns(match),
    )


class Reading:
    """Postings being read; ask for the results when they are needed."""

    def __init__(self, wanted: Wanted, postings: list[Unread], future: Future[list[Read]] | None) -> None:
        self._wanted = wanted
        self._postings = postings
        self._future = future

    def results(self) -> list[Read]:
        """Return what was read, in the order of the postings; waits for a process, or reads here and now."""
        if self._future is not None:
            try:
                return self._future.result()
            except BrokenProcessPool:
                pass  # a helper was killed: its work is done here
        return [read(self._wanted, posting) for posting in self._postings]


class BulkReader:
    """Hands postings to whoever reads them. Close it, or use it as a context."""

    def __init__(self, profile: ProfileView, *, processes: int = PROCESSES) -> None:
        self._profile = profile
        self._wanted = prepare(profile)
        self._processes = processes if (os.cpu_count() or 1) > 1 else 0
        self._pool: ProcessPoolExecutor | None = None
        self._ready: list[Future[None]] = []
        self._handed_over = 0

    def __enter__(self) -> BulkReader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def ahead(self) -> int:
        """How many chunks should be under way while one is written."""
        return self._processes + 1 if self._ready else 0

    def submit(self, postings: list[Unread]) -> Reading:
        """Have postings read."""
        self._handed_over += len(postings)
        if self._pool is None and self._processes and self._handed_over >= WORTH_PROCESSES:
            self._start()
        future: Future[list[Read]] | None = None
        if self._pool is not None and any(start.done() for start in self._ready):
            try:
                future = self._pool.submit(_read_there, postings)
            except BrokenProcessPool:
                self._processes = 0
        return Reading(self._wanted, postings, future)

    def _start(self) -> None:
        import multiprocessing

        # Spawned, not forked: this process has threads and open connections that a copy must not hold.
        self._pool = ProcessPoolExecutor(
            self._processes, multiprocessing.get_context("spawn"), _begin, (self._profile,)
        )
        self._ready = [self._pool.submit(_be_ready) for _ in range(self._processes)]


_wanted_there: Wanted | None = None


def _begin(profile: ProfileView) -> None:
    """Prepare a helping process: it ends with its parent, and an interrupt is the parent's business."""
    global _wanted_there  # noqa: PLW0603  # what an initializer hands to the tasks of its process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _wanted_there = prepare(profile)
    read(_wanted_there, Unread("Engineer", "Berlin", "Python, $100,000 a year", None, None))


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _be_ready() -> None:
    """Do nothing: that it was done tells that a process is ready."""


def _read_there(postings: list[Unread]) -> list[Read]:
    assert _wanted_there is not None
    return [read(_wanted_there, posting) for posting in postings]
