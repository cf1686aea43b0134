"""Names that a recogniser is told to expect: the company's, and those of skills and technologies of the job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from jobcopilot.practice.interviewers.port import Brief
from jobcopilot.text import clean_line

_MOST: Final = 30
"""Names; they are part of every pass, and Whisper takes at most some 220 tokens of them."""
_LONGEST: Final = 40
"""Characters of a name; what is longer is a sentence."""


def hotwords(brief: Brief, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of a session's brief, the likeliest first, each once; `asked` are skills of its questions."""
    found: dict[str, str] = {}
    for name in _names(brief, asked):
        cleaned = clean_line(name, _LONGEST + 1)
        if 1 < len(cleaned) <= _LONGEST:
            found.setdefault(cleaned.casefold(), cleaned)
    return tuple(found.values())[:_MOST]


def _names(brief: Brief, asked: Sequence[str]) -> Iterator[str]:
    if brief.job is not None:
        yield brief.job.company
    yield from asked
    yield from brief.skills
    if brief.job is not None:
        yield from (*brief.job.must, *brief.job.nice)
