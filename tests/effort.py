"""How many examples a property is tried on: a fifth of them in the quick run, all where JOBCOPILOT_THOROUGH is set."""

from __future__ import annotations

import os

THOROUGH = bool(os.environ.get("JOBCOPILOT_THOROUGH"))


def examples(count: int) -> int:
    """Return how many examples to draw now of the `count` that a property deserves."""
    return count if THOROUGH else max(count // 5, min(count, 15))
