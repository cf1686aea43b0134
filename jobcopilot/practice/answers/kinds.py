"""What kind of thing a question asks for, and the phrases without which an answer hardly is one.

"A mistake of yours" is answered with something that went wrong, "a deadline" with time that ran out, "why us" with
something about the employer. So a fluent story of success from another place is told from an answer in own words.
The kinds and their phrases are data beside this file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from jobcopilot.practice.answers.phrases import any_of
from jobcopilot.practice.answers.words import Words, folded_words

_DATA: Final = Path(__file__).with_name("kinds.toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question: how it is asked, and what an answer to it holds."""

    asked: re.Pattern[str]
    told: re.Pattern[str]
    loose: bool
    """Whether an answer may well hold nothing of that: then it says nothing that none is there."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds by name."""
    found = tomllib.loads(_DATA.read_text("utf-8"))
    return {
        name: Kind(any_of(one["asked"]), any_of(one["told"]), bool(one.get("loose")))
        for name, one in found.items()
    }


@lru_cache(maxsize=256)
def asked_kinds(question: str) -> tuple[str, ...]:
    """Return the kinds of thing that a question asks for; none where no kind is known."""
    line = f" {' '.join(folded_words(question))} "
    return tuple(name for name, kind in kinds().items() if kind.asked.search(line))


def is_needed(question: str) -> bool:
    """Tell whether an answer that holds nothing of what is asked for is hardly one."""
    found = asked_kinds(question)
    return bool(found) and not any(kinds()[name].loose for name in found)


def told_of(words: Words, question: str) -> int | None:
    """Return in how many different words an answer tells what is asked for, of the kind it tells most of.

    None where no kind of the question is known.
    """
    found = asked_kinds(question)
    if not found:
        return None
    return max(len({hit[0] for hit in kinds()[name].told.finditer(words.flow)}) for name in found)
