"""The parts of the practice room and of the models that it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from jobcopilot.runtime.home import OfHome

if TYPE_CHECKING:
    from jobcopilot.inference.models import Models
    from jobcopilot.inference.port import LanguageModel


class Practising(OfHome):
    """The question bank, practice sessions, and language models."""

    @cached_property
    def models(self) -> Models:
        """The model files of this machine."""
        from jobcopilot.inference.models import Models

        return Models(self.settings.model, self.home)

    @cached_property
    def language_model(self) -> LanguageModel | None:
        """The model that the person chose, asleep until it is asked; None where the built-in way speaks."""
        from jobcopilot.inference.choosing import language_model

        return language_model(self.settings.model, self.home)

    def close(self) -> None:
        """Let go of the database and end the model."""
        model = self.__dict__.pop("language_model", None)
        if model is not None:
            model.close()
        super().close()
