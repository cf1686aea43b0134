"""What a typed time says, part by part: every word of it must say something."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from jobcopilot.interviews import dates_words as words
from jobcopilot.interviews.dates_parts import Said
from jobcopilot.interviews.dates_rules import rules, settle_dotted
from jobcopilot.interviews.dates_words import EXAMPLES, NotUnderstood, fold
from jobcopilot.interviews.dates_zones import near_zones, zones_meant

LONGEST: Final = 120
"""Longest text looked at, in characters; nobody types a longer time."""


def what_is_said(text: str) -> Said:
    """Read a text part by part; every word of it must say something.

    Raises `NotUnderstood`, which names the first word that says nothing and words near to it.
    """
    from jobcopilot.text import clean_line

    if len(text) > LONGEST * 4:
        raise Said(clean_line(text[:60], 40) + "…").refuse("it is too long for a time.")
    line = clean_line(text)
    said = Said(line if len(line) <= LONGEST else line[:40] + "…")
    if not line:
        raise NotUnderstood("No time is given", "", EXAMPLES)
    if len(line) > LONGEST:
        raise said.refuse("it is too long for a time.")
    folded, places = fold(line)
    at = 0
    while at < len(folded):
        for pattern, take in rules():
            found = pattern.match(folded, at)
            if found is not None:
                take(said, found)
                at = found.end()
                break
        else:
            at = _take_zone(said, folded, at, lambda start, end: line[places[start] : places[end - 1] + 1])
    settle_dotted(said)
    return said


_ZONE: Final = re.compile(r"[^\W\d][\w/+.'-]*(?:\s[^\W\d][\w/+.'-]*){0,3}")


def _take_zone(said: Said, folded: str, at: int, typed: Callable[[int, int], str]) -> int:
    """Take the longest name of a zone that begins here; return where it ends."""
    found = _ZONE.match(folded, at)
    end = found.end() if found else at
    while end > at:
        name = folded[at:end].rstrip(".'-")
        zones = zones_meant(name)
        # "et" before the time is the French word.
        if zones and (name != "et" or said.clock is not None):
            said.put_zone(zones, typed(at, at + len(name)))
            return end
        end = max(folded.rfind(" ", at, end), at)
    # The word that nobody knows, or what stands there up to the next space.
    rest = folded[at:].split(" ", 1)[0]
    raise said.refuse(f'"{typed(at, at + len(rest))}" says no time.', _near_words(rest))


def _near_words(word: str) -> str:
    if word[:1].isdigit():
        return 'A time is written like "14:30", a day like "24 Nov".'
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import extractOne

    known = [*words.WEEKDAYS, *words.MONTHS, *words.DAY_WORDS, *words.NOON, *words.MIDNIGHT, "morgen"]
    near = (
        extractOne(word, [one for one in known if len(one) > 3], scorer=ratio, score_cutoff=75)
        if len(word) > 3
        else None
    )
    meant = near[0] if near is not None else next(iter(near_zones(word)), "")
    return f"Did you mean {meant}? {EXAMPLES}" if meant else EXAMPLES
