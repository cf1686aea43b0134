"""Fits the weights of relevance, and says how they do on parts that were left out.

`python -m tests.unit.fitting_practice` prints the weights, and what is refused with and without points where a whole
part (one author, one style) was left out of the fit. It reads the labelled answers that may be looked at, puts answers
to other questions as well, and needs numpy.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

from jobcopilot.practice.answers import registers
from jobcopilot.practice.answers.reading import Reading, read_answer
from jobcopilot.practice.answers.relevance import BY_HAND, WEIGHTS, Told, refused_below, signs_of
from jobcopilot.practice.answers.signs import find_points
from tests.unit.fitting_registers import LABELLED, PROBES
from tests.unit.fitting_registers import fitted as fitted_registers
from tests.unit.scoring_practice import DATA, Row, asked_of, read, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

PARTS: Final = (*LABELLED, PROBES)
RIDGE: Final = 3e-3
MORE: Final = "more"
"""Texts that are no answers, by whoever wrote the rules."""
STORIES_OF: Final = frozenset(["off_topic", "other_answer"])
STORIES: Final = 60
"""What a story off the topic weighs beside an answer to another question."""
OTHERS: Final = 10
"""Other questions that each answer is put to."""
STEPS: Final = 300


@dataclass(frozen=True, slots=True)
class Example:
    """An answer put to a question; `of` and `answer_of` are the parts of the question and of the answer."""

    name: str
    signs: dict[str, float]
    refused: float
    """The sum of signs below which the answer would be refused."""
    kind: str
    """"honest" (to its own question), "other" (to another one) or "story" (off the topic by label)."""
    of: str
    answer_of: str

    @property
    def weight(self) -> float:
        """What it weighs in the fit."""
        return STORIES if self.kind == "story" else 1.0


def examples(*, points: bool) -> Iterator[Example]:
    """Yield each honest answer with its own and some other questions, and each story off the topic."""
    rows = [(part, row) for part in PARTS[:-1] for row in rows_of("answers", part)]
    probes = read(DATA / "probes.jsonl")
    rows += [(PROBES, row) for row in probes if row["fits"]]
    asked = {row["question"]: (part, row) for part, row in rows}
    drawn = random.Random(5)
    of_registers = fitted_registers()
    without, every = of_registers.without, of_registers.weights

    def put(row: Row, reading: Reading, question: Row, kind: str, of: str, answer_of: str) -> Example:
        told = Told(*(len(reading.of(name)) for name in ("deed", "hypothetical", "link")))
        one = asked_of(question, points=points)
        found = find_points(reading.words, one.points)
        # The register of an answer is told by weights that its part had no hand in, as on a stranger's answer.
        with patch.object(registers, "weights", lambda: without.get(answer_of, every)):
            signs = signs_of(one, reading.words, reading.content, found, told)
        return Example(row["id"], signs, refused_below(one, reading.content), kind, of, answer_of)

    for part, row in rows:
        reading = read_answer(asked_of(row, points=points), row["answer"])
        yield put(row, reading, row, "honest", part, part)
        others = [one for one in asked.values() if one[1]["question"] != row["question"]]
        for of, other in drawn.sample(others, OTHERS):
            yield put(row, reading, other, "other", of, part)
    stories = [
        (part, row)
        for part in (*LABELLED, MORE)
        for row in rows_of("adversarial", part)
        if row["kind"] in STORIES_OF
    ]
    for part, row in (*stories, *((PROBES, row) for row in probes if not row["fits"])):
        reading = read_answer(asked_of(row, points=points), row["answer"])
        yield put(row, reading, row, "story", part, part)


def fit(
    signs: Numbers, fits: Numbers, weights: Numbers, free: Numbers, ridge: float | Numbers = RIDGE
) -> Numbers:
    """Return the weights with the least loss: both sides weigh alike, and only free ones may be negative."""
    import numpy as np

    side = np.where(fits > 0, weights / weights[fits > 0].sum(), weights / weights[fits < 0].sum()) / 2
    kept = np.full(signs.shape[1], ridge)
    kept[0] = 0
    steepest = np.ones(signs.shape[1])
    for _ in range(30):
        steepest = signs.T @ (side * (signs @ (steepest / np.linalg.norm(steepest))))
    step = 1 / (1.1 * np.linalg.norm(steepest) / 4 + 2 * kept.max())
    found = ahead = np.zeros(signs.shape[1])
    pace = 1.0
    for _ in range(STEPS):
        push = -side * fits / (1 + np.exp(fits * (signs @ ahead)))
        after = ahead - step * (signs.T @ push + 2 * kept * ahead)
        after = np.where(free > 0, after, np.maximum(after, 0))
        quicker = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = after + (pace - 1) / quicker * (after - found)
        found, pace = after, quicker
    return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights by name, by part those fitted without it, and each example's sum by those without its part.

    The sum is None where the question and the answer are of different parts.
    """

    weights: dict[str, float]
    without: dict[str, dict[str, float]]
    sums: list[float | None]


def fitted(made: Sequence[Example], *, points: bool) -> Fitted:
    """Fit the weights of the signs of relevance."""
    import numpy as np

    names = list(made[0].signs)
    signs = np.array([[one.signs[name] for name in names] for one in made])
    fits = np.array([1.0 if one.kind == "honest" else -1.0 for one in made])
    weights = np.array([one.weight for one in made])
    free = np.array([float(name == "base" or name.startswith("is ")) for name in names])
    sums: list[float | None] = [None] * len(made)
    left: dict[str, dict[str, float]] = {}

    def by_hand(found: Numbers) -> Numbers:
        for name in BY_HAND:
            found[names.index(name)] = WEIGHTS[name][int(not points)]
        return found

    for part in (*PARTS, MORE):
        without = np.array([part not in (one.of, one.answer_of) for one in made])
        found = by_hand(fit(signs[without], fits[without], weights[without], free))
        left[part] = dict(zip(names, map(float, found), strict=True))
        for place, one in enumerate(made):
            if one.of == one.answer_of == part:
                sums[place] = float(signs[place] @ found)
    every = by_hand(fit(signs, fits, weights, free))
    return Fitted(dict(zip(names, map(float, every), strict=True)), left, sums)


def refused_in(
    made: Sequence[Example], sums: Sequence[float | None], moved: float = 0.0
) -> dict[str, list[bool]]:
    """Return for each kind and each part which examples are refused by weights fitted without that part."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for total, one in zip(sums, made, strict=True):
        if total is not None:
            for name in (one.kind, f"{one.kind} {one.of}"):
                groups[name].append(total < one.refused + moved)
    return groups


def _told(groups: dict[str, list[bool]]) -> str:
    return ", ".join(f"{name} {sum(found)} of {len(found)}" for name, found in sorted(groups.items()))


def main() -> None:
    """Print the weights, and how they do on parts that were left out."""
    both = []
    for points in (True, False):
        told = "with points" if points else "without points"
        made = list(examples(points=points))
        found = fitted(made, points=points)
        sums = found.sums
        both.append(found.weights)
        for moved in (-0.3, 0.0, 0.3):
            sys.stdout.write(f"{told}, refused {moved:+.1f}: {_told(refused_in(made, sums, moved))}\n")
        for kind, first in (("honest", 12), ("story", -12)):
            known = sorted(
                (total - one.refused, one.name)
                for total, one in zip(sums, made, strict=True)
                if total is not None and one.kind == kind
            )
            near = known[:first] if first > 0 else known[first:]
            sys.stdout.write(f"  {kind}: {', '.join(f'{name} {total:+.2f}' for total, name in near)}\n")
    for name in both[0]:
        sys.stdout.write(f'    "{name}": ({both[0][name]:.2f}, {both[1][name]:.2f}),\n')


if __name__ == "__main__":
    main()
