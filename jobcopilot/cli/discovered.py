"""`jobcopilot jobs discovered · track · hide`: what feeds found."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.cli.shapes import job_whole, pay_object
from jobcopilot.jobs.wording import money
from jobcopilot.sources.views import PostingDetail, PostingRow

PostingId = Annotated[int, typer.Argument(metavar="ID", help="As `jobs discovered` shows it.")]


def add_to(nouns: typer.Typer) -> None:
    """Add the commands to `jobs`."""
    nouns.command("discovered")(discovered)
    nouns.command("track")(track)
    nouns.command("hide")(hide)


def discovered(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS]", help="In title, company or place; or one ID to show."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000)] = 50,
    every: Annotated[
        bool, typer.Option("--all", help="Also what is closed, hidden or tracked already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what your sources found, the best match first; one number shows that posting whole."""
    found = opened(context).discovered
    search = " ".join(words or [])
    if search.isdecimal():
        _show(found.detail(int(search)), as_json=as_json)
        return
    total = found.total(search=search, everything=every)
    rows = found.page(0, limit, search=search, everything=every)
    if as_json:
        print_json({"total": total, "postings": [posting_object(row) for row in rows]})
        return
    print_table(
        ("ID", "MATCH", "TITLE", "COMPANY", "PLACE", "PAY", "SOURCE"),
        [
            (
                row.id, None if row.match is None else f"{row.match} %", row.title, row.company, row.place,
                money(row.pay), row.source,
            )
            for row in rows
        ],
    )  # fmt: skip
    if total > len(rows):
        say(f"{len(rows)} of {total}. More: --limit {total}")
    if not total:
        say("Nothing. Sources are asked with: jobcopilot sources poll")
    for credit in dict.fromkeys(row.credit for row in rows if row.credit):
        say(credit)


def track(context: typer.Context, posting: PostingId, as_json: AsJson = False) -> None:
    """Track a posting that was discovered: it becomes a job of your board."""
    runtime = opened(context)
    added = runtime.discovered.track(posting, runtime.intake)
    if as_json:
        print_json(job_whole(runtime.pages.get(added.job_id)) | {"outcome": added.outcome})
        return
    job = runtime.pages.get(added.job_id).row
    there = "" if added.outcome == "added" else " It was on the board already."
    say(f"Tracked as job {added.job_id}: {job.title}, {job.company}.{there}")


def hide(
    context: typer.Context,
    posting: Annotated[list[int], typer.Argument(metavar="ID...")],
    back: Annotated[bool, typer.Option("--back", help="Put them back on the list.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take postings off the list of discovered ones."""
    changed = opened(context).discovered.hide(posting, hidden=not back)
    if as_json:
        print_json({"hidden" if not back else "shown": changed})
        return
    if not changed:
        say("Nothing changed: none of these is " + ("hidden." if back else "on the list."))
        return
    say(f"{changed} {'put back' if back else 'hidden. Back: jobcopilot jobs hide ID --back'}")


def posting_object(row: PostingRow) -> dict[str, Any]:
    """Return the JSON object of a discovered posting."""
    return {
        "id": row.id,
        "title": row.title,
        "company": row.company,
        "location": row.place,
        "work_mode": row.work_mode,
        "match": row.match,
        "level": row.level,
        "coverage": row.coverage,
        "blocked": row.blocked,
        "pay": pay_object(row.pay),
        "source": row.source,
        "attribution": row.credit,
        "url": row.address,
        "posted": row.posted_on,
        "first_seen": row.first_seen_at,
        "closed": row.closed_at,
        "reposts": row.reposts,
        "job": row.job_id,
    }


def _show(detail: PostingDetail, *, as_json: bool) -> None:
    row = detail.row
    if as_json:
        print_json(
            posting_object(row)
            | {
                "description": detail.description,
                "skills": detail.skills,
                "tags": detail.tags,
                "matched": detail.matched,
                "missing": detail.missing,
                "summary": detail.summary,
                "history": detail.changes,
            }
        )
        return
    say(f"{row.title}, {row.company}")
    for label, value in (
        ("place", row.place), ("pay", money(row.pay)), ("match", detail.summary), ("address", row.address),
        ("source", f"{row.source} {row.credit}".strip()), ("skills", ", ".join(detail.skills)),
    ):  # fmt: skip
        if value:
            say(f"  {label:<9} {value}")
    for change in detail.changes:
        said = ", ".join(name for name in change.after if name != "why") if change.action != "found" else ""
        say(f"  {change.at:%Y-%m-%d} {change.action}" + (f": {said}" if said else ""))
    if detail.description:
        say()
        say(detail.description)
