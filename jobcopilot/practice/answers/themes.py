"""What words are about: fields of work, matters of experience and life outside work, by their usual words.

A rough thesaurus, kept as data beside this file, so that an answer in words of its own is recognised, and a story from
elsewhere too.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from jobcopilot.practice.answers.lexicon import GENERIC, stems_of

_DATA: Final = Path(__file__).with_name("themes.toml")


@cache
def _heads() -> Mapping[str, Mapping[str, str]]:
    """Return the words of each theme, in one text, by the kind of theme."""
    return tomllib.loads(_DATA.read_text("utf-8"))


@cache
def fields() -> frozenset[str]:
    """Return the themes that name a field of work, and not a matter that every field has."""
    return frozenset((*_heads()["computing"], *_heads()["trades"]))


@cache
def outside() -> frozenset[str]:
    """Return the themes of life outside work."""
    return frozenset(_heads()["outside"])


@cache
def _themes() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Return for each stem its themes, each with how much the stem says for it: 1 where it is its only one."""
    found: dict[str, list[str]] = defaultdict(list)
    for kind, themes in _heads().items():
        # What fits every answer may still be what people tell about, but names no field and nothing outside work.
        passed_over = frozenset[str]() if kind == "matters" else GENERIC
        for theme, words in themes.items():
            for stem in sorted(stems_of(words) - passed_over):
                found[stem].append(theme)
    return {stem: tuple((theme, 1 / len(names)) for theme in names) for stem, names in found.items()}


def themes_of(stems: Iterable[str]) -> dict[str, float]:
    """Return what stems are about: theme to weight, of about 1 for each stem that only belongs there."""
    weights: dict[str, float] = defaultdict(float)
    table = _themes()
    for stem in sorted(stems):
        for theme, weight in table.get(stem, ()):
            weights[theme] += weight
    return dict(weights)
