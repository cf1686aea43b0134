"""Speech for tests: espeak-ng's sentences with known silences between them, and noises that are no speech."""

from __future__ import annotations

import functools
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jobcopilot.voice.port import Span

MODEL = Path(__file__).parents[1] / "data" / "voice" / "whisper-interview-tiny"
ESPEAK_RATE = 22_050
VOICES = ("en-us", "en-gb", "en-us+f3", "en-us+m3")
SENTENCES = (
    "we migrated a database with postgres last year",
    "my task was to help the customer",
    "um the result was that costs went down",
    "i led five engineers on the search service",
    "i learned kubernetes during the project",
)
"""What the tiny model hears without a fault."""
Sound = NDArray[np.int16]


@functools.cache
def say(text: str, voice: str = "en-us", speed: int = 150) -> Sound:
    """Return a sentence at espeak's own rate, without the silence around it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(
            ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(path), text], check=True, timeout=30
        )
        with wave.open(str(path)) as file:
            samples = np.frombuffer(file.readframes(-1), "<i2")
    loud = np.flatnonzero(np.abs(samples) > 160)
    return samples[loud[0] : loud[-1] + 1].astype(np.int16)


@dataclass(frozen=True)
class Answer:
    """An answer whose every second is known."""

    sound: Sound
    text: str
    spoken: tuple[Span, ...]


def answer(
    sentences: Sequence[str],
    pauses: Sequence[float],
    *,
    before: float = 1.0,
    after: float = 5.0,
    noise: float = 20.0,
    voices: Sequence[str] = VOICES,
    seed: int = 0,
) -> Answer:
    """Return sentences with a pause of so many seconds after each but the last, over a little noise."""
    rng = np.random.default_rng(seed)
    pieces: list[Sound] = [silence(before)]
    at, spoken = before, []
    for place, text in enumerate(sentences):
        said = say(text, str(rng.choice(list(voices))), int(rng.integers(130, 180)))
        spoken.append(Span(at, at + said.size / ESPEAK_RATE))
        gap = silence(pauses[place] if place < len(pauses) else after)
        pieces += [said, gap]
        at = spoken[-1].end + gap.size / ESPEAK_RATE
    clean = np.concatenate(pieces)
    return Answer(mixed(clean, noise, rng), " ".join(sentences), tuple(spoken))


def silence(seconds: float) -> Sound:
    """Return zeros."""
    return np.zeros(round(seconds * ESPEAK_RATE), np.int16)


def mixed(sound: Sound, noise: float, rng: np.random.Generator) -> Sound:
    """Return a sound over white noise of so many units."""
    loud: Sound = (sound + rng.normal(0, noise, sound.size)).clip(-32768, 32767).astype(np.int16)
    return loud


def fan(seconds: float, seed: int = 1) -> Sound:
    """Return a fan: low noise with the hum of its blades."""
    rng = np.random.default_rng(seed)
    count = round(seconds * ESPEAK_RATE)
    rough = np.convolve(rng.normal(0, 1, count), np.ones(60) / 60, "same")
    hum = 0.05 * np.sin(2 * np.pi * 120 * np.arange(count) / ESPEAK_RATE)
    return ((rough + hum) * 6_000).clip(-32768, 32767).astype(np.int16)


def keyboard(seconds: float, seed: int = 2) -> Sound:
    """Return typing: short clicks, five a second, none at the same distance."""
    rng = np.random.default_rng(seed)
    sound = rng.normal(0, 15, round(seconds * ESPEAK_RATE))
    for at in np.cumsum(rng.uniform(0.08, 0.35, round(seconds * 4))):
        begin = round(at * ESPEAK_RATE)
        click = rng.normal(0, 9_000, 500) * np.exp(-np.arange(500) / 60)
        part = sound[begin : begin + 500]
        part += click[: part.size]
    return sound.clip(-32768, 32767).astype(np.int16)


def chords(seconds: float, seed: int = 3) -> Sound:
    """Return music: chords of plucked strings."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * ESPEAK_RATE))
    for begin in range(0, sound.size, ESPEAK_RATE // 2):
        part = sound[begin : begin + ESPEAK_RATE]
        when = np.arange(part.size) / ESPEAK_RATE
        for note in rng.choice([220.0, 261.6, 329.6, 392.0, 440.0, 523.3], 3, replace=False):
            part += (
                3_000 * np.exp(-when * 3) * sum(np.sin(2 * np.pi * note * n * when) / n for n in (1, 2, 3, 4))
            )
    return sound.clip(-32768, 32767).astype(np.int16)


def write_wav(path: Path, sound: Sound, rate: int = ESPEAK_RATE) -> Path:
    """Write a sound as WAV and return its path."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.astype("<i2").tobytes())
    return path
