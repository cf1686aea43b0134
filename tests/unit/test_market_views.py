"""What the market shows: each figure over the right postings, with the number behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from jobcopilot.jobs.views import JobDraft
from jobcopilot.market.daily import date_of
from jobcopilot.market.market import Market
from jobcopilot.market.views import UNKNOWN, Behind, Interval, Query
from jobcopilot.reading.pay import stated_pay
from tests.fakes.market import START, Town, new_town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = new_town(tmp_path)
    town.today(20)
    return town


def built(town: Town) -> Market:
    market = town.market()
    market.refresh()
    return market


def on(day: int) -> Query:
    return Query(since=date_of(START + day))


def test_a_level_is_over_those_that_state_pay_alone(town: Town) -> None:
    source = town.source("acme")
    for middle in (50, 60, 70, 80, 90, 100):
        town.posting(source, 1, pay=(middle * 1000 - 5000, middle * 1000 + 5000))
    for _ in range(4):
        town.posting(source, 1)
    town.posting(source, 1, pay=(0, 0))
    town.posting(source, 1, pay=(99_000_000, None))
    town.posting(source, 1, pay=(500, None), period=None)
    town.posting(source, 1, pay=(70_000, 90_000), currency="XTS")
    level = built(town).level(Query())
    assert (level.n, level.with_pay, level.dropped, level.unconverted) == (14, 6, 3, 1)
    assert (level.median, level.lower_quartile, level.upper_quartile) == (75_000, 62_500, 87_500)
    assert (level.average, level.low, level.high) == (75_000, 70_000, 80_000)
    assert level.interval == Interval(50_000, 100_000)
    assert level.drawn


def test_four_with_pay_are_not_drawn_as_a_figure(town: Town) -> None:
    source = town.source("acme", polled=range(21))
    for _ in range(4):
        town.posting(source, 1, pay=(50_000, 60_000), must=("Go",))
    market = built(town)
    level = market.level(Query())
    assert (level.with_pay, level.drawn, level.interval) == (4, False, None)
    assert {point.median for point in market.trend(on(1)).points} == {None}
    assert market.skills(on(1)).demands[0].change is None
    assert market.gap(Query()).rows[0].median is None


def test_pay_is_shown_in_the_persons_currency_with_the_rates_date(town: Town) -> None:
    source = town.source("acme")
    for _ in range(3):
        town.posting(source, 1, pay=(87_440, None), currency="EUR")
        town.posting(source, 1, pay=(None, 100_000), currency="USD")
    town.posting(source, 1, pay=(87_440, None), currency="EUR")
    first = built(town).level(Query())
    assert (first.currency, first.median, first.rates.on.isoformat()) == ("EUR", 87_440, "2026-07-18")
    town.runtime.profiles.change("default", {"pay_currency": "GBP"})
    del town.__dict__["profile"]
    assert (town.market().level(Query()).currency, town.market().level(Query()).median) == ("GBP", 74_380)


def test_only_the_window_counts_each_posting_once_as_it_was_last_seen(town: Town) -> None:
    source = town.source("acme")
    town.posting(source, 1, pay=(50_000, None), closed=4)
    back = town.posting(source, 2, pay=(60_000, None), closed=5)
    town.repost(back, 12)
    town.event(back, 14, "pay", {"pay_minimum": 60_000}, pay_minimum=70_000)
    old = town.posting(source, 3, "Poet", pay=(80_000, None), closed=11)
    town.posting(source, 12, "Poet", pay=(90_000, None), repost_of=old)
    market = built(town)
    assert (market.level(on(10)).n, market.level(on(10)).median) == (2, 80_000)
    assert (market.level(on(0)).n, market.level(on(0)).median) == (3, 70_000)
    assert market.reposts(on(0)).n == 1


def test_roles_and_places_are_told_apart_and_the_unknown_stays_unknown(town: Town) -> None:
    source = town.source("acme")
    town.posting(source, 1, "Data Engineer", "Berlin, Berlin, DE; Paris, FR")
    town.posting(source, 1, "Data Engineer", "", places=("Munich, Bavaria, DE", "Berlin, Berlin, DE"))
    town.posting(source, 1, "Poet", "remote US")
    town.posting(source, 1, "Poet", "somewhere")
    town.posting(source, 1, "Poet", "Oslo, NO", closed=5)
    market = built(town)
    assert [(row.role, row.postings) for row in market.roles()] == [("Data Engineer", 2), (UNKNOWN, 2)]
    assert {row.key: (row.level, row.name, row.postings) for row in market.places()} == {
        "DE": ("country", "Germany", 2),
        "DE/Berlin": ("region", "Berlin, Germany", 2),
        "DE/Berlin/Berlin": ("city", "Berlin, Berlin, Germany", 2),
        "DE/Bavaria": ("region", "Bavaria, Germany", 1),
        "DE/Bavaria/Munich": ("city", "Munich, Bavaria, Germany", 1),
        "FR": ("country", "France", 1),
        "FR//Paris": ("city", "Paris, France", 1),
        "remote": ("remote", "remote", 1),
        "remote/US": ("remote", "remote from US", 1),
        UNKNOWN: ("unknown", "unknown place", 1),
    }
    assert market.level(Query("Data Engineer", "DE")).n == 2
    assert market.level(Query(UNKNOWN)).n == 3
    assert market.level(Query(UNKNOWN, UNKNOWN)).n == 1
    assert market.level(Query("Poet")).n == 0
    assert market.level(Query(place="Atlantis")).n == 0


def points(market: Market, since: int) -> list[int]:
    return [point.postings for point in market.trend(on(since)).points]


def test_a_new_source_does_not_look_like_growth(town: Town) -> None:
    old, new, gapped = town.source("old", range(21)), town.source("new", range(10, 21)), town.source("gapped")
    town.poll(gapped, *range(8), *range(12, 21))
    failed = town.source("failed")
    town.poll(failed, *range(21), outcome="refused")
    for day in (1, 3, 15):
        town.posting(old, day, pay=(50_000, None))
    for source in (new, gapped, failed):
        for _ in range(7):
            town.posting(source, 10)
    town.runtime.intake.add(JobDraft("Data Engineer", "Brought", "Berlin, Berlin, DE", source="import"))
    market = built(town)
    trend = market.trend(on(2))
    assert [source.board for source in trend.sources] == ["old"]
    assert [source.board for source in trend.left_out] == ["gapped", "new"]
    assert points(market, 2) == [1, *[2] * 12, *[3] * 6]
    assert points(market, 10)[0] == 9
    assert points(market, 12)[0] == 16
    assert market.level(on(2)).n == 25


def test_without_a_steady_source_there_is_no_trend_but_it_is_said_from_when_there_will_be_one(
    town: Town,
) -> None:
    source = town.source("new", polled=range(15, 21))
    town.posting(source, 15)
    trend = built(town).trend(on(2))
    assert (trend.points, trend.possible_since) == ((), date_of(START + 15))
    town.today(24)
    assert town.market().trend(on(2)).possible_since is None


@pytest.mark.parametrize(("days", "step", "count"), [(20, "day", 21), (35, "day", 36), (36, "week", 6)])
def test_long_windows_are_drawn_by_the_week(town: Town, days: int, step: str, count: int) -> None:
    source = town.source("acme", polled=range(60))
    town.today(50)
    town.posting(source, 1)
    trend = built(town).trend(on(50 - days))
    assert (trend.step, len(trend.points), trend.points[-1].on) == (step, count, date_of(START + 50))


def test_the_band_of_a_trend_is_the_middle_half(town: Town) -> None:
    source = town.source("acme", polled=range(21))
    for middle in (50, 60, 70, 80, 90):
        town.posting(source, 1, pay=(middle * 1000, None))
    point = built(town).trend(on(5)).points[-1]
    assert (point.low, point.median, point.high, point.with_pay) == (60_000, 70_000, 80_000, 5)


def skilled(town: Town, *names: str) -> None:
    town.runtime.profiles.change("default", {"skills": names})
    del town.__dict__["profile"]


def test_skills_are_counted_in_open_postings_with_their_change(town: Town) -> None:
    source = town.source("acme", polled=range(21))
    for _ in range(5):
        town.posting(source, 1, must=("Python",), closed=10)
    for _ in range(5):
        town.posting(source, 2, must=("Python",), skills=("Go",))
    town.posting(source, 2)
    skilled(town, "python")
    skills = built(town).skills(on(5))
    assert (skills.n, skills.postings, skills.change_since) == (5, 6, date_of(START + 5))
    assert [(row.name, row.n, row.share, row.change, row.has) for row in skills.demands] == [
        ("Go", 5, 1.0, 0.5, False),
        ("Python", 5, 1.0, 0.0, True),
    ]


def ask(town: Town, source: int, times: int, must: Sequence[str], pay: int | None = None) -> None:
    for _ in range(times):
        town.posting(source, 1, must=must, pay=(pay, None) if pay else None)


def test_the_gap_is_what_one_skill_alone_would_open(town: Town) -> None:
    source = town.source("acme")
    ask(town, source, 6, ("Python", "Kubernetes"), 100_000)
    ask(town, source, 2, ("Python", "Kubernetes", "Rust"), 120_000)
    ask(town, source, 3, ("Python", "Rust"))
    ask(town, source, 4, ("Python", "Communication"), 60_000)
    ask(town, source, 5, ())
    town.posting(source, 1, must=("Kubernetes",), closed=3)
    skilled(town, "Python")
    gap = built(town).gap(Query())
    assert (gap.matching, gap.considered, gap.silent, gap.level) == (4, 15, 5, 100_000)
    assert [(row.skill, row.more_matching, row.n, row.with_pay, row.median, row.difference) for row in gap.rows] == [
        ("Kubernetes", 6, 8, 8, 100_000, 0),
        ("Rust", 3, 5, 2, None, None),
    ]  # fmt: skip
    skilled(town, "Python", "Kubernetes")
    assert built(town).gap(Query()).matching == 4 + 6


def test_employers_time_to_close_and_reposts(town: Town) -> None:
    source = town.source("acme", polled=range(21))
    for days in (2, 4, 6, 8, 10):
        town.posting(source, 5, company="Acme", closed=5 + days)
    town.posting(source, 0, company="Old", closed=12)
    town.posting(source, 3, company="Early", closed=4)
    again = town.posting(source, 6, company="Again Ltd", closed=8, pay=(50_000, None))
    town.repost(again, 12)
    for _ in range(2):
        town.posting(source, 15, company="Hiring")
    town.posting(source, 16, company="hiring gmbh")
    market = built(town)
    assert [(row.name, row.open, row.new) for row in market.employers(on(5))] == [
        ("Hiring", 3, 3), ("Again Ltd", 1, 1), ("Acme", 0, 5),
    ]  # fmt: skip
    stayed = market.time_to_close(on(5))
    assert (stayed.n, stayed.cut, stayed.median, stayed.drawn) == (6, 1, 5, True)
    reposts = market.reposts(on(5))
    assert (reposts.n, reposts.postings, reposts.companies) == (1, 10, (("Again Ltd", 1),))


def test_what_a_company_pays_is_of_the_place_that_was_asked_for(town: Town) -> None:
    source = town.source("acme", range(21))
    for at in range(5):
        town.posting(source, 1, pay=(50_000 + at, None))
        town.posting(source, 1, place="FR", pay=(90_000, None))
    (employer,) = built(town).employers(Query(place="DE"))
    assert (employer.open, employer.with_pay, employer.median) == (5, 5, 50_002)


def test_the_postings_behind_a_figure_are_those_that_it_counts(town: Town) -> None:
    source, late = town.source("acme", range(21)), town.source("late", range(15, 21))
    for at in range(6):
        town.posting(source, at, pay=(50_000 + 1_000 * at, 60_000) if at else None, must=("Python",))
    gone = town.posting(source, 3, pay=(99_000, None), must=("Python",), company="Globex", closed=9)
    town.posting(late, 16, "Poet", "remote US", company="Globex", skills=("Python",))
    own = JobDraft("Data Engineer", "Brought", "Berlin, Berlin, DE", source="import")
    town.runtime.intake.add(own)
    market, query = built(town), on(2)
    assert gone
    level, trend = market.level(query), market.trend(query)
    paid, open_ones = market.behind(query, Behind("pay")), market.behind(query, Behind("postings"))
    assert (paid.total, open_ones.total) == (level.with_pay, trend.points[-1].postings) == (6, 6)
    assert [row.low for row in paid.rows] == [99_000, 55_000, 54_000, 53_000, 52_000, 51_000]
    assert (paid.rows[0].closed, paid.rows[1].closed) == (date_of(START + 9), None)
    assert [row.opened for row in open_ones.rows] == [date_of(START + at) for at in (5, 4, 3, 2, 1, 0)]
    python = market.behind(query, Behind("skill", "Python"))
    assert python.total == next(one.n for one in market.skills(query).demands if one.name == "Python") == 7
    assert python.rows[0].title == "Poet"
    assert python.rows[0].source == "lever:late"
    assert [row.title for row in market.behind(query, Behind("company", "Globex")).rows] == [
        "Poet",
        "Data Engineer",
    ]
    (brought,) = market.behind(query, Behind("company", "Brought")).rows
    assert (brought.source, brought.place, brought.low) == ("import", "Berlin, Berlin, DE", None)
    for nothing in (Behind("company", "Nobody"), Behind("skill", "Nothing")):
        assert market.behind(query, nothing).rows == ()


def test_origins_name_each_source_with_its_days_and_whether_it_is_steady(town: Town) -> None:
    source = town.source("acme", polled=(2, 5, 8, 11, 14, 17, 20))
    town.source("silent", polled=(3,))
    for _ in range(3):
        town.posting(source, 2)
    runtime = town.runtime
    runtime.intake.add(JobDraft("Data Engineer", "Own", "Oslo", source="manual"))
    for company in ("Brought", "Another"):
        runtime.intake.add(
            JobDraft("Data Engineer", company, "Oslo", pay=stated_pay(50_000, None, "USD", "year"))
        )
    town.market().build()
    origins = town.market().origins(on(2))
    assert [(one.kind, one.name, one.postings, one.polls, one.steady) for one in origins.sources] == [
        ("feed", "lever:acme", 3, 7, True),
        ("import", "imported", 2, 1, False),
        ("own", "added by hand", 1, 1, False),
    ]
    assert (origins.postings, origins.built) == (6, date_of(START + 20))
    assert (origins.sources[0].first, origins.sources[0].last) == (date_of(START + 2), date_of(START + 20))


def test_daily_rows_are_told_in_the_persons_currency(town: Town) -> None:
    source = town.source("acme")
    for _ in range(5):
        town.posting(source, 18, pay=(50_000, 60_000), must=("Go", "Python"))
    town.market().build()
    rows = town.market().daily(Query("Data Engineer", "DE/Berlin"))
    assert [row.on for row in rows] == [date_of(START + day) for day in (18, 19, 20)]
    assert (rows[0].postings, rows[0].with_pay, rows[0].median_minimum, rows[0].average_maximum) == (
        5,
        5,
        50_000,
        60_000,
    )
    assert [(skill.name, skill.n) for skill in rows[0].skills] == [("Go", 5), ("Python", 5)]
    assert town.market().daily(Query("Poet")) == ()


def test_an_empty_market_has_nothing_to_say_and_says_so(town: Town) -> None:
    market = town.market()
    assert market.build().rows == 0
    assert (market.level(Query()).n, market.level(Query()).median) == (0, None)
    assert (market.trend(Query()).points, market.trend(Query()).possible_since) == ((), None)
    assert market.skills(Query()).demands == ()
    assert (market.gap(Query()).rows, market.gap(Query()).considered) == ((), 0)
    assert [len(rows) for rows in (market.employers(Query()), market.roles(), market.places())] == [0, 0, 0]
    assert market.daily(Query()) == ()
    assert market.time_to_close(Query()).median is None
    assert market.origins(Query()).sources == ()


def test_a_view_shows_what_was_read_since_it_was_last_asked(town: Town) -> None:
    source = town.source("acme")
    market = town.market()
    town.posting(source, 1)
    market.refresh()
    assert market.level(Query()).n == 1
    town.posting(source, 2)
    assert market.level(Query()).n == 1
    market.refresh()
    assert market.level(Query()).n == 2
