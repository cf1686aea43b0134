"""One run's sending: one entry after the other, or several at once where many wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from jobcopilot.calendars.carry import Came, Carrier
from jobcopilot.calendars.events import event_of
from jobcopilot.calendars.port import Calendar, CalendarError, Permanent, Temporary
from jobcopilot.calendars.rows import Item
from jobcopilot.calendars.views import AccountView, SyncProgress
from jobcopilot.interviews.asked import ReminderRules
from jobcopilot.interviews.views import RoundView

LANES: Final = 4
"""Connections at once; a server far away takes most of its time on the way."""
_EACH: Final = 8
"""Entries for which one more connection is worth making."""
_IN_A_ROW: Final = 3
"""So many answers of a broken server to different entries mean that it is not the entry."""
Progress = Callable[[SyncProgress], object]


@dataclass
class Tally:
    """What a run came to so far."""

    sent: int = 0
    removed: int = 0
    failed: int = 0
    noticed: int = 0
    nothing: int = 0

    @property
    def all(self) -> int:
        """Entries that were dealt with."""
        return self.sent + self.removed + self.failed + self.noticed + self.nothing


@dataclass
class Sending:
    """Sends entries of one account; `first` is the calendar that was connected, `another` connects one more."""

    account: AccountView
    first: Calendar
    another: Callable[[], Calendar]
    carrier: Callable[[Calendar], Carrier]
    fail: Callable[[Item, CalendarError, bool], object]
    """Writes down an entry's fault, and whether it is given up."""
    rules: ReminderRules
    total: int
    progress: Progress | None = None
    stop: threading.Event | None = None
    tally: Tally = field(default_factory=Tally)
    _in_a_row: int = 0
    _fault: BaseException | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def send(self, items: Sequence[Item], views: Mapping[int, RoundView]) -> None:
        """Send entries, each of another round. Raises the port's errors where the account has to wait."""
        lanes = min(LANES, 1 + len(items) // _EACH)
        waiting = iter(items)
        if lanes == 1:
            self._lane(self.first, waiting, views)
        else:
            with ThreadPoolExecutor(lanes, "calendar") as pool:
                pool.submit(self._lane, self.first, waiting, views)
                for _ in range(lanes - 1):
                    pool.submit(self._extra_lane, waiting, views)
        if self._fault is not None:
            raise self._fault

    @property
    def stopped(self) -> bool:
        """Whether the run is to end."""
        return self.stop is not None and self.stop.is_set()

    def _extra_lane(self, waiting: Iterator[Item], views: Mapping[int, RoundView]) -> None:
        calendar: Calendar | None = None
        try:
            calendar = self.another()
            self._lane(calendar, waiting, views)
        except CalendarError as met:
            self._end(met)
        finally:
            if calendar is not None:
                calendar.close()

    def _lane(self, calendar: Calendar, waiting: Iterator[Item], views: Mapping[int, RoundView]) -> None:
        carrier = self.carrier(calendar)
        while True:
            with self._guard:
                item = None if self._fault is not None or self.stopped else next(waiting, None)
            if item is None:
                return
            try:
                self._one(carrier, item, views.get(item.round_id))
            except BaseException as met:  # noqa: BLE001  # it is raised again by `send`, on the run's own thread
                self._end(met)
                return

    def _one(self, carrier: Carrier, item: Item, view: RoundView | None) -> None:
        came: Came | None = None
        try:
            came = carrier.carry(item, None if view is None else event_of(view, self.rules, item.named))
        except Permanent as refused:
            self.fail(item, refused, True)
        except Temporary as later:
            with self._guard:
                self._in_a_row += 1
                too_many = self._in_a_row >= _IN_A_ROW
            if not later.answered or later.retry_after is not None or too_many:
                raise
            self.fail(item, later, False)
            return
        with self._guard:
            self._in_a_row = 0
            self.tally.sent += came == "sent"
            self.tally.removed += came == "removed"
            self.tally.noticed += came == "noticed"
            self.tally.nothing += came == "nothing"
            self.tally.failed += came is None
            if self.progress is not None:
                self.progress(
                    SyncProgress(self.account.title, self.tally.all, max(self.tally.all, self.total))
                )

    def _end(self, fault: BaseException) -> None:
        with self._guard:
            if self._fault is None:
                self._fault = fault
