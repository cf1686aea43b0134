"""The language of the search box."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.jobs.query import (
    KEYS,
    LONGEST,
    MOST_TERMS,
    Bounds,
    Choice,
    Filter,
    Flag,
    Mistake,
    Named,
    Query,
    Term,
    parse_query,
)

TODAY = date(2026, 11, 20)


def parsed(text: str) -> Query:
    return parse_query(text, today=TODAY)


def only_filter(text: str) -> Filter:
    query = parsed(text)
    assert (query.terms, query.mistakes) == ((), ())
    (found,) = query.filters
    return found


def marked(text: str) -> list[tuple[str, str]]:
    """What is underlined, and why."""
    return [(text[mistake.start : mistake.end], mistake.reason) for mistake in parsed(text).mistakes]


# --- words and phrases ------------------------------------------------------------------------------------------


def test_words_phrases_and_negations() -> None:
    assert parsed('python "machine learning" -intern -"night shift" ').terms == (
        Term("python"),
        Term("machine learning"),
        Term("intern", negated=True),
        Term("night shift", negated=True),
    )


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("py", Term("py", prefix=True)),
        ("py ", Term("py")),
        ("data py", Term("py", prefix=True)),
        ('"machine lea', Term("machine lea", prefix=True)),
        ('"machine learning"', Term("machine learning")),
        ("-ja", Term("ja", negated=True)),
        ("c++", Term("c++")),
        ("c#", Term("c#")),
        ("node.", Term("node.")),
        ("node.js", Term("node.js", prefix=True)),
    ],
)
def test_only_a_word_still_being_typed_goes_on(text: str, last: Term) -> None:
    assert parsed(text).terms[-1] == last


def test_what_looks_like_a_filter_but_is_none_is_searched() -> None:
    assert [term.text for term in parsed("https://example.com/jobs?a=b 10:30 c:/ ").terms] == [
        "https://example.com/jobs?a=b",
        "10:30",
        "c:/",
    ]


def test_a_quotation_mark_inside_ends_the_word() -> None:
    assert [term.text for term in parsed('senior"data engineer"remote ').terms] == [
        "senior",
        "data engineer",
        "remote",
    ]


def test_words_alone_are_ranked() -> None:
    assert parsed("python").ranked
    assert not parsed("status:new -python").ranked
    assert not parsed("").ranked


# --- filters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status:applied,interviewed", Choice("status", frozenset({"applied", "interviewed"}))),
        ("status:inter", Choice("status", frozenset({"interested", "interviewed"}))),
        ("STATUS:New", Choice("status", frozenset({"new"}))),
        ("-status:rejected,", Choice("status", frozenset({"rejected"}), negated=True)),
        ("status:applied status:offer", Choice("status", frozenset({"applied", "offer"}))),
        ("level:high", Choice("level", frozenset({"high"}))),
        ("remote:yes", Choice("remote", frozenset({"remote"}))),
        ("remote:no,hybrid", Choice("remote", frozenset({"onsite", "hybrid"}))),
        ("remote:unknown", Choice("remote", frozenset({"unknown"}))),
        ("company:acme ", Named("company", ("acme",))),
        ('company:"Acme Corp"', Named("company", ("Acme Corp",))),
        ('company:"Acme Corp",Globex ', Named("company", ("Acme Corp", "Globex"))),
        ("skill:pyt", Named("skill", ("pyt",), unfinished=True)),
        ("-skill:python", Named("skill", ("python",), negated=True)),
        ("skill:c++ ", Named("skill", ("c++",))),
        ("tag:berlin ", Named("tag", ("berlin",))),
        ("title:lead ", Named("title", ("lead",))),
        ('place:"New York"', Named("place", ("New York",))),
        ("source:linkedin ", Named("source", ("linkedin",))),
        ("is:favourite", Flag("favourite")),
        ("is:favorite", Flag("favourite")),
        ("-is:duplicate", Flag("duplicate", wanted=False)),
        ("favourite:no", Flag("favourite", wanted=False)),
        ("-favourite:no", Flag("favourite")),
        ("is:closed", Flag("closed")),
        ("has:notes", Flag("notes")),
        ("-has:pay", Flag("pay", wanted=False)),
    ],
)
def test_filters(text: str, expected: Filter) -> None:
    assert only_filter(text) == expected


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (">70", 71, None),
        (">=70", 70, None),
        ("≥70", 70, None),
        ("<50", None, 49),
        ("<=50", None, 50),
        ("70", 70, 70),
        ("=70", 70, 70),
        (">70%", 71, None),
        (">70.5", 71, None),
        ("<70.5", None, 70),
        ("50..80", 50, 80),
        ("80..50", 50, 80),
        ("50..", 50, None),
        ("..80", None, 80),
        ("50–80", 50, 80),
    ],
)
def test_percentages(value: str, low: float | None, high: float | None) -> None:
    assert only_filter(f"match:{value}") == Bounds("match", low, high)


@pytest.mark.parametrize(
    ("value", "low", "high", "currency"),
    [
        (">=120k", 120_000, None, None),
        (">=120K", 120_000, None, None),
        (">=1.5M", 1_500_000, None, None),
        (">=120000", 120_000, None, None),
        (">=120,000", 120_000, None, None),
        (">=120.000", 120_000, None, None),
        (">=120", 120_000, None, None),
        (">=€80k", 80_000, None, "EUR"),
        (">=80k€", 80_000, None, "EUR"),
        (">=80kEUR", 80_000, None, "EUR"),
        (">=chf90k", 90_000, None, "CHF"),
        ("80k..120k", 80_000, 120_000, None),
        ("$80k..$120k", 80_000, 120_000, "USD"),
        ("<90k", None, 89_999.99, None),
    ],
)
def test_yearly_pay(value: str, low: float | None, high: float | None, currency: str | None) -> None:
    assert only_filter(f"pay:{value}") == Bounds("pay", low, high, currency)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("posted:<7d", "2026-11-13", None),
        ("posted:7d", "2026-11-13", None),
        ("posted:<=7days", "2026-11-13", None),
        ("posted:<2w", "2026-11-06", None),
        ("posted:<1m", "2026-10-21", None),
        ("posted:<1y", "2025-11-20", None),
        ("posted:>7d", None, "2026-11-12"),
        ("posted:>=7d", None, "2026-11-13"),
        ("posted:3d..7d", "2026-11-13", "2026-11-17"),
        ("posted:7d..3d", "2026-11-13", "2026-11-17"),
        ("posted:7d..", None, "2026-11-13"),
        ("posted:..7d", "2026-11-13", None),
        ("posted:today", "2026-11-20", "2026-11-20"),
        ("posted:>yesterday", "2026-11-20", None),
        ("posted:2026-10-01", "2026-10-01", "2026-10-01"),
        ("posted:>2026-10-01", "2026-10-02", None),
        ("posted:<2026-10-01", None, "2026-09-30"),
        ("posted:2026-10", "2026-10-01", "2026-10-31"),
        ("posted:2026-02", "2026-02-01", "2026-02-28"),
        ("posted:9999-12", "9999-12-01", "9999-12-31"),
        ("posted:2026", "2026-01-01", "2026-12-31"),
        ("posted:2026-10-01..2026-10-15", "2026-10-01", "2026-10-15"),
        ("posted:2026-10-15..2026-10-01", "2026-10-01", "2026-10-15"),
        ("posted:..2026-10", None, "2026-10-31"),
        ("deadline:<3d", "2026-11-20", "2026-11-23"),
        ("deadline:>3d", "2026-11-24", None),
        ("deadline:3d..7d", "2026-11-23", "2026-11-27"),
        ("deadline:<today", None, "2026-11-19"),
        ("applied:>30d", None, "2026-10-20"),
        ("created:<2w", "2026-11-06", None),
    ],
)
def test_ages_and_dates(text: str, low: str | None, high: str | None) -> None:
    found = only_filter(text)
    assert isinstance(found, Bounds)
    assert (found.low and str(found.low), found.high and str(found.high)) == (low, high)


# --- mistakes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "underlined", "told"),
    [
        ("stauts:new", "stauts:", "did you mean status:?"),
        ("colour:red", "colour:", "there are status, level"),
        ("status:", "status:", "takes new, interested"),
        ("status:done", "done", "not done"),
        ("match:many", "many", "percentage (>70, <50)"),
        ("match:>70..80", ">70..80", "percentage"),
        ("pay:lots", "lots", "year's pay (>120k"),
        ("pay:€80k..$90k", "€80k..$90k", "year's pay"),
        ("posted:soon", "soon", "an age (<7d, >2w)"),
        ("posted:2026-13-01", "2026-13-01", "a date"),
        ("posted:7d..2026-10-01", "7d..2026-10-01", "a range"),
        ("deadline:x", "x", "how far ahead"),
        ("is:nice", "nice", "favourite, duplicate or closed"),
        ("has:cats", "cats", "takes notes, pay"),
        ("favourite:maybe", "maybe", "yes or no"),
        ('"machine lear', '"machine lear', "never closed"),
        ('company:"Acme', '"Acme', "never closed"),
        ("!!!", "!!!", "no letter or digit"),
        ("company:---", "---", "takes a name"),
    ],
)
def test_a_mistake_is_underlined_with_what_is_allowed(text: str, underlined: str, told: str) -> None:
    for query in (text, f"{text}", f"python status:new {text}"):
        ((stretch, reason),) = marked(query)
        assert stretch == underlined
        assert told in reason


def test_the_rest_of_a_query_with_mistakes_still_works() -> None:
    query = parsed("python stauts:new level:high match:many -intern ")
    assert query.terms == (Term("python"), Term("intern", negated=True))
    assert query.filters == (Choice("level", frozenset({"high"})),)
    assert len(query.mistakes) == 2


def test_a_dash_or_quotation_marks_alone_are_not_worth_a_word() -> None:
    for text in ("", "   ", "-", "- -", '""', '-""'):
        assert parsed(text) == Query(text)


def test_too_long_and_too_many_are_told() -> None:
    long = parsed("a" * (LONGEST + 5))
    assert long.mistakes == (Mistake(LONGEST, LONGEST + 5, f"only {LONGEST} characters are read"),)
    filters = parsed("-tag:a " * (MOST_TERMS + 2))
    assert (len(filters.filters), len(filters.mistakes)) == (MOST_TERMS, 2)
    names = parsed("company:" + ",".join("abc"[n % 3] for n in range(MOST_TERMS + 1)))
    assert (names.filters, len(names.mistakes)) == ((), 1)
    many = parsed("word " * (MOST_TERMS + 3))
    assert len(many.terms) == MOST_TERMS
    assert len(many.mistakes) == 3


def test_control_characters_and_overrides_do_not_get_through() -> None:
    query = parsed('a\x00b "c\x1b[31md\u202ee" company:x\x07y ')
    assert [term.text for term in query.terms] == ["ab", "cde"]
    assert query.filters == (Named("company", ("xy",)),)


# --- rules for every input --------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(f"{key}:" for key in KEYS),
        *'":,-><=. ',
        "..",
        "7d",
        "120k",
        "€",
        "new",
        "yes",
        "2026-10-01",
        "\x00",
        "é",
        "漢字",
        "\ud800",
        "😀",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)))
def test_reading_never_fails_and_marks_only_what_is_there(text: str) -> None:
    query = parsed(text)
    assert query.text == text
    for mistake in query.mistakes:
        assert 0 <= mistake.start < mistake.end <= max(len(text), mistake.start + 1)
        assert mistake.reason
    for term in query.terms:
        assert term.text.strip()
        assert "\x00" not in term.text
    assert parsed(text) == query


@given(st.sampled_from(["match", "pay"]), st.integers(0, 10**6), st.integers(0, 10**6))
def test_ranges_are_never_upside_down(key: str, one: int, other: int) -> None:
    found = only_filter(f"{key}:{one}..{other}")
    assert isinstance(found, Bounds)
    assert isinstance(found.low, float)
    assert isinstance(found.high, float)
    assert found.low <= found.high


def test_reading_a_query_imports_almost_nothing() -> None:
    code = "import sys, jobcopilot.jobs.query; print(len([n for n in sys.modules if n.startswith('jobcopilot')]))"
    heavy = "sys.exit(any(n in sys.modules for n in ('sqlite3', 'sqlalchemy', 'pydantic', 'difflib')))"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}; {heavy}"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) <= 6
