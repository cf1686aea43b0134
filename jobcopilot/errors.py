"""Errors with a title, a message and a hint, so that any face can show them."""

from __future__ import annotations


class JobcopilotError(Exception):
    """What went wrong in words a person can act on.

    `title` says what happened, `message` says to what (a file, a row, a field), `hint` says what to do next.
    """

    exit_code = 1

    def __init__(self, title: str, message: str = "", hint: str = "") -> None:
        super().__init__(title, message, hint)
        self.title = title
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return " ".join(part for part in (_sentence(self.title), _sentence(self.message), self.hint) if part)


class UsageError(JobcopilotError):
    """The command or field was given something it does not take."""

    exit_code = 2


class NotFound(JobcopilotError):
    """What was asked for is not there."""


class BadInput(JobcopilotError):
    """A file, page or field from outside cannot be read as what it should be."""


class StorageError(JobcopilotError):
    """The disk or the database refused: full, read-only, locked, newer or damaged."""


class NetworkError(JobcopilotError):
    """An address that the person asked for could not be fetched."""


class Cancelled(JobcopilotError):
    """The person stopped it; nothing of it was kept."""


def _sentence(part: str) -> str:
    part = part.strip()
    return part if not part or part[-1] in ".!?…:" else f"{part}."
