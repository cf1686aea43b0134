"""What calendars cost: booking until the event is on a CalDAV server, 500 rounds the first time, a file, an import.

Method: a real Radicale on loopback with one calendar. Booking is measured as in the app: its own looking and thread
run, and the time is taken from before the booking until the event lies on the server's disk. 500 rounds on 500 jobs are
then sent to a second, empty calendar. What the outbox adds to booking is the difference of the medians with and without
it, in this process's processor time, on jobs with one round each.

    uv run python -m tests.benchmarks.calendars [--rounds 500] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobcopilot.calendars.connecting import import_libraries
from jobcopilot.calendars.outbox import CalendarOutbox
from jobcopilot.jobs.views import JobDraft
from jobcopilot.reminders.scheduler import ReminderScheduler
from jobcopilot.runtime import Runtime
from tests.benchmarks.measuring import Figure, figure, milliseconds
from tests.fakes.calendar import FakeVault
from tests.fakes.desktop import fresh_home
from tests.fakes.radicale_server import PASSWORD, USER, Radicale

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
HOUR = timedelta(hours=1)
BOOKINGS = 20


def measure(rounds: int) -> Iterator[Figure]:
    """Yield the figures, from a home and a server that are thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        server = Radicale(Path(folder) / "radicale").start()
        try:
            runtime = Runtime(fresh_home(Path(folder) / "home"))
            runtime.__dict__["vault"] = FakeVault()
            runtime.open()
            yield from _measure(runtime, server, rounds)
            runtime.close()
        finally:
            server.stop()


def _measure(runtime: Runtime, server: Radicale, rounds: int) -> Iterator[Figure]:
    drafts = [JobDraft(f"Engineer {n}", f"Company {n}", source_id=str(n)) for n in range(rounds + 400)]
    runtime.intake.take_in(drafts, label="benchmark")
    with runtime.reader.connection() as connection:
        jobs = iter([number for (number,) in connection.execute("SELECT id FROM job ORDER BY id").fetchall()])

    def book() -> None:
        number = next(jobs)
        runtime.rounds.book(number, {"stage": "Technical", "starts_at": SOON + number * HOUR})

    for _ in range(20):
        book()
    with_outbox = [_processor_time(book) for _ in range(100)]
    companions = runtime.companions
    runtime.books._companions = tuple(one for one in companions if not isinstance(one, CalendarOutbox))
    without = [_processor_time(book) for _ in range(100)]
    runtime.books._companions = companions
    added = statistics.median(with_outbox) - statistics.median(without)
    yield figure("booking: what the outbox adds", 120, [(max(added, 0.0), "")], budget=5)

    address = server.make_calendar("first")
    account = runtime.calendars.connect(
        "caldav", name="first", address=server.address, username=USER, calendar=address, secret=PASSWORD
    )
    import_libraries()
    runtime.calendar_worker.run(account.id)
    yield figure(
        "booking until the event is on the server", 220, asyncio.run(_booked(runtime, server)), budget=1000
    )
    runtime.calendars.disconnect(account.id)

    while len(runtime.interviews.rounds()) < rounds:
        book()
    address = server.make_calendar("second")
    account = runtime.calendars.connect(
        "caldav", name="second", address=server.address, username=USER, calendar=address, secret=PASSWORD
    )
    before = time.process_time() + server.seconds()
    first = milliseconds(runtime.calendar_worker.run, account.id)
    worked = time.process_time() + server.seconds() - before
    count = len(server.files("second"))
    yield figure("all rounds for the first time", count, [(first, "")], budget=20_000)
    yield figure("  processor time of both sides", count, [(worked * 1000, "")], budget=20_000)
    look = milliseconds(lambda: runtime.calendar_worker.run(account.id, look=True))
    yield figure("looking for changes, none there", count, [(look, "")], budget=5_000)
    exports = [(milliseconds(runtime.calendar_files.export, runtime.profile.id), "") for _ in range(3)]
    yield figure("all rounds as a file", count, exports, budget=5_000)


async def _booked(runtime: Runtime, server: Radicale) -> list[tuple[float, str]]:
    scheduler = ReminderScheduler(
        runtime.home,
        runtime.subjects.describe,
        [],
        runtime.clock,
        role="app",
        chores=[runtime.calendar_chore],
    )
    await scheduler.start()
    taken = []
    try:
        for number in range(BOOKINGS):
            before = len(server.files("first"))
            start = time.perf_counter()
            await asyncio.to_thread(
                runtime.rounds.book, 1, {"stage": "Call", "starts_at": SOON + (9000 + number) * HOUR}
            )
            while len(server.files("first")) == before:
                await asyncio.sleep(0.01)
            taken.append(((time.perf_counter() - start) * 1000, ""))
    finally:
        await scheduler.stop()
    return taken


def _processor_time(action: object) -> float:
    start = time.thread_time()
    assert callable(action)
    action()
    return (time.thread_time() - start) * 1000


def main(arguments: list[str]) -> int:
    """Print the table or the JSON document; 1 where a budget is broken."""
    parser = argparse.ArgumentParser(description="What calendars cost.")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    figures = list(measure(chosen.rounds))
    if chosen.json:
        print(json.dumps({"figures": [one.as_json() for one in figures]}, indent=2))
    else:
        for one in figures:
            budget = "" if one.budget is None else f"≤ {one.budget:g}"
            print(f"{one.name:<44}{one.jobs:>6}{one.median:>11.1f}{one.p95:>11.1f} {one.unit:<4}{budget}")
    return 0 if all(one.kept is not False for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
