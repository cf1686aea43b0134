"""What follows from a change of jobs and interviews: follow-ups of applications, and exactly the reminders asked for.

Called in the transaction of every batch, so that a reminder exists exactly when the change that asks for it does.
"""

# ruff: noqa: S608  # made of this file's own words only
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.interviews.asked import of_application_deadline, of_follow_up, of_offer, of_round
from jobcopilot.interviews.follow_up_rules import after_application
from jobcopilot.interviews.ledger import Ledger
from jobcopilot.interviews.rows import follow_ups_where, offers_where, rounds_where
from jobcopilot.interviews.subjects import APPLICATIONS, DEADLINE_OF, FOLLOW, OFFER, ROUND
from jobcopilot.jobs.journal import Journal
from jobcopilot.jobs.records import listed
from jobcopilot.reminders.arm import replace_all
from jobcopilot.reminders.views import FOLLOW_UP, Subject, Wanted

if TYPE_CHECKING:
    from sqlmodel import Session

    from jobcopilot.interviews.books import Rules

_IN: Final = "IN (SELECT value FROM json_each(?))"
_LONG_AGO: Final = timedelta(days=400)


class InterviewCompanion:
    """Lets interviews follow their jobs."""

    def __init__(self, rules: Rules, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock

    def follow(self, session: Session, journal: Journal) -> None:
        """Move what hangs on merged jobs, plan what follows from applications, and arm reminders."""
        ledger = Ledger(journal)
        if journal.kind == "merge":
            _move_to_kept(ledger)
        elif journal.kind != "undo":
            self._plan_applications(ledger)
        self._arm(session, journal, sorted(journal.jobs), _as_of(journal))

    def take_back(self, session: Session, journal: Journal, batch: int) -> None:
        """Take back what a batch did to interviews. Raises `Conflict`."""
        Ledger(journal).take_back(batch)

    def arm_ahead(self, session: Session, journal: Journal) -> None:
        """Arm what everything of the profile that is still to come asks for: after the rules changed."""
        jobs = journal.connection.execute(
            "SELECT job_id FROM round WHERE profile_id = :profile AND ends_at > :now UNION"
            " SELECT job_id FROM follow_up WHERE profile_id = :profile AND status = 'open' UNION"
            " SELECT job_id FROM offer WHERE profile_id = :profile AND deadline_at > :now UNION"
            " SELECT id FROM job WHERE profile_id = :profile AND deadline >= date(:now / 1000, 'unixepoch', '-1 day')",
            {"profile": journal.profile_id, "now": journal.now},
        )
        self._arm(session, journal, [job_id for (job_id,) in jobs], from_milliseconds(journal.now))

    def _plan_applications(self, ledger: Ledger) -> None:
        """Plan asking after the applications that the batch tells of; those that are long ago are left alone."""
        connection, now = ledger.connection, from_milliseconds(ledger.journal.now)
        applied = connection.execute(
            "SELECT id, title, company, applied_at FROM job WHERE status = 'applied' AND deleted_at IS NULL"
            f" AND applied_at > ? AND id {_IN}",
            (to_milliseconds(now - _LONG_AGO), listed(ledger.journal.jobs)),
        ).fetchall()
        for job_id, title, company, applied_at in applied:
            planned = after_application(
                title,
                company,
                from_milliseconds(applied_at),
                self._rules.follow_ups,
                self._clock.zone(),
                now,
            )
            # Dropped and deleted ones too: what the person did not want is not planned again.
            known = {
                key
                for (key,) in connection.execute(
                    "SELECT key FROM follow_up WHERE job_id = ? AND kind = 'application'", (job_id,)
                )
            }
            for one in planned:
                if one.key not in known:
                    ledger.add(
                        "follow_up",
                        {
                            "job_id": job_id,
                            "kind": one.kind,
                            "key": one.key,
                            "title": one.title,
                            "due_at": to_milliseconds(self._morning(one.due_at)),
                        },
                    )

    def _morning(self, at: datetime) -> datetime:
        """Return when, on the day of a moment, one is told of what waits: all of a day's applications together."""
        zone = self._clock.zone()
        day = at.astimezone(zone).date()
        return datetime.combine(day, self._rules.reminders.deadline_at, zone)

    def _arm(self, session: Session, journal: Journal, jobs: Sequence[int], now: datetime) -> None:
        """Make what is still to be told of some jobs exactly what they ask for."""
        if not jobs:
            return
        touched = listed(jobs)
        wanted = {
            **self._of_rounds(journal, touched),
            **self._of_follow_ups(journal, touched),
            **self._of_offers(journal, touched),
            **self._of_deadlines(journal, touched),
        }
        replace_all(session, journal.profile_id, wanted, now=now)

    def _of_rounds(self, journal: Journal, touched: str) -> dict[Subject, Iterable[Wanted]]:
        found = _subjects(journal, ROUND, f"SELECT id FROM round WHERE job_id {_IN}", touched)
        if found:
            for view in rounds_where(
                journal.connection, journal.profile_id, f" AND round.job_id {_IN}", touched
            ):
                open_tasks = view.tasks_total - view.tasks_done
                found[Subject(ROUND, view.id)] = of_round(view, self._rules.reminders, open_tasks)
        return found

    def _of_follow_ups(self, journal: Journal, touched: str) -> dict[Subject, Iterable[Wanted]]:
        found = _subjects(journal, FOLLOW, f"SELECT id FROM follow_up WHERE job_id {_IN}", touched)
        if not found:
            return found
        views = follow_ups_where(
            journal.connection, journal.profile_id, f" AND follow_up.job_id {_IN}", touched
        )
        for view in views:
            if view.kind != "application":
                found[Subject(FOLLOW, view.id)] = of_follow_up(view.status, view.stopped, view.due_at)
        waiting = follow_ups_where(
            journal.connection,
            journal.profile_id,
            " AND kind = 'application' AND follow_up.status = 'open'",
        )
        found[Subject(APPLICATIONS, journal.profile_id)] = [
            Wanted(FOLLOW_UP, due) for due in sorted({view.due_at for view in waiting if not view.stopped})
        ]
        return found

    def _of_offers(self, journal: Journal, touched: str) -> dict[Subject, Iterable[Wanted]]:
        found = _subjects(journal, OFFER, f"SELECT id FROM offer WHERE job_id {_IN}", touched)
        if found:
            statuses = dict(
                journal.connection.execute(f"SELECT id, status FROM job WHERE id {_IN}", (touched,))
            )
            for view in offers_where(
                journal.connection, journal.profile_id, f" AND offer.job_id {_IN}", touched
            ):
                found[Subject(OFFER, view.id)] = of_offer(view.deadline_at, statuses[view.job_id])
        return found

    def _of_deadlines(self, journal: Journal, touched: str) -> dict[Subject, Iterable[Wanted]]:
        """Return what is asked for by jobs that the person wants to apply to, and by those that asked before."""
        zone: tzinfo = self._clock.zone()
        found = _subjects(
            journal,
            DEADLINE_OF,
            "SELECT subject_id FROM reminder WHERE subject_kind = 'job' AND next_attempt IS NOT NULL"
            f" AND subject_id {_IN}",
            touched,
        )
        rows = journal.connection.execute(
            "SELECT id, deadline, status FROM job WHERE deadline IS NOT NULL AND deleted_at IS NULL"
            f" AND (status = 'interested' OR (favourite AND status = 'new')) AND id {_IN}",
            (touched,),
        )
        for job_id, deadline, status in rows:
            found[Subject(DEADLINE_OF, job_id)] = of_application_deadline(
                date.fromisoformat(deadline), status, zone, self._rules.reminders
            )
        return found


def _subjects(journal: Journal, kind: str, query: str, touched: str) -> dict[Subject, Iterable[Wanted]]:
    """Return the subjects that a query names, asking for nothing yet: what is deleted asks for nothing."""
    return {Subject(kind, number): () for (number,) in journal.connection.execute(query, (touched,))}


def _as_of(journal: Journal) -> datetime:
    """Return from when on reminders are armed: an undo brings back those that fell due since what it takes back."""
    at: Any = None
    if journal.undoes is not None:
        (at,) = journal.connection.execute(
            "SELECT at FROM change_batch WHERE id = ?", (journal.undoes,)
        ).fetchone()
    return from_milliseconds(journal.now if at is None else at)


def _move_to_kept(ledger: Ledger) -> None:
    """Hang what hung on a job that was merged away on the one that was kept."""
    merged = ledger.connection.execute(
        "SELECT job_id, json_extract(after, '$.duplicate_of') FROM job_event"
        " WHERE batch_id = ? AND action = 'merged'",
        (ledger.journal.batch,),
    ).fetchall()
    for gone, kept in merged:
        for kind in ("round", "follow_up", "offer"):
            rows = ledger.connection.execute(
                f"SELECT id FROM {kind} WHERE job_id = ? AND deleted_at IS NULL",
                (gone,),
            ).fetchall()
            for (record_id,) in rows:
                ledger.change(kind, record_id, {"job_id": kept})
        people = ledger.connection.execute(
            "SELECT contact_id FROM contact_job JOIN contact ON contact.id = contact_id"
            " WHERE job_id = ? AND deleted_at IS NULL",
            (gone,),
        ).fetchall()
        for (contact_id,) in people:
            jobs = set(ledger.read("contact", contact_id)["jobs"]) - {gone} | {kept}
            ledger.change("contact", contact_id, {"jobs": sorted(jobs)})
