"""Invitations from outside: taken once, followed, cancelled; and whatever is wrong with one is told in words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobcopilot.calendars.invitations import dropped_path
from jobcopilot.calendars.taking import JobNeeded, Taken
from jobcopilot.errors import BadInput, NotFound
from tests.fakes.calendar import FakeVault
from tests.fakes.calendar_desk import Desk, copied_pipeline
from tests.fakes.interviews import Pipeline

DATA = Path(__file__).parents[1] / "data" / "calendars"
GOOGLE = (DATA / "google.ics").read_text()
PLAIN = re.sub(r"BEGIN:VTIMEZONE.*END:VTIMEZONE\n", "", GOOGLE, flags=re.DOTALL)
STARTS = datetime(2026, 12, 1, 15, tzinfo=UTC)
Take = Callable[..., Taken]


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    pipeline = copied_pipeline(tmp_path)
    pipeline.runtime.__dict__["vault"] = FakeVault()
    pipeline.job()
    return pipeline


@pytest.fixture
def take(pipeline: Pipeline, tmp_path: Path) -> Take:
    def act(content: str | bytes, *, job_id: int | None = None, name: str = "invite.ics") -> Taken:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.replace("\n", "\r\n").encode())
        (taken,) = pipeline.runtime.invitations.take_file(str(file), job_id=job_id)
        return taken

    return act


def rounds(pipeline: Pipeline) -> int:
    return len(pipeline.runtime.interviews.rounds())


# --- what is taken -----------------------------------------------------------------------------------------------


def test_an_invitation_books_a_round_with_everyone_in_it(pipeline: Pipeline, take: Take) -> None:
    pipeline.runtime.profiles.change(pipeline.runtime.profile.name, {"email": "ada@example.org"})
    pipeline.runtime.forget_profile()
    taken = take(GOOGLE)
    view = taken.round
    assert view is not None
    assert (taken.action, view.stage, view.starts_at, view.minutes) == (
        "booked",
        "Technical Interview",
        STARTS,
        45,
    )
    assert (view.zone, view.format, view.link) == (
        "America/New_York",
        "video",
        "https://meet.google.com/abc-defg-hij",
    )
    assert view.notes == "Please bring an ID.\n\nSee you soon, Grace"
    people = {one.name: one.email for one in pipeline.runtime.interviews.contacts()}
    assert people == {"Grace Hopper": "grace@acme.com", "Alan Turing": "alan@acme.com"}
    assert pipeline.pending("round")


def test_a_mail_with_an_invitation_of_another_program_is_read(pipeline: Pipeline, take: Take) -> None:
    taken = take((DATA / "outlook.eml").read_bytes(), name="mail.eml")
    view = taken.round
    assert view is not None
    assert (view.starts_at, view.minutes, view.zone) == (
        datetime(2026, 12, 2, 13, 30, tzinfo=UTC),
        90,
        "Europe/Berlin",
    )
    assert (view.stage, view.format) == ("Final Round", "video")
    assert view.link.startswith("https://teams.microsoft.com/l/meetup-join/")
    assert [met.name for met in view.contacts] == [
        "Hopper, Grace"
    ]  # and not the one whom the mail was sent to


@pytest.mark.parametrize(
    ("ends", "minutes"),
    [
        ("DTEND;TZID=Europe/Berlin:20270328T033000", 60),
        ("DURATION:PT1H30M", 90),
        ("DURATION:PT2H", 120),
    ],
)
def test_it_lasts_as_long_as_it_says_in_the_night_that_loses_an_hour(
    take: Take, ends: str, minutes: int
) -> None:
    """At 02:00 of 28 March 2027 the clocks of Berlin show 03:00."""
    night = PLAIN.replace("America/New_York", "Europe/Berlin")
    night = re.sub(r"DTSTART[^\n]*", "DTSTART;TZID=Europe/Berlin:20270328T013000", night)
    view = take(re.sub(r"DTEND[^\n]*", ends, night)).round
    assert view is not None
    assert view.starts_at == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert view.minutes == minutes


def test_importing_it_again_changes_nothing(pipeline: Pipeline, take: Take) -> None:
    take(GOOGLE)
    before = pipeline.rows("SELECT count(*) FROM interview_event")
    for _ in range(3):
        assert take(GOOGLE).action == "unchanged"
    assert (rounds(pipeline), pipeline.rows("SELECT count(*) FROM interview_event")) == (1, before)


def test_an_update_moves_and_what_the_person_wrote_stays(pipeline: Pipeline, take: Take) -> None:
    taken = take(GOOGLE)
    assert taken.round is not None
    pipeline.runtime.rounds.edit(taken.round.id, {"stage": "Pairing", "notes": "Mine", "contacts": ["Kay"]})
    later = (
        GOOGLE.replace("SEQUENCE:0", "SEQUENCE:1").replace("T100000", "T110000").replace("T104500", "T120000")
    )
    taken = take(later)
    view = taken.round
    assert view is not None
    assert (taken.action, view.starts_at, view.minutes) == ("updated", STARTS + timedelta(hours=1), 60)
    assert (view.stage, view.notes) == ("Pairing", "Mine")
    assert [met.name for met in view.contacts] == ["Kay"]
    assert take(GOOGLE).action == "older"
    assert pipeline.runtime.interviews.round(view.id).starts_at == STARTS + timedelta(hours=1)


def test_a_cancellation_cancels_and_a_new_date_brings_it_back(pipeline: Pipeline, take: Take) -> None:
    take(GOOGLE)
    cancellation = GOOGLE.replace("METHOD:REQUEST", "METHOD:CANCEL").replace("SEQUENCE:0", "SEQUENCE:1")
    assert take(cancellation).action == "canceled"
    assert pipeline.pending("round") == []
    assert take(cancellation).action == "unchanged"
    taken = take(GOOGLE.replace("SEQUENCE:0", "SEQUENCE:2").replace("20261201", "20261203"))
    assert taken.round is not None
    assert taken.round.status == "scheduled"
    assert rounds(pipeline) == 1


def test_a_cancellation_of_something_unknown_changes_nothing(pipeline: Pipeline, take: Take) -> None:
    assert take(GOOGLE.replace("METHOD:REQUEST", "METHOD:CANCEL")).action == "unknown"
    assert rounds(pipeline) == 0


def test_the_round_keeps_the_uid_of_its_invitation_in_every_calendar(pipeline: Pipeline, take: Take) -> None:
    desk = Desk(pipeline)
    taken = take(GOOGLE)
    assert taken.round is not None
    assert desk.uid(taken.round.id) == "abc123@google.com"
    desk.sync()
    assert list(desk.calendar.events) == ["abc123@google.com"]


def test_our_own_file_imported_again_changes_nothing(pipeline: Pipeline, take: Take) -> None:
    pipeline.runtime.rounds.book(1, {"stage": "Call", "starts_at": STARTS})
    assert take(pipeline.runtime.calendar_files.export(1)).action == "unchanged"
    assert rounds(pipeline) == 1


def test_undo_takes_an_invitation_back(pipeline: Pipeline, take: Take) -> None:
    taken = take(GOOGLE)
    pipeline.runtime.history.undo(taken.batch)
    assert rounds(pipeline) == 0
    assert take(GOOGLE).action == "booked"


# --- which job it is for -----------------------------------------------------------------------------------------


def test_the_job_is_known_by_its_contact_its_company_or_its_address(pipeline: Pipeline, take: Take) -> None:
    pipeline.job("Cook", "Bistro Paris")
    pipeline.runtime.contacts.add({"name": "Jean", "email": "jean@mail.example", "jobs": [2]})
    by_contact = (
        GOOGLE.replace("with Acme", "")
        .replace("acme.com", "x.example")
        .replace("grace@x.example", "jean@mail.example")
    )
    taken = take(by_contact.replace("abc123", "b"))
    assert taken.round is not None
    assert taken.round.company == "Bistro Paris"
    taken = take(GOOGLE.replace("with Acme", "").replace("abc123", "c"))
    assert taken.round is not None
    assert taken.round.company == "Acme"  # by grace@acme.com


def test_where_it_is_not_clear_the_person_is_asked_and_nothing_is_changed(
    pipeline: Pipeline, take: Take
) -> None:
    pipeline.job("Platform Engineer", "Acme")
    with pytest.raises(JobNeeded, match="--job") as asked:
        take(GOOGLE)
    assert sorted(number for number, _, _ in asked.value.candidates) == [1, 2]
    assert rounds(pipeline) == 0
    taken = take(GOOGLE, job_id=2)
    assert taken.round is not None
    assert taken.round.job_id == 2
    with pytest.raises(NotFound):
        take(GOOGLE.replace("abc123", "d"), job_id=99)


# --- what is odd about it ----------------------------------------------------------------------------------------

ODD = {
    "no UID": (GOOGLE.replace("UID:abc123@google.com\n", ""), STARTS, "no UID"),
    "zone not described": (PLAIN, STARTS, "does not describe its time zone"),
    "a Windows zone not described": (
        PLAIN.replace("America/New_York", "Eastern Standard Time"),
        STARTS,
        "Eastern",
    ),
    "floating": (
        PLAIN.replace(";TZID=America/New_York", ""),
        datetime(2026, 12, 1, 9, tzinfo=UTC),
        "yours was taken",
    ),
    "all day": (
        re.sub(r"DTSTART.*\nDTEND.*\n", "DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261203\n", PLAIN),
        None,
        "a day and no time",
    ),
    "recurring": (GOOGLE.replace("SEQUENCE:0", "SEQUENCE:0\nRRULE:FREQ=WEEKLY;COUNT=5"), STARTS, "repeats"),
    "one of a series": (
        GOOGLE.replace("SEQUENCE:0", "SEQUENCE:0\nRECURRENCE-ID;TZID=America/New_York:20261201T100000"),
        STARTS,
        "one date of a series",
    ),
    "ends before it begins": (GOOGLE.replace("T104500", "T090000"), STARTS, "an hour was taken"),
    "longer than a day": (GOOGLE.replace("20261201T104500", "20261209T104500"), STARTS, "a day was taken"),
    "an address that is none": (
        GOOGLE.replace("mailto:alan@acme.com", "mailto:alan at acme@"),
        STARTS,
        "left out",
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_odd_is_taken_and_told_and_again_changes_nothing(
    pipeline: Pipeline, take: Take, kind: str
) -> None:
    content, starts, told = ODD[kind]
    taken = take(content)
    assert taken.round is not None
    assert taken.round.starts_at == starts
    assert told in " ".join(taken.remarks)
    assert take(content).action == "unchanged"
    assert rounds(pipeline) == 1


def test_an_all_day_invitation_waits_for_a_time(take: Take) -> None:
    taken = take(ODD["all day"][0])
    assert taken.round is not None
    assert taken.round.status == "pending"


BAD = {
    "nothing": ("", "no calendar file"),
    "words": ("hello", "no calendar file"),
    "bytes": (b"\x00\x01\xff\xfe", "no calendar file"),
    "cut off": (GOOGLE[:700], "cut off|cannot be read"),
    "no event": ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "no event"),
    "a start that is none": (
        GOOGLE.replace("DTSTART;TZID=America/New_York:20261201T100000", "DTSTART:x"),
        "DTSTART",
    ),
    "no start": (GOOGLE.replace("DTSTART;TZID=America/New_York:20261201T100000\n", ""), "no start"),
    "a zone nobody knows": (PLAIN.replace("America/New_York", "Our Office"), "Our Office"),
    "an answer": (GOOGLE.replace("METHOD:REQUEST", "METHOD:REPLY"), "answer"),
    "a counter": (GOOGLE.replace("METHOD:REQUEST", "METHOD:COUNTER"), "another time"),
    "a refresh": (GOOGLE.replace("METHOD:REQUEST", "METHOD:REFRESH"), "latest state"),
    "an addition": (GOOGLE.replace("METHOD:REQUEST", "METHOD:ADD"), "series"),
    "a mail without one": (b"From: a@b.example\nSubject: Hi\n\nHello\n", "no invitation in this mail"),
    "a whole calendar": (
        "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nUID:1\nEND:VEVENT\n" * 201 + "END:VCALENDAR\n",
        "whole calendar",
    ),
    "a year nobody meets in": (GOOGLE.replace("20261201", "99991201"), "year 9999"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_taken_is_told_and_changes_nothing(pipeline: Pipeline, take: Take, kind: str) -> None:
    content, told = BAD[kind]
    with pytest.raises(Exception, match=told) as refused:
        take(content)
    assert type(refused.value).__module__.startswith("jobcopilot.")
    assert rounds(pipeline) == 0
    assert pipeline.rows("SELECT * FROM contact") == []


@pytest.mark.parametrize(
    "padding", [b"X-PADDING:" + b"a" * 20_000_000, b"X-P:1\r\n" * 3_000_000], ids=["one line", "many"]
)
def test_twenty_megabytes_are_refused_at_once(take: Take, padding: bytes) -> None:
    start = time.process_time()
    with pytest.raises(BadInput, match="too large"):
        take(b"BEGIN:VCALENDAR\r\n" + padding)
    assert time.process_time() - start < 1


def test_no_control_sign_and_no_line_break_reaches_a_name(pipeline: Pipeline, take: Take) -> None:
    hostile = GOOGLE.replace("CN=Alan Turing", 'CN="Alan\x1b]0;x\x07 \u202eTuring"').replace(
        "SUMMARY:Technical interview", "SUMMARY:Hi\\nBcc: all@x.example\x1b[31m"
    )
    taken = take(hostile)
    assert taken.round is not None
    texts = [taken.round.stage, *(met.name for met in taken.round.contacts)]
    assert not [sign for one in texts for sign in one if sign in "\x1b\x07\n\r\u202e"]


@pytest.mark.parametrize(
    "written",
    ["{}", "'{}'", '"{}"', "file://{}", " {} \n"],
)
def test_a_path_dropped_on_the_terminal_is_understood(tmp_path: Path, written: str) -> None:
    file = tmp_path / "my invite.ics"
    assert dropped_path(written.format(file)) == file
    assert dropped_path(str(file).replace(" ", "\\ ")) == file


def test_a_file_that_is_not_there_is_told(pipeline: Pipeline, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file"):
        pipeline.runtime.invitations.take_file(str(tmp_path / "nothing.ics"))
    with pytest.raises(BadInput, match="cannot be read"):
        pipeline.runtime.invitations.take_file(str(tmp_path))
