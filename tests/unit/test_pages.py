"""Lists, totals and single jobs, held against loops over the same jobs."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcopilot.clock import FixedClock
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound, StorageError, UsageError
from jobcopilot.jobs import ranking, search, selection
from jobcopilot.jobs.pages import JobPages
from jobcopilot.jobs.query import Query, parse_query
from jobcopilot.jobs.views import SORT_FIELDS, STATUSES
from jobcopilot.paths import Home
from tests.effort import examples
from tests.fakes.board_answers import ordered, passing
from tests.fakes.board_model import (
    CLOCK,
    NOW,
    WORDS,
    ModelJob,
    board_database,
    clear,
    connect,
    random_job,
    store,
)

SORTS = tuple(way + field for field in SORT_FIELDS for way in ("", "-"))
PIECES = (
    *WORDS,
    "-team",
    "eng",
    "da",
    '"senior data"',
    '-"data team"',
    "status:new",
    "status:applied,offer",
    "-status:new",
    "level:high",
    "level:medium,low",
    "level:unknown",
    "-level:low",
    "remote:yes",
    "remote:no,hybrid",
    "-remote:unknown",
    "match:>60",
    "match:49..70",
    "match:<50",
    "-match:>60",
    "pay:>100k",
    "pay:<€95k",
    "-pay:>100k",
    "posted:<7d",
    "posted:>10d",
    "-posted:<7d",
    "created:<2d",
    "updated:>1d",
    "deadline:<3d",
    "applied:>1d",
    "company:acme",
    'company:"café noir"',
    "-company:data",
    "source:linkedin",
    "source:feed",
    "-source:manual",
    "skill:python",
    "skill:sql,go",
    "-skill:k8s",
    "tag:berlin",
    "tag:dream,later",
    "-tag:dream",
    "title:engineer",
    "title:sen",
    "-title:lead",
    "place:montreal",
    "is:favourite",
    "-is:favourite",
    "is:duplicate",
    "is:closed",
    "-is:closed",
    "has:notes",
    "-has:notes",
    "has:pay",
    "has:tags",
    "-has:tags",
    "has:match",
    "has:applied",
)


def asked(text: str) -> Query:
    return parse_query(text, today=NOW.date())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return board_database(tmp_path_factory.mktemp("pages"))


@pytest.fixture
def connection(home: Home) -> Iterator[sqlite3.Connection]:
    with closing(connect(home)) as opened:
        with opened:
            clear(opened)
        yield opened


@pytest.fixture
def pages(home: Home) -> Iterator[JobPages]:
    reader = Reader(home.database)
    yield JobPages(reader, 1, CLOCK)
    reader.close()


def filled(connection: sqlite3.Connection, *jobs: ModelJob) -> None:
    with connection:
        store(connection, *jobs)


# --- the same as loops ------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10**9),
    few=st.sampled_from([0, 3, 6_000]),
    shallow=st.sampled_from([4, 1_000]),
    patience=st.sampled_from([0.1, 1.0, 400.0]),
    far=st.sampled_from([0, 15_000]),
)
def test_pages_totals_and_ids_are_what_loops_find(
    home: Home, seed: int, few: int, shallow: int, patience: float, far: int
) -> None:
    draw = random.Random(seed)
    with closing(connect(home)) as connection, pytest.MonkeyPatch.context() as patch:
        # With small limits every way of finding a page is taken on a few jobs.
        limits = {"FEW": few, "SHALLOW": shallow, "PATIENCE": patience, "FAR": far}
        for name, value in limits.items():
            patch.setattr(selection, name, value)
        patch.setattr(selection, "WHOLE_TABLE", draw.choice([0.0, 8_000.0]))
        patch.setattr(selection, "RANGED", draw.choice([0.0, 0.12, 100.0]))
        patch.setattr(selection, "SORT", draw.choice([0.0, 0.6, 10_000.0]))
        patch.setattr(selection, "PROBE", draw.choice([0.0, 60.0]))
        patch.setattr(selection, "SAMPLE", draw.choice([1, 16]))
        jobs = [random_job(draw, number) for number in range(1, draw.randint(2, 40))]
        with connection:
            clear(connection)
            store(connection, *jobs)
        reader = Reader(home.database)
        pages = JobPages(reader, 1, CLOCK)
        for _ in range(12):
            query = asked(
                " ".join(draw.sample(PIECES, draw.choice((0, 1, 1, 2, 3)))) + draw.choice(("", " "))
            )
            assert not query.mistakes
            expected = passing(jobs, query)
            assert pages.total(query) == len(expected), query.text
            for sort in draw.sample(SORTS, 3):
                in_order = [job.id for job in ordered(expected, sort)]
                assert pages.ids(query, sort) == in_order, (query.text, sort)
                offset, limit = draw.randrange(len(jobs) + 2), draw.choice((1, 3, 50))
                page = pages.page(query, sort, offset, limit)
                assert [row.id for row in page] == in_order[offset : offset + limit], (
                    query.text,
                    sort,
                    offset,
                )
            columns = pages.board(query, "-match", 3)
            for status in STATUSES:
                count, rows = columns[status]
                there = [job for job in ordered(expected, "-match") if job.status == status]
                assert (count, [row.id for row in rows]) == (len(there), [job.id for job in there[:3]])
        reader.close()


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10**9),
    exact=st.sampled_from([0, 5, 4_000]),
    few=st.sampled_from([0, 6_000]),
)
def test_ranked_pages_hold_every_result_once_in_one_order(
    home: Home, seed: int, exact: int, few: int
) -> None:
    draw = random.Random(seed)
    with closing(connect(home)) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "EXACT", exact)
        patch.setattr(selection, "FEW", few)
        patch.setattr(selection, "PROBE", draw.choice([0.0, 60.0]))
        jobs = [random_job(draw, number) for number in range(1, 40)]
        with connection:
            clear(connection)
            store(connection, *jobs)
        reader = Reader(home.database)
        pages = JobPages(reader, 1, CLOCK)
        for _ in range(6):
            words = draw.sample(WORDS, draw.choice((1, 2)))
            others = draw.sample(PIECES, draw.choice((0, 0, 1)))
            query = asked(" ".join((*others, *words)) + draw.choice(("", " ")))
            ids = pages.ids(query, "relevance")
            assert sorted(ids) == sorted(job.id for job in passing(jobs, query)), query.text
            step = draw.choice((1, 3, 7))
            paged = [
                row.id
                for at in range(0, len(ids) + 1, step)
                for row in pages.page(query, "relevance", at, step)
            ]
            assert paged == ids, query.text
        reader.close()


# --- what a row and a detail show ---------------------------------------------------------------------------------


def test_a_row_and_a_detail_show_what_was_stored(pages: JobPages, connection: sqlite3.Connection) -> None:
    job = ModelJob(
        7,
        title="Data Engineer",
        company="Globex",
        place="Paris",
        work_mode="hybrid",
        description="Airflow.",
        notes="Ask Ada.",
        source="feed:lever",
        pay=(90_000.0, 110_000.0, "EUR"),
        posted=NOW.date(),
        status="applied",
        reached=2,
        match=81,
        favourite=True,
        applied=NOW - timedelta(1),
        tags=("later", "dream"),
    )
    filled(connection, job)
    detail = pages.get(7)
    assert detail.row == pages.rows([7])[0] == pages.page(asked(""), "title", 0, 10)[0]
    row = detail.row
    assert (row.title, row.company, row.place, row.work_mode) == (
        "Data Engineer",
        "Globex",
        "Paris",
        "hybrid",
    )
    assert (row.status, row.match, row.level, row.coverage, row.favourite) == (
        "applied",
        81,
        "high",
        0.9,
        True,
    )
    assert row.pay is not None
    assert (row.pay.yearly_minimum, row.pay.currency, row.pay.known) == (90_000.0, "EUR", "stated")
    assert (row.posted_on, row.deadline, row.created_at) == (NOW.date(), None, NOW)
    assert (detail.description, detail.notes, detail.tags) == ("Airflow.", "Ask Ada.", ("dream", "later"))
    assert (detail.matched, detail.missing, detail.summary) == (("Python",), (), "Fine.")
    assert (detail.applied_at, detail.viewed_at, detail.documents) == (NOW - timedelta(1), None, ())


def test_documents_are_named_with_their_size(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(connection, ModelJob(1))
    with connection:
        connection.execute(
            "INSERT INTO job_document (job_id, kind, name, sha256, content, created_at) "
            "VALUES (1, 'resume', 'cv.pdf', 'x', x'010203', 0)"
        )
    (document,) = pages.get(1).documents
    assert (document.kind, document.name, document.size) == ("resume", "cv.pdf", 3)


def test_a_job_without_texts_or_score_is_shown(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(connection, ModelJob(1))
    with connection:
        search_words = "DELETE FROM job_text; DELETE FROM job_score"
        connection.executescript(search_words)
    detail = pages.get(1)
    assert (detail.description, detail.notes, detail.matched, detail.summary) == ("", "", (), "")


@pytest.mark.parametrize("hidden", [ModelJob(3, profile=2), ModelJob(3, deleted=True)])
def test_other_profiles_and_deleted_jobs_are_not_there(
    pages: JobPages, connection: sqlite3.Connection, hidden: ModelJob
) -> None:
    filled(connection, hidden)
    with pytest.raises(NotFound, match="no job 3"):
        pages.get(3)
    assert pages.rows([3]) == ()
    assert pages.ids(asked("engineer "), "relevance") == []
    assert (pages.total(asked("")), pages.total(asked("engineer ")), pages.total(asked("company:acme"))) == (
        0,
        0,
        0,
    )


def test_iterating_leaves_out_what_is_deleted_meanwhile(
    pages: JobPages, connection: sqlite3.Connection
) -> None:
    filled(connection, *(ModelJob(number) for number in range(1, 6)))
    exported = pages.iterate(asked(""), "created", chunk=2)
    first = next(exported)
    with connection:
        connection.execute("UPDATE job SET deleted_at = 1 WHERE id = 4")
    assert [first.row.id, *(detail.row.id for detail in exported)] == [1, 2, 3, 5]


def test_an_unknown_order_is_told_with_those_there_are(pages: JobPages) -> None:
    with pytest.raises(UsageError, match=r"sorted by salary.*created, updated, posted"):
        pages.page(asked(""), "salary", 0, 10)


def test_relevance_without_words_is_by_match(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(connection, ModelJob(1, match=40), ModelJob(2, match=90), ModelJob(3, match=90))
    assert pages.ids(asked("status:new"), "relevance") == [3, 2, 1]


def test_offsets_and_limits_out_of_range_are_empty(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(connection, ModelJob(1))
    assert pages.page(asked(""), "title", 5, 10) == ()
    assert pages.page(asked(""), "title", 0, 0) == ()
    assert len(pages.page(asked(""), "title", -3, 10)) == 1


def test_a_total_is_counted_anew_after_a_change(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(connection, ModelJob(1), ModelJob(2))
    assert pages.total(asked("status:new")) == 2
    with connection:
        connection.execute("UPDATE job SET status = 'applied' WHERE id = 1")
    assert pages.total(asked("status:new")) == 1


def test_days_are_days_of_the_persons_calendar(home: Home, connection: sqlite3.Connection) -> None:
    # Half past midnight in Kolkata is still the day before in UTC.
    filled(connection, ModelJob(1, created=datetime(2026, 11, 18, 19, 0, tzinfo=UTC)))
    for zone, day in (("Asia/Kolkata", "2026-11-19"), ("UTC", "2026-11-18")):
        pages = JobPages(Reader(home.database), 1, FixedClock(NOW, ZoneInfo(zone)))
        assert pages.total(asked(f"created:{day}")) == 1
        assert pages.total(asked(f"-created:{day}")) == 0


@pytest.mark.parametrize(
    "text", ["created:<36500d", "created:<0001-01-02", "posted:>9999-12-30", "deadline:9999-12"]
)
def test_days_at_the_ends_of_time(pages: JobPages, connection: sqlite3.Connection, text: str) -> None:
    filled(connection, ModelJob(1, posted=NOW.date()))
    assert pages.total(asked(text)) == (1 if text.startswith("created:<3") else 0)


def test_a_damaged_database_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "broken.sqlite3"
    file.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StorageError, match="damaged"):
        JobPages(Reader(file), 1, CLOCK).total(asked(""))


def test_listing_needs_neither_sqlalchemy_nor_a_heavy_library() -> None:
    heavy = (
        "sqlalchemy",
        "sqlmodel",
        "pydantic",
        "textual",
        "typer",
        "rapidfuzz",
        "tzlocal",
        "ahocorasick_rs",
    )
    code = (
        "import sys, jobcopilot.jobs.pages, jobcopilot.jobs.query, jobcopilot.jobs.statistics\n"
        f"sys.exit(', '.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_ways_are_named_as_the_modules_have_them() -> None:
    # The property tests above turn these knobs: a renamed one would silently test one way only.
    turned = {"FEW", "SHALLOW", "PATIENCE", "FAR", "WHOLE_TABLE", "RANGED", "SORT", "PROBE", "SAMPLE"}
    assert turned <= set(vars(selection))
    assert search.EXACT > 0
    assert ranking.Ranking is not None
