"""What is read once from a posting, and stored beside it."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.jobs.facts import Facts, from_json, read_facts, to_json
from jobcopilot.reading.pay import Pay
from jobcopilot.reading.places import WorkMode

POSTING = """We build the data platform of a hospital group in Berlin (hybrid, two days in the office).

Requirements
- 5+ years of experience with Python and SQL
- Bachelor's degree in computer science or a related field
- A Secret clearance is required.

Nice to have
- Kubernetes
"""


def test_reads_what_a_posting_says_with_the_words_that_say_it() -> None:
    pay = Pay("€ 80k-100k", 80_000, 100_000, "EUR", "year", "parsed")
    facts = read_facts("Senior Data Engineer (m/f/d)", "Berlin, Germany", POSTING, None, pay)
    needs = {skill.name: skill.need for skill in facts.skills}
    assert (needs["Python"], needs["SQL"], needs["Kubernetes"]) == ("must", "must", "nice")
    python = next(skill for skill in facts.skills if skill.name == "Python")
    assert "Python" in POSTING[python.start : python.end]
    assert facts.title.seniority == "senior"
    assert facts.years == 5
    assert facts.years_span is not None
    assert POSTING[slice(*facts.years_span)].startswith("5+ years")
    assert facts.degree == "bachelor"
    assert facts.work_mode == "hybrid"
    assert [place.city for place in facts.places] == ["Berlin"]
    assert (facts.pay_minimum, facts.pay_maximum, facts.pay_currency) == (80_000, 100_000, "EUR")
    assert [(blocker.kind, blocker.label) for blocker in facts.blockers] == [
        ("clearance", "Secret clearance")
    ]


def test_a_skill_that_only_the_title_names_points_into_the_title() -> None:
    facts = read_facts("Python Developer", "", "We like clear words.")
    python = next(skill for skill in facts.skills if skill.name == "Python")
    assert (python.in_title, python.only_title, python.need) == (True, True, "must")
    assert "Python Developer"[python.start : python.end] == "Python"
    both = next(
        skill for skill in read_facts("Python Developer", "", POSTING).skills if skill.name == "Python"
    )
    assert (both.in_title, both.only_title) == (True, False)
    assert "Python" in POSTING[both.start : both.end]


@pytest.mark.parametrize(
    ("given_mode", "place", "description", "expected"),
    [
        ("onsite", "Remote - US", "This role is fully remote.", "onsite"),
        (None, "Remote - US", "You come to the office three days a week.", "remote"),
        (None, "Berlin", "This is a fully remote position.", "remote"),
        (None, "Berlin", "We sell shoes.", None),
    ],
)
def test_what_the_fields_say_wins_over_the_text(
    given_mode: WorkMode | None, place: str, description: str, expected: str | None
) -> None:
    assert read_facts("Clerk", place, description, given_mode).work_mode == expected


def test_a_yearly_figure_is_derived_from_an_hourly_one() -> None:
    facts = read_facts("Nurse", "", "", None, Pay("$40/h", 40, 50, "USD", "hour", "parsed"))
    assert (facts.pay_minimum, facts.pay_maximum) == (83_200, 104_000)


def test_an_empty_posting_says_nothing() -> None:
    assert read_facts("", "", "") == Facts()


@pytest.mark.parametrize(
    "stored", ["{}", "", "[]", "[0,[],[],[],[],[],[],[],[],[]]", "null", "[1]", "[1,2", "7"]
)
def test_missing_or_older_facts_are_to_be_read_again(stored: str) -> None:
    assert from_json(stored) is None


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=400))
def test_stored_facts_come_back_as_they_were(title: str, place: str, description: str) -> None:
    facts = read_facts(title, place, description)
    stored = to_json(facts)
    assert from_json(stored) == facts
    assert json.loads(stored)[0] == 1


def test_facts_of_a_full_posting_come_back_as_they_were() -> None:
    pay = Pay("x", None, 100_000, "EUR", "year", "stated")
    facts = read_facts("Senior Python Engineer", "Berlin; Remote - EU", POSTING * 3, None, pay)
    assert from_json(to_json(facts)) == facts


def test_stored_facts_are_read_in_microseconds() -> None:
    stored = to_json(read_facts("Senior Data Engineer", "Berlin, Germany", POSTING))
    begun = time.process_time()
    for _ in range(2000):
        from_json(stored)
    # 8 to 16 µs on the machine this was written on.
    assert (time.process_time() - begun) / 2000 < 0.000_1
