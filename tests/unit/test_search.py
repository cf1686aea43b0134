"""Searching for words: what is found, in which order, and an index that follows the jobs."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from jobcopilot.database.reader import Reader
from jobcopilot.jobs import search, search_index
from jobcopilot.jobs.pages import JobPages
from jobcopilot.jobs.query import parse_query
from jobcopilot.paths import Home
from tests.effort import examples
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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return board_database(tmp_path_factory.mktemp("search"))


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


def found(pages: JobPages, text: str, sort: str = "relevance") -> list[int]:
    return pages.ids(parse_query(text, today=NOW.date()), sort)


# --- what is found ----------------------------------------------------------------------------------------------


def test_words_are_found_in_every_field(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(
        connection,
        ModelJob(1, title="Welder"),
        ModelJob(2, company="Welder Works"),
        ModelJob(3, place="Welder Street"),
        ModelJob(4, skills=("Welder",)),
        ModelJob(5, tags=("welder",)),
        ModelJob(6, notes="A welder told me."),
        ModelJob(7, description="You are a welder."),
        ModelJob(8, description="Nothing."),
    )
    assert sorted(found(pages, "welder ")) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("MONTREAL ", "Montréal"),
        ("montréal ", "Montreal"),
        ("c++ ", "We write C++ here"),
        ("c# ", "(C#, .NET)"),
        ("node.js ", "Node.js on Linux"),
        ('"data engineer" ', "a data-engineer"),
        ("über ", "Uber"),
    ],
)
def test_case_accents_and_signs(
    pages: JobPages, connection: sqlite3.Connection, text: str, holds: str
) -> None:
    filled(
        connection, ModelJob(1, description=holds), ModelJob(2, description="c and c. Berlin, engineer data")
    )
    assert found(pages, text) == [1]


def test_a_word_being_typed_is_a_beginning(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(
        connection,
        ModelJob(1, title="Pythonista"),
        ModelJob(2, description="pythonic"),
        ModelJob(3, description="py"),
        ModelJob(4, title="x", description="nothing"),
    )
    assert found(pages, "pyth") == [1, 2]
    assert found(pages, "pyth ") == []
    # A short one begins words of the head only, but is found whole anywhere.
    assert found(pages, "py") == [1, 3]
    assert found(pages, "py ") == [3]
    assert found(pages, '"a x') == []


def test_what_is_not_wanted_is_left_out(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(
        connection,
        ModelJob(1, title="Data Engineer", description="night shift"),
        ModelJob(2, title="Data Engineer", description="shift at night"),
        ModelJob(3, title="Data Analyst"),
    )
    assert sorted(found(pages, 'data -"night shift" ')) == [2, 3]
    assert found(pages, "-engineer", "title") == [3]
    assert found(pages, "-analyst da", "created") == [1, 2]


def test_profiles_do_not_see_each_others_words(home: Home, connection: sqlite3.Connection) -> None:
    filled(
        connection,
        ModelJob(1, title="Welder"),
        ModelJob(2, profile=2, title="Welder"),
        ModelJob(3, title="Nurse"),
    )
    reader = Reader(home.database)
    for profile, expected in ((1, [1]), (2, [2])):
        pages = JobPages(reader, profile, CLOCK)
        query = parse_query("welder ", today=NOW.date())
        assert (pages.ids(query, "relevance"), pages.total(query), pages.ids(query, "title")) == (
            expected,
            1,
            expected,
        )
        assert pages.total(parse_query("-nurse", today=NOW.date())) == 1
        assert pages.total(parse_query("title:weld", today=NOW.date())) == 1
    reader.close()


# --- in which order ---------------------------------------------------------------------------------------------


def test_few_results_come_by_weight(pages: JobPages, connection: sqlite3.Connection) -> None:
    filler = [ModelJob(number, description="Other words altogether.") for number in range(10, 40)]
    filled(
        connection,
        ModelJob(
            1,
            title="Nurse",
            match=99,
            description="We once had an airflow problem in a very long story. " * 5,
        ),
        ModelJob(2, title="Airflow Engineer", match=10),
        ModelJob(3, title="Nurse", skills=("Airflow",), match=10),
        *filler,
    )
    assert found(pages, "airflow ") == [2, 3, 1]


def test_many_results_come_by_place_then_match_then_newest(
    pages: JobPages, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "EXACT", 3)
    filled(
        connection,
        ModelJob(1, title="Nurse", description="airflow data", match=99),
        ModelJob(2, title="Nurse", skills=("Airflow",), place="Data Street", match=30),
        ModelJob(3, title="Nurse", skills=("Airflow",), place="Data Street", match=60),
        ModelJob(4, title="Airflow Data", match=None),
        ModelJob(5, title="Data Airflow", match=40),
        ModelJob(6, title="Data Airflow", match=40),
        ModelJob(7, title="Airflow", description="data", match=98, thin=True),
    )
    assert found(pages, "airflow data ") == [6, 5, 4, 3, 2, 1, 7]
    assert found(pages, "data airflo") == [6, 5, 4, 3, 2, 1, 7]
    assert found(pages, "airflow dat") == [6, 5, 4, 3, 2]
    assert found(pages, "airflow data match:>50 ") == [3, 1, 7]


# --- the index follows ------------------------------------------------------------------------------------------


def test_the_index_follows_a_change(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(connection, ModelJob(1, title="Welder"), ModelJob(2, title="Welder"))
    with connection, search_index.reindexing(connection, [1]):
        connection.execute("UPDATE job SET title = 'Nurse' WHERE id = 1")
        connection.execute("UPDATE job_text SET description = 'care' WHERE job_id = 1")
    assert (found(pages, "welder "), found(pages, "nurse care "), found(pages, "title:nurse ")) == (
        [2],
        [1],
        [1],
    )
    assert search_index.is_sound(connection)


def test_a_deleted_job_leaves_by_itself_and_comes_back_when_put(
    pages: JobPages, connection: sqlite3.Connection
) -> None:
    filled(connection, ModelJob(1, title="Welder", skills=("Go",)), ModelJob(2, title="Welder"))
    with connection:
        connection.execute("UPDATE job SET deleted_at = 5 WHERE id = 1")
    assert found(pages, "welder ") == [2]
    assert search_index.is_sound(connection)
    with connection:
        search_index.remove(connection, [1])
        connection.execute("UPDATE job SET deleted_at = NULL WHERE id = 1")
        search_index.put(connection, [1])
    assert sorted(found(pages, "welder ")) == [1, 2]
    with connection:
        connection.execute("DELETE FROM job WHERE id = 2")
    assert found(pages, "welder ") == [1]
    assert search_index.is_sound(connection)


def test_putting_a_job_twice_is_refused(connection: sqlite3.Connection) -> None:
    filled(connection, ModelJob(1))
    with pytest.raises(ValueError, match="job 1 is in the search index already"):
        search_index.put(connection, [1])


def test_a_forgotten_change_is_noticed_and_repaired(pages: JobPages, connection: sqlite3.Connection) -> None:
    filled(connection, ModelJob(1, title="Welder"), ModelJob(2, title="Nurse", deleted=True))
    with connection:
        connection.execute("UPDATE job SET title = 'Cook' WHERE id = 1")
    assert not search_index.is_sound(connection)
    with connection:
        search_index.rebuild(connection)
    assert search_index.is_sound(connection)
    assert (found(pages, "cook "), found(pages, "welder "), found(pages, "nurse ")) == ([1], [], [])
    with connection:
        search_index.merge(connection)
    assert found(pages, "cook ") == [1]


def test_the_index_is_kept_through_sqlalchemy_too(
    home: Home, pages: JobPages, connection: sqlite3.Connection
) -> None:
    filled(connection, ModelJob(1, title="Welder"))
    engine = create_engine(f"sqlite:///{home.database}")
    with engine.begin() as other, search_index.reindexing(other, [1]):
        other.exec_driver_sql("UPDATE job SET title = 'Cook' WHERE id = 1")
    with engine.connect() as other:
        assert search_index.is_sound(other)
    engine.dispose()
    assert found(pages, "cook ") == [1]


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_the_index_is_sound_after_any_changes(home: Home, seed: int) -> None:
    draw = random.Random(seed)
    with closing(connect(home)) as connection:
        with connection:
            clear(connection)
            store(connection, *(random_job(draw, number) for number in range(1, 15)))
        for _ in range(8):
            jobs = draw.sample(range(1, 15), draw.randint(1, 4))
            marks = ", ".join(map(str, jobs))
            with connection:
                match draw.randrange(5):
                    case 0:
                        with search_index.reindexing(connection, jobs):
                            connection.execute(
                                f"UPDATE job SET title = ? WHERE id IN ({marks})", (draw.choice(WORDS),)
                            )
                    case 1:
                        with search_index.reindexing(connection, jobs):
                            connection.execute(f"DELETE FROM job_tag WHERE job_id IN ({marks})")
                    case 2:
                        connection.execute(f"UPDATE job SET deleted_at = 1 WHERE id IN ({marks})")
                    case 3:
                        with search_index.reindexing(connection, jobs):
                            connection.execute(f"UPDATE job SET deleted_at = NULL WHERE id IN ({marks})")
                    case _:
                        connection.execute(f"DELETE FROM job WHERE id IN ({marks})")
            assert search_index.is_sound(connection)
        live = {row[0] for row in connection.execute("SELECT id FROM job WHERE deleted_at IS NULL")}
        indexed = {row[0] for row in connection.execute("SELECT id FROM job_search_docsize")}
        assert indexed == live


# --- syntax is data ---------------------------------------------------------------------------------------------

SYNTAX = (
    "'; DROP TABLE job; --",
    '" OR 1=1 --',
    "NEAR(a b, 5)",
    "title: x",
    "{title company}: x",
    "a AND OR NOT b",
    "^first",
    "wild*card*",
    "a + b",
    "(((",
    '""""',
    'company:"\'"',
    "tag:%_ skill:% source:%",
    "x'00'",
    "\\",
    "?1 :name @p $q",
    "owner:1",
    "\ue0001",
    "-" * 50,
    "company:" + "a," * 900,
    "title:x " * 200,
    "-place:y " * 200,
    '"a b" ' * 300,
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﬁ İstanbul ß",
)


@pytest.mark.parametrize("text", SYNTAX)
def test_syntax_of_sql_and_of_the_index_is_data(
    pages: JobPages, connection: sqlite3.Connection, text: str
) -> None:
    filled(connection, ModelJob(1, title="Welder"))
    for sort in ("relevance", "-match"):
        assert len(found(pages, text, sort)) == pages.total(parse_query(text, today=NOW.date()))
    assert pages.total(parse_query("welder ", today=NOW.date())) == 1


@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.one_of(st.text(max_size=60), st.text(alphabet="\"-*:()^{}+ANDORT\x00 a1é'%", max_size=40)))
def test_any_text_can_be_searched(home: Home, text: str) -> None:
    reader = Reader(home.database)
    pages = JobPages(reader, 1, CLOCK)
    query = parse_query(text, today=NOW.date())
    assert len(pages.ids(query, "relevance")) == pages.total(query) == len(pages.page(query, "-pay", 0, 50))
    reader.close()
