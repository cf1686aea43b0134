"""Dates, zones and lengths as people type them: what is understood, what is asked about, what is refused."""

from __future__ import annotations

import time as clock
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.errors import UsageError
from jobcopilot.interviews import dates_words as words
from jobcopilot.interviews.dates import (
    Ambiguous,
    NotUnderstood,
    Understood,
    duration_minutes,
    understand,
    zone_named,
)
from tests.effort import examples
from tests.hostile import HOSTILE

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=BERLIN)
"""A Saturday."""
NINE = "9 is 09:00, in the morning"
TEN = "10 is 10:00, in the morning"

# What is typed, the local time in Berlin that is meant, and what had to be assumed.
UNDERSTOOD: list[tuple[str, str, tuple[str, ...]]] = [
    ("tomorrow 3pm", "2026-11-22 15:00", ()),
    ("Tomorrow, 3 PM", "2026-11-22 15:00", ()),
    ("tomorrow at 3 p.m.", "2026-11-22 15:00", ()),
    ("at 3 am tomorrow", "2026-11-22 03:00", ()),
    ("tomorrow 03:30", "2026-11-22 03:30", ()),
    ("tomorrow at 10 o'clock", "2026-11-22 10:00", ()),
    ("tomorrow morning at 9:30", "2026-11-22 09:30", ()),
    ("tomorrow 12:30 in the afternoon", "2026-11-22 12:30", ()),
    ("tomorrow afternoon 3", "2026-11-22 15:00", ()),
    ("10:00 tomorrow", "2026-11-22 10:00", ()),
    ("noon tomorrow", "2026-11-22 12:00", ()),
    ("12pm tomorrow", "2026-11-22 12:00", ("12pm is noon",)),
    ("tomorrow 12am", "2026-11-22 00:00", ("12am is the start of the day",)),
    ("tomorrow 14h30", "2026-11-22 14:30", ()),
    ("tomorrow 14.30", "2026-11-22 14:30", ()),
    ("tomorrow 10.12", "2026-11-22 10:12", ()),
    ("tomorrow 17", "2026-11-22 17:00", ("17 is 17:00",)),
    ("today 18:00", "2026-11-21 18:00", ()),
    ("today 10:00", "2026-11-21 10:00", ("that time has passed",)),
    ("yesterday 15:00", "2026-11-20 15:00", ("that time has passed",)),
    ("tonight 8", "2026-11-21 20:00", ()),
    ("tonight midnight", "2026-11-22 00:00", ("the end of the day",)),
    ("this afternoon 3", "2026-11-21 15:00", ()),
    ("day after tomorrow 10:00", "2026-11-23 10:00", ()),
    ("in 3 days 10:00", "2026-11-24 10:00", ()),
    ("3 days from now 10:00", "2026-11-24 10:00", ()),
    ("in 2 weeks 9am", "2026-12-05 09:00", ()),
    ("10:00 in two weeks", "2026-12-05 10:00", ()),
    ("in a month 10:00", "2026-12-21 10:00", ()),
    ("in 3 months 10:00", "2027-02-21 10:00", ()),
    ("in 45 min", "2026-11-21 12:45", ()),
    ("in an hour", "2026-11-21 13:00", ()),
    ("in half an hour", "2026-11-21 12:30", ()),
    ("in 1h30", "2026-11-21 13:30", ()),
    ("in 1 h 30 min", "2026-11-21 13:30", ()),
    ("in two hours and 15 minutes", "2026-11-21 14:15", ()),
    ("in 48h", "2026-11-23 12:00", ()),
    ("Tue 14:30", "2026-11-24 14:30", ("the next Tuesday",)),
    ("Tue 14.30", "2026-11-24 14:30", ("the next Tuesday",)),
    ("tue 3 p.m.", "2026-11-24 15:00", ("the next Tuesday",)),
    ("Thu 3.30pm", "2026-11-26 15:30", ("the next Thursday",)),
    ("next Tue 9", "2026-11-24 09:00", ("the next Tuesday", NINE)),
    ("this Tue 10:00", "2026-11-24 10:00", ("the next Tuesday",)),
    ("Tuesday next week 10:00", "2026-11-24 10:00", ("Tuesday next week",)),
    ("tuesday at noon", "2026-11-24 12:00", ("the next Tuesday",)),
    ("tue 24:00", "2026-11-25 00:00", ("the next Tuesday", "24:00 is the end of the day")),
    ("Sat 13:00", "2026-11-21 13:00", ("today",)),
    ("Sat 11:00", "2026-11-28 11:00", ("Saturday in a week: 11:00 today has passed",)),
    ("next Sat 13:00", "2026-11-28 13:00", ("Saturday in a week",)),
    ("3pm", "2026-11-21 15:00", ("today",)),
    ("11am", "2026-11-22 11:00", ("tomorrow: 11:00 today has passed",)),
    ("12:00", "2026-11-22 12:00", ("tomorrow: 12:00 today has passed",)),
    ("14.30", "2026-11-21 14:30", ("today",)),
    ("midnight", "2026-11-22 00:00", ("tomorrow",)),
    ("1 Dec 10:00", "2026-12-01 10:00", ("the next 1 Dec",)),
    ("Dec 1 10am", "2026-12-01 10:00", ("the next 1 Dec",)),
    ("10:00 on the 1st of December", "2026-12-01 10:00", ("the next 1 Dec",)),
    ("at 10 Dec 1", "2026-12-01 10:00", ("the next 1 Dec", TEN)),
    ("Dec 10 10:00", "2026-12-10 10:00", ("the next 10 Dec",)),
    ("Tue 1 Dec - 10:00", "2026-12-01 10:00", ("the next 1 Dec",)),
    ("December 1, 2026 10:00", "2026-12-01 10:00", ()),
    ("Tue, December 1st, 2026 at 10:00 am", "2026-12-01 10:00", ()),
    ("1-Dec-2026 10:00", "2026-12-01 10:00", ()),
    ("1 Dec '26 10:00", "2026-12-01 10:00", ()),
    ("1 Dec 2025 10:00", "2025-12-01 10:00", ("that time has passed",)),
    ("20 Nov 10:00", "2027-11-20 10:00", ("the next 20 Nov: 20 Nov this year has passed",)),
    ("29 Feb 10:00", "2028-02-29 10:00", ("the next 29 Feb",)),
    ("the 3rd at 10:00", "2026-12-03 10:00", ("the next 3rd",)),
    ("the 21st at 10:00", "2026-12-21 10:00", ("the next 21st",)),
    ("the 21st at 13:00", "2026-11-21 13:00", ("the next 21st",)),
    ("21 Nov 10:00", "2027-11-21 10:00", ("the next 21 Nov: 21 Nov this year has passed",)),
    ("the 31st at 10:00", "2026-12-31 10:00", ("the next 31st",)),
    ("13/4/2027 10:00", "2027-04-13 10:00", ()),
    ("4/13/2027 10:00", "2027-04-13 10:00", ()),
    ("Tue 1/12/2026 10:00", "2026-12-01 10:00", ()),
    ("1.12.2026 10:00", "2026-12-01 10:00", ()),
    ("1.12.26 10:00", "2026-12-01 10:00", ()),
    ("1.12. 14.30", "2026-12-01 14:30", ("the next 1 Dec",)),
    ("1.12 14.30", "2026-12-01 14:30", ("the next 1 Dec",)),
    ("2026/12/01 10:00", "2026-12-01 10:00", ()),
    ("2026-12-01 10:00", "2026-12-01 10:00", ()),
    ("2026-12-01 24:00", "2026-12-02 00:00", ("24:00 is the end of the day",)),
    ("2026-12-01 10:00 Europe/Berlin", "2026-12-01 10:00", ()),
    ("2026-12-01T10:00:00+01:00", "2026-12-01 10:00", ()),
    ("2026-12-01 10:00:00-05:00", "2026-12-01 16:00", ("-05:00 kept as Europe/Berlin time",)),
    ("Mon, 30 Nov 2026 11:00:00 -0800", "2026-11-30 20:00", ("-0800 kept as Europe/Berlin time",)),
    ("tomorrow 10:00 UTC+2", "2026-11-22 09:00", ("UTC+2 kept as Europe/Berlin time",)),
    ("tomorrow 10:00 +05:30", "2026-11-22 05:30", ("+05:30 kept as Europe/Berlin time",)),
    ("10:00 CET tomorrow", "2026-11-22 10:00", ()),
    ("morgen 10 Uhr", "2026-11-22 10:00", ()),
    ("morgen früh 9 Uhr", "2026-11-22 09:00", ()),
    ("Übermorgen 9 Uhr", "2026-11-23 09:00", ()),
    ("uebermorgen um 9 Uhr 15", "2026-11-23 09:15", ()),
    ("heute Abend um 8", "2026-11-21 20:00", ()),
    ("3 Uhr nachmittags morgen", "2026-11-22 15:00", ()),
    ("Dienstag morgen 9 Uhr", "2026-11-24 09:00", ("the next Tuesday",)),
    ("kommenden Dienstag 14:30 Uhr", "2026-11-24 14:30", ("the next Tuesday",)),
    ("um 15:00 am Dienstag", "2026-11-24 15:00", ("the next Tuesday",)),
    ("Dienstag nächste Woche 10 Uhr", "2026-11-24 10:00", ("Tuesday next week",)),
    ("1. Dezember 10:00 Uhr", "2026-12-01 10:00", ("the next 1 Dec",)),
    ("1. März 2027, 10.30 Uhr", "2027-03-01 10:30", ()),
    ("10 Uhr 30. November", "2026-11-30 10:00", ("the next 30 Nov",)),
    ("am 3. um 10 Uhr", "2026-12-03 10:00", ("the next 3rd",)),
    ("in einer Stunde", "2026-11-21 13:00", ()),
    ("in zwei Wochen 10 Uhr", "2026-12-05 10:00", ()),
    ("demain 14h30", "2026-11-22 14:30", ()),
    ("demain à midi", "2026-11-22 12:00", ()),
    ("aujourd’hui 18h", "2026-11-21 18:00", ()),
    ("après-demain à 9h", "2026-11-23 09:00", ()),
    ("lundi 9h du matin", "2026-11-23 09:00", ("the next Monday",)),
    ("3h de l'après-midi demain", "2026-11-22 15:00", ()),
    ("mardi prochain 14h30", "2026-11-24 14:30", ("the next Tuesday",)),
    ("mardi de la semaine prochaine 10h", "2026-11-24 10:00", ("Tuesday next week",)),
    ("1er décembre à 10h", "2026-12-01 10:00", ("the next 1 Dec",)),
    ("le 15 août 2027 à 14 h 30", "2027-08-15 14:30", ()),
    ("dans 2 heures", "2026-11-21 14:00", ()),
]

# In other zones: what is typed, what is said back.
SAID: list[tuple[str, str]] = [
    ("tomorrow 3pm", "Sun 22 Nov 2026 15:00 Europe/Berlin"),
    ("tomorrow 3pm New York", "Sun 22 Nov 2026 15:00 America/New_York (your time 21:00)"),
    ("tomorrow 3pm ET", "Sun 22 Nov 2026 15:00 America/New_York (your time 21:00)"),
    ("wed 15:00 pst", "Wed 25 Nov 2026 15:00 America/Los_Angeles (your time Thu 26 Nov 00:00)"),
    ("2026-12-01T10:00Z", "Tue 1 Dec 2026 10:00 UTC (your time 11:00)"),
    ("20261201T100000Z", "Tue 1 Dec 2026 10:00 UTC (your time 11:00)"),
    ("10:00 (Berlin) 1 Dec", "Tue 1 Dec 2026 10:00 Europe/Berlin"),
    ("10h heure de Paris demain", "Sun 22 Nov 2026 10:00 Europe/Paris (your time 10:00)"),
    ("tomorrow 9 in Tokyo", "Sun 22 Nov 2026 09:00 Asia/Tokyo (your time 01:00)"),
    ("tomorrow 9 am Berlin time", "Sun 22 Nov 2026 09:00 Europe/Berlin"),
    ("1 Jul 10:00 CEST", "Thu 1 Jul 2027 10:00 Europe/Berlin"),
    ("2026-10-25 02:30 CEST", "Sun 25 Oct 2026 02:30 Europe/Berlin, UTC+2"),
    ("2026-10-25T02:30+01:00[Europe/Berlin]", "Sun 25 Oct 2026 02:30 Europe/Berlin, UTC+1"),
    ("tomorrow 10:00 UTC-5 New York", "Sun 22 Nov 2026 10:00 America/New_York (your time 16:00)"),
    ("tomorrow 10:00 UTC+0", "Sun 22 Nov 2026 10:00 UTC (your time 11:00)"),
    ("2026-12-01T10:00+00:00", "Tue 1 Dec 2026 11:00 Europe/Berlin"),
    ("in 45 min", "Sat 21 Nov 2026 12:45 Europe/Berlin"),
    ("3pm Washington DC", "Sat 21 Nov 2026 15:00 America/New_York (your time 21:00)"),
]

# What can mean several: what is typed, the local times in Berlin to choose from, a word of the question.
AMBIGUOUS: list[tuple[str, list[str], str]] = [
    ("3/4 10:00", ["2027-03-04 10:00", "2027-04-03 10:00"], "Which day?"),
    ("03/04/2026 10:00", ["2026-03-04 10:00", "2026-04-03 10:00"], "Which day?"),
    ("01-12-2026 10:00", ["2026-01-12 10:00", "2026-12-01 10:00"], "Which day?"),
    ("next Sun 9:00", ["2026-11-22 09:00", "2026-11-29 09:00"], "Which day?"),
    ("Sunday next week 10:00", ["2026-11-22 10:00", "2026-11-29 10:00"], "Which day?"),
    ("tomorrow 3:30", ["2026-11-22 03:30", "2026-11-22 15:30"], "afternoon"),
    ("at 3 tomorrow", ["2026-11-22 03:00", "2026-11-22 15:00"], "afternoon"),
    ("morgen um 3 Uhr", ["2026-11-22 03:00", "2026-11-22 15:00"], "afternoon"),
    ("um 3 am Dienstag", ["2026-11-24 03:00", "2026-11-24 15:00"], "afternoon"),
    ("Tue midnight", ["2026-11-24 00:00", "2026-11-25 00:00"], "start"),
    ("demain minuit", ["2026-11-22 00:00", "2026-11-23 00:00"], "start"),
    ("2027-10-31 02:30", ["2027-10-31 02:30+02:00", "2027-10-31 02:30+01:00"], "twice"),
    ("1 Jul 10:00 CET", ["2027-07-01 10:00", "2027-07-01 11:00"], "abbreviation"),
    (
        "1 Jul 10:00 IST",
        ["2027-07-01 06:30", "2027-07-01 09:00", "2027-07-01 10:00", "2027-07-01 11:00"],
        "zone",
    ),
    (
        "3/4 3:00",
        ["2027-03-04 03:00", "2027-03-04 15:00", "2027-04-03 03:00", "2027-04-03 15:00"],
        "afternoon",
    ),
]

# What is refused: what is typed, words of the message or hint.
REFUSED: list[tuple[str, str]] = [
    ("", "No time is given"),
    ("   ", "No time is given"),
    ("tomorrow", "at what time?"),
    ("in 2 weeks", "at what time?"),
    ("1 Dec 2026", "at what time?"),
    ("tomorrow morning", "at what time?"),
    ("Europe/Berlin", "at what time?"),
    ("Thu 9:30-10:15", "range"),
    ("Thu 9:30 – 10:15", "length in its own field"),
    ("from 9 to 10:30 tomorrow", "range"),
    ("10-11am Tue", "range"),
    ("9-10 Tue", "range of hours or a day"),
    ("2026-12-01 10:00-05:00", "UTC-5"),
    ("30 Feb 10:00", "Feb has no day 30"),
    ("2027-02-29 10:00", "Feb 2027 has no day 29"),
    ("31.4.2027 10:00", "Apr 2027 has no day 31"),
    ("13/13/2026 10:00", "no month 13"),
    ("the 32nd 10:00", "no month has a day 32"),
    ("1 Dec 1970 10:00", "1970 lies outside 2000 to 2100"),
    ("9999-01-01 10:00", "9999 lies outside"),
    ("0000-01-01 10:00", "outside 2000 to 2100"),
    ("2100-12-31 23:30 New York", "2101 lies outside"),
    ("in 9999 weeks 10:00", "outside 2000 to 2100"),
    ("in 9999 months 10:00", "outside 2000 to 2100"),
    ("2027-03-28 02:30", "from 02:00 to 03:00"),
    ("2027-03-28 02:30", "The nearest times are 01:59 and 03:00"),
    ("2027-03-14 02:30 New York", "does not exist in America/New_York"),
    ("2011-12-30 10:00 Pacific/Apia", "Sat 31 Dec 2011 00:00"),
    ("25:00", "no clock shows 25:00"),
    ("10:60 tomorrow", "no clock shows 10:60"),
    ("13pm", "13pm is no time"),
    ("0am tomorrow", "no time"),
    ("tomorrow 15:00 in the morning", "not in the morning"),
    ("tomorrow 3am in the afternoon", "not in the afternoon"),
    ("Wed 1 Dec 2026 10:00", "is a Tuesday, not a Wednesday"),
    ("tomorrow Tuesday 10:00", "is a Sunday, not a Tuesday"),
    ("tue wed 10:00", "two days of the week"),
    ("tomorrow today 10:00", "two days"),
    ("10:00 tomorrow 11:00", "two times"),
    ("tomorrow in 45 min", "two times"),
    ("in 3 days 2 hours", "both days and hours"),
    ("10:00 Berlin London tomorrow", "two time zones"),
    ("10:00 UTC+1 UTC+2 tomorrow", "two offsets"),
    ("2026-12-01T10:00+03:00[Europe/Berlin]", "show UTC+1 then, not +03:00"),
    ("next week 10:00", "which day of that week"),
    ("mar 14:30", '"mardi" for Tuesday'),
    ("1 Dec 14", "what is 14?"),
    ("1 Dec 26 10:00", "26"),
    ("10.12", "may be a time or a day"),
    ("Sun 22", "22 may be the hour or the day"),
    ("mardi et 14h", '"et" says no time'),
    ("Tue 10.12", "may be a time or a day"),
    ("1430 tomorrow", '"1430" says no time'),
    ("in 5", "5 what?"),
    ("in 1.5 hours", "1.5 what?"),
    ("Dienztag 10:00", "Did you mean dienstag?"),
    ("tomorow 10:00", "Did you mean tomorrow?"),
    ("tomorrow 10:00 Berlim", "Did you mean Europe/Berlin?"),
    ("tomorrow 10:00 +15:00", "no offset from UTC"),
    ("tomorrow noonish", '"noonish" says no time'),
    ("foo", '"foo" says no time'),
    ("١٢:30 tomorrow", "says no time"),
]


def local_text(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("typed", "local", "assumed"), UNDERSTOOD, ids=[row[0] for row in UNDERSTOOD])
def test_what_people_type_is_understood(typed: str, local: str, assumed: tuple[str, ...]) -> None:
    found = understand(typed, now=NOW, zone=BERLIN)
    assert isinstance(found, Understood), found
    assert (local_text(found.moment), found.assumed, found.zone) == (local, assumed, "Europe/Berlin")
    assert found.moment.tzinfo is UTC


@pytest.mark.parametrize(("typed", "said"), SAID, ids=[row[0] for row in SAID])
def test_what_was_understood_is_said_in_the_zone_agreed_and_in_the_persons(typed: str, said: str) -> None:
    found = understand(typed, now=NOW, zone=BERLIN)
    assert isinstance(found, Understood), found
    assert found.said == said


@pytest.mark.parametrize(("typed", "choices", "question"), AMBIGUOUS, ids=[row[0] for row in AMBIGUOUS])
def test_what_can_mean_several_is_asked_about(typed: str, choices: list[str], question: str) -> None:
    found = understand(typed, now=NOW, zone=BERLIN)
    assert isinstance(found, Ambiguous), found
    expected = [datetime.fromisoformat(choice) for choice in choices]
    moments = [choice if choice.tzinfo else choice.replace(tzinfo=BERLIN) for choice in expected]
    assert [choice.moment for choice in found.choices] == moments
    assert question in found.question
    assert typed in found.question
    assert len({choice.said for choice in found.choices}) == len(choices)


@pytest.mark.parametrize(("typed", "reason"), REFUSED, ids=str)
def test_what_is_no_time_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        understand(typed, now=NOW, zone=BERLIN)
    assert reason in str(caught.value)
    assert typed.strip() in caught.value.message
    assert caught.value.hint


def test_the_two_readings_of_an_hour_that_comes_twice_are_told_apart_by_their_offsets() -> None:
    found = understand("2027-10-31 02:30", now=NOW, zone=BERLIN)
    assert isinstance(found, Ambiguous)
    assert [choice.said for choice in found.choices] == [
        "Sun 31 Oct 2027 02:30 Europe/Berlin, UTC+2",
        "Sun 31 Oct 2027 02:30 Europe/Berlin, UTC+1",
    ]
    assert [choice.assumed for choice in found.choices] == [
        ("before the clocks go back",),
        ("after the clocks go back",),
    ]


def test_a_text_without_a_zone_is_read_in_the_zone_agreed_before() -> None:
    found = understand("2026-12-01 10:00", now=NOW, zone=BERLIN, default_zone="America/New_York")
    assert isinstance(found, Understood)
    assert (found.zone, found.said) == (
        "America/New_York",
        "Tue 1 Dec 2026 10:00 America/New_York (your time 16:00)",
    )
    named = understand("2026-12-01 10:00 Berlin", now=NOW, zone=BERLIN, default_zone="America/New_York")
    assert isinstance(named, Understood)
    assert named.said == "Tue 1 Dec 2026 10:00 Europe/Berlin"
    with pytest.raises(UsageError):
        understand("2026-12-01 10:00", now=NOW, zone=BERLIN, default_zone="Mars/Olympus")


def test_tomorrow_is_asked_about_where_it_is_another_day_in_that_zone() -> None:
    just_after_midnight = datetime(2026, 11, 21, 2, 0, tzinfo=BERLIN)
    found = understand("tomorrow 3pm New York", now=just_after_midnight, zone=BERLIN)
    assert isinstance(found, Ambiguous)
    assert [choice.said.split(" (")[0] for choice in found.choices] == [
        "Sat 21 Nov 2026 15:00 America/New_York",
        "Sun 22 Nov 2026 15:00 America/New_York",
    ]
    assert [choice.assumed for choice in found.choices] == [
        ("by the day in that zone",),
        ("by the day where you are",),
    ]


def test_an_abbreviation_keeps_the_persons_own_zone_where_its_clocks_show_it() -> None:
    found = understand("tomorrow 10:00 CET", now=NOW, zone=ZoneInfo("Europe/Paris"))
    assert isinstance(found, Understood)
    assert found.said == "Sun 22 Nov 2026 10:00 Europe/Paris"


def test_a_day_alone_takes_the_time_of_day_it_is_given() -> None:
    found = understand("in 2 weeks", now=NOW, zone=BERLIN, time_of_day=time(17, 30))
    assert isinstance(found, Understood)
    assert (local_text(found.moment), found.assumed) == ("2026-12-05 17:30", ("at 17:30",))
    own_time = understand("in 2 weeks 9am", now=NOW, zone=BERLIN, time_of_day=time(17, 30))
    assert isinstance(own_time, Understood)
    assert local_text(own_time.moment) == "2026-12-05 09:00"
    for typed in ("", "Berlin", "tomorrow morning"):
        with pytest.raises(NotUnderstood):
            understand(typed, now=NOW, zone=BERLIN, time_of_day=time(17, 30))


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (20, ["2026-11-24 09:30"]),  # Friday: in next week, whichever day weeks begin on.
        (22, ["2026-11-24 09:30", "2026-12-01 09:30"]),  # Sunday: in this week, where weeks begin on Sunday.
        (23, ["2026-11-24 09:30", "2026-12-01 09:30"]),
        (24, ["2026-12-01 09:30"]),
    ],
)
def test_next_tuesday_is_asked_about_while_this_weeks_is_ahead(today: int, days: list[str]) -> None:
    found = understand("next Tue 9:30", now=datetime(2026, 11, today, 8, 0, tzinfo=BERLIN), zone=BERLIN)
    assert [local_text(moment) for moment in meanings(found)] == days


def test_a_time_that_comes_once_more_today_is_not_put_off_to_tomorrow() -> None:
    new_york = ZoneInfo("America/New_York")
    after_the_first = datetime(2026, 11, 1, 1, 40, tzinfo=new_york)
    found = understand("01:30", now=after_the_first, zone=new_york)
    assert isinstance(found, Ambiguous)
    assert [f"{choice.moment:%d %H:%M}" for choice in found.choices] == ["01 05:30", "01 06:30"]
    assert [choice.assumed[-1] for choice in found.choices] == [
        "that time has passed",
        "after the clocks go back",
    ]


def test_a_meaning_that_the_clocks_make_impossible_is_told() -> None:
    found = understand("tomorrow 2:30", now=datetime(2027, 3, 27, 12, 0, tzinfo=BERLIN), zone=BERLIN)
    assert isinstance(found, Understood)
    assert local_text(found.moment) == "2027-03-28 14:30"
    assert found.assumed == (
        "in the afternoon",
        "02:30 does not exist in Europe/Berlin: on Sun 28 Mar 2027 the clocks go from 02:00 to 03:00",
    )


def test_minutes_ahead_are_counted_on_no_clock_and_never_end_too_soon() -> None:
    before_change = datetime(2027, 3, 28, 1, 30, 20, tzinfo=BERLIN)
    found = understand("in 2 hours", now=before_change, zone=BERLIN)
    assert isinstance(found, Understood)
    assert found.moment - before_change == timedelta(hours=2, seconds=40)
    assert found.said == "Sun 28 Mar 2027 04:31 Europe/Berlin"


def test_a_zone_without_a_name_is_asked_for_and_not_guessed() -> None:
    nameless = timezone(timedelta(hours=1))
    with pytest.raises(UsageError, match="no name"):
        understand("tomorrow 10:00", now=NOW, zone=nameless)
    found = understand("tomorrow 10:00 Berlin", now=NOW, zone=nameless)
    assert isinstance(found, Understood)
    assert found.zone == "Europe/Berlin"
    in_utc = understand("tomorrow 10:00", now=NOW, zone=UTC)
    assert isinstance(in_utc, Understood)
    assert in_utc.said == "Sun 22 Nov 2026 10:00 UTC"


# ---- Every form, in every zone, at every hour -------------------------------------------------------------------

ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Auckland"),
    *("Europe/Dublin", "America/St_Johns", "Africa/Casablanca", "UTC"),
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
GERMAN = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
    *("August", "September", "Oktober", "November", "Dezember"),
)
FRENCH = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)


@cache
def changes(name: str) -> list[datetime]:
    """Return the moments from 2026 to 2028 at which a zone's clocks change, to the minute."""
    zone, found = ZoneInfo(name), []
    day = datetime(2026, 1, 1, tzinfo=UTC)
    while day.year < 2029:
        low, high = day, day + timedelta(days=1)
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // 120 * 60
                middle = middle.replace(second=0, microsecond=0)
                same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        day += timedelta(days=1)
    return found


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Draw a moment of a whole minute in one of the zones, every other time near a change of its clocks."""
    name = draw(st.sampled_from(ZONES))
    nights, near_a_change = changes(name), draw(st.booleans())
    if nights and near_a_change:
        moment = draw(st.sampled_from(nights)) + timedelta(minutes=draw(st.integers(-200, 200)))
    else:
        first = datetime(2000, 1, 2, tzinfo=UTC)
        moment = first + timedelta(minutes=draw(st.integers(0, 100 * 365 * 24 * 60)))
    return moment.astimezone(ZoneInfo(name))


def half(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'}"


def dated_forms(at: datetime) -> list[str]:
    """Return a local time in each form that names its year but no offset."""
    day, month, year = at.day, at.month - 1, at.year
    return [
        f"{at:%Y-%m-%d %H:%M}",
        f"{at:%Y-%m-%dT%H:%M:%S}",
        f"{at:%Y/%m/%d %H:%M}",
        f"{day} {MONTHS[month]} {year} {at:%H:%M}",
        f"{at:%H:%M} {day} {MONTHS[month]} {year}",
        f"{WEEKDAYS[at.weekday()]}, {MONTHS[month]} {day}, {year} at {half(at)}",
        f"{day}. {GERMAN[month]} {year}, {at:%H:%M} Uhr",
        f"{at:%H.%M} Uhr am {day}.{at.month}.{year}",
        f"le {day} {FRENCH[month]} {year} à {at:%H}h{at:%M}",
    ]


def meanings(found: Understood | Ambiguous) -> list[datetime]:
    """Return the moments; compared in UTC, because times that come twice equal none of another zone (PEP 495)."""
    return [found.moment] if isinstance(found, Understood) else [choice.moment for choice in found.choices]


def comes_twice(at: datetime) -> bool:
    return at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()


@given(at=moments(), form=st.integers(0, 8), named=st.booleans())
@settings(max_examples=examples(600), deadline=None)
def test_every_dated_form_is_understood_back_exactly(at: datetime, form: int, named: bool) -> None:
    zone = at.tzinfo
    assert isinstance(zone, ZoneInfo)
    typed = dated_forms(at)[form] + (f" {zone.key}" if named else "")
    found = understand(typed, now=NOW, zone=BERLIN if named else zone)
    assert at.astimezone(UTC) in meanings(found)
    assert isinstance(found, Ambiguous) == comes_twice(at)


@given(at=moments(), form=st.integers(0, 8))
@settings(max_examples=examples(300), deadline=None)
def test_what_a_choice_is_written_as_means_that_choice_alone(at: datetime, form: int) -> None:
    assert isinstance(at.tzinfo, ZoneInfo)
    found = understand(dated_forms(at)[form], now=NOW, zone=at.tzinfo)
    for choice in (found,) if isinstance(found, Understood) else found.choices:
        again = understand(choice.exact, now=NOW, zone=BERLIN)
        assert isinstance(again, Understood)
        assert (again.moment, again.zone) == (choice.moment, at.tzinfo.key)


@given(at=moments())
@settings(max_examples=examples(300), deadline=None)
def test_forms_with_an_offset_are_never_ambiguous(at: datetime) -> None:
    zulu = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for typed in (at.isoformat(), at.isoformat(" "), zulu, zulu.replace("-", "").replace(":", "")):
        found = understand(typed, now=NOW, zone=BERLIN)
        assert isinstance(found, Understood)
        assert found.moment == at.astimezone(UTC)


@given(at=moments())
@settings(max_examples=examples(300), deadline=None)
def test_days_and_months_by_number_include_the_one_that_was_meant(at: datetime) -> None:
    assert isinstance(at.tzinfo, ZoneInfo)
    for typed in (f"{at:%d/%m/%Y %H:%M}", f"{at:%m/%d/%Y %H:%M}", f"{at:%d-%m-%Y %H:%M}"):
        found = understand(typed, now=NOW, zone=at.tzinfo)
        assert at.astimezone(UTC) in meanings(found)
        if at.day > 12 or at.day == at.month:
            assert isinstance(found, Ambiguous) == comes_twice(at)


@given(now=moments(), days=st.integers(0, 360), minute=st.integers(0, 24 * 60 - 1))
@settings(max_examples=examples(600), deadline=None)
def test_forms_seen_from_today_are_understood_back_exactly(now: datetime, days: int, minute: int) -> None:
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    wanted = datetime.combine(now.date() + timedelta(days=days), time(*divmod(minute, 60)), zone)
    if wanted.year > 2099 or wanted.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wanted.replace(
        tzinfo=None
    ):
        return
    for typed in ahead_forms(wanted, days, ahead=wanted.replace(fold=1).astimezone(UTC) > now):
        found = understand(typed, now=now, zone=zone)
        assert wanted.astimezone(UTC) in meanings(found), typed
        assert isinstance(found, Ambiguous) == comes_twice(wanted), typed


def ahead_forms(wanted: datetime, days: int, *, ahead: bool) -> list[str]:
    clock_time = f"{wanted:%H:%M}"
    forms = [
        f"in {days} days {clock_time}",
        f"{clock_time} in {days} Tagen",
        f"dans {days} jours à {wanted:%H}h{wanted:%M}",
    ]
    if days == 0:
        forms += [f"today {clock_time}", f"heute um {clock_time} Uhr"]
    if days == 1:
        forms += [f"tomorrow {half(wanted)}", f"morgen {clock_time}", f"{clock_time} demain"]
    if ahead and days < 7:
        forms += [f"{WEEKDAYS[wanted.weekday()]} {clock_time}"]
    if ahead and days == 0:
        forms += [clock_time, half(wanted)]
    if ahead:
        forms += [
            f"{wanted.day} {MONTHS[wanted.month - 1]} {clock_time}",
            f"{wanted.day}.{wanted.month}. {half(wanted)}",
        ]
    return forms


@pytest.mark.parametrize("name", [name for name in ZONES if changes(name)])
def test_times_that_the_clocks_skip_are_refused_with_the_times_around_them(name: str) -> None:
    zone = ZoneInfo(name)
    gaps = 0
    for change in changes(name):
        left = (change - timedelta(minutes=1)).astimezone(zone)
        reached = change.astimezone(zone)
        skipped = left.replace(tzinfo=None) + timedelta(minutes=1)
        while skipped < reached.replace(tzinfo=None):
            gaps += 1
            with pytest.raises(NotUnderstood) as caught:
                understand(f"{skipped:%Y-%m-%d %H:%M}", now=NOW, zone=zone)
            assert caught.value.hint == f"The nearest times are {left:%H:%M} and {reached:%H:%M}."
            skipped += timedelta(minutes=7)
    assert gaps >= 3 * 4


# ---- Whatever is typed ------------------------------------------------------------------------------------------


def harmless(typed: str, zone: tzinfo = BERLIN) -> None:
    """Assert that a text is understood within the years of interviews, or refused in words."""
    refusal: UsageError | None = None
    try:
        found = understand(typed, now=NOW, zone=zone)
    except UsageError as caught:
        refusal = caught
    if refusal is not None:
        assert refusal.title
        assert refusal.hint
        assert len(refusal.message) < 400
        return
    choices = (found,) if isinstance(found, Understood) else found.choices
    for choice in choices:
        again = understand(choice.exact, now=NOW, zone=zone)
        assert isinstance(again, Understood)
        assert (again.moment, again.zone) == (choice.moment, choice.zone)
        assert 2000 <= choice.moment.year <= 2100
        assert 2000 <= choice.moment.astimezone(ZoneInfo(choice.zone)).year <= 2100
    assert isinstance(found, Understood) or len({choice.moment for choice in choices}) == len(choices) > 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused_in_words(text: str) -> None:
    for typed in (text, f"tomorrow {text} 10:00", f"{text} 10:00", f"tomorrow 10:00 {text}"):
        harmless(typed)
    with pytest.raises(UsageError) as caught:
        duration_minutes(text)
    assert "\x1b" not in str(caught.value)
    with pytest.raises(UsageError) as unknown:
        zone_named(text)
    assert "\x1b" not in str(unknown.value)


VOCABULARY = [
    *words.MONTHS,
    *words.WEEKDAYS,
    *words.DAY_WORDS,
    *words.DAY_PARTS,
    *words.THIS_DAY_PARTS,
    *words.FILLERS,
    *words.NEXT_WEEK,
    *words.NEXT,
    *(
        "morgen",
        "noon",
        "midnight",
        "24:00",
        "in 3 days",
        "in 9999 months",
        "in 45 min",
        "am",
        "pm",
        "h",
        "uhr",
    ),
    *(
        "CET",
        "CEST",
        "IST",
        "Berlin",
        "UTC+2",
        "-05:00",
        "+14:00",
        "Z",
        "New York",
        "-",
        "/",
        ".",
        ":",
        "1.12",
        "0.0",
    ),
    *(
        "2026",
        "2100-12-31",
        "2000-01-01",
        "0001-01-01",
        "9999-12-31",
        "1.1.2000",
        "31/12/00",
        "'99",
        "3rd",
        "31.",
    ),
]


@given(
    parts=st.lists(
        st.sampled_from(VOCABULARY) | st.integers(0, 99).map(str) | st.times().map(str), max_size=6
    )
)
@settings(max_examples=examples(800), deadline=None)
def test_any_words_of_dates_in_any_order_are_understood_or_refused(parts: list[str]) -> None:
    harmless(" ".join(parts))
    harmless("".join(parts))


@given(text=st.text(max_size=130))
@settings(max_examples=examples(400), deadline=None)
def test_any_text_is_understood_or_refused(text: str) -> None:
    harmless(text)


@pytest.mark.parametrize(
    "piece", ["1 ", "x", "in 3 days ", "1h", "\x1b[31m", "\u0301", "in a a ", "10:00-", "a/"]
)
def test_long_text_costs_nothing(piece: str) -> None:
    harmless("tomorrow 10:00 Nowhere/Atall")  # The words and zones are loaded once.
    for length, limit in ((100_000, 0.005), (480, 0.05)):
        typed = (piece * length)[:length]
        seconds = []
        for _ in range(3):
            begin = clock.process_time()
            harmless(typed)
            seconds.append(clock.process_time() - begin)
        assert min(seconds) < limit


# ---- Zones and lengths ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/BERLIN", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        (" New York ", "America/New_York"),
        ("new_york", "America/New_York"),
        ("München", "Europe/Berlin"),
        ("Zürich", "Europe/Zurich"),
        ("San Francisco", "America/Los_Angeles"),
        ("Port-au-Prince", "America/Port-au-Prince"),
        ("CET", "Europe/Berlin"),
        ("EST", "America/New_York"),
        ("ET", "America/New_York"),
        ("UTC", "UTC"),
        ("gmt", "UTC"),
    ],
)
def test_a_zone_is_found_by_any_of_its_names(typed: str, zone: str) -> None:
    assert zone_named(typed).key == zone


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Berlim", "Did you mean Europe/Berlin"),
        ("Kolkatta", "Did you mean Asia/Kolkata?"),
        ("America/New_Yrok", "America/New_York"),
        ("IST", "Say which: Asia/Kolkata or Europe/Dublin or Asia/Jerusalem."),
        ("BST", "Say which: Europe/London or Asia/Dhaka."),
        ("UTC+2", "an offset, not a time zone"),
        ("+05:30", "an offset, not a time zone"),
        ("", "Name a city"),
        ("../../etc/passwd", "There is no such time zone"),
        ("Factory", "There is no such time zone"),
    ],
)
def test_a_name_of_no_zone_or_of_several_is_refused_with_the_choices(typed: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        zone_named(typed)
    assert reason in str(caught.value)


def test_every_zone_that_a_name_stands_for_exists() -> None:
    from zoneinfo import available_timezones

    from jobcopilot.interviews import dates_zones

    named = {meant.name for zones in dates_zones._ABBREVIATIONS.values() for meant in zones}
    assert named | set(dates_zones._CITIES_OF_ZONES) <= available_timezones()


def test_every_abbreviation_is_what_the_clocks_of_its_zone_show_at_some_time_of_the_year() -> None:
    from jobcopilot.interviews import dates_zones

    seasons = [datetime(2026, month, 15, tzinfo=UTC) for month in (1, 7)]
    for word, zones in dates_zones._ABBREVIATIONS.items():
        for meant in zones:
            shown = [season.astimezone(ZoneInfo(meant.name)).utcoffset() for season in seasons]
            assert meant.offset is None or meant.offset in shown, word


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        *(("45", 45), ("45m", 45), ("45 min", 45), ("45 min.", 45), ("90 min", 90), ("1h", 60), ("1h30", 90)),
        *(
            ("1 h 30", 90),
            ("1h30m", 90),
            ("1 h 30 min", 90),
            ("1:30", 90),
            ("1.5 h", 90),
            ("1,5 Stunden", 90),
        ),
        *(
            ("2 hours", 120),
            ("an hour", 60),
            ("half an hour", 30),
            ("1 hour and 15 minutes", 75),
            ("0.5h", 30),
        ),
        *(("eine Stunde", 60), ("2 heures", 120), ("3 days", 4320), ("1 week", 10080), ("3 weeks", 30240)),
    ],
)
def test_a_length_is_read_in_minutes(typed: str, minutes: int) -> None:
    assert duration_minutes(typed) == minutes


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        *(
            ("", "not understood"),
            ("h", "not understood"),
            ("abc", "not understood"),
            ("-5", "not understood"),
        ),
        *(("45 45", "not understood"), ("30 min 1 h", "not understood"), ("1h90", "not understood")),
        *(("1:75", "not understood"), ("9" * 300, "not understood"), ("1 h h", "not understood")),
        *(
            ("0", "not possible"),
            ("0h", "not possible"),
            ("30 days", "not possible"),
            ("1.33 h", "not possible"),
        ),
        *(("1.5", "not possible"), ("999999 weeks", "not possible")),
    ],
)
def test_a_length_that_is_none_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        duration_minutes(typed)
    assert reason in caught.value.title
    assert caught.value.hint


@given(minutes=st.integers(1, 23 * 60))
def test_every_length_is_understood_back_exactly(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    forms = [
        f"{minutes}",
        f"{minutes} min",
        f"{hours}:{rest:02}",
        f"{hours} h {rest} min",
        f"{hours}h{rest:02}",
    ]
    assert [duration_minutes(form) for form in forms] == [minutes] * len(forms)
