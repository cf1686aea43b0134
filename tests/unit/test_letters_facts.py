"""The facts checker: names, companies, dates and numbers that are in no source are refused, those that are pass."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.mail.facts import Sources, unfounded

NOTES = """Met Grace Hopper and Ada Lovelace. Talked about their migration to Airflow, 3 teams, 2 million rows.
They decide by 4 December. second round may follow. we ate an apple; grace will call at 14:30."""
SOURCES = Sources(
    (
        "Acme & Co.",
        "Senior Data Engineer",
        NOTES,
        "Call me at grace@acme.example or https://acme.example/jobs",
        "3.5%",
    ),
    frozenset({date(2026, 11, 19)}),
    frozenset({time(10, 0)}),
    frozenset({"Globex", "Initech GmbH"}),
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.words) for one in unfounded(text, SOURCES)]


@pytest.mark.parametrize(
    "text",
    [
        "Hi Grace,\n\nThank you for the time on Thursday. Best regards,\nAda Lovelace",
        "Dear Grace Hopper,\nI enjoyed our talk about Airflow at Acme.",
        "The role of Senior Data Engineer at Acme & Co. is what I want. I'm glad. I’ve thought about it.",
        "We met on 19 November 2026, on November 19, on 2026-11-19 and on Nov 19th at 10:00, or 10 am.",
        "You decide by 4 December, or Dec 4; call at 2:30 pm.",
        "Three teams and 2,000,000 rows; the second round may follow. It is 3.5 %.",
        "Write to grace@acme.example or see https://acme.example/jobs.",
        "May I ask for news? Will you let me know? Grace's answer. One of the first things.",
        "grace hopper wrote.",
        "",
    ],
)
def test_what_is_in_the_sources_passes(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Hi Bob,", "name", "Bob"),
        ("Thank you, Grace Lovelace.", "name", "Grace Lovelace"),
        ("I also talk to Globex.", "name", "Globex"),
        ("i also talk to globex.", "name", "Globex"),
        ("as initech gmbh says", "name", "Initech GmbH"),
        ("Barbara told me.", "name", "Barbara"),
        ("Let us ask Will.", "name", "Will"),
        ("I work with Kubernetes.", "name", "Kubernetes"),
        ("At Jean-Luc's desk.", "name", "Jean-Luc's"),
        ("I know K8s.", "name", "K8s"),
        ("With 李雷 I spoke.", "name", "李雷"),
        ("Best,\nРоман", "name", "Роман"),
        ("We met on 20 November.", "date", "20 November"),
        ("We met on 19 November 2025.", "date", "19 November 2025"),
        ("We met on 2026-11-20.", "date", "2026-11-20"),
        ("We met on 11/20/2026.", "date", "11/20/2026"),
        ("On Friday I was there.", "date", "Friday"),
        ("In March I was there.", "date", "March"),
        ("See you tomorrow.", "date", "tomorrow"),
        ("See you next week.", "date", "next week"),
        ("At 11:00 then.", "date", "11:00"),
        ("At 3 pm then.", "date", "3 pm"),
        ("With 12 years of work.", "number", "12"),
        ("With twelve years.", "number", "twelve"),
        ("It saved $1,200 a day.", "number", "1,200"),
        ("It saved 40%.", "number", "40"),
        ("It saved 2k.", "number", "2k"),
        ("With ٤٢ years.", "number", "٤٢"),
        ("Half is ½.", "number", "½"),
        ("Write to bob@acme.example.", "address", "bob@acme.example"),
        ("See https://evil.example/x.", "address", "https://evil.example/x"),
        ("See evil.example.", "address", "evil.example"),
        ("Ask @grace there.", "address", "@grace"),
    ],
)
def test_what_is_in_none_is_refused(text: str, kind: str, words: str) -> None:
    assert (kind, words) in kinds(text)


def test_a_word_of_the_notes_is_not_the_name_that_is_written_like_it() -> None:
    notes = Sources(("will you hope for the best",))
    assert [one.words for one in unfounded("I met Will.", notes)] == ["Will"]


def test_figures_of_a_date_do_not_stand_for_others() -> None:
    sources = Sources(("we met 03/04/2026",))
    assert unfounded("We met on 03/04/2026.", sources) == ()
    assert [one.words for one in unfounded("We met on 05/06/2026.", sources)] == ["05/06/2026"]


CAPITALS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÉŁŠ")
NAMES = st.builds(
    "{}{}".format, CAPITALS, st.text("abcdefghijklmnopqrstuvwxyzäöüéèçñł", min_size=3, max_size=12)
)
PLACES = st.sampled_from(
    [
        "Thank you for the talk with {} on Thursday.",
        "Hi {},\n\nthank you.",
        "Best regards,\n{}",
        "I worked at {}.",
        "{} told me so.",
        "It was {}'s idea.",
        "We spoke of it - {} - at length (and {}).",
    ]
)


@given(NAMES, PLACES)
@settings(max_examples=300, deadline=None)
def test_no_invented_name_passes_wherever_it_stands(name: str, place: str) -> None:
    from jobcopilot.mail.facts import _openers
    from jobcopilot.mail.facts_dates import MONTHS, WEEKDAYS

    folded = name.casefold()
    if folded in _openers() or folded in SOURCES.folded_words or folded in MONTHS | WEEKDAYS:
        return
    assert any(one.kind == "name" for one in unfounded(place.format(*[name] * 2), SOURCES))


@given(st.integers(0, 10**9))
@settings(max_examples=200, deadline=None)
def test_no_invented_number_passes(number: int) -> None:
    known = {19, 2026, 3, 4, 14, 30, 2_000_000, 2}
    refused = [one for one in unfounded(f"It was {number} of them.", SOURCES) if one.kind == "number"]
    assert bool(refused) is (number not in known)


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["{0.day} {0:%B} {0.year}", "{0:%B} {0.day}", "{0}"]),
)
@settings(max_examples=200, deadline=None)
def test_no_invented_date_passes(day: date, form: str) -> None:
    refused = [one for one in unfounded(f"We met on {form.format(day)}.", SOURCES) if one.kind == "date"]
    without_year = form == "{0:%B} {0.day}" and (day.month, day.day) in ((11, 19), (12, 4))
    exact = day == date(2026, 11, 19) or without_year
    assert bool(refused) is not exact


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_judged_and_its_own_source(text: str) -> None:
    unfounded(text, SOURCES)
    assert unfounded(text, Sources((text,))) == ()
