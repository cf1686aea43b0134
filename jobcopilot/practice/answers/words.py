"""The words of an answer, each with its place: what all the rest reads.

Case, white space and how a word is inflected change nothing here, and what was said before is not read a second time.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST: Final = 200_000
"""Characters of an answer that are read; about three hours of talking."""
_TOKEN: Final = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
_SENTENCE_END: Final = re.compile(r"[.!?…。！？;:][\"'”’)\]]*(?=\s|$)")
_REPEATED: Final = 5
"""Words in a row that count as said before."""
_SUFFIXES: Final = (
    ("isations", ""), ("izations", ""), ("isation", ""), ("ization", ""), ("ations", ""), ("ation", ""),
    ("ingly", ""), ("ments", ""), ("ment", ""), ("nesses", ""), ("ness", ""), ("ities", ""), ("ity", ""),
    ("ising", ""), ("izing", ""), ("ised", ""), ("ized", ""), ("ises", ""), ("izes", ""), ("ise", ""), ("ize", ""),
    ("ings", ""), ("ing", ""), ("edly", ""), ("ied", "y"), ("ies", "y"), ("ed", ""), ("ions", ""), ("ion", ""),
    ("ives", ""), ("ive", ""), ("ably", ""), ("able", ""), ("ers", ""), ("er", ""), ("ally", ""), ("ly", ""),
    ("sses", "ss"), ("es", ""), ("s", ""),
)  # fmt: skip


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return what the inflected forms of an English word share; close enough to compare, not a dictionary form."""
    if len(word) < 4 or not word.isascii() or len(word) > 30:
        return word
    root = word
    for suffix, rest in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) + len(rest) >= 3:
            if suffix == "s" and word.endswith(("ss", "us", "is")):
                break
            root = word[: len(word) - len(suffix)] + rest
            break
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeiosl":
        root = root[:-1]
    if len(root) > 3 and root[-1] == "e":
        root = root[:-1]
    return root[:-1] + "i" if len(root) > 2 and root[-1] == "y" else root


def fold(word: str) -> str:
    """Return a word as it is compared: composed, without case."""
    return word.lower() if word.isascii() else unicodedata.normalize("NFKC", word).casefold()


def folded_words(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return [fold(found) for found in _TOKEN.findall(text[:LONGEST])]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, said again ones left out; `spans` are ranges of the text's characters."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    flow: str
    """The words in one line for patterns, a space before and after each and " . " where a sentence ends."""
    offsets: tuple[int, ...]
    """Where in `flow` each word begins."""
    ends: frozenset[int]
    """Indexes of words that end a sentence."""
    said: int
    """Words in all, those said again included."""

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the range of characters from one word to another, both included."""
        return self.spans[first][0], self.spans[last][1]

    def words_at(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last word of a range of `flow`."""
        first = max(bisect_right(self.offsets, start) - 1, 0)
        if start >= self.offsets[first] + len(self.words[first]):
            first = min(first + 1, len(self.words) - 1)
        return first, max(bisect_left(self.offsets, end) - 1, first)


def words_of(text: str) -> Words:
    """Read the words of a text. Words that repeat five or more in a row from before are left out."""
    text = text[:LONGEST]
    found = [(fold(match[0]), match.span()) for match in _TOKEN.finditer(text)]
    ends = {match.start() for match in _SENTENCE_END.finditer(text)}
    again = _said_before([word for word, _ in found])
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    flow, offsets, last = [" "], list[int](), set[int]()
    at, stops, position = 1, sorted(ends), 0
    for index, (word, span) in enumerate(found):
        while position < len(stops) and stops[position] < span[0]:
            if words and len(words) - 1 not in last:
                last.add(len(words) - 1)
                flow.append(". ")
                at += 2
            position += 1
        if again[index]:
            continue
        words.append(word)
        spans.append(span)
        offsets.append(at)
        flow.append(word + " ")
        at += len(word) + 1
    stems = tuple(stem(word) for word in words)
    return Words(
        text, tuple(words), stems, tuple(spans), "".join(flow), tuple(offsets), frozenset(last), len(found)
    )


def _said_before(words: list[str]) -> bytearray:
    """Return for each word whether it belongs to five in a row that were said before."""
    again = bytearray(len(words))
    seen: set[tuple[str, ...]] = set()
    for index in range(len(words) - _REPEATED + 1):
        gram = tuple(words[index : index + _REPEATED])
        if gram in seen:
            again[index : index + _REPEATED] = b"\x01" * _REPEATED
        else:
            seen.add(gram)
    return again
