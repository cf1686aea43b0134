"""A job's fields as a form shows them: from the one table of what can be changed (`jobs.changes`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from jobcopilot.errors import UsageError
from jobcopilot.jobs.changes import FIELDS, ChangeField, checked
from jobcopilot.tui.modals.fields import Check, Choice, Field, LineInput, LongText
from jobcopilot.tui.widgets.signs import STATUS_SIGNS

if TYPE_CHECKING:
    from jobcopilot.jobs.views import JobDetail

LINES = (
    "title", "company", "place", "work_mode", "pay", "address", "status", "tags", "favourite", "deadline",
    "posted", "closed", "applied", "rejected", "rejection_reason",
)  # fmt: skip
TEXTS = ("notes", "company_notes", "description")
SHARED = (
    "status", "tags", "favourite", "deadline", "work_mode", "place", "applied", "rejected", "rejection_reason",
)  # fmt: skip
"""What can be changed of several jobs at once."""
ADDED = (
    "title", "company", "place", "work_mode", "pay", "address", "status", "tags", "favourite", "deadline", "posted",
)  # fmt: skip

KEEP = "\x00keep"
"""The value of a choice that leaves each job as it is."""
NOTHING = "-"
"""What empties a line of several jobs."""

_WORDS = {"remote": "remote", "hybrid": "hybrid", "onsite": "on site"}
_TAKES = {
    "line": "",
    "text": "",
    "choice": "",
    "flag": "",
    "address": "https://…  The page is fetched only when you ask for it.",
    "pay": "As the posting writes it: €80–100k, $45/hr, up to 120k USD",
    "date": "2026-12-01 or 1 Dec 2026",
    "moment": "2026-12-01 or 2026-12-01 14:30",
    "tags": "Words separated by commas",
}


def texts_of(detail: JobDetail, zone: tzinfo) -> dict[str, str]:
    """Return every field of a job as a form writes it."""
    row = detail.row
    return {
        "title": row.title,
        "company": row.company,
        "place": row.place,
        "work_mode": row.work_mode or "",
        "description": detail.description,
        "address": detail.address,
        "pay": row.pay.text if row.pay else "",
        "posted": _day(row.posted_on),
        "closed": _day(detail.closed_on),
        "deadline": _day(row.deadline),
        "status": row.status,
        "notes": detail.notes,
        "tags": ", ".join(detail.tags),
        "favourite": "yes" if row.favourite else "no",
        "applied": _moment(detail.applied_at, zone),
        "rejected": _moment(detail.rejected_at, zone),
        "rejection_reason": detail.rejection_reason,
        "company_notes": detail.company_notes,
    }


def form_fields(names: Sequence[str], texts: Mapping[str, str]) -> list[Field]:
    """Return the fields of one job."""
    return [_field(FIELDS[name], texts.get(name, "")) for name in names]


def shared_fields() -> list[Field]:
    """Return the fields of several jobs: empty ones leave every job as it is."""
    return [_shared(FIELDS[name]) for name in SHARED]


def shared_changes(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the changes that a form of several jobs asks for."""
    said = {name: text for name, text in texts.items() if text.strip() and text != KEEP}
    return {name: "" if text.strip() == NOTHING else text for name, text in said.items()}


def _field(field: ChangeField, text: str) -> Field:
    check = _check_of(field.name)
    if field.kind == "text":
        return Field(field.name, field.label, LongText(text), hint=_hint(field), check=check)
    if options := _options(field):
        return Field(field.name, field.label, Choice(options, text), hint=_hint(field), check=check)
    return Field(field.name, field.label, LineInput(text), hint=_hint(field), check=check)


def _shared(field: ChangeField) -> Field:
    check = _check_of(field.name)

    def check_said(text: str) -> None:
        for said in shared_changes({field.name: text}).values():
            check(said)

    if options := _options(field):
        return Field(field.name, field.label, Choice([(KEEP, "as it is"), *options], KEEP), check=check_said)
    hint = (
        "+word adds a tag, -word takes one away; words alone replace all tags" if field.kind == "tags" else ""
    )
    hint = hint or f"{_hint(field)}  Empty leaves it as it is, {NOTHING} empties it.".strip()
    return Field(field.name, field.label, LineInput(placeholder="as it is"), hint=hint, check=check_said)


def _options(field: ChangeField) -> list[tuple[str, str]]:
    if field.kind == "flag":
        return [("no", "no"), ("yes", "yes")]
    if field.name == "status":
        return [(status, f"{sign} {status}") for status, sign in STATUS_SIGNS.items()]
    if field.kind == "choice":
        return [("", "not said"), *((choice, _WORDS.get(choice, choice)) for choice in field.choices)]
    return []


def _hint(field: ChangeField) -> str:
    needed = "Needed.  " if field.required and field.kind == "line" else ""
    return (needed + _TAKES[field.kind]).strip()


def _check_of(name: str) -> Check:
    def check(text: str) -> None:
        try:
            checked({name: text})
        except UsageError as wrong:
            # The message stands under the field, so it need not name it again.
            needed = FIELDS[name].required and not text.strip()
            hint = "This is needed." if needed else wrong.hint.removeprefix(f"{name} ").strip()
            raise UsageError(wrong.title, wrong.message, hint) from wrong

    return check


def _day(when: date | None) -> str:
    return "" if when is None else when.isoformat()


def _moment(when: datetime | None, zone: tzinfo) -> str:
    return "" if when is None else f"{when.astimezone(zone):%Y-%m-%d %H:%M}"
