"""The parts of the practice room and of the models that it uses."""

from __future__ import annotations

from jobcopilot.runtime.home import OfHome


class Practising(OfHome):
    """The question bank, practice sessions, and language models."""
