"""Phrases written one below the other, as one pattern."""

from __future__ import annotations

import re
import textwrap


def any_of(phrases: str, *, whole: bool = True, **named: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the phrases, one regular expression a line; whole words only.

    A line that stands further in continues the one above; `<name>` stands for the pattern given by that name.
    """
    lines = textwrap.dedent(phrases).strip("\n").split("\n")
    joined = "\n".join(lines).replace("\n  ", "")
    for name, pattern in named.items():
        joined = joined.replace(f"<{name}>", pattern)
    either = "|".join(joined.split("\n"))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if whole else either)
