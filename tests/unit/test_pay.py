"""Pay: what is read from salary fields, descriptions and feeds."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.reading.pay import Pay, find_pay, read_pay, stated_pay

CASES = Path(__file__).parents[1] / "data" / "pay" / "cases.jsonl"


def reference_file(name: str) -> Path:
    """A file that is not in the repository; skips where it is missing, but fails on the machine that must have it."""
    beside = Path(__file__).parents[3] / "shared" / "reference"
    path = Path(os.environ.get("JOBCOPILOT_REFERENCE") or beside) / name
    if not path.is_file():
        reason = f"no {name} in {path.parent}; set JOBCOPILOT_REFERENCE to the folder that has it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def facts(pay: Pay | None, wanted: dict[str, Any] | None) -> dict[str, Any] | None:
    return (
        None
        if pay is None
        else {name: getattr(pay, name) for name in wanted or ("minimum", "maximum", "currency")}
    )


ALL_CASES = lines(CASES)


def of_kind(kind: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{n}-{str(case[kind])[:40]!a}")
        for n, case in enumerate(ALL_CASES)
        if kind in case
    ]


@pytest.mark.parametrize("case", of_kind("read"))
def test_salary_fields(case: dict[str, Any]) -> None:
    assert facts(read_pay(case["read"], country=case.get("country")), case["expect"]) == case["expect"]


@pytest.mark.parametrize("case", of_kind("find"))
def test_descriptions(case: dict[str, Any]) -> None:
    found = find_pay(case["find"], country=case.get("country"))
    wanted = case["expect"]
    assert [facts(pay, wanted[0] if wanted else None) for pay in found] == wanted


@pytest.mark.parametrize("case", of_kind("stated"))
def test_structured_fields(case: dict[str, Any]) -> None:
    assert facts(stated_pay(*case["stated"]), case["expect"]) == case["expect"]


@pytest.mark.system
def test_reference_salary_texts() -> None:
    wrong = []
    for row in lines(reference_file("salary-text.jsonl")):
        unit, period = (1, "hour") if row["hourly"] else (1000, "year")
        wanted = (row["min_salary"] * unit, row["max_salary"] * unit, "USD", period)
        pay = read_pay(row["text"])
        if pay is None or (pay.minimum, pay.maximum, pay.currency, pay.period) != wanted:
            wrong.append((row["text"], wanted, pay))
    assert not wrong


def test_yearly_figures() -> None:
    hourly = stated_pay(50, 60, "USD", "HOUR")
    assert hourly is not None
    assert (hourly.yearly_minimum, hourly.yearly_maximum) == (104_000, 124_800)
    factors = {"day": 260, "week": 52, "two_weeks": 26, "half_month": 24, "month": 12, "year": 1}
    for period, factor in factors.items():
        assert Pay("", 1000.0, None, "USD", period, "stated").yearly_minimum == 1000 * factor  # type: ignore[arg-type]
    assert Pay("", None, 5.0, "USD", None, "guessed").yearly_maximum is None


def test_text_is_as_found_with_single_spaces() -> None:
    field = read_pay("  $53K-$91K \n (Glassdoor est.) ")
    assert field is not None
    assert field.text == "$53K-$91K (Glassdoor est.)"
    (found,) = find_pay("Come and join us. The salary is  up to\n$150,000  per year. Apply now.")
    assert found.text == "up to $150,000 per year"


def test_on_target_earnings_say_so_in_their_text() -> None:
    base, on_target = find_pay("Base: $150k-$180k. OTE: $250k-$300k, uncapped.")
    assert base.text == "$150k-$180k"
    assert on_target.text == "OTE: $250k-$300k"
    (behind,) = find_pay("The package is $240,000 OTE.")
    assert behind.text == "$240,000 OTE"


def test_country_settles_a_shared_sign() -> None:
    for country, currency in (
        ("us", "USD"),
        ("CA", "CAD"),
        ("AU", "AUD"),
        ("NZ", "NZD"),
        ("SG", "SGD"),
        ("MX", "MXN"),
    ):
        pay = read_pay("$60,000 - $70,000 per year", country=country)
        assert pay is not None
        assert (pay.currency, pay.known) == (currency, "parsed")
    german = read_pay("$60,000 - $70,000 per year", country="DE")
    assert german is not None
    assert (german.currency, german.known) == ("USD", "guessed")


HOSTILE = {
    "digits": "1" * 1_000_000,
    "spaces": "$ 5" + " " * 1_000_000,
    "dollars": "$" * 1_000_000,
    "grouped": "1,1" * 333_333,
    "thousands": "1 000 " * 166_666,
    "amounts": "$5k " * 250_000,
    "ranges": "$100k - $120k per year " * 43_000,
    "words": "salary from up to per " * 45_000,
    "letters": "k" * 1_000_000,
    "labels": "A b:" * 250_000,
    "one amount, many words": "salary " * 140_000 + "$100,000 " + "gross " * 160_000,
    "dots": "$1" + "." * 1_000_000,
    "parentheses": "$100k (" * 140_000,
    "line breaks": "$100k\n" * 160_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_hostile_text_takes_linear_time(name: str) -> None:
    text = HOSTILE[name]

    def seconds(text: str) -> float:
        began = time.perf_counter()
        find_pay(text)
        read_pay(text)
        return time.perf_counter() - began

    assert seconds(text) < 2.0


@given(st.text(max_size=400), st.sampled_from([None, "US", "DE", "IN", "xx", ""]))
def test_any_text_is_read_without_an_error(text: str, country: str | None) -> None:
    read_pay(text, country=country)
    find_pay(text, country=country)
    stated_pay(text, text, text, text, text)


WORDS = """$ € ¥ kr USD R zł 1 12 120 000 , . ' - – to k M lakh LPA / per hour year mies 年 万 up_to from between and
salary bonus OTE ( ) | : ; + % 401(k) ſ ı ² ٣ NYC in for"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\u00a0", "\n", "\x00"])


@given(st.lists(PIECES, max_size=40).map(lambda pieces: "".join(pieces).replace("_", " ")))
def test_whatever_is_found_is_sane(text: str) -> None:
    field = read_pay(text)
    for pay in [*find_pay(text), *([field] if field else [])]:
        assert pay.minimum is None or pay.minimum > 0
        assert pay.maximum is None or pay.maximum > 0
        assert pay.minimum is not None or pay.maximum is not None
        assert pay.minimum is None or pay.maximum is None or pay.minimum <= pay.maximum
        assert pay.period is not None
        assert pay.known in ("parsed", "guessed")
        assert pay.text == " ".join(pay.text.split())


@given(
    st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=20)),
    st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=20)),
    st.one_of(st.none(), st.sampled_from(["USD", "eur", "$", "¥", "", "NONE", "JPY"])),
    st.one_of(st.none(), st.sampled_from(["HOUR", "1 YEAR", "NONE", "per-month-salary", "", "2 weeks"])),
)
def test_stated_fields_never_raise(
    minimum: float | str | None, maximum: float | str | None, currency: str | None, period: str | None
) -> None:
    pay = stated_pay(minimum, maximum, currency, period)
    if pay is not None:
        assert pay.minimum is None or pay.maximum is None or 0 < pay.minimum <= pay.maximum


def test_a_description_is_read_fast_enough_to_read_every_posting() -> None:
    plain = "We build software with 5+ years of care, 24/7, for 10,000 people since 2015. " * 50
    paid = plain + "NYC: $150k–$180k per year; Denver: $130k-$160k per year. $2,000 learning budget, 401(k)."
    began = time.perf_counter()
    for _ in range(50):
        find_pay(plain)
        find_pay(paid)
    # A bound that a busy machine keeps too: these texts hold ten times the numbers of a real posting.
    assert (time.perf_counter() - began) / 100 < 3_000e-6
