"""What a posting asks for is told with the words that show it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.reading.requirements import Requirements, read_requirements
from tests.hostile import HOSTILE


def needs(text: str) -> dict[str, str]:
    return {asked.skill: asked.need for asked in read_requirements(text).skills}


def shown(text: str, span: tuple[int, int] | None) -> str | None:
    return None if span is None else text[span[0] : span[1]]


# --- skills and how much they are wanted ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Requirements\n- Python\nNice to have\n- Rust", {"Python": "must", "Rust": "nice"}),
        ("What you'll bring\nTerraform\nBonus points\nPulumi", {"Terraform": "must", "Pulumi": "nice"}),
        ("**Must-Have:**\n* AWS\n**Preferred Qualifications**\n* Azure", {"AWS": "must", "Azure": "nice"}),
        ("Dein Profil\n- Python\n- Docker von Vorteil", {"Python": "must", "Docker": "nice"}),
        ("Votre profil\n- Maîtrise de Python\n- Docker serait un plus", {"Python": "must", "Docker": "nice"}),
        ("Requirements: Python, SQL. Nice to have: Scala.", {"Python": "must", "SQL": "must", "Scala": "nice"}),
        ("Responsibilities\n- Maintain Python services\nQualifications\n- SQL", {"Python": "mentioned", "SQL": "must"}),
        ("About us\nWe love Python.\nRequirements\n- SQL\nBenefits\n- Free Kubernetes training", {"SQL": "must"}),
        ("About Acme\nWe love Python.\nYour profile\n- SQL", {"SQL": "must"}),
        ("Python, FastAPI, PostgreSQL", {"Python": "must", "FastAPI": "must", "PostgreSQL": "must"}),
        ("We write Python all day.", {"Python": "mentioned"}),
        ("You have experience with Python.", {"Python": "must"}),
        ("Python is required.", {"Python": "must"}),
        ("Ideally you know Terraform.", {"Terraform": "nice"}),
        ("Python required, Scala preferred.", {"Python": "must", "Scala": "nice"}),
        ("Must know Python; Scala is a plus", {"Python": "must", "Scala": "nice"}),
        ("Requirements\n- Kotlin is a plus\n- PHP not required", {"Kotlin": "nice", "PHP": "mentioned"}),
        ("Nice to have\n- Python\nRequirements\n- Python", {"Python": "must"}),
        ("No experience with Python needed", {"Python": "mentioned"}),
        ("Your annual bonus. You use Python plus SQL.", {"Python": "mentioned", "SQL": "mentioned"}),
        ("", {}),
    ],
)  # fmt: skip
def test_needs(text: str, expected: dict[str, str]) -> None:
    assert needs(text) == expected


def test_a_skill_comes_with_the_words_that_show_it() -> None:
    text = "Requirements\n• 5+ years of Python in production\n• Docker is a plus, really\nU.S. office: we use Scala"
    asked = {one.skill: text[one.start : one.end] for one in read_requirements(text).skills}
    assert asked["Python"] == "5+ years of Python"
    assert asked["Docker"] == "Docker is a plus"
    assert asked["Scala"] == "U.S. office: we use Scala"


# --- years ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "years", "words"),
    [
        ("5+ years of experience with SQL", 5, "5+ years of experience"),
        ("3-5 years of experience", 3, "3-5 years of experience"),
        ("at least three (3) years of professional experience", 3, "three (3) years of professional experience"),
        ("mindestens 3 Jahre Berufserfahrung", 3, "3 Jahre Berufserfahrung"),
        ("5 ans d'expérience minimum", 5, "5 ans d'expérience"),
        ("2.5 years' experience", 2.5, "2.5 years' experience"),
        ("minimum of 10 years' working experience", 10, "10 years' working experience"),
        ("7 years in a similar role", 7, "7 years"),
        ("You must be 18 years of age", None, None),
        ("Our founders have 20 years of experience", None, None),
        ("For over 100 years we have built bridges", None, None),
        ("10+ years of experience preferred. 4 years of experience required.", 4, "4 years of experience"),
        ("About us\n30 years of experience\nRequirements\n- 2 years of experience", 2, "2 years of experience"),
        ("a 2 year contract", None, None),
        ("$5 years of", None, None),
    ],
)  # fmt: skip
def test_years(text: str, years: float | None, words: str | None) -> None:
    read = read_requirements(text)
    assert (read.years, shown(text, read.years_span)) == (years, words)


# --- seniority, work mode, degree -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seniority"),
    [
        ("We are looking for a senior engineer", "senior"), ("This is an entry-level role", "junior"),
        ("Wir suchen einen Junior Entwickler", "junior"), ("You will work with senior engineers", None),
        ("Report to senior leadership", None), ("Hiring a staff engineer", "staff"),
        ("an internship position", "intern"),
    ],
)  # fmt: skip
def test_seniority_only_when_the_text_says_so(text: str, seniority: str | None) -> None:
    assert read_requirements(text).seniority == seniority


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("This is a fully remote role", "remote", "fully remote"),
        ("100% remote", "remote", "100% remote"),
        ("Location: Remote (US)", "remote", "Remote"),
        ("Remote", "remote", "Remote"),
        ("You can work from home", "remote", "work from home"),
        ("Hybrid: 3 days a week in the office", "hybrid", "3 days a week in the office"),
        ("2 Tage Homeoffice pro Woche", "hybrid", "2 Tage Homeoffice"),
        ("2 jours de télétravail par semaine", "hybrid", "2 jours de télétravail par semaine"),
        ("a hybrid role in Berlin", "hybrid", "hybrid role"),
        ("5 days a week in the office", "onsite", "5 days a week in the office"),
        ("This is an on-site position", "onsite", "on-site position"),
        ("This is not a remote position", "onsite", "not a remote position"),
        ("Remote is not possible", "onsite", "Remote is not possible"),
        ("no remote work", "onsite", "no remote work"),
        ("We build hybrid cloud software with remote teams", None, None),
        ("on-site gym and on-site parking", None, None),
        ("remote sensing and remote patient monitoring", None, None),
        ("", None, None),
    ],
)
def test_work_mode(text: str, mode: str | None, words: str | None) -> None:
    read = read_requirements(text)
    assert (read.work_mode, shown(text, read.work_mode_span)) == (mode, words)


def test_the_title_may_tell_the_work_mode() -> None:
    assert read_requirements("We build things.", "Data Engineer (Remote)").work_mode == "remote"
    assert read_requirements("This is a fully remote role.", "Data Engineer, Hybrid").work_mode == "remote"


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("Bachelor's degree in Computer Science", "bachelor"), ("BS/MS in Computer Science", "bachelor"),
        ("Master's or PhD in Physics", "master"), ("PhD required", "doctorate"), ("PhD preferred", None),
        ("High school diploma or GED", "school"), ("Associate's degree required", "associate"),
        ("A degree in nursing", "degree"), ("abgeschlossene Berufsausbildung", "apprenticeship"),
        ("abgeschlossenes Studium der Informatik", "degree"), ("Bac+5 en informatique", "master"),
        ("scrum master and master data", None), ("No degree required", None), ("a high degree of autonomy", None),
        ("360 degree feedback", None), ("Bachelor required, Master preferred", "bachelor"),
    ],
)  # fmt: skip
def test_degree(text: str, degree: str | None) -> None:
    assert read_requirements(text).degree == degree


# --- blockers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Active TS/SCI clearance required", [("clearance", "TS/SCI clearance", "must")]),
        ("Secret clearance is a plus", [("clearance", "Secret clearance", "nice")]),
        ("No clearance required", []),
        ("customs clearance experience", []),
        ("US citizens only", [("citizenship", "U.S. citizenship", "must")]),
        ("Must be a U.S. citizen", [("citizenship", "U.S. citizenship", "must")]),
        ("without regard to citizenship status", []),
        ("global citizens of the web", []),
        ("No visa sponsorship", [("visa", "No visa sponsorship", "must")]),
        ("We are unable to sponsor visas at this time.", [("visa", "No visa sponsorship", "must")]),
        ("We don't offer visa sponsorship", [("visa", "No visa sponsorship", "must")]),
        ("Visa sponsorship available", []),
        ("Must be authorized to work in the US", [("visa", "Right to work", "must")]),
        ("must hold a valid RN license", [("licence", "Nursing licence", "must")]),
        ("Valid driver's license required", [("licence", "Driving licence", "must")]),
        ("Führerschein Klasse B erforderlich", [("licence", "Driving licence", "must")]),
        ("CPA license preferred", [("licence", "CPA licence", "nice")]),
        ("software license agreements under the MIT license", []),
        ("Benefits\n- lunch\n\nUS citizens only.", [("citizenship", "U.S. citizenship", "must")]),
    ],
)
def test_blockers(text: str, expected: list[tuple[str, str, str]]) -> None:
    read = read_requirements(text)
    assert [(one.kind, one.label, one.need) for one in read.blockers] == expected


def test_a_blocker_comes_with_its_sentence() -> None:
    text = "Great team. Must be a U.S. citizen due to ITAR. Great food."
    shown_by = {text[one.start : one.end] for one in read_requirements(text).blockers}
    assert shown_by == {"Must be a U.S. citizen due to ITAR."}


# --- any text ---------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from([
    "Requirements", "Nice to have:", "Benefits", "\n", "- ", ". ", "Python", "Go", "is a plus", "required", "must",
    "5+ years", "of experience", "not", "remote", "hybrid", "3 days", "in the office", "Bachelor's degree", "clearance",
    "US citizens", "sponsorship",
    "no", "license", "RN", "İ", "ß", "ﬁ", "•", ":", ";", " ", "\t", "mindestens 3 Jahre", "we", "teams",
])  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join))


@given(_TEXTS, st.text(max_size=40))
def test_any_text_is_read_and_places_lie_in_it(text: str, title: str) -> None:
    read = read_requirements(text, title)
    spans = [(one.start, one.end) for one in read.skills] + [(one.start, one.end) for one in read.blockers]
    told = (read.years_span, read.seniority_span, read.work_mode_span, read.degree_span)
    for start, end in (*spans, *(span for span in told if span is not None)):
        assert 0 <= start < end <= len(text)
    assert len({one.skill for one in read.skills}) == len(read.skills)
    assert (read.years is None) == (read.years_span is None)


@given(_TEXTS)
def test_a_skill_more_in_the_list_leaves_the_others_their_needs(text: str) -> None:
    base = "Requirements\n- Python\n- PostgreSQL\nNice to have\n- Kubernetes"
    before = needs(base)
    after = needs(base + "\n- Terraform")
    assert {skill: after[skill] for skill in before} == before


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read(text: str) -> None:
    assert isinstance(read_requirements(text, text), Requirements)
    read_requirements(f"Requirements\n{text} Python {text} 5 years {text}", text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "c ", "Go, ", "5 years of experience ", "no visa sponsorship ", "remote not ", "bachelor's degree in ",
        "\n- must ", "license ", "Requirements: ", "strong x ", "we work with sales ", "a. ", "US citizens only; ",
    ],
)  # fmt: skip
def test_time_grows_with_the_text(unit: str) -> None:
    def seconds(text: str) -> float:
        times = []
        for _ in range(3):
            started = time.process_time()
            read_requirements(text)
            times.append(time.process_time() - started)
        return min(times)  # the least disturbed run

    read_requirements(unit)
    small, large = unit * (40_000 // len(unit)), unit * (320_000 // len(unit))
    # Eight times the text may take up to thirty times as long on a busy machine, not sixty-four.
    assert seconds(large) < 30 * max(seconds(small), 0.03)
