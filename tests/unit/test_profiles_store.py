"""Who is searching: kept, changed, and filled from a résumé."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.clock import FixedClock
from jobcopilot.database.engine import Database
from jobcopilot.database.migrate import ensure_current
from jobcopilot.database.reader import Reader
from jobcopilot.errors import JobcopilotError, NotFound, UsageError
from jobcopilot.paths import find_home
from jobcopilot.profiles.store import ProfileStore, checked_name
from jobcopilot.profiles.values import parse_changes, read_skills
from jobcopilot.profiles.views import ProfileDraft, SkillView

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[ProfileStore]:
    home = find_home(tmp_path)
    ensure_current(home)
    reader, database = Reader(home.database), Database(home.database)
    yield ProfileStore(lambda: database, reader, clock)
    reader.close()
    database.close()


def test_a_fresh_home_gets_one_default_profile(store: ProfileStore) -> None:
    store.ensure_default()
    store.ensure_default()
    (profile,) = store.list()
    assert (profile.name, profile.remote, profile.skills, profile.created_at) == ("default", "any", (), NOON)


def test_reading_a_profile_imports_no_sqlalchemy(store: ProfileStore, tmp_path: Path) -> None:
    store.ensure_default()
    code = (
        "import sys; from jobcopilot.paths import find_home; from jobcopilot.runtime import Runtime;"
        f"print(Runtime(find_home({str(tmp_path)!r})).profiles.get('default').name);"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'sqlalchemy', 'sqlmodel', 'pydantic'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split("\n")[:2] == ["default", "[]"]


def test_every_field_is_kept_and_read_back(store: ProfileStore, clock: FixedClock) -> None:
    store.create("Ada")
    clock.moment += timedelta(minutes=5)
    changed = store.change(
        "ada",
        parse_changes([
            "full_name= Ada  Lovelace ", "email=ada@example.org", "headline=Analyst", "summary=First.\n\nSecond.",
            "roles=Senior Backend;Data Engineer", "skills=python:5,FastAPI,Go:2.5", "places=Berlin, Germany; Remote EU",
            "remote=yes", "years=7", "seniority=Sr", "min_pay=120k USD", "licences=Driver's license",
        ]),
    )  # fmt: skip
    assert changed == store.get("Ada")
    assert changed.full_name == "Ada Lovelace"
    assert changed.summary == "First.\n\nSecond."
    assert changed.roles == ("Senior Backend", "Data Engineer")
    assert changed.places == ("Berlin, Germany", "Remote EU")
    assert changed.licences == ("Driver's license",)
    assert (changed.remote, changed.years, changed.seniority) == ("remote", 7, "senior")
    assert (changed.minimum_pay, changed.pay_currency) == (120_000, "USD")
    assert [(skill.name, skill.years) for skill in changed.skills] == [
        ("Python", 5),
        ("FastAPI", None),
        ("Go", 2.5),
    ]
    assert (changed.created_at, changed.updated_at) == (NOON, NOON + timedelta(minutes=5))


def test_single_skills_come_and_go(store: ProfileStore) -> None:
    store.create("a")
    store.change("a", parse_changes(["skills=Python:5,Go"]))
    store.change("a", parse_changes(["skills+=PostgreSQL:2, python", "skills-=GO"]))
    assert store.get("a").skills == (SkillView("Python", 5), SkillView("PostgreSQL", 2))
    store.set_skills("a", [SkillView("PYTHON"), SkillView("python", 3)])
    assert store.get("a").skills == (SkillView("Python"),)


def test_empty_values_take_fields_back(store: ProfileStore) -> None:
    store.create("a")
    store.change(
        "a", parse_changes(["years=7", "seniority=senior", "min_pay=90k EUR", "roles=X", "remote=no"])
    )
    store.change("a", parse_changes(["years=", "seniority=none", "min_pay=-", "roles=", "remote="]))
    profile = store.get("a")
    assert (profile.years, profile.seniority, profile.minimum_pay, profile.pay_currency) == (None,) * 4
    assert (profile.roles, profile.remote) == ((), "any")


def test_a_minimum_without_currency_keeps_the_one_there(store: ProfileStore) -> None:
    store.create("a")
    store.change("a", parse_changes(["min_pay=€90k"]))
    store.change("a", parse_changes(["min_pay=95000"]))
    assert (store.get("a").minimum_pay, store.get("a").pay_currency) == (95_000, "EUR")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("120k USD", 120_000, "USD"),
        ("USD 120,000", 120_000, "USD"),
        ("€60k", 60_000, "EUR"),
        ("60.000 €", 60_000, "EUR"),
        ("120000", 120_000, None),
        ("120k", 120_000, None),
        ("50 USD/hour", 104_000, "USD"),
    ],
)
def test_reads_a_minimum_pay(text: str, amount: float, currency: str | None) -> None:
    changes = parse_changes([f"min_pay={text}"])
    assert (changes["minimum_pay"], changes.get("pay_currency")) == (amount, currency)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("skils=Go", ("skils", "skills", "min_pay")),
        ("Python", ("KEY=VALUE", "Python", "roles")),
        ("years=many", ("years", "many")),
        ("years=900", ("years", "900")),
        ("skills=Go:200", ("skills", "200")),
        ("remote=sometimes", ("remote", "sometimes", "hybrid")),
        ("seniority=wizard", ("seniority", "wizard", "senior", "staff")),
        ("min_pay=a lot", ("min_pay", "a lot")),
        ("currency=Euros", ("pay_currency", "Euros", "EUR")),
        ("roles+=Nurse", ("+=", "skills", "roles=")),
    ],
)
def test_a_mistake_names_the_key_and_what_is_allowed(assignment: str, words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as mistake:
        parse_changes([assignment])
    assert all(word in str(mistake.value) for word in words), str(mistake.value)


def test_nothing_is_changed_when_one_of_the_fields_is_wrong(store: ProfileStore) -> None:
    store.create("a")
    for changes in (
        {"years": 5, "remote": "maybe"},
        {"years": 5, "shoe_size": 44},
        {"years": "5"},
        {"roles": 7},
    ):
        with pytest.raises(UsageError):
            store.change("a", changes)
    assert store.get("a").years is None


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=4))
def test_whatever_is_typed_is_read_or_refused_in_words(texts: list[str]) -> None:
    keys = ("skills", "min_pay", "places", "years", "seniority", "remote", "skills+")
    for text in texts:
        for key in keys:
            with suppress(JobcopilotError):
                parse_changes([f"{key}={text}"])


def test_skills_are_read_with_their_years() -> None:
    assert read_skills("Python:5, FastAPI;C++ : 2 years, CI/CD,, Go:1.5y") == (
        SkillView("Python", 5), SkillView("FastAPI"), SkillView("C++", 2), SkillView("CI/CD"), SkillView("Go", 1.5),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["work", "Ada 2", "data-jobs", "ünï_côde", "x" * 40])
def test_names_that_may_be(name: str) -> None:
    assert checked_name(f"  {name} ") == name


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a/b", "../up", "-x", "a\x1b[31mb;", "a.b", "[red]"])
def test_names_that_may_not_be(name: str) -> None:
    with pytest.raises(UsageError, match="letters, digits"):
        checked_name(name)


def test_a_taken_or_unknown_name_is_told(store: ProfileStore) -> None:
    store.create("Work")
    with pytest.raises(UsageError, match="already"):
        store.create("work")
    with pytest.raises(NotFound, match="There are: Work"):
        store.get("play")
    assert store.get(" WORK ").name == "Work"


def test_a_resume_fills_what_is_empty_and_overwrites_nothing(store: ProfileStore) -> None:
    store.create("a")
    store.change(
        "a", {"full_name": "Ada", "skills": [SkillView("Python", 5), SkillView("Go")], "licences": ["CPA"]}
    )
    draft = ProfileDraft(
        full_name="A. Lovelace",
        email="ada@example.org",
        roles=("Data Engineer",),
        licences=("CPA", "Driving licence"),
        years=9,
        skills=(SkillView("golang", 3), SkillView("Python", 1), SkillView("SQL", 2)),
    )
    profile = store.take_over("a", draft)
    assert (profile.full_name, profile.email, profile.years) == ("Ada", "ada@example.org", 9)
    assert profile.roles == ("Data Engineer",)
    assert profile.licences == ("CPA", "Driving licence")
    assert profile.skills == (SkillView("Python", 5), SkillView("Go", 3), SkillView("SQL", 2))
    assert store.take_over("a", ProfileDraft()).skills == profile.skills
    replaced = store.take_over("a", draft, overwrite=True)
    assert (replaced.full_name, replaced.skills[0]) == ("A. Lovelace", SkillView("Python", 1))


def test_deleting_takes_all_of_it_along_but_never_the_last_or_the_active_one(
    store: ProfileStore, tmp_path: Path
) -> None:
    store.create("a")
    with pytest.raises(UsageError, match="only profile"):
        store.delete("a")
    store.create("b")
    store.set_skills("b", [SkillView("Python")])
    with pytest.raises(UsageError, match="active"):
        store.delete("b", active="B")
    store.delete("b")
    assert [profile.name for profile in store.list()] == ["a"]
    reader = Reader(find_home(tmp_path).database)
    with reader.connection() as connection:
        assert connection.execute("SELECT count(*) FROM profile_skill").fetchone() == (0,)
    reader.close()
    with pytest.raises(NotFound):
        store.delete("b")
