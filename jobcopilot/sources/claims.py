"""Which process polls a source, what came of it, and when it may be asked again."""

# ruff: noqa: S608  # made of this package's own words only
from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import from_milliseconds, to_milliseconds
from jobcopilot.errors import Cancelled, UsageError
from jobcopilot.jobs.records import raw
from jobcopilot.sources.catalogue import name_of
from jobcopilot.sources.due import CLAIM, being_polled, pausing
from jobcopilot.sources.feed import Feed
from jobcopilot.sources.outcomes import Validators
from jobcopilot.sources.views import Outcome, PollReport

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

_UNKNOWN: Final = "This version of Jobcopilot does not know the feed"
_UNREACHED: Final = timedelta(minutes=15)
_LONGEST_WAIT: Final = timedelta(hours=24)


class LetGo(Cancelled):
    """A source is not this process's to poll any more: switched off, gone, or taken over after a long sleep."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A source that this process polls now; when it began, in milliseconds."""

    id: int
    feed: Feed
    board: str
    validators: Validators
    failures: int
    started: int
    polled: int
    """When the poll before began that was read in full, in milliseconds; 0 where there was none."""

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
        self.name = f"{os.getpid()}:{secrets.token_hex(4)}"
        """Who claims: this process."""

    def claim(self, source_id: int) -> Claimed:
        """Take a source for this process. Raises `UsageError` where it must not be asked now, saying why."""
        now = self._clock.now()
        with self._database.writing() as session:
            connection = raw(session)
            row = connection.execute(
                "SELECT feed, board, enabled, next_poll_at, claimed_until, etag, last_modified, failures, polled_at,"
                f" {pausing('?3')}, {being_polled('?3')}"
                " FROM source WHERE id = ?1 AND profile_id = ?2",
                (source_id, self._profile_id, to_milliseconds(now)),
            ).fetchone()
            if row is None:
                raise UsageError(
                    "There is no such source", f"number {source_id}", "See: jobcopilot sources list"
                )
            name = name_of(row[0], row[1])
            feed = self._known.get(row[0])
            if feed is None:
                unknown = UsageError(_UNKNOWN, name, "A newer one may know it.")
                connection.execute(
                    "UPDATE source SET next_poll_at = ?, note = ? WHERE id = ?",
                    (to_milliseconds(now + _LONGEST_WAIT), _UNKNOWN, source_id),
                )
                # Kept, so that it is not tried again every minute.
                session.commit()
                raise unknown
            if not row[2]:
                raise UsageError(
                    "This source is switched off", name, f"Switch it on: jobcopilot sources enable {name}"
                )
            if row[9]:
                again = from_milliseconds(row[3]).astimezone(self._clock.zone())
                raise UsageError(
                    "This source was asked not long ago",
                    f"{name}: {feed.title} is asked every {feed.manners.hours_between_polls:g} hours at most, and"
                    " later where it wants to be left alone",
                    f"It is asked again from {again:%a %d %b %H:%M} on.",
                )
            if row[10]:
                raise UsageError(
                    "This source is being polled already", name, "Wait until that poll has ended."
                )
            # Boards of one feed mostly live at one host, which is asked one question at a time.
            elsewhere = connection.execute(
                f"SELECT 1 FROM source WHERE feed = ?1 AND claimed_by <> ?2 AND {being_polled('?3')}",
                (row[0], self.name, to_milliseconds(now)),
            ).fetchone()
            if elsewhere:
                raise UsageError(
                    f"Another Jobcopilot is asking {feed.title} just now", name, "Poll again in a minute."
                )
            connection.execute(
                "UPDATE source SET claimed_by = ?, claimed_until = ? WHERE id = ?",
                (self.name, to_milliseconds(now + CLAIM), source_id),
            )
        return Claimed(
            source_id,
            feed,
            row[1],
            Validators(row[5], row[6]),
            row[7],
            to_milliseconds(now),
            row[8] or 0,
        )

    def renew(self, source: Claimed) -> None:
        """Say that the poll goes on. Raises `LetGo` where it must not."""
        with self._database.writing() as session:
            connection = raw(session)
            held = connection.execute(
                "UPDATE source SET claimed_until = ? WHERE id = ? AND claimed_by = ? RETURNING enabled",
                (to_milliseconds(self._clock.now() + CLAIM), source.id, self.name),
            ).fetchone()
            there = held or connection.execute("SELECT 1 FROM source WHERE id = ?", (source.id,)).fetchone()
        if held and held[0]:
            return
        if held:
            raise LetGo("The source was switched off meanwhile", "", "The pages that were read are kept.")
        if there:
            raise LetGo(
                "Another Jobcopilot polls this source by now", "", "The pages that were read are kept."
            )
        raise LetGo("The source was taken away meanwhile")

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

        What another process took over is left to that.
        `soon`: not even a connection came about, as on a journey: that cost the feed nothing.
        """
        now = self._clock.now()
        answered = report.outcome in ("fine", "empty", "few")
        failures = 0 if answered else source.failures + (report.outcome != "stopped")
        report = replace(
            report, next_poll_at=_next_poll(source, report.outcome, failures, now, until, soon=soon)
        )
        assert report.next_poll_at is not None
        # "As it was" has to mean that all was well: too few, or rows that could not be read, are asked for again.
        kept = validators if report.outcome in ("fine", "empty") and not report.rejected else Validators()
        with self._database.writing() as session:
            connection = raw(session)
            if not connection.execute(
                "SELECT 1 FROM source WHERE id = ? AND claimed_by = ?", (source.id, self.name)
            ).fetchone():
                return replace(report, next_poll_at=None)
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
            if until is not None:
                # Its other boards mostly live at the same host, and the next process remembers nothing.
                connection.execute(
                    "UPDATE source SET next_poll_at = ?1 WHERE feed = ?2 AND coalesce(next_poll_at, 0) < ?1",
                    (to_milliseconds(until), source.feed.name),
                )
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
