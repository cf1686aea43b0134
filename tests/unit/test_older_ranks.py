"""Matches that were stored by older rules come right by themselves: at the migration, then at the first start."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from jobcopilot.__main__ import main
from jobcopilot.jobs.query import Query
from jobcopilot.jobs.views import THIN_COVERAGE, THIN_RANK, JobDraft
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.scoring import is_due, score_everything
from tests.tui.feed_home import feed_home, posting
from tests.tui.real_home import at_home, home_of

TEXTS = {
    "Poor": "Requirements: Kafka, Go, Rust, Scala and 3 years of experience. A degree is needed.",
    "Good": "Requirements: Python, FastAPI and 3 years of experience. A degree is needed.",
    "Fair": "Requirements: Python, FastAPI, Kafka, Go and 3 years of experience. A degree is needed.",
}
TEXTS["Bare"] = ""
BEST_FIRST = ["Good", "Fair", "Poor", "Bare"]
OLD_RANK = "1 + match"
"""What every blocked posting had."""


def older(folder: Path) -> Runtime:
    """Return a home whose blocked postings have the ranks of older rules, so that the one added last is first."""
    runtime = home_of(folder)
    runtime.profiles.change(
        "default",
        {"skills": ["Python", "FastAPI"], "roles": ["Backend Engineer"], "places": ["Berlin, Germany"]},
    )
    runtime.forget_profile()
    for name, text in TEXTS.items():
        runtime.jobs.add(
            JobDraft(f"Backend Engineer {name}", name, "San Francisco, CA", "onsite", text, source="manual")
        )
    assert titles(runtime) == BEST_FIRST
    with closing(sqlite3.connect(runtime.home.database)) as connection, connection:
        connection.execute(f"UPDATE job SET match_rank = {OLD_RANK}")  # this file's own words
        connection.execute("INSERT INTO scoring_due SELECT id FROM profile")
    assert titles(runtime) != BEST_FIRST
    return runtime


def titles(runtime: Runtime) -> list[str]:
    """Return the companies of all jobs, the best match first."""
    return [row.company for row in runtime.pages.page(Query(), "-match", 0, 50)]


async def test_the_app_scores_again_without_being_asked(tmp_path: Path) -> None:
    runtime = older(tmp_path)
    async with at_home(runtime) as driven:
        await driven.until(lambda: not is_due(runtime), "the scoring")
        assert "Newer rules" in driven.said()
        await driven.settled()
        lines = [line for line in driven.text().splitlines() if "Backend Engineer" in line]
        assert [next(name for name in TEXTS if name in line) for line in lines[:4]] == BEST_FIRST
        assert ["✗49" in line for line in lines[:2]] == [True, True]
        assert "✗~49" in lines[3]


def test_a_command_scores_again_once_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    older(tmp_path).close()
    told = []
    for _ in range(2):
        assert main(["--home", str(tmp_path), "jobs", "list", "--sort", "-match", "--json"]) == 0
        out, err = capsys.readouterr()
        assert [job["company"] for job in json.loads(out)["jobs"]] == BEST_FIRST
        told.append(err)
    assert "Newer rules" in told[0]
    assert told[1] == ""


def test_what_was_stopped_stays_due(tmp_path: Path) -> None:
    runtime = older(tmp_path)
    stop = threading.Event()
    stop.set()
    score_everything(runtime, stop=stop)
    assert is_due(runtime)
    assert score_everything(runtime) == len(TEXTS)
    assert not is_due(runtime)
    runtime.close()


def test_the_migration_tells_the_blocked_from_those_that_say_little(tmp_path: Path) -> None:
    wants = "Requirements: Python, SQL, Apache Airflow, 5 years of experience, a degree in mathematics."
    places = {"near": "Berlin, Germany", "far": "Rome, Italy"}
    with feed_home(tmp_path) as home:
        for where, place in places.items():
            for text in (wants, "Join us."):
                home.runtime.jobs.add(JobDraft("Data Engineer", where + text[:4], place, "onsite", text))
        home.found(
            *(
                posting(number, location={"name": place}, content=text)
                for number, (place, text) in enumerate(
                    [(place, text) for place in places.values() for text in (wants, "Join us.")]
                )
            )
        )
        now = ranks(home.runtime)
        file = home.runtime.home
    with closing(sqlite3.connect(file.database)) as connection, connection:
        for table in ("job", "posting"):
            connection.execute(
                f"UPDATE {table} SET match_rank = match + CASE WHEN coverage < 0.4 OR match_rank < 500"
                " THEN 1 ELSE 1001 END"
            )
        connection.execute("DROP TABLE scoring_due")
        connection.execute("UPDATE alembic_version SET version_num = '0011'")
    runtime = Runtime(file)
    assert ranks(runtime) != now
    runtime.open()
    assert is_due(runtime)
    migrated = ranks(runtime)
    for (match, coverage, rank), (_, _, was) in zip(now, migrated, strict=True):
        assert was == (1 + match if rank < THIN_RANK else rank), (match, coverage)
    assert {(rank < THIN_RANK, coverage < THIN_COVERAGE) for _, coverage, rank in now} == {
        (False, False), (False, True), (True, False), (True, True),
    }  # fmt: skip
    score_everything(runtime)
    assert ranks(runtime) == now
    runtime.close()


def ranks(runtime: Runtime) -> list[tuple[int, float, int]]:
    """Return match, coverage and rank of all jobs and discovered postings."""
    with runtime.reader.connection() as connection:
        return [
            row
            for table in ("job", "posting")
            for row in connection.execute(f"SELECT match, coverage, match_rank FROM {table} ORDER BY id")
        ]
