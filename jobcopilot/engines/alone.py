"""One at a time: a lock on a file that ends with its process, however it ends, and leaves nothing behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def alone(file: Path) -> Iterator[bool]:
    """Tell at once whether the block has the lock; other processes and other threads are told that they have not.

    The kernel takes the lock back from a dead process. Raises `OSError` where the folder cannot be written.
    """
    handle, got = _try(file)
    # Between our opening and our locking the one before may have taken the file away: then nobody else sees our lock.
    while got and not _lies_there(handle, file):
        os.close(handle)
        handle, got = _try(file)
    try:
        yield got
    finally:
        if got and sys.platform != "win32":
            with suppress(OSError):
                file.unlink()
        os.close(handle)
        if got and sys.platform == "win32":
            # An open file cannot be deleted there; where another has it open by now, it stays.
            with suppress(OSError):
                file.unlink()


def _try(file: Path) -> tuple[int, bool]:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return handle, False
    return handle, True


def _lies_there(handle: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), file.stat())
    except FileNotFoundError:
        return False
