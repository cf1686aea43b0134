"""Postings on their way in: opened, looked through and taken in, each step in a thread that can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jobcopilot.errors import Cancelled
from jobcopilot.jobs.importers.preview import Preview, preview
from jobcopilot.jobs.importers.sources import ImportSource, PagePart
from jobcopilot.tui.modals.dropped import Origin

if TYPE_CHECKING:
    from jobcopilot.jobs.importers.rows import Told
    from jobcopilot.jobs.intake import Intake as JobIntake
    from jobcopilot.jobs.intake import IntakeReport, Progress
    from jobcopilot.jobs.views import JobDraft, Rejected
    from jobcopilot.runtime import Runtime

FIRST_LOOK = 300
"""Rows read before the preview is shown; the rest is counted while the person looks."""


@dataclass(frozen=True, slots=True)
class StoppableSource(ImportSource):
    """A source whose reading ends when the person goes on or back."""

    stop: threading.Event

    def read(self, told: Told | None = None) -> Iterator[JobDraft | Rejected]:
        """Yield what the source yields. Raises `Cancelled` once stopped."""
        # Not super(): a slotted dataclass is another class than the one it was written as.
        for entry in ImportSource.read(self, told):
            if self.stop.is_set():
                raise Cancelled("The reading was stopped")
            yield entry


@dataclass(frozen=True, slots=True)
class Candidate:
    """What was found at an origin, before anything is written."""

    origin: Origin
    label: str
    """The file's name, the address, or "pasted text"; the history calls the import by it."""
    source: ImportSource
    preview: Preview
    whole: bool
    """Whether the preview has seen every row."""
    compared_with: JobIntake
    """Takes it in, and tells before what of it is new."""

    @property
    def takeable(self) -> int:
        """How many rows can be taken in, of those that the preview has seen."""
        return self.preview.read - len(self.preview.refused)

    def mapped(self, given: dict[str, str]) -> Candidate:
        """Return it with other columns for some fields, looked at anew; blocks. Raises `UsageError`."""
        return _looked_at(replace(self, source=self.source.with_mapping(given)))

    def looked_through(self, stop: threading.Event) -> Candidate:
        """Return it with every row read; blocks. Raises `Cancelled` when stopped."""
        source = StoppableSource(self.source.kind, self.source.parts, stop)
        return replace(self, preview=preview(source, intake=self.compared_with), whole=True)


def open_origin(origin: Origin, runtime: Runtime) -> Candidate:
    """Open a file, fetch an address or read a text, and look at the beginning; blocks.

    Raises `BadInput` or `NetworkError` that says what was found instead.
    """
    if origin.kind == "file":
        from jobcopilot.jobs.importers.source_files import open_source

        path = origin.path
        source, label = open_source(path, zone=runtime.clock.zone()), path.resolve().name or str(path)
    elif origin.kind == "address":
        from jobcopilot.jobs.importers.fetch import fetch_page
        from jobcopilot.jobs.importers.pages import drafts_from_page

        page = fetch_page(origin.text)
        source, label = _of_drafts("web page", drafts_from_page(page.text, page.address)), origin.text
    else:
        from jobcopilot.jobs.importers.pages import draft_from_text

        source, label = _of_drafts("pasted text", [draft_from_text(origin.text)]), "pasted text"
    nothing_yet = Preview("", source.mapping, (), (), 0, ())
    return _looked_at(Candidate(origin, label, source, nothing_yet, False, runtime.intake))


def _of_drafts(kind: str, drafts: list[JobDraft]) -> ImportSource:
    return ImportSource(kind, (PagePart(kind, lambda: drafts),))


def _looked_at(candidate: Candidate) -> Candidate:
    seen = preview(candidate.source, FIRST_LOOK, candidate.compared_with)
    return replace(candidate, preview=seen, whole=seen.read < FIRST_LOOK)


class Intake:
    """One import under way: how far it is, and how to stop it."""

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self.stop = threading.Event()
        self.done = 0
        """Postings read so far; written by the import's thread, read by the screen's."""

    def run(self) -> IntakeReport:
        """Take everything in as one transaction; blocks. Raises `Cancelled` when stopped, with nothing kept."""
        return self._candidate.compared_with.take_in(
            self._candidate.source.read(),
            label=self._candidate.label,
            progress=self._heard,
            stop=self.stop,
        )

    def _heard(self, step: Progress) -> None:
        self.done = step.done
