"""A neural voice, spoken by a process of its own that is told to be silent, and ended where it is not."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from jobcopilot.engines.frames import Frame
from jobcopilot.engines.process import ChildProcess
from jobcopilot.voice.port import SpeechFailed

COMMAND: Final = (sys.executable, "-P", "-m", "jobcopilot.voice.engine.speaking_child")
"""-P: a file of the folder that the person is in is never taken for a module."""
_SILENT_WITHIN: Final = 0.08
"""Seconds after which a process that still speaks is ended: 100 ms are promised."""
_LOAD_SECONDS: Final = 60.0
_SECONDS: Final = 60.0
_SECONDS_A_LETTER: Final = 0.5
"""Longest that a sentence may take on the slowest machine."""


class NeuralVoice:
    """A `Voice` of Piper's; its process starts at once, so that the first sentence finds it loaded."""

    def __init__(self, path: Path, command: Sequence[str] = COMMAND) -> None:
        self._path = path
        self._command = (*command, str(path))
        self._number = 0
        self._lock = threading.Lock()
        self._process: ChildProcess | None = _begun(self._command)
        self._ready = False

    @property
    def name(self) -> str:
        """See `Voice`."""
        return f"Piper, {self._path.stem}"

    @property
    def pid(self) -> int | None:
        """The speaking process's id while there is one."""
        with self._lock:
            return self._process.pid if self._process is not None else None

    def speak(self, sentence: str, cut: threading.Event, began: Callable[[], None]) -> bool:
        """See `Voice`."""
        process = self._started(cut)
        if process is None:
            return False
        with self._lock:
            if cut.is_set():
                return False
            self._number += 1
            number = self._number
        process.send({"do": "say", "number": number, "text": sentence})
        deadline = time.monotonic() + _SECONDS + _SECONDS_A_LETTER * len(sentence)
        while True:
            frame = self._next(process, cut, deadline)
            if frame is None:
                return False
            if "error" in frame:
                raise _told(frame)
            if frame.get("began") == number:
                began()
            elif frame.get("ended") == number:
                return bool(frame["whole"])

    def cut(self) -> None:
        """See `Voice`."""
        with self._lock:
            process, number = self._process, self._number
        if process is not None:
            process.send({"do": "hush", "number": number})
            # `speak` waits for the answer in small steps, and ends the process where none comes.

    def close(self) -> None:
        """See `Voice`."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.end()

    def _started(self, cut: threading.Event) -> ChildProcess | None:
        """Return the process with its voice loaded; None where `cut` came first. Raises `SpeechFailed`."""
        with self._lock:
            if self._process is None or not self._process.alive:
                self._process, self._ready = _begun(self._command), False
            process = self._process
        deadline = time.monotonic() + _LOAD_SECONDS
        while not self._ready:
            if cut.is_set():
                return None
            try:
                frame = process.inbox.get(timeout=0.05)
            except queue.Empty:
                if time.monotonic() > deadline:
                    process.kill()
                    raise SpeechFailed("The voice does not load", str(self._path)) from None
                continue
            if "error" in frame:
                raise _told(frame)
            if frame.get("dead"):
                raise SpeechFailed("The speaking process died", process.last_words())
            self._ready = "ready" in frame
        return process

    def _next(self, process: ChildProcess, cut: threading.Event, deadline: float) -> Frame | None:
        """Return what the process says next; None where it had to be ended for silence. Raises `SpeechFailed`."""
        silent_by: float | None = None
        while True:
            now = time.monotonic()
            if silent_by is None and cut.is_set():
                silent_by = now + _SILENT_WITHIN
            if silent_by is not None and now > silent_by:
                process.kill()
                return None
            if now > deadline:
                process.kill()
                raise SpeechFailed("The voice does not come to an end", str(self._path))
            try:
                frame = process.inbox.get(timeout=0.02)
            except queue.Empty:
                continue
            if frame.get("dead"):
                if cut.is_set():
                    return None
                raise SpeechFailed("The speaking process died", process.last_words(), "It is started again.")
            return frame


def _begun(command: Sequence[str]) -> ChildProcess:
    """Start a speaking process. Raises `SpeechFailed` where the system refuses."""
    try:
        return ChildProcess(command, "speaking")
    except OSError as refused:
        raise SpeechFailed(
            "The speaking process could not be started",
            str(refused.strerror or refused),
            "The words are on the screen all the same.",
        ) from refused


def _told(frame: Frame) -> SpeechFailed:
    return SpeechFailed(frame["title"], frame["message"], frame["hint"])
