"""Frames between the app and its listening process: four bytes of length, then one JSON object."""

from __future__ import annotations

import json
import struct
from typing import BinaryIO

from jobcopilot.voice.events import Frame

LARGEST = 4_000_000
"""Bytes of one frame; the words of an hour are far below it. Sound goes by way of files."""
_LENGTH = struct.Struct(">I")


def write_frame(out: BinaryIO, frame: Frame) -> None:
    """Write one frame and flush. Raises `OSError` where the other side is gone."""
    body = json.dumps(frame, separators=(",", ":")).encode()
    out.write(_LENGTH.pack(len(body)) + body)
    out.flush()


def read_frame(source: BinaryIO) -> Frame | None:
    """Read one frame; None at the end, also in the middle of a frame: the other side died while writing."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    body = source.read(length) if length <= LARGEST else b""
    if not body or len(body) < length:
        return None
    try:
        frame = json.loads(body)
    except ValueError:
        return None
    return frame if isinstance(frame, dict) else None
