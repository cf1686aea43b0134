"""Listening, as the app sees it: a process that is started, watched, and started again where it dies."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jobcopilot import errors
from jobcopilot.engines.frames import Frame
from jobcopilot.errors import JobcopilotError
from jobcopilot.voice import events, port
from jobcopilot.voice.events import Event, from_frame
from jobcopilot.voice.port import ListenerCrashed, VoiceError, Word
from jobcopilot.voice.process import COMMAND, ListeningProcess
from jobcopilot.voice.transcribing import LEADING_SILENCE

log = logging.getLogger(__name__)

_MOST_DEATHS: Final = 5
"""In a minute; then something is wrong that starting again does not mend."""
HANGS_SECONDS: Final = 120.0
"""Longest silence of a process that hears: it tells of the level ten times a second, but may load a model before, and
hear a last pass in between."""
_KEEP_SECONDS: Final = 900.0
"""Of writing a recording of hours."""
_BEFORE: Final = 2.0
"""Seconds of sound that are heard again after a death, so that the detector knows where it is."""


@dataclass(frozen=True, slots=True)
class ListenTo:
    """What to hear and how."""

    folder: Path
    """Where the recording is kept; one folder for each stream."""
    model: Path
    """Folder of a Whisper model in CTranslate2 form."""
    file: Path | None = None
    """A recording instead of a microphone."""
    real_time: bool = False
    """Whether a file is given as a microphone would."""
    turn_by_turn: bool = False
    """Whether a file waits at its begin and after each turn until `go`; not in real time."""
    device: str = ""
    """Empty: the system's own choice."""
    api: str = ""
    threads: int = 1
    hotwords: tuple[str, ...] = ()
    hands_free: bool = True
    """Without it only the key ends a turn."""
    push_to_talk: bool = False
    """Whether the microphone is closed until `hold` opens it, and ends a turn by being closed; not for files."""
    pauses_finished: tuple[float, ...] = ()
    pauses_open: tuple[float, ...] = ()


class Listener:
    """One stream from its start to its end, over as many processes as it takes."""

    def __init__(self, what: ListenTo, command: Sequence[str] = COMMAND) -> None:
        self._what = what
        self._command = command
        self.since = time.time()
        """When the stream began, in Unix time."""
        self._place = _Place()
        self._process: ListeningProcess | None = None
        self._lock = threading.Lock()
        """Of the process and `_closed`: whoever closes does not follow the events."""
        self._stopping = False
        self._muted = False
        self._held = what.push_to_talk
        self._waiting = what.turn_by_turn
        self._closed = threading.Event()
        self._done_of = 0
        """The turn that a key ended."""
        self._died: list[float] = []

    @property
    def pid(self) -> int | None:
        """The listening process's id while there is one."""
        return self._process.pid if self._process is not None else None

    def events(self) -> Iterator[Event]:
        """Start listening and yield what happens until the end.

        Raises `VoiceError` for what a person can mend and for a process that dies again and again, `BadInput` for a
        file that is no recording.
        """
        self._start()
        while (process := self._process) is not None:
            frame = self._next(process)
            if (event := from_frame(frame)) is not None:
                self._place.follow(event)
                if isinstance(event, events.TurnEnded):
                    self._waiting = self._what.turn_by_turn
                yield event
            elif "error" in frame:
                self.close()
                raise error_of(frame)
            elif "ended" in frame:
                self.close()
            elif frame.get("dead"):
                if self._closed.is_set():
                    return
                self._again(process.last_words())

    def _next(self, process: ListeningProcess) -> Frame:
        """Return what the process says next; one that hangs is ended, and that is what it says."""
        while True:
            try:
                return process.inbox.get(timeout=HANGS_SECONDS)
            except queue.Empty:
                if not (self._waiting or self._held):
                    log.warning("the listening process said nothing for %.0f seconds", HANGS_SECONDS)
                    process.kill()

    def done(self) -> None:
        """End the turn: the person says so."""
        self._done_of = self._place.turn
        self._send({"do": "done"})

    def mute(self, *, muted: bool) -> None:
        """Hear no voice for now, because the interviewer speaks; it is recorded all the same."""
        self._muted = muted
        if not muted:
            self._place.hear_from_here()
        self._send({"do": "mute" if muted else "unmute"})

    def hold(self, *, held: bool) -> None:
        """Close the microphone, which ends the turn, or open it; only with push-to-talk."""
        if held != self._held:
            self._held = held
            self._send({"do": "hold" if held else "talk"})

    def go(self) -> None:
        """Let a recording that waits go on: it is the person's turn."""
        self._waiting = False
        self._send({"do": "go"})

    def stop(self) -> None:
        """End listening; what was said is still heard to its end."""
        self._stopping = True
        self._send({"do": "stop"})

    def close(self) -> None:
        """End the process at once; what was recorded stays."""
        with self._lock:
            self._closed.set()
            process, self._process = self._process, None
        if process is not None:
            process.end()

    def _send(self, frame: Frame) -> None:
        if (process := self._process) is not None:
            process.send(frame)

    def _start(self) -> None:
        if self._closed.is_set():
            return
        what = self._what
        process = ListeningProcess(self._command)
        with self._lock:
            closed = self._closed.is_set()
            if not closed:
                self._process = process
        if closed:
            # Nobody would end it any more, and the microphone would stay open.
            process.end()
            return
        process.send(
            {
                "do": "listen",
                "folder": str(what.folder),
                "model": str(what.model),
                "file": str(what.file) if what.file is not None else "",
                "real_time": what.real_time,
                "since": self.since,
                "device": what.device,
                "api": what.api,
                "threads": what.threads,
                "hotwords": list(what.hotwords),
                "hands_free": what.hands_free,
                "push_to_talk": what.push_to_talk,
                "held": self._held,
                # The process may have died of the turn's last pass.
                "done": self._place.speaking and self._done_of == self._place.turn,
                "pauses_finished": list(what.pauses_finished),
                "pauses_open": list(what.pauses_open),
                "resume": self._place.frame(),
                "turn_by_turn": what.turn_by_turn,
                "waiting": self._waiting,
            }
        )
        if self._muted:
            process.send({"do": "mute"})
        if self._stopping:
            process.send({"do": "stop"})

    def _again(self, why: str) -> None:
        """Start a process where the last one died. Raises `ListenerCrashed`."""
        now = time.monotonic()
        self._died = [*(one for one in self._died if now - one < 60), now]
        log.warning("the listening process died: %s", why)
        self._process = None
        if len(self._died) > _MOST_DEATHS:
            raise ListenerCrashed(
                "Listening dies again and again",
                why,
                "Go on by typing; what was said so far is kept. See: jobcopilot doctor",
            )
        self._start()


class _Place:
    """Where on the stream the app is, for a process that takes over."""

    def __init__(self) -> None:
        self.turn = 0
        self.revision = 0
        self.at = 0.0
        self._from = 0.0
        """Where the turn may begin at the earliest: what lies before was heard, or is not the person's."""
        self.started = 0.0
        self.settled = 0.0
        self.speaking = False
        self.confirmed: list[Word] = []
        self._newest = 0.0

    def hear_from_here(self) -> None:
        """What was recorded until now is not to be heard, whoever takes over: the interviewer spoke."""
        if not self.speaking:
            self.at = self._from = max(self.at, self._newest)

    def follow(self, event: Event) -> None:
        """Take in what happened."""
        self._newest = max(self._newest, event.at)
        match event:
            case events.TurnStarted():
                self.turn, self.revision, self.speaking = event.turn, 0, True
                self.started, self.settled = event.started, max(0.0, event.started - LEADING_SILENCE)
                self.confirmed = []
            case events.TurnResumed():
                self.revision = event.revision
            case events.Transcribed():
                self.confirmed += event.confirmed
                self.settled = event.settled
            case events.TurnEnded():
                self.speaking, self.at, self._from = False, event.at, event.at
            case events.Level() if not self.speaking:
                self.at = max(self.at, event.at - _BEFORE)

    def frame(self) -> Frame:
        """Return it for the listening process."""
        if not self.speaking:
            return {"at": self.at, "turn": self.turn, "revision": self.revision}
        return {
            # From its begin, so that all of it is measured and not only what comes after the death.
            "at": max(self._from, self.started - _BEFORE),
            "follows": max(self._from, self.settled - _BEFORE),
            "turn": self.turn,
            # What was begun for the revision before is void: its last pass died with the process.
            "revision": self.revision + 1,
            "speaking": True,
            "started": self.started,
            "settled": self.settled,
            "confirmed": [
                {"text": word.text, "start": word.start, "end": word.end, "probability": word.probability}
                for word in self.confirmed
            ],
        }


def ask_once(request: Frame, command: Sequence[str] = COMMAND, *, patience: float = HANGS_SECONDS) -> Any:
    """Ask a listening process one thing and return its answer, which it has to begin within so many seconds.

    Raises `VoiceError` and others in the child's words.
    """
    process = ListeningProcess(command)
    answer: Any = None
    try:
        process.send(request)
        while True:
            try:
                frame = process.inbox.get(timeout=patience)
            except queue.Empty:
                raise ListenerCrashed(
                    "The listening process hangs",
                    f"it said nothing for {patience:.0f} seconds",
                    "The sound system may not answer: restart it, or see: jobcopilot doctor",
                ) from None
            if "error" in frame:
                raise error_of(frame)
            if frame.get("dead"):
                raise ListenerCrashed("The listening process died", process.last_words(), "Try once more.")
            if "ended" in frame:
                return answer
            answer = next(iter(frame.values()))
    finally:
        process.end()


def microphones(command: Sequence[str] = COMMAND) -> list[dict[str, Any]]:
    """Return what can record: name, api, rate, channels, default, note. Raises `DeviceMissing`."""
    listed: list[dict[str, Any]] = ask_once({"do": "devices"}, command)
    return listed


def check_microphone(
    device: str = "", api: str = "", seconds: float = 3.0, command: Sequence[str] = COMMAND
) -> dict[str, Any]:
    """Listen for some seconds and return level, noise, voice and troubles. Raises `DeviceMissing`, `DeviceLost`."""
    found: dict[str, Any] = ask_once(
        {"do": "check", "device": device, "api": api, "seconds": seconds},
        command,
        patience=seconds + HANGS_SECONDS,
    )
    return found


def keep_recording(folder: Path, command: Sequence[str] = COMMAND) -> Path:
    """Turn the raw parts of a stream into one FLAC and return it. Raises `StorageError`."""
    return Path(ask_once({"do": "keep", "folder": str(folder)}, command, patience=_KEEP_SECONDS))


def error_of(frame: Frame) -> JobcopilotError:
    """Return the error that the listening process told."""
    name = str(frame["error"])
    kind = getattr(port, name, None) or getattr(errors, name, None) or VoiceError
    told: JobcopilotError = kind(frame["title"], frame["message"], frame["hint"])
    return told
