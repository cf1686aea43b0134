"""A path that a person gave, and what can be imported from it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path, PurePath
from typing import Any, Final

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers.archives import Member, members_of_folder, members_of_zip
from jobcopilot.jobs.importers.encodings import HEAD, refuse_null_file
from jobcopilot.jobs.importers.guess import guess_mapping
from jobcopilot.jobs.importers.headers import fold_header
from jobcopilot.jobs.importers.presets import NOT_POSTINGS, find_preset, preset_mapping
from jobcopilot.jobs.importers.rows import RowRules
from jobcopilot.jobs.importers.shapes import shape_of
from jobcopilot.jobs.importers.sources import ImportSource, PagePart, Part, Table, table_part
from jobcopilot.text import clean_line, decode

EXPECTED: Final = (
    "Expected CSV, TSV, JSON, JSON Lines, a saved web page, or a LinkedIn export (folder or zip)."
)
_LINKEDIN: Final = re.compile(r"(?:job applications|saved jobs)(?:[ _-]?\(?\d+\)?)?\.csv", re.IGNORECASE)
_LINKEDIN_OTHERS: Final = frozenset(
    {"profile.csv", "connections.csv", "positions.csv", "skills.csv", "education.csv"}
)
_HTML: Final = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype html|html|head|body|meta|div|script|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_FOREIGN: Final = (
    (b"%PDF", "A PDF file", "A résumé is read by jobcopilot profile import FILE; a posting can be pasted as text."),
    (b"\xd0\xcf\x11\xe0", "An old Excel or Word file", "Save it as CSV and import that."),
    (b"\x1f\x8b", "A gzip file", "Unpack it and import what is in it."),
    (b"Rar!", "A RAR archive", "Unpack it and import what is in it."),
    (b"7z\xbc\xaf", "A 7-Zip archive", "Unpack it and import what is in it."),
    (b"SQLite format 3", "A database", "A backup of Jobcopilot is read by jobcopilot restore FILE."),
    (b"\x89PNG", "A picture", EXPECTED),
    (b"\xff\xd8\xff", "A picture", EXPECTED),
    (b"GIF8", "A picture", EXPECTED),
    (b"bplist", "A Safari archive", "Save the page as HTML source and import that."),
)  # fmt: skip


def open_source(path: Path, *, zone: tzinfo = UTC) -> ImportSource:
    """Look at a file, folder or zip and tell what can be imported from it; nothing is read beyond its head.

    What it is, its content decides, and its name only where the content leaves a choice. `zone` is where dates
    without a zone belong. Raises `BadInput` telling what was expected.
    """
    shown = clean_line(str(path))
    try:
        if path.is_dir():
            return _source_of_many(path, members_of_folder(path), zone)
        if not path.exists():
            raise BadInput("There is no such file", shown, EXPECTED)
        if not path.is_file():
            raise BadInput("This is neither a file nor a folder", shown, EXPECTED)
        with path.open("rb") as file:
            head = file.read(HEAD)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _source_of_many(path, members_of_zip(path), zone)
        member = Member(clean_line(path.name, 200), path.name, lambda: path.open("rb"), path.stat().st_size)
        kind, part = _part_of(member, head, _day_of(path), zone)
    except OSError as refused:
        raise BadInput(
            "The file cannot be opened",
            f"{shown}: {refused.strerror or refused}",
            "Check its name and rights.",
        ) from refused
    except ValueError as impossible:
        # A NUL in a path is no OSError.
        raise BadInput("This is no path of a file", shown, EXPECTED) from impossible
    return ImportSource(kind, (part,))


def _day_of(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _source_of_many(path: Path, members: list[Member], zone: tzinfo) -> ImportSource:
    """Open a folder or zip: LinkedIn's two tables if it has them, else every file that holds postings."""
    shown = clean_line(path.name)
    names = {member.name.casefold() for member in members}
    linkedin = [member for member in members if _LINKEDIN.fullmatch(member.name)]
    if not linkedin and len(names & _LINKEDIN_OTHERS) >= 2:
        raise BadInput(
            "This LinkedIn export holds no jobs",
            f'{shown}: neither "Job Applications.csv" nor "Saved Jobs.csv" is in it',
            "Ask LinkedIn for the larger data archive. Your profile is read by jobcopilot profile import.",
        )
    parts: list[Part] = []
    kinds: list[str] = []
    first_refusal: BadInput | None = None
    for member in linkedin or members:
        try:
            with member.open_bytes() as file:
                head = file.read(HEAD)
            kind, part = _part_of(member, head, _day_of(path), zone)
        except BadInput as refusal:
            first_refusal = first_refusal or refusal
            continue
        if part.columns and part.mapping.missing and len(members) > 1 and not linkedin:
            first_refusal = first_refusal or BadInput(
                "No column holds the job's title", member.name, EXPECTED
            )
            continue
        parts.append(part)
        kinds.append(kind)
    if not parts:
        if first_refusal is not None and len(members) == 1:
            raise first_refusal
        reason = f"{shown}: {first_refusal}" if first_refusal else f"{shown} holds no file that can be read"
        raise BadInput("Nothing in it can be imported", reason, EXPECTED)
    kind = kinds[0] if len(set(kinds)) == 1 else f"{len(parts)} files"
    return ImportSource(kind, tuple(parts))


def _part_of(member: Member, head: bytes, seen_on: date, zone: tzinfo) -> tuple[str, Part]:
    """Tell what one file is and open it. Raises `BadInput`."""
    refuse_null_file(head, member.name)
    for magic, what, hint in _FOREIGN:
        if head.startswith(magic):
            raise BadInput(f"{what} is not read here", member.name, hint)
    if head.startswith(b"PK\x03\x04"):
        raise BadInput(
            "A zip file within a zip file is not read", member.name, "Unpack it and import what is in it."
        )
    suffix = PurePath(member.name).suffix.lower()
    start = decode(head[:8192]).lstrip("\ufeff \t\r\n\x00")
    rules = RowRules(seen_on=seen_on, zone=zone)
    if suffix in (".mhtml", ".mht") or start.startswith(("From: <Saved by", "MIME-Version:")):
        return "saved page", _page(member)
    if _HTML.match(start) or (suffix in (".html", ".htm") and "<" in start):
        return "saved page", _page(member)
    if start.startswith("<"):
        raise BadInput("XML is not read", member.name, EXPECTED)
    if start.startswith(("{", "[")) and suffix not in (".csv", ".tsv", ".txt"):
        return _json_part(member, start, suffix, rules)
    from jobcopilot.jobs.importers.tables import open_table

    table = open_table(member.name, member.open_bytes)
    kind, part = _mapped(table, rules)
    return kind or ("TSV table" if table.delimiter == "\t" else "CSV table"), part


def _json_part(member: Member, start: str, suffix: str, rules: RowRules) -> tuple[str, Part]:
    from jobcopilot.jobs.importers.json_files import JsonRecords, open_document, open_lines

    if suffix in (".jsonl", ".ndjson") or (
        start.startswith("{") and re.match(r"\{[^\r\n]*\}\s*[\r\n]+\s*\{", start)
    ):
        _, part = _mapped(open_lines(member.name, member.open_bytes), rules)
        return "JSON Lines", part
    opened = open_document(member.name, member.open_bytes)
    if isinstance(opened, JsonRecords):
        kind, part = _mapped(opened, replace(rules, company=opened.company))
        return kind or "JSON postings", part
    if "basics" in opened and "@type" not in opened:
        raise BadInput(
            "This is a résumé (JSON Resume)", member.name, "It is read by jobcopilot profile import FILE."
        )

    def load() -> list[Any]:
        from jobcopilot.jobs.importers.posting_markup import drafts_from_markup

        drafts = drafts_from_markup([opened], "")
        if not drafts:
            raise BadInput(
                "No posting was found", "nothing in it is a schema.org JobPosting with a title and a company"
            )
        return drafts

    return "schema.org postings", PagePart(member.name, load)


def _page(member: Member) -> Part:
    def load() -> list[Any]:
        from jobcopilot.jobs.importers.saved_pages import drafts_from_saved

        return drafts_from_saved(member.name, member.open_bytes)

    return PagePart(member.name, load)


def _mapped(table: Table, rules: RowRules) -> tuple[str, Part]:
    """Map a table by its preset or by guessing, and name the preset. Raises `BadInput` for what are no postings."""
    folded = {fold_header(column) for column in table.columns}
    for signature, what, hint in NOT_POSTINGS:
        if signature <= folded:
            raise BadInput(
                f"This is {what}, not a list of postings", clean_line(table.name), hint or EXPECTED
            )
    preset = find_preset(table.columns)
    if preset is not None:
        part = table_part(table, preset_mapping(preset, table.columns), replace(rules, status=preset.status))
        if not part.mapping.missing:
            return preset.kind, part
    getters = {column: table.getter(column) for column in table.columns}
    shapes = {column: shape_of(get(record) for record in table.samples) for column, get in getters.items()}
    return "", table_part(table, guess_mapping(table.columns, shapes), rules)
