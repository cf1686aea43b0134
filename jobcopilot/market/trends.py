"""How the market moved in a window, over sources that were polled throughout it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from jobcopilot.market.daily import date_of
from jobcopilot.market.holdings import Holdings
from jobcopilot.market.rates import RateTable
from jobcopilot.market.steadiness import Polled
from jobcopilot.market.views import LEAST, SkillDemand, Skills, SourceSpan, Step, Trend, TrendPoint

MOST_BY_DAY: Final = 35
"""Windows of more days are drawn by the week."""
MOST_SKILLS: Final = 200


def steady_set(held: Holdings, polled: Sequence[Polled], since: int) -> int:
    """Return the postings of sources that were polled throughout."""
    mask = 0
    for source in polled:
        if source.throughout(since):
            mask |= held.set_of("source", source.id)
    return mask


def trend(
    held: Holdings,
    place: int,
    since: int,
    today: int,
    polled: Sequence[Polled],
    credits_of: Mapping[str, str],
    shown: tuple[str, float],
    rates: RateTable,
) -> Trend:
    """Return the trend of a place's postings from `since` to today; `shown` is the currency and a dollar in it."""
    currency, factor = shown
    steady = [source for source in polled if source.throughout(since)]
    left_out = [source for source in polled if not source.throughout(since)]
    mask = place & steady_set(held, polled, since)
    step: Step = "day" if today - since <= MOST_BY_DAY else "week"
    days = range(today, since - 1, -1 if step == "day" else -7)
    points = [_point(held, mask & held.open_on(day), day, factor) for day in reversed(days)] if steady else []
    possible = [source.steady_since for source in polled if source.steady_since is not None]
    return Trend(
        date_of(since),
        date_of(today),
        step,
        currency,
        rates.view,
        tuple(points),
        tuple(_span(source, credits_of) for source in steady),
        tuple(_span(source, credits_of) for source in left_out),
        date_of(min(possible)) if possible else None,
    )


def _point(held: Holdings, mask: int, day: int, factor: float) -> TrendPoint:
    paid = held.with_pay(mask).bit_count()
    if paid < LEAST:
        return TrendPoint(date_of(day), mask.bit_count(), paid)
    low, median, high = (round((held.quantile(mask, share) or 0) * factor) for share in (0.25, 0.5, 0.75))
    return TrendPoint(date_of(day), mask.bit_count(), paid, median, low, high)


def _span(source: Polled, credits_of: Mapping[str, str]) -> SourceSpan:
    since = None if source.steady_since is None else date_of(source.steady_since)
    return SourceSpan(source.id, source.feed, source.board, since, credits_of.get(source.feed, ""))


def skills(
    held: Holdings,
    place: int,
    since: int,
    today: int,
    polled: Sequence[Polled],
    has: Callable[[str], bool],
) -> Skills:
    """Return the skills that a place's open postings ask for, most asked first, with the change over the window."""
    now = place & held.open_on(today)
    steady = place & steady_set(held, polled, since)
    then, later = steady & held.open_on(since), steady & held.open_on(today)
    naming = 0
    counts: dict[int, int] = {}
    for number in held.numbers_of("skill"):
        mine = held.set_of("skill", number)
        naming |= mine
        if n := (mine & now).bit_count():
            counts[number] = n
    n_now, n_then, n_later = ((naming & mask).bit_count() for mask in (now, then, later))
    compared = since < today and n_then >= LEAST and n_later >= LEAST
    rows = []
    for number in sorted(counts, key=lambda one: (-counts[one], held.names[one]))[:MOST_SKILLS]:
        change = None
        if compared:
            mine = held.set_of("skill", number)
            change = (mine & later).bit_count() / n_later - (mine & then).bit_count() / n_then
        name = held.names[number]
        rows.append(SkillDemand(name, counts[number], counts[number] / n_now, change, has(name)))
    return Skills(n_now, now.bit_count(), tuple(rows), date_of(since) if compared else None)
