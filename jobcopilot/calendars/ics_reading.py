"""Reading iCalendar from outside: what a server holds of an event, and the parts of an invitation.

Nothing of it is trusted: it is measured before it is parsed, and every text is made safe.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

import icalendar

from jobcopilot.calendars.port import EventStatus, Facts
from jobcopilot.errors import BadInput
from jobcopilot.text import clean_line, clean_text

SIZE_LIMIT: Final = 2_000_000
"""Bytes of the largest invitation that is read; the largest real ones carry a few hundred kilobytes of text."""
TEXT_KEPT: Final = 20_000
_STATUS: Final[dict[str, EventStatus]] = {"CANCELLED": "cancelled", "TENTATIVE": "tentative"}
_PROBLEM: Final = 120
_LEADING: Final = b"\xef\xbb\xbf \r\n\t"


def parsed(raw: bytes, name: str) -> icalendar.Calendar:
    """Return the calendar that a file or answer holds. Raises `BadInput` with the file's name and what is wrong."""
    if len(raw) > SIZE_LIMIT:
        raise BadInput(
            "This calendar file is too large for an invitation",
            f"{name} has {len(raw) / 1e6:,.1f} MB; up to {SIZE_LIMIT / 1e6:.0f} MB are read",
            "Save the one invitation as a file of its own, then import that.",
        )
    with _in_words(name), quietly():
        found: Any = icalendar.Calendar.from_ical(raw.lstrip(_LEADING), multiple=True)
        calendars = [one for one in found if one.name == "VCALENDAR"]
    if not calendars:
        cut = raw.lstrip(_LEADING)[:15].upper().startswith(b"BEGIN:VCALENDAR")
        raise BadInput(
            "The calendar file is cut off" if cut else "This is no calendar file",
            name,
            "Ask for the invitation again. Nothing was changed."
            if cut
            else "An invitation begins with BEGIN:VCALENDAR.",
        )
    first: icalendar.Calendar = calendars[0]
    for other in calendars[1:]:
        for component in other.subcomponents:
            first.add_component(component)
    return first


def facts_read(raw: bytes, uid: str) -> tuple[Facts | None, int]:
    """Return what an event on a server says, and its SEQUENCE; None where it is something that no round can be."""
    try:
        calendar = parsed(raw, uid)
        with quietly():
            events = [one for one in calendar.walk("VEVENT") if str(one.get("uid", "")) == uid]
            if len(events) != 1 or "RRULE" in events[0] or "RDATE" in events[0]:
                return None, 0
            event = events[0]
            starts, ends = span(event)
            if (
                type(starts) is not datetime
                or type(ends) is not datetime
                or not (starts.tzinfo and ends.tzinfo)
            ):
                return None, 0
            sequence = int(event.get("sequence", 0))
            facts = Facts(
                starts.astimezone(UTC),
                ends.astimezone(UTC),
                line(event, "SUMMARY"),
                line(event, "LOCATION"),
                text(event, "DESCRIPTION"),
                status(event),
            )
    except (BadInput, ValueError, TypeError, KeyError, OverflowError, AttributeError):
        # A broken property is told by `icalendar` with an AttributeError.
        return None, 0
    return facts, sequence


def span(event: icalendar.Component) -> tuple[date | datetime, date | datetime]:
    """Return start and end as they are written: dates, or times with or without a zone; a missing end is worked out.

    Raises `ValueError` where there is no start, or what stands there cannot be read.
    """
    start_property = event.get("DTSTART")
    if start_property is None:
        raise ValueError("it has no start (DTSTART)")
    starts: date | datetime = start_property.dt
    if (end_property := event.get("DTEND")) is not None:
        ends: date | datetime = end_property.dt
    elif (length := event.get("DURATION")) is not None:
        ends = _after(starts, length.dt)
    else:
        ends = starts if isinstance(starts, datetime) else starts + timedelta(days=1)
    if isinstance(starts, datetime) != isinstance(ends, datetime):
        raise ValueError("it begins with a day and ends with a time, or the other way round")
    return starts, ends


def _after(starts: date | datetime, length: timedelta) -> date | datetime:
    """Return the end of what lasts so long: days by the clock on the wall, the rest by true time (RFC 5545, 3.3.6)."""
    if not isinstance(starts, datetime) or starts.tzinfo is None:
        return starts + length
    days = timedelta(days=length.days)
    return ((starts + days).astimezone(UTC) + (length - days)).astimezone(starts.tzinfo)


def status(event: icalendar.Component) -> EventStatus:
    """Return whether an event takes place."""
    return _STATUS.get(str(event.get("STATUS", "")).upper(), "confirmed")


def line(event: icalendar.Component, name: str) -> str:
    """Return a property as one safe line."""
    return clean_line(_first(event.get(name)))


def text(event: icalendar.Component, name: str) -> str:
    """Return a property as safe text."""
    return clean_text(_first(event.get(name)), TEXT_KEPT)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment that was written without a zone as one of `zone`."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _first(value: Any) -> str:
    """A property that must not be there twice may be, in files from outside: the first one counts."""
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value)


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    try:
        yield
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as broken:
        said = clean_line(str(broken), _PROBLEM) or type(broken).__name__
        raise BadInput(
            "The calendar file cannot be read",
            f"{name}: {said}",
            "Ask for the invitation again, or enter the interview by hand. Nothing was changed.",
        ) from None


@contextmanager
def quietly() -> Iterator[None]:
    """Keep warnings of the library from the terminal."""
    # What it guesses about a zone's name is told by the one who reads, not on the terminal.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
