"""What a running session tells whoever shows it: its timer, and what the interviewer and the assessor say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jobcopilot.practice.views import AskedView, MessageView, SessionAssessment

TWO_MINUTES: Final = 120.0
"""Seconds at which an answer has become long."""


@dataclass(frozen=True, slots=True)
class Timer:
    """The session's clock, in seconds; pauses are not counted."""

    seconds: float
    answer_seconds: float
    """Since the interviewer had finished."""
    running: bool
    left: float | None
    """Until the time that was set is over; None where none was."""

    @property
    def past_two_minutes(self) -> bool:
        """Whether the answer has reached the two-minute mark."""
        return self.answer_seconds >= TWO_MINUTES


@dataclass(frozen=True, slots=True)
class Began:
    """The interviewer begins to speak."""

    message: MessageView


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more words of a message."""

    message_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A message is whole, or was cut short (`state`)."""

    message: MessageView


@dataclass(frozen=True, slots=True)
class Marked:
    """A question was left and its answer assessed."""

    asked: AskedView


@dataclass(frozen=True, slots=True)
class Summed:
    """The session is over and was assessed."""

    assessment: SessionAssessment


Event = Began | Piece | Ended | Marked | Summed
