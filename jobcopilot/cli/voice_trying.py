"""`jobcopilot voice rehearse` and `voice calibrate`: the microphone tried as a session hears, the pauses learned."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, say
from jobcopilot.practice.spoken.port import SpokenHow, StateChanged, WordsHeard
from jobcopilot.practice.spoken.preflight import QUESTION, Checked, Rehearsal
from jobcopilot.runtime import Runtime

Device = Annotated[
    str | None, typer.Option("--device", metavar="NAME", help="A microphone. Default: as set.")
]
Api = Annotated[
    str | None, typer.Option("--api", metavar="NAME", help="Its host API, where two share the name.")
]
Whisper = Annotated[str | None, typer.Option("--whisper", metavar="NAME|DIR", help="The model that hears.")]
Recording = Annotated[
    Path | None, typer.Option("--file", metavar="RECORDING", help="Heard instead of a microphone.")
]


def rehearse(
    context: typer.Context,
    sentence: Annotated[str | None, typer.Option("--sentence", help="Another one to read aloud.")] = None,
    device: Device = None,
    api: Api = None,
    whisper: Whisper = None,
    file: Recording = None,
    as_json: AsJson = False,
) -> None:
    """Read a sentence aloud: level, noise, and how many of its words are understood. Exit 1 if something is wrong."""
    runtime = opened(context)
    wanted: dict[str, Any] = {} if sentence is None else {"sentence": sentence}
    made = runtime.rehearsal(_how(runtime, device, api, whisper, file), **wanted)
    prompt = f"Read aloud: {made.sentence}"
    checked = _listen(made, prompt, quiet=as_json)
    if as_json:
        print_json({"ok": checked.good} | _object(checked))
    else:
        for line in _lines(checked):
            say(line)
    if not checked.good:
        raise typer.Exit(1)


def calibrate(
    context: typer.Context,
    device: Device = None,
    api: Api = None,
    whisper: Whisper = None,
    file: Recording = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=5, max=600, metavar="S", help="How long to listen at most.")
    ] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Answer a question, with your pauses: how long a silence ends an answer is learned from them."""
    runtime = opened(context)
    how = _how(runtime, device, api, whisper, file)
    made = runtime.rehearsal(how, calibrate=True, seconds=seconds)
    checked = _listen(made, f"{QUESTION} Press enter when you are done.", quiet=as_json)
    after_finished, after_open = checked.pauses.waits
    if as_json:
        waits = {"after_finished": after_finished, "after_open": after_open}
        print_json({"ok": checked.new_pauses > 0, "new_pauses": checked.new_pauses, "waits": waits})
    else:
        say(f"{checked.new_pauses} new pauses in {checked.seconds:.0f} s.")
        say(f"An answer ends {after_finished:.1f} s after a sentence that sounds finished,")
        say(f"and {after_open:.1f} s after one that does not.")


def add_to(commands: typer.Typer) -> None:
    """Add the commands to `voice`."""
    commands.command("rehearse")(rehearse)
    commands.command("calibrate")(calibrate)


def _how(
    runtime: Runtime, device: str | None, api: str | None, whisper: str | None, file: Path | None
) -> SpokenHow:
    given = {"device": device, "api": api, "model": whisper}
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if file is not None:
        chosen |= {"file": str(file), "real_time": False}
    return replace(runtime.spoken_how(), **chosen)


def _listen(made: Rehearsal, prompt: str, *, quiet: bool) -> Checked:
    def end() -> None:
        sys.stdin.readline()
        made.done()

    if sys.stdin.isatty():
        threading.Thread(target=end, name="keys", daemon=True).start()
    shown = ""
    for event in made.events():
        if quiet:
            continue
        if isinstance(event, StateChanged):
            say(prompt, at_once=True)
        elif isinstance(event, WordsHeard) and event.confirmed.startswith(shown):
            sys.stdout.write(event.confirmed[len(shown) :])
            sys.stdout.flush()
            shown = event.confirmed
    if shown:
        say()
    return made.checked


def _object(checked: Checked) -> dict[str, Any]:
    return {
        "device": checked.source,
        "rate": checked.rate,
        "seconds": round(checked.seconds, 1),
        "noise_decibels": checked.noise_decibels,
        "voice_decibels": checked.voice_decibels,
        "peak": round(checked.peak, 3),
        "sentence": checked.sentence,
        "heard": checked.heard,
        "words_right": checked.right,
        "words": checked.words,
        "troubles": [
            {"code": one.code, "title": one.title, "message": one.message, "hint": one.hint}
            for one in checked.troubles
        ],
    }


def _lines(checked: Checked) -> list[str]:
    def level(decibels: float | None) -> str:
        return "none heard" if decibels is None else f"{-decibels:.0f} dB below full scale"

    return [
        f"{checked.source}, {checked.rate:,} Hz",
        f"  noise     {level(checked.noise_decibels)}",
        f"  voice     {level(checked.voice_decibels)}",
        f"  words     {checked.right} of {checked.words} understood",
        *(f"{one.title}: {one.message}. {one.hint}" for one in checked.troubles),
    ]
