"""Which reminders each thing asks for, and what it says of itself when one is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from jobcopilot.interviews.views import (
    AHEAD,
    EARLIEST_YEAR,
    LATEST_YEAR,
    FollowUpView,
    OfferView,
    RoundView,
    TaskView,
)
from jobcopilot.reminders.views import (
    CUSTOM,
    DAY_BEFORE,
    DEADLINE,
    FOLLOW_UP,
    HOURS_BEFORE,
    PREPARATION,
    Described,
    Wanted,
)

DAY_MINUTES: Final = 24 * 60
HOURS_MINUTES: Final = 2 * 60
DECIDED: Final = frozenset(("accepted", "rejected", "withdrawn"))
"""Statuses of a job at which an offer needs no answer any more."""
NOT_APPLIED: Final = frozenset(("new", "interested"))


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """What every round and every deadline is reminded of."""

    before_minutes: tuple[int, ...] = (DAY_MINUTES, HOURS_MINUTES)
    """Minutes before a round starts, or a task to take home is due."""
    preparation_at: time = time(18)
    """When, the day before, one is told that preparation is still open."""
    deadline_at: time = time(9)
    """When, the day before and on the day, one is told of an application's deadline."""


def of_round(view: RoundView, rules: ReminderRules, open_tasks: int) -> tuple[Wanted, ...]:
    """Return what a round that is still to take place asks for, by time; nothing without a time or once settled.

    Minutes before are true minutes, whatever clocks do in between. Open preparation is told of by the wall clock of
    the zone that the round was agreed in, so that a journey moves nothing. One moment is told of once: at the time of
    another reminder, which lists open preparation too, none is asked for because of it.
    """
    about = awaited(view)
    if about is None or view.status not in AHEAD:
        return ()
    kinds: dict[datetime, str] = {}
    for minutes in sorted({one for one in rules.before_minutes if one > 0}):
        kinds.setdefault(about - timedelta(minutes=minutes), _kind(minutes))
    for minutes in view.reminders:
        if minutes > 0:
            kinds.setdefault(about - timedelta(minutes=minutes), CUSTOM)
    if open_tasks > 0:
        zone = zone_of(view.zone)
        day_before = about.astimezone(zone).date() - timedelta(days=1)
        due = _at(day_before, rules.preparation_at, zone)
        # A zone that skipped a whole day has no day before.
        if due < about:
            kinds.setdefault(due, PREPARATION)
    return _wanted(kinds)


def of_follow_up(status: str, stopped: bool, due_at: datetime) -> tuple[Wanted, ...]:
    """Return what a follow-up asks for: to be told when it is due, while it is open and waits for something."""
    return (Wanted(FOLLOW_UP, due_at.astimezone(UTC)),) if status == "open" and not stopped else ()


def of_offer(deadline_at: datetime | None, job_status: str) -> tuple[Wanted, ...]:
    """Return what an offer with a deadline asks for, a day and two hours before, until the job is decided."""
    if deadline_at is None or job_status in DECIDED:
        return ()
    deadline = deadline_at.astimezone(UTC)
    return _wanted({deadline - timedelta(minutes=one): _kind(one) for one in (DAY_MINUTES, HOURS_MINUTES)})


def of_application_deadline(
    deadline: date, job_status: str, zone: tzinfo, rules: ReminderRules
) -> tuple[Wanted, ...]:
    """Return what a posting's last day asks for while nobody applied: a morning before, and that morning.

    Nothing for a deadline beyond the years in which interviews take place: it is not one that was meant.
    """
    if job_status not in NOT_APPLIED or not EARLIEST_YEAR <= deadline.year <= LATEST_YEAR:
        return ()
    mornings = (
        _at(deadline - timedelta(days=1), rules.deadline_at, zone),
        _at(deadline, rules.deadline_at, zone),
    )
    return _wanted(dict.fromkeys(mornings, DEADLINE))


def awaited(view: RoundView) -> datetime | None:
    """Return what a round's reminders count down to, in UTC: its start, or when a task to take home is due."""
    at = view.ends_at if view.format == "take_home" else view.starts_at
    return None if at is None else at.astimezone(UTC)


def describe_round(view: RoundView, tasks: Iterable[TaskView] = ()) -> Described | None:
    """Return what a round says of itself; None where nothing is to be said of it any more."""
    if view.status not in AHEAD or view.starts_at is None:
        return None
    home = view.format == "take_home"
    open_tasks = sorted((task for task in tasks if not task.done), key=lambda task: task.position)
    return Described(
        title=_with_company(view.stage, "for" if home else "with", view.company)
        + (" is due" if home else ""),
        begins_at=awaited(view),
        ends_at=None if home else view.ends_at,
        agreed_zone=zone_of(view.zone),
        place=view.place,
        link=view.link,
        contacts=tuple(contact.name for contact in view.contacts if contact.name),
        open_preparation=tuple(task.title for task in open_tasks),
        lines=(view.job_title,) if view.job_title else (),
    )


def describe_follow_up(view: FollowUpView) -> Described | None:
    """Return what a follow-up says of itself; None once it is done, dropped or stopped."""
    if view.status != "open" or view.stopped:
        return None
    return Described(
        title=view.title,
        contacts=(view.contact.name,) if view.contact is not None and view.contact.name else (),
        lines=(_with_company(view.job_title, "at", view.company),),
        can_be_done=True,
    )


def describe_applications(views: Sequence[FollowUpView], now: datetime) -> Described | None:
    """Return what the applications that are to be asked after by now say together; None where there are none."""
    due = [view for view in views if view.status == "open" and not view.stopped and view.due_at <= now]
    if not due:
        return None
    if len(due) == 1:
        return Described(title=due[0].title, lines=(_with_company(due[0].job_title, "at", due[0].company),))
    return Described(
        title=f"{len(due)} applications without an answer",
        lines=tuple(
            view.title for view in sorted(due, key=lambda view: (view.due_at, view.id), reverse=True)
        ),
    )


def describe_offer(view: OfferView, job_status: str) -> Described | None:
    """Return what an offer says of itself, without its amount: a notification is read by whoever sees the screen."""
    if view.deadline_at is None or job_status in DECIDED:
        return None
    return Described(
        title=f"Answer {view.company}'s offer" if view.company else "Answer the offer",
        begins_at=view.deadline_at,
        lines=(view.job_title,) if view.job_title else (),
    )


def describe_deadline(
    title: str, company: str, deadline: date, job_status: str, zone: tzinfo, link: str = ""
) -> Described | None:
    """Return what a posting's last day says; it is over with the last minute of that day where the person is."""
    if job_status not in NOT_APPLIED or not EARLIEST_YEAR <= deadline.year <= LATEST_YEAR:
        return None
    return Described(
        title="Apply: " + _with_company(title, "at", company),
        begins_at=_at(deadline, time(23, 59), zone),
        link=link,
    )


def zone_of(name: str) -> tzinfo:
    """Return the zone of an IANA name; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _kind(minutes: int) -> str:
    return {DAY_MINUTES: DAY_BEFORE, HOURS_MINUTES: HOURS_BEFORE}.get(minutes, CUSTOM)


def _at(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at.replace(tzinfo=None), zone).astimezone(UTC)


def _wanted(kinds: dict[datetime, str]) -> tuple[Wanted, ...]:
    return tuple(Wanted(kinds[due], due) for due in sorted(kinds))


def _with_company(what: str, joint: str, company: str) -> str:
    return f"{what} {joint} {company}" if what and company else what or company
