"""Calendar files: read back with other parsers than the one that wrote them."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dateutil.tz
import pytest
import vobject

from jobcopilot.calendars.events import facts_of
from jobcopilot.calendars.ics_reading import facts_read
from jobcopilot.calendars.ics_writing import to_ics
from jobcopilot.calendars.ics_zones import timezone_component
from jobcopilot.calendars.port import Alarm, Event, Facts
from jobcopilot.errors import NotFound, UsageError
from tests.fakes.calendar_desk import copied_pipeline
from tests.fakes.interviews import NOON, Pipeline

HOUR = timedelta(hours=1)
NIGHTS = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Sydney", "2026-10-04"),
    ("Australia/Sydney", "2026-04-05"),
    ("Europe/Dublin", "2026-10-25"),
    ("America/Sao_Paulo", "2026-02-15"),
    ("Asia/Kolkata", "2026-03-29"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Pacific/Apia", "2026-04-05"),
]


def event(starts: datetime, zone: str = "Europe/Berlin", **fields: Any) -> Event:
    facts = {"summary": "Technical with Acme"} | {
        name: fields.pop(name) for name in ("summary", "location", "description", "status") if name in fields
    }
    return Event(
        uid=f"{int(starts.timestamp())}@test",
        sequence=fields.pop("sequence", 0),
        facts=Facts(starts, starts + HOUR, **facts),
        zone=zone,
        changed_at=NOON,
        created_at=NOON,
        **fields,
    )


def read_back(raw: bytes) -> list[Any]:
    """Return the events as another library reads them, with the file's own VTIMEZONE."""
    return list(vobject.readOne(raw.decode()).contents.get("vevent", []))


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_every_quarter_of_an_hour_around_a_change_of_clocks_is_read_back_right(zone: str, day: str) -> None:
    """From midnight before until midnight after, by a parser that trusts nothing but the file."""
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    starts = [midnight + timedelta(minutes=15 * quarter) for quarter in range(-8, 4 * 26)]
    raw = to_ics([event(at, zone) for at in starts])
    zones = dateutil.tz.tzical(io.StringIO(raw.decode()))
    wrong = []
    for at, component in zip(starts, read_back(raw), strict=True):
        line = component.dtstart
        value = line.params.get("TZID", [""])[0]
        if not value:
            assert line.value.astimezone(UTC) == at
            continue
        wall = line.value.replace(tzinfo=None)
        told = wall.replace(tzinfo=zones.get(zone)).astimezone(UTC)
        if told != at:
            wrong.append((at, told))
    assert wrong == []


def test_a_zone_is_described_with_the_onset_on_the_old_clocks() -> None:
    lines = timezone_component("Europe/Berlin", 2026, 2026).to_ical().decode().split("\r\n")
    daylight = lines[lines.index("BEGIN:DAYLIGHT") :]
    assert "DTSTART:20260329T020000" in daylight
    assert "TZOFFSETFROM:+0100" in daylight


def test_names_with_signs_long_lines_and_scripts_come_back_whole() -> None:
    summary = "Système; design, «Zürich» \\ 東京 🚀 with Acme\\n Co"
    description = "\n".join(("A line; with, signs \\", "ünïcödé 東京 🚀 " * 40, "", "END:VEVENT"))
    raw = to_ics([event(NOON, summary=summary, description=description, location="Room 1, 2nd; floor")])
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert raw.endswith(b"END:VCALENDAR\r\n")
    (component,) = read_back(raw)
    assert component.summary.value == summary
    assert component.description.value.split() == description.split()
    assert component.location.value == "Room 1, 2nd; floor"
    facts, _ = facts_read(raw, component.uid.value)
    assert facts is not None
    assert facts.summary == summary


def test_alarms_are_what_the_reminders_say_in_true_minutes() -> None:
    raw = to_ics([event(NOON, alarms=(Alarm(1440), Alarm(120), Alarm(5, before_end=True)))])
    assert b"TRIGGER:-PT1440M" in raw  # a day on the clock is not always 24 hours
    (component,) = read_back(raw)
    told = [(alarm.trigger.value, alarm.trigger.params.get("RELATED")) for alarm in component.valarm_list]
    assert told == [(-timedelta(days=1), None), (-2 * HOUR, None), (-timedelta(minutes=5), ["END"])]


def test_what_is_cancelled_says_so_and_rings_no_more(pipeline: Pipeline) -> None:
    number = booked(pipeline)
    pipeline.runtime.rounds.cancel(number)
    (component,) = read_back(pipeline.runtime.calendar_files.export(1))
    assert component.status.value == "CANCELLED"
    assert "valarm" not in component.contents
    assert component.transp.value == "TRANSPARENT"


# --- rounds as files ---------------------------------------------------------------------------------------------


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return copied_pipeline(tmp_path)


def booked(pipeline: Pipeline, days: float = 1, **fields: object) -> int:
    at = NOON + timedelta(days=days)
    booked = pipeline.runtime.rounds.book(pipeline.job(), {"stage": "Technical", "starts_at": at, **fields})
    return booked.round.id


def test_one_round_and_all_are_exported(pipeline: Pipeline) -> None:
    first, second = booked(pipeline), booked(pipeline, 2)
    pipeline.runtime.rounds.book(1, {"stage": "Without a time"})
    files = pipeline.runtime.calendar_files
    assert [one.dtstart.value.astimezone(UTC) for one in read_back(files.export(1, [second]))] == [
        NOON + timedelta(days=2)
    ]
    assert len(read_back(files.export(1))) == 2
    assert read_back(files.export(1, [first]))[0].uid.value == read_back(files.export(1))[0].uid.value
    with pytest.raises(NotFound, match="interview"):
        files.export(1, [99])
    with pytest.raises(UsageError, match="no time"):
        files.export(1, [3])


def test_a_moved_round_keeps_its_uid_and_its_sequence_grows_in_the_file(pipeline: Pipeline) -> None:
    number = booked(pipeline)
    before = read_back(pipeline.runtime.calendar_files.export(1))[0]
    pipeline.runtime.rounds.move(number, NOON + timedelta(days=3))
    after = read_back(pipeline.runtime.calendar_files.export(1))[0]
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)


def test_a_task_to_take_home_blocks_no_day_and_counts_back_from_its_end(pipeline: Pipeline) -> None:
    booked(pipeline, format="take_home", minutes=3 * 24 * 60)
    (component,) = read_back(pipeline.runtime.calendar_files.export(1))
    assert component.transp.value == "TRANSPARENT"
    assert {tuple(one.trigger.params.get("RELATED", ())) for one in component.valarm_list} == {("END",)}


def test_the_feed_follows_every_change_and_is_never_half_written(pipeline: Pipeline, tmp_path: Path) -> None:
    file = tmp_path / "interviews.ics"
    number = booked(pipeline)
    account = pipeline.runtime.calendars.connect("ics", name="file", address=str(file))
    assert pipeline.runtime.calendar_worker.run(account.id).state == "fine"
    assert len(read_back(file.read_bytes())) == 1
    inode = file.stat().st_ino
    pipeline.runtime.rounds.move(number, NOON + timedelta(days=5))
    assert pipeline.runtime.calendars.status()[0].waiting == 1
    pipeline.runtime.calendar_worker.run(account.id)
    assert file.stat().st_ino != inode  # put in its place whole, by a rename
    assert read_back(file.read_bytes())[0].dtstart.value.astimezone(UTC) == NOON + timedelta(days=5)
    pipeline.runtime.rounds.delete([number])
    pipeline.runtime.calendar_worker.run(account.id)
    assert read_back(file.read_bytes()) == []
    assert pipeline.runtime.calendars.status()[0].in_sync
    assert list(tmp_path.glob(".interviews*")) == []


def test_a_feed_that_cannot_be_written_now_waits(pipeline: Pipeline, tmp_path: Path) -> None:
    file = tmp_path / "a.ics"
    file.mkdir()  # something else lies in its place
    account = pipeline.runtime.calendars.connect("ics", name="file", address=str(file))
    booked(pipeline)
    assert pipeline.runtime.calendar_worker.run(account.id).state == "waiting"
    file.rmdir()
    assert pipeline.runtime.calendar_worker.run(account.id).state == "fine"
    assert len(read_back(file.read_bytes())) == 1


def test_a_feed_whose_folder_is_gone_waits_for_the_person(pipeline: Pipeline, tmp_path: Path) -> None:
    account = pipeline.runtime.calendars.connect("ics", name="file", address=str(tmp_path / "gone" / "a.ics"))
    booked(pipeline)
    report = pipeline.runtime.calendar_worker.run(account.id)
    assert (report.state, report.waiting) == ("refused", 1)
    (tmp_path / "gone").mkdir()
    pipeline.runtime.calendars.retry()
    assert pipeline.runtime.calendar_worker.run(account.id).state == "fine"


def test_what_is_written_reads_back_as_the_round(pipeline: Pipeline) -> None:
    number = booked(pipeline, link="https://meet.example.com/abc", contacts=["Grace Hopper"])
    raw = pipeline.runtime.calendar_files.export(1)
    facts, _ = facts_read(raw, read_back(raw)[0].uid.value)
    ours = facts_of(pipeline.runtime.interviews.round(number))
    assert facts is not None
    assert ours is not None
    assert facts.same_as(ours)


def test_a_length_counts_true_hours_in_the_night_that_loses_one() -> None:
    """At 02:00 of 28 March 2027 the clocks of Berlin show 03:00; two hours from 01:30 end at 04:30 there."""
    raw = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a@b\r\nDTSTAMP:20270101T000000Z\r\n"
        b"DTSTART;TZID=Europe/Berlin:20270328T013000\r\nDURATION:PT2H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    facts, _ = facts_read(raw, "a@b")
    assert facts is not None
    assert facts.ends_at == datetime(2027, 3, 28, 2, 30, tzinfo=UTC)
    assert facts.ends_at - facts.starts_at == timedelta(hours=2)
