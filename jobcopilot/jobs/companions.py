"""Rooms above this one whose records hang on jobs, and so take part in the batches of the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlmodel import Session

    from jobcopilot.jobs.journal import Journal


class Companion(Protocol):
    """What another room does in the transaction of a batch; the runtime hands it in."""

    def follow(self, session: Session, journal: Journal) -> None:
        """Act on what a batch changed, before it is committed; edits of its own become part of the batch."""
        ...

    def take_back(self, session: Session, journal: Journal, batch: int) -> None:
        """Take back the room's own part of a batch, as part of the batch that `journal` writes. Raises `Conflict`."""
        ...


def accompanied(session: Session, journal: Journal, companions: Sequence[Companion]) -> None:
    """End a batch: let the companions act on it, where it changed anything, and write how many jobs it touched."""
    if journal.batch is None:
        return
    for companion in companions:
        companion.follow(session, journal)
    journal.close()
