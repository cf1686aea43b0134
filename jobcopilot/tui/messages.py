"""Every message that passes between widgets and screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget

    from jobcopilot.jobs.views import Status


@dataclass
class RowHighlighted(Message):
    """Another row is under the cursor, or what it shows has changed; None in an empty list."""

    sender: Widget
    row: Any

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts: a held key must not queue a detail for every row it passes."""
        return isinstance(message, RowHighlighted) and message.sender is self.sender


@dataclass
class RowOpened(Message):
    """The person opened a row."""

    sender: Widget
    row: Any


@dataclass
class SelectionChanged(Message):
    """Other rows are selected than before."""

    sender: Widget
    count: int


@dataclass
class TotalChanged(Message):
    """How many rows a list has is known, or has changed."""

    sender: Widget
    total: int


@dataclass
class CardMoved(Message):
    """The person moved jobs to another status on the kanban."""

    job_ids: tuple[int, ...]
    status: Status


class CardsWanted(Message):
    """The cursor of the kanban comes near the end of the cards that were fetched."""


@dataclass
class QueryTyped(Message):
    """The text of the search line changed."""

    text: str

    def can_replace(self, message: Message) -> bool:
        """Only the newest text is searched for."""
        return isinstance(message, QueryTyped)


class SearchLeft(Message):
    """The person is done with the search line and wants the list."""


class KeepSearch(Message):
    """The person wants the search kept under a name."""


class LeaveDetail(Message):
    """The person wants back from the posting to the list."""


@dataclass
class TabChosen(Message):
    """Another part of the posting is shown: `posting`, `notes` or `history`."""

    name: str


@dataclass
class DayChosen(Message):
    """The person opened a day of the month."""

    day: date


@dataclass
class MonthWanted(Message):
    """The cursor went to another month."""

    year: int
    month: int


@dataclass
class JobWanted(Message):
    """The person wants to see a job on the board."""

    job_id: int


@dataclass
class RoundWanted(Message):
    """The person wants to see an interview in the pipeline."""

    round_id: int


@dataclass
class DoneToggled(Message):
    """The person ticked what was under a list's cursor, or took the tick off."""

    row: Any


@dataclass
class TaskCarried(Message):
    """The person moved the task under the cursor up or down."""

    step: int
