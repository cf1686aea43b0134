"""Scoring all that a person has, tracked and discovered, and whether newer rules ask for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobcopilot.runtime import Runtime


def is_due(runtime: Runtime) -> bool:
    """Return whether the stored matches of the profile are of older rules; costs a look at an almost empty table."""
    with runtime.reader.connection() as connection:
        found = connection.execute("SELECT 1 FROM scoring_due WHERE profile_id = ?", (runtime.profile.id,))
        return found.fetchone() is not None


def score_everything(
    runtime: Runtime,
    progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Score every job and every discovered posting for the profile as it is now; return how many jobs.

    `progress` hears (done, total) of the jobs. Once `stop` is set it ends soon, and what was due stays due.
    """
    from sqlalchemy import text

    from jobcopilot.jobs.scoring import score_all

    runtime.forget_profile()
    profile = runtime.profile
    scored = score_all(runtime.database, profile, progress, stop)
    runtime.discovered.score_all(stop=stop)
    if (stop is None or not stop.is_set()) and is_due(runtime):
        with runtime.database.writing() as session:
            session.connection().execute(
                text("DELETE FROM scoring_due WHERE profile_id = :profile"), {"profile": profile.id}
            )
    return scored
