"""A web server on this machine that misbehaves in every way that the ones out there do."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = b"<!doctype html><html><head><title>Baker at Acme</title></head><body><h1>Baker</h1><p>Bread.</p></body></html>"


class WebServer:
    """Serves until it is left; `address(path)` is where, `asked` is what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.stopped = threading.Event()
        server = self

        class Handler(_Handler):
            web = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def address(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a path under any host name that a test's resolver knows."""
        return f"http://{host}:{self.port}{path}"


class _Handler(BaseHTTPRequestHandler):
    web: WebServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.web.asked.append(self.path)
        self.web.agents.append(self.headers.get("User-Agent", ""))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answer: Callable[[dict[str, str]], None] = getattr(
            self, "get_" + parts.path.strip("/").replace("-", "_"), self.get_missing
        )
        try:
            answer(query)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""

    def send(
        self, body: bytes, *, status: int = 200, kind: str | None = "text/html; charset=utf-8", **headers: str
    ) -> None:
        self.send_response(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin(self, **headers: str) -> None:
        """Start an answer whose length nobody knows."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.close_connection = True

    def get_page(self, query: dict[str, str]) -> None:
        self.send(PAGE)

    def get_latin(self, query: dict[str, str]) -> None:
        self.send(
            "<html><body>Bäcker für Brötchen</body></html>".encode("latin-1"),
            kind="text/html; charset=ISO-8859-1",
        )

    def get_untyped(self, query: dict[str, str]) -> None:
        self.send(PAGE, kind=None)

    def get_gzipped(self, query: dict[str, str]) -> None:
        self.send(gzip.compress(PAGE), Content_Encoding="gzip")

    def get_deflated(self, query: dict[str, str]) -> None:
        self.send(zlib.compress(PAGE), Content_Encoding="deflate")

    def get_raw_deflated(self, query: dict[str, str]) -> None:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self.send(packer.compress(PAGE) + packer.flush(), Content_Encoding="deflate")

    def get_broken_gzip(self, query: dict[str, str]) -> None:
        self.send(b"\x1f\x8b\x09" + b"rubbish" * 9, Content_Encoding="gzip")

    def get_brotli(self, query: dict[str, str]) -> None:
        self.send(b"\x0b\x02\x80", Content_Encoding="br")

    def get_status(self, query: dict[str, str]) -> None:
        self.send(b"no", status=int(query["code"]))

    def get_to(self, query: dict[str, str]) -> None:
        self.send(b"", status=int(query.get("code", "302")), Location=query["where"])

    def get_loop(self, query: dict[str, str]) -> None:
        self.send(b"", status=302, Location="/loop")

    def get_cookie_wall(self, query: dict[str, str]) -> None:
        if "seen=1" in self.headers.get("Cookie", ""):
            self.send(PAGE)
        else:
            self.send(b"", status=302, Location="/cookie-wall", Set_Cookie="seen=1")

    def get_typed(self, query: dict[str, str]) -> None:
        self.send(b"%PDF-1.7", kind=query["as"])

    def get_claims(self, query: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "2000000000")
        self.end_headers()
        self.close_connection = True

    def get_endless(self, query: dict[str, str]) -> None:
        self.begin()
        while not self.web.stopped.is_set():
            self.wfile.write(b"<p>more</p>" * 5000)

    def get_bomb(self, query: dict[str, str]) -> None:
        packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
        self.send(packer.compress(b"\x00" * 200_000_000) + packer.flush(), Content_Encoding="gzip")

    def get_hang(self, query: dict[str, str]) -> None:
        self.web.stopped.wait(30)
        self.close_connection = True

    def get_drip(self, query: dict[str, str]) -> None:
        self.begin()
        while not self.web.stopped.wait(0.02):
            self.wfile.write(b".")

    def get_drip_headers(self, query: dict[str, str]) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.web.stopped.wait(0.02):
            self.wfile.write(b".")
        self.close_connection = True

    def get_hang_up(self, query: dict[str, str]) -> None:
        self.close_connection = True

    def get_half(self, query: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"<p>only a part")
        self.close_connection = True

    def get_rubbish(self, query: dict[str, str]) -> None:
        self.wfile.write(b"\x00\xff this is no HTTP\r\n\r\n")
        self.close_connection = True

    def get_missing(self, query: dict[str, str]) -> None:
        self.send(b"no", status=404)
