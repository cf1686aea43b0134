"""Where a command may write a file that the person named."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jobcopilot.errors import UsageError
from jobcopilot.paths import Home

STANDARD_OUTPUT: Final = Path("-")
"""What a command's `--output` is called that prints, as everywhere."""


def target_file(home: Home, file: Path, *, force: bool) -> Path:
    """Return the absolute path of a file to write.

    Raises `UsageError` for a folder, a device, a missing folder, an existing file without `force`, and always for the
    database itself.
    """
    target = file.expanduser().absolute()
    if target.is_dir():
        raise UsageError(
            "That is a folder, not a file", str(file), f"For example: {file / 'jobcopilot-jobs'}"
        )
    if target.exists() and not target.is_file():
        # A file is put in its place in one step: whoever may would lose the device itself.
        raise UsageError(
            "That is a device, not a file", str(file), "Name a file; without one, `>` sends it there."
        )
    if not target.parent.is_dir():
        raise UsageError(
            "There is no such folder", str(target.parent), "Make it first, or choose another place."
        )
    own = (home.database, *(home.database.with_name(home.database.name + end) for end in ("-wal", "-shm")))
    if target.resolve() in {path.resolve() for path in own}:
        raise UsageError(
            "That is the database itself", str(file), "Choose another name; nothing was written."
        )
    if target.exists() and not force:
        raise UsageError(
            "The file exists already", str(file), "Choose another name, or replace it with --force."
        )
    return target
