"""Fits the weights of words (`jobcopilot/practice/answers/wording.toml`) and the weights of the score beside them.

`python -m tests.unit.fitting_wording` prints how both do on parts that were left out of the fit; `--write` also writes
the weights of words. It reads the labelled answers that may be looked at and the texts that answer nothing
(`texts.jsonl`), and needs numpy.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jobcopilot.practice.answers import wording
from jobcopilot.practice.answers.reading import Reading, read_answer
from jobcopilot.practice.answers.relevance import asked_stems
from jobcopilot.practice.answers.words import words_of
from jobcopilot.practice.assessment.marks import SUBSTANCE, WEIGHTS, marks_of, substances
from tests.unit.fitting_practice import MORE, PARTS, fit
from tests.unit.fitting_registers import LABELLED, PROBES
from tests.unit.scoring_practice import DATA, LEVELS, Row, asked_of, read, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FILE: Final = Path(wording.__file__).with_name("wording.toml")
QUESTIONS: Final = 6
"""Questions whose answers hold a word, at least, for it to have a weight: a word of one matter says nothing."""
FROM: Final = 3
"""Parts that hold it, at least."""
RIDGE_OF_WORDS: Final = 0.03
RIDGE_OF_MARKS: Final = 0.1
TEXTS_WITH: Final = 4
"""Texts and answers that hold a word, at least, for it to tell them apart."""
RIDGE_OF_TEXTS: Final = 0.015
KINDS: Final = frozenset(["off_topic", "essay", "lyrics", "buzzwords", "emptyish", "recited", "word_salad"])
"""Adversarial answers that read like no answer, whatever was asked."""
HALVED: Final = 40
"""Words from which on an answer is shown in pieces as well, so that a short one is not taken for a text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with its words, and whether it is an honest answer; `whole` where it is one as it was given."""

    name: str
    part: str
    kind: str
    stems: frozenset[str]
    size: float
    honest: bool
    whole: bool


def matrix(pieces: Sequence[tuple[frozenset[str], float]], names: Sequence[str]) -> Numbers:
    """Return a row for each piece with what each stem adds to its sum."""
    import numpy as np

    place = {name: index for index, name in enumerate(names)}
    found = np.zeros((len(pieces), len(names)))
    for row, (stems, size) in enumerate(pieces):
        found[row, [place[stem] for stem in stems if stem in place]] = 1 / size
    return found


def dense(reading: Reading) -> dict[str, float]:
    """Return what a score is made of besides words, each from 0 to 1."""
    made = {mark.name: mark.score / 100 for mark in marks_of(reading)}
    parts = substances(reading)
    return {
        **{name: made.get(name, 0.0) for name in WEIGHTS if name not in ("substance", "length")},
        **{name: parts[name] for name in SUBSTANCE if name != "a case"},
    }


@dataclass(frozen=True, slots=True)
class Scored:
    """The weights of marks and of stems, and by part those of stems and the pairs in order where it was left out."""

    marks: dict[str, float]
    words: dict[str, float]
    without: dict[str, dict[str, float]]
    shares: dict[str, float]


def score_weights(*, points: bool) -> Scored:
    """Fit a score to the pairs of a weaker and a better answer to one question."""
    import numpy as np

    rows = [(part, row) for part in LABELLED for row in rows_of("answers", part)]
    readings = [read_answer(asked_of(row, points=points), row["answer"]) for _, row in rows]
    marks = [dense(reading) for reading in readings]
    stems = [(wording.chosen(one.words), wording.size_of(one.words)) for one in readings]
    questions, parts = defaultdict(set), defaultdict(set)
    for (part, row), (those, _) in zip(rows, stems, strict=True):
        for stem in those:
            questions[stem].add(row["question"])
            parts[stem].add(part)
    words = sorted(one for one in questions if len(questions[one]) >= QUESTIONS and len(parts[one]) >= FROM)
    held = np.hstack([np.array([list(one.values()) for one in marks]), matrix(stems, words)])
    places: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for place, (part, row) in enumerate(rows):
        places[part, row["question"]][row["level"]] = place
    pairs = [
        (part, levels[weaker], levels[better])
        for (part, _), levels in places.items()
        for weaker, better in itertools.combinations(LEVELS, 2)
    ]
    of = np.array([part for part, _, _ in pairs])
    gains = np.array([held[better] - held[weaker] for _, weaker, better in pairs])
    ridge = np.array([0.0] + [RIDGE_OF_MARKS] * len(marks[0]) + [RIDGE_OF_WORDS] * len(words))
    free = np.array([0.0] + [0.0] * len(marks[0]) + [1.0] * len(words))

    def over(chosen: NDArray[np.bool_]) -> Numbers:
        # A pair read backwards is the same pair; the first column is that of a base, which cancels out.
        some = np.hstack([np.zeros((int(chosen.sum()), 1)), gains[chosen]])
        one = np.ones(len(some))
        up = np.vstack([some, -some])
        return fit(up, np.concatenate([one, -one]), np.ones(len(up)), free, ridge)[1:]

    left = {part: over(of != part) for part in LABELLED}
    shares = {part: float((gains[of == part] @ left[part] > 0).mean()) for part in LABELLED}
    first = len(marks[0])

    def named(found: Numbers) -> dict[str, float]:
        return dict(zip(words, map(float, found[first:]), strict=True))

    every = over(np.ones(len(pairs), dtype=bool))
    of_marks = dict(zip(marks[0], map(float, every[:first]), strict=True))
    return Scored(of_marks, named(every), {part: named(one) for part, one in left.items()}, shares)


def pieces() -> list[Piece]:
    """Return the honest answers, whole and in pieces, and what reads like no answer."""
    found: list[Piece] = []

    def put(
        name: str, part: str, kind: str, row: Row, text: str, *, honest: bool, whole: bool = True
    ) -> None:
        words = words_of(text)
        asked = asked_stems(asked_of(row))[0] if "question" in row else frozenset[str]()
        stems = wording.chosen(words) - asked
        found.append(Piece(name, part, kind, stems, wording.size_of(words), honest, whole))

    answers = [(part, row) for part in LABELLED for row in rows_of("answers", part)]
    probes = read(DATA / "probes.jsonl")
    for part, row in (*answers, *((PROBES, row) for row in probes if row["fits"])):
        said = row["answer"].split()
        put(row["id"], part, "honest", row, row["answer"], honest=True)
        if len(said) > HALVED:
            half = len(said) // 2
            for text in (said[:half], said[half:], said[20:45]):
                put(row["id"], part, "piece", row, " ".join(text), honest=True, whole=False)
    hostile = [
        (part, row)
        for part in (*LABELLED, MORE)
        for row in rows_of("adversarial", part)
        if row["kind"] in KINDS
    ]
    probed = [(PROBES, {**row, "kind": "off_topic"}) for row in probes if not row["fits"]]
    for part, row in (*hostile, *probed, *(("texts", row) for row in read(DATA / "texts.jsonl"))):
        put(row["id"], part, row["kind"], row, row["answer"], honest=False)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """The weights of stems for a text that answers nothing, by part those without it, and each piece's sum by those."""

    words: dict[str, float]
    without: dict[str, dict[str, float]]
    left_out: list[tuple[Piece, float]]


def text_weights() -> Told:
    """Fit what tells texts that answer nothing from answers."""
    import numpy as np

    made = pieces()
    counts: dict[str, int] = defaultdict(int)
    for one in made:
        for stem in one.stems:
            counts[stem] += 1
    words = sorted(stem for stem, count in counts.items() if count >= TEXTS_WITH)
    held = matrix([(one.stems, one.size) for one in made], words)
    signs = np.hstack([np.ones((len(made), 1)), held])
    fits = np.array([-1.0 if one.honest else 1.0 for one in made])
    parts = np.array([one.part for one in made])
    weight, free = np.ones(len(made)), np.ones(signs.shape[1])
    sums = np.zeros(len(made))
    names = [wording.BASE, *words]
    without = {}
    for part in (*PARTS, MORE):
        kept = parts != part
        found = fit(signs[kept], fits[kept], weight[kept], free, RIDGE_OF_TEXTS)
        sums[~kept] = signs[~kept] @ found
        without[part] = dict(zip(names, map(float, found), strict=True))
    every = fit(signs, fits, weight, free, RIDGE_OF_TEXTS)
    left_out = [(one, float(total)) for one, total in zip(made, sums, strict=True) if one.part in PARTS]
    return Told(dict(zip(names, map(float, every), strict=True)), without, left_out)


def written(tables: Mapping[str, Mapping[str, float]]) -> str:
    """Return the file of weights; what is nearly 0 is left out."""
    lines = [
        "# Weights of stems, written by `python -m tests.unit.fitting_wording --write` from the labelled answers and",
        "# texts of tests/data/practice: do not edit by hand.",
    ]
    for name, weights in tables.items():
        kept = [f"{stem} {value:.3f}" for stem, value in sorted(weights.items()) if abs(value) >= 0.004]
        lines.append(f'\n{name} = """\n' + "\n".join(kept) + '"""')
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print how the weights do on parts that were left out; write them where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write wording.toml")
    chosen = parser.parse_args(arguments)
    tables: dict[str, dict[str, float]] = {}
    for points in (False, True):
        scored = score_weights(points=points)
        of_parts = ", ".join(f"{part} {100 * share:.1f} %" for part, share in scored.shares.items())
        told = "with points" if points else "without points"
        sys.stdout.write(f"{told}: pairs in order, each part left out of its fit: {of_parts}\n")
        sys.stdout.write("".join(f'    "{name}": {value:.2f}\n' for name, value in scored.marks.items()))
        tables["case"] = scored.words
    texts = text_weights()
    tables["text"] = texts.words
    for least in (-0.4, 0.0, 0.4, 0.8, 1.2, 1.6):
        groups: dict[str, list[bool]] = defaultdict(list)
        for piece, total in texts.left_out:
            for kind in {piece.kind, f"{piece.kind} {piece.part}" if piece.kind == "honest" else piece.kind}:
                groups[kind].append(total > least)
        counted = ", ".join(f"{name} {sum(one)} of {len(one)}" for name, one in sorted(groups.items()))
        sys.stdout.write(f"taken for a text above {least}: {counted}\n")
    if chosen.write:
        FILE.write_text(written(tables), "utf-8")


if __name__ == "__main__":
    main()
