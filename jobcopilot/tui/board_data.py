"""What the board asks of the rooms below, as blocking calls for threads; what comes back is frozen.

Nothing heavy is imported before it is needed: the first rows are read with the standard library alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from jobcopilot.tui.widgets.detail import Reading, Rounds
from jobcopilot.tui.widgets.job_table import JobSource
from jobcopilot.tui.widgets.kanban import Column

if TYPE_CHECKING:
    from jobcopilot.jobs.match import Match
    from jobcopilot.jobs.query import Query
    from jobcopilot.jobs.searches import SearchView
    from jobcopilot.jobs.views import BatchView, JobRow, Statistics
    from jobcopilot.jobs.wanted import Wanted
    from jobcopilot.profiles.views import ProfileView
    from jobcopilot.runtime import Runtime


class BoardData:
    """One person's jobs as the board sees them."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._prepared: tuple[ProfileView, Wanted] | None = None

    def open(self) -> None:
        """Bring the database up to date and find out who is searching. Raises `StorageError`, `NotFound`."""
        from jobcopilot.logs import start_logging

        start_logging(self.runtime.home)
        self.runtime.open()

    def query(self, text: str) -> Query:
        """Read what was typed; mistakes are in the result."""
        from jobcopilot.jobs.query import parse_query

        clock = self.runtime.clock
        return parse_query(text, today=clock.now().astimezone(clock.zone()).date())

    def source(self, text: str, sort: str) -> tuple[JobSource, Query]:
        """Return where the rows of a search come from, and the query as it was understood."""
        query = self.query(text)
        if sort.lstrip("-") == "relevance" and not query.ranked:
            sort = "-match"
        return JobSource(self.runtime.pages, query, sort), query

    def columns(self, source: JobSource, depth: int) -> tuple[Column, ...]:
        """Return the kanban's columns with the first `depth` cards of each."""
        dealt = self.runtime.pages.board(source.query, source.sort, depth)
        return tuple(Column(status, total, rows) for status, (total, rows) in dealt.items())

    def statistics(self) -> Statistics:
        """Count all jobs by status, and how far they came."""
        from jobcopilot.jobs.statistics import statistics

        return statistics(self.runtime.reader, self.runtime.profile.id, self.runtime.clock)

    def reading(self, job_id: int, *, history: bool, rounds: bool = False) -> Reading:
        """Return what is shown of one job, its history and interviews only where asked for. Raises `NotFound`."""
        pages = self.runtime.pages
        detail = pages.get(job_id)
        # The other one may have been deleted since: then there is nothing left to be the same as.
        doubles = () if detail.duplicate_of is None else pages.rows([detail.duplicate_of])
        clock = self.runtime.clock
        # Events come with the room that also writes: half a second of imports that a first look does not need.
        events = tuple(self.runtime.history.events(job_id)) if history else None
        return Reading(
            detail,
            self.explain(job_id),
            events,
            doubles[0] if doubles else None,
            clock.now(),
            clock.zone(),
            self.rounds(job_id) if rounds else None,
            self.runtime.deep_scores.of(job_id),
        )

    def rounds(self, job_id: int) -> Rounds:
        """Return the interviews of a job, and what hangs on them."""
        lists = self.runtime.interviews
        return Rounds(
            lists.rounds(job_id=job_id), lists.follow_ups(job_id=job_id), lists.offers(job_id=job_id)
        )

    def explain(self, job_id: int) -> Match:
        """Return why a job has its match. Raises `NotFound`."""
        from jobcopilot.jobs.explain import explain
        from jobcopilot.jobs.wanted import prepare

        profile = self.runtime.profile
        if self._prepared is None or self._prepared[0] is not profile:
            self._prepared = (profile, prepare(profile))
        return explain(self.runtime.reader, self._prepared[1], job_id)

    def version(self) -> int:
        """Return a number that rises when any process has changed the database; costs microseconds."""
        return self.runtime.reader.version()

    def change(self, job_ids: Sequence[int], changes: dict[str, object]) -> None:
        """Change fields of jobs as one act that undo takes back."""
        self.runtime.jobs.change(list(job_ids), changes)

    def delete(self, job_ids: Sequence[int]) -> None:
        """Delete jobs as one act that undo takes back."""
        self.runtime.jobs.delete(list(job_ids))

    def merge(self, keep: int, other: int) -> None:
        """Make one job of two."""
        self.runtime.jobs.merge(keep, other)

    def keep_apart(self, job_id: int) -> None:
        """Say that a job is not the one it was taken for."""
        self.runtime.jobs.keep_apart(job_id)

    def viewed(self, job_id: int) -> None:
        """Remember that the job was looked at."""
        self.runtime.jobs.viewed(job_id)

    def undo(self) -> BatchView:
        """Take back the last act. Raises `NotFound` where there is none."""
        return self.runtime.history.undo(None)

    def redo(self) -> BatchView:
        """Do again what was taken back last. Raises `NotFound` where there is nothing."""
        return self.runtime.history.redo()

    def score_all(self, progress: Callable[[int, int], None], stop: threading.Event) -> int:
        """Score every job again and return how many; progress tells how many are done, and of how many."""
        from jobcopilot.runtime.scoring import score_everything

        return score_everything(self.runtime, progress, stop)

    def scoring_is_due(self) -> bool:
        """Return whether the matches are of older rules, so that every job should be scored again unasked."""
        from jobcopilot.runtime.scoring import is_due

        return is_due(self.runtime)

    def read_whole(self, job_ids: Sequence[int], tell: Callable[[str], None], stop: threading.Event) -> str:
        """Have the model read jobs whole, without any the best ones; return what came of it. Raises `ModelError`."""
        from jobcopilot.runtime.deep_reading import read_in_background

        return read_in_background(self.runtime, job_ids, tell, stop)

    def row(self, job_id: int) -> JobRow:
        """Return one job as a list shows it. Raises `NotFound`."""
        return self.runtime.pages.get(job_id).row

    def searches(self) -> Sequence[SearchView]:
        """Return the searches kept under a name."""
        return self.runtime.searches.list()

    def keep_search(self, name: str, text: str, sort: str) -> None:
        """Keep a search under a name; one of that name is replaced. Raises `BadInput`."""
        self.runtime.searches.save(name, text, sort)

    def forget_search(self, name: str) -> None:
        """Forget the search of that name."""
        self.runtime.searches.delete(name)

    def warm_up(self) -> None:
        """Import what the first change, detail or dialogue will need; make the day's backup, let old recordings go.

        Runs while the person is already looking. Raises `BadInput` where a setting is wrong.
        """
        import jobcopilot.jobs.score
        import jobcopilot.jobs.store
        import jobcopilot.tui.widgets.markdown_lines
        import jobcopilot.tui.widgets.why  # noqa: F401

        self.runtime.keep_backup()
        if self.runtime.settings.voice.recordings != "until deleted":
            from jobcopilot.runtime.recordings import keep_recordings_as_set

            keep_recordings_as_set(self.runtime)
