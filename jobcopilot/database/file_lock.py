"""One process at a time does a thing: a lock on a file that ends with its process, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobcopilot.errors import StorageError


@contextmanager
def held(file: Path, *, wait: bool) -> Iterator[bool]:
    """Tell whether this process has the lock while the block runs; with `wait` it always has.

    The kernel takes the lock back from a dead process, so a crash or a `kill -9` holds up nobody. Raises
    `StorageError` where the folder cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as refused:
        raise StorageError(
            "The folder for running programs cannot be written",
            f"{file.parent}: {refused.strerror}",
            "Allow writing to it, or choose another folder with --home.",
        ) from refused
    try:
        yield _locked(handle, wait=wait)
    finally:
        # The file stays: another process may have opened it already and wait for this very one.
        os.close(handle)


def _locked(handle: int, *, wait: bool) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
