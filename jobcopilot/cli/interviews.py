"""`jobcopilot interviews …`: booking, moving, completing and cancelling rounds."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobcopilot.cli.interview_shapes import Times, clash_object, follow_up_object, round_object
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.cli.when import understood
from jobcopilot.errors import UsageError
from jobcopilot.interviews.clashes import Clash
from jobcopilot.interviews.rounds import Booked
from jobcopilot.interviews.views import FORMATS, OUTCOMES, ROUND_STATUSES, RoundView
from jobcopilot.runtime import Runtime

commands = typer.Typer(help="Interviews of your jobs.", no_args_is_help=True, rich_markup_mode=None)

RoundId = Annotated[int, typer.Argument(metavar="ID", help="An interview's number.")]
At = Annotated[
    str | None,
    typer.Option("--at", help='"tomorrow 3pm", "Tue 14:30", "2026-12-01 10:00 Europe/Berlin"'),
]
Zone = Annotated[
    str | None, typer.Option("--zone", help="The zone it was agreed in, e.g. Europe/Berlin (default: yours).")
]
Length = Annotated[str | None, typer.Option("--minutes", metavar="LENGTH", help="45, 1h30, 3 days …")]
Format = Annotated[str | None, typer.Option("--format", help=", ".join(FORMATS))]
Place = Annotated[str | None, typer.Option("--place", help="Where, for an interview on site.")]
Link = Annotated[str | None, typer.Option("--link", help="The meeting's address.")]
People = Annotated[
    list[str] | None,
    typer.Option("--contact", help='A contact\'s number, "Name" or "Name <e-mail>"; may be given again.'),
]
Notes = Annotated[str | None, typer.Option("--notes")]


@commands.command("add")
def add(
    context: typer.Context,
    job: Annotated[int, typer.Argument(metavar="JOB", help="A job's number.")],
    stage: Annotated[str, typer.Option("--stage", help='e.g. "Recruiter Screen", "Technical Interview"')],
    at: At = None,
    zone: Zone = None,
    minutes: Length = None,
    form: Format = None,
    place: Place = None,
    link: Link = None,
    contact: People = None,
    notes: Notes = None,
    as_json: AsJson = False,
) -> None:
    """Book an interview of a job; without --at it is pending."""
    runtime = opened(context)
    changes = _changes(runtime, stage, at, zone, minutes, form, place, link, contact, notes, agreed_in=None)
    _print(runtime, runtime.rounds.book(job, changes), as_json=as_json)


@commands.command("list")
def list_rounds(
    context: typer.Context,
    job: Annotated[int | None, typer.Option("--job", help="Only those of this job.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Past and canceled ones, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List interviews, the next first."""
    runtime = opened(context)
    found = runtime.interviews.rounds(job_id=job, ahead_only=not every and job is None)
    if as_json:
        print_json({"total": len(found), "interviews": [round_object(view) for view in found]})
        return
    times = Times(runtime)
    print_table(
        ("ID", "WHEN", "", "COMPANY", "STAGE", "FORMAT", "PREPARED", "STATUS"),
        [
            (
                view.id,
                times.said(view.starts_at),
                times.left(view.starts_at),
                view.company,
                view.stage,
                view.format,
                f"{view.tasks_done} of {view.tasks_total}" if view.tasks_total else None,
                view.status if view.outcome is None else f"{view.status}, {view.outcome}",
            )
            for view in found
        ],
    )
    if not found:
        say("No interview ahead. Book one: jobcopilot interviews add JOB --stage … --at …")


@commands.command("show")
def show(context: typer.Context, round_id: RoundId, as_json: AsJson = False) -> None:
    """Show one interview with its preparation, follow-ups and reminders."""
    from jobcopilot.cli.interview_shapes import task_object
    from jobcopilot.cli.reminders import reminder_object
    from jobcopilot.reminders.inbox import ReminderLists
    from jobcopilot.reminders.views import Subject

    runtime = opened(context)
    view = runtime.interviews.round(round_id)
    tasks = runtime.interviews.tasks(round_id)
    follow_ups = runtime.interviews.follow_ups(round_id=round_id)
    reminders = ReminderLists(runtime.reader, runtime.profile.id).of(Subject("round", round_id))
    times = Times(runtime)
    if as_json:
        print_json(
            round_object(view)
            | {
                "preparation": [task_object(task) for task in tasks],
                "followups": [follow_up_object(one) for one in follow_ups],
                "reminders": [reminder_object(one, times.now) for one in reminders],
            }
        )
        return
    _say_round(view, times)
    for reminder in reminders:
        if reminder.status != "cancelled":
            say(f"{'reminder':>9}  {times.said(reminder.next_attempt or reminder.due)} {reminder.status}")
    for task in tasks:
        due = f"  due {times.said(task.due_at)}" if task.due_at and not task.done else ""
        say(f"{'[x]' if task.done else '[ ]':>9}  {task.id}  {task.title}{due}")
    for one in follow_ups:
        say(f"{'then':>9}  {one.id}  {one.title}, {times.said(one.due_at)}, {one.status}")


@commands.command("edit")
def edit(
    context: typer.Context,
    round_id: RoundId,
    stage: Annotated[str | None, typer.Option("--stage")] = None,
    at: At = None,
    zone: Zone = None,
    minutes: Length = None,
    form: Format = None,
    place: Place = None,
    link: Link = None,
    contact: People = None,
    notes: Notes = None,
    status: Annotated[str | None, typer.Option("--status", help=", ".join(ROUND_STATUSES))] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help=", ".join(OUTCOMES))] = None,
    as_json: AsJson = False,
) -> None:
    """Change an interview; --contact replaces who sits in it."""
    runtime = opened(context)
    agreed_in = runtime.interviews.round(round_id).zone
    changes = _changes(
        runtime, stage, at, zone, minutes, form, place, link, contact, notes, agreed_in=agreed_in
    )
    if status is not None:
        changes["status"] = status
    if outcome is not None:
        changes["outcome"] = outcome
    if not changes:
        raise UsageError("Nothing to change", hint="See: jobcopilot interviews edit --help")
    _print(runtime, runtime.rounds.edit(round_id, changes), as_json=as_json)


@commands.command("move")
def move(
    context: typer.Context,
    round_id: RoundId,
    at: Annotated[str, typer.Option("--at", help="The new date and time, in the zone it was agreed in.")],
    minutes: Length = None,
    zone: Zone = None,
    as_json: AsJson = False,
) -> None:
    """Give an interview another time; ticks of its preparation stay, reminders are set anew."""
    runtime = opened(context)
    agreed_in = runtime.interviews.round(round_id).zone
    changes = _changes(runtime, None, at, zone, minutes, agreed_in=agreed_in)
    moved = runtime.rounds.move(
        round_id,
        changes["starts_at"],
        minutes=changes.get("minutes"),
        zone=changes.get("zone"),
    )
    _print(runtime, moved, as_json=as_json)


@commands.command("cancel")
def cancel(context: typer.Context, round_id: RoundId, as_json: AsJson = False) -> None:
    """Say that an interview does not take place."""
    runtime = opened(context)
    _print(runtime, runtime.rounds.cancel(round_id), as_json=as_json)


@commands.command("complete")
def complete(
    context: typer.Context,
    round_id: RoundId,
    outcome: Annotated[str | None, typer.Option("--outcome", help=", ".join(OUTCOMES))] = None,
    notes: Notes = None,
    follow_up: Annotated[
        bool, typer.Option("--follow-ups/--no-follow-ups", help="Plan thank-you notes and what comes after.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Say that an interview took place and how it went; its job's status follows."""
    runtime = opened(context)
    booked = runtime.rounds.complete(round_id, outcome, notes=notes, follow_ups=None if follow_up else ())
    _print(runtime, booked, as_json=as_json)


@commands.command("delete")
def delete(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(metavar="ID...")],
    as_json: AsJson = False,
) -> None:
    """Delete interviews; undo brings them back with tasks, follow-ups and reminders."""
    batch = opened(context).rounds.delete(ids)
    if as_json:
        print_json({"deleted": ids, "batch": batch})
        return
    say(f"Deleted. To bring back: jobcopilot jobs undo {batch}")


@commands.command("clashes")
def clashes(context: typer.Context, as_json: AsJson = False) -> None:
    """List interviews that overlap or leave too little time between them."""
    runtime = opened(context)
    found = runtime.rounds.clashes(since=runtime.clock.now())
    if as_json:
        print_json({"total": len(found), "clashes": [clash_object(clash) for clash in found]})
        return
    for clash in found:
        say(clash_line(runtime, clash))
    if not found:
        say("No clashes.")


def clash_line(runtime: Runtime, clash: Clash) -> str:
    """Return a clash in words, with both interviews and when they are."""
    times = Times(runtime)
    first, second = (runtime.interviews.round(round_id) for round_id in (clash.first_id, clash.second_id))
    how = (
        f"overlap by {clash.minutes} min" if clash.kind == "overlap" else f"lack {clash.minutes} min between"
    )
    named = " and ".join(
        f"{view.stage} with {view.company} ({view.id}, {times.said(view.starts_at)})"
        for view in (first, second)
    )
    return f"⚠ {named} {how}"


def _changes(
    runtime: Runtime,
    stage: str | None,
    at: str | None,
    zone: str | None,
    minutes: str | None,
    form: str | None = None,
    place: str | None = None,
    link: str | None = None,
    contact: list[str] | None = None,
    notes: str | None = None,
    *,
    agreed_in: str | None,
) -> dict[str, Any]:
    """Return the options that were given as changes; a time is read in the zone that it is agreed in."""
    from jobcopilot.interviews.dates import duration_minutes, zone_named

    given = {"stage": stage, "format": form, "place": place, "link": link, "notes": notes}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if zone is not None:
        changes["zone"] = zone_named(zone).key
    if at is not None:
        meant = understood(runtime, at, zone=changes.get("zone", agreed_in))
        changes["starts_at"] = meant.moment
        changes.setdefault("zone", meant.zone)
    if minutes is not None:
        changes["minutes"] = duration_minutes(minutes)
    if contact is not None:
        changes["contacts"] = [int(person) if person.isdecimal() else person for person in contact]
    return changes


def _print(runtime: Runtime, booked: Booked, *, as_json: bool) -> None:
    if as_json:
        print_json(
            round_object(booked.round)
            | {
                "batch": booked.batch,
                "clashes": [clash_object(clash) for clash in booked.clashes],
                "followups": [follow_up_object(one) for one in booked.follow_ups],
            }
        )
        return
    times = Times(runtime)
    _say_round(booked.round, times)
    for clash in booked.clashes:
        say(clash_line(runtime, clash))
    for one in booked.follow_ups:
        say(f"{'then':>9}  {one.id}  {one.title}, {times.said(one.due_at)}")
    if booked.batch is None:
        say("Nothing changed.")


def _say_round(view: RoundView, times: Times) -> None:
    say(f"Interview {view.id}: {view.stage}, {view.company} ({view.job_title}, job {view.job_id})")
    when = "no time yet"
    if view.starts_at is not None and view.ends_at is not None:
        from zoneinfo import ZoneInfo

        agreed = view.starts_at.astimezone(ZoneInfo(view.zone))
        when = f"{times.said(view.starts_at)}, {view.minutes} min"
        if agreed.utcoffset() != view.starts_at.astimezone(times.zone).utcoffset():
            when += f" ({agreed:%H:%M} {view.zone})"
        left = times.left(view.starts_at)
        when += f", {left}" if left else ""
    status = view.status if view.outcome is None else f"{view.status}, {view.outcome}"
    say(f"{'when':>9}  {when}")
    say(f"{'status':>9}  {status} · {view.format}")
    for label, value in (
        ("place", view.place),
        ("link", view.link),
        (
            "with",
            ", ".join(met.name if not met.title else f"{met.name} ({met.title})" for met in view.contacts),
        ),
        ("prepared", f"{view.tasks_done} of {view.tasks_total}" if view.tasks_total else ""),
        ("notes", view.notes),
    ):
        if value:
            say(f"{label:>9}  {value}")
