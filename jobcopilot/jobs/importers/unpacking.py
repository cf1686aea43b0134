"""Bodies from the network unpacked piece by piece, so that a few bytes cannot become gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from jobcopilot.text import clean_line


class TooMuch(Exception):
    """A body is larger than was asked for, packed or unpacked."""


class UnknownPacking(Exception):
    """A body came packed in a way that was not asked for; its text names it."""


class Damaged(Exception):
    """A body cannot be unpacked; its text says why."""


def unpacked(chunks: Iterable[bytes], encoding: str, most_bytes: int) -> bytes:
    """Return a body as it was before it was packed ("", "identity", "gzip" or "deflate"), at most `most_bytes` long.

    Raises `TooMuch`, `UnknownPacking` and `Damaged`, and whatever the chunks raise.
    """
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise UnknownPacking(clean_line(encoding, 40))
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding not in ("", "identity") else None
    body = bytearray()
    received = 0
    try:
        for chunk in chunks:
            received += len(chunk)
            piece = chunk
            if unpack is not None:
                if encoding == "deflate" and received == len(chunk):
                    unpack, piece = _unpack_deflate(chunk, most_bytes)
                else:
                    piece = unpack.decompress(chunk, most_bytes + 1 - len(body))
            body += piece
            if len(body) > most_bytes or received > most_bytes:
                raise TooMuch
    except zlib.error as broken:
        raise Damaged(str(broken)) from broken
    if received and not body:
        raise Damaged("it cannot be unpacked")
    return bytes(body)


def _unpack_deflate(first: bytes, most_bytes: int) -> tuple[zlib._Decompress, bytes]:
    """Begin to unpack "deflate", which some servers send without its header."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpack = zlib.decompressobj(bits)
        try:
            return unpack, unpack.decompress(first, most_bytes + 1)
        except zlib.error:
            continue
    raise zlib.error("not deflate")
