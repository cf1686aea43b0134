"""From due to told: what happens at each step, when each of them fails."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jobcopilot.clock import FixedClock
from jobcopilot.database.moments import from_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import JobcopilotError
from jobcopilot.paths import Home
from jobcopilot.reminders import due
from jobcopilot.reminders.delivery import Delivery
from jobcopilot.reminders.inbox import ReminderLists, mark_seen, snooze
from jobcopilot.reminders.presence import Presence
from jobcopilot.reminders.quiet import LOOK_AGAIN, Preferences, QuietHours
from jobcopilot.reminders.subjects import Subjects
from jobcopilot.reminders.views import DAY_BEFORE, HOURS_BEFORE, Counts, Described, Message, Subject
from tests.fakes.desktop import FakeDesktop, fresh_home, put_reminders, rows

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class _Stage:
    """One process's delivery with everything around it in the test's hand."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.clock = FixedClock(NOW)
        self.desktop = FakeDesktop()
        self.terminal = FakeDesktop("terminal")
        self.described: Callable[[Subject], Described | None] = lambda subject: Described(
            f"Subject {subject.id}"
        )
        self.preferences = Preferences()
        self.presence = Presence(home.data / "running", "app")
        self.presence.enter()
        self.delivery = Delivery(
            home.database,
            self.presence,
            self._describe,
            [self.desktop, self.terminal],
            self.clock,
            preferences=lambda: self.preferences,
        )
        self.lists = ReminderLists(Reader(home.database), 1)

    def _describe(self, subject: Subject) -> Described | None:
        return self.described(subject)

    def put(self, *dues: datetime, kind: str = "custom") -> None:
        put_reminders(self.home.database, list(dues), kind=kind)

    def rows(self, columns: str = "status") -> list[tuple[object, ...]]:
        return rows(self.home.database, columns)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[_Stage]:
    made = _Stage(fresh_home(tmp_path))
    yield made
    await made.delivery.stop()
    made.presence.leave()


async def test_what_is_due_is_told_once_and_what_is_not_waits(stage: _Stage) -> None:
    stage.put(NOW, NOW - MINUTE / 2, NOW + HOUR)
    assert await stage.delivery.deliver_due() == Counts(sent=2)
    assert await stage.delivery.deliver_due() == Counts()
    assert [message.reminder_id for message in stage.desktop.shown] == [2, 1]
    assert await stage.delivery.next_due() == NOW + HOUR
    assert not stage.terminal.shown, "the desktop answered"
    told = stage.lists.get(2)
    assert (told.status, told.title, told.channels, told.late, told.sent_at) == (
        "sent", "Subject 2", ("desktop",), False, NOW,
    )  # fmt: skip


async def test_late_is_told_and_kept(stage: _Stage) -> None:
    stage.described = lambda _: Described("Call", begins_at=NOW + 50 * MINUTE)
    stage.put(NOW - 70 * MINUTE)
    assert await stage.delivery.deliver_due() == Counts(sent=1, late=1)
    assert "comes late" in stage.desktop.shown[0].body
    assert stage.lists.inbox()[0].late


async def test_after_the_beginning_it_is_missed_shown_and_not_sent(stage: _Stage) -> None:
    stage.described = lambda _: Described("Call", begins_at=NOW)
    stage.put(NOW - 2 * HOUR, kind=HOURS_BEFORE)
    assert await stage.delivery.deliver_due() == Counts(missed=1)
    assert not stage.desktop.shown
    assert stage.lists.unseen() == 1
    assert stage.lists.inbox()[0].title == "Call: has begun"
    mark_seen(stage.home.database, 1, now=NOW)
    assert stage.lists.unseen() == 0


async def test_a_subject_that_is_gone_cancels(stage: _Stage) -> None:
    stage.described = lambda _: None
    stage.put(NOW)
    assert await stage.delivery.deliver_due() == Counts(cancelled=1)
    assert not stage.desktop.shown
    assert stage.lists.inbox() == []


async def test_refused_it_goes_to_the_terminal_and_keeps_why(stage: _Stage) -> None:
    stage.desktop.refuses = True
    stage.put(NOW)
    assert await stage.delivery.deliver_due() == Counts(sent=1)
    told = stage.lists.inbox()[0]
    assert told.channels == ("desktop", "terminal")
    assert "refused" in told.error


async def test_refused_everywhere_it_has_failed_and_comes_again_with_growing_pauses(stage: _Stage) -> None:
    stage.desktop.refuses = stage.terminal.refuses = True
    stage.put(NOW)
    pauses = []
    for attempt in range(1, 9):
        assert await stage.delivery.deliver_due() == Counts(failed=1)
        assert await stage.delivery.deliver_due() == Counts(), "not before the pause is over"
        ((status, attempts, following),) = stage.rows("status, attempts, next_attempt")
        assert (status, attempts) == ("failed", attempt)
        assert isinstance(following, int)
        pauses.append(from_milliseconds(following) - stage.clock.moment)
        stage.clock.moment = from_milliseconds(following)
    assert [pause.total_seconds() for pause in pauses] == [5, 10, 20, 40, 80, 160, 300, 300]
    assert stage.lists.unseen() == 0, "it is still tried"
    stage.desktop.refuses = False
    assert await stage.delivery.deliver_due() == Counts(sent=1, late=1)


async def test_one_without_an_end_is_given_up_after_a_day_and_shown(stage: _Stage) -> None:
    stage.desktop.refuses = stage.terminal.refuses = True
    stage.put(NOW)
    with sqlite3.connect(stage.home.database) as connection:
        connection.execute("UPDATE reminder SET attempts = ?", (due.ATTEMPTS - 1,))
    await stage.delivery.deliver_due()
    assert stage.rows("status, next_attempt") == [("failed", None)]
    assert stage.lists.unseen() == 1


async def test_one_that_cannot_be_sent_before_the_beginning_becomes_missed(stage: _Stage) -> None:
    stage.desktop.refuses = stage.terminal.refuses = True
    begins = NOW + timedelta(seconds=8)
    stage.described = lambda _: Described("Call", begins_at=begins)
    stage.put(NOW)
    moments = []
    while (following := await stage.delivery.next_due()) is not None:
        stage.clock.moment = following
        moments.append((following - NOW).total_seconds())
        await stage.delivery.deliver_due()
    assert moments == [0, 5, 8]
    assert stage.rows("status, attempts") == [("missed", 2)]


async def test_one_broken_subject_stops_no_other(stage: _Stage) -> None:
    def describe(subject: Subject) -> Described:
        if subject.id == 1:
            raise KeyError("a fault of another room")
        if subject.id == 2:
            raise JobcopilotError("The database is busy")
        return Described("Fine")

    stage.described = describe
    stage.put(NOW, NOW, NOW)
    assert await stage.delivery.deliver_due() == Counts(sent=1, failed=2)
    assert stage.rows("status, error")[0] == ("failed", "round 1 could not be read: KeyError")


async def test_a_kind_that_this_version_does_not_know_waits(stage: _Stage) -> None:
    stage.described = Subjects({}).describe
    stage.put(NOW)
    assert await stage.delivery.deliver_due() == Counts(failed=1)
    assert "not known here" in stage.lists.coming()[0].error
    stage.described = Subjects({"round": lambda number: Described(f"Round {number}")}).describe
    stage.clock.moment += MINUTE
    assert await stage.delivery.deliver_due() == Counts(sent=1)


async def test_a_channel_that_breaks_counts_as_a_failure(stage: _Stage) -> None:
    def explode(message: Message) -> None:
        raise OSError("the platform's own error")

    stage.desktop.before = explode
    stage.put(NOW)
    assert await stage.delivery.deliver_due() == Counts(sent=1)
    assert stage.lists.inbox()[0].channels == ("desktop", "terminal")


async def test_moved_while_it_is_made_ready_it_is_not_sent(stage: _Stage) -> None:
    def describe_late(subject: Subject) -> Described:
        with sqlite3.connect(stage.home.database) as connection:
            connection.execute(
                "UPDATE reminder SET status = 'cancelled', next_attempt = NULL, claimed_by = NULL, lease_until = NULL"
            )
        return Described("Moved meanwhile")

    stage.described = describe_late
    stage.put(NOW)
    assert await stage.delivery.deliver_due() == Counts()
    assert not stage.desktop.shown
    assert stage.rows() == [("cancelled",)]


async def test_cancelled_while_it_is_shown_it_stays_cancelled(stage: _Stage) -> None:
    def cancel(message: Message) -> None:
        with sqlite3.connect(stage.home.database) as connection:
            connection.execute(
                "UPDATE reminder SET status = 'cancelled', next_attempt = NULL, claimed_by = NULL, lease_until = NULL"
            )

    stage.desktop.before = cancel
    stage.put(NOW)
    await stage.delivery.deliver_due()
    assert stage.rows("status, claimed_by") == [("cancelled", None)]


async def test_a_full_disk_at_the_status_write_brings_nothing_twice(stage: _Stage) -> None:
    # So many rows that the words that were told need another page.
    stage.put(NOW, NOW, *[NOW + HOUR] * 60)
    stage.described = lambda subject: Described("x" * 100, lines=("y" * 160,) * 8)
    connection = stage.delivery.claims._opened.connection()
    connection.execute("VACUUM")

    def fill_the_disk(message: Message) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    stage.desktop.before = fill_the_disk
    for _ in range(4):
        with pytest.raises(sqlite3.OperationalError, match="full"):
            await stage.delivery.deliver_due()
    assert len(stage.desktop.shown) == stage.delivery.unrecorded == 1, "what was shown is not shown again"
    stage.desktop.before = lambda message: None
    connection.execute("PRAGMA max_page_count = 1000000")
    assert await stage.delivery.deliver_due() == Counts(sent=2)
    assert [message.reminder_id for message in stage.desktop.shown] == [1, 2]
    assert stage.rows()[:2] == [("sent",), ("sent",)]


async def test_a_locked_database_delays_and_loses_nothing(
    stage: _Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "BUSY_MS", 50)
    stage.delivery.claims = due.Claims(stage.home.database, stage.presence)
    stage.put(NOW)
    holder = sqlite3.connect(stage.home.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await stage.delivery.deliver_due()
    assert not stage.desktop.shown
    holder.execute("COMMIT")
    stage.desktop.before = lambda message: holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await stage.delivery.deliver_due()
    assert len(stage.desktop.shown) == stage.delivery.unrecorded == 1
    holder.execute("COMMIT")
    holder.close()
    assert await stage.delivery.deliver_due() == Counts(sent=1)
    assert len(stage.desktop.shown) == 1


async def test_a_clean_end_writes_down_and_gives_back(stage: _Stage) -> None:
    stage.put(*[NOW] * 5)
    stage.desktop.before = lambda message: stage.delivery.claim_no_more()
    await stage.delivery.deliver_due()
    await stage.delivery.stop()
    assert [row[0] for row in stage.rows()] == ["sent", *["pending"] * 4]
    assert stage.rows("claimed_by") == [(None,)] * 5


async def test_quiet_hours_postpone_and_the_two_hour_reminder_may_break_them(stage: _Stage) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    stage.clock.local = berlin
    stage.preferences = Preferences(QuietHours(time(22), time(7)), two_hours_break_quiet=True)
    stage.clock.moment = datetime(2026, 11, 21, 5, 50, tzinfo=berlin)
    begins = stage.clock.moment + 2 * HOUR
    stage.described = lambda _: Described("Early call", begins_at=begins)
    stage.put(stage.clock.moment.astimezone(UTC), kind=HOURS_BEFORE)
    stage.put(stage.clock.moment.astimezone(UTC), kind="preparation")
    assert await stage.delivery.deliver_due() == Counts(sent=1, postponed=1)
    assert stage.desktop.shown[0].title == "Early call: in 2 h"
    following = await stage.delivery.next_due()
    assert following == stage.clock.moment + LOOK_AGAIN
    stage.clock.moment = datetime(2026, 11, 21, 6, 50, tzinfo=berlin)
    await stage.delivery.deliver_due()
    assert await stage.delivery.next_due() == datetime(2026, 11, 21, 7, tzinfo=berlin)
    stage.clock.moment = datetime(2026, 11, 21, 7, tzinfo=berlin)
    assert await stage.delivery.deliver_due() == Counts(sent=1, late=1)
    assert stage.rows("attempts") == [(1,), (1,)], "waiting for the morning is no attempt"


async def test_quiet_hours_without_exception_are_kept_to_the_letter(stage: _Stage) -> None:
    stage.preferences = Preferences(QuietHours(time(11), time(15)), two_hours_break_quiet=False)
    begins = NOW + 2 * HOUR
    stage.described = lambda _: Described("Call", begins_at=begins)
    stage.put(NOW, kind=HOURS_BEFORE)
    while (following := await stage.delivery.next_due()) is not None and following <= begins:
        stage.clock.moment = max(following, stage.clock.moment)
        await stage.delivery.deliver_due()
    assert not stage.desktop.shown
    assert stage.rows() == [("missed",)]


async def test_a_journey_wakes_what_waits_for_another_zones_morning(stage: _Stage) -> None:
    stage.preferences = Preferences(QuietHours(time(22), time(7)))
    stage.clock.local = ZoneInfo("Asia/Tokyo")
    stage.clock.moment = datetime(2026, 11, 20, 23, tzinfo=stage.clock.local)
    stage.put(stage.clock.now(), kind=DAY_BEFORE)
    assert await stage.delivery.deliver_due() == Counts(postponed=1)
    stage.clock.local = ZoneInfo("Europe/Berlin")
    stage.clock.moment += LOOK_AGAIN
    assert (await stage.delivery.deliver_due()).sent == 1


async def test_put_off_it_comes_again_and_is_not_late(stage: _Stage) -> None:
    stage.put(NOW)
    await stage.delivery.deliver_due()
    snooze(stage.home.database, 1, NOW + 10 * MINUTE, now=NOW)
    assert stage.lists.inbox()[0].status == "pending", "it stays in the inbox, with when it comes again"
    stage.clock.moment = NOW + 10 * MINUTE
    assert await stage.delivery.deliver_due() == Counts(sent=1)
    assert "late" not in stage.desktop.shown[1].body
    assert stage.lists.inbox()[0].sent_at == NOW + 10 * MINUTE


async def test_a_reminder_waits_for_no_event_loop(stage: _Stage) -> None:
    """While the database works on its thread, the loop goes on: the app stays awake."""
    stage.put(*[NOW] * 30)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await stage.delivery.deliver_due()
    ticking.cancel()
    assert ticks > 30
