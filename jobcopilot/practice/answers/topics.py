"""Which words belong to a question, learned from the shipped bank: what no word of the question itself says."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from jobcopilot.practice.answers.lexicon import FUNCTION, GENERIC, HESITATION, NUMBERS, TIMES, WORKING
from jobcopilot.practice.answers.themes import themes_of
from jobcopilot.practice.answers.words import folded_words, stem

_DATA: Final = Path(__file__).parents[1] / "data"
_KEY: Final = re.compile(r"^(?:id|type|difficulty)\s*=.*$|^\w+\s*=|^\[.*\]$|^#.*$", re.MULTILINE)
_NEAREST: Final = 12
"""Questions of the bank that count as being about the same."""


@dataclass(frozen=True, slots=True)
class _Bank:
    documents: tuple[frozenset[str], ...]
    rarity: Mapping[str, float]
    """Inverse document frequency of each stem."""
    unknown: float
    """That of a stem that no question has."""
    holding: Mapping[str, tuple[int, ...]]
    """Which documents have each stem."""
    sizes: tuple[float, ...]
    """What a document's likeness is divided by, so that long ones are not like everything."""


def content_stems(words: Iterable[str]) -> set[str]:
    """Return the stems of words that are neither grammar nor hesitation."""
    return {stem(word) for word in words if word not in FUNCTION and word not in HESITATION and len(word) > 1}


@cache
def _bank() -> _Bank:
    """Read the words of each shipped question with its rubric; the text of the files is enough, nothing is parsed."""
    blocks = [
        block
        for file in sorted(_DATA.glob("questions-*.toml"))
        for block in file.read_text("utf-8").split("[[question]]")[1:]
    ]
    documents = [frozenset(content_stems(folded_words(_KEY.sub(" ", block))) - GENERIC) for block in blocks]
    holding: dict[str, list[int]] = defaultdict(list)
    for place, document in enumerate(documents):
        for word in document:
            holding[word].append(place)
    counts = Counter(word for document in documents for word in document)
    return _Bank(
        tuple(documents),
        {word: math.log(1 + len(documents) / count) for word, count in counts.items()},
        math.log(1 + len(documents)),
        {word: tuple(places) for word, places in holding.items()},
        tuple(math.sqrt(len(document) + 15) for document in documents),
    )


def rarity(stem: str) -> float:
    """Return how much a stem says about what is spoken of: more the fewer shipped questions have it."""
    bank = _bank()
    return bank.rarity.get(stem, bank.unknown)


@cache
def _skill_words() -> frozenset[str]:
    """Return the stems that names of skills are made of, in all trades that the reader of postings knows."""
    from jobcopilot.reading.vocabulary import load

    return frozenset(content_stems(word for one in load() for word in folded_words(one.name)))


def known(stem: str) -> bool:
    """Tell whether a stem is one of working life or of what people tell about, as far as this program knows."""
    return (
        stem in GENERIC
        or stem in WORKING
        or stem in TIMES
        or stem in NUMBERS
        or stem in _bank().rarity
        or bool(themes_of((stem,)))
        or stem in _skill_words()
    )


def _likenesses(stems: Iterable[str]) -> list[float]:
    """Return how much the stems have of each shipped question."""
    bank = _bank()
    amounts = [0.0] * len(bank.documents)
    # In order, because a sum of floats depends on its order, and a set's order on the process.
    for one in sorted(set(stems)):
        if one in bank.rarity and one not in GENERIC:
            for place in bank.holding[one]:
                amounts[place] += bank.rarity[one]
    return [amount / size for amount, size in zip(amounts, bank.sizes, strict=True)]


@lru_cache(maxsize=256)
def _nearest(question: str, skills: tuple[str, ...]) -> tuple[tuple[int, float], ...]:
    """Return the shipped questions that are nearest to a question, and how near, 1 for the first."""
    alike = _likenesses(content_stems(folded_words(f"{question} {' '.join(skills)}")))
    found = sorted(
        (place for place, like in enumerate(alike) if like), key=lambda place: (-alike[place], place)
    )
    return tuple((place, alike[place] / alike[found[0]]) for place in found[:_NEAREST])


def affinity(stems: Iterable[str], question: str, skills: tuple[str, ...]) -> tuple[float, float]:
    """Return how near an answer is to a question's neighbours in the bank, and to the bank's nearest at all.

    The first from 0 to 1: 1 where no other shipped question is more like the answer than one like the question.
    """
    alike = _likenesses(stems)
    best = max(alike, default=0.0)
    if not best:
        return 0.0, 0.0
    near = max(
        (alike[place] * math.sqrt(nearness) for place, nearness in _nearest(question, skills)), default=0.0
    )
    return near / best, best


@lru_cache(maxsize=256)
def related(question: str, skills: tuple[str, ...]) -> Mapping[str, float]:
    """Return stems that go with a question and how much each says, from 0 to 1."""
    bank = _bank()
    weights: dict[str, float] = defaultdict(float)
    for place, nearness in _nearest(question, skills):
        for word in bank.documents[place]:
            weights[word] += nearness * bank.rarity[word]
    most = max(weights.values(), default=1.0)
    return {word: weight / most for word, weight in weights.items()}
