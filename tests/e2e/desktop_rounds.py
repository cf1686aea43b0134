"""One person's machine: its clock can be set, its desktop tells what it showed, real commands run on one home."""

from __future__ import annotations

import html
import json
import math
import subprocess
import sys
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobcopilot.clock import FixedClock
from jobcopilot.errors import JobcopilotError
from jobcopilot.interviews.values import FieldError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.runtime import Runtime
from tests.fakes.desktop import fresh_home, rows
from tests.fakes.session_bus import Dunst, needed, wait_until

HOUR = timedelta(hours=1)
PATIENCE = 60
"""Seconds for one command."""


class Machine:
    """A home, a clock that stands for every command started here, a zone where the person is, and dunst."""

    def __init__(self, folder: Path, screen: Dunst, *, now: datetime, zone: str = "Europe/Berlin") -> None:
        library = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
        if library is None:
            needed("libfaketime")
        self.home = fresh_home(folder / "home")
        self.screen = screen
        self._folder = folder
        self._off = timedelta()
        self._zone = zone
        self.environment = screen.environment | {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(folder / "faketime"),
            "FAKETIME_NO_CACHE": "1",
            # As on a real machine: who sets the clock moves no monotonic one.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            # Files keep their real age, or Python would compile every module again at each start.
            "NO_FAKE_STAT": "1",
            "TZ": str(folder / "localtime"),
            "PYTHONUNBUFFERED": "1",
        }
        self.travel(zone)
        self.set(now)

    def set(self, at: datetime) -> None:
        """Set the clock so that it shows `at` within the next second."""
        self._off = timedelta(seconds=math.floor((at - datetime.now(UTC)).total_seconds()))
        self._replace("faketime", lambda part: part.write_text(f"{self._off.total_seconds():+.0f}\n"))

    def travel(self, zone: str) -> None:
        """Be in another zone, as the system's link to its zone tells every process from now on."""
        found = next(file for place in zoneinfo.TZPATH if (file := Path(place) / zone).exists())
        self._zone = zone
        self._replace("localtime", lambda part: part.symlink_to(found))

    def _replace(self, name: str, write: Any) -> None:
        part = self._folder / f"{name}.part"
        write(part)
        part.replace(self._folder / name)

    def now(self) -> datetime:
        """Return what the clock shows."""
        return datetime.now(UTC) + self._off

    def cli(self, *words: str, code: int = 0) -> Any:
        """Run `jobcopilot … --json` in a process of its own and return what it printed."""
        done = subprocess.run(
            [*self._command(), *words, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "jobcopilot", "--home", str(self.home.data.parent)]

    @contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[str]]:
        """Lend `jobcopilot daemon run` that has started."""
        running = subprocess.Popen(
            [*self._command(), "daemon", "run"],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert running.stdout is not None
            assert "are told" in running.stdout.readline()
            yield running
        finally:
            running.kill()
            running.communicate()

    @contextmanager
    def runtime(self) -> Iterator[Runtime]:
        """Lend a runtime on the same home in this process, for what would take a command each."""
        runtime = Runtime(self.home, clock=FixedClock(self.now(), zoneinfo.ZoneInfo(self._zone)))
        runtime.open()
        try:
            yield runtime
        finally:
            runtime.close()

    def book(self, company: str, starts: datetime, **fields: object) -> tuple[int, int]:
        """Track a job and book its round; return the numbers of both."""
        with self.runtime() as runtime:
            return book(runtime, company, starts, **fields)

    def waits_for(self, count: int, what: str) -> None:
        """Return once the desktop shows so many notifications."""
        _reach(count, self.screen.displayed, what)

    def has_written_down(self, count: int) -> None:
        """Return once so many reminders are `sent`: what is shown is written down a moment later."""
        _reach(count, lambda: len(self.reminders("id", "status = 'sent'")), "written down")

    def told(self) -> list[tuple[str, list[str]]]:
        """Close all and return title and lines of everything that was ever shown, the oldest first."""
        return [
            (summary, html.unescape(body).splitlines()) for summary, body in reversed(self.screen.showed())
        ]

    def titles(self) -> list[str]:
        """Close all and return the titles of everything that was ever shown, the oldest first."""
        return [title for title, _ in self.told()]

    def reminders(self, columns: str, conditions: str = "1 = 1") -> list[tuple[Any, ...]]:
        """Return what the database holds of reminders, by number."""
        return rows(self.home.database, columns, conditions)


def _reach(count: int, measure: Callable[[], int], what: str) -> None:
    """Wait until there are so many; all of them may take long, the next one may not."""
    reached = measure()
    while reached < count:
        wait_until(lambda before=reached: measure() > before, f"{what}: {reached} of {count}")  # type: ignore[misc]
        reached = measure()


def book(runtime: Runtime, company: str, starts: datetime, **fields: object) -> tuple[int, int]:
    """Track a job at a company and book a round of it; return the numbers of both."""
    job_id = runtime.jobs.add(JobDraft("Data Engineer", company)).job_id
    given: Mapping[str, object] = {"stage": "Call", "starts_at": starts} | fields
    return job_id, runtime.rounds.book(job_id, given).round.id


def book_of(runtime: Runtime, words: str, starts: datetime) -> None:
    """Book a round all of whose fields are these words; a field that refuses them goes without."""
    draft = JobDraft(words[:100], words[:100])
    try:
        job_id = runtime.jobs.add(draft).job_id
    except JobcopilotError:
        job_id = runtime.jobs.add(JobDraft("Data Engineer", "Acme")).job_id
    fields: dict[str, object] = {
        "stage": words[:100],
        "place": words[:300],
        "contacts": [words[:100]],
        "format": "onsite",
        "starts_at": starts,
    }
    while True:
        try:
            runtime.rounds.book(job_id, fields)
        except FieldError as refused:
            fields[refused.field] = {"stage": "Call", "place": "", "contacts": []}[refused.field]
        else:
            return
