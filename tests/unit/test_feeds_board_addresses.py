"""Which web addresses belong to which board, and which requests a board begins with."""

from __future__ import annotations

import pytest

from tests.unit.recorded_boards import BOARDS

OWN = {
    "https://boards.greenhouse.io/acme": ("greenhouse", "acme"),
    "https://job-boards.eu.greenhouse.io/acme/jobs/1": ("greenhouse", "acme"),
    "https://job-boards.greenhouse.io/acme/jobs/8636903002": ("greenhouse", "acme"),
    "https://boards.greenhouse.io/embed/job_board?for=acme": ("greenhouse", "acme"),
    "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true": ("greenhouse", "acme"),
    "https://jobs.lever.co/acme": ("lever", "acme"),
    "https://jobs.lever.co/acme/a24ec4e5-5caa-473d-abd4-b71f09a8167b/apply": ("lever", "acme"),
    "https://JOBS.lever.co/Acme-Labs?team=Design": ("lever", "Acme-Labs"),
    "https://api.lever.co/v0/postings/acme?mode=json": ("lever", "acme"),
    "https://api.lever.co/v0/postings/acme/a24ec4e5": ("lever", "acme"),
    "https://jobs.eu.lever.co/acme/a24ec4e5": ("lever", "eu/acme"),
    "https://api.eu.lever.co/v0/postings/acme?mode=json": ("lever", "eu/acme"),
    "https://jobs.ashbyhq.com/acme": ("ashby", "acme"),
    "https://jobs.ashbyhq.com/Acme%20Labs/fc2f1f85/application": ("ashby", "Acme Labs"),
    "https://jobs.ashbyhq.com/acme.ai#jobs": ("ashby", "acme.ai"),
    "https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true": ("ashby", "acme"),
    "https://jobs.smartrecruiters.com/Acme": ("smartrecruiters", "Acme"),
    "https://careers.smartrecruiters.com/Acme/brand": ("smartrecruiters", "Acme"),
    "https://jobs.smartrecruiters.com/Acme/743999671674844-a-nurse": ("smartrecruiters", "Acme"),
    "https://jobs.smartrecruiters.com/oneclick-ui/company/Acme/publication/0761": ("smartrecruiters", "Acme"),
    "https://api.smartrecruiters.com/v1/companies/Acme/postings/7439": ("smartrecruiters", "Acme"),
    "https://apply.workable.com/acme/": ("workable", "acme"),
    "https://apply.workable.com/acme/j/DD136DD7E7/apply/": ("workable", "acme"),
    "https://apply.workable.com/api/v1/widget/accounts/acme?details=true": ("workable", "acme"),
    "https://apply.workable.com/api/v3/accounts/acme/jobs": ("workable", "acme"),
    "https://www.workable.com/api/accounts/acme?details=true": ("workable", "acme"),
    "https://acme.workable.com/jobs/12": ("workable", "acme"),
    "https://acme.recruitee.com": ("recruitee", "acme"),
    "https://acme.recruitee.com/o/an-accountant/c/new": ("recruitee", "acme"),
    "https://acme.recruitee.com/api/offers/": ("recruitee", "acme"),
    "https://acme.jobs.personio.de/": ("personio", "acme"),
    "https://acme.jobs.personio.de/job/1834171?language=de": ("personio", "acme"),
    "https://acme.jobs.personio.com/xml?language=en": ("personio", "com/acme"),
}
FOREIGN = [
    "",
    "acme",
    "https://",
    "mailto:jobs@lever.co",
    "https://example.com/acme",
    "https://example.com/jobs.lever.co/acme",
    "https://jobs.lever.co.example.com/acme",
    "https://jobs.lever.co@example.com/acme",
    "https://acme.recruitee.com.example.com/",
    "https://jobs.lever.co/",
    "https://jobs.lever.co/%2e%2e/x",
    "https://lever.co/acme",
    "https://hire.lever.co/acme",
    "https://api.lever.co/v1/postings/acme",
    "https://api.lever.co/v0/postings",
    "https://www.ashbyhq.com/customers",
    "https://jobs.ashbyhq.com/",
    "https://jobs.ashbyhq.com/%2F%2Fexample.com",
    "https://api.ashbyhq.com/posting-api",
    "https://app.ashbyhq.com/acme",
    "https://jobs.smartrecruiters.com/",
    "https://www.smartrecruiters.com/resources",
    "https://api.smartrecruiters.com/v1/jobs/acme",
    "https://apply.workable.com/j/DD136DD7E7",
    "https://apply.workable.com/api/v1",
    "https://jobs.workable.com/view/abc",
    "https://help.workable.com/hc/en-us",
    "https://www.workable.com/pricing",
    "https://recruitee.com/",
    "https://api.recruitee.com/c/12/offers",
    "https://docs.recruitee.com/reference",
    "https://a.b.recruitee.com/",
    "https://www.personio.de/jobs",
    "https://acme.personio.de/login",
    "https://jobs.personio.de/",
    "https://developer.personio.de/docs",
    "https://boards.greenhouse.io/",
    "https://www.greenhouse.io/careers",
    "https://remoteok.com/remote-jobs/1",
    "https://remotive.com/remote-jobs/software-dev/x-1",
    "https://www.arbeitnow.com/jobs/companies/acme/x",
    "https://himalayas.app/companies/acme/jobs/x",
    "https://jobicy.com/jobs/1-x",
    "https://news.ycombinator.com/item?id=1",
]


@pytest.mark.parametrize(("address", "whose"), OWN.items(), ids=OWN.keys())
def test_an_address_belongs_to_one_feed_and_names_its_board(address: str, whose: tuple[str, str]) -> None:
    claimed = {name: feed.board_of(address) for name, (feed, _) in BOARDS.items()}
    assert {name: board for name, board in claimed.items() if board is not None} == {whose[0]: whose[1]}


@pytest.mark.parametrize("address", FOREIGN)
def test_a_foreign_address_belongs_to_no_board(address: str) -> None:
    assert [name for name, (feed, _) in BOARDS.items() if feed.board_of(address) is not None] == []


@pytest.mark.parametrize(
    "address", ["http://[", "http://[::1/x", "https://[jobs.lever.co]/acme", "\x00", "//x:y:z"]
)
@pytest.mark.parametrize("name", BOARDS)
def test_a_broken_address_belongs_to_no_board(name: str, address: str) -> None:
    assert BOARDS[name][0].board_of(address) is None


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_is_known_by_its_own_page_and_requests(name: str) -> None:
    feed, board = BOARDS[name]
    further = {"lever": ["eu/acme"], "personio": ["com/acme"], "ashby": ["Acme Labs", "a.b & c"]}
    for token in (board, *further.get(name, [])):
        first = feed.first(token)
        assert feed.board_of(feed.board_address(token)) == token
        assert feed.board_of(first.address) == token
        assert first.body is None
        assert first.address.startswith("https://")


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize(
    "board", ["../../x", "example.com/x", "a@example.com", "a?b=c", "a#b", "a b\r\nHost: x"]
)
def test_a_token_that_somebody_made_up_leads_to_no_other_host(name: str, board: str) -> None:
    from urllib.parse import urlsplit

    feed, usual = BOARDS[name]
    for told, known in ((feed.first(board).address, feed.first(usual).address),
                        (feed.board_address(board), feed.board_address(usual))):  # fmt: skip
        own = (urlsplit(known).hostname or "").split(".")[-2:]
        assert (urlsplit(told).hostname or "").split(".")[-2:] == own
        assert urlsplit(told).username is None
        assert not set(told) & set(" \r\n")
        assert urlsplit(told).query == urlsplit(known).query


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_says_what_it_is_and_asks_for(name: str) -> None:
    feed, _ = BOARDS[name]
    assert (feed.name, feed.kind, feed.complete) == (name, "company board", True)
    assert feed.terms.summary
    assert feed.terms.address.startswith("https://")
    assert feed.manners.crawl_delay_s >= 1
    assert feed.manners.hours_between_polls >= 6
    assert feed.manners.timeout_s == (30 if name == "ashby" else 20)
