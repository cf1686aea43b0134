"""What leaves the room: frozen pictures of accounts, of how each round stands in them, and of differences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jobcopilot.calendars.port import CalendarKind, Facts

AccountState = Literal["fine", "waiting", "locked", "refused", "vanished"]
ItemState = Literal["in_sync", "waiting", "failed", "changed_there", "removed_there", "conflict"]

KIND_WORDS = {"ics": "calendar file", "caldav": "CalDAV", "google": "Google Calendar"}
STATE_WORDS = {
    "in_sync": "in sync",
    "waiting": "waiting",
    "failed": "failed",
    "changed_there": "changed in the calendar",
    "removed_there": "removed from the calendar",
    "conflict": "changed on both sides",
}


@dataclass(frozen=True, slots=True)
class AccountView:
    """One connected calendar."""

    id: int
    profile_id: int
    kind: CalendarKind
    name: str
    address: str
    username: str
    calendar: str
    calendar_name: str
    secret: str
    state: AccountState
    reason: str
    hint: str
    attempts: int
    next_attempt: datetime | None
    look_at: datetime | None
    synced_at: datetime | None
    mark: str

    @property
    def title(self) -> str:
        """What it is called on a screen."""
        return (
            self.name
            if self.kind == "ics" or not self.calendar_name
            else f"{self.name}: {self.calendar_name}"
        )


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """How an account stands."""

    account: AccountView
    held: int
    """Rounds that the calendar holds."""
    waiting: int
    failed: int
    differences: int

    @property
    def in_sync(self) -> bool:
        """Whether nothing waits, failed or differs, and the calendar answered last time."""
        return self.account.state == "fine" and not (self.waiting or self.failed or self.differences)


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """How one round stands in one account."""

    account_id: int
    account: str
    kind: CalendarKind
    round_id: int
    state: ItemState
    reason: str = ""
    """Why it waits or failed."""
    since: datetime | None = None
    """When it was last in sync, or asked for."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A round that was changed in the other program; both sides. `theirs` is None where it is gone or no round."""

    account_id: int
    account: str
    round_id: int
    company: str
    stage: str
    state: ItemState
    """`changed_there`, `removed_there` or `conflict`."""
    ours: Facts | None
    theirs: Facts | None
    gone: bool = False
    """Whether the calendar holds nothing of it any more."""
    noticed_at: datetime | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Which fields differ."""
        if self.ours is None or self.theirs is None:
            return ()
        ours, theirs = self.ours, self.theirs
        pairs = {
            "starts_at": ours.starts_at == theirs.starts_at,
            "ends_at": ours.ends_at == theirs.ends_at,
            "summary": ours.summary.split() == theirs.summary.split(),
            "location": ours.location.split() == theirs.location.split(),
            "description": ours.description.split() == theirs.description.split(),
            "status": ours.status == theirs.status,
        }
        return tuple(name for name, same in pairs.items() if not same)


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a run is."""

    account: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one run with one account came to."""

    account_id: int
    account: str
    state: AccountState | Literal["busy"]
    """`busy`: another process speaks with it now."""
    sent: int = 0
    removed: int = 0
    failed: int = 0
    noticed: int = 0
    """Differences found."""
    waiting: int = 0
    reason: str = ""
    hint: str = ""
