"""The listening process: records first, then loads its models, then follows what was recorded.

Started as `python -m jobcopilot.voice.engine.child`. Three threads: one writes what the source gives to the disk and
does nothing else, one reads what the app asks, the main one hears. Whatever native code prints goes to stderr.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from jobcopilot.engines.frames import Frame, read_frame, take_stdout, write_frame
from jobcopilot.engines.leaving import leave_after
from jobcopilot.errors import JobcopilotError
from jobcopilot.text import clean_line
from jobcopilot.voice import events
from jobcopilot.voice.engine.switch import Moved, Switch, SwitchedMicrophone
from jobcopilot.voice.port import BLOCK, RATE, Span, VoiceError, Word
from jobcopilot.voice.sentences import WrittenSentences
from jobcopilot.voice.turns import PauseMemory, TurnDetector

if TYPE_CHECKING:
    from jobcopilot.voice.engine.hearing import Hearing, Resuming
    from jobcopilot.voice.engine.recording import Recording
    from jobcopilot.voice.engine.sources import Source

_CHUNK: Final = 64 * BLOCK
_IDLE_SECONDS: Final = 0.05
"""How long nothing may be looked at while nothing new was recorded."""
_HELD_SECONDS: Final = 1.0
"""The same while the microphone is closed: its first sound and the end of all wake whoever waits."""

_FIRST_SECONDS: Final = 10.0
"""How long a device may take to begin; its source gives up before."""


class Child:
    """One stream, from the first request to the end."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._sending = threading.Lock()
        self._stop = threading.Event()
        self._go = threading.Event()
        """Whether a recording may go on; one that is given turn by turn waits for it."""
        self._turn_by_turn = False
        self._switch = Switch()
        """Opens and closes the microphone with push-to-talk."""
        self._held = False
        """Whether it is closed, and everything before was heard."""
        self._controls: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        """What the person pressed, each with the sample of the stream at which they did."""
        self._pressed: deque[tuple[int, str]] = deque()
        self._live: Recording | None = None
        """What is being recorded of a source that does not wait."""
        self._failed: JobcopilotError | None = None
        self.work: queue.SimpleQueue[Frame] = queue.SimpleQueue()

    def take_requests(self, source: BinaryIO) -> None:
        """Take requests until the app is gone; then end at once: everything recorded is on the disk."""
        while (frame := read_frame(source)) is not None:
            match frame.get("do"):
                case "stop":
                    self._stop.set()
                    self._go.set()
                    self._switch.end()
                case "talk":
                    self._switch.talk()
                case "hold":
                    self._switch.hold()
                case "go":
                    self._go.set()
                case "done" | "mute" | "unmute":
                    # A recording has no "now", and what comes before the first sample holds for all of them.
                    recording = self._live
                    self._controls.put((recording.end if recording is not None else 0, str(frame["do"])))
                case _:
                    if frame.get("push_to_talk") and not frame["held"]:
                        # Here, where the key's presses come in: none of them is older.
                        self._switch.talk()
                    self.work.put(frame)
        os._exit(0)

    def serve(self) -> None:
        """Do what the one request asks; what a person can meet is told in its own words."""
        frame = self.work.get()
        try:
            match frame["do"]:
                case "listen":
                    self._listen(frame)
                case "devices":
                    self._devices()
                case "keep":
                    self._keep(frame)
                case "check":
                    self._check(frame)
                case errand:
                    from jobcopilot.voice.engine.errands import ERRANDS

                    self.send(ERRANDS[errand](frame, self._stop))
            self.send({"ended": True})
        except JobcopilotError as told:
            self.send(_refusal(told))
        except ImportError as missing:
            self.send(
                _refusal(
                    VoiceError(
                        "Nothing installed can listen",
                        clean_line(str(missing), 200),
                        "pip install 'jobcopilot[voice]'. Typing works without it.",
                    )
                )
            )

    def _devices(self) -> None:
        import dataclasses

        from jobcopilot.voice.engine.microphone import microphones

        self.send({"devices": [dataclasses.asdict(one) for one in microphones()]})

    def _keep(self, frame: Frame) -> None:
        from jobcopilot.voice.engine.recording import keep_as_flac

        self.send({"kept": str(keep_as_flac(Path(frame["folder"])))})

    def _check(self, frame: Frame) -> None:
        from jobcopilot.voice.engine.checking import check

        self.send({"check": check(frame["device"], frame["api"], frame["seconds"], self._stop)})

    def _listen(self, frame: Frame) -> None:
        from jobcopilot.voice.engine.recording import Recording

        pushes = frame.get("push_to_talk", False)
        source = self._switched(frame) if pushes else _source(frame)
        self._turn_by_turn = frame.get("turn_by_turn", False)
        if not frame.get("waiting"):
            self._go.set()
        # While the microphone was closed, nothing was missed.
        recording = Recording(Path(frame["folder"]), live=source.live and not (pushes and frame["held"]))
        self._live = recording if source.live else None
        # What was pressed before comes after all that was recorded before.
        if pushes and frame["held"]:
            self._controls.put((recording.begin, "held"))
        elif frame.get("done"):
            self._controls.put((recording.begin, "done"))
        threading.Thread(target=self._record, args=(source, recording), name="record", daemon=True).start()
        try:
            self._hear(frame, source, recording)
        finally:
            self._stop.set()
            self._switch.end()
            recording.release()
        if self._failed is not None:
            raise self._failed

    def _switched(self, frame: Frame) -> Source:
        """Return a microphone that the person's key opens. Raises `DeviceMissing`."""
        from jobcopilot.voice.engine.microphone import Microphone, found

        device, api = frame["device"], frame["api"]
        return SwitchedMicrophone(
            lambda: Microphone(device, api), self._switch, self._moved, *found(device, api)
        )

    def _moved(self, to: Moved) -> None:
        """Take note of where in the recording the microphone was opened or closed."""
        self._controls.put((self._live.end if self._live is not None else 0, to))

    def _record(self, source: Source, recording: Recording) -> None:
        """Write what the source gives until it ends."""
        try:
            for block in source.blocks(self._stop, recording.begin):
                recording.append(block)
        except JobcopilotError as told:
            self._failed = told
        except Exception as fault:  # noqa: BLE001  # the thread's outermost boundary: hearing ends what was said
            self._failed = VoiceError("The sound stopped", f"{type(fault).__name__}: {fault}")
        finally:
            recording.finish()

    def _hear(self, frame: Frame, source: Source, recording: Recording) -> None:
        """Follow the recording to its end."""
        from jobcopilot.voice.engine.audio import as_floats
        from jobcopilot.voice.engine.hearing import Hearing
        from jobcopilot.voice.engine.passes import PassesBeside, PassesHere
        from jobcopilot.voice.engine.silero import Silero
        from jobcopilot.voice.engine.whisper import Whisper

        resuming = _resuming(frame.get("resume") or {})
        if recording.lost is not None:
            begin, length = recording.lost
            self._tell(
                events.Lost(at=begin / RATE, seconds=length / RATE, why="the listening process was restarted")
            )
        detector = Silero()
        whisper = Whisper(Path(frame["model"]), threads=frame["threads"], hotwords=frame["hotwords"])

        def recognise(window: Span) -> Sequence[Word]:
            first = round(window.start * RATE)
            return whisper.recognise(as_floats(recording.read(first, round(window.end * RATE))), first / RATE)

        pauses = PauseMemory(list(frame["pauses_finished"]), list(frame["pauses_open"]))
        turns = TurnDetector(WrittenSentences(), pauses, hands_free=frame["hands_free"])
        passes = PassesBeside(recognise) if source.live else PassesHere(recognise)
        hearing = Hearing(detector, passes, turns, self._tell, resuming)
        # Whoever is told that they are listened to may speak: not before the first sample is here.
        if not frame.get("push_to_talk"):
            recording.wait_beyond(recording.begin + 1, _FIRST_SECONDS)
            self._tell(events.Listening(at=resuming.at, source=source.name, rate=source.rate))
        self._follow(hearing, recording, source, round(resuming.at * RATE))
        hearing.finish()
        self._tell(
            events.Stopped(
                at=hearing.at,
                turn=hearing.turn,
                samples=recording.end,
                passes=hearing.passes_run,
                passes_dropped=hearing.passes_dropped,
                pauses_finished=tuple(pauses.finished),
                pauses_open=tuple(pauses.open),
            )
        )

    def _follow(self, hearing: Hearing, recording: Recording, source: Source, at: int) -> None:
        """Give the hearing every sample in its order, the person's keys where they were pressed."""
        from jobcopilot.voice.engine.recording import gaps_of, parts_of

        gaps = deque(gap for gap in gaps_of(parts_of(recording.folder)) if sum(gap) > at)
        while True:
            if gaps and at >= gaps[0][0]:
                at = sum(gaps.popleft())
                hearing.skip(at / RATE)
            recording.wait_beyond(at + BLOCK, _HELD_SECONDS if self._held else _IDLE_SECONDS)
            complete = recording.complete
            if lost := source.lost():
                why = "the machine was too busy to take the sound"
                self._tell(events.Lost(at=recording.end / RATE, seconds=lost / RATE, why=why))
            limit = gaps[0][0] if gaps else recording.end
            samples = recording.read(at, min(limit, at + _CHUNK))
            over = (complete or bool(gaps)) and at + samples.size >= limit
            whole = samples.size if over else samples.size // BLOCK * BLOCK
            for first in range(0, whole, BLOCK):
                self._go.wait()
                self._press(hearing, source, at + first)
                hearing.hear(samples[first : min(first + BLOCK, whole)])
            at += whole
            if not whole:
                hearing.collect()
            self._press(hearing, source, at + (0 if whole else BLOCK))
            if complete and at >= recording.end:
                return

    def _press(self, hearing: Hearing, source: Source, at: int) -> None:
        """Do, or tell, what was pressed up to a sample."""
        while not self._controls.empty():
            self._pressed.append(self._controls.get_nowait())
        while self._pressed and self._pressed[0][0] <= at:
            key = self._pressed.popleft()[1]
            if key == "open":
                self._held = False
                self._tell(events.Listening(at=hearing.at, source=source.name, rate=source.rate))
            elif key == "held":
                hearing.done()
                self._held = True
                self._tell(events.Held(at=hearing.at, turn=hearing.turn, revision=hearing.revision))
            elif key == "done":
                hearing.done()
            else:
                hearing.muted = key == "mute"

    def _tell(self, event: events.Event) -> None:
        if self._turn_by_turn and isinstance(event, events.TurnEnded) and not self._stop.is_set():
            self._go.clear()
        self.send(events.to_frame(event))

    def send(self, frame: Frame) -> None:
        """Send a frame; without an app there is nobody to work for."""
        try:
            with self._sending:
                write_frame(self._out, frame)
        except OSError:
            os._exit(0)


def _source(frame: Frame) -> Source:
    """Open what is to be heard. Raises `DeviceMissing`."""
    if file := frame.get("file"):
        from jobcopilot.voice.engine.sources import FileSource

        return FileSource(Path(file), real_time=frame["real_time"], since=frame["since"])
    from jobcopilot.voice.engine.microphone import Microphone

    return Microphone(frame["device"], frame["api"])


def _resuming(given: Frame) -> Resuming:
    from jobcopilot.voice.engine.hearing import Resuming

    words = tuple(Word(**word) for word in given.get("confirmed", ()))
    return Resuming(**{**given, "confirmed": words})


def _refusal(told: JobcopilotError) -> Frame:
    return {"error": type(told).__name__, "title": told.title, "message": told.message, "hint": told.hint}


def main() -> None:
    """Serve one request, or until stdin ends."""
    child = Child(take_stdout())
    threading.Thread(
        target=child.take_requests, args=(sys.stdin.buffer,), name="requests", daemon=True
    ).start()
    leave_after(child.serve)


if __name__ == "__main__":
    main()
