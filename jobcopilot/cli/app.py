"""The command line's root: shared options, and the one place where errors become words and exit codes."""

from __future__ import annotations

import errno
import inspect
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from jobcopilot.cli.opening import OPEN_APP, OpenApp
from jobcopilot.cli.output import complain
from jobcopilot.cli.passphrase import let_ask
from jobcopilot.cli.wrong_usage import wrong_words
from jobcopilot.errors import Cancelled, JobcopilotError, UsageError
from jobcopilot.logs import log_path, start_logging
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime

log = logging.getLogger(__name__)

INTERRUPTED = 130
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

# Typer carries its own copy of click; the public way to click's UsageError leads through its subclass.
_WrongUsage: Any = typer.BadParameter.__bases__[0]

root = typer.Typer(
    name="jobcopilot",
    help="A whole job search in the terminal. Called alone, it opens the app.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@root.callback(invoke_without_command=True)
def shared_options(
    context: typer.Context,
    home: Annotated[
        str | None,
        typer.Option("--home", metavar="DIR", help="Keep data, settings, models and logs under this folder."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="NAME", help="Who is searching (default: default).")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """A whole job search in the terminal, on your own machine."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"jobcopilot {installed('jobcopilot')}")
        raise typer.Exit
    if profile is not None and not profile.strip():
        raise UsageError("--profile needs a name", hint="See: jobcopilot profile list")
    folders = find_home(home)
    start_logging(folders)
    open_app: OpenApp = context.obj
    context.meta[OPEN_APP] = open_app
    context.obj = Runtime(folders, profile=profile)
    # The app asks on its screen, and the daemon has nobody to ask.
    if context.invoked_subcommand not in (None, "daemon"):
        let_ask(context.obj)
    if context.invoked_subcommand is None:
        raise typer.Exit(open_app(home, profile))


def run(arguments: list[str], open_app: OpenApp) -> int:
    """Run one command line and return its exit code; nothing but words reaches the person.

    `open_app` opens the face on a home and a profile: the command line does not know which face there is.
    """
    if sys.stdout is None:
        # Begun with a closed output (`>&-`): nobody reads it.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # it stays open to the end
    _register()
    try:
        code = root(args=arguments, prog_name="jobcopilot", standalone_mode=False, obj=open_app)
        sys.stdout.flush()
    except typer.Exit as leaving:
        return leaving.exit_code
    except (typer.Abort, KeyboardInterrupt):
        complain("Stopped. Nothing of the unfinished step was kept.")
        return INTERRUPTED
    except _WrongUsage as wrong:
        command = wrong.ctx.command_path if wrong.ctx is not None else "jobcopilot"
        complain(wrong_words(wrong), f"See: {command} --help")
        return 2
    except Cancelled as stopped:
        complain(str(stopped))
        return INTERRUPTED
    except JobcopilotError as told:
        log.info("refused: %s", told.title)
        complain(str(told))
        return told.exit_code
    except BrokenPipeError:
        _write_no_more()  # the reader of a pipe left (`| head`)
        return 1
    except Exception as fault:  # the outermost boundary: no traceback reaches a person
        if isinstance(fault, OverflowError) and "SQLite" in str(fault):
            # The database counts to 2**63: nothing of it has such a number.
            complain("A number in the command is too large.", "The lists show the numbers that there are.")
            return 2
        if isinstance(fault, OSError) and fault.errno in _NO_ROOM:
            _write_no_more()
            complain(
                f"There is no room for {fault.filename or 'what was to be printed'}: {fault.strerror}.",
                "Free some space, or send it elsewhere.",
            )
            return 1
        log.exception("the command failed")
        where = log_path()
        complain(
            "Something went wrong that Jobcopilot did not expect.", f"Details are in {where}" if where else ""
        )
        return 1
    return code if isinstance(code, int) else 0


def _write_no_more() -> None:
    """Let what is still to be written go nowhere; else Python complains about it once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _register() -> None:
    if root.registered_groups:
        return
    from jobcopilot.cli import (
        agenda,
        calendar,
        contacts,
        daemon,
        demo,
        discovered,
        doctor,
        follow_ups,
        intake,
        interviews,
        jobs,
        keeping,
        letters,
        mail,
        market,
        models,
        offers,
        practice,
        preparation,
        profile,
        questions,
        reminders,
        skills,
        sources,
        voice,
    )

    intake.add_to(jobs.commands)
    discovered.add_to(jobs.commands)

    root.add_typer(profile.commands, name="profile")
    root.add_typer(jobs.commands, name="jobs")
    root.add_typer(skills.commands, name="skills")
    root.add_typer(sources.commands, name="sources")
    root.add_typer(market.commands, name="market")
    root.add_typer(models.commands, name="models")
    root.add_typer(interviews.commands, name="interviews")
    root.add_typer(contacts.commands, name="contacts")
    root.add_typer(preparation.commands, name="prep")
    root.add_typer(follow_ups.commands, name="followups")
    root.add_typer(offers.commands, name="offers")
    root.add_typer(practice.commands, name="practice")
    root.add_typer(questions.commands, name="questions")
    root.add_typer(voice.commands, name="voice")
    root.add_typer(reminders.commands, name="reminders")
    root.add_typer(calendar.commands, name="calendar")
    root.add_typer(letters.commands, name="letters")
    root.add_typer(mail.commands, name="mail")
    root.add_typer(daemon.commands, name="daemon")
    root.command("agenda")(agenda.agenda)
    root.command("backup")(keeping.backup)
    root.command("restore")(keeping.restore)
    root.command("doctor")(doctor.doctor)
    root.command("demo")(demo.demo)
    _say_whole_sentences(root)


def _say_whole_sentences(commands: typer.Typer) -> None:
    """Let the lists of commands say the first paragraph of each, wrapped: else they end at 45 cells, or at "e.g."."""
    for command in commands.registered_commands:
        words = inspect.getdoc(command.callback) or ""
        command.short_help = command.short_help or " ".join(words.split("\n\n")[0].split())
    for group in commands.registered_groups:
        if group.typer_instance is not None:
            _say_whole_sentences(group.typer_instance)
