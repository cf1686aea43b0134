"""A stronger version of an answer: the person's own clauses, in an order that can be followed, with gaps marked.

Nothing is added: what the answer does not say stands as a gap in square brackets, for the person to fill.
"""

from __future__ import annotations

import re
from typing import Final

from jobcopilot.practice.answers.clauses import Clause
from jobcopilot.practice.answers.lexicon import listed
from jobcopilot.practice.answers.reading import Reading
from jobcopilot.practice.assessment.marks import PARTS, parts_of
from jobcopilot.practice.views import Shape

_LEAST: Final = 2
"""Clauses below which there is nothing to build on."""
_MOST_WORDS: Final = 260
_LEADING: Final = listed("um umm uh uhm erm er eh ah hm hmm and so but well okay ok yeah like then because")
_FILLERS: Final = re.compile(r"(?<!\w)(?:um+|uh+m?|erm?|eh|hm+)(?!\w)[,.]?\s*", re.IGNORECASE)
_GAPS: Final[dict[str, str]] = {
    "situation": "[when and where that was]",
    "task": "[what was yours to do]",
    "action": "[what you did yourself]",
    "result": "[how it ended, with a figure]",
    "clarify": "[what you would ask or assume first]",
    "approach": "[what you would do]",
    "tradeoff": "[what you give up for it, and why that is right here]",
    "verify": "[how you check that it works]",
    "reason": "[why]",
    "particulars": "[one case or figure]",
    "link": "[what that has to do with this job]",
}
_HEADINGS: Final[dict[Shape, dict[str, str]]] = {
    "star": {"situation": "Situation", "task": "Task", "action": "Action", "result": "Result"},
    "design": {
        "clarify": "First",
        "approach": "Approach",
        "tradeoff": "Trade-offs",
        "verify": "Check",
    },
    "plain": {"particulars": "What", "reason": "Why", "link": "And this job"},
}


def stronger_version(reading: Reading) -> str:
    """Return a stronger version in Markdown, a line for each part; empty where there is nothing to build on."""
    useful = [clause for clause in reading.clauses if clause.concrete or not clause.vague]
    if reading.doubt is not None or len(useful) < _LEAST:
        return ""
    shares = _sorted_out(reading, useful)
    if not any(shares.values()):
        return ""
    headings = _HEADINGS[reading.asked.shape]
    return "\n".join(
        f"**{heading}:** {' '.join(_sentence(reading, clause) for clause in shares[part]) or _GAPS[part]}"
        for part, heading in headings.items()
    )


def _sorted_out(reading: Reading, clauses: list[Clause]) -> dict[str, list[Clause]]:
    """Return each clause under the part that it shows, or under the part of the one before it."""
    parts = parts_of(reading)
    order = list(_HEADINGS[reading.asked.shape])
    shares: dict[str, list[Clause]] = {part: [] for part in PARTS[reading.asked.shape]}
    present, words = order[0], 0
    for clause in clauses:
        shown = [
            part
            for part in reversed(order)
            if any(clause.first <= found.first <= clause.last for found in parts[part])
        ]
        present = shown[0] if shown else present
        words += clause.last - clause.first + 1
        if words > _MOST_WORDS:
            break
        shares[present].append(clause)
    return shares


def _sentence(reading: Reading, clause: Clause) -> str:
    """Return a clause as a sentence: the person's words without the hesitations, nothing else changed."""
    first = clause.first
    while first < clause.last and reading.words.words[first] in _LEADING:
        first += 1
    _, _, words = reading.quote(first, clause.last)
    words = _FILLERS.sub("", " ".join(words.split())).strip(" ,;:-")
    return f"{words[:1].upper()}{words[1:]}." if words else ""
