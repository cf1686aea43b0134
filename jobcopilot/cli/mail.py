"""`jobcopilot mail …`: the server that letters leave by, and how they sound."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.runtime import Runtime

commands = typer.Typer(
    help="The server that your letters leave by.", no_args_is_help=True, rich_markup_mode=None
)
PASSWORD_VARIABLE = "JOBCOPILOT_MAIL_PASSWORD"  # noqa: S105  # a name


@commands.command("setup")
def setup(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option("--host", metavar="SERVER", help="e.g. smtp.example.com")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="0: 587 with STARTTLS, 465 with TLS.", min=0, max=65535)
    ] = None,
    security: Annotated[
        str | None, typer.Option("--security", help="starttls, tls, or none for a server on this machine.")
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME", help="Your name there; often your address.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", metavar="ADDRESS", help="Your own, which letters come from.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Your name as recipients read it; empty: your profile's.")
    ] = None,
    tone: Annotated[str | None, typer.Option("--tone", help="warm, plain or formal")] = None,
    sign_off: Annotated[
        str | None, typer.Option("--sign-off", metavar="WORDS", help='e.g. "Best regards"')
    ] = None,
    signature: Annotated[
        str | None, typer.Option("--signature", metavar="TEXT", help="Lines below your name.")
    ] = None,
    reminders: Annotated[
        bool | None,
        typer.Option("--reminders/--no-reminders", help="Send reminders of interviews by e-mail, too."),
    ] = None,
    reminders_to: Annotated[
        str | None,
        typer.Option("--reminders-to", metavar="ADDRESS", help="Where they go; empty: your address."),
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Forget server and password.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set up the outgoing mail; with --user, a password is asked for, or read from JOBCOPILOT_MAIL_PASSWORD."""
    runtime = opened(context)
    if forget:
        runtime.mail_setup.forget()
        _tell(runtime, as_json=as_json)
        return
    given: dict[str, object] = {
        "host": host, "port": port, "security": security, "username": user, "address": address, "name": name,
        "tone": tone, "sign_off": sign_off, "signature": signature, "reminders": reminders,
        "reminders_to": reminders_to,
    }  # fmt: skip
    changes = {key: value for key, value in given.items() if value is not None}
    password = _password(user) if user or os.environ.get(PASSWORD_VARIABLE) is not None else None
    runtime.mail_setup.change(changes, password)
    _tell(runtime, as_json=as_json)


@commands.command("test")
def send_test(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="ADDRESS", help="Where it goes (default: your own address).")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Send one letter to yourself, now."""
    runtime = opened(context)
    recipient = runtime.mail_setup.test(to)
    if as_json:
        print_json({"sent_to": recipient, "server": runtime.mail_setup.state().server})
    else:
        say(f"Sent to {recipient}. If it does not arrive, look where your provider puts spam.")


@commands.command("status")
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say how the outgoing mail is set up, and how it stands."""
    _tell(opened(context), as_json=as_json)


def _tell(runtime: Runtime, *, as_json: bool) -> None:
    state, vault, settings = runtime.mail_setup.state(), runtime.vault.state(), runtime.mail_settings()
    waits = vault.locked and bool(settings.secret)
    if as_json:
        shown: dict[str, Any] = {
            "set_up": state.set_up,
            "server": state.server,
            "security": settings.security,
            "user": settings.username,
            "address": state.sender,
            "tone": settings.tone,
            "reminders_to": state.reminders_to,
            "letters": state.letters,
            "reminders": state.reminders,
            "trouble": state.trouble,
            "vault": {"kind": vault.kind, "locked": vault.locked},
        }
        print_json(shown)
        return
    if state.set_up:
        say(
            f"server     {state.server} ({settings.security}){f' as {settings.username}' if settings.username else ''}"
        )
        say(f"from       {state.sender}")
    else:
        say("server     none: jobcopilot mail setup --host SERVER --user NAME --address ADDRESS")
    say(f"tone       {settings.tone}")
    say(f"reminders  {f'also by e-mail to {state.reminders_to}' if state.reminders_to else 'not by e-mail'}")
    if state.letters:
        say("letters    " + ", ".join(f"{number} {word}" for word, number in sorted(state.letters.items())))
    if state.reminders:
        counts = ", ".join(f"{number} {word}" for word, number in sorted(state.reminders.items()))
        say(f"           reminders of the last day: {counts}")
    where = "the system's keyring" if vault.kind == "keyring" else f"an encrypted file ({vault.detail})"
    say(f"passwords  in {where}{', locked: mail waits until the app unlocks it' if waits else ''}")
    if state.trouble:
        say(f"trouble    {state.trouble}")


def _password(user: str | None) -> str:
    if (given := os.environ.get(PASSWORD_VARIABLE)) is not None:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    asked: str = typer.prompt(f"Password of {user}", hide_input=True)
    return asked
