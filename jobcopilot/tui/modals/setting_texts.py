"""Settings of interviews and reminders as a person reads and types them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import UsageError
from jobcopilot.interviews.dates import duration_minutes
from jobcopilot.tui.modals.round_fields import said_length

if TYPE_CHECKING:
    from jobcopilot.settings import Settings

_MOST: Final = 8
_WALL_TIMES: Final = "Takes a time such as 18:00."


@dataclass(frozen=True, slots=True)
class Typed:
    """One setting that is typed."""

    name: str
    """Its dotted name in the settings file."""
    label: str
    hint: str
    shown: Callable[[Settings], str]
    read: Callable[[str], object]
    """Returns what the file keeps. Raises `UsageError` that says what it takes."""

    def check(self, text: str) -> None:
        """Refuse what cannot be kept. Raises `UsageError`."""
        self.read(text)


def lengths(text: str) -> list[int]:
    """Return the lengths of "24 h, 2 h" in minutes, the longest first; none for an empty text."""
    minutes = {duration_minutes(part) for part in text.replace(";", ",").split(",") if part.strip()}
    return sorted(_bounded(minutes, "lengths", 60 * 24 * 30), reverse=True)


def days(text: str) -> list[int]:
    """Return the numbers of days of "7, 14", the fewest first; none for an empty text."""
    listed = re.sub(r"\s*days?\s*$", "", text.replace(";", ","), flags=re.IGNORECASE)
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageError("Not a list of days", hint="Takes whole numbers of days with commas, such as 7, 14.")
    return sorted(_bounded({int(part[:9]) for part in parts}, "days", 365))


def wall_time(text: str) -> str:
    """Return a time of day as HH:MM. Raises `UsageError`."""
    written = text.strip()
    try:
        at = time.fromisoformat(f"0{written}" if written[1:2] == ":" else written)
    except ValueError:
        raise UsageError("Not a time of day", hint=_WALL_TIMES) from None
    return f"{at:%H:%M}"


def quiet_hours(text: str) -> tuple[str, str]:
    """Return both ends of "22:00-07:30"; two empty texts where there are to be none. Raises `UsageError`."""
    if not text.strip():
        return "", ""
    ends = text.replace("–", "-").split("-")
    if len(ends) != 2:
        raise UsageError("Not two times", hint="Takes two times such as 22:00-07:30, or nothing.")
    return wall_time(ends[0]), wall_time(ends[1])


def _bounded(numbers: set[int], what: str, most: int) -> set[int]:
    if len(numbers) > _MOST or any(not 1 <= number <= most for number in numbers):
        raise UsageError(
            f"Not usable {what}", hint=f"Takes up to {_MOST} of them, none of more than {most // 1440 or most} days."
            if most > 365 else f"Takes up to {_MOST} of them, from 1 to {most}."
        )  # fmt: skip
    return numbers


def _number(unit: str, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        written = re.fullmatch(
            rf"([0-9]{{1,6}})\s*(?:{unit}|{unit[:-1]}|{unit[0]})?", text.strip(), re.IGNORECASE
        )
        if written is None or not 1 <= int(written[1]) <= most:
            raise UsageError(
                f"Not a number of {unit}", hint=f"Takes a whole number of {unit} from 1 to {most}."
            )
        return int(written[1])

    return read


def _minutes(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        minutes = 0 if text.strip() in ("", "0", "0 min") else duration_minutes(text)
        if minutes > most:
            raise UsageError("That is too long", hint=f"Takes a length of up to {said_length(most)}.")
        return minutes

    return read


def _quiet(settings: Settings) -> str:
    ends = [
        f"{end:%H:%M}" if isinstance(end, time) else str(end)
        for end in (settings.reminders.quiet_from, settings.reminders.quiet_to)
    ]
    return "-".join(ends) if all(ends) else ""


TYPED: Final = (
    Typed(
        "interviews.remind_minutes",
        "Remind of rounds",
        "How long before each round, such as 24 h, 2 h; nothing reminds of none but those set at a round",
        lambda settings: ", ".join(said_length(one) for one in settings.interviews.remind_minutes),
        lengths,
    ),
    Typed(
        "interviews.preparation_at",
        "of preparation",
        "When, on the day before a round, one is told what is not prepared yet",
        lambda settings: f"{settings.interviews.preparation_at:%H:%M}",
        wall_time,
    ),
    Typed(
        "reminders.quiet",
        "Quiet hours",
        "No reminders between these two times, such as 22:00-07:30; they come when the quiet ends",
        _quiet,
        quiet_hours,
    ),
    Typed(
        "interviews.buffer_minutes",
        "Between rounds",
        "Less time than this between two rounds is told as a clash, such as 15 min",
        lambda settings: said_length(settings.interviews.buffer_minutes),
        _minutes(12 * 60),
    ),
    Typed(
        "interviews.travel_minutes",
        "Way to on-site",
        "What a round on site needs before and after, beside the time between rounds",
        lambda settings: said_length(settings.interviews.travel_minutes),
        _minutes(24 * 60),
    ),
    Typed(
        "interviews.thank_you_hours",
        "Thank within",
        "How long after a round a thank-you note is due",
        lambda settings: f"{settings.interviews.thank_you_hours} hours",
        _number("hours", 24 * 14),
    ),
    Typed(
        "interviews.follow_up_days",
        "Follow up after",
        "How long after a round without an answer one follows up",
        lambda settings: f"{settings.interviews.follow_up_days} days",
        _number("days", 365),
    ),
    Typed(
        "interviews.inquiry_days",
        "Ask after",
        "How long after a round one asks for its status",
        lambda settings: f"{settings.interviews.inquiry_days} days",
        _number("days", 365),
    ),
    Typed(
        "interviews.application_days",
        "Applications",
        "How long after an application without an answer one asks, such as 7, 14 days",
        lambda settings: ", ".join(str(one) for one in settings.interviews.application_days) + " days",
        days,
    ),
)
