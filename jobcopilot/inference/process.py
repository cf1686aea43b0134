"""The engine process from outside: started, spoken to, watched, ended."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import BinaryIO, cast

from jobcopilot.inference.engine.frames import Frame, read_frame, write_frame

COMMAND = (sys.executable, "-m", "jobcopilot.inference.engine.child")
_GRACE_SECONDS = 2.0
"""How long a process that has closed its end may take to be gone."""
_KEPT_BYTES = 8_000
"""Of what the engine printed, for the words of an error."""
DEAD: Frame = {"dead": True}
"""What the inbox says when the process is gone."""


class EngineProcess:
    """One child process; its frames arrive in `inbox`."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        # A group of its own: Ctrl-C in the terminal is for the app.
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        self._child = subprocess.Popen(  # noqa: S603  # our own module, no shell
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
            creationflags=flags,
        )
        # mkdtemp lets nobody else in (0700).
        self.folder = tempfile.mkdtemp(prefix="jobcopilot-")
        self.inbox: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self.longest_cancel: float | None = None
        self._ended_by_us = ""
        self._cancelled: dict[int, float] = {}
        self._printed: deque[bytes] = deque()
        self._sending = threading.Lock()
        self._quiet = threading.Thread(target=self._read_errors, name="engine-errors", daemon=True)
        self._quiet.start()
        threading.Thread(target=self._read, name="engine-frames", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child.poll() is None

    def send(self, frame: Frame) -> None:
        """Send a frame; a process that is gone says so in the inbox."""
        with self._sending, contextlib.suppress(OSError, ValueError):
            write_frame(cast("BinaryIO", self._child.stdin), frame)

    def cancel(self, number: int) -> None:
        """Stop a request; how long it went on is measured."""
        self._cancelled[number] = time.perf_counter()
        self.send({"do": "cancel", "id": number})

    def end(self, patience: float = 1.0) -> None:
        """End the process and wait until it is gone: first by closing its stdin, then by force."""
        with contextlib.suppress(OSError):
            assert self._child.stdin is not None
            self._child.stdin.close()
        try:
            self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it by force."""
        self._child.kill()
        self._child.wait()

    def last_words(self) -> str:
        """Say why it ended, as far as the system tells."""
        code = self._child.wait()
        self._quiet.join(1.0)
        if self._ended_by_us:
            return self._ended_by_us
        if code >= 0 or sys.platform == "win32":
            return f"it ended with code {code}{self._printed_tail()}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        reason = {
            "SIGKILL": "it was killed, most likely because the machine's memory ran out",
            "SIGSEGV": "llama.cpp crashed (segmentation fault)",
            "SIGILL": "llama.cpp was built for another processor (illegal instruction)",
            "SIGABRT": f"llama.cpp gave up{self._printed_tail()}",
            "SIGBUS": "the model file changed or its disk failed while it was read (bus error)",
        }.get(name)
        return reason or f"it ended by {name}{self._printed_tail()}"

    def _printed_tail(self) -> str:
        lines = b"".join(self._printed).decode("utf-8", "replace").strip().splitlines()
        from jobcopilot.text import clean_line

        return f": {clean_line(lines[-1], 300)}" if lines else ""

    def printed(self) -> str:
        """Return the end of what it printed; all of it once the process has ended."""
        if not self.alive:
            self._quiet.join(2.0)
        return b"".join(self._printed).decode("utf-8", "replace")

    def _read(self) -> None:
        while (frame := read_frame(cast("BinaryIO", self._child.stdout))) is not None:
            if ("ended" in frame or "error" in frame) and (begun := self._cancelled.pop(frame["id"], None)):
                taken = time.perf_counter() - begun
                self.longest_cancel = max(self.longest_cancel or 0.0, taken)
            self.inbox.put(frame)
        try:
            self._child.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._ended_by_us = "it said what nobody can read"
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.inbox.put(DEAD)

    def _read_errors(self) -> None:
        assert self._child.stderr is not None
        held = 0
        while chunk := os.read(self._child.stderr.fileno(), 4096):
            self._printed.append(chunk)
            held += len(chunk)
            while held > _KEPT_BYTES and len(self._printed) > 1:
                held -= len(self._printed.popleft())
