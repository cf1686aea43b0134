"""What is told of faults: their names, the class's in small letters, and what has no fault of its own."""

from __future__ import annotations

import re
from typing import Final

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.spoken.port import Told

RECORDING_OVER: Final = Told(
    "recording-over", "The recording is over", "nothing more is heard", "Type, or leave.", severe=True
)


def code_of(fault: JobcopilotError) -> str:
    """Return the code of a fault: what kind it is, in small letters."""
    return kebab(type(fault).__name__)


def kebab(name: str) -> str:
    """Return the name of a class in small letters, its words parted by dashes."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).casefold()
