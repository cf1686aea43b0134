"""`jobcopilot daemon …`: reminders while the app is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.cli.reminders import opened, subjects_of
from jobcopilot.runtime import Runtime

if TYPE_CHECKING:
    from jobcopilot.reminders.services import Service

commands = typer.Typer(help="Reminders while the app is closed.", no_args_is_help=True, rich_markup_mode=None)

PrintOnly = Annotated[
    bool, typer.Option("--print", help="Show what would be written and run; change nothing.")
]


@commands.command("run")
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Tell what is due now, then end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell reminders until stopped (Ctrl+C, or a signal)."""
    from jobcopilot.database.faults import told_in_words
    from jobcopilot.reminders.daemon import desktop_channels, prepare_database
    from jobcopilot.reminders.daemon import run as run_daemon

    runtime: Runtime = context.find_root().obj
    home, clock, subjects = runtime.home, runtime.clock, subjects_of(runtime)
    prepare_database(home)
    with told_in_words(home.database):
        counts = run_daemon(
            home,
            subjects.describe,
            desktop_channels(home.database, clock, done=subjects.finish),
            clock,
            once=once,
            chores=()
            if once
            else [runtime.chores, runtime.calendar_chore_in_children, runtime.mail_chore_in_children],
            started=None
            if as_json
            else lambda: say(f"Reminders of {home.database} are told. Stop with Ctrl+C.", at_once=True),
        )
    if as_json:
        print_json(counts)
    elif once:
        say(
            f"{counts.sent} sent, {counts.late} of them late; {counts.missed} missed, {counts.failed} failed."
        )


@commands.command("install")
def install(context: typer.Context, print_only: PrintOnly = False, as_json: AsJson = False) -> None:
    """Start the daemon at every login, beginning now."""
    from jobcopilot.database.migrate import ensure_current
    from jobcopilot.reminders import services

    runtime: Runtime = context.find_root().obj
    service = services.service_for(runtime.home)
    if not print_only:
        ensure_current(runtime.home)
        services.install(service)
    if as_json:
        print_json(_object(service, installed=not print_only))
    elif print_only:
        say(f"# {service.file}")
        say(service.content)
        for command in service.after_install:
            say(f"# then: {' '.join(command)}")
    else:
        say(f"The daemon runs, and starts at every login ({service.manager}, {service.file}).")


@commands.command("uninstall")
def uninstall(context: typer.Context, print_only: PrintOnly = False, as_json: AsJson = False) -> None:
    """Stop the daemon and start it no more."""
    from jobcopilot.reminders import services

    runtime: Runtime = context.find_root().obj
    service = services.service_for(runtime.home)
    if print_only:
        for command in (*service.before_uninstall, ("remove", str(service.file)), *service.after_uninstall):
            say(f"# {' '.join(command)}")
        return
    was_there = services.uninstall(service)
    if as_json:
        print_json(_object(service, installed=False) | {"was_installed": was_there})
    else:
        say(f"Removed {service.file}." if was_there else "It was not installed.")


@commands.command("status")
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say whether it is installed, what runs now, and what is told next; exit 1 where nothing runs."""
    from jobcopilot.reminders import services
    from jobcopilot.reminders.compose import moment
    from jobcopilot.reminders.inbox import ReminderLists
    from jobcopilot.reminders.presence import living

    runtime = opened(context)
    service = services.service_for(runtime.home)
    installed = services.is_installed(service)
    running = list(living(runtime.home.data / "running"))
    coming = ReminderLists(runtime.reader, runtime.profile.id).coming(1)
    following = coming[0].next_attempt if coming else None
    if as_json:
        print_json(
            _object(service, installed=installed)
            | {"running": [{"role": one.role, "pid": one.pid} for one in running], "next": following}
        )
    else:
        say(f"installed  {f'yes, {service.manager}' if installed else 'no: jobcopilot daemon install'}")
        names = ", ".join(f"{one.role} (process {one.pid})" for one in running)
        say(f"running    {names or 'nothing: reminders wait until the app or the daemon runs'}")
        zone, now = runtime.clock.zone(), runtime.clock.now()
        say(f"next       {moment(following, now, zone) if following else 'nothing is to be told'}")
    if not running:
        raise typer.Exit(1)


def _object(service: Service, *, installed: bool) -> dict[str, object]:
    return {
        "manager": service.manager,
        "name": service.name,
        "file": str(service.file),
        "content": service.content,
        "installed": installed,
    }
