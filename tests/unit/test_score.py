"""The explained match: its rules for every input, and what a person would find fair."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jobcopilot.jobs.facts import Facts, SkillFact, from_json, read_facts, to_json
from jobcopilot.jobs.licences import is_held, licence_words
from jobcopilot.jobs.match import Criterion, Match, level_of, match_rank, quote
from jobcopilot.jobs.score import COVERAGE, score
from jobcopilot.jobs.views import CAP, THIN_COVERAGE
from jobcopilot.jobs.wanted import prepare
from jobcopilot.profiles.views import ProfileView, RemoteWish, SkillView
from jobcopilot.reading.blockers import Blocker, BlockerKind
from jobcopilot.reading.pay import Pay, read_pay
from jobcopilot.reading.places import WorkMode, read_place
from jobcopilot.reading.skills import canonical
from jobcopilot.reading.titles import SENIORITIES, read_title
from tests.effort import examples

SKILLS = (
    "Python", "FastAPI", "PostgreSQL", "Go", "SQL", "Kubernetes", "React", "JavaScript", "Microsoft Excel",
    "Accounting", "Patient Care", "Communication", "Leadership", "CPA", "German", "C++", "R", "Docker", "GAAP",
    "Teamwork",
)  # fmt: skip
TITLES = (
    "Senior Python Engineer", "Registered Nurse", "Accountant", "Junior Data Analyst", "Head of Sales", "Zookeeper", "",
    "Staff Engineer", "Werkstudent Marketing",
)  # fmt: skip
PLACES = (
    "Berlin, Germany",
    "Potsdam",
    "New York, NY",
    "Remote",
    "Remote - US",
    "Europe",
    "5 Locations",
    "",
    "Texas",
)


def person(*skills: str, **fields: object) -> ProfileView:
    return replace(
        ProfileView(1, "default", skills=tuple(SkillView(name) for name in skills)),
        **fields,  # type: ignore[arg-type]
    )


def criterion(match: Match, name: str) -> Criterion:
    return next(each for each in match.criteria if each.name == name)


# The first example loads the vocabularies, which takes longer than a deadline for one.
for_every_input = settings(max_examples=examples(150), deadline=None)

ADA = person("Python", "FastAPI", "Go", roles=("Senior Backend",))


# --- the rules, for every input ---------------------------------------------------------------------------


@st.composite
def all_facts(draw: st.DrawFn) -> Facts:
    title = draw(st.sampled_from(TITLES))
    named = draw(st.lists(st.sampled_from(SKILLS), unique=True, max_size=12))
    in_title = draw(st.booleans())
    pay = sorted(draw(st.lists(st.integers(20, 300), max_size=2)))
    return Facts(
        skills=tuple(
            SkillFact(name, draw(st.sampled_from(["must", "nice", "mentioned"])), 0, 4, in_title and place == 0)
            for place, name in enumerate(named)
        ),
        title=read_title(title),
        seniority=draw(st.none() | st.sampled_from(SENIORITIES)),
        years=draw(st.none() | st.integers(1, 15).map(float)),
        degree=draw(st.none() | st.just("bachelor")),
        work_mode=draw(st.sampled_from([None, "remote", "hybrid", "onsite"])),
        places=read_place(draw(st.sampled_from(PLACES))),
        pay_minimum=pay[0] * 1000.0 if pay else None,
        pay_maximum=pay[-1] * 1000.0 if len(pay) > 1 else None,
        pay_currency=draw(st.sampled_from([None, "USD", "EUR"])),
        blockers=draw(
            st.sampled_from([
                (),
                (Blocker("clearance", "Secret clearance", "must", 0, 5),),
                (Blocker("licence", "CPA licence", "must", 0, 5), Blocker("visa", "Right to work", "must", 6, 9)),
            ])
        ),
    )  # fmt: skip


@st.composite
def all_profiles(draw: st.DrawFn) -> ProfileView:
    return person(
        *draw(st.lists(st.sampled_from([*SKILLS, "Basket Weaving"]), unique=True, max_size=8)),
        roles=tuple(draw(st.lists(st.sampled_from([*TITLES, "Senior Backend"]), unique=True, max_size=2))),
        places=tuple(draw(st.lists(st.sampled_from(PLACES), unique=True, max_size=2))),
        licences=tuple(
            draw(st.lists(st.sampled_from(["CPA", "TS/SCI clearance", "Work permit"]), max_size=2))
        ),
        remote=draw(st.sampled_from(["any", "remote", "hybrid", "onsite"])),
        seniority=draw(st.none() | st.sampled_from(SENIORITIES)),
        years=draw(st.none() | st.integers(0, 20).map(float)),
        minimum_pay=draw(st.none() | st.integers(30, 200).map(lambda thousands: thousands * 1000.0)),
        pay_currency=draw(st.sampled_from([None, "USD", "EUR"])),
    )


@for_every_input
@given(all_profiles(), all_facts(), st.sampled_from([*SKILLS, "Basket Weaving"]))
def test_one_more_skill_never_lowers_a_score(profile: ProfileView, facts: Facts, skill: str) -> None:
    before = score(profile, facts)
    after = score(replace(profile, skills=(*profile.skills, SkillView(skill))), facts)
    assert after.percent >= before.percent
    assert match_rank(after) >= match_rank(before)
    assert {*after.matched} >= {*before.matched}
    if skill in {wanted.name for wanted in facts.skills}:
        assert skill in after.matched
        assert skill not in {*after.missing, *after.missing_nice}


@for_every_input
@given(all_profiles(), all_facts(), st.randoms(use_true_random=False))
def test_letter_case_order_and_white_space_change_nothing(
    profile: ProfileView, facts: Facts, draw: Random
) -> None:
    skills = [*profile.skills, *profile.skills[:2]]
    draw.shuffle(skills)
    written = [draw.choice([skill.name.upper(), skill.name.lower(), f"  {skill.name}\t"]) for skill in skills]
    other = replace(profile, skills=tuple(SkillView(name.replace(" ", "  ")) for name in written))
    unknown = {"basket weaving"}
    one, two = score(profile, facts), score(other, facts)
    assert [name for name in one.unused if name.casefold() not in unknown] == [
        name for name in two.unused if name.casefold() not in unknown
    ]
    assert replace(one, unused=()) == replace(two, unused=())


@for_every_input
@given(all_profiles(), all_facts())
def test_every_score_keeps_its_bounds(profile: ProfileView, facts: Facts) -> None:
    match = score(profile, facts)
    assert 0 <= match.percent <= 100
    assert 0 <= match.coverage <= 1
    assert match.level == level_of(match.percent, thin=match.thin)
    assert match.scored or match.percent == 0
    assert not (match.thin and match.level == "high")
    assert match.uncapped >= match.percent
    if any(obstacle.firm for obstacle in match.blockers):
        assert match.percent == min(match.uncapped, CAP)
        assert match.level == "low"
        assert match.blockers[0].firm
    for each in match.criteria:
        assert 0 <= each.points <= each.out_of + 1e-9
        assert each.said or each.out_of == 0
    named = {skill.name for skill in facts.skills}
    assert {*match.matched, *match.missing, *match.missing_nice} == named
    assert len(match.matched) + len(match.missing) + len(match.missing_nice) == len(named)
    assert match.summary.endswith(".")
    assert "\n" not in match.summary
    assert len(match.summary) < 600


@for_every_input
@given(all_profiles(), all_facts())
def test_the_same_input_gives_the_same_score_also_from_stored_facts(
    profile: ProfileView, facts: Facts
) -> None:
    first = score(profile, facts)
    stored = from_json(to_json(facts))
    assert stored is not None
    assert score(prepare(profile), stored) == first
    assert score(profile, facts) == first


@for_every_input
@given(all_profiles(), all_facts())
def test_what_the_posting_does_not_say_counts_neither_way(profile: ProfileView, facts: Facts) -> None:
    silent = facts._replace(
        pay_minimum=None, pay_maximum=None, years=None, work_mode=None, places=(), blockers=()
    )
    careless = replace(profile, minimum_pay=None, years=None, places=(), remote="any")
    assume(profile.seniority is not None)
    assume(score(careless, silent).scored)
    assert score(profile, silent).percent == score(careless, silent).percent
    assert {"pay", "years", "place", "work mode"} <= {*score(profile, silent).not_said}


@for_every_input
@given(all_profiles(), all_facts(), st.integers(1, 200))
def test_more_pay_and_more_years_never_lower_a_score(profile: ProfileView, facts: Facts, more: int) -> None:
    assume(facts.pay_minimum is not None and facts.pay_maximum is not None)
    assert facts.pay_minimum is not None
    assert facts.pay_maximum is not None
    better = facts._replace(
        pay_minimum=facts.pay_minimum + more * 1000, pay_maximum=facts.pay_maximum + more * 1000
    )
    assert score(profile, better).percent >= score(profile, facts).percent
    if profile.seniority and profile.years is not None:
        older = replace(profile, years=profile.years + more)
        assert score(older, facts).percent >= score(profile, facts).percent


@for_every_input
@given(st.text(max_size=80), st.text(max_size=60), st.text(max_size=300))
def test_any_text_is_scored(title: str, place: str, description: str) -> None:
    match = score(ADA, read_facts(title, place, description))
    assert 0 <= match.percent <= 100


# --- the example of the brief, and what follows from it ---------------------------------------------------


def test_a_python_posting_for_a_python_person_who_lacks_one_of_three() -> None:
    match = score(ADA, read_facts("Senior Python Engineer", "", "Python, FastAPI, PostgreSQL"))
    assert match.percent >= 70
    assert match.level == "high"
    assert match.matched == ("Python", "FastAPI")
    assert match.missing == ("PostgreSQL",)
    assert match.unused == ("Go",)
    assert match.summary.startswith("2 of 3 wanted skills, lacks PostgreSQL")
    assert {"pay", "place", "years"} <= {*match.not_said}
    assert {"places", "minimum pay", "years"} <= {*match.not_asked}


def test_a_skill_may_be_brought_by_another() -> None:
    match = score(person("FastAPI"), read_facts("Engineer", "", "Requirements:\n- Python\n- SQL"))
    assert match.matched == ("Python",)
    (python,) = [shown for shown in criterion(match, "skills").evidence if shown.met]
    assert python.note == "through FastAPI"
    assert match.unused == ()


def test_what_is_nice_to_have_is_told_apart_and_costs_less() -> None:
    text = "Requirements\n- Python\n- SQL\n\nNice to have\n- Kubernetes\n- Terraform"
    facts = read_facts("Engineer", "", text)
    full = score(person("Python", "SQL"), facts)
    assert (full.missing, {*full.missing_nice}) == ((), {"Kubernetes", "Terraform"})
    assert (
        score(person("Python", "SQL"), facts).percent
        > score(person("Kubernetes", "Terraform"), facts).percent
    )
    needs = {shown.label: shown.need for shown in criterion(full, "skills").evidence}
    assert needs == {"Python": "must", "SQL": "must", "Kubernetes": "nice", "Terraform": "nice"}


def test_soft_skills_alone_make_no_match() -> None:
    text = "Requirements\n- Communication\n- Teamwork\n- Leadership\n- Welding\n- Blueprint Reading"
    soft = score(person("Communication", "Teamwork", "Leadership"), read_facts("Welder", "", text))
    hard = score(person("Welding", "Blueprint Reading"), read_facts("Welder", "", text))
    assert soft.percent < 50 < hard.percent


def test_each_requirement_is_shown_by_the_words_of_the_posting() -> None:
    text = "Who you are\n\nYou bring 5+ years of experience with Python.\nYou know PostgreSQL well."
    match = score(ADA, read_facts("Senior Engineer", "", text))
    python = next(shown for shown in criterion(match, "skills").evidence if shown.label == "Python")
    assert quote(text, python, around=60) == "You bring 5+ years of experience with Python."
    years = next(shown for shown in criterion(match, "seniority").evidence if shown.label == "5 years")
    assert "5+ years" in quote(text, years)


def test_a_quote_is_cut_at_words_and_says_so() -> None:
    text = "one two three four Python five six seven eight"
    shown = score(ADA, read_facts("", "", text)).criteria[0].evidence[0]
    words = quote(text, shown._replace(start=text.index("Python"), end=text.index("Python") + 6), around=8)
    assert words == "… four Python five …"
    assert quote("", shown) == ""
    assert quote(text, shown._replace(start=3, end=3)) == ""


# --- little said, nothing said ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "place", "mode", "pay"),
    [
        ("Senior Python Engineer", "", None, None),
        ("Senior Python Engineer", "Berlin, Germany", None, None),
        ("Senior Python Engineer", "Remote - US", "remote", "$150k-$200k"),
    ],
)
def test_a_posting_without_description_stays_medium_and_sorts_last(
    title: str, place: str, mode: WorkMode | None, pay: str | None
) -> None:
    bare = score(ADA, read_facts(title, place, "", mode, read_pay(pay) if pay else None))
    assert bare.coverage < THIN_COVERAGE
    assert bare.level == "medium"
    assert "says little" in bare.summary
    poor = score(
        ADA, read_facts("Nurse", "Berlin", "Requirements:\n- Patient Care\n- CPR\n- Wound Care\n- Epic")
    )
    assert poor.percent < bare.percent
    assert match_rank(poor) > match_rank(bare) > 0


def test_what_is_out_of_reach_sorts_after_what_says_little() -> None:
    profile = person("Python", "FastAPI", places=("Berlin, Germany",), roles=("Senior Backend Engineer",))
    text = (
        "Requirements:\n- Python\n- FastAPI\n- 5 years of experience\nBachelor's degree in Computer Science"
    )
    far = score(profile, read_facts("Senior Backend Engineer", "San Francisco, CA", text, "onsite"))
    near = score(profile, read_facts("Senior Backend Engineer", "Berlin, Germany", "", "onsite"))
    assert (far.thin, far.blocked) == (False, True)
    assert (near.thin, near.blocked) == (True, False)
    assert match_rank(near) > match_rank(far) > 0


def test_of_what_is_out_of_reach_the_better_one_stands_first() -> None:
    profile = person("Python", "FastAPI", places=("Berlin, Germany",), roles=("Backend Engineer",))
    texts = {
        "good": "Requirements:\n- Python\n- FastAPI",
        "fair": "Requirements:\n- Python\n- FastAPI\n- Kafka\n- Go",
        "poor": "Requirements:\n- Kafka\n- Go\n- Rust\n- Scala",
        "bare": "",
    }
    near, far = (
        {
            name: score(profile, read_facts("Backend Engineer", place, text, "onsite"))
            for name, text in texts.items()
        }
        for place in ("Berlin, Germany", "San Francisco, CA")
    )
    assert near["good"].percent > near["fair"].percent > CAP
    assert (far["good"].percent, far["fair"].percent) == (CAP, CAP)
    for order in (near, far):
        ranks = [match_rank(order[name]) for name in ("good", "fair", "poor", "bare")]
        assert ranks == sorted(ranks, reverse=True)
    assert min(match_rank(match) for match in near.values()) > match_rank(far["good"])
    for match in (far["good"], far["fair"]):
        assert f"({match.uncapped} otherwise)" in match.summary
    assert "otherwise" not in far["poor"].summary


def test_an_empty_profile_is_not_scored_and_told_what_to_do() -> None:
    match = score(person(), read_facts("Senior Python Engineer", "Berlin", "Python"))
    assert (match.scored, match.percent, match_rank(match)) == (False, 0, 0)
    assert "say your skills" in match.summary
    assert match.not_asked == ("skills", "role", "seniority", "years", "places", "minimum pay")


def test_an_empty_posting_is_not_scored() -> None:
    match = score(ADA, read_facts("", "", ""))
    assert (match.scored, match.coverage) == (False, 0)
    assert match.not_said == tuple(COVERAGE)


def test_the_shares_of_coverage_make_a_whole_and_a_bare_posting_stays_below_the_bar() -> None:
    assert sum(COVERAGE.values()) == pytest.approx(1)
    bare = sum(COVERAGE[topic] for topic in ("role", "level", "place", "work mode", "pay"))
    assert bare < THIN_COVERAGE


# --- role, level, years -----------------------------------------------------------------------------------


def test_another_line_of_work_is_low_whatever_level_place_and_pay_say() -> None:
    profile = person(
        "Python", roles=("Data Engineer",), seniority="senior", places=("Berlin",), minimum_pay=1.0
    )
    facts = read_facts("Senior Pastry Cook", "Berlin", "", None, read_pay("€90k"))
    assert score(profile, facts).percent <= 20


def test_the_closer_the_role_the_better() -> None:
    titles = ("Backend Engineer", "Fullstack Engineer", "Data Analyst", "Nurse")
    percents = [
        score(person("Python", roles=("Backend Engineer",)), read_facts(t, "", "Python")).percent
        for t in titles
    ]
    assert percents == sorted(percents, reverse=True)
    assert len({*percents}) == len(percents)


@pytest.mark.parametrize(
    ("profile", "title", "text", "points", "out_of"),
    [
        ({"seniority": "senior"}, "Senior Engineer", "", 10, 10),
        ({"seniority": "senior"}, "Staff Engineer", "", 6, 10),
        ({"seniority": "senior"}, "Junior Engineer", "", 2, 10),
        ({"seniority": "senior"}, "Engineering Intern", "", 0, 10),
        ({"seniority": "senior"}, "Engineer", "", 0, 0),
        ({"roles": ("Senior Engineer", "Lead Engineer")}, "Lead Engineer", "", 10, 10),
        ({"years": 7.0}, "Engineer", "You have 5+ years of experience in sales.", 10, 10),
        ({"years": 3.0}, "Engineer", "You have 5+ years of experience in sales.", 6, 10),
        (
            {"years": 3.0, "seniority": "senior"},
            "Senior Engineer",
            "5+ years of experience in sales needed.",
            8,
            10,
        ),
        ({"years": 4.0}, "Senior Engineer", "5+ years of experience in sales needed.", 8, 10),
        ({"years": 8.0}, "Senior Engineer", "", 10, 10),
        ({}, "Senior Engineer", "5+ years of experience in sales needed.", 0, 0),
    ],
)
def test_level_and_years(
    profile: dict[str, object], title: str, text: str, points: float, out_of: int
) -> None:
    found = criterion(score(person("Sales", **profile), read_facts(title, "", text)), "seniority")
    assert found.points == pytest.approx(points)
    assert found.out_of == out_of


# --- place ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "wish", "offered", "mode", "points", "blocked"),
    [
        (("Berlin",), "any", "Berlin, Germany", None, 10, ""),
        (("Berlin",), "any", "Potsdam", "onsite", 10, ""),
        (("Berlin",), "any", "Munich", None, 0, "in Munich, Germany, none of your places"),
        (("Berlin",), "any", "Munich; Berlin", None, 10, ""),
        (("Berlin",), "any", "Munich", "remote", 10, ""),
        (("Berlin",), "any", "Remote - US", None, 0, "remote, but only from United States"),
        (("Berlin",), "any", "Remote", None, 10, ""),
        (("Berlin",), "any", "", None, None, ""),
        (("Berlin",), "any", "5 Locations", None, None, ""),
        (("San Francisco",), "any", "Palo Alto, CA", None, 5, ""),
        ((), "remote", "Munich", "onsite", 0, "on site, you want remote"),
        ((), "remote", "Munich", "remote", 10, ""),
        ((), "remote", "Munich", "hybrid", 3, "hybrid, you want remote"),
        ((), "remote", "Munich", None, None, ""),
        ((), "hybrid", "Munich", "onsite", 2, "on site, you want hybrid"),
        ((), "onsite", "Munich", "remote", 2, "remote, you want on site"),
        ((), "any", "Munich", "onsite", None, ""),
        (("Remote - EU",), "any", "Lisbon", "remote", 10, ""),
        (("Remote - EU",), "any", "Lisbon", "onsite", 0, "in Lisbon, Portugal, none of your places"),
        (("Remote - EU",), "any", "Lisbon", None, None, ""),
        (("Berlin", "Remote - EU"), "any", "Lisbon", "remote", 10, ""),
        (("Germany",), "any", "Munich", "onsite", 10, ""),
    ],
)
def test_place_and_work_mode(
    places: tuple[str, ...],
    wish: RemoteWish,
    offered: str,
    mode: WorkMode | None,
    points: int | None,
    blocked: str,
) -> None:
    profile = person("Python", places=places, remote=wish)
    match = score(profile, read_facts("Engineer", offered, "Python", mode))
    found = criterion(match, "place")
    assert (found.points if found.out_of else None) == points
    assert (match.blockers[0].label if match.blockers else "") == blocked
    assert found.said == (offered not in {"", "5 Locations"} or mode is not None)


# --- pay --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minimum", "currency", "offered", "points", "note"),
    [
        (90_000, "EUR", "€95k-€110k", 10, ""),
        (100_000, "EUR", "€80k-€100k", 5, "starts 20k under your minimum"),
        (100_000, "EUR", "€80k-€120k", 7.5, "starts 20k under your minimum"),
        (100_000, "EUR", "up to €120k", 5, "may start lower"),
        (100_000, "EUR", "from €100k", 10, ""),
        (100_000, "EUR", "from €90k", 5, "starts 10k under your minimum"),
        (100_000, "EUR", "€80k-€90k", 0, "ends 10k under your minimum"),
        (100_000, "EUR", "$150k-$180k", None, "in USD, your minimum is in EUR"),
        (100_000, None, "$150k-$180k", 10, ""),
        (None, None, "$150k-$180k", None, "your profile names no minimum pay"),
        (100_000, "EUR", "", None, "pay not said"),
        (50_000, "USD", "$30/hour", 10, ""),
    ],
)
def test_pay_against_the_minimum(
    minimum: float | None, currency: str | None, offered: str, points: float | None, note: str
) -> None:
    profile = person("Python", minimum_pay=minimum, pay_currency=currency)
    match = score(profile, read_facts("Engineer", "", "Python", None, read_pay(offered) if offered else None))
    found = criterion(match, "pay")
    assert (found.points if found.out_of else None) == points
    assert found.note == note
    assert [obstacle.kind for obstacle in match.blockers] == (["pay"] if points == 0 else [])


# --- licences, clearances, permits ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "label", "licence", "held"),
    [
        ("licence", "Driving licence", "Valid driver's license (class B)", True),
        ("licence", "Driving licence", "Führerschein Klasse B", True),
        ("licence", "Commercial driving licence", "Driver's license", False),
        ("licence", "Commercial driving licence", "CDL", True),
        ("licence", "Nursing licence", "RN", True),
        ("licence", "Nursing licence", "Registered Nurse license, MA", True),
        ("licence", "Nursing licence", "CPA", False),
        ("licence", "CPA licence", "CPA", True),
        ("clearance", "Secret clearance", "Secret clearance", True),
        ("clearance", "Secret clearance", "TS/SCI", True),
        ("clearance", "TS/SCI clearance", "Secret clearance", False),
        ("clearance", "TS/SCI clearance with polygraph", "TS/SCI clearance", False),
        ("clearance", "Security clearance", "Secret clearance", True),
        ("clearance", "Security clearance", "Driver's license", False),
        ("citizenship", "U.S. citizenship", "US citizen", True),
        ("citizenship", "U.S. citizenship", "EU citizen", False),
        ("citizenship", "U.S. person (export control)", "Green card", True),
        ("visa", "Right to work", "Work permit for Germany", True),
        ("visa", "Right to work", "Driver's license", False),
    ],
)
def test_a_licence_is_known_in_the_words_of_a_person(
    kind: BlockerKind, label: str, licence: str, held: bool
) -> None:
    assert is_held(Blocker(kind, label, "must", 0, 1), (licence_words(licence),)) is held


def test_a_missing_licence_comes_first_and_caps_and_a_held_one_does_not() -> None:
    text = "Requirements\n- Accounting\n- GAAP\n- An active CPA license is required\n"
    facts = read_facts("Accountant", "", text)
    lacking = score(person("Accounting", "GAAP", roles=("Accountant",)), facts)
    holding = score(person("Accounting", "GAAP", roles=("Accountant",), licences=("CPA",)), facts)
    assert [(obstacle.kind, obstacle.firm) for obstacle in lacking.blockers] == [("licence", True)]
    assert lacking.summary.startswith(f"Blocked: CPA licence ({lacking.uncapped} otherwise); ")
    assert lacking.blockers[0].evidence is not None
    assert "CPA license" in quote(text, lacking.blockers[0].evidence)
    assert (lacking.percent, lacking.level) == (CAP, "low")
    assert holding.blockers == ()
    assert holding.percent > 90


# --- fair to four people on real and sample texts ---------------------------------------------------------

PEOPLE = {
    "data": person(
        "Python", "SQL", "Apache Airflow", "Apache Spark", "PostgreSQL", "AWS", "Docker", "dbt", "Git", "Apache Kafka",
        roles=("Data Engineer",), seniority="senior", years=6.0,
    ),
    "nurse": person(
        "Patient Care", "Wound Care", "CPR", "Triage", "Medication Administration", "Communication",
        roles=("Registered Nurse",), licences=("RN license",), years=8.0,
    ),
    "accountant": person(
        "Accounting", "GAAP", "Microsoft Excel", "QuickBooks", "Financial Reporting", "SAP",
        roles=("Accountant",), seniority="senior", years=7.0, licences=("CPA",),
    ),
    "frontend": person(
        "JavaScript", "TypeScript", "React", "CSS", "HTML", "Next.js", "Figma", roles=("Frontend Engineer",), years=4.0
    ),
}  # fmt: skip
OWN = {
    "data": ("data",),
    "nurse": ("nurse", "rn"),
    "accountant": ("accountant", "accounting"),
    "frontend": ("front", "js", "full"),
}


@cache
def postings() -> tuple[tuple[str, Facts], ...]:
    """The samples of the app and the labelled descriptions (tests/data/skills/README.md says where they are from)."""
    samples = files("jobcopilot.jobs").joinpath("data", "samples.jsonl").read_text("utf-8").splitlines()
    labelled = (
        (Path(__file__).parents[1] / "data" / "skills" / "labelled.jsonl").read_text("utf-8").splitlines()
    )
    read = [
        (known["title"], read_facts(known["title"], "", known["description"]))
        for known in map(json.loads, samples)
    ]
    read += [
        (known["title"], read_facts(known["title"], "", known["text"])) for known in map(json.loads, labelled)
    ]
    return tuple(read)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_best_postings_of_a_person_are_of_their_trade_and_the_worst_are_not(who: str) -> None:
    wanted = prepare(PEOPLE[who])
    ranked = sorted(((match_rank(score(wanted, facts)), title) for title, facts in postings()), reverse=True)
    top, bottom = ranked[:4], ranked[-10:]
    assert all(any(word in title.lower() for word in OWN[who]) for _, title in top), ranked[:8]
    assert top[0][0] >= 1001 + 70, top
    assert not any(word in title.lower() for _, title in bottom for word in OWN[who][:1]), bottom


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_is_sent_to_a_trade_that_is_not_theirs(who: str) -> None:
    wanted = prepare(PEOPLE[who])
    foreign = {
        other: words for other, words in OWN.items() if {other, who} not in [{"data", "frontend"}, {who}]
    }
    for title, facts in postings():
        trades = {other for other, words in foreign.items() if words[0] in title.lower()}
        if trades and not any(word in title.lower() for word in OWN[who]):
            assert score(wanted, facts).percent < 50, title


def test_known_skills_are_written_as_the_vocabulary_writes_them() -> None:
    assert [canonical(name) for name in SKILLS] == [*SKILLS]


# --- speed ------------------------------------------------------------------------------------------------


def test_fifty_postings_are_scored_in_ten_milliseconds_from_stored_facts_and_a_tenth_second_from_text() -> (
    None
):
    texts = [facts for _, facts in postings()][-50:]
    stored = [to_json(facts) for facts in texts]
    wanted = prepare(PEOPLE["data"])

    def best(work: object) -> float:
        assert callable(work)
        times = []
        for _ in range(5):
            begun = time.process_time()
            work()
            times.append(time.process_time() - begun)
        return min(times)

    def from_stored() -> None:
        for facts in stored:
            score(wanted, from_json(facts) or Facts())

    def from_text() -> None:
        for _ in range(50):
            score(wanted, read_facts("Senior Data Engineer", "Berlin", LONG))

    assert best(from_stored) < 0.010
    assert best(from_text) < 0.100


LONG = "\n".join(
    f"- You bring {number}+ years of experience with Python, SQL and Apache Kafka, and you like to talk to people."
    for number in range(1, 40)
)


def test_stated_pay_without_a_period_is_no_yearly_figure() -> None:
    facts = read_facts("Engineer", "", "", None, Pay("100", 100, 100, "USD", None, "stated"))
    assert (facts.pay_minimum, facts.pay_maximum) == (None, None)
