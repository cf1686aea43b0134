"""`jobcopilot jobs add` and `jobcopilot jobs import`: postings on their way in."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.cli.shapes import job_whole, remark_words, report_object
from jobcopilot.errors import BadInput, UsageError
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.runtime import Runtime
from jobcopilot.text import clean_line, clean_text, decode

if TYPE_CHECKING:
    from jobcopilot.jobs.intake import IntakeReport


def add_to(nouns: typer.Typer) -> None:
    """Give the `jobs` noun its two ways in."""
    nouns.command("add")(add)
    nouns.command("import")(import_jobs)


MOST_REMARKS = 1000
"""Values that could not be used, kept to be told."""
LARGEST_TEXT = 60_000_000
"""Bytes read of a description or of pasted text; what is over the limit of a text is cut."""


def add(
    context: typer.Context,
    origin: Annotated[
        str | None,
        typer.Argument(metavar="[URL|-]", help="A posting's address, or - for pasted text on stdin."),
    ] = None,
    title: Annotated[str | None, typer.Option()] = None,
    company: Annotated[str | None, typer.Option()] = None,
    location: Annotated[str | None, typer.Option()] = None,
    url: Annotated[str | None, typer.Option()] = None,
    pay: Annotated[str | None, typer.Option(help='As it stands in the posting, e.g. "€80–100k".')] = None,
    description: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A text file, or - for stdin.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Track a posting: by hand, from its web page, or from pasted text."""
    if origin is not None and origin != "-":
        _check_address(origin)
    runtime = opened(context)
    draft = _draft(origin, title, company)
    from dataclasses import replace

    from jobcopilot.reading.pay import read_pay

    if location is not None:
        draft = replace(draft, place=clean_line(location))
    if url is not None:
        draft = replace(draft, address=clean_line(url, 4000))
    if description is not None:
        draft = replace(draft, description=clean_text(_text_of(description)))
    if pay is not None:
        read = read_pay(pay)
        if read is None:
            raise UsageError(
                "The pay is not understood", f"--pay {pay!r}", 'Write it like "80-100k EUR" or "$45/hr".'
            )
        draft = replace(draft, pay=read)
    added = runtime.jobs.add(draft)
    detail = runtime.pages.get(added.job_id)
    if as_json:
        print_json(job_whole(detail) | {"outcome": added.outcome, "batch": added.batch})
        return
    words = {"added": "Tracked", "updated": "Brought up to date", "duplicate": "Already tracked as"}
    say(f"{words[added.outcome]} {added.job_id}: {detail.row.title}, {detail.row.company}. {detail.summary}")
    if added.possible_duplicate_of is not None:
        say(
            f"It may be the same as job {added.possible_duplicate_of}; see: jobcopilot jobs show {added.job_id}"
        )


def _check_address(origin: str) -> None:
    """Raises `UsageError` where what was given is no address of a web page."""
    from jobcopilot.jobs.importers.fetch import web_address

    if Path(origin).is_file():
        raise UsageError(
            "That is a file, no web address",
            origin,
            f"Use: jobcopilot jobs import {origin}, or: jobcopilot jobs add - < {origin}",
        )
    try:
        web_address(origin)
    except BadInput as wrong:
        hint = f"{wrong.hint} Without an address: --title and --company, or - for pasted text."
        raise UsageError(wrong.title, wrong.message, hint) from wrong


def _draft(origin: str | None, title: str | None, company: str | None) -> JobDraft:
    """Return what the address, the pasted text or the options say."""
    if origin is None:
        if not title or not company:
            raise UsageError(
                "A job needs a title and a company",
                hint="Give --title and --company, an address, or - for pasted text.",
            )
        return JobDraft(title=clean_line(title), company=clean_line(company), source="manual")
    from dataclasses import replace

    from jobcopilot.jobs.importers.pages import draft_from_text, drafts_from_page

    if origin == "-":
        draft = draft_from_text(
            decode(sys.stdin.buffer.read(LARGEST_TEXT)), title=title or "", company=company or ""
        )
    else:
        from jobcopilot.jobs.importers.fetch import fetch_page

        page = fetch_page(origin)
        found = drafts_from_page(page.text, page.address, title=title or "", company=company or "")
        if len(found) > 1:
            raise BadInput(
                f"The page holds {len(found)} postings",
                origin,
                "Save it and use: jobcopilot jobs import FILE, or give one posting's own address.",
            )
        if not found:
            raise BadInput(
                "No posting was found on the page", origin, "Paste its text instead: jobcopilot jobs add -"
            )
        draft = found[0]
    return replace(
        draft,
        title=clean_line(title) if title else draft.title,
        company=clean_line(company) if company else draft.company,
        source="manual",
    )


def _text_of(file: Path) -> str:
    if str(file) == "-":
        return decode(sys.stdin.buffer.read(LARGEST_TEXT))
    try:
        with file.open("rb") as opened_file:
            return decode(opened_file.read(LARGEST_TEXT))
    except OSError as refused:
        raise BadInput(
            "The description cannot be read", f"{file}: {refused.strerror}", "Check the path."
        ) from refused


def import_jobs(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="CSV, TSV, JSON, JSON Lines, HTML, or an export.")
    ],
    given_map: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Where a field stands; repeatable."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring in postings from a file, a folder or a zip, all or nothing."""
    from jobcopilot.jobs.importers.preview import UnreadValue
    from jobcopilot.jobs.importers.source_files import open_source

    runtime = opened(context)
    source = open_source(path)
    if given_map:
        source = source.with_mapping(_mapping(given_map))
    if not as_json:
        say(f"{path.name}: {source.kind}")
        for field, column in source.mapping.as_text().items():
            say(f"  {field:<16} ← {column}")
        for remark in source.mapping.remarks:
            say(f"  {remark}")
    unread: dict[UnreadValue, None] = {}
    """In the order of the file, each once: a reader may look at a value twice."""

    def told(row: int, column: str, text: str) -> None:
        if len(unread) < MOST_REMARKS:
            unread[UnreadValue(row, clean_line(column, 80), clean_line(text, 80))] = None

    report = _take_in(runtime, source.read(told), path.name, dry_run=dry_run, quiet=as_json)
    if as_json:
        print_json(report_object(report, list(unread)))
        return
    verb = "would be" if dry_run else "were"
    say(
        f"{report.read} read: {report.added} {verb} added, {report.updated} updated, "
        f"{report.duplicates} already here or in it twice, {len(report.rejected)} refused."
    )
    for refused in report.rejected[:20]:
        say(f"  row {refused.row}: {refused.reason}")
    if len(report.rejected) > 20:
        say(f"  … and {len(report.rejected) - 20} more; see them all with --json")
    for value in list(unread)[:10]:
        say(f"  row {value.row}: {remark_words(value)}")
    if len(unread) > 10:
        say(f"  … and {len(unread) - 10} more such values; see them with --json")
    if report.deleted:
        say(f"{report.deleted} of those already here were deleted by you and stay deleted.")
    if report.possible_duplicates:
        say(f"{report.possible_duplicates} look like a job you have: jobcopilot jobs list is:duplicate")
    if report.batch is not None:
        say(f"Take the whole import back with: jobcopilot jobs undo {report.batch}")


def _mapping(given: list[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for assignment in given:
        field, equals, column = assignment.partition("=")
        if not equals or not field.strip():
            raise UsageError(
                "--map takes FIELD=COLUMN", repr(assignment), 'For example: --map company="Employer Name"'
            )
        mapping[field.strip()] = column
    return mapping


def _take_in(
    runtime: Runtime, drafts: Iterable[JobDraft | Rejected], label: str, *, dry_run: bool, quiet: bool
) -> IntakeReport:
    """Run the import with a progress line on a terminal; Ctrl+C leaves nothing of it."""
    import threading

    from jobcopilot.jobs.intake import Progress

    stop = threading.Event()
    shown = not quiet and sys.stderr.isatty()

    def progress(step: Progress) -> None:
        sys.stderr.write(f"\r{step.done} postings read …")
        sys.stderr.flush()

    try:
        return runtime.intake.take_in(
            drafts,
            label=label,
            progress=progress if shown else None,
            stop=stop,
            dry_run=dry_run,
        )
    except KeyboardInterrupt:
        stop.set()
        raise
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
