"""Dates, words for a status, yes and no, ways of working: what files write, and what they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import address_of, as_text, company_of, tags_of
from jobcopilot.jobs.importers.dates import day_order, read_day, read_moment
from jobcopilot.jobs.importers.headers import fold_header, pay_part
from jobcopilot.jobs.importers.words import read_mode_word, read_open, read_status, read_yes
from jobcopilot.jobs.views import Status

TODAY = date(2026, 3, 10)


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("3/24/23, 4:11 PM", datetime(2023, 3, 24, 16, 11, tzinfo=UTC)),
        ("03 Mar 2025", noon(2025, 3, 3)),
        ("3-Mar-2025", noon(2025, 3, 3)),
        ("March 3rd, 2025", noon(2025, 3, 3)),
        ("3. März 2025", noon(2025, 3, 3)),
        ("le 1er mars 2025", noon(2025, 3, 1)),
        ("15 déc. 2024", noon(2024, 12, 15)),
        ("2025-03-03", noon(2025, 3, 3)),
        ("2025/3/3", noon(2025, 3, 3)),
        ("20250303", noon(2025, 3, 3)),
        ("24.03.2025", noon(2025, 3, 24)),
        ("2026-05-04T21:36:58Z", datetime(2026, 5, 4, 21, 36, 58, tzinfo=UTC)),
        ("2026-05-04 21:36:58 UTC", datetime(2026, 5, 4, 21, 36, 58, tzinfo=UTC)),
        (
            "2026-05-04T21:36:58+05:30",
            datetime(2026, 5, 4, 21, 36, 58, tzinfo=timezone(timedelta(hours=5.5))),
        ),
        ("2026-05-04T00:00:00Z", noon(2026, 5, 4)),
        ("Mon, 03 Mar 2025 10:00:00 EST", datetime(2025, 3, 3, 15, tzinfo=UTC)),
        (1_714_605_534, datetime(2024, 5, 1, 23, 18, 54, tzinfo=UTC)),
        (1_764_205_361_939, datetime(2025, 11, 27, 1, 2, 41, 939_000, tzinfo=UTC)),
        ("1714605534", datetime(2024, 5, 1, 23, 18, 54, tzinfo=UTC)),
        ("45719", noon(2025, 3, 3)),
        ("Posted Yesterday", noon(2026, 3, 9)),
        ("Posted 3 Days Ago", noon(2026, 3, 7)),
        ("vor 2 Wochen", noon(2026, 2, 24)),
        ("il y a 5 jours", noon(2026, 3, 5)),
        ("heute", noon(2026, 3, 10)),
    ],
)
def test_dates_are_read(written: object, moment: datetime) -> None:
    assert read_moment(written, seen_on=TODAY) == moment


@pytest.mark.parametrize(
    "written",
    [
        "", "soon", "Mar 2025", "2025", "March", "5", "10:30", "2025-03", "2025-13-45", "31/31/2025", "31/02/2025",
        "20250231", "99999999999999999", "0", "-5", "30+ days ago", "2025-W10-1", "ASAP", "n/a", None, True, False,
        0, -1,
        float("nan"), float("inf"), 1e300, "1" * 500, "12/31/1900", "2025-03-03" * 10, [], {}, "\x00",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(written: object) -> None:
    assert read_moment(written, seen_on=TODAY) is None


def test_relative_dates_need_a_day_to_count_from() -> None:
    assert read_day("yesterday") is None


@pytest.mark.parametrize(
    ("order", "day"), [("day first", date(2026, 4, 3)), ("month first", date(2026, 3, 4))]
)
def test_the_column_s_order_decides(order: str, day: date) -> None:
    assert read_day("3/4/2026", order=order) == day  # type: ignore[arg-type]
    assert read_day("2026-03-04", order=order) == date(2026, 3, 4)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["3/4/26", "24/3/26"], "day first"),
        (["3/4/26", "3/24/26"], "month first"),
        (["3.4.26"], "day first"),
        (["3/4/26", "5/6/26"], None),
        (["2026-03-04", "soon"], None),
        ([], None),
    ],
)
def test_the_order_is_told_by_numbers_above_twelve(values: list[str], order: str | None) -> None:
    assert day_order(values) == order


@given(
    st.one_of(st.text(max_size=80), st.integers(), st.floats(), st.dates().map(str), st.datetimes().map(str))
)
def test_any_value_is_a_date_in_range_or_none(written: object) -> None:
    moment = read_moment(written, seen_on=TODAY)
    assert moment is None or (1970 <= moment.year <= 2100 and moment.tzinfo is not None)


@given(
    st.dates(date(1971, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d %b %Y", "%B %d, %Y", "%d.%m.%Y", "%Y%m%d"]),
)
def test_a_written_day_comes_back(day: date, form: str) -> None:
    assert read_day(day.strftime(form)) == day


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Bookmarked", "interested"), ("Wishlist", "interested"), ("Saved", "interested"), ("Applying", "interested"),
        ("Applied", "applied"), ("APPLIED ✅", "applied"), ("No Response", "applied"), ("Ghosted", "applied"),
        ("Interviewing", "interviewed"), ("Phone Screen", "interviewed"), ("1st interview (HR)", "interviewed"),
        ("Online assessment sent", "interviewed"), ("Negotiating", "offer"), ("Offer received!", "offer"),
        ("Accepted", "accepted"), ("Offer accepted", "accepted"), ("Hired", "accepted"), ("Not Selected", "rejected"),
        ("Rejected :(", "rejected"), ("Rejected after interview", "rejected"), ("I Withdrew", "withdrawn"),
        ("Archived", "withdrawn"), ("Offer declined", "withdrawn"), ("Beworben", "applied"), ("Absage", "rejected"),
        ("Vorstellungsgespräch", "interviewed"), ("Angebot", "offer"), ("Postulé", "applied"),
        ("Entretien RH", "interviewed"),
        ("Refusé", "rejected"), ("Not applied", "new"), ("Texas", None), ("", None), ("🎉", None), ("Full-time", None),
    ],
)  # fmt: skip
def test_words_of_trackers_for_a_status(word: str, status: Status | None) -> None:
    assert read_status(word) == status


@pytest.mark.parametrize(
    ("value", "answer"),
    [(True, True), (False, False), ("Yes", True), ("ja", True), ("✓", True), ("x", True), (1, True), ("no", False),
    ("nein", False),
     (0, False), (2, None), ("maybe", None), (None, None), ("", None)],
)  # fmt: skip
def test_yes_and_no(value: object, answer: bool | None) -> None:
    assert read_yes(value) is answer


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("published", True),
        ("closed", False),
        ("Expired", False),
        (False, False),
        ("true", True),
        ("Texas", None),
    ],
)
def test_open_and_closed(value: object, answer: bool | None) -> None:
    assert read_open(value) is answer


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("Remote", "remote"), ("Full", "remote"), ("fully remote", "remote"), ("TELECOMMUTE", "remote"),
        ("Home-Office", "remote"),
        ("Télétravail", "remote"), ("Hybrid", "hybrid"), ("Remote/Office", "hybrid"), ("On-site", "onsite"),
        ("vor Ort", "onsite"),
        ("no remote", None), ("not remote", None), ("Full-time", None), ("None", None), ("", None),
    ],
)  # fmt: skip
def test_ways_of_working(word: str, mode: str | None) -> None:
    assert read_mode_word(word) == mode


@pytest.mark.parametrize(
    ("name", "folded"),
    [("Company Name", "company name"), ("companyName", "company name"), ("company.name", "company name"),
    ("COMPANY_NAME", "company name"),
     ("jobURL", "job url"), ("Intitulé du poste", "intitule du poste"), ("Straße", "strasse"),
     (" Größe (m²) ", "grosse m2"), ("日本", "")],
)  # fmt: skip
def test_column_names_are_folded(name: str, folded: str) -> None:
    assert fold_header(name) == folded


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("salary_min_orig", "pay_minimum"), ("minSalary", "pay_minimum"), ("Salary From", "pay_minimum"),
        ("Mindestgehalt", "pay_minimum"),
        ("annualSalaryMax", "pay_maximum"), ("salaryRange.max", "pay_maximum"), ("Gehalt bis", "pay_maximum"),
        ("currency_original", "pay_currency"), ("salaryCurrency", "pay_currency"),
        ("salary_interval_orig", "pay_period"),
        ("salaryRange.interval", "pay_period"), ("Pay Frequency", "pay_period"), ("salary_mid_usd", None),
        ("Salary", None),
        ("compensation.summaryComponents.minValue", None), ("min_hours", None), ("Deadline", None),
        ("Minimum Experience", None),
    ],
)  # fmt: skip
def test_parts_of_the_pay_by_their_columns(name: str, part: str | None) -> None:
    assert pay_part(fold_header(name)) == part


@pytest.mark.parametrize(
    ("address", "company"),
    [
        ("https://jobs.lever.co/acme-bread/42", "acme bread"), ("https://boards.greenhouse.io/acme/jobs/1", "acme"),
        ("https://apply.workable.com/j/ABC", ""), ("https://acme.recruitee.com/o/baker", "acme"),
        ("https://career.teamtailor.com/jobs/1", ""), ("https://acme.wd5.myworkdayjobs.com/x", "acme"),
        ("https://acme.example/jobs", ""), ("", ""), ("https://[", ""), ("https://jobs.lever.co/", ""),
    ],
)  # fmt: skip
def test_the_company_in_a_board_s_address(address: str, company: str) -> None:
    assert company_on_board(address) == company


def test_values_of_any_kind_become_text() -> None:
    assert as_text(["a", "b", "a", None, "-1"]) == "a; b"
    assert as_text({"name": "Acme", "id": 7}) == "Acme"
    assert as_text({"city": "Köln", "countryCode": "DE", "country": "Germany"}) == "Köln, Germany"
    assert as_text(5.0) == "5"
    assert [as_text(value) for value in (None, True, -1, float("nan"), "n/a", 10**5000)] == [""] * 6


def test_companies_tags_and_addresses() -> None:
    assert company_of("Acme\n3.8") == "Acme"
    assert company_of("Acme\nBread") == "Acme Bread"
    assert tags_of("#bread, night;  night | x") == ("bread", "night", "x")
    assert tags_of([{"name": "Fortune 1000", "short_name": "f"}, "b"]) == ("Fortune 1000", "b")
    assert address_of(["", "https://a.example/x"]) == "https://a.example/x"
    assert address_of("https://a.example/x.") == "https://a.example/x"
    assert address_of("https://") == ""
    assert address_of("https://[bad/") == ""
