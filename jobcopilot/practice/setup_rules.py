"""What a round's stage, a posting's requirements and a type's suggestions say about a session: pure rules."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from jobcopilot.practice.views import InterviewType

FEWEST, MOST = 1, 40
"""Questions that a session can have."""
_WHO_TALKS: Final = frozenset(("recruiter-screen", "hiring-manager"))
"""Types whose words name the other side, not the subject."""
_WORD: Final = re.compile(r"[^\W_]+")


def suggested_type(stage: str, types: Sequence[InterviewType]) -> InterviewType | None:
    """Return the type that a round's stage suggests, None where none does.

    What is talked about counts before who talks ("Technical phone screen" is technical), then the longest of the
    types' words that stands in the stage ("system design" before "design"), then the first.
    """
    words = " ".join(_WORD.findall(stage.casefold()))
    best: tuple[tuple[bool, int, int], InterviewType] | None = None
    for one in types:
        for sign in (one.name, *one.stages):
            wanted = " ".join(_WORD.findall(sign.casefold()))
            match = re.search(rf"\b{re.escape(wanted)}\b", words) if wanted else None
            if match is None:
                continue
            rank = (one.slug not in _WHO_TALKS, len(wanted.split()), -match.start())
            if best is None or rank > best[0]:
                best = rank, one
    return None if best is None else best[1]


def planned_questions(questions: int | None, minutes: int | None, minutes_each: int) -> int:
    """Return how many questions to plan: as many as asked for, or more than the time can take at the usual pace."""
    if questions is not None:
        return min(max(questions, FEWEST), MOST)
    # Quick answers shall not leave the interviewer without a question: twice the usual pace.
    return min(max(math.ceil((minutes or 0) / max(minutes_each, 1) * 2), FEWEST), MOST)


def ticked_skills(
    needs: Mapping[str, str], suggested: Sequence[str], with_questions: Mapping[str, int]
) -> tuple[str, ...]:
    """Return the skills that are ticked: what the posting must have, then what the type suggests.

    Only those that the type has questions about; `needs` maps the skills of the posting to "must" or "nice".
    """
    must = [name for name, need in needs.items() if need == "must"]
    return tuple(dict.fromkeys(name for name in (*must, *suggested) if with_questions.get(name)))
