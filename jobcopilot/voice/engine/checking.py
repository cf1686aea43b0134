"""A microphone tried for a few seconds: its level, its noise, what is wrong with it."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from jobcopilot.voice.edges import floor_of
from jobcopilot.voice.engine.audio import Samples, as_floats, decibels
from jobcopilot.voice.engine.microphone import Microphone
from jobcopilot.voice.engine.silero import Silero
from jobcopilot.voice.engine.watch import SoundWatch, Trouble
from jobcopilot.voice.port import BLOCK, RATE, DeviceLost
from jobcopilot.voice.vad import VoiceGate


def check(name: str, api: str, seconds: float, stop: threading.Event) -> dict[str, Any]:
    """Listen for some seconds and return what was found. Raises `DeviceMissing`, `DeviceLost`."""
    microphone = Microphone(name, api)
    heard: list[Samples] = []
    missing = 0.0
    total = 0
    for block in microphone.blocks(stop):
        heard.append(block)
        total += block.size
        if total >= seconds * RATE:
            stop.set()
    missing = microphone.lost() / RATE
    if not heard:
        raise DeviceLost("The microphone gave no sound", microphone.name, "Choose another, or type.")
    return {
        "device": microphone.name,
        "rate": microphone.rate,
        "seconds": total / RATE,
        "lost_seconds": missing,
        **look(heard),
    }


def look(blocks: list[Samples]) -> dict[str, Any]:
    """Return level, noise, voice and troubles of some blocks."""
    detector, gate, watch = Silero(), VoiceGate(), SoundWatch()
    troubles: list[Trouble] = []
    quiet: list[float] = []
    loud: list[float] = []
    for block in blocks:
        if trouble := watch.feed(block):
            troubles.append(trouble)
        voiced = block.size == BLOCK and gate.feed(detector.probability(as_floats(block)))
        (loud if voiced else quiet).append(decibels(block))
    peak = max(float(np.abs(as_floats(block)).max()) for block in blocks if block.size)
    return {
        "peak": round(peak, 3),
        "noise_decibels": round(floor_of(quiet), 1) if quiet else None,
        "voice_decibels": round(float(np.median(loud)), 1) if loud else None,
        "voiced_seconds": round(sum(span.seconds for span in gate.spans), 2),
        "troubles": [
            {"code": one.code, "title": one.title, "message": one.message, "hint": one.hint}
            for one in troubles
        ],
    }
