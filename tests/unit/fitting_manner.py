"""Fits the weights of manners of speaking (`jobcopilot/practice/answers/manner.toml`).

`python -m tests.unit.fitting_manner` prints how many honest answers and how many texts lie above a border where their
part was left out of the fit; `--write` also writes the weights. It needs numpy.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jobcopilot.practice.answers import manner
from jobcopilot.practice.answers.lexicon import FUNCTION
from jobcopilot.practice.answers.words import words_of
from jobcopilot.practice.shipped import shipped_bank
from tests.unit.fitting_practice import MORE, fit
from tests.unit.fitting_registers import LABELLED, PROBES
from tests.unit.scoring_practice import DATA, read, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FILE: Final = Path(manner.__file__).with_name("manner.toml")
OF: Final = {
    "strung": {"shuffled"},
    "framed": {"word_salad", "buzzwords", "framed"},
    "essay": {"essay", "science", "history", "politics", "news"},
    "song": {"lyrics", "poem"},
}
"""The kinds of text that are put together in each manner; for "song", essays and shuffles are passed over."""
RIDGE: Final = {"strung": 3e-4, "framed": 1e-3, "essay": 2e-3, "song": 2e-3}
TEXTS: Final = 15
"""Texts that hold a sign, at least, for it to have a weight."""
HALVED: Final = 40
BORDERS: Final = (-0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0)
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, its part and what it is: honest answers, pieces of them and kinds of texts that answer nothing."""

    name: str
    part: str
    kind: str
    text: str


def shuffled(text: str, way: int, drawn: random.Random) -> str:
    """Return a text with its words in another order: all, those of weight, or every five among themselves."""
    words = _WORD.findall(text)
    if way == 0:
        drawn.shuffle(words)
    elif way == 1:
        places = [place for place, word in enumerate(words) if word.casefold() not in FUNCTION]
        moved = [words[place] for place in drawn.sample(places, len(places))]
        for place, word in zip(places, moved, strict=True):
            words[place] = word
    else:
        fives = [words[start : start + 5] for start in range(0, len(words), 5)]
        words = [word for five in fives for word in drawn.sample(five, len(five))]
    stops = re.findall("[,.]", text) or ["."]
    every = max(len(words) // len(stops), 2)
    return " ".join(
        word + (drawn.choice(stops) if place % every == every - 1 else "") for place, word in enumerate(words)
    )


def _from_rubrics(drawn: random.Random) -> list[Piece]:
    """Return lists of the signs of shipped questions, and sentences that they were put into."""
    found = []
    asked = drawn.sample(list(shipped_bank().questions), 160)
    for place, one in enumerate(asked):
        signs = [sign for point in one["points"] for sign in point["signs"]]
        drawn.shuffle(signs)
        some = signs[: drawn.randint(8, 18)]
        joint = drawn.choice([", ", ", ", ". ", " ", " and "])
        found.append(Piece(f"listed-{place}", "made", "listed", joint.join(some)))
        words = [word for sign in signs for word in sign.split() if word not in FUNCTION and len(word) > 3]
        if len(words) < 14:
            continue
        said = []
        for _ in range(drawn.randint(4, 7)):
            first, does, second, third = drawn.sample(words, 4)
            one_, other = (
                drawn.choice(["The", "A", "My", "Our", "The"]),
                drawn.choice(["the", "a", "my", "the"]),
            )
            doing = does + drawn.choice(["s", "ed", "s", ""])
            way = drawn.randrange(4)
            further = drawn.choice(["and", "so", "because", "with", "when", "while", "of", "to", "into"])
            ends = ("", *[f" {further} the {third}"] * 2, f", {further} {third} {doing} a {first}")
            said.append(f"{one_} {first} {doing} {other} {second}{ends[way]}")
        found.append(Piece(f"framed-{place}", "made", "framed", ". ".join(said) + "."))
    return found


def pieces() -> list[Piece]:
    """Return the honest answers, whole, in pieces and shuffled, and what is no answer."""
    drawn = random.Random(7)
    answers = [(part, row) for part in LABELLED for row in rows_of("answers", part)]
    answers += [(PROBES, row) for row in read(DATA / "probes.jsonl") if row["fits"]]
    found = []
    for part, row in answers:
        said = row["answer"].split()
        found.append(Piece(row["id"], part, "honest", row["answer"]))
        if len(said) > HALVED:
            half = len(said) // 2
            halves = (said[:half], said[half:])
            found += [Piece(row["id"], part, "piece", " ".join(text)) for text in halves]
        found += [Piece(row["id"], part, "shuffled", shuffled(row["answer"], way, drawn)) for way in range(3)]
    for part in (*LABELLED, MORE):
        for row in rows_of("adversarial", part):
            found.append(Piece(row["id"], part, row["kind"], row["answer"]))
    found += [Piece(row["id"], "texts", row["kind"], row["answer"]) for row in read(DATA / "texts.jsonl")]
    return found + _from_rubrics(drawn)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of a manner, by part those without it, and each piece's sum by those without its part."""

    weights: dict[str, float]
    without: dict[str, dict[str, float]]
    sums: list[tuple[Piece, float]]


def fitted(name: str, made: Sequence[Piece], signs: Sequence[dict[str, float]]) -> Fitted:
    """Fit the weights of one manner."""
    import numpy as np

    counts = Counter(sign for one in signs for sign in one)
    names = [sign for sign, count in counts.items() if count >= TEXTS]
    place = {sign: index for index, sign in enumerate(names)}
    held = np.zeros((len(made), len(names)))
    for row, one in enumerate(signs):
        for sign in one.keys() & place.keys():
            held[row, place[sign]] = one[sign]
    kinds = np.array([one.kind for one in made])
    parts = np.array([one.part for one in made])
    honest = np.isin(kinds, ["honest", "piece"])
    is_it = np.isin(kinds, sorted(OF[name]))
    used = honest | is_it
    fits = np.where(is_it, 1.0, -1.0)
    # What people wrote as no answer weighs more than what a rule made of it.
    weight = np.where(np.isin(kinds, ["shuffled", "listed", "framed"]), 1.0, np.where(honest, 1.0, 12.0))
    free = np.ones(len(names))

    def over(chosen: NDArray[np.bool_]) -> Numbers:
        return fit(held[chosen], fits[chosen], weight[chosen], free, RIDGE[name])

    sums = np.zeros(len(made))
    left = {}
    for part in dict.fromkeys(one.part for one in made):
        found = over(used & (parts != part))
        left[part] = {sign: float(value) for sign, value in zip(names, found, strict=True)}
        sums[parts == part] = held[parts == part] @ found
    every = over(used)
    return Fitted(
        dict(zip(names, map(float, every), strict=True)),
        left,
        [(one, float(total)) for one, total in zip(made, sums, strict=True)],
    )


def all_fitted() -> dict[str, Fitted]:
    """Fit all manners."""
    made = pieces()
    signs = [dict(manner.signs_of_manner(words_of(one.text))) for one in made]
    return {name: fitted(name, made, signs) for name in OF}


def written(found: dict[str, Fitted]) -> str:
    """Return the file of weights; what is nearly 0 is left out."""
    lines = [
        "# Weights of classes of words that follow each other (a class between them passed over: _) and of shares (%),",
        "# written by `python -m tests.unit.fitting_manner --write` from tests/data/practice: do not edit by hand.",
    ]
    for name, one in found.items():
        kept = [f"{sign} {value:.3f}" for sign, value in sorted(one.weights.items()) if abs(value) >= 0.02]
        lines.append(f'\n{name} = """\n' + "\n".join(kept) + '"""')
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print how the weights do on parts that were left out; write them where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write manner.toml")
    chosen = parser.parse_args(arguments)
    found = all_fitted()
    for name, one in found.items():
        for border in BORDERS:
            groups: dict[str, list[bool]] = defaultdict(list)
            for piece, total in one.sums:
                groups[piece.kind].append(total > border)
            kinds = ["honest", "piece", *sorted(OF[name]), "off_topic", "recited", "steering", "emptyish"]
            told = ", ".join(f"{kind} {sum(groups[kind])} of {len(groups[kind])}" for kind in kinds)
            sys.stdout.write(f"{name} above {border}: {told}\n")
        honest = sorted(
            ((total, piece.name) for piece, total in one.sums if piece.kind == "honest"), reverse=True
        )
        sys.stdout.write(f"  {', '.join(f'{piece} {total:+.2f}' for total, piece in honest[:14])}\n")
        hidden = sorted(
            (total, piece.name) for piece, total in one.sums if piece.kind in OF[name] - {"shuffled"}
        )
        sys.stdout.write(f"  {', '.join(f'{piece} {total:+.2f}' for total, piece in hidden[:30])}\n")
        dense = sorted((sign, value) for sign, value in one.weights.items() if sign[0] == "%")
        sys.stdout.write(f"  {', '.join(f'{sign} {value:+.2f}' for sign, value in dense)}\n")
    if chosen.write:
        FILE.write_text(written(found), "utf-8")


if __name__ == "__main__":
    main()
