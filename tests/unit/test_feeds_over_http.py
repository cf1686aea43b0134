"""Every feed's recorded answers over real HTTP, from its first question to the rows of what was discovered.

Where only a record or none was captured, the answer's envelope is constructed and its file is named so.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from jobcopilot.sources.catalogue import feeds
from jobcopilot.sources.views import PollReport, SourceView
from tests.fakes.feed_server import FeedServer, Reply, file_reply, json_reply
from tests.fakes.relocated_feed import RelocatedFeed
from tests.unit.polled_home import DATA, Polled, polled

__all__ = ["polled"]

XML: Final = "application/xml"
HN: Final = "/api/v1/items/49000001"
RECORDED: Final = {
    "greenhouse": ("https://job-boards.greenhouse.io/amplitude", "/v1/boards/amplitude/jobs", "greenhouse.json"),
    "lever": ("https://jobs.lever.co/idealistconsulting", "/v0/postings/idealistconsulting", "lever.json"),
    "ashby": ("https://jobs.ashbyhq.com/HighlightTA", "/posting-api/job-board/HighlightTA", "ashby.json"),
    "smartrecruiters": (
        "https://jobs.smartrecruiters.com/Knight", "/v1/companies/Knight/postings", "smartrecruiters.json",
    ),
    "workable": ("https://apply.workable.com/zaelab", "/api/v1/widget/accounts/zaelab", "workable.json"),
    "recruitee": ("https://acme.recruitee.com", "/api/offers/", "recruitee.json"),
    "personio": ("https://acme.jobs.personio.de", "/xml", "personio.xml"),
    "remoteok": ("https://remoteok.com", "/api", "remoteok-constructed.json"),
    "remotive": ("https://remotive.com", "/api/remote-jobs", "remotive-constructed.json"),
    "arbeitnow": ("https://www.arbeitnow.com", "/api/job-board-api?page=1", "arbeitnow-constructed.json"),
    "himalayas": ("https://himalayas.app", "/jobs/api?limit=20&offset=0", "himalayas-constructed.json"),
    "jobicy": ("https://jobicy.com", "/api/v2/remote-jobs", "jobicy-constructed.json"),
    "hackernews": (
        "https://news.ycombinator.com", "/api/v1/search_by_date", "hackernews-search-constructed.json",
    ),
}  # fmt: skip
DETAIL: Final = "smartrecruiters-detail-constructed.json"


class Contract:
    """All feeds switched on, each on a server of its own, as each has a host of its own."""

    def __init__(self, home: Polled, servers: dict[str, FeedServer]) -> None:
        self.home, self.servers = home, servers
        for name, known in home.sources.known.items():
            assert isinstance(known, RelocatedFeed)
            known.base = servers[name].address("")
        home.sources.disable("greenhouse:acme")
        self.sources = {
            name: home.sources.add(address, enable=True) for name, (address, _, _) in RECORDED.items()
        }

    def serve(self) -> None:
        """Answer as recorded."""
        for name, (_, path, file) in RECORDED.items():
            kind = XML if file.endswith("xml") else "application/json"
            self.servers[name].paths = {path: file_reply(DATA / file, media_type=kind)}
        self.servers["arbeitnow"].paths["/api/job-board-api?page=2"] = json_reply({"data": []})
        self.servers["himalayas"].paths["/jobs/api"] = json_reply({"jobs": []})
        self.servers["hackernews"].paths[HN] = file_reply(DATA / "hackernews-thread-constructed.json")
        detail = json.loads((DATA / DETAIL).read_bytes())
        self.servers["smartrecruiters"].paths[f"/v1/companies/Knight/postings/{detail['id']}"] = json_reply(
            detail
        )

    def serve_only(self, reply: Reply) -> None:
        """Answer everything with one reply."""
        for name, (_, path, _) in RECORDED.items():
            self.servers[name].paths = {path: reply, path.partition("?")[0]: reply}

    def poll(self) -> dict[str, PollReport]:
        """Poll all of them; return what came of each, by its feed."""
        moments = [view.next_poll_at for view in self.home.sources.mine() if view.next_poll_at]
        self.home.clock.moment = max([self.home.clock.moment, *moments])
        reports = list(self.home.poller.poll_many(self.home.poller.due()))
        assert len(reports) == len(RECORDED)
        return {report.source.partition(":")[0]: report for report in reports}

    def view(self, name: str) -> SourceView:
        """Return a source as it is now."""
        return self.home.sources.get(self.sources[name].name)


@pytest.fixture
def contract(polled: Polled) -> Iterator[Contract]:
    servers = {name: FeedServer() for name in RECORDED}
    for server in servers.values():
        server.__enter__()
    try:
        yield Contract(polled, servers)
    finally:
        ends = [threading.Thread(target=one.__exit__, args=(None, None, None)) for one in servers.values()]
        for end in ends:
            end.start()
        for end in ends:
            end.join()


def test_every_feed_there_is_has_a_recorded_answer() -> None:
    assert set(RECORDED) == set(feeds())


def test_recorded_answers_are_discovered_as_they_are_read(contract: Contract) -> None:
    contract.serve()
    reports = contract.poll()
    assert {name: one.outcome for name, one in reports.items()} == dict.fromkeys(RECORDED, "fine")
    rows = contract.home.discovered.page(0, 500)
    expected = json.loads((DATA / "boards-expected.json").read_text("utf-8"))
    for file, board, _, title, company, places, *_, address in expected:
        if RECORDED.get(file) is None or "-" in file:
            continue
        found = [row for row in rows if row.source == f"{file}:{board}" and row.address == address]
        assert [(row.title, row.company, row.place) for row in found] == [(title, company, "; ".join(places))]
    for name, feed in feeds().items():
        mine = [row for row in rows if row.source.partition(":")[0] == name]
        assert len(mine) == reports[name].found == reports[name].new > 0
        assert {row.credit for row in mine} == {feed.terms.credit}
        assert bool(feed.terms.credit) == (feed.kind == "aggregator")
        assert all(row.posted_on and row.address.startswith("https://") for row in mine)
        agents = {one.headers["user-agent"].partition("/")[0] for one in contract.servers[name].asked}
        assert agents == {"Jobcopilot"}
    whole = next(row for row in rows if row.source == "smartrecruiters:Knight")
    assert contract.home.discovered.detail(whole.id).description
    again = contract.poll()
    assert {(one.new, one.changed, one.closed, one.reposted) for one in again.values()} == {(0, 0, 0, 0)}


SICK: Final = [
    (Reply(b"<!doctype html><title>Sorry</title>", media_type="text/html"), "changed"),
    (Reply(b'{"jobs": [{"id": 1, "title": "Ba'), "changed"),
    (Reply(b""), "changed"),
    (json_reply({"error": "renamed"}), "changed"),
    (Reply(status=403), "refused"),
    (Reply(status=429, headers={"Retry-After": "60"}), "down"),
    (Reply(status=503, headers={"Retry-After": "60"}), "down"),
]


@pytest.mark.slow
def test_no_sick_answer_of_any_feed_closes_anything(contract: Contract) -> None:
    contract.serve()
    contract.poll()
    before = contract.home.discovered.total()
    times = 0
    for reply, outcome in SICK:
        contract.serve_only(reply)
        for _ in (1, 2):
            times += 1
            reports = contract.poll()
            assert {name: one.outcome for name, one in reports.items()} == dict.fromkeys(RECORDED, outcome)
            assert all(one.message and one.closed == 0 for one in reports.values())
            views = [contract.view(name) for name in RECORDED]
            assert {(view.health, view.failures) for view in views} == {(outcome, times)}
    assert contract.home.discovered.total() == before
    contract.serve()
    assert {one.outcome for one in contract.poll().values()} == {"fine"}
    assert contract.home.discovered.total() == before


def test_recorded_answers_name_where_they_come_from() -> None:
    told = "".join(Path(DATA / name).read_text("utf-8") for name in ("README.md", "aggregators.md"))
    assert [file for _, _, file in RECORDED.values() if file not in told] == []
