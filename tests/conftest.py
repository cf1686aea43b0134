"""What all tests share: the schema of a new home is copied from one that the migrations made, once in each worker."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jobcopilot.database import migrate

_upgrade = migrate.upgrade


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database that went through all migrations and holds nothing."""
    file = tmp_path_factory.mktemp("migrated") / "jobcopilot.db"
    _upgrade(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture(autouse=True)
def copied_schema(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy the schema where a test makes a new database; tests of the migrations override this by their own."""

    def upgrade(file: Path) -> None:
        if file.exists() and file.stat().st_size:
            _upgrade(file)
        else:
            shutil.copyfile(request.getfixturevalue("migrated"), file)

    monkeypatch.setattr(migrate, "upgrade", upgrade)
