"""Polls over real HTTP: what lands, what is closed and comes back, and what a sick feed must not close."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from jobcopilot.errors import UsageError
from jobcopilot.jobs.query import parse_query
from jobcopilot.sources.polling import Poller
from tests.fakes.feed_server import Reply, json_reply
from tests.fakes.relocated_feed import RelocatedFeed
from tests.unit.polled_home import BOARD, DATA, NOW, Polled, polled, posting

__all__ = ["polled"]


def test_what_a_feed_shows_is_discovered_scored_and_on_no_board(polled: Polled) -> None:
    polled.serve(posting(1, title="Senior Data Engineer"), posting(2))
    report = polled.poll()
    assert (report.outcome, report.found, report.new, report.closed) == ("fine", 2, 2, 0)
    assert polled.titles() == {"Senior Data Engineer", "Engineer 2"}
    assert polled.runtime.pages.ids(parse_query("", today=NOW.date()), "created") == []
    detail = polled.discovered.detail(polled.discovered.ids()[0])
    assert {"Python", "PostgreSQL"} <= set(detail.skills)
    assert detail.row.source == "greenhouse:acme"
    source = polled.sources.get("greenhouse:acme")
    assert (source.health, source.open_postings) == ("fine", 2)
    assert source.next_poll_at == NOW + timedelta(hours=6)


def test_the_same_again_changes_nothing(polled: Polled) -> None:
    polled.serve(posting(1), posting(2))
    polled.poll()
    report = polled.poll()
    assert (report.found, report.new, report.changed, report.closed, report.reposted) == (2, 0, 0, 0, 0)
    assert polled.history("Engineer 1") == ["found"]


def test_missing_once_is_nothing_and_twice_is_closed_since_the_first_time(polled: Polled) -> None:
    polled.serve(posting(1), posting(2), posting(3))
    polled.poll()
    polled.serve(posting(1), posting(2))
    assert polled.poll().closed == 0
    missed_at = polled.clock.moment
    assert len(polled.titles()) == 3
    assert polled.poll().closed == 1
    assert polled.titles() == {"Engineer 1", "Engineer 2"}
    gone = next(row for row in polled.discovered.page(0, 9, everything=True) if row.title == "Engineer 3")
    assert gone.closed_at == missed_at
    polled.serve(posting(1), posting(2), posting(3))
    report = polled.poll()
    assert (report.new, report.reposted) == (0, 1)
    assert polled.history("Engineer 3") == ["found", "closed", "reposted"]


def test_the_same_posting_under_a_new_name_is_a_repost(polled: Polled) -> None:
    polled.serve(posting(1), posting(2, title="Baker"))
    polled.poll()
    polled.serve(posting(1))
    polled.poll()
    polled.poll()
    polled.serve(posting(1), posting(77, title="Baker"))
    report = polled.poll()
    assert (report.new, report.reposted) == (1, 1)
    again = next(row for row in polled.discovered.page(0, 9) if row.title == "Baker")
    assert again.reposts == 1


def test_edits_and_pay_are_kept_as_history(polled: Polled) -> None:
    polled.serve(posting(1))
    polled.poll()
    paid = [{"min_cents": 9_000_000, "max_cents": 12_000_000, "currency_type": "EUR", "title": "Yearly"}]
    polled.serve(posting(1, content="<p>Now with Kafka.</p>", pay_input_ranges=paid))
    assert polled.poll().changed == 1
    detail = polled.discovered.detail(polled.discovered.ids()[0])
    assert [change.action for change in detail.changes] == ["found", "changed", "pay"]
    assert "PostgreSQL" in str(detail.changes[1].before["description"])
    assert detail.changes[2].after["pay_maximum"] == 120_000
    assert "Apache Kafka" in detail.skills
    assert detail.row.pay is not None
    assert detail.row.pay.minimum == 90_000


def test_far_fewer_than_usual_closes_nothing(polled: Polled) -> None:
    many = [posting(number) for number in range(10)]
    polled.serve(*many)
    polled.poll()
    polled.serve(*many[:4])
    for _ in range(3):
        report = polled.poll()
        assert (report.outcome, report.closed) == ("few", 0)
    assert len(polled.titles()) == 10
    assert polled.sources.get("greenhouse:acme").health == "few"
    # A week later it is what is usual.
    polled.clock.moment += timedelta(days=8)
    assert polled.poll().outcome == "fine"
    assert polled.poll().closed == 6


def test_an_emptied_board_is_few_first(polled: Polled) -> None:
    polled.serve(posting(1))
    polled.poll()
    polled.serve()
    assert polled.poll().outcome == "few"
    polled.clock.moment += timedelta(days=8)
    assert polled.poll().outcome == "empty"
    assert polled.titles() == {"Engineer 1"}
    assert polled.poll().closed == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reply", "outcome", "told"),
    [
        (Reply(b'{"jobs": [{"id": 1'), "changed", "not whole JSON"),
        (Reply(b"<html>We'll be right back</html>", media_type="text/html"), "changed", "web page"),
        (json_reply({"openings": []}), "changed", 'no "jobs"'),
        (json_reply({"jobs": [{"name": "x"}, {"name": "y"}]}), "changed", "no id"),
        (Reply(status=404), "refused", "no such board"),
        (Reply(status=403), "refused", "refuses"),
        (Reply(status=500), "down", "answers 500"),
        (Reply(status=429, headers={"Retry-After": "7200"}), "down", ""),
        (Reply(fault="endless"), "down", ""),
        (Reply(fault="hang up"), "down", ""),
        (Reply(fault="truncated", body=b'{"jobs": []}' * 500), "down", ""),
    ],
    ids=["cut", "page", "renamed", "rows", "404", "403", "500", "429", "endless", "hung up", "truncated"],
)
def test_a_sick_feed_is_told_and_closes_nothing(
    polled: Polled, reply: Reply, outcome: str, told: str
) -> None:
    polled.serve(posting(1), posting(2))
    polled.poll()
    polled.server.paths[BOARD] = reply
    for times in (1, 2):
        report = polled.poll()
        assert report.outcome == outcome
        assert told in report.message
        assert report.closed == 0
        source = polled.sources.get("greenhouse:acme")
        assert (source.health, source.failures, source.note) == (outcome, times, report.message)
    assert len(polled.titles()) == 2
    assert source.next_poll_at is not None
    assert source.next_poll_at >= polled.clock.moment + timedelta(hours=12)
    polled.serve(posting(1), posting(2))
    assert polled.poll().outcome == "fine"
    assert polled.sources.get("greenhouse:acme").failures == 0


def test_retry_after_is_waited_for(polled: Polled) -> None:
    polled.server.paths[BOARD] = Reply(status=429, headers={"Retry-After": str(20 * 3600)})
    report = polled.poll()
    assert report.next_poll_at is not None
    assert report.next_poll_at >= NOW + timedelta(hours=20)


def test_a_row_that_is_none_costs_the_others_nothing(polled: Polled) -> None:
    polled.serve(posting(1), {"id": 2}, posting(3), posting(4))
    report = polled.poll()
    assert (report.outcome, report.found, report.rejected) == ("fine", 3, 1)
    assert "row 2" in report.message


def test_an_unchanged_board_is_not_sent_again(polled: Polled) -> None:
    polled.serve(posting(1), posting(2), etag='"v1"')
    polled.poll()
    report = polled.poll()
    assert (report.outcome, report.found, report.pages) == ("fine", 2, 1)
    assert polled.server.asked[-1].headers["if-none-match"] == '"v1"'
    # What was missing in the answer that is still the same is missing still.
    polled.serve(posting(1), etag='"v2"')
    polled.poll()
    assert polled.poll().closed == 1


def test_a_page_that_repeats_itself_ends_the_poll(polled: Polled) -> None:
    polled.sources.add("https://jobs.lever.co/acme", enable=True)
    row = {"id": "a", "text": "Baker", "hostedUrl": "https://jobs.lever.co/acme/a", "categories": {}}
    page = [row | {"id": f"a{number}"} for number in range(100)]
    polled.server.paths["/v0/postings/acme"] = json_reply(page)
    source = polled.sources.get("lever:acme")
    assert source.id is not None
    report = polled.poller.poll(source.id)
    assert (report.outcome, report.found, report.pages) == ("changed", 100, 2)
    assert "repeats" in report.message


def test_stopping_leaves_whole_pages(polled: Polled) -> None:
    polled.sources.add("https://jobs.lever.co/acme", enable=True)
    stop = threading.Event()

    def page(asked: Any) -> Reply:
        skip = int(asked.path.partition("skip=")[2].partition("&")[0] or 0)
        if skip >= 200:
            stop.set()
        return json_reply(
            [{"id": f"a{skip + n}", "text": f"Baker {skip + n}", "categories": {}} for n in range(100)],
            delay_s=0.3 if stop.is_set() else 0,
        )

    polled.server.paths["/v0/postings/acme"] = page
    source = polled.sources.get("lever:acme")
    assert source.id is not None
    heard: list[int] = []
    report = polled.poller.poll(source.id, progress=lambda one: heard.append(one.found), stop=stop)
    assert report.outcome == "stopped"
    assert report.found == len(polled.titles()) == 200
    assert heard == [100, 200]


def test_nothing_is_asked_of_a_source_that_is_off_or_was_asked_just_now(polled: Polled) -> None:
    polled.serve(posting(1))
    source = polled.sources.get("greenhouse:acme")
    assert source.id is not None
    polled.poller.poll(source.id)
    with pytest.raises(UsageError, match="not long ago"):
        polled.poller.poll(source.id)
    polled.sources.disable("greenhouse:acme")
    polled.clock.moment += timedelta(days=2)
    with pytest.raises(UsageError, match="switched off"):
        polled.poller.poll(source.id)
    assert polled.poller.due() == []
    polled.sources.enable("greenhouse:acme")
    assert polled.poller.due() == [source.id]
    assert len(polled.server.asked) == 1


def test_two_do_not_poll_one_source_at_once(polled: Polled) -> None:
    polled.serve(posting(1), delay_s=0.5)
    source = polled.sources.get("greenhouse:acme")
    assert source.id is not None
    refused: list[str] = []
    parts = (polled.runtime.database, polled.runtime.reader, polled.runtime.profile, polled.clock)
    other = Poller(*parts, known=polled.sources.known, allow_private=True)
    first = threading.Thread(target=polled.poll)
    first.start()
    assert polled.server.wait_for(1)
    try:
        other.poll(source.id)
    except UsageError as told:
        refused.append(told.title)
    first.join()
    assert refused == ["This source is being polled already"]
    assert len(polled.server.asked) == 1


def test_one_key_tracks_and_the_job_follows_its_posting(polled: Polled) -> None:
    polled.serve(posting(1), posting(2))
    polled.poll()
    number = polled.discovered.ids()[0]
    added = polled.discovered.track(number, polled.runtime.intake)
    job = polled.runtime.pages.get(added.job_id)
    assert (job.row.source, job.row.company) == ("feed:greenhouse", "Acme")
    assert number not in polled.discovered.ids()
    title = job.row.title
    other = 2 if title == "Engineer 1" else 1
    paid = [{"min_cents": 9_000_000, "max_cents": 12_000_000, "currency_type": "EUR", "title": "Yearly"}]
    polled.serve(posting(3 - other, pay_input_ranges=paid), posting(other))
    polled.poll()
    assert polled.runtime.pages.get(added.job_id).row.pay is not None
    polled.serve(posting(other))
    polled.poll()
    polled.poll()
    closed = polled.runtime.pages.get(added.job_id)
    assert closed.closed_on is not None
    polled.runtime.history.undo(None)
    assert polled.runtime.pages.get(added.job_id).closed_on is None
    polled.runtime.jobs.delete([added.job_id])
    assert number in polled.discovered.ids(everything=True)


def test_hidden_ones_stay_away(polled: Polled) -> None:
    polled.serve(posting(1), posting(2))
    polled.poll()
    number = polled.discovered.ids()[0]
    assert polled.discovered.hide([number]) == 1
    polled.poll()
    assert number not in polled.discovered.ids()
    assert polled.discovered.hide([number], hidden=False) == 1
    assert number in polled.discovered.ids()


def test_a_feed_of_the_newest_closes_only_what_it_has_not_shown_for_a_month(polled: Polled) -> None:
    polled.server.paths["/api"] = Reply((DATA / "remoteok-constructed.json").read_bytes())
    polled.sources.enable("remoteok")
    source = polled.sources.get("remoteok")
    assert source.id is not None
    first = polled.poller.poll(source.id)
    assert first.found > 1
    rows = [
        {"last_updated": 1, "legal": "…"},
        {"id": "9", "position": "Baker", "company": "Acme", "url": "https://remoteok.com/9"},
    ]
    for _ in range(40):
        polled.server.paths["/api"] = json_reply(rows)
        polled.clock.moment += timedelta(days=1)
        report = polled.poller.poll(source.id)
    assert {row.title for row in polled.discovered.page(0, 99)} == {"Baker"}
    assert report.outcome == "fine"
    assert next(row for row in polled.discovered.page(0, 9)).credit


@pytest.mark.slow
def test_without_a_network_it_is_asked_again_soon(polled: Polled) -> None:
    polled.server.stopped.set()
    for known in polled.sources.known.values():
        assert isinstance(known, RelocatedFeed)
        known.base = "http://127.0.0.1:9"
    report = polled.poll()
    assert report.outcome == "down"
    assert report.next_poll_at == NOW + timedelta(minutes=15)
    assert polled.poll().next_poll_at == NOW + timedelta(minutes=45)
