"""Who is alive: a mark that ends with its process, however it ends.

A claim must outlive neither a crash nor a `kill -9`, and must not be taken from a process that lives but was suspended.
No clock can tell these apart; the kernel can: it gives back a dead process's file locks, and only those.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jobcopilot.errors import StorageError

_SUFFIX: Final = ".lock"
_LOCKED_BYTE: Final = 1 << 30
"""Where Windows locks; beyond the content, which others may read."""


@dataclass(frozen=True, slots=True)
class Living:
    """One process that is there now."""

    name: str
    role: str
    """`app`, `daemon` or `once`."""
    pid: int


class Presence:
    """This process's mark in a folder, from `enter` until it leaves or dies."""

    def __init__(self, folder: Path, role: str) -> None:
        self.folder = folder
        self.role = role
        self.name = f"{role}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._file = folder / f"{self.name}{_SUFFIX}"
        self._handle: int | None = None

    def enter(self) -> None:
        """Leave the mark. Raises `StorageError` where the folder cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            while self._handle is None:
                self._handle = self._marked()
            for _ in living(self.folder):  # sweeps away what crashes have left
                pass
        except OSError as refused:
            raise StorageError(
                "The folder for running programs cannot be written",
                f"{self.folder}: {refused.strerror}",
                "Allow writing to it, or choose another folder with --home.",
            ) from refused

    def _marked(self) -> int | None:
        """One try: None where somebody swept the file away before it was locked."""
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        os.write(handle, json.dumps({"role": self.role, "pid": os.getpid()}).encode())
        try:
            _lock(handle)
            self._file.stat()
        except (BlockingIOError, PermissionError, FileNotFoundError):
            os.close(handle)
            return None
        return handle

    def leave(self) -> None:
        """Take the mark away."""
        if self._handle is None:
            return
        os.close(self._handle)
        self._handle = None
        self._file.unlink(missing_ok=True)

    def is_gone(self, name: str) -> bool:
        """Return whether the process of that name has ended; its mark is swept away then."""
        return name != self.name and is_gone(self.folder, name)


def is_gone(folder: Path, name: str) -> bool:
    """Return whether the process that left the mark `name` has ended; its mark is swept away then."""
    if not name or Path(name).name != name:
        return True
    file = folder / f"{name}{_SUFFIX}"
    try:
        handle = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        _lock(handle)
    except OSError:
        return False
    finally:
        os.close(handle)
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
    return True


def living(folder: Path) -> Iterator[Living]:
    """Yield the processes that are there now, and sweep away the marks of those that are not."""
    for file in sorted(folder.glob(f"*{_SUFFIX}")):
        name = file.name.removesuffix(_SUFFIX)
        if is_gone(folder, name):
            continue
        try:
            said = json.loads(file.read_text("utf-8"))
            yield Living(name, str(said["role"]), int(said["pid"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue


def _lock(handle: int) -> None:
    """Take the file's lock or raise `OSError` at once."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
