"""Events as Google Calendar writes them (v3, resource Event), both ways.

Google's `cancelled` means deleted, so a canceled interview stays as what its title says, free and without reminders,
as it does in every other calendar; that it is canceled stands in a private property.
"""

from __future__ import annotations

import re
from base64 import b32hexencode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from html import escape, unescape
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jobcopilot.calendars.ics_reading import TEXT_KEPT
from jobcopilot.calendars.port import Event, EventStatus, Facts, Held, Remote
from jobcopilot.text import clean_line, clean_text

OWN_UIDS: Final = "@jobcopilot"
"""How the UID of a round ends that came from no invitation."""
MOST_REMINDERS: Final = 5
LONGEST_BEFORE: Final = 40_320
"""Minutes: four weeks. Both limits are Google's."""
_UID, _STATUS = "jobcopilotUid", "jobcopilotStatus"
_PROPERTY_LIMIT: Final = 1024
_BREAK = re.compile(r"(?i)<br\s*/?>|</(?:p|div|li|ul|ol|h\d)>|\n")
_TAG = re.compile(r"<[^>]*>")
_MARKUP = re.compile(r"<\s*/?[a-zA-Z]|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")


def event_id(uid: str) -> str:
    """Return the id of a round's event, always the same, in the letters that Google takes (base32hex, lower case).

    So a request that is made twice, by whatever process, meets its own event and makes no second one.
    """
    return b32hexencode(sha256(uid.encode()).digest()).decode().rstrip("=").lower()


def resource_of(event: Event) -> dict[str, Any]:
    """Return an event as it is sent; nobody is invited, and what is not named here stays as the person set it."""
    facts = event.facts
    source = event.link if urlsplit(event.link).scheme in ("http", "https") else ""
    return {
        "summary": facts.summary,
        "location": facts.location,
        "description": _as_html(facts.description),
        "start": _moment(facts.starts_at, event.zone),
        "end": _moment(facts.ends_at, event.zone),
        "status": "tentative" if facts.status == "tentative" else "confirmed",
        "transparency": "opaque" if event.busy else "transparent",
        "source": {"url": source, "title": facts.summary} if source else None,
        "reminders": {"useDefault": False, "overrides": _reminders(event)},
        "extendedProperties": {"private": {_UID: event.uid[:_PROPERTY_LIMIT], _STATUS: facts.status}},
        "sequence": event.sequence,
    }


def is_deleted(resource: Mapping[str, Any]) -> bool:
    """Return whether an event is in Google's bin, or gone from there."""
    return resource.get("status") == "cancelled"


def remote_of(resource: Mapping[str, Any], uid: str) -> Remote:
    """Return what Google holds under a UID. Raises `KeyError`, `TypeError` or `ValueError` for an answer cut off."""
    found = str(resource["id"])
    held = Held(uid, found, str(resource["etag"]), int(resource.get("sequence", 0)))
    return Remote(held, _facts(resource), found == event_id(uid))


def _facts(resource: Mapping[str, Any]) -> Facts | None:
    starts, ends = resource["start"], resource["end"]
    if "dateTime" not in starts or "dateTime" not in ends:
        return None  # whole days
    if resource.get("recurrence") or resource.get("recurringEventId"):
        return None
    return Facts(
        starts_at=datetime.fromisoformat(starts["dateTime"]).astimezone(UTC),
        ends_at=datetime.fromisoformat(ends["dateTime"]).astimezone(UTC),
        summary=clean_line(str(resource.get("summary", ""))),
        location=clean_line(str(resource.get("location", ""))),
        description=clean_text(_from_html(str(resource.get("description", ""))[: 4 * TEXT_KEPT]), TEXT_KEPT),
        status=_status(resource),
    )


def _status(resource: Mapping[str, Any]) -> EventStatus:
    private = resource.get("extendedProperties", {}).get("private", {})
    if private.get(_STATUS) == "cancelled":
        return "cancelled"
    return "tentative" if resource.get("status") == "tentative" else "confirmed"


def _moment(at: datetime, zone: str) -> dict[str, str]:
    """Return a time with its offset, which tells the two equal hours of a night in autumn apart, and its zone."""
    try:
        local = at.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        local, zone = at.astimezone(UTC), "UTC"
    return {"dateTime": local.isoformat(timespec="seconds"), "timeZone": zone}


def _reminders(event: Event) -> list[dict[str, Any]]:
    """Return the reminders that Google can hold: before the start, at most four weeks, the last five of them."""
    if event.facts.status == "cancelled":
        return []
    length = int((event.facts.ends_at - event.facts.starts_at).total_seconds()) // 60
    before = {one.minutes - length if one.before_end else one.minutes for one in event.alarms}
    kept = sorted((one for one in before if 0 <= one <= LONGEST_BEFORE), reverse=True)[-MOST_REMINDERS:]
    return [{"method": "popup", "minutes": one} for one in kept]


def _as_html(text: str) -> str:
    """Return a text as a description that is shown as it is: Google reads markup in it."""
    return escape(text, quote=False) if _MARKUP.search(text) else text


def _from_html(description: str) -> str:
    """Return a description without the markup that Google's own editor puts in."""
    if not _MARKUP.search(description):
        return description
    return unescape(_TAG.sub("", _BREAK.sub("\n", description)))
