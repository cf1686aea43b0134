"""Changes made in the other program: noticed, shown with both sides, settled by the person, never overwritten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from jobcopilot.calendars.port import Facts
from jobcopilot.errors import NotFound, UsageError
from tests.fakes.calendar_desk import DAY, Desk, copied_pipeline
from tests.fakes.interviews import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(copied_pipeline(tmp_path))


@pytest.fixture
def number(desk: Desk) -> int:
    """A round that calendar and database hold alike."""
    number = desk.book()
    desk.sync()
    return number


def test_a_move_in_the_other_program_is_offered_and_taken(desk: Desk, number: int) -> None:
    desk.calendar.change(desk.uid(number), starts_at=NOON + 2 * DAY, ends_at=NOON + 2 * DAY + 2 * HOUR)
    assert desk.sync(look=True).noticed == 1
    assert desk.states(number) == ["changed_there"]
    difference = desk.runtime.calendar_differences.of(number)
    assert difference.fields == ("starts_at", "ends_at")
    assert desk.runtime.interviews.round(number).starts_at == NOON + DAY  # only offered

    taken = desk.runtime.calendar_differences.take_theirs(difference)
    assert taken is not None
    assert (taken.starts_at, taken.minutes) == (NOON + 2 * DAY, 120)
    desk.sync(look=True)
    assert desk.states(number) == ["in_sync"]
    assert desk.facts(number).starts_at == NOON + 2 * DAY
    desk.runtime.history.undo()
    assert desk.runtime.interviews.round(number).starts_at == NOON + DAY


def test_keeping_mine_writes_it_over_theirs(desk: Desk, number: int) -> None:
    desk.calendar.change(desk.uid(number), starts_at=NOON + 2 * DAY, ends_at=NOON + 2 * DAY + HOUR)
    desk.sync(look=True)
    desk.runtime.calendar_differences.keep_mine(desk.runtime.calendar_differences.of(number))
    assert desk.sync().sent == 1
    assert desk.facts(number).starts_at == NOON + DAY
    assert desk.runtime.calendar_differences.list() == ()


@pytest.mark.parametrize("look", [True, False])
def test_a_change_on_both_sides_is_a_conflict_and_overwrites_nothing(
    desk: Desk, number: int, look: bool
) -> None:
    desk.calendar.change(desk.uid(number), starts_at=NOON + 2 * DAY, ends_at=NOON + 2 * DAY + HOUR)
    if look:
        desk.sync(look=True)
    desk.runtime.rounds.move(number, NOON + 3 * DAY)
    desk.sync()
    assert desk.states(number) == ["conflict"]
    difference = desk.runtime.calendar_differences.of(number)
    assert difference.ours is not None
    assert difference.theirs is not None
    assert (difference.ours.starts_at, difference.theirs.starts_at) == (NOON + 3 * DAY, NOON + 2 * DAY)
    assert desk.facts(number).starts_at == NOON + 2 * DAY
    desk.runtime.rounds.move(number, NOON + 4 * DAY)
    desk.sync()
    assert desk.facts(number).starts_at == NOON + 2 * DAY  # still theirs: nobody has settled it


def test_the_same_change_on_both_sides_is_no_conflict(desk: Desk, number: int) -> None:
    desk.calendar.change(desk.uid(number), starts_at=NOON + 2 * DAY, ends_at=NOON + 2 * DAY + HOUR)
    desk.runtime.rounds.move(number, NOON + 2 * DAY)
    assert desk.sync(look=True).noticed == 0
    assert desk.states(number) == ["in_sync"]


def test_a_server_that_only_rewrites_what_it_is_given_is_no_change(desk: Desk, number: int) -> None:
    desk.calendar.change(desk.uid(number), description=f"{desk.facts(number).description} \n")
    assert desk.sync(look=True).noticed == 0
    desk.calendar.change(desk.uid(number), summary=f" {desk.facts(number).summary}  ")
    desk.runtime.rounds.move(number, NOON + 3 * DAY)
    assert desk.sync().sent == 1
    assert desk.states(number) == ["in_sync"]


def test_words_written_there_become_notes_and_are_not_lost(desk: Desk, number: int) -> None:
    desk.calendar.change(
        desk.uid(number),
        description="Ask for Ada at the desk",
        location="Torstr. 1, Berlin",
        summary="The big one",
    )
    desk.sync(look=True)
    taken = desk.runtime.calendar_differences.take_theirs(desk.runtime.calendar_differences.of(number))
    assert taken is not None
    assert taken.place == "Torstr. 1, Berlin"
    assert "Ask for Ada at the desk" in taken.notes
    assert "The big one" in taken.notes
    desk.sync()
    assert desk.states(number) == ["in_sync"]


def test_a_cancellation_there_cancels_here_when_it_is_taken(desk: Desk, number: int) -> None:
    desk.calendar.change(desk.uid(number), status="cancelled")
    desk.sync(look=True)
    taken = desk.runtime.calendar_differences.take_theirs(desk.runtime.calendar_differences.of(number))
    assert taken is not None
    assert (taken.status, taken.notes) == ("canceled", "")


def test_a_removal_there_is_offered_and_cancels_when_it_is_taken(desk: Desk, number: int) -> None:
    desk.calendar.events.clear()
    assert desk.sync(look=True).noticed == 1
    assert desk.states(number) == ["removed_there"]
    taken = desk.runtime.calendar_differences.take_theirs(desk.runtime.calendar_differences.of(number))
    assert taken is not None
    assert taken.status == "canceled"
    desk.sync(look=True)
    assert desk.calendar.events == {}
    assert desk.waits() == []


def test_a_removal_there_is_put_back_when_mine_is_kept(desk: Desk, number: int) -> None:
    desk.calendar.events.clear()
    desk.sync(look=True)
    desk.runtime.calendar_differences.keep_mine(desk.runtime.calendar_differences.of(number))
    assert desk.sync().sent == 1
    assert desk.facts(number).starts_at == NOON + DAY


def test_what_is_past_may_be_cleared_away_there(desk: Desk, number: int) -> None:
    desk.pipeline.later(days=30)
    desk.calendar.events.clear()
    assert desk.sync(look=True).noticed == 0
    assert desk.runtime.calendar_differences.list() == ()


def test_cancelled_here_and_removed_there_agree(desk: Desk, number: int) -> None:
    desk.calendar.events.clear()
    desk.runtime.rounds.cancel(number)
    assert desk.sync(look=True).noticed == 0
    assert (desk.waits(), desk.calendar.events) == ([], {})


def test_deleted_here_and_changed_there_waits_for_the_person(desk: Desk, number: int) -> None:
    desk.calendar.change(desk.uid(number), starts_at=NOON + 2 * DAY)
    desk.runtime.rounds.delete([number])
    assert desk.sync().noticed == 1
    difference = desk.runtime.calendar_differences.of(number)
    assert (difference.ours, difference.state) == (None, "conflict")
    desk.runtime.calendar_differences.keep_mine(difference)
    assert desk.sync().removed == 1
    assert desk.calendar.events == {}


def test_what_cannot_be_an_interview_is_not_taken(desk: Desk, number: int) -> None:
    facts, _, sequence = desk.calendar.events[desk.uid(number)]
    desk.calendar.events[desk.uid(number)] = (None, "odd", sequence)  # type: ignore[assignment]
    desk.sync(look=True)
    difference = desk.runtime.calendar_differences.of(number)
    assert (difference.theirs, difference.gone) == (None, False)
    with pytest.raises(UsageError, match="cannot be an interview"):
        desk.runtime.calendar_differences.take_theirs(difference)
    desk.runtime.calendar_differences.keep_mine(difference)
    desk.sync()
    assert desk.facts(number) == facts


def test_an_invitation_that_the_calendar_holds_itself_is_left_alone(desk: Desk) -> None:
    number = desk.book()
    uid = desk.uid(number)
    theirs = Facts(NOON + DAY, NOON + DAY + HOUR, "Interview (from their calendar)", "Zoom")
    desk.calendar.events[uid] = (theirs, "i1", 0)
    desk.calendar.foreign.add(uid)
    report = desk.sync()
    assert (report.noticed, desk.states(number)) == (0, ["in_sync"])
    assert desk.calendar.events[uid] == (theirs, "i1", 0)

    desk.runtime.rounds.move(number, NOON + 2 * DAY)
    desk.sync()
    assert desk.states(number) == ["conflict"]
    assert desk.calendar.events[uid][0] == theirs
    desk.runtime.calendar_differences.keep_mine(desk.runtime.calendar_differences.of(number))
    desk.sync()
    assert desk.facts(number).starts_at == NOON + 2 * DAY


def test_what_does_not_differ_is_told(desk: Desk, number: int) -> None:
    with pytest.raises(NotFound, match="Nothing differs"):
        desk.runtime.calendar_differences.of(number)
