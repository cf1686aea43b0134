"""What interviews cost: a month's agenda, booking with everything that hangs on it, and what reminders cost.

Method: 2,000 rounds are booked one after the other on 500 jobs, over a year around now, through the room itself, each
with its tasks and reminders; the last ones are what booking costs. Reminders are filled up to 20,000. The agenda is
measured as the screen asks for it: rounds, follow-ups and tasks from the database, and laid out with their clashes.
What follows is `tests.benchmarks.reminders`: a tick, leaving on time, the daemon's weight.

    uv run python -m tests.benchmarks.interviews [--rounds 2000] [--reminders 20000] [--seconds 60] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.interviews import agenda
from jobcopilot.jobs.records import raw
from jobcopilot.jobs.views import JobDraft
from jobcopilot.runtime import Runtime
from jobcopilot.tui.pipeline_data import PipelineData
from tests.benchmarks import reminders
from tests.benchmarks.measuring import Figure, figure, milliseconds
from tests.fakes.desktop import fresh_home, put_reminders

JOBS, MEASURED, LAYOUTS = 500, 200, 60
_POSTING = "Must have Python, SQL, Airflow, dbt and Spark. Kubernetes and Terraform are nice to have. " * 20
_FORMATS = ("phone", "video", "onsite", "take_home")


def measure(rounds: int, reminders_ahead: int) -> Iterator[Figure]:
    """Yield what booking, moving, completing and the agenda cost with that many rounds and reminders."""
    draw = random.Random(20261121)
    with tempfile.TemporaryDirectory() as folder:
        runtime = Runtime(fresh_home(Path(folder) / "home"))
        runtime.open()
        drafts = [
            JobDraft(f"Data Engineer {n}", f"Company {n % 200}", description=_POSTING, source_id=str(n))
            for n in range(JOBS)
        ]
        runtime.intake.take_in(drafts, label="benchmark")
        jobs = [job_id for (job_id,) in _rows(runtime, "SELECT id FROM job")]
        now = datetime.now(UTC)

        def book() -> None:
            form = draw.choice(_FORMATS)
            runtime.rounds.book(
                draw.choice(jobs),
                {
                    "stage": draw.choice(
                        ("Recruiter Screen", "Technical Interview", "System Design", "On-site")
                    ),
                    "starts_at": now + timedelta(minutes=draw.randrange(-182 * 1440, 182 * 1440)),
                    "format": form,
                    "contacts": [f"Person {draw.randrange(300)}"],
                },
            )

        booked = [(milliseconds(book), "") for _ in range(rounds)]
        missing = reminders_ahead - _rows(runtime, "SELECT count(*) FROM reminder")[0][0]
        put_reminders(
            runtime.home.database,
            [now + timedelta(days=200, seconds=draw.uniform(0, 3e7)) for _ in range(max(0, missing))],
        )
        booked += [(milliseconds(book), "") for _ in range(MEASURED)]
        yield figure("booking with tasks, reminders and clash check", rounds, booked[-MEASURED:], budget=20)
        ahead = [view.id for view in runtime.interviews.rounds(ahead_only=True)]
        moved = [
            (
                milliseconds(
                    runtime.rounds.move, draw.choice(ahead), now + timedelta(hours=draw.randrange(9, 999))
                ),
                "",
            )
            for _ in range(MEASURED // 4)
        ]
        yield figure("moving a round", rounds, moved, budget=20)
        completed = [
            (milliseconds(runtime.rounds.complete, round_id, "waiting"), "")
            for round_id in draw.sample(ahead, MEASURED // 4)
        ]
        yield figure("completing a round with its follow-ups", rounds, completed, budget=20)
        # As in life: of most rounds that took place it was said how they went.
        with runtime.database.writing() as session:
            raw(session).execute(
                "UPDATE round SET status = 'completed' WHERE ends_at < ? AND id % 20", (to_milliseconds(now),)
            )
        zone = runtime.clock.zone()

        def month() -> None:
            since, until = now - timedelta(days=7), now + timedelta(days=31)
            shown = agenda.days(
                runtime.interviews.rounds(since=since, until=until, settled_since=now),
                runtime.interviews.follow_ups(waiting_only=True, until=until),
                runtime.interviews.tasks(open_only=True, since=now, until=now + timedelta(days=3)),
                now=now,
                zone=zone,
                span_days=31,
                rules=runtime.books.rules.clashes,
            )
            assert not shown.empty

        month()
        yield figure(
            "agenda of a month", rounds, [(milliseconds(month), "") for _ in range(LAYOUTS)], budget=10
        )
        screen = PipelineData(runtime)
        shown = [(milliseconds(screen.agenda), "") for _ in range(LAYOUTS)]
        yield figure("agenda of the screen, 60 days and its lines", rounds, shown)
        runtime.close()


def _rows(runtime: Runtime, query: str) -> list[tuple[int, ...]]:
    with runtime.reader.connection() as connection:
        return connection.execute(query).fetchall()


def main() -> int:
    """Print the table or the JSON document; 1 where a budget is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--reminders", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the idle daemon is watched")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only-interviews", action="store_true", help="without the reminders' own figures")
    given = parser.parse_args()
    found = list(measure(given.rounds, given.reminders))
    if not given.only_interviews:
        found += reminders.measure(given.reminders, given.seconds)
    kept = all(one.kept is not False for one in found)
    if given.json:
        load = os.getloadavg()[0]
        print(json.dumps({"figures": [one.as_json() for one in found], "load": load, "kept": kept}, indent=2))
    else:
        for one in found:
            print(
                f"{one.name:<46}{one.median:>9.3f}{one.p95:>9.3f}{one.worst:>9.3f} {one.unit:<7}"
                + ("" if one.budget is None else f"≤ {one.budget:g}")
            )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
