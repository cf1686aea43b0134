"""`jobcopilot reminders …`: what is to come, what was told, and whether telling works."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Any

import typer

from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.reminders.compose import moment, time_left
from jobcopilot.reminders.inbox import ReminderLists, mark_seen
from jobcopilot.reminders.inbox import snooze as put_off
from jobcopilot.reminders.subjects import Subjects
from jobcopilot.reminders.views import Message, ReminderView, Subject
from jobcopilot.runtime import Runtime

commands = typer.Typer(help="What you are reminded of.", no_args_is_help=True, rich_markup_mode=None)

ROUND = "round"


def opened(context: typer.Context) -> Runtime:
    """Return the runtime with its database ready, without the libraries that `cli.jobs` brings."""
    runtime: Runtime = context.find_root().obj
    runtime.open()
    return runtime


def subjects_of(runtime: Runtime) -> Subjects:
    """Return who tells what a reminder is about."""
    return runtime.subjects


@commands.command("list")
def list_reminders(
    context: typer.Context,
    inbox: Annotated[
        bool, typer.Option("--inbox", help="What was told, came late, failed or was missed.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List what is to come, the next first; with --inbox what was told, the newest first."""
    runtime = opened(context)
    lists = ReminderLists(runtime.reader, runtime.profile.id)
    found = lists.inbox(limit) if inbox else lists.coming(limit)
    unseen = lists.unseen()
    if inbox and unseen:
        mark_seen(runtime.home.database, runtime.profile.id, now=runtime.clock.now())
    now, zone = runtime.clock.now(), runtime.clock.zone()
    named = subjects_of(runtime).named
    if as_json:
        rows = [reminder_object(reminder, now) for reminder in found]
        print_json({"total": len(rows), "unseen": unseen, "reminders": rows})
        return
    if inbox:
        print_table(
            ("ID", "WHEN", "STATUS", "WHAT", "WHY", "ERROR"),
            [
                (
                    r.id,
                    moment(r.sent_at or r.updated_at, now, zone),
                    _state(r),
                    r.title or named(r.subject),
                    r.kind,
                    r.error,
                )
                for r in found
            ],
        )
        return
    print_table(
        ("ID", "AT", "", "WHAT", "WHY", "STATUS"),
        [
            (r.id, *_next(r, now, zone), named(r.subject), r.kind, f"{r.status} {r.error}".strip())
            for r in found
        ],
    )


@commands.command("add")
def add(
    context: typer.Context,
    round_id: Annotated[int, typer.Argument(metavar="ROUND", help="An interview's number.")],
    at: Annotated[str, typer.Option("--at", help='e.g. "tomorrow 9:00", "2026-12-01 09:00"')],
    as_json: AsJson = False,
) -> None:
    """Ask for one more reminder of an interview; it moves with the interview."""
    from jobcopilot.cli.when import understood

    runtime = opened(context)
    due = understood(runtime, at).moment
    runtime.rounds.add_reminder(round_id, due)
    subject = Subject(ROUND, round_id)
    reminders = ReminderLists(runtime.reader, runtime.profile.id).of(subject)
    made = min(reminders, key=lambda one: (abs(one.due - due), one.status != "pending"))
    _print(runtime, made, as_json=as_json)


@commands.command("snooze")
def snooze(
    context: typer.Context,
    reminder_id: Annotated[int, typer.Argument(metavar="ID")],
    minutes: Annotated[int, typer.Option("--minutes", min=1, max=60 * 24 * 30, help="From now on.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Be told (again) later."""
    runtime = opened(context)
    lists = ReminderLists(runtime.reader, runtime.profile.id)
    lists.get(reminder_id)
    now = runtime.clock.now()
    put_off(runtime.home.database, reminder_id, now + timedelta(minutes=minutes), now=now)
    _print(runtime, lists.get(reminder_id), as_json=as_json)


@commands.command("test")
def try_channels(context: typer.Context, as_json: AsJson = False) -> None:
    """Send a test through every channel and say what became of it; exit 1 where none works."""
    runtime = opened(context)
    outcomes = asyncio.run(tried_channels(runtime))
    if as_json:
        print_json({"ok": any(o["ok"] for o in outcomes), "total": len(outcomes), "channels": outcomes})
    else:
        for outcome in outcomes:
            say(f"{'✓ sent  ' if outcome['ok'] else '✗ failed'}  {outcome['name']:<9} {outcome['detail']}")
    if not any(outcome["ok"] for outcome in outcomes):
        raise typer.Exit(1)


async def tried_channels(runtime: Runtime) -> list[dict[str, Any]]:
    """Return what became of a test sent through every channel: name, whether it came, in which way or why not."""
    from jobcopilot.reminders.channels import Channel, NotDelivered
    from jobcopilot.reminders.daemon import desktop_channels
    from jobcopilot.reminders.terminal import TerminalChannel, understood_by

    channels: list[Channel] = desktop_channels(runtime.home.database, runtime.clock)
    if sys.stderr.isatty():
        channels.append(TerminalChannel(_write_through, os.environ))
    message = Message("Jobcopilot can reach you", "This is how your reminders will come.")
    outcomes: list[dict[str, Any]] = []
    for channel in channels:
        try:
            await channel.send(message)
        except NotDelivered as told:
            outcomes.append({"name": channel.name, "ok": False, "detail": str(told)})
        else:
            detail = understood_by(os.environ) if channel.name == "terminal" else "shown"
            outcomes.append({"name": channel.name, "ok": True, "detail": detail})
    return outcomes


def _write_through(sequence: str) -> None:
    sys.stderr.write(sequence)
    sys.stderr.flush()


def reminder_object(reminder: ReminderView, now: datetime) -> dict[str, Any]:
    """Return what scripts hear of a reminder."""
    return {
        "id": reminder.id,
        "subject": {"kind": reminder.subject.kind, "id": reminder.subject.id},
        "kind": reminder.kind,
        "due": reminder.due,
        "status": reminder.status,
        "attempts": reminder.attempts,
        "next_attempt": reminder.next_attempt,
        "overdue": reminder.next_attempt is not None and reminder.next_attempt <= now,
        "sent": reminder.sent_at,
        "late": reminder.late,
        "channels": reminder.channels,
        "error": reminder.error or None,
        "title": reminder.title or None,
        "body": reminder.body or None,
    }


def _print(runtime: Runtime, reminder: ReminderView, *, as_json: bool) -> None:
    now = runtime.clock.now()
    if as_json:
        print_json(reminder_object(reminder, now))
        return
    when, left = _next(reminder, now, runtime.clock.zone())
    about = subjects_of(runtime).named(reminder.subject)
    say(f"Reminder {reminder.id} ({about}) comes {when} ({left}).")


def _next(reminder: ReminderView, now: datetime, zone: tzinfo) -> tuple[str, str]:
    if reminder.next_attempt is None:
        return "—", "—"
    return moment(reminder.next_attempt, now, zone), time_left(reminder.next_attempt - now)


def _state(reminder: ReminderView) -> str:
    return f"{reminder.status}, late" if reminder.late else reminder.status
