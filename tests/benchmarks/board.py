"""How fast the board is: `python -m tests.benchmarks.board --jobs 100000 [--json]`.

Every figure is taken at 1,000 jobs too, so that growth is seen. Databases are built once for each size in the
temporary folder and kept there. A measure is a function of a home and its number of jobs that yields `Figure`s.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from jobcopilot.paths import Home
from tests.benchmarks import acting, reading
from tests.benchmarks.database import board_home
from tests.benchmarks.measuring import Figure, Stopwatch, milliseconds

Measure = Callable[[Home, int], Iterator[Figure]]
MEASURES: Final[dict[str, Measure]] = {
    "reading": reading.measure,
    "painting": acting.painting,
    "starting": acting.starting,
    "scoring": acting.scoring,
    "importing": acting.importing,
}
"""What is measured, by the name that `--only` takes."""
SMALL: Final = 1_000
GROWTH: Final = 1.5


def main() -> int:
    """Measure, print one table or one JSON document, and return 1 where a budget is broken."""
    options = _options()
    if options.cpu:
        Stopwatch.read = staticmethod(time.thread_time)
    figures: list[Figure] = []
    for jobs in dict.fromkeys((SMALL, options.jobs)):
        home = board_home(jobs)
        for name, measure in MEASURES.items():
            if options.only in {None, name}:
                for found in measure(home, jobs):
                    figures.append(found)
                    if not options.json:
                        print(_line(found), flush=True)
    report = _report(figures, options.jobs)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print(
            f"\n{report['machine']}\ngrowth of a page of the list: {report['page_growth']} (≤ {GROWTH}), "
            f"of a jump into its middle: {report['jump_growth']}"
        )
    return 0 if report["kept"] else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.board", description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--only", choices=MEASURES, help="one kind of measure")
    parser.add_argument("--cpu", action="store_true", help="processor time instead of the wall clock's")
    return parser.parse_args()


def _report(figures: list[Figure], jobs: int) -> dict[str, Any]:
    growth = _growth(figures, reading.LIST_PAGE, jobs)
    kept = all(found.kept is not False for found in figures) and (growth is None or growth <= GROWTH)
    return {
        "jobs": jobs,
        "clock": "processor" if Stopwatch.read is time.thread_time else "wall",
        "machine": {
            "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "million_additions_ms": round(min(milliseconds(sum, range(1_000_000)) for _ in range(5)), 1),
            "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
        "figures": [found.as_json() for found in figures],
        "page_growth": growth,
        "page_growth_budget": GROWTH,
        "jump_growth": _growth(figures, reading.LIST_JUMP, jobs),
        "kept": kept,
    }


def _growth(figures: list[Figure], name: str, jobs: int) -> float | None:
    """How many times as long the median case takes as at the small size, None where one of them was not measured."""
    small, large = (
        next((found.median for found in figures if found.name == name and found.jobs == size), None)
        for size in (SMALL, jobs)
    )
    return round(large / small, 2) if small and large and jobs != SMALL else None


def _line(found: Figure) -> str:
    budget = (
        "" if found.budget is None else f"{'≥' if found.at_least else '≤'} {found.budget:g} {found.judged}"
    )
    verdict = {True: "kept", False: "BROKEN", None: ""}[found.kept]
    return (
        f"{found.jobs:>7,}  {found.name:<38}{found.median:>9.2f}{found.p95:>9.2f}{found.worst:>9.2f} {found.unit:<6}"
        f"{budget:<12}{verdict:<7}{found.worst_case}"
    )


if __name__ == "__main__":
    sys.exit(main())
