"""Saying goodbye to a profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobcopilot.runtime.practice import Practising


def delete_profile(runtime: Practising, name: str) -> Path:
    """Delete a profile with all that is its own, after a backup; return the backup.

    Recordings are in no backup: the person's voice goes for good, and first. What stayed of it would be found in the
    sessions of somebody else, for their numbers are given again. Raises as `ProfileStore.delete` does, and
    `StorageError` where recordings cannot be removed: then the profile is still there.
    """
    from jobcopilot.database.backup import back_up
    from jobcopilot.practice.history import remove_recordings
    from jobcopilot.practice.session_rows import folder_name
    from jobcopilot.practice.spoken.pauses import pauses_file

    doomed = runtime.profiles.get(name)
    active = runtime.profile.name
    if doomed.name == active:
        # It says so, before anything is touched.
        runtime.profiles.delete(doomed.name, active=active)
    saved = back_up(runtime.home, reason=f"before-deleting-{doomed.name}", clock=runtime.clock)
    practice = runtime.home.data / "practice"
    with runtime.reader.connection() as connection:
        sessions = connection.execute(
            "SELECT id FROM practice_session WHERE profile_id = ?", (doomed.id,)
        ).fetchall()
    for (number,) in sessions:
        remove_recordings(practice / folder_name(number))
    pauses_file(practice, doomed.id).unlink(missing_ok=True)
    runtime.profiles.delete(doomed.name, active=active)
    return saved
