"""Figures over sorted pay: quantiles, and the interval of a median that needs no assumption about how pay spreads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import exp, lgamma, log, sqrt
from typing import Final

_OUTSIDE: Final = 0.025
"""What each side of the 95 % interval leaves out at most."""


def quantile_ranks(n: int, share: float) -> tuple[int, int, float]:
    """Return between which ranks (from 0) a quantile of n sorted values lies, and how far from the lower one.

    Linear between neighbours: the definition that spreadsheets and R (type 7) use.
    """
    place = (n - 1) * share
    lower = int(place)
    return lower, min(lower + 1, n - 1), place - lower


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return a quantile of sorted values, None of none."""
    return quantile_by(values.__getitem__, len(values), share)


def quantile_by(value_at: Callable[[int], float], n: int, share: float) -> float | None:
    """Return a quantile of n values of which `value_at` knows the one at each rank, None of none."""
    if not n:
        return None
    lower, upper, part = quantile_ranks(n, share)
    low = value_at(lower)
    return low if not part else low + (value_at(upper) - low) * part


@lru_cache(maxsize=4096)
def median_interval_ranks(n: int) -> tuple[int, int] | None:
    """Return the ranks (from 0) of the values between which the median lies with at least 95 %; None below 6 values.

    By order statistics: of n values, the number below the true median is binomial with p = 1/2, so the k-th smallest
    and the k-th largest hold it with 1 - 2 P(B < k). The largest such k that keeps 95 % is taken.
    """
    # Twelve standard deviations below the middle there is nothing to add up.
    below, rank = 0.0, max(0, int(n / 2 - 6 * sqrt(n)) - 1)
    base = n * log(0.5)
    while rank < n:
        below += exp(lgamma(n + 1) - lgamma(rank + 1) - lgamma(n - rank + 1) + base)
        if below > _OUTSIDE:
            break
        rank += 1
    return (rank - 1, n - rank) if rank else None
