"""How much a posting wants what it names: must, nice, or only mentioned, and the words that show it."""

from __future__ import annotations

import re
from typing import Final, Literal

from jobcopilot.reading.sections import Cue, Posting, Span

Need = Literal["must", "nice", "mentioned"]

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
        first, last, _, before, after = cue
        if last <= start:
            if not before:
                continue
            side, away, kinds = "before", start - last, before
        elif first >= end and after:
            side, away, kinds = "after", first - end, after
        else:
            continue
        for kind in kinds:
            if away >= (distance if kind != "void" or last - first > _SHORT else 2):
                continue
            if kind == "asks":
                asks = True
            elif _holds(posting.text, cue, side, sentence):
                nearest, distance = (kind, cue), away
    return nearest, asks


def _holds(text: str, cue: Cue, side: str, sentence: Span) -> bool:
    """Tell whether a cue that may look both ways ("required", "a plus") looks this way."""
    if side == "before":
        return not cue.after or cue.start - sentence[0] <= 4 or text[cue.end : cue.end + 1] == ":"
    return text[cue.start : cue.end].lower() not in _LOOSE or _ENDS_CLAUSE.match(text, cue.end) is not None


def _shown_from(text: str, sentence: int, start: int) -> int:
    """Return where the words begin that show a skill: the sentence, or as much of it as is quickly read."""
    near = start - sentence <= _SHOWN
    shown = sentence if near else text.find(" ", start - _SHOWN, start) + 1 or start
    while shown < start and not text[shown].isalnum():
        shown += 1
    return shown
