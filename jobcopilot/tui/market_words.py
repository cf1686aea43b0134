"""How figures of the market are said: money, shares, changes and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from jobcopilot.reading.pay import Pay
from jobcopilot.tui.widgets.signs import count, day, short_pay

if TYPE_CHECKING:
    from jobcopilot.market.views import Rates
    from jobcopilot.tui.market_data import Reading

UP, DOWN, SAME = "▲", "▼", "="
YOURS = "✓"


def money(amount: float | None, currency: str) -> str:
    """Return yearly pay as people say it: `€78k`; — where it is not known."""
    return pay_range(amount, amount, currency)


def pay_range(low: float | None, high: float | None, currency: str) -> str:
    """Return a range of yearly pay: `€69–88k`; — where it is not known."""
    if low is None or high is None:
        return "—"
    return short_pay(Pay("", round(low), round(high), currency, None, "parsed"))


def ticks(amounts: Sequence[float], currency: str) -> list[str]:
    """Return marks of an axis of pay, as exact as all of them need: `€97.5k` beside `€100.0k`, else `€97k`."""
    exact = any(amount % 1000 for amount in amounts) and max(amounts, default=0) < 1_000_000
    if not exact:
        return [money(amount, currency) for amount in amounts]
    return [money(10_000, currency).replace("10k", f"{amount / 1000:.1f}k") for amount in amounts]


def signed_money(amount: float | None, currency: str) -> str:
    """Return a difference of yearly pay: `+€4k`, `−€1.5k`; — where it is not known."""
    if amount is None:
        return "—"
    thousands = abs(amount) / 1000
    if thousands < 0.05:
        return "±0"
    # `short_pay` says small amounts to the unit, which a difference of medians is not good for.
    said = short_pay(Pay("", 10_000, 10_000, currency, None, "parsed")).replace(
        "10k", f"{thousands:.1f}".removesuffix(".0") + "k" if thousands < 10 else f"{thousands:.0f}k"
    )
    return f"{'+' if amount > 0 else '−'}{said}"


def share(part: float | None) -> str:
    """Return a share: `81 %`; — where it is not known."""
    return "—" if part is None else f"{part * 100:.0f} %"


def points(change: float | None) -> str:
    """Return a change of a share in hundredths with its sign: `▲  3`, `▼ 12`, `=`; empty where it is not known."""
    if change is None:
        return ""
    whole = round(change * 100)
    return f"{UP if whole > 0 else DOWN}{abs(whole):>3}" if whole else SAME


def relative(first: float | None, last: float | None) -> str:
    """Return how much a figure went up or down: `▲ 3 %`; empty where it is not known."""
    if not first or last is None:
        return ""
    whole = round((last - first) / first * 100)
    return f"{UP if whole > 0 else DOWN} {abs(whole)} %" if whole else f"{SAME} unchanged"


def days(number: float | None) -> str:
    """Return a number of days; — where it is not known."""
    return "—" if number is None else f"{number:.0f}"


def short_day(when: date, today: date) -> str:
    """Return a day for an axis: `7 Sep`, with the year where it is not this one."""
    text = f"{when.day} {when:%b}"
    return text if when.year == today.year else f"{text} {when:%Y}"


def rates(used: Rates, today: date) -> str:
    """Return of when the exchange rates are, and whose: `Thu 19 Nov (European Central Bank)`."""
    whose = "your own table" if used.own else used.origin
    return f"{day(used.on, today)} ({whose})"


def basis(reading: Reading) -> str:
    """Return what the figures rest on: `n = 412 postings, 163 with pay, 9 feeds, to 20 Nov`; samples say so first."""
    level, origins = reading.level, reading.origins
    feeds = sum(origin.kind == "feed" for origin in origins.sources)
    others = sum(origin.kind != "feed" for origin in origins.sources)
    parts = ["sample data"] if origins.sample else []
    parts += [f"n = {count(level.n, 'posting')}", f"{level.with_pay:,} with pay"]
    if feeds:
        parts.append(count(feeds, "feed"))
    elif others:
        parts.append("imports only")
    last = [origin.last for origin in origins.sources if origin.last is not None]
    until = origins.built or (max(last) if last else None)
    if until is not None:
        parts.append(f"to {short_day(until, reading.today)}")
    return ", ".join(parts)


def too_few(number: int) -> str:
    """Return what stands in place of a figure that would rest on too little."""
    return f"n = {number}: too few to say"
