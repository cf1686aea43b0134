"""`jobcopilot models …`: the language models of this machine, and which one speaks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.errors import UsageError
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.server_key import KEY_VARIABLE, forget_key, in_the_open, keep_key

if TYPE_CHECKING:
    from jobcopilot.engines.downloads import FetchStep
    from jobcopilot.inference.trial import Trial
    from jobcopilot.settings import ModelSettings

commands = typer.Typer(
    help="Language models: none is needed, one may help.", no_args_is_help=True, rich_markup_mode=None
)

ModelName = Annotated[
    str, typer.Argument(metavar="[NAME]", help="A name of `models list`, or a file's path.")
]
_SPEAKERS = {"llama_cpp": "llama-cpp-python", "xllamacpp": "xllamacpp", "http": "a server"}


@commands.command("list")
def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """List models with size, memory and licence, which are here, and which suits this machine."""
    runtime = _runtime(context)
    listed, machine = runtime.models.all(), runtime.models.machine()
    setting = runtime.settings.model
    if as_json:
        print_json(
            {
                "total": len(listed),
                "use": setting.use,
                "speaker": "http" if setting.use == "http" else runtime.models.speaker,
                "machine": machine,
                "models": listed,
            }
        )
        return
    print_table(
        ("", "NAME", "FILE", "MEMORY", "LICENCE", "HERE", "THIS MACHINE"),
        [
            (
                "*" if one.chosen and setting.use == "llama" else " ", one.name, gigabytes(one.size_bytes),
                gigabytes(one.memory_bytes) if one.memory_bytes else None, one.licence,
                "yes" if one.installed else "", one.problem or _suits(suits=one.suits, best=one.best),
            )
            for one in listed
        ],
    )  # fmt: skip
    say(
        f"{machine.cores} cores, {gigabytes(machine.memory_bytes)} of memory, {gigabytes(machine.free_bytes)} free."
    )
    say(
        {
            "builtin": "No model speaks: the built-in way does. Choose one: jobcopilot models use NAME",
            "llama": f"The model marked * speaks, through {_SPEAKERS[runtime.models.speaker]}.",
            "http": f"The server at {setting.url} speaks.",
        }[setting.use]
    )
    if in_the_open(setting):
        say(
            "Its key stands in the settings file, where others may read it. Into the vault: jobcopilot models key"
        )


@commands.command("pull")
def pull(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="NAME", help="A name of `models list`, OWNER/REPO/FILE.gguf, or a file.")
    ],
    mirror: Annotated[
        str, typer.Option("--mirror", metavar="ADDRESS", help="Fetch from here instead of huggingface.co.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Fetch a model (what was fetched before is gone on from), or bring in a file of this machine.

    What is fetched is held against the checksum and the size that the hub names, and what it was is told.
    """
    runtime = _runtime(context)
    draw, against = progress(quiet=as_json), ""

    def tell(step: FetchStep) -> None:
        nonlocal against
        against = step.against or against
        if draw is not None:
            draw(step)

    path = runtime.models.pull(source, mirror=mirror, tell=tell)
    if as_json:
        print_json({"path": str(path), "size_bytes": path.stat().st_size, "checked_against": against or None})
        return
    say(f"{path} ({gigabytes(path.stat().st_size)})")
    if against:
        say(f"Checked against {against}.")
    say(f"Let it speak: jobcopilot models use {source if '/' not in source else path.stem}")


@commands.command("path")
def path(context: typer.Context, name: ModelName = "", as_json: AsJson = False) -> None:
    """Print where a model lies; without a name, the one that would speak."""
    found = _runtime(context).models.path(name)
    if as_json:
        print_json({"path": str(found), "size_bytes": found.stat().st_size})
    else:
        say(str(found))


@commands.command("remove")
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of `models list`.")],
    as_json: AsJson = False,
) -> None:
    """Delete a model's file; it can be fetched again."""
    gone = _runtime(context).models.remove(name)
    if as_json:
        print_json({"removed": str(gone)})
    else:
        say(f"Deleted {gone}")


@commands.command("check")
def check(
    context: typer.Context,
    name: ModelName = "",
    every_engine: Annotated[
        bool,
        typer.Option(
            "--every-engine", help="Try each installed llama.cpp binding, not only the one that speaks."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Try a model in a process that may crash: load time, speed, memory, whether it keeps to a form."""
    runtime = _runtime(context)
    best = runtime.models.best()
    if not as_json and sys.stderr.isatty():
        sys.stderr.write("It is loaded, asked, held to a form and stopped; a busy machine takes minutes.\n")
    trials = runtime.models.check(name, every_engine=every_engine)
    works = all(trial.works for trial in trials)
    if as_json:
        print_json(
            {"ok": works, "total": len(trials), "trials": trials, "suits_best": best.name if best else None}
        )
    else:
        for trial in trials:
            for line in _trial_lines(trial):
                say(line)
        if best is not None:
            say(f"Suits this machine best: {best.title} ({best.name}), {best.good_for}")
        else:
            say("This machine is too small for the models of the list; the built-in way needs none.")
    if not works:
        raise typer.Exit(1)


@commands.command("use")
def use(
    context: typer.Context,
    which: Annotated[
        str,
        typer.Argument(
            metavar="WHICH", help="`builtin`, a name of `models list`, a .gguf file, or http://…/v1."
        ),
    ],
    agree: Annotated[
        str,
        typer.Option("--agree", metavar="HOST", help="Agree that answers are sent to this other machine."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Choose who speaks: nobody but the built-in way, a model of this machine, or a server."""
    runtime = _runtime(context)
    changed = _choice(runtime, which, agree)
    from jobcopilot.settings import save_setting

    for setting, value in changed.items():
        save_setting(runtime.home.settings_file, f"model.{setting}", value)
    if as_json:
        print_json({f"model.{setting}": value for setting, value in changed.items()})
        return
    say(
        {
            "builtin": "The built-in way speaks; no model is used.",
            "llama": f"{which} speaks. Try it: jobcopilot models check",
            "http": f"The server at {which} speaks.",
        }[changed["use"]]
    )


@commands.command("key")
def key(
    context: typer.Context,
    forget: Annotated[bool, typer.Option("--forget", help="Forget the key.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep the key of the server that speaks: asked for, piped in, or taken out of the settings file."""

    runtime = _runtime(context)
    setting, file = runtime.settings.model, runtime.home.settings_file
    if forget:
        forget_key(setting, runtime.vault, file)
    else:
        host = keep_key(setting, _given_key(setting), runtime.vault, file)
    if as_json:
        print_json({"key": None if forget else "kept", "server": setting.url})
    elif forget:
        say("The key is forgotten.")
    else:
        kind = runtime.vault.state().kind
        where = "the system's keyring" if kind == "keyring" else "an encrypted file"
        say(f"Kept in {where}, for {host} only. {KEY_VARIABLE} goes before it where it is set.")


def _given_key(setting: ModelSettings) -> str:
    if in_the_open(setting):
        return setting.key
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    asked: str = typer.prompt(f"Key of {setting.url}", hide_input=True)
    return asked


def _choice(runtime: Runtime, which: str, agree: str) -> dict[str, str]:
    """Return the settings that a choice means. Raises `UsageError`, `ConsentNeeded`, `NotFound`."""
    from jobcopilot.inference.gguf_file import read_gguf
    from jobcopilot.inference.http_api import host_of, stays_here
    from jobcopilot.inference.port import ConsentNeeded

    if which == "builtin":
        return {"use": "builtin"}
    if which.startswith(("http://", "https://")):
        host = host_of(which)
        if stays_here(which):
            return {"use": "http", "url": which}
        if agree != host:
            raise ConsentNeeded(
                "That server is another machine",
                f"{host} would see the postings, your profile and your answers"
                + (
                    "" if which.startswith("https://") else ", and so could whoever listens on the way (http)"
                ),
                f"If you agree: jobcopilot models use {which} --agree {host}",
            )
        return {"use": "http", "url": which, "consent": host}
    if agree:
        raise UsageError("--agree belongs to a server's address", which)
    file = Path(which).expanduser()
    name = str(file.absolute()) if file.suffix == ".gguf" and file.exists() else which
    # A file that cannot speak is refused now, not at the first question.
    read_gguf(runtime.models.path(name))
    return {"use": "llama", "name": name}


def _runtime(context: typer.Context) -> Runtime:
    """Return the runtime; models need no database."""
    runtime: Runtime = context.find_root().obj
    return runtime


def _trial_lines(trial: Trial) -> list[str]:
    speaker = _SPEAKERS[trial.speaker]
    if not trial.works:
        return [f"{trial.name} through {speaker}: does not work", f"  {trial.why}"]
    stops = (
        "not measured"
        if trial.stops_within_seconds is None
        else f"{trial.stops_within_seconds * 1000:.0f} ms at the longest"
    )
    return [
        f"{trial.name} through {speaker}: works, {'fast enough' if trial.fast_enough else 'slow'}",
        f"  loaded in         {trial.load_seconds:.1f} s",
        f"  reads             {trial.prompt_tokens_a_second:.0f} tokens a second",
        f"  answers           {trial.answer_tokens_a_second:.0f} tokens a second",
        f"  memory            {gigabytes(trial.memory_bytes)}",
        f"  keeps to a form   {'yes' if trial.schema_obeyed else 'no'}",
        f"  stops within      {stops}",
        f"  threads, context  {trial.threads}, {trial.context:,} tokens, template {trial.template}",
    ]


def _suits(*, suits: bool, best: bool) -> str:
    return "suits best" if best else "suits" if suits else "too big or too slow"


def gigabytes(size: int) -> str:
    """Return a number of bytes in words."""
    return f"{size / 1e9:.1f} GB" if size >= 100_000_000 else f"{size / 1e6:.1f} MB"


def progress(*, quiet: bool) -> Any:
    """Return what draws how far a download is; None where nobody looks."""
    if quiet or not sys.stderr.isatty():
        return None

    def tell(step: Any) -> None:
        share = step.done / step.total if step.total else 0.0
        bar = "█" * int(share * 30)
        sys.stderr.write(
            f"\r\x1b[K{step.doing:<9} {bar:<30} {gigabytes(step.done)} of {gigabytes(step.total)}"
        )
        if step.total and step.done >= step.total:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    return tell
