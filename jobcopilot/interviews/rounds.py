"""Booking, moving, completing and cancelling rounds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import UsageError
from jobcopilot.interviews import contacts, values
from jobcopilot.interviews.books import Books
from jobcopilot.interviews.clashes import Clash, Span, against, find
from jobcopilot.interviews.follow_up_rules import Planned, after_round
from jobcopilot.interviews.ledger import Ledger
from jobcopilot.interviews.lists import InterviewLists
from jobcopilot.interviews.round_fields import DEFAULT_MINUTES, PLANNED_FROM, stored_round
from jobcopilot.interviews.rows import rounds_where
from jobcopilot.interviews.tasks import remake_tasks
from jobcopilot.interviews.views import (
    AHEAD,
    FORMATS,
    OUTCOMES,
    ROUND_STATUSES,
    FollowUpView,
    Outcome,
    RoundFormat,
    RoundView,
)
from jobcopilot.jobs.journal import Edit
from jobcopilot.jobs.records import changed_only, consequences, live_names, read_records

_NEAR: Final = timedelta(days=3)
"""How far around a round others are looked at for clashes: the longest round, travel and buffer on both sides."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A round after it was written, what it clashes with, and the batch that undo takes back (None: no change)."""

    round: RoundView
    clashes: tuple[Clash, ...]
    batch: int | None
    follow_ups: tuple[FollowUpView, ...] = ()
    """What was planned because it was completed."""


class Rounds:
    """What a person does with rounds; each call is one transaction and one batch of the history."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._lists = InterviewLists(books.reader, books.profile.id)

    def book(self, job_id: int, changes: Mapping[str, object]) -> Booked:
        """Book a round of a job; `changes` are `FIELDS`, of which only `stage` is needed.

        Without `starts_at` the round is `pending`. Contacts are numbers of known ones, or "Name" and
        "Name <address>" of others. Raises `FieldError` that names the field, `NotFound` for a job that is not there.
        """
        form = values.choice("format", changes.get("format", "video"), FORMATS)
        given: dict[str, object] = {
            "stage": None,
            "minutes": DEFAULT_MINUTES[form],
            "zone": zone_name(self._books),
            **changes,
            "format": form,
        }
        if given.get("starts_at") is None:
            given.setdefault("status", "pending")
        stored = stored_round(given, {})
        with self._books.writing("add", f"booked: {stored['stage']}") as ledger:
            names = live_names(ledger.connection, self._books.profile.id, [job_id])
            ledger.journal.open("add", f"booked: {stored['stage']}, {names[job_id]}")
            stored["contacts"] = contacts.resolve(ledger, job_id, changes.get("contacts"))
            round_id = ledger.add("round", stored | {"job_id": job_id})
            remake_tasks(ledger, self._books, round_id, shift=None)
        return self._booked(round_id, ledger.journal.batch)

    def edit(self, round_id: int, changes: Mapping[str, object]) -> Booked:
        """Change a round; preparation and reminders follow. Raises `FieldError`, `NotFound`."""
        return self._edit(round_id, changes, "changed")

    def move(
        self,
        round_id: int,
        starts_at: datetime,
        *,
        minutes: int | None = None,
        zone: str | None = None,
    ) -> Booked:
        """Give a round another time; a canceled or completed one is `scheduled` again.

        Ticks of its preparation stay, its pending reminders are cancelled and new ones written.
        """
        changes: dict[str, object] = {"starts_at": starts_at, "status": "scheduled", "outcome": None}
        if minutes is not None:
            changes["minutes"] = minutes
        if zone is not None:
            changes["zone"] = zone
        return self._edit(round_id, changes, "moved")

    def complete(
        self,
        round_id: int,
        outcome: str | None = None,
        *,
        notes: str | None = None,
        follow_ups: Collection[str] | None = None,
    ) -> Booked:
        """Say that a round took place and how it went; its job moves on, and follow-ups are planned from its end.

        `follow_ups` keeps only the planned ones with these keys (`planned_after` shows them); None keeps all. A job
        that waits for more is `interviewed` then, `rejected` where the round was failed, `offer` where an offer call
        was passed; nobody having shown up moves nothing.
        """
        changes: dict[str, object] = {"status": "completed"}
        if outcome is not None:
            changes["outcome"] = outcome
        if notes is not None:
            changes["notes"] = notes
        with self._books.writing("change", "completed") as ledger:
            view = self._view(ledger, round_id)
            ledger.journal.open("change", f"completed: {_name(view)}")
            self._write(ledger, round_id, changes)
            view = self._view(ledger, round_id)
            self._move_job(ledger, view)
            for planned in self._planned(view):
                if follow_ups is None or planned.key in follow_ups:
                    _plan_follow_up(ledger, view, planned)
        return self._booked(round_id, ledger.journal.batch, completed=True)

    def planned_after(self, round_id: int, outcome: str | None = None) -> tuple[Planned, ...]:
        """Return the follow-ups that completing a round would plan."""
        view = self._lists.round(round_id)
        chosen = None if outcome is None else values.choice("outcome", outcome, OUTCOMES)
        return self._planned(replace(view, outcome=chosen))

    def status_after(self, round_id: int, outcome: str | None = None) -> str | None:
        """Return the status to which completing a round would move its job, None where it stays."""
        chosen = None if outcome is None else values.choice("outcome", outcome, OUTCOMES)
        return _status_after(replace(self._lists.round(round_id), outcome=chosen))

    def cancel(self, round_id: int) -> Booked:
        """Say that a round does not take place; its reminders are cancelled."""
        return self._edit(round_id, {"status": "canceled"}, "canceled")

    def delete(self, round_ids: Sequence[int]) -> int:
        """Delete rounds with their tasks and follow-ups, until undo brings them back; return the batch."""
        if not round_ids:
            raise UsageError("No interview was named", hint="Give the number of at least one.")
        with self._books.writing("delete", "deleted") as ledger:
            views = [self._view(ledger, round_id) for round_id in dict.fromkeys(round_ids)]
            names = _name(views[0]) if len(views) == 1 else f"{len(views)} interviews"
            ledger.journal.open("delete", f"deleted: {names}")
            for view in views:
                ledger.delete("round", view.id)
        return ledger.journal.begun()

    def add_reminder(self, round_id: int, at: datetime) -> Booked:
        """Ask for one more reminder of a round; kept as the time before it, so that it moves with the round.

        Raises `FieldError` for a time that has passed, lies after the start, or more than 60 days before it.
        """
        view = self._lists.round(round_id)
        begins = _due_base(view)
        if begins is None:
            raise values.FieldError(
                "at", "This interview has no time yet", _name(view), "Give it one first: interviews move."
            )
        ahead = round((begins - at).total_seconds() / 60)
        if at <= self._books.clock.now():
            raise values.FieldError("at", "A reminder must lie ahead", hint="Choose a later time.")
        if ahead < 1:
            raise values.FieldError("at", "A reminder must come before its interview", _name(view))
        return self._edit(round_id, {"reminders": sorted({*view.reminders, ahead})}, "reminder added")

    def clashes_of(
        self,
        starts_at: datetime,
        minutes: int,
        form: RoundFormat,
        place: str = "",
        *,
        round_id: int | None = None,
    ) -> tuple[Clash, ...]:
        """Return what a round at that time would clash with, before it is saved; `round_id` is the one moved."""
        ends_at = starts_at + timedelta(minutes=minutes)
        new = Span(round_id or 0, starts_at, ends_at, form, place)
        others = self._lists.rounds(since=starts_at - _NEAR, until=ends_at + _NEAR, ahead_only=True)
        return against(new, _spans(others, but=round_id), self._books.rules.clashes)

    def clashes(self, *, since: datetime | None = None, until: datetime | None = None) -> tuple[Clash, ...]:
        """Return all clashes among the rounds that are still to take place."""
        rounds = self._lists.rounds(since=since, until=until, ahead_only=True)
        return find(_spans(rounds), self._books.rules.clashes)

    def _edit(self, round_id: int, changes: Mapping[str, object], what: str) -> Booked:
        with self._books.writing("change", what) as ledger:
            view = self._view(ledger, round_id)
            ledger.journal.open("change", f"{what}: {_name(view)}")
            completes = (
                values.choice("status", changes["status"], ROUND_STATUSES) if "status" in changes else ""
            )
            if completes == "completed" != view.status:
                raise values.FieldError(
                    "status",
                    "Completing an interview says how it went, too",
                    _name(view),
                    "Use: jobcopilot interviews complete ID --outcome …",
                )
            self._write(ledger, round_id, changes)
        return self._booked(round_id, ledger.journal.batch)

    def _write(self, ledger: Ledger, round_id: int, changes: Mapping[str, object]) -> None:
        before = ledger.read("round", round_id)
        stored = stored_round(changes, before)
        if "contacts" in changes:
            stored["contacts"] = contacts.resolve(ledger, before["job_id"], changes["contacts"])
        status = stored.get("status", before["status"])
        if status != before["status"]:
            stored["completed_at"] = ledger.journal.now if status == "completed" else None
        if before["status"] == "completed" and status != "completed":
            _drop_planned(ledger, round_id)
        if not ledger.change("round", round_id, stored):
            return
        if stored.keys() & PLANNED_FROM and status in AHEAD:
            started, starts = before["starts_at"], stored.get("starts_at", before["starts_at"])
            shift = None if None in (started, starts) else timedelta(milliseconds=starts - started)
            remake_tasks(ledger, self._books, round_id, shift=shift)

    def _move_job(self, ledger: Ledger, view: RoundView) -> None:
        status = _status_after(view)
        record = read_records(ledger.connection, self._books.profile.id, [view.job_id])[view.job_id]
        if status is None or record["status"] == status:
            return
        before, after = changed_only(record, consequences(record, {"status": status}, ledger.journal.now))
        ledger.journal.write([Edit(view.job_id, "changed", before, after)])

    def _planned(self, view: RoundView) -> tuple[Planned, ...]:
        if view.outcome in ("failed", "no_show") or _status_after(view) == "rejected":
            return ()
        ended = view.ends_at or self._books.clock.now()
        return after_round(
            view.id,
            view.stage,
            view.company,
            ended,
            view.contacts,
            self._books.rules.follow_ups,
            self._books.clock.zone(),
        )

    def _view(self, ledger: Ledger, round_id: int) -> RoundView:
        ledger.read("round", round_id)
        found = rounds_where(ledger.connection, self._books.profile.id, " AND round.id = ?", round_id)
        if not found:
            raise UsageError(
                "The job of this interview was deleted",
                f"interview {round_id}",
                "Bring the job back with undo.",
            )
        return found[0]

    def _booked(self, round_id: int, batch: int | None, *, completed: bool = False) -> Booked:
        view = self._lists.round(round_id)
        clashes: tuple[Clash, ...] = ()
        if view.starts_at is not None and view.status in AHEAD:
            clashes = self.clashes_of(
                view.starts_at, view.minutes, view.format, view.place, round_id=round_id
            )
        follow_ups = self._lists.follow_ups(round_id=round_id, waiting_only=True) if completed else ()
        return Booked(view, clashes, batch, follow_ups)


def zone_name(books: Books) -> str:
    """Return the IANA name of the zone in which the person reads times."""
    return str(getattr(books.clock.zone(), "key", None) or "UTC")


def _due_base(view: RoundView) -> datetime | None:
    """Return what one is reminded of: the start, or the end of a task to take home."""
    return view.ends_at if view.format == "take_home" else view.starts_at


def _status_after(view: RoundView) -> str | None:
    """Return the status to which a completed round moves its job, None where it moves nothing."""
    outcome: Outcome | None = view.outcome
    if outcome == "no_show" or view.job_status in ("accepted", "rejected", "withdrawn"):
        return None
    if outcome == "failed":
        return "rejected"
    if outcome == "passed" and "offer" in view.stage.casefold():
        return "offer"
    return "interviewed" if view.job_status in ("new", "interested", "applied") else None


def _plan_follow_up(ledger: Ledger, view: RoundView, planned: Planned) -> None:
    known = ledger.connection.execute(
        "SELECT 1 FROM follow_up WHERE round_id = ? AND key = ? AND deleted_at IS NULL",
        (view.id, planned.key),
    ).fetchone()
    if known is None:
        ledger.add(
            "follow_up",
            {
                "job_id": view.job_id,
                "round_id": view.id,
                "contact_id": planned.contact_id,
                "kind": planned.kind,
                "key": planned.key,
                "title": planned.title,
                "due_at": to_milliseconds(planned.due_at),
            },
        )


def _drop_planned(ledger: Ledger, round_id: int) -> None:
    """Take away what was planned because a round was completed, as far as nobody touched it."""
    untouched = ledger.connection.execute(
        "SELECT id FROM follow_up WHERE round_id = ? AND key <> '' AND status = 'open' AND deleted_at IS NULL",
        (round_id,),
    ).fetchall()
    for (follow_up_id,) in untouched:
        ledger.delete("follow_up", follow_up_id)


def _spans(rounds: Sequence[RoundView], *, but: int | None = None) -> list[Span]:
    return [
        Span(view.id, view.starts_at, view.ends_at, view.format, view.place)
        for view in rounds
        if view.starts_at is not None and view.ends_at is not None and view.id != but
    ]


def _name(view: RoundView) -> str:
    return f"{view.stage}, {view.company}"
