"""From a round to the event that a calendar is to hold of it.

Notes stay out: a calendar is often shared. Nobody is written as an attendee either: a server would send them mail.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from jobcopilot.calendars.port import Alarm, Event, EventStatus, Facts
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.interviews.asked import ReminderRules
from jobcopilot.interviews.views import RoundView

_STATUS: Final[dict[str, EventStatus]] = {"pending": "tentative", "canceled": "cancelled"}
_FORMATS: Final = {"phone": "By telephone", "video": "By video", "onsite": "On site", "take_home": "At home"}
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Named:
    """What a round is called in calendars: see `tables.CalendarRound`."""

    uid: str
    sequence: int
    changed_at: datetime


def facts_of(view: RoundView) -> Facts | None:
    """Return what a calendar shows of a round; None for one without a time, which none can hold."""
    if view.starts_at is None or view.ends_at is None:
        return None
    title = f"{view.stage} {'for' if view.format == 'take_home' else 'with'} {view.company}"
    cancelled = view.status == "canceled"
    return Facts(
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        summary=f"Canceled: {title}" if cancelled else title,
        location=view.place or view.link,
        description="\n".join(_lines(view)),
        status=_STATUS.get(view.status, "confirmed"),
    )


def alarms_of(view: RoundView, rules: ReminderRules) -> tuple[Alarm, ...]:
    """Return the reminders of a round that still takes place, the earliest first; a task to take home counts back
    from its end, as its reminders do."""
    if view.status not in ("scheduled", "pending"):
        return ()
    minutes = sorted({*rules.before_minutes, *view.reminders}, reverse=True)
    return tuple(Alarm(before, view.format == "take_home") for before in minutes if before > 0)


def fingerprint(view: RoundView, rules: ReminderRules) -> str:
    """Return what differs exactly where the event of a round differs; empty for a round without one."""
    facts = facts_of(view)
    if facts is None:
        return ""
    alarms = [(alarm.minutes, alarm.before_end) for alarm in alarms_of(view, rules)]
    whole = json.dumps([facts.as_json(), view.zone, view.link, alarms])
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def event_of(view: RoundView, rules: ReminderRules, named: Named) -> Event | None:
    """Return the event of a round; None for one without a time."""
    facts = facts_of(view)
    if facts is None:
        return None
    return Event(
        uid=named.uid,
        sequence=named.sequence,
        facts=facts,
        zone=view.zone,
        changed_at=named.changed_at,
        created_at=view.created_at or _NEVER,
        link=view.link,
        busy=view.format != "take_home" and view.status != "canceled",
        alarms=alarms_of(view, rules),
    )


def is_over(view: RoundView, now: datetime) -> bool:
    """Return whether a round has ended by its time."""
    return view.ends_at is not None and to_milliseconds(view.ends_at) <= to_milliseconds(now)


def _lines(view: RoundView) -> list[str]:
    lines = [view.job_title] if view.job_title else []
    lines.append(_FORMATS[view.format])
    met = [f"{one.name} ({one.title})" if one.title else one.name for one in view.contacts]
    if met:
        lines.append(f"With {', '.join(met)}")
    if view.link:
        lines.append(view.link)
    return lines
