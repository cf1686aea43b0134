"""What a calendar can do, whatever kind it is, and what may go wrong with it.

An adapter is used by one thread at a time and holds no state that matters: everything that must survive a crash is in
the database. Every request is safe to make twice: an event is known by its UID, made only where there is none yet, and
changed or removed only while it is as it was when last seen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol

from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import JobcopilotError

EventStatus = Literal["confirmed", "tentative", "cancelled"]
CalendarKind = Literal["ics", "caldav", "google"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What of an event a person sees and can change in another program; times aware, compared as moments."""

    starts_at: datetime
    ends_at: datetime
    summary: str = ""
    location: str = ""
    description: str = ""
    status: EventStatus = "confirmed"

    def as_json(self) -> str:
        """Return it as it is stored."""
        return json.dumps(
            {
                "starts_at": to_milliseconds(self.starts_at),
                "ends_at": to_milliseconds(self.ends_at),
                "summary": self.summary,
                "location": self.location,
                "description": self.description,
                "status": self.status,
            },
            ensure_ascii=False,
        )

    @staticmethod
    def from_json(stored: str) -> Facts:
        """Read back what `as_json` wrote."""
        values = json.loads(stored)
        return Facts(
            from_milliseconds(values.pop("starts_at")), from_milliseconds(values.pop("ends_at")), **values
        )

    def same_as(self, other: Facts) -> bool:
        """Return whether both say the same, but for the white space that servers put and take away."""
        return (
            to_milliseconds(self.starts_at) // 1000 == to_milliseconds(other.starts_at) // 1000
            and to_milliseconds(self.ends_at) // 1000 == to_milliseconds(other.ends_at) // 1000
            and self.status == other.status
            and _words(self.summary) == _words(other.summary)
            and _words(self.location) == _words(other.location)
            and _words(self.description) == _words(other.description)
        )


@dataclass(frozen=True, slots=True)
class Alarm:
    """One reminder of an event: minutes before its start, or before its end."""

    minutes: int
    before_end: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One round as a calendar is to hold it."""

    uid: str
    """The same for as long as the round exists, in every calendar."""
    sequence: int
    """Grows with every change, as RFC 5545 (3.8.7.4) asks."""
    facts: Facts
    zone: str
    """The IANA name of the zone that the time was agreed in."""
    changed_at: datetime
    created_at: datetime
    link: str = ""
    busy: bool = True
    """Whether the person is taken all the while; not by a task to take home."""
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """An event as a calendar held it when last seen. `href` and `etag` are the calendar's own words."""

    uid: str
    href: str
    etag: str
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Remote:
    """An event as a calendar holds it now; `facts` is None where it is something that no round can be."""

    held: Held
    facts: Facts | None
    ours: bool = True
    """Whether this program made it; False for an invitation that another program put there under the same UID."""

    def etag_is(self, etag: str | None) -> bool:
        """Return whether it is as it was when last seen."""
        return etag is not None and self.held.etag == etag


@dataclass(frozen=True, slots=True)
class Changes:
    """What is no longer as it was when last seen, and the mark to ask with next time."""

    mark: str
    changed: tuple[Remote, ...] = ()
    gone: tuple[str, ...] = ()
    """UIDs."""


@dataclass(frozen=True, slots=True)
class CalendarChoice:
    """One calendar of an account that events can be written to."""

    address: str
    name: str
    writable: bool = True


class Calendar(Protocol):
    """One calendar. Every method may raise the errors below, and nothing else but bugs."""

    def put(self, event: Event, held: Held | None) -> Held:
        """Make an event where `held` is None, else change the one that is as `held` says; return what is there now.

        Raises `Changed` where an event with this UID is there already, or is not as `held` says any more.
        """
        ...

    def remove(self, held: Held) -> None:
        """Take away the event that is as `held` says; one that is gone already is fine. Raises `Changed`."""
        ...

    def fetch(self, uid: str, href: str) -> Remote | None:
        """Return the event with this UID as it is there now, None where there is none; `href` may be empty."""
        ...

    def changes(self, mark: str, held: Sequence[Held]) -> Changes:
        """Return what of some events is no longer as it was; `mark` is that of the last time, empty at first."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Secrets(Protocol):
    """Where passwords and tokens are kept; the vault. Raises `VaultLocked` where it is locked."""

    def get(self, name: str) -> str | None:
        """Return a secret, None where there is none."""
        ...

    def set(self, name: str, secret: str) -> None:
        """Keep a secret."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret."""
        ...


class CalendarError(JobcopilotError):
    """Something that a calendar did not do."""


class Temporary(CalendarError):
    """No answer, or one that says "later": it is tried again by itself, not before `retry_after` seconds."""

    def __init__(
        self,
        title: str,
        message: str = "",
        hint: str = "",
        *,
        retry_after: float | None = None,
        answered: bool = False,
    ) -> None:
        """`answered`: the calendar is there, and only this request failed."""
        super().__init__(title, message, hint)
        self.retry_after = retry_after
        self.answered = answered


class Permanent(CalendarError):
    """This one event is not taken, and asking again would not help; others may be."""


class Refused(CalendarError):
    """The whole account refuses: a wrong password, a revoked token, no right to write. Waits for the person."""


class SignInRefused(Refused):
    """The name or the password is not taken. Waits for the person."""


class Vanished(Refused):
    """The calendar that was chosen is not there any more. Waits for the person."""


class Locked(CalendarError):
    """The password cannot be read while the vault is locked; the sync waits for that."""


@dataclass
class Changed(Exception):  # it is an answer, not a fault
    """An event is not as it was when last seen; `remote` is what is there now, None where it is gone."""

    remote: Remote | None = field(default=None)


RETRY_LIMIT: Final = 24 * 3600.0
"""Seconds; no calendar's wish to be left alone is obeyed for longer."""


def _words(text: str) -> str:
    return " ".join(text.split())
