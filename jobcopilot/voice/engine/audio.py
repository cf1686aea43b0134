"""Sound as 16 kHz mono blocks: decoded, resampled with memory, written as FLAC. Nothing is dropped on the way."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from jobcopilot.errors import BadInput, StorageError
from jobcopilot.voice.port import BLOCK, RATE

Samples: TypeAlias = NDArray[np.int16]
"""Mono, 16 kHz: what is recorded."""
Floats: TypeAlias = NDArray[np.float32]
"""The same in -1 to 1: what Silero and Whisper take."""

SILENT_DECIBELS = -96.0


def as_floats(samples: Samples) -> Floats:
    """Return samples as numbers from -1 to 1."""
    return samples.astype(np.float32) / np.float32(32768.0)


def decibels(samples: Samples) -> float:
    """Return the root mean square of a block in decibels below full scale."""
    if not samples.size:
        return SILENT_DECIBELS
    power = float(np.mean(np.square(as_floats(samples), dtype=np.float64)))
    return max(SILENT_DECIBELS, 10 * math.log10(power)) if power > 0 else SILENT_DECIBELS


class Resampler:
    """From any rate to 16 kHz, piece by piece; what it holds back comes with `flush`."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._inner = av.AudioResampler(format="s16", layout="mono", rate=RATE) if rate != RATE else None
        self._given = 0
        self._taken = 0

    def feed(self, samples: Samples) -> Samples:
        """Take mono samples at the source's rate and return what is ready at 16 kHz."""
        if self._inner is None or not samples.size:
            return samples
        self._given += samples.size
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.reshape(1, -1)), format="s16", layout="mono"
        )
        frame.sample_rate = self.rate
        ready = _joined(self._inner.resample(frame))
        self._taken += ready.size
        return ready

    def flush(self) -> Samples:
        """Return what was held back, to the sample that the source's length asks for."""
        if self._inner is None or not self._given:
            return np.zeros(0, np.int16)
        rest = _joined(self._inner.resample(None))
        due = round(self._given * RATE / self.rate) - self._taken
        self._given = self._taken = 0
        # The filter ends up to a few samples off: the last ones repeat, none is missing.
        if due > 0 and rest.size < due:
            rest = np.pad(rest, (0, due - rest.size), mode="edge" if rest.size else "constant")
        return rest[: max(due, 0)]


def _joined(frames: Any) -> Samples:
    parts = [frame.to_ndarray().reshape(-1) for frame in frames]
    return np.concatenate(parts).astype(np.int16, copy=False) if parts else np.zeros(0, np.int16)


class Blocks:
    """Cuts a flow of samples into blocks of 512; the rest waits for more."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.int16)

    def feed(self, samples: Samples) -> Iterator[Samples]:
        """Yield every whole block."""
        self._rest = np.concatenate((self._rest, samples)) if self._rest.size else samples
        whole = self._rest.size // BLOCK * BLOCK
        ready, self._rest = self._rest[:whole], self._rest[whole:]
        yield from ready.reshape(-1, BLOCK)

    def rest(self) -> Samples:
        """Return what is shorter than a block."""
        rest, self._rest = self._rest, np.zeros(0, np.int16)
        return rest


def read_audio(path: Path) -> Iterator[Samples]:
    """Yield a file's sound as 16 kHz mono, piece by piece. Raises `BadInput` with the decoder's words."""
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise BadInput(
                    "There is no sound in the file", str(path), "Give a recording: WAV, FLAC, MP3, M4A, OGG."
                )
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                # A file's own clock may have holes; the samples are what was recorded.
                frame.pts = None
                yield _joined(resampler.resample(frame))
            yield _joined(resampler.resample(None))
    except FileNotFoundError as gone:
        raise BadInput("The recording is not there", str(path)) from gone
    except (av.FFmpegError, OSError) as wrong:
        raise BadInput(
            "The recording cannot be read", f"{path}: {wrong}", "WAV, FLAC, MP3, M4A and OGG are understood."
        ) from wrong


def write_flac(path: Path, pieces: Iterator[Samples]) -> int:
    """Write samples as FLAC for this user alone and return how many. Raises `StorageError`; no half file is left."""
    part = path.with_name(f"{path.name}.part")
    written = 0
    try:
        part.unlink(missing_ok=True)
        part.touch(0o600)
        with av.open(str(part), "w", format="flac") as container:
            stream: Any = container.add_stream("flac", rate=RATE, layout="mono")
            stream.format = "s16"
            for piece in pieces:
                if not piece.size:
                    continue
                frame = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(piece.reshape(1, -1)), format="s16", layout="mono"
                )
                frame.sample_rate = RATE
                frame.pts = written
                written += piece.size
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        # What it was made of is deleted next.
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except (av.FFmpegError, OSError) as refused:
        part.unlink(missing_ok=True)
        raise StorageError(
            "The recording could not be written", f"{path}: {refused}", "Free some space."
        ) from refused
    return written
