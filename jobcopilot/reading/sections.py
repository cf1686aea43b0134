"""A posting with the phrases of `data/requirements.toml` found in it: its sections, and how much it wants what.

One pass finds the phrases; what stands around each decides, in a window of fixed size, so that the time grows with
the length of the text and no faster.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from jobcopilot.reading.vocabulary import PhraseFinder, comparable

Span = tuple[int, int]
Need = Literal["must", "nice", "mentioned"]

_CUES_FILE: Final = Path(__file__).parent / "data" / "requirements.toml"
_WINDOW: Final = 240
_HEADING_REST: Final = 32


class _Phrases(NamedTuple):
    finder: PhraseFinder
    classes: list[tuple[tuple[str, str], ...]]


class Cue(NamedTuple):
    """One phrase found, with the classes that it has in its table."""

    start: int
    end: int
    classes: tuple[str, ...]


@cache
def _phrases() -> _Phrases:
    """Load the phrases and build their matcher, once a process: for each, its (table, class) pairs."""
    classes: dict[str, dict[tuple[str, str], None]] = {}
    with _CUES_FILE.open("rb") as file:
        for table, lists in tomllib.load(file).items():
            for name, written in lists.items():
                for phrase in written:
                    key = comparable(phrase).decode("utf-8").strip()
                    classes.setdefault(key, {})[table, name] = None
    return _Phrases(PhraseFinder(classes), [tuple(pairs) for pairs in classes.values()])


class Posting:
    """A text with the phrases found in it, by table, without overlaps within a table."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tables: dict[str, list[Cue]] = {"headings": [], "cues": [], "triggers": [], "work_mode": []}
        self._find()
        self._starts: list[int] = [0]
        self._kinds: list[str] = [""]
        for cue in self.tables["headings"]:
            self._head(cue)
        self.has_headings = any(kind in {"must", "nice"} for kind in self._kinds)
        self._cue_starts = [cue.start for cue in self.tables["cues"]]

    def _find(self) -> None:
        phrases = _phrases()
        free_from = dict.fromkeys(self.tables, 0)
        for start, end, which in phrases.finder.find(self.text, comparable(self.text)):
            grouped: dict[str, list[str]] = {}
            for table, name in phrases.classes[which]:
                grouped.setdefault(table, []).append(name)
            for table, names in grouped.items():
                if start >= free_from[table]:
                    self.tables[table].append(Cue(start, end, tuple(names)))
                    free_from[table] = end

    def _head(self, cue: Cue) -> None:
        """Open a section where the phrase is a heading; one with text behind its colon holds for that line."""
        text, start, end = self.text, cue.start, cue.end
        before = text[max(0, start - 12) : start]
        line_before = before.rsplit("\n", 1)[-1]
        rest = text[end : end + _WINDOW].split("\n", 1)[0]
        colon = _COLON.match(rest)
        at_line = not any(map(str.isalnum, line_before)) and (len(line_before) < 12)
        if not at_line and not (colon and text[start].isupper() and _STOPPED.search(before)):
            return
        if not colon and rest.strip(" \t\r*#:_–—-.!…") and not _heading_goes_on(rest):
            return
        kind = cue.classes[0]
        inline = colon is not None and rest[colon.end() :].strip(" \t\r*_") != ""
        if inline:
            line_end = text.find("\n", end)
            # A flattened posting has its sections in one line: there a section ends where the next begins.
            if line_end < 0 or line_end - start > _WINDOW:
                inline = False
            else:
                previous = self._kinds[-1]
                self._open(start, kind)
                self._open(line_end, previous)
        if not inline:
            self._open(start, kind)

    def _open(self, start: int, kind: str) -> None:
        self._starts.append(start)
        self._kinds.append(kind)

    def section(self, place: int) -> str:
        """Return the kind of section at a place: must, nice, mentioned, none, or "" before any heading."""
        return self._kinds[bisect_right(self._starts, place) - 1]

    def sentence(self, start: int, end: int) -> Span:
        """Return the sentence or line around a range, cut at a fixed distance."""
        text = self.text
        left, right = max(0, start - _WINDOW), min(len(text), end + _WINDOW)
        line = text.rfind("\n", left, start) + 1 or left
        stop = max(text.rfind(". ", line, start), text.rfind("; ", line, start), text.rfind("•", line, start))
        after = [place for mark in ("\n", ". ", "; ", "•") if (place := text.find(mark, end, right)) >= 0]
        return (stop + 2 if stop >= 0 else line), min(after, default=right)

    def cues(self, start: int, end: int) -> list[Cue]:
        """Return the cues between two places."""
        found = self.tables["cues"]
        first = bisect_left(self._cue_starts, start)
        return found[first : bisect_right(self._cue_starts, end, lo=first)]

    def triggers(self, name: str) -> Iterator[Cue]:
        """Return the triggers of one class, in order."""
        return (cue for cue in self.tables["triggers"] if name in cue.classes)


_COLON: Final = re.compile(r"[\s*_]*(?:\([^)\n]{0,30}\))?[\s*_]*:")
_STOPPED: Final = re.compile(r"[.!?;:)\]*•|–—-]\s*$")
_GOES_ON: Final = re.compile(r"\s*(?:for (?:this|the)|at |with us|we |you |if |\()", re.IGNORECASE)


def _heading_goes_on(rest: str) -> bool:
    """Tell whether what follows a heading's phrase still belongs to a heading: "Qualifications & Skills"."""
    rest = rest.rstrip()
    if len(rest) > _HEADING_REST or rest[-1:] in {".", ",", ";"}:
        return False
    if _GOES_ON.match(rest):
        return True
    return all(word[0].isupper() or len(word) <= 3 for word in rest.split() if word[0].isalpha())


_SHOWN: Final = 64
_REACH: Final = 110
_ENDS_CLAUSE: Final = re.compile(r"\s*(?:[.,;)!\n]|$)")
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
            if wanted != side or away >= distance:
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
