"""In which register somebody speaks: of machines, of a product, of what they lived through, or of themselves.

A weighted list of stems, kept as data beside this file and fitted on the labelled answers
(`tests/unit/fitting_registers.py`): what kind of question an answer was given to shows in its words even where no word
of the question stands in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from jobcopilot.practice.answers.wording import BASE, chosen, size_of
from jobcopilot.practice.answers.words import Words

_DATA: Final = Path(__file__).with_name("registers.txt")
REGISTERS: Final[Mapping[str, int]] = {
    "technical": 0, "system-design": 0, "product-sense": 1, "behavioral": 2, "hiring-manager": 2, "recruiter-screen": 3,
}  # fmt: skip
"""The register that a type of question is answered in: its place in the weights."""
COUNT: Final = 4
Weights = Mapping[str, tuple[float, ...]]


@cache
def weights() -> Weights:
    """Return the weights of each stem, one for each register."""
    lines = (line.split() for line in _DATA.read_text("utf-8").splitlines() if not line.startswith(";"))
    return {stem: tuple(map(float, values)) for stem, *values in lines}


def in_register(words: Words, question_type: str) -> float:
    """Return the logarithm of how likely an answer was given to a question of that type: 0 for sure, below it else.

    A type that is not known says nothing: then it is as for an even chance.
    """
    register = REGISTERS.get(question_type)
    if register is None or not words.words:
        return -math.log(COUNT)
    table, size = weights(), size_of(words)
    sums = list(table[BASE])
    # In order, because a sum of floats depends on its order, and a set's order on the process.
    for stem in sorted(chosen(words)):
        for place, weight in enumerate(table.get(stem, ())):
            sums[place] += weight / size
    most = max(sums)
    return sums[register] - most - math.log(math.fsum(math.exp(one - most) for one in sums))
