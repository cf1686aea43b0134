"""How a text is put together: as people speak, or as words strung together, as an essay or as a song.

Three sums of weights, kept as data beside this file and fitted on the labelled answers, on texts that answer nothing
and on answers with their words shuffled (`tests/unit/fitting_manner.py`). They look at classes of words that
follow each other and at some shares, hardly at what is spoken of, so that a subject decides nothing.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from jobcopilot.practice.answers.classes import classes_of
from jobcopilot.practice.answers.lexicon import listed
from jobcopilot.practice.answers.phrases import any_of
from jobcopilot.practice.answers.verse import calls, images, lines_of, rhymes, sung_lines
from jobcopilot.practice.answers.words import Words

_DATA: Final = Path(__file__).with_name("manner.toml")
BASE: Final = "base"
_SHORTEST: Final = 20
"""Words below which a text counts as that long."""
_SELF: Final = listed("i im ive id me my mine myself")
_OTHERS: Final = listed("we us our you your")
_LEARNED: Final = any_of(r"""
    since (?:the )?(?:early|dawn|beginning|days|antiquity|ancient|time|then|the invention)\b
    (?:the )?history of|throughout (?:the )?(?:history|world|centuries)|(?:\w+ )?centur(?:y|ies)|ancient|decades?
    mankind|humanity|human (?:beings?|condition|life|nature)|societ(?:y|ies)|civili[sz]ation|cultures?|generations?
    philosoph\w+|psycholog\w+|sociolog\w+|economists?|historians?|scholars?|literature|theor(?:y|ies)|experts?|critics?
    (?:is|are|was|were) (?:\w+ )?(?:considered|regarded|seen|known|understood|distinguished|perceived|judged|praised)
    (?:is|are|was|were) (?:first )?(?:introduced|invented|founded|developed|patented|formalised|released|
      presented) (?:by|in)
    (?:has|have) (?:\w+ )?(?:become|been (?:discussed|debated|transferred|extended|refined|argued))
    plays? an? (?:\w+ )*?role|of (?:great|crucial|particular|growing) importance|increasing(?:ly)?
    nowadays|in (?:today s|the modern|modern|recent) \w+|in our time|of our time|in an era|in the age of
    as (?:the (?:saying|proverb)|we all know|so often)|it (?:is|s) (?:widely|generally|often|therefore|no) \w+
    it remains to be seen|one thing is certain|the question of|a matter of|on the one hand|on the other hand|in general
    studies (?:show|suggest)|surveys? (?:show|suggest)|research (?:shows|suggests|on|indicates)|according to
    the (?:art|key|essence|nature|heart|paradox|dilemma|phenomenon|concept|notion|idea) of
    advantages? (?:and|outweigh)|benefits and|blessing and|whereas|thus|hence|moreover|furthermore|nevertheless
    is (?:a|an|the) (?:\w+ ){0,3}(?:form|type|metaphor|discipline|property|concept|symbol|virtue|gift|art|
      process|structure)
""")
"""Turns of texts that explain the world to nobody in particular."""
_FRAME: Final = re.compile(
    r" (?:article|possessive|this)(?: -al)? (?:word|wrd|-s|-tion|-ing|-al) (?:-ed|did|-s|word)(?: to)?"
    r" (?:article|possessive|this)(?= (?:-al |)(?:word|wrd|-s|-tion|-ing|-al))"
)
"""One thing doing something to another: said again and again, words were put into it."""


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Return by manner the weight of each sign."""
    found = tomllib.loads(_DATA.read_text("utf-8"))
    return {
        name: {
            sign: float(weight)
            for sign, weight in (line.rsplit(" ", 1) for line in lines.splitlines() if line)
        }
        for name, lines in found.items()
    }


def manners(words: Words) -> dict[str, float]:
    """Return how much a text is put together as "strung" words, as an "essay" and as a "song": above 0 where likely."""
    signs = dict(signs_of_manner(words))
    return {
        # In the order of the signs, because a sum of floats depends on it.
        name: sum(table.get(sign, 0.0) * value for sign, value in signs.items())
        for name, table in weights().items()
    }


def signs_of_manner(words: Words) -> Iterator[tuple[str, float]]:
    """Yield the signs of a text: classes that follow each other, as shares of the words, then shares from 0 to 1."""
    yield BASE, 1.0
    found = classes_of(words.text)
    length = max(len(found), _SHORTEST)
    follow = Counter(f"{one} {next_}" for one, next_ in itertools.pairwise(found))
    skip = Counter(f"{one} _ {after}" for one, after in zip(found, found[2:], strict=False))
    for counts in (Counter(found), follow, skip):
        yield from ((sign, 3 * count / length) for sign, count in counts.items())
    yield from _dense(words, f" {' '.join(found)} ")


def _dense(words: Words, classes: str) -> Iterator[tuple[str, float]]:
    lines = lines_of(words.text)
    size = max(len(words), _SHORTEST)
    yield "%rhymes", rhymes(lines)
    yield "%sung lines", sung_lines(lines)
    yield "%images", min(1.0, 4 * images(words))
    yield "%calls", min(1.0, 10 * calls(words))
    yield "%short parts", sum(len(line) <= 3 for line in lines) / max(len(lines), 4)
    yield "%long words", sum(len(word) for word in words.words) / max(len(words), 1) / 4 - 1
    yield "%oneself", min(1.0, 20 * sum(word in _SELF for word in words.words) / size)
    yield "%no self", float(_SELF.isdisjoint(words.words))
    yield "%nobody", float(_SELF.isdisjoint(words.words) and _OTHERS.isdisjoint(words.words))
    yield "%learned", min(1.0, 20 * sum(1 for _ in _LEARNED.finditer(words.flow)) / size)
    yield "%frames", min(1.0, 20 * sum(1 for _ in _FRAME.finditer(classes)) / size)
    yield "%again", 1 - len(words) / max(words.said, 1)
