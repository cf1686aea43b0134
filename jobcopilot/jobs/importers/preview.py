"""What an import would do, read and compared whole but written nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from jobcopilot.jobs.importers.mapping import Mapping
from jobcopilot.jobs.importers.sources import ImportSource
from jobcopilot.jobs.views import JobDraft, Rejected

if TYPE_CHECKING:
    from jobcopilot.jobs.intake import Intake, IntakeReport

_EXAMPLES = 5
_MOST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class UnreadValue:
    """A single value that could not be used, while its row could."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a source is, how it is mapped, what its first postings look like and which rows will be refused."""

    kind: str
    mapping: Mapping
    columns: tuple[str, ...]
    examples: tuple[JobDraft, ...]
    read: int
    """Rows looked at."""
    refused: tuple[Rejected, ...]
    unread: tuple[UnreadValue, ...] = ()
    """Values left out, at most a thousand of them."""
    outcome: IntakeReport | None = None
    """What an import would do with the rows that were looked at; None where they were compared with nothing."""


def preview(source: ImportSource, limit: int | None = None, intake: Intake | None = None) -> Preview:
    """Read a source, up to `limit` rows, and tell what would come of it.

    With `intake` each row is also compared with the jobs that are there and with the rows before it, as the import
    itself does, and refused for the same reasons.
    """
    examples: list[JobDraft] = []
    refused: list[Rejected] = []
    unread: list[UnreadValue] = []

    def told(row: int, column: str, text: str) -> None:
        if len(unread) < _MOST_TOLD:
            unread.append(UnreadValue(row, column, text))

    read = 0

    def listened() -> Iterator[JobDraft | Rejected]:
        nonlocal read
        for entry in islice(source.read(told), limit):
            read += 1
            if isinstance(entry, Rejected):
                refused.append(entry)
            elif len(examples) < _EXAMPLES:
                examples.append(entry)
            yield entry

    outcome = None
    if intake is not None:
        outcome = intake.take_in(listened(), label="", dry_run=True)
        refused = [*outcome.rejected]
    else:
        for _ in listened():
            pass
    return Preview(
        source.kind,
        source.mapping,
        source.columns,
        tuple(examples),
        read,
        tuple(refused),
        tuple(unread),
        outcome,
    )
