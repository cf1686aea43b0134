"""Tables known by their headers: our own export, LinkedIn's, and the trackers Huntr, Teal and Simplify.

The column names are LinkedIn's own; the trackers' are those that their users' exports and other importers show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jobcopilot.jobs.importers.headers import fold_header
from jobcopilot.jobs.importers.mapping import FIELDS, MappedField, Mapping
from jobcopilot.jobs.views import Status


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind of table: the folded columns it must have, those it must not, and what feeds which field."""

    kind: str
    needs: tuple[tuple[str, ...], ...]
    """Each group has one name among the columns."""
    fields: dict[str, tuple[str, ...]]
    """Field to the folded names that may feed it, the first one found; notes take all that are found."""
    status: Status = "new"
    at_most: int = 100
    """A table with more columns is another one that happens to have these too."""


_TRACKED: Final[dict[str, tuple[str, ...]]] = {
    "title": ("job title", "title", "job", "role", "position"),
    "company": ("company name", "company", "employer", "employer name"),
    "place": ("location", "job location", "city"),
    "address": ("job url", "url", "job post url", "link", "job link", "job posting url"),
    "pay": ("salary", "salary range", "pay"),
    "pay_minimum": ("min salary", "salary min", "minimum salary"),
    "pay_maximum": ("max salary", "salary max", "maximum salary"),
    "status": ("status", "list name", "list", "stage", "job status"),
    "applied": ("date applied", "applied date", "applied", "application date", "applied on"),
    "posted": ("date posted", "posted date"),
    "deadline": ("deadline", "application deadline", "apply by"),
}

PRESETS: Final = (
    Preset(
        kind="Jobcopilot export",
        needs=(("pay known",), ("applied description",), ("source id",), ("title",), ("company",)),
        fields={
            "title": ("title",),
            "company": ("company",),
            "place": ("location",),
            "work_mode": ("work mode",),
            "description": ("description",),
            "address": ("url",),
            "source_id": ("source id",),
            "pay": ("pay",),
            "pay_minimum": ("pay min",),
            "pay_maximum": ("pay max",),
            "pay_currency": ("pay currency",),
            "pay_period": ("pay period",),
            "posted": ("posted",),
            "closed": ("closed",),
            "deadline": ("deadline",),
            "status": ("status",),
            "notes": ("notes",),
            "tags": ("tags",),
            "favourite": ("favourite",),
            "applied": ("applied",),
            "rejected": ("rejected",),
            "rejection_reason": ("rejection reason",),
        },
    ),
    Preset(
        kind="LinkedIn export",
        needs=(("application date",), ("company name",), ("job title",), ("job url",)),
        fields={
            "title": ("job title",),
            "company": ("company name",),
            "address": ("job url",),
            "applied": ("application date",),
            "notes": ("resume name", "question and answers", "contact email", "contact phone number"),
        },
        status="applied",
    ),
    Preset(
        kind="LinkedIn export",
        needs=(("saved date",), ("company name",), ("job title",), ("job url",)),
        fields={
            "title": ("job title",),
            "company": ("company name",),
            "address": ("job url",),
            "notes": ("saved date",),
        },
        status="interested",
    ),
    Preset(
        kind="Teal table",
        needs=(("date saved",), ("job title",), ("company name", "company"), ("status",)),
        fields={
            **_TRACKED,
            "notes": ("notes", "date saved", "excitement", "follow up"),
            "description": ("job description",),
        },
    ),
    Preset(
        kind="Huntr table",
        needs=(("list name", "list"), ("job title", "title"), ("company name", "company", "employer")),
        fields={
            **_TRACKED,
            "description": ("html description", "description", "requirements"),
            "notes": ("notes", "note", "date saved"),
            "tags": ("tags", "labels"),
        },
    ),
    Preset(
        kind="Simplify table",
        needs=(("job", "job title"), ("company",), ("applied", "applied date"), ("status",)),
        fields={**_TRACKED, "notes": ("notes", "comments"), "source_id": ("application id",)},
        at_most=12,
    ),
)

_JOINED: Final = frozenset({"notes", "description"})

NOT_POSTINGS: Final = (
    ({"connected on", "first name", "last name"}, "LinkedIn's list of your contacts", ""),
    (
        {"started on", "finished on"},
        "LinkedIn's list of what you did before",
        "It tells who you are: jobcopilot profile import",
    ),
    (
        {"school name", "degree name"},
        "LinkedIn's list of your schools",
        "It tells who you are: jobcopilot profile import",
    ),
    (
        {"first name", "last name", "headline"},
        "LinkedIn's profile",
        "It tells who you are: jobcopilot profile import",
    ),
    ({"question", "answer"}, "LinkedIn's saved answers", ""),
)
"""Columns that give a table away as something else, what it is, and what it is good for."""


def find_preset(columns: Sequence[str]) -> Preset | None:
    """Return the preset whose columns are there, None for any other table."""
    folded = {fold_header(column) for column in columns}
    for preset in PRESETS:
        if len(columns) <= preset.at_most and all(folded & set(group) for group in preset.needs):
            return preset
    return None


def preset_mapping(preset: Preset, columns: Sequence[str]) -> Mapping:
    """Return the preset's mapping on the columns that this table has."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(fold_header(column), column)
    entries = []
    used: set[str] = set()
    for field in FIELDS:
        found = [
            by_name[name]
            for name in preset.fields.get(field, ())
            if name in by_name and by_name[name] not in used
        ]
        if found:
            taken = tuple(found) if field in _JOINED else (found[0],)
            used.update(taken)
            entries.append(MappedField(field, taken, "preset"))
    return Mapping(tuple(entries))
