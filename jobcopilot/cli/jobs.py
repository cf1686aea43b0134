"""`jobcopilot jobs …`: looking at tracked postings and changing them."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from jobcopilot.cli.job_words import hanging_on, print_job
from jobcopilot.cli.output import AsJson, complain, print_json, print_table, say
from jobcopilot.cli.shapes import batch_object, event_object, job_line, job_whole, pay_object
from jobcopilot.cli.targets import STANDARD_OUTPUT, target_file
from jobcopilot.errors import UsageError
from jobcopilot.jobs.query import Query, parse_query
from jobcopilot.jobs.views import SORT_FIELDS, DocumentKind
from jobcopilot.jobs.wording import money
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.scoring import is_due, score_everything

commands = typer.Typer(help="Postings you track.", no_args_is_help=True, rich_markup_mode=None)

QueryWords = Annotated[
    list[str] | None,
    typer.Argument(metavar="[QUERY]", help="Words and filters, e.g. python status:new match:>60 pay:>120k"),
]
MINUS_IS_NOT: dict[str, Any] = {"ignore_unknown_options": True}
"""Lets `-intern` in a query mean "without", not an option."""
SCORED_SHOWN = 50
"""Scored jobs that are listed; thousands of lines would push the best of them off the screen."""
JobIds = Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers as `jobs list` shows them.")]


def counted(jobs: int) -> str:
    """Return how many jobs, in words."""
    return "1 job" if jobs == 1 else f"{jobs} jobs"


def opened(context: typer.Context) -> Runtime:
    """Return the runtime with its database ready, and backed up once a day."""
    runtime: Runtime = context.find_root().obj
    runtime.open()
    runtime.keep_backup()
    if is_due(runtime):
        complain("Newer rules: comparing every posting with your profile again, this once.")
        score_everything(runtime)
    return runtime


def understood(runtime: Runtime, words: list[str] | None) -> Query:
    """Return the query that the words say. Raises `UsageError` that points at the first mistake in it."""
    for word in words or []:
        if word in ("--home", "--profile"):
            raise UsageError("That option goes before the command", f"jobcopilot {word} … jobs …")
        if word.startswith("--"):
            raise UsageError("There is no such option", word, "See: jobcopilot jobs --help")
    # Of several words those with spaces were quoted, and a shell has taken the quotes; one alone is the whole query.
    several = len(words or []) > 1
    text = " ".join(
        f'"{word}"' if several and " " in word and '"' not in word and ":" not in word else word
        for word in words or []
    )
    query = parse_query(text, today=runtime.clock.now().astimezone(runtime.clock.zone()).date())
    if query.mistakes:
        mistake = query.mistakes[0]
        marked = text[mistake.start : mistake.end]
        raise UsageError("The query is not understood", f"at “{marked}”: {mistake.reason}")
    return query


@commands.command("list", context_settings=MINUS_IS_NOT)
def list_jobs(
    context: typer.Context,
    query: QueryWords = None,
    sort: Annotated[
        str, typer.Option(help=f"{', '.join(SORT_FIELDS)}; with - before it: descending.")
    ] = "-match",
    page: Annotated[int, typer.Option(min=1, max=1_000_000)] = 1,
    page_size: Annotated[int, typer.Option(min=10, max=100)] = 50,
    as_json: AsJson = False,
) -> None:
    """List jobs, best match first."""
    if sort.removeprefix("-") not in (*SORT_FIELDS, "relevance"):
        raise UsageError("There is no such order", sort, f"Choose one of {', '.join(SORT_FIELDS)}.")
    runtime = opened(context)
    wanted = understood(runtime, query)
    rows = runtime.pages.page(wanted, sort, (page - 1) * page_size, page_size)
    total = runtime.pages.total(wanted)
    if as_json:
        print_json(
            {"total": total, "page": page, "page_size": page_size, "jobs": [job_line(row) for row in rows]}
        )
        return
    print_table(
        ("ID", "MATCH", "TITLE", "COMPANY", "PLACE", "PAY", "STATUS"),
        [
            (
                row.id,
                "—" if row.match is None else f"{row.match} {row.level}",
                row.title,
                row.company,
                row.place,
                money(row.pay),
                row.status,
            )
            for row in rows
        ],
    )
    pages = max(1, -(-total // page_size))
    say(
        f"{counted(total)}, page {page} of {pages}"
        if total
        else "No job fits. Try fewer words, or: jobcopilot jobs import PATH"
    )


@commands.command("show")
def show(
    context: typer.Context,
    job: Annotated[int, typer.Argument(metavar="ID")],
    as_json: AsJson = False,
) -> None:
    """Show everything known of one job, and why it matches."""
    runtime = opened(context)
    detail = runtime.pages.get(job)
    runtime.jobs.viewed(job)
    hanging = hanging_on(runtime, job)
    deep = runtime.deep_scores.of(job)
    if as_json:
        from jobcopilot.cli.deep import deep_object

        print_json(job_whole(detail) | hanging.as_json() | {"deep": deep_object(deep)})
        return
    print_job(detail, hanging, deep)


@commands.command("set")
def change(
    context: typer.Context,
    job: Annotated[int, typer.Argument(metavar="ID")],
    assignments: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
    as_json: AsJson = False,
) -> None:
    """Change fields of a job, e.g. status=applied deadline=2026-12-01 tags=berlin,remote."""
    from jobcopilot.jobs.changes import parse_changes

    runtime = opened(context)
    runtime.jobs.change([job], parse_changes(assignments))
    detail = runtime.pages.get(job)
    lists = runtime.interviews
    rounds, follow_ups, offers = (
        lists.rounds(job_id=job),
        lists.follow_ups(job_id=job),
        lists.offers(job_id=job),
    )
    if as_json:
        from jobcopilot.cli.interview_shapes import follow_up_object, offer_object, round_object

        print_json(
            job_whole(detail)
            | {
                "interviews": [round_object(view) for view in rounds],
                "followups": [follow_up_object(one) for one in follow_ups],
                "offers": [offer_object(view) for view in offers],
            }
        )
    else:
        say(
            f"Changed {job}: {detail.row.title}, {detail.row.company}. Take it back with: jobcopilot jobs undo"
        )


@commands.command("attach")
def attach(
    context: typer.Context,
    job: Annotated[int, typer.Argument(metavar="ID")],
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)],
    kind: Annotated[DocumentKind, typer.Option(help="What went out with the application.")] = "resume",
    as_json: AsJson = False,
) -> None:
    """Keep a copy of the résumé or letter that went out."""
    runtime = opened(context)
    runtime.jobs.attach(job, kind, file)
    detail = runtime.pages.get(job)
    lists = runtime.interviews
    rounds, follow_ups, offers = (
        lists.rounds(job_id=job),
        lists.follow_ups(job_id=job),
        lists.offers(job_id=job),
    )
    if as_json:
        from jobcopilot.cli.interview_shapes import follow_up_object, offer_object, round_object

        print_json(
            job_whole(detail)
            | {
                "interviews": [round_object(view) for view in rounds],
                "followups": [follow_up_object(one) for one in follow_ups],
                "offers": [offer_object(view) for view in offers],
            }
        )
    else:
        say(f"Kept {file.name} with {job}: {detail.row.title}, {detail.row.company}.")


@commands.command("delete")
def delete(context: typer.Context, jobs: JobIds, as_json: AsJson = False) -> None:
    """Delete jobs; undo brings them back with all that hangs on them."""
    runtime = opened(context)
    doomed = list(dict.fromkeys(jobs))
    rows = [runtime.pages.get(job).row for job in doomed]
    batch = runtime.jobs.delete(doomed)
    if as_json:
        gone = [job_line(row) for row in rows]
        print_json(
            gone[0] | {"batch": batch}
            if len(gone) == 1
            else {"total": len(gone), "batch": batch, "jobs": gone}
        )
    else:
        say(f"Deleted {counted(len(rows))}. Bring them back with: jobcopilot jobs undo {batch}")


@commands.command("merge")
def merge(
    context: typer.Context,
    keep: Annotated[int, typer.Argument(metavar="KEEP")],
    other: Annotated[int, typer.Argument(metavar="OTHER")],
    as_json: AsJson = False,
) -> None:
    """Make one job of two that are the same; notes and histories of both are kept."""
    runtime = opened(context)
    batch = runtime.jobs.merge(keep, other)
    detail = runtime.pages.get(keep)
    if as_json:
        print_json(job_whole(detail) | {"batch": batch})
    else:
        say(f"Merged {other} into {keep}: {detail.row.title}, {detail.row.company}.")


@commands.command("history")
def history(
    context: typer.Context,
    job: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Without it: the last acts on all jobs.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed, newest first."""
    runtime = opened(context)
    if job is None:
        batches = runtime.history.batches(100)
        if as_json:
            print_json({"total": len(batches), "batches": [batch_object(batch) for batch in batches]})
            return
        print_table(
            ("BATCH", "WHEN", "WHAT", "JOBS", ""),
            [
                (b.id, f"{b.at:%Y-%m-%d %H:%M}", b.label, b.jobs, "undone" if b.undone else " ")
                for b in batches
            ],
        )
        return
    events = runtime.history.events(job)
    if as_json:
        print_json({"total": len(events), "events": [event_object(event) for event in events]})
        return
    for event in events:
        say(f"{event.at:%Y-%m-%d %H:%M}  {event.action}  (batch {event.batch_id})")
        for name in event.after:
            say(f"    {name}: {event.before.get(name)!s:.60} → {event.after[name]!s:.60}")


@commands.command("undo")
def undo(
    context: typer.Context,
    batch: Annotated[int | None, typer.Argument(metavar="[BATCH]", help="Without it: the last act.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take back a change, a deletion, a merge or a whole import."""
    undone = opened(context).history.undo(batch)
    if as_json:
        print_json(batch_object(undone))
    else:
        say(f"Took back: {undone.label} ({counted(undone.jobs)}).")


@commands.command("score", context_settings=MINUS_IS_NOT)
def score(
    context: typer.Context,
    query: QueryWords = None,
    deep: Annotated[bool, typer.Option("--deep", help="A language model reads the best ones whole.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=50, help="With --deep: how many.")] = 50,
    model: Annotated[str | None, typer.Option("--model", metavar="llama|http", help="With --deep.")] = None,
    again: Annotated[bool, typer.Option("--again", help="With --deep: also those read before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score jobs against your profile again, and list them."""
    from jobcopilot.jobs.scoring import score_jobs

    runtime = opened(context)
    wanted = understood(runtime, query)
    if deep:
        from jobcopilot.cli.deep import score_deeply

        score_deeply(runtime, wanted, limit=limit, use=model, again=again, as_json=as_json)
        return
    ids = runtime.pages.ids(wanted, "-match")
    if wanted.text.strip():
        score_jobs(runtime.database, runtime.profile, ids)
        ids = runtime.pages.ids(wanted, "-match")
    else:
        score_everything(runtime)
    details = runtime.pages.iterate(wanted, "-match", 500)
    if as_json:
        why = ("id", "title", "company", "match", "level", "coverage", "matched", "missing", "summary")
        scored = [{name: job_whole(detail)[name] for name in why} for detail in details]
        print_json({"total": len(scored), "jobs": scored})
        return
    print_table(
        ("ID", "MATCH", "TITLE", "COMPANY", "WHY"),
        [
            (d.row.id, d.row.match, d.row.title, d.row.company, d.summary)
            for d in islice(details, SCORED_SHOWN)
        ],
    )
    if len(ids) > SCORED_SHOWN:
        say(f"… and {len(ids) - SCORED_SHOWN:,} more: jobcopilot jobs list, or all of them with --json")
    say(f"{counted(len(ids))} scored for profile {runtime.profile.name}.")


@commands.command("stats")
def stats(context: typer.Context, as_json: AsJson = False) -> None:
    """Count your jobs by status, level, source and week, and how far they ever came."""
    from jobcopilot.jobs.statistics import statistics

    runtime = opened(context)
    numbers = statistics(runtime.reader, runtime.profile.id, runtime.clock)
    if as_json:
        names = ("total", "average_match", "by_status", "by_level", "by_source", "by_week", "funnel")
        print_json({name: getattr(numbers, name) for name in names})
        return
    average = "—" if numbers.average_match is None else f"{numbers.average_match:.0f}"
    say(f"{counted(numbers.total)}, average match {average}, {numbers.applied_this_week} applied this week")
    for heading, counts in (
        ("Status", numbers.by_status),
        ("Level", numbers.by_level),
        ("Source", numbers.by_source),
        ("Ever reached", numbers.funnel),
        ("Week", numbers.by_week),
    ):
        say()
        print_table((heading.upper(), "JOBS"), list(counts.items()))


@commands.command("export", context_settings=MINUS_IS_NOT)
def export(
    context: typer.Context,
    query: QueryWords = None,
    form: Annotated[str, typer.Option("--format", help="csv, json or jsonl.")] = "csv",
    output: Annotated[Path | None, typer.Option("--output", help="A file; without it: the screen.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write jobs with all of their fields."""
    import sys

    from jobcopilot.jobs.export import FORMATS, export_file, export_to

    if form not in FORMATS:
        raise UsageError("There is no such format", form, f"Choose one of {', '.join(FORMATS)}.")
    runtime = opened(context)
    wanted = understood(runtime, query)
    if output is None or output == STANDARD_OUTPUT:
        export_to(sys.stdout, runtime.pages, wanted, form)
        return
    total = export_file(target_file(runtime.home, output, force=force), runtime.pages, wanted, form)
    say(f"{counted(total)} written to {output}")


@commands.command("pay")
def pay(text: Annotated[str, typer.Argument(metavar="TEXT")], as_json: AsJson = False) -> None:
    """Read a pay text, e.g. "€80–100k" or "$45/hr"."""
    from jobcopilot.reading.pay import read_pay

    read = read_pay(text)
    if as_json:
        nothing = dict.fromkeys(("min", "max", "currency", "period", "yearly_min", "yearly_max", "known"))
        said = pay_object(read) or nothing
        print_json({name: said[name] for name in nothing})
        return
    if read is None:
        say("No pay found in that text.")
        return
    yearly = replace(read, minimum=read.yearly_minimum, maximum=read.yearly_maximum, period="year")
    say(money(read) if read.period == "year" else f"{money(read)}, {money(yearly)}")
