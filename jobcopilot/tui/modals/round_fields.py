"""The fields of an interview as a form shows them, and what each takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jobcopilot.errors import UsageError
from jobcopilot.interviews.dates import (
    NotUnderstood,
    duration_minutes,
    zone_named,
)
from jobcopilot.interviews.values import FieldError, line
from jobcopilot.interviews.values import link as checked_link
from jobcopilot.interviews.views import FORMATS, STAGES
from jobcopilot.tui.modals.fields import Choice, Field, LineInput, LongText
from jobcopilot.tui.widgets.agenda import FORMAT_WORDS
from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from jobcopilot.interviews.views import RoundView

WHEN_HINT = "tomorrow 3pm, Tue 14:30, 2026-12-01 10:00 Europe/Berlin; nothing: not agreed yet"


def round_names() -> tuple[str, ...]:
    """Return the names of all fields, in order."""
    return ("stage", "when", "minutes", "zone", "format", "place", "link", "people", "notes")


def round_fields(texts: dict[str, str]) -> tuple[list[Field], list[Field]]:
    """Return the lines and the long text of a round, filled in."""

    def of(name: str) -> str:
        return texts.get(name, "")

    formats = [(name, FORMAT_WORDS[name]) for name in FORMATS]
    lines = [
        Field(
            "stage",
            "Stage",
            LineInput(of("stage")),
            hint=", ".join(STAGES[:6]) + " …",
            check=lambda text: _checked(line, "stage", text, required=True),
        ),
        Field("when", "When", LineInput(of("when")), hint=WHEN_HINT, check=_check_when),
        Field(
            "minutes",
            "Length",
            LineInput(of("minutes")),
            hint="45, 1h30, 3 days for a task to take home",
            check=_check_length,
        ),
        Field(
            "zone",
            "Agreed in",
            LineInput(of("zone")),
            hint="The zone of the time, where it is not yours: Europe/Berlin, New York",
            check=_check_zone,
        ),
        Field("format", "Format", Choice(formats, of("format") or "video")),
        Field("place", "Place", LineInput(of("place")), hint="Where, for an interview on site"),
        Field(
            "link",
            "Link",
            LineInput(of("link")),
            hint="https://…  o opens it from the pipeline",
            check=lambda text: _checked(checked_link, "link", text),
        ),
        Field(
            "people",
            "With",
            LineInput(of("people")),
            hint="Names, or Name <e-mail>, separated by ;  New ones become contacts.",
        ),
    ]
    return lines, [Field("notes", "Notes", LongText(of("notes")))]


def texts_of(view: RoundView) -> dict[str, str]:
    """Return every field of a round as the form writes it; its time in the zone that it was agreed in."""
    when = (
        "" if view.starts_at is None else f"{view.starts_at.astimezone(ZoneInfo(view.zone)):%Y-%m-%d %H:%M}"
    )
    return {
        "stage": view.stage,
        "when": when,
        "minutes": said_length(view.minutes),
        "zone": view.zone,
        "format": view.format,
        "place": view.place,
        "link": view.link,
        "people": "; ".join(met.name for met in view.contacts),
        "notes": view.notes,
    }


def said_length(minutes: int) -> str:
    """Return a length as one types it: `45 min`, `1 h 30`, `3 days`."""
    if minutes and minutes % 1440 == 0:
        return f"{minutes // 1440} days" if minutes > 1440 else "24 h"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def steady_lines(text: str) -> str:
    """Return lines of text of certain width."""
    return "\n".join(steady(part) for part in text.split("\n"))


def _checked(check: Any, *given: Any, **options: Any) -> None:
    try:
        check(*given, **options)
    except FieldError as wrong:
        raise UsageError(wrong.title, hint=f"{wrong.title}. {wrong.message} {wrong.hint}".strip()) from wrong


def _check_when(text: str) -> None:
    """Refuse what is surely no date; whether it is one is known with zone and clock, when it is saved."""
    if len(text) > 200:
        raise NotUnderstood(
            "That is no date", hint="Write it like: tomorrow 3pm, Tue 14:30, 2026-12-01 10:00"
        )


def _check_length(text: str) -> None:
    try:
        duration_minutes(text)
    except UsageError as wrong:
        raise UsageError(wrong.title, hint=f"{wrong.message} {wrong.hint}".strip()) from wrong


def _check_zone(text: str) -> None:
    if text.strip():
        try:
            zone_named(text)
        except UsageError as wrong:
            raise UsageError(wrong.title, hint=f"{wrong.message} {wrong.hint}".strip()) from wrong
