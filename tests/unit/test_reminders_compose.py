"""What a reminder says: in the person's zone, with what is left, true on the nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.errors import BadInput
from jobcopilot.reminders.compose import LINES, compose, moment, openable, time_left
from jobcopilot.reminders.quiet import Preferences, QuietHours, read_preferences
from jobcopilot.reminders.views import (
    CUSTOM,
    DAY_BEFORE,
    DEADLINE,
    FOLLOW_UP,
    HOURS_BEFORE,
    Described,
    Message,
    Subject,
)
from tests.hostile import HOSTILE

BERLIN, NEW_YORK, SYDNEY = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Sydney")
)
ROUND = Subject("round", 7)


def _said(described: Described, *, now: datetime, due: datetime | None = None, kind: str = CUSTOM) -> Message:
    return compose(described, subject=ROUND, kind=kind, due=due or now, now=now, zone=BERLIN, reminder_id=3)


def test_everything_a_person_needs_at_that_moment() -> None:
    begins = datetime(2026, 11, 24, 15, tzinfo=BERLIN)
    described = Described(
        title="Technical Interview at Acme",
        begins_at=begins,
        ends_at=begins + timedelta(minutes=45),
        agreed_zone=NEW_YORK,
        place="Room 4",
        link="https://meet.example/abc",
        contacts=("Ada Lovelace", "Grace Hopper"),
        open_preparation=("Read the posting", "Questions to ask"),
        lines=("Bring a laptop",),
    )
    message = _said(described, now=begins - timedelta(hours=1, minutes=50), kind=HOURS_BEFORE)
    assert message.title == "Technical Interview at Acme: in 1 h 50 min"
    assert message.body.splitlines() == [
        "Today 15:00–15:45 CET (09:00 EST)",
        "Room 4",
        "https://meet.example/abc",
        "With: Ada Lovelace, Grace Hopper",
        "Still to prepare: Read the posting, Questions to ask",
        "Bring a laptop",
    ]
    assert message.link == "https://meet.example/abc"
    assert message.urgent
    assert message.snoozes == (timedelta(minutes=10), timedelta(hours=1))


def test_what_does_not_fit_in_its_line_is_counted_and_no_name_is_cut() -> None:
    tasks = tuple(f"Task {number} with a name that takes its room in a line" for number in range(12))
    begins = datetime(2026, 11, 24, 15, tzinfo=BERLIN)
    described = Described("Call", begins_at=begins, contacts=("Ada", "Ben"), open_preparation=tasks)
    _, people, prepare = _said(described, now=begins - timedelta(hours=2)).body.splitlines()
    assert people == "With: Ada, Ben"
    assert prepare == f"Still to prepare: {tasks[0]}, {tasks[1]} and 10 more"


def test_it_says_that_it_comes_late_and_offers_only_what_is_in_time() -> None:
    begins = datetime(2026, 11, 24, 15, tzinfo=UTC)
    due = begins - timedelta(hours=24)
    message = _said(
        Described("Call", begins_at=begins), now=begins - timedelta(minutes=40), due=due, kind=DAY_BEFORE
    )
    assert message.title == "Call: in 40 min"
    assert message.body.splitlines()[-1] == "This comes late: it was due yesterday 16:00 CET."
    assert message.snoozes == (timedelta(minutes=10),)
    assert not message.urgent


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=2) - timedelta(milliseconds=300), "in 2 h"),
        (timedelta(hours=1, minutes=50), "in 1 h 50 min"),
        (timedelta(minutes=1), "in 1 min"),
        (timedelta(seconds=29), "now"),
        (timedelta(hours=23, minutes=59, seconds=40), "in 24 h"),
        (timedelta(hours=47, minutes=30), "in 47 h 30 min"),
        (timedelta(days=3, hours=4), "in 3 d 4 h"),
        (timedelta(days=14), "in 14 d"),
        (timedelta(hours=-1), "now"),
    ],
)
def test_what_is_left_in_words(left: timedelta, words: str) -> None:
    assert time_left(left) == words


def test_days_by_name_and_rounds_that_last_over_midnight() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    begins = datetime(2026, 11, 24, 23, tzinfo=BERLIN)
    body = _said(Described("Hackathon", begins, ends_at=begins + timedelta(hours=9)), now=now).body
    assert body == "Tue 24 Nov 23:00 to Wed 08:00 CET"
    assert moment(datetime(2027, 1, 5, 9, tzinfo=BERLIN), now, BERLIN) == "Tue 5 Jan 2027 09:00 CET"


def test_a_deadline_a_follow_up_and_what_has_begun() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert _said(Described("Apply at Acme", now + timedelta(hours=6)), now=now, kind=DEADLINE).title.endswith(
        ": due in 6 h"
    )
    assert _said(Described("Apply at Acme", now), now=now, kind=DEADLINE).title.endswith(
        "the deadline has passed"
    )
    assert _said(Described("Call", now), now=now).title == "Call: has begun"
    thanks = _said(Described("Thank Ada Lovelace", can_be_done=True), now=now, kind=FOLLOW_UP)
    assert (thanks.title, thanks.body, thanks.can_be_done) == ("Thank Ada Lovelace", "", True)


@pytest.mark.parametrize(
    ("zone", "begins_utc", "wall"),
    [
        # The night before the clocks change, the interview after it: the wall clock of the day itself.
        (BERLIN, datetime(2026, 3, 29, 7, tzinfo=UTC), "tomorrow 09:00 CEST"),
        (BERLIN, datetime(2026, 10, 25, 8, tzinfo=UTC), "tomorrow 09:00 CET"),
        (NEW_YORK, datetime(2026, 3, 8, 13, tzinfo=UTC), "tomorrow 09:00 EDT"),
        (NEW_YORK, datetime(2026, 11, 1, 14, tzinfo=UTC), "tomorrow 09:00 EST"),
        (SYDNEY, datetime(2026, 4, 4, 23, tzinfo=UTC), "tomorrow 09:00 AEST"),
        (SYDNEY, datetime(2026, 10, 3, 22, tzinfo=UTC), "tomorrow 09:00 AEDT"),
    ],
)
def test_nights_when_the_clocks_change(zone: ZoneInfo, begins_utc: datetime, wall: str) -> None:
    now = begins_utc - timedelta(hours=24)
    assert moment(begins_utc, now, zone) == wall
    message = compose(
        Described("Call", begins_at=begins_utc), subject=ROUND, kind=DAY_BEFORE, due=now, now=now, zone=zone
    )
    assert message.title == "Call: in 24 h", "what is left are hours that pass, not hours on the wall"
    assert message.body == wall.replace("tomorrow", "Tomorrow")


def test_a_journey_changes_the_words_and_not_the_moment() -> None:
    now = datetime(2026, 11, 24, 13, tzinfo=UTC)
    begins = now + timedelta(hours=2)
    bodies = [
        compose(
            Described("Call", begins_at=begins), subject=ROUND, kind=HOURS_BEFORE, due=now, now=now, zone=zone
        ).body
        for zone in (BERLIN, NEW_YORK, SYDNEY, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Sao_Paulo"))
    ]
    assert bodies == [
        "Today 16:00 CET",
        "Today 10:00 EST",
        "Today 02:00 AEDT",
        "Today 20:45 UTC+05:45",
        "Today 12:00 UTC-03:00",
    ]


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_do_not_stop_a_reminder(year: int) -> None:
    begins = datetime(year, 12, 31, 23, 59, tzinfo=UTC) if year == 9999 else datetime(1, 1, 1, tzinfo=UTC)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    message = compose(
        Described("Call", begins, agreed_zone=SYDNEY),
        subject=ROUND,
        kind=CUSTOM,
        due=now,
        now=now,
        zone=NEW_YORK,
    )
    assert message.title.startswith("Call")


@pytest.mark.parametrize("name", HOSTILE)
def test_text_is_data(name: str) -> None:
    trouble = HOSTILE[name]
    message = _said(
        Described(
            title=trouble,
            begins_at=datetime(2026, 11, 24, 15, tzinfo=UTC),
            place=trouble,
            link=trouble,
            contacts=(trouble,) * 9,
            open_preparation=(trouble,),
            lines=(trouble,) * 20,
        ),
        now=datetime(2026, 11, 24, 12, tzinfo=UTC),
        due=datetime(2026, 11, 23, 12, tzinfo=UTC),
    )
    assert "\n" not in message.title
    assert message.title.strip()
    assert len(message.title) <= 150
    assert len(message.body) <= 2_000
    assert len(message.body.splitlines()) <= LINES + 1
    controls = {
        c for c in message.title + message.body if ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\u2066"
    }
    assert controls <= {"\n"}
    assert "comes late" in message.body, "nothing in the text pushes that out"
    assert message.link == ""


@pytest.mark.parametrize(
    ("link", "opens"),
    [
        ("https://meet.example/a?b=c#d", True),
        ("http://localhost:8080/x", True),
        ("HTTPS://MEET.EXAMPLE", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("https:", False),
        ("https://a b", False),
        ("tel:+49123", False),
        ("https://[bad", False),
        ("--help", False),
    ],
)
def test_only_web_addresses_are_opened(link: str, opens: bool) -> None:
    assert openable(link) == (link if opens else "")


# --- quiet hours -----------------------------------------------------------------------------------------------

NIGHT = QuietHours(time(22), time(7, 30))


@pytest.mark.parametrize(
    ("hours", "wall", "until"),
    [
        (NIGHT, "2026-11-24 21:59", None),
        (NIGHT, "2026-11-24 22:00", "2026-11-25 07:30"),
        (NIGHT, "2026-11-25 03:00", "2026-11-25 07:30"),
        (NIGHT, "2026-11-25 07:30", None),
        (QuietHours(time(12), time(13)), "2026-11-24 12:30", "2026-11-24 13:00"),
        (QuietHours(time(12), time(13)), "2026-11-24 13:00", None),
        (QuietHours(time(0), time(6)), "2026-11-24 00:00", "2026-11-24 06:00"),
    ],
)
def test_quiet_hours_by_the_wall_clock(hours: QuietHours, wall: str, until: str | None) -> None:
    now = datetime.fromisoformat(wall).replace(tzinfo=BERLIN)
    expected = None if until is None else datetime.fromisoformat(until).replace(tzinfo=BERLIN)
    assert hours.ends_after(now.astimezone(UTC), BERLIN) == expected


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        (BERLIN, "2026-03-28 22:00", 8.5),
        (BERLIN, "2026-10-24 22:00", 10.5),
        (NEW_YORK, "2026-03-07 22:00", 8.5),
        (NEW_YORK, "2026-10-31 22:00", 10.5),
        (SYDNEY, "2026-10-03 22:00", 8.5),
        (SYDNEY, "2026-04-04 22:00", 10.5),
    ],
)
def test_quiet_nights_are_an_hour_shorter_or_longer_when_the_clocks_change(
    zone: ZoneInfo, evening: str, hours: float
) -> None:
    start = datetime.fromisoformat(evening).replace(tzinfo=zone).astimezone(UTC)
    end = NIGHT.ends_after(start, zone)
    assert end is not None
    assert (end - start).total_seconds() / 3600 == hours


@given(
    start=st.times().map(lambda t: t.replace(microsecond=0)),
    end=st.times().map(lambda t: t.replace(microsecond=0)),
    minutes=st.integers(0, 60 * 24 * 366),
)
def test_quiet_ends_ahead_and_within_a_day_in_every_hour_of_the_year(
    start: time, end: time, minutes: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    until = QuietHours(start, end).ends_after(now, BERLIN)
    assert until is None or now < until <= now + timedelta(hours=25)


def test_preferences_from_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    assert read_preferences(file) == Preferences()
    file.write_text('[reminders]\nquiet_from = "22:00"\nquiet_to = 07:30:00\ntwo_hours_break_quiet = false\n')
    assert read_preferences(file) == Preferences(NIGHT, two_hours_break_quiet=False)
    monkeypatch.setenv("JOBCOPILOT_REMINDERS__TWO_HOURS_BREAK_QUIET", "true")
    monkeypatch.setenv("JOBCOPILOT_REMINDERS__QUIET_TO", "06:00")
    assert read_preferences(file) == Preferences(QuietHours(time(22), time(6)), two_hours_break_quiet=True)


@pytest.mark.parametrize(
    "text",
    [
        '[reminders]\nquiet_from = "22:00"\n',
        '[reminders]\nquiet_from = "late"\nquiet_to = "7:00"\n',
        '[reminders]\ntwo_hours_break_quiet = "perhaps"\n',
        "[reminders\n",
    ],
)
def test_a_slip_in_the_settings_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=r"reminders|settings file"):
        read_preferences(file)
