"""VTIMEZONE components for the years that a file speaks of, from this machine's time zone data.

Made here and not by the `icalendar` library: version 7.3 writes the onset of daylight saving time an hour late (in the
new offset, where RFC 5545, 3.6.5, asks for the old one), so that other programs misread that night.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone

_STEP: Final = timedelta(days=7)
"""No zone has changed its clocks twice within a week of the years that can be booked, but Morocco around Ramadan,
which leaves four."""
_SECOND: Final = timedelta(seconds=1)


class _Onset(NamedTuple):
    """From a moment on, clocks show another offset."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool


@lru_cache(maxsize=64)
def timezone_component(zone: str, first_year: int, last_year: int) -> Timezone:
    """Return a zone's rules over some years, both included. Raises `KeyError` for a zone unknown to this machine."""
    import icalendar

    info = ZoneInfo(zone)
    component = icalendar.Timezone()
    component.add("tzid", zone)
    # Two days early: there the year begins before it does in UTC.
    begins = datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=2)
    first = begins.astimezone(info)
    offset = first.utcoffset() or timedelta()
    for onset in (
        _Onset(begins, offset, offset, first.tzname() or zone, bool(first.dst())),
        *_onsets(info, begins, datetime(last_year + 1, 1, 1, tzinfo=UTC)),
    ):
        kind = icalendar.TimezoneDaylight if onset.daylight else icalendar.TimezoneStandard
        part = kind()
        # An onset is told on the clocks that run until then.
        part.add("dtstart", (onset.at + onset.before).replace(tzinfo=None))
        part.add("tzoffsetfrom", onset.before)
        part.add("tzoffsetto", onset.after)
        part.add("tzname", onset.name)
        component.add_component(part)
    return component


def _onsets(info: ZoneInfo, begins: datetime, ends: datetime) -> list[_Onset]:
    found: list[_Onset] = []
    at = begins
    while at < ends:
        following = min(at + _STEP, ends)
        if _clock(info, at) != _clock(info, following):
            low, high = at, following
            while high - low > _SECOND:
                middle = low + (high - low) / 2
                middle = middle.replace(microsecond=0)
                if _clock(info, middle) == _clock(info, at):
                    low = middle
                else:
                    high = middle
            before, after = low.astimezone(info), high.astimezone(info)
            found.append(
                _Onset(
                    high,
                    before.utcoffset() or timedelta(),
                    after.utcoffset() or timedelta(),
                    after.tzname() or "",
                    bool(after.dst()),
                )
            )
        at = following
    return found


def _clock(info: ZoneInfo, at: datetime) -> tuple[timedelta | None, str | None]:
    local = at.astimezone(info)
    return local.utcoffset(), local.tzname()
