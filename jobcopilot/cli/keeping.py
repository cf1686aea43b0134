"""`jobcopilot backup` and `jobcopilot restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.cli.targets import target_file
from jobcopilot.runtime import Runtime


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy everything into one file; the app may be running."""
    from jobcopilot.database.backup import copy_database

    runtime = opened(context)
    made = copy_database(runtime.home.database, target_file(runtime.home, file, force=force))
    if as_json:
        print_json({"id": made.name, "file": str(made), "bytes": made.stat().st_size})
    else:
        say(f"Everything is copied to {made}. Bring it back with: jobcopilot restore {file}")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file made by `jobcopilot backup`.")],
    as_json: AsJson = False,
) -> None:
    """Put a backup in place of what is there, which is backed up first."""
    from jobcopilot.runtime.restoring import put_back

    runtime: Runtime = context.find_root().obj
    saved, held_back = put_back(runtime.home, file.absolute(), runtime.clock)
    if as_json:
        print_json(
            {
                "id": file.name,
                "file": str(file),
                "saved": str(saved) if saved else None,
                "held_back": held_back,
            }
        )
        return
    say(f"Restored {file}." + (f" What was there before is in {saved}" if saved else ""))
    if held_back:
        letters = "A letter was" if held_back == 1 else f"{held_back} letters were"
        say(f"{letters} about to leave in it, and may have left since: see jobcopilot letters list")
