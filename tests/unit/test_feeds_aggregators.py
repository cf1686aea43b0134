"""The aggregators' feeds over captured records in constructed envelopes: what they say, and what they survive."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.reading.pay import Pay
from jobcopilot.sources.feed import Answer, ChangedShape, Feed, Found, Page, Request
from jobcopilot.sources.feeds.arbeitnow import FEED as ARBEITNOW
from jobcopilot.sources.feeds.hackernews import FEED as HACKER_NEWS
from jobcopilot.sources.feeds.himalayas import FEED as HIMALAYAS
from jobcopilot.sources.feeds.jobicy import FEED as JOBICY
from jobcopilot.sources.feeds.remoteok import FEED as REMOTE_OK
from jobcopilot.sources.feeds.remotive import FEED as REMOTIVE
from jobcopilot.text import clean_line, clean_text
from tests.hostile import HOSTILE

DATA = Path(__file__).parents[1] / "data" / "feeds"
THREAD = "https://hn.algolia.com/api/v1/items/49000001"


@dataclass(frozen=True)
class Case:
    """One kind of answer: whose, to what, from which file, and where its rows are."""

    name: str
    feed: Feed
    rows: str | None
    asked: Request
    row: int = 0
    """A row that is a posting (or leads to one)."""

    @property
    def content(self) -> bytes:
        return (DATA / f"{self.name}-constructed.json").read_bytes()

    def body(self) -> Any:
        return json.loads(self.content)

    def of(self, body: Any) -> list[Any]:
        rows = body if self.rows is None else body[self.rows]
        assert isinstance(rows, list)
        return rows

    def read(self, body: Any) -> Page:
        return self.read_bytes(json.dumps(body).encode())

    def read_bytes(self, content: bytes) -> Page:
        return self.feed.read("", self.asked, Answer(self.asked.address, content))


REMOTE_OK_CASE = Case("remoteok", REMOTE_OK, None, REMOTE_OK.first(""), row=1)
REMOTIVE_CASE = Case("remotive", REMOTIVE, "jobs", REMOTIVE.first(""))
ARBEITNOW_CASE = Case("arbeitnow", ARBEITNOW, "data", ARBEITNOW.first(""))
HIMALAYAS_CASE = Case("himalayas", HIMALAYAS, "jobs", HIMALAYAS.first(""))
JOBICY_CASE = Case("jobicy", JOBICY, "jobs", JOBICY.first(""))
SEARCH_CASE = Case("hackernews-search", HACKER_NEWS, "hits", HACKER_NEWS.first(""), row=2)
THREAD_CASE = Case("hackernews-thread", HACKER_NEWS, "children", Request(THREAD))
CASES = [
    REMOTE_OK_CASE, REMOTIVE_CASE, ARBEITNOW_CASE, HIMALAYAS_CASE, JOBICY_CASE, SEARCH_CASE, THREAD_CASE,
]  # fmt: skip
FEEDS: list[Feed] = [REMOTE_OK, REMOTIVE, ARBEITNOW, HIMALAYAS, JOBICY, HACKER_NEWS]
OTHER_TYPES: list[Any] = [None, True, 0, -1.5, 10**400, "", "text", [], [None, 1, "x", {}], {}, {"name": 1}]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
every_feed = pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)


def sum_of(pay: Pay | None) -> tuple[float | None, float | None, str | None, str | None, str] | None:
    return None if pay is None else (pay.minimum, pay.maximum, pay.currency, pay.period, pay.known)


Told = tuple[str, str, str, tuple[str, ...], Any, Any, str | None, str]
TOLD: dict[str, list[Told]] = {
    "remoteok": [
        ("1136069", "General Production", "Dana Solutions LLC", ("Cambridge, ON, CA, N1R 5Y2",), None,
         date(2026, 8, 3), "remote", "Cambridge, ON, CA, N1R 5Y2"),
        ("1136070", "Backend Developer – Payments & Data", "Café Example", ("Gonaïves",),
         (60000, 90000, "USD", "year", "guessed"), date(2026, 8, 2), "remote", "We’re a small team in Gonaïves."),
    ],
    "remotive": [
        ("2091081", "Senior Graphic Designer", "Lemon.io", ("Americas", "Europe", "Asia", "Africa", "Oceania"), None,
         date(2026, 7, 28), "remote", "Are you a talented Senior Designer"),
        ("2091090", "Staff Engineer, R&D", "Example & Sons", ("Worldwide",),
         (120000, 150000, "USD", "year", "guessed"), date(2026, 7, 30), "remote", "Look after our engine."),
    ],
    "arbeitnow": [
        ("executive-recruiting-director-emea-london-201349", "Executive Recruiting Director – EMEA", "alixpartners",
         ("London",), None, date(2026, 8, 3), None, "At AlixPartners, we solve the most complex"),
        ("softwareentwickler-beispiel-berlin-201350", "Softwareentwickler (m/w/d) C++ & Qt", "Beispiel GmbH",
         ("Berlin",), None, date(2026, 8, 3), "remote", "Wir suchen dich & deine Ideen."),
    ],
    "himalayas": [
        ("https://himalayas.app/companies/plurio/jobs/senior-marketing-analyst-latam",
         "Senior Marketing Analyst LatAm", "Plurio", ("Worldwide",), (None, 5500, "USD", "month", "stated"),
         date(2026, 7, 27), "remote", "**Location:** Remote"),
        ("https://himalayas.app/companies/example-peaks/jobs/data-engineer", "Data Engineer & Analyst",
         "Example Peaks", ("Germany", "Congo, The Democratic Republic of the"),
         (80000, 100000, "EUR", "year", "stated"), date(2026, 7, 27), "remote", "Build pipelines."),
    ],
    "jobicy": [
        ("150172", "Senior Manager, Change Enablement - Cox Automotive Fleet", "Cox Enterprises", ("USA",),
         (122600, 204400, "USD", "year", "stated"), date(2026, 8, 3), "remote", "**Company**"),
        ("150100", "Support Engineer – Nights", "Example & Co", ("Canada", "USA"),
         (70000, 90000, "CAD", "year", "stated"), date(2024, 5, 1), "remote", "Help people at night."),
    ],
    "hackernews-thread": [
        ("49000102", "Senior Backend Engineer", "Acme Robotics", ("Berlin, Germany",),
         (80000, 100000, "EUR", "year", "guessed"), date(2026, 11, 2), "hybrid", "Acme Robotics (YC W21) | Senior"),
        ("49000103", "Site Reliability Engineer, Staff Engineer", "Blue Heron", ("REMOTE (US)",),
         (180000, 220000, "USD", "year", "guessed"), date(2026, 11, 2), "remote", "Blue Heron (https://heron.example)"),
        ("49000104", "Multiple roles", "Cartwheel", ("NYC", "SF"), None, date(2026, 11, 2), "onsite",
         "Cartwheel | Multiple roles"),
        ("49000105", "Founding Engineer", "Dogwood", ("London, UK",), None, date(2026, 11, 2), "onsite",
         "Dogwood|Founding Engineer|London, UK|ONSITE\n\nTrees."),
    ],
    "hackernews-search": [],
}  # fmt: skip


@every_case
def test_postings_say_what_the_answer_says(case: Case) -> None:
    page = case.read_bytes(case.content)
    told = [
        (
            one.key,
            one.draft.title,
            one.draft.company,
            one.places,
            sum_of(one.draft.pay),
            one.draft.posted_on,
            one.draft.work_mode,
        )
        for one in page.found
    ]
    assert told == [expected[:-1] for expected in TOLD[case.name]]
    for one, expected in zip(page.found, TOLD[case.name], strict=True):
        assert one.draft.description.startswith(expected[-1])
        assert one.draft.source == f"feed:{case.feed.name}"
        assert one.draft.source_id == f"{case.feed.name}:{one.key}"
        assert one.draft.place == "; ".join(one.places)
        assert one.published_at is not None
        assert one.published_at.tzinfo is not None
        # What feeds ask for in return: the address is the posting's page on their own site.
        assert case.feed.board_of(one.draft.address) == ""


def test_tags_and_totals() -> None:
    assert [one.tags for one in ARBEITNOW_CASE.read_bytes(ARBEITNOW_CASE.content).found] == [
        ("Organizational Development",),
        ("Software Development", "Remote", "berufserfahren", "Full Time"),
    ]
    assert [one.tags for one in JOBICY_CASE.read_bytes(JOBICY_CASE.content).found] == [
        ("Project & Program Management", "Full-Time", "Senior"),
        ("Technical Support", "full-time"),
    ]
    himalayas = HIMALAYAS_CASE.read_bytes(HIMALAYAS_CASE.content)
    assert himalayas.total == 100157
    assert himalayas.notes == ("Only the first 1000 of 100157 are read.",)
    assert [one.draft.deadline for one in himalayas.found] == [date(2026, 8, 23), date(2026, 8, 23)]
    assert REMOTIVE_CASE.read_bytes(REMOTIVE_CASE.content).total == 2


def test_only_an_empty_list_of_lands_means_worldwide() -> None:
    body = HIMALAYAS_CASE.body()
    named = {"alpha2": "DE", "name": "Germany", "slug": "germany"}
    for lands, places in (([], ("Worldwide",)), (None, ()), ("", ()), ({}, ()), ([named], ("Germany",))):
        body["jobs"][0]["locationRestrictions"] = lands
        assert HIMALAYAS_CASE.read(body).found[0].places == places


def test_the_terms_of_remote_ok_are_no_posting_and_need_not_be_there() -> None:
    body = REMOTE_OK_CASE.body()
    assert not REMOTE_OK_CASE.read(body).rejected
    assert [one.key for one in REMOTE_OK_CASE.read(body[1:]).found] == ["1136069", "1136070"]
    assert not REMOTE_OK_CASE.read(body[:1]).found


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("GonaÃ¯ves", "Gonaïves"),
        ("Weâ€™re", "We’re"),
        ("Weâ\x80\x99re", "We’re"),
        ("Ã¢Â€Â™s", "’s"),
        ("Łódź Ã³ zaÅ¼", "Łódź ó zaż"),
        ("ðŸš€ go", "🚀 go"),
        ("Â£50k", "£50k"),
        # What may be meant as it stands stays.
        ("CAFÉ®", "CAFÉ®"),
        ("“Café”—a place", "“Café”—a place"),
        ("amanhã”—", "amanhã”—"),
        ("naïve — fine", "naïve — fine"),
        ("SÃO PAULO", "SÃO PAULO"),
        ("高级数据工程师", "高级数据工程师"),
    ],
)
def test_garbled_letters_are_repaired_only_where_they_are_certain(garbled: str, meant: str) -> None:
    body = REMOTE_OK_CASE.body()
    body[1]["position"] = garbled
    assert REMOTE_OK_CASE.read(body).found[0].draft.title == meant


def test_a_place_cut_at_its_comma_is_whole_in_the_description_or_ends_before_it() -> None:
    body = REMOTE_OK_CASE.body()
    body[1]["description"] = "<p>Cambridge is a town.</p>"
    assert REMOTE_OK_CASE.read(body).found[0].places == ("Cambridge",)


@pytest.mark.parametrize(
    ("first", "company", "title", "places", "mode"),
    [
        ("Acme | Berlin or Remote (EU) | Full-time | SRE", "Acme", "SRE", ("Berlin", "Remote (EU)"), "remote"),
        ("Acme Inc. - https://acme.example | Onsite (Berlin or Munich) | Engineers", "Acme Inc.", "Engineers",
         ("Berlin", "Munich"), "onsite"),
        ("Acme | Engineer | Paris & London | Hybrid", "Acme", "Engineer", ("Paris", "London"), "hybrid"),
        ("Acme | Healthcare AI | New York, NY | Engineer", "Acme", "Engineer", ("New York, NY",), None),
        ("Acme, https://acme.example | Rust | Zürich, Switzerland", "Acme", "Rust", ("Zürich, Switzerland",), None),
        ("Acme [https://a.example] | EM | Remote (Worldwide)", "Acme", "EM", (), "remote"),
        ("https://acme.example | Engineer", "acme.example", "Engineer", (), None),
        ("Acme | SRE | San Francisco, ONSITE, VISA", "Acme", "SRE", ("San Francisco",), "onsite"),
        ("Acme | SRE | Austin, TX (On-site, full time)", "Acme", "SRE", ("Austin, TX",), "onsite"),
        ("Acme | SRE | On-site (hybrid) in Stockholm, Sweden", "Acme", "SRE", ("Stockholm, Sweden",), "hybrid"),
        ("Acme | Lead Engineer | Oslo or REMOTE (CET +/- 2 hours)", "Acme", "Lead Engineer",
         ("Oslo", "REMOTE (CET +/- 2 hours)"), "remote"),
        ("Acme | SRE | Denver / Remote (US) https://acme.example/jobs", "Acme", "SRE", ("Denver", "Remote (US)"),
         "remote"),
        ("| Acme AS (www.acme.example) | NORWAY + Remote friendly | Developer |", "Acme AS", "Developer",
         ("NORWAY", "Remote friendly"), "remote"),
        ("Acme | Multiple positions | YC W22 | acme.example | Berlin || REMOTE, INTERNS", "Acme",
         "Multiple positions", ("Berlin",), "remote"),
        ("Lead Bank | Multiple roles | Trinidad and Tobago", "Lead Bank", "Multiple roles",
         ("Trinidad and Tobago",), None),
    ],
)  # fmt: skip
def test_first_lines(first: str, company: str, title: str, places: tuple[str, ...], mode: str | None) -> None:
    body = THREAD_CASE.body()
    body["children"] = [body["children"][0] | {"text": f"{first}<p>More | of it."}]
    (one,) = THREAD_CASE.read(body).found
    assert (one.draft.company, one.draft.title, one.places, one.draft.work_mode) == (
        company,
        title,
        places,
        mode,
    )


def test_a_role_that_the_first_line_leaves_out_is_found_below_it() -> None:
    lines = [
        "Acme | NYC | Onsite | Full-time | https://acme.example",
        "We are engineers and need more engineers",
        "- Director of Engineering: https://acme.example/1",
        "* Staff Engineer (Go)",
        "REMOTE, INTERNS",
        "Our developers look after it.",
        "Staff Engineer (Go)",
    ]
    body = THREAD_CASE.body()
    body["children"] = [body["children"][0] | {"text": "<p>".join(lines)}]
    (one,) = THREAD_CASE.read(body).found
    assert (one.draft.title, one.draft.company, one.places) == (
        "Director of Engineering, Staff Engineer (Go)",
        "Acme",
        ("NYC",),
    )


def test_what_is_no_posting_in_a_thread_is_rejected_with_its_reason_and_what_was_deleted_ignored() -> None:
    page = THREAD_CASE.read_bytes(THREAD_CASE.content)
    assert [(refused.row, refused.reason) for refused in page.rejected] == [
        (6, 'the first line is not "Company | Role | …"'),
        (7, "a reply and no posting"),
    ]
    assert page.notes == ("Ask HN: Who is hiring? (November 2026)",)
    texts = [
        "Acme | Remote",
        "| Engineer",
        "x" * 300 + " | Engineer",
        "We hire<p>Acme | Engineer",
        "I asked | them<p>Senior Engineer",
        "Acme | NYC | Full-time | acme.example | Series A<p>We need engineers.",
    ]
    for text in texts:
        body = THREAD_CASE.body()
        body["children"] = [body["children"][0] | {"text": text}]
        page = THREAD_CASE.read(body)
        assert (len(page.found), len(page.rejected)) == (0, 1), text


def test_links_are_kept_whole() -> None:
    assert "| https://acme.example/careers/senior-backend-engineer\n" in (
        THREAD_CASE.read_bytes(THREAD_CASE.content).found[0].draft.description
    )


def test_the_newest_hiring_thread_is_asked_for_and_no_other() -> None:
    assert SEARCH_CASE.read_bytes(SEARCH_CASE.content).following == Request(THREAD)
    body = SEARCH_CASE.body()
    body["hits"].reverse()
    assert SEARCH_CASE.read(body).following == Request(THREAD)
    for foreign in ("1/../../x", "https://evil.example", "", None, "９"):
        body["hits"] = [{"title": "Ask HN: Who is hiring? (May 2026)", "objectID": foreign}]
        with pytest.raises(ChangedShape):
            SEARCH_CASE.read(body)
    body["hits"] = [hit for hit in SEARCH_CASE.body()["hits"] if "Who is hiring" not in hit["title"]]
    with pytest.raises(ChangedShape):
        SEARCH_CASE.read(body)


@every_case
def test_an_envelope_without_its_rows_is_another_shape(case: Case) -> None:
    whole = case.body()
    broken = [value for value in OTHER_TYPES if not isinstance(value, list)]
    if case.rows is not None:
        broken = [whole | {case.rows: value} for value in broken]
        rest = {key: value for key, value in whole.items() if key != case.rows}
        broken += [
            rest,
            rest | {f"{case.rows}_2": whole[case.rows]},
            whole[case.rows],
            [whole],
            None,
            1,
            "text",
        ]
    for body in broken:
        with pytest.raises(ChangedShape) as told:
            case.read(body)
        assert case.feed.title in told.value.title
        assert told.value.message
        assert told.value.hint


@pytest.mark.parametrize("case", [case for case in CASES if case.rows], ids=lambda case: case.name)
def test_what_else_is_in_an_envelope_decides_no_posting(case: Case) -> None:
    whole = case.body()
    expected = case.read(whole)
    for key in whole.keys() - {case.rows}:
        rest = {name: value for name, value in whole.items() if name != key}
        for body in (rest, rest | {f"{key}_2": whole[key]}, *(rest | {key: value} for value in OTHER_TYPES)):
            if case is THREAD_CASE and key == "id" and isinstance(body.get(key), str | int):
                continue  # of another thread all comments would be replies
            page = case.read(body)
            # Without the thread's id a reply can't be told.
            assert page.found[: len(expected.found)] == expected.found, (key, body.get(key))


@every_case
def test_no_field_of_a_row_breaks_an_answer_or_another_row(case: Case) -> None:
    whole = case.body()
    expected = [one for one in case.read(whole).found if one.draft.row != case.row + 1]
    row = case.of(whole)[case.row]
    values = [
        *OTHER_TYPES,
        *HOSTILE.values(),
        "x" * 300_000,
        "<b>" * 5000,
        0,
        1e308,
        float("nan"),
        "[" * 2000,
    ]
    for key in row:
        rest = {name: value for name, value in row.items() if name != key}
        for changed in (rest, rest | {f"{key}_2": row[key]}, *({**row, key: value} for value in values)):
            body = deepcopy(whole)
            case.of(body)[case.row] = changed
            try:
                page = case.read(body)
            except ChangedShape:
                assert case is SEARCH_CASE
                continue
            assert [one for one in page.found if one.draft.row != case.row + 1] == expected
            assert len(page.found) + len(page.rejected) >= len(expected)
            for one in page.found:
                is_safe(one)


@every_case
def test_a_row_that_is_no_object_is_rejected_and_the_others_stay(case: Case) -> None:
    whole = case.body()
    expected = [one.key for one in case.read(whole).found]
    values: list[Any] = [None, True, 3, "text", [], [[]]]
    for value in values:
        body = deepcopy(whole)
        case.of(body).append(value)
        page = case.read(body)
        assert [one.key for one in page.found] == expected
        # The search only says where the thread is: what else it lists is nobody's posting.
        assert case is SEARCH_CASE or len(case.of(body)) in [one.row for one in page.rejected]


@every_case
def test_what_is_no_whole_json_is_another_shape(case: Case) -> None:
    content = case.content.rstrip()
    pieces = [content[:cut] for cut in range(0, len(content), max(1, len(content) // 60))]
    pages = [
        b"<!doctype html><html><body>503 Service Unavailable</body></html>",
        b"",
        b"\xef\xbb\xbf",
        b"   \n",
    ]
    for piece in [*pieces, *pages, b"[" * 200_000, b'{"a":' * 200_000, b"\x00" * 100, b"\xff\xfe\xfd", b"OK"]:
        with pytest.raises(ChangedShape) as told:
            case.read_bytes(piece)
        assert case.feed.title in told.value.title


@pytest.mark.parametrize("case", [ARBEITNOW_CASE, HIMALAYAS_CASE], ids=lambda case: case.name)
@pytest.mark.parametrize("says", [True, False], ids=["says which page", "says nothing"])
def test_a_page_that_repeats_itself_leads_round_no_circle(case: Case, says: bool) -> None:
    body = case.body()
    if not says:
        del body["meta" if case is ARBEITNOW_CASE else "offset"]
    asked: Request | None = case.asked
    seen: list[Request] = []
    while asked is not None and len(seen) < case.feed.manners.most_pages:
        seen.append(asked)
        asked = replace(case, asked=asked).read(body).following
        assert asked not in seen
    assert (
        len({request.address for request in seen})
        == len(seen)
        == (2 if says else case.feed.manners.most_pages)
    )
    assert {urlsplit(request.address).hostname for request in seen} == {urlsplit(case.asked.address).hostname}


def test_paging_ends() -> None:
    for case in (ARBEITNOW_CASE, HIMALAYAS_CASE):
        body = case.body()
        case.of(body).clear()
        assert case.read(body).following is None
    body = HIMALAYAS_CASE.body() | {"totalCount": 2}
    assert HIMALAYAS_CASE.read(body).following is None
    assert HIMALAYAS_CASE.read(body).notes == ()
    for address in (
        "https://himalayas.app/jobs/api?offset=x",
        "https://himalayas.app/jobs/api?offset=9" + "9" * 5000,
    ):
        page = replace(HIMALAYAS_CASE, asked=Request(address)).read(HIMALAYAS_CASE.body())
        assert page.following == Request("https://himalayas.app/jobs/api?limit=20&offset=2")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@every_case
@given(data=st.data())
def test_any_json_is_read_or_is_another_shape(case: Case, data: st.DataObject) -> None:
    fields = sorted(case.of(case.body())[case.row])
    rows = st.lists(JSON | st.dictionaries(st.sampled_from(fields), JSON, max_size=len(fields)), max_size=3)
    envelope = rows if case.rows is None else st.builds(lambda more, inner: more | {case.rows: inner},
        st.dictionaries(st.sampled_from(sorted(case.body())), JSON, max_size=3), rows)  # fmt: skip
    body = data.draw(JSON | envelope)
    try:
        page = case.read(body)
    except ChangedShape as told:
        assert case.feed.title in told.title  # noqa: PT017 - both outcomes are right
        return
    assert page.following != case.asked
    for one in page.found:
        is_safe(one)


@every_feed
def test_addresses_terms_and_manners(feed: Feed) -> None:
    own = [feed.board_address(""), feed.first("").address, f"{feed.board_address('').upper()}/x?y=1#z"]
    assert [feed.board_of(address) for address in own] == [""] * 3
    host = urlsplit(feed.board_address("")).hostname
    foreign = [
        "", "text", "https://", "http://[", f"https://{host}.evil.example/", f"https://evil.example/{host}",
        f"https://{host}@evil.example/", f"https://not{host}/", f"https://boards.greenhouse.io/{host}",
    ]  # fmt: skip
    assert [feed.board_of(address) for address in foreign] == [None] * len(foreign)
    assert [one.name for one in FEEDS if one.board_of(feed.board_address("")) is not None] == [feed.name]
    assert feed.kind == "aggregator"
    assert not feed.complete
    assert feed.terms.summary
    assert f"(https://{host})" in feed.terms.credit
    assert feed.terms.address.startswith("https://")


def test_budgets_are_the_feeds_own() -> None:
    assert 24 / REMOTIVE.manners.hours_between_polls <= 4
    assert REMOTIVE.manners.crawl_delay_s > 30
    assert JOBICY.manners.hours_between_polls >= 1
    assert HIMALAYAS.manners.hours_between_polls == 24
    assert HIMALAYAS.manners.most_pages <= 50


def test_there_is_nothing_to_ask_further() -> None:
    for case in CASES:
        for one in case.read_bytes(case.content).found:
            assert one.detail is None
            assert case.feed.with_detail(one, Answer("https://example.org", b"")) is one


def is_safe(one: Found) -> None:
    """Hold that nothing in a posting could steer a terminal, and that it can be kept."""
    draft = one.draft
    assert one.key
    assert draft.title
    assert draft.company
    for text in (one.key, draft.title, draft.company, draft.place, draft.address, *one.places, *one.tags):
        assert clean_line(text, 5000) == text
        assert len(text) <= 2048
    assert clean_text(draft.description) == draft.description
    for bound in (draft.pay.minimum, draft.pay.maximum) if draft.pay else ():
        assert bound is None or bound > 0
