"""One answer of a server, read in a thread of its own: whoever waits for it can go at any moment."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from jobcopilot.errors import Cancelled
from jobcopilot.inference.port import Cancel, ModelUnreachable
from jobcopilot.inference.server_sent import Delta, EventReader, Garbage, delta_of, error_words

if TYPE_CHECKING:
    import httpx

_LARGEST_ANSWER: Final = 20_000_000
"""Bytes of one answer; far more than any context makes."""
_LARGEST_REFUSAL: Final = 10_000
_LARGEST_LIST: Final = 1_000_000
LIST_SECONDS: Final = 10.0
"""How long a list of models may take."""


class Refused(Exception):
    """The server answered with an error status and these words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status
        self.words = words


class Wire:
    """The connection that a client uses, one at a time: known before the server has said anything."""

    def __init__(self) -> None:
        self._stream: Any = None

    def trace(self, event: str, details: dict[str, Any]) -> None:
        """Take what httpcore tells of its connections (its `trace` extension)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._stream = details["return_value"]

    def cut(self) -> None:
        """Break the connection off; closing alone would not wake the thread that waits for bytes."""
        wire = self._stream.get_extra_info("socket") if self._stream is not None else None
        if isinstance(wire, socket.socket):
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)


def ask_for_list(client: httpx.Client, wire: Wire, address: str, connect_seconds: float) -> tuple[int, bytes]:
    """Return status and body of something small; of what has no end, what came of it. Raises httpx's errors."""
    import httpx

    body, until = b"", time.monotonic() + LIST_SECONDS
    timeout = httpx.Timeout(LIST_SECONDS, connect=connect_seconds)
    with client.stream("GET", address, timeout=timeout, extensions={"trace": wire.trace}) as response:
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > _LARGEST_LIST or time.monotonic() > until:
                break
        return response.status_code, body


class HttpAnswer:
    """Posts one request; what comes back is yielded by `deltas`."""

    def __init__(self, client: httpx.Client, wire: Wire, address: str, body: dict[str, Any]) -> None:
        self._address = address
        self._wire = wire
        self._arrived: queue.SimpleQueue[Delta | BaseException | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._over = False
        threading.Thread(target=self._read, args=(client, body), name="model-answer", daemon=True).start()

    def stop(self) -> None:
        """Break the connection off; the server notices and stops computing."""
        self._stopped.set()
        self._arrived.put(None)
        if not self._over:
            self._wire.cut()

    def deltas(self, cancel: Cancel | None, silent_seconds: float) -> Iterator[Delta]:
        """Yield what arrives. Raises `Cancelled` at once, `Refused`, and `ModelUnreachable`."""
        forget = cancel.listen(lambda: self._arrived.put(None)) if cancel is not None else None
        try:
            while True:
                try:
                    item = self._arrived.get(timeout=silent_seconds + 10)
                except queue.Empty:
                    raise self._broken(f"it sent nothing for {silent_seconds:.0f} seconds") from None
                if item is None:
                    if cancel is not None and cancel.is_set():
                        raise Cancelled("The request was stopped")
                    if self._stopped.is_set():
                        raise self._broken("the connection was closed")
                    continue
                if isinstance(item, BaseException):
                    # Over by itself: the connection may serve the next request.
                    self._over = True
                    if isinstance(item, _Over):
                        return
                    raise item
                yield item
        finally:
            if forget is not None:
                forget()

    def _read(self, client: httpx.Client, body: dict[str, Any]) -> None:
        import httpx

        try:
            extensions = {"trace": self._wire.trace}
            with client.stream("POST", self._address, json=body, extensions=extensions) as response:
                if self._stopped.is_set():
                    return
                if response.status_code != 200:
                    self._arrived.put(Refused(response.status_code, error_words(_some(response))))
                elif "event-stream" in response.headers.get("content-type", ""):
                    self._read_events(response)
                else:
                    # A server that does not stream answers all at once.
                    self._arrived.put(delta_of(_some(response, _LARGEST_ANSWER)))
                    self._arrived.put(_Over())
        except Garbage as garbage:
            self._arrived.put(self._broken(f"it sent {garbage}"))
        except httpx.TimeoutException as late:
            self._arrived.put(self._broken(f"it took too long ({type(late).__name__})"))
        except Exception as broken:  # noqa: BLE001  # the thread's outermost boundary: somebody waits for words
            self._arrived.put(self._broken(f"the connection broke off ({type(broken).__name__})"))
        finally:
            self._over = True

    def _read_events(self, response: httpx.Response) -> None:
        reader = EventReader()
        read = 0
        ended = False
        for chunk in response.iter_bytes():
            read += len(chunk)
            if self._stopped.is_set():
                return
            if read > _LARGEST_ANSWER:
                raise Garbage(f"more than {_LARGEST_ANSWER:,} bytes")
            for delta in reader.feed(chunk):
                ended = ended or bool(delta.finish)
                self._arrived.put(delta)
            if reader.done:
                break
        if not (ended or reader.done):
            self._arrived.put(self._broken("it closed the connection in the middle of the answer"))
        self._arrived.put(_Over())

    def _broken(self, words: str) -> ModelUnreachable:
        return ModelUnreachable(
            "The model server broke off",
            f"{self._address}: {words}",
            "What it had said until then stands; ask again, or see the server's log.",
        )


class _Over(Exception):
    """The answer has come whole."""


def _some(response: httpx.Response, limit: int = _LARGEST_REFUSAL) -> bytes:
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > limit:
            break
    return body[:limit]
