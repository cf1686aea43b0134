"""The engine process that thinks, from outside: how long a cancel takes is measured, its folder goes with it."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Final

from jobcopilot.engines.frames import Frame
from jobcopilot.engines.process import ChildProcess
from jobcopilot.inference.port import ModelCrashed

COMMAND: Final = (sys.executable, "-P", "-m", "jobcopilot.inference.engine.child")
"""-P: a file of the folder that the person is in is never taken for a module."""


class EngineProcess(ChildProcess):
    """One child process that runs llama.cpp."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """Start it. Raises `ModelCrashed` where the system refuses."""
        # mkdtemp lets nobody else in (0700).
        self.folder = tempfile.mkdtemp(prefix="jobcopilot-")
        self.longest_cancel: float | None = None
        self._cancelled: dict[int, float] = {}
        try:
            super().__init__(command, "engine")
        except OSError as refused:
            self._gone()
            raise ModelCrashed(
                "The model's engine could not be started",
                str(refused.strerror or refused),
                "Close what else runs, then ask once more.",
            ) from refused

    def cancel(self, number: int) -> None:
        """Stop a request; how long it went on is measured."""
        self._cancelled[number] = time.perf_counter()
        self.send({"do": "cancel", "id": number})

    def _hear(self, frame: Frame) -> None:
        if ("ended" in frame or "error" in frame) and (begun := self._cancelled.pop(frame["id"], None)):
            taken = time.perf_counter() - begun
            self.longest_cancel = max(self.longest_cancel or 0.0, taken)
        super()._hear(frame)

    def _gone(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _why(self, name: str) -> str:
        known = {
            "SIGKILL": "it was killed, most likely because the machine's memory ran out",
            "SIGSEGV": "llama.cpp crashed (segmentation fault)",
            "SIGILL": "llama.cpp was built for another processor (illegal instruction)",
            "SIGABRT": f"llama.cpp gave up{self._printed_tail()}",
            "SIGBUS": "the model file changed or its disk failed while it was read (bus error)",
        }
        return known.get(name) or super()._why(name)
