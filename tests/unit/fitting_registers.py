"""Fits the weights of registers (`jobcopilot/practice/answers/registers.txt`).

`python -m tests.unit.fitting_registers` prints how many answers are found in the register of their question where their
part was left out; `--write` also writes the weights. It needs numpy.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jobcopilot.practice.answers import registers
from jobcopilot.practice.answers.registers import COUNT, REGISTERS, Weights
from jobcopilot.practice.answers.wording import BASE, chosen, size_of
from jobcopilot.practice.answers.words import words_of
from tests.unit.scoring_practice import DATA, read, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FILE: Final = Path(registers.__file__).with_name("registers.txt")
LABELLED: Final = ("tune", "held", "fresh", "wide", "last", "sealed", "varied", "sealed2")
PROBES: Final = "probes"
"""Answers to the shipped questions that whoever wrote the rules wrote against them; no levels, so no pairs."""
ANSWERS: Final = 6
"""Answers that hold a stem, at least, for it to have weights."""
FROM: Final = 3
"""Parts that hold it, at least."""
RIDGE: Final = 3e-3
STEPS: Final = 300


def fit(held: Numbers, of: NDArray[np.int_]) -> Numbers:
    """Return the weights of a logistic regression over registers, all of which weigh alike; the first is the base."""
    import numpy as np

    share = (1 / np.bincount(of, minlength=COUNT))[of] / COUNT
    wanted = np.eye(COUNT)[of]
    step = 1 / (0.5 * np.linalg.norm(held * np.sqrt(share)[:, None], 2) ** 2 + 2 * RIDGE)
    found = ahead = np.zeros((held.shape[1], COUNT))
    pace = 1.0
    for _ in range(STEPS):
        sums = held @ ahead
        likely = np.exp(sums - sums.max(1, keepdims=True))
        likely /= likely.sum(1, keepdims=True)
        slope = held.T @ ((likely - wanted) * share[:, None])
        slope[1:] += 2 * RIDGE * ahead[1:]
        after = ahead - step * slope
        quicker = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = after + (pace - 1) / quicker * (after - found)
        found, pace = after, quicker
    return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights, by part those without it, and by part the shares of answers found in their register by those."""

    weights: Weights
    without: dict[str, Weights]
    found: dict[str, float]


def fitted() -> Fitted:
    """Fit the weights of registers."""
    import numpy as np

    rows = [(part, row) for part in LABELLED for row in rows_of("answers", part)]
    rows += [(PROBES, row) for row in read(DATA / "probes.jsonl") if row["fits"]]
    read_in = [words_of(row["answer"]) for _, row in rows]
    counts, parts_of = Counter[str](), defaultdict[str, set[str]](set)
    for (part, _), words in zip(rows, read_in, strict=True):
        for stem in chosen(words):
            counts[stem] += 1
            parts_of[stem].add(part)
    stems = sorted(one for one, count in counts.items() if count >= ANSWERS and len(parts_of[one]) >= FROM)
    place = {stem: index + 1 for index, stem in enumerate(stems)}
    held = np.zeros((len(rows), len(stems) + 1))
    held[:, 0] = 1
    for line, words in enumerate(read_in):
        held[line, [place[one] for one in chosen(words) if one in place]] = 1 / size_of(words)
    of = np.array([REGISTERS[row["type"]] for _, row in rows])
    parts = np.array([part for part, _ in rows])

    def named(found: Numbers) -> Weights:
        return {stem: tuple(map(float, one)) for stem, one in zip((BASE, *stems), found, strict=True)}

    left, right = dict[str, Weights](), dict[str, float]()
    for part in (*LABELLED, PROBES):
        out = parts == part
        found = fit(held[~out], of[~out])
        left[part] = named(found)
        right[part] = float(((held[out] @ found).argmax(1) == of[out]).mean())
    return Fitted(named(fit(held, of)), left, right)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print how the weights do on parts that were left out; write them where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write registers.txt")
    chosen_ = parser.parse_args(arguments)
    found = fitted()
    sys.stdout.write(", ".join(f"{part} {100 * share:.1f} %" for part, share in found.found.items()) + "\n")
    if chosen_.write:
        lines = [
            "; Weights of stems by register (machines, product, lived through, oneself), written by",
            "; `python -m tests.unit.fitting_registers --write` from tests/data/practice: do not edit by hand.",
        ]
        lines += [f"{stem} {' '.join(f'{one:.2f}' for one in each)}" for stem, each in found.weights.items()]
        FILE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
