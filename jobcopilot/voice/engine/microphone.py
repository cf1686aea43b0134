"""A microphone through PortAudio: found by name, opened at its own rate, read into a ring that nothing else touches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from jobcopilot.text import clean_line
from jobcopilot.voice.engine.audio import Blocks, Resampler, Samples
from jobcopilot.voice.port import BLOCK_SECONDS, RATE, DeviceLost, DeviceMissing

_RING_SECONDS: Final = 30
"""So long may everything else stand still before a sample is lost."""
_SILENT_SECONDS: Final = 2.0
"""A device that calls nobody for so long is gone."""
_FIRST_SECONDS: Final = 8.0
"""Bluetooth headsets change their profile and sound servers wake up before the first sample comes."""
_LOW_RATES: Final = (8_000, 16_000, 24_000)
"""What Bluetooth headsets offer while their microphone is open."""


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone, known by its name and host API: indices change when something is plugged in."""

    name: str
    api: str
    rate: int
    channels: int
    default: bool
    note: str = ""


def portaudio() -> Any:
    """Return sounddevice. Raises `DeviceMissing` where it or PortAudio is not there."""
    try:
        import sounddevice
    except ImportError as missing:
        raise DeviceMissing(
            "Nothing installed can open a microphone",
            "sounddevice is missing",
            "pip install 'jobcopilot[voice]'",
        ) from missing
    except OSError as missing:
        raise DeviceMissing(
            "PortAudio is not there",
            clean_line(str(missing), 200),
            "On Debian and Ubuntu: sudo apt install libportaudio2. Typing works without it.",
        ) from missing
    return sounddevice


def microphones() -> list[Device]:
    """Return what can record. Raises `DeviceMissing` where there is no PortAudio."""
    sounddevice = portaudio()
    apis = sounddevice.query_hostapis()
    default = sounddevice.default.device[0]
    found = []
    for number, each in enumerate(sounddevice.query_devices()):
        if each["max_input_channels"] < 1:
            continue
        rate = int(each["default_samplerate"])
        low = rate in _LOW_RATES and any(
            word in each["name"].lower() for word in ("bluetooth", "headset", "airpods")
        )
        note = (
            "a headset on Bluetooth sounds like a telephone; one with a cable is heard better" if low else ""
        )
        name, api = clean_line(each["name"], 120), clean_line(apis[each["hostapi"]]["name"], 60)
        found.append(Device(name, api, rate, int(each["max_input_channels"]), number == default, note))
    return found


def _number_of(sounddevice: Any, name: str, api: str) -> int:
    """Return the index that a device has now. Raises `DeviceMissing`."""
    apis = sounddevice.query_hostapis()
    devices = list(sounddevice.query_devices())
    inputs = [(number, each) for number, each in enumerate(devices) if each["max_input_channels"] > 0]
    if not inputs:
        raise DeviceMissing(
            "There is no microphone", "the system offers none", "Plug one in, or go on by typing."
        )
    if not name:
        default = int(sounddevice.default.device[0])
        return default if default >= 0 else inputs[0][0]
    for number, each in inputs:
        if clean_line(each["name"], 120) == name and api in (
            "",
            clean_line(apis[each["hostapi"]]["name"], 60),
        ):
            return number
    raise DeviceMissing(
        "That microphone is not there",
        f"{name}{f' ({api})' if api else ''}",
        "See what is there: jobcopilot voice devices",
    )


def found(name: str = "", api: str = "") -> tuple[str, int]:
    """Return name and rate of a microphone that is not opened. Raises `DeviceMissing`."""
    sounddevice = portaudio()
    told = sounddevice.query_devices(_number_of(sounddevice, name, api))
    return clean_line(told["name"], 120), int(told["default_samplerate"])


class Ring:
    """Samples between the sound card's thread and ours: allocated once, written by one, read by the other."""

    def __init__(self, size: int) -> None:
        self._kept = np.zeros(size, np.int16)
        self.written = 0
        self.read = 0
        self.missed = 0
        """Samples that were overwritten before anybody read them."""

    def write(self, samples: Samples) -> None:
        """Put samples in; called by the sound card's thread."""
        size, at = self._kept.size, self.written % self._kept.size
        first = min(samples.size, size - at)
        self._kept[at : at + first] = samples[:first]
        self._kept[: samples.size - first] = samples[first:]
        # Last: what is counted is there.
        self.written += samples.size

    def take(self) -> Samples:
        """Return what came since; called by the reader."""
        written, size = self.written, self._kept.size
        if written - self.read > size:
            self.missed += written - self.read - size
            self.read = written - size
        begin, end = self.read % size, written % size
        if written == self.read:
            return np.zeros(0, np.int16)
        taken = (
            self._kept[begin:end].copy()
            if begin < end
            else np.concatenate((self._kept[begin:], self._kept[:end]))
        )
        self.read = written
        return taken


class Microphone:
    """One microphone, found again by name each time it is opened."""

    live = True

    def __init__(self, name: str = "", api: str = "") -> None:
        sounddevice = portaudio()
        number = _number_of(sounddevice, name, api)
        told = sounddevice.query_devices(number)
        self.name = clean_line(told["name"], 120)
        self.rate = int(told["default_samplerate"])
        self._ring = Ring(self.rate * _RING_SECONDS)
        self._overflows = 0
        self._told_lost = 0
        try:
            self._stream = sounddevice.InputStream(
                device=number,
                samplerate=self.rate,
                channels=1,
                dtype="int16",
                blocksize=round(self.rate * BLOCK_SECONDS),
                latency="high",
                callback=self._take,
            )
            self._stream.start()
        except sounddevice.PortAudioError as refused:
            raise DeviceMissing(
                "The microphone cannot be opened",
                f"{self.name}: {clean_line(str(refused), 200)}",
                "Close what else uses it, or choose another: jobcopilot voice devices",
            ) from refused

    def _take(self, data: Any, frames: int, when: Any, status: Any) -> None:
        # The sound card's own thread: anything else here would cost samples.
        if status.input_overflow:
            self._overflows += 1
        self._ring.write(data[:, 0])

    def blocks(self, stop: threading.Event, first: int = 0) -> Iterator[Samples]:
        """Yield blocks as they come. Raises `DeviceLost`."""
        resampler, cutter = Resampler(self.rate), Blocks()
        last, patience = time.monotonic(), _FIRST_SECONDS
        try:
            while not stop.wait(BLOCK_SECONDS / 2):
                samples = self._ring.take()
                if samples.size:
                    last, patience = time.monotonic(), _SILENT_SECONDS
                    yield from cutter.feed(resampler.feed(samples))
                elif not self._stream.active or time.monotonic() - last > patience:
                    raise DeviceLost(
                        "The microphone is gone",
                        f"{self.name} gives no more sound",
                        "Plug it in again and go on, or type. What was said so far is kept.",
                    )
        finally:
            self._close()
        yield from cutter.feed(resampler.feed(self._ring.take()))
        yield from cutter.feed(resampler.flush())
        rest = cutter.rest()
        if rest.size:
            yield rest

    def lost(self) -> int:
        """Return the samples at 16 kHz that were lost since last asked; an overflow counts as one block."""
        total = round(self._ring.missed * RATE / self.rate) + self._overflows * round(RATE * BLOCK_SECONDS)
        news, self._told_lost = total - self._told_lost, total
        return news

    def _close(self) -> None:
        # What a device that was pulled out answers to being closed is no news.
        self._stream.close(ignore_errors=True)
