"""What is said of a value that an argument or an option does not take."""

from __future__ import annotations

from typing import Any

_NOT_TAKEN = {
    "int_parsing": "{given!r} is no whole number",
    "float_parsing": "{given!r} is no number",
    "greater_than_equal": "{given!r} is less than {ge}",
    "less_than_equal": "{given!r} is more than {le}",
}


def wrong_words(wrong: Any) -> str:
    """Return what was given and why it is not taken, for a usage error of Typer's.

    Typer passes on Pydantic's message, which leaves out what was typed.
    """
    words = " ".join(wrong.format_message().split())
    from pydantic import ValidationError

    cause = wrong.__cause__
    if isinstance(cause, ValidationError):
        for fault in cause.errors(include_url=False):
            message, given = str(fault["msg"]), fault["input"]
            shape = _NOT_TAKEN.get(fault["type"])
            told = shape.format(given=given, **fault.get("ctx", {})) if shape else f"{given!r}: {message}"
            words = words.replace(message, told)
    return words
