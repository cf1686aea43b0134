"""One poll of a source: its pages asked for with manners and written one by one, then what is missing, then health."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import BadInput, Cancelled, JobcopilotError, StorageError, UsageError
from jobcopilot.jobs.bulk_reading import BulkReader
from jobcopilot.profiles.views import ProfileView
from jobcopilot.sources.asking import Asker
from jobcopilot.sources.catalogue import feeds
from jobcopilot.sources.claims import Claimed, Claims, LetGo
from jobcopilot.sources.due import DUE
from jobcopilot.sources.feed import ChangedShape, Feed
from jobcopilot.sources.landing import Landing
from jobcopilot.sources.outcomes import Down, Refused, SlowDown
from jobcopilot.sources.reading import Course, PageReading, Progress
from jobcopilot.sources.store import median_found
from jobcopilot.sources.views import GONE_AFTER_DAYS, STOPPED, Outcome, PollReport
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

log = logging.getLogger(__name__)

Follow = Callable[[str, int, int], object]
AT_ONCE: Final = 8


class Poller:
    """Polls the sources of one profile; several polls may run at once, each on a thread of its own."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        profile: ProfileView,
        clock: Clock,
        *,
        asker: Asker | None = None,
        known: Mapping[str, Feed] | None = None,
        allow_private: bool = False,
        follow: Follow | None = None,
    ) -> None:
        """`follow` hears of every poll that read something: the source's name and number, and when it began."""
        self._follow = follow
        self._database = database
        self._reader = reader
        self._profile = profile
        self._clock = clock
        self._asker = asker or Asker(clock=clock)
        self._allow_private = allow_private
        self._claims = Claims(database, profile.id, clock, feeds() if known is None else known)

    def due(self) -> list[int]:
        """Return the sources that are switched on and may be asked now, of each feed those first that wait longest."""
        with self._reader.connection() as connection:
            return [
                number
                for (number,) in connection.execute(
                    f"SELECT id FROM source WHERE profile_id = ?3 AND {DUE}"  # noqa: S608  # our own words
                    # Feeds take turns: else all threads may wait for one slow host.
                    " ORDER BY row_number() OVER (PARTITION BY feed ORDER BY coalesce(next_poll_at, 0), id),"
                    " coalesce(next_poll_at, 0), id",
                    (to_milliseconds(self._clock.now()), self._claims.name, self._profile.id),
                )
            ]

    def poll_many(
        self,
        source_ids: Sequence[int],
        progress: Progress | None = None,
        stop: threading.Event | None = None,
        *,
        at_once: int = AT_ONCE,
    ) -> Iterator[PollReport]:
        """Poll several sources, some at once but never two of one host, and yield each report when it is there.

        One that cannot be polled now is left out. Raises `StorageError` after the others where the disk refused one.
        """
        refused: StorageError | None = None
        with ThreadPoolExecutor(at_once, "polling") as threads:
            polls = [threads.submit(self.poll, number, progress, stop) for number in source_ids]
            try:
                for done in as_completed(polls):
                    try:
                        report = done.result()
                    except UsageError:
                        continue
                    except StorageError as disk:
                        refused = disk
                    else:
                        yield report
            finally:
                for waiting in polls:
                    waiting.cancel()
                self.close()
        if refused is not None:
            raise refused

    def close(self) -> None:
        """Let go of the connections to feeds."""
        self._asker.close()

    def poll(
        self, source_id: int, progress: Progress | None = None, stop: threading.Event | None = None
    ) -> PollReport:
        """Poll one source; what goes wrong with it is told in the report, since the others go on.

        Raises `UsageError` for a source that is switched off, whose feed wants a pause, or that is being polled.
        """
        began = time.monotonic()
        source = self._claims.claim(source_id)
        course = Course()
        with BulkReader(self._profile) as reading:
            landing = Landing(
                self._database, self._reader, self._profile.id, source.id, reading, source.started
            )
            outcome: Outcome
            message, until, soon = "", None, False
            try:
                PageReading(
                    source,
                    landing,
                    course,
                    self._claims,
                    self._asker,
                    self._clock,
                    allow_private=self._allow_private,
                    progress=progress,
                    stop=stop,
                ).run()
                outcome = self._judged(source, landing, course)
                message = course.trouble or "; ".join(course.notes)
            except LetGo as taken:
                outcome, message = "stopped", str(taken)
            except Cancelled:
                outcome, message = "stopped", STOPPED
            except SlowDown as slow:
                outcome, message, until = "down", str(slow), slow.until
            except Refused as refused:
                outcome, message = "refused", str(refused)
            except (ChangedShape, BadInput) as changed:
                outcome, message = "changed", str(changed)
            except Down as down:
                outcome, message, soon = "down", str(down), not down.reached
            except StorageError as refused:
                # The feed is not to blame: it is asked again in a minute.
                outcome, message = "stopped", str(refused)
            except JobcopilotError as other:
                # Too large, or sent away: no answer to conclude anything from.
                outcome, message = "down", str(other)
            except Exception as fault:
                # The outermost boundary of a poll: what nobody thought of in one feed must not end the others'.
                log.exception("reading %s failed", source.name)
                outcome = "changed"
                message = (
                    f"Its answer could not be read ({type(fault).__name__}: {clean_line(str(fault), 200)})"
                )
            closed = self._close(source, landing, course, outcome)
        report = PollReport(
            source=source.name,
            outcome=outcome,
            found=landing.counts.found,
            new=landing.counts.new,
            changed=landing.counts.changed,
            closed=len(closed),
            reposted=landing.counts.reposted,
            rejected=len(landing.counts.rejected),
            pages=course.pages,
            seconds=round(time.monotonic() - began, 3),
            message=_message(message, landing),
        )
        report = self._claims.record(source, report, course.validators, until, whole=course.whole, soon=soon)
        if self._follow is not None and course.pages:
            self._follow(source.name, source.id, source.started)
        return report

    # Health

    def _judged(self, source: Claimed, landing: Landing, course: Course) -> Outcome:
        """Return how the feed is, by what it answered and by what it answered before."""
        counts = landing.counts
        if course.trouble or (counts.rejected and len(counts.rejected) >= max(1, counts.found)):
            return "changed"
        with self._reader.connection() as connection:
            usual = median_found(connection, source.id, self._clock.now())
        if usual is not None and counts.found < usual / 2 and course.whole:
            return "few"
        return "fine" if counts.found else "empty"

    def _close(self, source: Claimed, landing: Landing, course: Course, outcome: Outcome) -> list[int]:
        now = to_milliseconds(self._clock.now())
        if outcome not in ("fine", "empty"):
            return []
        if source.feed.complete:
            return landing.close_missing(now) if course.whole else []
        return landing.close_unseen(GONE_AFTER_DAYS, now)


def _message(message: str, landing: Landing) -> str:
    rejected = landing.counts.rejected
    if not rejected:
        return message
    first = rejected[0]
    left_out = f"{len(rejected)} left out, the first: row {first.row}, {first.reason}"
    return f"{message}; {left_out}" if message else left_out
