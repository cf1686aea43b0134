"""The listening process from outside: started, spoken to, watched, ended."""

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

from jobcopilot.text import clean_line
from jobcopilot.voice.events import Frame
from jobcopilot.voice.frames import read_frame, write_frame

COMMAND: Final = (sys.executable, "-m", "jobcopilot.voice.engine.child")
_KEPT_CHUNKS: Final = 8
_GRACE_SECONDS: Final = 2.0
DEAD: Final[Frame] = {"dead": True}
"""What the inbox says when the process is gone."""


class ListeningProcess:
    """One child process; its frames arrive in `inbox`, the last one is `DEAD`."""

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
        self.inbox: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self._printed: deque[bytes] = deque(maxlen=_KEPT_CHUNKS)
        self._sending = threading.Lock()
        self._quiet = threading.Thread(target=self._read_errors, name="listening-errors", daemon=True)
        self._quiet.start()
        threading.Thread(target=self._read, name="listening-frames", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    def send(self, frame: Frame) -> None:
        """Send a frame; a process that is gone says so in the inbox."""
        with self._sending, contextlib.suppress(OSError, ValueError):
            write_frame(cast("BinaryIO", self._child.stdin), frame)

    def end(self) -> None:
        """End the process and wait until it is gone: first by closing its stdin, then by force."""
        with self._sending, contextlib.suppress(OSError):
            assert self._child.stdin is not None
            self._child.stdin.close()
        try:
            self._child.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def last_words(self) -> str:
        """Say why it ended, as far as the system tells."""
        code = self._child.wait()
        self._quiet.join(1.0)
        if code < 0 and sys.platform != "win32":
            with contextlib.suppress(ValueError):
                return f"it ended by {signal.Signals(-code).name}"
        lines = b"".join(self._printed).decode("utf-8", "replace").strip().splitlines()
        return f"it ended with code {code}" + (f": {clean_line(lines[-1], 300)}" if lines else "")

    def _read(self) -> None:
        while (frame := read_frame(cast("BinaryIO", self._child.stdout))) is not None:
            self.inbox.put(frame)
        try:
            self._child.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
        self.inbox.put(DEAD)

    def _read_errors(self) -> None:
        assert self._child.stderr is not None
        while chunk := os.read(self._child.stderr.fileno(), 4096):
            self._printed.append(chunk)
