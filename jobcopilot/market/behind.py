"""The postings behind a figure, so that what it says can be read in their own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from jobcopilot.jobs.records import listed
from jobcopilot.market.bits import positions
from jobcopilot.market.daily import date_of
from jobcopilot.market.holdings import Holdings
from jobcopilot.market.steadiness import Polled
from jobcopilot.market.trends import steady_set
from jobcopilot.market.views import Behind, PostingBehind, PostingsBehind

MOST_ROWS: Final = 500
"""More than anybody reads; a narrower role or place shows the others."""
_POSTINGS: Final = (
    "SELECT posting.id * 2, title, company, place, posting.address, feed, board FROM posting"
    " JOIN source ON source.id = posting.source_id WHERE posting.id IN (SELECT value FROM json_each(?))"
)
_JOBS: Final = (
    "SELECT id * 2 + 1, title, company, place, address, source, '' FROM job"
    " WHERE id IN (SELECT value FROM json_each(?))"
)


def set_behind(
    held: Holdings, place: int, behind: Behind, today: int, since: int, polled: Sequence[Polled]
) -> int:
    """Return the postings that a figure counts, of those in a place."""
    match behind.what:
        case "pay":
            return held.with_pay(place & held.mark("last"))
        case "postings":
            steady = steady_set(held, polled, since)
            return place & (steady & held.open_on(today) if steady else held.mark("last"))
        case "skill":
            number = held.numbers.get(("skill", behind.name))
            return 0 if number is None else place & held.open_on(today) & held.set_of("skill", number)
    named = [number for number in held.numbers_of("company") if held.labels[number] == behind.name]
    mine = 0
    for number in named:
        mine |= held.set_of("company", number)
    return place & held.mark("last") & mine


def postings_behind(
    connection: sqlite3.Connection,
    held: Holdings,
    mask: int,
    behind: Behind,
    today: int,
    shown: tuple[str, float],
) -> PostingsBehind:
    """Return the postings of a set: those behind pay from the highest down, all others from the newest on.

    `shown` is the currency and what a dollar is in it.
    """
    currency, factor = shown
    # They stand in the order of their pay.
    ordered = list(positions(mask))[::-1]
    if behind.what != "pay":
        ordered.sort(key=lambda at: -held.opened[at])
    some = ordered[:MOST_ROWS]
    known = _read(connection, [held.units[at] for at in some])
    rows = []
    for at in some:
        texts = known.get(held.units[at])
        if texts is None:
            continue
        title, company, place, address, *source = texts
        low, high = (None if one is None else round(one * factor) for one in (held.lows[at], held.highs[at]))
        rows.append(
            PostingBehind(
                title,
                company,
                place or "",
                low,
                high,
                date_of(held.opened[at]),
                date_of(held.until[at]) if held.until[at] <= today else None,
                ":".join(part for part in source if part),
                address or "",
            )
        )
    return PostingsBehind(len(ordered), currency, tuple(rows))


def _read(connection: sqlite3.Connection, units: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return what postings and jobs say of themselves, by their member numbers."""
    found: dict[int, tuple[Any, ...]] = {}
    for query, odd in ((_POSTINGS, 0), (_JOBS, 1)):
        ids = listed(unit // 2 for unit in units if unit % 2 == odd)
        found |= {member: tuple(texts) for member, *texts in connection.execute(query, (ids,))}
    return found
