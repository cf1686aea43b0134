"""Axes and lines of charts: round marks, and where a line must break."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobcopilot.market.views import TrendPoint

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def extent(values: Sequence[float], *, from_zero: bool) -> tuple[float, float]:
    """Return where an axis begins and ends: a little beyond the values, so that no line lies on the frame."""
    low, high = (0.0 if from_zero else min(values)), max(values)
    room = (high - low) * 0.06 or max(abs(high) * 0.1, 1.0)
    return (0.0 if from_zero else max(low - room, 0.0)), high + room


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Return up to `most` round marks of equal distance within `low` to `high`, at least two where `most` is two."""
    for step in _steps((high - low) / max(most, 2)):
        marks = [at * step for at in range(ceil(low / step), floor(high / step) + 1)]
        if len(marks) <= max(most, 2):
            return [round(mark, 6) for mark in marks] if len(marks) > 1 else [low, high]
    return [low, high]


def _steps(least: float) -> list[float]:
    power = 10.0 ** floor(log10(least)) if least > 0 else 1.0
    return [size * power * times for times in (1.0, 10.0) for size in _STEPS if size * power * times >= least]


def runs(points: Sequence[TrendPoint], *, of_pay: bool) -> list[list[TrendPoint]]:
    """Return points in stretches without a gap: pay breaks where too few postings state it."""
    found: list[list[TrendPoint]] = [[]]
    for point in points:
        if of_pay and not (point.drawn and point.median is not None):
            if found[-1]:
                found.append([])
            continue
        found[-1].append(point)
    return [run for run in found if run]


def values_of(stretches: Sequence[Sequence[TrendPoint]], *, of_pay: bool) -> list[float]:
    """Return everything that a chart must have room for."""
    points = [point for run in stretches for point in run]
    if not of_pay:
        return [float(point.postings) for point in points]
    return [value for point in points for value in (point.low, point.median, point.high) if value is not None]
