"""Which process polls a source, what came of it, and when it may be asked again."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import UsageError
from jobcopilot.jobs.records import raw
from jobcopilot.sources.catalogue import name_of
from jobcopilot.sources.feed import Feed
from jobcopilot.sources.outcomes import Validators
from jobcopilot.sources.views import Outcome, PollReport

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

_CLAIM: Final = timedelta(minutes=10)
_UNREACHED: Final = timedelta(minutes=15)
_LONGEST_WAIT: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A source that this process polls now; when it began, in milliseconds."""

    id: int
    feed: Feed
    board: str
    validators: Validators
    failures: int
    started: int

    @property
    def name(self) -> str:
        """What the source is called."""
        return name_of(self.feed.name, self.board)


class Claims:
    """The rows of the sources of one profile, for one process."""

    def __init__(self, database: Database, profile_id: int, clock: Clock, known: Mapping[str, Feed]) -> None:
        self._database = database
        self._profile_id = profile_id
        self._clock = clock
        self._known = known
        self._name = f"{os.getpid()}:{secrets.token_hex(4)}"

    def claim(self, source_id: int) -> Claimed:
        """Take a source for this process. Raises `UsageError` where it must not be asked now, saying why."""
        now = self._clock.now()
        with self._database.writing() as session:
            connection = raw(session)
            row = connection.execute(
                "SELECT feed, board, enabled, next_poll_at, claimed_until, etag, last_modified, failures"
                " FROM source WHERE id = ? AND profile_id = ?",
                (source_id, self._profile_id),
            ).fetchone()
            if row is None:
                raise UsageError(
                    "There is no such source", f"number {source_id}", "See: jobcopilot sources list"
                )
            name = name_of(row[0], row[1])
            feed = self._known[row[0]]
            if not row[2]:
                raise UsageError(
                    "This source is switched off", name, f"Switch it on: jobcopilot sources enable {name}"
                )
            if row[3] is not None and row[3] > to_milliseconds(now):
                again = from_milliseconds(row[3]).astimezone(self._clock.zone())
                raise UsageError(
                    "This source was asked not long ago",
                    f"{name}: {feed.title} is asked every {feed.manners.hours_between_polls:g} hours at most",
                    f"It is asked again from {again:%a %d %b %H:%M} on.",
                )
            if row[4] is not None and row[4] > to_milliseconds(now):
                raise UsageError(
                    "This source is being polled already", name, "Wait until that poll has ended."
                )
            connection.execute(
                "UPDATE source SET claimed_by = ?, claimed_until = ? WHERE id = ?",
                (self._name, to_milliseconds(now + _CLAIM), source_id),
            )
        return Claimed(
            source_id,
            feed,
            row[1],
            Validators(row[5], row[6]),
            row[7],
            to_milliseconds(now),
        )

    def renew(self, source: Claimed) -> None:
        """Say that the poll goes on."""
        with self._database.writing() as session:
            raw(session).execute(
                "UPDATE source SET claimed_until = ? WHERE id = ? AND claimed_by = ?",
                (to_milliseconds(self._clock.now() + _CLAIM), source.id, self._name),
            )

    def record(
        self,
        source: Claimed,
        report: PollReport,
        validators: Validators,
        until: datetime | None,
        *,
        whole: bool,
        soon: bool = False,
    ) -> PollReport:
        """Write the poll down and when the next one may be, in one transaction; the claim ends with it.

        `soon`: not even a connection came about, as on a journey: that cost the feed nothing.
        """
        now = self._clock.now()
        answered = report.outcome in ("fine", "empty", "few")
        failures = 0 if answered else source.failures + (report.outcome != "stopped")
        report = replace(
            report, next_poll_at=_next_poll(source, report.outcome, failures, now, until, soon=soon)
        )
        assert report.next_poll_at is not None
        kept = validators if answered else Validators()
        with self._database.writing() as session:
            connection = raw(session)
            connection.execute(
                "INSERT INTO poll (source_id, at, seconds, outcome, whole, found, new, changed, closed, reposted,"
                " rejected, pages, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    source.id, source.started, report.seconds, report.outcome, whole and answered,
                    report.found, report.new, report.changed, report.closed, report.reposted, report.rejected,
                    report.pages, report.message,
                ),
            )  # fmt: skip
            connection.execute(
                "UPDATE source SET claimed_by = NULL, claimed_until = NULL, next_poll_at = ?, failures = ?, etag = ?,"
                " last_modified = ?, note = ?, health = CASE WHEN ? = 'stopped' THEN health ELSE ? END,"
                " polled_at = CASE WHEN ? THEN ? ELSE polled_at END WHERE id = ?",
                (
                    to_milliseconds(report.next_poll_at), failures, kept.etag, kept.last_modified,
                    report.message, report.outcome, report.outcome, answered and whole, source.started,
                    source.id,
                ),
            )  # fmt: skip
        return report


def _next_poll(
    source: Claimed,
    outcome: Outcome,
    failures: int,
    now: datetime,
    until: datetime | None,
    *,
    soon: bool,
) -> datetime:
    """Return when a source may be asked again: its feed's budget, longer after each failure, never before told."""
    pause = timedelta(hours=source.feed.manners.hours_between_polls)
    if outcome == "stopped":
        # The person stopped it: going on later asks for no more than was asked for now.
        return now + min(pause, timedelta(minutes=1))
    if soon:
        return now + min(pause, _UNREACHED * (1 << min(failures - 1, 6)))
    if failures:
        pause = max(pause, min(_LONGEST_WAIT, pause * 2 ** min(failures - 1, 6)))
    return max(now + pause, until) if until is not None else now + pause
