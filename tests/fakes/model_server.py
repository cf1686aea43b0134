"""A model server on this machine that behaves, or misbehaves in every way that the ones out there do."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

WORDS = ("Tell", " me", " about", " a", " time", " you", " shipped", " something", ".")


class ModelServer:
    """Serves until it is left. `way` says how it behaves; `asked` is what it was asked, bodies parsed."""

    def __init__(self, way: str = "well") -> None:
        self.way = way
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.was_asked = threading.Event()
        self.left = threading.Event()
        self.broken_off = threading.Event()
        """Set when a client went before the answer was over."""
        server = self

        class Handler(_Handler):
            model = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = int(self._http.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.left.set()
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    model: ModelServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""

    def do_GET(self) -> None:
        self.model.paths.append(self.path)
        self.model.headers.append(dict(self.headers))
        if self.model.way == "key" and self.headers.get("Authorization") != "Bearer secret":
            self._json(401, {"error": {"message": "Invalid API Key"}})
        elif self.model.way == "elsewhere":
            self.send_response(307)
            self.send_header("Location", "http://192.0.2.1/v1/models")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.model.way in ("endless list", "dripping list"):
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            piece, pause = (b" " * 65_536, 0.0) if self.model.way == "endless list" else (b" ", 0.02)
            try:
                while not self.model.left.wait(pause):
                    self.wfile.write(piece)
            except OSError:
                self.model.broken_off.set()
            self.close_connection = True
        else:
            name = "ser\x1b]0;mine\x07ved\n" if self.model.way == "rude name" else "served"
            self._json(200, {"object": "list", "data": [{"id": name, "max_model_len": 4096}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.model.paths.append(self.path)
        self.model.asked.append(body)
        self.model.was_asked.set()
        self.model.headers.append(dict(self.headers))
        try:
            getattr(self, f"_{self.model.way}", self._well)(body)
        except (BrokenPipeError, ConnectionResetError):
            self.model.broken_off.set()
            self.close_connection = True

    # The ways

    def _well(self, body: dict[str, Any]) -> None:
        self._begin()
        for word in self._words(body):
            self._event({"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]})
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        usage = {"prompt_tokens": 40, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 30}}
        self._event({"choices": [], "usage": usage})
        self._end()

    def _whole(self, body: dict[str, Any]) -> None:
        said = "".join(self._words(body))
        self._json(200, {"choices": [{"message": {"content": said}, "finish_reason": "stop"}]})

    def _thinks(self, body: dict[str, Any]) -> None:
        self._begin()
        for word in ("<th", "ink>", "should I ask?", "</thi", "nk>\n", *self._words(body)):
            self._event({"choices": [{"delta": {"content": word}}]})
        self._event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self._end()

    def _nothing(self, _body: dict[str, Any]) -> None:
        self._begin()
        self._event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self._end()

    def _hangs(self, _body: dict[str, Any]) -> None:
        self._begin()
        self._event({"choices": [{"delta": {"content": "Tell"}}]})
        self._until_gone()

    def _mute(self, _body: dict[str, Any]) -> None:
        self._until_gone()

    def _closes(self, _body: dict[str, Any]) -> None:
        self._begin()
        self._event({"choices": [{"delta": {"content": "Tell me"}}]})
        self.close_connection = True
        self.connection.close()

    def _garbage(self, _body: dict[str, Any]) -> None:
        self._begin()
        self._chunk(b"\x00\xff\xfe<html>\x1b[31m not an event\n\n" * 20)
        self._end()

    def _odd(self, _body: dict[str, Any]) -> None:
        self._begin()
        self._event({"choices": [{"delta": {"content": "Tell"}}]})
        self._event(["no", "object"])
        self._end()

    def _fails(self, _body: dict[str, Any]) -> None:
        self._begin()
        self._event({"choices": [{"delta": {"content": "Tell"}}]})
        self._event({"error": {"message": "CUDA out of memory\x1b[31m"}})
        self._end()

    def _endless(self, _body: dict[str, Any]) -> None:
        self._begin()
        number = 0
        while not self.model.left.is_set():
            number += 1
            self._event({"choices": [{"delta": {"content": f"word{number} "}}]})

    def _loops(self, _body: dict[str, Any]) -> None:
        self._begin()
        while not self.model.left.is_set():
            self._event({"choices": [{"delta": {"content": "[[[[["}}]})

    def _line(self, _body: dict[str, Any]) -> None:
        self._begin()
        while not self.model.left.is_set():
            self._chunk(b"x" * 65_536)

    def _slow(self, body: dict[str, Any]) -> None:
        self._begin()
        for word in self._words(body) * 1000:
            self._event({"choices": [{"delta": {"content": word}}]})
            if self.model.left.wait(0.02):
                return

    def _busy(self, _body: dict[str, Any]) -> None:
        self._json(503, {"error": {"message": "Loading model"}})

    def _unknown(self, _body: dict[str, Any]) -> None:
        self._json(404, {"detail": "no such model"})

    def _refuses(self, body: dict[str, Any]) -> None:
        """Takes no response_format at all, and keeps to a form only when it is told in words, the second time."""
        if "response_format" in body:
            self._json(400, {"error": {"message": "response_format is not supported"}})
            return
        again = sum("Answer again" in one["content"] for one in body["messages"])
        self._say('{"verdict": "fair"}' if not again else f"Sure!\n```json\n{GOOD}\n```")

    def _ignores(self, body: dict[str, Any]) -> None:
        """Takes json_schema without a word and does not keep to it; knows json_object."""
        kind = body.get("response_format", {}).get("type")
        self._say(GOOD if kind == "json_object" else "I would say it was fair.")

    def _obeys(self, body: dict[str, Any]) -> None:
        self._say(GOOD if body.get("response_format", {}).get("type") == "json_schema" else "no")

    def _never(self, _body: dict[str, Any]) -> None:
        self._say("[" * 200 + "no")

    # How

    def _words(self, body: dict[str, Any]) -> tuple[str, ...]:
        return WORDS[: max(1, int(body.get("max_tokens", 9)))]

    def _say(self, text: str) -> None:
        self._begin()
        for at in range(0, len(text), 7):
            self._event({"choices": [{"delta": {"content": text[at : at + 7]}}]})
        self._event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self._end()

    def _until_gone(self) -> None:
        self.connection.settimeout(0.05)
        while not self.model.left.is_set():
            try:
                if self.connection.recv(1) == b"":
                    self.model.broken_off.set()
                    break
            except TimeoutError:
                time.sleep(0)
        self.close_connection = True

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _event(self, document: object) -> None:
        self._chunk(b"data: " + json.dumps(document).encode() + b"\n\n")

    def _chunk(self, body: bytes) -> None:
        self.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
        self.wfile.flush()

    def _end(self) -> None:
        self._chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _json(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


GOOD = '{"verdict": "fair", "score": 6, "quote": "I led", "own_part": true}'
