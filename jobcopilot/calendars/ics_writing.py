"""Events as iCalendar (RFC 5545): one file for one round or all, and what is put on a CalDAV server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Final
from zoneinfo import ZoneInfo

import icalendar

from jobcopilot.calendars.ics_zones import timezone_component
from jobcopilot.calendars.port import Event

FEED_NAME: Final = "Interviews"
_STATUS: Final = {"confirmed": "CONFIRMED", "tentative": "TENTATIVE", "cancelled": "CANCELLED"}


class _TrueMinutes(icalendar.vDuration):
    """A time before, written in minutes: in iCalendar a day before is at the same time of the clock, which on the
    nights of the change is not what the reminders say."""

    def to_ical(self) -> bytes:
        return f"-PT{-self.td // timedelta(minutes=1)}M".encode()


def to_ics(events: Sequence[Event], *, name: str = "") -> bytes:
    """Return events as one iCalendar object; `name` is what programs that subscribe to it call the calendar."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//Jobcopilot//{_version()}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        # Programs that subscribe look again this often (RFC 7986, and what was used before it).
        calendar.add("refresh-interval", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT15M")
    spans = [_local(event) for event in events]
    for zone in _zones(zip(events, spans, strict=True)):
        calendar.add_component(zone)
    for event, span in zip(events, spans, strict=True):
        calendar.add_component(_component(event, *span))
    written: bytes = calendar.to_ical()
    return written


def _component(event: Event, starts: datetime, ends: datetime) -> icalendar.Event:
    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at)
    component.add("created", event.created_at)
    component.add("last-modified", event.changed_at)
    component.add("dtstart", starts)
    component.add("dtend", ends)
    component.add("summary", event.facts.summary)
    for field, text in (("location", event.facts.location), ("description", event.facts.description)):
        if text:
            component.add(field, text)
    if event.link:
        component.add("url", event.link)
    component.add("status", _STATUS[event.facts.status])
    component.add("transp", "OPAQUE" if event.busy else "TRANSPARENT")
    component.add("categories", ["Interview"])
    if event.facts.status != "cancelled":
        for alarm in event.alarms:
            component.add_component(_alarm(event, alarm.minutes, before_end=alarm.before_end))
    return component


def _alarm(event: Event, minutes: int, *, before_end: bool) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event.facts.summary)
    before = _TrueMinutes(timedelta(minutes=-minutes))
    alarm.add("trigger", before, parameters={"RELATED": "END"} if before_end else {})
    return alarm


def _local(event: Event) -> tuple[datetime, datetime]:
    """Return start and end on the clocks of the event's zone; in UTC where those would leave it open which is meant."""
    starts, ends = event.facts.starts_at.astimezone(UTC), event.facts.ends_at.astimezone(UTC)
    try:
        zone = ZoneInfo(event.zone)
    except (KeyError, ValueError, OSError):
        return starts, ends
    local = starts.astimezone(zone), ends.astimezone(zone)
    # The second of two equal hours cannot be told from the first in iCalendar: a local time means the first one.
    if event.zone == "UTC" or any(one.fold for one in local):
        return starts, ends
    return local


def _zones(spans: Iterable[tuple[Event, tuple[datetime, datetime]]]) -> list[icalendar.Timezone]:
    """Return the rules of the zones that local times are written in, over the years that they are in."""
    years: dict[str, tuple[int, int]] = {}
    for event, (starts, ends) in spans:
        if starts.tzinfo is not UTC:
            low, high = years.get(event.zone, (starts.year, ends.year))
            years[event.zone] = (min(low, starts.year), max(high, ends.year))
    return [timezone_component(zone, *span) for zone, span in sorted(years.items())]


def _version() -> str:
    try:
        return version("jobcopilot")
    except PackageNotFoundError:
        return "source"
