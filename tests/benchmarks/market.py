"""What statistics cost with a long history, and how far their yearly pay agrees with a published file's own.

Method: a made-up history (`market_history`) of 40 sources, 5 of them added half-way, is written as polls leave it and
read by the real vocabularies; then all days are built from history, the last day is built once more, and every view is
asked, for all roles and for one, anywhere and in one country, over 90 days and over all: "making ready" reads the
postings of a role and window into memory, which a screen does while it opens, and the views come after it. Memory is
the growth of the process's largest resident set. With --cpu all times are processor time, for a busy machine.

    uv run python -m tests.benchmarks.market [--postings 100000] [--days 180] [--json] [--cpu]
    uv run python -m tests.benchmarks.market --agreement ats-2026.jsonl [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from jobcopilot.clock import FixedClock
from jobcopilot.market.daily import date_of
from jobcopilot.market.history import yearly_pay
from jobcopilot.market.market import Market
from jobcopilot.market.rates import shipped_rates
from jobcopilot.market.views import Progress, Query
from jobcopilot.paths import find_home
from jobcopilot.reading.pay_units import period_named
from jobcopilot.runtime import Runtime
from tests.benchmarks.market_history import LAST, write_history
from tests.benchmarks.measuring import Figure, Stopwatch, figure, milliseconds

VIEWS: Final = (
    "level",
    "trend",
    "skills",
    "gap",
    "employers",
    "time_to_close",
    "reposts",
    "origins",
    "daily",
)
_TIMES: Final = 5


def _resident() -> float:
    """The largest resident set so far, in MB."""
    unit = 1024 if sys.platform != "darwin" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure(postings: int, days: int) -> Iterator[Figure]:
    """Yield what reading, building and showing cost."""
    with tempfile.TemporaryDirectory() as folder:
        clock = FixedClock(datetime.fromtimestamp((LAST + 1) * 86_400 - 60, UTC))
        runtime = Runtime(find_home(Path(folder)), clock=clock)
        runtime.open()
        # By a process of its own, so that what it held is not taken for what building holds.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
            other.submit(write_history, runtime.home.database, runtime.profile.id, postings, days).result()
        runtime.profiles.change("default", {"skills": ["Python", "SQL", "Git", "Docker", "Linux"]})
        runtime.forget_profile()

        def market() -> Market:
            return Market(lambda: runtime.database, runtime.reader, runtime.profile, clock, runtime.home.data)

        before = _resident()
        yield figure("reading titles, places and pay, once", postings, [(milliseconds(market().refresh), "")])
        read = _resident()
        told: list[Progress] = []
        stop = threading.Event()
        took = milliseconds(lambda: market().build(anew=True, progress=told.append, stop=stop))
        assert [one.doing for one in told].count("counting") == days
        yield figure(
            f"full rebuild: all read and {days} days built",
            postings,
            [(took / 1000, "")],
            unit="s",
            budget=90,
            judged="median",
        )
        yield figure(
            "memory that this takes, reading included",
            postings,
            [(_resident() - before, f"after reading {read - before:.0f}")],
            unit="MB",
            budget=300,
            judged="median",
        )
        last = [(milliseconds(market().build_day, date_of(LAST)), "") for _ in range(3)]
        yield figure("one day's statistics", postings, last, budget=1000, judged="median")
        yield from _views(market, postings, days)
        size = runtime.home.database.stat().st_size / 1e6
        yield figure("the database, with postings", postings, [(size, "")], unit="MB")
        runtime.close()


def _views(market: Callable[[], Market], postings: int, days: int) -> Iterator[Figure]:
    whole = date_of(LAST - days + 1)
    queries = [
        Query(role, place, since)
        for since in (None, whole)
        for role in ("", "Software engineer")
        for place in ("", "US")
    ]
    first = []
    for query in (queries[0], queries[2], queries[4], queries[6]):
        told = market()
        first.append((milliseconds(told.make_ready, query), _name(query)))
    yield figure("making ready, once a process and build", postings, first)
    for view in VIEWS:
        measured = []
        told = market()
        for query in queries:
            told.make_ready(query)
            measured += [(milliseconds(getattr(told, view), query), _name(query)) for _ in range(_TIMES)]
        yield figure(f"view: {view}", postings, measured, budget=50)
    told = market()
    told.roles()
    choices = [(milliseconds(told.places), "places") for _ in range(_TIMES)]
    choices += [(milliseconds(told.roles), "roles") for _ in range(_TIMES)]
    yield figure("view: roles and places to choose", postings, choices, budget=50)


def _name(query: Query) -> str:
    window = "all days" if query.since else "90 days"
    return f"{query.role or 'all roles'}, {query.place or 'anywhere'}, {window}"


def agreement(file: Path) -> dict[str, Any]:
    """Hold our yearly pay in US dollars against the file's own: each bound that both state, by currency."""
    rates = shipped_rates()
    counts: dict[str, Counter[str]] = {}
    differing: list[dict[str, Any]] = []
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        stated = {
            "pay_minimum": row["salary_min_orig"],
            "pay_maximum": row["salary_max_orig"],
            "pay_currency": row["currency_original"],
            "pay_period": period_named(row["salary_interval_orig"]),
        }
        pay = yearly_pay(stated)
        group = "USD" if row["currency_original"] == "USD" else "converted"
        for bound, own, theirs in (
            ("minimum", pay.low, row["salary_min_usd"]),
            ("maximum", pay.high, row["salary_max_usd"]),
        ):
            ours = None if own is None else rates.in_pivot(own, pay.currency)
            kind = _kind(ours, theirs, 0.01 if group == "USD" else 0.03)
            if kind is None:
                continue
            counts.setdefault(group, Counter())[kind] += 1
            if kind != "agree":
                differing.append({
                    "kind": kind, "posting": row["job_uid"], "bound": bound, "ours": ours, "theirs": theirs,
                    "stated": row[f"salary_{bound[:3]}_orig"], "currency": row["currency_original"],
                    "interval": row["salary_interval_orig"],
                })  # fmt: skip
    return {
        "rates": rates.on.isoformat(),
        "counts": {group: dict(found) for group, found in sorted(counts.items())},
        "differing": differing,
    }


def _kind(ours: float | None, theirs: float | None, tolerance: float) -> str | None:
    if not ours and not theirs:
        return None
    if not theirs:
        return "only we have it"
    if not ours:
        return "only the file has it"
    return "agree" if abs(ours / theirs - 1) <= tolerance else "differ"


def _print_agreement(found: dict[str, Any]) -> None:
    print(f"Yearly pay in US dollars against the file's own, each bound; rates of {found['rates']}")
    for group, counts in found["counts"].items():
        print(f"  {group:<10}" + ", ".join(f"{kind}: {n}" for kind, n in sorted(counts.items())))
    for one in found["differing"]:
        print(
            f"    {one['kind']}: {one['posting'][:44]:<44} {one['bound']} {one['stated']} {one['currency']}"
            f" {one['interval']}: ours {one['ours']}, theirs {one['theirs']}"
        )


def main() -> int:
    """Print the table or the JSON document; 1 where a budget is broken or pay that both state differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--postings", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument(
        "--agreement", type=Path, metavar="FILE", help="only hold yearly pay against this file's"
    )
    parser.add_argument("--cpu", action="store_true", help="processor time instead of the wall's")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.agreement:
        agreed = agreement(given.agreement)
        if given.json:
            print(json.dumps(agreed, indent=2))
        else:
            _print_agreement(agreed)
        return int(any(one["kind"] == "differ" for one in agreed["differing"]))
    if given.cpu:
        Stopwatch.read = time.process_time
    found = list(measure(given.postings, given.days))
    kept = all(one.kept is not False for one in found)
    if given.json:
        load = os.getloadavg()[0]
        print(json.dumps({"figures": [one.as_json() for one in found], "load": load, "kept": kept}, indent=2))
    else:
        for one in found:
            print(
                f"{one.name:<40}{one.median:>11.2f}{one.p95:>11.2f}{one.worst:>11.2f} {one.unit:<3}"
                + ("" if one.budget is None else f" ≤ {one.budget:g}{'' if one.kept else ' BROKEN'}")
                + (f"  ({one.worst_case})" if one.worst_case else "")
            )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
