"""A kept recording played from one second to another, in a process of its own that can be told to stop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jobcopilot.voice.listening import error_of
from jobcopilot.voice.port import ListenerCrashed
from jobcopilot.voice.process import COMMAND, ListeningProcess

BEFORE: Final = 0.7
AFTER: Final = 1.8
"""Seconds around a flagged moment that make it understood."""


class Playing:
    """A stretch that sounds; made, waited for or stopped from any thread."""

    def __init__(self, recording: Path, start: float, end: float, command: Sequence[str] = COMMAND) -> None:
        self._process = ListeningProcess(command)
        self._stopped = False
        self._process.send({"do": "play", "recording": str(recording), "start": start, "end": end})

    def wait(self) -> bool:
        """Wait for the end and return whether it was played whole. Raises `SpeechFailed`, `DeviceMissing`, `BadInput`.

        `DeviceMissing` is for a machine without PortAudio, `SpeechFailed` for one without an output.
        """
        whole = False
        try:
            while True:
                frame = self._process.inbox.get()
                if "played" in frame:
                    whole = bool(frame["played"]["whole"])
                elif "error" in frame:
                    raise error_of(frame)
                elif "ended" in frame:
                    return whole
                elif frame.get("dead"):
                    if self._stopped:
                        return False
                    raise ListenerCrashed("Playing ended by itself", self._process.last_words(), "Try again.")
        finally:
            self._process.end()

    def stop(self) -> None:
        """Be silent."""
        self._stopped = True
        self._process.send({"do": "stop"})


def around(at: float, seconds: float = 0.0) -> tuple[float, float]:
    """Return from when to when a moment is played, with what was said around it."""
    return max(0.0, at - BEFORE), at + seconds + AFTER
