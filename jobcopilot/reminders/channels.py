"""The ways to the person's eyes: what each promises, and what it says when it could not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from jobcopilot.errors import JobcopilotError
from jobcopilot.reminders.views import Message, Subject


class NotDelivered(JobcopilotError):
    """A channel could not show a message; the next one is tried, and later this one again."""


class Channel(Protocol):
    """One way of showing a message."""

    @property
    def name(self) -> str:
        """One word for lists: `desktop`, `terminal`, `script`."""
        ...

    async def send(self, message: Message) -> None:
        """Return once the message is handed over for good; raise `NotDelivered` where that cannot be known."""
        ...


@dataclass(frozen=True, slots=True)
class Actions:
    """What a notification's buttons do; called on a worker thread, None leaves the button out."""

    open_link: Callable[[str], object] | None = None
    snooze: Callable[[int, timedelta], object] | None = None
    """With the reminder's number and how long."""
    done: Callable[[Subject], object] | None = None


def open_in_browser(link: str) -> None:
    """Open a web address where the person reads web pages."""
    import webbrowser

    webbrowser.open(link)
