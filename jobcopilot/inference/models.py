"""The model files of this machine: listed, fetched, brought in, removed, tried."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jobcopilot.engines.downloads import Advice, Tell, copy_in, fetch, look_up
from jobcopilot.errors import NotFound, StorageError, UsageError
from jobcopilot.inference.catalogue import CataloguedModel, catalogue, named, suiting, suits
from jobcopilot.inference.choosing import installed_speakers, local_choice, model_folder, speaker_for
from jobcopilot.inference.gguf_file import read_gguf
from jobcopilot.inference.local import LocalModel
from jobcopilot.inference.machine import Machine, memory_needed, this_machine
from jobcopilot.inference.port import Cancel, ModelMissing, ModelRefused, Speaker
from jobcopilot.inference.trial import Trial, try_model
from jobcopilot.paths import Home
from jobcopilot.settings import ModelSettings

_ADVICE: Final = Advice(
    ModelMissing,
    "pip install 'jobcopilot[engine]'",
    "bring a file: jobcopilot models pull /path/to/model.gguf",
)


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the catalogue, or a file that lies here."""

    name: str
    title: str
    size_bytes: int
    memory_bytes: int
    """With the context that is set."""
    licence: str
    context: int
    installed: bool
    path: str
    chosen: bool
    """Whether it is the one that would speak."""
    suits: bool
    """Whether this machine is fast enough for it and has the memory."""
    best: bool
    """Whether it suits this machine best."""
    good_for: str = ""
    problem: str = ""
    """Why a file that lies here cannot be used."""


class Models:
    """The files under the home's model folder, and the catalogue."""

    def __init__(self, settings: ModelSettings, home: Home) -> None:
        self._settings = settings
        self._home = home

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return model_folder(self._home)

    @property
    def speaker(self) -> Speaker:
        """Which binding would speak."""
        return speaker_for(self._settings)

    def machine(self) -> Machine:
        """What this machine has."""
        return this_machine()

    def best(self) -> CataloguedModel | None:
        """Return the model of the catalogue that suits this machine best."""
        return suiting(this_machine(), self._settings.context)

    def all(self) -> list[ListedModel]:
        """Return the catalogue, then other files that lie here."""
        machine, context = this_machine(), self._settings.context
        best = suiting(machine, context)
        chosen = local_choice(self._settings, self._home).path
        listed = []
        for model in catalogue():
            path = self.folder / model.file
            listed.append(
                ListedModel(
                    name=model.name,
                    title=model.title,
                    size_bytes=path.stat().st_size if path.exists() else model.size_bytes,
                    memory_bytes=model.memory_bytes(context),
                    licence=model.licence,
                    context=model.context,
                    installed=path.exists(),
                    path=str(path),
                    chosen=path == chosen,
                    suits=suits(model, machine, context),
                    best=model == best,
                    good_for=model.good_for,
                )
            )
        known = {model.file for model in catalogue()}
        lying = sorted(self.folder.glob("*.gguf")) if self.folder.is_dir() else []
        others = [path for path in lying if path.name not in known]
        if chosen.exists() and chosen not in lying:
            others.append(chosen)
        return [*listed, *(self._other(path, machine, path == chosen) for path in others)]

    def path(self, name: str) -> Path:
        """Return where a model lies. Raises `NotFound`."""
        found = self._place(name)
        if found.is_file():
            return found
        known = next((one.name for one in catalogue() if found == self.folder / one.file), None)
        if known is not None:
            raise NotFound("That model is not here", str(found), f"Fetch it: jobcopilot models pull {known}")
        raise NotFound("There is no such model file", str(found), "See what there is: jobcopilot models list")

    def pull(
        self, source: str, *, mirror: str = "", tell: Tell | None = None, cancel: Cancel | None = None
    ) -> Path:
        """Fetch a model by its name or as OWNER/REPO/FILE.gguf, or bring in a file of this machine.

        Nothing is fetched again that is here whole. Raises `UsageError`, `NetworkError`, `StorageError`, `BadInput`,
        `ModelRefused` for what is no whole model, `Cancelled`.
        """
        model = named(source)
        if model is not None:
            return self._fetched(model.repo, model.file, model.sha256, mirror, tell, cancel)
        local = Path(source).expanduser()
        if local.is_file():
            read_gguf(local)
            target = self.folder / local.name
            with contextlib.suppress(OSError):
                if target.samefile(local):
                    return target
            return copy_in(local, target, tell=tell, cancel=cancel)
        if source.startswith((".", "/", "~")):
            names = ", ".join(one.name for one in catalogue())
            raise UsageError("There is no such file", str(local), f"Check the path, or take one of: {names}.")
        owner, _, rest = source.partition("/")
        repo, _, file = rest.partition("/")
        if not (owner and repo and file.endswith(".gguf")):
            raise UsageError(
                "No model has that name",
                source,
                f"Names: {', '.join(one.name for one in catalogue())}. Or OWNER/REPO/FILE.gguf, or a file's path.",
            )
        return self._fetched(f"{owner}/{repo}", file, "", mirror, tell, cancel)

    def remove(self, name: str) -> Path:
        """Delete a model's file from the model folder. Raises `NotFound`, `UsageError`, `StorageError`."""
        path = self.path(name)
        if path.parent != self.folder:
            raise UsageError(
                "That file is not the app's", str(path), "Delete it yourself if you want it gone."
            )
        try:
            path.unlink()
        except OSError as refused:
            raise StorageError("The model could not be deleted", f"{path}: {refused.strerror}") from None
        return path

    def check(self, name: str = "", *, every_engine: bool = False) -> list[Trial]:
        """Try a model in a child: load time, speed, memory, form, stopping; a crash is told and costs nothing.

        `every_engine` tries each llama.cpp binding that is installed. Raises `ModelMissing` where there is none.
        """
        settings = self._settings.model_copy(update={"name": name}) if name else self._settings
        choice = local_choice(settings, self._home)
        read_gguf(choice.path)
        speakers = installed_speakers()
        if not speakers:
            raise ModelMissing(
                "Nothing installed can run a model",
                "llama.cpp is missing",
                "pip install 'jobcopilot[engine]'",
            )
        if not every_engine and choice.speaker in speakers:
            speakers = [choice.speaker]
        return [try_model(choice, speaker, LocalModel) for speaker in speakers]

    def _fetched(
        self, repo: str, file: str, sha256: str, mirror: str, tell: Tell | None, cancel: Cancel | None
    ) -> Path:
        target = self.folder / Path(file).name
        if target.exists():
            # Whole by its own account: what it was fetched with had its checksum held. What is not is fetched again.
            with contextlib.suppress(ModelRefused):
                read_gguf(target)
                return target
        mirror = mirror or self._settings.mirror
        if mirror and not mirror.startswith(("https://", "http://")):
            raise UsageError("A mirror is a web address", mirror, "Write it like https://hub.example.")
        remote = look_up(repo, file, mirror, _ADVICE)
        fetched = fetch(remote, target, sha256=sha256, tell=tell, cancel=cancel)
        read_gguf(fetched)
        return fetched

    def _place(self, name: str) -> Path:
        if not name:
            return local_choice(self._settings, self._home).path
        return local_choice(self._settings.model_copy(update={"name": name}), self._home).path

    def _other(self, path: Path, machine: Machine, chosen: bool) -> ListedModel:
        from jobcopilot.errors import JobcopilotError

        try:
            file = read_gguf(path)
        except JobcopilotError as wrong:
            return ListedModel(
                path.stem, path.stem, path.stat().st_size, 0, "", 0, installed=True, path=str(path),
                chosen=chosen, suits=False, best=False, problem=f"{wrong.title}: {wrong.message}",
            )  # fmt: skip
        context = min(self._settings.context, file.context or self._settings.context)
        needed = memory_needed(file, context)
        return ListedModel(
            path.stem, file.name or path.stem, file.size_bytes, needed, "", file.context, installed=True,
            path=str(path), chosen=chosen, suits=needed <= machine.free_bytes, best=False,
        )  # fmt: skip
