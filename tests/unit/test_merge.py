"""Making one job of two that are the same: nothing of either is lost, and it can be taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jobcopilot.errors import NotFound, UsageError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.reading.pay import stated_pay
from tests.fakes.board import DESCRIPTION, Board, make_board


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return make_board(tmp_path)


def test_the_kept_job_gets_what_it_lacks_and_keeps_what_it_has(board: Board) -> None:
    keep = board.add(place="Berlin", notes="mine", tags=("a",), posted_on=date(2026, 11, 1))
    other = board.jobs.add(
        JobDraft(
            "Data Engineer (m/f/d)",
            "Acme",
            place="Berlin, Germany",
            description=DESCRIPTION,
            address="https://acme.com/jobs/7",
            source="feed:acme",
            source_id="7",
            pay=stated_pay(90_000, 95_000, "EUR", "year"),
            posted_on=date(2026, 11, 9),
            deadline=date(2026, 12, 1),
            notes="theirs",
            tags=("b",),
            favourite=True,
        )
    )
    assert other.possible_duplicate_of == keep
    board.jobs.attach(other.job_id, "resume", b"cv", "cv.pdf")
    board.jobs.change([other.job_id], {"status": "applied"})
    board.jobs.merge(keep, other.job_id)
    assert board.live() == [keep]
    columns = "title, place, posted_on, notes, description, address, source, source_id, pay_minimum, deadline"
    assert board.rows(f"SELECT {columns} FROM job JOIN job_text ON job_id = id WHERE id = ?", keep) == [
        (
            "Data Engineer", "Berlin", "2026-11-01", "mine\n\ntheirs", DESCRIPTION, "https://acme.com/jobs/7",
            "feed:acme", "7", 90_000, "2026-12-01",
        )
    ]  # fmt: skip
    assert board.rows("SELECT status, reached, favourite FROM job WHERE id = ?", keep) == [("applied", 2, 1)]
    assert board.column(keep, "applied_description") == DESCRIPTION
    assert board.rows("SELECT tag FROM job_tag WHERE job_id = ? ORDER BY tag", keep) == [("a",), ("b",)]
    assert board.rows("SELECT job_id, name FROM job_document") == [(keep, "cv.pdf")]
    assert board.rows("SELECT rowid FROM job_search WHERE job_search MATCH 'fastapi'") == [(keep,)]
    board.check()


def test_both_histories_are_shown_and_a_merge_of_merges_shows_all(board: Board) -> None:
    one, two, three = (board.add(title) for title in ("Baker", "Nurse", "Pilot"))
    board.jobs.change([two], {"notes": "two"})
    board.jobs.merge(two, three)
    board.jobs.merge(one, two)
    events = board.history.events(one)
    assert {event.job_id for event in events} == {one, two, three}
    assert [event.id for event in events] == sorted((event.id for event in events), reverse=True)
    board.history.undo()
    assert {event.job_id for event in board.history.events(one)} == {one}


def test_undo_brings_both_back_as_they_were(board: Board) -> None:
    keep, other = board.add(notes="a"), board.add("Data Engineer (f/m/d)", notes="b", description=DESCRIPTION)
    third = board.add("Data Engineer (all genders)", "Acme GmbH")
    board.jobs.attach(other, "letter", b"dear", "letter.txt")
    assert board.column(third, "duplicate_of") == keep
    before = board.snapshot()
    board.jobs.merge(other, keep)
    assert board.column(third, "duplicate_of") == other
    merged = board.snapshot()
    board.history.undo()
    assert board.snapshot() == before
    board.history.undo(board.history.batches(1)[0].id)
    assert board.snapshot() == merged
    board.check()


def test_the_earlier_dates_and_the_further_status_win(board: Board) -> None:
    early, late = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC)
    keep = board.add(status="offer", applied_at=late)
    other = board.add("Nurse", status="rejected", applied_at=early, rejected_at=late, rejection_reason="why")
    board.jobs.merge(keep, other)
    assert board.rows(
        "SELECT status, reached, applied_at, rejected_at, rejection_reason FROM job WHERE id = ?", keep
    ) == [("offer", 4, early.timestamp() * 1000, late.timestamp() * 1000, "why")]


def test_notes_that_repeat_are_not_doubled(board: Board) -> None:
    keep, other = board.add(notes="call Ada on Monday"), board.add("Nurse", notes="call Ada")
    board.jobs.merge(keep, other)
    assert board.column(keep, "notes") == "call Ada on Monday"


def test_what_cannot_be_merged(board: Board) -> None:
    job, gone = board.add(), board.add("Nurse")
    board.jobs.delete([gone])
    with pytest.raises(UsageError, match="with itself"):
        board.jobs.merge(job, job)
    for other in (gone, 99):
        with pytest.raises(NotFound):
            board.jobs.merge(job, other)
    long = [board.add(f"Pilot {letter}", notes=letter * 150_000) for letter in "xy"]
    before = board.snapshot()
    with pytest.raises(UsageError, match="notes are too long"):
        board.jobs.merge(*long)
    assert board.snapshot() == before


def test_a_merged_posting_stays_merged_when_it_comes_in_again(board: Board) -> None:
    drafts = [
        JobDraft("Data Engineer", "Acme", place="Berlin", address="https://acme.com/jobs/1"),
        JobDraft("Data Engineer", "Acme", place="Berlin", address="https://acme.com/jobs/2"),
    ]
    board.intake.take_in(drafts, label="list.csv")
    keep, other = board.live()
    board.jobs.merge(keep, other)
    again = board.intake.take_in(reversed(drafts), label="list.csv")
    assert (again.added, again.updated, again.duplicates, again.deleted) == (0, 0, 2, 0)
    assert board.jobs.add(drafts[1]).job_id == keep
    assert board.live() == [keep]


def test_a_merge_keeps_the_tags_of_both_however_many(board: Board) -> None:
    one = board.add("Baker", tags=tuple(f"a{number:02}" for number in range(40)))
    two = board.add("Nurse", tags=tuple(f"b{number:02}" for number in range(40)))
    board.jobs.merge(one, two)
    assert len(board.rows("SELECT tag FROM job_tag WHERE job_id = ?", one)) == 80
    board.history.undo()
    assert len(board.rows("SELECT tag FROM job_tag WHERE job_id = ?", one)) == 40
    board.check()
