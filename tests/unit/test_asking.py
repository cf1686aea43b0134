"""Asking feeds over real HTTP: what is asked, what comes of it, and every way in which a feed gives no answer."""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import httpx
import pytest

from jobcopilot.clock import FixedClock
from jobcopilot.errors import BadInput, Cancelled, JobcopilotError
from jobcopilot.jobs.importers import guarded_network
from jobcopilot.sources import asking
from jobcopilot.sources.asking import (
    Answered,
    Asker,
    Down,
    NotModified,
    Outcome,
    Refused,
    SentAway,
    SlowDown,
    TooLarge,
    Validators,
)
from jobcopilot.sources.feed import ChangedShape, Manners, Request
from jobcopilot.sources.hosts import retry_after
from tests.fakes.feed_server import Asked, FeedServer, Reply, json_reply, redirect

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
BRISK = Manners(crawl_delay_s=0, timeout_s=5, most_bytes=200_000)
HASTY = replace(BRISK, timeout_s=0.4)
JOBS = json_reply({"jobs": [1, 2, 3]})
ONE_MACHINE = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has only 127.0.0.1")


class Hurry:
    """Time that passes by being waited for; keeps what was waited for."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waited: list[float] = []

    def now(self) -> float:
        return self.seconds

    def wait(self, seconds: float, stop: threading.Event) -> None:
        self.waited.append(seconds)
        self.seconds += seconds


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer({"/jobs": JOBS}) as server:
        yield server


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def hurry() -> Hurry:
    return Hurry()


@pytest.fixture
def asker(clock: FixedClock, hurry: Hurry) -> Iterator[Asker]:
    asker = Asker(clock=clock, pace=hurry, jitter=lambda: 1.0, resolve=lambda _host, _port: ["127.0.0.1"])
    yield asker
    asker.close()


@pytest.fixture
def patient() -> Iterator[Asker]:
    """An asker for whom time passes as it does."""
    asker = Asker()
    yield asker
    asker.close()


def ask(
    asker: Asker,
    feeds: FeedServer,
    path: str,
    manners: Manners = BRISK,
    *,
    host: str = "127.0.0.1",
    body: bytes | None = None,
    validators: Validators | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    request = Request(feeds.address(path, host), body)
    return asker.ask(request, manners, validators=validators, allow_private=True, stop=stop)


def content(outcome: Outcome) -> bytes:
    assert isinstance(outcome, Answered)
    return outcome.answer.content


# --- what is asked ----------------------------------------------------------------------------------------


def test_an_answer_comes_with_its_address_and_kind(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = Reply(b"<jobs/>", media_type="Application/XML; charset=utf-8")
    outcome = ask(asker, feeds, "/jobs?page=2")
    assert isinstance(outcome, Answered)
    assert outcome.answer.content == b"<jobs/>"
    assert outcome.answer.media_type == "application/xml"
    assert outcome.answer.address == feeds.address("/jobs?page=2")
    assert outcome.validators == Validators()


def test_a_feed_is_asked_under_an_honest_name_and_told_nothing_else(asker: Asker, feeds: FeedServer) -> None:
    ask(asker, feeds, "/jobs")
    (asked,) = feeds.asked
    assert asked.method == "GET"
    assert re.fullmatch(r"Jobcopilot/[0-9][\w.+-]* \(\+personal job tracker\)", asked.headers["user-agent"])
    assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding"}
    assert (asked.headers["accept"], asked.headers["accept-encoding"]) == ("application/json", "gzip")


def test_a_question_with_a_body_is_posted_as_json(asker: Asker, feeds: FeedServer) -> None:
    assert content(ask(asker, feeds, "/jobs", body=b'{"offset": 20}')) == JOBS.body
    (asked,) = feeds.asked
    assert (asked.method, asked.body) == ("POST", b'{"offset": 20}')
    assert asked.headers["content-type"] == "application/json"


def test_no_proxy_of_the_environment_is_used(
    patient: Asker, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert content(ask(patient, feeds, "/jobs")) == JOBS.body


def test_no_cookie_is_kept(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/start"] = Reply(status=302, headers={"Location": "/jobs", "Set-Cookie": "seen=1"})
    feeds.paths["/jobs"] = replace(JOBS, headers={"Set-Cookie": "seen=2"})
    ask(asker, feeds, "/start")
    ask(asker, feeds, "/jobs")
    assert len(feeds.asked) == 3
    assert not any("cookie" in asked.headers for asked in feeds.asked)


def test_what_is_no_web_address_is_not_asked(asker: Asker) -> None:
    with pytest.raises(BadInput):
        asker.ask(Request("ftp://example.com/jobs"), BRISK)


# --- what has not changed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "validators",
    [
        Validators(etag='W/"abc"'),
        Validators(last_modified="Fri, 20 Nov 2026 06:00:00 GMT"),
        Validators('"abc"', "Fri, 20 Nov 2026 06:00:00 GMT"),
    ],
)
def test_what_has_not_changed_is_not_sent_again(
    asker: Asker, feeds: FeedServer, validators: Validators
) -> None:
    feeds.paths["/jobs"] = replace(JOBS, etag=validators.etag, last_modified=validators.last_modified)
    first = ask(asker, feeds, "/jobs")
    assert isinstance(first, Answered)
    assert first.validators == validators
    assert ask(asker, feeds, "/jobs", validators=first.validators) == NotModified(validators)


def test_a_new_version_comes_whole_with_its_new_name(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = replace(JOBS, etag='"2"')
    outcome = ask(asker, feeds, "/jobs", validators=Validators('"1"'))
    assert content(outcome) == JOBS.body
    assert outcome.validators == Validators('"2"')
    assert feeds.asked[0].headers["if-none-match"] == '"1"'


def test_a_question_with_a_body_is_always_answered_whole(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = replace(JOBS, etag='"1"')
    assert content(ask(asker, feeds, "/jobs", body=b"{}", validators=Validators('"1"'))) == JOBS.body


def test_nothing_changed_that_nobody_asked_about_is_no_answer(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = Reply(status=304)
    with pytest.raises(ChangedShape, match="304"):
        ask(asker, feeds, "/jobs")


@pytest.mark.parametrize("etag", ['"ä"', '"a\tb"', '"' + "x" * 600 + '"'])
def test_a_name_that_cannot_be_given_back_is_not_kept(asker: Asker, feeds: FeedServer, etag: str) -> None:
    feeds.paths["/jobs"] = replace(JOBS, etag=etag)
    outcome = ask(asker, feeds, "/jobs", validators=Validators(etag))
    assert isinstance(outcome, Answered)
    assert outcome.validators == Validators()
    assert "if-none-match" not in feeds.asked[0].headers


# --- size -------------------------------------------------------------------------------------------------


def test_a_packed_answer_is_unpacked(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = replace(JOBS, packed=True)
    assert content(ask(asker, feeds, "/jobs")) == JOBS.body


@pytest.mark.parametrize(
    "reply",
    [
        Reply(fault="endless"),
        Reply(fault="bomb"),
        Reply(b"x" * 200_001),
        Reply(b"x" * 2_000_000, packed=True),
        Reply(b"x" * 300_000, fault="truncated"),
    ],
)
def test_an_answer_without_end_is_left_at_the_limit_and_not_asked_for_again(
    asker: Asker, feeds: FeedServer, reply: Reply
) -> None:
    feeds.paths["/jobs"] = reply
    with pytest.raises(TooLarge, match=r"0\.2 MB"):
        ask(asker, feeds, "/jobs")
    assert len(feeds.asked) == 1


def test_an_answer_of_just_the_limit_is_taken(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = Reply(b"x" * 200_000)
    assert len(content(ask(asker, feeds, "/jobs"))) == 200_000


# --- refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 406, 410, 418, 451, 999])
def test_a_refusal_is_told_in_words_and_not_argued_with(asker: Asker, feeds: FeedServer, status: int) -> None:
    feeds.paths["/jobs"] = Reply(b"no", status=status)
    with pytest.raises(Refused) as refusal:
        ask(asker, feeds, "/jobs")
    assert refusal.value.status == status
    assert f"127.0.0.1/jobs answers {status}" in refusal.value.message
    assert refusal.value.hint
    assert len(feeds.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [Reply(status=204), Reply(b"x", status=206), Reply(status=302), replace(JOBS, headers={"Content-Encoding": "br"})],
)  # fmt: skip
def test_an_answer_of_no_known_kind_is_told(asker: Asker, feeds: FeedServer, reply: Reply) -> None:
    feeds.paths["/jobs"] = reply
    with pytest.raises(ChangedShape):
        ask(asker, feeds, "/jobs")


# --- slower -----------------------------------------------------------------------------------------------

SOON = NOW + timedelta(minutes=5)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wish", ["300", "300.0", format_datetime(SOON, usegmt=True)])
def test_a_host_that_asks_to_be_left_alone_is_left_alone(
    asker: Asker, feeds: FeedServer, clock: FixedClock, status: int, wish: str
) -> None:
    feeds.paths["/jobs"] = [Reply(status=status, headers={"Retry-After": wish}), JOBS]
    with pytest.raises(SlowDown) as told:
        ask(asker, feeds, "/jobs")
    assert told.value.until == SOON
    assert "until 2026-11-21 08:05" in told.value.message
    clock.moment = SOON - timedelta(seconds=1)
    with pytest.raises(SlowDown) as again:
        ask(asker, feeds, "/another-board")
    assert again.value.until == SOON
    assert len(feeds.asked) == 1
    clock.moment = SOON
    assert content(ask(asker, feeds, "/jobs")) == JOBS.body


def test_one_host_that_wants_rest_does_not_keep_another_waiting(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/busy"] = Reply(status=429)
    with pytest.raises(SlowDown):
        ask(asker, feeds, "/busy", host="busy.test")
    assert content(ask(asker, feeds, "/jobs", host="idle.test")) == JOBS.body


def test_without_a_word_of_how_long_each_time_is_twice_as_long(
    asker: Asker, feeds: FeedServer, clock: FixedClock
) -> None:
    feeds.paths["/jobs"] = [*[Reply(status=429)] * 3, JOBS, Reply(status=429)]
    rests = []
    for _ in range(3):
        with pytest.raises(SlowDown) as told:
            ask(asker, feeds, "/jobs")
        rests.append((told.value.until - clock.moment).total_seconds())
        clock.moment = told.value.until
    assert rests == [60, 120, 240]
    ask(asker, feeds, "/jobs")
    with pytest.raises(SlowDown) as told:
        ask(asker, feeds, "/jobs")
    assert told.value.until == clock.moment + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("1", 1),
        (" 90 ", 90),
        ("0.5", 0.5),
        ("86401", 86_400),
        ("9" * 5000, 86_400),
        ("Sat, 21 Nov 2026 08:00:30 GMT", 30),
        ("Saturday, 21-Nov-26 08:00:30 GMT", 30),
        ("Sat Nov 21 08:00:30 2026", 30),
        ("Sat, 21 Nov 2026 08:00:30 -0000", 30),
        ("Sat, 21 Nov 2026 10:00:30 +0200", 30),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("", None),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("٣٠", None),
        ("Sat, 21 Nov 2026 07:59:59 GMT", None),
        ("Sat, 99 Nov 2026 08:00:00 GMT", None),
        ("Sat, 21 Nov 99999 08:00:00 GMT", None),
        ("Sat, 21 Nov 2026 08:00:00 +9999", None),
    ],
)
def test_a_wish_is_read_in_each_form_and_heeded_for_a_day_at_most(wish: str, seconds: float | None) -> None:
    assert retry_after(wish, NOW) == (None if seconds is None else NOW + timedelta(seconds=seconds))


# --- down -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=500), "answers 500"),
        (Reply(status=502), "answers 502"),
        (Reply(status=503), "answers 503"),
        (Reply(status=503, headers={"Retry-After": "soon"}), "answers 503"),
        (Reply(status=408), "answers 408"),
        (Reply(fault="hang"), "in time"),
        (Reply(fault="drip"), "in time"),
        (Reply(fault="drip headers"), "in time"),
        (replace(JOBS, delay_s=5), "in time"),
        (replace(JOBS, fault="truncated"), "broke off"),
        (Reply(fault="hang up"), "broke off"),
        (Reply(fault="rubbish"), "broke off"),
        (Reply(b"no gzip", headers={"Content-Encoding": "gzip"}), "damaged"),
    ],
)
def test_a_host_in_trouble_is_asked_three_times_with_growing_pauses(
    asker: Asker, feeds: FeedServer, hurry: Hurry, reply: Reply, words: str
) -> None:
    feeds.paths["/jobs"] = reply
    began = time.monotonic()
    with pytest.raises(Down, match=words) as down:
        ask(asker, feeds, "/jobs", HASTY if words == "in time" else BRISK)
    assert time.monotonic() - began < 4
    assert down.value.reached
    assert "postings stay as they were" in down.value.hint
    assert len(feeds.asked) == 3
    assert hurry.waited == [1, 2]


def test_a_host_that_recovers_answers(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = [Reply(status=500), replace(JOBS, fault="truncated"), JOBS]
    assert content(ask(asker, feeds, "/jobs")) == JOBS.body


def test_pauses_differ_by_chance(feeds: FeedServer, hurry: Hurry) -> None:
    chances = iter([0.0, 0.5])
    feeds.paths["/jobs"] = Reply(status=500)
    with pytest.raises(Down):
        ask(Asker(pace=hurry, jitter=lambda: next(chances)), feeds, "/jobs")
    assert hurry.waited == [0.5, 1.5]


def test_the_time_for_an_answer_is_for_all_its_redirects_together(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths |= {f"/{hop}": replace(redirect(f"/{hop + 1}"), delay_s=0.15) for hop in range(4)}
    with pytest.raises(Down, match="in time"):
        ask(asker, feeds, "/0", HASTY)
    assert not feeds.asked_for("/3")


def test_a_closed_port_is_told_and_left_alone_for_a_moment(asker: Asker, hurry: Hurry) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/jobs"
    with pytest.raises(Down, match="does not answer") as down:
        asker.ask(Request(address), BRISK, allow_private=True)
    assert not down.value.reached
    waited = len(hurry.waited)
    with pytest.raises(Down, match="not reached a moment ago"):
        asker.ask(Request(address), BRISK, allow_private=True)
    assert len(hurry.waited) == waited


def test_an_unknown_host_is_looked_for_again_later(hurry: Hurry) -> None:
    looked_for: list[str] = []

    def unknown(host: str, port: int) -> list[str]:
        looked_for.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    asker = Asker(pace=hurry, resolve=unknown)
    for tries in (3, 3):
        with pytest.raises(Down) as down:
            asker.ask(Request("https://nowhere.test/jobs"), BRISK)
        assert len(looked_for) == tries
    assert "a moment ago" in str(down.value)
    hurry.seconds += 15
    with pytest.raises(Down, match="host was not found"):
        asker.ask(Request("https://nowhere.test/jobs"), BRISK)
    assert len(looked_for) == 4


def test_failures_long_past_are_not_held_against_a_host(feeds: FeedServer, hurry: Hurry) -> None:
    found = iter([False, False, True, False, True])

    def now_and_then(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if next(found) else []

    asker = Asker(pace=hurry, resolve=now_and_then)
    assert content(ask(asker, feeds, "/jobs")) == JOBS.body
    asker.close()
    assert content(ask(asker, feeds, "/jobs")) == JOBS.body
    asker.close()
    assert not list(found)


def test_a_name_server_that_hangs_is_left_in_time(feeds: FeedServer, hurry: Hurry) -> None:
    def hanging(host: str, port: int) -> list[str]:
        feeds.stopped.wait(30)
        return []

    began = time.monotonic()
    with pytest.raises(Down, match="name server"):
        Asker(pace=hurry, resolve=hanging).ask(Request("https://slow.test/jobs"), HASTY)
    assert time.monotonic() - began < 4


# --- redirects --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(asker: Asker, feeds: FeedServer, status: int) -> None:
    feeds.paths["/old"] = redirect("/jobs?a=1", status)
    outcome = ask(asker, feeds, "/old")
    assert isinstance(outcome, Answered)
    assert outcome.answer.address == feeds.address("/jobs?a=1")


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"{}"), (308, "POST", b"{}")],
)
def test_a_body_is_sent_again_only_where_the_server_says_so(
    asker: Asker, feeds: FeedServer, status: int, method: str, body: bytes
) -> None:
    feeds.paths["/old"] = redirect("/jobs", status)
    ask(asker, feeds, "/old", body=b"{}")
    first, second = feeds.asked
    assert (first.method, first.body) == ("POST", b"{}")
    assert (second.method, second.body) == (method, body)
    assert ("content-type" in second.headers) == (method == "POST")


def test_each_redirect_waits_for_its_turn(asker: Asker, feeds: FeedServer, hurry: Hurry) -> None:
    feeds.paths["/old"] = redirect("/jobs")
    ask(asker, feeds, "/old", replace(BRISK, crawl_delay_s=2))
    assert hurry.waited == [2]


def test_a_redirect_in_circles_ends_after_five(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/round"] = redirect("/round")
    with pytest.raises(SentAway, match="in circles"):
        ask(asker, feeds, "/round")
    assert len(feeds.asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:alert(1)", "http://[::bad"])
def test_a_redirect_to_no_web_address_is_not_followed(asker: Asker, feeds: FeedServer, target: str) -> None:
    feeds.paths["/old"] = redirect(target)
    with pytest.raises(SentAway, match="no web address"):
        ask(asker, feeds, "/old")


@pytest.mark.parametrize(
    ("at", "target", "followed"),
    [
        ("https://a.test/", "http://a.test/jobs", False),
        ("https://a.test/", "https://b.test/jobs", True),
        ("http://a.test/", "https://a.test/jobs", True),
        ("http://a.test/", "http://b.test/jobs", True),
    ],
)
def test_a_secured_connection_is_not_given_up(at: str, target: str, followed: bool) -> None:
    hop = asking._Hop(httpx.URL(at), "GET", {}, None, 5, may_be_private=False)
    answer = httpx.Response(302, headers={"Location": target})
    if followed:
        assert str(asking._onward(hop, answer, reached_private=False).url) == target
    else:
        with pytest.raises(SentAway, match="open connection"):
            asking._onward(hop, answer, reached_private=False)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, hurry: Hurry) -> Iterator[Asker]:
    """An asker in a world in which public.test is out on the internet and home.test is not; both lead to the fake."""

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "public.test" else ["localhost"]

    monkeypatch.setattr(guarded_network, "is_private", lambda address: address != "127.0.0.1")
    asker = Asker(pace=hurry, resolve=resolve)
    yield asker
    asker.close()


def test_a_private_address_is_asked_only_where_the_source_is_there(outside: Asker, feeds: FeedServer) -> None:
    request = Request(feeds.address("/jobs", "home.test"))
    with pytest.raises(SentAway, match="at a private address"):
        outside.ask(request, BRISK)
    assert not feeds.asked
    assert content(outside.ask(request, BRISK, allow_private=True)) == JOBS.body


@pytest.mark.parametrize("allow_private", [False, True])
def test_a_public_address_does_not_lead_to_a_private_one(
    outside: Asker, feeds: FeedServer, allow_private: bool
) -> None:
    feeds.paths["/old"] = redirect(feeds.address("/jobs", "home.test"))
    with pytest.raises(SentAway, match="sends on to a private address"):
        outside.ask(Request(feeds.address("/old", "public.test")), BRISK, allow_private=allow_private)
    assert [asked.path for asked in feeds.asked] == ["/old"]


def test_a_kept_connection_to_a_private_address_is_no_way_around(outside: Asker, feeds: FeedServer) -> None:
    feeds.paths["/old"] = redirect(feeds.address("/jobs", "home.test"))
    outside.ask(Request(feeds.address("/jobs", "home.test")), BRISK, allow_private=True)
    with pytest.raises(SentAway, match="private address"):
        outside.ask(Request(feeds.address("/old", "public.test")), BRISK, allow_private=True)
    assert [asked.path for asked in feeds.asked] == ["/jobs", "/old"]


def test_a_private_source_may_send_on_at_home_and_outside_but_not_back(
    outside: Asker, feeds: FeedServer
) -> None:
    feeds.paths["/home"] = redirect(feeds.address("/out", "home.test"))
    feeds.paths["/out"] = redirect(feeds.address("/back", "public.test"))
    feeds.paths["/back"] = redirect(feeds.address("/jobs", "home.test"))
    with pytest.raises(SentAway, match="private address"):
        outside.ask(Request(feeds.address("/home", "home.test")), BRISK, allow_private=True)
    assert [asked.path for asked in feeds.asked] == ["/home", "/out", "/back"]


# --- turns and pauses -------------------------------------------------------------------------------------


def test_threads_at_one_host_take_turns_and_pause(patient: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = replace(JOBS, delay_s=0.03)
    gentle = replace(BRISK, crawl_delay_s=0.1)
    with ThreadPoolExecutor(4) as threads:
        for outcome in threads.map(lambda page: ask(patient, feeds, f"/jobs?{page}", gentle), range(6)):
            assert content(outcome) == JOBS.body
    asked = feeds.asked
    assert len(asked) == 6
    for before, after in pairwise(asked):
        assert after.began - before.ended >= 0.1


def test_different_hosts_are_asked_at_once(patient: Asker, feeds: FeedServer) -> None:
    both = threading.Barrier(2, timeout=5)

    def meet(asked: Asked) -> Reply:
        both.wait()
        return JOBS

    feeds.paths["/meet"] = meet
    asker = Asker(resolve=lambda _host, _port: ["127.0.0.1"])
    with ThreadPoolExecutor(2) as threads:
        hosts = ["one.test", "two.test"]
        outcomes = list(threads.map(lambda host: ask(asker, feeds, "/meet", host=host), hosts))
    assert [content(outcome) for outcome in outcomes] == [JOBS.body] * 2
    asker.close()


def test_a_pause_counts_from_the_end_of_the_last_request(
    asker: Asker, feeds: FeedServer, hurry: Hurry
) -> None:
    gentle = replace(BRISK, crawl_delay_s=2)
    ask(asker, feeds, "/jobs", gentle)
    hurry.seconds += 0.5
    ask(asker, feeds, "/jobs", gentle)
    hurry.seconds += 10
    ask(asker, feeds, "/jobs", gentle)
    assert hurry.waited == [1.5]


# --- stopping ---------------------------------------------------------------------------------------------


def stopped_after(seconds: float, question: Callable[[threading.Event], object]) -> float:
    """Ask, set the event a while later, and return how many seconds after that the question ended."""
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        question(stop)
    timer.join()
    return time.monotonic() - began - seconds


def test_nothing_is_asked_after_a_stop(asker: Asker, feeds: FeedServer) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        ask(asker, feeds, "/jobs", stop=stop)
    assert not feeds.asked


def test_a_stop_is_heard_in_the_pause_between_requests(patient: Asker, feeds: FeedServer) -> None:
    gentle = replace(BRISK, crawl_delay_s=30)
    ask(patient, feeds, "/jobs", gentle)
    assert stopped_after(0.1, lambda stop: ask(patient, feeds, "/jobs", gentle, stop=stop)) < 2
    assert len(feeds.asked) == 1


def test_a_stop_is_heard_between_tries(patient: Asker, feeds: FeedServer) -> None:
    feeds.paths["/jobs"] = Reply(status=500)
    slow = Asker(jitter=lambda: 100.0)
    assert stopped_after(0.3, lambda stop: ask(slow, feeds, "/jobs", stop=stop)) < 2
    assert len(feeds.asked) == 1
    slow.close()


@pytest.mark.parametrize("fault", ["hang", "drip", "drip headers"])
def test_a_stop_is_heard_while_an_answer_is_coming(patient: Asker, feeds: FeedServer, fault: str) -> None:
    feeds.paths["/jobs"] = Reply(fault=fault)  # type: ignore[arg-type]
    wait = replace(BRISK, timeout_s=30)
    assert stopped_after(0.2, lambda stop: ask(patient, feeds, "/jobs", wait, stop=stop)) < 2


def test_a_stop_is_heard_while_another_has_the_turn(patient: Asker, feeds: FeedServer) -> None:
    enough = threading.Event()

    def slowly(asked: Asked) -> Reply:
        enough.wait(4)
        return JOBS

    feeds.paths["/slow"] = slowly
    with ThreadPoolExecutor(1) as other:
        going = other.submit(ask, patient, feeds, "/slow")
        assert feeds.wait_for(1)
        assert stopped_after(0.1, lambda stop: ask(patient, feeds, "/jobs", stop=stop)) < 2
        enough.set()
        assert content(going.result()) == JOBS.body
    assert len(feeds.asked) == 1


# --- connections ------------------------------------------------------------------------------------------


def test_a_connection_is_kept_between_questions_and_let_go_after_a_poll(
    asker: Asker, feeds: FeedServer
) -> None:
    feeds.paths["/same"] = replace(JOBS, etag='"1"')
    feeds.paths["/old"] = redirect("/jobs")
    ask(asker, feeds, "/jobs")
    ask(asker, feeds, "/old")
    ask(asker, feeds, "/same", validators=Validators('"1"'))
    with pytest.raises(Refused):
        ask(asker, feeds, "/none")
    ask(asker, feeds, "/jobs", body=b"{}")
    assert len({asked.connection for asked in feeds.asked}) == 1
    asker.close()
    assert feeds.wait_for_open(0)
    assert content(ask(asker, feeds, "/jobs")) == JOBS.body


def test_the_connection_of_a_refusal_is_let_go_too(asker: Asker, feeds: FeedServer) -> None:
    with pytest.raises(Refused):
        ask(asker, feeds, "/none")
    assert not feeds.wait_for_open(0, timeout_s=0.1)
    asker.close()
    assert feeds.wait_for_open(0)


def test_a_connection_that_broke_is_not_used_again(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/broken"] = [replace(JOBS, fault="truncated"), JOBS]
    ask(asker, feeds, "/jobs")
    assert content(ask(asker, feeds, "/broken")) == JOBS.body
    assert [asked.path for asked in feeds.asked] == ["/jobs", "/broken", "/broken"]


def test_only_so_many_connections_are_kept(asker: Asker, feeds: FeedServer) -> None:
    for number in range(60):
        ask(asker, feeds, "/jobs", host=f"board{number}.test")
    assert feeds.wait_for_open(40)
    assert not feeds.wait_for_open(39, timeout_s=0.1)


@ONE_MACHINE
def test_a_hundred_boards_on_hosts_of_their_own_are_quick() -> None:
    board = json_reply({"jobs": [{"title": "Baker", "content": "Bread. " * 300}] * 100})
    asker = Asker()
    with FeedServer({"/jobs": board}, every_loopback=True) as feeds:
        began = time.monotonic()
        with ThreadPoolExecutor(8) as threads:
            hosts = [f"127.0.0.{number}" for number in range(2, 102)]
            manners = Manners(crawl_delay_s=0)
            outcomes = list(threads.map(lambda host: ask(asker, feeds, "/jobs", manners, host=host), hosts))
        took = time.monotonic() - began
        assert {content(outcome) for outcome in outcomes} == {board.body}
        assert {asked.host for asked in feeds.asked} == set(hosts)
        assert len(feeds.asked) == 100
        asker.close()
        assert feeds.wait_for_open(0)
    assert took < 5


def test_every_fault_can_be_shown_to_a_person(asker: Asker, feeds: FeedServer) -> None:
    feeds.paths["/\x1b[31m"] = JOBS
    with pytest.raises(JobcopilotError) as refusal:
        ask(asker, feeds, "/%1b[31m")
    assert "\x1b" not in str(refusal.value)
