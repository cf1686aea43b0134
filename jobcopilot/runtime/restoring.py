"""Putting a backup back, with what in it must not happen a second time."""

from __future__ import annotations

from pathlib import Path

from jobcopilot.clock import Clock
from jobcopilot.database.backup import restore
from jobcopilot.paths import Home


def put_back(home: Home, file: Path, clock: Clock) -> tuple[Path | None, int]:
    """Put a backup in place of what is there; return where that is kept, and how many letters no longer leave.

    Raises as `restore` does.
    """
    from jobcopilot.mail.outbox import hold_back

    held_back = 0

    def prepare(staged: Path) -> None:
        nonlocal held_back
        held_back = hold_back(staged, clock.now())

    saved = restore(home, file, clock=clock, prepare=prepare)
    return saved, held_back
