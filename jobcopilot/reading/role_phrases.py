"""The phrases by which titles name roles, levels and leaders, and how a title is cut into them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from jobcopilot.reading.role_ladder import level_of_name

_DATA: Final = Path(__file__).parent / "data"
BREAK: Final = "\n"
"""The word that stands for the end of a segment: a comma, a bracket, a dash between spaces."""
AND: Final = "&"
OR: Final = "/"


@dataclass(slots=True)
class Phrase:
    """What one phrase can mean in a title; families by name.

    `weak` is a craft that gives way to every other, `stack` the end of a stack that something belongs to ("front",
    "back"). `head` is an open head's kind (`software`, `member`, `bare`, `systems`, `architect`), `open_role` a word
    that needs a function beside it ("specialist"), `leader` one who leads a function, `engineering` whether it names
    engineering.
    """

    role: str | None = None
    craft: str | None = None
    before: str | None = None
    opening: str | None = None
    function: str | None = None
    head: str | None = None
    level: str | None = None
    word: str | None = None
    weak: str | None = None
    stack: str | None = None
    open_role: bool = False
    leader: bool = False
    engineering: bool = False


class Found(NamedTuple):
    """One phrase of a title, or a word that is none, or a mark (`BREAK`, `AND`, `OR`)."""

    text: str
    phrase: Phrase | None


Segment = Sequence[Found]
"""What stands between two breaks of a title, or a part of it."""


class Vocabulary(NamedTuple):
    """All families with what holds for each, and the phrases by their words."""

    families: dict[str, dict[str, Any]]
    phrases: dict[tuple[str, ...], Phrase]
    longest: dict[str, tuple[int, ...]]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once a process."""
    families = _read("roles.toml")
    ladder = _read("role-ladder.toml")
    phrases: dict[tuple[str, ...], Phrase] = {}

    def phrase_of(written: str) -> Phrase:
        return phrases.setdefault(words_of(written), Phrase())

    for use, family, written in _entries(families):
        setattr(phrase_of(written), use, family)
    for kind, ways in ladder["heads"].items():
        for written in ways:
            phrase_of(written).head = kind
    for end, ways in ladder["stack"].items():
        for written in ways:
            phrase_of(written).stack = end
    for level, ways in ladder["levels"].items():
        for written in ways:
            phrase_of(written).level = level
    for written in ladder["open_roles"]:
        phrase_of(written).open_role = True
    for written in ladder["leaders"]:
        phrase_of(written).leader = True
    for words, phrase in phrases.items():
        if phrase.function is not None and phrase.head is None:
            phrase.role = None
        phrase.engineering = words[-1] in {"engineering", "entwicklung"}
        if phrase.role is not None and phrase.level is None:
            phrase.level = level_of_name(words)
    lengths: dict[str, set[int]] = {}
    for words in phrases:
        lengths.setdefault(words[0], set()).add(len(words))
    longest = {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}
    return Vocabulary(families, phrases, longest)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def _entries(families: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for family, told in families.items():
        yield "role", family, family
        for key, use in (
            ("roles", "role"),
            ("crafts", "craft"),
            ("before", "before"),
            ("opening", "opening"),
            ("functions", "function"),
            ("words", "word"),
            ("weak", "weak"),
        ):
            for written in told.get(key, ()):
                yield use, family, written


def cut(title: str) -> list[Found]:
    """Return a title's phrases in order, the longest from the left; words of no phrase and marks stay between."""
    _, phrases, longest = vocabulary()
    words = words_of(title)
    found: list[Found] = []
    at = 0
    while at < len(words):
        word = words[at]
        for size in longest.get(word, ()):
            phrase = phrases.get(words[at : at + size])
            if phrase is not None:
                found.append(Found(" ".join(words[at : at + size]), phrase))
                at += size
                break
        else:
            found.append(Found(word, None))
            at += 1
    return found


# --- words --------------------------------------------------------------------------------------------------

_GENDERED: Final = re.compile(
    r"(?<=\w{3})(?:[:*_/(.·•-]{1,3}(?:innen|in|e|fe|se|euse|rice|trice|ere|iere|ne|nne|ienne|te)\b\)?)+(?!\w)"
)
_INLINE: Final = re.compile(r"\(([^()]{1,15})\)(?=\s+\w)")
_ELISION: Final = re.compile(r"\b[dl]'")
_TWO_LEVELS: Final = re.compile(r"\b(senior|junior|mid|staff)-(?=(?:senior|staff|principal|lead|mid)\b)")
_TOKEN: Final = re.compile(r"[^\W_]+[+#]*|/|&|[,;()\[\]|:–—·•@!?\"]|\s-|-\s")
_SMALL: Final = frozenset({
    "of", "the", "a", "an", "for", "our", "de", "des", "du", "la", "le", "les", "en", "au", "aux", "fur", "der", "die",
    "das", "dem", "den", "von", "vom", "im", "zur", "zum",
})  # fmt: skip
_AND: Final = frozenset({"and", "und", "et", "&", "+", "y"})
_ENDINGS: Final = (
    (re.compile(r"(?<=\w{3}(?:er|or|ur|st|nt|kt|at))in(?:nen)?$"), ""),
    (re.compile(r"(?<=\w{2})euse$"), "eur"),
    (re.compile(r"(?<=\w{2})trice$"), "teur"),
    (re.compile(r"(?<=\w{2}ien)ne$"), ""),
    (re.compile(r"(?<=\w{2})iere$"), "ier"),
    (re.compile(r"(?<=\w{3}eur)e$"), ""),
    (re.compile(r"(?<=\w{3}[ae]nt)e$"), ""),
    (re.compile(r"(?<=\w{3})gee$"), "ge"),
)


def words_of(text: str) -> tuple[str, ...]:
    """Return a text's words as phrases are compared: small, without accents, plurals and gendered endings."""
    plain = unicodedata.normalize("NFKD", text.lower()).replace("’", "'").replace("ß", "ss")
    if not plain.isascii():
        plain = "".join([char for char in plain if not unicodedata.combining(char)])
    # A short bracket with words after it goes on with them: "Associate (AI) Consultant".
    plain = _INLINE.sub(r" \1 ", plain)
    plain = _TWO_LEVELS.sub(r"\1/", _ELISION.sub("", _GENDERED.sub("", plain)))
    words: list[str] = []
    for token in _TOKEN.findall(plain):
        if token[0].isalnum():
            if token in _AND:
                words.append(AND)
            elif token not in _SMALL:
                words.append(_stem(token))
        elif token in (AND, OR):
            words.append(token)
        elif words and words[-1] != BREAK:
            words.append(BREAK)
    return tuple(words)


_SAME: Final = {
    "sr": "senior",
    "snr": "senior",
    "jr": "junior",
    "mgr": "manager",
    "eng": "engineering",
    "dev": "developer",
    "developper": "developer",
}


@lru_cache(maxsize=16384)
def _stem(word: str) -> str:
    if len(word) > 4:
        if word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")):
            word = word[:-1]
        for pattern, ending in _ENDINGS:
            word, changed = pattern.subn(ending, word)
            if changed:
                break
    return _SAME.get(word, word)
