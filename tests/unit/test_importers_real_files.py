"""Real files of thousands of postings, imported without any mapping being given."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from jobcopilot.jobs.importers.source_files import open_source
from jobcopilot.jobs.views import JobDraft, Rejected
from tests.reference_data import reference_data

DATA = Path(__file__).parents[1] / "data" / "imports"


def read(path: Path) -> list[JobDraft]:
    source = open_source(path)
    assert source.mapping.missing == ()
    entries = list(source.read())
    assert [entry for entry in entries if isinstance(entry, Rejected)] == []
    return [entry for entry in entries if isinstance(entry, JobDraft)]


def check_ats(drafts: list[JobDraft]) -> None:
    assert all(draft.place and draft.posted_on and draft.address and draft.source_id for draft in drafts)
    assert len({draft.source_id for draft in drafts}) == len(drafts)
    assert {draft.pay.known for draft in drafts if draft.pay} <= {"stated", "guessed"}
    assert {draft.work_mode for draft in drafts} <= {"remote", "hybrid", "onsite", None}
    assert {draft.closed_on for draft in drafts} == {None}
    assert {draft.status for draft in drafts} == {"new"}


def test_a_sample_of_boards_postings() -> None:
    drafts = read(DATA / "ats-sample.jsonl")
    assert len(drafts) == 120
    check_ats(drafts)
    first = drafts[0]
    assert (first.title, first.company) == (
        "Staff Software Engineer, Platform Infrastructure (Foundations)",
        "anyscale",
    )
    assert (first.place, first.work_mode, first.posted_on) == ("San Francisco", "remote", date(2026, 5, 4))
    assert first.pay is not None
    assert (first.pay.minimum, first.pay.maximum, first.pay.currency, first.pay.period, first.pay.known) == (
        215_000, 265_000, "USD", "year", "stated",
    )  # fmt: skip


@pytest.mark.system
def test_all_of_the_boards_postings() -> None:
    path = reference_data("postings/ats-2026.jsonl")
    drafts = read(path)
    assert len(drafts) == 5186
    check_ats(drafts)
    with_pay = [draft for draft in drafts if draft.pay]
    # 2,156 state amounts; three of 60 million dollars and one of a rupee are nobody's pay.
    assert len(with_pay) == 2152
    assert Counter(draft.pay.currency for draft in with_pay if draft.pay).most_common(2) == [
        ("USD", 2110),
        ("EUR", 16),
    ]
    assert all(draft.pay.text == "" for draft in with_pay if draft.pay)


@pytest.mark.system
def test_the_postings_with_full_descriptions() -> None:
    drafts = read(reference_data("postings/glassdoor-2020.csv"))
    assert len(drafts) == 599
    assert not [draft.company for draft in drafts if re.search(r"\d\.\d$", draft.company)], (
        "ratings are no part of a name"
    )
    assert all(len(draft.description) > 200 for draft in drafts)
    assert sum(draft.pay is not None for draft in drafts) == 459
    assert {draft.source_id for draft in drafts} == {None}, "the index column is no id"
    assert [draft.row for draft in drafts[:3]] == [2, 3, 4]
    assert not [draft for draft in drafts if "-1" in (draft.place, draft.company, draft.title)]


@pytest.mark.system
def test_the_listings_with_several_places() -> None:
    drafts = read(reference_data("postings/new-grad-2024.json"))
    assert len(drafts) == 1288
    assert sum(draft.closed_on is not None for draft in drafts) == 1147
    assert sum("; " in draft.place for draft in drafts) > 100
    assert all(draft.posted_on and 2022 <= draft.posted_on.year <= 2025 for draft in drafts)
    assert not [draft for draft in drafts if "simplify.jobs/c/" in draft.address]
