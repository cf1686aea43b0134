"""From what the person set to the model that speaks."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from jobcopilot.inference.catalogue import named, suiting
from jobcopilot.inference.http_api import HttpChoice, HttpModel
from jobcopilot.inference.local import LocalChoice, LocalModel
from jobcopilot.inference.machine import this_machine
from jobcopilot.inference.port import LanguageModel, Speaker
from jobcopilot.paths import Home
from jobcopilot.settings import ModelSettings


def model_folder(home: Home) -> Path:
    """Return where language models lie."""
    return home.models / "language"


def installed_speakers() -> list[Speaker]:
    """Return the llama.cpp bindings of this installation, the better one first; none is imported."""
    speakers: list[Speaker] = []
    if find_spec("llama_cpp") is not None:
        speakers.append("llama_cpp")
    if find_spec("xllamacpp") is not None:
        speakers.append("xllamacpp")
    return speakers


def speaker_for(settings: ModelSettings) -> Speaker:
    """Return which binding speaks: the one that is set, else llama-cpp-python where it is installed, else xllamacpp."""
    if settings.engine != "auto":
        return settings.engine
    return next(iter(installed_speakers()), "xllamacpp")


def local_choice(settings: ModelSettings, home: Home) -> LocalChoice:
    """Return which local model the settings mean; its file may not be there yet."""
    folder = model_folder(home)
    name = settings.name.strip()
    known = named(name) if name else None
    if not name:
        lying = sorted(folder.glob("*.gguf")) if folder.is_dir() else []
        known = suiting(this_machine(), settings.context) or named("qwen2.5-1.5b")
        assert known is not None
        if lying and not (folder / known.file).exists():
            # The only one that is there speaks, rather than none.
            path = lying[0]
            return _choice(settings, path, path.stem, "")
    if known is not None:
        return _choice(settings, folder / known.file, known.name, known.template)
    path = Path(name).expanduser()
    if not path.is_absolute():
        path = folder / (name if name.endswith(".gguf") else f"{name}.gguf")
    return _choice(settings, path, path.stem, "")


def language_model(settings: ModelSettings, home: Home) -> LanguageModel | None:
    """Return the model that is set, nothing loaded and nothing asked; None where the built-in way is chosen."""
    if settings.use == "builtin":
        return None
    if settings.use == "http":
        return HttpModel(
            HttpChoice(
                url=settings.url,
                model=settings.server_model,
                key=settings.key,
                consent=settings.consent,
                context=settings.context,
                silent_seconds=settings.silent_seconds,
            )
        )
    return LocalModel(local_choice(settings, home))


def _choice(settings: ModelSettings, path: Path, name: str, template: str) -> LocalChoice:
    return LocalChoice(
        path=path,
        name=name,
        speaker=speaker_for(settings),
        context=settings.context,
        threads=settings.threads,
        template=template,
        idle_seconds=settings.idle_minutes * 60.0,
    )
