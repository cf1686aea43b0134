"""The one place that holds good manners towards feeds, and tells what a feed answered apart from why it did not.

One request at a time to a host and a pause after each, whichever thread asks; an honest name; what has not changed is
not sent again; a host that asks to be left alone is left alone. Nothing is kept of cookies, and no proxy is used.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from jobcopilot.clock import Clock, SystemClock
from jobcopilot.sources.feed import Answer, ChangedShape, Manners, Request
from jobcopilot.sources.outcomes import (
    LATER,
    Answered,
    Down,
    NoAnswer,
    NotModified,
    Outcome,
    Refused,
    SentAway,
    SlowDown,
    TooLarge,
    Validators,
)
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    import httpx

    from jobcopilot.jobs.importers.guarded_network import Resolver, Timeouts
    from jobcopilot.sources.hosts import Host, Hosts, Pace

__all__ = [
    "Answered", "Asker", "Down", "NoAnswer", "NotModified", "Outcome", "Refused", "SentAway", "SlowDown", "TooLarge",
    "Validators",
]  # fmt: skip

MOST_REDIRECTS: Final = 5
_SLOW_S: Final = 60.0
_BACKOFF_S: Final = 1.0
_LEFTOVER_BYTES: Final = 65_536
_LOOK: Final = "Open the board in a browser: it may have moved, or closed to programs."
_STATUS: Final = {
    401: ("The feed wants a login", _LOOK),
    402: ("The feed wants to be paid for", _LOOK),
    403: ("The feed refuses programs", _LOOK),
    404: ("There is no such board", "Check the company's name; it may have moved to another system."),
    406: ("The feed refuses programs", _LOOK),
    410: ("The board was taken down", "The company may have moved to another system."),
    451: ("The feed may not be shown here for legal reasons", _LOOK),
    999: ("The feed refuses programs", _LOOK),
}


class _StillDown(Down):
    """A host that could not be reached a moment ago was not tried again."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """One request on the way to an answer, and what is left of the way."""

    url: httpx.URL
    method: str
    headers: dict[str, str]
    body: bytes | None
    seconds: float
    """What is left of the time that the answer may take; waiting for one's turn does not count."""
    may_be_private: bool
    redirected: bool = False


class Asker:
    """Asks feeds. One for a process, used by as many threads as there are hosts worth asking at once."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        pace: Pace | None = None,
        resolve: Resolver | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock or SystemClock()
        self._given_pace, self._resolve, self._jitter = pace, resolve, jitter
        self._lock = threading.Lock()
        self._made: tuple[Hosts, Pace] | None = None

    def ask(
        self,
        request: Request,
        manners: Manners,
        *,
        validators: Validators | None = None,
        allow_private: bool = False,
        stop: threading.Event | None = None,
    ) -> Outcome:
        """Ask one question, `manners.most_tries` times at most where the host is down. Blocks: use a thread.

        `manners.timeout_s` is for each try and does not count waiting for one's turn. `allow_private` says that the
        source itself is on this machine or in the local network, as the person gave it; a public address never leads
        there. Raises `Refused`, `SlowDown`, `Down`, `TooLarge`, `SentAway` (all `NoAnswer`), `ChangedShape` for an
        answer of no known kind, `BadInput` for what is no web address, and `Cancelled` soon after `stop` is set.
        """
        from jobcopilot.jobs.importers.fetch import web_address
        from jobcopilot.sources.hosts import heed

        url = web_address(request.address)
        known = validators if validators and request.body is None else Validators()
        hop = _Hop(
            url,
            "GET" if request.body is None else "POST",
            _headers(request, known),
            request.body,
            manners.timeout_s,
            allow_private,
        )
        halt = stop or threading.Event()
        told: Down | None = None
        for tried in range(manners.most_tries):
            try:
                return self._follow(hop, manners, known, halt)
            except _StillDown as still:
                raise told or still from None
            except Down as down:
                if tried == manners.most_tries - 1:
                    raise
                told = down
            # Half of it by chance, so that many who were turned away together do not come back together.
            self._parts()[1].wait(_BACKOFF_S * 2**tried * (0.5 + self._jitter() / 2), halt)
            heed(halt, url.host)
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Close the connections that were kept, as after a poll; a later question opens others."""
        if self._made is not None:
            self._made[0].close()

    def _parts(self) -> tuple[Hosts, Pace]:
        """Return the hosts and the pace, made at the first question: httpx is not loaded before."""
        with self._lock:
            if self._made is None:
                from jobcopilot.jobs.importers.guarded_network import resolve_by_system
                from jobcopilot.sources.hosts import Hosts, RealPace

                self._made = Hosts(self._resolve or resolve_by_system), self._given_pace or RealPace()
            return self._made

    def _follow(self, hop: _Hop, manners: Manners, known: Validators, stop: threading.Event) -> Outcome:
        """Ask once, following redirects by hand so that each target is checked and has its own turn."""
        for _ in range(MOST_REDIRECTS + 1):
            came = self._take(hop, manners, known, stop)
            if not isinstance(came, _Hop):
                return came
            hop = came
        raise SentAway(
            "The feed sends on in circles", f"{_shown(hop.url)}: more than {MOST_REDIRECTS} redirects", _LOOK
        )

    def _take(self, hop: _Hop, manners: Manners, known: Validators, stop: threading.Event) -> Outcome | _Hop:
        """Send one request when it is its turn, and read what comes."""
        hosts, pace = self._parts()
        with hosts.turn_at(hop.url.netloc.decode("ascii").lower(), stop) as host:
            self._heed_wishes(host, hop, pace)
            host.wait_for_pause(manners.crawl_delay_s, pace, stop)
            try:
                with _network_faults_told(hop):
                    answer = host.send(
                        _http(hop), _timeouts(hop, manners), stop, allow_private=hop.may_be_private
                    )
                    with closing(answer):
                        came = self._read(answer, hop, host, manners, known)
            except Down as down:
                host.note_reached(reached=down.reached, now=pace.now())
                raise
            finally:
                host.last_ended = pace.now()
            host.note_reached(reached=True, now=pace.now())
            left = host.backend.deadline.left()
        return replace(came, seconds=left) if isinstance(came, _Hop) else came

    def _heed_wishes(self, host: Host, hop: _Hop, pace: Pace) -> None:
        """Raise what the host said a moment ago to somebody else, rather than ask it again."""
        from jobcopilot.sources.hosts import LONGEST_REST_S

        now = self._clock.now()
        # A wish from further ahead than any is heeded comes from a clock that was wrong.
        if host.slow_until is not None and now < host.slow_until <= now + timedelta(seconds=LONGEST_REST_S):
            raise self._slow_down(hop, host.slow_until)
        if host.unreachable_until is not None and pace.now() < host.unreachable_until:
            raise _StillDown(
                "The feed does not answer", f"{_shown(hop.url)} was not reached a moment ago", reached=False
            )

    def _read(
        self, answer: httpx.Response, hop: _Hop, host: Host, manners: Manners, known: Validators
    ) -> Outcome | _Hop:
        from jobcopilot.sources.hosts import LONGEST_REST_S, retry_after

        status = answer.status_code
        wish = retry_after(answer.headers.get("retry-after", ""), self._clock.now())
        if status == 429 or (status == 503 and wish is not None):
            seconds = min(LONGEST_REST_S, _SLOW_S * 2 ** min(host.slowdowns, 12))
            host.slowdowns += 1
            host.slow_until = wish or self._clock.now() + timedelta(seconds=seconds)
            raise self._slow_down(hop, host.slow_until)
        host.slowdowns, host.slow_until = 0, None
        if status == 304 and known != Validators():
            _leave_connection_usable(answer)
            now = _validators(answer)
            return NotModified(Validators(now.etag or known.etag, now.last_modified or known.last_modified))
        if status in (301, 302, 303, 307, 308) and "location" in answer.headers:
            _leave_connection_usable(answer)
            return _onward(hop, answer, reached_private=host.backend.last_was_private)
        if status != 200:
            _leave_connection_usable(answer)
            raise _fault_of(status, hop.url)
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        content = _body(answer, hop.url, manners.most_bytes)
        return Answered(Answer(str(hop.url), content, clean_line(media_type, 100)), _validators(answer))

    def _slow_down(self, hop: _Hop, until: datetime) -> SlowDown:
        when = until.astimezone(self._clock.zone())
        return SlowDown(
            "The feed asks to slow down",
            f"{clean_line(hop.url.host, 100)} wants to be left alone until {when:%Y-%m-%d %H:%M}",
            LATER,
            until=until,
        )


def _headers(request: Request, known: Validators) -> dict[str, str]:
    from jobcopilot.jobs.importers.fetch import user_agent

    wanted = {
        "User-Agent": user_agent(),
        "Accept": request.accept,
        "Accept-Encoding": "gzip",
        "Content-Type": "application/json" if request.body is not None else "",
        "If-None-Match": _header_text(known.etag),
        "If-Modified-Since": _header_text(known.last_modified),
    }
    return {name: value for name, value in wanted.items() if value}


def _http(hop: _Hop) -> httpx.Request:
    import httpx

    return httpx.Request(hop.method, hop.url, headers=hop.headers, content=hop.body)


def _timeouts(hop: _Hop, manners: Manners) -> Timeouts:
    from jobcopilot.jobs.importers.guarded_network import Timeouts

    # Some feeds think for long before the first byte; none needs half of its time for one.
    return Timeouts(connect=6.0, read=max(10.0, manners.timeout_s / 2), total=hop.seconds)


@contextmanager
def _network_faults_told(hop: _Hop) -> Iterator[None]:
    """Tell faults of the network as `Down` and `SentAway`."""
    import httpcore
    import httpx

    from jobcopilot.jobs.importers.guarded_network import PrivateAddress, UnknownHost

    try:
        yield
    except PrivateAddress as private:
        title = "The feed sends on to" if hop.redirected else "The feed is at"
        raise SentAway(f"{title} a private address", private.message, "Nothing was asked there.") from private
    except UnknownHost as unknown:
        raise Down(
            "The feed's host was not found",
            unknown.message,
            f"Check your connection. {LATER}",
            reached=False,
        ) from unknown
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
        raise Down(
            "The feed does not answer", f"{_shown(hop.url)}: {_why(refused)}", reached=False
        ) from refused
    except (httpcore.TimeoutException, httpx.TimeoutException) as slow:
        raise Down("The feed did not answer in time", _shown(hop.url)) from slow
    except (
        httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpx.HTTPError, httpx.StreamError,
    ) as broken:  # fmt: skip
        raise Down("The connection broke off", f"{_shown(hop.url)}: {_why(broken)}") from broken


def _leave_connection_usable(answer: httpx.Response) -> None:
    """Read a short body that nobody wants, since a connection with something left in it has to be closed."""
    import httpcore

    stated = answer.headers.get("content-length", "0" if answer.status_code == 304 else "")
    if stated.isdigit() and int(stated[:18]) <= _LEFTOVER_BYTES:
        with suppress(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            for _ in answer.iter_raw():
                pass


def _onward(hop: _Hop, answer: httpx.Response, *, reached_private: bool) -> _Hop:
    """Return the request that a redirect asks for. Raises `SentAway` for one that is not followed."""
    import httpx

    location = answer.headers["location"]
    named = f"{_shown(hop.url)} names {clean_line(location, 100)}"
    try:
        target = hop.url.join(location)
    except (httpx.InvalidURL, ValueError) as wrong:
        raise SentAway("The feed sends on to no web address", named, _LOOK) from wrong
    if target.scheme not in ("http", "https") or not target.host:
        raise SentAway("The feed sends on to no web address", named, _LOOK)
    if hop.url.scheme == "https" and target.scheme == "http":
        raise SentAway("The feed sends on to an open connection", named, _LOOK)
    # What is asked with a body is asked again only where the server says so (RFC 9110, 15.4).
    again = answer.status_code in (307, 308)
    headers = {name: value for name, value in hop.headers.items() if again or name != "Content-Type"}
    return replace(
        hop,
        url=target,
        method=hop.method if again else "GET",
        headers=headers,
        body=hop.body if again else None,
        may_be_private=hop.may_be_private and reached_private,
        redirected=True,
    )


def _fault_of(status: int, url: httpx.URL) -> NoAnswer | ChangedShape:
    message = f"{_shown(url)} answers {status}"
    if status >= 500 and status != 999:
        return Down("The feed has trouble of its own", message)
    if status in (408, 425):
        return Down("The feed did not take the question in time", message)
    if status >= 400:
        title, hint = _STATUS.get(status, ("The feed refuses the question", _LOOK))
        return Refused(title, message, hint, status=status)
    return ChangedShape("The feed sent no answer that is known", message, LATER)


def _body(answer: httpx.Response, url: httpx.URL, most_bytes: int) -> bytes:
    from jobcopilot.jobs.importers.unpacking import Damaged, TooMuch, UnknownPacking, unpacked

    stated = answer.headers.get("content-length", "")
    too_large = TooLarge(
        "The feed's answer is too large", f"{_shown(url)}: more than {most_bytes / 1_000_000:g} MB", LATER
    )
    if stated.isdigit() and int(stated[:18]) > most_bytes:
        raise too_large
    try:
        return unpacked(
            answer.iter_raw(), answer.headers.get("content-encoding", "").strip().lower(), most_bytes
        )
    except TooMuch as more:
        raise too_large from more
    except UnknownPacking as packing:
        raise ChangedShape(
            "The feed's answer is packed in an unknown way", f"{_shown(url)}: {packing}", LATER
        ) from packing
    except Damaged as broken:
        raise Down("The feed's answer came damaged", f"{_shown(url)}: {broken}") from broken


def _validators(answer: httpx.Response) -> Validators:
    headers = answer.headers
    return Validators(_header_text(headers.get("etag", "")), _header_text(headers.get("last-modified", "")))


def _header_text(value: str) -> str:
    """Return what may be kept and sent back in a header; nothing for what may not."""
    return value if value.isascii() and value.isprintable() and len(value) <= 500 else ""


def _shown(url: httpx.URL) -> str:
    """Return an address for a message, without what may be secret in it."""
    return clean_line(f"{url.host}{url.path}", 120)


def _why(fault: BaseException) -> str:
    return clean_line(str(fault), 120) or "no reason was given"
