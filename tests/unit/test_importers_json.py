"""JSON and JSON Lines: lists, boards' answers, one posting alone, and files that break off."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers.source_files import open_source
from jobcopilot.jobs.importers.sources import ImportSource
from jobcopilot.jobs.views import JobDraft, Rejected

DATA = Path(__file__).parents[1] / "data" / "imports"


def opened(tmp_path: Path, content: object, name: str = "jobs.json") -> ImportSource:
    file = tmp_path / name
    file.write_bytes(
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    return open_source(file)


def drafts(source: ImportSource) -> list[JobDraft]:
    return [entry for entry in source.read() if isinstance(entry, JobDraft)]


def refusals(source: ImportSource) -> list[Rejected]:
    return [entry for entry in source.read() if isinstance(entry, Rejected)]


# --- what boards answer -----------------------------------------------------------------------------------


def feed(name: str) -> list[JobDraft]:
    source = open_source(DATA / "feeds" / f"{name}.json")
    assert refusals(source) == []
    return drafts(source)


def test_greenhouse() -> None:
    first, _ = feed("greenhouse")
    assert (first.title, first.company) == ("Customer Data Scientist - Experimentation", "Amplitude")
    assert (first.place, first.posted_on) == ("London, UK", date(2026, 7, 16))
    assert first.address == "https://job-boards.greenhouse.io/amplitude/jobs/8636903002"
    assert first.source_id == "job-boards.greenhouse.io:8636903002"
    assert first.description.startswith("Amplitude is the leading AI analytics platform")
    assert "\n- Serve as the primary experimentation expert" in first.description
    assert not {"&lt;", "&amp;", "&nbsp;", "<p>", "</"} & {
        mark for mark in ("&lt;", "&amp;", "&nbsp;", "<p>", "</") if mark in first.description
    }


def test_lever() -> None:
    first, _ = feed("lever")
    assert first.title.startswith("(1099 Contract) Nonprofit Salesforce Consultant")
    assert (first.company, first.place, first.work_mode) == ("idealistconsulting", "Chicago, IL", "remote")
    assert first.posted_on == date(2025, 11, 27)
    assert first.address == "https://jobs.lever.co/idealistconsulting/a24ec4e5-5caa-473d-abd4-b71f09a8167b"
    parts = [
        "Are you tenacious",
        "**How You'll Contribute**\n\n- Guide full project life cycle",
        "Contractor hourly rates",
    ]
    assert all(part in first.description for part in parts)


def test_lever_with_pay() -> None:
    first, _ = feed("lever-pay")
    assert first.pay is not None
    assert (first.pay.minimum, first.pay.maximum, first.pay.currency, first.pay.period) == (
        150_000,
        180_000,
        "USD",
        "year",
    )
    assert first.work_mode == "hybrid"


def test_ashby() -> None:
    first, second = feed("ashby")
    assert (first.title, first.company, first.place, first.work_mode) == (
        "Senior Technical Recruiter", "HighlightTA", "Canada", "remote",
    )  # fmt: skip
    assert second.pay is not None
    assert (second.pay.minimum, second.pay.maximum, second.pay.currency) == (102_800, 137_000, "CAD")
    assert first.address.endswith("/90fb3621-899e-4b59-925d-25080ec91e18")
    assert first.description.startswith("## About HighlightTA\n\nHighlightTA is dedicated")


def test_recruitee() -> None:
    first, _ = feed("recruitee")
    assert (first.company, first.place, first.work_mode) == ("Acme", "Berlin, Berlin, Germany", "hybrid")
    assert first.pay is not None
    assert (first.pay.minimum, first.pay.maximum, first.pay.currency) == (60_000, 75_000, "EUR")
    assert first.posted_on == date(2026, 8, 5)
    assert "**Requirements**" in first.description
    assert first.closed_on is None


def test_smartrecruiters_workable_teamtailor() -> None:
    (smart,) = feed("smartrecruiters")
    assert (smart.company, smart.place, smart.address) == (
        "Knight Gayles",
        "St. Louis, MO, United States",
        "",
    )
    first, second = feed("workable")
    assert (first.company, first.place, second.place, first.work_mode) == (
        "Zaelab",
        "Spain",
        "Portugal",
        "remote",
    )
    tailor, _ = feed("teamtailor")
    assert (tailor.company, tailor.place) == ("Teamtailor", "Madrid, ES, Europe")


@pytest.mark.parametrize("name", ["bamboohr", "workday"])
def test_an_answer_without_a_company_takes_it_from_the_person(name: str) -> None:
    source = open_source(DATA / "feeds" / f"{name}.json")
    assert {refusal.reason for refusal in refusals(source)} == {"no company. Import with --map company=…"}
    found = drafts(source.with_mapping({"company": "=Acme"}))
    assert [draft.company for draft in found] == ["Acme", "Acme"]
    assert all(draft.title and draft.place for draft in found)


def test_relative_dates_count_from_the_day_of_the_file(tmp_path: Path) -> None:
    import os

    source_file = tmp_path / "workday.json"
    source_file.write_bytes((DATA / "feeds" / "workday.json").read_bytes())
    os.utime(source_file, (1_772_539_200, 1_772_539_200))  # 3 March 2026, noon
    found = drafts(open_source(source_file).with_mapping({"company": "=Acme"}))
    assert [draft.posted_on for draft in found] == [date(2026, 3, 2), date(2026, 2, 28)]


@pytest.mark.parametrize("key", ["jobs", "data", "results", "offers", "items", "anything"])
def test_the_list_is_found_under_any_name(tmp_path: Path, key: str) -> None:
    answer = {
        "meta": {"page": 1},
        "links": [{"rel": "next"}],
        "body": {key: [{"title": "Baker", "company": {"name": "Acme"}}]},
    }
    (draft,) = drafts(opened(tmp_path, answer))
    assert (draft.title, draft.company) == ("Baker", "Acme")


def test_objects_within_objects_are_reached_by_dotted_names(tmp_path: Path) -> None:
    row = {
        "name": "Baker",
        "company": {"id": 7, "name": "Acme"},
        "location": {"city": "Austin", "state": "TX", "country": "USA"},
        "salary": {"min": 50_000, "max": 60_000, "currency": "USD", "period": "YEAR"},
        "dates": {"published": {"posted_at": "2026-03-04"}},
    }
    source = opened(tmp_path, [row])
    assert source.mapping.as_text() == {
        "title": "name", "company": "company.name", "place": "location.city+location.state+location.country",
        "pay_minimum": "salary.min", "pay_maximum": "salary.max", "pay_currency": "salary.currency",
        "pay_period": "salary.period", "posted": "dates.published.posted_at",
    }  # fmt: skip
    (draft,) = drafts(source)
    assert (draft.place, draft.posted_on) == ("Austin, TX, USA", date(2026, 3, 4))
    assert draft.pay is not None
    assert draft.pay.known == "stated"


def test_lists_become_one_place_and_inactive_ones_are_closed(tmp_path: Path) -> None:
    row = {
        "company_name": "Acme", "title": "Baker", "active": False, "date_updated": 1_714_605_534,
        "date_posted": 1_713_605_534, "url": "https://a.example/1", "locations": ["Austin, TX", "Remote", "Austin, TX"],
        "company_url": "https://acme.example",
    }  # fmt: skip
    (draft,) = drafts(opened(tmp_path, [row]))
    assert (draft.place, draft.work_mode) == ("Austin, TX; Remote", "remote")
    assert (draft.posted_on, draft.closed_on) == (date(2024, 4, 20), date(2024, 5, 1))
    assert draft.address == "https://a.example/1"


def test_a_board_s_legal_notice_is_no_posting(tmp_path: Path) -> None:
    rows = [
        {"last_updated": 1, "legal": "Link back."},
        {"id": "1136069", "position": "Baker", "company": "Acme", "salary_min": 0, "salary_max": 0},
    ]
    source = opened(tmp_path, rows)
    (draft,) = drafts(source)
    assert refusals(source) == []
    assert draft.pay is None


def test_job_schema(tmp_path: Path) -> None:
    row = {
        "title": "Web Developer", "company": "Acme", "type": "Full-time", "date": "2026-03-04",
        "description": "Build sites.", "remote": "Full", "salary": "100000",
        "location": {"address": "1 Main St", "city": "Austin", "countryCode": "US", "region": "Texas"},
        "responsibilities": ["Write code", "Review code"], "qualifications": ["Diligence"],
        "skills": [{"name": "Web", "level": "Master", "keywords": ["HTML", "CSS"]}, {"name": "SQL"}],
    }  # fmt: skip
    (draft,) = drafts(opened(tmp_path, row))
    assert draft.work_mode == "remote"
    assert draft.posted_on == date(2026, 3, 4)
    assert draft.place == "Austin, Texas"
    assert draft.pay is not None
    assert draft.description == (
        "Build sites.\n\n**Responsibilities**\n\n- Write code\n- Review code\n\n**Qualifications**\n\n- Diligence\n\n"
        "**Skills**\n\n- Web (Master, HTML; CSS)\n- SQL"
    )


def test_schema_org_as_json(tmp_path: Path) -> None:
    posting = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": "Baker",
        "hiringOrganization": {"name": "Acme"},
    }
    source = opened(tmp_path, posting)
    assert source.kind == "schema.org postings"
    assert drafts(source)[0].company == "Acme"
    with_nothing = opened(tmp_path, {"@type": "Recipe", "name": "Bread"})
    assert "No posting was found".lower() in refusals(with_nothing)[0].reason.lower()


def test_a_resume_is_sent_to_the_right_place() -> None:
    with pytest.raises(BadInput, match="JSON Resume") as refusal:
        open_source(DATA / "sample.resume.json")
    assert "profile import" in refusal.value.hint


# --- JSON Lines -------------------------------------------------------------------------------------------

LINES = """\
{"title":"Baker","company":"Acme"}
{"title":"Cook"

[1,2]
{"title":"Smith","company":"Acme","x":NaN}
{"title":"Tailor","company":"Hooli"}"""


@pytest.mark.parametrize("name", ["jobs.jsonl", "jobs.ndjson", "jobs.json", "jobs"])
def test_a_bad_line_is_refused_by_its_number_and_the_rest_kept(tmp_path: Path, name: str) -> None:
    source = opened(
        tmp_path, LINES if name != "jobs.json" else LINES.replace('"title":"Baker"', '"title": "Baker"'), name
    )
    assert source.kind == "JSON Lines"
    assert [(draft.title, draft.row) for draft in drafts(source)] == [
        ("Baker", 1),
        ("Smith", 5),
        ("Tailor", 6),
    ]
    assert [refusal.row for refusal in refusals(source)] == [2, 4]
    assert "not valid JSON" in refusals(source)[0].reason


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_encodings_of_lines(tmp_path: Path, encoding: str) -> None:
    rows = "".join(
        json.dumps({"title": "Bäcker", "company": f"Söhne {n}"}, ensure_ascii=False) + "\r\n"
        for n in range(3)
    )
    found = drafts(opened(tmp_path, rows.encode(encoding), "jobs.jsonl"))
    assert [draft.company for draft in found] == ["Söhne 0", "Söhne 1", "Söhne 2"]


# --- broken and hostile -----------------------------------------------------------------------------------

ROW = '{"title": "Baker", "company": "Acme"}'


def test_a_list_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    source = opened(tmp_path, f'[{ROW},\n{ROW},\n{{"title": "Coo')
    assert len(drafts(source)) == 2
    (refused,) = refusals(source)
    assert refused.row == 3
    assert "line 3" in refused.reason


def test_an_answer_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    source = opened(tmp_path, f'{{"meta": 1, "jobs": [{ROW}, {ROW}, {{"title')
    assert len(drafts(source)) == 2
    assert len(refusals(source)) == 1


@pytest.mark.parametrize(
    "content",
    [
        "{", "[", "[]", "{}", '{"jobs": []}', "[1, 2, 3]", "[[[]]]", '{"a":' * 10_000, "[" * 100_000, '[{"a":' * 10_000,
        '{"title": ' + "9" * 5000 + "}", "{'title': 'Baker'}", '{"title": "Baker" "company": "Acme"}',
    ],
)  # fmt: skip
def test_what_holds_no_postings_is_refused_in_words(tmp_path: Path, content: str) -> None:
    try:
        source = opened(tmp_path, content)
    except BadInput as refusal:
        outcome = f"{refusal.message} {refusal.hint}"
        assert "jobs.json" in outcome
        return
    assert drafts(source) == []
    assert refusals(source)


def test_odd_values_are_nothing(tmp_path: Path) -> None:
    rows = [
        {
            "title": "Baker",
            "company": "Acme",
            "location": None,
            "salary_min": -1,
            "salary_max": 10**30,
            "url": 5,
            "posted_at": True,
        },
        {
            "title": ["Cook", "Chef"],
            "company": {"name": "Acme"},
            "location": {"x": {"y": 1}},
            "salary_min": "n/a",
        },
        {"title": 7, "company": 3.0},
        {"title": None, "company": "Acme"},
    ]
    source = opened(tmp_path, json.dumps(rows).replace("-1", "NaN", 1))
    first, second, third = drafts(source)
    assert (first.place, first.pay, first.address, first.posted_on) == ("", None, "", None)
    assert second.title == "Cook; Chef"
    assert (third.title, third.company) == ("7", "3")
    assert [refusal.row for refusal in refusals(source)] == [4]


def test_a_deep_value_beside_good_ones_does_no_harm(tmp_path: Path) -> None:
    deep: object = "x"
    for _ in range(200):
        deep = {"a": [deep]}
    (draft,) = drafts(opened(tmp_path, [{"title": "Baker", "company": "Acme", "location": deep}]))
    assert draft.title == "Baker"
