"""What the command line prints: one JSON document, or plain columns; errors on stderr."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

_WIDEST = 48
"""Cells of the widest column."""


def print_json(document: Any) -> None:
    """Print one JSON document on stdout; times as ISO 8601, frozen views as objects."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, default=_plain, indent=2) + "\n")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print aligned columns, wide characters counted as the terminal counts them; None is shown as —."""
    from wcwidth import iter_graphemes, wcswidth

    def width(text: str) -> int:
        return max(wcswidth(text), 0)

    def shown(value: object) -> str:
        text = "—" if value is None or value == "" else str(value).replace("\n", " ")
        if width(text) <= _WIDEST:
            return text
        kept, room = [], _WIDEST - 1
        # Whole signs only: half of a family or of a flag is another sign.
        for grapheme in iter_graphemes(text):
            room -= width(grapheme)
            if room < 0:
                break
            kept.append(grapheme)
        return "".join(kept) + "…"

    lines = [list(headers), *([shown(value) for value in row] for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(headers))]
    for line in lines:
        cells = [cell + " " * (widths[column] - width(cell)) for column, cell in enumerate(line)]
        say("  ".join(cells).rstrip())


def say(line: str = "", *, at_once: bool = False) -> None:
    """Print one line on stdout; `at_once` where the program goes on for long and the line is waited for."""
    sys.stdout.write(line + "\n")
    if at_once:
        sys.stdout.flush()


def complain(*parts: str) -> None:
    """Print one message on stderr."""
    sys.stderr.write("jobcopilot: " + " ".join(part for part in parts if part) + "\n")
