"""The listening process from outside."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from jobcopilot.engines.process import ChildProcess
from jobcopilot.voice.port import ListenerCrashed

COMMAND: Final = (sys.executable, "-P", "-m", "jobcopilot.voice.engine.child")
"""-P: a file of the folder that the person is in is never taken for a module."""


class ListeningProcess(ChildProcess):
    """One child process that records and hears."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """Start it. Raises `ListenerCrashed` where the system refuses."""
        try:
            super().__init__(command, "listening")
        except OSError as refused:
            raise ListenerCrashed(
                "The listening process could not be started",
                str(refused.strerror or refused),
                "Close what else runs and try again, or go on by typing.",
            ) from refused
