"""Fetching one page from servers that redirect, hang, drip, swell and lie."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from jobcopilot.errors import BadInput, NetworkError
from jobcopilot.jobs.importers import guarded_network
from jobcopilot.jobs.importers.fetch import FetchedPage, fetch_page, web_address
from jobcopilot.jobs.importers.guarded_network import Timeouts, is_private
from tests.fakes.web_server import PAGE, WebServer

SHORT = Timeouts(connect=0.5, read=0.4, total=0.8)


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def fetch(web: WebServer, path: str, **options: object) -> FetchedPage:
    return fetch_page(web.address(path), **options)  # type: ignore[arg-type]


def test_a_page_comes_with_its_type_and_an_honest_name(web: WebServer) -> None:
    page = fetch(web, "/page")
    assert page.content == PAGE
    assert (page.media_type, page.charset) == ("text/html", "utf-8")
    assert page.address == web.address("/page")
    assert web.agents[-1].startswith("Jobcopilot/")
    assert "personal job tracker" in web.agents[-1]


@pytest.mark.parametrize("path", ["/gzipped", "/deflated", "/raw-deflated", "/untyped"])
def test_packed_and_untyped_pages_are_read(web: WebServer, path: str) -> None:
    assert fetch(web, path).content == PAGE


def test_the_stated_encoding_is_used(web: WebServer) -> None:
    assert "Bäcker für Brötchen" in fetch(web, "/latin").text


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_followed(web: WebServer, code: int) -> None:
    page = fetch(web, f"/to?where=/page&code={code}")
    assert page.content == PAGE
    assert page.address == web.address("/page")


def test_cookies_of_a_redirect_are_kept(web: WebServer) -> None:
    assert fetch(web, "/cookie-wall").content == PAGE


def test_a_redirect_in_circles_ends_after_five(web: WebServer) -> None:
    before = web.asked.count("/loop")
    with pytest.raises(NetworkError, match="in circles"):
        fetch(web, "/loop")
    assert web.asked.count("/loop") - before == 6


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://host/x", "javascript:alert(1)", "http://[::bad"]
)
def test_a_redirect_to_no_web_address_is_refused(web: WebServer, target: str) -> None:
    with pytest.raises(NetworkError, match="sends on to no web address"):
        fetch(web, f"/to?where={target}")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (401, "wants a login"),
        (403, "refuses programs"),
        (404, "no such page"),
        (410, "taken down"),
        (429, "slow down"),
        (418, "refuses the request"),
        (500, "trouble of its own"),
        (503, "trouble of its own"),
        (204, "sent no page"),
    ],
)
def test_a_status_is_told_in_words_with_a_way_on(web: WebServer, code: int, words: str) -> None:
    with pytest.raises(NetworkError, match=words) as refusal:
        fetch(web, f"/status?code={code}")
    assert str(code) in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("application/pdf", "a PDF file"),
        ("image/png", "a picture"),
        ("application/x-tar", "application/x-tar"),
    ],
)
def test_what_is_no_page_is_refused_in_words(web: WebServer, kind: str, words: str) -> None:
    with pytest.raises(NetworkError, match="leads to no web page") as refusal:
        fetch(web, f"/typed?as={kind}")
    assert words in refusal.value.message


@pytest.mark.parametrize("path", ["/hang", "/drip", "/drip-headers"])
def test_a_server_that_hangs_or_drips_is_left_in_time(web: WebServer, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(NetworkError, match="did not come in time"):
        fetch(web, path, timeouts=SHORT)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("path", ["/endless", "/bomb", "/claims"])
def test_a_body_without_end_is_left_at_the_limit(web: WebServer, path: str) -> None:
    with pytest.raises(NetworkError, match="too large") as refusal:
        fetch(web, path, max_bytes=200_000)
    assert "0.2 MB" in refusal.value.message


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/hang-up", "connection broke off"),
        ("/half", "connection broke off"),
        ("/rubbish", "connection broke off"),
        ("/broken-gzip", "damaged"),
        ("/brotli", "unknown way"),
    ],
)
def test_broken_answers_are_told(web: WebServer, path: str, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        fetch(web, path)


def test_a_closed_port_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NetworkError, match="does not answer"):
        fetch_page(f"http://127.0.0.1:{port}/")


def test_an_unknown_host_is_told() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NetworkError, match="host was not found"):
        fetch_page("http://nowhere.invalid/", resolve=unknown)


def test_a_name_server_that_hangs_is_left_in_time(web: WebServer) -> None:
    def hanging(host: str, port: int) -> list[str]:
        web.stopped.wait(5)
        return []

    began = time.monotonic()
    with pytest.raises(NetworkError, match="did not come in time"):
        fetch_page("http://slow.invalid/", resolve=hanging, timeouts=SHORT)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "not an address",
        "ftp://host/file",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http://a b/",
        "https://[::bad/",
    ],
)
def test_what_is_no_web_address_is_refused_before_anything_is_opened(address: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(BadInput):
        fetch_page(address, resolve=never)


def test_an_address_without_a_scheme_is_taken_for_https() -> None:
    asked: list[tuple[str, int]] = []

    def unknown(host: str, port: int) -> list[str]:
        asked.append((host, port))
        raise OSError

    with pytest.raises(NetworkError):
        fetch_page("jobs.example/42", resolve=unknown)
    assert asked == [("jobs.example", 443)]


# --- private addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1",
        "rubbish",
    ],
)  # fmt: skip
def test_addresses_of_this_machine_and_the_local_network_are_private(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_open_internet_are_not(address: str) -> None:
    assert not is_private(address)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], list[str]]:
    """A world in which 127.0.0.1 is out on the internet and 127.0.0.2 is at home."""
    monkeypatch.setattr(guarded_network, "is_private", lambda address: address != "127.0.0.1")
    names = {
        "public.test": ["127.0.0.1"],
        "home.test": ["127.0.0.2"],
        "both.test": ["127.0.0.2", "127.0.0.1"],
    }

    def resolve(host: str, port: int) -> list[str]:
        return names.get(host) or [host]

    return resolve


@pytest.mark.parametrize("host", ["home.test", "127.0.0.2", "localhost.test"])
def test_a_public_page_cannot_send_on_to_a_private_address(
    web: WebServer, outside: Callable[[str, int], list[str]], host: str
) -> None:
    asked = len(web.asked)
    target = web.address("/page", host)
    with pytest.raises(NetworkError, match="private address"):
        fetch_page(web.address(f"/to?where={target}", "public.test"), resolve=outside)
    assert len(web.asked) == asked + 1


def test_a_private_address_that_the_person_gave_is_fetched_and_may_send_on(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_network, "is_private", lambda address: True)
    assert fetch(web, f"/to?where={web.address('/page')}").content == PAGE


def test_allow_private_lifts_the_rule(web: WebServer, outside: Callable[[str, int], list[str]]) -> None:
    # Only 127.0.0.1 listens everywhere, so that the rule is seen to be lifted by the refusal that does not come.
    target = web.address("/page", "home.test")
    with pytest.raises(NetworkError, match=r"does not answer|did not come in time") as refusal:
        fetch_page(
            web.address(f"/to?where={target}", "public.test"),
            resolve=outside,
            allow_private=True,
            timeouts=SHORT,
        )
    assert "private" not in str(refusal.value)


def test_of_several_addresses_only_public_ones_are_used(
    web: WebServer, outside: Callable[[str, int], list[str]]
) -> None:
    target = web.address("/page", "both.test")
    page = fetch_page(web.address(f"/to?where={target}", "public.test"), resolve=outside)
    assert page.content == PAGE


def test_the_checked_address_is_the_one_connected_to(
    web: WebServer, outside: Callable[[str, int], list[str]]
) -> None:
    """A name that points elsewhere the second time (DNS rebinding) finds no second time."""
    answers = {"public.test": iter([["127.0.0.1"]]), "turning.test": iter([["127.0.0.1"], ["127.0.0.2"]])}
    asked: list[str] = []

    def turning(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers[host])

    target = web.address("/page", "turning.test")
    page = fetch_page(web.address(f"/to?where={target}", "public.test"), resolve=turning)
    assert page.content == PAGE
    assert asked == ["public.test", "turning.test"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "No address was given"),
        ("  ", "No address was given"),
        ("http://a:99999/", "http://a:99999/: port 99999 is none"),
        ("http://a:0/", "port 0 is none"),
        ("http://a:abc/", "http://a:abc/: a port is a number from 1 to 65535"),
        ("https://", "https://: it names no host"),
        ("http://[::1", "a bracket is missing"),
        ("http://a b/", "a character that none may"),
        ("http://a..b/", "a dot too many"),
        ("http://-a.com/", "hyphen"),
        ("ftp://a.com/x", "ftp://a.com/x begins with ftp:"),
        ("mailto:a@b.com", "begins with mailto:"),
    ],
)
def test_what_is_no_address_is_told_with_what_is_wrong_and_what_is_accepted(
    address: str, reason: str
) -> None:
    with pytest.raises(BadInput) as told:
        fetch_page(address, resolve=lambda _host, _port: pytest.fail("nothing may be asked of the network"))
    assert reason in str(told.value)
    assert "https://" in told.value.hint


@pytest.mark.parametrize(
    "address", ["https://a.com:65535/", "a.com", "http://[::1]:80/", "http://jobs/", "https://ä.de/"]
)
def test_unusual_addresses_are_addresses(address: str) -> None:
    assert web_address(address).host
