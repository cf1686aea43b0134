"""`jobcopilot voice …`: microphones, recordings into text, how an answer was spoken."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobcopilot.cli import voice_models, voice_trying
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.runtime import Runtime

if TYPE_CHECKING:
    from jobcopilot.voice.delivery import Delivery
    from jobcopilot.voice.events import Event, TurnEnded
    from jobcopilot.voice.listening import Listener

commands = typer.Typer(
    help="Speaking: microphones and recordings. Nothing leaves this machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
commands.add_typer(voice_models.commands, name="models")
voice_trying.add_to(commands)

Recording = Annotated[Path, typer.Argument(metavar="FILE", help="A recording: WAV, FLAC, MP3, M4A, OGG.")]
Model = Annotated[
    str,
    typer.Option("--model", metavar="DIR", help="A Whisper model in CTranslate2 form: its folder or name."),
]
Device = Annotated[
    str, typer.Option("--device", metavar="NAME", help="A microphone's name (default: the system's choice).")
]
Api = Annotated[str, typer.Option("--api", metavar="NAME", help="Its host API, where two share the name.")]


@commands.command("devices")
def devices(as_json: AsJson = False) -> None:
    """List microphones: name, host API, rate."""
    from jobcopilot.voice.listening import microphones

    found = microphones()
    if as_json:
        print_json({"total": len(found), "devices": found})
        return
    print_table(
        ("", "NAME", "HOST API", "RATE", "CHANNELS", ""),
        [
            (
                "*" if one["default"] else "",
                one["name"],
                one["api"],
                one["rate"],
                one["channels"],
                one["note"],
            )
            for one in found
        ],
    )
    say("The one marked * is the system's choice." if found else "There is no microphone; typing works.")


@commands.command("check")
def check(
    device: Device = "",
    api: Api = "",
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.5, max=60, metavar="S", help="How long to listen.")
    ] = 3.0,
    as_json: AsJson = False,
) -> None:
    """Listen for some seconds and tell level, noise and what is wrong; nothing is kept. Exit 1 if something is."""
    from jobcopilot.voice.listening import check_microphone

    found = check_microphone(device, api, seconds)
    healthy = not found["troubles"] and not found["lost_seconds"]
    if as_json:
        print_json({"ok": healthy, **found})
    else:
        say(f"{found['device']}, {found['rate']:,} Hz, {found['seconds']:.1f} s")
        say(f"  loudest   {found['peak'] * 100:.0f} % of full scale")
        say(f"  noise     {_decibels(found['noise_decibels'])}")
        say(f"  voice     {_decibels(found['voice_decibels'])}, {found['voiced_seconds']:.1f} s of it")
        if found["lost_seconds"]:
            say(f"  lost      {found['lost_seconds']:.2f} s: the machine was too busy")
        for trouble in found["troubles"]:
            say(f"{trouble['title']}: {trouble['message']}. {trouble['hint']}")
    if not healthy:
        raise typer.Exit(1)


@commands.command("transcribe")
def transcribe(
    context: typer.Context,
    file: Recording,
    model: Model = "",
    real_time: Annotated[
        bool, typer.Option("--real-time", help="Take as long as the recording does, as a microphone would.")
    ] = False,
    hotwords: Annotated[
        str, typer.Option("--hotwords", metavar="WORDS", help="Names to expect, parted by commas.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Send a recording through all that a spoken answer goes through; --json has every event and its time."""
    from jobcopilot.voice.events import Level, Stopped, TurnEnded, to_frame

    told: list[Event] = []
    with _listening(
        context, file, model, real_time=real_time, hotwords=tuple(_names(hotwords)), hands_free=True
    ) as listener:
        for event in listener.events():
            if isinstance(event, Level):
                continue
            told.append(event)
            if isinstance(event, TurnEnded) and not as_json:
                say(f"{_clock(event.started)}  {event.text or '(no word)'}", at_once=True)
    turns = [event for event in told if isinstance(event, TurnEnded)]
    if as_json:
        stopped = next(event for event in told if isinstance(event, Stopped))
        print_json(
            {
                "total": len(turns),
                "text": "\n".join(turn.text for turn in turns),
                "seconds": stopped.at,
                "turns": [
                    {"started": turn.started, "ended": turn.at, "reason": turn.reason, "text": turn.text}
                    for turn in turns
                ],
                "events": [to_frame(event) for event in told],
            }
        )
    elif not turns:
        say("Nobody speaks in this recording.")


@commands.command("delivery")
def delivery(context: typer.Context, file: Recording, model: Model = "", as_json: AsJson = False) -> None:
    """Measure how an answer was spoken: rate, pauses, fillers. Figures beside what is usual, no verdict."""
    from jobcopilot.voice.delivery import USUAL, measure
    from jobcopilot.voice.events import TurnEnded
    from jobcopilot.voice.heard_again import find_fillers, with_fillers
    from jobcopilot.voice.port import Span

    with _listening(context, file, model, real_time=False, hotwords=(), hands_free=False) as listener:
        turns = [event for event in listener.events() if isinstance(event, TurnEnded)]
    turn = turns[0] if turns else None
    measured = measure(turn.words if turn else (), turn.voiced if turn else (), asked_at=0.0)
    if turn is not None and turn.voiced:
        # Once more, for the fillers that the first hearing left out.
        stretch = Span(max(0.0, turn.voiced[0].start - 0.5), turn.voiced[-1].end + 0.5)
        found = find_fillers(file.absolute(), stretch, turn.words, _model(context, model))
        measured = with_fillers(measured, found)
    if as_json:
        print_json({"text": turn.text if turn else "", "delivery": measured, "usual": dict(USUAL)})
        return
    if turn is None:
        say("Nobody speaks in this recording.")
        return
    for line in _delivery_lines(turn, measured):
        say(line)


@contextmanager
def _listening(
    context: typer.Context,
    file: Path,
    model: str,
    *,
    real_time: bool,
    hotwords: tuple[str, ...],
    hands_free: bool,
) -> Iterator[Listener]:
    """Yield a listener on a recording; the raw copy that it works on is deleted afterwards."""
    from jobcopilot.inference.machine import this_machine
    from jobcopilot.voice.listening import Listener, ListenTo
    from jobcopilot.voice.models import threads_for

    cores = this_machine().cores
    found = _model(context, model)
    with tempfile.TemporaryDirectory(prefix="jobcopilot-voice-") as folder:
        listener = Listener(
            ListenTo(
                Path(folder),
                found,
                file=file.absolute(),
                real_time=real_time,
                threads=threads_for(cores) if real_time else cores,
                hotwords=hotwords,
                hands_free=hands_free,
            )
        )
        try:
            yield listener
        finally:
            listener.close()


def _model(context: typer.Context, model: str) -> Path:
    """Return the model that hears: the one given, else the one set, else the best here. Raises `SpeechModelMissing`."""
    from jobcopilot.inference.machine import this_machine
    from jobcopilot.voice.models import find_model

    runtime: Runtime = context.find_root().obj
    return find_model(
        runtime.home.models, model or runtime.settings.voice.whisper, cores=this_machine().cores
    )


def _delivery_lines(turn: TurnEnded, got: Delivery) -> Iterator[str]:
    from jobcopilot.voice.delivery import USUAL

    yield f"{_clock(got.seconds)} min, {got.words} words, {got.voiced_seconds:.1f} s with voice"
    if got.speaking_rate is not None and got.articulation_rate is not None:
        usual = USUAL["speaking_rate"]
        yield f"  words a minute    {got.speaking_rate:.0f} ({got.articulation_rate:.0f} without pauses)"
        yield f"                    usual {usual.low:.0f} to {usual.high:.0f}: {usual.source}"
    yield f"  to the first word {turn.started:.1f} s"
    yield (
        f"  pauses            {len(got.pauses)}, the longest {got.longest_pause:.1f} s,"
        f" {got.pauses_mid_clause} in mid-clause"
    )
    kinds = ", ".join(f"{kind} {count}" for kind, count in got.fillers.items())
    yield f"  fillers           at least {got.fillers_at_least}{f': {kinds}' if kinds else ''}"
    yield f"  restarts          {got.restarts}"
    hedges = ", ".join(f"{kind} {count}" for kind, count in got.hedges.items())
    yield f"  hedges            {sum(got.hedges.values())}{f': {hedges}' if hedges else ''}"
    yield f"  I and we          {got.said_i} and {got.said_we}"


def _names(given: str) -> Iterator[str]:
    return (name.strip() for name in given.split(",") if name.strip())


def _clock(seconds: Any) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _decibels(level: Any) -> str:
    return "none heard" if level is None else f"{level:.0f} dB below full scale".replace("-", "")
