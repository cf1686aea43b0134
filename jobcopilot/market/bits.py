"""Sets of postings as whole numbers, one bit a posting: intersecting a hundred thousand takes microseconds.

Postings are numbered in the order of their pay, so the k-th posting of a set is also the one with its k-th lowest pay:
a median needs no sorting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress
from typing import Final, TypeVar

Value = TypeVar("Value")

_TRUTH: Final = bytes.maketrans(b"01", b"\0\1")


def bits_of(positions: Iterable[int], size: int) -> int:
    """Return the set of positions below `size`."""
    marks = bytearray((size >> 3) + 1)
    for position in positions:
        marks[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(marks, "little")


def toggled(positions: Iterable[int], size: int) -> int:
    """Return the set of positions that are named an odd number of times."""
    marks = bytearray((size >> 3) + 1)
    for position in positions:
        marks[position >> 3] ^= 1 << (position & 7)
    return int.from_bytes(marks, "little")


def nth(mask: int, rank: int) -> int:
    """Return the position of the member with this rank, from 0 for the lowest; the set has more members than that."""
    base, width = 0, mask.bit_length()
    while width > 64:
        half = width >> 1
        lower = mask & ((1 << half) - 1)
        members = lower.bit_count()
        if rank < members:
            mask, width = lower, half
        else:
            rank -= members
            mask >>= half
            base += half
            width -= half
    for _ in range(rank):
        mask &= mask - 1
    return base + (mask & -mask).bit_length() - 1


def positions(mask: int) -> Iterator[int]:
    """Yield the members, the lowest first."""
    marks = _marks(mask)
    return compress(range(len(marks)), marks)


def values_at(mask: int, values: Iterable[Value]) -> Iterator[Value]:
    """Yield what stands in `values` at the position of each member, the lowest first."""
    return compress(values, _marks(mask))


def _marks(mask: int) -> bytes:
    return f"{mask:b}".encode()[::-1].translate(_TRUTH)
