"""The listening process from outside."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from jobcopilot.engines.process import ChildProcess

COMMAND: Final = (sys.executable, "-m", "jobcopilot.voice.engine.child")


class ListeningProcess(ChildProcess):
    """One child process that records and hears."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        super().__init__(command, "listening")
