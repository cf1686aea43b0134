"""Where voice truly begins and ends: the detector's stretches moved to the edge of the sound beside them.

Silero decides late at quiet beginnings and holds on for 30 to 50 ms at ends; pauses are measured between edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jobcopilot.voice.port import Span

STEP: Final = 0.008
"""Seconds between two levels."""
_ABOVE: Final = 8.0
"""Decibels above the noise that are sound."""
_OUT: Final = 0.2
_IN: Final = 0.1
_CLOSURE: Final = 0.1
"""Silence before the burst of a final "t" or "k", which belongs to its word."""


def floor_of(levels: Sequence[float]) -> float:
    """Return the noise floor: the level that a fifth of the silence stays below; -70 dB where nothing tells."""
    ranked = sorted(levels)
    return max(ranked[len(ranked) // 5], -80.0) if ranked else -70.0


def refined(spans: Sequence[Span], levels: Sequence[float], start: float, floor: float) -> tuple[Span, ...]:
    """Return stretches with their edges on the sound.

    `levels` are decibels each 8 ms from second `start` on. An edge moves at most 0.2 s out and 0.1 s in, never into
    the neighbour.
    """
    limit = floor + _ABOVE
    moved: list[Span] = []
    for place, span in enumerate(spans):
        low = moved[-1].end if moved else start
        high = spans[place + 1].start if place + 1 < len(spans) else start + len(levels) * STEP
        begin = _edge(levels, span.start - start, max(low, span.start - _OUT) - start, limit, backwards=True)
        end = _edge(levels, span.end - start, min(high, span.end + _OUT) - start, limit, backwards=False)
        begin, end = begin + start, end + start
        if moved and begin - moved[-1].end < STEP:
            moved[-1] = Span(moved[-1].start, max(end, moved[-1].end))
        elif end > begin:
            moved.append(Span(begin, end))
    return tuple(moved)


def _edge(levels: Sequence[float], edge: float, bound: float, limit: float, *, backwards: bool) -> float:
    """Move an edge outwards to the last sound there, else inwards to the sound; seconds from the first level."""
    step = -1 if backwards else 1
    at = round(edge / STEP)
    outside = at - 1 if backwards else at
    end = round(bound / STEP)
    last: int | None = None
    quiet = 0.0
    while 0 <= outside < len(levels) and (outside - end) * step < 0 and quiet < _CLOSURE:
        if levels[outside] > limit:
            last, quiet = outside, 0.0
        else:
            quiet += STEP
        outside += step
    if last is not None:
        return (last if backwards else last + 1) * STEP
    inside = at if backwards else at - 1
    for _ in range(round(_IN / STEP)):
        if not 0 <= inside < len(levels) or levels[inside] > limit:
            break
        inside -= step
    return (inside if backwards else inside + 1) * STEP
