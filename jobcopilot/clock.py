"""The time and the person's time zone; the only reader of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol


class Clock(Protocol):
    """What the rooms ask for the time, so that tests can say what time it is."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def zone(self) -> tzinfo:
        """Return the zone in which the person reads times."""
        ...


class SystemClock:
    """The machine's clock and time zone."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def zone(self) -> tzinfo:
        """Return the machine's zone by its IANA name, or UTC where the machine does not tell it."""
        from tzlocal import get_localzone

        return get_localzone()


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is moved, for tests and pictures."""

    moment: datetime
    local: tzinfo = UTC

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment.astimezone(UTC)

    def zone(self) -> tzinfo:
        """Return the zone it was given."""
        return self.local
