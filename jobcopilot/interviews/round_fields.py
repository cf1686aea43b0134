"""Which fields a round has, and what each takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from jobcopilot.database.moments import to_milliseconds
from jobcopilot.interviews import values
from jobcopilot.interviews.ledger import Values
from jobcopilot.interviews.views import FORMATS, OUTCOMES, ROUND_STATUSES

DEFAULT_MINUTES: Final = {"phone": 30, "video": 60, "onsite": 180, "take_home": 3 * 24 * 60}
"""How long a round of a format is unless somebody says so."""
FIELDS: Final = (
    "stage", "starts_at", "minutes", "zone", "format", "place", "link", "status", "outcome", "notes", "contacts",
    "reminders",
)  # fmt: skip
"""What of a round can be written."""
PLANNED_FROM: Final = frozenset(
    ("stage", "starts_at", "minutes", "zone", "format", "place", "link", "contacts", "status")
)
"""What preparation is made from."""


def stored_round(changes: Mapping[str, object], before: Values) -> Values:
    """Return checked changes as stored, but the contacts; `before` is the round as it is (empty: a new one).

    Raises `FieldError`.
    """
    for name in changes:
        if name not in FIELDS:
            raise values.unknown_field(name, FIELDS)
    stored: Values = {}
    if "format" in changes:
        stored["format"] = values.choice("format", changes["format"], FORMATS)
    form = stored.get("format", before.get("format"))
    for name, value in changes.items():
        if name == "minutes":
            stored[name] = values.minutes(name, value, take_home=form == "take_home")
        elif name in _CHECKS:
            stored[name] = _CHECKS[name](name, value)
    complete = before | stored
    if form != "take_home" and "minutes" not in changes and before:
        values.minutes("minutes", complete["minutes"])
    starts, status = complete.get("starts_at"), complete.get("status", "scheduled")
    if starts is None and status == "scheduled":
        raise values.FieldError(
            "starts_at",
            "A scheduled interview needs a date and a time",
            hint="Give one, or make it pending.",
        )
    stored["ends_at"] = None if starts is None else starts + complete["minutes"] * 60_000
    return stored


def _starts(name: str, value: object) -> int | None:
    return None if value is None else to_milliseconds(values.moment(name, value))


def _outcome(name: str, value: object) -> str | None:
    return None if value in (None, "") else values.choice(name, value, OUTCOMES)


def _reminders(_name: str, value: object) -> list[int]:
    if not isinstance(value, list | tuple) or len(value) > 20:
        raise values.FieldError("reminders", "reminders takes up to 20 numbers of minutes before")
    for ahead in value:
        if not isinstance(ahead, int) or isinstance(ahead, bool) or not 1 <= ahead <= 60 * 24 * 60:
            raise values.FieldError(
                "reminders",
                f"A reminder cannot come {ahead} minutes before",
                hint="From 1 minute to 60 days.",
            )
    return sorted(set(value))


_CHECKS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "stage": lambda name, value: values.line(name, value, required=True, limit=120),
    "starts_at": _starts,
    "zone": values.zone,
    "place": lambda name, value: values.line(name, value, limit=500),
    "link": values.link,
    "notes": values.text,
    "status": lambda name, value: values.choice(name, value, ROUND_STATUSES),
    "outcome": _outcome,
    "reminders": _reminders,
}
