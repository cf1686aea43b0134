"""After any sequence of acts, the reminders still ahead are exactly what rounds, follow-ups and offers ask for."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcopilot.clock import FixedClock
from jobcopilot.errors import JobcopilotError
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from tests.effort import examples
from tests.fakes.interviews import BERLIN, NOON, Pipeline, make_pipeline

ACTS = (
    "book", "book", "book", "move", "cancel", "complete", "delete_round", "tick", "untick", "delete_task", "remind",
    "status", "delete_job", "undo", "wait", "follow_done", "follow_off", "offer", "reopen", "merge",
)  # fmt: skip
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 9), st.integers(0, 24 * 40)), min_size=1, max_size=14
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    pipeline = make_pipeline(folder)
    for company in ("Acme", "Globex", "Initech"):
        pipeline.job(company=company)
    pipeline.runtime.close()
    return folder / "home"


def copied(template: Path, folder: Path) -> Pipeline:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    clock = FixedClock(NOON, BERLIN)
    return Pipeline(Runtime(find_home(folder), clock=clock), clock)


def carry_out(pipeline: Pipeline, act: str, which: int, hours: int) -> None:
    """Do one thing to one of the things that are there; what cannot be done changes nothing."""
    runtime, now = pipeline.runtime, pipeline.clock.now()
    rounds, lists = runtime.interviews.rounds(), runtime.interviews
    jobs = [job_id for (job_id,) in pipeline.rows("SELECT id FROM job WHERE deleted_at IS NULL ORDER BY id")]
    at = now + timedelta(hours=hours, minutes=15 * which)

    def one(things: Any) -> Any:
        return things[which % len(things)]

    match act:
        case "book" if jobs:
            fmt = one(("phone", "video", "onsite", "take_home"))
            when = at if which else None
            runtime.rounds.book(
                one(jobs),
                {
                    "stage": f"Round {which}",
                    "starts_at": when,
                    "format": fmt,
                    "contacts": ["Grace"] if which % 2 else [],
                },
            )
        case "move" if rounds:
            runtime.rounds.move(one(rounds).id, at)
        case "cancel" if rounds:
            runtime.rounds.cancel(one(rounds).id)
        case "complete" if rounds:
            runtime.rounds.complete(one(rounds).id, one(("passed", "failed", "waiting", "no_show", None)))
        case "reopen" if rounds:
            runtime.rounds.edit(one(rounds).id, {"status": "scheduled"})
        case "delete_round" if rounds:
            runtime.rounds.delete([one(rounds).id])
        case "tick" | "untick" | "delete_task" if tasks := lists.tasks():
            {"tick": runtime.tasks.done, "untick": runtime.tasks.undone, "delete_task": runtime.tasks.delete}[
                act
            ](one(tasks).id)
        case "remind" if rounds:
            runtime.rounds.add_reminder(one(rounds).id, at)
        case "status" if jobs:
            runtime.jobs.change(
                [one(jobs)],
                {"status": one(("applied", "rejected", "interested", "withdrawn", "offer", "accepted"))},
            )
        case "delete_job" if jobs:
            runtime.jobs.delete([one(jobs)])
        case "merge" if len(jobs) > 1:
            runtime.jobs.merge(one(jobs), jobs[(which + 1) % len(jobs)])
        case "undo":
            runtime.history.undo()
        case "wait":
            pipeline.clock.moment += timedelta(hours=hours % 60)
        case "follow_done" | "follow_off" if follow_ups := lists.follow_ups():
            if act == "follow_done":
                runtime.follow_ups.done(one(follow_ups).id)
            else:
                runtime.follow_ups.put_off(one(follow_ups).id, at)
        case "offer" if jobs:
            runtime.offers.add(one(jobs), {"amount": 1.0, "deadline_at": at})
        case _:
            pass


@pytest.mark.slow
@given(steps)
@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_set_is_always_exactly_what_is_asked_for(template: Path, tmp_path: Path, acts: Any) -> None:
    pipeline = copied(template, tmp_path / "home")
    try:
        for act, which, hours in acts:
            try:
                carry_out(pipeline, act, which, hours)
            except JobcopilotError:
                continue  # refused in words: nothing may have changed
            ahead = {one for one in pipeline.pending() if one[3] > pipeline.clock.now()}
            assert ahead == pipeline.asked_for(), (act, which, hours)
    finally:
        pipeline.runtime.close()
