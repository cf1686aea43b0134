"""Text of exact width, and figures in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from jobcopilot.jobs.views import STATUSES, WorkMode
from jobcopilot.reading.pay import Pay
from jobcopilot.tui.widgets.job_table import columns, short_place
from jobcopilot.tui.widgets.signs import (
    STATUS_KEYS,
    STATUS_SIGNS,
    ago,
    bar,
    count,
    day,
    days_ago,
    fit,
    match_text,
    moment,
    short_pay,
    steady,
)
from tests.effort import examples
from tests.fakes.board_data import make_jobs


@given(st.text(max_size=60), st.integers(0, 40), st.booleans())
@settings(max_examples=examples(500), deadline=None)
def test_text_fits_to_the_cell(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


@pytest.mark.parametrize(
    ("text", "steadied"),
    [
        ("👩‍💻", "👩💻"),
        ("🇩🇪", "DE"),
        ("👍🏽", "👍"),
        ("❤️", "❤"),
        ("a\u202eb\u200bc", "abc"),
        ("x\x1b[31m\x07y", "x[31my"),
        ("1️⃣", "1"),
        ("tab\there", "tab here"),
        ("漢字", "漢字"),
    ],
)
def test_what_terminals_disagree_about_is_left_out(text: str, steadied: str) -> None:
    assert steady(text) == steadied


def test_cutting_ends_in_an_ellipsis() -> None:
    assert fit("Engineer", 5) == "Engi…"
    assert fit("データエンジニア", 6) == "デー… "
    assert fit("ab", 4, right=True) == "  ab"


def test_every_status_has_its_own_sign_and_letter() -> None:
    assert set(STATUS_SIGNS) == set(STATUS_KEYS) == set(STATUSES)
    assert len(set(STATUS_SIGNS.values())) == len(set(STATUS_KEYS.values())) == len(STATUSES)
    assert all(cell_len(sign) == 1 for sign in STATUS_SIGNS.values())


@pytest.mark.parametrize(
    ("pay", "words"),
    [
        (None, "—"),
        (Pay("x", None, None, "EUR", "year", "stated"), "—"),
        (Pay("x", 188_000, 240_000, "USD", "year", "stated"), "$188–240k"),
        (Pay("x", 80_000, 80_000, "EUR", "year", "stated"), "€80k"),
        (Pay("x", 45.5, 60, "USD", "hour", "stated"), "$45.5–60/h"),
        (Pay("x", 3_500, None, "EUR", "month", "stated"), "from €3,500/mo"),
        (Pay("x", None, 120_000, "GBP", "year", "stated"), "to £120k"),
        (Pay("x", 160_000, 160_000, "CHF", "year", "stated"), "160k CHF"),
        (Pay("x", 1_200_000, 2_500_000, "INR", "year", "stated"), "₹1.2M–2.5M"),
        (Pay("x", 50_000, 60_000, None, None, "guessed"), "50–60k"),
    ],
)
def test_pay_for_a_column(pay: Pay | None, words: str) -> None:
    assert short_pay(pay) == words


def test_bars_and_matches() -> None:
    assert [bar(share, 4) for share in (-1, 0, 0.5, 0.6, 1, 2)] == [
        "    ",
        "    ",
        "━━  ",
        "━━╸ ",
        "━━━━",
        "━━━━",
    ]
    assert match_text(None, thin=False) == "   —"
    assert match_text(92, thin=False) == "  92"
    assert match_text(100, thin=True) == "~100"
    assert match_text(49, thin=False, blocked=True) == " ✗49"
    assert match_text(49, thin=True, blocked=True) == "✗~49"
    assert match_text(8, thin=True, blocked=True) == " ✗~8"


def test_time_in_words() -> None:
    now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert [ago(now - timedelta(seconds=seconds), now) for seconds in (5, 720, 3700, 90_000, 8 * 86_400)] == [
        "just now",
        "12 min ago",
        "1 hour ago",
        "yesterday",
        "8 days ago",
    ]
    assert [days_ago(days) for days in (0, 1, -1, -5, 90, 1000)] == [
        "today",
        "yesterday",
        "tomorrow",
        "in 5 days",
        "3 months ago",
        "2 years ago",
    ]
    assert day(date(2026, 12, 1), date(2026, 11, 23)) == "Tue 1 Dec"
    assert day(date(2027, 1, 1), date(2026, 11, 23)) == "Fri 1 Jan 2027"
    assert moment(now, UTC, date(2026, 11, 23)) == "Mon 23 Nov 09:30"
    assert count(1, "job") == "1 job"
    assert count(2400, "job") == "2,400 jobs"


@pytest.mark.parametrize("width", [40, 60, 64, 70, 78, 84, 110, 139, 200])
def test_columns_fill_the_width_and_leave_room_for_the_title(width: int) -> None:
    layout = columns(width)
    taken = 2 + 5 + layout.bar + layout.title + layout.company + layout.place + layout.pay + 3 + layout.word
    assert taken == width
    assert layout.title >= width // 5


@pytest.mark.parametrize(
    ("place", "mode", "width", "shown"),
    [
        ("Berlin, Germany", "hybrid", 11, "⇄ Berlin"),
        ("Berlin, Germany", "hybrid", 20, "⇄ Berlin, Germany"),
        ("Berlin, Germany", None, 11, "Berlin"),
        ("Berlin, Germany", "onsite", 11, "Berlin"),
        ("Remote (US)", "remote", 11, "⌂ US"),
        ("Remote, Germany", "remote", 11, "⌂ Germany"),
        ("Remote - Lisbon, Portugal", "remote", 11, "⌂ Lisbon"),
        ("San Francisco (Remote)", "remote", 20, "⌂ San Francisco"),
        ("Remote", "remote", 11, "⌂ Remote"),
        ("", "hybrid", 11, "⇄ Hybrid"),
        ("", None, 11, "—"),
        ("Paris; London", None, 11, "Paris"),
        ("(", "remote", 11, "⌂ ("),
    ],
)
def test_a_place_shows_its_city_and_the_way_of_working_as_a_sign(
    place: str, mode: WorkMode | None, width: int, shown: str
) -> None:
    row = replace(make_jobs(1)[0].row(), place=place, work_mode=mode)
    assert short_place(row, width) == shown
