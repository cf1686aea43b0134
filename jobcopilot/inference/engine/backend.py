"""What the engine process asks of a llama.cpp binding; two of them are known."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Progress = Callable[[int, int], None]
"""Called with the tokens read and the tokens in all."""
Say = Callable[[str], bool]
"""Called with new text; true asks for the end of the answer."""


class Off:
    """A request's off switch inside the engine.

    It lies in two bytes of plain memory, so that llama.cpp's threads can look at it without Python.
    """

    def __init__(self) -> None:
        self.memory = ctypes.create_string_buffer(2)

    def set(self) -> None:
        """Stop what runs."""
        self.memory[0] = b"\x01"

    def clear(self) -> None:
        """Make it ready for the next request."""
        self.memory[0] = b"\x00"

    def is_set(self) -> bool:
        """Whether to stop."""
        return bool(self.memory.raw[0])


@dataclass(frozen=True, slots=True)
class Loading:
    """Which file to load, and how."""

    path: str
    context: int
    threads: int
    folder: str
    """An empty folder that only this user may enter, for what has to lie on the disk while the model runs."""


@dataclass(frozen=True, slots=True)
class How:
    """How to answer."""

    limit: int
    temperature: float
    seed: int | None
    schema: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Written:
    """An answer: how many tokens had to be read for it and said, whether the model ended it itself."""

    evaluated: int
    answer: int
    """Tokens of the answer."""
    finish: str
    """stop, limit or cancelled."""
    tokens: list[int] | None = None
    """The answer's tokens, None where the binding did not tell all of them."""


class BackendError(Exception):
    """llama.cpp refused; its words."""


class Backend(Protocol):
    """A loaded model. Never called from two threads."""

    def tokens(self, text: str, *, marker: bool, first: bool) -> list[int]:
        """Return the tokens of a text; only a marker's text may name special tokens."""
        ...

    def read(self, tokens: Sequence[int], off: Off, progress: Progress, *, gentle: bool) -> int:
        """Bring tokens into the cache and return how many were read now; stops early where `off` is set."""
        ...

    def write(self, tokens: Sequence[int], how: How, off: Off, say: Say, progress: Progress) -> Written:
        """Answer after these tokens."""
        ...

    def longest_step(self) -> float | None:
        """Return the seconds of the longest step that a cancel has had to wait for; None where it can stop at once."""
        ...
