"""What a subject asks for is what is pending: after any sequence of booking, moving, cancelling and completing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, create_engine

from jobcopilot.database.engine import Database
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.paths import Home
from jobcopilot.profiles.tables import Profile
from jobcopilot.reminders.arm import arm, cancel_for, replace_for
from jobcopilot.reminders.inbox import snooze
from jobcopilot.reminders.views import CUSTOM, DAY_BEFORE, FOLLOW_UP, HOURS_BEFORE, Subject, Wanted
from tests.effort import examples
from tests.fakes.desktop import fresh_home, put_reminders, rows

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROUND = Subject("round", 7)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return fresh_home(tmp_path)


@pytest.fixture
def database(home: Home) -> Iterator[Database]:
    opened = Database(home.database)
    with opened.writing() as session:
        session.add(Profile(id=1, name="default", created_at=NOW, updated_at=NOW))
    yield opened
    opened.close()


def _open(file: Path) -> set[tuple[object, ...]]:
    return set(rows(file, "subject_kind, subject_id, kind, due_at", "next_attempt IS NOT NULL"))


def _key(subject: Subject, wanted: Wanted) -> tuple[object, ...]:
    return (subject.kind, subject.id, wanted.kind, round(wanted.due.timestamp() * 1000))


def _before(begins: datetime) -> list[Wanted]:
    return [Wanted(DAY_BEFORE, begins - 24 * HOUR), Wanted(HOURS_BEFORE, begins - 2 * HOUR)]


def test_the_migration_makes_the_table_that_the_code_knows(database: Database) -> None:
    fresh = create_engine("sqlite://")
    tables = SQLModel.metadata.tables
    SQLModel.metadata.create_all(fresh, tables=[tables["profile"], tables["reminder"]])
    shapes = []
    for engine in (database.engine, fresh):
        with engine.connect() as connection:
            ask = connection.exec_driver_sql
            columns = {tuple(row)[1:] for row in ask("PRAGMA table_xinfo(reminder)")}
            keys = {tuple(row)[2:] for row in ask("PRAGMA foreign_key_list(reminder)")}
            indexes = {
                (name, " ".join(sql.split()))
                for name, sql in ask(
                    "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'reminder' AND sql <> ''"
                )
                if name != "reminder"
            }
            unique = [row[1] for row in ask("PRAGMA index_list(reminder)") if row[2]]
            asked_once = [row[2] for row in ask(f"PRAGMA index_info({unique[0]})")]
            shapes.append((columns, keys, indexes, asked_once))
    assert shapes[0] == shapes[1]
    assert len(shapes[0][2]) == 4


def test_booking_arms_what_lies_ahead_and_once(home: Home, database: Database) -> None:
    begins = NOW + 10 * HOUR
    with database.writing() as session:
        assert arm(session, 1, ROUND, _before(begins), now=NOW) == 1
        assert arm(session, 1, ROUND, _before(begins), now=NOW) == 0
    assert _open(home.database) == {_key(ROUND, Wanted(HOURS_BEFORE, begins - 2 * HOUR))}


def test_a_booking_that_fails_leaves_no_reminder(home: Home, database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        arm(session, 1, ROUND, _before(NOW + 48 * HOUR), now=NOW)
        raise RuntimeError
    assert rows(home.database, "id") == []


def test_moving_cancels_and_writes_new_and_moving_back_brings_back(home: Home, database: Database) -> None:
    first, second = NOW + 48 * HOUR, NOW + 72 * HOUR
    for begins in (first, second, first):
        with database.writing() as session:
            replace_for(session, 1, ROUND, _before(begins), now=NOW)
        assert _open(home.database) == {_key(ROUND, wanted) for wanted in _before(begins)}
    assert len(rows(home.database, "id")) == 4


def test_what_was_told_is_not_told_again_by_asking_again(home: Home, database: Database) -> None:
    begins = NOW + 48 * HOUR
    with database.writing() as session:
        arm(session, 1, ROUND, _before(begins), now=NOW)
    with sqlite3.connect(home.database) as connection:
        connection.execute(
            "UPDATE reminder SET status = 'sent', next_attempt = NULL WHERE kind = ?", (DAY_BEFORE,)
        )
    with database.writing() as session:
        assert not replace_for(session, 1, ROUND, _before(begins), now=NOW)
    assert [row[0] for row in rows(home.database, "status")] == ["sent", "pending"]


def test_one_that_is_due_and_not_yet_told_stays_while_it_is_wanted(home: Home, database: Database) -> None:
    begins = NOW + 48 * HOUR
    with database.writing() as session:
        arm(session, 1, ROUND, _before(begins), now=NOW)
    with database.writing() as session:
        assert not replace_for(session, 1, ROUND, _before(begins), now=begins - HOUR)
    assert len(_open(home.database)) == 2


def test_only_the_kinds_that_the_caller_speaks_for(home: Home, database: Database) -> None:
    custom = Wanted(CUSTOM, NOW + HOUR)
    with database.writing() as session:
        arm(session, 1, ROUND, [*_before(NOW + 48 * HOUR), custom], now=NOW)
        assert cancel_for(session, ROUND, now=NOW, kinds=(DAY_BEFORE, HOURS_BEFORE)) == 2
    assert _open(home.database) == {_key(ROUND, custom)}
    with database.writing() as session:
        assert cancel_for(session, ROUND, now=NOW, kinds=(FOLLOW_UP,)) == 0
        assert cancel_for(session, ROUND, now=NOW) == 1


def test_cancelling_takes_the_claim_away_from_who_is_about_to_send(home: Home, database: Database) -> None:
    with database.writing() as session:
        arm(session, 1, ROUND, [Wanted(CUSTOM, NOW + HOUR)], now=NOW)
        session.connection().exec_driver_sql("UPDATE reminder SET claimed_by = 'daemon-1', lease_until = 5")
        cancel_for(session, ROUND, now=NOW)
    assert rows(home.database, "status, claimed_by, lease_until, next_attempt") == [
        ("cancelled", None, None, None)
    ]


def test_put_off_survives_the_same_wish_and_falls_with_a_new_one(home: Home, database: Database) -> None:
    begins = NOW + 48 * HOUR
    with database.writing() as session:
        arm(session, 1, ROUND, _before(begins), now=NOW)
    told_at = begins - 24 * HOUR
    snooze(home.database, 1, told_at + HOUR, now=told_at)
    with database.writing() as session:
        assert not replace_for(session, 1, ROUND, _before(begins), now=told_at)
    assert len(_open(home.database)) == 2
    with database.writing() as session:
        assert replace_for(session, 1, ROUND, _before(begins + 24 * HOUR), now=told_at + timedelta(minutes=1))
    assert _open(home.database) == {_key(ROUND, wanted) for wanted in _before(begins + 24 * HOUR)}


def test_putting_off_what_is_not_there_or_over_is_told(home: Home) -> None:
    put_reminders(home.database, [NOW])
    with pytest.raises(NotFound):
        snooze(home.database, 99, NOW + HOUR, now=NOW)
    with pytest.raises(UsageError, match="later"):
        snooze(home.database, 1, NOW - HOUR, now=NOW)
    with sqlite3.connect(home.database) as connection:
        connection.execute("UPDATE reminder SET status = 'cancelled', next_attempt = NULL")
    with pytest.raises(UsageError, match="cancelled"):
        snooze(home.database, 1, NOW + HOUR, now=NOW)


_SUBJECTS = st.sampled_from([Subject("round", 1), Subject("round", 2), Subject("follow_up", 1)])
_WISHES = st.lists(
    st.builds(
        Wanted,
        kind=st.sampled_from([DAY_BEFORE, HOURS_BEFORE, CUSTOM]),
        due=st.integers(-5, 40).map(lambda hours: NOW + hours * HOUR),
    ),
    max_size=5,
)
_STEPS = st.lists(
    st.tuples(st.sampled_from(["arm", "replace", "cancel", "wait"]), _SUBJECTS, _WISHES, st.integers(1, 6)),
    max_size=25,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = fresh_home(tmp_path_factory.mktemp("property"))
    opened = Database(made.database)
    with opened.writing() as session:
        session.add(Profile(id=1, name="default", created_at=NOW, updated_at=NOW))
    yield opened
    opened.close()


@settings(max_examples=examples(60), deadline=None)
@given(steps=_STEPS)
def test_the_pending_set_is_exactly_what_the_subjects_ask_for(
    shared: Database, steps: list[tuple[str, Subject, list[Wanted], int]]
) -> None:
    with Session(shared.engine) as session:
        session.connection().exec_driver_sql("DELETE FROM reminder")
        now = NOW
        asked: dict[Subject, set[tuple[object, ...]]] = {}
        for step, subject, wishes, hours in steps:
            ahead = {_key(subject, wish) for wish in wishes if wish.due > now}
            known = asked.setdefault(subject, set())
            if step == "arm":
                arm(session, 1, subject, wishes, now=now)
                known |= ahead
            elif step == "replace":
                replace_for(session, 1, subject, wishes, now=now)
                # Due, still wanted and not told yet: it stays.
                asked[subject] = ahead | (known & {_key(subject, wish) for wish in wishes})
            elif step == "cancel":
                cancel_for(session, subject, now=now)
                asked[subject] = set()
            else:
                now += hours * HOUR
            found = session.connection().exec_driver_sql(
                "SELECT subject_kind, subject_id, kind, due_at FROM reminder WHERE next_attempt IS NOT NULL"
            )
            assert {tuple(row) for row in found} == set().union(*asked.values())
        session.rollback()
