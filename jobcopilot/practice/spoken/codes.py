"""Names of events and faults as they are told: the class's, in small letters."""

from __future__ import annotations

import re

from jobcopilot.errors import JobcopilotError


def code_of(fault: JobcopilotError) -> str:
    """Return the code of a fault: what kind it is, in small letters."""
    return kebab(type(fault).__name__)


def kebab(name: str) -> str:
    """Return the name of a class in small letters, its words parted by dashes."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).casefold()
