"""What a reminder says, made at the moment it is sent: the person's zone and what is left are those of now."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import urlsplit

from jobcopilot.reminders.views import CUSTOM, DEADLINE, HOURS_BEFORE, Described, Message, Subject
from jobcopilot.text import clean_line

LATE_AFTER: Final = timedelta(minutes=1)
"""A reminder that comes later than this after its due time says so."""
SNOOZES: Final = (timedelta(minutes=10), timedelta(hours=1))
"""How long a notification's buttons put it off; only those that leave it in time are offered."""
TITLE_LIMIT: Final = 120
LINE_LIMIT: Final = 160
LINES: Final = 8
_NAMES: Final = 4
LINK_LIMIT: Final = 2_000
OPENABLE: Final = ("https", "http")
"""Schemes that a button may open: a link came from outside and must not start any program it likes."""


def is_late(due: datetime, now: datetime) -> bool:
    """Return whether a reminder sent now must say that it comes late."""
    return now - due > LATE_AFTER


def compose(
    described: Described,
    *,
    subject: Subject,
    kind: str,
    due: datetime,
    now: datetime,
    zone: tzinfo,
    reminder_id: int = 0,
) -> Message:
    """Return what to show: title with what is left, then time, place, people, open preparation, and lateness."""
    title = clean_line(described.title, TITLE_LIMIT) or str(subject)
    lines: list[str] = []
    if described.begins_at is not None:
        title = f"{title}: {_left(kind, described.begins_at - now)}"
        lines.append(_when(described, described.begins_at, now, zone))
    lines += [
        clean_line(described.place, LINE_LIMIT),
        clean_line(described.link, LINE_LIMIT),
        _listed("With", described.contacts),
        _listed("Still to prepare", described.open_preparation),
        *(clean_line(line, LINE_LIMIT) for line in described.lines),
    ]
    kept = [line for line in lines if line][:LINES]
    if is_late(due, now):
        kept.append(f"This comes late: it was due {moment(due, now, zone)}.")
    return Message(
        title=title,
        body="\n".join(kept),
        link=openable(described.link),
        urgent=kind in (HOURS_BEFORE, CUSTOM),
        snoozes=tuple(
            wait for wait in SNOOZES if described.begins_at is None or now + wait < described.begins_at
        ),
        can_be_done=described.can_be_done,
        reminder_id=reminder_id,
        subject=subject,
    )


def _left(kind: str, left: timedelta) -> str:
    if kind == DEADLINE:
        return f"due {time_left(left)}" if left > timedelta() else "the deadline has passed"
    return time_left(left) if left > timedelta() else "has begun"


def time_left(left: timedelta) -> str:
    """Return what is left in words, to the minute: `in 1 h 50 min`, `in 3 d 4 h`, `now`."""
    minutes = round(left.total_seconds() / 60)
    if minutes <= 0:
        return "now"
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    if days >= 2:
        parts = [f"{days} d", f"{hours} h" if hours else ""]
    else:
        hours += 24 * days
        parts = [f"{hours} h" if hours else "", f"{rest} min" if rest else ""]
    return "in " + " ".join(part for part in parts if part)


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a moment as the person reads it: `today 15:00`, `tomorrow 09:30`, `Tue 24 Nov 15:00`, with the zone."""
    here = _local(at, zone)
    return f"{_day(here, _local(now, zone))} {here:%H:%M} {_zone(here)}"


def openable(link: str) -> str:
    """Return a web address that a button may open, or nothing."""
    address = clean_line(link, LINK_LIMIT)
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme.lower() in OPENABLE and parts.netloc and " " not in address else ""


def _when(described: Described, begins: datetime, now: datetime, zone: tzinfo) -> str:
    here = _local(begins, zone)
    span = f"{here:%H:%M}"
    if described.ends_at is not None and described.ends_at > begins:
        ends = _local(described.ends_at, zone)
        span += f"–{ends:%H:%M}" if ends.date() == here.date() else f" to {ends:%a} {ends:%H:%M}"
    day = _day(here, _local(now, zone))
    told = f"{day[0].upper()}{day[1:]} {span} {_zone(here)}"
    if described.agreed_zone is not None:
        there = _local(begins, described.agreed_zone)
        if there.utcoffset() != here.utcoffset():
            weekday = "" if there.date() == here.date() else f"{there:%a} "
            told += f" ({weekday}{there:%H:%M} {_zone(there)})"
    return told


def _day(at: datetime, here: datetime) -> str:
    days = (at.date() - here.date()).days
    if days in (-1, 0, 1):
        return ("yesterday", "today", "tomorrow")[days + 1]
    return f"{at:%a} {at.day} {at:%b}" + (f" {at.year}" if at.year != here.year else "")


def _zone(at: datetime) -> str:
    """`CET`, or `UTC+03:00` where the zone has only a number."""
    name = at.tzname() or "UTC"
    return f"UTC{name[:3]}:{name[3:] or '00'}" if name[0] in "+-" else name


def _listed(label: str, names: tuple[str, ...]) -> str:
    clean = [name for name in (clean_line(name, 60) for name in names) if name]
    if not clean:
        return ""
    line = ""
    # As many names as fit beside the number of the others; one always does.
    for shown in range(min(len(clean), _NAMES), 0, -1):
        rest = len(clean) - shown
        line = f"{label}: {', '.join(clean[:shown])}" + (f" and {rest} more" if rest else "")
        if len(line) <= LINE_LIMIT:
            break
    return line


def _local(at: datetime, zone: tzinfo) -> datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:  # the first and the last day that can be written have no such hour elsewhere
        return at
