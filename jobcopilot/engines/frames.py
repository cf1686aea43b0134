"""Frames between the app and an engine process: four bytes of length, then one JSON object."""

from __future__ import annotations

import json
import os
import struct
from typing import Any, BinaryIO

LARGEST = 64_000_000
"""Bytes of one frame; a conversation of a whole context is far below it. Sound goes by way of files."""
_LENGTH = struct.Struct(">I")

Frame = dict[str, Any]


def write_frame(out: BinaryIO, frame: Frame) -> None:
    """Write one frame and flush. Raises `OSError` where the other side is gone."""
    body = json.dumps(frame, ensure_ascii=True, separators=(",", ":")).encode()
    out.write(_LENGTH.pack(len(body)) + body)
    out.flush()


def read_frame(source: BinaryIO) -> Frame | None:
    """Read one frame; None at the end, also in the middle of a frame: the other side died while writing."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    if length > LARGEST:
        return None
    body = source.read(length)
    if len(body) < length:
        return None
    try:
        frame = json.loads(body)
    except ValueError:
        return None
    return frame if isinstance(frame, dict) else None


def take_stdout() -> BinaryIO:
    """Return where a child's frames go, which was its stdout; what native code prints there goes to stderr."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out
