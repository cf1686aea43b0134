"""Fits the weights of relevance and of the score, and says how they do on parts that were left out.

`python -m tests.unit.fitting_practice` prints the weights, and what is refused with and without points where a whole
part (one author, one style) was left out of the fit. It reads the labelled answers that may be looked at, puts answers
to other questions as well, and needs numpy.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jobcopilot.practice.answers.reading import Reading, read_answer
from jobcopilot.practice.answers.relevance import BY_HAND, WEIGHTS, Told, refused_below, signs_of
from jobcopilot.practice.answers.signs import find_points
from jobcopilot.practice.assessment.marks import marks_of, substances
from tests.unit.scoring_practice import DATA, LEVELS, Row, asked_of, read, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

PROBES: Final = "probes"
"""Answers to the shipped questions that whoever wrote the rules wrote against them; no levels, so no pairs."""
PARTS: Final = ("tune", "held", "fresh", "wide", "last", PROBES)
RIDGE: Final = 3e-3
RIDGE_OF_PAIRS: Final = 0.006
STORIES: Final = 60
"""What a story off the topic weighs beside an answer to another question."""
OTHERS: Final = 24
"""Other questions that each answer is put to."""
STEPS: Final = 500


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

    def put(row: Row, reading: Reading, question: Row, kind: str, of: str, answer_of: str) -> Example:
        told = Told(*(len(reading.of(name)) for name in ("deed", "hypothetical", "link")))
        one = asked_of(question, points=points)
        found = find_points(reading.words, one.points)
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
        for part in PARTS[:-1]
        for row in rows_of("adversarial", part)
        if row["kind"] == "off_topic"
    ]
    for part, row in (*stories, *((PROBES, row) for row in probes if not row["fits"])):
        reading = read_answer(asked_of(row, points=points), row["answer"])
        yield put(row, reading, row, "story", part, part)


def fit(signs: Numbers, fits: Numbers, weights: Numbers, free: Numbers, ridge: float = RIDGE) -> Numbers:
    """Return the weights with the least loss: both sides weigh alike, and only free ones may be negative."""
    import numpy as np

    side = np.where(fits > 0, weights / weights[fits > 0].sum(), weights / weights[fits < 0].sum()) / 2
    kept = np.array([ridge] * signs.shape[1])
    kept[0] = 0
    step = 1 / (np.linalg.eigvalsh((signs * side[:, None]).T @ signs)[-1] / 4 + 2 * ridge)
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


def fitted(made: Sequence[Example], *, points: bool) -> tuple[dict[str, float], list[float | None]]:
    """Return the weights by name, and each example's sum by weights fitted without its part.

    The sum is None where the question and the answer are of different parts.
    """
    import numpy as np

    names = list(made[0].signs)
    signs = np.array([[one.signs[name] for name in names] for one in made])
    fits = np.array([1.0 if one.kind == "honest" else -1.0 for one in made])
    weights = np.array([one.weight for one in made])
    free = np.array([float(name == "base" or name.startswith("is ")) for name in names])
    sums: list[float | None] = [None] * len(made)

    def by_hand(found: Numbers) -> Numbers:
        for name in BY_HAND:
            found[names.index(name)] = WEIGHTS[name][int(not points)]
        return found

    for part in PARTS:
        without = np.array([part not in (one.of, one.answer_of) for one in made])
        found = by_hand(fit(signs[without], fits[without], weights[without], free))
        for place, one in enumerate(made):
            if one.of == one.answer_of == part:
                sums[place] = float(signs[place] @ found)
    every = by_hand(fit(signs, fits, weights, free))
    return dict(zip(names, map(float, every), strict=True)), sums


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


def _pairs(*, points: bool) -> tuple[list[str], list[list[float]], list[str]]:
    """Return the names of what a score is made of, its gain from each weaker to each better answer, and parts."""
    levels: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(dict)
    for part in PARTS[:-1]:
        for row in rows_of("answers", part):
            reading = read_answer(asked_of(row, points=points), row["answer"])
            made = {mark.name: mark.score / 100 for mark in marks_of(reading)}
            del made["substance"], made["length"]
            levels[part, row["question"]][row["level"]] = {**made, **substances(reading)}
    names = list(next(iter(levels.values()))["weak"])
    gains, parts = [], []
    for (part, _), of_question in levels.items():
        for weaker, better in itertools.combinations(LEVELS, 2):
            gains.append([of_question[better][name] - of_question[weaker][name] for name in names])
            parts.append(part)
    return names, gains, parts


def score_weights(*, points: bool) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights of a score by name, and by part the share of pairs in order where it was left out."""
    import numpy as np

    names, gains, parts = _pairs(points=points)
    # A pair read backwards is the same pair; the first column is that of a base, which cancels out.
    up = np.hstack([np.zeros((len(gains), 1)), np.array(gains)])
    of = np.array(parts)
    free = np.zeros(up.shape[1])

    def over(chosen: NDArray[np.bool_]) -> Numbers:
        some = up[chosen]
        one = np.ones(len(some))
        return fit(
            np.vstack([some, -some]),
            np.concatenate([one, -one]),
            np.ones(2 * len(some)),
            free,
            RIDGE_OF_PAIRS,
        )

    shares = {part: float((up[of == part] @ over(of != part) > 0).mean()) for part in PARTS[:-1]}
    every = np.ones(len(parts), dtype=bool)
    return dict(zip(names, map(float, over(every)[1:]), strict=True)), shares


def _told(groups: dict[str, list[bool]]) -> str:
    return ", ".join(f"{name} {sum(found)} of {len(found)}" for name, found in sorted(groups.items()))


def main() -> None:
    """Print the weights, and how they do on parts that were left out."""
    both = []
    for points in (True, False):
        told = "with points" if points else "without points"
        weights, shares = score_weights(points=points)
        of_parts = ", ".join(f"{part} {100 * share:.1f} %" for part, share in shares.items())
        sys.stdout.write(f"{told}: pairs in order, each part left out of its fit: {of_parts}\n")
        sys.stdout.write("".join(f'    "{name}": {value:.2f}\n' for name, value in weights.items()))
        made = list(examples(points=points))
        found, sums = fitted(made, points=points)
        both.append(found)
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
