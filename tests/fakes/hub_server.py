"""A server on this machine that speaks the model hub's protocol, and drops, lies or refuses when told to."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

REPO, FILE = "tiny/Tiny-GGUF", "tiny-q4.gguf"


class HubServer:
    """Serves one file, or `files` ("owner/repo/file" to content), until it is left; `way` says how it misbehaves."""

    def __init__(
        self, content: bytes = b"", way: str = "well", files: Mapping[str, bytes] | None = None
    ) -> None:
        self.content = content
        self.files = files if files is not None else {f"{REPO}/{FILE}": content}
        self.way = way
        self.drop_after = 0
        """Bytes after which each answer breaks off; 0: never."""
        self.drops_left = 0
        self.held_after = 0
        """Bytes after which each answer waits for `go_on`; 0: never."""
        self.go_on = threading.Event()
        self.waits = threading.Event()
        """Set once an answer waits."""
        self.asked: list[tuple[str, str, str]] = []
        """Method, path, Range."""
        server = self

        class Handler(_Handler):
            hub = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def sha256(self) -> str:
        """What it says the file's checksum is."""
        return self.sha256_of(self.content)

    def tag_of(self, content: bytes) -> str:
        """Its ETag: its SHA-256, as for small files the SHA-1 that Git gives, or nothing of use."""
        if self.way == "base64":
            return "/../4Qf:x*?+=="
        if self.way in ("git", "wrong git"):
            said = content + b"another" if self.way == "wrong git" else content
            return hashlib.sha1(b"blob %d\0" % len(said) + said, usedforsecurity=False).hexdigest()
        return "one-and-only" if self.way == "no checksum" else self.sha256_of(content)

    def sha256_of(self, content: bytes) -> str:
        """What it says some content's checksum is."""
        return hashlib.sha256(content + b"another" if self.way == "wrong" else content).hexdigest()

    def __enter__(self) -> HubServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: HubServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        hub = self.hub
        asked_range = self.headers.get("Range", "")
        hub.asked.append((self.command, self.path, asked_range))
        parts = re.fullmatch(r"/([^/]+/[^/]+)/resolve/main/(.+)", self.path)
        whole = hub.files.get(f"{parts[1]}/{parts[2]}") if parts else None
        if whole is None or hub.way == "gone":
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if hub.way == "broken":
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        begin = 0
        found = re.fullmatch(r"bytes=(\d+)-", asked_range)
        if found and hub.way != "no range":
            begin = int(found[1])
        content = whole[begin:]
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(whole) - 1}/{len(whole)}")
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("X-Linked-Size", str(len(whole) + (100 if hub.way == "short" else 0)))
        self.send_header("X-Linked-ETag", f'"{hub.tag_of(whole)}"')
        self.send_header("ETag", f'"{hub.tag_of(whole)}"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not body:
            return
        if hub.drop_after and hub.drops_left and len(content) > hub.drop_after:
            hub.drops_left -= 1
            self.wfile.write(content[: hub.drop_after])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        if hub.held_after and len(content) > hub.held_after:
            self.wfile.write(content[: hub.held_after])
            self.wfile.flush()
            hub.waits.set()
            hub.go_on.wait(60)
            content = content[hub.held_after :]
        self.wfile.write(content)
