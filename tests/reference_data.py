"""Real files that may be used but not shipped: where they lie, and what happens where they do not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data"


def reference_data(name: str) -> Path:
    """Return the path of an unshipped file; in CI its absence fails, on a person's machine it skips."""
    folder = Path(os.environ.get("JOBCOPILOT_REFERENCE_DATA", _BESIDE_THE_CHECKOUT))
    file = folder / name
    if not file.exists():
        reason = f"{name} is not shipped (no licence to do so); set JOBCOPILOT_REFERENCE_DATA to its folder"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return file
