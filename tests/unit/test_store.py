"""Adding, changing and deleting jobs."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobcopilot.errors import BadInput, NotFound, StorageError, UsageError
from jobcopilot.jobs.changes import FIELDS
from jobcopilot.jobs.records import JOB_COLUMNS, TEXT_COLUMNS
from jobcopilot.jobs.tables import Job, JobText
from jobcopilot.jobs.views import JobDraft
from tests.fakes.board import DESCRIPTION, NOON, Board, make_board
from tests.hostile import HOSTILE


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return make_board(tmp_path)


def test_adding_reads_facts_pay_skills_and_match(board: Board) -> None:
    added = board.jobs.add(
        JobDraft("Senior Python Engineer", "Acme GmbH", place="Berlin", description=DESCRIPTION)
    )
    assert (added.outcome, added.possible_duplicate_of) == ("added", None)
    row = board.rows(
        "SELECT company_key, pay_minimum, pay_maximum, pay_currency, work_mode, match >= 70, level FROM job"
    )[0]
    assert row == ("acme", 80_000, 95_000, "EUR", "hybrid", 1, "high")
    skills = board.rows(
        "SELECT name FROM job_skill JOIN skill_name ON skill_name.id = skill_id ORDER BY name"
    )
    assert {"Python", "FastAPI", "PostgreSQL"} <= {name for (name,) in skills}
    assert board.rows("SELECT rowid FROM job_search WHERE job_search MATCH 'fastapi'") == [(added.job_id,)]
    board.check()


def test_title_and_company_are_needed(board: Board) -> None:
    for draft in (JobDraft("", "Acme"), JobDraft("Engineer", " \u200b ")):
        with pytest.raises(BadInput, match="title and a company"):
            board.jobs.add(draft)
    assert board.rows("SELECT count(*) FROM job") == [(0,)]
    assert board.history.batches() == ()


def test_every_column_is_followed_or_derived() -> None:
    """A new column must be put into the history, or here among those that need none."""
    derived = {
        "title_key", "company_key", "company_id", "address_key", "match", "level", "coverage", "match_rank",
    }  # fmt: skip
    when = {"created_at", "updated_at", "viewed_at", "deleted_at"}
    own = {"id", "profile_id"}
    assert set(Job.model_fields) == set(JOB_COLUMNS) | derived | when | own
    assert set(JobText.model_fields) == set(TEXT_COLUMNS) | {"job_id", "facts"}


def test_a_status_sets_its_dates_once_and_the_furthest_stage(board: Board) -> None:
    job = board.add(description="First text")
    board.jobs.change([job], {"status": "applied"})
    applied_at = board.column(job, "applied_at")
    assert applied_at == NOON.timestamp() * 1000
    board.later(days=1)
    board.jobs.change([job], {"description": "Second text", "status": "interviewed"})
    assert board.column(job, "applied_description") == "First text"
    board.jobs.change([job], {"status": "rejected", "rejection_reason": "no visa"})
    assert board.column(job, "reached") == 3
    assert board.column(job, "rejected_at") == board.clock.now().timestamp() * 1000
    board.later(days=1)
    board.jobs.change([job], {"status": "applied"})
    assert board.column(job, "applied_at") == applied_at
    assert board.column(job, "reached") == 3
    board.check()


def test_a_job_added_as_applied_was_applied_for_now(board: Board) -> None:
    job, other = board.add(status="applied"), board.add("Nurse", status="rejected")
    assert (board.column(job, "applied_at"), board.column(job, "reached")) == (NOON.timestamp() * 1000, 2)
    assert (board.column(other, "rejected_at"), board.column(other, "reached")) == (
        NOON.timestamp() * 1000,
        0,
    )


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("acme.com/jobs/1", "https://acme.com/jobs/1"), ("HTTPS://acme.com/1", "HTTPS://acme.com/1"),
        ("javascript:alert(1)", ""), ("file:///etc/passwd", ""), ("see the website", ""), ("mailto:a@b.example", ""),
    ],
)  # fmt: skip
def test_only_web_addresses_are_kept(board: Board, address: str, kept: str) -> None:
    assert board.column(board.add(address=address), "address") == kept


def test_created_never_changes_and_a_look_is_no_change(board: Board) -> None:
    job = board.add()
    board.later(hours=1)
    board.jobs.viewed(job)
    assert board.column(job, "updated_at") == board.column(job, "created_at")
    assert board.column(job, "viewed_at") == board.clock.now().timestamp() * 1000
    assert len(board.history.events(job)) == 1
    board.jobs.change([job], {"title": "Other"})
    assert board.column(job, "created_at") == NOON.timestamp() * 1000
    assert board.column(job, "updated_at") == board.clock.now().timestamp() * 1000


def test_changing_nothing_leaves_no_trace(board: Board) -> None:
    job = board.add(notes="mine")
    before = board.snapshot()
    board.later(hours=1)
    assert board.jobs.change([job], {"notes": "mine", "status": "new", "tags": []}) == 0
    assert len(board.history.batches()) == 1
    assert board.snapshot() == before
    assert board.column(job, "updated_at") == NOON.timestamp() * 1000


def test_one_change_of_many_jobs_is_one_batch(board: Board) -> None:
    jobs = [board.add(title) for title in ("Baker", "Nurse", "Pilot")]
    board.jobs.change(jobs[:1], {"status": "interested"})
    batch = board.jobs.change(jobs, {"status": "interested"})
    newest = board.history.batches(1)[0]
    assert (newest.id, newest.jobs) == (batch, 2)
    assert board.history.events(jobs[1])[0].before == {"status": "new"}


def test_an_unknown_or_deleted_job_changes_none(board: Board) -> None:
    job, gone = board.add("Baker"), board.add("Nurse")
    board.jobs.delete([gone])
    with pytest.raises(NotFound, match=r"was deleted.*Nurse"):
        board.jobs.change([job, gone], {"status": "applied"})
    with pytest.raises(NotFound, match="number 99"):
        board.jobs.delete([job, 99])
    with pytest.raises(UsageError, match="No job was named"):
        board.jobs.change([], {"status": "applied"})
    assert board.column(job, "status") == "new"
    assert board.live() == [job]


def test_another_profiles_jobs_are_out_of_reach(board: Board) -> None:
    job = board.add()
    board.runtime.profiles.create("other")
    board.runtime.forget_profile("other")
    for act in (
        lambda: board.jobs.change([job], {"status": "applied"}),
        lambda: board.jobs.delete([job]),
        lambda: board.history.events(job),
        lambda: board.history.undo(1),
    ):
        with pytest.raises(NotFound):
            act()
    assert board.history.batches() == ()
    board.jobs.viewed(job)
    assert board.column(job, "viewed_at") is None


def test_tags_are_added_taken_and_set(board: Board) -> None:
    one, two = board.add("Baker", tags=("Berlin",)), board.add("Nurse")
    board.jobs.add_tag([one, two], "dream")
    board.jobs.add_tag([one], "DREAM")
    assert board.rows("SELECT tag FROM job_tag WHERE job_id = ? ORDER BY tag", one) == [
        ("Berlin",),
        ("dream",),
    ]
    board.jobs.remove_tag([one, two], "berlin")
    board.jobs.set_tags([two], ["x, y", "#z"])
    tags = board.rows("SELECT job_id, tag FROM job_tag ORDER BY job_id, tag")
    assert tags == [(one, "dream"), (two, "x"), (two, "y"), (two, "z")]
    board.check()


def test_company_notes_are_shared_and_follow_a_change_of_company(board: Board) -> None:
    one, two = board.add("Baker", "Acme GmbH"), board.add("Nurse", "ACME")
    board.jobs.set_company_notes("acme", "kind people")
    assert board.jobs.company_notes("Acme GmbH") == "kind people"
    assert board.history.events(two)[0].after == {"company_notes": "kind people"}
    first = board.snapshot()
    board.jobs.change([one], {"company": "Globex", "company_notes": "far away"})
    assert board.jobs.company_notes("Acme") == "kind people"
    assert board.jobs.company_notes("Globex") == "far away"
    board.history.undo()
    assert board.snapshot() == first
    assert board.jobs.company_notes("Globex") == ""
    with pytest.raises(NotFound, match="Initech"):
        board.jobs.set_company_notes("Initech", "x")


def test_documents_are_copies(board: Board, tmp_path: Path) -> None:
    job = board.add()
    file = tmp_path / "cv.pdf"
    file.write_bytes(b"%PDF first")
    board.jobs.attach(job, "resume", file)
    file.write_bytes(b"%PDF second")
    board.jobs.attach(job, "letter", b"Dear all", "..\\..\\letter.txt")
    assert board.jobs.attach(job, "letter", b"Dear all", "letter.txt") == 0
    stored = board.rows("SELECT id, kind, name FROM job_document ORDER BY id")
    assert [row[1:] for row in stored] == [("resume", "cv.pdf"), ("letter", "letter.txt")]
    assert board.jobs.document(stored[0][0]) == b"%PDF first"
    with pytest.raises(NotFound):
        board.jobs.document(99)
    for content, name in ((b"", "empty.pdf"), (tmp_path / "missing.pdf", "")):
        with pytest.raises(BadInput, match=r"empty\.pdf|missing\.pdf"):
            board.jobs.attach(job, "resume", content, name)


def test_a_deleted_job_leaves_the_board_and_the_index(board: Board) -> None:
    job, other = board.add("Unicorn tamer"), board.add("Baker")
    board.jobs.delete([job])
    assert board.live() == [other]
    assert board.rows("SELECT rowid FROM job_search WHERE job_search MATCH 'unicorn'") == []
    board.check()


def test_a_mark_goes_with_what_it_points_at(board: Board) -> None:
    job = board.add("Data Engineer", place="Berlin")
    alike = board.add("Data Engineer (m/f/d)", place="Berlin, Germany")
    assert board.column(alike, "duplicate_of") == job
    board.jobs.delete([job])
    assert board.column(alike, "duplicate_of") is None
    board.history.undo()
    assert board.column(alike, "duplicate_of") == job
    board.later(hours=1)
    board.jobs.keep_apart(alike)
    assert board.column(alike, "duplicate_of") is None
    assert board.column(alike, "updated_at") == NOON.timestamp() * 1000


def test_a_time_without_a_zone_is_the_persons(board: Board) -> None:
    board.clock.local = ZoneInfo("America/New_York")
    job = board.add()
    board.jobs.change([job], {"applied": "2026-07-01 09:00", "rejected": date(2026, 7, 2)})
    assert board.column(job, "applied_at") == datetime(2026, 7, 1, 13, tzinfo=UTC).timestamp() * 1000
    assert board.column(job, "rejected_at") == datetime(2026, 7, 2, 16, tzinfo=UTC).timestamp() * 1000
    assert board.column(job, "reached") == 2


def test_every_field_can_be_changed_and_taken_back(board: Board) -> None:
    job = board.add()
    first = board.snapshot()
    values = {
        "line": "words", "text": "words\nand more",
        "address": "https://a.example/1", "pay": "€70k", "date": "2026-12-01",
        "moment": "2026-12-01", "tags": "a,b", "flag": "yes",
    }  # fmt: skip
    for field in FIELDS.values():
        value = field.choices[1] if field.choices else values[field.kind]
        assert board.jobs.change([job], {field.name: value}), field.name
        board.check()
    for _ in FIELDS:
        board.history.undo()
    assert board.snapshot() == first


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_kept_as_harmless_text(board: Board, text: str) -> None:
    """Through every way in: what is stored holds no control, and what was there is still found."""
    draft = JobDraft(
        title=f"Engineer {text}", company=f"Acme {text}", place=text, description=text, address=text, notes=text,
        source_id=text, tags=(text,), rejection_reason=text, source="manual",
    )  # fmt: skip
    job = board.jobs.add(draft).job_id
    for name in ("title", "company", "place", "description", "notes", "rejection_reason"):
        try:
            board.jobs.change([job], {name: f"x {text}"})
        except UsageError as too_long:
            assert "too long" in str(too_long)  # noqa: PT017
    board.jobs.add_tag([job], "safe")
    stored = [
        value
        for row in board.rows("SELECT * FROM job JOIN job_text ON job_text.job_id = job.id")
        + board.rows("SELECT tag FROM job_tag")
        + board.rows("SELECT label FROM change_batch")
        for value in row
        if isinstance(value, str)
    ]
    assert not [value for value in stored for char in value if ord(char) < 32 and char not in "\n\t"]
    assert not [value for value in stored if "\x1b" in value or "\u202e" in value or "\x7f" in value]
    board.check()
    while len(board.history.batches()) and any(
        not b.undone and b.kind != "undo" for b in board.history.batches()
    ):
        board.history.undo()
    assert board.live() == []


# --- when the disk or another program refuses ---------------------------------------------------------------


def test_a_locked_database_is_waited_for(board: Board) -> None:
    job = board.add()
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(board.runtime.home.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked.set()
            # The change must be waiting by now; it cannot have come through.
            assert not done.wait(0.3)
            other.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(5)
    board.jobs.change([job], {"status": "applied"})
    done.set()
    holder.join()
    assert board.column(job, "status") == "applied"


def test_a_full_disk_is_told_and_leaves_nothing_half_done(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = board.add()
    before, batches = board.snapshot(), board.history.batches()
    (pages,) = board.rows("PRAGMA page_count")[0]

    from sqlalchemy import event

    @event.listens_for(board.runtime.database.engine, "connect")
    def full(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    acts: list[Callable[[], object]] = [
        lambda: board.jobs.change([job], {"notes": "x" * 100_000}),
        lambda: board.add("Nurse", description="y" * 100_000),
        lambda: board.jobs.attach(job, "resume", b"z" * 100_000, "cv.pdf"),
    ]
    for act in acts:
        with pytest.raises(StorageError, match="disk is full"):
            act()
    assert board.snapshot() == before
    assert board.history.batches() == batches
    board.check()
