"""Job feeds over real HTTP on this machine: they answer what a test wrote, in the ways that feeds answer and fail.

with FeedServer({"/v1/jobs": Reply(b'{"jobs": []}', etag='"1"')}) as server:
    ask(server.address("/v1/jobs"))
    assert server.asked[0].headers["user-agent"].startswith("Jobcopilot/")
"""

from __future__ import annotations

import gzip
import itertools
import json
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

Fault = Literal["", "endless", "bomb", "drip", "drip headers", "truncated", "hang", "hang up", "rubbish"]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. With `etag` or `last_modified`, a question that names it gets 304 without a body."""

    body: bytes = b""
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0
    """Seconds before the first byte."""
    etag: str = ""
    last_modified: str = ""
    packed: bool = False
    """Whether the body is sent as gzip."""
    fault: Fault = ""
    """endless: chunks until the client leaves; bomb: 200 MB of zeros in 200 kB of gzip; drip: a byte every 20 ms;
    truncated: half of what Content-Length says; hang: nothing for 30 seconds; rubbish: no HTTP at all."""


def json_reply(value: Any, **options: Any) -> Reply:
    """Return an answer that holds a value as JSON."""
    return Reply(json.dumps(value).encode(), **options)


def file_reply(path: Path, **options: Any) -> Reply:
    """Return an answer that holds a recorded file."""
    return Reply(path.read_bytes(), **options)


def redirect(to: str, status: int = 302) -> Reply:
    """Return an answer that sends on to another address."""
    return Reply(status=status, headers={"Location": to})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; `began` and `ended` are seconds of the monotonic clock."""

    method: str
    path: str
    """With its query."""
    host: str
    """The `Host` header without the port."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    connection: int
    """The same number for requests over one kept connection."""
    began: float
    ended: float = 0
    """Just before the last bytes were sent; 0 while they are not."""


Replies = Reply | list[Reply] | Callable[[Asked], Reply]
"""One answer for every request; or one after the other, the last for all further; or made from what was asked."""


class FeedServer:
    """Serves until it is left; a path is looked up with its query, then without, else the answer is 404.

    `paths` may be changed while it serves. With `every_loopback` it answers at each address 127.x.y.z of this machine
    (not on macOS, which has one), so that each board can be a host of its own; only this machine can connect.
    """

    def __init__(self, paths: Mapping[str, Replies] | None = None, *, every_loopback: bool = False) -> None:
        self.paths: dict[str, Replies] = dict(paths or {})
        self.stopped = threading.Event()
        self._asked: dict[int, Asked] = {}
        self._told: dict[str, int] = {}
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._open = 0
        server = self

        class Handler(_Handler):
            feeds = server

        self._http = _Server(("0.0.0.0" if every_loopback else "127.0.0.1", 0), Handler)
        self.port: int = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    @property
    def asked(self) -> list[Asked]:
        """Every request so far, in the order in which they came."""
        with self._changed:
            return list(self._asked.values())

    def asked_for(self, path: str) -> list[Asked]:
        """Return the requests for one path, whatever their query."""
        return [one for one in self.asked if one.path.partition("?")[0] == path]

    def wait_for(self, count: int, timeout_s: float = 5) -> bool:
        """Wait until so many requests have come; tell whether they have."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._asked) >= count, timeout_s)

    def wait_for_open(self, at_most: int, timeout_s: float = 5) -> bool:
        """Wait until no more than so many connections are open; tell whether that came."""
        with self._changed:
            return self._changed.wait_for(lambda: self._open <= at_most, timeout_s)

    def address(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a path, under any host name or 127.x.y.z that leads here."""
        return f"http://{host}:{self.port}{path}"

    def reply_to(self, asked: Asked) -> Reply:
        """Return what is to be answered, before conditions are looked at."""
        for path in (asked.path, asked.path.partition("?")[0]):
            replies = self.paths.get(path)
            if isinstance(replies, Reply):
                return replies
            if isinstance(replies, list):
                with self._changed:
                    number = self._told.get(path, 0)
                    self._told[path] = number + 1
                return replies[min(number, len(replies) - 1)]
            if replies is not None:
                return replies(asked)
        return Reply(b"{}", status=404)

    def note(self, asked: Asked) -> int:
        """Keep a request; return its number."""
        number = next(self._numbers)
        with self._changed:
            self._asked[number] = asked
            self._changed.notify_all()
        return number

    def note_connection(self, change: int) -> None:
        """Keep that a connection was opened (1) or closed (-1)."""
        with self._changed:
            self._open += change
            self._changed.notify_all()

    def note_end(self, number: int) -> None:
        """Keep when the answer to a request ended."""
        with self._changed:
            self._asked[number] = replace(self._asked[number], ended=time.monotonic())


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(200_000_000), compresslevel=6)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        # HTTPServer would ask the name server for this machine's name.
        socketserver.TCPServer.server_bind(self)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Let in only this machine, also where every address is listened on."""
        return str(client_address[0]).startswith("127.")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that leave early."""


class _Handler(BaseHTTPRequestHandler):
    feeds: FeedServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    connections = itertools.count(1)

    def setup(self) -> None:
        super().setup()
        self.number = next(self.connections)
        self.feeds.note_connection(1)

    def finish(self) -> None:
        self.feeds.note_connection(-1)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        began = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(
            self.command,
            self.path,
            headers.get("host", "").rpartition(":")[0] or headers.get("host", ""),
            headers,
            body,
            self.number,
            began,
        )
        number = self.feeds.note(asked)
        try:
            reply = self.feeds.reply_to(asked)
            if reply.delay_s:
                self.feeds.stopped.wait(reply.delay_s)
            self._answer(reply, headers)
            # Noted before the last bytes go out: later, the client may have asked the next question already.
            self.feeds.note_end(number)
            self.wfile.flush()
        except OSError:
            self.feeds.note_end(number)
            self.close_connection = True

    def _answer(self, reply: Reply, headers: Mapping[str, str]) -> None:
        if reply.fault:
            self.close_connection = True
            self._fail(reply)
            return
        same = (reply.etag and headers.get("if-none-match") == reply.etag) or (
            reply.last_modified and headers.get("if-modified-since") == reply.last_modified
        )
        if same:
            self._begin(replace(reply, status=304))
            self.end_headers()
            return
        body = gzip.compress(reply.body) if reply.packed else reply.body
        self._begin(reply)
        if reply.packed:
            self.send_header("Content-Encoding", "gzip")
        if reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.status not in (204, 304):
            self.wfile.write(body)

    def _begin(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.status not in (204, 304):
            self.send_header("Content-Type", reply.media_type)
        for name, value in (("ETag", reply.etag), ("Last-Modified", reply.last_modified)):
            if value:
                self.send_header(name, value)
        for name, value in reply.headers.items():
            self.send_header(name, value)

    def _fail(self, reply: Reply) -> None:
        match reply.fault:
            case "hang up":
                pass
            case "hang":
                self.feeds.stopped.wait(30)
            case "rubbish":
                self.wfile.write(b"\x00\xff this is no HTTP\r\n\r\n")
            case "drip headers":
                self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            case "truncated":
                self._begin(reply)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body[: len(reply.body) // 2])
            case "bomb":
                self._begin(reply)
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(_bomb())
            case _:
                self._begin(reply)
                self.send_header("Connection", "close")
                self.end_headers()
                if reply.fault == "drip":
                    self._drip(reply.body or b"[")
                while not self.feeds.stopped.is_set():
                    self.wfile.write(b'{"title": "Baker"}, ' * 5000)

    def _drip(self, first: bytes) -> None:
        self.wfile.write(first)
        while not self.feeds.stopped.wait(0.02):
            self.wfile.write(b" ")
            self.wfile.flush()
