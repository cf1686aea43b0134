"""The speaking process: Piper, which is under the GPL and therefore runs apart and is imported nowhere else.

Started as `python -m jobcopilot.voice.engine.speaking_child VOICE.onnx`. Says `ready` or an error; then speaks what it
is asked to, one sentence after the other. Ends when its stdin does.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from jobcopilot.engines.frames import Frame, read_frame, take_stdout, write_frame
from jobcopilot.engines.leaving import leave_after
from jobcopilot.errors import JobcopilotError
from jobcopilot.text import clean_line
from jobcopilot.voice.port import SpeechFailed

if TYPE_CHECKING:
    from jobcopilot.voice.engine.audio import Samples


class SpeakingChild:
    """One voice, from its loading to the end."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._sentences: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self._hushed = 0
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._number = 0

    def take_requests(self, source: BinaryIO) -> None:
        """Take requests until the app is gone; then end at once."""
        while (frame := read_frame(source)) is not None:
            if frame.get("do") == "say":
                self._sentences.put(frame)
            elif frame.get("do") == "hush":
                with self._lock:
                    self._hushed = int(frame["number"])
                    if self._number <= self._hushed:
                        self._stop.set()
        os._exit(0)

    def serve(self, path: Path) -> None:
        """Load the voice, then speak until nobody asks any more."""
        try:
            voice, output = _load(path)
        except JobcopilotError as told:
            self._send(_refusal(told))
            return
        self._send({"ready": True, "output": output.name})
        while True:
            self._say(self._sentences.get(), voice, output)

    def _say(self, frame: Frame, voice: Any, output: Any) -> None:
        number = int(frame["number"])
        with self._lock:
            self._number = number
            self._stop.clear()
            if number <= self._hushed:
                self._stop.set()
        try:
            whole = output.play(
                self._sound(voice, str(frame["text"])),
                self._stop,
                lambda: self._send({"began": number}),
            )
            self._send({"ended": number, "whole": whole})
        except JobcopilotError as told:
            self._send({**_refusal(told), "number": number})

    def _sound(self, voice: Any, text: str) -> Iterator[Samples]:
        try:
            for chunk in voice.synthesize(text):
                yield chunk.audio_int16_array
        except Exception as fault:
            raise SpeechFailed(
                "Piper cannot speak this", f"{type(fault).__name__}: {clean_line(str(fault), 200)}"
            ) from fault

    def _send(self, frame: Frame) -> None:
        try:
            write_frame(self._out, frame)
        except OSError:
            os._exit(0)


def _load(path: Path) -> tuple[Any, Any]:
    """Return the voice and where it sounds. Raises `SpeechFailed`, `DeviceMissing`."""
    from jobcopilot.voice.engine.playing import Output

    try:
        from piper import PiperVoice

        voice = PiperVoice.load(path)
    except ImportError as missing:
        raise SpeechFailed(
            "Piper is not installed", str(missing), "pip install 'jobcopilot[speech]' (GPL)"
        ) from missing
    except Exception as broken:  # whatever the file makes onnxruntime and Piper raise
        raise SpeechFailed(
            "The voice cannot be loaded",
            f"{path}: {clean_line(str(broken), 200)}",
            "Fetch its .onnx and .onnx.json again.",
        ) from broken
    return voice, Output(int(voice.config.sample_rate))


def _refusal(told: JobcopilotError) -> Frame:
    return {"error": type(told).__name__, "title": told.title, "message": told.message, "hint": told.hint}


def main() -> None:
    """Serve until stdin ends."""
    child = SpeakingChild(take_stdout())
    threading.Thread(
        target=child.take_requests, args=(sys.stdin.buffer,), name="requests", daemon=True
    ).start()
    leave_after(lambda: child.serve(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
