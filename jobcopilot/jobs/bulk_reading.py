"""Reading facts, pay and match from many postings, in helping processes where there are enough of them.

Reading a posting of 4 kB takes about half a millisecond of one core, and the interpreter reads on one core at a
time; so a large import has two processes read while this one writes. They start while the import runs on and are
used once they are ready; where one cannot be started or dies, this process reads itself. They are plain child
processes that talk over pipes: `multiprocessing` would run the program's main module in each of them, and write
what goes wrong there onto the person's screen.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO, Final, NamedTuple, cast

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
    match = score(wanted, facts, shown=False)
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

    def __init__(
        self, wanted: Wanted, postings: list[Unread], future: Future[list[Read] | None] | None
    ) -> None:
        self._wanted = wanted
        self._postings = postings
        self._future = future

    def results(self) -> list[Read]:
        """Return what was read, in the order of the postings; waits for a helper, or reads here and now."""
        there = self._future.result() if self._future is not None else None
        return there if there is not None else [read(self._wanted, posting) for posting in self._postings]


class BulkReader:
    """Hands postings to whoever reads them. Use it as a context: the helpers end with it."""

    def __init__(self, profile: ProfileView, *, processes: int = PROCESSES) -> None:
        self._profile = profile
        self._wanted = prepare(profile)
        self._processes = processes if (os.cpu_count() or 1) > 1 else 0
        self._threads: ThreadPoolExecutor | None = None
        self._helpers: list[_Helper] = []
        self._ready: queue.SimpleQueue[_Helper] = queue.SimpleQueue()
        self._handed_over = 0

    def __enter__(self) -> BulkReader:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.end()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for helper in self._helpers:
            helper.close()

    @property
    def ahead(self) -> int:
        """How many chunks should be under way while one is written."""
        return self._processes + 1 if self._threads is not None else 0

    def submit(self, postings: list[Unread]) -> Reading:
        """Have postings read."""
        self._handed_over += len(postings)
        if self._threads is None and self._processes and self._handed_over >= WORTH_PROCESSES:
            self._start()
        future = None
        if self._threads is not None and any(helper.is_ready for helper in self._helpers):
            future = self._threads.submit(self._ask, postings)
        return Reading(self._wanted, postings, future)

    def _start(self) -> None:
        # A thread for each helper, because writing to a pipe waits until the other side reads.
        self._threads = ThreadPoolExecutor(self._processes, "reading")
        for _ in range(self._processes):
            helper = _Helper()
            self._helpers.append(helper)
            self._threads.submit(self._welcome, helper)

    def _welcome(self, helper: _Helper) -> None:
        if helper.begin(self._profile):
            self._ready.put(helper)

    def _ask(self, postings: list[Unread]) -> list[Read] | None:
        """Have a free helper read; None where there is none left."""
        try:
            helper = self._ready.get_nowait()
        except queue.Empty:
            return None
        results = helper.read(postings)
        if results is not None:
            self._ready.put(helper)
        return results


class _Helper:
    """One child process that reads."""

    def __init__(self) -> None:
        self.is_ready = False
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False
        self._guard = threading.Lock()

    def begin(self, profile: ProfileView) -> bool:
        """Start the process and wait until it can read; return whether it can."""
        # The child finds this package where the parent found it, wherever it was started.
        code = f"import sys; sys.path[:] = {json.dumps(sys.path)}; from {__name__} import serve; serve()"
        with self._guard:
            if self._over:
                return False
            try:
                self._process = subprocess.Popen(  # noqa: S603  # this interpreter and this module
                    [sys.executable, "-P", "-c", code],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    # Ctrl+C is for the parent; without one the child reads the end of its input and goes.
                    start_new_session=True,
                )
            except OSError:
                return False
        self.is_ready = self._exchange(profile) is not None
        return self.is_ready

    def read(self, postings: list[Unread]) -> list[Read] | None:
        """Have postings read; None where the process died."""
        return cast("list[Read] | None", self._exchange(postings))

    def end(self) -> None:
        """End the process, also one that is just starting; what it was asked comes back as None."""
        with self._guard:
            self._over = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Let go of the ended process, once nobody reads from it."""
        if self._process is not None:
            self._process.communicate()

    def _exchange(self, request: object) -> object:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            pickle.dump(request, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            return pickle.load(process.stdout)  # noqa: S301  # written by our own child
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            self.is_ready = False
            return None


def serve() -> None:
    """Be a helper: read a profile, then lists of postings, from standard input until it ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers may come between the answers
    wanted: Wanted | None = None
    while (request := _next(source)) is not None:
        if isinstance(request, ProfileView):
            wanted = prepare(request)
            # What is loaded at the first posting is loaded before the parent relies on this process.
            read(wanted, Unread("Engineer", "Berlin", "Python, $100,000 a year", None, None))
            answer: object = True
        else:
            assert wanted is not None
            answer = [read(wanted, posting) for posting in request]
        pickle.dump(answer, sink, pickle.HIGHEST_PROTOCOL)
        sink.flush()


def _next(source: BinaryIO) -> ProfileView | list[Unread] | None:
    try:
        return cast("ProfileView | list[Unread]", pickle.load(source))  # noqa: S301  # written by our own parent
    except EOFError:
        return None
