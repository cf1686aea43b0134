"""What a model said of a session, in files and on paper: as the model's, each remark with the words it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jobcopilot.practice.feedback import Feedback


def feedback_object(made: Feedback | None) -> dict[str, Any] | None:
    """Return feedback as JSON has it; null where none was asked."""
    if made is None:
        return None
    return {
        "by": made.by,
        "at": made.at,
        "dropped": made.dropped,
        "remarks": [
            {"kind": one.kind, "text": one.text, "quote": one.quote, "question": one.order}
            for one in made.remarks
        ],
    }


def feedback_lines(made: Feedback | None, plain: Callable[[str], str]) -> Iterator[str]:
    """Yield feedback as lines of Markdown; `plain` makes words that stay words there."""
    if made is None:
        return
    yield ""
    yield f"## What {plain(made.by)} says, beside the rules"
    for kind, title in (("landed", "What landed"), ("sharpen", "What to sharpen")):
        some = [one for one in made.remarks if one.kind == kind]
        if some:
            yield from ("", f"{title}:", "")
        for one in some:
            yield f"- {plain(one.text)} (question {one.order}: “{plain(one.quote)}”)"
    if made.dropped:
        yield from ("", f"Dropped: {made.dropped}; their words are not in your answers.")
