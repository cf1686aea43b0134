"""What each thing asks to be reminded of, and what it says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.interviews.asked import (
    ReminderRules,
    awaited,
    describe_applications,
    describe_deadline,
    describe_follow_up,
    describe_offer,
    describe_round,
    of_application_deadline,
    of_follow_up,
    of_offer,
    of_round,
    zone_of,
)
from jobcopilot.interviews.views import (
    AHEAD,
    FORMATS,
    ROUND_STATUSES,
    FollowUpView,
    Met,
    OfferView,
    RoundFormat,
    RoundView,
    TaskView,
)
from jobcopilot.jobs.views import STATUSES
from jobcopilot.reminders.compose import compose
from jobcopilot.reminders.views import (
    CUSTOM,
    DAY_BEFORE,
    DEADLINE,
    FOLLOW_UP,
    HOURS_BEFORE,
    KINDS,
    PREPARATION,
    Described,
    Subject,
    Wanted,
)

RULES = ReminderRules()
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
STARTS = datetime(2026, 11, 24, 15, tzinfo=BERLIN).astimezone(UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")


def _round(
    starts: datetime | None = STARTS,
    *,
    minutes: int = 60,
    form: RoundFormat = "video",
    zone: str = "Europe/Berlin",
    reminders: tuple[int, ...] = (),
) -> RoundView:
    return RoundView(
        id=1,
        job_id=2,
        company="Acme",
        job_title="Data Engineer",
        job_status="applied",
        stage="Technical Interview",
        starts_at=starts,
        minutes=minutes,
        ends_at=None if starts is None else starts.astimezone(UTC) + timedelta(minutes=minutes),
        zone=zone,
        format=form,
        place="Hauptstr. 1",
        link="https://meet.example/1",
        status="scheduled",
        outcome=None,
        notes="",
        contacts=(Met(12, "Grace Hopper"), Met(13, "")),
        reminders=reminders,
    )


def _follow_up(number: int = 1, due: datetime = STARTS) -> FollowUpView:
    return FollowUpView(
        number, 2, "Acme", "Data Engineer", "thank_you", "Thank Grace Hopper (Acme)", due, "open",
        contact=Met(12, "Grace Hopper"),
    )  # fmt: skip


def test_a_round_asks_for_a_day_two_hours_its_own_and_open_preparation() -> None:
    assert of_round(_round(reminders=(30, 120)), RULES, 2) == (
        Wanted(DAY_BEFORE, STARTS - timedelta(days=1)),
        Wanted(PREPARATION, datetime(2026, 11, 23, 18, tzinfo=BERLIN).astimezone(UTC)),
        Wanted(HOURS_BEFORE, STARTS - timedelta(hours=2)),
        Wanted(CUSTOM, STARTS - timedelta(minutes=30)),
    )


def test_settled_preparation_and_settled_rounds_ask_for_nothing_more() -> None:
    assert PREPARATION not in {one.kind for one in of_round(_round(), RULES, 0)}
    assert of_round(_round(None), RULES, 3) == ()
    for status in ROUND_STATUSES:
        asked = of_round(replace(_round(), status=status), RULES, 3)
        assert bool(asked) == (status in AHEAD)


def test_minutes_before_are_true_minutes_while_preparation_keeps_to_the_agreed_wall_clock() -> None:
    # The clocks of Berlin go back in the night to Sunday, 25 October 2026.
    starts = datetime(2026, 10, 25, 10, tzinfo=BERLIN)
    asked = {one.kind: one.due for one in of_round(_round(starts), RULES, 1)}
    assert asked[DAY_BEFORE] == datetime(2026, 10, 24, 11, tzinfo=BERLIN)
    assert asked[PREPARATION] == datetime(2026, 10, 24, 18, tzinfo=BERLIN)
    elsewhere = replace(_round(starts), zone="America/New_York")
    asked = {one.kind: one.due for one in of_round(elsewhere, RULES, 1)}
    assert asked[PREPARATION] == datetime(2026, 10, 24, 18, tzinfo=NEW_YORK)


def test_a_task_to_take_home_is_counted_back_from_its_end() -> None:
    home = _round(minutes=3 * 24 * 60, form="take_home")
    ends = STARTS + timedelta(days=3)
    assert awaited(home) == ends
    assert [one.due for one in of_round(home, RULES, 0)] == [
        ends - timedelta(days=1),
        ends - timedelta(hours=2),
    ]


def test_one_moment_is_told_of_once() -> None:
    at_six = _round(datetime(2026, 11, 24, 18, tzinfo=BERLIN))
    assert [one.kind for one in of_round(at_six, RULES, 1)] == [DAY_BEFORE, HOURS_BEFORE]
    own = of_round(_round(reminders=(120, 1440)), RULES, 0)
    assert [one.kind for one in own] == [DAY_BEFORE, HOURS_BEFORE]


def test_a_zone_without_that_day_before_has_no_evening_of_preparation() -> None:
    # Samoa skipped 30 December 2011 as a whole.
    starts = datetime(2011, 12, 31, 10, tzinfo=ZoneInfo("Pacific/Apia"))
    asked = of_round(_round(starts, zone="Pacific/Apia"), RULES, 1)
    assert {one.kind for one in asked} == {DAY_BEFORE, HOURS_BEFORE}


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001  # given a zone below
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.sampled_from(FORMATS),
    st.lists(st.integers(1, 60 * 24 * 60), max_size=5),
    st.lists(st.integers(1, 30 * 24 * 60), max_size=4),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.integers(0, 3),
)
def test_what_a_round_asks_for_depends_on_nothing_else_and_comes_in_time(
    wall: datetime,
    agreed: str,
    handed_in: str,
    form: RoundFormat,
    own: list[int],
    before: list[int],
    evening: time,
    open_tasks: int,
) -> None:
    rules = ReminderRules(tuple(before), evening)
    starts = wall.replace(tzinfo=ZoneInfo(agreed))
    view = _round(starts, minutes=300, form=form, zone=agreed, reminders=tuple(own))
    asked = of_round(view, rules, open_tasks)
    # The same moments in another zone, the same rules in another order: the same reminders.
    assert view.starts_at is not None
    assert view.ends_at is not None
    travelled = replace(
        view,
        starts_at=view.starts_at.astimezone(ZoneInfo(handed_in)),
        ends_at=view.ends_at.astimezone(ZoneInfo(handed_in)),
        reminders=tuple(reversed(own)),
    )
    assert of_round(travelled, ReminderRules(tuple(reversed(before)), evening), open_tasks) == asked
    about = view.ends_at if form == "take_home" else starts.astimezone(UTC)
    dues = [one.due for one in asked]
    assert all(due < about for due in dues)
    assert dues == sorted(set(dues))
    assert {one.kind for one in asked} <= set(KINDS)
    told = {about - timedelta(minutes=one) for one in (*own, *before)}
    assert {one.due for one in asked if one.kind != PREPARATION} == told
    assert (len(set(dues) - told) == 1) <= (open_tasks > 0)


def test_a_follow_up_is_told_of_when_due_while_it_waits() -> None:
    assert of_follow_up("open", False, STARTS) == (Wanted(FOLLOW_UP, STARTS),)
    assert of_follow_up("open", True, STARTS) == ()
    assert of_follow_up("done", False, STARTS) == of_follow_up("dropped", False, STARTS) == ()


def test_an_offer_is_told_of_until_the_job_is_decided() -> None:
    wanted = (
        Wanted(DAY_BEFORE, STARTS - timedelta(days=1)),
        Wanted(HOURS_BEFORE, STARTS - timedelta(hours=2)),
    )
    asked = {status: of_offer(STARTS, status) for status in STATUSES}
    decided = ("accepted", "rejected", "withdrawn")
    assert asked == {status: () if status in decided else wanted for status in STATUSES}
    assert of_offer(None, "offer") == ()


def test_a_deadline_is_told_of_on_two_mornings_until_one_applied() -> None:
    last_day = date(2026, 10, 25)
    asked = of_application_deadline(last_day, "interested", BERLIN, RULES)
    # The first in summer time, the second in winter time: 25 true hours apart.
    assert asked == (
        Wanted(DEADLINE, datetime(2026, 10, 24, 7, tzinfo=UTC)),
        Wanted(DEADLINE, datetime(2026, 10, 25, 8, tzinfo=UTC)),
    )
    telling = {status for status in STATUSES if of_application_deadline(last_day, status, BERLIN, RULES)}
    assert telling == {"new", "interested"}


@pytest.mark.parametrize("day", [date.min, date(1970, 1, 1), date.max])
def test_a_deadline_that_was_not_meant_asks_for_nothing(day: date) -> None:
    for zone in (BERLIN, NEW_YORK):
        assert of_application_deadline(day, "new", zone, RULES) == ()
        assert describe_deadline("Engineer", "Acme", day, "new", zone) is None


def _title(described: Described | None, kind: str, now: datetime) -> str:
    assert described is not None
    return compose(described, subject=Subject("round", 1), kind=kind, due=now, now=now, zone=BERLIN).title


def test_a_round_says_who_where_and_what_is_still_open() -> None:
    tasks = (
        TaskView(3, 1, "", "Test the camera", "", None, 2, None),
        TaskView(1, 1, "", "Revise Python", "", None, 1, None),
        TaskView(2, 1, "", "Read the site", "", None, 0, STARTS),
    )
    assert describe_round(_round(), tasks) == Described(
        title="Technical Interview with Acme",
        begins_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
        agreed_zone=BERLIN,
        place="Hauptstr. 1",
        link="https://meet.example/1",
        contacts=("Grace Hopper",),
        open_preparation=("Revise Python", "Test the camera"),
        lines=("Data Engineer",),
    )
    assert describe_round(replace(_round(), status="canceled")) is None
    assert describe_round(_round(None)) is None
    nameless = describe_round(replace(_round(), company=""))
    assert nameless is not None
    assert nameless.title == "Technical Interview"


def test_a_task_to_take_home_counts_down_to_its_end() -> None:
    home = replace(_round(minutes=3 * 24 * 60, form="take_home"), stage="Case Study")
    now = STARTS + timedelta(days=2, hours=22)
    assert _title(describe_round(home), HOURS_BEFORE, now) == "Case Study for Acme is due: in 2 h"


def test_each_reminder_of_a_round_is_still_useful_when_it_is_due() -> None:
    for form in FORMATS:
        view = _round(minutes=300, form=form, reminders=(1,))
        described = describe_round(view)
        assert described is not None
        assert described.begins_at is not None
        assert all(one.due < described.begins_at for one in of_round(view, RULES, 1))


def test_a_follow_up_can_be_done_from_its_reminder() -> None:
    described = describe_follow_up(_follow_up())
    assert described == Described(
        title="Thank Grace Hopper (Acme)",
        contacts=("Grace Hopper",),
        lines=("Data Engineer at Acme",),
        can_be_done=True,
    )
    assert describe_follow_up(replace(_follow_up(), stopped=True)) is None
    assert describe_follow_up(replace(_follow_up(), status="done")) is None


def test_applications_due_come_together() -> None:
    later = _follow_up(2, STARTS + timedelta(hours=1))
    assert describe_applications((_follow_up(), later), STARTS - timedelta(seconds=1)) is None
    one = describe_applications((_follow_up(), later), STARTS)
    assert one is not None
    assert one.title == "Thank Grace Hopper (Acme)"
    both = describe_applications((_follow_up(), later), STARTS + timedelta(hours=1))
    assert both is not None
    assert both.title == "2 applications without an answer"


def test_an_offer_says_no_amount() -> None:
    offer = OfferView(1, 2, "Acme", "Data Engineer", 123_456.0, "EUR", "year", deadline_at=STARTS)
    described = describe_offer(offer, "offer")
    assert _title(described, DAY_BEFORE, STARTS - timedelta(days=1)) == "Answer Acme's offer: in 24 h"
    assert "123" not in repr(described)
    assert (
        describe_offer(offer, "accepted") is describe_offer(replace(offer, deadline_at=None), "offer") is None
    )


def test_a_deadline_is_useful_until_its_day_ends_where_the_person_is() -> None:
    last_day = date(2026, 11, 24)
    described = describe_deadline(
        "Data Engineer", "Acme", last_day, "interested", BERLIN, "https://a.example"
    )
    morning = datetime(2026, 11, 24, 9, tzinfo=BERLIN)
    assert _title(described, DEADLINE, morning) == "Apply: Data Engineer at Acme: due in 14 h 59 min"
    assert describe_deadline("Data Engineer", "Acme", last_day, "applied", BERLIN) is None


def test_a_zone_this_machine_does_not_know_is_read_as_utc() -> None:
    assert zone_of("Europe/Berlin") == BERLIN
    assert zone_of("Mars/Olympus") is zone_of("../etc/passwd") is zone_of("") is UTC
