"""A job's title to role family, level and whether it leads people."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.reading.role_ladder import SENIORITIES
from jobcopilot.reading.roles import Role, families, families_like, read_role
from tests.benchmarks.roles import (
    NAMES,
    PARTS,
    agreement_of_management,
    agreement_of_seniority,
    rows_of,
    score,
    speed,
)
from tests.reference_data import reference_data


def _short(title: str) -> tuple[str | None, str | None, bool]:
    role = read_role(title)
    return role.family, role.seniority, role.management


# --- the labelled samples ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("sample", "titles", "least"), [(NAMES[0], 300, 293), (NAMES[1], 100, 91)])
def test_labelled_titles_are_read_rightly(sample: str, titles: int, least: int) -> None:
    """What was measured less one title; the score is printed with -s, what is wrong where it fails."""
    found = score(sample)
    print(f"{sample}: {found.whole} of {found.titles} right; " + str({p: getattr(found, p) for p in PARTS}))
    assert found.titles == titles
    assert found.whole >= least, "\n".join(found.wrong)
    assert all(getattr(found, part) >= least for part in PARTS)


def test_labels_are_words_of_the_vocabulary() -> None:
    for row in (row for name in NAMES for row in rows_of(name)):
        assert row["family"] is None or row["family"] in families()
        assert row["seniority"] is None or row["seniority"] in SENIORITIES
        assert isinstance(row["management"], bool)


def test_agrees_with_the_marks_of_the_reference_file() -> None:
    file = reference_data("postings/ats-2026.jsonl")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    levels, leading = agreement_of_seniority(rows), agreement_of_management(rows)
    print(f"seniority {levels.agreed} of {levels.rows}: {levels.kinds}")
    print(f"is_management {leading.agreed} of {leading.rows}: {leading.kinds}")
    assert levels.rows == leading.rows == 5_186
    # The file reads neither directors nor numerals ("Director, Field Engineering" is "unspecified" there), and calls
    # every "... Manager" a leader of people, product marketing managers included.
    assert levels.agreed >= 4_700
    assert leading.agreed >= 5_050


# --- what one role is called ------------------------------------------------------------------------------


def test_the_vocabulary_has_sixty_families_with_names_in_three_languages() -> None:
    assert len(families()) >= 60
    assert list(families()) == sorted(families())
    for names in (
        ("Softwareentwickler", "Software-Entwicklerin", "développeur logiciel", "Software Developer"),
        ("Krankenpfleger", "Gesundheits- und Krankenpflegerin", "infirmière", "Registered Nurse"),
        ("Buchhalter", "Finanzbuchhalterin", "comptable", "Accountant"),
        ("Vertriebsleiterin", "directeur commercial", "directrice commerciale", "Sales Manager"),
        ("Lehrerin", "Lehrkraft", "enseignante", "Teacher"),
        ("Personalreferentin", "chargée de ressources humaines", "HR Generalist"),
        ("LKW-Fahrer", "chauffeur livreur", "Truck Driver"),
        ("Koch", "Köchin", "cuisinier", "Cook"),
    ):
        assert len({read_role(name).family for name in names}) == 1, names
        assert read_role(names[0]).family is not None


@pytest.mark.parametrize(
    ("title", "family", "seniority", "management"),
    [
        ("Senior Full-Stack Engineer (f/m/d) – Payments", "Full-stack engineer", "senior", False),
        ("Software Engineer II", "Software engineer", "mid", False),
        ("Développeur front-end II", "Front-end engineer", "mid", False),
        ("Senior Software Engineer I", "Software engineer", "senior", False),
        ("Senior/Staff Software Engineer", "Software engineer", "senior", False),
        ("Staff / Senior Software Engineer", "Software engineer", "senior", False),
        ("Software Engineer, Early in Career", "Software engineer", "junior", False),
        ("Member of Technical Staff", "Software engineer", None, False),
        ("Member of Technical Staff - Research Engineer", "Machine-learning scientist", None, False),
        ("Member of Technical Staff, Search", "Software engineer", None, False),
        ("Data Reporting Engineer", "Data analyst", None, False),
        ("Protocol Engineer", "Software engineer", None, False),
        ("Software Engineer - Agent Platform", "Software engineer", None, False),
        ("Software Engineer, iOS", "Mobile engineer", None, False),
        ("Développeur.euse senior (C#/React)", "Full-stack engineer", "senior", False),
        ("React / Node.js Developer", "Full-stack engineer", None, False),
        ("React Developer", "Front-end engineer", None, False),
        ("Java/Kotlin Developer", "Software engineer", None, False),
        ("Front-end Developer (React, Java)", "Front-end engineer", None, False),
        ("Mobile Growth Engineer", "Mobile engineer", None, False),
        ("Growth Engineer", "Software engineer", None, False),
        ("Engineer / Developer", "Software engineer", None, False),
        ("Principal Engineer", None, "principal", False),
        ("Principal Agentic Engineer (Front-end)", "Front-end engineer", "principal", False),
        ("Agentic Engineer", "AI engineer", None, False),
        ("Software Engineer, Agentic Applications", "Software engineer", None, False),
        ("UI Engineer", "Front-end engineer", None, False),
        ("Android UI Engineer", "Mobile engineer", None, False),
        ("Data and AI Engineer", "Data engineer", None, False),
        ("Robotics Integration Engineer", "Robotics engineer", None, False),
        ("Technical Lead - High Voltage and Faults", "Electrical engineer", "lead", False),
        ("Scientist, Immuno-Oncology", "Life scientist", None, False),
        ("Scientist", "Research scientist", None, False),
        ("Data Scientist, People", "Data scientist", None, False),
        ("Engineering Manager", "Engineering manager", None, True),
        ("Senior Manager, Data Engineering", "Engineering manager", "senior", True),
        ("Regional Director, Forward Deployed Engineering", "Forward-deployed engineer", "director", True),
        ("Regional Director", None, "director", True),
        ("Head of Product", "Product manager", "head", True),
        ("Product Manager", "Product manager", None, False),
        ("Senior Manager, Product", "Product manager", "senior", True),
        ("Software Engineer - Mission Manager", "Software engineer", None, False),
        ("Field CTO", "Solutions engineer", None, False),
        ("Chief Technology Officer", "Engineering manager", "c-level", True),
        ("Executive Assistant to the Chief Executive Officer", "Office assistant", None, False),
        ("Associate Data Analyst", "Data analyst", "junior", False),
        ("Associate Director, Data Privacy", "Compliance", "director", True),
        ("Retail Associate", "Retail associate", None, False),
        ("Staff Nurse", "Registered nurse", None, False),
        ("Werkstudent Softwareentwicklung (m/w/d)", "Software engineer", "intern", False),
        ("Teamleiter Kundenservice", "Customer support", "lead", True),
        ("Ingénieur·e DevOps confirmé·e", "DevOps engineer", "mid", False),
        ("Infirmier(ère) H/F", "Registered nurse", None, False),
        ("Stage - Développeur web (H/F)", "Front-end engineer", "intern", False),
        ("THIS IS A TEST - do not apply", None, None, False),
    ],
)  # fmt: skip
def test_reads_a_title_as_its_rules_say(
    title: str, family: str | None, seniority: str | None, management: bool
) -> None:
    assert _short(title) == (family, seniority, management)


@pytest.mark.parametrize(
    "title",
    [
        "senior full-stack engineer",
        "SENIOR FULL-STACK ENGINEER",
        "Senior  Full   Stack Engineer",
        "Sr. Fullstack Engineer",
        "Senior Full\u2010Stack Engineer",
        "\tSenior Full-Stack Engineer\n",
    ],
)
def test_writing_makes_no_difference(title: str) -> None:
    assert _short(title) == ("Full-stack engineer", "senior", False)


def test_a_picker_finds_families_by_what_people_type() -> None:
    assert families_like("full stack")[0] == "Full-stack engineer"
    assert families_like("data enginer")[0] == "Data engineer"
    assert "Registered nurse" in families_like("Krankenpfleger", 3)
    assert families_like("  ", 4) == families()[:4]
    assert families_like("\x00\x1b[31m") is not None


# --- hostile text -----------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_error_and_only_to_words_that_exist(text: str) -> None:
    role = read_role(text)
    assert role.family is None or role.family in families()
    assert role.seniority is None or role.seniority in SENIORITIES
    assert read_role(text) == role


@pytest.mark.parametrize(
    "title",
    [
        "",
        " ",
        "\ud800\udfff",
        "()[]{}" * 40,
        "/" * 300,
        "&" * 300,
        "-in" * 120,
        "(in)" * 90,
        "a" * 100_000,
        "Senior " * 40_000,
        "engineer/" * 40_000,
        "\u0301" * 100_000,
        "e\u0301" * 50_000,
        "\u202eEngineer",
    ],
)
def test_hostile_titles_cost_no_time(title: str) -> None:
    began = time.process_time()
    assert isinstance(read_role(title), Role)
    assert time.process_time() - began < 0.2


def test_only_the_beginning_counts() -> None:
    assert read_role("Nurse" + " x" * 200 + " Software Engineer").family == "Registered nurse"
    assert read_role("x " * 200 + "Software Engineer").family is None


def test_reads_twenty_thousand_titles_a_second() -> None:
    rows = [row["title"] for name in NAMES for row in rows_of(name)]
    rate = max(speed(rows) for _ in range(5))
    print(f"{rate:,.0f} different titles a second of CPU time")
    assert rate >= 20_000
