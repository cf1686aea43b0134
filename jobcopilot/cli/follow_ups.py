"""`jobcopilot followups …`: thank-you notes, asking for news, and what else is sent afterwards."""

from __future__ import annotations

from datetime import time
from typing import Annotated

import typer

from jobcopilot.cli.interview_shapes import Times, follow_up_object
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.cli.when import ahead, understood
from jobcopilot.interviews.views import FOLLOW_UP_KINDS, FollowUpView
from jobcopilot.runtime import Runtime

commands = typer.Typer(help="What you send and ask afterwards.", no_args_is_help=True, rich_markup_mode=None)

FollowUpId = Annotated[int, typer.Argument(metavar="ID")]


@commands.command("list")
def list_follow_ups(
    context: typer.Context,
    job: Annotated[int | None, typer.Option("--job", help="Only those of this job.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Done, dropped and stopped ones, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List follow-ups, what is due first."""
    runtime = opened(context)
    found = runtime.interviews.follow_ups(job_id=job, waiting_only=not every)
    if as_json:
        print_json({"total": len(found), "followups": [follow_up_object(one) for one in found]})
        return
    times = Times(runtime)
    print_table(
        ("ID", "DUE", "", "WHAT", "COMPANY", "STATUS"),
        [
            (
                one.id,
                times.said(one.due_at),
                "overdue" if one.status == "open" and one.due_at <= times.now else times.left(one.due_at),
                one.title,
                one.company,
                "stopped" if one.stopped else one.status,
            )
            for one in found
        ],
    )
    if not found:
        say("Nothing to follow up.")


@commands.command("add")
def add(
    context: typer.Context,
    job: Annotated[int, typer.Argument(metavar="JOB")],
    due: Annotated[str, typer.Option("--due", help='e.g. "in 3 days", "Fri 10:00"')],
    kind: Annotated[str, typer.Option("--kind", help=", ".join(FOLLOW_UP_KINDS))] = "follow_up",
    title: Annotated[str, typer.Option("--title", help="Your own words for it.")] = "",
    interview: Annotated[int | None, typer.Option("--interview")] = None,
    contact: Annotated[int | None, typer.Option("--contact")] = None,
    notes: Annotated[str, typer.Option("--notes")] = "",
    as_json: AsJson = False,
) -> None:
    """Plan a follow-up of your own."""
    runtime = opened(context)
    at = understood(runtime, due, time_of_day=time(9)).moment
    made = runtime.follow_ups.add(
        job, kind, at, title=title, round_id=interview, contact_id=contact, notes=notes
    )
    _print(runtime, made, as_json=as_json)


@commands.command("done")
def done(context: typer.Context, follow_up_id: FollowUpId, as_json: AsJson = False) -> None:
    """Say that it was sent."""
    runtime = opened(context)
    _print(runtime, runtime.follow_ups.done(follow_up_id), as_json=as_json)


@commands.command("snooze")
def snooze(
    context: typer.Context,
    follow_up_id: FollowUpId,
    until: Annotated[str | None, typer.Option("--until", help='e.g. "tomorrow 9:00"')] = None,
    minutes: Annotated[int | None, typer.Option("--minutes", min=1, max=60 * 24 * 60)] = None,
    as_json: AsJson = False,
) -> None:
    """Put it off."""
    runtime = opened(context)
    _print(runtime, runtime.follow_ups.put_off(follow_up_id, ahead(runtime, until, minutes)), as_json=as_json)


@commands.command("drop")
def drop(context: typer.Context, follow_up_id: FollowUpId, as_json: AsJson = False) -> None:
    """Say that it is not wanted."""
    runtime = opened(context)
    _print(runtime, runtime.follow_ups.drop(follow_up_id), as_json=as_json)


def _print(runtime: Runtime, one: FollowUpView, *, as_json: bool) -> None:
    if as_json:
        print_json(follow_up_object(one))
        return
    status = "stopped" if one.stopped else one.status
    say(f"Follow-up {one.id}: {one.title}, {Times(runtime).said(one.due_at)}, {status}")
