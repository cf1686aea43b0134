"""What this machine has for a model: cores that may be used, and memory that is free."""

from __future__ import annotations

import contextlib
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jobcopilot.inference.gguf_file import GgufFile
from jobcopilot.inference.port import ModelRefused

_PROCESS_BYTES: Final = 180_000_000
"""Of an engine with a model of next to no size: Python, llama.cpp, its buffers."""
_STEP_TOKENS: Final = 512
_LIMITS: Final = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Machine:
    """Cores and bytes."""

    cores: int
    memory_bytes: int
    free_bytes: int


def this_machine() -> Machine:
    """Return what this process may use: affinity, container limits and hyper-threads counted."""
    import psutil

    memory = psutil.virtual_memory()
    total, free = int(memory.total), int(memory.available)
    if limit := _read_number("memory.max"):
        total = min(total, limit)
        free = min(free, max(0, limit - (_read_number("memory.current") or 0) + _given_back()))
    return Machine(_cores(), total, free)


def memory_needed(file: GgufFile, context: int) -> int:
    """Return the bytes that a model takes with so many tokens of context, on the high side.

    Its weights, two 16-bit numbers a token for each head of its cache, the buffers of one step, the process.
    """
    step = _STEP_TOKENS * 4 * (file.width * 8) + file.vocabulary * 4 * 8
    return file.size_bytes + file.cache_bytes_a_token * context + step + _PROCESS_BYTES


def refuse_if_too_big(file: GgufFile, context: int, free_bytes: int) -> None:
    """Raise `ModelRefused` with the numbers where a model does not fit into the memory that is free."""
    needed = memory_needed(file, context)
    if needed > free_bytes:
        raise ModelRefused(
            "The model is too big for the memory that is free",
            f"{file.path.name} needs {needed / 1e9:.1f} GB with {context:,} tokens of context,"
            f" {free_bytes / 1e9:.1f} GB are free",
            "Choose a smaller one (jobcopilot models list), or set a smaller context.",
        )


def _cores() -> int:
    import psutil

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    physical = psutil.cpu_count(logical=False) or usable
    # Two hyper-threads of one core are no faster than one of them.
    cores = min(usable, physical)
    with contextlib.suppress(OSError, ValueError):
        quota, period = (_LIMITS / "cpu.max").read_text("ascii").split()
        if quota != "max":
            cores = min(cores, math.ceil(int(quota) / int(period)))
    return max(1, cores)


def _read_number(name: str) -> int | None:
    try:
        return int((_LIMITS / name).read_text("ascii"))
    except (OSError, ValueError):
        return None


def _given_back() -> int:
    """Return the page cache that counts against a container but is given back when memory is asked for."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (_LIMITS / "memory.stat").read_text("ascii").splitlines():
            if line.startswith("inactive_file "):
                return int(line.split()[1])
    return 0
