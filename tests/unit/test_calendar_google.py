"""Google Calendar: what is sent, what comes back, and every fault, with Google's own library against a local server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jobcopilot.calendars.google_calendar import GoogleCalendar
from jobcopilot.calendars.google_events import event_id, remote_of, resource_of
from jobcopilot.calendars.google_faults import fault_of, retry_after
from jobcopilot.calendars.port import Alarm, CalendarError, Event, Facts, Permanent, Refused, Temporary
from jobcopilot.vault.port import VaultLocked
from tests.fakes.calendar_desk import copied_pipeline
from tests.fakes.google_calendars import Refusal
from tests.fakes.google_desk import GoogleDesk, token_of
from tests.fakes.google_server import QUOTA, Google
from tests.fakes.interviews import NOON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
INVITED = {
    "summary": "Interview with Ada",
    "start": {"dateTime": (NOON + DAY).isoformat(), "timeZone": "Europe/Berlin"},
    "end": {"dateTime": (NOON + DAY + HOUR).isoformat(), "timeZone": "Europe/Berlin"},
}


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    running = Google().start()
    monkeypatch.setattr("jobcopilot.calendars.google_calendar.ENDPOINT", running.endpoint)
    yield running
    running.stop()


@pytest.fixture
def desk(tmp_path: Path, google: Google) -> GoogleDesk:
    return GoogleDesk(copied_pipeline(tmp_path), google)


def event(**changes: object) -> Event:
    facts = {
        "starts_at": NOON, "ends_at": NOON + HOUR, "summary": "Panel with Acme", "location": "Berlin",
        "description": "Data Engineer", **changes,
    }  # fmt: skip
    return Event(
        "uid-1@jobcopilot", 3, Facts(**facts), "Europe/Berlin", NOON, NOON,  # type: ignore[arg-type]
        link="https://meet.example/1", alarms=(Alarm(1440), Alarm(120)),
    )  # fmt: skip


# --- what is sent ----------------------------------------------------------------------------------------------------


def test_booking_moving_cancelling_and_deleting_reach_google(desk: GoogleDesk) -> None:
    number = desk.book()
    assert desk.sync().sent == 1
    assert desk.states(number) == ["in_sync"]
    assert desk.event(number)["start"]["timeZone"] == "Europe/Berlin"
    desk.runtime.rounds.move(number, NOON + 2 * DAY)
    assert desk.sync().sent == 1
    assert datetime.fromisoformat(desk.event(number)["start"]["dateTime"]) == NOON + 2 * DAY
    desk.runtime.rounds.cancel(number)
    assert desk.sync().sent == 1
    held = desk.event(number)
    assert held["summary"].startswith("Canceled: ")
    assert (held["status"], held["transparency"]) == ("confirmed", "transparent")
    assert held["reminders"] == {"useDefault": False, "overrides": []}
    desk.runtime.rounds.delete([number])
    assert desk.sync().removed == 1
    assert desk.google.calendar.shown() == {}


def test_undoing_a_deletion_takes_the_event_out_of_googles_bin(desk: GoogleDesk) -> None:
    number = desk.book()
    desk.sync()
    desk.runtime.rounds.delete([number])
    desk.sync()
    assert desk.event(number)["status"] == "cancelled"
    desk.runtime.history.undo()
    assert desk.sync().sent == 1
    assert list(desk.google.calendar.shown()) == [desk.id(number)]


def test_every_id_is_the_rounds_own_in_the_letters_that_google_takes(desk: GoogleDesk) -> None:
    job = desk.pipeline.job()
    numbers = [desk.book(days, job) for days in range(1, 31)]
    assert desk.sync().sent == 30
    assert set(desk.google.calendar.events) == {desk.id(number) for number in numbers}
    assert event_id("a@jobcopilot") == event_id("a@jobcopilot") != event_id("b@jobcopilot")
    assert set("".join(desk.google.calendar.events)) <= set("0123456789abcdefghijklmnopqrstuv")


def test_an_event_comes_back_as_it_was_sent() -> None:
    for status in ("confirmed", "tentative", "cancelled"):
        sent = event(status=status, description="Line one\nR&D <b>Lead</b> &amp; more", location="Straße 1")
        back = remote_of({**resource_of(sent), "id": event_id(sent.uid), "etag": '"1"'}, sent.uid)
        assert back.facts == sent.facts
        assert (back.ours, back.held.sequence, back.held.href) == (True, 3, event_id(sent.uid))
    assert resource_of(event())["source"]["url"] == "https://meet.example/1"
    assert "attendees" not in resource_of(event())


def test_a_description_that_googles_editor_made_markup_of_says_the_same() -> None:
    sent = event(description="Data Engineer\nWith Grace Hopper")
    resource = {**resource_of(sent), "id": "x12345", "etag": '"1"'}
    resource["description"] = "<p>Data Engineer</p><p>With <b>Grace&nbsp;Hopper</b><br></p>"
    back = remote_of(resource, sent.uid).facts
    assert back is not None
    assert back.same_as(sent.facts)


@pytest.mark.parametrize(
    ("alarms", "sent"),
    [
        ((Alarm(1440), Alarm(120)), [1440, 120]),
        (tuple(Alarm(n) for n in (90000, 40320, 1440, 120, 60, 30, 10)), [1440, 120, 60, 30, 10]),
        ((Alarm(1440, before_end=True), Alarm(30, before_end=True)), [1380]),
        ((), []),
    ],
)
def test_reminders_are_those_that_google_can_hold(alarms: tuple[Alarm, ...], sent: list[int]) -> None:
    whole = event()
    made = Event(whole.uid, 0, whole.facts, whole.zone, NOON, NOON, alarms=alarms)
    assert [one["minutes"] for one in resource_of(made)["reminders"]["overrides"]] == sent


NIGHTS = {
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC): "2026-03-29T01:30:00+01:00",
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC): "2026-03-29T03:30:00+02:00",
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC): "2026-10-25T02:30:00+02:00",
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC): "2026-10-25T02:30:00+01:00",
}


def test_times_are_right_on_both_nights_of_the_change(desk: GoogleDesk) -> None:
    job = desk.pipeline.job()
    numbers = [
        desk.book(job=job, starts_at=at, zone="Europe/Berlin", minutes=120, status="scheduled")
        for at in NIGHTS
    ]
    assert desk.sync().sent == 4
    calendar = GoogleCalendar("primary", next(iter(desk.vault.kept.values())))
    for number, (at, said) in zip(numbers, NIGHTS.items(), strict=True):
        held = desk.event(number)
        assert held["start"] == {"dateTime": said, "timeZone": "Europe/Berlin"}
        ends = datetime.fromisoformat(held["end"]["dateTime"])
        assert ends - datetime.fromisoformat(held["start"]["dateTime"]) == 2 * HOUR
        remote = calendar.fetch("x@jobcopilot", held["id"])
        assert remote is not None
        assert remote.facts is not None
        assert remote.facts.starts_at == at
    calendar.close()


def test_a_zone_that_this_machine_does_not_know_is_sent_as_utc() -> None:
    whole = event()
    made = resource_of(Event(whole.uid, 0, whole.facts, "Mars/Olympus", NOON, NOON))
    assert made["start"] == {"dateTime": NOON.isoformat(), "timeZone": "UTC"}
    assert ZoneInfo("Europe/Berlin").key == resource_of(whole)["start"]["timeZone"]


# --- once, whatever happens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["drop", "truncate", "garble", "slow"])
@pytest.mark.parametrize(
    "method",
    [
        "POST",
        pytest.param("PATCH", marks=pytest.mark.system),
        pytest.param("DELETE", marks=pytest.mark.system),
    ],
)
def test_an_answer_that_does_not_arrive_leaves_one_event_with_the_latest_time(
    desk: GoogleDesk, monkeypatch: pytest.MonkeyPatch, how: str, method: str
) -> None:
    number = desk.book()
    if method != "POST":
        desk.sync()
        if method == "PATCH":
            desk.runtime.rounds.move(number, NOON + 3 * DAY)
        else:
            desk.runtime.rounds.delete([number])
    monkeypatch.setattr("jobcopilot.calendars.google_calendar.TIMEOUT", 0.3)
    # The library itself asks once more where a connection ends without an answer.
    desk.google.fail(method, how, times=2 if how == "drop" else 1, path="/events")
    first = desk.sync()
    desk.google.released.set()
    desk.pipeline.later(minutes=1)
    second = desk.sync()
    assert (second.state, second.waiting, second.noticed) == ("fine", 0, 0), (first, second)
    shown = desk.google.calendar.shown()
    assert list(shown) == ([] if method == "DELETE" else [desk.id(number)])
    for held in shown.values():
        wanted = NOON + (3 if method == "PATCH" else 1) * DAY
        assert datetime.fromisoformat(held["start"]["dateTime"]) == wanted


def test_an_id_that_is_taken_by_the_same_event_is_no_second_one_and_another_time_is_shown(
    desk: GoogleDesk,
) -> None:
    same, other = desk.book(1), desk.book(2)
    desk.sync()
    desk.google.calendar.change(desk.id(other), summary="Moved by hand")
    desk.runtime.calendars.disconnect(desk.account.id)
    desk.account = desk.runtime.google_calendars.connect(token_of(desk.google))
    report = desk.sync()
    assert (len(desk.google.calendar.events), report.noticed) == (2, 1)
    assert desk.states(same) == ["in_sync"]
    assert desk.states(other)[0] in ("conflict", "changed_there")


def test_an_event_in_the_bin_is_taken_out_again_and_one_that_cannot_be_is_told(desk: GoogleDesk) -> None:
    number = desk.book()
    desk.sync()
    desk.google.calendar.throw_away(desk.id(number))
    assert desk.again().noticed == 1
    assert desk.states(number) == ["removed_there"]
    desk.runtime.calendar_differences.keep_mine(desk.runtime.calendar_differences.of(number))
    assert desk.again().sent == 1
    assert desk.event(number)["status"] == "confirmed"

    desk.google.calendar.throw_away(desk.id(number))
    desk.again()
    desk.runtime.calendar_differences.keep_mine(desk.runtime.calendar_differences.of(number))
    desk.google.fail("PATCH", Refusal(403, "eventDeleted", "Cannot be restored"))
    report = desk.again()
    assert (report.failed, report.state) == (1, "fine")
    assert desk.states(number) == ["failed"]
    assert "does not show it" in desk.runtime.calendars.failures(desk.account.id)[0].reason


def test_the_sequence_that_google_counted_on_by_itself_is_kept(desk: GoogleDesk) -> None:
    number = desk.book()
    desk.sync()
    later = (NOON + 4 * DAY).isoformat()
    for _ in range(4):
        desk.google.calendar.change(desk.id(number), start={"dateTime": later})
    desk.google.calendar.change(desk.id(number), end={"dateTime": (NOON + 4 * DAY + HOUR).isoformat()})
    assert desk.again().noticed == 1
    desk.runtime.calendar_differences.keep_mine(desk.runtime.calendar_differences.of(number))
    assert desk.again().sent == 1
    assert desk.event(number)["sequence"] == 4
    assert datetime.fromisoformat(desk.event(number)["start"]["dateTime"]) == NOON + DAY


# --- what was changed there ------------------------------------------------------------------------------------------


def test_a_change_in_google_is_noticed_offered_and_taken(desk: GoogleDesk) -> None:
    number, other = desk.book(1), desk.book(2)
    desk.again()
    desk.google.calendar.change(
        desk.id(number),
        start={"dateTime": (NOON + 5 * DAY).isoformat()},
        end={"dateTime": (NOON + 5 * DAY + HOUR).isoformat()},
        location="Room 5",
    )
    assert desk.again().noticed == 1
    difference = desk.runtime.calendar_differences.of(number)
    assert {"starts_at", "location"} <= set(difference.fields)
    desk.runtime.calendar_differences.take_theirs(difference)
    view = desk.runtime.interviews.round(number)
    assert (view.starts_at, view.place) == (NOON + 5 * DAY, "Room 5")
    desk.again()
    assert desk.again().noticed == 0
    assert (desk.states(number), desk.states(other)) == (["in_sync"], ["in_sync"])


def test_both_sides_changed_is_a_conflict_and_nothing_is_overwritten(desk: GoogleDesk) -> None:
    number = desk.book()
    desk.sync()
    desk.google.calendar.change(desk.id(number), summary="Call with Acme, bring the offer")
    desk.runtime.rounds.move(number, NOON + 3 * DAY)
    assert desk.sync().noticed == 1
    assert desk.states(number) == ["conflict"]
    assert desk.event(number)["summary"] == "Call with Acme, bring the offer"
    assert datetime.fromisoformat(desk.event(number)["start"]["dateTime"]) == NOON + DAY


def test_colours_and_guests_that_the_person_added_there_stay(desk: GoogleDesk) -> None:
    number = desk.book()
    desk.sync()
    desk.google.calendar.change(desk.id(number), colorId="11", attendees=[{"email": "partner@example.com"}])
    assert desk.again().noticed == 0  # nothing that a round says
    desk.runtime.rounds.move(number, NOON + 2 * DAY)
    assert desk.again().sent == 1
    assert desk.event(number)["colorId"] == "11"
    assert desk.event(number)["attendees"] == [{"email": "partner@example.com"}]


def test_changes_come_by_sync_token_in_pages_and_all_is_compared_where_it_ran_out(desk: GoogleDesk) -> None:
    calendar = desk.google.calendar
    for number in range(20):
        calendar.put_invitation(f"dentist-{number}", **INVITED)
    number, gone = desk.book(1), desk.book(2)
    calendar.pages = 6
    desk.again()
    desk.google.asked.clear()
    assert desk.again().noticed == 0
    assert [method for method, _ in desk.google.asked] == ["GET"]  # one question where nothing changed
    calendar.oldest_token = len(calendar.changed) + 1
    calendar.change(desk.id(number), location="Elsewhere")
    calendar.throw_away(desk.id(gone))
    assert desk.again().noticed == 2
    assert (desk.states(number), desk.states(gone)) == (["changed_there"], ["removed_there"])


def test_whole_days_and_series_are_shown_as_no_interview_any_more(desk: GoogleDesk) -> None:
    days, series = desk.book(1), desk.book(2)
    desk.again()
    desk.google.calendar.change(
        desk.id(days),
        start={"date": "2026-11-21", "dateTime": None},
        end={"date": "2026-11-22", "dateTime": None},
    )
    desk.google.calendar.change(desk.id(series), recurrence=["RRULE:FREQ=DAILY"])
    assert desk.again().noticed == 2
    assert [desk.runtime.calendar_differences.of(one).theirs for one in (days, series)] == [None, None]


def test_an_invitation_that_google_took_in_itself_is_left_alone_and_not_doubled(
    desk: GoogleDesk, tmp_path: Path
) -> None:
    uid = "invite-7@acme.example"
    own = desk.google.calendar.put_invitation(uid, **INVITED)
    file = tmp_path / "invitation.ics"
    at = (NOON + DAY).strftime("%Y%m%dT%H%M%SZ")
    until = (NOON + DAY + HOUR).strftime("%Y%m%dT%H%M%SZ")
    file.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:{at}\r\nDTEND:{until}\r\nSUMMARY:Interview with Ada\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    (taken,) = desk.runtime.invitations.take_file(str(file), job_id=desk.pipeline.job())
    assert taken.round is not None
    desk.sync()
    assert list(desk.google.calendar.events) == [own]
    assert desk.states(taken.round.id) == ["in_sync"]
    desk.runtime.rounds.delete([taken.round.id])
    desk.again()
    assert list(desk.google.calendar.shown()) == [own]


# --- what may go wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("slower", 0.7),
        pytest.param("user", 0.7, marks=pytest.mark.system),
        ("later", 120),
        pytest.param("tomorrow", 3600, marks=pytest.mark.system),
    ],
)
def test_quota_answers_are_obeyed_by_the_whole_account(desk: GoogleDesk, kind: str, least: float) -> None:
    job = desk.pipeline.job()
    for days in range(1, 5):
        desk.book(days, job)
    desk.google.fail("POST", QUOTA[kind], times=9)
    report = desk.sync()
    assert (report.state, report.sent, report.waiting) == ("waiting", 0, 4)
    assert len([one for one in desk.google.asked if one[0] == "POST"]) == 1  # nothing more was asked
    account = desk.state()
    assert account.next_attempt is not None
    pause = (account.next_attempt - desk.pipeline.clock.now()).total_seconds()
    assert least <= pause <= max(2 * least, 2)
    assert "Google Calendar" in account.reason
    desk.google.faults.clear()
    desk.pipeline.later(seconds=pause + 1)
    assert desk.sync().sent == 4
    assert len(desk.google.calendar.events) == 4


def test_a_date_to_wait_for_is_counted_from_the_answers_own_clock() -> None:
    headers = {"retry-after": "Fri, 20 Nov 2026 12:05:00 GMT", "date": "Fri, 20 Nov 2026 12:00:00 GMT"}
    assert retry_after(headers) == 300
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({}) is None


def test_one_answer_of_a_broken_server_lets_the_others_through_and_three_do_not(desk: GoogleDesk) -> None:
    job = desk.pipeline.job()
    numbers = [desk.book(days, job) for days in range(1, 7)]
    broken = Refusal(500, "backendError", "Backend Error")
    desk.google.fail("POST", broken)
    report = desk.sync()
    assert (report.sent, report.waiting, report.state) == (5, 1, "fine")
    assert desk.states(numbers[0]) == ["waiting"]
    for number in numbers:
        desk.runtime.rounds.move(number, NOON + 9 * DAY)
    desk.google.fail("PATCH", broken, times=9)
    assert desk.sync().state == "waiting"


def test_an_interview_that_google_does_not_take_holds_up_no_other(desk: GoogleDesk) -> None:
    bad, good = desk.book(1), desk.book(2)
    desk.google.fail("POST", Refusal(400, "invalid", "The specified time range is \x1b[31mempty."))
    report = desk.sync()
    assert (report.sent, report.failed, report.state) == (1, 1, "fine")
    assert "time range is" in desk.runtime.calendars.of_round(bad)[0].reason
    assert "\x1b" not in desk.runtime.calendars.of_round(bad)[0].reason
    assert desk.states(good) == ["in_sync"]


def test_a_token_that_ran_out_is_renewed_without_a_word(desk: GoogleDesk) -> None:
    number = desk.book()
    desk.forget_access()
    assert desk.sync().sent == 1
    assert desk.states(number) == ["in_sync"]
    assert ("POST", "/token") in desk.google.asked


def test_a_permission_that_was_taken_back_is_told_and_waits_for_the_person(desk: GoogleDesk) -> None:
    from jobcopilot.calendars.accounts import due

    number = desk.book()
    desk.google.forget_everything()
    report = desk.sync()
    assert (report.state, report.waiting) == ("refused", 1)
    assert "permission" in report.reason
    assert "invalid_grant" in report.reason
    assert "calendar connect google" in report.hint
    with desk.runtime.reader.connection() as connection:
        assert due(connection, int(desk.pipeline.later(days=1).timestamp() * 1000)) == []
    again = desk.runtime.google_calendars.connect(token_of(desk.google))
    assert (again.id, again.state) == (desk.account.id, "fine")
    assert desk.sync().sent == 1
    assert desk.states(number) == ["in_sync"]


def test_a_client_that_was_deleted_and_a_token_endpoint_that_is_down_are_told_apart(
    desk: GoogleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)  # the library's own pauses between its attempts
    desk.book()
    desk.forget_access()
    desk.google.token_answers = [(401, {"error": "deleted_client", "error_description": "gone"})]
    report = desk.sync()
    assert report.state == "refused"
    assert "client" in report.reason
    desk.runtime.calendars.retry()
    desk.google.token_answers = [(503, {"error": "temporarily_unavailable"})] * 3
    assert desk.sync().state == "waiting"
    desk.pipeline.later(minutes=1)
    assert desk.sync().sent == 1


def test_a_calendar_that_vanished_is_told_and_nothing_is_lost(desk: GoogleDesk) -> None:
    number = desk.book()
    desk.sync()
    desk.google.calendars.clear()
    desk.runtime.rounds.move(number, NOON + 2 * DAY)
    report = desk.sync()
    assert (report.state, report.waiting) == ("vanished", 1)
    assert "not there any more" in report.reason
    assert desk.runtime.interviews.round(number).starts_at == NOON + 2 * DAY
    second = desk.book(5)
    desk.runtime.calendars.retry()
    assert desk.sync().state == "vanished"
    assert desk.states(second) == ["waiting"]


@pytest.mark.parametrize(
    ("reason", "kind", "words"),
    [
        ("accessNotConfigured", Refused, "not switched on"),
        ("insufficientPermissions", Refused, "permission to change events"),
        ("requiredAccessLevel", Refused, "change the calendar"),
        ("forbiddenForNonOrganizer", Permanent, "does not take this interview"),
        ("userRateLimitExceeded", Temporary, "fewer requests"),
        ("quotaExceeded", Temporary, "quota is used up"),
    ],
)
def test_every_403_says_what_to_do(reason: str, kind: type[CalendarError], words: str) -> None:
    refusal = Refusal(403, reason, "No.")
    fault = fault_of(403, {}, json.dumps(refusal.body).encode())
    assert type(fault) is kind
    assert words in fault.title
    assert "No." in fault.message


def test_a_403_of_somebody_else_on_the_way_is_no_verdict() -> None:
    fault = fault_of(403, {}, b"<html>Please pay for the network</html>")
    assert isinstance(fault, Temporary)
    assert fault.answered


def test_no_connection_and_a_strange_network_wait(desk: GoogleDesk) -> None:
    desk.book()
    desk.google.fail("any", "garble", times=9)
    assert desk.sync().state == "waiting"
    desk.google.faults.clear()
    desk.google.stop()
    desk.pipeline.later(minutes=1)
    report = desk.sync()
    assert report.state == "waiting"
    assert "no connection" in report.reason
    assert report.waiting == 1


def test_neither_token_nor_secret_is_in_the_database_or_a_message(
    desk: GoogleDesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "jobcopilot")
    desk.book()
    secrets = [desk.secret()["refresh_token"], desk.secret()["client"]["client_secret"]]
    desk.google.forget_everything()
    report = desk.sync()
    stored = desk.runtime.home.database.read_bytes()
    for secret in secrets:
        assert secret.encode() not in stored
        assert secret not in f"{report} {desk.state()} {caplog.text}"


def test_a_locked_vault_waits(desk: GoogleDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.book()

    def locked(_name: str) -> str:
        raise VaultLocked("The encrypted file with the passwords is locked")

    monkeypatch.setattr(desk.vault, "get", locked)
    assert desk.sync().state == "locked"


def test_what_the_vault_gives_back_damaged_is_told(desk: GoogleDesk) -> None:
    desk.vault.kept = dict.fromkeys(desk.vault.kept, '{"refresh_token": "1//x"}')
    report = desk.sync(look=True)
    assert report.state == "refused"
    assert "connect google" in report.hint
    assert "1//x" not in f"{report}"
