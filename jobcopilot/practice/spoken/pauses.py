"""What was learned of a person's pauses, kept between sessions: how long they think in the middle of an answer."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from jobcopilot.errors import JobcopilotError
from jobcopilot.settings import write_atomically
from jobcopilot.voice.turns import LONGEST_WAIT, PauseMemory

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LearnedPauses:
    """Seconds, the newest last: after what sounded finished, and after what did not."""

    finished: tuple[float, ...] = ()
    open: tuple[float, ...] = ()

    @property
    def waits(self) -> tuple[float, float]:
        """Return the seconds of silence that end an answer now: after a finished sentence, and after an open one."""
        memory = PauseMemory(list(self.finished), list(self.open))
        return memory.wait("finished"), memory.wait("open")


def pauses_file(folder: Path, profile_id: int) -> Path:
    """Return where a profile's pauses are kept."""
    return folder / f"pauses-{profile_id}.json"


def load_pauses(file: Path) -> LearnedPauses:
    """Return what was learned, nothing where there is nothing that can be read: then it is learned anew."""
    try:
        stored = json.loads(file.read_text("utf-8"))
        return LearnedPauses(_seconds(stored["finished"]), _seconds(stored["open"]))
    except FileNotFoundError:
        return LearnedPauses()
    except (OSError, ValueError, KeyError, TypeError) as broken:
        log.warning("the learned pauses cannot be read: %s", broken)
        return LearnedPauses()


def save_pauses(file: Path, learned: LearnedPauses) -> None:
    """Keep what was learned; where that fails, it is learned again the next time."""
    body = {"finished": list(learned.finished), "open": list(learned.open)}
    try:
        write_atomically(file, json.dumps(body).encode())
    except JobcopilotError as refused:
        log.warning("the learned pauses cannot be kept: %s", refused)


def _seconds(stored: list[object]) -> tuple[float, ...]:
    return tuple(float(one) for one in stored if isinstance(one, (int, float)) and 0 < one <= LONGEST_WAIT)
