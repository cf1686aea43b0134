"""Rounds, follow-ups and preparation laid out for a screen: what is due first, then by day, by week, by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from jobcopilot.interviews.clashes import Clash, ClashRules, Span, find
from jobcopilot.interviews.views import AHEAD, FollowUpView, RoundView, TaskView
from jobcopilot.reminders.compose import time_left

SPAN_DAYS: Final = 14
WEEK: Final = 7
_WEEKS_OF_A_MONTH: Final = 6
_DAY: Final = timedelta(days=1)
_DEFAULT_RULES: Final = ClashRules()


class Entry(NamedTuple):
    """One round as a day shows it; its times by the wall clock of the person."""

    round: RoundView
    starts: datetime
    ends: datetime
    clashes: tuple[Clash, ...] = ()
    running: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One local day, however many hours its clocks give it: rounds that start on it, and what is due on it."""

    date: date
    today: bool
    entries: tuple[Entry, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    follow_ups: tuple[FollowUpView, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing on it."""
        return not (self.entries or self.tasks or self.follow_ups)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is due, what goes on, what comes; each part by its time."""

    overdue: tuple[FollowUpView, ...]
    """Follow-ups whose time has come."""
    how_did_it_go: tuple[Entry, ...]
    """Rounds that have ended and of which nobody said that they took place."""
    tasks_due: tuple[TaskView, ...]
    """Preparation whose time has come, of rounds that have not ended."""
    running: tuple[Entry, ...]
    """Rounds that began on an earlier day and have not ended; those of today stand in their day."""
    days: tuple[Day, ...]
    """Every day from today on, also those without anything; follow-ups are in `coming` alone."""
    coming: tuple[FollowUpView, ...]
    """Follow-ups that are due within these days."""
    without_time: tuple[RoundView, ...]
    """Pending rounds that have no time yet."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all."""
        parts = (
            self.overdue, self.how_did_it_go, self.tasks_due, self.running, self.coming, self.without_time,
        )  # fmt: skip
        return not any(parts) and all(day.empty for day in self.days)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month's grid."""

    date: date
    in_month: bool
    today: bool
    rounds: int = 0
    follow_ups: int = 0
    clashing: bool = False
    """Whether one of its rounds is in the way of another."""
    unsettled: bool = False
    """Whether one of its rounds has ended without anybody saying how it went, or a follow-up is overdue."""
    entries: tuple[Entry, ...] = ()
    """Its rounds, for a grid with room for more than their number."""
    overdue: bool = False
    """Whether a follow-up is overdue."""


@dataclass(frozen=True, slots=True)
class Month:
    """Six weeks from Monday to Sunday that hold a month."""

    year: int
    month: int
    weeks: tuple[tuple[Cell, ...], ...]


def days(
    rounds: Sequence[RoundView],
    follow_ups: Iterable[FollowUpView],
    tasks: Iterable[TaskView] = (),
    *,
    now: datetime,
    zone: tzinfo,
    span_days: int = SPAN_DAYS,
    rules: ClashRules = _DEFAULT_RULES,
) -> Agenda:
    """Return the agenda of `span_days` local days from today on (at least 1), what is due first.

    Canceled rounds are left out, completed ones stand in their day. Clashes are those among all rounds handed in.
    """
    now = now.astimezone(UTC)
    today = now.astimezone(zone).date()
    last = today + _DAY * (max(1, span_days) - 1)
    shown = _shown(rounds)
    clashes = _clashes_by_round(shown, rules)
    by_day = _entries_by_day(shown, clashes, now, zone)
    begun = [entry for day, entries in by_day.items() if day < today for entry in entries if entry.running]
    ended = [entry for entries in by_day.values() for entry in entries if _unsettled(entry)]
    not_ended = {view.id for view in rounds if view.status in AHEAD and not _has_ended(view, now)}
    open_tasks = _open_tasks(task for task in tasks if task.round_id in not_ended)
    waiting = _waiting(follow_ups)
    tasks_of = _tasks_by_day((task for task, due in open_tasks if due > now), zone)
    return Agenda(
        overdue=tuple(one for one in waiting if one.due_at <= now),
        how_did_it_go=tuple(sorted(ended, key=lambda entry: _by_end(entry.round))),
        tasks_due=tuple(task for task, due in open_tasks if due <= now),
        running=tuple(sorted(begun, key=lambda entry: _by_end(entry.round))),
        days=tuple(
            Day(day, day == today, tuple(by_day.get(day, ())), tuple(tasks_of.get(day, ())))
            for day in _dates(today, last)
        ),
        coming=tuple(
            one for one in waiting if one.due_at > now and one.due_at.astimezone(zone).date() <= last
        ),
        without_time=tuple(view for view in rounds if view.starts_at is None and view.status in AHEAD),
    )


def week(
    rounds: Sequence[RoundView],
    follow_ups: Iterable[FollowUpView],
    tasks: Iterable[TaskView] = (),
    *,
    day: date,
    now: datetime,
    zone: tzinfo,
    rules: ClashRules = _DEFAULT_RULES,
) -> tuple[Day, ...]:
    """Return the seven days, Monday to Sunday, that hold a date, with everything that starts or is due on each."""
    now = now.astimezone(UTC)
    today = now.astimezone(zone).date()
    shown = _shown(rounds)
    by_day = _entries_by_day(shown, _clashes_by_round(shown, rules), now, zone)
    tasks_of = _tasks_by_day((task for task, _ in _open_tasks(tasks)), zone)
    follow_ups_of: defaultdict[date, list[FollowUpView]] = defaultdict(list)
    for one in _waiting(follow_ups):
        follow_ups_of[one.due_at.astimezone(zone).date()].append(one)
    monday = day - _DAY * day.weekday()
    return tuple(
        Day(
            one,
            one == today,
            tuple(by_day.get(one, ())),
            tuple(tasks_of.get(one, ())),
            tuple(follow_ups_of.get(one, ())),
        )
        for one in _dates(monday, monday + _DAY * (WEEK - 1))
    )


def month(
    rounds: Sequence[RoundView],
    follow_ups: Iterable[FollowUpView],
    *,
    year: int,
    month: int,
    now: datetime,
    zone: tzinfo,
    rules: ClashRules = _DEFAULT_RULES,
) -> Month:
    """Return a month as six weeks of days with counts and marks; the days around it are counted too."""
    now = now.astimezone(UTC)
    today = now.astimezone(zone).date()
    shown = _shown(rounds)
    clashes = _clashes_by_round(shown, rules)
    by_day = _entries_by_day(shown, clashes, now, zone)
    due: defaultdict[date, int] = defaultdict(int)
    overdue: set[date] = set()
    for one in _waiting(follow_ups):
        on = one.due_at.astimezone(zone).date()
        due[on] += 1
        if one.due_at <= now:
            overdue.add(on)
    first = date(year, month, 1)
    monday = first - _DAY * first.weekday()

    def cell(on: date) -> Cell:
        entries = tuple(by_day.get(on, ()))
        return Cell(
            on,
            on.month == month,
            on == today,
            rounds=len(entries),
            follow_ups=due[on],
            clashing=any(entry.clashes for entry in entries),
            unsettled=on in overdue or any(_unsettled(entry) for entry in entries),
            entries=entries,
            overdue=on in overdue,
        )

    cells = [cell(on) for on in _dates(monday, monday + _DAY * (_WEEKS_OF_A_MONTH * WEEK - 1))]
    return Month(year, month, tuple(tuple(cells[at : at + WEEK]) for at in range(0, len(cells), WEEK)))


def _clashes_by_round(
    rounds: Iterable[tuple[RoundView, datetime, datetime]], rules: ClashRules = _DEFAULT_RULES
) -> Mapping[int, tuple[Clash, ...]]:
    """Return the clashes of each round that has any, among those that are still to take place."""
    spans = [
        Span(view.id, starts, ends, view.format, view.place)
        for view, starts, ends in rounds
        if view.status in AHEAD
    ]
    by_round: defaultdict[int, list[Clash]] = defaultdict(list)
    for clash in find(spans, rules):
        by_round[clash.first_id].append(clash)
        by_round[clash.second_id].append(clash)
    return {number: tuple(clashes) for number, clashes in by_round.items()}


def next_round(rounds: Iterable[RoundView], now: datetime) -> RoundView | None:
    """Return the round that comes next, or goes on: one that has not ended and is awaited soonest; None for none.

    A task to take home is awaited at its start and then at its end, so that it hides no call in between.
    """
    coming = [
        (at, view.id, view)
        for view in rounds
        if view.status in AHEAD and (at := awaits(view, now)) is not None
    ]
    return min(coming, key=lambda one: one[:2])[2] if coming else None


def awaits(view: RoundView, now: datetime) -> datetime | None:
    """Return the moment that a countdown of a round counts to, None where it has ended or has no time."""
    if view.starts_at is None or view.ends_at is None or view.ends_at <= now:
        return None
    home_and_begun = view.format == "take_home" and view.starts_at <= now
    return view.ends_at if home_and_begun else view.starts_at


def countdown(now: datetime, start: datetime) -> str:
    """Return how far off a start is: `in 2 d 3 h`, `in 25 min`, `now`, `now, since 5 min`; minutes are rounded."""
    # Two times of one zone would be subtracted by the wall clock.
    left = start.astimezone(UTC) - now.astimezone(UTC)
    words = time_left(abs(left))
    if left > timedelta() or words == "now":
        return words
    return f"now, since {words.removeprefix('in ')}"


_Shown = Sequence[tuple[RoundView, datetime, datetime]]
"""Rounds with their start and end, by start."""


def _shown(rounds: Iterable[RoundView]) -> _Shown:
    shown = [
        (view, view.starts_at, view.ends_at)
        for view in rounds
        if view.starts_at is not None and view.ends_at is not None and view.status != "canceled"
    ]
    shown.sort(key=lambda one: (one[1], one[2], one[0].id))
    return shown


def _entries_by_day(
    shown: _Shown, clashes: Mapping[int, tuple[Clash, ...]], now: datetime, zone: tzinfo
) -> dict[date, list[Entry]]:
    by_day: defaultdict[date, list[Entry]] = defaultdict(list)
    for view, starts, ends in shown:
        here = starts.astimezone(zone)
        past = ends <= now
        running = starts <= now < ends and view.status in AHEAD
        entry = Entry(view, here, ends.astimezone(zone), clashes.get(view.id, ()), running, past)
        by_day[here.date()].append(entry)
    return dict(by_day)


def _unsettled(entry: Entry) -> bool:
    return entry.past and entry.round.status in AHEAD


def _has_ended(view: RoundView, now: datetime) -> bool:
    return view.ends_at is not None and view.ends_at <= now


def _by_end(view: RoundView) -> tuple[datetime, int]:
    assert view.ends_at is not None
    return view.ends_at, view.id


def _waiting(follow_ups: Iterable[FollowUpView]) -> list[FollowUpView]:
    open_ones = [one for one in follow_ups if one.status == "open" and not one.stopped]
    return sorted(open_ones, key=lambda one: (one.due_at, one.id))


def _open_tasks(tasks: Iterable[TaskView]) -> list[tuple[TaskView, datetime]]:
    """Return the tasks that are not ticked and have a time, by it."""
    timed = [(task, task.due_at) for task in tasks if task.due_at is not None and not task.done]
    return sorted(timed, key=lambda one: (one[1], one[0].position, one[0].id))


def _tasks_by_day(tasks: Iterable[TaskView], zone: tzinfo) -> dict[date, list[TaskView]]:
    by_day: defaultdict[date, list[TaskView]] = defaultdict(list)
    for task in tasks:
        if task.due_at is not None:
            by_day[task.due_at.astimezone(zone).date()].append(task)
    return dict(by_day)


def _dates(first: date, last: date) -> list[date]:
    return [first + _DAY * count for count in range((last - first).days + 1)]
