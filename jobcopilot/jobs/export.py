"""Jobs written out with all of their fields, one at a time: CSV, JSON and JSON Lines.

All three have the same fields (`FIELDS`), and an import of what was exported gives the same jobs. In CSV lists are
joined by commas, and text that a spreadsheet would run as a formula begins with an apostrophe. A CSV file begins
with a byte-order mark, because Excel reads any other as the machine's old code page; on a pipe it has none, because
other programs would take it for a part of the first column's name.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from jobcopilot.errors import StorageError, UsageError
from jobcopilot.text import spreadsheet_cell

if TYPE_CHECKING:
    from jobcopilot.jobs.pages import JobPages
    from jobcopilot.jobs.query import Query
    from jobcopilot.jobs.views import JobDetail

FORMATS: Final = ("csv", "json", "jsonl")
FIELDS: Final = (
    "id",
    "title",
    "company",
    "location",
    "work_mode",
    "status",
    "match",
    "level",
    "coverage",
    "matched",
    "missing",
    "summary",
    "pay",
    "pay_min",
    "pay_max",
    "pay_currency",
    "pay_period",
    "pay_known",
    "pay_yearly_min",
    "pay_yearly_max",
    "url",
    "source",
    "source_id",
    "posted",
    "closed",
    "deadline",
    "applied",
    "rejected",
    "rejection_reason",
    "tags",
    "favourite",
    "notes",
    "company_notes",
    "documents",
    "possible_duplicate_of",
    "created",
    "updated",
    "viewed",
    "description",
    "applied_description",
)
_ORDER: Final = "created"


def export_to(out: IO[str], pages: JobPages, query: Query, form: str, *, sort: str = _ORDER) -> int:
    """Write the jobs of a query to a text stream as `csv`, `json` or `jsonl`, and return how many they were.

    JSON is one document, `{"jobs": […], "total": n}`. Raises `UsageError` for another form.
    """
    details = (record_of(detail) for detail in pages.iterate(query, sort, 200))
    if form == "csv":
        return _write_csv(out, details)
    if form == "json":
        return _write_json(out, details)
    if form == "jsonl":
        return _write_lines(out, details)
    raise UsageError("There is no such format", repr(form), f"Choose one of {', '.join(FORMATS)}.")


def export_file(file: Path, pages: JobPages, query: Query, form: str, *, sort: str = _ORDER) -> int:
    """Write the jobs of a query to a file, which is there whole or not at all; return how many they were.

    Raises `StorageError` where the file cannot be written, `UsageError` for another form.
    """
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        partial = Path(name)
        try:
            encoding = "utf-8-sig" if form == "csv" else "utf-8"
            with os.fdopen(handle, "w", encoding=encoding, newline="") as out:
                written = export_to(out, pages, query, form, sort=sort)
                out.flush()
                os.fsync(out.fileno())
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as refused:
        raise StorageError(
            "The export could not be written",
            f"{file}: {refused.strerror}",
            "Free some space, or choose another file. Nothing was left there.",
        ) from refused
    return written


def record_of(detail: JobDetail) -> dict[str, Any]:
    """Return a job as an exported record: `FIELDS` with JSON's types, times in UTC."""
    row, pay = detail.row, detail.row.pay
    record: dict[str, Any] = {
        "id": row.id,
        "title": row.title,
        "company": row.company,
        "location": row.place,
        "work_mode": row.work_mode,
        "status": row.status,
        "match": row.match,
        "level": row.level,
        "coverage": row.coverage,
        "matched": list(detail.matched),
        "missing": list(detail.missing),
        "summary": detail.summary,
        "pay": pay.text if pay else None,
        "pay_min": pay.minimum if pay else None,
        "pay_max": pay.maximum if pay else None,
        "pay_currency": pay.currency if pay else None,
        "pay_period": pay.period if pay else None,
        "pay_known": pay.known if pay else None,
        "pay_yearly_min": pay.yearly_minimum if pay else None,
        "pay_yearly_max": pay.yearly_maximum if pay else None,
        "url": detail.address,
        "source": row.source,
        "source_id": detail.source_id,
        "posted": row.posted_on,
        "closed": detail.closed_on,
        "deadline": row.deadline,
        "applied": detail.applied_at,
        "rejected": detail.rejected_at,
        "rejection_reason": detail.rejection_reason,
        "tags": list(detail.tags),
        "favourite": row.favourite,
        "notes": detail.notes,
        "company_notes": detail.company_notes,
        "documents": [f"{document.kind}: {document.name}" for document in detail.documents],
        "possible_duplicate_of": detail.duplicate_of,
        "created": row.created_at,
        "updated": row.updated_at,
        "viewed": detail.viewed_at,
        "description": detail.description,
        "applied_description": detail.applied_description,
    }
    return {name: _plain(value) for name, value in record.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _write_csv(out: IO[str], records: Iterator[dict[str, Any]]) -> int:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FIELDS)
    written = 0
    for record in records:
        writer.writerow([_cell(record[name]) for name in FIELDS])
        written += 1
    return written


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = ", ".join(value)
    return spreadsheet_cell(value) if isinstance(value, str) else str(value)


def _write_json(out: IO[str], records: Iterator[dict[str, Any]]) -> int:
    written = 0
    out.write('{"jobs": [')
    for record in records:
        out.write(",\n" if written else "\n")
        out.write(json.dumps(record, ensure_ascii=False))
        written += 1
    # At the end, where it is known to be true whatever is deleted meanwhile.
    out.write(f'\n], "total": {written}}}\n')
    return written


def _write_lines(out: IO[str], records: Iterator[dict[str, Any]]) -> int:
    written = 0
    for record in records:
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
        written += 1
    return written
