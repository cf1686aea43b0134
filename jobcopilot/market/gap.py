"""The gap: what one more skill would open, over the postings that are open now.

A posting matches when the person has every skill that it must have; one that names none is silent. So a skill opens
exactly the postings that lack nothing else. Skills of manner ("communication") are left out on both sides: everybody
asks for them and nobody can be told to learn them by Kubernetes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from jobcopilot.market.holdings import Holdings
from jobcopilot.market.rates import RateTable
from jobcopilot.market.views import LEAST, Gap, GapRow

MOST_ROWS: Final = 50


def gap(
    held: Holdings,
    mask: int,
    has: Callable[[str], bool],
    counts_not: Callable[[str], bool],
    shown: tuple[str, float],
    rates: RateTable,
) -> Gap:
    """Return what each skill would bring that the person lacks, over a set of open postings.

    `has` says which skills the person has, `counts_not` which are left out; `shown` is the currency and a dollar in it.
    """
    currency, factor = shown
    demanding = lacking = lacking_more = 0
    lacked: dict[int, int] = {}
    for number in held.numbers_of("must"):
        name = held.names[number]
        asked = 0 if counts_not(name) else held.set_of("must", number) & mask
        if not asked:
            continue
        demanding |= asked
        if not has(name):
            lacked[number] = asked
            lacking_more |= lacking & asked
            lacking |= asked
    lacking_one = lacking & ~lacking_more
    opened = {number: (asked & lacking_one).bit_count() for number, asked in lacked.items()}
    median = held.quantile(mask, 0.5) if held.with_pay(mask).bit_count() >= LEAST else None
    rows = []
    ordered = sorted(lacked, key=lambda one: (-opened[one], -lacked[one].bit_count(), held.names[one]))
    for number in ordered[:MOST_ROWS]:
        asking = held.set_of("skill", number) & mask
        paid = held.with_pay(asking).bit_count()
        theirs = held.quantile(asking, 0.5) if paid >= LEAST else None
        rows.append(
            GapRow(
                held.names[number],
                opened[number],
                asking.bit_count(),
                paid,
                None if theirs is None else round(theirs * factor),
                None if theirs is None or median is None else round((theirs - median) * factor),
            )
        )
    return Gap(
        matching=(demanding & ~lacking).bit_count(),
        considered=demanding.bit_count(),
        silent=(mask & ~demanding).bit_count(),
        currency=currency,
        rates=rates.view,
        level=None if median is None else round(median * factor),
        rows=tuple(rows),
    )
