"""The class of each word of a text, by a list of grammar and by endings: in what order words stand, not which.

Rough on purpose: nothing is parsed, and a word that could be several things is one of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from jobcopilot.practice.answers.lexicon import FUNCTION, HESITATION, NUMBERS

_LISTS: Final[Mapping[str, str]] = {
    "article": """a an the each another any some no either neither both all few many much several most such enough
        every""",
    "this": "this that these those",
    "possessive": "my our your his her its their whose",
    "i": "i im ive id",
    "we": "we",
    "you": "you",
    "they": "he she they everyone everybody nobody somebody someone anyone one",
    "it": "it there",
    "them": "me us him them myself itself themselves himself herself yourself ourselves",
    "of": "of",
    "preposition": """in on at by for from with about into through over under between after before until against during
        without within upon across per toward towards onto behind beside above below beyond among along since""",
    "to": "to",
    "which": "who which what when where why how whether whom",
    "and": "and or nor plus",
    "but": "but",
    "because": "because if so than then while though although as unless like once",
    "is": "is are was were be been being am isn aren wasn weren isnt s re m",
    "have": "have has had having ve hadn hasn haven",
    "do": "do does did didn don doesn doing dont didnt doesnt",
    "would": """can could will would should may might must shall ll d cannot couldn wouldn shouldn won t""",
    "not": "not never",
    "adverb": """just very only also too again still even ever here now off out up down back away yet already always
        often sometimes maybe perhaps quite rather really almost else further own same other more less least well soon
        later first last next""",
    "did": """went came saw took made said told thought knew found gave kept felt left meant began brought ran put got
        wrote built sent sold held lost paid met sat stood spoke chose broke fell cut set read led spent taught caught
        bought drove rang drew grew stuck""",
}
_ENDINGS: Final = (
    ("-ing", re.compile("ing$")),
    ("-ed", re.compile("ed$")),
    ("-ly", re.compile("ly$")),
    ("-tion", re.compile("(?:tion|sion|ity|ment|ness|ance|ence|ism|ship|hood|dom)s?$")),
    ("-al", re.compile("(?:al|ive|ous|ic|able|ible|ful|less|ary|ent|ant)$")),
    ("-s", re.compile("[^s]s$")),
)
_TOKEN: Final = re.compile(r"[^\W_]+|[,;:–—-]|[.!?]+")
STOP, COMMA, FIGURE, OTHER, SHORT = ".", ",", "#", "word", "wrd"


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    found = {word: name for name, words in _LISTS.items() for word in words.split()}
    found |= {word: "um" for word in HESITATION if word not in found}
    found |= dict.fromkeys(NUMBERS, FIGURE)
    return found | {word: "grammar" for word in FUNCTION if word not in found}


@lru_cache(maxsize=20_000)
def class_of(word: str) -> str:
    """Return the class of a word in small letters."""
    found = _table().get(word)
    if found:
        return found
    if word[0].isdigit():
        return FIGURE
    if len(word) > 4:
        for name, ending in _ENDINGS:
            if ending.search(word):
                return name
    return OTHER if len(word) > 3 else SHORT


def classes_of(text: str) -> list[str]:
    """Return the classes of a text's words in order, with its stops and commas; it begins and ends with a stop."""
    found = [STOP]
    for match in _TOKEN.finditer(text.casefold()):
        token = match[0]
        if token[0].isalnum():
            found.append(class_of(token))
        elif token[0] in ".!?":
            if found[-1] != STOP:
                found.append(STOP)
        elif found[-1] not in (COMMA, STOP):
            found.append(COMMA)
    if found[-1] != STOP:
        found.append(STOP)
    return found
