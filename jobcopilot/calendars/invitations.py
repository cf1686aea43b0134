"""Invitations from outside: what they say, read without trust (RFC 5545 and RFC 5546)."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import getaddresses
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import icalendar

from jobcopilot.calendars.ics_reading import SIZE_LIMIT, in_zone, line, parsed, quietly, span, status, text
from jobcopilot.calendars.port import EventStatus
from jobcopilot.errors import BadInput, NotFound
from jobcopilot.text import clean_line

Method = Literal["REQUEST", "CANCEL"]
MAIL_LIMIT: Final = 25_000_000
"""Bytes of the largest mail that is opened; what it carries as an invitation has a limit of its own."""
PEOPLE_LIMIT: Final = 30
_OTHERS: Final = {
    "REPLY": "somebody's answer to an invitation",
    "COUNTER": "somebody's wish for another time",
    "DECLINECOUNTER": "an answer to a wish for another time",
    "REFRESH": "a question for the latest state",
    "ADD": "one more date of a series",
}
_LINK: Final = re.compile(r"https?://[^\s<>\"')\]]+")
_MEETING: Final = re.compile(
    r"https?://(?:[\w.-]+\.)?(?:zoom\.us|meet\.google\.com|teams\.(?:microsoft|live)\.com|webex\.com|whereby\.com|"
    r"gotomeeting\.com|bluejeans\.com|chime\.aws|meet\.jit\.si|skype\.com)/[^\s<>\"')\]]+",
    re.IGNORECASE,
)
_LINK_PROPERTIES: Final = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-ZOOM-URL",
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event of an invitation; times aware, None where it names none that a clock could show."""

    key: str
    """What is the same in every later message about this event: its UID, and the date of a series."""
    method: Method
    sequence: int
    stamp: int
    """Seconds; the later of two messages with the same SEQUENCE counts."""
    summary: str
    starts_at: datetime | None
    minutes: int | None
    zone: str
    place: str
    link: str
    notes: str
    status: EventStatus
    people: tuple[tuple[str, str], ...]
    """Name and address, the organizer first."""
    remarks: tuple[str, ...]
    """What the person should know of how it was read."""


def read_file(given: str, zone: tzinfo) -> tuple[Invitation, ...]:
    """Return the events of an invitation that lies at a path, as typed, quoted or dropped on the terminal.

    Raises `NotFound` or `BadInput` with the file's name.
    """
    file = dropped_path(given)
    try:
        size = file.stat().st_size
        if size > MAIL_LIMIT:
            raise BadInput(
                "This file is too large",
                f"{file.name} has {size / 1e6:,.0f} MB",
                "Save the invitation alone.",
            )
        raw = file.read_bytes()
    except FileNotFoundError:
        raise NotFound(
            "There is no such file", str(file), "Check the path, or drop the file on the terminal."
        ) from None
    except OSError as refused:
        raise BadInput("The file cannot be read", f"{file}: {refused.strerror}") from None
    return read_bytes(raw, file.name, zone)


def dropped_path(given: str) -> Path:
    """Return the path that a terminal wrote when a file was dropped on it: in quotes, escaped, or as an address."""
    word = given.strip()
    if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"":
        word = word[1:-1]
    elif "\\ " in word:
        word = re.sub(r"\\(.)", r"\1", word)
    if word.startswith("file://"):
        word = unquote(urlsplit(word).path)
    return Path(word).expanduser().absolute()


def read_bytes(raw: bytes, name: str, zone: tzinfo) -> tuple[Invitation, ...]:
    """Return the events of an invitation: a calendar file, or the mail that carries one. Raises `BadInput`."""
    owners: frozenset[str] = frozenset()
    if not raw.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper().startswith(b"BEGIN:VCALENDAR"):
        raw, owners = _from_mail(raw, name)
    calendar = parsed(raw, name)
    method = clean_line(str(calendar.get("METHOD", ""))).upper() or "REQUEST"
    if method == "PUBLISH":
        method = "REQUEST"
    if method not in ("REQUEST", "CANCEL"):
        raise BadInput(
            "This is no invitation",
            f"{name} is {_OTHERS.get(method, f'a message of the kind {clean_line(method, 30)}')}",
            "Only invitations, updates and cancellations make or change an interview. Nothing was changed.",
        )
    with quietly():
        events = calendar.walk("VEVENT")
        if not events:
            raise BadInput("There is no event in this file", name, "Nothing was changed.")
        if len(events) > 200:
            raise BadInput(
                "This is a whole calendar, not an invitation",
                f"{name} holds {len(events)} events",
                "Save the one interview as a file of its own, then import that.",
            )
        return tuple(
            _invitation(event, "CANCEL" if method == "CANCEL" else "REQUEST", name, zone, owners, calendar)
            for event in events
        )


def _from_mail(raw: bytes, name: str) -> tuple[bytes, frozenset[str]]:
    """Return the invitation that a mail carries, and the address of whoever alone got it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if not message.keys():
        raise BadInput("This is no calendar file", name, "An invitation begins with BEGIN:VCALENDAR.")
    for part in message.walk():
        attached = str(part.get_filename() or "").lower().endswith(".ics")
        if part.get_content_type() not in ("text/calendar", "application/ics") and not attached:
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.strip():
            if len(content) > SIZE_LIMIT:
                parsed(content, name)  # tells that it is too large
            try:
                to = [address for _, address in getaddresses([str(one) for one in message.get_all("To", [])])]
            except (ValueError, IndexError, AttributeError):
                to = []
            return content, frozenset(to[:1] if len(to) == 1 else ())
    raise BadInput(
        "There is no invitation in this mail",
        name,
        "Look for an attachment that ends in .ics. Nothing was changed.",
    )


def _invitation(
    event: icalendar.Component,
    method: Method,
    name: str,
    zone: tzinfo,
    owners: frozenset[str],
    calendar: icalendar.Component,
) -> Invitation:
    remarks: list[str] = []
    try:
        summary = line(event, "SUMMARY")[:120]
        starts, minutes, zone_name = (
            (None, None, "") if _timeless(event, method) else _when(event, zone, calendar, remarks)
        )
        link, place = _where(event)
        uid = clean_line(str(event.get("UID", "")), 500)
        if not uid:
            uid = _made_up(event, summary, starts)
            remarks.append(
                "It names no UID: an update of it cannot be recognised, and would be a new interview."
            )
        if (recurrence := event.get("RECURRENCE-ID")) is not None:
            uid = f"{uid}#{_stamp(recurrence.dt)}"
            remarks.append("It is one date of a series.")
        if "RRULE" in event or "RDATE" in event:
            remarks.append("It repeats; only its first date was taken.")
        stamped = event.get("LAST-MODIFIED") or event.get("DTSTAMP")
        sequence = max(0, int(event.get("SEQUENCE", 0)))
        return Invitation(
            uid,
            method,
            min(sequence, 2**31),
            0 if stamped is None else _stamp(stamped.dt),
            summary or "Interview",
            starts,
            minutes,
            zone_name,
            place,
            link,
            text(event, "DESCRIPTION"),
            status(event),
            tuple(_people(event, owners)),
            tuple(remarks),
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as broken:
        raise BadInput(
            "The invitation cannot be read",
            f"{name}: {clean_line(str(broken), 160)}",
            "Ask for it again, or enter the interview by hand. Nothing was changed.",
        ) from None


def _timeless(event: icalendar.Component, method: Method) -> bool:
    return method == "CANCEL" and event.get("DTSTART") is None


def _when(
    event: icalendar.Component, zone: tzinfo, calendar: icalendar.Component, remarks: list[str]
) -> tuple[datetime | None, int | None, str]:
    """Return when it begins, for how many minutes, and the zone that it was written in."""
    starts, ends = span(event)
    own_zone = str(getattr(zone, "key", "UTC"))
    if not isinstance(starts, datetime) or not isinstance(ends, datetime):
        last = ends - timedelta(days=1)
        days = f"{starts:%d %b %Y}" if last <= starts else f"{starts:%d %b %Y} to {last:%d %b %Y}"
        remarks.append(f"It names a day and no time ({days}): the interview waits for one.")
        return None, None, own_zone
    written = str(event["DTSTART"].params.get("TZID", "")) if hasattr(event["DTSTART"], "params") else ""
    if starts.tzinfo is None and written:
        raise ValueError(f"it names the time zone {written!r}, which is unknown and not described in it")
    if starts.tzinfo is None:
        remarks.append("It names a time without a time zone: yours was taken.")
    elif written and not _described(calendar, written):
        remarks.append(
            f"It does not describe its time zone {clean_line(written, 60)}; the usual one of that name was taken."
        )
    starts, ends = in_zone(starts, zone), in_zone(ends, zone)
    # In UTC: two times of one zone are subtracted by its clock, which is wrong on the nights when that changes.
    minutes = round((ends.astimezone(UTC) - starts.astimezone(UTC)) / timedelta(minutes=1))
    if minutes < 5:
        remarks.append("It names no end: an hour was taken.")
        minutes = 60
    if minutes > 24 * 60:
        remarks.append("It lasts longer than a day: a day was taken.")
        minutes = 24 * 60
    key = getattr(starts.tzinfo, "key", None)
    return starts.astimezone(UTC), minutes, key if key and _known(key) and key != "UTC" else own_zone


def _described(calendar: icalendar.Component, zone: str) -> bool:
    return any(str(one.get("TZID", "")) == zone for one in calendar.walk("VTIMEZONE"))


def _known(key: str) -> bool:
    try:
        ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _where(event: icalendar.Component) -> tuple[str, str]:
    """Return the link at which one meets and the place."""
    location, description = line(event, "LOCATION"), text(event, "DESCRIPTION")
    found = [line(event, name) for name in _LINK_PROPERTIES]
    found += [match[0] for one in (location, description) for match in _MEETING.finditer(one)]
    found += [match[0] for match in _LINK.finditer(location)]
    found.append(line(event, "URL"))
    link = next((one for one in found if _LINK.fullmatch(one)), "").rstrip(".,;")
    place = _LINK.sub("", location).strip(" ;,-")
    return link[:2000], place


def _people(event: icalendar.Component, owners: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the organizer and the attendees, without rooms, groups and the person."""
    own = {one.casefold() for one in owners}
    seen: set[str] = set()
    for one in [*_listed(event.get("ORGANIZER")), *_listed(event.get("ATTENDEE"))]:
        params = getattr(one, "params", {})
        if str(params.get("CUTYPE", "INDIVIDUAL")).upper() in ("RESOURCE", "ROOM", "GROUP"):
            continue
        address = re.sub(r"(?i)^mailto:", "", clean_line(str(one), 320))
        name = clean_line(str(params.get("CN", "")), 120).strip("'\"")
        if "@" not in address:
            address = ""
        if name.casefold() == address.casefold():
            name = ""
        if not (name or address) or address.casefold() in own or (address or name).casefold() in seen:
            continue
        seen.add((address or name).casefold())
        if len(seen) > PEOPLE_LIMIT:
            return
        yield name, address


def _listed(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _stamp(at: date | datetime) -> int:
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=UTC)
    return int(in_zone(at, UTC).timestamp())


def _made_up(event: icalendar.Component, summary: str, starts: datetime | None) -> str:
    """Return a UID for an event without one: the same whenever the same file is read again."""
    whole = "|".join((summary, str(starts), str(event.get("ORGANIZER", "")), str(event.get("LOCATION", ""))))
    return f"{hashlib.sha256(whole.encode()).hexdigest()[:32]}@without-uid"
