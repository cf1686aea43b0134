"""The way from letters to the language model: instructions and material in, text out, nothing where it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from jobcopilot.inference.port import LanguageModel, ModelError, Request, Turn, whole_answer

log = logging.getLogger(__name__)

ROOM: Final = 700
SECONDS: Final = 180.0


def asking(model: Callable[[], LanguageModel]) -> Callable[[str, str], str | None]:
    """Return what puts a letter to a model; it gives None where the model fails or does not come to an end.

    `model` is asked for when a letter is written, and may raise `ModelError`. Whoever asks checks what it writes.
    """

    def ask(instructions: str, material: str) -> str | None:
        conversation = (Turn("system", instructions), Turn("user", material))
        try:
            request = Request(conversation, limit=ROOM, temperature=0.4, seconds=SECONDS)
            text, ended = whole_answer(model().stream(request))
        except ModelError as fault:
            log.info("no letter by a model: %s", fault.title)
            return None
        # Cut short it would end in the middle of a sentence.
        return text if ended.whole and text.strip() else None

    return ask
