"""The stretches of one posting's history, its yearly pay, order statistics, steadiness, and the table of rates."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.errors import BadInput
from jobcopilot.market.bits import bits_of, nth, positions
from jobcopilot.market.figures import median_interval_ranks, quantile
from jobcopilot.market.history import OPEN, Event, Stretch, YearlyPay, stretches, without, yearly_pay
from jobcopilot.market.rates import rates_in, shipped_rates
from jobcopilot.market.steadiness import steady_since

DAY = 86_400_000


def pay(
    low: float | None, high: float | None = None, period: str | None = "year", currency: str = "USD"
) -> Any:
    return {"pay_minimum": low, "pay_maximum": high, "pay_currency": currency, "pay_period": period}


def lasting(*days: tuple[int, int, int, float]) -> list[Stretch]:
    return [Stretch(since, until, opened, YearlyPay(low, None, "USD")) for since, until, opened, low in days]


def changed(day: int, before: float) -> Event:
    return Event(day * DAY, "pay", {"pay_minimum": before})


def came_back(day: int, closed: int) -> Event:
    return Event(day * DAY, "reposted", {"closed_at": closed * DAY})


@pytest.mark.parametrize(
    ("closed", "events", "expected"),
    [
        (None, [], lasting((10, OPEN, 10, 90e3))),
        (20, [], lasting((10, 20, 10, 90e3))),
        (10, [], lasting((10, 10, 10, 90e3))),
        (9, [], lasting((10, 10, 10, 90e3))),
        (
            20,
            [changed(12, 70e3), changed(14, 80e3)],
            lasting((10, 12, 10, 70e3), (12, 14, 10, 80e3), (14, 20, 10, 90e3)),
        ),
        # Of several changes on one day the last holds; one on the first day holds from the first day.
        (None, [changed(12, 70e3), changed(12, 80e3)], lasting((10, 12, 10, 70e3), (12, OPEN, 10, 90e3))),
        (None, [changed(10, 70e3)], lasting((10, OPEN, 10, 90e3))),
        (
            None,
            [changed(12, 70e3), changed(13, 90e3), changed(13, 70e3)],
            lasting((10, 12, 10, 70e3), (12, OPEN, 10, 90e3)),
        ),
        (None, [came_back(17, 14)], lasting((10, 14, 10, 90e3), (17, OPEN, 17, 90e3))),
        (19, [came_back(17, 14), changed(17, 80e3)], lasting((10, 14, 10, 80e3), (17, 19, 17, 90e3))),
        # Changed while it was away: it came back with the new pay.
        (None, [changed(15, 80e3), came_back(17, 14)], lasting((10, 14, 10, 80e3), (17, OPEN, 17, 90e3))),
        (
            30,
            [came_back(17, 14), came_back(25, 20)],
            lasting((10, 14, 10, 90e3), (17, 20, 17, 90e3), (25, 30, 25, 90e3)),
        ),
    ],
)  # fmt: skip
def test_stretches_follow_closings_reposts_and_changes_of_pay(
    closed: int | None, events: list[Event], expected: list[Stretch]
) -> None:
    gone = None if closed is None else closed * DAY
    assert stretches(10 * DAY + 5, gone, pay(90e3), events) == expected


@given(
    st.lists(st.tuples(st.integers(10, 40), st.sampled_from((60e3, 70e3, 80e3))), max_size=6),
    st.none() | st.integers(10, 40),
)
def test_stretches_never_overlap_and_cover_all_days(
    changes: list[tuple[int, float]], closed: int | None
) -> None:
    events = [changed(day, before) for day, before in sorted(changes)]
    found = stretches(10 * DAY, None if closed is None else closed * DAY, pay(90e3), events)
    assert found[0].since == 10
    assert found[-1].until == (OPEN if closed is None else closed)
    for one, other in pairwise(found):
        assert one.until == other.since
        assert one.since < one.until
        assert one.pay != other.pay


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (pay(None), YearlyPay()),
        (pay(80e3, 90e3), YearlyPay(80e3, 90e3, "USD")),
        (pay(90e3, 80e3), YearlyPay(80e3, 90e3, "USD")),
        (pay(50, 60, "hour"), YearlyPay(104_000, 124_800, "USD")),
        (pay(5_000, None, "month"), YearlyPay(60e3, None, "USD")),
        (pay(0, 90e3), YearlyPay(None, 90e3, "USD")),
        (pay(0, 0), YearlyPay(dropped=True)),
        (pay(12, None), YearlyPay(dropped=True)),
        (pay(99e6, None), YearlyPay(dropped=True)),
        (pay(80e3, None, None), YearlyPay(dropped=True)),
        (pay(80e3, None, "fortnightly"), YearlyPay(dropped=True)),
        (pay(-80e3, None), YearlyPay(dropped=True)),
        (pay(math.inf, None), YearlyPay(dropped=True)),
    ],
)
def test_yearly_pay_is_sane_or_dropped(stated: dict[str, Any], expected: YearlyPay) -> None:
    assert yearly_pay(stated) == expected


def test_what_is_covered_by_another_is_taken_out() -> None:
    (stretch,) = lasting((10, 30, 10, 90e3))
    assert [(one.since, one.until) for one in without(stretch, [(0, 12), (15, 18), (29, OPEN)])] == [
        (12, 15),
        (18, 29),
    ]
    assert without(stretch, [(10, 30)]) == []
    assert without(stretch, [(30, 40), (0, 10)]) == [stretch]


@given(st.lists(st.integers(0, 1000), unique=True, min_size=1))
def test_a_set_gives_back_its_members_in_order(members: list[int]) -> None:
    mask = bits_of(members, 1001)
    assert list(positions(mask)) == sorted(members)
    assert [nth(mask, rank) for rank in range(len(members))] == sorted(members)


def coverage(n: int, low: int) -> float:
    """The chance that the median lies between the values of rank `low` from either end, counted from 0."""
    return 1 - 2 * float(sum(math.comb(n, below) for below in range(low + 1)) / 2**n)


@pytest.mark.parametrize("n", [6, 7, 9, 10, 20, 51, 100, 500])
def test_the_interval_of_the_median_is_the_narrowest_that_keeps_95_percent(n: int) -> None:
    ranks = median_interval_ranks(n)
    assert ranks is not None
    assert ranks[0] + ranks[1] == n - 1
    assert coverage(n, ranks[0]) >= 0.95 > coverage(n, ranks[0] + 1)


def test_fewer_than_six_have_no_interval_and_none_no_quantile() -> None:
    assert [median_interval_ranks(n) for n in range(6)] == [None] * 6
    assert quantile([], 0.5) is None
    assert quantile([1, 2, 3, 10], 0.5) == 2.5


@pytest.mark.parametrize(
    ("days", "today", "expected"),
    [
        ([], 10, None),
        ([10], 10, 10),
        ([7], 10, 7),
        ([6], 10, None),
        ([1, 4, 7, 10], 12, 1),
        ([1, 5, 7, 10], 12, 5),
    ],
)
def test_steady_is_without_a_gap_of_more_than_three_days_up_to_today(
    days: list[int], today: int, expected: int | None
) -> None:
    assert steady_since(days, today) == expected


def test_the_shipped_rates_know_every_currency_that_pay_is_read_in() -> None:
    from jobcopilot.reading.pay_words import CODES

    rates = shipped_rates()
    assert set(rates.units) >= CODES
    assert rates.on == date(2026, 7, 18)
    assert rates.in_pivot(87_440, "EUR") == pytest.approx(100_000)
    assert rates.in_pivot(1, None) is None
    assert rates.in_pivot(1, "XTS") is None
    assert rates.shown_in("XTS") == ("USD", 1.0)


def test_a_newer_table_of_the_persons_own_is_used_whole(tmp_path: Path) -> None:
    (tmp_path / "rates.toml").write_text('date = 2026-11-20\norigin = "my bank"\n[all]\neur = 0.9\n', "utf-8")
    rates = rates_in(tmp_path)
    assert (rates.view.on, rates.view.origin, rates.view.own) == (date(2026, 11, 20), "my bank", True)
    assert rates.units == {"USD": 1.0, "EUR": 0.9}
    assert rates.stamp != shipped_rates().stamp


@pytest.mark.parametrize(
    "content",
    [
        b"[all]\nEUR = 0.9",
        b"date = 2026-11-20T10:00:00\n[all]\nEUR = 0.9",
        b"date = 2026-11-20\n[all]\nEUR = 0",
        b"date = 2026-11-20\n[all]\nEUR = -1",
        b"date = 2026-11-20\n[all]\nEUR = nan",
        b"date = 2026-11-20\n[all]\nEUR = true",
        b'date = 2026-11-20\n[all]\nEUR = "0.9"',
        b"date = 2026-11-20\n[all]\nEURO = 0.9",
        b"date = 2026-11-20\n[all]\nUSD = 2",
        b"date = 2026-11-20\n[all",
        b"date = 2026-11-20\n# \xff\n",
        b"#" * 200_000,
    ],
)
def test_a_table_that_cannot_be_used_says_which_and_why(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rates.toml").write_bytes(content)
    with pytest.raises(BadInput, match=r"rates\.toml"):
        rates_in(tmp_path)
