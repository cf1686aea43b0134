"""`jobcopilot voice models …`: the Whisper models of this machine, and which one hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobcopilot.cli.models import gigabytes, progress
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.runtime import Runtime

if TYPE_CHECKING:
    from jobcopilot.voice.models import ListedWhisper, WhisperModels

commands = typer.Typer(
    help="Whisper models: what hears, on this machine.", no_args_is_help=True, rich_markup_mode=None
)


def whisper_models(runtime: Runtime) -> WhisperModels:
    """Return the Whisper models of this home, for this machine."""
    from jobcopilot.inference.machine import this_machine
    from jobcopilot.voice.models import WhisperModels

    machine = this_machine()
    return WhisperModels(
        runtime.home.models,
        cores=machine.cores,
        memory_bytes=machine.memory_bytes,
        chosen=runtime.settings.voice.whisper,
        mirror=runtime.settings.model.mirror,
    )


@commands.command("list")
def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """List Whisper models with size, memory and licence, which are here, and which suits this machine."""
    models = whisper_models(_runtime(context))
    listed = models.all()
    if as_json:
        print_json({"total": len(listed), "best": models.best.name, "models": listed})
        return
    print_table(
        ("", "NAME", "FILE", "MEMORY", "LICENCE", "WRONG WORDS", "HERE", "THIS MACHINE"),
        [
            (
                "*" if one.chosen else " ", one.name, gigabytes(one.size_bytes),
                gigabytes(one.memory_bytes) if one.memory_bytes else None, one.licence,
                f"{one.word_errors:.1f} of 100" if one.word_errors is not None else None,
                "yes" if one.installed else "", one.problem or _suits(one),
            )
            for one in listed
        ],
    )  # fmt: skip
    if any(one.chosen for one in listed):
        say("The one marked * hears.")
    else:
        say(f"None is here. Fetch the one that suits best: jobcopilot voice models pull {models.best.name}")


@commands.command("pull")
def pull(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="NAME", help="A name of `voice models list`, or a model's folder.")
    ],
    mirror: Annotated[
        str, typer.Option("--mirror", metavar="ADDRESS", help="Fetch from here instead of huggingface.co.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Fetch a Whisper model (what was fetched before is gone on from), or bring in a folder of this machine."""
    folder = whisper_models(_runtime(context)).pull(source, mirror=mirror, tell=progress(quiet=as_json))
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    if as_json:
        print_json({"path": str(folder), "size_bytes": size})
    else:
        say(f"{folder} ({gigabytes(size)})")


@commands.command("path")
def path(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A name of `voice models list`.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print where a Whisper model lies; without a name, the one that would hear."""
    folder = whisper_models(_runtime(context)).path(name)
    if as_json:
        print_json({"path": str(folder)})
    else:
        say(str(folder))


@commands.command("remove")
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of `voice models list`.")],
    as_json: AsJson = False,
) -> None:
    """Delete a Whisper model's folder; it can be fetched again."""
    gone = whisper_models(_runtime(context)).remove(name)
    if as_json:
        print_json({"removed": str(gone)})
    else:
        say(f"Deleted {gone}")


def _runtime(context: typer.Context) -> Runtime:
    """Return the runtime; models need no database."""
    runtime: Runtime = context.find_root().obj
    return runtime


def _suits(one: ListedWhisper) -> str:
    return "suits best" if one.best else "suits" if one.suits else "too big or too slow"
