"""Fits the weights of relevance and of the score, and says how they do on questions that were left out.

`python -m tests.unit.fitting_practice` prints the weights, and what is refused with and without points. It reads the
labelled answers that may be looked at, puts each answer to every other question as well, and needs numpy.
"""

from __future__ import annotations

import itertools
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jobcopilot.practice.answers.reading import Reading, read_answer
from jobcopilot.practice.answers.relevance import REFUSED, Told, signs_of
from jobcopilot.practice.answers.signs import find_points
from jobcopilot.practice.assessment.marks import marks_of, substances
from tests.unit.scoring_practice import LEVELS, Row, asked_of, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

PARTS: Final = ("tune", "wide", "fresh")
RIDGE: Final = 5e-4
RIDGE_OF_PAIRS: Final = 0.006
STORIES: Final = 25
"""What a story off the topic weighs beside an answer to another question."""
FOLDS: Final = 10
STEPS: Final = 4_000


@dataclass(frozen=True, slots=True)
class Example:
    """An answer put to a question; `fold` and `from_fold` are those of the question and of the answer's own one."""

    signs: dict[str, float]
    fits: bool
    weight: float
    fold: int
    from_fold: int


def examples(*, points: bool) -> Iterator[Example]:
    """Yield each honest answer with its own and all other questions, and each story off the topic."""
    rows = [row for part in PARTS for row in rows_of("answers", part)]
    asked = {row["question"]: asked_of(row, points=points) for row in rows}
    folds = {question: place * 7 % FOLDS for place, question in enumerate(asked)}

    def put(row: Row, reading: Reading, question: str, weight: float, *, fits: bool) -> Example:
        told = Told(*(len(reading.of(name)) for name in ("deed", "hypothetical", "link")))
        one = asked.get(question) or asked_of(row, points=points)
        found = find_points(reading.words, one.points)
        signs = signs_of(one, reading.words, reading.content, found, told)
        return Example(signs, fits, weight, folds.get(question, 0), folds.get(row["question"], 0))

    for row in rows:
        reading = read_answer(asked[row["question"]], row["answer"])
        for question in asked:
            yield put(row, reading, question, 1, fits=question == row["question"])
    for row in (row for part in PARTS for row in rows_of("adversarial", part) if row["kind"] == "off_topic"):
        yield put(row, read_answer(asked_of(row), row["answer"]), row["question"], STORIES, fits=False)


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


def fitted(made: Sequence[Example]) -> tuple[dict[str, float], list[float]]:
    """Return the weights by name, and each example's sum by weights fitted without its questions."""
    import numpy as np

    names = list(made[0].signs)
    signs = np.array([[one.signs[name] for name in names] for one in made])
    fits = np.array([1.0 if one.fits else -1.0 for one in made])
    weights = np.array([float(one.weight) for one in made])
    free = np.array([float(name == "base" or name.startswith("is ")) for name in names])
    of, answered = np.array([one.fold for one in made]), np.array([one.from_fold for one in made])
    sums = np.zeros(len(made))
    for fold in range(FOLDS):
        without = (of != fold) & (answered != fold)
        sums[of == fold] = signs[of == fold] @ fit(signs[without], fits[without], weights[without], free)
    return dict(zip(names, map(float, fit(signs, fits, weights, free)), strict=True)), list(map(float, sums))


def _pairs(*, points: bool) -> tuple[list[str], list[list[float]], list[int]]:
    """Return the names of what a score is made of, its gain from each weaker to each better answer, and questions."""
    levels: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for row in (row for part in PARTS for row in rows_of("answers", part)):
        reading = read_answer(asked_of(row, points=points), row["answer"])
        made = {mark.name: mark.score / 100 for mark in marks_of(reading)}
        del made["substance"], made["length"]
        levels[row["question"]][row["level"]] = {**made, **substances(reading)}
    names = list(next(iter(levels.values()))["weak"])
    gains, questions = [], []
    for number, of_question in enumerate(levels.values()):
        for weaker, better in itertools.combinations(LEVELS, 2):
            gains.append([of_question[better][name] - of_question[weaker][name] for name in names])
            questions.append(number)
    return names, gains, questions


def score_weights(*, points: bool) -> tuple[dict[str, float], float]:
    """Return the weights of a score by name, and the share of pairs in order where their question was left out."""
    import numpy as np

    names, gains, questions = _pairs(points=points)
    # A pair read backwards is the same pair; the first column is that of a base, which cancels out.
    up = np.hstack([np.zeros((len(gains), 1)), np.array(gains)])
    of = np.array(questions)
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

    right = sum(int((up[of == one] @ over(of != one) > 0).sum()) for one in set(questions))
    return dict(zip(names, map(float, over(of >= 0)[1:]), strict=True)), right / len(gains)


def _told(made: Sequence[Example], sums: Sequence[float], refused: float) -> str:
    groups: dict[str, list[bool]] = {"honest": [], "answers to another question": [], "stories": []}
    for total, one in zip(sums, made, strict=True):
        name = "honest" if one.fits else "stories" if one.weight > 1 else "answers to another question"
        groups[name].append(total < refused)
    return ", ".join(f"{name} {sum(found)} of {len(found)}" for name, found in groups.items())


def main() -> None:
    """Print the weights, and how they do on questions that were left out."""
    both = []
    for points in (True, False):
        told = "with points" if points else "without points"
        weights, share = score_weights(points=points)
        sys.stdout.write(
            f"{told}: {100 * share:.1f} % of pairs in order, each question left out of its fit\n"
        )
        sys.stdout.write("".join(f'    "{name}": {value:.2f}\n' for name, value in weights.items()))
        made = list(examples(points=points))
        found, sums = fitted(made)
        both.append(found)
        for refused in (REFUSED - 0.3, REFUSED, REFUSED + 0.3):
            sys.stdout.write(f"{told}, refused below {refused:.2f}: {_told(made, sums, refused)}\n")
    for name in both[0]:
        sys.stdout.write(f'    "{name}": ({both[0][name]:.2f}, {both[1][name]:.2f}),\n')


if __name__ == "__main__":
    main()
