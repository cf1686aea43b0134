"""Which column of a table feeds which field of a posting, and how that was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from jobcopilot.errors import UsageError

How = Literal["preset", "guessed", "given"]

FIELDS: dict[str, str] = {
    "title": "what the job is called",
    "company": "who offers it",
    "place": "where it is; several columns are joined",
    "work_mode": "remote, hybrid or on site",
    "description": "the posting's text; several columns become sections",
    "address": "the web address of the posting",
    "source_id": "the number or key that the posting has where it comes from",
    "pay": "pay as text",
    "pay_minimum": "lowest pay",
    "pay_maximum": "highest pay",
    "pay_currency": "currency of the pay",
    "pay_period": "what the pay is for: year, month, hour",
    "posted": "when it was published",
    "closed": "when it was closed, or whether it is",
    "open": "whether it is still open",
    "updated": "when the record was last changed; dates a closing that has no date of its own",
    "deadline": "until when to apply",
    "status": "how far the application is",
    "notes": "the person's own notes; several columns are joined",
    "tags": "the person's own words for it",
    "favourite": "whether it is a favourite",
    "applied": "when the application went out",
    "rejected": "when the refusal came",
    "rejection_reason": "why it was refused",
}
"""Every field that a column can feed, with what it is."""

REQUIRED = ("title", "company")

# What `jobs add`, `jobs set` and other trackers call the fields.
_ALSO_CALLED = {
    "location": "place", "url": "address", "link": "address", "salary": "pay", "salary_min": "pay_minimum",
    "salary_max": "pay_maximum", "pay_min": "pay_minimum", "pay_max": "pay_maximum", "currency": "pay_currency",
    "period": "pay_period", "remote": "work_mode", "id": "source_id", "posted_on": "posted", "closed_on": "closed",
    "applied_at": "applied", "applied_on": "applied", "date_applied": "applied", "rejected_at": "rejected",
    "rejected_on": "rejected", "favorite": "favourite", "note": "notes", "tag": "tags", "role": "title",
    "employer": "company",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MappedField:
    """One field with the columns that feed it, or with the text that every row gets."""

    field: str
    columns: tuple[str, ...]
    how: How
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """All mapped fields of one source, in the order of `FIELDS`; empty for pages."""

    entries: tuple[MappedField, ...] = ()
    remarks: tuple[str, ...] = ()
    """What a person should know before accepting it, such as how ambiguous dates are read."""

    def get(self, field: str) -> MappedField | None:
        """Return what feeds a field, None where nothing does."""
        return next((entry for entry in self.entries if entry.field == field), None)

    def columns_of(self, field: str) -> tuple[str, ...]:
        """Return the columns that feed a field."""
        entry = self.get(field)
        return entry.columns if entry else ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The required fields that nothing feeds."""
        return tuple(field for field in REQUIRED if self.get(field) is None)

    def as_text(self) -> dict[str, str]:
        """Return field to column(s) in the notation that `--map` takes."""
        return {
            entry.field: (entry.constant and f"={entry.constant}") or "+".join(entry.columns)
            for entry in self.entries
        }

    def with_entries(self, entries: Iterable[MappedField]) -> Mapping:
        """Return a mapping in which these entries replace those of their field; an empty one removes it."""
        by_field = {entry.field: entry for entry in self.entries}
        for entry in entries:
            by_field.pop(entry.field, None)
            if entry.columns or entry.constant:
                by_field[entry.field] = entry
        return replace(self, entries=tuple(by_field[field] for field in FIELDS if field in by_field))


def field_name(name: str) -> str:
    """Return the field that a person means. Raises `UsageError` naming the fields there are."""
    key = name.strip().casefold().replace("-", "_").replace(" ", "_")
    field = _ALSO_CALLED.get(key, key)
    if field not in FIELDS:
        raise UsageError(f"There is no field {name.strip()!r}", "", f"Fields are: {', '.join(FIELDS)}.")
    return field


def given_entries(given: dict[str, str], columns: Sequence[str]) -> list[MappedField]:
    """Read what a person gave with `--map field=column`.

    A column is found without regard to case; `A+B` feeds a field from two columns, `=text` gives every row that
    text, nothing leaves the field empty. Raises `UsageError` naming the choices.
    """
    entries = []
    for name, text in given.items():
        field, wanted = field_name(name), text.strip()
        if wanted.startswith("="):
            entries.append(MappedField(field, (), "given", wanted[1:].strip()))
        elif not wanted:
            entries.append(MappedField(field, (), "given"))
        else:
            entries.append(MappedField(field, _columns_named(wanted, columns), "given"))
    return entries


def _columns_named(wanted: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a person wrote, alone or joined by `+`."""
    by_key = {column.strip().casefold(): column for column in reversed(columns)}
    whole = by_key.get(wanted.casefold())
    if whole is not None:
        return (whole,)
    parts = [by_key.get(part.strip().casefold()) for part in wanted.split("+")]
    found = tuple(part for part in parts if part is not None)
    if len(found) < len(parts):
        shown = ", ".join(f'"{column}"' for column in columns[:40]) + (" …" if len(columns) > 40 else "")
        raise UsageError(
            f'There is no column "{wanted}"',
            "",
            f"Columns are: {shown}." if columns else "It has no columns.",
        )
    return found


def merged(mappings: Sequence[Mapping]) -> Mapping:
    """Return one mapping for a source of several tables: the columns of each field, first ones first."""
    entries: dict[str, MappedField] = {}
    for mapping in mappings:
        for entry in mapping.entries:
            known = entries.get(entry.field)
            if known is None:
                entries[entry.field] = entry
            else:
                columns = tuple(dict.fromkeys((*known.columns, *entry.columns)))
                entries[entry.field] = replace(known, columns=columns)
    remarks = tuple(dict.fromkeys(remark for mapping in mappings for remark in mapping.remarks))
    return Mapping(tuple(entries[field] for field in FIELDS if field in entries), remarks)
