"""What a report says in few cells: each cut is seen, and what matters stays whole."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from jobcopilot.tui.widgets.signs import fit, steady

ORIGINAL_KEPT: Final = "The original is kept beside it, and the answer is marked again."


def begin_of(words: str, cells: int = 80) -> str:
    """Return the begin of what was said as one line; where it goes on, that is seen."""
    return fit(steady(" ".join(words.split())), cells).rstrip()


def head_parts(
    title: str, asides: tuple[str, ...], width: int, styles: tuple[str, str]
) -> list[tuple[str, str]]:
    """Return a title and the longest aside beside it that fits whole; else the title is cut, and never the last."""
    aside = next((one for one in asides if cell_len(title + one) <= width), asides[-1])
    room = max(width - cell_len(aside), 10)
    return [(fit(title, min(cell_len(title), room)), styles[0]), (aside, styles[1])]
