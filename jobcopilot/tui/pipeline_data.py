"""What the pipeline asks of the rooms below, as blocking calls for threads; what comes back is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal

from jobcopilot.tui.calendar_words import CalendarLine, calendar_lines
from jobcopilot.tui.pipeline_search import has_words

if TYPE_CHECKING:
    from jobcopilot.interviews.agenda import Agenda, Day, Entry, Month
    from jobcopilot.interviews.clashes import Clash
    from jobcopilot.interviews.views import FollowUpView, OfferView, RoundView, TaskView
    from jobcopilot.jobs.views import BatchView
    from jobcopilot.reminders.views import ReminderView
    from jobcopilot.runtime import Runtime

SPAN_DAYS = 60
"""How far the agenda looks ahead."""
_BACK = timedelta(days=120)
"""How far back rounds are looked for of which nobody said how they went."""
_UNSETTLED = "how did it go? c says it"
_APPLICATIONS_AHEAD = timedelta(days=7)
"""How far ahead the agenda says whom to ask after an application; there can be dozens of them."""
Kind = Literal["heading", "round", "follow_up", "task", "empty"]
_KINDS: tuple[Kind, ...] = ("heading", "round", "follow_up", "task", "empty")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the agenda: a heading, or one thing with when it is and what is the matter with it."""

    id: int
    kind: Kind
    when: str = ""
    title: str = ""
    round: RoundView | None = None
    follow_up: FollowUpView | None = None
    task: TaskView | None = None
    warning: str = ""
    """What must be seen: a clash, an overdue thing."""
    aside: str = ""
    today: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of an agenda, as a list takes them."""

    lines: tuple[Line, ...]
    things: int = 0
    """How many of them are no headings."""

    def page(self, offset: int, limit: int) -> Sequence[Line]:
        """Return up to `limit` lines from `offset` on."""
        return self.lines[offset : offset + limit]

    def total(self) -> int:
        """Return how many lines there are."""
        return len(self.lines)

    def ids(self) -> Sequence[int]:
        """Return the ids of all lines."""
        return [line.id for line in self.lines]


class TaskRows:
    """The tasks of a round, as a list takes them."""

    def __init__(self, tasks: Sequence[TaskView] = ()) -> None:
        self.tasks = tuple(tasks)

    def page(self, offset: int, limit: int) -> Sequence[TaskView]:
        """Return up to `limit` tasks from `offset` on."""
        return self.tasks[offset : offset + limit]

    def total(self) -> int:
        """Return how many there are."""
        return len(self.tasks)

    def ids(self) -> Sequence[int]:
        """Return their ids."""
        return [task.id for task in self.tasks]


@dataclass(frozen=True, slots=True)
class RoundReading:
    """Everything that is shown of one round, read in one go."""

    round: RoundView
    tasks: tuple[TaskView, ...]
    reminders: tuple[ReminderView, ...]
    follow_ups: tuple[FollowUpView, ...]
    others: tuple[RoundView, ...]
    """The other rounds of its job."""
    offers: tuple[OfferView, ...]
    clashes: tuple[str, ...]
    now: datetime
    zone: tzinfo
    about: FollowUpView | TaskView | None = None
    """The follow-up or task under the cursor, which led to this round."""
    calendars: tuple[CalendarLine, ...] = ()

    @property
    def today(self) -> date:
        """The person's own date."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list shows, and what comes next."""

    lines: Lines
    next_up: RoundView | None
    now: datetime
    zone: tzinfo
    month: Month | None = None
    offers: int = field(default=0)


class PipelineData:
    """One person's interviews as the pipeline sees them."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def agenda(self, search: str = "") -> Shown:
        """Return what is due and what comes in the next weeks; `search` keeps what has all of its words."""
        from jobcopilot.interviews import agenda

        runtime, now, zone = self.runtime, self.runtime.clock.now(), self.runtime.clock.zone()
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        rounds = runtime.interviews.rounds(
            since=now - _BACK, until=midnight + timedelta(days=SPAN_DAYS), settled_since=midnight
        )
        shown = agenda.days(
            rounds,
            _worth_showing(
                runtime.interviews.follow_ups(waiting_only=True, until=now + timedelta(days=SPAN_DAYS)), now
            ),
            runtime.interviews.tasks(open_only=True, since=now, until=now + timedelta(days=3)),
            now=now,
            zone=zone,
            span_days=SPAN_DAYS,
            rules=runtime.books.rules.clashes,
        )
        names = {view.id: view.company for view in rounds}
        lines = [line for line in _agenda_lines(shown, names, now, zone) if has_words(line, search)]
        return Shown(_numbered(lines), self._next_up(rounds, now), now, zone)

    def _next_up(self, rounds: Sequence[RoundView], now: datetime) -> RoundView | None:
        """Return the round that comes next; it may lie beyond those that are shown."""
        from jobcopilot.interviews import agenda

        return agenda.next_round(rounds, now) or agenda.next_round(
            self.runtime.interviews.rounds(since=now, ahead_only=True), now
        )

    def week(self, day: date, search: str = "") -> Shown:
        """Return the week that holds a day, with every one of its days."""
        from jobcopilot.interviews import agenda

        runtime, now, zone = self.runtime, self.runtime.clock.now(), self.runtime.clock.zone()
        around = datetime(day.year, day.month, day.day, tzinfo=zone)
        rounds = runtime.interviews.rounds(
            since=around - timedelta(days=30), until=around + timedelta(days=9)
        )
        week = agenda.week(
            rounds,
            runtime.interviews.follow_ups(waiting_only=True),
            # A task due in this week belongs to a round that has not ended before it.
            runtime.interviews.tasks(
                open_only=True, since=around - timedelta(days=7), until=around + timedelta(days=30)
            ),
            day=day,
            now=now,
            zone=zone,
            rules=runtime.books.rules.clashes,
        )
        names = {view.id: view.company for view in rounds}
        lines = [
            line
            for one in week
            for line in _day_lines(one, names, now, zone, whole=True)
            if has_words(line, search)
        ]
        upcoming = agenda.next_round(runtime.interviews.rounds(since=now, ahead_only=True), now)
        return Shown(_numbered(lines), upcoming, now, zone)

    def month(self, year: int, month: int) -> Month:
        """Return a month as a grid with counts and marks."""
        from jobcopilot.interviews import agenda

        runtime, now, zone = self.runtime, self.runtime.clock.now(), self.runtime.clock.zone()
        first = datetime(year, month, 1, tzinfo=zone)
        return agenda.month(
            runtime.interviews.rounds(since=first - timedelta(days=40), until=first + timedelta(days=45)),
            runtime.interviews.follow_ups(waiting_only=True),
            year=year,
            month=month,
            now=now,
            zone=zone,
            rules=runtime.books.rules.clashes,
        )

    def reading(self, line: Line) -> RoundReading | FollowUpView | None:
        """Return what is shown beside a line; a follow-up without a round stands for itself. Raises `NotFound`."""
        about: FollowUpView | TaskView | None = line.follow_up or line.task
        round_id = None
        if line.round is not None:
            round_id = line.round.id
        elif line.task is not None:
            round_id = line.task.round_id
        elif line.follow_up is not None:
            round_id = line.follow_up.round_id
            if round_id is None:
                return self.runtime.interviews.follow_up(line.follow_up.id)
        return None if round_id is None else self.round(round_id, about)

    def round(self, round_id: int, about: FollowUpView | TaskView | None = None) -> RoundReading:
        """Return everything that is shown of a round. Raises `NotFound`."""
        from jobcopilot.reminders.inbox import ReminderLists
        from jobcopilot.reminders.views import Subject

        runtime, lists = self.runtime, self.runtime.interviews
        view = lists.round(round_id)
        return RoundReading(
            view,
            lists.tasks(round_id),
            tuple(ReminderLists(runtime.reader, runtime.profile.id).of(Subject("round", round_id))),
            lists.follow_ups(round_id=round_id),
            tuple(other for other in lists.rounds(job_id=view.job_id) if other.id != round_id),
            lists.offers(job_id=view.job_id),
            self._clashes(view),
            runtime.clock.now(),
            runtime.clock.zone(),
            about,
            calendar_lines(runtime, round_id),
        )

    def _clashes(self, view: RoundView) -> tuple[str, ...]:
        from jobcopilot.interviews.clashes import said
        from jobcopilot.interviews.views import AHEAD

        if view.starts_at is None or view.status not in AHEAD:
            return ()
        found = self.runtime.rounds.clashes_of(
            view.starts_at, view.minutes, view.format, view.place, round_id=view.id
        )
        others = {number for clash in found for number in (clash.first_id, clash.second_id)} - {view.id}
        names = {number: self.runtime.interviews.round(number).company for number in others}
        return tuple(said(clash, view.id, names[_other(clash, view.id)]) for clash in found)

    def undo(self) -> BatchView:
        """Take back the last act. Raises `NotFound` where there is none."""
        return self.runtime.history.undo(None)


def _worth_showing(follow_ups: Sequence[FollowUpView], now: datetime) -> list[FollowUpView]:
    """Return follow-ups without the many of applications that are far off, or that a later due one repeats."""
    last_due = {one.job_id: one.id for one in follow_ups if one.kind == "application" and one.due_at <= now}
    return [
        one
        for one in follow_ups
        if one.kind != "application"
        or last_due.get(one.job_id) == one.id
        or now < one.due_at <= now + _APPLICATIONS_AHEAD
    ]


def _other(clash: Clash, round_id: int) -> int:
    return clash.second_id if clash.first_id == round_id else clash.first_id


def _agenda_lines(shown: Agenda, names: dict[int, str], now: datetime, zone: tzinfo) -> Iterator[Line]:
    today = now.astimezone(zone).date()
    if shown.overdue or shown.how_did_it_go or shown.tasks_due:
        yield Line(0, "heading", title="Now")
    for entry in shown.how_did_it_go:
        yield _round_line(entry, names, today, with_day=True, warning=_UNSETTLED)
    for follow_up in shown.overdue:
        yield _follow_up_line(follow_up, today, zone, warning="due")
    # One line for each interview: the list beside it has them all.
    due_of: dict[int, list[TaskView]] = {}
    for task in shown.tasks_due:
        due_of.setdefault(task.round_id, []).append(task)
    for tasks in due_of.values():
        yield _task_line(tasks, today, zone, names)
    for entry in shown.running:
        yield _round_line(entry, names, today, with_day=True)
    for day in shown.days:
        if day.entries or day.follow_ups:
            yield from _day_lines(day, names, now, zone)
    if shown.coming:
        yield Line(0, "heading", title="Follow up")
        for follow_up in shown.coming:
            yield _follow_up_line(follow_up, today, zone)
    if shown.without_time:
        yield Line(0, "heading", title="Without a time")
        for view in shown.without_time:
            yield Line(0, "round", when="—", round=view, warning="no time yet: m gives one")


def _day_lines(
    day: Day, names: dict[int, str], now: datetime, zone: tzinfo, *, whole: bool = False
) -> Iterator[Line]:
    from jobcopilot.interviews.views import AHEAD
    from jobcopilot.tui.widgets.signs import day as said_day
    from jobcopilot.tui.widgets.signs import days_ago

    today = now.astimezone(zone).date()
    away = days_ago((today - day.date).days) if abs((today - day.date).days) < 8 else ""
    yield Line(0, "heading", title=said_day(day.date, today), aside=away, today=day.today)
    for entry in day.entries:
        # In the agenda it stands above, under what is due now.
        unsettled = whole and entry.past and entry.round.status in AHEAD
        yield _round_line(entry, names, today, warning=_UNSETTLED if unsettled else "")
    for follow_up in day.follow_ups:
        warning = "due" if follow_up.due_at <= now else ""
        yield _follow_up_line(follow_up, today, zone, warning=warning, with_day=False)
    if whole and not (day.entries or day.follow_ups):
        yield Line(0, "empty", title="·")


def _round_line(
    entry: Entry, names: dict[int, str], today: date, *, with_day: bool = False, warning: str = ""
) -> Line:
    from jobcopilot.interviews.clashes import said
    from jobcopilot.tui.widgets.signs import day as said_day

    view = entry.round
    when = f"{entry.starts:%H:%M}–{entry.ends:%H:%M}"
    if with_day:
        when = f"{said_day(entry.starts.date(), today)} {entry.starts:%H:%M}"
    elif view.format == "take_home":
        when = f"{entry.starts:%H:%M}–{said_day(entry.ends.date(), today)}"
    clashes = "; ".join(
        said(clash, view.id, names.get(_other(clash, view.id), "another")) for clash in entry.clashes
    )
    return Line(0, "round", when=when, round=view, warning=warning or clashes, today=entry.running)


def _follow_up_line(
    view: FollowUpView, today: date, zone: tzinfo, *, warning: str = "", with_day: bool = True
) -> Line:
    from jobcopilot.tui.widgets.signs import moment

    # Below a day's heading the time is enough.
    when = moment(view.due_at, zone, today) if with_day else f"{view.due_at.astimezone(zone):%H:%M}"
    return Line(0, "follow_up", when=when, follow_up=view, warning=warning)


def _task_line(tasks: Sequence[TaskView], today: date, zone: tzinfo, names: dict[int, str]) -> Line:
    from jobcopilot.tui.widgets.signs import moment

    first = tasks[0]
    due = "" if first.due_at is None else moment(first.due_at, zone, today)
    more = f"and {len(tasks) - 1} more" if len(tasks) > 1 else ""
    return Line(
        0, "task", when=due, title=more, task=first, aside=names.get(first.round_id, ""), warning="due"
    )


def line_id(kind: Kind, number: int) -> int:
    """Return the id of the line that stands for a thing."""
    return number * len(_KINDS) + _KINDS.index(kind)


def _numbered(lines: Iterable[Line]) -> Lines:
    """Give every line an id of its own that stays the same while its thing does."""
    from dataclasses import replace

    numbered: list[Line] = []
    headings = 0
    for line in lines:
        number = headings
        if line.round is not None:
            number = line.round.id
        elif line.follow_up is not None:
            number = line.follow_up.id
        elif line.task is not None:
            number = line.task.id
        else:
            headings += 1
        numbered.append(replace(line, id=line_id(line.kind, number)))
    things = sum(line.kind not in ("heading", "empty") for line in numbered)
    return Lines(tuple(numbered), things)
