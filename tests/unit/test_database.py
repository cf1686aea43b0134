"""The database file: made, kept, copied, and every refusal told before anything is touched."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command

from jobcopilot.clock import FixedClock
from jobcopilot.database import engine as engine_module
from jobcopilot.database.backup import back_up, copy_database, daily_backup, restore
from jobcopilot.database.engine import Database
from jobcopilot.database.migrate import HEAD, ensure_current
from jobcopilot.errors import BadInput, StorageError
from jobcopilot.paths import Home, find_home

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def copied_schema() -> None:
    """The migrations themselves are meant here."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return find_home(tmp_path / "home")


def _profiles(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        (count,) = connection.execute("SELECT count(*) FROM profile").fetchone()
    return int(count)


def _add_profile(file: Path, name: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(
            "INSERT INTO profile (name, full_name, email, headline, summary, roles, places, licences, remote,"
            " created_at, updated_at) VALUES (?, '', '', '', '', '[]', '[]', '[]', 'any', 0, 0)",
            (name,),
        )


def test_first_start_makes_the_file_and_the_second_does_nothing(home: Home) -> None:
    assert ensure_current(home)
    assert not ensure_current(home)
    assert not home.backups.exists(), "there was nothing to back up"


@pytest.mark.skipif(sys.platform == "win32", reason="its folders of a user are that user's")
def test_what_a_person_keeps_is_nobody_elses(home: Home) -> None:
    ensure_current(home)
    assert stat.S_IMODE(home.data.stat().st_mode) == 0o700


def test_an_older_file_is_backed_up_before_it_is_migrated(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_current(home)
    _add_profile(home.database, "ada")
    monkeypatch.setattr("jobcopilot.database.migrate.HEAD", "next")
    monkeypatch.setattr("jobcopilot.database.migrate.KNOWN", (HEAD, "next"))
    monkeypatch.setattr(command, "upgrade", lambda config, revision: None)
    ensure_current(home)
    (saved,) = home.backups.iterdir()
    assert _profiles(saved) == 1


def test_an_interrupted_migration_leaves_nothing_and_can_be_repeated(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = command.upgrade

    def pulled_plug(config: object, revision: str) -> None:
        real(config, revision)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "upgrade", pulled_plug)
    with pytest.raises(KeyboardInterrupt):
        ensure_current(home)
    with sqlite3.connect(home.database) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    monkeypatch.setattr(command, "upgrade", real)
    assert ensure_current(home)


def test_two_first_starts_at_once_make_one_database(home: Home) -> None:
    outcomes: list[bool | BaseException] = []
    together = threading.Barrier(2)

    def start() -> None:
        together.wait()
        try:
            outcomes.append(ensure_current(home))
        except StorageError as wrong:
            outcomes.append(wrong)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(outcome, bool) for outcome in outcomes), outcomes
    assert not ensure_current(home)


def test_a_newer_file_is_not_touched(home: Home) -> None:
    ensure_current(home)
    with sqlite3.connect(home.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = home.database.read_bytes()
    with pytest.raises(StorageError, match="newer Jobcopilot"):
        ensure_current(home)
    assert home.database.read_bytes() == before


def test_a_foreign_file_is_not_touched(home: Home) -> None:
    home.data.mkdir(parents=True)
    with sqlite3.connect(home.database) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StorageError, match="not a Jobcopilot database"):
        ensure_current(home)


def test_a_damaged_file_is_told_with_the_way_out(home: Home) -> None:
    home.data.mkdir(parents=True)
    home.database.write_bytes(b"not a database at all, but long enough to look" * 100)
    with pytest.raises(StorageError, match="damaged") as told:
        ensure_current(home)
    assert "restore" in told.value.hint


def test_a_home_that_cannot_be_made_is_told() -> None:
    with pytest.raises(StorageError, match="--home"):
        ensure_current(find_home("/proc/nowhere"))


def test_a_read_only_folder_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_current(home)
    # Root may write everywhere, so the system's answer is given here.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(StorageError, match="read-only"):
        ensure_current(home)


def test_a_locked_database_is_told_after_the_wait(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_current(home)
    monkeypatch.setattr(engine_module, "BUSY_MS", 50)
    holder = sqlite3.connect(home.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="busy"), Database(home.database).writing():
        pytest.fail("the other program still holds the lock")
    holder.execute("ROLLBACK")
    holder.close()
    with Database(home.database).writing() as session:
        assert session.connection().exec_driver_sql("SELECT 1").scalar() == 1


def test_a_transaction_is_kept_whole_or_not_at_all(home: Home) -> None:
    ensure_current(home)
    database = Database(home.database)
    insert = (
        "INSERT INTO profile (name, full_name, email, headline, summary, roles, places, licences, remote, created_at,"
        " updated_at) VALUES ('ada', '', '', '', '', '[]', '[]', '[]', 'any', 0, 0)"
    )
    with pytest.raises(RuntimeError), database.writing() as session:
        session.connection().exec_driver_sql(insert)
        raise RuntimeError
    assert _profiles(home.database) == 0
    with database.writing() as session:
        session.connection().exec_driver_sql(insert)
    assert _profiles(home.database) == 1


def test_a_full_disk_is_told_and_nothing_is_half_done(home: Home) -> None:
    ensure_current(home)
    with pytest.raises(StorageError, match="full"), Database(home.database).writing() as session:
        connection = session.connection()
        (pages,) = connection.exec_driver_sql("PRAGMA page_count").one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        connection.exec_driver_sql("CREATE TABLE filler (x)")
        connection.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(1000000))")
    with sqlite3.connect(home.database) as check:
        assert check.execute("SELECT count(*) FROM sqlite_master WHERE name = 'filler'").fetchone() == (0,)


def test_foreign_keys_hold(home: Home) -> None:
    ensure_current(home)
    with Database(home.database).writing() as session:
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_backup_of_a_live_database_and_restore(home: Home, tmp_path: Path) -> None:
    ensure_current(home)
    _add_profile(home.database, "ada")
    copy = copy_database(home.database, tmp_path / "copies" / "mine.sqlite3")
    _add_profile(home.database, "grace")
    saved = restore(home, copy, clock=FixedClock(NOON))
    assert _profiles(home.database) == 1
    assert saved is not None
    assert _profiles(saved) == 2, "what was there before the restore is kept"


def test_what_is_no_backup_is_refused_before_anything_is_touched(home: Home, tmp_path: Path) -> None:
    ensure_current(home)
    _add_profile(home.database, "ada")
    other = tmp_path / "photo.jpg"
    other.write_bytes(b"\xff\xd8 picture" * 500)
    for wrong in (other, tmp_path / "missing.sqlite3"):
        with pytest.raises(BadInput):
            restore(home, wrong, clock=FixedClock(NOON))
    half = tmp_path / "half.sqlite3"
    half.write_bytes(home.database.read_bytes()[:5000])
    with pytest.raises(BadInput):
        restore(home, half, clock=FixedClock(NOON))
    assert _profiles(home.database) == 1


def test_a_backup_of_something_else_or_of_a_newer_version_touches_nothing(home: Home, tmp_path: Path) -> None:
    ensure_current(home)
    _add_profile(home.database, "ada")
    foreign = tmp_path / "foreign.sqlite3"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    newer = copy_database(home.database, tmp_path / "newer.sqlite3")
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for wrong in (foreign, newer, home.database):
        with pytest.raises(BadInput, match="nothing was touched"):
            restore(home, wrong, clock=FixedClock(NOON))
    assert _profiles(home.database) == 1
    assert not ensure_current(home)
    assert [path.name for path in home.data.iterdir() if path.name.startswith(".restoring")] == []


def test_what_a_killed_process_left_of_a_copy_goes_with_the_next_daily_one(home: Home) -> None:
    ensure_current(home)
    daily_backup(home, keep=7, clock=FixedClock(NOON))
    left = [
        home.data / ".restoring-20261119120000000000.sqlite3",
        home.data / ".restoring-20261119120000000000.sqlite3-wal",
        home.backups / ".jobcopilot-20261119-120000-daily.sqlite3.x1y2z3",
    ]
    under_way = home.backups / ".jobcopilot-20261120-120000-daily.sqlite3.a1b2c3"
    for path, at in (*((path, NOON - timedelta(days=1)) for path in left), (under_way, NOON)):
        path.write_bytes(b"")
        os.utime(path, (at.timestamp(), at.timestamp()))
    daily_backup(home, keep=7, clock=FixedClock(NOON))
    assert [path for path in left if path.exists()] == []
    assert under_way.exists(), "another process may be at it"
    assert len(list(home.backups.glob("jobcopilot-*.sqlite3"))) == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_backup_that_is_killed_leaves_no_half_of_one(home: Home) -> None:
    ensure_current(home)
    with sqlite3.connect(home.database) as connection:
        connection.execute("CREATE TABLE much (it BLOB)")
        connection.executemany("INSERT INTO much VALUES (?)", [(b"x" * 1_000_000,)] * 20)
    code = (
        "import sys\nfrom jobcopilot.clock import SystemClock\nfrom jobcopilot.database.backup import back_up\n"
        "from jobcopilot.paths import find_home\nprint('go', flush=True)\n"
        "while True: back_up(find_home(sys.argv[1]), reason='killed', clock=SystemClock())"
    )
    in_the_middle = 0
    for _ in range(5):
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(home.data.parent)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        child.stdout.readline()
        while not list(home.backups.glob(".jobcopilot-*")):
            assert child.poll() is None
        child.kill()
        child.communicate()
        for made in home.backups.glob("jobcopilot-*.sqlite3"):
            with sqlite3.connect(made) as connection:
                assert connection.execute("SELECT count(*) FROM much").fetchone() == (20,)
            made.unlink()
        in_the_middle += bool(list(home.backups.glob(".jobcopilot-*")))
        daily_backup(home, keep=7, clock=FixedClock(datetime.now(UTC) + timedelta(hours=2)))
        assert list(home.backups.glob(".jobcopilot-*")) == []
    assert in_the_middle


def test_what_still_stands_in_the_log_of_another_database_comes_along(home: Home, tmp_path: Path) -> None:
    other = find_home(tmp_path / "other")
    ensure_current(other)
    reading = sqlite3.connect(other.database, isolation_level=None)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM profile").fetchone()
    _add_profile(other.database, "late")
    restore(home, other.database, clock=FixedClock(NOON))
    reading.close()
    assert _profiles(home.database) == 1


def test_an_older_backup_is_brought_up_to_date_before_it_takes_the_place(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_current(home)
    _add_profile(home.database, "ada")
    old = copy_database(home.database, tmp_path / "old.sqlite3")

    def broken(config: object, revision: str) -> None:
        raise RuntimeError("the migration fails")

    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", broken)
        with pytest.raises(RuntimeError):
            restore(home, old, clock=FixedClock(NOON))
    assert _profiles(home.database) == 1
    assert not home.backups.exists(), "nothing was begun"


def test_a_failed_copy_leaves_the_older_one(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "kept.sqlite3"
    target.write_bytes(b"older copy")
    with pytest.raises(StorageError):
        copy_database(home.database, target)
    assert target.read_bytes() == b"older copy"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.sqlite3"]


def test_one_backup_a_day_and_seven_kept(home: Home) -> None:
    ensure_current(home)
    clock = FixedClock(NOON)
    for day in range(10):
        clock.moment = NOON + timedelta(days=day)
        assert daily_backup(home, keep=7, clock=clock) is not None
        assert daily_backup(home, keep=7, clock=clock) is None
    back_up(home, reason="before-something", clock=clock)
    kept = sorted(path.name for path in home.backups.glob("*-daily.sqlite3"))
    assert len(kept) == 7
    assert kept[0].startswith("jobcopilot-20261123")
    assert len(list(home.backups.iterdir())) == 8, "only daily ones are thinned out"
