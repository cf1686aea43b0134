"""`jobcopilot calendar connect google` and what leaving it takes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobcopilot.calendars.views import AccountView
from jobcopilot.cli.calendar_runs import run_shown
from jobcopilot.cli.calendar_shapes import account_object, report_object, told
from jobcopilot.cli.interrupting import stopping
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.runtime import Runtime

LONGEST_WAIT = 3600


def connect_google(
    context: typer.Context,
    client: Annotated[
        Path | None,
        typer.Option(
            "--client", metavar="FILE", help="Your own client file; left out, the one connected already."
        ),
    ] = None,
    calendar: Annotated[
        str, typer.Option("--calendar", metavar="ID", help="Another calendar than the account's own one.")
    ] = "",
    name: Annotated[str, typer.Option("--name", help="What you call it.")] = "Google",
    browser: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Where the answer comes in (0: any that is free).")
    ] = 0,
    wait: Annotated[
        int,
        typer.Option("--wait", min=1, max=LONGEST_WAIT, metavar="SECONDS", help="How long for you to agree."),
    ] = 300,
    as_json: AsJson = False,
) -> None:
    """Connect Google Calendar with your own client; you agree on Google's page, and only to events."""
    from jobcopilot.calendars.connecting import require_google
    from jobcopilot.calendars.google_client import read_client

    require_google()
    runtime = opened(context)
    google = runtime.google_calendars
    given = None if client is None else read_client(client)
    google.try_vault()
    chosen = given or google.known_client()

    from jobcopilot.calendars.google_sign_in import SignIn

    with SignIn(chosen, port=port) as sign_in, stopping() as stop:
        _show(sign_in.address, sign_in.port, browser=browser)
        token = sign_in.wait(wait, stop)
    account = google.connect(token, name=name, calendar=calendar)
    report = run_shown(runtime, account, look=True, as_json=as_json)
    if as_json:
        print_json(account_object(account) | {"sync": report_object(report)})
        return
    say(f"{account.title} is connected.")
    say(told(report))


def disconnected(runtime: Runtime, account: AccountView) -> tuple[bool, str]:
    """Disconnect a calendar of any kind; return whether its permission was given back, and what there is to say."""
    if account.kind != "google":
        runtime.calendars.disconnect(account.id)
        return False, ""
    from jobcopilot.calendars.google_accounts import PERMISSIONS

    left = runtime.google_calendars.disconnect(account)
    if left.revoked:
        return True, "Google was told to forget the permission."
    return False, f"Google still has the permission: {left.reason}. You can end it at {PERMISSIONS}"


def _show(address: str, port: int, *, browser: bool) -> None:
    # Not on standard output: there is the answer of --json.
    lines = ["Sign in to Google and agree at this address:", "", address, ""]
    if browser:
        import webbrowser

        if not webbrowser.open(address):
            lines.append("No browser could be opened here; go there yourself.")
    lines.append(
        f"Is the browser on another machine? There, first: ssh -L {port}:127.0.0.1:{port} THIS-MACHINE"
    )
    sys.stderr.write("\n".join([*lines, ""]))
    sys.stderr.flush()
