"""Answers that obey a shape: forced by a grammar where the adapter can, asked for again where it cannot.

The shape is a pydantic model with bounded strings and lists; its JSON schema goes to the model, and what comes back is
read with it again, whoever forced it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from jobcopilot.errors import Cancelled
from jobcopilot.inference.port import (
    AnswerUnusable,
    Cancel,
    ContextFull,
    LanguageModel,
    Piece,
    Request,
    Turn,
    Usage,
)

RETRIES = 2
"""How often an answer of the wrong form is asked for again."""
_MOST_TEXT = 200_000

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Structured(Generic[Shape]):
    """An answer that has the shape asked for."""

    value: Shape
    usage: Usage
    """Of the last try."""
    tries: int = 1
    repaired: bool = False
    """Whether something around the answer (a code fence, words before it) had to be taken off."""


def ask(
    model: LanguageModel,
    request: Request,
    shape: type[Shape],
    cancel: Cancel | None = None,
    watch: Callable[[Piece], object] | None = None,
) -> Structured[Shape]:
    """Ask for an answer of a shape; at most `RETRIES` times again, each time told what was wrong.

    Raises `Cancelled`, `AnswerUnusable` where the model does not keep to it (then the built-in way speaks, labelled),
    or another `ModelError`.
    """
    schema = dict(shape.model_json_schema())
    asked = dataclasses.replace(request, schema=schema)
    wrong, tries = "", 0
    for attempt in range(1, RETRIES + 2):
        try:
            text, usage = _answer(model, asked, cancel, watch)
        except ContextFull:
            if attempt == 1:
                raise
            # What was asked for fits; with the wrong answer behind it, it no longer does.
            break
        tries = attempt
        document = find_json(text)
        if document is None:
            wrong = "That was no JSON document." if text.strip() else "The answer was empty."
        else:
            try:
                value = shape.model_validate(document)
            except ValidationError as invalid:
                first = invalid.errors(include_url=False, include_input=False)[0]
                where = ".".join(str(part) for part in first["loc"]) or "the document"
                wrong = f"{where}: {first['msg']}."
            else:
                return Structured(value, usage, attempt, repaired=_is_more_than(text, document))
        asked = dataclasses.replace(asked, conversation=_corrected(request, text, wrong, schema))
    raise AnswerUnusable(
        "The model did not keep to the form it was asked for",
        f"{model.state().name}, asked {tries} time{'' if tries == 1 else 's'}: {wrong}",
        "The built-in way goes on without it; a larger model may do better.",
    )


def find_json(text: str) -> Any:
    """Return the first JSON object or list in a text, whatever stands around it, or None.

    A small model wraps its answer in a code fence, thinks aloud before it, or goes on talking after it.
    """
    text = text[:_MOST_TEXT]
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    # Not strict: some servers' grammars let line breaks into strings.
    decoder = json.JSONDecoder(strict=False)
    places = [at for at, sign in enumerate(text) if sign in "{["]
    # Bounded: ten thousand opening brackets are not ten thousand tries.
    for at in places[:64]:
        try:
            found = decoder.raw_decode(text, at)[0]
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) or (isinstance(found, list) and found):
            return found
    return None


def _answer(
    model: LanguageModel, request: Request, cancel: Cancel | None, watch: Callable[[Piece], object] | None
) -> tuple[str, Usage]:
    parts: list[str] = []
    usage = Usage()
    for piece in model.stream(request, cancel):
        if watch is not None:
            watch(piece)
        parts.append(piece.text)
        if piece.ended is not None:
            if piece.ended.finish == "cancelled":
                raise Cancelled("The answer was stopped")
            usage = piece.ended.usage
    return "".join(parts), usage


def _corrected(request: Request, answer: str, wrong: str, schema: dict[str, Any]) -> tuple[Turn, ...]:
    """Return the conversation with the last try and what was wrong with it appended."""
    said = answer.strip()[:2_000] or "(nothing)"
    again = (
        f"{wrong} Answer again with one JSON document that obeys this JSON schema, and nothing else:\n"
        f"{json.dumps(schema, ensure_ascii=False)}"
    )
    return (*request.conversation, Turn("assistant", said), Turn("user", again))


def _is_more_than(text: str, document: Any) -> bool:
    try:
        return bool(json.loads(text) != document)
    except (ValueError, RecursionError):
        return True
