"""Connections that end at a deadline and go only to the address that was looked at.

The host is resolved here and the socket opened to that very address, so that a name cannot point elsewhere between
the check and the connection (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import httpcore
import httpx

from jobcopilot.errors import Cancelled, NetworkError
from jobcopilot.text import clean_line

Resolver = Callable[[str, int], list[str]]
"""Host and port to IP addresses as text. Raises OSError where there are none."""

_MOST_TRIES: Final = 4
_KEPT_S: Final = 60.0
_LOOK_UP_S: Final = 0.25
"""How often somebody who may be told to stop looks up from waiting."""


class PrivateAddress(NetworkError):
    """A host is on this machine or in the local network, and was not to be."""


class UnknownHost(NetworkError):
    """No name server knows the host, or none can be reached."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that a fetch may take: for each connection, for each wait for data, and in all."""

    connect: float = 6.0
    read: float = 10.0
    total: float = 20.0


@dataclass(slots=True)
class Deadline:
    """The moment at which a fetch ends, whatever it is doing."""

    seconds: float
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.seconds

    def left(self, at_most: float | None = None) -> float:
        """Return the seconds left, at most `at_most`; never less than a hundredth, which ends at once."""
        remaining = max(0.01, self._ends - time.monotonic())
        return remaining if at_most is None else min(remaining, at_most)

    def is_over(self) -> bool:
        """Tell whether no time is left."""
        return time.monotonic() >= self._ends


def is_private(address: str) -> bool:
    """Tell whether an IP address is not one of the open internet; IPv4 within IPv6 counts as what it carries."""
    try:
        ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return is_private(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        teredo = ip.teredo[1] if ip.teredo else None
        for carried in (ip.ipv4_mapped, ip.sixtofour, teredo):
            if carried is not None:
                return is_private(str(carried))
        if int(ip) >> 32 == 0 and int(ip) > 1:
            return is_private(str(ipaddress.IPv4Address(int(ip))))
    return not ip.is_global or ip.is_multicast


def resolve_by_system(host: str, port: int) -> list[str]:
    """Ask the machine for a host's addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, to public addresses only unless told otherwise."""

    def __init__(self, deadline: Deadline, timeouts: Timeouts, resolve: Resolver) -> None:
        self.deadline, self.timeouts, self._resolve = deadline, timeouts, resolve
        self.stop: threading.Event | None = None
        self._inner = httpcore.SyncBackend()
        self.allow_private = False
        self.last_was_private = False

    def begin(self, timeouts: Timeouts, stop: threading.Event | None = None) -> None:
        """Start the time of another fetch, which goes for connections that were kept too.

        When `stop` is set, what waits for data raises `Cancelled` within a quarter of a second.
        """
        self.deadline, self.timeouts, self.stop = Deadline(timeouts.total), timeouts, stop

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that may be used and answers.

        Raises `PrivateAddress`, `UnknownHost`, and httpcore's errors where none answers.
        """
        addresses = self._addresses(host, port)
        usable = [address for address in addresses if self.allow_private or not is_private(address)]
        if not usable:
            raise PrivateAddress(
                "The page sends on to a private address",
                f"{clean_line(host, 100)} is on this machine or in your own network",
                "Nothing was fetched from there. If you trust it, give that address yourself.",
            )
        for number, address in enumerate(usable[:_MOST_TRIES], start=1):
            try:
                stream = self._inner.connect_tcp(
                    address, port, self.deadline.left(self.timeouts.connect), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(usable[:_MOST_TRIES]) or self.deadline.is_over():
                    raise
            else:
                self.last_was_private = is_private(address)
                return _GuardedStream(stream, self)
        raise httpcore.ConnectError(f"no address of {host} answers")

    def _addresses(self, host: str, port: int) -> list[str]:
        """Resolve a host; a resolver that hangs is left behind at the deadline."""
        found: list[str] = []
        fault: list[BaseException] = []

        def ask() -> None:
            try:
                found.extend(self._resolve(host, port))
            except (OSError, UnicodeError) as refused:
                fault.append(refused)

        asking = threading.Thread(target=ask, name="resolve", daemon=True)
        asking.start()
        asking.join(self.deadline.left(self.timeouts.connect))
        if asking.is_alive():
            raise httpcore.ConnectTimeout("the name server does not answer")
        if fault or not found:
            raise UnknownHost(
                "The host was not found",
                clean_line(host, 100),
                "Check the spelling and your connection.",
            )
        return found


class _GuardedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline, so that a slow drip of bytes cannot outlast it."""

    def __init__(self, inner: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self._inner, self._backend = inner, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there. Raises `Cancelled` where the person stopped it."""
        at_most = self._backend.timeouts.read
        while True:
            if self._backend.deadline.is_over():
                raise httpcore.ReadTimeout("the time for this page is over")
            if self._backend.stop is None:
                return self._inner.read(max_bytes, self._backend.deadline.left(at_most))
            if self._backend.stop.is_set():
                raise Cancelled("It was stopped", "an answer was still coming", "Nothing of it was kept.")
            try:
                return self._inner.read(max_bytes, self._backend.deadline.left(min(at_most, _LOOK_UP_S)))
            except httpcore.ReadTimeout:
                at_most -= _LOOK_UP_S
                if at_most <= 0:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all."""
        self._inner.write(buffer, self._backend.deadline.left(self._backend.timeouts.read))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Encrypt the connection; the certificate has to be the host's, whatever address was connected to."""
        connect = self._backend.timeouts.connect
        secured = self._inner.start_tls(ssl_context, server_hostname, self._backend.deadline.left(connect))
        return _GuardedStream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks of a connection."""
        return self._inner.get_extra_info(info)


class GuardedTransport(httpx.BaseTransport):
    """httpx over one guarded connection at a time, kept between requests to the same place.

    No proxy of the environment, which would resolve names by itself. `tls` is shared by many transports.
    """

    def __init__(self, backend: GuardedBackend, tls: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(),
            network_backend=backend,
            max_connections=1,
            keepalive_expiry=_KEPT_S,
            retries=0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises httpcore's errors as they are."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close the connection; a later request opens another."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer as it comes."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Any:
        return self._answer.iter_stream()

    def close(self) -> None:
        """Give the connection back."""
        self._answer.close()
