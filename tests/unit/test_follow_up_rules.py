"""Follow-ups: counted from the end of a round and from an application, by the person's wall clock."""

# ruff: noqa: DTZ001  # wall times are what these tests are about
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.interviews.follow_up_rules import (
    TITLE_LIMIT,
    TOO_LATE,
    FollowUpRules,
    after_application,
    after_round,
    waits,
)
from jobcopilot.interviews.views import FOLLOW_UP_KINDS, Met
from jobcopilot.jobs.views import STATUSES
from tests.hostile import HOSTILE

RULES = FollowUpRules()
BERLIN, NEW_YORK, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
)
GRACE, ADA = Met(12, "Grace Hopper"), Met(13, "Ada Lovelace")
ENDS = datetime(2026, 10, 20, 15, tzinfo=BERLIN)
ZONES = st.sampled_from((BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kolkata"), UTC))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


def test_each_person_met_is_thanked_then_one_follows_up_and_asks() -> None:
    planned = after_round(7, "Technical Interview", "Acme", ENDS, (GRACE, ADA, GRACE), RULES, BERLIN)
    assert [(one.key, one.kind, one.title, one.contact_id) for one in planned] == [
        ("thank_you:12", "thank_you", "Thank Grace Hopper (Acme)", 12),
        ("thank_you:13", "thank_you", "Thank Ada Lovelace (Acme)", 13),
        ("follow_up", "follow_up", "Follow up on the Technical Interview (Acme)", None),
        (
            "status_inquiry",
            "status_inquiry",
            "Ask Acme where things stand after the Technical Interview",
            None,
        ),
    ]
    # Berlin's clocks went back on 25 October: the hour by the wall clock stays.
    assert [one.due_at.astimezone(BERLIN).replace(tzinfo=None) for one in planned] == [
        datetime(2026, 10, 21, 15),
        datetime(2026, 10, 21, 15),
        datetime(2026, 10, 27, 15),
        datetime(2026, 11, 3, 15),
    ]


def test_a_thank_you_without_a_name_where_nobody_is_known() -> None:
    first, *_ = after_round(7, "Panel", "Acme", ENDS, (), RULES, BERLIN)
    assert (first.key, first.title, first.contact_id) == (
        "thank_you",
        "Send thanks for the Panel (Acme)",
        None,
    )
    nameless, *_ = after_round(7, "Panel", "", ENDS, (Met(3, ""),), RULES, BERLIN)
    assert (nameless.key, nameless.title) == ("thank_you:3", "Thank your interviewer")


def test_a_thank_you_is_due_in_true_hours_across_a_change_of_clocks() -> None:
    evening = datetime(2026, 10, 24, 15, tzinfo=BERLIN)
    thanks, *_ = after_round(7, "Panel", "Acme", evening, (), RULES, BERLIN)
    assert thanks.due_at.timestamp() - evening.timestamp() == 24 * 3600


@given(MOMENTS, ZONES, st.integers(1, 60), st.integers(1, 60))
def test_days_are_calendar_days_at_the_same_local_time(
    ends: datetime, zone: ZoneInfo, follow: int, inquiry: int
) -> None:
    rules = FollowUpRules(follow_up_days=follow, inquiry_days=inquiry)
    planned = after_round(1, "Panel", "Acme", ends, (), rules, zone)
    here = ends.astimezone(zone)
    for one, days in zip(planned[1:], (follow, inquiry), strict=True):
        wanted = here.replace(tzinfo=None) + timedelta(days=days)
        local = one.due_at.astimezone(zone).replace(tzinfo=None)
        exists = wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted
        # A skipped time moves past the gap, by no more than the gap.
        assert local == wanted if exists else timedelta() < local - wanted <= timedelta(hours=1)
        assert one.due_at.tzinfo is UTC
    assert len({one.key for one in planned}) == len(planned)


def test_a_skipped_local_time_moves_past_the_gap() -> None:
    ends = datetime(2026, 3, 22, 2, 30, tzinfo=BERLIN)
    follow_up = after_round(1, "Panel", "Acme", ends, (), RULES, BERLIN)[1]
    assert follow_up.due_at == datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)


def test_an_application_is_asked_after_in_one_and_two_weeks() -> None:
    applied = datetime(2026, 10, 20, 9, tzinfo=BERLIN)
    planned = after_application("Data Engineer", "Acme", applied, RULES, BERLIN, applied)
    assert [(one.key, one.kind, one.title, one.due_at) for one in planned] == [
        (
            "application:7",
            "application",
            "Ask Acme for news about the Data Engineer role",
            datetime(2026, 10, 27, 9, tzinfo=BERLIN),
        ),
        (
            "application:14",
            "application",
            "Ask Acme again for news about the Data Engineer role",
            datetime(2026, 11, 3, 9, tzinfo=BERLIN),
        ),
    ]


def test_the_days_are_settable_in_any_order() -> None:
    rules = FollowUpRules(application_days=(10, 3, 10))
    planned = after_application("Engineer", "Acme", ENDS, rules, BERLIN, ENDS)
    assert [one.key for one in planned] == ["application:3", "application:10"]
    assert after_application("Engineer", "Acme", ENDS, FollowUpRules(application_days=()), BERLIN, ENDS) == ()


def test_last_years_applications_ask_for_nothing() -> None:
    applied = datetime(2026, 1, 1, 9, tzinfo=UTC)
    day = timedelta(days=1)
    assert len(after_application("Engineer", "Acme", applied, RULES, UTC, applied + 21 * day)) == 2
    late = after_application(
        "Engineer", "Acme", applied, RULES, UTC, applied + 21 * day + timedelta(seconds=1)
    )
    assert [one.key for one in late] == ["application:14"]
    assert after_application("Engineer", "Acme", applied, RULES, UTC, applied + 29 * day) == ()


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_year_that_was_not_meant_asks_for_nothing(year: int) -> None:
    applied = datetime(year, 12, 31, 23, tzinfo=UTC)
    assert after_application("Engineer", "Acme", applied, RULES, NEW_YORK, ENDS) == ()


@given(MOMENTS, MOMENTS, ZONES, st.lists(st.integers(1, 365), max_size=8))
def test_nothing_planned_is_long_overdue(
    applied: datetime, now: datetime, zone: ZoneInfo, days: list[int]
) -> None:
    rules = FollowUpRules(application_days=tuple(days))
    planned = after_application("Engineer", "Acme", applied, rules, zone, now)
    assert all(one.due_at >= now - TOO_LATE for one in planned)
    assert [one.due_at for one in planned] == sorted(one.due_at for one in planned)
    if applied >= now - TOO_LATE:
        assert {one.key for one in planned} == {f"application:{one}" for one in days}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_titles_are_one_safe_line(text: str) -> None:
    planned = [
        *after_round(1, text, text, ENDS, (Met(1, text),), RULES, BERLIN),
        *after_application(text, text, ENDS, RULES, BERLIN, ENDS),
    ]
    for one in planned:
        # The joiner within an emoji is kept.
        assert one.title.replace("\u200d", "").isprintable()
        assert 0 < len(one.title) <= TITLE_LIMIT


def test_what_still_waits_at_each_status() -> None:
    decided = {"rejected", "withdrawn", "accepted"}
    ended = {kind: {status for status in STATUSES if not waits(status, kind)} for kind in FOLLOW_UP_KINDS}
    assert ended == {
        "application": set(STATUSES) - {"applied"},
        "thank_you": decided,
        "follow_up": decided,
        "status_inquiry": decided,
        "references_sent": decided - {"accepted"},
        "portfolio_sent": decided - {"accepted"},
        "other": decided - {"accepted"},
    }
