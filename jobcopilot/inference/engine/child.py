"""The engine process: reads requests from stdin, answers on what was stdout, ends when the app is gone.

Started as `python -m jobcopilot.inference.engine.child`. Whatever native code prints goes to stderr.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import sys
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

from jobcopilot.engines.frames import Frame, read_frame, take_stdout, write_frame
from jobcopilot.inference.engine.backend import Backend, BackendError, How, Loading, Off
from jobcopilot.inference.engine.stopping import Stopping

_NICE = 5
"""Whoever listens and draws goes first: a pass of Whisper beside a model that reads along took three times its time."""
_MOST_KEPT = 512
"""Texts whose tokens are kept: more than a session has turns."""


class Engine:
    """One model, one request at a time."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._backend: Backend | None = None
        self._context = 0
        self._folder: str | None = None
        self._leaving = False
        self._off = Off()
        self._lock = threading.Lock()
        self._running: int | None = None
        self._cancelled: set[int] = set()
        self._kept: OrderedDict[tuple[str, bool, bool], list[int]] = OrderedDict()
        self.work: queue.SimpleQueue[Frame] = queue.SimpleQueue()

    def listen(self, source: BinaryIO) -> None:
        """Take requests until the app is gone; then end at once, whatever is being computed."""
        while (frame := read_frame(source)) is not None:
            if frame.get("do") == "cancel":
                with self._lock:
                    if frame["id"] == self._running:
                        self._off.set()
                    else:
                        self._cancelled.add(frame["id"])
            else:
                self.work.put(frame)
        if self._leaving:
            return
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(0)

    def serve(self) -> None:
        """Do one request after the other; what goes wrong in one is told, and the next is served."""
        while True:
            frame = self.work.get()
            number = frame["id"]
            with self._lock:
                self._running = number
                self._off.clear()
                if number in self._cancelled:
                    self._off.set()
                # Those of requests that still wait are kept.
                self._cancelled = {one for one in self._cancelled if one > number}
            try:
                self._send({"id": number, "ended": self._do(frame)})
            except BackendError as refused:
                if frame["do"] == "load":
                    # llama.cpp's log has a thread of its own: only a plain end of the process writes it all out.
                    self._leaving = True
                    self._send({"id": number, "error": str(refused), "kind": "refused"})
                    return
                self._send({"id": number, "error": str(refused), "kind": _kind(refused)})
            except Exception as fault:  # noqa: BLE001  # the outermost boundary: the next request is served
                self._send({"id": number, "error": f"{type(fault).__name__}: {fault}", "kind": "broken"})
            finally:
                with self._lock:
                    self._running = None

    def _do(self, frame: Frame) -> Frame:
        match frame["do"]:
            case "load":
                return self._load(frame)
            case "write":
                return self._write(frame)
            case "read":
                return self._read(frame)
            case "count":
                return {"tokens": len(self._tokens([[frame["text"], False]], leading=False))}
            case other:
                raise BackendError(f"unknown request {other!r}")

    def _load(self, frame: Frame) -> Frame:
        begun = time.perf_counter()
        self._folder = frame["folder"]
        loading = Loading(frame["path"], frame["context"], frame["threads"], frame["folder"])
        if frame["speaker"] == "llama_cpp":
            from jobcopilot.inference.engine.llama_cpp_backend import LlamaCppBackend

            self._backend = LlamaCppBackend(loading)
        else:
            from jobcopilot.inference.engine.xllamacpp_backend import XllamacppBackend

            self._backend = XllamacppBackend(loading)
        self._context = loading.context
        return {"seconds": time.perf_counter() - begun}

    def _read(self, frame: Frame) -> Frame:
        begun = time.perf_counter()
        tokens = self._fitting(frame["segments"], 1)
        evaluated = self._loaded.read(tokens, self._off, self._progress(frame["id"]), gentle=frame["gentle"])
        return {
            "tokens": len(tokens),
            "evaluated": evaluated,
            "seconds": time.perf_counter() - begun,
            "cancelled": self._off.is_set(),
            "step": self._loaded.longest_step(),
        }

    def _write(self, frame: Frame) -> Frame:
        number = frame["id"]
        tokens = self._fitting(frame["segments"], frame["limit"])
        stopping = Stopping(tuple(frame["stop"]))
        said: list[str] = []

        def send(text: str) -> None:
            if text:
                said.append(text)
                self._send({"id": number, "text": text})

        def say(text: str) -> bool:
            send(stopping.feed(text))
            return stopping.stopped

        how = How(frame["limit"], frame["temperature"], frame["seed"], frame["schema"])
        written = self._loaded.write(tokens, how, self._off, say, self._progress(number))
        send(stopping.rest())
        if not stopping.stopped and said and written.tokens:
            # The same words may be cut into other tokens when they are read again; the cache knows these.
            self._keep(("".join(said), False, False), written.tokens)
        return {
            "tokens": len(tokens),
            "evaluated": written.evaluated,
            "answer": written.answer,
            "finish": "stop" if stopping.stopped else written.finish,
            "step": self._loaded.longest_step(),
        }

    @property
    def _loaded(self) -> Backend:
        if self._backend is None:
            raise BackendError("no model is loaded")
        return self._backend

    def _fitting(self, segments: list[Any], room: int) -> list[int]:
        tokens = self._tokens(segments, leading=True)
        if len(tokens) + room > self._context:
            raise BackendError(f"context: {len(tokens)} + {room} > {self._context}")
        if not tokens:
            raise BackendError("nothing was asked")
        return tokens

    def _tokens(self, segments: list[Any], *, leading: bool) -> list[int]:
        """Return the tokens of all segments; each is cut by itself, so that what follows never changes it."""
        tokens: list[int] = []
        for place, (text, marker) in enumerate(segments):
            key = (text, marker, leading and place == 0)
            found = self._kept.get(key)
            if found is None:
                found = self._loaded.tokens(text, marker=marker, first=key[2])
                self._keep(key, found)
            else:
                self._kept.move_to_end(key)
            tokens += found
        return tokens

    def _keep(self, key: tuple[str, bool, bool], tokens: list[int]) -> None:
        self._kept[key] = tokens
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def _progress(self, number: int) -> Any:
        def tell(done: int, total: int) -> None:
            self._send({"id": number, "reading": done / total if total else 1.0})

        return tell

    def _send(self, frame: Frame) -> None:
        try:
            write_frame(self._out, frame)
        except OSError:
            os._exit(0)


def _kind(refused: BackendError) -> str:
    return "context" if str(refused).startswith("context:") else "refused"


def _give_way() -> None:
    """Let other programs go first where there are too few cores; alone on the machine nothing changes."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        return
    os.nice(_NICE)
    with contextlib.suppress(OSError):
        # Linux weighs sessions first and niceness only within one (sched(7), autogroup); this process leads its own.
        Path("/proc/self/autogroup").write_text(str(_NICE), "ascii")


def main() -> None:
    """Serve until stdin ends."""
    out = take_stdout()
    with contextlib.suppress(OSError):
        # Where memory runs out, this process is the one to go, never the app.
        Path("/proc/self/oom_score_adj").write_text("800", "ascii")
    _give_way()
    engine = Engine(out)
    threading.Thread(target=engine.listen, args=(sys.stdin.buffer,), name="listen", daemon=True).start()
    engine.serve()


if __name__ == "__main__":
    main()
