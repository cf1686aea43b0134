"""A real CalDAV server: booking in time, faults of server, network and process, and nothing lost or doubled."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import vobject

from jobcopilot.calendars.caldav_calendar import CalDav
from jobcopilot.calendars.connecting import find_calendars, import_libraries
from jobcopilot.calendars.port import Refused, Temporary
from jobcopilot.calendars.views import AccountView, SyncReport
from jobcopilot.errors import UsageError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.reminders.scheduler import ReminderScheduler
from jobcopilot.runtime import Runtime
from tests.fakes.calendar import FakeVault
from tests.fakes.dying_sync import killed_once
from tests.fakes.radicale_server import PASSWORD, USER, Radicale

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + DAY


class Office:
    """A home and a server, with the server's calendar connected."""

    def __init__(self, folder: Path, server: Radicale) -> None:
        self.server = server
        self.home = folder / "home"
        self.vault = FakeVault()
        self.runtime = self.fresh()
        self.runtime.open()
        self.url = server.make_calendar()
        self.account: AccountView = self.runtime.calendars.connect(
            "caldav", name="Home", address=server.address, username=USER, calendar=self.url, secret=PASSWORD
        )

    def fresh(self) -> Runtime:
        runtime = Runtime(find_home(self.home))
        runtime.__dict__["vault"] = self.vault
        return runtime

    def rounds(self, count: int) -> list[int]:
        """Book rounds, each of a job of its own."""
        drafts = [JobDraft(f"Engineer {n}", f"Company {n}", source_id=str(n)) for n in range(count)]
        self.runtime.intake.take_in(drafts, label="test")
        with self.runtime.reader.connection() as connection:
            jobs = [
                job for (job,) in connection.execute("SELECT id FROM job ORDER BY id DESC LIMIT ?", (count,))
            ]
        return [
            self.runtime.rounds.book(job, {"stage": "Technical", "starts_at": SOON + n * HOUR}).round.id
            for n, job in enumerate(jobs)
        ]

    def sync(self, **given: object) -> SyncReport:
        return self.runtime.calendar_worker.run(self.account.id, **given)  # type: ignore[arg-type]

    def there(self) -> dict[str, datetime]:
        """Return what lies on the server, read by another parser: UID to start. A UID there twice is an error."""
        found: dict[str, datetime] = {}
        for content in self.server.files().values():
            event = vobject.readOne(content).vevent
            assert event.uid.value not in found, "the same round twice"
            found[event.uid.value] = event.dtstart.value.astimezone(UTC)
        return found

    def here(self) -> dict[str, datetime]:
        """Return what the calendar is to hold: UID to start."""
        with self.runtime.reader.connection() as connection:
            uids = dict(connection.execute("SELECT round_id, uid FROM calendar_round"))
        return {
            uids[view.id]: view.starts_at
            for view in self.runtime.interviews.rounds()
            if view.starts_at is not None
        }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Radicale]:
    running = Radicale(tmp_path / "radicale").start()
    yield running
    running.stop()


@pytest.fixture
def office(tmp_path: Path, server: Radicale) -> Office:
    return Office(tmp_path, server)


def until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Wait for something that another process or thread does; return how long that took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, f"{what} within {seconds} s"
        time.sleep(0.01)
    return time.monotonic() - start


# --- finding and choosing ------------------------------------------------------------------------------------------


def test_calendars_are_found_and_told_apart(server: Radicale) -> None:
    server.make_calendar("work", "Work")
    server.make_calendar("family", "Fämily")
    server.make_calendar("todo", "Tasks", "VTODO")
    found = find_calendars(server.address, USER, PASSWORD)
    assert {one.name for one in found} == {"Work", "Fämily"}
    (itself,) = find_calendars(server.calendar("family"), USER, PASSWORD)
    assert (itself.name, itself.address) == ("Fämily", server.calendar("family"))


def test_what_stands_in_the_way_of_finding_is_told(server: Radicale) -> None:
    with pytest.raises(Refused, match="name or the password"):
        find_calendars(server.address, USER, "wrong")
    with pytest.raises(Refused, match="no calendar"):
        find_calendars(server.address, USER, PASSWORD)
    with pytest.raises(Temporary, match="does not answer"):
        find_calendars("http://127.0.0.1:9/", USER, PASSWORD)
    with pytest.raises(UsageError, match="password readable"):
        find_calendars("http://calendar.example.com/", USER, PASSWORD)
    with pytest.raises(UsageError, match="holds a name"):
        find_calendars("https://ada:engine@calendar.example.com/", USER, PASSWORD)


# --- in time -------------------------------------------------------------------------------------------------------


async def test_booking_in_the_app_reaches_the_calendar_within_a_second(office: Office) -> None:
    """As in the app: its own scheduler and thread, the libraries imported at its start."""
    await asyncio.to_thread(import_libraries)
    office.rounds(1)
    office.sync()
    scheduler = ReminderScheduler(
        office.runtime.home,
        office.runtime.subjects.describe,
        [],
        office.runtime.clock,
        role="app",
        chores=[office.runtime.calendar_chore],
    )
    await scheduler.start()
    try:
        took = []
        for hours in range(5):
            start = time.monotonic()
            booked = await asyncio.to_thread(
                office.runtime.rounds.book, 1, {"stage": "Call", "starts_at": SOON + (50 + hours) * HOUR}
            )
            at = booked.round.starts_at
            while at not in office.there().values():
                await asyncio.sleep(0.01)
                assert time.monotonic() - start < 10
            took.append(time.monotonic() - start)
    finally:
        await scheduler.stop()
    assert min(took) <= 1, took  # the others tell how busy the machine is


def test_five_hundred_rounds_are_there_within_twenty_seconds_with_progress(office: Office) -> None:
    office.rounds(500)
    told: list[int] = []
    before = time.process_time() + office.server.seconds()
    report = office.sync(progress=lambda one: told.append(one.done))
    # What both processes worked, so that a busy machine says nothing about it: one core would have done it in that.
    took = time.process_time() + office.server.seconds() - before
    assert (report.state, report.sent, report.waiting) == ("fine", 500, 0)
    assert office.there() == office.here()
    assert told == list(range(1, 501))
    assert took <= 20, took
    again = office.sync(look=True)
    assert (again.sent, again.noticed) == (0, 0)


# --- faults --------------------------------------------------------------------------------------------------------


def test_a_server_that_dies_in_the_middle_of_two_hundred_and_comes_back(office: Office) -> None:
    office.rounds(200)
    done = threading.Event()

    def kill() -> None:
        until(lambda: len(office.server.files()) > 60, 60, "sixty events")
        office.server.kill()
        done.set()

    killer = threading.Thread(target=kill)
    killer.start()
    report = office.sync()
    killer.join()
    assert done.is_set()
    assert report.state == "waiting"
    assert "does not answer" in report.reason
    assert report.sent + report.waiting == 200
    for number in range(1, 200, 20):
        office.runtime.rounds.move(number, SOON + 30 * DAY + number * HOUR)
    assert office.sync().state == "waiting"
    office.server.start()
    last = office.sync()
    assert (last.state, last.waiting, last.noticed, last.failed) == ("fine", 0, 0, 0)
    assert office.there() == office.here()


def test_killed_fifty_times_between_a_request_and_its_record(office: Office) -> None:
    """Between the kills rounds are moved and deleted; afterwards each is there once, with its latest time."""
    draw = random.Random(7)
    numbers = office.rounds(12)
    import_libraries()
    killed: Counter[str] = Counter()
    moves = 0
    while killed.total() < 50:
        for number in draw.sample(numbers, 2):
            moves += 1
            office.runtime.rounds.move(number, SOON + moves * HOUR)
        if len(numbers) > 8 and draw.random() < 0.1:
            office.runtime.rounds.delete([numbers.pop()])
        office.runtime.close()
        step = killed_once(office.home, lambda one: CalDav(one.calendar, USER, PASSWORD), draw)
        if step:
            killed[step] += 1
    report = office.sync(look=True)
    assert (report.state, report.waiting, report.noticed, report.failed) == ("fine", 0, 0, 0)
    assert office.there() == office.here()
    assert len(killed) == 4, killed


def test_a_calendar_that_vanished_is_told_and_nothing_is_lost(office: Office) -> None:
    office.rounds(3)
    office.sync()
    office.server.request("DELETE", office.url)
    office.runtime.rounds.move(1, SOON + 9 * DAY)
    report = office.sync()
    assert report.state == "vanished"
    assert "not there any more" in report.reason
    assert len(office.runtime.interviews.rounds()) == 3
    assert office.sync(look=True).state == "vanished"
    office.server.make_calendar()
    office.runtime.calendars.retry()
    # The calendar is back and empty: what was in it is gone there, and that is not decided over the person's head.
    assert office.sync(look=True).noticed >= 1


def test_a_password_that_was_changed_waits_for_the_person(office: Office) -> None:
    office.rounds(1)
    office.server.kill()
    (office.server.folder / "users").write_text(f"{USER}:another\n")
    office.server.start()
    assert office.sync().state == "refused"
    office.runtime.calendars.connect(
        "caldav",
        name="Home",
        address=office.server.address,
        username=USER,
        calendar=office.url,
        secret="another",
    )
    assert office.sync().sent == 1


def test_two_processes_at_once_make_one_event_each(office: Office) -> None:
    office.rounds(40)
    others = [office.fresh() for _ in range(3)]
    threads = [
        threading.Thread(target=lambda one=other: one.calendar_worker.run(office.account.id))
        for other in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    office.sync()
    assert office.there() == office.here()


def test_changes_made_by_another_program_are_noticed_by_their_etags(office: Office) -> None:
    numbers = office.rounds(3)
    office.sync(look=True)
    files = office.server.files()
    changed, removed = list(files)[:2]
    office.server.change(changed, "SUMMARY:Technical", "SUMMARY:Moved by phone\\, technical")
    office.server.request("DELETE", office.url + removed)
    assert office.sync(look=True).noticed == 2
    states = Counter(one.state for one in office.runtime.calendar_differences.list())
    assert states == {"changed_there": 1, "removed_there": 1}
    for number in numbers:
        office.runtime.rounds.move(number, SOON + 20 * DAY + number * HOUR)
    office.sync()
    assert "Moved by phone" in office.server.files()[changed]
    assert removed not in office.server.files()


def test_an_invitation_that_the_mail_program_put_there_is_not_doubled(office: Office) -> None:
    (number,) = office.rounds(1)
    with office.runtime.reader.connection() as connection:
        ((uid,),) = connection.execute("SELECT uid FROM calendar_round").fetchall()
    foreign = (
        office.runtime.calendar_files.export(1, [number]).decode().replace("SUMMARY:", "SUMMARY:Invitation: ")
    )
    status, _ = office.server.request("PUT", office.url + "from-the-mail-program.ics", foreign)
    assert status == 201
    report = office.sync()
    assert (report.state, report.noticed, report.failed) == ("fine", 0, 0)
    assert list(office.there()) == [uid]
    office.runtime.rounds.delete([number])
    office.sync()
    assert list(office.there()) == [uid]


def test_what_the_server_does_not_take_names_its_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.rounds(2)
    monkeypatch.setattr("jobcopilot.calendars.caldav_calendar.to_ics", lambda _events: b"this is no calendar")
    report = office.sync()
    assert (report.failed, report.state) == (2, "fine")
    (status,) = office.runtime.calendars.status()
    assert status.failed == 2
    assert "400" in office.runtime.calendars.failures(office.account.id)[0].reason
    monkeypatch.undo()
    office.runtime.calendars.retry()
    assert office.sync().sent == 2
