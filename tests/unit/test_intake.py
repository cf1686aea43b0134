"""Imports: all or nothing, nothing twice, and nothing of the person's overwritten."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.errors import BadInput, Cancelled, StorageError
from jobcopilot.jobs import intake, search_index
from jobcopilot.jobs.intake import Intake, Progress
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.text import TEXT_LIMIT
from tests.effort import examples
from tests.fakes.board import DESCRIPTION, Board, make_board
from tests.hostile import HOSTILE
from tests.reference_data import reference_data


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return make_board(tmp_path)


def drafts(count: int, **fields: Any) -> list[JobDraft]:
    return [
        JobDraft(f"Engineer {n}", f"Company {n % 7}", address=f"https://jobs.example/{n}", row=n, **fields)
        for n in range(1, count + 1)
    ]


def test_an_import_counts_what_became_of_each_row(board: Board) -> None:
    rows: list[JobDraft | Rejected] = [
        *drafts(5),
        Rejected(6, 'no company. Add one in column "Employer"'),
        replace(drafts(1)[0], row=7),
        JobDraft("", "Acme", row=8),
        JobDraft("Engineer 2", "Company 2 GmbH", row=9),
    ]
    report = board.intake.take_in(rows, label="list.csv")
    assert (report.read, report.added, report.updated, report.duplicates) == (9, 6, 0, 1)
    assert [refused.row for refused in report.rejected] == [6, 8]
    assert report.possible_duplicates == 1
    batch = board.history.batches(1)[0]
    assert (batch.id, batch.kind, batch.label, batch.jobs) == (report.batch, "import", "imported list.csv", 6)
    assert board.rows("SELECT count(*) FROM job WHERE match_rank = 0 AND match IS NOT NULL") == [(0,)]
    assert board.rows("SELECT count(*) FROM job_score") == [(6,)]
    board.check()


def test_coming_in_twice_changes_nothing(board: Board) -> None:
    rows = [*drafts(600, description=DESCRIPTION), *(JobDraft(f"Nurse {n}", "Clinic") for n in range(20))]
    first = board.intake.take_in(rows, label="a")
    before = board.snapshot()
    board.later(hours=1)
    second = board.intake.take_in(rows, label="a")
    assert (first.added, second.added, second.updated, second.duplicates) == (620, 0, 0, 620)
    assert second.batch is None
    assert board.snapshot() == before
    assert len(board.history.batches()) == 1


def test_a_dry_run_says_the_same_and_writes_nothing(board: Board) -> None:
    rows = [*drafts(300), *drafts(20), JobDraft("Engineer 5", "Company 5"), JobDraft("", "")]
    board.intake.take_in(drafts(10), label="earlier")
    before, batches = board.snapshot(), board.history.batches()
    dry = board.intake.take_in(rows, label="a", dry_run=True)
    assert board.snapshot() == before
    assert board.history.batches() == batches
    real = board.intake.take_in(rows, label="a")
    assert replace(real, batch=None) == dry


@pytest.mark.parametrize("chunk", [0, 1, 2])
def test_stopped_at_any_chunk_nothing_is_there(
    board: Board, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHUNK", 10)
    monkeypatch.setattr(intake, "_PROGRESS_S", 0)
    board.add("Baker")
    before, stop, told = board.snapshot(), threading.Event(), 0

    def progress(_step: Progress) -> None:
        nonlocal told
        if told == chunk:
            stop.set()
        told += 1

    with pytest.raises(Cancelled, match="nothing of it was kept"):
        board.intake.take_in(drafts(30), label="a", progress=progress, stop=stop)
    assert told == chunk + 1
    assert board.snapshot() == before
    assert board.rows("SELECT count(*) FROM change_batch") == [(1,)]
    assert board.rows("SELECT count(*) FROM company") == [(1,)]
    board.check()


def test_failing_half_way_nothing_is_there(board: Board) -> None:
    def torn() -> Iterator[JobDraft]:
        yield from drafts(600)
        raise BadInput("The file ends in the middle", "list.csv, row 601")

    with pytest.raises(BadInput, match="row 601"):
        board.intake.take_in(torn(), label="list.csv")
    assert board.live() == []
    assert board.history.batches() == ()
    assert board.intake.take_in(drafts(600), label="list.csv").added == 600


def test_a_full_disk_in_the_middle_leaves_nothing(board: Board) -> None:
    (pages,) = board.rows("PRAGMA page_count")[0]

    from sqlalchemy import event

    @event.listens_for(board.runtime.database.engine, "connect")
    def full(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 100}")

    with pytest.raises(StorageError, match="disk is full"):
        board.intake.take_in(drafts(2_000, description=DESCRIPTION), label="a")
    assert board.live() == []
    assert board.history.batches() == ()


def test_progress_grows_and_ends_with_the_whole(board: Board) -> None:
    steps: list[Progress] = []
    board.intake.take_in(drafts(1_000), label="a", progress=steps.append)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1] == Progress(1_000, added=1_000)


def test_a_posting_brings_its_own_facts_up_to_date(board: Board) -> None:
    board.intake.take_in(drafts(3, description="Old text", place="Berlin"), label="a")
    board.later(days=1)
    new = [
        replace(
            draft,
            title=f"Senior {draft.title}",
            place="Hamburg",
            description=DESCRIPTION,
            posted_on=date(2026, 11, 19),
        )
        for draft in drafts(3)
    ]
    report = board.intake.take_in([*new[:2], drafts(3)[2]], label="b")
    assert (report.added, report.updated, report.duplicates) == (0, 2, 1)
    job = board.live()[0]
    event = board.history.events(job)[0]
    assert event.before["description"] == "Old text"
    assert event.after["pay"] == "€80,000–€95,000 a year"
    assert board.column(job, "title") == "Senior Engineer 1"
    assert board.rows("SELECT rowid FROM job_search WHERE job_search MATCH 'fastapi'") == [(1,), (2,)]
    board.check()
    board.history.undo()
    assert board.column(job, "description") == "Old text"
    assert board.column(job, "pay_minimum") is None
    board.check()


def test_what_the_posting_does_not_say_changes_nothing(board: Board) -> None:
    full = drafts(1, description=DESCRIPTION, place="Berlin", notes="n", tags=("a",), status="applied")
    board.intake.take_in(full, label="a")
    for poorer in (drafts(1), drafts(1, description=DESCRIPTION[:60]), drafts(1, place="BERLIN!")):
        assert board.intake.take_in(poorer, label="b").updated == 0


def test_what_is_the_persons_is_never_overwritten(board: Board) -> None:
    board.intake.take_in(drafts(2, place="Berlin", status="interested", notes="from the file"), label="a")
    mine, untouched = board.live()
    board.jobs.change(
        [mine],
        {"status": "rejected", "notes": "my words", "place": "Berlin Mitte", "pay": "€70k", "tags": "x"},
    )
    newer = drafts(
        2, place="Hamburg", status="applied", notes="newer", tags=("y",), favourite=True,
        applied_at=datetime(2026, 11, 5, tzinfo=UTC), description="We pay $50/hr.",
    )  # fmt: skip
    report = board.intake.take_in(newer, label="b")
    assert report.updated == 2
    columns = "status, notes, place, pay_currency, favourite"
    rows = dict.fromkeys((mine, untouched))
    for job in rows:
        rows[job] = board.rows(f"SELECT {columns} FROM job JOIN job_text ON job_id = id WHERE id = ?", job)[0]
    assert rows[mine] == ("rejected", "my words", "Berlin Mitte", "EUR", 1)
    assert rows[untouched] == ("applied", "from the file\n\nnewer", "Hamburg", "USD", 1)
    assert board.rows("SELECT job_id, tag FROM job_tag ORDER BY job_id") == [(mine, "x"), (untouched, "y")]
    assert board.intake.take_in(newer, label="b").updated == 0


def test_a_list_of_saved_jobs_takes_no_application_back(board: Board) -> None:
    applied = drafts(1, status="applied", applied_at=datetime(2026, 11, 5, tzinfo=UTC), notes="Résumé: a.pdf")
    saved = drafts(1, status="interested", notes="Saved Date: 11/01/26", tags=("later",))
    board.intake.take_in(applied, label="Job Applications.csv")
    (job,) = board.live()
    assert board.intake.take_in(saved, label="Saved Jobs.csv").updated == 1
    assert board.column(job, "status") == "applied"
    assert board.column(job, "notes") == "Résumé: a.pdf\n\nSaved Date: 11/01/26"
    assert "status" not in board.history.events(job)[0].after
    for again in (applied, saved, applied, saved):
        assert board.intake.take_in(again, label="again").updated == 0
    further = drafts(1, status="rejected", notes="Résumé: a.pdf\nNo fit", rejection_reason="x", tags=("a",))
    board.intake.take_in(further, label="tracker")
    assert board.column(job, "status") == "rejected"
    assert board.column(job, "notes") == "Résumé: a.pdf\n\nSaved Date: 11/01/26\n\nNo fit"
    assert board.rows("SELECT tag FROM job_tag ORDER BY tag") == [("a",), ("later",)]


@pytest.mark.parametrize(
    ("kept", "comes", "stands"),
    [
        ("new", "interested", "interested"), ("interviewed", "applied", "interviewed"),
        ("rejected", "interviewed", "rejected"), ("withdrawn", "applied", "withdrawn"),
        ("applied", "withdrawn", "withdrawn"), ("rejected", "offer", "offer"), ("accepted", "rejected", "accepted"),
    ],
)  # fmt: skip
def test_an_import_never_lowers_how_far_a_job_came(board: Board, kept: str, comes: str, stands: str) -> None:
    board.intake.take_in(drafts(1, status=kept), label="a")
    board.intake.take_in(drafts(1, status=comes), label="b")
    assert board.column(board.live()[0], "status") == stands


def test_notes_that_have_no_room_are_left_out_and_the_kept_ones_whole(board: Board) -> None:
    full = "n" * (TEXT_LIMIT - 10)
    board.intake.take_in(drafts(1, notes=full), label="a")
    board.intake.take_in(drafts(1, notes="much too long for what is left\nshort"), label="b")
    assert board.column(board.live()[0], "notes") == f"{full}\n\nshort"
    assert board.intake.take_in(drafts(1, notes="much too long for what is left"), label="c").updated == 0


def test_an_application_keeps_its_first_date_whatever_comes_after(board: Board) -> None:
    early, late = (drafts(1, applied_at=datetime(2026, month, 3, tzinfo=UTC)) for month in (1, 9))
    board.intake.take_in(late, label="a")
    assert board.intake.take_in(early, label="b").updated == 1
    assert board.intake.take_in(late, label="a").updated == 0


def test_an_older_copy_of_a_posting_only_fills_in_what_is_missing(board: Board) -> None:
    newer = drafts(1, posted_on=date(2026, 5, 11), place="Ulm")
    older = [
        replace(
            drafts(1)[0], title="Engineer 1 (m/f)", posted_on=date(2026, 3, 1), place="Bonn", work_mode="hybrid",
            description="As it stood", closed_on=date(2026, 4, 1), deadline=date(2026, 4, 2),
        )
    ]  # fmt: skip
    board.intake.take_in(newer, label="a")
    assert board.intake.take_in(older, label="b").updated == 1
    columns = "posted_on, place, work_mode, description, closed_on, deadline"
    assert board.rows(f"SELECT {columns} FROM job JOIN job_text ON job_id = id") == [
        ("2026-05-11", "Ulm", "hybrid", "As it stood", None, None)
    ]
    for again in (newer, older, newer, older):
        assert board.intake.take_in(again, label="again").updated == 0
    newest = drafts(1, posted_on=date(2026, 6, 1), place="Bonn")
    assert board.intake.take_in(newest, label="c").updated == 1
    assert board.intake.take_in(newer, label="a").updated == 0


def test_another_spelling_of_place_or_company_is_no_change_but_a_town_says_more(board: Board) -> None:
    def comes(place: str, company: str = "Aquatic Capital") -> int:
        row = JobDraft("Engineer", company, place=place, address="https://jobs.example/1")
        return board.intake.take_in([row], label="a").updated

    assert comes("United States") == 0
    assert comes("New York, NY") == 1
    for same in ("NYC", "New York City", "United States"):
        assert comes(same) == 0
    assert comes("NYC", "aquaticcapital") == 0
    assert comes("NYC; Boston, MA") == 1
    assert comes("Boston") == 1


def test_an_address_used_again_for_another_posting_is_a_second_job(board: Board) -> None:
    address = "https://acme.com/jobs/1"
    first = JobDraft(
        "AI Support Engineer", "Acme", address=address, posted_on=date(2024, 6, 27), status="applied"
    )
    second = JobDraft("Site Reliability Engineer", "Acme", address=address, posted_on=date(2026, 5, 11))
    board.intake.take_in([first], label="a")
    report = board.intake.take_in([second], label="b")
    assert (report.added, report.updated, report.possible_duplicates) == (1, 0, 1)
    assert board.rows("SELECT id, title, duplicate_of FROM job ORDER BY id") == [
        (1, "AI Support Engineer", None),
        (2, "Site Reliability Engineer", 1),
    ]
    for rows in ([first], [second], [second, first]):
        assert board.intake.take_in(rows, label="again").duplicates == len(rows)
    renamed = replace(second, title="Senior Site Reliability Engineer", posted_on=date(2026, 11, 1))
    assert board.intake.take_in([renamed], label="c").updated == 1
    soon = replace(first, title="Accountant", posted_on=date(2024, 7, 27))
    assert board.intake.take_in([soon], label="d").updated == 1
    assert board.column(1, "title") == "Accountant"


def test_two_postings_of_one_address_come_in_once_however_the_chunks_fall(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHUNK", 1)
    rows = [
        JobDraft(title, "Acme", address="https://acme.com/jobs/1", posted_on=date(year, 1, 1))
        for title, year in (("Baker", 2024), ("Nurse", 2026))
    ] * 3
    report = Intake(board.runtime.database, board.runtime.profile, board.clock, processes=2).take_in(
        rows, label="a"
    )
    assert (report.added, report.duplicates) == (2, 4)
    assert board.intake.take_in(rows, label="a").duplicates == 6


def test_a_change_that_was_undone_is_not_the_persons(board: Board) -> None:
    board.intake.take_in(drafts(1, place="Berlin"), label="a")
    (job,) = board.live()
    board.jobs.change([job], {"place": "Bonn"})
    board.history.undo()
    assert board.intake.take_in(drafts(1, place="Hamburg"), label="b").updated == 1


def test_what_was_added_by_hand_keeps_the_hand_s_words(board: Board) -> None:
    job = board.add(
        "Engineer 1", "Company 1", address="https://jobs.example/1", notes="mine", status="interested"
    )
    board.intake.take_in(
        drafts(1, status="applied", notes="file", place="Ulm", deadline=date(2026, 12, 1)), label="a"
    )
    row = board.rows(
        "SELECT status, notes, place, deadline FROM job JOIN job_text ON job_id = id WHERE id = ?", job
    )
    assert row == [("interested", "mine", "Ulm", "2026-12-01")]


def test_the_description_applied_to_is_kept(board: Board) -> None:
    board.intake.take_in(drafts(1, description="As it stood", status="applied"), label="a")
    board.intake.take_in(drafts(1, description="As it reads now"), label="b")
    (job,) = board.live()
    assert board.column(job, "applied_description") == "As it stood"
    assert board.column(job, "applied_at") is None
    assert board.column(job, "reached") == 2


def test_what_the_person_deleted_stays_away_and_is_counted(board: Board) -> None:
    rows = [*drafts(3), JobDraft("Nurse", "Clinic"), JobDraft("Baker", "Bakery", source_id="b1")]
    board.intake.take_in(rows, label="a")
    gone = board.live()
    board.jobs.delete(gone)
    again = board.intake.take_in(rows, label="a")
    assert (again.added, again.duplicates, again.deleted, again.batch) == (0, 5, 5, None)
    assert board.live() == []
    asked_for = board.jobs.add(rows[0])
    assert asked_for.outcome == "added"
    assert asked_for.job_id not in gone


# --- which posting is which job ------------------------------------------------------------------------------


def test_an_id_means_something_within_its_source(board: Board) -> None:
    one = JobDraft("Engineer", "Acme", source="feed:lever", source_id="7")
    board.intake.take_in([one], label="a")
    other_feed = replace(one, source="feed:ashby", title="Baker")
    in_a_file = replace(one, source="import", title="Engineer II")
    elsewhere = replace(one, source="import", company="Globex", title="Pilot")
    report = board.intake.take_in([other_feed, in_a_file, elsewhere], label="b")
    assert (report.added, report.updated) == (2, 1)
    assert board.column(1, "title") == "Engineer II"


def test_rows_without_id_or_address_are_known_by_their_words(board: Board) -> None:
    row = JobDraft("Data Engineer", "Acme", place="Berlin", description=DESCRIPTION)
    repeated = [row, row, replace(row, description="Another team altogether, night shifts in Spandau.")]
    report = board.intake.take_in(repeated, label="a")
    assert (report.added, report.duplicates, report.possible_duplicates) == (2, 1, 1)
    again = board.intake.take_in(repeated, label="a")
    assert (again.added, again.updated, again.duplicates) == (0, 0, 3)
    edited = [replace(row, description=DESCRIPTION + "\nApply by Friday."), *repeated[1:]]
    third = board.intake.take_in(edited, label="a")
    assert (third.added, third.updated) == (0, 1)
    other_day = [replace(row, posted_on=date(2026, 11, day)) for day in (1, 2)]
    assert board.intake.take_in(other_day, label="b").added == 1


def test_two_applications_to_one_role_stay_two(board: Board) -> None:
    rows = [
        JobDraft("Data Engineer", "Acme", applied_at=datetime(2026, month, 3, tzinfo=UTC), status="applied")
        for month in (1, 9)
    ]
    assert board.intake.take_in(rows, label="a").added == 2
    assert board.intake.take_in(rows, label="a").duplicates == 2
    board.jobs.change([1], {"applied": "2026-02-01"})
    assert board.intake.take_in(rows, label="a").duplicates == 2


def test_one_address_in_many_rows_is_one_job_but_a_careers_page_is_none(board: Board) -> None:
    rows = [JobDraft(title, "Acme", address="https://acme.com/jobs/1") for title in ("Baker", "Senior Baker")]
    report = board.intake.take_in(rows, label="a")
    assert (report.added, report.duplicates) == (1, 1)
    assert board.intake.take_in(rows, label="a").duplicates == 2
    rows = [JobDraft(title, "Acme", address="https://acme.com/careers") for title in ("Nurse", "Pilot")]
    assert board.intake.take_in(rows, label="a").added == 2


def test_adding_by_hand_never_goes_by_words_alone(board: Board) -> None:
    first = board.add("Data Engineer", "Acme")
    second = board.jobs.add(JobDraft("Data Engineer", "Acme", source="manual"))
    assert (second.outcome, second.possible_duplicate_of) == ("added", first)
    same = board.jobs.add(JobDraft("Other", "Acme", address="https://acme.com/jobs/1"))
    assert (
        board.jobs.add(JobDraft("Other", "Acme", address="https://acme.com/jobs/1?ref=x")).outcome
        == "duplicate"
    )
    changed = board.jobs.add(JobDraft("New name", "Acme", address="https://acme.com/jobs/1"))
    assert (changed.outcome, changed.job_id) == ("updated", same.job_id)


WORDS = st.sampled_from(("Baker", "Nurse", "Pilot", "Data Engineer", "Data Engineer II"))
ROWS = st.builds(
    JobDraft,
    title=WORDS,
    company=st.sampled_from(("Acme", "Acme Inc", "Globex")),
    place=st.sampled_from(("", "Berlin", "Ulm")),
    description=st.sampled_from(("", "one text", "something else entirely")),
    address=st.sampled_from(("", "https://a.example/jobs/1", "https://a.example/jobs/2")),
    source_id=st.sampled_from((None, "1", "2")),
    posted_on=st.sampled_from((None, date(2026, 1, 1), date(2026, 2, 2), date(2026, 9, 9))),
    applied_at=st.sampled_from((None, datetime(2026, 3, 3, tzinfo=UTC))),
    status=st.sampled_from(("new", "applied")),
    notes=st.sampled_from(("", "n")),
)


@settings(max_examples=examples(60), deadline=None)
@given(rows=st.lists(ROWS, max_size=12), cut=st.integers(1, 5))
def test_any_file_twice_adds_nothing_twice(
    tmp_path_factory: pytest.TempPathFactory, rows: list[JobDraft], cut: int
) -> None:
    """However its rows repeat each other, and however they fall into chunks."""
    board = make_board(tmp_path_factory.mktemp("twice") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "CHUNK", cut)
        dry = board.intake.take_in(rows, label="a", dry_run=True)
        first = board.intake.take_in(rows, label="a")
        before = board.snapshot()
        second = board.intake.take_in(rows, label="a")
    assert replace(first, batch=None) == dry
    assert first.added + first.duplicates == first.read == len(rows)
    assert (second.added, second.updated, second.duplicates) == (0, 0, len(rows))
    assert board.snapshot() == before
    board.check()
    board.runtime.close()


@settings(max_examples=examples(60), deadline=None)
@given(earlier=st.lists(ROWS, max_size=8), rows=st.lists(ROWS, max_size=12), cut=st.integers(1, 5))
def test_a_dry_run_says_what_an_import_does_to_what_is_there(
    tmp_path_factory: pytest.TempPathFactory, earlier: list[JobDraft], rows: list[JobDraft], cut: int
) -> None:
    """Also where a row changes what a later row is compared with."""
    board = make_board(tmp_path_factory.mktemp("dry") / "home")
    board.intake.take_in(earlier, label="earlier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "CHUNK", cut)
        dry = board.intake.take_in(rows, label="a", dry_run=True)
        real = board.intake.take_in(rows, label="a")
    assert replace(real, batch=None) == dry
    board.runtime.close()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_rows_come_in_harmless_and_only_once(board: Board, text: str) -> None:
    row = JobDraft(
        title=f"E {text}", company=f"A {text}", place=text, description=text, address=text, notes=text,
        source_id=text, tags=(text, "x"), rejection_reason=text, status="rejected",
    )  # fmt: skip
    assert board.intake.take_in([row], label=text).added == 1
    assert board.intake.take_in([row], label=text).duplicates == 1
    for values in board.rows("SELECT * FROM job JOIN job_text ON job_text.job_id = job.id"):
        for value in values:
            if isinstance(value, str):
                assert not any(ord(char) < 32 and char not in "\n\t" for char in value)
                value.encode()
    board.check()


def test_dates_beyond_reason_are_dropped(board: Board) -> None:
    far = datetime(9999, 12, 31, tzinfo=UTC)
    row = JobDraft("E", "A", posted_on=date(1, 1, 1), deadline=date(9999, 1, 1), applied_at=far)
    board.intake.take_in([row, replace(row, title="F", applied_at=datetime(2026, 1, 1))], label="a")  # noqa: DTZ001
    assert board.rows("SELECT posted_on, deadline, applied_at IS NULL FROM job") == [
        (None, None, 1),
        (None, None, 0),
    ]


@pytest.mark.system
@pytest.mark.parametrize(
    ("name", "added", "repeated"),
    [
        # 5,186 addresses; 150 of 599 rows repeat another whole; 9 of 1,288 addresses differ only in their spelling.
        ("postings/ats-2026.jsonl", 5_186, 0),
        ("postings/glassdoor-2020.csv", 449, 150),
        ("postings/new-grad-2024.json", 1_279, 9),
    ],
)
def test_real_files_come_in_once(board: Board, name: str, added: int, repeated: int) -> None:
    from jobcopilot.jobs.importers.source_files import open_source

    file = reference_data(name)
    patient = Intake(board.runtime.database, board.runtime.profile, board.clock, processes=0)
    first = patient.take_in(open_source(file).read(), label=file.name)
    assert (first.added, first.updated, first.duplicates, first.rejected) == (added, 0, repeated, ())
    second = patient.take_in(open_source(file).read(), label=file.name)
    assert (second.added, second.updated, second.duplicates) == (0, 0, added + repeated)
    # A company has many roles of nearly one name: few of them may be marked.
    assert first.possible_duplicates < added * 0.12
    board.check()
    board.history.undo()
    assert board.live() == []


@pytest.mark.system
def test_real_files_in_turn_settle(board: Board) -> None:
    """Eighteen addresses stand in two of the files; whatever the order, the second round finds nothing to do."""
    from jobcopilot.jobs.importers.source_files import open_source

    patient = Intake(board.runtime.database, board.runtime.profile, board.clock, processes=0)
    names = ("ats-2026.jsonl", "glassdoor-2020.csv", "new-grad-2024.json")
    files = [reference_data(f"postings/{name}") for name in names]
    first = [patient.take_in(open_source(file).read(), label=file.name) for file in files]
    assert sum(report.updated for report in first) > 0
    for _ in range(2):
        for file in files:
            report = patient.take_in(open_source(file).read(), label=file.name)
            assert (report.added, report.updated, report.batch) == (0, 0, None)
    board.check()


def test_the_index_of_an_import_says_what_its_jobs_say(board: Board) -> None:
    drafts = [
        JobDraft(
            f"Engineer {n}", "Acme", place="Köln", description=f"{DESCRIPTION} {n}", tags=("zürich", "berlin", "Ärzte"),
            notes="call them", source_id=str(n),
        )
        for n in range(30)
    ]  # fmt: skip
    board.intake.take_in(drafts, label="file.csv")
    with closing(sqlite3.connect(board.runtime.home.database)) as connection:
        assert search_index.is_sound(connection)
