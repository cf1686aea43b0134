"""Which lines of the pipeline a search keeps, and what is said where none is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobcopilot.tui.widgets.signs import steady

if TYPE_CHECKING:
    from jobcopilot.tui.pipeline_data import Line


def has_words(line: Line, search: str) -> bool:
    """Return whether a line has all words of a search; headings have none."""
    words = search.casefold().split()
    if not words:
        return True
    if line.kind in ("heading", "empty"):
        return False
    parts: list[str] = [line.warning, line.aside, line.title]
    if line.round is not None:
        view = line.round
        parts += [view.company, view.job_title, view.stage, view.format, view.place, view.status]
        parts += [met.name for met in view.contacts]
    if line.follow_up is not None:
        parts += [line.follow_up.title, line.follow_up.company, line.follow_up.job_title]
    if line.task is not None:
        parts.append(line.task.title)
    text = " ".join(parts).casefold()
    return all(word in text for word in words)


def nothing_words(search: str) -> str:
    """Return what stands in an empty agenda."""
    if search:
        return f"\n  Nothing has “{steady(search)}”.\n\n  esc shows everything again."
    return (
        "\n  Nothing is booked and nothing is due.\n\n"
        "  b      books an interview of a job\n"
        "  1      goes to the board; r books one of the job under the cursor there\n"
        "  :      every command by name"
    )
