"""What comes of asking a feed: an answer, the same as the last time, or one of a few kinds of why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jobcopilot.errors import NetworkError
from jobcopilot.sources.feed import Answer

LATER: Final = "It is asked again at the next poll; its postings stay as they were."


class NoAnswer(NetworkError):
    """A feed was asked and gave nothing to read; its postings stay as they were."""


class Refused(NoAnswer):
    """A feed does not give this to anyone, or not to programs: asking again soon changes nothing."""

    def __init__(self, title: str, message: str, hint: str, *, status: int) -> None:
        super().__init__(title, message, hint)
        self.status = status


class SlowDown(NoAnswer):
    """A host asked to be left alone until a moment (`until`, aware, UTC, at most a day away)."""

    def __init__(self, title: str, message: str, hint: str, *, until: datetime) -> None:
        super().__init__(title, message, hint)
        self.until = until


class Down(NoAnswer):
    """A host does not answer, answers too slowly or in pieces, or has trouble of its own: later may be better."""

    def __init__(self, title: str, message: str, hint: str = LATER, *, reached: bool = True) -> None:
        super().__init__(title, message, hint)
        self.reached = reached
        """False where not even a connection came about, so that other boards there need not be tried either."""


class TooLarge(NoAnswer):
    """An answer is larger than any board of this feed should be; nothing of it was kept."""


class SentAway(NoAnswer):
    """A feed sends on to where it is not followed: a private address, an open connection, round in circles."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server calls this version of an answer, given back to it so that it need not send the same again."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A feed answered with status 200."""

    answer: Answer
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class NotModified:
    """A feed says that its answer is the one that it gave the last time."""

    validators: Validators


Outcome = Answered | NotModified
