"""Titles say how senior, whether people are led, and which role; likeness of roles is fair and symmetric."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.reading.titles import SENIORITIES, TitleFacts, read_title, role_similarity
from tests.hostile import HOSTILE


@pytest.mark.parametrize(
    ("title", "seniority"),
    [
        ("Data Engineer", None), ("Senior Backend", "senior"), ("Sr. Data Analyst", "senior"),
        ("Junior Developer", "junior"),
        ("Graduate Engineer", "junior"), ("Associate Software Engineer", "junior"), ("Sales Associate", None),
        ("Software Engineer II", "mid"), ("Electrical Engineer III", "senior"), ("Mid-level Developer", "mid"),
        ("Junior to Mid-Level Developer", "junior"), ("Intermediate/Senior/Staff Backend Engineer", "mid"),
        ("Senior Staff Engineer", "staff"), ("Staff Nurse", None), ("Member of Technical Staff", None),
        ("Chief of Staff", None), ("Principal Engineer", "principal"), ("Vice Principal", None), ("Tech Lead", "lead"),
        ("Lead Generation Specialist", None), ("Head Chef", "lead"), ("Engineering Manager", "manager"),
        ("Product Manager", None), ("Senior Product Manager", "senior"), ("Account Manager", None),
        ("Store Manager", "manager"),
        ("Head of Data", "director"), ("Associate Director, Marketing", "director"), ("VP of Engineering", "executive"),
        ("Co-Founder & CTO", "executive"), ("Executive Assistant to the CEO", None), ("Account Executive", None),
        ("Werkstudent Data Science (m/w/d)", "intern"), ("Software Engineering Intern", "intern"),
        ("Stage Développeur", "intern"), ("Teamleiter Vertrieb (m/w/d)", "manager"), ("", None),
    ],
)  # fmt: skip
def test_seniority(title: str, seniority: str | None) -> None:
    assert read_title(title).seniority == seniority


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Softwareentwickler:in (m/w/d) – Berlin", {"software", "engineer"}),
        ("Full-Stack-Entwickler/in", {"fullstack", "engineer"}),
        ("Back End Programmer", {"backend", "engineer"}),
        (
            "Frontend Engineer, Financial Web Platform",
            {"frontend", "engineer", "web", "platform", "financial"},
        ),
        ("Software Engineer (Backend)", {"software", "engineer", "backend"}),
        ("Berlin - Data Engineer", {"data", "engineer"}),
        ("Site Reliability Engineer", {"sre", "engineer"}),
        ("Machine Learning Developer", {"ml", "engineer"}),
        ("Registered Nurse - ICU (Nights)", {"nurse"}),
        ("Développeuse Java H/F", {"java", "engineer"}),
        ("C++ Developer", {"cpp", "engineer"}),
        ("Senior Data Scientist II | Remote", {"data", "scientist"}),
    ],
)
def test_role_words(title: str, words: set[str]) -> None:
    assert read_title(title).words == words


@pytest.mark.parametrize(
    ("title", "management"),
    [
        ("Engineering Manager", True), ("Manager, Data Science", True), ("Head of Sales", True), ("VP, Sales", True),
        ("Team Lead Customer Service", True), ("Product Manager", False), ("Lead Developer", False),
        ("Executive Assistant to the CEO", False), ("Software Engineer", False), ("Director's Intern", False),
    ],
)  # fmt: skip
def test_management(title: str, management: bool) -> None:
    assert read_title(title).management is management


def similarity(one: str, other: str) -> float:
    return role_similarity(read_title(one), read_title(other))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("Senior Backend", "Senior Python Engineer", 0.35, 0.8),
        ("Backend Developer", "back-end programmer (m/f/d)", 1.0, 1.0),
        ("Nurse", "Data Engineer", 0.0, 0.0),
        ("Accountant", "Welder", 0.0, 0.0),
        ("Backend Engineer", "Software Engineer", 0.4, 0.95),
        ("Data Engineer", "Software Engineer", 0.1, 0.5),
        ("Mechanical Engineer", "Software Engineer", 0.0, 0.2),
        ("DevOps Engineer", "Site Reliability Engineer", 0.4, 0.95),
        ("Account Executive", "Sales Representative", 0.3, 0.9),
        ("Teacher", "Tutor", 0.3, 0.9),
    ],
)
def test_similarity(one: str, other: str, low: float, high: float) -> None:
    assert low <= similarity(one, other) <= high


_TITLES = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from([
            "Senior", "Data", "Engineer", "Nurse", "(m/w/d)", "–", "Manager", "of", "Staff", "II", "Berlin",
            ",", "Lead", "/",
        ]),
        max_size=8,
    ).map(" ".join),
)  # fmt: skip


@given(_TITLES, _TITLES)
def test_similarity_is_symmetric_and_bounded(one: str, other: str) -> None:
    forth, back = similarity(one, other), similarity(other, one)
    assert forth == back
    assert 0.0 <= forth <= 1.0
    if read_title(one).words:
        assert similarity(one, one) == 1.0


@given(_TITLES)
def test_any_title_is_read_and_its_capitals_do_not_matter(title: str) -> None:
    facts = read_title(title)
    assert facts.seniority is None or facts.seniority in SENIORITIES
    assert all(facts.words)
    if title.isascii():
        assert read_title(title.upper()) == read_title(title.lower())


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_titles_are_read(title: str) -> None:
    assert isinstance(read_title(title), TitleFacts)
    read_title(title * 10_000)


def test_the_ladder_is_in_order() -> None:
    assert SENIORITIES == (
        "intern", "junior", "mid", "senior", "staff", "principal", "lead", "manager", "director", "executive",
    )  # fmt: skip
