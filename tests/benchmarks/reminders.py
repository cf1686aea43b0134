"""What reminders cost: finding what is due, booking, leaving on time, and the daemon's weight while nothing is due.

Method: `reminders` rows lie ahead in a migrated database, as after 2,000 booked rounds. A tick is what a look costs
when nothing is due, and when a batch is: the claim with its commit. Leaving is measured from another process's commit,
and from the due time, to the moment at which the desktop was called, with a daemon of its own process. The weight is
that of the command `daemon run`: resident memory after it has told something, and processor time of
all its threads over `--seconds` of idling.

    uv run python -m tests.benchmarks.reminders [--reminders 20000] [--seconds 60] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobcopilot.database.engine import Database
from jobcopilot.paths import Home
from jobcopilot.reminders import services
from jobcopilot.reminders.arm import replace_for
from jobcopilot.reminders.due import BATCH, Claims, Outcome, Watch
from jobcopilot.reminders.presence import Presence, living
from jobcopilot.reminders.views import DAY_BEFORE, HOURS_BEFORE, Subject, Wanted
from tests.benchmarks.measuring import Figure, figure, milliseconds
from tests.fakes.desktop import daemon_process, fresh_home, put_reminders, told

ROUNDS = 40
_START = (
    "import sys\n"
    "from jobcopilot.cli import app, daemon\n"
    "app._register()\n"
    "if all(group.name != 'daemon' for group in app.root.registered_groups):\n"
    "    app.root.add_typer(daemon.commands, name='daemon')\n"
    "sys.exit(app.run(sys.argv[1:], lambda home, profile: 0))"
)
"""The whole command line with all of its nouns, as a person's process has it."""
LIMIT = 30.0


def measure(reminders: int = 20_000, idle_seconds: float = 60.0) -> list[Figure]:
    """Return all figures."""
    with tempfile.TemporaryDirectory() as folder:
        home = fresh_home(Path(folder) / "home")
        draw = random.Random(7)
        ahead = datetime.now(UTC) + timedelta(days=1)
        put_reminders(
            home.database, [ahead + timedelta(seconds=draw.uniform(0, 3e7)) for _ in range(reminders)]
        )
        return [
            *_ticks(home, reminders),
            _booking(home, reminders),
            *_leaving(home, reminders, Path(folder) / "shown.jsonl"),
            *_weight(home, reminders, idle_seconds),
        ]


def _ticks(home: Home, reminders: int) -> Iterator[Figure]:
    presence = Presence(home.data / "running", "once")
    presence.enter()
    claims, watch = Claims(home.database, presence), Watch(home.database)

    def look() -> None:
        claims.take(datetime.now(UTC), beyond="terminal")
        claims.next_due()

    watch.changed()
    yield figure(
        "heartbeat, nothing changed",
        reminders,
        [(milliseconds(watch.changed), "") for _ in range(500)],
        budget=1,
    )
    yield figure("tick, nothing due", reminders, [(milliseconds(look), "") for _ in range(500)], budget=5)
    taken: list[tuple[float, str]] = []
    for _ in range(ROUNDS):
        put_reminders(home.database, [datetime.now(UTC)] * BATCH)
        now = datetime.now(UTC)
        begun = time.perf_counter()
        found = claims.take(now)
        taken.append(((time.perf_counter() - begun) * 1000, ""))
        assert len(found) == BATCH
        for claimed in found:
            claims.settle(claimed, Outcome("sent", sent_at=now), now)
    yield figure(f"tick, {BATCH} due and claimed", reminders, taken, budget=5, judged="median")
    claims.close()
    watch.close()
    presence.leave()


def _booking(home: Home, reminders: int) -> Figure:
    database = Database(home.database)
    begins = datetime.now(UTC) + timedelta(days=10)

    def book(number: int, later: int) -> None:
        at = begins + timedelta(hours=later)
        wanted = [Wanted(DAY_BEFORE, at - timedelta(hours=24)), Wanted(HOURS_BEFORE, at - timedelta(hours=2))]
        with database.writing() as session:
            replace_for(session, 1, Subject("booked", number), wanted, now=datetime.now(UTC))

    book(0, 0)
    cases = [(milliseconds(book, number, later), "") for number in range(1, ROUNDS) for later in (0, 3)]
    database.close()
    return figure("booking or moving a round's reminders", reminders, cases, budget=20, judged="median")


def _leaving(home: Home, reminders: int, shown: Path) -> Iterator[Figure]:
    draw = random.Random(11)
    booked_now: list[tuple[float, str]] = []
    known: list[tuple[float, str]] = []
    with daemon_process(home, shown):
        for case in range(12):
            time.sleep(draw.uniform(0, 0.8))  # anywhere between two heartbeats
            # Every other one is known to the daemon before it is due.
            due = datetime.now(UTC) + timedelta(seconds=2 * (case % 2))
            put_reminders(home.database, [due])
            end = time.monotonic() + LIMIT
            while len(told(shown)) <= case and time.monotonic() < end:
                time.sleep(0.01)
            late = (float(str(told(shown)[case]["at"])) - due.timestamp()) * 1000
            (known if case % 2 else booked_now).append((late, ""))
    yield figure("leaves after another process booked it", reminders, booked_now, budget=1_000)
    yield figure("leaves after its due time", reminders, known, budget=1_000)


def _weight(home: Home, reminders: int, seconds: float) -> Iterator[Figure]:
    with _service(home) as process:
        time.sleep(5)  # started, and what was due has been tried
        with sqlite3.connect(home.database, timeout=20) as connection:
            # Without a desktop it would be tried again all the time: that is not idling.
            connection.execute(
                "UPDATE reminder SET status = 'cancelled', next_attempt = NULL WHERE next_attempt < ?",
                (round((time.time() + 3_600) * 1000),),
            )
        connection.close()
        time.sleep(2)
        memory = _resident(process.pid)
        begun, used = time.monotonic(), _processor(process.pid)
        time.sleep(seconds)
        share = (_processor(process.pid) - used) / (time.monotonic() - begun) * 100
    yield figure("daemon, resident memory", reminders, [(memory, "")], unit="MB", budget=80)
    yield figure("daemon, idle", reminders, [(share, "")], unit="% core", budget=0.1)


@contextmanager
def _service(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    put_reminders(home.database, [datetime.now(UTC)])
    command = [sys.executable, "-c", _START, *services.home_option(home), "daemon", "run"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + LIMIT
        while process.pid not in {one.pid for one in living(home.data / "running")}:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the daemon did not start")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait()


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("the system does not tell a process's memory")


def _processor(pid: int) -> float:
    """Seconds of processor time of all threads, to the nanosecond."""
    return (
        sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
    )


def main() -> int:
    """Print the table or the JSON document; 1 where a budget is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reminders", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.reminders, given.seconds)
    kept = all(one.kept is not False for one in found)
    if given.json:
        load = os.getloadavg()[0]
        print(json.dumps({"figures": [one.as_json() for one in found], "load": load, "kept": kept}, indent=2))
    else:
        for one in found:
            print(
                f"{one.name:<42}{one.median:>9.3f}{one.p95:>9.3f}{one.worst:>9.3f} {one.unit:<7}≤ {one.budget:g}"
            )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
