"""An engine process from outside: started, spoken to, watched, ended."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from typing import BinaryIO, Final, cast

from jobcopilot.engines.frames import Frame, read_frame, write_frame
from jobcopilot.text import clean_line

_GRACE_SECONDS: Final = 2.0
"""How long a process that has closed its end may take to be gone."""
_KEPT_BYTES: Final = 8_000
"""Of what it printed, for the words of an error."""
DEAD: Final[Frame] = {"dead": True}
"""What the inbox says when the process is gone."""


class ChildProcess:
    """One child process; its frames arrive in `inbox`, the last one is `DEAD`."""

    def __init__(self, command: Sequence[str], name: str) -> None:
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
        self.inbox: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self._ended_by_us = ""
        self._over = threading.Event()
        self._printed: deque[bytes] = deque()
        self._sending = threading.Lock()
        self._quiet = threading.Thread(target=self._read_errors, name=f"{name}-errors", daemon=True)
        self._quiet.start()
        threading.Thread(target=self._read, name=f"{name}-frames", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        # While the reading thread collects it, poll() cannot tell: the thread says so before it begins.
        return not self._over.is_set() and self._child.poll() is None

    def send(self, frame: Frame) -> None:
        """Send a frame; a process that is gone says so in the inbox."""
        with self._sending, contextlib.suppress(OSError, ValueError):
            write_frame(cast("BinaryIO", self._child.stdin), frame)

    def end(self, patience: float = _GRACE_SECONDS) -> None:
        """End the process and wait until it is gone: first by closing its stdin, then by force."""
        # Whoever writes to a process that reads nothing holds the pipe: closing it would wait for them.
        if not self._sending.acquire(timeout=patience):
            self.kill()
            return
        try:
            with contextlib.suppress(OSError):
                assert self._child.stdin is not None
                self._child.stdin.close()
        finally:
            self._sending.release()
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
        return self._why(name)

    def printed(self) -> str:
        """Return the end of what it printed; all of it once the process has ended."""
        if not self.alive:
            self._quiet.join(2.0)
        return b"".join(self._printed).decode("utf-8", "replace")

    def _why(self, name: str) -> str:
        """Say what a signal that ended it means; a room knows its own engine better."""
        return f"it ended by {name}{self._printed_tail()}"

    def _printed_tail(self) -> str:
        lines = b"".join(self._printed).decode("utf-8", "replace").strip().splitlines()
        return f": {clean_line(lines[-1], 300)}" if lines else ""

    def _hear(self, frame: Frame) -> None:
        self.inbox.put(frame)

    def _gone(self) -> None:
        """Clear up after the process, before the inbox says that it is gone."""

    def _read(self) -> None:
        while (frame := read_frame(cast("BinaryIO", self._child.stdout))) is not None:
            self._hear(frame)
        self._over.set()
        try:
            self._child.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._ended_by_us = "it said what nobody can read"
            self.kill()
        self._gone()
        self.inbox.put(DEAD)

    def _read_errors(self) -> None:
        assert self._child.stderr is not None
        held = 0
        while chunk := os.read(self._child.stderr.fileno(), 4096):
            self._printed.append(chunk)
            held += len(chunk)
            while held > _KEPT_BYTES and len(self._printed) > 1:
                held -= len(self._printed.popleft())
