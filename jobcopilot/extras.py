"""What the optional parts of the package would add on this machine, and how to install them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final


@dataclass(frozen=True, slots=True)
class Extra:
    """One optional part: its modules, what they give, and the command that installs them."""

    name: str
    modules: tuple[str, ...]
    gives: str
    command: str

    @property
    def installed(self) -> bool:
        """Whether all of its modules are there; none of them is imported."""
        return all(find_spec(module) is not None for module in self.modules)


EXTRAS: Final = (
    Extra(
        "voice",
        ("faster_whisper", "sounddevice"),
        "speaking in the mock interview",
        "pip install 'jobcopilot[voice]'",
    ),
    Extra(
        "speech",
        ("piper",),
        "a neural voice for the interviewer (Piper, GPL)",
        "pip install 'jobcopilot[speech]'",
    ),
    Extra(
        "calendars",
        ("caldav", "googleapiclient", "google_auth_oauthlib"),
        "calendars on CalDAV servers and at Google",
        "pip install 'jobcopilot[calendars]'",
    ),
    Extra(
        "engine",
        ("xllamacpp",),
        "a local language model (nothing to compile)",
        "pip install 'jobcopilot[engine]'",
    ),
    Extra(
        "llm",
        ("llama_cpp",),
        "a local language model compiled for this machine",
        "CMAKE_ARGS=-DGGML_NATIVE=off pip install 'jobcopilot[llm]'",
    ),
)
