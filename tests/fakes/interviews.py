"""A home with jobs to interview for, at a fixed time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jobcopilot.clock import FixedClock
from jobcopilot.interviews.asked import of_application_deadline, of_follow_up, of_offer, of_round
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.reminders.views import FOLLOW_UP
from jobcopilot.runtime import Runtime

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
POSTING = "We are looking for a data engineer. You must have Python and SQL. Airflow is nice to have."


@dataclass
class Pipeline:
    """A runtime on a fresh home, and what its database holds."""

    runtime: Runtime
    clock: FixedClock

    def job(self, title: str = "Data Engineer", company: str = "Acme", **fields: Any) -> int:
        """Track a job and return its number."""
        return self.runtime.jobs.add(JobDraft(title, company, description=POSTING, **fields)).job_id

    def later(self, **amount: float) -> datetime:
        """Move the clock on and return the time."""
        self.clock.moment += timedelta(**amount)
        return self.clock.moment

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        with self.runtime.reader.connection() as connection:
            return connection.execute(query, values).fetchall()

    def pending(self, kind: str | None = None) -> list[tuple[str, int, str, datetime]]:
        """Return what is still to be told: subject, kind of reminder, due time."""
        found = self.rows(
            "SELECT subject_kind, subject_id, kind, due_at FROM reminder WHERE next_attempt IS NOT NULL ORDER BY due_at"
        )
        return [
            (subject, number, why, datetime.fromtimestamp(due / 1000, UTC))
            for subject, number, why, due in found
            if kind in (None, subject)
        ]

    def asked_for(self) -> set[tuple[str, int, str, datetime]]:
        """Return what everything that is there asks for and lies ahead, worked out from the lists alone."""
        now, runtime = self.clock.now(), self.runtime
        rules = runtime.books.rules.reminders
        wanted: set[tuple[str, int, str, datetime]] = set()
        for view in runtime.interviews.rounds():
            for one in of_round(view, rules, view.tasks_total - view.tasks_done):
                wanted.add(("round", view.id, one.kind, one.due))
        for follow_up in runtime.interviews.follow_ups():
            if follow_up.kind != "application":
                for one in of_follow_up(follow_up.status, follow_up.stopped, follow_up.due_at):
                    wanted.add(("follow_up", follow_up.id, one.kind, one.due))
            elif follow_up.status == "open" and not follow_up.stopped:
                wanted.add(("applications", runtime.profile.id, FOLLOW_UP, follow_up.due_at))
        statuses = dict(self.rows("SELECT id, status FROM job WHERE deleted_at IS NULL"))
        for offer in runtime.interviews.offers():
            for one in of_offer(offer.deadline_at, statuses[offer.job_id]):
                wanted.add(("offer", offer.id, one.kind, one.due))
        for job_id, deadline, status, favourite in self.rows(
            "SELECT id, deadline, status, favourite FROM job WHERE deadline IS NOT NULL AND deleted_at IS NULL"
        ):
            if status == "interested" or (favourite and status == "new"):
                day = datetime.fromisoformat(deadline).date()
                for one in of_application_deadline(day, status, self.clock.zone(), rules):
                    wanted.add(("job", job_id, one.kind, one.due))
        return {one for one in wanted if one[3] > now}


def make_pipeline(folder: Path) -> Pipeline:
    """Return a pipeline on a fresh home at Friday noon (UTC), 20 November 2026, in Berlin."""
    clock = FixedClock(NOON, BERLIN)
    runtime = Runtime(find_home(folder / "home"), clock=clock)
    runtime.open()
    return Pipeline(runtime, clock)
