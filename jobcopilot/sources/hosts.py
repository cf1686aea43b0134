"""What a process remembers of each host that it asks: whose turn it is, when it may be asked again, its connection."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

import httpx

from jobcopilot.errors import Cancelled
from jobcopilot.jobs.importers.guarded_network import (
    Deadline,
    GuardedBackend,
    GuardedTransport,
    Resolver,
    Timeouts,
)

if TYPE_CHECKING:
    import ssl

LONGEST_REST_S: Final = 86_400.0
"""What a host asks for is heeded for a day at most: a slip of its clock should not silence it for years."""
_MOST_KEPT: Final = 40
"""Connections kept open at once: some systems allow a process 256 open files in all."""
_LOOK_UP_S: Final = 0.1
_UNREACHED: Final = 3
_UNREACHABLE_S: Final = 15.0


class Pace(Protocol):
    """How time passes for somebody who waits."""

    def now(self) -> float:
        """Return seconds that never go back."""
        ...

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait for some seconds, or until `stop` is set."""
        ...


class RealPace:
    """Waiting as it is."""

    def now(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait on the event itself, so that stopping is heard at once."""
        stop.wait(seconds)


@dataclass(slots=True)
class Host:
    """One host. Everything but its name is read and changed only by whoever has its turn."""

    name: str
    backend: GuardedBackend
    transport: GuardedTransport
    turn: threading.Lock = field(default_factory=threading.Lock)
    last_ended: float | None = None
    """When the last request to it ended, in seconds of the pace."""
    slow_until: datetime | None = None
    """It asked to be left alone until then."""
    slowdowns: int = 0
    """How often it has asked so in a row."""
    unreachable_until: float | None = None
    """It could not be reached several times in a row and is not tried before then, in seconds of the pace."""
    unreached: int = 0
    """How often in a row."""

    def send(
        self, request: httpx.Request, timeouts: Timeouts, stop: threading.Event, *, allow_private: bool
    ) -> httpx.Response:
        """Send a request over the kept connection or a new one. Raises what the guarded network raises."""
        if self.backend.last_was_private and not allow_private:
            # A kept connection would not be looked at again.
            self.transport.close()
        self.backend.allow_private = allow_private
        self.backend.begin(timeouts, stop)
        answer = self.transport.handle_request(request)
        answer.request = request
        return answer

    def note_reached(self, *, reached: bool, now: float) -> None:
        """Keep whether a connection came about, so that a hundred boards there do not each find out."""
        self.unreached = 0 if reached else self.unreached + 1
        self.unreachable_until = now + _UNREACHABLE_S if self.unreached >= _UNREACHED else None

    def wait_for_pause(self, pause_s: float, pace: Pace, stop: threading.Event) -> None:
        """Wait until the pause after the last request is over. Raises `Cancelled` where the person stopped it."""
        while self.last_ended is not None and (left := self.last_ended + pause_s - pace.now()) > 0:
            pace.wait(left, stop)
            heed(stop, self.name)


class Hosts:
    """All hosts that one process asks."""

    def __init__(self, resolve: Resolver) -> None:
        self._resolve = resolve
        self._lock = threading.Lock()
        self._hosts: dict[str, Host] = {}
        self._kept: OrderedDict[str, Host] = OrderedDict()

    @contextmanager
    def turn_at(self, name: str, stop: threading.Event) -> Iterator[Host]:
        """Wait for the turn at a host and have it to oneself. Raises `Cancelled` where the person stopped it."""
        host = self._host(name)
        # A lock cannot be awaited together with an event; its holder may be another poll that nobody stops.
        while not host.turn.acquire(timeout=_LOOK_UP_S):
            heed(stop, name)
        try:
            heed(stop, name)
            yield host
        finally:
            host.turn.release()
            self._keep(host)

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._lock:
            kept, self._kept = list(self._kept.values()), OrderedDict()
        for host in kept:
            _close_if_idle(host)

    def _host(self, name: str) -> Host:
        with self._lock:
            if name not in self._hosts:
                timeouts = Timeouts()
                backend = GuardedBackend(Deadline(timeouts.total), timeouts, self._resolve)
                self._hosts[name] = Host(name, backend, GuardedTransport(backend, _tls()))
            return self._hosts[name]

    def _keep(self, host: Host) -> None:
        """Let go of the connection that has not been used for longest where there are too many."""
        with self._lock:
            self._kept[host.name] = host
            self._kept.move_to_end(host.name)
            oldest = self._kept.popitem(last=False)[1] if len(self._kept) > _MOST_KEPT else None
        if oldest is not None:
            _close_if_idle(oldest)


def heed(stop: threading.Event, name: str) -> None:
    """Raise `Cancelled` where the person stopped it."""
    if stop.is_set():
        raise Cancelled("The poll was stopped", name, "What had come before is kept.")


def _close_if_idle(host: Host) -> None:
    if host.turn.acquire(blocking=False):
        try:
            host.transport.close()
        finally:
            host.turn.release()


def retry_after(value: str, now: datetime) -> datetime | None:
    """Return until when a `Retry-After` asks to wait, at most a day; None where it says nothing of use.

    Seconds or a date (RFC 9110, 10.2.3); what lies in the past says nothing.
    """
    text = value.strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        seconds = float(text[:12])
    else:
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    return now + timedelta(seconds=min(seconds, LONGEST_REST_S)) if seconds > 0 else None


@cache
def _tls() -> ssl.SSLContext:
    """Return the certificates that are trusted; reading them takes too long to do it for each host."""
    return httpx.create_ssl_context()
