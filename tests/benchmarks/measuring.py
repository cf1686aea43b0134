"""How a figure of the benchmark is taken and told."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: how long (or how much of) something is at a number of jobs.

    `median`, `p95` and `worst` are in `unit`; `worst_case` says which case was the slowest. The `budget` holds for
    the p95, or for the median where `judged` says so; `at_least` turns it round (a rate).
    """

    name: str
    jobs: int
    unit: str
    cases: int
    median: float
    p95: float
    worst: float
    worst_case: str = ""
    budget: float | None = None
    judged: str = "p95"
    at_least: bool = False

    @property
    def kept(self) -> bool | None:
        """Whether the budget is kept, None where there is none."""
        if self.budget is None:
            return None
        value = self.p95 if self.judged == "p95" else self.median
        return value >= self.budget if self.at_least else value <= self.budget

    def as_json(self) -> dict[str, Any]:
        """Return it for the JSON document."""
        rounded = {"median": round(self.median, 3), "p95": round(self.p95, 3), "worst": round(self.worst, 3)}
        return asdict(self) | rounded | {"kept": self.kept}


class Stopwatch:
    """The clock that all figures are taken with: the wall's, or this thread's processor time on a busy machine."""

    read: Callable[[], float] = time.perf_counter


def milliseconds(action: Callable[..., object], *arguments: object) -> float:
    """Return how long one call takes."""
    start = Stopwatch.read()
    action(*arguments)
    return (Stopwatch.read() - start) * 1000


def again(action: Callable[..., object], *arguments: object, times: int = 3) -> float:
    """Return how long a call takes that has been made before: the median of some."""
    return statistics.median(milliseconds(action, *arguments) for _ in range(times))


def figure(
    name: str,
    jobs: int,
    measured: Iterable[tuple[float, str]],
    *,
    unit: str = "ms",
    budget: float | None = None,
    judged: str = "p95",
    at_least: bool = False,
) -> Figure:
    """Sum up measurements, each a value and the case it belongs to."""
    found = sorted(measured, reverse=at_least)
    values = [value for value, _ in found]
    p95 = values[min(len(values) - 1, int(len(values) * 0.95))]
    return Figure(
        name,
        jobs,
        unit,
        len(values),
        statistics.median(values),
        p95,
        values[-1],
        found[-1][1],
        budget,
        judged,
        at_least,
    )
