"""What is paid, who hires, how long postings stay, and which come back: figures over the postings of a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nsmallest
from typing import Final

from jobcopilot.market.bits import positions, values_at
from jobcopilot.market.daily import date_of
from jobcopilot.market.figures import median_interval_ranks, quantile
from jobcopilot.market.holdings import Holdings
from jobcopilot.market.rates import RateTable
from jobcopilot.market.steadiness import Polled
from jobcopilot.market.views import (
    LEAST,
    Employer,
    Interval,
    Level,
    Origin,
    OriginKind,
    Origins,
    Reposts,
    TimeToClose,
)

MOST_ROWS: Final = 50


def level(held: Holdings, mask: int, currency: str, factor: float, rates: RateTable) -> Level:
    """Return what the postings of a set pay; `factor` is what a dollar is in `currency`."""
    paid = held.with_pay(mask)
    n = paid.bit_count()
    members = list(positions(paid))
    lows = sorted(low for at in members if (low := held.lows[at]) is not None)
    highs = sorted(high for at in members if (high := held.highs[at]) is not None)
    middles = [held.middles[at] for at in members]

    def shown(amount: float | None) -> float | None:
        return None if amount is None else round(amount * factor)

    interval = None
    if (ranks := median_interval_ranks(n)) is not None:
        low, high = (middles[rank] for rank in ranks)
        interval = Interval(round(low * factor), round(high * factor))
    return Level(
        n=mask.bit_count(),
        with_pay=n,
        dropped=(mask & held.mark("dropped")).bit_count(),
        unconverted=(mask & held.mark("stated") & ~paid).bit_count(),
        currency=currency,
        rates=rates.view,
        median=shown(quantile(middles, 0.5)),
        lower_quartile=shown(quantile(middles, 0.25)),
        upper_quartile=shown(quantile(middles, 0.75)),
        interval=interval,
        average=shown(sum(middles) / n if n else None),
        low=shown(quantile(lows, 0.5)),
        high=shown(quantile(highs, 0.5)),
    )


def employers(held: Holdings, mask: int, now: int, since: int, factor: float) -> tuple[Employer, ...]:
    """Return the companies of a set, those first that have most open now; `mask` has each posting once."""
    is_open = held.counts_of("company", now)
    new = held.counts_of("company", mask & held.opened_from(since))
    ordered = nsmallest(
        MOST_ROWS,
        is_open.keys() | new.keys(),
        key=lambda one: (-is_open.get(one, 0), -new.get(one, 0), held.labels[one]),
    )
    # Postings stand in the order of their pay, so what is gathered of each company is sorted.
    paid: dict[int, list[float]] = {number: [] for number in ordered}
    priced = held.with_pay(mask)
    for number, middle in zip(
        values_at(priced, held.companies), values_at(priced, held.middles), strict=True
    ):
        if number in paid:
            paid[number].append(middle)
    rows = []
    for number in ordered:
        middles = paid[number]
        median = quantile(middles, 0.5) if len(middles) >= LEAST else None
        rows.append(
            Employer(
                held.labels[number],
                is_open.get(number, 0),
                new.get(number, 0),
                len(middles),
                None if median is None else round(median * factor),
            )
        )
    return tuple(rows)


def time_to_close(held: Holdings, mask: int, since: int, today: int, polled: Sequence[Polled]) -> TimeToClose:
    """Return how many days the postings of a set stayed that closed in the window; `mask` may hold all spans."""
    begun = {source.id: source.first for source in polled}
    days: list[int] = []
    cut = 0
    for at in positions(mask & held.mark("closed")):
        if not since <= held.until[at] <= today or held.sources[at] not in begun:
            continue
        if held.opened[at] == begun[held.sources[at]]:
            cut += 1
        else:
            days.append(held.until[at] - held.opened[at])
    days.sort()
    return TimeToClose(len(days), cut, quantile(days, 0.5), quantile(days, 0.25), quantile(days, 0.75))


def reposts(held: Holdings, mask: int) -> Reposts:
    """Return how many postings of a set came back after they were closed, and whose they are."""
    back = mask & held.mark("reposted")
    companies = held.counts_of("company", back)
    ordered = sorted(companies, key=lambda one: (-companies[one], held.labels[one]))
    return Reposts(
        back.bit_count(),
        mask.bit_count(),
        tuple((held.labels[number], companies[number]) for number in ordered[:MOST_ROWS]),
    )


def origins(
    held: Holdings,
    mask: int,
    since: int,
    polled: Sequence[Polled],
    credits_of: Mapping[str, str],
    rates: RateTable,
    built: int | None,
) -> Origins:
    """Return the sources of a set's postings, those first that have most."""
    found = [
        Origin(
            "feed",
            ":".join(part for part in (source.feed, source.board) if part),
            n,
            None if source.first is None else date_of(source.first),
            None if source.last is None else date_of(source.last),
            source.polls,
            source.throughout(since),
            credits_of.get(source.feed, ""),
        )
        for source in polled
        if (n := (held.set_of("source", source.id) & mask).bit_count())
    ]
    brought: tuple[tuple[OriginKind, str], ...] = (("import", "imported"), ("own", "added by hand"))
    for kind, name in brought:
        days = [held.opened[at] for at in positions(held.mark(kind) & mask)]
        if days:
            found.append(
                Origin(kind, name, len(days), date_of(min(days)), date_of(max(days)), len(set(days)))
            )
    found.sort(key=lambda one: (-one.postings, one.name))
    return Origins(mask.bit_count(), rates.view, None if built is None else date_of(built), tuple(found))
