"""What an import would do, read whole but written nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jobcopilot.jobs.importers.mapping import Mapping
from jobcopilot.jobs.importers.sources import ImportSource
from jobcopilot.jobs.views import JobDraft, Rejected

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


def preview(source: ImportSource, limit: int | None = None) -> Preview:
    """Read a source, up to `limit` rows, and tell what would come of it."""
    examples: list[JobDraft] = []
    refused: list[Rejected] = []
    unread: list[UnreadValue] = []

    def told(row: int, column: str, text: str) -> None:
        if len(unread) < _MOST_TOLD:
            unread.append(UnreadValue(row, column, text))

    read = 0
    entries: Iterator[JobDraft | Rejected] = source.read(told)
    for entry in entries:
        read += 1
        if isinstance(entry, Rejected):
            refused.append(entry)
        elif len(examples) < _EXAMPLES:
            examples.append(entry)
        if limit is not None and read >= limit:
            break
    return Preview(
        source.kind, source.mapping, source.columns, tuple(examples), read, tuple(refused), tuple(unread)
    )
