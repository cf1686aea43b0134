"""A posting with the phrases of all vocabularies found in it: its sections, and how much it wants what.

One pass finds the ways to write skills (`data/skills-*.tsv`) and the phrases that decide about them
(`data/requirements.toml`); what stands around each decides, in a window of fixed size, so that the time grows
with the length of the text and no faster.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from jobcopilot.reading import vocabulary
from jobcopilot.reading.vocabulary import PhraseFinder, Surface, comparable, phrase_key

Span = tuple[int, int]
Need = Literal["must", "nice", "mentioned"]

_CUES_FILE: Final = Path(__file__).parent / "data" / "requirements.toml"
_TABLES: Final = ("headings", "cues", "triggers", "work_mode", "around")
_WINDOW: Final = 240
_HEADING_REST: Final = 32
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
    """One phrase found, with the classes that it has in its table."""

    start: int
    end: int
    classes: tuple[str, ...]


class Meaning(NamedTuple):
    """What a way to write a skill stands for; without a skill it is a phrase that only looks like one."""

    skill: str
    surface: Surface
    strict: bool
    trade: bool


class _Entry(NamedTuple):
    """What one phrase of the automaton is: ways to write skills, and (table number, classes) of cues."""

    meanings: tuple[Meaning, ...]
    groups: tuple[tuple[int, tuple[str, ...]], ...]


@cache
def _phrases() -> tuple[PhraseFinder, list[_Entry]]:
    """Load all vocabularies and build the one matcher, once a process."""
    meanings: dict[bytes, list[Meaning]] = {}
    for skill in vocabulary.load():
        for surface in skill.surfaces:
            if not surface.only_typed:
                strict = surface.exact_case or surface.text[0] == "." or len(surface.text) == 1
                meaning = Meaning(skill.name, surface, strict, skill.kind in TRADES)
                meanings.setdefault(phrase_key(surface.text), []).append(meaning)
    for skill in vocabulary.load():
        for phrase in skill.not_in:
            meanings.setdefault(phrase_key(phrase), [Meaning("", Surface(phrase), False, False)])
    classes: dict[bytes, dict[int, dict[str, None]]] = {}
    with _CUES_FILE.open("rb") as file:
        tables = tomllib.load(file)
    for number, table in enumerate(_TABLES):
        for name, written in tables[table].items():
            for phrase in written:
                classes.setdefault(phrase_key(phrase), {}).setdefault(number, {})[name] = None
    nothing: dict[int, dict[str, None]] = {}
    keys = list(meanings | classes)
    entries: list[_Entry] = []
    for key in keys:
        groups = classes.get(key, nothing)
        told = tuple([(number, tuple(names)) for number, names in groups.items()]) if groups else ()
        entries.append(_new(_Entry, (tuple(meanings.get(key, ())), told)))
    return PhraseFinder(keys), entries


class Posting:
    """A text with the phrases found in it: ways to write skills, and cues by table without overlaps."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.named: list[tuple[int, int, tuple[Meaning, ...]]] = []
        """Ways to write skills as they were found: by start, the longer first, overlapping."""
        tables: tuple[list[Cue], ...] = ([], [], [], [], [])
        free_from = [0, 0, 0, 0, 0]
        finder, entries = _phrases()
        for start, minus_end, which in finder.find(text, comparable(text)):
            meanings, groups = entries[which]
            if meanings:
                self.named.append((start, -minus_end, meanings))
            for number, classes in groups:
                if start >= free_from[number]:
                    tables[number].append(_new(Cue, (start, -minus_end, classes)))
                    free_from[number] = -minus_end
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
        text, start, end = self.text, cue.start, cue.end
        # Most of these phrases stand in the middle of a sentence.
        if text[max(0, start - 1) : start] == " " and text[max(0, start - 2) : start - 1].isalnum():
            return
        before = text[max(0, start - 12) : start]
        line_before = before.rsplit("\n", 1)[-1]
        rest = text[end : end + _WINDOW].split("\n", 1)[0]
        colon = _COLON.match(rest)
        at_line = not any(map(str.isalnum, line_before)) and len(line_before) < 12
        if not at_line:
            opens = text[start].isupper() and _STOPPED.search(before) is not None
            if not opens or not (colon or self._flattened(start, end)):
                return
        kind = cue.classes[0]
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
        following = text[end : end + 3].lstrip(" -–•*")
        return (
            " " in text[start:end]
            and following[:1].isupper()
            and "\n" not in text[max(0, start - _WINDOW) : end + _WINDOW]
        )

    def _open(self, start: int, kind: str) -> None:
        self._starts.append(start)
        self._kinds.append(kind)

    def section(self, place: int) -> str:
        """Return the kind of section at a place: must, nice, mentioned, none, or "" before any heading."""
        return self._kinds[bisect_right(self._starts, place) - 1]

    def sentence(self, start: int, end: int) -> Span:
        """Return the sentence or line around a range, cut at a fixed distance."""
        if self._breaks is None:
            self._breaks = _sentence_breaks(self.text)
        breaks = self._breaks
        which = bisect_right(breaks, start)
        first = breaks[which - 1] if which else 0
        which = bisect_left(breaks, end, lo=which)
        last = breaks[which] if which < len(breaks) else len(self.text)
        return max(first, start - _WINDOW), min(last, end + _WINDOW)

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
        for cue in self.cues(*self.sentence(start, end)):
            for name in cue.classes:
                if cue.end <= start and start - cue.end <= _ASKED_BEFORE and name.endswith("_before"):
                    return True
                if cue.start >= end and cue.start - end <= _ASKED_AFTER and name.endswith("_after"):
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

    def triggers(self, name: str) -> Iterator[Cue]:
        """Return the triggers of one class, in order."""
        return (cue for cue in self.tables["triggers"] if name in cue.classes)


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


_SHORT_FOR: Final = ("etc", "incl", "max", "min", "vs", "approx")


def _sentence_breaks(text: str) -> list[int]:
    """Return where lines and sentences end, after the mark; "U.S. citizen" and "max. 5" go on."""
    breaks: list[int] = []
    for mark in ("\n", ". ", "; ", "• "):
        place = text.find(mark)
        while place >= 0:
            if mark != ". " or not (
                (text[place - 1 : place].isalnum() and not text[place - 2 : place - 1].isalnum())
                or text.endswith(_SHORT_FOR, 0, place)
            ):
                breaks.append(place + len(mark))
            place = text.find(mark, place + 1)
    breaks.sort()
    return breaks


def _heading_goes_on(rest: str, *, any_name: bool) -> bool:
    """Tell whether what follows a heading's phrase still belongs to a heading: "Qualifications & Skills"."""
    rest = rest.rstrip()
    if len(rest) > _HEADING_REST or rest[-1:] in {".", ",", ";"}:
        return False
    if _GOES_ON.match(rest):
        return True
    return any_name and all(word[0].isupper() or len(word) <= 3 for word in rest.split() if word[0].isalpha())


_SHOWN: Final = 64
_REACH: Final = 110
_ENDS_CLAUSE: Final = re.compile(r"\s*(?:[.,;)!\n]|$)")
_SHORT: Final = len("pas de")
_LOOSE: Final = frozenset({"plus", "pluses", "bonus", "asset", "must", "ideal", "welcome"})


def read_need(posting: Posting, start: int, end: int, listed: frozenset[int]) -> tuple[Need, int, int] | None:
    """Return how much a posting wants what stands at a place, and the range that shows it; None for small talk.

    `listed` has the starts of sentences that ask by being lists. The range is in characters of the text.
    """
    base = posting.section(start)
    if base == "none":
        return None
    sentence = posting.sentence(start, end)
    strong, asks = _deciding_cues(posting, start, end, sentence)
    shown_end = end
    if strong is not None:
        kind, cue = strong
        need: Need = "nice" if kind == "nice" else "must" if kind == "must" else "mentioned"
        if cue.start >= end and cue.end - end <= _SHOWN:
            shown_end = cue.end
    elif base in {"must", "nice"}:
        need = "must" if base == "must" else "nice"
    else:
        need = "must" if asks or sentence[0] in listed else "mentioned"
    return need, _shown_from(posting.text, sentence[0], start), shown_end


def _deciding_cues(
    posting: Posting, start: int, end: int, sentence: Span
) -> tuple[tuple[str, Cue] | None, bool]:
    """Return the nearest cue that says must, nice or void of a place, and whether a weaker one asks for it."""
    nearest: tuple[str, Cue] | None = None
    distance = _REACH
    asks = False
    for cue in posting.cues(*sentence):
        if cue.end <= start:
            side, away = "before", start - cue.end
        elif cue.start >= end:
            side, away = "after", cue.start - end
        else:
            continue
        for name in cue.classes:
            kind, _, wanted = name.partition("_")
            if wanted != side or away >= (distance if kind != "void" or cue.end - cue.start > _SHORT else 2):
                continue
            if kind == "asks":
                asks = True
            elif _holds(posting.text, cue, side, sentence):
                nearest, distance = (kind, cue), away
    return nearest, asks


def _holds(text: str, cue: Cue, side: str, sentence: Span) -> bool:
    """Tell whether a cue that may look both ways ("required", "a plus") looks this way."""
    if side == "before":
        both = any(name.endswith("_after") for name in cue.classes)
        return not both or cue.start - sentence[0] <= 4 or text[cue.end : cue.end + 1] == ":"
    return text[cue.start : cue.end].lower() not in _LOOSE or _ENDS_CLAUSE.match(text, cue.end) is not None


def _shown_from(text: str, sentence: int, start: int) -> int:
    """Return where the words begin that show a skill: the sentence, or as much of it as is quickly read."""
    near = start - sentence <= _SHOWN
    shown = sentence if near else text.find(" ", start - _SHOWN, start) + 1 or start
    while shown < start and not text[shown].isalnum():
        shown += 1
    return shown
