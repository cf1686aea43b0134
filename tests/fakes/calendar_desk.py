"""A pipeline with one calendar connected, and what both hold."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

from jobcopilot.calendars.port import Facts
from jobcopilot.calendars.views import AccountView, SyncReport
from jobcopilot.clock import FixedClock
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime
from tests.fakes.calendar import FakeCalendar, FakeVault
from tests.fakes.interviews import BERLIN, NOON, Pipeline, make_pipeline

DAY = timedelta(days=1)


@cache
def _migrated() -> Path:
    """A home that was made once in this process: migrating it costs more than most tests."""
    folder = tempfile.mkdtemp(prefix="jobcopilot-calendars-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pipeline = make_pipeline(Path(folder))
    pipeline.runtime.close()
    return Path(folder)


def copied_pipeline(folder: Path) -> Pipeline:
    """Return a pipeline as `make_pipeline` does, on a copy of a home that is there already."""
    shutil.copytree(_migrated() / "home", folder / "home")
    clock = FixedClock(NOON, BERLIN)
    return Pipeline(Runtime(find_home(folder / "home"), clock=clock), clock)


class Desk:
    """A pipeline with one calendar connected."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.runtime = pipeline.runtime
        self.calendar = FakeCalendar()
        self.vault = FakeVault()
        self.runtime.__dict__["vault"] = self.vault
        self.runtime.__dict__["calendar_of"] = lambda _account: self.calendar
        self.account: AccountView = self.runtime.calendars.connect("caldav", name="Home", secret="engine")

    def book(self, days: float = 1, job: int | None = None, **fields: object) -> int:
        job = job or self.pipeline.job()
        at = NOON + timedelta(days=days)
        return self.runtime.rounds.book(job, {"stage": "Technical", "starts_at": at, **fields}).round.id

    def sync(self, **given: object) -> SyncReport:
        return self.runtime.calendar_worker.run(self.account.id, **given)  # type: ignore[arg-type]

    def waits(self) -> list[tuple[int, int]]:
        """Rounds that wait, and how many versions ahead."""
        return self.pipeline.rows(
            "SELECT round_id, version - done FROM calendar_item WHERE version > done ORDER BY asked_at, round_id"
        )

    def uid(self, round_id: int) -> str:
        return str(self.pipeline.rows("SELECT uid FROM calendar_round WHERE round_id = ?", round_id)[0][0])

    def facts(self, round_id: int) -> Facts:
        return self.calendar.events[self.uid(round_id)][0]

    def states(self, round_id: int) -> list[str]:
        return [one.state for one in self.runtime.calendars.of_round(round_id)]

    def state(self) -> AccountView:
        return self.runtime.calendars.get(self.account.id)
