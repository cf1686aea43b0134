"""The migrations, held against the tables that the rooms declare and the names that a start relies on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from jobcopilot.database import migrations
from jobcopilot.database.migrate import HEAD, KNOWN, ensure_current
from jobcopilot.jobs.conditions import _FAVOURITE, _MODES, _STATUS_BITS  # held against the migration
from jobcopilot.jobs.orders import CARRIED, order_of
from jobcopilot.jobs.search_index import INDEXES
from jobcopilot.jobs.views import SORT_FIELDS, STATUSES
from jobcopilot.paths import Home, find_home
from tests.fakes.board_model import ModelJob, board_database, connect, store

FOLLOWING = ("job_board", "job_tally", "job_source", "job_search", "job_headline", "practice_search")
"""Tables that follow from the declared ones by triggers; the migration alone makes them."""


@pytest.fixture(autouse=True)
def copied_schema() -> None:
    """The migrations themselves are meant here."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = find_home(tmp_path_factory.mktemp("migrated"))
    ensure_current(home)
    return home


def _declared() -> Any:
    """All tables of all rooms."""
    import importlib
    import pkgutil

    import jobcopilot

    for room in pkgutil.iter_modules(jobcopilot.__path__):
        folder = Path(jobcopilot.__path__[0]) / room.name
        if (folder / "tables.py").exists():
            importlib.import_module(f"jobcopilot.{room.name}.tables")
    return SQLModel.metadata


def _ours(thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
    made_here = kind == "index" and name == "job_text_with_notes"
    return not (made_here or (table or "").startswith(FOLLOWING))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_a_migrated_file_has_the_tables_that_are_declared(home: Home) -> None:
    engine = create_engine(f"sqlite:///{home.database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours, "compare_type": True})
        assert compare_metadata(context, _declared()) == []
    engine.dispose()


def test_the_head_that_a_start_compares_with_is_the_folders() -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    folder = ScriptDirectory.from_config(config)
    in_order = [script.revision for script in folder.walk_revisions()][::-1]
    assert (folder.get_current_head(), tuple(in_order)) == (HEAD, KNOWN)


def test_orders_and_filters_name_what_the_migration_makes(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as connection:
        for field in SORT_FIELDS:
            order = order_of(field)
            indexed = [row[2] for row in connection.execute(f"PRAGMA index_info({order.index})")]
            assert indexed[:3] == ["profile_id", order.column, "id"]
            assert set(CARRIED) <= set(indexed)
        for index, columns in INDEXES.items():
            assert [row[1] for row in connection.execute(f"PRAGMA table_info({index})")] == columns.split(
                ", "
            )


def test_facets_are_written_as_filters_read_them(tmp_path: Path) -> None:
    home = board_database(tmp_path)
    with closing(connect(home)) as connection:
        jobs = [ModelJob(number, status=status) for number, status in enumerate(STATUSES, start=1)]
        modes = ("remote", "hybrid", "onsite", None)
        jobs += [ModelJob(20 + number, work_mode=mode, favourite=True) for number, mode in enumerate(modes)]
        with connection:
            store(connection, *jobs)
        facets = dict(connection.execute("SELECT id, facets FROM job_board"))
        for code, job in enumerate(jobs[: len(STATUSES)]):
            assert facets[job.id] & _STATUS_BITS == code
        for job in jobs[len(STATUSES) :]:
            assert facets[job.id] & _MODES["onsite"] == _MODES[job.work_mode or "unknown"]
            assert facets[job.id] & _FAVOURITE


def test_no_page_reads_more_than_its_index(home: Home) -> None:
    """A walk through an order with any carried filter touches the order's index alone."""
    with closing(sqlite3.connect(home.database)) as connection:
        for field in SORT_FIELDS:
            for way in ("", "-"):
                walk = order_of(way + field).walk("row.id", " AND row.facets & 7 = 0 AND row.created_at > 5")
                plan = connection.execute(f"EXPLAIN QUERY PLAN {walk}", [1] * walk.count("?")).fetchall()
                details = [row[3] for row in plan]
                assert any("COVERING INDEX" in detail for detail in details), details
                assert not any("TEMP B-TREE" in detail for detail in details), details
