"""The outbox: one entry a round and account, written in the transaction of the change, carried out once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jobcopilot.calendars.port import Facts, Locked, Permanent, Refused, Temporary, Vanished
from jobcopilot.calendars.worker import LONGEST_RETRY, pause_after
from jobcopilot.database.file_lock import held
from jobcopilot.errors import NotFound, StorageError
from jobcopilot.settings import save_setting
from tests.fakes.calendar_desk import DAY, Desk, copied_pipeline
from tests.fakes.interviews import NOON


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(copied_pipeline(tmp_path))


# --- what a change leaves ---------------------------------------------------------------------------------------


def test_booking_moving_cancelling_and_deleting_reach_the_calendar(desk: Desk) -> None:
    number = desk.book()
    assert desk.waits() == [(number, 1)]
    assert desk.states(number) == ["waiting"]
    assert desk.sync().sent == 1
    assert desk.facts(number).starts_at == NOON + DAY
    assert desk.states(number) == ["in_sync"]

    desk.runtime.rounds.move(number, NOON + 2 * DAY)
    assert desk.sync().sent == 1
    assert desk.facts(number).starts_at == NOON + 2 * DAY

    desk.runtime.rounds.cancel(number)
    desk.sync()
    assert desk.facts(number).status == "cancelled"

    desk.runtime.rounds.delete([number])
    assert desk.sync().removed == 1
    assert desk.calendar.events == {}
    assert desk.states(number) == []


def test_the_uid_stays_and_the_sequence_grows(desk: Desk) -> None:
    number = desk.book()
    uid = desk.uid(number)
    desk.sync()
    sequences = [desk.calendar.events[uid][2]]
    for days in (2, 3, 4):
        desk.runtime.rounds.move(number, NOON + days * DAY)
        desk.sync()
        sequences.append(desk.calendar.events[uid][2])
    assert desk.uid(number) == uid
    assert sequences == sorted(set(sequences))


def test_entries_of_one_round_are_merged_and_only_the_last_state_is_sent(desk: Desk) -> None:
    number = desk.book()
    for days in range(2, 9):
        desk.runtime.rounds.move(number, NOON + days * DAY)
    assert [round_id for round_id, _ in desk.waits()] == [number]
    desk.sync()
    assert desk.calendar.asked.count(("put", desk.uid(number))) == 1
    assert desk.facts(number).starts_at == NOON + 8 * DAY


def test_what_was_booked_and_deleted_before_a_sync_is_never_sent(desk: Desk) -> None:
    number = desk.book()
    desk.runtime.rounds.delete([number])
    report = desk.sync()
    assert (report.sent, report.removed, desk.waits()) == (0, 0, [])
    assert not [what for what, _ in desk.calendar.asked if what == "put"]


def test_entries_leave_in_the_order_in_which_they_were_asked_for(desk: Desk) -> None:
    first, second = desk.book(), desk.book(2)
    desk.sync()
    desk.pipeline.later(minutes=1)
    desk.runtime.rounds.move(second, NOON + 5 * DAY)
    desk.pipeline.later(minutes=1)
    desk.runtime.rounds.move(first, NOON + 6 * DAY)
    desk.calendar.asked.clear()
    desk.sync()
    assert [uid for what, uid in desk.calendar.asked if what == "put"] == [desk.uid(second), desk.uid(first)]


def test_the_entry_goes_with_the_transaction_that_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = desk.book()
    desk.sync()

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("jobcopilot.jobs.journal.Journal.close", full)
    with pytest.raises(OSError, match="full"):
        desk.runtime.rounds.move(number, NOON + 3 * DAY)
    assert desk.waits() == []
    assert desk.runtime.interviews.round(number).starts_at == NOON + DAY


def test_undo_of_a_move_and_of_a_deletion_follow_too(desk: Desk) -> None:
    number = desk.book()
    desk.sync()
    desk.runtime.rounds.move(number, NOON + 3 * DAY)
    desk.runtime.history.undo()
    desk.sync()
    assert desk.facts(number).starts_at == NOON + DAY
    desk.runtime.rounds.delete([number])
    desk.sync()
    desk.runtime.history.undo()
    desk.sync()
    assert desk.facts(number).starts_at == NOON + DAY


def test_deleting_the_job_takes_its_rounds_out_and_undo_brings_them_back(desk: Desk) -> None:
    job = desk.pipeline.job()
    number = desk.book(job=job)
    desk.sync()
    desk.runtime.jobs.delete([job])
    assert desk.sync().removed == 1
    desk.runtime.history.undo()
    assert desk.sync().sent == 1
    assert desk.uid(number) in desk.calendar.events


def test_what_no_calendar_shows_leaves_no_entry(desk: Desk) -> None:
    number = desk.book()
    desk.sync()
    desk.runtime.rounds.edit(number, {"notes": "They asked about salaries."})
    task = desk.runtime.interviews.tasks(number)[0]
    desk.runtime.tasks.done(task.id)
    assert desk.waits() == []


def test_notes_never_reach_a_calendar_that_others_may_read(desk: Desk) -> None:
    number = desk.book(notes="Minimum pay: 90,000", contacts=["Grace Hopper <grace@acme.com>"])
    desk.sync()
    assert "90,000" not in desk.facts(number).description
    assert "Grace Hopper" in desk.facts(number).description


def test_a_contact_that_is_renamed_and_other_reminders_are_sent_again(desk: Desk) -> None:
    number = desk.book(contacts=["Grace"])
    desk.sync()
    person = desk.runtime.interviews.contacts()[0]
    desk.runtime.contacts.edit(person.id, {"name": "Grace Hopper"})
    desk.sync()
    assert "With Grace Hopper" in desk.facts(number).description
    save_setting(desk.runtime.home.settings_file, "interviews.remind_minutes", [30])
    desk.runtime.follow_interview_settings()
    assert desk.waits() == [(number, 1)]


def test_a_round_without_a_time_waits_for_one_and_leaves_when_it_loses_it(desk: Desk) -> None:
    job = desk.pipeline.job()
    number = desk.runtime.rounds.book(job, {"stage": "Panel"}).round.id
    assert desk.waits() == []
    desk.runtime.rounds.move(number, NOON + DAY)
    desk.sync()
    assert desk.uid(number) in desk.calendar.events
    desk.runtime.rounds.edit(number, {"starts_at": None, "status": "pending"})
    assert desk.sync().removed == 1


def test_connecting_takes_in_the_rounds_of_before(tmp_path: Path) -> None:
    pipeline = copied_pipeline(tmp_path)
    job = pipeline.job()
    for days in range(3):
        pipeline.runtime.rounds.book(job, {"stage": "Call", "starts_at": NOON + days * DAY})
    pipeline.runtime.rounds.book(job, {"stage": "Later"})
    desk = Desk(pipeline)
    assert desk.sync().sent == 3
    assert desk.sync().sent == 0


# --- what may go wrong -----------------------------------------------------------------------------------------


def failing(fault: Exception, times: int = 1, what: str = "put") -> Callable[[str, str], None]:
    left = [times]

    def act(asked: str, _uid: str) -> None:
        if asked == what and left[0]:
            left[0] -= 1
            raise fault

    return act


def test_a_request_without_an_answer_is_looked_after_before_it_is_made_again(desk: Desk) -> None:
    number = desk.book()
    desk.calendar.after = failing(Temporary("no answer"))
    assert desk.sync().state == "waiting"
    assert desk.uid(number) in desk.calendar.events  # it had arrived
    desk.calendar.asked.clear()
    desk.pipeline.later(seconds=5)
    report = desk.sync()
    assert (report.state, report.waiting, report.noticed) == ("fine", 0, 0)
    assert desk.calendar.asked[0] == ("fetch", desk.uid(number))
    assert desk.states(number) == ["in_sync"]


def test_a_round_that_moved_while_its_request_was_uncertain_ends_with_the_latest_time(desk: Desk) -> None:
    number = desk.book()
    desk.calendar.after = failing(Temporary("no answer"), times=3)
    for days in (2, 3, 4):
        desk.sync()
        desk.runtime.rounds.move(number, NOON + days * DAY)
        desk.pipeline.later(minutes=1)
    assert desk.sync().noticed == 0
    assert desk.facts(number).starts_at == NOON + 4 * DAY
    assert len(desk.calendar.events) == 1


@pytest.mark.parametrize("what", ["put", "remove"])
def test_a_request_that_never_arrived_is_made_again(desk: Desk, what: str) -> None:
    number = desk.book()
    if what == "remove":
        desk.sync()
        desk.runtime.rounds.delete([number])
    desk.calendar.before = failing(Temporary("no connection"), what=what)
    desk.sync()
    desk.pipeline.later(seconds=5)
    assert desk.sync().state == "fine"
    assert len(desk.calendar.events) == (what == "put")


def test_no_answer_makes_the_account_wait_longer_each_time_and_says_why(desk: Desk) -> None:
    desk.book()
    desk.calendar.before = failing(Temporary("The calendar does not answer", "no connection"), times=9)
    pauses = []
    for _ in range(4):
        desk.sync()
        account = desk.state()
        assert account.next_attempt is not None
        pauses.append((account.next_attempt - desk.pipeline.clock.now()).total_seconds())
        desk.pipeline.later(hours=1)
    assert account.state == "waiting"
    assert "no connection" in account.reason
    assert [0.7 * 2**n <= pause <= 1.3 * 2**n for n, pause in enumerate(pauses)] == [True] * 4


def test_a_wish_to_be_left_alone_is_obeyed_and_pauses_have_an_end() -> None:
    assert pause_after(1, 3600).total_seconds() == 3600
    assert pause_after(40).total_seconds() <= LONGEST_RETRY * 1.25
    assert pause_after(1, 10**9).total_seconds() == 24 * 3600
    assert len({pause_after(3) for _ in range(20)}) > 1  # spread


def test_one_round_that_is_not_taken_holds_up_no_other_until_retry_or_a_change(desk: Desk) -> None:
    bad, good = desk.book(), desk.book(2)
    uid = desk.uid(bad)

    def refuses(what: str, asked: str) -> None:
        if what == "put" and asked == uid:
            raise Permanent("not taken", "the server answered 400")

    desk.calendar.before = refuses
    report = desk.sync()
    assert (report.sent, report.failed, report.state) == (1, 1, "fine")
    assert desk.states(bad) == ["failed"]
    assert "400" in desk.runtime.calendars.of_round(bad)[0].reason
    assert desk.states(good) == ["in_sync"]
    desk.calendar.asked.clear()
    assert desk.sync(look=False).failed == 0  # not asked again by itself
    desk.calendar.before = lambda _what, _uid: None
    assert desk.runtime.calendars.retry() == 1
    assert desk.sync().sent == 1
    assert desk.states(bad) == ["in_sync"]


def test_one_answer_of_a_broken_server_lets_the_others_through_and_three_do_not(desk: Desk) -> None:
    rounds = [desk.book(days) for days in range(1, 7)]
    desk.calendar.before = failing(Temporary("broken", "500", answered=True))
    report = desk.sync()
    assert (report.sent, report.waiting, report.state) == (5, 1, "fine")
    assert desk.states(rounds[0]) == ["waiting"]
    for number in rounds:
        desk.runtime.rounds.move(number, NOON + 9 * DAY)
    desk.calendar.before = failing(Temporary("broken", "500", answered=True), times=9)
    report = desk.sync()
    assert (report.sent, report.state) == (0, "waiting")


@pytest.mark.parametrize(
    ("fault", "state"),
    [(Refused("wrong password"), "refused"), (Vanished("gone"), "vanished"), (Locked("locked"), "locked")],
)
def test_what_waits_for_the_person_asks_nobody_until_then(desk: Desk, fault: Exception, state: str) -> None:
    desk.book()
    desk.calendar.before = failing(fault)
    assert desk.sync().state == state
    from jobcopilot.calendars.accounts import due

    with desk.runtime.reader.connection() as connection:
        now = int(desk.pipeline.later(minutes=1).timestamp() * 1000)
        assert due(connection, now) == []
    desk.runtime.calendars.retry()
    assert desk.sync().sent == 1
    assert desk.state().state == "fine"


def test_a_calendar_that_lets_nobody_look_is_asked_less_and_less_often(desk: Desk) -> None:
    """The answer is for good, but it is no interview's: the account waits, and does not ask without end."""
    number = desk.book()

    def refuse(what: str, _uid: str) -> None:
        if what == "changes":
            raise Permanent("It answered 405")

    desk.calendar.before = refuse
    pauses = []
    for _ in range(4):
        assert desk.sync().state == "waiting"
        following = desk.state().next_attempt
        assert following is not None
        pauses.append((following - desk.pipeline.clock.moment).total_seconds())
        desk.pipeline.clock.moment = following
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 4
    assert desk.states(number) == ["in_sync"]


def test_a_removal_that_meets_a_change_twice_waits_for_the_person(desk: Desk) -> None:
    """A server that rewrites what it holds whenever it is asked ends no run with a fault."""
    number = desk.book()
    desk.sync()
    uid = desk.uid(number)
    desk.runtime.rounds.delete([number])
    desk.calendar.before = lambda what, _uid: desk.calendar.change(uid) if what == "remove" else None
    report = desk.sync()
    assert (report.state, report.noticed, report.removed) == ("fine", 1, 0)
    assert uid in desk.calendar.events
    assert desk.states(number) == ["conflict"]


def test_a_locked_vault_lets_the_sync_wait_and_says_so(desk: Desk) -> None:
    desk.book()
    del desk.runtime.__dict__["calendar_of"]
    desk.vault.locked = True
    report = desk.sync()
    assert (report.state, report.waiting) == ("locked", 1)
    assert "locked" in desk.state().reason
    desk.vault.locked = False
    desk.vault.kept.clear()
    desk.runtime.calendars.retry()
    assert desk.sync().state == "refused"  # a password that is gone is not waited for


def test_a_second_process_leaves_an_account_alone_that_one_is_busy_with(desk: Desk) -> None:
    desk.book()
    with held(desk.runtime.home.data / "running" / f"account-{desk.account.id}.busy", wait=False) as alone:
        assert alone
        assert desk.sync().state == "busy"
    assert desk.calendar.asked == []
    assert desk.sync().sent == 1


def test_a_stop_ends_between_two_rounds_and_the_rest_waits(desk: Desk) -> None:
    for days in range(1, 6):
        desk.book(days)
    stop = threading.Event()
    desk.calendar.after = lambda _what, _uid: stop.set()
    report = desk.sync(stop=stop)
    assert (report.sent, report.waiting) == (1, 4)
    desk.calendar.after = lambda _what, _uid: None
    assert desk.sync().sent == 4


def test_many_are_sent_over_several_connections_with_progress(desk: Desk) -> None:
    job = desk.pipeline.job()
    numbers = [desk.book(days, job) for days in range(1, 41)]
    told: list[tuple[int, int]] = []
    report = desk.sync(progress=lambda one: told.append((one.done, one.total)))
    assert report.sent == len(numbers)
    assert told == [(done, 40) for done in range(1, 41)]
    assert desk.calendar.closed > 1
    assert len(desk.calendar.events) == 40


def test_a_fault_on_one_of_several_connections_ends_the_run_in_words(desk: Desk) -> None:
    job = desk.pipeline.job()
    for days in range(1, 41):
        desk.book(days, job)
    count = [0]

    def tires(what: str, _uid: str) -> None:
        count[0] += what == "put"
        if count[0] > 20:
            raise Temporary("The calendar does not answer")

    desk.calendar.before = tires
    report = desk.sync()
    assert report.state == "waiting"
    assert report.sent + report.waiting == 40
    assert report.sent >= 17


def test_an_account_that_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(NotFound, match="calendar"):
        desk.runtime.calendar_worker.run(99)
    with pytest.raises(NotFound):
        desk.runtime.calendars.named("nowhere")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="running"), held(tmp_path / "file" / "x.busy", wait=False):
        pass


# --- accounts --------------------------------------------------------------------------------------------------


def test_the_password_is_in_the_vault_and_nowhere_else(desk: Desk) -> None:
    assert list(desk.vault.kept.values()) == ["engine"]
    assert b"engine" not in desk.runtime.home.database.read_bytes()
    gone = desk.runtime.calendars.disconnect(desk.account.id)
    assert gone.name == "Home"
    assert desk.vault.kept == {}
    assert desk.pipeline.rows("SELECT * FROM calendar_item") == []


def test_connecting_again_replaces_the_password_and_lets_it_try(desk: Desk) -> None:
    desk.book()
    desk.calendar.before = failing(Refused("wrong password"))
    desk.sync()
    again = desk.runtime.calendars.connect("caldav", name="Home", secret="difference")
    assert (again.id, again.state) == (desk.account.id, "fine")
    assert list(desk.vault.kept.values()) == ["difference"]
    assert desk.sync().sent == 1


def test_the_same_calendar_by_another_address_of_its_server_is_no_second_one(desk: Desk) -> None:
    connect = desk.runtime.calendars.connect
    first = connect(
        "caldav", address="https://dav.example/", calendar="https://dav.example/ada/work/", secret="a"
    )
    second = connect(
        "caldav", address="https://dav.example/ada/", calendar="https://dav.example/ada/work/", secret="b"
    )
    assert (second.id, second.address) == (first.id, "https://dav.example/ada/")
    assert desk.vault.get(first.secret) == "b"
    other = connect("caldav", address="https://dav.example/", calendar="https://dav.example/ada/home/")
    assert other.id != first.id
    mine = connect("google", address="ada@example.com", calendar="primary", secret="c")
    assert connect("google", address="eva@example.com", calendar="primary", secret="d").id != mine.id


def test_disconnecting_may_take_the_events_along_but_no_foreign_one(desk: Desk) -> None:
    desk.book()
    desk.sync()
    desk.calendar.events["dentist"] = (Facts(NOON, NOON + DAY, "Dentist"), "x", 0)
    assert desk.runtime.calendars.empty(desk.account.id, desk.calendar) == 1
    assert list(desk.calendar.events) == ["dentist"]


def test_reconnecting_finds_its_own_events_and_makes_no_second_ones(desk: Desk) -> None:
    number = desk.book()
    desk.sync()
    desk.runtime.calendars.disconnect(desk.account.id)
    desk.account = desk.runtime.calendars.connect("caldav", name="Home", secret="engine")
    report = desk.sync()
    assert (report.noticed, report.waiting, len(desk.calendar.events)) == (0, 0, 1)
    assert desk.states(number) == ["in_sync"]


def test_status_counts_and_names_follow(desk: Desk) -> None:
    desk.book()
    second = desk.runtime.calendars.connect("caldav", name="Home", calendar="/other/", secret="x")
    assert second.name == "Home 2"
    first, other = desk.runtime.calendars.status()
    assert (first.waiting, first.in_sync, other.waiting) == (1, False, 1)
    desk.sync()
    assert desk.runtime.calendars.status()[0].in_sync
    assert desk.runtime.calendars.named("home 2").id == second.id
