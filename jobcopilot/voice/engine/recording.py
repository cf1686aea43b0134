"""Everything that was heard, on the disk at once: raw parts while it is recorded, one FLAC afterwards.

A part's name is the sample of the stream that it begins with, so what nobody recorded between two parts can be seen.
A process that is killed loses what it had not written yet: a block, 32 ms.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from jobcopilot.errors import StorageError
from jobcopilot.voice.engine.audio import Samples, write_flac
from jobcopilot.voice.port import RATE

_PIECE: Final = RATE * 10
_LONGEST_GAP: Final = 600
"""Seconds of silence put in for a gap; a lid that was closed overnight is no part of an answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of samples and where on the stream it begins."""

    path: Path
    begin: int
    length: int

    @property
    def end(self) -> int:
        """The sample after its last one."""
        return self.begin + self.length


def parts_of(folder: Path) -> list[Part]:
    """Return the parts of a recording, in order."""
    return [
        Part(path, int(path.stem), path.stat().st_size // 2)
        for path in sorted(folder.glob("*.pcm"))
        if path.stem.isdigit()
    ]


def gaps_of(parts: list[Part]) -> list[tuple[int, int]]:
    """Return where on the stream nobody recorded: first sample and length."""
    return [
        (earlier.end, later.begin - earlier.end)
        for earlier, later in pairwise(parts)
        if later.begin > earlier.end
    ]


class Recording:
    """One stream that grows: a thread appends, another reads."""

    def __init__(self, folder: Path, *, live: bool) -> None:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        # A process that died before its first block recorded nothing: the gap began before it.
        earlier = [part for part in parts_of(folder) if part.length]
        self.folder = folder
        self.lost: tuple[int, int] | None = None
        """What was not recorded before this part: first sample and length."""
        begin = earlier[-1].end if earlier else 0
        if earlier and live:
            # A microphone did not wait for us; a file did.
            away = max(0.0, time.time() - earlier[-1].path.stat().st_mtime)
            gap = round(min(away, _LONGEST_GAP) * RATE)
            self.lost = (begin, gap)
            begin += gap
        self._earlier = earlier
        self.begin = self.end = begin
        self._path = folder / f"{begin:012d}.pcm"
        self._fd = self._open(self._path)
        self.grown = threading.Condition()
        self.complete = False
        """Whether the source has ended."""

    def _open(self, path: Path) -> int:
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as refused:
            raise StorageError("The recording cannot be written", f"{path}: {refused}") from refused

    def append(self, samples: Samples) -> None:
        """Write samples through to the system. Raises `StorageError`."""
        body = samples.astype("<i2", copy=False).tobytes()
        try:
            while body:
                body = body[os.write(self._fd, body) :]
        except OSError as refused:
            raise StorageError(
                "The recording cannot be written",
                f"{self.folder}: {refused}",
                "Free some space; what was said so far is kept.",
            ) from refused
        with self.grown:
            self.end += samples.size
            self.grown.notify_all()

    def wait_beyond(self, sample: int, seconds: float) -> None:
        """Wait until a sample is there, the source has ended, or some seconds are over."""
        with self.grown:
            self.grown.wait_for(lambda: self.end >= sample or self.complete, seconds)

    def finish(self) -> None:
        """Say that nothing more comes."""
        with self.grown:
            self.complete = True
            self.grown.notify_all()

    def read(self, begin: int, end: int) -> Samples:
        """Return samples of the stream; what nobody recorded is silence."""
        begin, end = max(0, begin), min(end, self.end)
        out = np.zeros(max(0, end - begin), np.int16)
        for part in self._earlier:
            if part.begin < end and part.end > begin:
                self._fill(out, begin, end, part.path, part.begin)
        if end > self.begin:
            self._fill(out, begin, end, self._path, self.begin)
        return out

    def delete(self) -> None:
        """Let go of the file and remove every part."""
        self.release()
        for part in parts_of(self.folder):
            part.path.unlink(missing_ok=True)

    def release(self) -> None:
        """Let go of the file; what was recorded stays."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _fill(self, out: Samples, begin: int, end: int, path: Path, at: int) -> None:
        """Put what a part that begins at a sample holds of a stretch into its place."""
        first = max(begin, at)
        # A handle of its own: the writer's place in the file stays where it is, on every system.
        with path.open("rb") as file:
            file.seek((first - at) * 2)
            body = file.read((end - first) * 2)
        samples = np.frombuffer(body[: len(body) // 2 * 2], "<i2")
        out[first - begin : first - begin + samples.size] = samples


def keep_as_flac(folder: Path, name: str = "recording.flac") -> Path:
    """Turn the parts of a recording into one FLAC, gaps as silence, and remove them. Raises `StorageError`."""
    parts = parts_of(folder)
    path = folder / name
    if not parts:
        if path.exists():
            return path
        raise StorageError("There is nothing to keep", f"{folder} holds no recording")
    due = parts[-1].end - parts[0].begin
    if write_flac(path, pieces_of(parts)) != due:
        path.unlink(missing_ok=True)
        raise StorageError("The recording could not be written in full", str(path), "The raw parts are kept.")
    for part in parts:
        part.path.unlink()
    return path


def pieces_of(parts: list[Part]) -> Iterator[Samples]:
    """Yield the sound of some parts, what nobody recorded between them as silence."""
    if not parts:
        return
    at = parts[0].begin
    for part in parts:
        for first in range(at, part.begin, _PIECE):
            yield np.zeros(min(_PIECE, part.begin - first), np.int16)
        with part.path.open("rb") as file:
            left = part.length
            while left and len(body := file.read(min(_PIECE, left) * 2)) > 1:
                left -= len(body) // 2
                yield np.frombuffer(body[: len(body) // 2 * 2], "<i2").astype(np.int16)
        at = part.end
