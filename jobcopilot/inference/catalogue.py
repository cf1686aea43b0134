"""The models that are known to suit: size, memory and licence told before anything is fetched."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jobcopilot.inference.machine import Machine

DEFAULT_CONTEXT: Final = 8192
_PROCESS_BYTES: Final = 300_000_000
_SHARE: Final = 0.6
"""Of the machine's memory: the rest is for what else the person runs."""


@dataclass(frozen=True, slots=True)
class CataloguedModel:
    """A model that can be fetched by name."""

    name: str
    title: str
    repo: str
    file: str
    size_bytes: int
    cache_bytes: int
    """Of one token of context."""
    context: int
    licence: str
    template: str
    cores: int
    """From how many on it is fast enough to talk with."""
    good_for: str
    sha256: str = ""

    def memory_bytes(self, context: int = DEFAULT_CONTEXT) -> int:
        """Return what it takes in memory with so many tokens of context."""
        return self.size_bytes + self.cache_bytes * min(context, self.context) + _PROCESS_BYTES


@cache
def catalogue() -> tuple[CataloguedModel, ...]:
    """Return every known model, small ones first."""
    text = (files("jobcopilot.inference") / "data" / "models.toml").read_text("utf-8")
    return tuple(CataloguedModel(**entry) for entry in tomllib.loads(text)["model"])


def named(name: str) -> CataloguedModel | None:
    """Return the model of that name."""
    return next((model for model in catalogue() if model.name == name.strip().casefold()), None)


def suits(model: CataloguedModel, machine: Machine, context: int = DEFAULT_CONTEXT) -> bool:
    """Say whether a model is fast enough and leaves room on a machine."""
    return model.cores <= machine.cores and model.memory_bytes(context) <= machine.memory_bytes * _SHARE


def suiting(machine: Machine, context: int = DEFAULT_CONTEXT) -> CataloguedModel | None:
    """Return the model that suits a machine best; None where even the smallest would crowd it.

    Six cores and more talk with 4B, fewer with 1.7B; with little memory the one with the small cache.
    """
    order = ("qwen3-4b", "qwen3-1.7b", "qwen2.5-1.5b")
    chosen = [model for name in order if (model := named(name)) is not None]
    smallest_cores = max(machine.cores, 2)
    machine = Machine(smallest_cores, machine.memory_bytes, machine.free_bytes)
    return next((model for model in chosen if suits(model, machine, context)), None)
