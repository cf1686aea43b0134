"""A home with tracked jobs in it, for tests of everything that changes them."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jobcopilot.clock import FixedClock
from jobcopilot.jobs.history import History
from jobcopilot.jobs.intake import Intake
from jobcopilot.jobs.store import JobStore
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DESCRIPTION = """About the role
You will build services in Python and FastAPI on PostgreSQL.
Requirements: 5+ years of Python. Nice to have: Kubernetes.
We pay €80,000–€95,000 a year. Hybrid, Berlin."""


@dataclass(slots=True)
class Board:
    """The parts that write, one clock that the test moves, and a look into the database."""

    runtime: Runtime
    clock: FixedClock

    @property
    def jobs(self) -> JobStore:
        return self.runtime.jobs

    @property
    def history(self) -> History:
        return self.runtime.history

    @property
    def intake(self) -> Intake:
        return self.runtime.intake

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.moment += timedelta(**by)

    def add(self, title: str = "Data Engineer", company: str = "Acme", **fields: Any) -> int:
        """Track a job by hand and return its id."""
        return self.jobs.add(JobDraft(title=title, company=company, **({"source": "manual"} | fields))).job_id

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return what a query of the test finds."""
        with closing(sqlite3.connect(self.runtime.home.database)) as connection:
            return connection.execute(query, parameters).fetchall()

    def column(self, job_id: int, name: str) -> Any:
        """Return one stored value of a job or of its texts."""
        query = f"SELECT {name} FROM job JOIN job_text ON job_text.job_id = job.id WHERE job.id = ?"
        return self.rows(query, job_id)[0][0]

    def live(self) -> list[int]:
        """Return the ids on the board."""
        return [job_id for (job_id,) in self.rows("SELECT id FROM job WHERE deleted_at IS NULL ORDER BY id")]

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that is stored of the live jobs, but when they were updated."""
        with closing(sqlite3.connect(self.runtime.home.database)) as connection:
            columns = ", ".join(
                f'job."{name}"'
                for _, name, *_ in connection.execute("PRAGMA table_info(job)")
                if name != "updated_at"
            )
            live = "(SELECT id FROM job WHERE deleted_at IS NULL)"
            queries = {
                "job": f"SELECT {columns}, company.key, company.notes FROM job"
                " JOIN company ON company.id = company_id WHERE deleted_at IS NULL ORDER BY job.id",
                "text": f"SELECT * FROM job_text WHERE job_id IN {live} ORDER BY job_id",
                "score": f"SELECT * FROM job_score WHERE job_id IN {live} ORDER BY job_id",
                "skill": f"SELECT * FROM job_skill WHERE job_id IN {live} ORDER BY job_id, skill_id",
                "tag": f"SELECT * FROM job_tag WHERE job_id IN {live} ORDER BY job_id, tag",
                "document": f"SELECT * FROM job_document WHERE job_id IN {live} ORDER BY id",
                "indexed": f"SELECT id FROM job_search_docsize WHERE id IN {live} ORDER BY id",
            }
            return {name: connection.execute(query).fetchall() for name, query in queries.items()}

    def check(self) -> None:
        """Assert that what is kept beside the jobs says what the jobs say."""
        with closing(sqlite3.connect(self.runtime.home.database, isolation_level=None)) as connection:
            for index in ("job_search", "job_headline"):
                connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            ids = connection.execute("SELECT id FROM job WHERE deleted_at IS NULL ORDER BY id").fetchall()
            assert connection.execute("SELECT id FROM job_board ORDER BY id").fetchall() == ids
            assert connection.execute("SELECT id FROM job_search_docsize ORDER BY id").fetchall() == ids


@cache
def _template() -> Path:
    runtime = Runtime(find_home(tempfile.mkdtemp(prefix="jobcopilot-template-")), clock=FixedClock(NOON))
    runtime.open()
    from jobcopilot.profiles.views import SkillView

    runtime.profiles.change("default", {"roles": ["Senior Backend Engineer"], "places": ["Berlin"]})
    runtime.profiles.set_skills("default", [SkillView(name) for name in ("Python", "FastAPI", "Go")])
    runtime.close()
    with closing(sqlite3.connect(runtime.home.database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return runtime.home.database


def make_board(folder: Path) -> Board:
    """Return an empty board under a folder; the database is copied, not migrated, each time."""
    home = find_home(folder)
    home.data.mkdir(parents=True)
    shutil.copy(_template(), home.database)
    clock = FixedClock(NOON)
    return Board(Runtime(home, clock=clock), clock)
