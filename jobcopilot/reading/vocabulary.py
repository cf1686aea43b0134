"""The skills that the reader knows: names, kinds, ways to write them, and phrases that only look like them.

The vocabulary lies in `data/skills-*.tsv`, one skill a line, so that a person can edit it and review it in a
diff. The columns, parted by tabs, the last ones optional:

- name: the canonical name, which is also a way to write it unless the next column says otherwise
- kind: one of `KINDS`
- written: further ways to write it, parted by ` | `, each with marks before it if it is ambiguous. `=Go` counts
  only with exactly these capitals; `?Notion` only where the words around it name skills (a list of them,
  "experience with …"); `!leadership` only where the candidate is spoken of (under "Requirements", or "strong …");
  `~integrity` is understood when somebody types it and never read from a text. Marks combine (`=?Go`). Written
  again with a mark, the name itself takes that mark.
- not: phrases that contain a way to write it and mean something else ("go to market")
- implies: skills that somebody with this one also has, parted by ` | `
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from jobcopilot.errors import BadInput

KINDS: Final = frozenset({
    "application", "certificate", "cloud", "construction", "data", "database", "design", "devops", "driving",
    "education", "electrical", "engineering", "finance", "framework", "hardware", "health", "hospitality", "hr", "lab",
    "language", "legal", "library", "logistics", "manufacturing", "marketing", "method", "ml", "networking",
    "office", "platform", "property", "protocol", "retail", "sales", "science", "security", "service", "soft",
    "spoken", "standard", "system", "testing", "tool",
})  # fmt: skip

_DATA: Final = Path(__file__).parent / "data"
_COLUMNS: Final = 5


# A named tuple's own constructor takes twice as long, and there are ten thousand ways to write.
_new: Final = tuple.__new__


class Surface(NamedTuple):
    """One way to write a skill."""

    text: str
    exact_case: bool = False
    among_skills: bool = False
    when_asked: bool = False
    only_typed: bool = False


class Skill(NamedTuple):
    """One line of the vocabulary."""

    name: str
    kind: str
    surfaces: tuple[Surface, ...]
    not_in: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()


def read_line(line: str) -> Skill:
    """Return the skill that one line of the vocabulary describes.

    Raises BadInput for a line with an unknown kind, an empty name or too many columns.
    """
    columns = line.split("\t")
    name = columns[0].strip()
    kind = columns[1].strip() if len(columns) > 1 else ""
    if not name or kind not in KINDS or len(columns) > _COLUMNS:
        raise BadInput(
            "A line of the skills vocabulary cannot be read",
            line.strip(),
            "Write name, kind, written, not and implies, parted by tabs; vocabulary.py lists the kinds.",
        )
    cells = [_cell(column) for column in columns[2:]]
    written, not_in, implies = cells + [()] * (3 - len(cells))
    surfaces = tuple([_surface(way) for way in written])
    small = name.casefold()
    if all(surface[0].casefold() != small for surface in surfaces):
        surfaces = (Surface(name), *surfaces)
    return Skill(name, kind, surfaces, not_in, implies)


@cache
def load() -> tuple[Skill, ...]:
    """Return the whole vocabulary, read once a process, in the order of the files and their lines."""
    return tuple(
        read_line(line)
        for path in sorted(_DATA.glob("skills-*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )


# --- finding phrases ----------------------------------------------------------------------------------------

_KEPT: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789+#")
_TABLE: Final = bytes(
    code if code >= 0x80 else (low if (low := ord(chr(code).lower())) in _KEPT else 0x20)
    for code in range(256)
)
_ASCII: Final = bytes(range(128))
_FEW: Final = 20
_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Mn", "Mc", "Nd"})


def comparable(text: str) -> bytes:
    """Return a text as phrases are compared with it: separators as spaces, letters small, in UTF-8.

    Its characters stand one for one for those of the text, so that places in it are places in the text. Scripts
    without capitals (Han, kana, Arabic, …) count as separators: "熟悉Python开发" names Python.
    """
    if text.isascii():
        return text.encode("ascii").translate(_TABLE)
    foreign = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    distinct = set(foreign.decode("utf-8", "surrogatepass"))
    # A handful of `replace` is several times faster than one `translate`, which looks every character up.
    if len(distinct) <= _FEW:
        for char in distinct:
            text = text.replace(char, _stand_in(char))
    else:
        text = text.translate({ord(char): _stand_in(char) for char in distinct})
    return text.encode("utf-8").translate(_TABLE)


def key_of(written: str) -> str:
    """Return what two ways to write a name have in common: no capitals, no separators but single spaces."""
    return " ".join(comparable(written).decode("utf-8").split())


def phrase_key(phrase: str) -> bytes:
    """Return a phrase as it is looked for: comparable, between spaces."""
    return b" " + comparable(phrase).strip(b" ") + b" "


class PhraseFinder:
    """One Aho-Corasick pass over many phrases that finds whole words only."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        """Take phrases as `phrase_key` gives them."""
        import ahocorasick_rs

        self._automaton = ahocorasick_rs.BytesAhoCorasick(list(keys), ahocorasick_rs.MatchKind.Standard)

    def find(self, haystack: bytes, length: int) -> list[tuple[int, int, int]]:
        """Return (index of the phrase, start, end) for every place, by start, the longer first; they may overlap.

        `haystack` is what `comparable` returns for a text of `length` characters; places are in characters.
        """
        # A space on both sides lets the text's first and last word match; it shifts a match by one, and the
        # match's own leading space shifts it back.
        found = self._automaton.find_matches_as_indexes(b" " + haystack + b" ", overlapping=True)
        # They come by their ends: turned round and sorted by start, the longer of two stays first.
        found.reverse()
        found.sort(key=_START)
        if len(haystack) != length:
            return _in_characters(haystack, found)
        return [(which, start, end - 2) for which, start, end in found]


_START: Final = itemgetter(1)


def _in_characters(haystack: bytes, found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    placed: list[tuple[int, int, int]] = []
    in_bytes = in_text = 0
    for which, start, end in found:
        in_text += len(haystack[in_bytes:start].decode("utf-8"))
        in_bytes = start
        placed.append((which, in_text, in_text + len(haystack[start : end - 2].decode("utf-8"))))
    return placed


@cache
def _stand_in(char: str) -> str:
    """Return what stands for a character beyond ASCII: itself, small, where it continues a word, else a space."""
    if unicodedata.category(char) not in _LETTERS:
        return " "
    small = char.lower()
    return small if len(small) == 1 else char


# --- reading the files --------------------------------------------------------------------------------------


def _cell(column: str) -> tuple[str, ...]:
    return tuple([part.strip() for part in column.split(" | ") if part.strip()])


def _surface(way: str) -> Surface:
    text = way.lstrip("=?!~")
    if text == way:
        return _new(Surface, (way, False, False, False, False))
    marks = way[: -len(text)]
    return Surface(text, "=" in marks, "?" in marks, "!" in marks, "~" in marks)
