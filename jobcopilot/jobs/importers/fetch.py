"""One web page, fetched because the person asked for it: bounded in time and size, and nowhere else than asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import BadInput, NetworkError
from jobcopilot.jobs.importers.unpacking import Damaged, TooMuch, UnknownPacking, unpacked
from jobcopilot.text import clean_line, decode

if TYPE_CHECKING:
    import httpx

    from jobcopilot.jobs.importers.guarded_network import GuardedBackend, GuardedTransport, Resolver, Timeouts

MOST_REDIRECTS: Final = 5
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml", ""})
_BY_HAND: Final = (
    "Open it in a browser and paste its text with jobcopilot jobs add -, or save the page and import it."
)
_STATUS: Final = {
    400: ("The site did not understand the request", "Check the address."),
    401: ("The page wants a login", _BY_HAND),
    402: ("The page wants to be paid for", _BY_HAND),
    403: ("The site refuses programs", _BY_HAND),
    404: ("There is no such page", "The posting may be closed; check the address."),
    406: ("The site refuses programs", _BY_HAND),
    410: ("The page was taken down", "The posting is probably closed."),
    429: ("The site asks to slow down", "Try again in a few minutes."),
    451: ("The page may not be shown here for legal reasons", _BY_HAND),
    999: ("The site refuses programs", _BY_HAND),
}


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it came: where it was in the end, its bytes after unpacking, and what the server called it."""

    address: str
    content: bytes
    media_type: str
    charset: str | None

    @property
    def text(self) -> str:
        """The page as text, by the encoding that the server named, else by its bytes."""
        if self.charset:
            try:
                return self.content.decode(self.charset, errors="replace")
            except LookupError:
                pass
        return decode(self.content)


def fetch_page(
    address: str,
    *,
    timeouts: Timeouts | None = None,
    max_bytes: int = 5_000_000,
    allow_private: bool = False,
    resolve: Resolver | None = None,
) -> FetchedPage:
    """Fetch a web page, following at most five redirects. Blocks for up to `timeouts.total` seconds: use a thread.

    A private address (this machine, the local network) is fetched where the person gave it, or from another private
    one, never because a public page redirects to it; `allow_private` lifts that. Raises `BadInput` for what is no
    web address, `NetworkError` for everything that the network or the server does.
    """
    import httpcore
    import httpx

    from jobcopilot.jobs.importers.guarded_network import (
        Deadline,
        GuardedBackend,
        GuardedTransport,
        Timeouts,
        resolve_by_system,
    )

    limits = timeouts or Timeouts()
    url = web_address(address)
    backend = GuardedBackend(Deadline(limits.total), limits, resolve or resolve_by_system)
    transport = GuardedTransport(backend)
    try:
        with closing(transport):
            return _follow(transport, backend, url, max_bytes, allow_private=allow_private)
    except (httpcore.TimeoutException, httpx.TimeoutException) as slow:
        raise NetworkError(
            "The page did not come in time",
            f"{_shown(url)}: {limits.total:g} seconds at most",
            "Try again later, or paste its text with jobcopilot jobs add -.",
        ) from slow
    except (httpcore.ConnectError, httpx.ConnectError) as refused:
        raise NetworkError(
            "The site does not answer",
            f"{_shown(url)}: {_why(refused)}",
            "Check the address and your connection.",
        ) from refused
    except (
        httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpx.HTTPError, httpx.InvalidURL,
        httpx.StreamError,
    ) as broken:  # fmt: skip
        raise NetworkError(
            "The connection broke off", f"{_shown(url)}: {_why(broken)}", "Try again."
        ) from broken


def _follow(
    transport: GuardedTransport,
    backend: GuardedBackend,
    url: httpx.URL,
    max_bytes: int,
    *,
    allow_private: bool,
) -> FetchedPage:
    """Fetch the page, following redirects by hand so that each target is checked."""
    import httpx

    cookies = httpx.Cookies()
    backend.allow_private = True
    for _ in range(MOST_REDIRECTS + 1):
        request = httpx.Request("GET", url, headers=_headers())
        cookies.set_cookie_header(request)
        answer = transport.handle_request(request)
        answer.request = request
        with closing(answer):
            if answer.status_code in (301, 302, 303, 307, 308) and "location" in answer.headers:
                cookies.extract_cookies(answer)
                url = _target(url, answer.headers["location"])
                backend.allow_private = allow_private or backend.last_was_private
                continue
            return _page(answer, url, max_bytes)
    raise NetworkError(
        "The page sends on in circles",
        f"{_shown(url)}: more than {MOST_REDIRECTS} redirects",
        f"It may want cookies or a login. {_BY_HAND}",
    )


def _page(answer: httpx.Response, url: httpx.URL, max_bytes: int) -> FetchedPage:
    status = answer.status_code
    if status >= 400:
        meaning, hint = _STATUS.get(status, ("", ""))
        if not meaning:
            server = status >= 500
            meaning = "The site has trouble of its own" if server else "The site refuses the request"
            hint = "Try again later." if server else _BY_HAND
        raise NetworkError(meaning, f"{_shown(url)} answers {status}", hint)
    if status != 200:
        raise NetworkError("The site sent no page", f"{_shown(url)} answers {status}", _BY_HAND)
    media_type, _, parameters = answer.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if media_type not in _PAGES:
        raise NetworkError(
            "The address leads to no web page",
            f"{_shown(url)} is {_kind(media_type)}",
            "Give the posting's page, or paste its text.",
        )
    stated = answer.headers.get("content-length", "")
    if stated.isdigit() and int(stated[:18]) > max_bytes:
        raise _too_large(url, max_bytes)
    encoding = answer.headers.get("content-encoding", "").strip().lower()
    content = _body(answer.iter_raw(), encoding, url, max_bytes)
    charset = parameters.partition("charset=")[2].split(";")[0].strip(" \"'") or None
    return FetchedPage(str(url), content, media_type or "text/html", charset)


def _body(chunks: Iterable[bytes], encoding: str, url: httpx.URL, max_bytes: int) -> bytes:
    """Collect the body."""
    try:
        return unpacked(chunks, encoding, max_bytes)
    except UnknownPacking as packing:
        raise NetworkError(
            "The page is packed in an unknown way", f"{_shown(url)}: {packing}", _BY_HAND
        ) from packing
    except TooMuch as more:
        raise _too_large(url, max_bytes) from more
    except Damaged as broken:
        raise NetworkError("The page is damaged", f"{_shown(url)}: {broken}", "Try again.") from broken


ACCEPTED: Final = "Give one that begins with https:// or http://, such as https://example.com/jobs/1."


def web_address(address: str) -> httpx.URL:
    """Return a web address as a URL; one without a scheme gets https. Raises `BadInput` that says what is wrong."""
    import httpx

    text = address.strip()
    shown = clean_line(address, 200)
    if not shown:
        raise BadInput("No address was given", "", ACCEPTED)
    if "://" not in text and not _OTHER_SCHEME.match(text):
        text = f"https://{text}"
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError) as wrong:
        bracket = text.count("[") != text.count("]")
        reason = (
            "a bracket is missing"
            if bracket
            else _PORTS
            if "port" in str(wrong)
            else clean_line(str(wrong), 100)
        )
        raise BadInput("This is no web address", f"{shown}: {reason}", ACCEPTED) from wrong
    if url.scheme not in ("http", "https"):
        raise BadInput("Only web pages are fetched", f"{shown} begins with {url.scheme}:", ACCEPTED)
    fault = _host_fault(url.host)
    if not fault and url.port is not None and not 0 < url.port < 65_536:
        fault = f"port {url.port} is none, {_PORTS}"
    if fault:
        raise BadInput("This is no web address", f"{shown}: {fault}", ACCEPTED)
    return url


_OTHER_SCHEME: Final = re.compile(r"(?:mailto|javascript|data|file|about|tel):", re.IGNORECASE)
_PORTS: Final = "a port is a number from 1 to 65535"


def _host_fault(host: str) -> str:
    """Return what is wrong with the name of a host; nothing where it may be one."""
    if not host:
        return "it names no host"
    if any(char.isspace() or char in '%<>"\\' for char in host):
        return "the host holds a character that none may"
    if ":" in host:
        return ""
    labels = host.removesuffix(".").split(".")
    if not all(labels):
        return "the host has a dot too many"
    if any(label.startswith("-") or label.endswith("-") for label in labels):
        return "no part of a host begins or ends with a hyphen"
    return ""


def _target(url: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect leads. Raises `NetworkError` for what is no web address."""
    import httpx

    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError) as wrong:
        raise NetworkError(
            "The page sends on to no web address",
            f"{_shown(url)} names {clean_line(location, 100)}",
            _BY_HAND,
        ) from wrong
    if target.scheme not in ("http", "https") or not target.host:
        raise NetworkError(
            "The page sends on to no web address",
            f"{_shown(url)} names {clean_line(location, 100)}",
            _BY_HAND,
        )
    return target


@cache
def user_agent() -> str:
    """Return the honest name under which Jobcopilot asks for anything; nothing of the person is in it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("jobcopilot")
    except PackageNotFoundError:
        number = "0"
    return f"Jobcopilot/{number} (+personal job tracker)"


def _headers() -> dict[str, str]:
    return {
        "User-Agent": user_agent(),
        "Accept": "text/html, application/xhtml+xml",
        "Accept-Encoding": "gzip",
    }


def _shown(url: httpx.URL) -> str:
    """Return an address for a message, without what may be secret in it."""
    return clean_line(f"{url.host}{url.path}", 120)


def _why(fault: BaseException) -> str:
    return clean_line(str(fault), 120) or "no reason was given"


def _kind(media_type: str) -> str:
    known = {
        "application/pdf": "a PDF file",
        "application/json": "JSON",
        "application/zip": "a zip file",
        "text/plain": "plain text",
    }
    family = {"image": "a picture", "video": "a film", "audio": "a recording"}
    return (
        known.get(media_type)
        or family.get(media_type.split("/", maxsplit=1)[0])
        or clean_line(media_type, 60)
    )


def _too_large(url: httpx.URL, max_bytes: int) -> NetworkError:
    return NetworkError(
        "The page is too large", f"{_shown(url)}: more than {max_bytes / 1_000_000:g} MB", _BY_HAND
    )
