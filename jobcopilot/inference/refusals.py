"""What llama.cpp refuses, in words for a person."""

from __future__ import annotations

from jobcopilot.engines.frames import Frame
from jobcopilot.inference.port import ContextFull, ModelError, ModelRefused

_SIGNS = (
    "unknown model architecture", "unsupported", "error loading model", "failed to allocate", "missing tensor",
)  # fmt: skip


def refusal(name: str, answer: Frame) -> ModelError:
    """Return the error for a request that the engine refused."""
    words = str(answer["error"])
    if answer.get("kind") == "context":
        return ContextFull(
            "The conversation does not fit into the model's context",
            f"{name}: {words.removeprefix('context: ')} tokens",
            "Summarise what came before, or set a larger context.",
        )
    return ModelRefused("The model could not do that", f"{name}: {words}")


def told(printed: str) -> str:
    """Return the part of llama.cpp's words that a person can use."""
    from jobcopilot.text import clean_line

    for sign in _SIGNS:
        place = printed.find(sign)
        if place >= 0:
            return clean_line(printed[place:].splitlines()[0], 200)
    return clean_line(printed, 200)
