"""Text that a model wrote held to what it was given: no figure and no name that stands nowhere, no verdict on a person.

This is no proof that a sentence is true. It takes out what a reader would take for a fact and nobody said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_WORD: Final = re.compile(r"[^\W\d_][\w.+#/’'-]*[\w+#]|[^\W\d_]")
_FIRST: Final = re.compile(r"(?:^|[.!?…:;]\s+|[\"“(\[]|\n)\s*$")
_COMMON: Final = frozenset(
    """i i'd i'll i'm i've star english ok situation task action result""".split()  # noqa: SIM905  # reads as a list
)
_ACTS: Final = re.compile(
    r"\s+(?:is|was|has|had|will|would|does|did|can|owns|asks|wants|needs|uses|offers|requires|runs|pays|says|makes"
    r"|works|builds|sells|expects|looks)\b"
)
"""What follows a name that opens a sentence; other openings are words of the language."""
_OPENERS: Final = frozenset(
    """it this that there here he she they you we i who what which one each all both some any nothing something the a
    an your their our its another more most everything everybody nobody somebody neither either""".split()  # noqa: SIM905  # reads as a list
)
VERDICT: Final = re.compile(
    r"\b(?:(?:no|not|do not|don't|would|should|strong|lean)[- ]hire|hir(?:e|ed|ing) (?:you|them|him|her|this)"
    r"|(?:you|candidate|they|he|she) (?:are|is|seems?|appears?|comes? across as|lacks?|looks?|sounds?) "
    r"(?:a |an |too |very |not )*(?:weak|strong|bad|good|poor|great|nervous|confident|arrogant|lazy|smart|stupid"
    r"|dishonest|honest|shy|charismatic|junior|senior|mediocre|excellent|unqualified|qualified|candidate|fit|confidence|passion"
    r"|personality)"
    r"|body language|eye contact|tone of voice|facial|posture|smil(?:e|ed|ing)|personality|charisma|accent)\b",
    re.IGNORECASE,
)
"""A judgement of the person, or talk of what nobody saw."""


def ungrounded(text: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the figures and names of a text that stand in none of its sources.

    A name is a word with a capital inside a sentence, or at the beginning of one where a verb of its own follows, or
    with capitals in it anywhere.
    """
    material = "\n".join(sources)
    figures = {_figure(found) for found in _NUMBER.findall(material)}
    words = {_name(found).casefold() for found in _WORD.findall(material)}
    invented = [found for found in _NUMBER.findall(text) if _figure(found) not in figures]
    for found in _WORD.finditer(text):
        word = _name(found[0])
        inside = any(sign.isupper() for sign in word[1:])
        opens = _FIRST.search(text, 0, found.start()) is not None
        folded = word.casefold()
        acts = folded not in _OPENERS and _ACTS.match(text, found.end()) is not None
        named = inside or (word[:1].isupper() and (acts or not opens))
        if named and folded not in words and folded not in _COMMON:
            invented.append(word)
    return tuple(dict.fromkeys(invented))


def judges_person(text: str) -> bool:
    """Return whether a text passes a verdict on the person, or speaks of what cannot be seen in words."""
    return VERDICT.search(text) is not None


def _name(word: str) -> str:
    return word.rstrip(".").removesuffix("'s").removesuffix("’s")


def _figure(written: str) -> str:
    """Return a figure without what only groups it: 1,000 is 1000."""
    return re.sub(r"[.,](?=\d{3}\b)", "", written).replace(",", ".").lstrip("0") or "0"
