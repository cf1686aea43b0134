"""The company boards over real answers that were recorded: what each posting says, pages, addresses."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from jobcopilot.sources.feed import ChangedShape, Request
from jobcopilot.sources.feeds import lever, smartrecruiters
from tests.unit.recorded_boards import BOARDS, DATA, detailed, raw, read, recorded, rows

TEXTS = {
    "greenhouse": "content",
    "lever": "description",
    "ashby": "descriptionHtml",
    "workable": "description",
    "recruitee": "description",
}
DATES = {
    "greenhouse": "first_published",
    "lever": "createdAt",
    "ashby": "publishedAt",
    "smartrecruiters": "releasedDate",
    "workable": "published_on",
    "recruitee": "published_at",
}
READABLE = '<p>We build <b>bridges</b> &amp; "roads".</p><ul><li>One</li><li>Two</li></ul>'
READ = 'We build **bridges** & "roads".\n\n- One\n- Two'


class Told(NamedTuple):
    """What a recorded posting says."""

    file: str
    board: str
    key: str
    title: str
    company: str
    places: list[str]
    work_mode: str | None
    pay: list[float | str | None] | None
    published: str
    begins: str
    tags: list[str]
    address: str


TOLD = [Told(*row) for row in json.loads((DATA / "boards-expected.json").read_text(encoding="utf-8"))]


@pytest.mark.parametrize("told", TOLD, ids=lambda told: f"{told.file}-{told.key[:8]}")
def test_every_recorded_posting_is_read_as_its_page_shows_it(told: Told) -> None:
    name = told.file.split("-")[0]
    page = read(name, raw(told.file), told.board)
    assert page.rejected == ()
    found = next(one for one in page.found if one.key == told.key)
    draft = found.draft
    pay = draft.pay and [draft.pay.minimum, draft.pay.maximum, draft.pay.currency, draft.pay.period]
    assert (draft.title, draft.company, list(found.places)) == (told.title, told.company, told.places)
    assert (draft.work_mode, pay, list(found.tags)) == (told.work_mode, told.pay, told.tags)
    assert found.published_at == datetime.fromisoformat(told.published)
    assert draft.posted_on == datetime.fromisoformat(told.published).date()
    assert draft.description.startswith(told.begins)
    assert bool(draft.description) == bool(told.begins)
    assert draft.address == told.address
    assert draft.place == "; ".join(told.places)
    assert (draft.source, draft.source_id) == (
        f"feed:{name}",
        f"{name}:{told.board.casefold()}:{told.key}",
    )


def test_all_recorded_postings_are_told() -> None:
    read_of = {
        (file.stem, found.key)
        for file in DATA.iterdir()
        if (name := file.stem.split("-")[0]) in BOARDS and "-detail" not in file.stem
        for found in read(name, file.read_bytes()).found
    }
    assert read_of == {(told.file, told.key) for told in TOLD}


@pytest.mark.parametrize("escape", [0, 1, 2])
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_escaped_once_or_twice_reads_the_same(name: str, escape: int) -> None:
    text = READABLE
    for _ in range(escape):
        text = html.escape(text)
    body = recorded(name)
    for row in rows(name, body):
        for part in ("opening", "openingPlain", "lists", "additional", "additionalPlain", "requirements"):
            row.pop(part, None)
        row[TEXTS[name]] = text
    assert [one.draft.description for one in read(name, body).found] == [READ] * len(read(name, body).found)


MOMENT = datetime(2025, 11, 27, 1, 2, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [1764205361, 1764205361000, 1764205361.0, "1764205361", "1764205361000", "2025-11-27T01:02:41Z",
     "2025-11-27 01:02:41 UTC", "2025-11-27T02:02:41.000+01:00", "Thu, 27 Nov 2025 01:02:41 GMT"],
)  # fmt: skip
@pytest.mark.parametrize("name", DATES)
def test_a_date_in_seconds_milliseconds_or_text_is_the_same_moment(name: str, written: Any) -> None:
    body = recorded(name)
    for row in rows(name, body):
        row[DATES[name]] = written
    assert {one.published_at for one in read(name, body).found} == {MOMENT}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOARDS)
def test_no_answer_leads_back_to_the_same_question(name: str) -> None:
    feed, board = BOARDS[name]
    body: Any = raw(name)
    if name == "lever":
        body = json.dumps([{**recorded(name)[0], "id": str(number)} for number in range(100)]).encode()
    elif name == "smartrecruiters":
        body = json.dumps({**recorded(name), "totalFound": 10**6, "offset": 0}).encode()
    asked, seen = feed.first(board), set[str]()
    while asked.address not in seen and len(seen) < 30:
        seen.add(asked.address)
        following = read(name, body, asked=asked).following
        if following is None:
            break
        assert following.address not in seen
        asked = following
    assert len(seen) == (30 if name in ("lever", "smartrecruiters") else 1)


def test_a_full_page_of_lever_is_followed_by_the_next_and_another_is_the_last() -> None:
    row = recorded("lever")[0]
    asked = lever.FEED.first("eu/acme")
    assert asked.address == "https://api.eu.lever.co/v0/postings/acme?mode=json&skip=0&limit=100"
    following = read("lever", [row] * 100, "eu/acme", asked).following
    assert following == Request("https://api.eu.lever.co/v0/postings/acme?mode=json&skip=100&limit=100")
    # A faulty row was a row: the page was full.
    assert read("lever", [row] * 99 + [None], "eu/acme", asked).following == following
    assert [read("lever", [row] * many).following for many in (0, 99, 101)] == [None] * 3


def test_smartrecruiters_goes_on_from_what_was_asked_and_came() -> None:
    body = {**recorded("smartrecruiters"), "totalFound": 3, "offset": 77, "limit": 500}
    base = "https://api.smartrecruiters.com/v1/companies/Knight/postings?limit=100&offset="
    asked: Request | None = smartrecruiters.FEED.first("Knight")
    addresses = []
    while asked:
        addresses.append(asked.address)
        page = read("smartrecruiters", body, asked=asked)
        asked = page.following
        assert page.total == 3
    assert addresses == [base + str(offset) for offset in range(3)]


def test_smartrecruiters_says_when_a_page_is_empty_too_early_or_nobody_is_known() -> None:
    body = recorded("smartrecruiters")
    with pytest.raises(ChangedShape, match="empty after 0 of 1"):
        read("smartrecruiters", {**body, "content": []})
    page = read("smartrecruiters", {**body, "content": [], "totalFound": 0})
    assert (page.found, page.following, page.total) == ((), None, 0)
    assert "does not know the company" in page.notes[0]


def test_the_text_of_a_smartrecruiters_posting_comes_with_its_detail() -> None:
    body = json.loads(raw("smartrecruiters-detail-constructed"))
    found = detailed(body)
    assert found.detail is None
    assert found.draft.description == (
        "**Company Description**\n\nWe care for people at home.\n\n"
        "**Job Description**\n\nHelp with **daily** living.\n\n- Days\n- Nights\n\n"
        "**Qualifications**\n\nA licence & patience."
    )
    sections = body["jobAd"]["sections"]
    for name in sections:
        sections[name]["text"] = html.escape(html.escape(sections[name]["text"]))
    assert detailed(body) == found
    others: list[Any] = [{**body, "id": "1"}, {**body, "jobAd": {}}, {**body, "jobAd": None}, [], None]
    for wrong in others:
        with pytest.raises(ChangedShape, match="SmartRecruiters"):
            detailed(wrong)


def test_the_whole_text_of_a_lever_posting_is_there_once_and_in_order() -> None:
    row = recorded("lever-pay", shorten=False)[0]
    text = read("lever", [row]).found[0].draft.description
    parts = [
        "Hinge is the dating app designed",
        "About the Role",
        "**Responsibilities**",
        "**What We're Looking For**",
        "Factors such as scope and responsibilities",
        "As a member of our team",
    ]
    assert [text.count(part) for part in parts] == [1] * len(parts)
    assert sorted(parts, key=text.index) == parts
    # The same where the opening and the body come apart, or without their marks.
    apart = {key: value for key, value in row.items() if key not in ("description", "descriptionPlain")}
    assert read("lever", [apart]).found[0].draft.description == text
    plain = {
        key: value for key, value in row.items() if key not in ("opening", "description", "descriptionBody")
    }
    assert "Hinge is the dating app designed" in read("lever", [plain]).found[0].draft.description


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("remote", "remote"),
        ("hybrid", "hybrid"),
        ("on-site", "onsite"),
        ("onsite", "onsite"),
        ("unspecified", None),
    ],
)
def test_lever_names_the_way_of_working(word: str, mode: str | None) -> None:
    row = {**recorded("lever")[0], "workplaceType": word}
    assert read("lever", [row]).found[0].draft.work_mode == mode


def test_a_lever_posting_of_several_places_has_them_all_once() -> None:
    row = recorded("lever")[0]
    row["categories"] |= {"location": "Chicago, IL", "allLocations": ["Boston, MA", "Chicago, IL", None, 3]}
    found = read("lever", [row], "eu/acme-labs").found[0]
    assert found.places == ("Chicago, IL", "Boston, MA", "3")
    assert (found.draft.company, found.draft.source_id) == ("acme labs", f"lever:eu/acme-labs:{found.key}")


def test_ashby_keeps_what_is_listed_and_only_salaries() -> None:
    body = recorded("ashby")
    first, second = body["jobs"]
    second["secondaryLocations"] = [{"location": "Ottawa"}, {"location": None}, None]
    equity = {"compensationType": "EquityPercentage", "interval": "NONE", "minValue": 20_000, "maxValue": 90_000,
              "currencyCode": "CAD"}  # fmt: skip
    pay = second["compensation"]
    pay["summaryComponents"].insert(0, equity)
    found = read("ashby", {"jobs": [{**first, "isListed": False}, second]}).found
    assert [one.key for one in found] == [second["id"]]
    assert found[0].places == ("Toronto, Ontario", "Ottawa")
    assert found[0].draft.pay
    assert (found[0].draft.pay.minimum, found[0].draft.pay.text) == (102_800, "CA$102.8K - CA$137K")
    pay["summaryComponents"] = [equity]
    tiered = read("ashby", body).found[1].draft.pay
    assert tiered
    assert (tiered.minimum, tiered.maximum, tiered.text) == (102_800, 137_000, "CA$102.8K – CA$137K")
    pay["compensationTiers"] = []
    assert read("ashby", body).found[1].draft.pay is None


@pytest.mark.parametrize(
    ("word", "remote", "mode"),
    [("Remote", None, "remote"), ("Hybrid", True, "hybrid"), ("OnSite", True, "onsite"), (None, True, "remote"),
     (None, False, None), (None, None, None), ("Moon", None, None)],
)  # fmt: skip
def test_ashby_marks_the_way_of_working(word: str | None, remote: bool | None, mode: str | None) -> None:
    row = {**recorded("ashby")["jobs"][0], "workplaceType": word, "isRemote": remote}
    assert read("ashby", {"jobs": [row]}).found[0].draft.work_mode == mode


def test_a_workable_posting_repeated_for_each_place_is_one() -> None:
    body = recorded("workable")
    hidden = {"country": "Italy", "city": "Rome", "region": None, "hidden": True}
    shown = {"country": "Italy", "city": "Milan", "region": "Lombardy", "hidden": False}
    body["jobs"][1]["locations"] = [hidden, shown, None]
    body["jobs"].append({**body["jobs"][0], "shortcode": "OTHER", "locations": None, "city": "Porto", "state": "Norte",
                         "country": "Portugal", "telecommuting": False})  # fmt: skip
    body["jobs"].append({**body["jobs"][0], "title": None})
    page = read("workable", body)
    assert [(one.key, one.places, one.draft.work_mode) for one in page.found] == [
        ("DD136DD7E7", ("Spain", "Milan, Lombardy, Italy"), "remote"),
        ("OTHER", ("Porto, Norte, Portugal",), None),
    ]
    assert page.found[0].draft.place == "Spain; Milan, Lombardy, Italy"
    assert [(one.row, one.reason) for one in page.rejected] == [(4, "no title")]


def test_recruitee_leaves_out_samples_and_reads_its_marks() -> None:
    row = recorded("recruitee")["offers"][0]
    marks = {"remote": False, "hybrid": False, "on_site": False}
    variants = [
        {**row, "title": "Marketing manager (Sample)"},
        {**row, **marks, "on_site": True},
        {**row, **marks, "on_site": True, "remote": True},
        {**row, **marks, "close_at": "2026-09-01 22:00:00 UTC"},
        {**row, "salary": {"min": None, "max": "25,50", "period": "hour", "currency": "EUR"}},
        {**row, "salary": {"min": "", "max": None, "period": None, "currency": None}, "locations": []},
    ]
    found = read("recruitee", {"offers": variants}).found
    assert [one.draft.work_mode for one in found] == ["onsite", "remote", None, "hybrid", "hybrid"]
    assert found[2].closes_at == datetime(2026, 9, 1, 22, tzinfo=UTC)
    assert found[2].draft.deadline == datetime(2026, 9, 1, tzinfo=UTC).date()
    hourly = found[3].draft.pay
    assert hourly
    assert (hourly.minimum, hourly.maximum, hourly.period) == (None, 25.5, "hour")
    assert (found[4].draft.pay, found[4].places) == (None, ("Berlin, Germany",))


def test_what_recruitee_requires_is_part_of_the_text() -> None:
    row = {
        **recorded("recruitee")["offers"][0],
        "description": "<p>Cook.</p>",
        "requirements": "<p>Taste.</p>",
    }
    assert read("recruitee", {"offers": [row]}).found[0].draft.description == "Cook.\n\nTaste."
    assert (
        read("recruitee", {"offers": [{**row, "description": None}]}).found[0].draft.description == "Taste."
    )
