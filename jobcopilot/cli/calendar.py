"""`jobcopilot calendar …`: the person's calendars hold every interview."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from jobcopilot.calendars.port import CalendarChoice, Changed
from jobcopilot.calendars.views import KIND_WORDS, SyncReport
from jobcopilot.cli.calendar_google import connect_google, disconnected
from jobcopilot.cli.calendar_runs import run_shown
from jobcopilot.cli.calendar_shapes import (
    account_object,
    difference_lines,
    difference_object,
    report_object,
    state_words,
    status_object,
    told,
)
from jobcopilot.cli.interview_shapes import Times, round_object
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.cli.targets import STANDARD_OUTPUT, target_file
from jobcopilot.errors import JobcopilotError, NotFound, UsageError
from jobcopilot.runtime import Runtime

commands = typer.Typer(
    help="Your calendars hold every interview.", no_args_is_help=True, rich_markup_mode=None
)
connect = typer.Typer(help="Connect a calendar.", no_args_is_help=True, rich_markup_mode=None)
commands.add_typer(connect, name="connect")
connect.command("google")(connect_google)

Which = Annotated[
    str | None,
    typer.Argument(metavar="[CALENDAR]", help="Its number or name; needed where there are several."),
]
PASSWORD_VARIABLE = "JOBCOPILOT_CALENDAR_PASSWORD"  # noqa: S105  # a name
FEED_FILE = "interviews.ics"


class NotInSync(JobcopilotError):
    """A calendar that was asked for by name did not take everything."""


@connect.command("ics")
def connect_ics(
    context: typer.Context,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Where it lies (default: interviews.ics in the data folder)."
        ),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What you call it.")] = "file",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep a calendar file up to date, for other programs to subscribe to."""
    runtime = opened(context)
    wished = runtime.home.data / FEED_FILE if output is None else output
    known = {one.address for one in runtime.calendars.list() if one.kind == "ics"}
    own = str(wished.expanduser().absolute()) in known or output is None
    file = target_file(runtime.home, wished, force=force or own)
    account = runtime.calendars.connect("ics", name=name, address=str(file))
    report = runtime.calendar_worker.run(account.id)
    if as_json:
        print_json(account_object(account) | {"sync": report_object(report)})
        return
    say(f"{file} holds your interviews, and follows every change while the app or the daemon runs.")
    say(f"Subscribe to it in your calendar program: {file.as_uri()}")


@connect.command("caldav")
def connect_caldav(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Of the server, or of one calendar on it.")
    ],
    user: Annotated[str, typer.Option("--user", metavar="NAME", help="Your name there.")] = "",
    calendar: Annotated[
        str | None,
        typer.Option("--calendar", metavar="NAME", help="Which of your calendars, where there are several."),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What you call it.")] = "CalDAV",
    as_json: AsJson = False,
) -> None:
    """Connect a calendar on a CalDAV server; the password is asked for, or read from JOBCOPILOT_CALENDAR_PASSWORD."""
    from jobcopilot.calendars.connecting import find_calendars

    runtime = opened(context)
    password = _password(address)
    choice = _chosen(find_calendars(address, user, password), calendar, as_json=as_json)
    account = runtime.calendars.connect(
        "caldav",
        name=name,
        address=address,
        username=user,
        calendar=choice.address,
        calendar_name=choice.name,
        secret=password,
    )
    report = run_shown(runtime, account, look=True, as_json=as_json)
    if as_json:
        print_json(account_object(account) | {"sync": report_object(report)})
        return
    say(f"{account.title} is connected.")
    say(told(report))


@commands.command("status")
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say how every calendar stands, and what was changed in other programs."""
    runtime = opened(context)
    found = runtime.calendars.status()
    differences = runtime.calendar_differences.list()
    if as_json:
        print_json(
            {
                "total": len(found),
                "calendars": [status_object(one) for one in found],
                "differences": [difference_object(one) for one in differences],
            }
        )
        return
    times = Times(runtime)
    for one in found:
        say(f"{one.account.id}  {one.account.title} ({KIND_WORDS[one.account.kind]}): {state_words(one)}")
        if one.account.synced_at is not None:
            say(f"   last answer {times.said(one.account.synced_at)}, holds {one.held} interviews")
        if one.account.reason:
            say(f"   {one.account.reason}")
            if one.account.hint:
                say(f"   {one.account.hint}")
        if one.account.next_attempt is not None:
            say(
                f"   tried again {times.said(one.account.next_attempt)}; at once: jobcopilot calendar sync --retry"
            )
        for failed in runtime.calendars.failures(one.account.id):
            say(f"   interview {failed.round_id}: {failed.reason}")
    for difference in differences:
        for line in difference_lines(difference, times):
            say(line)
    if not found:
        say("No calendar is connected. For example: jobcopilot calendar connect caldav https://… --user NAME")


@commands.command("sync")
def sync(
    context: typer.Context,
    which: Which = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what failed, too.")] = False,
    due: Annotated[
        bool, typer.Option("--due", help="Look for changes made elsewhere only when that is due.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send what waits and look for changes made in other programs, now; Ctrl+C keeps what was sent."""
    runtime = opened(context)
    accounts = runtime.calendars.list() if which is None else (runtime.calendars.named(which),)
    if not due:
        for account in accounts:
            runtime.calendars.retry(account.id, failed=retry)
    reports = [run_shown(runtime, account, look=not due, as_json=as_json) for account in accounts]
    if as_json:
        print_json({"total": len(reports), "calendars": [report_object(one) for one in reports]})
    else:
        for report in reports:
            say(told(report))
        if not reports:
            say("No calendar is connected. See: jobcopilot calendar connect --help")
    if which is not None and not due:
        _see_that_it_is_in_sync(runtime, reports[0])


@commands.command("settle")
def settle(
    context: typer.Context,
    interview: Annotated[int, typer.Argument(metavar="INTERVIEW", help="Its number.")],
    take: Annotated[
        str, typer.Option("--take", metavar="mine|theirs", help="Whose side is right.", show_default=False)
    ],
    calendar: Annotated[
        str | None, typer.Option("--calendar", metavar="CALENDAR", help="Which one, where several differ.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Settle what was changed in another program: keep your side, or take what the calendar says."""
    runtime = opened(context)
    if take not in ("mine", "theirs"):
        raise UsageError("--take needs a side", take, "It is mine or theirs.")
    account = None if calendar is None else runtime.calendars.named(calendar)
    difference = runtime.calendar_differences.of(interview, None if account is None else account.id)
    if take == "mine":
        runtime.calendar_differences.keep_mine(difference)
        view = None
    else:
        view = runtime.calendar_differences.take_theirs(difference)
    report = run_shown(runtime, runtime.calendars.get(difference.account_id), look=False, as_json=as_json)
    if as_json:
        print_json({"interview": None if view is None else round_object(view), "sync": report_object(report)})
    else:
        say("The calendar's side was taken." if take == "theirs" else "Your side stands.")
        say(told(report))


@commands.command("disconnect")
def disconnect(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar="CALENDAR", help="Its number or name.")],
    empty: Annotated[
        bool, typer.Option("--remove-events", help="Take your interviews out of it first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Forget a calendar and its password; what it holds stays there unless --remove-events is given."""
    runtime = opened(context)
    account = runtime.calendars.named(which)
    removed = 0
    if empty:
        if account.kind == "ics":
            removed = Path(account.address).exists()
            Path(account.address).unlink(missing_ok=True)
        else:
            speaking = runtime.calendar_of(account)
            try:
                removed = runtime.calendars.empty(account.id, speaking)
            except Changed:
                raise NotInSync(
                    "An interview was changed or removed in the calendar",
                    f"{account.title} stays connected",
                    "See: jobcopilot calendar sync, then jobcopilot calendar status. Settle it first.",
                ) from None
            finally:
                speaking.close()
    revoked, words = disconnected(runtime, account)
    if as_json:
        print_json(account_object(account) | {"removed": int(removed), "revoked": revoked})
    else:
        say(f"{account.title} is disconnected." + (" Its interviews were taken out." if empty else ""))
        if words:
            say(words)


@commands.command("export")
def export(
    context: typer.Context,
    interviews: Annotated[
        list[int] | None,
        typer.Argument(metavar="[INTERVIEW]...", help="Their numbers; else all that have a time."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where it goes; else it is printed.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write interviews as an iCalendar file that every calendar program opens."""
    from jobcopilot.settings import write_atomically

    runtime = opened(context)
    content = runtime.calendar_files.export(runtime.profile.id, interviews or None)
    count = content.count(b"BEGIN:VEVENT")
    if output is None or output == STANDARD_OUTPUT:
        if as_json:
            print_json({"interviews": count, "file": None, "content": content.decode()})
        else:
            sys.stdout.write(content.decode())
        return
    file = target_file(runtime.home, output, force=force)
    write_atomically(file, content)
    if as_json:
        print_json({"interviews": count, "file": str(file)})
    else:
        say(f"{file} holds {count} {'interview' if count == 1 else 'interviews'}.")


@commands.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="An invitation: .ics, or the mail as .eml.")],
    job: Annotated[
        int | None, typer.Option("--job", metavar="JOB", help="Which job it is for, where that is not clear.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Book, move or cancel an interview as an invitation says; importing it again changes nothing."""
    runtime = opened(context)
    taken = runtime.invitations.take_file(file, job_id=job)
    if as_json:
        print_json(
            {
                "total": len(taken),
                "invitations": [
                    {
                        "uid": one.uid,
                        "action": one.action,
                        "interview": None if one.round is None else round_object(one.round),
                        "remarks": one.remarks,
                        "batch": one.batch,
                    }
                    for one in taken
                ],
            }
        )
        return
    times = Times(runtime)
    for one in taken:
        if one.round is None:
            say(f"{one.summary}: {one.action}")
        else:
            view = one.round
            at = times.said(view.starts_at)
            say(f"{one.action}: interview {view.id}, {view.stage} at {view.company}, {at}")
        for remark in one.remarks:
            say(f"  {remark}")


def _see_that_it_is_in_sync(runtime: Runtime, report: SyncReport) -> None:
    """Raise `NotInSync` where a calendar did not take everything."""
    if report.state not in ("fine", "busy"):
        raise NotInSync("The calendar is not in sync", report.reason, report.hint)
    if report.failed:
        first = runtime.calendars.failures(report.account_id)[0]
        raise NotInSync(
            "The calendar did not take everything",
            f"interview {first.round_id}: {first.reason}",
            "Try it again: jobcopilot calendar sync --retry",
        )


def _password(address: str) -> str:
    if (given := os.environ.get(PASSWORD_VARIABLE)) is not None:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    asked: str = typer.prompt(f"Password for {address}", hide_input=True)
    return asked


def _chosen(found: tuple[CalendarChoice, ...], wished: str | None, *, as_json: bool) -> CalendarChoice:
    names = ", ".join(one.name for one in found)
    if wished is not None:
        matching = [one for one in found if wished.casefold() == one.name.casefold() or wished == one.address]
        if not matching:
            raise NotFound("There is no calendar of that name in this account", wished, f"There is: {names}")
        return matching[0]
    if len(found) == 1:
        return found[0]
    if as_json or not sys.stdin.isatty():
        raise UsageError(
            "There are several calendars in this account", names, "Say which one: --calendar NAME"
        )
    for number, one in enumerate(found, start=1):
        say(f"{number}  {one.name}")
    chosen: int = typer.prompt("Which one", type=int)
    if not 1 <= chosen <= len(found):
        raise UsageError("There is no such number", str(chosen))
    return found[chosen - 1]
