"""Reading a source in one poll: its pages one by one, the descriptions that they lack, and how far that came."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from jobcopilot.clock import Clock
from jobcopilot.database.moments import to_milliseconds
from jobcopilot.errors import Cancelled, JobcopilotError
from jobcopilot.sources.asking import Asker
from jobcopilot.sources.claims import Claimed, Claims
from jobcopilot.sources.feed import ChangedShape, Found, Page, Request
from jobcopilot.sources.landing import LACKING, Landing, digest_of
from jobcopilot.sources.outcomes import Answered, Down, NoAnswer, NotModified, SlowDown, Validators
from jobcopilot.sources.views import PollProgress

Progress = Callable[[PollProgress], None]
MOST_DETAILS: Final = 300
"""Descriptions that are asked for one by one in a single poll; the rest come with the next ones."""
_RENEW_S: Final = 30.0
_ENOUGH_FAILURES: Final = 3
"""So many descriptions in a row that did not come are no chance: the others are left for the next poll."""


@dataclass(slots=True)
class Course:
    """How far a poll came."""

    pages: int = 0
    whole: bool = False
    validators: Validators = field(default_factory=Validators)
    notes: tuple[str, ...] = ()
    trouble: str = ""
    """Why the answers cannot be trusted, though they could be read."""


class PageReading:
    """Reads the pages of one poll and has each of them written."""

    def __init__(
        self,
        source: Claimed,
        landing: Landing,
        course: Course,
        claims: Claims,
        asker: Asker,
        clock: Clock,
        *,
        allow_private: bool,
        progress: Progress | None,
        stop: threading.Event | None,
    ) -> None:
        self._source, self._landing, self._course = source, landing, course
        self._claims, self._asker, self._clock = claims, asker, clock
        self._allow_private, self._progress, self._stop = allow_private, progress, stop
        self._renewed_at = time.monotonic()
        self._rows = 0
        self._asked = self._failures = 0
        self._lacking: list[str] = []
        """Why each description that was asked for did not come."""
        self._later = 0
        self._tired: JobcopilotError | None = None

    def run(self) -> None:
        """Read all pages. Raises `NoAnswer`, `ChangedShape` and `Cancelled`; what came before is written then."""
        source, course = self._source, self._course
        request: Request | None = source.feed.first(source.board)
        validators: Validators | None = source.validators
        while request is not None:
            outcome = self._asker.ask(
                request,
                source.feed.manners,
                validators=validators,
                allow_private=self._allow_private,
                stop=self._stop,
            )
            validators = None
            course.pages += 1
            # Before anything is written: this process may have slept, and another taken over.
            self._renew()
            if isinstance(outcome, NotModified):
                self._landing.all_seen(source.started, 0 if source.feed.complete else source.polled)
                course.whole, course.validators = True, outcome.validators
                return
            page = source.feed.read(source.board, request, outcome.answer)
            if not self._take(page):
                break
            if page.following is None:
                self._end(page, outcome)
                break
            if course.pages >= source.feed.manners.most_pages:
                course.notes += (f"more than {course.pages} pages: the rest was not read",)
                break
            self._tell(self._landing.counts.found, page.total)
            request = page.following
        self._tell_of_descriptions()

    def _end(self, page: Page, outcome: Answered) -> None:
        """Note that every page was read, and whether that was everything."""
        course = self._course
        if self._source.feed.complete and page.total is not None and self._rows < page.total:
            course.notes += (
                f"only {self._rows} of {page.total} postings came, so nothing counts as missing",
            )
            return
        course.whole = True
        # Only where one answer is the whole board does its being unchanged say something.
        if course.pages == 1 and not self._lacking and not self._later:
            course.validators = outcome.validators

    def _take(self, page: Page) -> bool:
        """Write a page; return whether there is reason to go on."""
        course, landing = self._course, self._landing
        course.notes += tuple(note for note in page.notes if note not in course.notes)
        landing.refuse(page.rejected)
        self._rows += len(page.found) + len(page.rejected)
        if page.found and all(one.key in landing.keys for one in page.found):
            course.trouble = "the feed repeats a page; what may follow was not read"
            return False
        digests = {one.key: digest_of(one) for one in page.found}
        found = self._with_details(page, digests)
        landing.take(found, digests, to_milliseconds(self._clock.now()))
        if isinstance(self._tired, Cancelled | SlowDown) or (
            isinstance(self._tired, Down) and not self._tired.reached
        ):
            raise self._tired
        if page.following is not None and page.rejected and not page.found:
            course.trouble = "nothing on a whole page can be read; what may follow was not asked for"
            return False
        return True

    # Descriptions

    def _with_details(self, page: Page, digests: dict[str, str]) -> list[Found]:
        """Ask for the descriptions that the list lacks, of what is not known yet.

        One that did not come gets a digest that says so: it is asked for the next time.
        """
        wanted = self._landing.unread([one for one in page.found if one.detail is not None])
        lacking = {one.key for one in wanted}
        begun = self._landing.counts.found
        complete: list[Found] = []
        for number, one in enumerate(page.found, start=1):
            described: Found | None = one
            if one.key in lacking:
                described = self._described(one)
                self._tell(begun + number, page.total)
            if described is None:
                digests[one.key] = LACKING + digests[one.key]
            complete.append(described or one)
        return complete

    def _described(self, one: Found) -> Found | None:
        """Return a posting with its description; None where that does not come now."""
        if self._tired is not None or self._asked >= MOST_DETAILS:
            self._later += 1
            return None
        assert one.detail is not None
        self._asked += 1
        if time.monotonic() - self._renewed_at > _RENEW_S:
            self._renew()
        try:
            outcome = self._asker.ask(
                one.detail, self._source.feed.manners, allow_private=self._allow_private, stop=self._stop
            )
            assert isinstance(outcome, Answered)  # nothing was said of a version that is known
            described = self._source.feed.with_detail(one, outcome.answer)
        except Cancelled as stopped:
            # The page is written all the same: its postings are here, and what was asked need not be asked again.
            self._tired = stopped
            return None
        except (SlowDown, ChangedShape, NoAnswer) as failed:
            self._failures += 1
            self._lacking.append(str(failed))
            unreachable = isinstance(failed, SlowDown) or (isinstance(failed, Down) and not failed.reached)
            if unreachable or self._failures >= _ENOUGH_FAILURES:
                self._tired = failed
            return None
        self._failures = 0
        return described

    def _tell_of_descriptions(self) -> None:
        """Say which descriptions are still to come. Raises what the feed said when it gave none any more."""
        if self._tired is not None:
            raise self._tired
        if self._lacking:
            count = f"{len(self._lacking)} description{'s' if len(self._lacking) > 1 else ''}"
            self._course.notes += (f"{count} did not come: {self._lacking[0]}",)
        if self._later:
            count = f"{self._later} description{'s' if self._later > 1 else ''}"
            self._course.notes += (f"{count} will be asked for with the next polls",)

    # The way

    def _renew(self) -> None:
        self._claims.renew(self._source)
        self._renewed_at = time.monotonic()

    def _tell(self, found: int, total: int | None) -> None:
        if self._progress is not None:
            self._progress(PollProgress(self._source.name, self._course.pages, found, total))
