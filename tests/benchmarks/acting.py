"""The board's figures beside reading: import, scoring, key presses, start-up and memory.

Each is a measure as `tests.benchmarks.board` takes them. Import and start-up make homes of their own.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from jobcopilot.database.backup import copy_database
from jobcopilot.database.engine import Database
from jobcopilot.jobs.facts import from_json, read_facts, to_json
from jobcopilot.jobs.score import score
from jobcopilot.jobs.scoring import score_all
from jobcopilot.jobs.wanted import prepare
from jobcopilot.paths import Home
from jobcopilot.profiles.views import ProfileView, SkillView
from jobcopilot.runtime import Runtime
from tests.benchmarks import frames, intake, startup
from tests.benchmarks.measuring import Figure, figure, milliseconds

QUICK, PRESSES = 50, 100


def importing(_home: Home, jobs: int) -> Iterator[Figure]:
    """Import with skills, pay, dedupe, index and score."""
    found = intake.import_rows(jobs)
    yield figure(
        "import",
        jobs,
        [(found["import_per_s"], "")],
        unit="postings/s",
        budget=1500,
        judged="median",
        at_least=True,
    )
    yield figure("import again", jobs, [(found["again_per_s"], "")], unit="postings/s")
    yield figure("undo of the import", jobs, [(found["undo_per_s"], "")], unit="postings/s")


def scoring(home: Home, jobs: int) -> Iterator[Figure]:
    """Score 50 jobs from stored facts and from raw text, and all after a profile change."""
    profile = Runtime(home).profile
    with sqlite3.connect(home.database) as connection:
        rows = connection.execute(
            "SELECT title, place, description, work_mode FROM job JOIN job_text ON job_text.job_id = job.id LIMIT ?",
            (QUICK,),
        ).fetchall()
    facts = [to_json(read_facts(title, place, text, work_mode)) for title, place, text, work_mode in rows]
    wanted = prepare(_changed(profile, 0))

    def from_facts() -> None:
        for stored in facts:
            known = from_json(stored)
            assert known is not None
            score(wanted, known)

    def from_text() -> None:
        for title, place, text, work_mode in rows:
            score(wanted, read_facts(title, place, text, work_mode))

    yield figure(
        "score 50, facts stored", jobs, [(milliseconds(from_facts), "") for _ in range(20)], budget=10
    )
    yield figure("score 50, raw text", jobs, [(milliseconds(from_text), "") for _ in range(10)], budget=100)
    # On a copy: what is scored here must not change what the other figures, and the next run, find.
    with tempfile.TemporaryDirectory() as folder:
        database = Database(copy_database(home.database, Path(folder) / "scored.sqlite3"))
        score_all(database, _changed(profile, 0), None, None)
        seconds = []
        for change in (1, 2, 3):
            began = time.perf_counter()
            score_all(database, _changed(profile, change), None, None)
            seconds.append((time.perf_counter() - began, f"change {change}"))
        database.close()
    yield figure("score everything after a profile change", jobs, seconds, unit="s", budget=10)


def _changed(profile: ProfileView, change: int) -> ProfileView:
    from dataclasses import replace

    skills = ("Python", "SQL", "Docker", "Apache Airflow", "Kubernetes", "Go")[: 3 + change]
    return replace(
        profile, skills=tuple(SkillView(name, 5) for name in skills), roles=("Data Engineer",), years=6
    )


def painting(home: Home, jobs: int) -> Iterator[Figure]:
    """Key press to painted frame, moving and paging, and the memory of the open board."""
    found = frames.measure(home.data.parent, jobs, PRESSES)
    for keys in ("moving", "paging", "paging_back", "ends"):
        times = found[keys]
        yield Figure(
            f"key press to painted frame, {keys}",
            jobs,
            "ms",
            PRESSES,
            times["p50_ms"],
            times["p95_ms"],
            times["p95_ms"],
            budget=None if keys == "ends" else 30,
        )
    yield figure("memory of the open board", jobs, [(found["pss_mb"], "")], unit="MB", budget=200)


def starting(home: Home, jobs: int) -> Iterator[Figure]:
    """Process start to the first painted frame and row, as multiples of an empty Textual app in the same run."""
    found = startup.measure(home=home.data.parent)
    yield figure("start to first frame ÷ empty app", jobs, [(found["ratio_frame"], "")], unit="×", budget=1.6)
    yield figure("start to first row ÷ empty app", jobs, [(found["ratio_row"], "")], unit="×", budget=4)
