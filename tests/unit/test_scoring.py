"""Scoring many stored jobs again: whole, only what changed, interruptible, and beside other writers."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobcopilot.clock import FixedClock
from jobcopilot.database.engine import Database
from jobcopilot.database.migrate import ensure_current
from jobcopilot.database.reader import Reader
from jobcopilot.errors import NotFound
from jobcopilot.jobs import scoring
from jobcopilot.jobs.explain import explain
from jobcopilot.jobs.facts import from_json, read_facts, to_json
from jobcopilot.jobs.match import match_rank
from jobcopilot.jobs.page_rows import job_rows
from jobcopilot.jobs.score import score
from jobcopilot.jobs.scoring import score_all, score_jobs
from jobcopilot.paths import find_home
from jobcopilot.profiles.store import ProfileStore
from jobcopilot.profiles.views import ProfileView, SkillView
from jobcopilot.reading.pay import Pay

LONG_AGO = 1_700_000_000_000
TITLES = ("Senior Python Engineer", "Nurse", "Accountant", "Go Developer", "Data Engineer")
TEXTS = (
    "You need Python, FastAPI and PostgreSQL. 5 years of experience.",
    "Must have: SQL, Docker. Nice to have: Kubernetes.",
    "",
)


class Bench:
    """A database with jobs, and who searches."""

    def __init__(self, root: Path) -> None:
        home = find_home(root)
        ensure_current(home)
        self.file = home.database
        self.database, self.reader = Database(home.database), Reader(home.database)
        self.profiles = ProfileStore(
            lambda: self.database, self.reader, FixedClock(datetime(2026, 11, 20, tzinfo=UTC))
        )
        self.profiles.create("a")
        self.profile = self.profiles.change("a", {"roles": ["Backend Engineer"], "skills": ["Python", "Go"]})

    def fill(self, jobs: int, *, facts: bool = True, profile_id: int = 1) -> None:
        connection = sqlite3.connect(self.file)
        connection.execute(
            "INSERT OR IGNORE INTO company VALUES (?, ?, 'Acme', 'acme', '')", (profile_id, profile_id)
        )
        for number in range(jobs):
            title, text = TITLES[number % len(TITLES)], TEXTS[number % len(TEXTS)]
            added = connection.execute(
                "INSERT INTO job (profile_id, company_id, title, title_key, company, company_key, place, address, "
                "source, pay_text, pay_minimum, pay_currency, pay_period, pay_known, status, reached, match_rank, "
                "favourite, rejection_reason, created_at, updated_at) "
                "VALUES (?, ?, ?, ?, 'Acme', 'acme', 'Berlin', '', 'manual', '€90k', 90000, 'EUR', 'year', "
                "'parsed', 'new', 0, 0, 0, '', ?, ?)",
                (profile_id, profile_id, title, title, LONG_AGO, LONG_AGO),
            )
            pay = Pay("€90k", 90_000, None, "EUR", "year", "parsed")
            stored = to_json(read_facts(title, "Berlin", text, None, pay)) if facts else "{}"
            connection.execute(
                "INSERT INTO job_text VALUES (?, ?, '', NULL, ?)", (added.lastrowid, text, stored)
            )
        connection.commit()
        connection.close()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.reader.connection() as connection:
            return connection.execute(query).fetchall()

    def stored(self) -> list[tuple[object, ...]]:
        return self.rows(
            "SELECT id, match, level, coverage, match_rank, matched, missing, summary, updated_at FROM job "
            "LEFT JOIN job_score ON job_id = id ORDER BY id"
        )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.reader.close()
    made.database.close()


def test_every_job_gets_the_score_that_one_alone_would_get(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "CHUNK", 7)
    bench.fill(30)
    heard: list[tuple[int, int]] = []
    assert score_all(bench.database, bench.profile, lambda *so_far: heard.append(so_far)) == 30
    assert heard == [(7, 30), (14, 30), (21, 30), (28, 30), (30, 30)]
    for row in bench.stored():
        alone = explain(bench.reader, bench.profile, int(str(row[0])))
        assert row[1:5] == (alone.percent, alone.level, alone.coverage, row[4])
        assert row[4] == match_rank(alone)
        assert json.loads(str(row[5])) == [*alone.matched]
        assert json.loads(str(row[6])) == [*alone.missing, *alone.missing_nice]
        assert row[7] == alone.summary
        assert row[8] == LONG_AGO


def test_a_list_marks_what_is_out_of_reach_and_puts_it_last(bench: Bench) -> None:
    bench.fill(12)
    wanting = bench.profiles.change("a", {"places": ["Tokyo, Japan"]})
    score_all(bench.database, wanting)
    ids = [int(str(number)) for (number,) in bench.rows("SELECT id FROM job ORDER BY match_rank DESC, id")]
    with bench.reader.connection() as connection:
        listed = job_rows(connection, 1, ids)
    told = {row.id: explain(bench.reader, wanting, row.id) for row in listed}
    assert any(row.blocked for row in listed)
    assert any(row.blocked and told[row.id].thin for row in listed)
    assert all(row.blocked == told[row.id].blocked for row in listed)
    blocked = [told[row.id] for row in listed if row.blocked]
    assert listed[-len(blocked) :] == tuple(row for row in listed if row.blocked)
    # As they would stand without it, although many show the same number.
    order = [(not match.thin, match.uncapped) for match in blocked]
    assert order == sorted(order, reverse=True)
    assert len({match.uncapped for match in blocked}) > len({match.percent for match in blocked})


def test_leaving_evidence_out_changes_nothing_else(bench: Bench) -> None:
    for title in TITLES:
        for text in TEXTS:
            facts = read_facts(title, "Berlin", text)
            quick, full = (score(bench.profile, facts, shown=shown) for shown in (False, True))
            assert quick.summary == full.summary
            assert (quick.percent, quick.coverage, quick.matched) == (
                full.percent,
                full.coverage,
                full.matched,
            )
            assert [criterion[:4] for criterion in quick.criteria] == [
                criterion[:4] for criterion in full.criteria
            ]


def test_only_what_changed_is_written(bench: Bench) -> None:
    bench.fill(15)
    score_all(bench.database, bench.profile)
    with sqlite3.connect(bench.file) as watching:
        watching.executescript(
            "CREATE TABLE written (id);"
            "CREATE TRIGGER seen_job AFTER UPDATE ON job BEGIN INSERT INTO written VALUES (NEW.id); END;"
            "CREATE TRIGGER seen_score AFTER UPDATE ON job_score BEGIN INSERT INTO written VALUES (NEW.job_id); END;"
        )
    watching.close()
    assert score_all(bench.database, bench.profile) == 15
    assert bench.rows("SELECT * FROM written") == []
    richer = bench.profiles.change("a", {"add_skills": ["Kubernetes"]})
    score_all(bench.database, richer)
    wanting = bench.rows("SELECT job_id FROM job_text WHERE description LIKE '%Kubernetes%'")
    assert {*bench.rows("SELECT DISTINCT id FROM written")} == {*wanting}
    assert wanting


def test_stopped_half_way_every_job_is_old_or_new_and_a_second_run_does_the_rest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "CHUNK", 5)
    bench.fill(20)
    score_all(bench.database, bench.profile)
    old = bench.stored()
    other = bench.profiles.change("a", {"skills": ["SQL", "FastAPI"], "roles": ["Accountant"]})
    stop = threading.Event()
    assert score_all(bench.database, other, lambda done, _: stop.set() if done >= 10 else None, stop) == 10
    half = bench.stored()
    assert half[10:] == old[10:]
    assert half[:10] != old[:10]
    assert score_all(bench.database, other) == 20
    assert bench.stored()[:10] == half[:10]
    assert bench.stored()[10:] != old[10:]
    stop.set()
    assert score_all(bench.database, other, None, stop) == 0


def test_facts_of_an_older_reading_are_read_again_and_kept(bench: Bench) -> None:
    bench.fill(6, facts=False)
    assert explain(bench.reader, bench.profile, 1).matched == ("Python",)
    assert bench.rows("SELECT DISTINCT facts FROM job_text") == [("{}",)]
    score_all(bench.database, bench.profile)
    first = bench.stored()
    assert first[0][1] is not None
    assert all(str(facts).startswith("[1,") for (facts,) in bench.rows("SELECT facts FROM job_text"))
    assert ("Python",) in bench.rows(
        "SELECT name FROM skill_name JOIN job_skill ON skill_id = id WHERE job_id = 1"
    )
    score_all(bench.database, bench.profile)
    assert bench.stored() == first


def test_other_profiles_and_unknown_ids_are_left_alone(bench: Bench) -> None:
    bench.fill(4)
    bench.profiles.create("b")
    bench.fill(3, profile_id=2)
    assert score_jobs(bench.database, bench.profile, [2, 5, 6, 999]) == 1
    assert [row[0] for row in bench.stored() if row[1] is not None] == [2]
    assert score_all(bench.database, bench.profile) == 4
    assert all(row[1] is None for row in bench.stored()[4:])
    with pytest.raises(NotFound):
        explain(bench.reader, bench.profile, 999)


def test_an_empty_profile_leaves_jobs_unscored(bench: Bench) -> None:
    bench.fill(3)
    score_all(bench.database, bench.profile)
    score_all(bench.database, bench.profiles.change("a", {"roles": [], "skills": []}))
    assert [row[1:3] + row[4:5] for row in bench.stored()] == [(None, None, 0)] * 3


def test_a_change_made_meanwhile_is_not_scored_by_old_facts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.fill(3)
    changed = to_json(read_facts("Nurse", "", "Must have: wound care"))
    once = threading.Event()

    def reads_while_another_writes(stored: str) -> object:
        if not once.is_set():
            once.set()
            with sqlite3.connect(bench.file) as other:
                other.execute("UPDATE job_text SET facts = ? WHERE job_id = 1", (changed,))
            other.close()
        return from_json(stored)

    monkeypatch.setattr("jobcopilot.jobs.scoring.from_json", reads_while_another_writes)
    score_all(bench.database, bench.profile)
    assert bench.stored()[0][5] == "[]"
    assert bench.stored()[0][7] == explain(bench.reader, bench.profile, 1).summary


def test_a_profile_view_of_another_home_finds_no_jobs(bench: Bench) -> None:
    bench.fill(2)
    stranger = ProfileView(77, "x", skills=(SkillView("Python"),))
    assert score_all(bench.database, stranger) == 0
