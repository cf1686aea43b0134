"""A posting with the phrases of all vocabularies found in it, and its sections.

One pass finds the ways to write skills (`data/skills-*.tsv`) and the phrases that decide about them
(`data/requirements.toml`); what stands around each decides, in a window of fixed size, so that the time grows
with the length of the text and no faster.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from jobcopilot.reading import vocabulary
from jobcopilot.reading.vocabulary import PhraseFinder, Surface, comparable, phrase_key

Span = tuple[int, int]

_CUES_FILE: Final = Path(__file__).parent / "data" / "requirements.toml"
_TABLES: Final = ("headings", "cues", "triggers", "work_mode", "around")
_WINDOW: Final = 240
_HEADING_REST: Final = 32
_BULLET: Final = 12
_ASKED_BEFORE: Final = 90
_ASKED_AFTER: Final = 40


TRADES: Final = frozenset({
    "construction", "data", "design", "education", "electrical", "engineering", "finance", "health", "hospitality",
    "hr", "legal", "logistics", "manufacturing", "marketing", "method", "property", "retail", "sales", "science",
    "soft",
})  # fmt: skip
"""Kinds whose names are everyday words as well: of departments, industries, degrees, titles and companies."""


# A named tuple's own constructor takes twice as long, and there are a hundred in a posting.
_new: Final = tuple.__new__


class Cue(NamedTuple):
    """One phrase found, with its classes in its table, and what those say that look at what stands behind or before it.

    The class "must_before" is the kind "must" in `before`.
    """

    start: int
    end: int
    classes: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


class Meaning(NamedTuple):
    """What a way to write a skill stands for; without a skill it is a phrase that only looks like one."""

    skill: str
    surface: Surface
    strict: bool
    trade: bool


_Group = tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


_Entry = tuple[tuple[Meaning, ...], tuple[_Group, ...]]
"""What one phrase of the automaton is: ways to write skills, and its cues (table number, then as in `Cue`)."""
_LOOKS_LIKE_ONE: Final = (Meaning("", Surface(""), False, False),)


@cache
def _phrases() -> tuple[PhraseFinder, list[_Entry]]:
    """Load all vocabularies and build the one matcher, once a process."""
    meanings: dict[bytes, tuple[Meaning, ...]] = {}
    skills = vocabulary.load()
    for name, kind, surfaces, _, _ in skills:
        trade = kind in TRADES
        for surface in surfaces:
            text, exact_case, _, _, only_typed = surface
            if not only_typed:
                strict = exact_case or text[0] == "." or len(text) == 1
                key = phrase_key(text)
                meaning = _new(Meaning, (name, surface, strict, trade))
                meanings[key] = (*meanings[key], meaning) if key in meanings else (meaning,)
    for skill in skills:
        for phrase in skill.not_in:
            meanings.setdefault(phrase_key(phrase), _LOOKS_LIKE_ONE)
    classes: dict[bytes, dict[int, dict[str, None]]] = {}
    with _CUES_FILE.open("rb") as file:
        tables = tomllib.load(file)
    for number, table in enumerate(_TABLES):
        for name, written in tables[table].items():
            for phrase in written:
                classes.setdefault(phrase_key(phrase), {}).setdefault(number, {})[name] = None
    cues = {
        key: tuple([_group(number, tuple(names)) for number, names in groups.items()])
        for key, groups in classes.items()
    }
    keys = list(meanings | cues)
    return PhraseFinder(keys), [(meanings.get(key, ()), cues.get(key, ())) for key in keys]


def _group(number: int, names: tuple[str, ...]) -> _Group:
    sides = [name.rpartition("_") for name in names]
    before, after = (
        tuple([kind for kind, _, side in sides if side == wanted]) for wanted in ("before", "after")
    )
    return number, names, before, after


class Posting:
    """A text with the phrases found in it: ways to write skills, and cues by table without overlaps."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.named: list[tuple[int, int, tuple[Meaning, ...]]] = []
        """Ways to write skills as they were found: by start, the longer first, overlapping."""
        tables: tuple[list[Cue], ...] = ([], [], [], [], [])
        free_from = [0, 0, 0, 0, 0]
        named = self.named
        finder, entries = _phrases()
        haystack = comparable(text)
        self.plain = haystack.decode("utf-8")
        """The text character by character, in small letters and with spaces for all that parts words."""
        for which, start, end in finder.find(haystack, len(text)):
            meanings, groups = entries[which]
            if meanings:
                named.append((start, end, meanings))
            for number, classes, before, after in groups:
                if start < free_from[number]:
                    continue
                if not number:
                    # The end of one line and the heading on the next are no heading of two words.
                    if text.find("\n", start, end) >= 0:
                        continue
                    # Most phrases of headings stand in the middle of a sentence.
                    if (
                        start > 1
                        and text[start - 1] == " "
                        and text[start - 2].isalnum()
                        and (
                            text.find(":\n", end, end + _LED_REACH) < 0
                            or not _leads_a_list(text, end, classes[0])
                        )
                    ):
                        free_from[0] = end
                        continue
                free_from[number] = end
                tables[number].append(_new(Cue, (start, end, classes, before, after)))
        self.tables = dict(zip(_TABLES, tables, strict=True))
        self._breaks: list[int] | None = None
        self._starts: list[int] = [0]
        self._kinds: list[str] = [""]
        self._other_headings: list[int] | None = None
        self._closes: int | None = None
        self._divide()
        self.has_headings = "must" in self._kinds or "nice" in self._kinds
        self.has_intro = len(self._kinds) > 1
        self._cue_starts = [cue.start for cue in self.tables["cues"]]
        self._around_starts = [cue.start for cue in self.tables["around"]]

    def _divide(self) -> None:
        for cue in self.tables["headings"]:
            self._head(cue)
        if self._closes is not None:
            self._open(self._closes, "")

    def _head(self, cue: Cue) -> None:
        """Open a section where the phrase is a heading; one with text behind its colon holds for that line."""
        text, start, end, kind = self.text, cue.start, cue.end, cue.classes[0]
        near = max(0, start - _BULLET)
        line = text.rfind("\n", near, start) + 1
        at_line = (line > 0 or start < _BULLET) and not any(map(str.isalnum, text[line:start]))
        rest = text[end : end + _WINDOW].split("\n", 1)[0]
        colon = _COLON.match(rest)
        if not at_line:
            opens = (colon or self._flattened(start, end)) and text[start].isupper()
            if not (opens and _STOPPED.search(text, near, start)) and not _leads_a_list(text, end, kind):
                return
        if at_line and not colon and rest.strip(" \t\r*#:_–—-.!…"):
            # "About Acme" is a heading, "EEO Acme" need not be one.
            named = kind != "none" or _TAKES_A_NAME.match(text, start) or _AND_MORE.match(rest)
            if not _heading_goes_on(rest, any_name=bool(named)):
                return
        if kind == "none" and _OF_THE_JOB.match(text, start):
            kind = "mentioned"
        if self._closes is not None:
            if self._closes < start:
                self._open(self._closes, "")
            self._closes = None
        line_end = text.find("\n", end, start + _WINDOW)
        # A flattened posting has its sections in one line: there a section ends where the next begins.
        inline = (
            at_line and colon is not None and rest[colon.end() :].strip(" \t\r*_") != "" and line_end >= 0
        )
        previous = self._kinds[-1]
        self._open(start, kind)
        if inline:
            self._open(line_end, previous)
        elif kind == "none":
            if self._other_headings is None:
                self._other_headings = [found.start(1) for found in _SOME_HEADING.finditer(text)]
            which = bisect_right(self._other_headings, end)
            self._closes = self._other_headings[which] if which < len(self._other_headings) else None

    def _flattened(self, start: int, end: int) -> bool:
        """Tell whether a posting without line breaks goes on after a heading: "… done. What you bring Python and …"."""
        text = self.text
        if text.find("\n", max(0, start - _WINDOW), end + _WINDOW) >= 0:
            return False
        following = text[end : end + 3].lstrip(" -–•*")
        return following[:1].isupper() and " " in text[start:end]

    def _open(self, start: int, kind: str) -> None:
        self._starts.append(start)
        self._kinds.append(kind)

    def section(self, place: int) -> str:
        """Return the kind of section at a place: must, nice, mentioned, none, or "" before any heading."""
        return self._kinds[bisect_right(self._starts, place) - 1]

    def sentence(self, start: int, end: int) -> Span:
        """Return the sentence or line around a range, cut at a fixed distance."""
        if self._breaks is None:
            self._breaks = [0, *_sentence_breaks(self.text), len(self.text)]
        breaks = self._breaks
        which = bisect_right(breaks, start, hi=len(breaks) - 1)
        first = breaks[which - 1]
        last = breaks[which]
        if last < end:
            last = breaks[bisect_left(breaks, end, lo=which, hi=len(breaks) - 1)]
        return (
            first if start - first < _WINDOW else start - _WINDOW,
            last if last - end < _WINDOW else end + _WINDOW,
        )

    def says(self, start: int, end: int, words: Iterable[str]) -> bool:
        """Tell whether one of some words, as `plain` has them and between spaces, stands between two places."""
        said = f" {self.plain[start:end]} "
        for word in words:  # noqa: SIM110 - a generator takes twice as long
            if word in said:
                return True
        return False

    def asks(self, start: int, end: int) -> bool:
        """Tell whether the posting speaks of the candidate there: in a section for it, or in so many words."""
        kind = self.section(start)
        if kind in {"must", "nice", "none"}:
            return kind != "none"
        # "Organised: plans ahead", a line that names what the candidate is
        if (
            self.text[end : end + 1] in _AFTER_A_NAME
            and _NAMED_FIRST.match(self.text, end)
            and not _WORD.search(self.text, max(0, start - 3), start)
        ):
            return True
        for first, last, _, before, after in self.cues(*self.sentence(start, end)):
            if before and 0 <= start - last <= _ASKED_BEFORE:
                return True
            if after and 0 <= first - end <= _ASKED_AFTER:
                return True
        return False

    def cues(self, start: int, end: int) -> list[Cue]:
        """Return the cues that begin between two places, the second not included."""
        found = self.tables["cues"]
        first = bisect_left(self._cue_starts, start)
        return found[first : bisect_left(self._cue_starts, end, lo=first)]

    def around(self, start: int, end: int) -> list[Cue]:
        """Return the words that tell of somebody else's skills and begin between two places."""
        first = bisect_left(self._around_starts, start)
        return self.tables["around"][first : bisect_right(self._around_starts, end, lo=first)]

    def triggers(self, name: str) -> list[Cue]:
        """Return the triggers of one class, in order."""
        return [cue for cue in self.tables["triggers"] if name in cue.classes]


_OF_THE_JOB: Final = re.compile(
    r"about[ \t]+(?:the|this|your|our|you|these)\b(?! (?:company|firm|organi[sz]ation))", re.IGNORECASE
)
_SOME_HEADING: Final = re.compile(
    r"\n[ \t#*_]*([A-Z][^\n.!?•]{2,48}:[ \t*_]*(?=\n)|[A-Z][A-Z &/,’'-]{3,48}:?[ \t*_]*(?=\n))"
)
_AFTER_A_NAME: Final = frozenset(" \t\n-–:") | {""}
_NAMED_FIRST: Final = re.compile(r"[ \t]*(?:[-–:]\s|\n|$)")
_WORD: Final = re.compile(r"\w")
_COLON: Final = re.compile(r"[\s*_]*(?:\([^)\n]{0,30}\))?[\s*_]*:")
_STOPPED: Final = re.compile(r"[.!?;:)\]*•|–—-]\s*$")
_GOES_ON: Final = re.compile(r"\s*(?:for (?:this|the)|at |with us|we |you |if |\()", re.IGNORECASE)
_TAKES_A_NAME: Final = re.compile(r"about|why|life", re.IGNORECASE)
_AND_MORE: Final = re.compile(r"\s*(?:&|/|\+|and\b|und\b|et\b)", re.IGNORECASE)


_LED_REACH: Final = 40
_LEADS: Final = re.compile(r"[^.!?:;\n]*:\n")


def _leads_a_list(text: str, end: int, kind: str) -> bool:
    """Tell whether a phrase in a sentence says what the list below it holds: "… with these qualifications:"."""
    return (
        kind != "none"
        and text.find(":\n", end, end + _LED_REACH) >= 0
        and _LEADS.match(text, end, end + _LED_REACH) is not None
    )


_SHORT_FOR: Final = ("etc", "incl", "max", "min", "vs", "approx")


def _sentence_breaks(text: str) -> list[int]:
    """Return where lines and sentences end, after the mark; "U.S. citizen" and "max. 5" go on."""
    breaks = [end for mark in ("\n", "; ", "• ") if mark in text for end in _ends(text, mark)]
    for end in _ends(text, ". "):
        mark_at = end - 2
        if (
            text[mark_at - 2 : mark_at - 1].isalnum() or not text[mark_at - 1 : mark_at].isalnum()
        ) and not text.endswith(_SHORT_FOR, 0, mark_at):
            breaks.append(end)
    breaks.sort()
    return breaks


def _ends(text: str, mark: str) -> list[int]:
    """Return where each occurrence of a mark ends."""
    length = len(mark)
    ends = list(accumulate([len(part) + length for part in text.split(mark)]))
    ends.pop()
    return ends


def _heading_goes_on(rest: str, *, any_name: bool) -> bool:
    """Tell whether what follows a heading's phrase still belongs to a heading: "Qualifications & Skills"."""
    rest = rest.rstrip()
    if len(rest) > _HEADING_REST or rest[-1:] in {".", ",", ";"}:
        return False
    if _GOES_ON.match(rest):
        return True
    return any_name and all(word[0].isupper() or len(word) <= 3 for word in rest.split() if word[0].isalpha())
