"""From due to told: claim, describe, compose, show, write down; every step may fail and none loses a reminder."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from jobcopilot.clock import Clock
from jobcopilot.errors import JobcopilotError
from jobcopilot.reminders.channels import Channel, NotDelivered
from jobcopilot.reminders.compose import compose, is_late
from jobcopilot.reminders.due import ATTEMPTS, Claimed, Claims, Outcome, retry_after
from jobcopilot.reminders.presence import Presence
from jobcopilot.reminders.quiet import LOOK_AGAIN, Preferences
from jobcopilot.reminders.views import HOURS_BEFORE, Counts, Describe, Described, Message
from jobcopilot.text import clean_line

log = logging.getLogger(__name__)

_ERROR_LIMIT: Final = 300
_Result = TypeVar("_Result")


class Delivery:
    """One process's share in telling what is due. All of its database work happens on one thread of its own."""

    def __init__(
        self,
        file: Path,
        presence: Presence,
        describe: Describe,
        channels: Sequence[Channel],
        clock: Clock,
        *,
        preferences: Callable[[], Preferences] = Preferences,
        beyond: str = "",
    ) -> None:
        """`channels` are tried in order until one answers; `beyond` names one that other processes lack."""
        self.claims = Claims(file, presence)
        self._describe = describe
        self._channels = tuple(channels)
        self._clock = clock
        self._preferences = preferences
        self._beyond = beyond
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reminders")
        self._in_hand: deque[Claimed] = deque()
        self._unrecorded: deque[tuple[Claimed, Outcome]] = deque()
        self._stopping = self._stopped = False

    async def next_due(self) -> datetime | None:
        """Return when to look again at the latest; None where nothing is to be told."""
        return await self._off_loop(self.claims.next_due)

    async def deliver_due(self) -> Counts:
        """Tell everything that is due now and that no other process is telling.

        Raises `sqlite3.Error` where the database refuses; what the desktop already answered is kept and written down
        at the next call.
        """
        counts: Counter[str] = Counter()
        await self._record(counts)
        while not self._stopping:
            if not self._in_hand:
                self._in_hand.extend(await self._off_loop(self._take))
            if not self._in_hand:
                break
            await self._tell(self._in_hand[0], counts)
        return Counts(**counts, unrecorded=len(self._unrecorded))

    @property
    def unrecorded(self) -> int:
        """How many the desktop answered that could not be written down yet."""
        return len(self._unrecorded)

    def claim_no_more(self) -> None:
        """Let `deliver_due` end after the message that is being shown."""
        self._stopping = True

    async def stop(self) -> None:
        """Write down what is not yet, give back what was claimed and not shown, let go of the file."""
        self._stopping = True
        if self._stopped:
            return
        self._stopped = True
        try:
            await self._record(Counter())
        except sqlite3.Error:
            log.warning("%d sent reminders could not be written down; they may come again", self.unrecorded)
        try:
            await self._off_loop(lambda: self.claims.let_go({one.id for one, _ in self._unrecorded}))
        except (sqlite3.Error, OSError):
            log.info("claims stay until this process has ended")
        await self._off_loop(self.claims.close)
        self._thread.shutdown(wait=False)

    def _take(self) -> list[Claimed]:
        busy_with = {one.id for one, _ in self._unrecorded}
        return self.claims.take(self._clock.now(), beyond=self._beyond, in_hand=busy_with)

    async def _tell(self, claimed: Claimed, counts: Counter[str]) -> None:
        ready = await self._off_loop(partial(self._prepare, claimed))
        outcome = await self._show(claimed, ready) if isinstance(ready, _Ready) else ready
        self._in_hand.popleft()
        if outcome is not None:
            self._unrecorded.append((claimed, outcome))
            await self._record(counts)

    def _prepare(self, claimed: Claimed) -> _Ready | Outcome | None:
        """Decide on the worker thread what to do now; None where the claim no longer stands."""
        preferences = self._preferences()
        now = self._clock.now()
        try:
            described = self._describe(claimed.subject)
            if described is None:
                return Outcome("cancelled", error=f"{claimed.subject} is no longer there")
            message = self._composed(claimed, described, now)
        except JobcopilotError as told:
            return _again(claimed, now, None, error=str(told))
        except Exception as fault:  # the boundary to every other room: one broken subject stops no other
            log.exception("a %s could not be described", claimed.subject.kind)
            return _again(
                claimed, now, None, error=f"{claimed.subject} could not be read: {type(fault).__name__}"
            )
        if described.begins_at is not None and described.begins_at <= now:
            return Outcome("missed", title=message.title, body=message.body)
        quiet_until = self._quiet_until(preferences, claimed.kind, now)
        if quiet_until is not None:
            return Outcome("pending", next_attempt=quiet_until)
        # Last of all: what was cancelled, moved or taken over while this was made ready is not shown.
        return _Ready(message, described.begins_at) if self.claims.holds(claimed) else None

    def _composed(self, claimed: Claimed, described: Described, now: datetime) -> Message:
        return compose(
            described,
            subject=claimed.subject,
            kind=claimed.kind,
            due=claimed.expected,
            now=now,
            zone=self._clock.zone(),
            reminder_id=claimed.id,
        )

    def _quiet_until(self, preferences: Preferences, kind: str, now: datetime) -> datetime | None:
        if preferences.quiet is None or (kind == HOURS_BEFORE and preferences.two_hours_break_quiet):
            return None
        end = preferences.quiet.ends_after(now, self._clock.zone())
        return None if end is None else min(end, now + LOOK_AGAIN)

    async def _show(self, claimed: Claimed, ready: _Ready) -> Outcome:
        tried: list[str] = []
        errors: list[str] = []
        for channel in self._channels:
            tried.append(channel.name)
            try:
                await channel.send(ready.message)
            except NotDelivered as told:
                errors.append(f"{channel.name}: {told}")
            except Exception as fault:  # the boundary to the platform, which raises what it likes
                log.exception("the channel %s failed", channel.name)
                errors.append(f"{channel.name}: {type(fault).__name__}")
            else:
                now = self._clock.now()
                return Outcome(
                    "sent",
                    counts=True,
                    sent_at=now,
                    late=is_late(claimed.expected, now),
                    channels=tuple(tried),
                    error="; ".join(errors)[:_ERROR_LIMIT],
                    title=ready.message.title,
                    body=ready.message.body,
                )
        error = "; ".join(errors) or "there is no channel to send it through"
        log.warning("a reminder of a %s could not be sent: %s", claimed.subject.kind, error)
        return _again(claimed, self._clock.now(), ready.begins_at, error=error, channels=tuple(tried))

    async def _record(self, counts: Counter[str]) -> None:
        """Write down what became of reminders, the oldest first; what cannot be written now is kept for later."""
        while self._unrecorded:
            claimed, outcome = self._unrecorded[0]
            kept = await self._off_loop(partial(self.claims.settle, claimed, outcome, self._clock.now()))
            self._unrecorded.popleft()
            if not kept:
                log.warning("a reminder was cancelled or taken over while it was being shown")
            counts["postponed" if outcome.status == "pending" else outcome.status] += 1
            counts["late"] += outcome.late

    async def _off_loop(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


@dataclass(frozen=True, slots=True)
class _Ready:
    message: Message
    begins_at: datetime | None


def _again(
    claimed: Claimed,
    now: datetime,
    begins_at: datetime | None,
    *,
    error: str,
    channels: tuple[str, ...] = (),
) -> Outcome:
    """A failed attempt, with the next one after a pause; never after the subject has begun."""
    attempts = claimed.attempts + 1
    following: datetime | None = now + retry_after(attempts)
    if begins_at is not None:
        following = min(now + retry_after(attempts), begins_at)
    elif attempts >= ATTEMPTS:
        following = None
    return Outcome(
        "failed",
        next_attempt=following,
        counts=True,
        channels=channels,
        error=clean_line(error, _ERROR_LIMIT),
    )
