"""Which room tells what a reminder's subject is: one function for each kind, put together by the runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from jobcopilot.errors import JobcopilotError
from jobcopilot.reminders.views import Described, Subject
from jobcopilot.text import clean_line

Function = TypeVar("Function")


class UnknownSubject(JobcopilotError):
    """Nothing in this version knows a kind of subject; its reminders wait instead of being lost."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """Kind of subject to the functions of its room; each takes the subject's number, on a worker thread."""

    describers: Mapping[str, Callable[[int], Described | None]] = field(default_factory=dict)
    finishers: Mapping[str, Callable[[int], object]] = field(default_factory=dict)
    """What the button Done does."""

    def describe(self, subject: Subject) -> Described | None:
        """Return what a subject is now, None where it is gone. Raises `UnknownSubject`."""
        return self._of(self.describers, subject)(subject.id)

    def named(self, subject: Subject) -> str:
        """Return a subject in words for a list; its kind and number where it is gone or not known here."""
        try:
            described = self.describe(subject)
        except UnknownSubject:
            described = None
        return str(subject) if described is None else clean_line(described.title, 120) or str(subject)

    def finish(self, subject: Subject) -> None:
        """Mark a subject as done. Raises `UnknownSubject`."""
        self._of(self.finishers, subject)(subject.id)

    @staticmethod
    def _of(functions: Mapping[str, Function], subject: Subject) -> Function:
        found = functions.get(subject.kind)
        if found is None:
            raise UnknownSubject(
                "A reminder's subject is not known here",
                f"it is about {subject}",
                "Update Jobcopilot: a newer version asked for this reminder.",
            )
        return found
