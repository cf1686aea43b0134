"""One poll of a source: its pages asked for with manners and written one by one, then what is missing, then health."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.database.reader import Reader
from jobcopilot.errors import BadInput, Cancelled, JobcopilotError, UsageError
from jobcopilot.jobs.bulk_reading import BulkReader
from jobcopilot.profiles.views import ProfileView
from jobcopilot.sources.asking import Asker
from jobcopilot.sources.catalogue import feeds
from jobcopilot.sources.claims import Claimed, Claims
from jobcopilot.sources.feed import ChangedShape, Feed, Found, Page, Request
from jobcopilot.sources.landing import Landing, digest_of
from jobcopilot.sources.outcomes import Answered, Down, NotModified, Refused, SlowDown, Validators
from jobcopilot.sources.store import median_found
from jobcopilot.sources.views import GONE_AFTER_DAYS, Outcome, PollProgress, PollReport

if TYPE_CHECKING:
    from jobcopilot.database.engine import Database

Progress = Callable[[PollProgress], None]
Follow = Callable[[str, int, int], object]
MOST_DETAILS: Final = 300
"""Descriptions that are asked for one by one in a single poll; the rest come with the next ones."""
AT_ONCE: Final = 8
_CLAIM: Final = timedelta(minutes=10)
_LONGEST_WAIT: Final = timedelta(hours=24)
_ENOUGH_FOR_FEW: Final = 4
"""Below this median half of it is no sign of anything."""


@dataclass(slots=True)
class _Course:
    """How far a poll came."""

    pages: int = 0
    whole: bool = False
    validators: Validators = field(default_factory=Validators)
    notes: tuple[str, ...] = ()
    trouble: str = ""


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
        """Return the sources that are switched on and may be asked now, those first that wait longest."""
        with self._reader.connection() as connection:
            return [
                number
                for (number,) in connection.execute(
                    "SELECT id FROM source WHERE profile_id = ? AND enabled AND coalesce(next_poll_at, 0) <= ?"
                    " AND coalesce(claimed_until, 0) <= ? ORDER BY coalesce(next_poll_at, 0), id",
                    (self._profile.id, *[to_milliseconds(self._clock.now())] * 2),
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

        One that cannot be polled now is left out.
        """
        with ThreadPoolExecutor(at_once, "polling") as threads:
            polls = [threads.submit(self.poll, number, progress, stop) for number in source_ids]
            try:
                for done in as_completed(polls):
                    with suppress(UsageError):
                        yield done.result()
            finally:
                for waiting in polls:
                    waiting.cancel()
                self.close()

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
        course = _Course()
        with BulkReader(self._profile) as reading:
            landing = Landing(
                self._database, self._reader, self._profile.id, source.id, reading, source.started
            )
            outcome: Outcome
            message, until, soon = "", None, False
            try:
                self._read_pages(source, landing, course, progress, stop)
                outcome = self._judged(source, landing, course)
                message = course.trouble or "; ".join(course.notes)
            except Cancelled:
                outcome, message = "stopped", "stopped; the pages that were read are kept"
            except SlowDown as slow:
                outcome, message, until = "down", str(slow), slow.until
            except Refused as refused:
                outcome, message = "refused", str(refused)
            except (ChangedShape, BadInput) as changed:
                outcome, message = "changed", str(changed)
            except Down as down:
                outcome, message, soon = "down", str(down), not down.reached
            except JobcopilotError as other:
                # Too large, sent away, or the disk refused: no answer to conclude anything from.
                outcome, message = "down", str(other)
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

    # Pages

    def _read_pages(
        self,
        source: Claimed,
        landing: Landing,
        course: _Course,
        progress: Progress | None,
        stop: threading.Event | None,
    ) -> None:
        feed, manners = source.feed, source.feed.manners
        request: Request | None = feed.first(source.board)
        validators: Validators | None = source.validators
        total: int | None = None
        while request is not None:
            outcome = self._asker.ask(
                request, manners, validators=validators, allow_private=self._allow_private, stop=stop
            )
            validators = None
            course.pages += 1
            if isinstance(outcome, NotModified):
                landing.all_seen(source.started)
                course.whole, course.validators = True, outcome.validators
                return
            page = feed.read(source.board, request, outcome.answer)
            if not self._take(source, landing, course, page, stop):
                return
            if page.following is None:
                course.whole = not course.trouble
                # Only where one answer is the whole board does its being unchanged say something.
                course.validators = outcome.validators if course.pages == 1 else Validators()
                return
            if course.pages >= manners.most_pages:
                course.notes += (f"more than {course.pages} pages: the rest was not read",)
                return
            total = page.total or total
            if progress is not None:
                progress(PollProgress(source.name, course.pages, landing.counts.found, total))
            request = page.following
            self._claims.renew(source)

    def _take(
        self, source: Claimed, landing: Landing, course: _Course, page: Page, stop: threading.Event | None
    ) -> bool:
        """Write a page; return whether there is reason to go on."""
        course.notes += tuple(note for note in page.notes if note not in course.notes)
        landing.counts.rejected += page.rejected
        if page.found and all(one.key in landing.keys for one in page.found):
            course.trouble = "the feed repeats a page; what may follow was not read"
            return False
        digests = {one.key: digest_of(one) for one in page.found}
        found = self._with_details(source, landing, page.found, digests, stop)
        landing.take(found, digests, to_milliseconds(self._clock.now()))
        return True

    def _with_details(
        self,
        source: Claimed,
        landing: Landing,
        found: tuple[Found, ...],
        digests: dict[str, str],
        stop: threading.Event | None,
    ) -> list[Found]:
        """Ask for the descriptions that the list lacks, of what is not known yet.

        One whose turn did not come loses its digest, so that it is not known as it is and asked for the next time.
        """
        lacking = {one.key for one in landing.unread([one for one in found if one.detail is not None])}
        asked = 0
        complete: list[Found] = []
        for one in found:
            if one.detail is None or one.key not in lacking:
                complete.append(one)
                continue
            asked += 1
            if asked > MOST_DETAILS:
                digests[one.key] = ""
                complete.append(one)
                continue
            outcome = self._asker.ask(
                one.detail, source.feed.manners, allow_private=self._allow_private, stop=stop
            )
            if isinstance(outcome, Answered):
                complete.append(source.feed.with_detail(one, outcome.answer))
        return complete

    # Health

    def _judged(self, source: Claimed, landing: Landing, course: _Course) -> Outcome:
        """Return how the feed is, by what it answered and by what it answered before."""
        counts = landing.counts
        if course.trouble or (counts.rejected and len(counts.rejected) >= max(1, counts.found)):
            return "changed"
        with self._reader.connection() as connection:
            usual = median_found(connection, source.id, self._clock.now())
        if usual is not None and usual >= _ENOUGH_FOR_FEW and counts.found < usual / 2 and course.whole:
            return "few"
        if usual and not counts.found:
            return "few"
        return "fine" if counts.found else "empty"

    def _close(self, source: Claimed, landing: Landing, course: _Course, outcome: Outcome) -> list[int]:
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
