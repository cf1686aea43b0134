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

from jobcopilot.practice.answers.lexicon import FUNCTION, GENERIC, HESITATION
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


def content_stems(words: Iterable[str]) -> set[str]:
    """Return the stems of words that are neither grammar nor hesitation."""
    return {stem(word) for word in words if word not in FUNCTION and word not in HESITATION and len(word) > 1}


@cache
def _bank() -> _Bank:
    """Read the words of each shipped question with its rubric; the text of the files is enough, nothing is parsed."""
    documents = [
        frozenset(content_stems(folded_words(_KEY.sub(" ", block))) - GENERIC)
        for file in sorted(_DATA.glob("questions-*.toml"))
        for block in file.read_text("utf-8").split("[[question]]")[1:]
    ]
    counts = Counter(word for document in documents for word in document)
    return _Bank(
        tuple(documents), {word: math.log(1 + len(documents) / count) for word, count in counts.items()}
    )


@lru_cache(maxsize=256)
def related(question: str, skills: tuple[str, ...]) -> Mapping[str, float]:
    """Return stems that go with a question and how much each says, from 0 to 1."""
    bank = _bank()
    wanted = content_stems(folded_words(f"{question} {' '.join(skills)}")) - GENERIC
    if not wanted or not bank.documents:
        return {}
    scored = sorted(
        (
            (sum(bank.rarity[word] for word in wanted & document) / math.sqrt(len(document) + 10), place)
            for place, document in enumerate(bank.documents)
            if wanted & document
        ),
        reverse=True,
    )[:_NEAREST]
    if not scored:
        return {}
    best = scored[0][0]
    weights: dict[str, float] = defaultdict(float)
    for score, place in scored:
        for word in bank.documents[place]:
            weights[word] += score / best * bank.rarity[word]
    most = max(weights.values())
    return {word: weight / most for word, weight in weights.items()}
