"""Feeds that answer in parts, wrongly or in circles: no posting is lost or wrongly closed, and the others go on."""

from __future__ import annotations

import io
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from jobcopilot.errors import UsageError
from jobcopilot.jobs.export import export_to
from jobcopilot.jobs.query import parse_query
from jobcopilot.sources import asking, reading
from jobcopilot.sources.asking import Asker
from jobcopilot.sources.polling import Poller
from jobcopilot.sources.views import PollProgress, PollReport
from tests.fakes.feed_server import Asked, Reply, json_reply, redirect
from tests.fakes.relocated_feed import RelocatedFeed
from tests.unit.polled_home import BOARD, NOW, Polled, polled, posting

__all__ = ["polled"]

SMART = "/v1/companies/acme/postings"
LEVER = "/v0/postings/acme"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries are held elsewhere."""
    monkeypatch.setattr(asking, "_BACKOFF_S", 0.01)


def number_of(polled: Polled, name: str) -> int:
    """Return the id of a source, which may be asked again now."""
    source = polled.sources.get(name)
    assert source.id is not None
    if source.next_poll_at is not None:
        polled.clock.moment = max(polled.clock.moment, source.next_poll_at)
    return source.id


def poll(polled: Polled, name: str, **options: Any) -> PollReport:
    return polled.poller.poll(number_of(polled, name), **options)


def on(polled: Polled, address: str) -> str:
    return polled.sources.add(address, enable=True).name


def smart(polled: Polled, count: int, **said: Any) -> None:
    """Serve a board of SmartRecruiters whose every posting has a description of its own."""

    def page(asked: Asked) -> Reply:
        begin = int(asked.path.partition("offset=")[2].partition("&")[0] or 0)
        rows = [
            {"id": str(n), "name": f"Baker {n}", "company": {"name": "Acme"}} | said
            for n in range(begin, min(begin + 100, count))
        ]
        return json_reply({"offset": begin, "limit": 100, "totalFound": count, "content": rows})

    polled.server.paths[SMART] = page
    for n in range(count):
        text = {"jobAd": {"sections": {"jobDescription": {"text": f"<p>Bake {n} loaves with Python.</p>"}}}}
        polled.server.paths[f"{SMART}/{n}"] = json_reply({"id": str(n)} | text)


def texts(polled: Polled) -> dict[str, str]:
    return {row.title: polled.discovered.detail(row.id).description for row in polled.discovered.page(0, 999)}


def details_asked(polled: Polled) -> int:
    return sum(one.path.startswith(f"{SMART}/") for one in polled.server.asked)


# Descriptions that are asked for one by one


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404),
        Reply(status=403),
        json_reply({"id": "1"}),
        json_reply({"id": "2", "jobAd": {"sections": {}}}),
        Reply(b"<html>", media_type="text/html"),
    ],
    ids=["gone", "refused", "no text", "another's", "page"],
)
def test_a_description_that_does_not_come_costs_no_other_posting(polled: Polled, reply: Reply) -> None:
    name = on(polled, "https://jobs.smartrecruiters.com/acme")
    smart(polled, 3)
    whole = polled.server.paths[f"{SMART}/1"]
    polled.server.paths[f"{SMART}/1"] = reply
    report = poll(polled, name)
    assert (report.outcome, report.found) == ("fine", 3)
    assert "1 description" in report.message
    told = texts(polled)
    assert sorted(told) == ["Baker 0", "Baker 1", "Baker 2"]
    assert (bool(told["Baker 0"]), told["Baker 1"]) == (True, "")
    # It is asked for again with the next poll, and it alone.
    polled.server.paths[f"{SMART}/1"] = whole
    before = details_asked(polled)
    assert poll(polled, name).outcome == "fine"
    assert details_asked(polled) == before + 1
    assert "Bake 1 loaves" in texts(polled)["Baker 1"]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [(Reply(status=429, headers={"Retry-After": "7200"}), "down"), (Reply(status=500), "down")],
    ids=["429", "500"],
)
def test_a_host_that_tires_of_descriptions_keeps_what_the_list_said(
    polled: Polled, reply: Reply, outcome: str
) -> None:
    name = on(polled, "https://jobs.smartrecruiters.com/acme")
    smart(polled, 8)
    for n in range(2, 8):
        polled.server.paths[f"{SMART}/{n}"] = reply
    report = poll(polled, name)
    assert (report.outcome, report.found) == (outcome, 8)
    assert [bool(text) for _, text in sorted(texts(polled).items())] == [True, True, *[False] * 6]
    assert not [one for one in polled.server.asked if one.path == f"{SMART}/5"]
    smart(polled, 8)
    assert poll(polled, name).outcome == "fine"
    assert all(texts(polled).values())


def test_only_so_many_descriptions_are_asked_for_in_one_poll_of_many_pages(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_DETAILS", 4)
    name = on(polled, "https://jobs.smartrecruiters.com/acme")
    smart(polled, 110)
    report = poll(polled, name)
    assert (report.outcome, report.found, report.pages) == ("fine", 110, 2)
    assert details_asked(polled) == 4
    assert "106 descriptions" in report.message
    poll(polled, name)
    assert details_asked(polled) == 8
    assert sum(map(bool, texts(polled).values())) == 8


def test_a_description_stays_until_the_new_one_is_there(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = on(polled, "https://jobs.smartrecruiters.com/acme")
    smart(polled, 2)
    poll(polled, name)
    smart(polled, 2, location={"city": "Graz"})
    monkeypatch.setattr(reading, "MOST_DETAILS", 0)
    assert poll(polled, name).changed == 2
    assert all("loaves" in text for text in texts(polled).values())
    assert [row.place for row in polled.discovered.page(0, 9)] == ["Graz", "Graz"]
    changed = polled.discovered.detail(polled.discovered.ids()[0]).changes[-1]
    assert set(changed.after) == {"place"}


def test_descriptions_are_progress_too(polled: Polled) -> None:
    name = on(polled, "https://jobs.smartrecruiters.com/acme")
    smart(polled, 30)
    heard: list[PollProgress] = []
    poll(polled, name, progress=heard.append)
    assert len(heard) > 5
    assert {one.total for one in heard} == {30}
    assert [one.found for one in heard] == sorted(one.found for one in heard)


def test_stopping_among_descriptions_keeps_the_page_and_those_that_came(polled: Polled) -> None:
    name = on(polled, "https://jobs.smartrecruiters.com/acme")
    smart(polled, 6)
    stop = threading.Event()
    third = polled.server.paths[f"{SMART}/3"]

    def stopped(asked: Asked) -> Reply:
        stop.set()
        return Reply(delay_s=4)

    polled.server.paths[f"{SMART}/3"] = stopped
    report = poll(polled, name, stop=stop)
    assert (report.outcome, report.found) == ("stopped", 6)
    assert sum(map(bool, texts(polled).values())) == 3
    polled.server.paths[f"{SMART}/3"] = third
    before = details_asked(polled)
    assert poll(polled, name).outcome == "fine"
    assert details_asked(polled) == before + 3
    assert all(texts(polled).values())


# Postings that cannot be read, or are not all there


def test_what_is_shown_but_cannot_be_read_is_not_closed(polled: Polled) -> None:
    polled.serve(posting(1), posting(2), posting(3), posting(4))
    polled.poll()
    polled.serve(posting(1), posting(2), posting(3), posting(4, title=None))
    for _ in range(3):
        report = polled.poll()
        assert (report.outcome, report.closed, report.rejected) == ("fine", 0, 1)
    assert len(polled.titles()) == 4


def test_rows_without_an_id_may_be_any_posting_so_none_is_closed(polled: Polled) -> None:
    polled.serve(posting(1), posting(2), posting(3), posting(4))
    polled.poll()
    polled.serve(posting(1), posting(2), posting(3), posting(4, id=None))
    for _ in range(3):
        report = polled.poll()
        assert (report.outcome, report.closed, report.rejected) == ("fine", 0, 1)
    polled.serve(posting(1), posting(2), posting(3))
    assert polled.poll().closed == 0
    assert polled.poll().closed == 1


def test_a_board_that_says_it_has_more_than_it_shows_closes_nothing(polled: Polled) -> None:
    polled.serve(*(posting(n) for n in range(4)))
    polled.poll()
    polled.server.paths[BOARD] = json_reply({"jobs": [posting(1), posting(2)], "meta": {"total": 4}})
    for _ in range(3):
        report = polled.poll()
        assert report.closed == 0
        assert "4" in report.message
    assert len(polled.titles()) == 4


def test_less_than_half_is_few_on_small_boards_too(polled: Polled) -> None:
    polled.serve(posting(1), posting(2), posting(3))
    polled.poll()
    polled.serve(posting(1))
    for _ in range(3):
        report = polled.poll()
        assert (report.outcome, report.closed) == ("few", 0)
    assert len(polled.titles()) == 3


def test_after_a_pause_of_weeks_an_empty_answer_is_few_first(polled: Polled) -> None:
    polled.serve(posting(1), posting(2))
    polled.poll()
    polled.clock.moment += timedelta(days=20)
    polled.serve()
    for _ in range(3):
        report = polled.poll()
        assert (report.outcome, report.closed) == ("few", 0)
    polled.clock.moment += timedelta(days=8)
    assert polled.poll().outcome == "empty"
    assert polled.poll().closed == 2


def test_too_few_that_did_not_change_are_still_too_few(polled: Polled) -> None:
    polled.serve(*(posting(n) for n in range(10)), etag='"all"')
    polled.poll()
    polled.serve(posting(1), etag='"one"')
    for _ in range(3):
        report = polled.poll()
        assert (report.outcome, report.found, report.closed) == ("few", 1, 0)


@pytest.mark.parametrize(
    ("address", "path", "rows"),
    [
        (
            "https://jobs.lever.co/acme",
            LEVER,
            lambda: [{"id": f"a{n}", "text": f"Baker {n}", "categories": {}} for n in range(100)],
        ),
        (
            "https://jobs.smartrecruiters.com/acme",
            SMART,
            lambda: {
                "totalFound": 10_000,
                "content": [{"id": f"!{n}", "name": f"Baker {n}"} for n in range(100)],
            },
        ),
        (
            "https://www.arbeitnow.com",
            "/api/job-board-api",
            lambda: {
                "data": [{"slug": f"a{n}", "title": "Baker", "company_name": "Acme"} for n in range(50)]
            },
        ),
        (
            "https://himalayas.app",
            "/jobs/api",
            lambda: {"jobs": [{"guid": f"a{n}", "title": "Baker", "companyName": "Acme"} for n in range(20)]},
        ),
    ],
    ids=["lever", "smartrecruiters", "arbeitnow", "himalayas"],
)
def test_pages_that_repeat_for_ever_end(
    polled: Polled, address: str, path: str, rows: Callable[[], Any]
) -> None:
    name = on(polled, address)
    polled.server.paths[path] = json_reply(rows())
    for _ in range(2):
        before = len(polled.server.asked)
        report = poll(polled, name)
        assert (report.outcome, report.closed) == ("changed", 0)
        assert "repeats" in report.message
        assert len(polled.server.asked) - before == 2
    assert report.found == polled.discovered.total()


def test_pages_of_nothing_readable_end(polled: Polled) -> None:
    name = on(polled, "https://jobs.lever.co/acme")
    polled.server.paths[LEVER] = json_reply([{"id": n} for n in range(100)])
    report = poll(polled, name)
    assert report.outcome == "changed"
    assert len(polled.server.asked) <= 3


# The way there


def test_a_public_feed_that_sends_on_to_this_machine_is_not_followed(polled: Polled) -> None:
    polled.server.paths[BOARD] = redirect(polled.server.address("/inside"))
    polled.server.paths["/inside"] = json_reply({"jobs": [posting(1)]})
    for known in polled.sources.known.values():
        assert isinstance(known, RelocatedFeed)
        known.base = polled.server.address("", "boards.example")
    parts = (polled.runtime.database, polled.runtime.reader, polled.runtime.profile, polled.clock)
    asker = Asker(clock=polled.clock, resolve=lambda host, _: ["127.0.0.1"])
    outside = Poller(*parts, asker=asker, known=polled.sources.known)
    report = outside.poll(number_of(polled, "greenhouse:acme"))
    outside.close()
    assert report.outcome == "down"
    assert "private address" in report.message
    assert polled.server.asked == []


def test_a_page_that_fails_later_keeps_those_before_it_and_closes_nothing(polled: Polled) -> None:
    name = on(polled, "https://jobs.lever.co/acme")

    def whole(asked: Asked) -> Reply:
        skip = int(asked.path.partition("skip=")[2].partition("&")[0] or 0)
        count = 100 if skip < 200 else 10
        return json_reply(
            [{"id": f"a{skip + n}", "text": f"Baker {skip + n}", "categories": {}} for n in range(count)]
        )

    polled.server.paths[LEVER] = whole
    assert poll(polled, name).found == 210

    def cut(asked: Asked) -> Reply:
        return whole(asked) if "skip=0" in asked.path else Reply(b'[{"id": "a100", "te')

    polled.server.paths[LEVER] = cut
    for _ in range(3):
        report = poll(polled, name)
        assert (report.outcome, report.found, report.closed, report.pages) == ("changed", 100, 0, 2)
    assert len(polled.titles()) == 210


@pytest.mark.parametrize(
    ("wish", "hours"),
    [("72000", 20), ("Sat, 21 Nov 2026 07:30:00 GMT", 22), ("nonsense", 6)],
    ids=["seconds", "date", "nonsense"],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_wish_to_be_left_alone_is_heeded(polled: Polled, status: int, wish: str, hours: int) -> None:
    polled.server.paths[BOARD] = Reply(status=status, headers={"Retry-After": wish})
    report = polled.poll()
    assert report.outcome == "down"
    assert report.next_poll_at == NOW + timedelta(hours=hours)


def test_a_fault_of_one_feeds_reading_leaves_the_others_alone(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    lever = polled.sources.known["lever"]
    name = on(polled, "https://jobs.lever.co/acme")
    polled.serve(posting(1))
    polled.server.paths[LEVER] = json_reply([])
    assert isinstance(lever, RelocatedFeed)

    def broken(*_: object) -> Any:
        raise KeyError("nobody thought of this")

    monkeypatch.setattr(lever, "read", broken)
    reports = {one.source: one for one in polled.poller.poll_many(polled.poller.due())}
    assert reports["greenhouse:acme"].outcome == "fine"
    assert reports[name].outcome == "changed"
    assert "nobody thought of this" in reports[name].message
    # It may be asked again once its time has come.
    assert polled.sources.get(name).next_poll_at is not None


def test_a_feed_that_this_version_does_not_know_stops_nobody(polled: Polled) -> None:
    polled.serve(posting(1))
    with sqlite3.connect(polled.runtime.home.database) as connection:
        connection.execute(
            "INSERT INTO source (profile_id, feed, board, address, enabled, added_at, health, note, failures, etag,"
            " last_modified) SELECT profile_id, 'future', '', '', 1, added_at, 'new', '', 0, '', '' FROM source"
        )
    assert [one.source for one in polled.poller.poll_many(polled.poller.due())] == ["greenhouse:acme"]


# Meanwhile


def test_a_source_that_is_switched_off_meanwhile_is_asked_no_further(polled: Polled) -> None:
    name = on(polled, "https://jobs.lever.co/acme")

    def page(asked: Asked) -> Reply:
        skip = int(asked.path.partition("skip=")[2].partition("&")[0] or 0)
        if skip == 100:
            polled.sources.disable(name)
        return json_reply(
            [{"id": f"a{skip + n}", "text": f"Baker {skip + n}", "categories": {}} for n in range(100)]
        )

    polled.server.paths[LEVER] = page
    report = poll(polled, name)
    assert (report.outcome, report.found) == ("stopped", 100)
    assert "switched off" in report.message
    assert len(polled.server.asked) == 2
    assert not polled.sources.get(name).enabled


def test_a_source_whose_profile_is_deleted_meanwhile_is_let_go(polled: Polled) -> None:
    def page(asked: Asked) -> Reply:
        with sqlite3.connect(polled.runtime.home.database, timeout=5) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("DELETE FROM source")
        return json_reply({"jobs": [posting(1)]})

    polled.server.paths[BOARD] = page
    reports = list(polled.poller.poll_many(polled.poller.due()))
    assert [one.outcome for one in reports] == ["stopped"]
    assert polled.titles() == set()


def test_a_poll_that_another_process_took_over_writes_nothing_down(polled: Polled) -> None:
    parts = (polled.runtime.database, polled.runtime.reader, polled.runtime.profile, polled.clock)
    other = Poller(*parts, known=polled.sources.known, allow_private=True)
    name = on(polled, "https://jobs.lever.co/acme")
    number = number_of(polled, name)
    reports: list[PollReport] = []

    def page(asked: Asked) -> Reply:
        if not reports:
            # This process slept for an hour (a lid was closed); another takes the poll for dead.
            polled.clock.moment += timedelta(hours=1)
            reports.append(PollReport("", "fine"))
            reports[0] = other.poll(number)
        rows = [{"id": f"a{n}", "text": f"Baker {n}", "categories": {}} for n in range(3)]
        return json_reply(rows)

    polled.server.paths[LEVER] = page
    mine = polled.poller.poll(number)
    other.close()
    assert reports[0].outcome == "fine"
    assert mine.outcome == "stopped"
    assert polled.sources.get(name).health == "fine"
    assert len(polled.titles()) == 3


def test_two_processes_do_not_ask_one_feed_at_once(polled: Polled) -> None:
    parts = (polled.runtime.database, polled.runtime.reader, polled.runtime.profile, polled.clock)
    other = Poller(*parts, known=polled.sources.known, allow_private=True)
    polled.serve(posting(1), delay_s=0.5)
    second = polled.sources.add("https://boards.greenhouse.io/another", enable=True)
    polled.serve(posting(2), path="/v1/boards/another/jobs")
    first = threading.Thread(target=polled.poll)
    first.start()
    assert polled.server.wait_for(1)
    assert second.id is not None
    try:
        with pytest.raises(UsageError, match="is asking Greenhouse"):
            other.poll(second.id)
        assert second.id not in other.due()
    finally:
        first.join()
    assert other.poll(second.id).outcome == "fine"
    other.close()


# Clocks


def test_a_clock_that_goes_back_in_a_poll_closes_nothing(polled: Polled) -> None:
    polled.serve(posting(1), posting(2))
    polled.poll()
    for _ in range(3):
        source = polled.sources.get("greenhouse:acme")
        assert source.next_poll_at is not None
        polled.clock.moment = source.next_poll_at

        def page(asked: Asked) -> Reply:
            polled.clock.moment -= timedelta(minutes=3)
            return json_reply({"jobs": [posting(1), posting(2)]})

        polled.server.paths[BOARD] = page
        assert source.id is not None
        assert polled.poller.poll(source.id).closed == 0
    assert len(polled.titles()) == 2


def test_a_clock_that_was_a_year_ahead_silences_no_source(polled: Polled) -> None:
    polled.serve(posting(1), posting(2), posting(3))
    polled.clock.moment = NOW + timedelta(days=365)
    polled.poll()
    polled.clock.moment = NOW
    source = polled.sources.get("greenhouse:acme")
    assert source.next_poll_at is None
    assert polled.poller.due() == [source.id]
    polled.serve(posting(1), posting(2))
    polled.poll()
    polled.clock.moment = NOW + timedelta(hours=7)
    assert polled.poll().closed == 1


# Which posting is which


def test_a_board_in_other_letters_is_the_same_source(polled: Polled) -> None:
    # What never answered may have been written wrongly.
    assert polled.sources.add("https://boards.greenhouse.io/Acme/jobs/77").name == "greenhouse:Acme"
    polled.serve(posting(1), path="/v1/boards/Acme/jobs")
    assert poll(polled, "greenhouse:acme").found == 1
    assert polled.sources.add("https://boards.greenhouse.io/ACME", enable=True).name == "greenhouse:Acme"
    assert len(polled.sources.mine()) == 1


def test_only_one_new_posting_repeats_a_closed_one(polled: Polled) -> None:
    polled.serve(posting(1), posting(3), posting(2, title="Baker"))
    polled.poll()
    polled.serve(posting(1), posting(3))
    polled.poll()
    polled.poll()
    polled.serve(posting(1), posting(3), posting(77, title="Baker"), posting(78, title="Baker"))
    report = polled.poll()
    assert (report.new, report.reposted) == (2, 1)


def test_a_posting_in_two_sources_is_one_job(polled: Polled) -> None:
    address = "https://job-boards.greenhouse.io/acme/jobs/1"
    polled.serve(posting(1))
    polled.poll()
    on(polled, "https://remotive.com")
    row = {
        "id": 5, "title": "Engineer 1", "company_name": "ACME", "url": address,
        "candidate_required_location": "Germany",
    }  # fmt: skip
    polled.server.paths["/api/remote-jobs"] = json_reply({"jobs": [row]})
    assert poll(polled, "remotive").found == 1
    first, second = polled.discovered.ids()
    one = polled.discovered.track(first, polled.runtime.intake)
    two = polled.discovered.track(second, polled.runtime.intake)
    assert one.job_id == two.job_id
    assert polled.discovered.ids() == []


# Credit


def test_the_credit_goes_with_a_tracked_job(polled: Polled) -> None:
    on(polled, "https://remotive.com")
    row = {
        "id": 5,
        "title": "Baker",
        "company_name": "Acme",
        "url": "https://remotive.com/5",
        "description": "Bread.",
    }
    polled.server.paths["/api/remote-jobs"] = json_reply({"jobs": [row]})
    poll(polled, "remotive")
    added = polled.discovered.track(polled.discovered.ids()[0], polled.runtime.intake)
    job = polled.runtime.pages.get(added.job_id)
    assert job.description.endswith("Jobs from Remotive (https://remotive.com)")
    polled.server.paths["/api/remote-jobs"] = json_reply({"jobs": [row | {"description": "Rolls."}]})
    poll(polled, "remotive")
    told = polled.runtime.pages.get(added.job_id).description
    assert told.startswith("Rolls.")
    assert told.count("Jobs from Remotive") == 1
    for form in ("csv", "json", "jsonl"):
        out = io.StringIO()
        export_to(out, polled.runtime.pages, parse_query("", today=NOW.date()), form)
        assert "Jobs from Remotive (https://remotive.com)" in out.getvalue()


def test_a_feeds_few_calls_a_day_are_not_spent_on_trying_again(polled: Polled) -> None:
    on(polled, "https://remotive.com")
    polled.server.paths["/api/remote-jobs"] = Reply(status=500)
    assert poll(polled, "remotive").outcome == "down"
    assert len(polled.server.asked) == 1


# A feed that did not change, hosts that many share


def test_the_newest_that_did_not_change_are_no_more_than_they_were(polled: Polled) -> None:
    on(polled, "https://remotive.com")
    rows = [
        {"id": n, "title": f"Baker {n}", "company_name": "Acme", "url": f"https://remotive.com/{n}"}
        for n in range(5)
    ]
    polled.server.paths["/api/remote-jobs"] = json_reply({"jobs": rows}, etag='"five"')
    assert poll(polled, "remotive").found == 5
    polled.server.paths["/api/remote-jobs"] = json_reply({"jobs": rows[:3]}, etag='"three"')
    assert poll(polled, "remotive").found == 3
    before = {row.title: row.id for row in polled.discovered.page(0, 9)}
    assert poll(polled, "remotive").found == 3
    assert polled.server.asked[-1].headers["if-none-match"] == '"three"'
    # What was pushed out by newer ones grows old, also while nothing changes.
    for _ in range(31):
        polled.clock.moment += timedelta(days=1)
        poll(polled, "remotive")
    assert {row.id for row in polled.discovered.page(0, 9)} == {before[f"Baker {n}"] for n in range(3)}


def test_what_was_there_unreadably_in_between_was_not_missed_twice(polled: Polled) -> None:
    many = [posting(1), posting(2), posting(3)]
    polled.serve(*many, posting(4))
    polled.poll()
    polled.serve(*many)
    polled.poll()
    polled.serve(*many, posting(4, title=None))
    polled.poll()
    polled.serve(*many)
    assert polled.poll().closed == 0
    assert polled.poll().closed == 1


def test_a_host_that_wants_rest_is_left_alone_by_all_its_boards_and_by_the_next_process(
    polled: Polled,
) -> None:
    polled.server.paths[BOARD] = Reply(status=429, headers={"Retry-After": "7200"})
    other = polled.sources.add("https://boards.greenhouse.io/another", enable=True)
    lever = polled.sources.add("https://jobs.lever.co/acme", enable=True)
    assert polled.poll().outcome == "down"
    again = polled.sources.get(other.name).next_poll_at
    assert again == NOW + timedelta(hours=2)
    assert polled.poller.due() == [lever.id]


def test_feeds_take_turns_so_that_one_slow_host_keeps_no_other_waiting(polled: Polled) -> None:
    names = [on(polled, f"https://boards.greenhouse.io/b{n}") for n in range(3)]
    names += [on(polled, "https://jobs.lever.co/acme"), on(polled, "https://remotive.com")]
    polled.sources.disable("greenhouse:acme")
    by_id = {polled.sources.get(name).id: name.partition(":")[0] for name in names}
    turns = [by_id[number] for number in polled.poller.due()]
    assert sorted(turns[:3]) == ["greenhouse", "lever", "remotive"]
    assert turns[3:] == ["greenhouse", "greenhouse"]
