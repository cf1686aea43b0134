"""The Whisper models that are known to suit: size, memory and licence told before anything is fetched.

Sizes are those of model.bin as the hub lists it, rounded; what the hub says at the time is what is checked. Memory is
the listening process's peak with the model's shape in int8. Word errors are those of clean read English (LibriSpeech
test-clean, greedy) in Radford and others, "Robust Speech Recognition via Large-Scale Weak Supervision" (2022); where
only other figures were published there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SHARE: Final = 0.4
"""Of the machine's memory: a language model may lie beside it."""


@dataclass(frozen=True, slots=True)
class WhisperModel:
    """A model in CTranslate2 form that can be fetched by name."""

    name: str
    title: str
    repo: str
    size_bytes: int
    memory_bytes: int
    licence: str
    cores: int
    """From how many on it keeps up with somebody who speaks, beside the interviewer."""
    word_errors: float | None
    """In a hundred words of clean read English."""
    good_for: str


CATALOGUE: Final = (
    WhisperModel(
        "tiny.en", "Whisper tiny, English", "Systran/faster-whisper-tiny.en", 75_500_000, 264_000_000, "MIT", 1, 5.6,
        "machines that base.en is too slow for",
    ),
    WhisperModel(
        "base.en", "Whisper base, English", "Systran/faster-whisper-base.en", 145_000_000, 377_000_000, "MIT", 2, 4.2,
        "2 and 3 cores; the default there",
    ),
    WhisperModel(
        "distil-small.en", "Distil-Whisper small, English", "Systran/faster-distil-whisper-small.en", 332_000_000,
        628_000_000, "MIT", 4, None, "4 and 5 cores; the default there",
    ),
    WhisperModel(
        "small.en", "Whisper small, English", "Systran/faster-whisper-small.en", 484_000_000, 826_000_000, "MIT", 6,
        3.1, "6 cores and more; the default there",
    ),
)  # fmt: skip
"""Small ones first."""


def named(name: str) -> WhisperModel | None:
    """Return the model of that name, with or without what the hub puts before it."""
    short = name.strip().casefold().removeprefix("faster-whisper-").removeprefix("faster-")
    short = short.replace("distil-whisper-", "distil-")
    return next((model for model in CATALOGUE if model.name == short), None)


def suits(model: WhisperModel, cores: int, memory_bytes: int) -> bool:
    """Say whether a model keeps up and leaves room on a machine."""
    return model.cores <= cores and model.memory_bytes <= memory_bytes * _SHARE


def suiting(cores: int, memory_bytes: int) -> WhisperModel:
    """Return the best model that suits a machine; the smallest where none does: it is slow there, and it hears."""
    return next((model for model in reversed(CATALOGUE) if suits(model, cores, memory_bytes)), CATALOGUE[0])
