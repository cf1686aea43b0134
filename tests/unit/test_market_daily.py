"""Daily statistics: rebuilt from history they are what they were when built day by day, whatever came in what order."""

from __future__ import annotations

import itertools
import random
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcopilot.errors import Cancelled, UsageError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.market.counting import Census, Counted
from jobcopilot.market.daily import date_of
from jobcopilot.market.upkeep import CHUNK
from jobcopilot.market.views import Progress, Query
from tests.fakes.market import START, WORDS, Title, Town, another, new_town

NUMBERS = itertools.count(1)
DAYS = 12
TITLES = ("Data Engineer", "Senior Data Engineer", "Platform Engineer", "Poet")
PLACES = ("Berlin, Berlin, DE", "Munich, Bavaria, DE; Berlin, Berlin, DE", "remote DE", "FR", "nowhere known")
SKILLS = ("Python", "SQL", "Kubernetes", "Go")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return new_town(tmp_path_factory.mktemp("market"))


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return new_town(tmp_path)


def fresh(home: Town) -> Town:
    return another(home, f"person {next(NUMBERS)}")


pays = st.none() | st.tuples(
    st.none() | st.integers(20, 300).map(lambda n: n * 1000.0), st.integers(20, 300).map(lambda n: n * 1000.0)
)
postings = st.fixed_dictionaries({
    "seen": st.integers(0, DAYS - 1),
    "title": st.sampled_from(TITLES),
    "place": st.sampled_from(PLACES),
    "pay": pays,
    "currency": st.sampled_from(("USD", "EUR", "XXX")),
    "skills": st.lists(st.sampled_from(SKILLS), unique=True, max_size=3),
    "address_key": st.none() | st.sampled_from(("one", "two")),
    "closed": st.none() | st.integers(0, 6),
    "back": st.none() | st.integers(1, 4),
    "raise": st.none() | st.tuples(st.integers(0, 6), st.integers(20, 300).map(lambda n: n * 1000.0)),
    "edit": st.none() | st.tuples(st.integers(0, 6), st.sampled_from(TITLES)),
})  # fmt: skip
SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def timeline(plans: list[dict[str, Any]]) -> dict[int, list[tuple[int, str]]]:
    """Return what happens on which day: (number of the plan, action); a closing is noticed the day after."""
    found: dict[int, list[tuple[int, str]]] = {}

    def add(day: int, number: int, action: str) -> None:
        if day < DAYS:
            found.setdefault(day, []).append((number, action))

    for number, plan in enumerate(plans):
        add(plan["seen"], number, "find")
        if plan["raise"]:
            add(plan["seen"] + plan["raise"][0], number, "raise")
        if plan["edit"]:
            add(plan["seen"] + plan["edit"][0], number, "edit")
        if plan["closed"] is not None:
            closed = plan["seen"] + plan["closed"]
            add(closed + 1, number, "close")
            if plan["back"]:
                add(closed + 1 + plan["back"], number, "repost")
    return found


def act(town: Town, source: int, plan: dict[str, Any], action: str, day: int, posting: int | None) -> int:
    if action == "find":
        return town.posting(
            source,
            day,
            plan["title"],
            plan["place"],
            plan["pay"],
            currency=plan["currency"],
            must=plan["skills"],
            address_key=plan["address_key"],
        )
    assert posting is not None
    if action == "raise":
        before = plan["pay"][0] if plan["pay"] else None
        town.event(posting, day, "pay", {"pay_minimum": before}, pay_minimum=plan["raise"][1])
    elif action == "edit":
        town.change(posting, title=plan["edit"][1])
    elif action == "close":
        town.close(posting, day - 1)
    else:
        town.repost(posting, day)
    return posting


def live(town: Town, plans: list[dict[str, Any]], build_on: set[int]) -> None:
    """Let everything happen in its time, and build on some days."""
    source = town.source("acme")
    numbers: dict[int, int] = {}
    happening = timeline(plans)
    for day in range(DAYS):
        town.today(day)
        for number, action in happening.get(day, []):
            numbers[number] = act(town, source, plans[number], action, day, numbers.get(number))
        if day in build_on:
            town.market().build()


@pytest.mark.slow
@SETTINGS
@given(plans=st.lists(postings, max_size=9), build_on=st.sets(st.integers(0, DAYS - 1)))
def test_a_rebuild_gives_the_rows_of_building_day_by_day(
    home: Town, plans: list[dict[str, Any]], build_on: set[int]
) -> None:
    town = fresh(home)
    live(town, plans, build_on)
    town.market().build()
    by_day = town.rows()
    town.market().build()
    assert town.rows() == by_day
    town.market().build(anew=True)
    assert town.rows() == by_day
    never_built_before = fresh(home)
    live(never_built_before, plans, set())
    never_built_before.market().build()
    assert never_built_before.rows() == by_day


@pytest.mark.slow
@SETTINGS
@given(plans=st.lists(postings, max_size=9), seed=st.integers(0, 1000))
def test_the_order_of_arrival_changes_nothing(home: Town, plans: list[dict[str, Any]], seed: int) -> None:
    # Two postings of one address seen in the same moment are told apart by which was first: not part of this.
    plans = [plan | {"address_key": None} for plan in plans]
    one, other = fresh(home), fresh(home)
    shuffled = list(plans)
    random.Random(seed).shuffle(shuffled)
    for town, order in ((one, plans), (other, shuffled)):
        source = town.source("acme")
        town.today(DAYS)
        for plan in order:
            settle(town, source, plan)
            town.market().refresh()
        town.market().build()
    assert one.rows() == other.rows()


@SETTINGS
@given(plans=st.lists(postings, min_size=1, max_size=8), silent=st.lists(postings, min_size=1, max_size=5))
def test_missing_pay_moves_no_average(
    home: Town, plans: list[dict[str, Any]], silent: list[dict[str, Any]]
) -> None:
    plans = [plan | {"address_key": None} for plan in plans]
    quiet = [plan | {"address_key": None, "pay": None, "raise": None} for plan in silent]
    one, other = fresh(home), fresh(home)
    live(one, plans, set())
    live(other, plans + quiet, set())
    for town in (one, other):
        town.market().build()
    paid = {row[:3]: row[4:9] for row in one.rows() if row[4]}
    assert paid == {row[:3]: row[4:9] for row in other.rows() if row[4] and row[:3] in paid}


@pytest.mark.slow
@SETTINGS
@given(
    plans=st.lists(postings, max_size=6),
    late=st.lists(st.tuples(st.integers(1, DAYS), postings), min_size=1, max_size=6),
)
def test_sources_that_came_later_never_look_like_growth(
    home: Town, plans: list[dict[str, Any]], late: list[tuple[int, dict[str, Any]]]
) -> None:
    plans = [plan | {"address_key": None} for plan in plans]
    one, other = fresh(home), fresh(home)
    for town in (one, other):
        town.today(DAYS)
        steady = town.source("old", polled=range(DAYS + 1))
        for plan in plans:
            settle(town, steady, plan)
    for first, plan in late:
        source = other.source(f"late {next(NUMBERS)}", polled=range(first, DAYS + 1))
        settle(other, source, plan | {"address_key": None, "seen": max(plan["seen"], first)})
    query = Query(since=date_of(START))
    shown = []
    for town in (one, other):
        market = town.market()
        market.refresh()
        shown.append((market.trend(query), market.skills(query)))
    (trend, skills), (with_late, skills_with_late) = shown
    assert with_late.points == trend.points
    assert len(with_late.left_out) == len(late)
    then = {row.name: row.change for row in skills.demands}
    assert all(row.change == then[row.name] for row in skills_with_late.demands if row.name in then)


def settle(town: Town, source: int, plan: dict[str, Any]) -> None:
    """Let everything happen to one posting."""
    posting: int | None = None
    for day, actions in sorted(timeline([plan]).items()):
        for _, action in actions:
            posting = act(town, source, plan, action, day, posting)


def test_of_skills_asked_for_alike_the_alphabet_decides() -> None:
    for names in ({1: "Go", 2: "SQL", 3: "Ada"}, {3: "Go", 1: "SQL", 2: "Ada"}):
        census = Census(names, {4: "DE"}.__getitem__)
        census.come(Counted(9, (4,), None, None, (1, 2, 3)))
        asked = {row.skills for row in census.rows()}
        assert [names[int(pair.partition(":")[0])] for pair in asked.pop().split()] == ["Ada", "Go", "SQL"]
        assert not asked


def test_a_posting_that_leaves_takes_its_pay_along() -> None:
    census = Census({}, {4: "DE"}.__getitem__)
    staying, leaving = Counted(9, (4,), 10, None, ()), Counted(9, (4,), 50, 70, ())
    census.begin([staying, leaving])
    assert {row[2:8] for row in census.rows()} == {(2, 2, 30, 30, 70, 70)}
    census.go(leaving)
    assert {row[2:8] for row in census.rows()} == {(1, 1, 10, 10, None, None)}


def test_a_day_counts_what_was_open_at_its_end(town: Town) -> None:
    source = town.source("acme")
    town.today(5)
    staying = town.posting(source, 1, pay=(80_000, 100_000), must=("Python", "SQL"))
    town.posting(source, 2, pay=(60_000, None), must=("Python",), closed=4)
    town.posting(source, 3, "Poet", "remote US")
    town.market().build()
    world = {row[0]: row[3:] for row in town.rows() if row[1:3] == ("", "")}
    assert world[1] == (1, 1, 80_000, 80_000, 100_000, 100_000, (("Python", 1), ("SQL", 1)))
    assert world[2] == (2, 2, 70_000, 70_000, 100_000, 100_000, (("Python", 2), ("SQL", 1)))
    assert world[3][:2] == (3, 2)
    assert world[4][:2] == (2, 1)
    assert {row[1:3] for row in town.rows() if row[0] == 4} == {
        ("", ""), ("Data Engineer", ""), ("unknown", ""), ("", "DE"), ("", "remote"),
    }  # fmt: skip
    assert staying


def test_narrow_groups_are_kept_from_five_postings(town: Town) -> None:
    source = town.source("acme")
    town.today(0)
    for _ in range(4):
        town.posting(source, 0)
    town.market().build()
    assert {row[2] for row in town.rows()} == {"", "DE"}
    town.posting(source, 0)
    town.market().build()
    assert {row[2]: row[3] for row in town.rows() if row[1] == "Data Engineer"} == dict.fromkeys(
        ("", "DE", "DE/Berlin", "DE/Berlin/Berlin"), 5
    )


def test_several_places_are_several_rows_of_one_posting(town: Town) -> None:
    source = town.source("acme")
    town.today(0)
    for _ in range(5):
        town.posting(source, 0, place="Munich, Bavaria, DE; Berlin, Berlin, DE; Paris, FR")
    town.market().build()
    counts = {row[2]: row[3] for row in town.rows() if row[1] == ""}
    assert counts == dict.fromkeys(
        ("", "DE", "FR", "DE/Bavaria", "DE/Berlin", "DE/Bavaria/Munich", "DE/Berlin/Berlin", "FR//Paris"), 5
    )


def test_a_posting_counts_once_tracked_and_imported_and_shown_by_two_feeds(town: Town) -> None:
    one, other = town.source("acme"), town.source("jobs", feed="remotive")
    town.today(3)
    first = town.posting(one, 1, address_key="acme.example/1", key="77")
    town.posting(other, 2, address_key="acme.example/1")
    runtime = town.runtime
    by_id = JobDraft(
        "Data Engineer", "Acme", "Berlin, Berlin, DE", source="feed:lever", source_id="lever:acme:77"
    )
    job = runtime.intake.add(by_id).job_id
    town.market().build()
    assert [row[3] for row in town.rows() if row[1:3] == ("", "")] == [1, 1, 1]
    runtime.intake.add(JobDraft("Data Engineer", "Other", "Berlin, Berlin, DE", source="manual"))
    town.market().build()
    assert [row[3] for row in town.rows() if row[1:3] == ("", "")] == [1, 1, 2]
    town.change(first, address_key=None)
    town.market().build()
    assert [row[3] for row in town.rows() if row[1:3] == ("", "")] == [1, 2, 3]
    with town.writing() as connection:
        connection.execute("DELETE FROM source WHERE id = ?", (one,))
    town.market().build()
    # The feed's posting is gone: the job counts for itself, from the day it came.
    assert [row[3] for row in town.rows() if row[1:3] == ("", "")] == [1, 3]
    town.today(3, hour=13)
    runtime.jobs.delete([job])
    town.market().build()
    assert [row[3] for row in town.rows() if row[1:3] == ("", "")] == [1, 2]


def test_a_missed_week_is_caught_up_and_a_stop_keeps_whole_days(town: Town) -> None:
    source = town.source("acme")
    town.today(0)
    town.posting(source, 0)
    town.market().build()
    town.today(7)
    stop = threading.Event()
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        told.append(progress)
        if progress.done == 3:
            stop.set()

    with pytest.raises(Cancelled):
        town.market().build(progress=tell, stop=stop)
    assert told[-1] == Progress("counting", 3, 7)
    assert {row[0] for row in town.rows()} == set(range(4))
    town.market().build()
    assert {row[0] for row in town.rows()} == set(range(8))


def test_only_days_that_no_longer_hold_are_built_again(town: Town) -> None:
    source = town.source("acme")
    town.today(0)
    posting = town.posting(source, 0)
    town.today(9)
    assert town.market().build().days == 10
    town.close(posting, 8)
    assert town.market().build().days == 2
    built = town.market().build()
    assert (built.records, built.days) == (0, 0)


def test_one_day_is_built_again_on_demand_and_no_day_to_come(town: Town) -> None:
    source = town.source("acme")
    town.today(4)
    town.posting(source, 1)
    town.market().build()
    before = town.rows()
    with town.writing() as connection:
        connection.execute("UPDATE market_daily SET postings = 99 WHERE day = ?", (START + 2,))
    town.market().build_day(date_of(START + 2))
    assert town.rows() == before
    with pytest.raises(UsageError):
        town.market().build_day(date_of(START + 5))


def test_a_newer_vocabulary_is_read_with_when_all_is_built_anew(town: Town) -> None:
    source = town.source("acme")
    town.today(2)
    town.posting(source, 0, "Poet")
    town.market().build()
    newer = replace(WORDS, role=lambda title: Title("Writer"))
    assert town.market(newer).build().records == 0
    assert {row[1] for row in town.rows()} == {"", "unknown"}
    built = town.market(newer).build(anew=True)
    assert (built.records, built.days) == (1, 3)
    assert {row[1] for row in town.rows()} == {"", "Writer"}
    assert town.market(newer).build().records == 0


@pytest.mark.slow
def test_a_rebuild_that_was_stopped_reads_the_rest_later(town: Town) -> None:
    source = town.source("acme")
    town.today(1)
    for _ in range(CHUNK + 1):
        town.posting(source, 0, "Poet")
    town.market().build()
    before, stop = town.rows(), threading.Event()
    with pytest.raises(Cancelled):
        town.market().build(anew=True, progress=lambda _: stop.set(), stop=stop)
    assert town.market().build().records == 1
    assert town.rows() == before


def test_other_rates_build_all_days_again(town: Town) -> None:
    source = town.source("acme")
    town.today(2)
    town.posting(source, 0, pay=(10_000, 20_000), currency="EUR")
    town.market().build()
    file = town.runtime.home.data / "rates.toml"
    file.write_text('date = 2026-11-01\norigin = "mine"\n[mine]\nEUR = 0.5\n', "utf-8")
    town.market().build()
    assert {row[5] for row in town.rows()} == {20_000}
    rows = town.market().daily(Query())
    assert [(row.average_minimum, row.currency) for row in rows] == [(10_000, "EUR")] * 3
