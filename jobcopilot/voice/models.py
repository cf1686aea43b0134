"""The Whisper models of this machine, folders in CTranslate2 form: found, listed, fetched, brought in, removed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jobcopilot.engines.downloads import (
    Advice,
    Cancel,
    FetchStep,
    RemoteFile,
    Tell,
    copy_in,
    fetch,
    look_up,
)
from jobcopilot.errors import NotFound, StorageError, UsageError
from jobcopilot.voice.catalogue import CATALOGUE, WhisperModel, named, suiting, suits
from jobcopilot.voice.port import SpeechModelMissing

WEIGHTS: Final = "model.bin"
NEEDED: Final = (("config.json",), ("tokenizer.json",), ("vocabulary.json", "vocabulary.txt"), (WEIGHTS,))
"""Files of a model, of each line one. Without tokenizer.json faster-whisper would ask the network for it."""
_WELCOME: Final = "preprocessor_config.json"
_ADVICE: Final = Advice(
    SpeechModelMissing,
    "pip install 'jobcopilot[voice]'",
    "bring a folder: jobcopilot voice models pull /path/to/faster-whisper-base.en",
)


def models_folder(models: Path) -> Path:
    """Return where Whisper models lie among all models."""
    return models / "whisper"


def is_whole(folder: Path) -> bool:
    """Say whether a folder holds all that a model needs."""
    return all(any((folder / name).is_file() for name in names) for names in NEEDED)


def find_model(models: Path, given: str = "", *, cores: int = 2) -> Path:
    """Return a model's folder by path or name, else the best here for so many cores. Raises `SpeechModelMissing`."""
    folder = models_folder(models)
    if given:
        known = named(given)
        names = dict.fromkeys((given, f"faster-whisper-{given}", *(_folders(known) if known else ())))
        for place in (Path(given).expanduser(), *(folder / name for name in names)):
            if (place / WEIGHTS).is_file():
                return place
        raise SpeechModelMissing(
            "That Whisper model is not there",
            f"neither {given} nor {folder / given} holds a {WEIGHTS}"
            if folder / given != Path(given)
            else f"{given} holds no {WEIGHTS}",
            f"Fetch it: jobcopilot voice models pull {known.name}"
            if known
            else "Give the folder of a model in CTranslate2 form, or see: jobcopilot voice models list",
        )
    here = sorted(place.parent for place in folder.glob(f"*/{WEIGHTS}"))
    # The best that keeps up; where none does, the one that is least too slow.
    fast = [model for model in reversed(CATALOGUE) if model.cores <= cores]
    for model in (*fast, *(model for model in CATALOGUE if model.cores > cores)):
        for place in here:
            if place.name in _folders(model):
                return place
    if here:
        return here[0]
    best = next(iter(fast), CATALOGUE[0])
    raise SpeechModelMissing(
        "There is no Whisper model to hear with",
        f"{folder} is empty",
        f"Fetch {_repo_name(best)} ({best.size_bytes / 1e6:.0f} MB): jobcopilot voice models pull {best.name}",
    )


@dataclass(frozen=True, slots=True)
class ListedWhisper:
    """A model of the catalogue, or a folder that lies here."""

    name: str
    title: str
    size_bytes: int
    memory_bytes: int | None
    licence: str
    word_errors: float | None
    installed: bool
    path: str
    chosen: bool
    """Whether it is the one that would hear."""
    suits: bool
    """Whether this machine is fast enough for it and has the memory."""
    best: bool
    """Whether it suits this machine best."""
    good_for: str = ""
    problem: str = ""
    """Why a folder that lies here cannot be used."""


class WhisperModels:
    """The folders under the home's model folder, and the catalogue, for a machine of so many cores."""

    def __init__(
        self, models: Path, *, cores: int, memory_bytes: int, chosen: str = "", mirror: str = ""
    ) -> None:
        self._models = models
        self._cores = cores
        self._memory_bytes = memory_bytes
        self._chosen = chosen
        self._mirror = mirror

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return models_folder(self._models)

    @property
    def best(self) -> WhisperModel:
        """The model of the catalogue that suits this machine best."""
        return suiting(self._cores, self._memory_bytes)

    def all(self) -> list[ListedWhisper]:
        """Return the catalogue, then other folders that lie here."""
        try:
            hears: Path | None = find_model(self._models, self._chosen, cores=self._cores)
        except SpeechModelMissing:
            hears = None
        listed, known = [], set()
        for model in CATALOGUE:
            place = self._place(model)
            known.add(place)
            installed = is_whole(place)
            listed.append(
                ListedWhisper(
                    name=model.name,
                    title=model.title,
                    size_bytes=(place / WEIGHTS).stat().st_size if installed else model.size_bytes,
                    memory_bytes=model.memory_bytes,
                    licence=model.licence,
                    word_errors=model.word_errors,
                    installed=installed,
                    path=str(place),
                    chosen=installed and place == hears,
                    suits=suits(model, self._cores, self._memory_bytes),
                    best=model == self.best,
                    good_for=model.good_for,
                )
            )
        lying = sorted(place.parent for place in self.folder.glob(f"*/{WEIGHTS}"))
        others = [place for place in lying if place not in known]
        if hears is not None and hears not in (*lying, *known):
            others.append(hears)
        return [*listed, *(_other(place, chosen=place == hears) for place in others)]

    def path(self, name: str = "") -> Path:
        """Return where a model lies; without a name the one that would hear. Raises `SpeechModelMissing`."""
        return find_model(self._models, name or self._chosen, cores=self._cores)

    def pull(
        self, source: str, *, mirror: str = "", tell: Tell | None = None, cancel: Cancel | None = None
    ) -> Path:
        """Fetch a model by its name, or bring in a folder of this machine; return its folder.

        What was fetched before is kept and gone on from; nothing is fetched again that is here. Raises `UsageError`,
        `NetworkError`, `StorageError`, `BadInput` for a wrong checksum, `SpeechModelMissing`, `Cancelled`.
        """
        local = Path(source).expanduser()
        model = named(source)
        if local.is_dir():
            return self._brought_in(local, tell, cancel)
        if model is None:
            names = ", ".join(one.name for one in CATALOGUE)
            raise UsageError("No Whisper model has that name", source, f"Names: {names}. Or a folder's path.")
        mirror = mirror or self._mirror
        if mirror and not mirror.startswith(("https://", "http://")):
            raise UsageError("A mirror is a web address", mirror, "Write it like https://hub.example.")
        target = self._place(model)
        if is_whole(target):
            return target
        # Everything is asked for before anything is fetched; the weights come last: with them it is whole.
        wanted = [found for names in NEEDED if (found := self._found(model, names, mirror, target))]
        whole = sum(remote.size_bytes for _, remote in wanted)
        done = 0
        for name, remote in wanted:
            fetch(remote, target / name, tell=_over_all(tell, done, whole), cancel=cancel)
            done += remote.size_bytes
        return target

    def remove(self, name: str) -> Path:
        """Delete a model's folder. Raises `NotFound`, `StorageError`."""
        model = named(name)
        lying = {place.name: place for place in self.folder.glob("*") if place.is_dir()}
        # Only what lies there by that very name: ".." is no model.
        place = self._place(model) if model else lying.get(name)
        if place is None or not place.is_dir():
            raise NotFound("That model is not here", name, "See: jobcopilot voice models list")
        try:
            shutil.rmtree(place)
        except OSError as refused:
            raise StorageError("The model could not be deleted", f"{place}: {refused.strerror}") from None
        return place

    def _place(self, model: WhisperModel) -> Path:
        """Return the folder of a model: where it lies, else where it would be put."""
        places = [self.folder / name for name in _folders(model)]
        return next((place for place in places if is_whole(place)), places[0])

    def _found(
        self, model: WhisperModel, names: tuple[str, ...], mirror: str, target: Path
    ) -> tuple[str, RemoteFile] | None:
        """Return the first of some files that the hub has; None where it is here already. Raises the hub's words."""
        if any((target / name).is_file() for name in names):
            return None
        for name in names[:-1]:
            try:
                return name, look_up(model.repo, name, mirror, _ADVICE)
            except SpeechModelMissing:
                continue
        return names[-1], look_up(model.repo, names[-1], mirror, _ADVICE)

    def _brought_in(self, source: Path, tell: Tell | None, cancel: Cancel | None) -> Path:
        missing = [" or ".join(names) for names in NEEDED if not any((source / n).is_file() for n in names)]
        if missing:
            raise UsageError(
                "That folder is no Whisper model in CTranslate2 form",
                f"{source}: without {', '.join(missing)}",
                "Convert it with ct2-transformers-converter, copying tokenizer.json.",
            )
        # As it is called here: what a link points to may be named by a checksum.
        name = source.absolute().name
        known = named(name)
        target = self._place(known) if known else self.folder / name
        if target.resolve() == source.resolve():
            return target
        for file in (_WELCOME, *(file for files in NEEDED for file in files)):
            if (source / file).is_file():
                copy_in((source / file).resolve(), target / file, tell=tell, cancel=cancel)
        return target


def _over_all(tell: Tell | None, before: int, whole: int) -> Tell | None:
    """Return a `tell` that counts over all files of a model."""
    if tell is None:
        return None
    return lambda step: tell(FetchStep(step.doing, before + step.done, whole, step.against))


def _folders(model: WhisperModel) -> tuple[str, ...]:
    return model.name, _repo_name(model), f"faster-whisper-{model.name}", f"faster-{model.name}"


def _repo_name(model: WhisperModel) -> str:
    return model.repo.partition("/")[2]


def _other(place: Path, *, chosen: bool) -> ListedWhisper:
    missing = [" or ".join(names) for names in NEEDED if not any((place / name).is_file() for name in names)]
    return ListedWhisper(
        name=place.name,
        title=place.name,
        size_bytes=(place / WEIGHTS).stat().st_size,
        memory_bytes=None,
        licence="",
        word_errors=None,
        installed=not missing,
        path=str(place),
        chosen=chosen,
        suits=not missing,
        best=False,
        problem=f"without {', '.join(missing)}" if missing else "",
    )


def threads_for(cores: int) -> int:
    """Return the threads of a Whisper that hears somebody while they speak.

    One core is left to the interviewer that reads along, but where there are two Whisper takes both: a pass of base.en
    takes a second on one thread, and the last one must not wait that long for another that is under way.
    """
    return min(cores, max(2, cores - 1))
