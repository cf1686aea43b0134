"""What servers and the proxies before them do to entity tags, and addresses that lead to none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobcopilot.calendars.caldav_calendar import CalDav
from jobcopilot.calendars.connecting import find_calendars
from jobcopilot.calendars.port import Event, Facts, Temporary
from jobcopilot.errors import UsageError
from tests.fakes.interviews import NOON


class _Compressing(BaseHTTPRequestHandler):
    """One event, behind a proxy that makes the tags of its answers weak, as nginx does where it compresses."""

    held: bytes = b""
    version = 0
    refused = 0

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        wanted = self.headers.get("If-Match")
        if wanted is not None and wanted != f'"{_Compressing.version}"':
            _Compressing.refused += 1
            self._say(412)
            return
        _Compressing.held = body
        _Compressing.version += 1
        self._say(204)

    def do_GET(self) -> None:
        self._say(200, _Compressing.held, tag=f'W/"{_Compressing.version}"')

    def _say(self, status: int, body: bytes = b"", tag: str = "") -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Compressing)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/work/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_tag_that_a_proxy_made_weak_is_no_change_of_the_event(address: str) -> None:
    facts = Facts(NOON, NOON + timedelta(hours=1), "Technical")
    calendar = CalDav(address, "", "")
    held = None
    for sequence in range(3):
        held = calendar.put(Event("a@b", sequence, facts, "UTC", NOON, NOON), held)
        assert held.etag == f'"{sequence + 1}"'
    calendar.close()
    assert _Compressing.refused == 0


@pytest.mark.parametrize("given", ["notaurl", "https://", "ftp://dav.example.com/", "mailto:ada@example.com"])
def test_what_is_no_address_is_not_asked_for(given: str) -> None:
    with pytest.raises(UsageError) as refused:
        find_calendars(given, "ada", "engine")
    assert given in str(refused.value)
    assert "One such as https://" in str(refused.value)


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with pytest.raises(Temporary) as silent:
            find_calendars(address, "ada", "engine")
    assert address in str(silent.value)
