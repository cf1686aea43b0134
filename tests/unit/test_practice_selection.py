"""What is selected, packed and offered: properties of the pure rules, and a setup from job, round and history."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.errors import NotFound, UsageError
from jobcopilot.jobs.views import JobDraft
from jobcopilot.practice.repetition import Memory, remembered, reviewed
from jobcopilot.practice.selection import Candidate, Wish, pack, select
from jobcopilot.practice.setup_rules import planned_questions, suggested_type, ticked_skills
from jobcopilot.practice.views import DIFFICULTIES, InterviewType, Setup
from tests.fakes.practice import EVENING, Practice, make_practice, run_through

SKILLS = ("Python", "SQL", "Go", "Rust")
NOON = datetime(2026, 11, 1, tzinfo=UTC)

candidates = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 500),
        skill=st.sampled_from(SKILLS),
        also=st.lists(st.sampled_from(SKILLS), max_size=2).map(tuple),
        difficulty=st.sampled_from(DIFFICULTIES),
        asked=st.integers(0, 2),
        last_asked_at=st.none() | st.just(NOON),
        last_score=st.none() | st.integers(0, 100),
        remembered=st.none() | st.floats(0, 1),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)
wishes = st.builds(
    Wish,
    skills=st.lists(st.sampled_from(SKILLS), min_size=1, max_size=4, unique=True).map(tuple),
    count=st.integers(1, 12),
    difficulty=st.none() | st.sampled_from(DIFFICULTIES),
    today=st.frozensets(st.integers(1, 500), max_size=10),
)


@given(candidates, wishes, st.integers(0, 9))
def test_a_selection_is_repeatable_covers_and_repeats_nothing(
    pool: list[Candidate], wish: Wish, seed: int
) -> None:
    selected = select(pool, wish, seed)
    shuffled = sorted(pool, key=lambda one: hash((one.id, seed)))
    assert select(shuffled, wish, seed) == selected
    by_id = {one.id: one for one in pool}
    assert len(set(selected.ids)) == len(selected.ids) <= wish.count
    about = [one for one in pool if {one.skill, *one.also} & set(wish.skills)]
    assert all(by_id[one] in about for one in selected.ids)
    covered = {skill for one in selected.ids for skill in (by_id[one].skill, *by_id[one].also)}
    for skill in wish.skills:
        there = any(skill in (one.skill, *one.also) for one in pool)
        if there and wish.count >= len(wish.skills):
            assert skill in covered
        assert (skill in selected.uncovered) == (skill not in covered)
    order = [DIFFICULTIES.index(by_id[one].difficulty) for one in selected.ids]
    assert order == sorted(order)
    # A skill without questions of its own takes those of others, who then come more often.
    if all(any(one.skill == skill for one in pool) for skill in wish.skills):
        counts = Counter(by_id[one].skill for one in selected.ids)
        for skill in wish.skills:
            left = sum(one.skill == skill and one.id not in selected.ids for one in pool)
            if left:
                assert counts[skill] >= max(counts.values()) - 1, "skills take turns"


@given(candidates, wishes, st.integers(0, 9))
def test_nothing_known_is_asked_before_what_is_weak_or_new(
    pool: list[Candidate], wish: Wish, seed: int
) -> None:
    def fresh(one: Candidate) -> bool:
        return one.id in wish.today or not one.asked or (one.last_score is not None and one.last_score < 60)

    selected = select(pool, wish, seed)
    if not all(any(one.skill == skill for one in pool) for skill in wish.skills):
        return  # a skill without questions of its own takes those of others, whatever they are
    for skill in wish.skills:
        for difficulty in DIFFICULTIES if wish.difficulty is None else (wish.difficulty,):
            mine = [one for one in pool if one.skill == skill and one.difficulty == difficulty]
            if wish.difficulty is None:
                mine = [one for one in pool if one.skill == skill]
            taken = [one for one in mine if one.id in selected.ids]
            left = [one for one in mine if one.id not in selected.ids]
            if any(not fresh(one) and skill not in one.also for one in taken):
                assert not any(fresh(one) for one in left)


@given(
    st.lists(st.tuples(st.integers(1, 99), st.floats(0, 1)), unique_by=lambda one: one[0]),
    st.integers(-2, 12),
)
def test_what_is_due_is_packed_evenly_and_all_before_the_round(
    due: list[tuple[int, float]], days: int
) -> None:
    packed = pack(due, days)
    assert len(packed) == max(days, 1)
    assert sorted(one for day in packed for one in day) == sorted(one for one, _ in due)
    sizes = [len(day) for day in packed]
    assert max(sizes) - min(sizes) <= 1
    assert sizes == sorted(sizes, reverse=True), "rather today than the evening before"
    memory = dict(due)
    order = [memory[one] for day in packed for one in day]
    assert order == sorted(order), "the least remembered first"


def test_repetition_follows_the_mark() -> None:
    days = [(reviewed(None, score, NOON).due_at - NOON).days for score in (20, 50, 70, 90)]
    assert days == sorted(days)
    assert days[0] >= 1
    assert days[-1] > days[0]
    good = reviewed(None, 80, NOON)
    assert isinstance(good, Memory)
    assert remembered(good, NOON) > remembered(good, NOON + timedelta(days=30))
    assert remembered(good, good.due_at) == pytest.approx(0.9, abs=0.02)
    again = reviewed(good, 80, good.due_at)
    assert again.due_at - again.reviewed_at > good.due_at - good.reviewed_at
    assert reviewed(good, 80, good.due_at) == again, "no chance in it"


def test_the_stage_of_a_round_suggests_the_type() -> None:
    def kind(slug: str, *stages: str) -> InterviewType:
        return InterviewType(1, slug, slug.replace("-", " ").title(), stages=stages)

    types = (
        kind("technical", "technical", "coding"),
        kind("system-design", "system design", "architecture"),
        kind("recruiter-screen", "recruiter", "phone screen", "hr"),
        kind("hiring-manager", "manager", "onsite"),
    )

    def suggested(stage: str) -> str | None:
        found = suggested_type(stage, types)
        return None if found is None else found.slug

    assert suggested("Technical phone screen") == "technical"
    assert suggested("SYSTEM-DESIGN with the tech lead") == "system-design"
    assert suggested("Recruiter Screen") == "recruiter-screen"
    assert suggested("Final with the hiring manager") == "hiring-manager"
    assert suggested("Chronicles of three") is None, "hr is no part of a word"
    assert suggested("") is None


def test_lengths_and_ticks() -> None:
    assert planned_questions(5, None, 3) == 5
    assert planned_questions(None, 30, 3) == 20
    assert planned_questions(None, 1, 3) == 1
    needs = {"Go": "nice", "Rust": "must", "SQL": "must"}
    assert ticked_skills(needs, ["Python", "SQL"], {"Rust": 2, "SQL": 1, "Python": 4}) == (
        "Rust",
        "SQL",
        "Python",
    )


# --- on a home ----------------------------------------------------------------------------------------------------


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return make_practice(tmp_path)


def test_a_job_brings_its_requirements_and_its_round_the_type(practice: Practice) -> None:
    posting = "You must have Airflow and SQL. Python is nice to have. Terraform is required."
    job = practice.runtime.jobs.add(JobDraft("Data Engineer", "Acme", description=posting)).job_id
    round_at = EVENING + timedelta(days=3)
    practice.runtime.rounds.book(job, {"stage": "Behavioural interview", "starts_at": round_at})
    offer = practice.sessions.offer(job_id=job)
    assert (offer.type.slug, offer.type_reason) == (
        "behavioral", "the next round with Acme is 'Behavioural interview'",
    )  # fmt: skip
    assert offer.round_at == round_at
    technical = practice.sessions.offer("Technical", job_id=job)
    assert [(one.name, one.need, one.ticked) for one in technical.skills] == [
        ("Airflow", "must", True), ("SQL", "must", True), ("Python", "nice", True),
    ]  # fmt: skip
    assert [one.questions for one in technical.skills] == [6, 12, 6]
    view, notes = practice.sessions.create(Setup(type="technical", job_id=job, questions=3, seed=1))
    assert {one.skill for one in view.asked} == {"Airflow", "SQL", "Python"}
    assert (view.row.job, view.row.title, notes) == (
        "Data Engineer, Acme", "Technical · Data Engineer, Acme", (),
    )  # fmt: skip
    assert [line.text for line in view.given if line.name == "Job"] == ["Data Engineer, Acme"]
    assert practice.sessions.offer(round_id=offer.round_id).job == offer.job
    with pytest.raises(NotFound):
        practice.sessions.offer(job_id=99)
    with pytest.raises(NotFound):
        practice.sessions.offer(round_id=99)


def test_the_same_seed_asks_the_same_and_history_changes_it(practice: Practice) -> None:
    first = [one.question_id for one in practice.sessions.view(practice.create(questions=4)).asked]
    assert [one.question_id for one in practice.sessions.view(practice.create(questions=4)).asked] == first
    other = [one.question_id for one in practice.sessions.view(practice.create(questions=4, seed=8)).asked]
    assert other != first
    run_through(practice, practice.create(questions=4), ["because it is so and so and so on, ten words"] * 4)
    after = {one.question_id for one in practice.sessions.view(practice.create(questions=4)).asked}
    assert not after & set(first), "what is known waits"


def test_what_was_weak_comes_again_and_is_packed_before_the_round(practice: Practice) -> None:
    weak = run_through(practice, practice.create(questions=4), ["Not much said here, sorry"] * 4).view()
    weak_ids = {one.question_id for one in weak.asked}
    again = practice.sessions.view(practice.create(questions=4))
    assert {one.question_id for one in again.asked} == weak_ids
    strong = "because it is so and so and so on, more than ten words"
    run_through(practice, again.row.id, [strong] * 4)
    assert (
        not {one.question_id for one in practice.sessions.view(practice.create(questions=4)).asked} & weak_ids
    )
    practice.later(days=40)
    job = practice.runtime.jobs.add(JobDraft("Engineer", "Acme")).job_id
    due_now = practice.sessions.offer("technical").due
    practice.runtime.rounds.book(
        job, {"stage": "Coding", "starts_at": practice.clock.now() + timedelta(days=4)}
    )
    offer = practice.sessions.offer(job_id=job)
    assert offer.due >= due_now > 0
    planned = practice.sessions.view(practice.create(questions=2, job_id=job))
    assert len({one.question_id for one in planned.asked} & weak_ids) == 1, (
        "four are due in four days: one a day"
    )
    practice.later(days=3)
    planned = practice.sessions.view(practice.create(questions=4, job_id=job))
    assert {one.question_id for one in planned.asked} == weak_ids, "the last day takes all that is left"


def test_what_cannot_be_set_up_is_told(practice: Practice) -> None:
    for wrong in (
        {"skills": ("Ownership",)},
        {"questions": 0},
        {"questions": 99},
        {"questions": None, "minutes": None},
        {"minutes": 999},
        {"type": "recruiter screen", "skills": ()},
    ):
        with pytest.raises(UsageError):
            practice.create(**wrong)
    with pytest.raises(NotFound):
        practice.create(skills=("Cobol",))
    view, notes = practice.sessions.create(
        Setup(type="technical", skills=("Python", "Ownership"), difficulty="easy", questions=9, seed=1)
    )
    assert len(view.asked) == 6
    assert notes == (
        "No question about Ownership is in this session.",
        "4 of 6 are not easy: there are no more.",
        "There are only 6 questions about these skills.",
    )
    practice.bank.edit_skill(practice.bank.skill("Python").id, {"enabled": False})
    with pytest.raises(UsageError):
        practice.create(skills=("Python",))
