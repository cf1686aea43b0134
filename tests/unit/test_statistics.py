"""Statistics, held against a count anew after any sequence of changes."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.clock import FixedClock
from jobcopilot.database.reader import Reader
from jobcopilot.jobs.statistics import statistics
from jobcopilot.jobs.views import FUNNEL, STATUSES
from jobcopilot.paths import Home
from tests.effort import examples
from tests.fakes.board_answers import counted
from tests.fakes.board_model import CLOCK, NOW, ModelJob, board_database, clear, connect, random_job, store
from tests.fakes.board_model import job_columns as columns_of


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return board_database(tmp_path_factory.mktemp("statistics"))


@pytest.fixture
def connection(home: Home) -> Iterator[sqlite3.Connection]:
    with closing(connect(home)) as opened:
        with opened:
            clear(opened)
        yield opened


def _change(draw: random.Random, job: ModelJob) -> ModelJob:
    """The same job with some things that statistics count changed."""
    other = random_job(draw, job.id)
    names = draw.sample(
        (
            "status",
            "reached",
            "match",
            "source",
            "created",
            "applied",
            "rejected",
            "deleted",
            "profile",
            "thin",
        ),
        3,
    )
    return replace(job, **{name: getattr(other, name) for name in names})


@settings(max_examples=examples(40), deadline=None)
@given(seed=st.integers(0, 10**9))
def test_the_tally_and_the_board_follow_any_changes(home: Home, seed: int) -> None:
    draw = random.Random(seed)
    reader = Reader(home.database)
    with closing(connect(home)) as connection:
        with connection:
            clear(connection)
        jobs: dict[int, ModelJob] = {}
        for step in range(1, 25):
            with connection:
                if not jobs or draw.random() < 0.5:
                    jobs[step] = random_job(draw, step)
                    store(connection, replace(jobs[step], duplicate_of=None))
                    jobs[step] = replace(jobs[step], duplicate_of=None)
                else:
                    number = draw.choice(sorted(jobs))
                    if draw.random() < 0.2:
                        del jobs[number]
                        connection.execute("DELETE FROM job WHERE id = ?", (number,))
                    else:
                        jobs[number] = _change(draw, jobs[number])
                        row = columns_of(connection, jobs[number])
                        setting = ", ".join(f"{column} = ?" for column in row)
                        connection.execute(f"UPDATE job SET {setting} WHERE id = ?", (*row.values(), number))
        assert statistics(reader, 1, CLOCK) == counted(list(jobs.values()))
        # The board's rows are what inserting the same jobs anew would make them.
        followed = connection.execute("SELECT * FROM job_board ORDER BY id").fetchall()
        with connection:
            connection.execute("UPDATE job SET deleted_at = 1")
            assert connection.execute("SELECT count(*) FROM job_board").fetchone() == (0,)
            for number, job in jobs.items():
                if not job.deleted:
                    connection.execute("UPDATE job SET deleted_at = NULL WHERE id = ?", (number,))
        assert connection.execute("SELECT * FROM job_board ORDER BY id").fetchall() == followed
    reader.close()


def test_nothing_is_counted_where_nothing_is(home: Home, connection: sqlite3.Connection) -> None:
    found = statistics(Reader(home.database), 1, CLOCK)
    assert (found.total, found.average_match, found.by_source, found.by_week) == (0, None, {}, {})
    assert found.by_status == dict.fromkeys(STATUSES, 0)
    assert found.funnel == dict.fromkeys(FUNNEL, 0)


def test_the_funnel_counts_what_was_ever_reached(home: Home, connection: sqlite3.Connection) -> None:
    with connection:
        store(
            connection,
            ModelJob(1),
            ModelJob(2, status="rejected", reached=3, applied=NOW - timedelta(1), rejected=NOW),
            ModelJob(3, status="applied", reached=2, applied=NOW - timedelta(10)),
            ModelJob(4, status="offer", reached=4),
        )
    found = statistics(Reader(home.database), 1, CLOCK)
    assert found.funnel == {
        "new": 4,
        "interested": 3,
        "applied": 3,
        "interviewed": 2,
        "offer": 1,
        "accepted": 0,
    }
    assert (found.applied_this_week, found.answered) == (1, 2)


def test_a_week_belongs_to_the_year_of_its_thursday(home: Home, connection: sqlite3.Connection) -> None:
    moments = (
        datetime(2024, 12, 30, tzinfo=UTC),
        datetime(2027, 1, 3, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 4, tzinfo=UTC),
    )
    with connection:
        store(
            connection, *(ModelJob(number, created=moment) for number, moment in enumerate(moments, start=1))
        )
    found = statistics(Reader(home.database), 1, CLOCK)
    assert found.by_week == {"2025-W01": 1, "2026-W53": 1, "2027-W01": 1}


def test_this_week_begins_on_the_persons_monday(home: Home, connection: sqlite3.Connection) -> None:
    # Sunday 20:00 in UTC is Monday in Kolkata.
    with connection:
        store(connection, ModelJob(1, reached=2, applied=datetime(2026, 11, 15, 20, tzinfo=UTC)))
    reader = Reader(home.database)
    assert statistics(reader, 1, FixedClock(NOW, ZoneInfo("UTC"))).applied_this_week == 0
    assert statistics(reader, 1, FixedClock(NOW, ZoneInfo("Asia/Kolkata"))).applied_this_week == 1


def test_a_removed_profile_leaves_no_numbers_behind(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = board_database(tmp_path_factory.mktemp("removed"))
    with closing(connect(home)) as connection:
        with connection:
            store(connection, ModelJob(1), ModelJob(2, profile=2))
        with connection:
            connection.execute("DELETE FROM profile WHERE id = 1")
        assert {row[0] for row in connection.execute("SELECT profile_id FROM job_tally")} == {2}
        assert connection.execute("SELECT id FROM job_board").fetchall() == [(2,)]
        assert connection.execute("SELECT id FROM job_search_docsize").fetchall() == [(2,)]
