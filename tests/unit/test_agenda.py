"""The agenda: what is due first, then local days as long as their clocks make them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.interviews import agenda
from jobcopilot.interviews.clashes import Clash
from jobcopilot.interviews.views import FollowUpView, RoundFormat, RoundStatus, RoundView, TaskView

BERLIN, NEW_YORK, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
)
NOW = datetime(2026, 11, 24, 12, tzinfo=BERLIN).astimezone(UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def _round(
    number: int,
    starts: datetime | None,
    minutes: int = 60,
    *,
    form: RoundFormat = "video",
    status: RoundStatus = "scheduled",
) -> RoundView:
    starts = None if starts is None else starts.astimezone(UTC)
    ends = None if starts is None else starts + minutes * MINUTE
    return RoundView(
        number, 1, "Acme", "Engineer", "applied", "Panel", starts, minutes, ends, "Europe/Berlin",
        form, "", "", status, None, "",
    )  # fmt: skip


def _follow_up(number: int, due: datetime) -> FollowUpView:
    return FollowUpView(number, 1, "Acme", "Engineer", "follow_up", "Follow up", due.astimezone(UTC), "open")


def _task(number: int, round_id: int, due: datetime | None, done: datetime | None = None) -> TaskView:
    return TaskView(number, round_id, "", "Revise", "", due, number, done)


def _ids(entries: tuple[agenda.Entry, ...]) -> list[int]:
    return [entry.round.id for entry in entries]


def test_nothing_at_all() -> None:
    empty = agenda.days((), (), now=NOW, zone=BERLIN, span_days=3)
    assert empty.empty
    assert [day.date for day in empty.days] == [date(2026, 11, day) for day in (24, 25, 26)]
    assert [day.today for day in empty.days] == [True, False, False]
    assert all(day.empty for day in agenda.week((), (), day=date(2026, 11, 24), now=NOW, zone=BERLIN))
    assert agenda.next_round((), NOW) is None


def test_due_things_come_first_then_the_days() -> None:
    rounds = [
        _round(1, NOW + 3 * HOUR),
        _round(2, NOW + 2 * HOUR),
        _round(3, NOW - 2 * HOUR),
        _round(4, NOW - 5 * DAY),
        _round(5, NOW - 3 * HOUR, status="completed"),
        _round(6, NOW + HOUR, status="canceled"),
        _round(7, None, status="pending"),
        _round(8, NOW - DAY, 3 * 24 * 60, form="take_home"),
        _round(9, NOW + 60 * DAY),
        _round(10, NOW - 10 * MINUTE),
    ]
    follow_ups = [
        _follow_up(1, NOW + DAY),
        _follow_up(2, NOW - DAY),
        _follow_up(3, NOW),
        _follow_up(4, NOW + 60 * DAY),
        replace(_follow_up(5, NOW - DAY), status="done"),
        replace(_follow_up(6, NOW - DAY), stopped=True),
    ]
    tasks = [
        _task(1, 1, NOW - HOUR),
        _task(2, 1, NOW + HOUR),
        _task(3, 1, NOW - HOUR, done=NOW),
        _task(4, 3, NOW - DAY),
        _task(5, 2, None),
    ]
    found = agenda.days(rounds, follow_ups, tasks, now=NOW, zone=BERLIN, span_days=2)
    assert [one.id for one in found.overdue] == [2, 3]
    assert _ids(found.how_did_it_go) == [4, 3]
    assert [task.id for task in found.tasks_due] == [1]
    assert _ids(found.running) == [8]
    assert [_ids(day.entries) for day in found.days] == [[5, 3, 10, 2, 1], []]
    assert [entry.running for entry in found.days[0].entries] == [False, False, True, False, False]
    assert [task.id for task in found.days[0].tasks] == [2]
    assert [one.id for one in found.coming] == [1]
    assert [view.id for view in found.without_time] == [7]
    assert not found.empty


def test_clashes_stand_with_both_rounds_and_not_with_settled_ones() -> None:
    rounds = [
        _round(1, NOW + HOUR),
        _round(2, NOW + 90 * MINUTE),
        _round(3, NOW + 90 * MINUTE, status="completed"),
        _round(4, NOW + 10 * DAY),
    ]
    today, *_ = agenda.days(rounds, (), now=NOW, zone=BERLIN).days
    clash = (Clash(1, 2, "overlap", 30),)
    assert {entry.round.id: entry.clashes for entry in today.entries} == {1: clash, 2: clash, 3: ()}


def test_a_round_across_midnight_stands_on_the_day_it_starts_where_the_person_is() -> None:
    late = _round(1, datetime(2026, 11, 25, 23, 30, tzinfo=BERLIN), 90)
    berlin = agenda.days([late], (), now=NOW, zone=BERLIN, span_days=3)
    assert [_ids(day.entries) for day in berlin.days] == [[], [1], []]
    assert berlin.days[1].entries[0].ends == datetime(2026, 11, 26, 1, tzinfo=BERLIN)
    lord_howe = agenda.days([late], (), now=NOW, zone=LORD_HOWE, span_days=3)
    assert [(day.date.day, _ids(day.entries)) for day in lord_howe.days] == [(24, []), (25, []), (26, [1])]
    assert lord_howe.days[2].entries[0].starts.strftime("%H:%M") == "09:30"


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (NEW_YORK, date(2026, 3, 8), 23),
        (LORD_HOWE, date(2026, 10, 4), 23.5),
    ],
)
def test_a_day_on_which_clocks_change_is_one_day(zone: ZoneInfo, day: date, hours: float) -> None:
    first = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
    rounds = [_round(n, first + n * 30 * MINUTE, 5) for n in range(int(hours * 2))]
    before = [_round(100, first - 5 * MINUTE, 5)]
    after = [_round(101, first + hours * HOUR, 5)]
    every = [*after, *rounds, *before]
    found = agenda.days(every, (), now=first - HOUR, zone=zone, span_days=3)
    assert [one.date for one in found.days] == [day - DAY, day, day + DAY]
    assert [_ids(one.entries) for one in found.days] == [[100], list(range(int(hours * 2))), [101]]
    cells = agenda.month(every, (), year=day.year, month=day.month, now=first, zone=zone).weeks
    counted = {cell.date: cell.rounds for row in cells for cell in row}
    assert (counted[day - DAY], counted[day], counted[day + DAY]) == (1, int(hours * 2), 1)


def test_a_week_runs_from_monday_to_sunday_and_holds_what_is_due_on_each_day() -> None:
    sunday = datetime(2026, 11, 29, 23, 59, tzinfo=BERLIN)
    rounds = [_round(1, sunday), _round(2, sunday + MINUTE), _round(3, sunday - 7 * DAY)]
    for day in (date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 29)):
        week = agenda.week(
            rounds, [_follow_up(1, NOW - DAY)], [_task(1, 1, sunday)], day=day, now=NOW, zone=BERLIN
        )
        assert [one.date.day for one in week] == [23, 24, 25, 26, 27, 28, 29]
        assert [_ids(one.entries) for one in week] == [[], [], [], [], [], [], [1]]
        assert [len(one.follow_ups) for one in week] == [1, 0, 0, 0, 0, 0, 0]
        assert [len(one.tasks) for one in week] == [0, 0, 0, 0, 0, 0, 1]
        assert [one.today for one in week] == [False, True, False, False, False, False, False]


def test_a_month_is_six_weeks_with_counts_and_marks() -> None:
    rounds = [
        _round(1, NOW + DAY),
        _round(2, NOW + DAY + 30 * MINUTE),
        _round(3, NOW - DAY),
        _round(4, NOW - 2 * DAY, status="completed"),
        _round(5, NOW + 2 * DAY, status="canceled"),
    ]
    follow_ups = [_follow_up(1, NOW - 3 * DAY), _follow_up(2, NOW + 3 * DAY)]
    month = agenda.month(rounds, follow_ups, year=2026, month=11, now=NOW, zone=BERLIN)
    assert [len(row) for row in month.weeks] == [7] * 6
    cells = {cell.date: cell for row in month.weeks for cell in row}
    assert (min(cells), max(cells)) == (date(2026, 10, 26), date(2026, 12, 6))
    assert [day for day, cell in cells.items() if cell.in_month] == [date(2026, 11, n) for n in range(1, 31)]
    assert [day.day for day, cell in cells.items() if cell.today] == [24]
    assert {day.day: cell.rounds for day, cell in cells.items() if cell.rounds} == {22: 1, 23: 1, 25: 2}
    assert {day.day: cell.follow_ups for day, cell in cells.items() if cell.follow_ups} == {21: 1, 27: 1}
    assert [day.day for day, cell in cells.items() if cell.clashing] == [25]
    assert [day.day for day, cell in cells.items() if cell.unsettled] == [21, 23]


def test_the_next_round_goes_on_or_comes_soonest() -> None:
    soon, later = _round(1, NOW + HOUR), _round(2, NOW + 2 * HOUR)
    assert agenda.next_round([later, soon], NOW) == soon
    assert agenda.next_round([later, replace(soon, status="canceled")], NOW) == later
    assert agenda.next_round([later, soon], NOW + 90 * MINUTE) == soon
    assert agenda.next_round([later, soon], NOW + 2 * HOUR) == later
    assert agenda.next_round([later, soon, _round(3, None)], NOW + 3 * HOUR) is None


def test_a_task_to_take_home_hides_no_call_until_it_is_due() -> None:
    home, call = _round(1, NOW - HOUR, 24 * 60, form="take_home"), _round(2, NOW + 2 * HOUR)
    assert agenda.next_round([home, call], NOW) == call
    assert agenda.next_round([home, call], NOW + 4 * HOUR) == home
    assert agenda.awaits(home, NOW) == home.ends_at
    assert agenda.awaits(home, NOW - 2 * HOUR) == home.starts_at


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (2 * DAY + 3 * HOUR, "in 2 d 3 h"),
        (25 * MINUTE, "in 25 min"),
        (timedelta(seconds=20), "now"),
        (timedelta(), "now"),
        (timedelta(seconds=-20), "now"),
        (-5 * MINUTE, "now, since 5 min"),
        (-65 * MINUTE, "now, since 1 h 5 min"),
    ],
)
def test_a_countdown(left: timedelta, words: str) -> None:
    assert agenda.countdown(NOW, NOW + left) == words


def test_a_countdown_across_a_change_of_clocks_counts_true_hours() -> None:
    evening, morning = datetime(2026, 10, 24, 22, tzinfo=BERLIN), datetime(2026, 10, 25, 8, tzinfo=BERLIN)
    assert agenda.countdown(evening, morning) == "in 11 h"


@given(
    st.lists(st.tuples(st.integers(-5_000, 9_000), st.integers(5, 2_000)), max_size=25),
    st.sampled_from((BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kolkata"))),
    st.integers(1, 10),
)
def test_every_round_that_is_not_over_stands_exactly_once(
    times: list[tuple[int, int]], zone: ZoneInfo, span: int
) -> None:
    # Around the night of 25 October 2026, with the clocks of Berlin and days of others.
    now = datetime(2026, 10, 24, 20, tzinfo=BERLIN).astimezone(UTC)
    rounds = [_round(n, now + at * MINUTE, length) for n, (at, length) in enumerate(times)]
    found = agenda.days(rounds, (), now=now, zone=zone, span_days=span)
    end = datetime.combine(now.astimezone(zone).date() + span * DAY, datetime.min.time(), zone).astimezone(
        UTC
    )
    ahead = [
        view.id
        for view in rounds
        if view.ends_at and view.starts_at and view.ends_at > now and view.starts_at < end
    ]
    in_days = [entry for day in found.days for entry in day.entries]
    assert sorted([*_ids(found.running), *(e.round.id for e in in_days if not e.past)]) == ahead
    over = [view.id for view in rounds if view.ends_at and view.ends_at <= now]
    assert sorted(_ids(found.how_did_it_go)) == over
    for day in found.days:
        moments = [entry.starts.astimezone(UTC) for entry in day.entries]
        assert moments == sorted(moments)
        assert all(entry.starts.date() == day.date for entry in day.entries)


def test_a_month_of_two_thousand_rounds_costs_little() -> None:
    first = datetime(2026, 11, 1, tzinfo=UTC)
    rounds = [_round(n, first + n * 21 * MINUTE, 5) for n in range(2_000)]
    follow_ups = [_follow_up(n, first + n * HOUR) for n in range(100)]
    best = float("inf")
    for _ in range(10):
        begun = time.process_time()
        agenda.month(rounds, follow_ups, year=2026, month=11, now=NOW, zone=BERLIN)
        best = min(best, time.process_time() - begun)
    # The budget is 5 ms; shared machines are let off with three times that.
    assert best <= 0.015


def test_a_round_goes_on_from_its_start_until_its_end() -> None:
    view = _round(1, NOW)
    for now, state in (
        (NOW - MINUTE, (False, False)),
        (NOW, (True, False)),
        (NOW + 59 * MINUTE, (True, False)),
        (NOW + HOUR, (False, True)),
    ):
        (entry,) = agenda.days([view], (), now=now, zone=BERLIN).days[0].entries
        assert (entry.running, entry.past) == state
