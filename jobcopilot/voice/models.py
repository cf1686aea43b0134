"""Which Whisper model hears: a folder in CTranslate2 form, named or the best one that is here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jobcopilot.voice.port import SpeechModelMissing

BY_SIZE: Final = ("small.en", "distil-small.en", "base.en", "tiny.en")
"""Best first; the larger ones need four cores to keep up with somebody who speaks."""
_FOR_TWO_CORES: Final = ("base.en", "tiny.en")


def models_folder(models: Path) -> Path:
    """Return where Whisper models lie among all models."""
    return models / "whisper"


def find_model(models: Path, given: str = "", *, cores: int = 2) -> Path:
    """Return a model's folder by path or name, else the best here for so many cores. Raises `SpeechModelMissing`."""
    folder = models_folder(models)
    if given:
        for place in (Path(given).expanduser(), folder / given, folder / f"faster-whisper-{given}"):
            if (place / "model.bin").is_file():
                return place
        raise SpeechModelMissing(
            "That Whisper model is not there",
            f"neither {given} nor {folder / given} holds a model.bin",
            "Give the folder of a model in CTranslate2 form.",
        )
    here = sorted(place.parent for place in folder.glob("*/model.bin"))
    for name in BY_SIZE if cores >= 4 else (*_FOR_TWO_CORES, *BY_SIZE):
        for place in here:
            if place.name in (name, f"faster-whisper-{name}", f"faster-{name}"):
                return place
    if here:
        return here[0]
    raise SpeechModelMissing(
        "There is no Whisper model to hear with",
        f"{folder} is empty",
        "Put the files of huggingface.co/Systran/faster-whisper-base.en (148 MB) into"
        f" {folder / 'base.en'}, or give a folder with --model.",
    )
