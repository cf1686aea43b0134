"""A session held by voice on the command line: what is heard and said is printed as it comes, keys do the rest."""

from __future__ import annotations

import dataclasses
import json
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

import typer

from jobcopilot.cli.output import complain, say
from jobcopilot.errors import UsageError
from jobcopilot.voice.turns import TurnTaking

if TYPE_CHECKING:
    from jobcopilot.practice.session_events import Event as SessionEvent
    from jobcopilot.practice.spoken.port import Spoken, SpokenEvent, SpokenHow
    from jobcopilot.runtime import Runtime

KEYS: Final = (
    "enter: done, or write an answer · /go-on (I was not finished) /repeat /skip /hint /stop (the interviewer) /pause"
    " /type (or hear again) /end · ctrl+c leaves, all is kept"
)

Voice = Annotated[bool, typer.Option("--voice", help="Speak; nothing that is heard leaves this machine.")]
Device = Annotated[
    str | None,
    typer.Option("--device", metavar="NAME", help="With --voice: the microphone. Default: as set."),
]
Api = Annotated[
    str | None,
    typer.Option("--api", metavar="NAME", help="With --device: its host API, where two share the name."),
]
Whisper = Annotated[
    str | None, typer.Option("--whisper", metavar="NAME|DIR", help="With --voice: the model that hears.")
]
Names = Annotated[
    str | None,
    typer.Option("--hotwords", metavar="WORDS", help="With --voice: names to expect. Default: the job's."),
]
TurnsBy = Annotated[
    str | None,
    typer.Option(
        "--turns",
        metavar="MODE",
        help="With --voice: hands-free (silence ends an answer), done (enter ends it), or push-to-talk (enter opens the"
        " microphone, and ends it). Default: as set.",
    ),
]
Aloud = Annotated[
    str | None,
    typer.Option("--aloud", metavar="VOICE|system", help="With --voice: have the questions spoken."),
]
Recording = Annotated[
    Path | None,
    typer.Option("--file", metavar="RECORDING", help="With --voice: heard instead of a microphone."),
]
Fast = Annotated[bool, typer.Option("--fast", help="With --file: as fast as it goes, waiting for each turn.")]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `--voice`, as they are given; None: as set."""

    voice: bool
    device: str | None
    api: str | None
    whisper: str | None
    names: str | None
    turns: str | None
    aloud: str | None
    file: Path | None
    fast: bool

    def how(self, runtime: Runtime, script: object) -> SpokenHow | None:
        """Return how a session is spoken, None where it is typed. Raises `UsageError` where they do not fit."""
        given = {
            "device": self.device, "api": self.api, "model": self.whisper, "turn_taking": self.turns,
            "voice": self.aloud, "file": None if self.file is None else str(self.file),
            "real_time": False if self.fast else None,
            "hotwords": None if self.names is None else tuple(filter(None, map(str.strip, self.names.split(",")))),
        }  # fmt: skip
        chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if not self.voice:
            if chosen:
                raise UsageError("Such options go with --voice", hint="Add --voice, or leave them out.")
            return None
        if self.turns is not None and self.turns not in get_args(TurnTaking):
            raise UsageError(
                "No such way to take turns", self.turns, f"One of: {', '.join(get_args(TurnTaking))}."
            )
        if self.turns == "push-to-talk" and self.file is not None:
            raise UsageError(
                "A recording is heard without being asked", "--turns push-to-talk and --file", "Choose one."
            )
        if script is not None:
            raise UsageError(
                "Answers are spoken or read from a script", "--voice and --answers", "Choose one."
            )
        if self.file is not None and not self.file.is_file():
            raise UsageError("There is no such recording", str(self.file), "Check the path.")
        if self.fast and self.file is None:
            raise UsageError("Only a recording is heard faster than it was spoken", "--fast", "Add --file.")
        return replace(runtime.spoken_how(), **chosen)


def hold_aloud(runtime: Runtime, session_id: int, how: SpokenHow, *, as_json: bool) -> bool:
    """Hold a session until it is over or left; return whether it is over. Ctrl+C raises, with everything kept."""
    spoken = runtime.spoken_session(session_id, how)
    reads = sys.stdin.isatty()
    if reads:
        threading.Thread(target=_read_keys, args=(spoken,), name="keys", daemon=True).start()
        if not as_json:
            say(KEYS, at_once=True)
    show = _tell_json if as_json else Showing().show
    events = spoken.events()
    try:
        for event in events:
            show(event)
            if spoken.state == "failed" or (spoken.state in ("typing", "waiting") and not reads):
                # Nobody is there who could type, or press the key that opens the microphone.
                spoken.close()
    finally:
        events.close()  # type: ignore[attr-defined]  # a generator: leaving it keeps what was heard
    over = spoken.session.status == "completed"
    if over:
        _hear_again(runtime, session_id, how.model, as_json=as_json)
    return over


def _hear_again(runtime: Runtime, session_id: int, whisper: str, *, as_json: bool) -> None:
    from jobcopilot.runtime.recordings import after_session

    if not as_json:
        say("Listening once more for what the transcript left out …", at_once=True)
    after_session(runtime, session_id, whisper=whisper)


def _read_keys(spoken: Spoken) -> None:
    for line in sys.stdin:
        press(spoken, line.strip())
    spoken.close()


def press(spoken: Spoken, line: str) -> None:
    """Do what a line at the terminal means."""
    match line:
        case "":
            spoken.talk()
        case "/go-on":
            spoken.go_on()
        case "/repeat":
            spoken.repeat()
        case "/skip":
            spoken.skip()
        case "/hint":
            spoken.act(lambda session: session.hint())
        case "/stop":
            spoken.interrupt()
        case "/pause":
            spoken.pause()
        case "/type":
            spoken.type_instead()
        case "/end":
            spoken.act(lambda session: session.end())
        case _ if line.startswith("/") and " " not in line:
            complain(f"There is no command {line}. There are: {KEYS}")
        case _:
            spoken.answer(line)


class Showing:
    """Prints a spoken session; what may still change is not printed."""

    def __init__(self) -> None:
        self._shown = ""
        """What stands in the person's line."""

    def show(self, event: SpokenEvent) -> None:
        """Print an event."""
        from jobcopilot.practice.spoken import port

        match event:
            case port.StateChanged(state="waiting"):
                self._line("(the microphone is closed: enter talks)")
            case port.StateChanged(state=state):
                if state in ("listening", "starting", "paused", "typing"):
                    self._line(f"({state})")
            case port.WordsHeard(confirmed=confirmed):
                self._grow(confirmed)
            case port.AnswerHeard(message=message):
                if message.text != self._shown:
                    self._line(f"you: {message.text}")
                self._line()
            case port.Withdrawn():
                self._line("(you go on)")
            case port.Said(event=said):
                self._said(said)
            case port.Told(title=title, message=message, hint=hint):
                self._line()
                complain(f"{title}: {message}." if message else title, hint)

    def _grow(self, confirmed: str) -> None:
        if not confirmed or confirmed == self._shown:
            return
        if self._shown and confirmed.startswith(self._shown):
            sys.stdout.write(confirmed[len(self._shown) :])
        else:
            self._line()
            sys.stdout.write(f"you: {confirmed}")
        self._shown = confirmed
        sys.stdout.flush()

    def _said(self, said: SessionEvent) -> None:
        from jobcopilot.cli.practice_talk import tell

        self._line()
        tell(said)

    def _line(self, words: str = "") -> None:
        """End the person's line where it is begun, then print."""
        if self._shown:
            say()
            self._shown = ""
        if words:
            say(words, at_once=True)


def _tell_json(event: SpokenEvent) -> None:
    """Print an event as one line of JSON: its name, and what it tells."""
    sys.stdout.write(f"{json.dumps(event_object(event), ensure_ascii=False)}\n")
    sys.stdout.flush()


def event_object(event: Any) -> dict[str, Any]:
    """Return an event as JSON has it; what the session tells is named by itself."""
    from jobcopilot.practice.spoken.codes import kebab
    from jobcopilot.practice.spoken.port import Said

    if isinstance(event, Said):
        event = event.event
    told: dict[str, Any] = json.loads(
        json.dumps(dataclasses.asdict(event), default=lambda moment: moment.isoformat())
    )
    return {"event": kebab(type(event).__name__)} | told
