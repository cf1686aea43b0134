"""What the listening process does beside listening, one request a process: hear again, play, try itself."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from jobcopilot.engines.frames import Frame
from jobcopilot.errors import BadInput
from jobcopilot.voice.edges import STEP, floor_of, refined
from jobcopilot.voice.engine.audio import Samples, as_floats, decibels, read_audio
from jobcopilot.voice.engine.recording import parts_of, pieces_of
from jobcopilot.voice.heard_again import PROMPT, UNNAMED, FoundFiller, between, together, windows, wordless
from jobcopilot.voice.port import BLOCK, RATE, DeviceMissing, Span, Word
from jobcopilot.voice.vad import VoiceGate

_PITCHES: Final = (70, 400)
"""Hertz of voices."""
_HOP: Final = RATE // 100
_FRAME: Final = RATE // 25
_PERIODIC: Final = 0.5
_STEADY: Final = 0.12
"""Most that the pitch of a held "uh" wavers, as a part of it; a word of that length moves more."""


def sound_of(recording: Path, start: float = 0.0, end: float | None = None) -> Samples:
    """Return a stretch of a recording: a file, or the folder of a stream that is open. Raises `BadInput`."""
    pieces = pieces_of(parts_of(recording)) if recording.is_dir() else read_audio(recording)
    first, last = round(start * RATE), None if end is None else round(end * RATE)
    kept: list[Samples] = []
    at = 0
    for piece in pieces:
        if last is not None and at >= last:
            break
        kept.append(piece[max(0, first - at) : None if last is None else last - at])
        at += piece.size
    return np.concatenate(kept) if kept else np.zeros(0, np.int16)


def fillers(frame: Frame, stop: threading.Event) -> Frame:
    """Look for fillers that a transcript left out; see `voice.heard_again`."""
    from jobcopilot.voice.engine.whisper import Whisper

    _stand_back()
    start, end = float(frame["start"]), float(frame["end"])
    sound = sound_of(Path(frame["recording"]), start, end)
    known = [Word(text, begin, over) for text, begin, over in frame["words"]]
    voiced = [Span(span.start + start, span.end + start) for span in voiced_in(sound)]
    whisper = Whisper(Path(frame["model"]), threads=1)
    again: list[Word] = []
    for window in windows(voiced):
        if stop.is_set():
            break
        part = sound[
            max(0, round((window.start - start - 0.1) * RATE)) : round((window.end - start + 0.2) * RATE)
        ]
        again += whisper.recognise(as_floats(part), max(start, window.start - 0.1), prompt=PROMPT)
    held = [
        FoundFiller(span.start, UNNAMED)
        for span in wordless(voiced, known, again)
        if is_steady(sound[round((span.start - start) * RATE) : round((span.end - start) * RATE)])
    ]
    found = together(between(known, again), held)
    return {"fillers": [{"at": round(one.at, 3), "kind": one.kind} for one in found]}


def play(frame: Frame, stop: threading.Event) -> Frame:
    """Play a stretch of a recording. Raises `SpeechFailed`, `DeviceMissing`, `BadInput`."""
    from jobcopilot.voice.engine.playing import Output

    path, start = Path(frame["recording"]), max(0.0, float(frame["start"]))
    sound = sound_of(path, start, float(frame["end"]))
    if not sound.size:
        raise BadInput("There is no sound at that place", f"{path}, second {start:.1f}")
    whole = Output(RATE).play(_cut(sound), stop)
    return {"played": {"seconds": sound.size / RATE, "whole": whole}}


def probe(frame: Frame, stop: threading.Event) -> Frame:
    """Try once what could crash: PortAudio's list, Silero on silence, and Whisper where a model is given."""
    from jobcopilot.voice.engine.microphone import microphones
    from jobcopilot.voice.engine.silero import Silero

    told: dict[str, Any] = {"devices": [], "no_devices": None, "silero": True, "whisper": None}
    try:
        told["devices"] = [dataclasses.asdict(one) for one in microphones()]
    except DeviceMissing as missing:
        told["no_devices"] = {"title": missing.title, "message": missing.message, "hint": missing.hint}
    detector = Silero()
    for _ in range(RATE // BLOCK):
        detector.probability(np.zeros(BLOCK, np.float32))
    if frame.get("model"):
        from jobcopilot.voice.engine.whisper import Whisper

        whisper = Whisper(Path(frame["model"]), threads=1)
        whisper.recognise(np.zeros(RATE, np.float32), 0.0, most_tokens=4)
        told["whisper"] = round(whisper.load_seconds, 2)
    return {"probe": told}


ERRANDS: Final[dict[str, Callable[[Frame, threading.Event], Frame]]] = {
    "fillers": fillers,
    "play": play,
    "probe": probe,
}


def voiced_in(sound: Samples) -> tuple[Span, ...]:
    """Return the stretches of a sound with a voice in them, their edges on the sound."""
    from jobcopilot.voice.engine.silero import Silero

    detector, gate = Silero(), VoiceGate()
    quiet: list[float] = []
    step = round(STEP * RATE)
    levels: list[float] = []
    for block in _cut(sound):
        voiced = block.size == BLOCK and gate.feed(detector.probability(as_floats(block)))
        here = [decibels(block[at : at + step]) for at in range(0, block.size - block.size % step, step)]
        levels += here
        if not voiced:
            quiet += here
    return refined(gate.spans, levels, 0.0, floor_of(quiet))


def is_steady(sound: Samples) -> bool:
    """Say whether a sound is one held tone of a voice, as "uh" and "um" are and words are not.

    Each 40 ms the pitch by autocorrelation: nearly all periodic, and hardly wavering.
    """
    floats = as_floats(sound).astype(np.float64)
    pitches: list[float] = []
    frames = 0
    for at in range(0, floats.size - _FRAME + 1, _HOP):
        frames += 1
        part = floats[at : at + _FRAME] - floats[at : at + _FRAME].mean()
        power = float(part @ part)
        if power <= 0:
            continue
        alike = np.correlate(part, part, "full")[_FRAME - 1 :] / power
        low, high = RATE // _PITCHES[1], RATE // _PITCHES[0]
        best = low + int(alike[low:high].argmax())
        # The window holds less and less of the sound the further it is moved.
        if alike[best] * _FRAME / (_FRAME - best) >= _PERIODIC:
            pitches.append(RATE / best)
    if frames < 10 or len(pitches) < 0.8 * frames:
        return False
    middle = float(np.median(pitches))
    return float(np.median(np.abs(np.asarray(pitches) - middle))) <= _STEADY * middle


def _cut(sound: Samples) -> Iterator[Samples]:
    for at in range(0, sound.size, BLOCK):
        yield sound[at : at + BLOCK]


def _stand_back() -> None:
    """Let everything else go first: nobody waits for this."""
    import psutil

    niceness = 15
    if sys.platform == "win32":
        niceness = psutil.BELOW_NORMAL_PRIORITY_CLASS
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(niceness)
