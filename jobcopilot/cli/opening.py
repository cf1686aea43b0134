"""How a command opens the app without knowing the face: `__main__` hands the function in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

OPEN_APP = "jobcopilot.open_app"
"""Where the context keeps the function that opens the app."""

OpenApp: TypeAlias = Callable[[str | None, str | None], int]
"""Home and profile as given (None: the usual ones) to the exit code."""
