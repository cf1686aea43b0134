"""From the history of one posting to the stretches of days in which it was on the market and said the same.

A posting is on the market on a day when it was seen by that day's end (UTC) and not closed by then. Its pay on a day
is what it said at the day's end; title, place and skills are taken as they are now for all of its days, since an edit
of them is nearly always a correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast, get_args

from jobcopilot.reading.pay_units import is_sane, yearly
from jobcopilot.reading.pay_words import Period

OPEN: Final = 0x7FFFFFFF
"""The end of what is still on the market."""
_DAY_MS: Final = 86_400_000
_PERIODS: Final = frozenset(get_args(Period))
PAY_READ: Final = ("pay_minimum", "pay_maximum", "pay_currency", "pay_period")
"""What of a posting its yearly pay follows from."""


def day_of(milliseconds: int) -> int:
    """Return the day (UTC, since 1970) of a stored moment."""
    return milliseconds // _DAY_MS


class YearlyPay(NamedTuple):
    """What a posting pays a year in `currency`; `dropped` where it states only 0 or what nobody is paid."""

    low: float | None = None
    high: float | None = None
    currency: str | None = None
    dropped: bool = False


class Stretch(NamedTuple):
    """Days from `since` to before `until` on which a posting said the same; `opened` is when it came (back)."""

    since: int
    until: int
    opened: int
    pay: YearlyPay


class Event(NamedTuple):
    """One row of `posting_event` that matters here."""

    at: int
    action: str
    before: Mapping[str, Any]


def yearly_pay(stated: Mapping[str, Any]) -> YearlyPay:
    """Return the yearly pay of the columns `PAY_READ`; a bound of 0 or outside sane bounds is not one.

    Without a period the amount is one that nobody can compare: it counts as dropped.
    """
    bounds = [stated["pay_minimum"], stated["pay_maximum"]]
    if bounds == [None, None]:
        return YearlyPay()
    currency = cast("str | None", stated["pay_currency"])
    period = cast("Period | None", stated["pay_period"] if stated["pay_period"] in _PERIODS else None)
    kept = [yearly(bound, period) if is_sane(bound, period, currency) else None for bound in bounds]
    if kept == [None, None]:
        return YearlyPay(dropped=True)
    low, high = kept
    if low is not None and high is not None and low > high:
        low, high = high, low
    return YearlyPay(low, high, currency)


def stretches(
    first_seen: int, closed: int | None, now: Mapping[str, Any], events: Sequence[Event]
) -> list[Stretch]:
    """Return the stretches of a posting of a feed, in order.

    `first_seen` and `closed` are moments in milliseconds, `now` its pay columns, `events` its history in order.
    A posting that came and went on one day has a stretch of no days.
    """
    said = _pay_by_day(now, [event for event in events if event.action == "pay"])
    found: list[Stretch] = []
    since = day_of(first_seen)
    for event in events:
        if event.action == "reposted" and event.before.get("closed_at") is not None:
            back = day_of(event.at)
            gone = min(max(since, day_of(int(event.before["closed_at"]))), back)
            found += _saying(since, gone, said)
            since = back
    until = OPEN if closed is None else max(since, day_of(closed))
    found += _saying(since, until, said)
    return _joined(found)


def _pay_by_day(now: Mapping[str, Any], changes: Sequence[Event]) -> list[tuple[int, YearlyPay]]:
    """Return since which day which pay holds, the newest first; the oldest holds from the beginning."""
    columns = dict(now)
    said: list[tuple[int, YearlyPay]] = []
    for change in reversed(changes):
        day = day_of(change.at)
        if not said or said[-1][0] > day:  # of several on one day the last holds
            said.append((day, yearly_pay(columns)))
        columns |= {name: value for name, value in change.before.items() if name in columns}
    said.append((-1, yearly_pay(columns)))
    return said


def _saying(since: int, until: int, said: Sequence[tuple[int, YearlyPay]]) -> Iterable[Stretch]:
    """Yield one interval on the market, parted where the pay changed."""
    if since == until:
        yield Stretch(since, until, since, next(pay for day, pay in said if day <= since))
        return
    begin = since
    for position in range(len(said) - 1, -1, -1):
        end = min(until, said[position - 1][0]) if position else until
        if end > begin:
            yield Stretch(begin, end, since, said[position][1])
            begin = end


def _joined(found: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches without those of no days beside others, and one where two say the same in a row."""
    joined: list[Stretch] = []
    for one in found:
        if joined and joined[-1].until == one.since and joined[-1].pay == one.pay:
            joined[-1] = joined[-1]._replace(until=one.until)
        elif joined and joined[-1].since == joined[-1].until == one.since:
            joined[-1] = one._replace(opened=joined[-1].opened)
        else:
            joined.append(one)
    return joined


def without(stretch: Stretch, covered: Sequence[tuple[int, int]]) -> list[Stretch]:
    """Return what is left of a stretch outside of covered days (pairs of first day and day after), in order."""
    left = [stretch]
    for begin, end in covered:
        parts: list[Stretch] = []
        for one in left:
            if end <= one.since or begin >= one.until:
                if one.since < one.until or not begin <= one.since <= end:
                    parts.append(one)
                continue
            if one.since < begin:
                parts.append(one._replace(until=begin))
            if end < one.until:
                parts.append(one._replace(since=end, opened=end))
        left = parts
    return left
