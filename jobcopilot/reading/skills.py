"""The skills that a text names, each with the places where it names them.

The text becomes bytes in which every separator is a space and every letter small, one for one, so that one
Aho-Corasick pass over all ways to write all skills finds whole words only. What is ambiguous (Go, Word, C) then
has to look right in the text as given: its capitals, its neighbours, the words before and after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from jobcopilot.reading import vocabulary
from jobcopilot.reading.vocabulary import PhraseFinder, Skill, comparable, key_of

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SkillMention:
    """One skill of a text: its canonical name and where the text names it, as half-open ranges of characters."""

    name: str
    spans: tuple[Span, ...]


def extract_skills(text: str) -> list[SkillMention]:
    """Return the skills that a text names, by first mention, with canonical names; never fails on a str."""
    found: dict[str, list[Span]] = {}
    for name, start, end in _mentions(text):
        spans = found.get(name)
        if spans is None:
            found[name] = [(start, end)]
        else:
            spans.append((start, end))
    return [SkillMention(name, tuple(spans)) for name, spans in found.items()]


def canonical(name: str) -> str:
    """Return the vocabulary's name for a skill as a person typed it, or the cleaned input where it is unknown."""
    names = _names()
    key = key_of(name)
    known = names.get(key)
    if known is None:
        known = names.get(_VERSION.sub("", key))
    if known is None and key.endswith("s"):
        known = names.get(key[:-1])
    return known if known is not None else " ".join(name.split())


def kind_of(name: str) -> str | None:
    """Return the kind of a skill ("language", "database", …) as the vocabulary has it, None where it is unknown."""
    skill = _by_name().get(canonical(name))
    return skill.kind if skill is not None else None


def implied(name: str) -> frozenset[str]:
    """Return the skills that come with one ("FastAPI" brings "Python"), those that come with these included."""
    reached: set[str] = set()
    waiting = [canonical(name)]
    while waiting:
        skill = _by_name().get(waiting.pop())
        if skill is not None:
            fresh = [other for other in skill.implies if other not in reached]
            reached.update(fresh)
            waiting.extend(fresh)
    reached.discard(canonical(name))
    return frozenset(reached)


def all_skills() -> tuple[Skill, ...]:
    """Return every skill of the vocabulary."""
    return vocabulary.load()


# --- the automaton ----------------------------------------------------------------------------------------


class _Pattern(NamedTuple):
    """What one pattern of the automaton stands for; without a name it is a phrase that means no skill."""

    name: str
    written: str
    exact_case: bool
    needs_context: bool
    plain: bool


class _Hit(NamedTuple):
    """One candidate in characters of the text."""

    start: int
    end: int
    pattern: _Pattern


@cache
def _finder() -> tuple[PhraseFinder, list[list[_Pattern]]]:
    """Build the matcher, once a process, and what each of its phrases may stand for."""
    meanings: dict[str, list[_Pattern]] = {}
    spellings: dict[str, str] = {}
    for skill in vocabulary.load():
        for surface in skill.surfaces:
            plain = not (surface.exact_case or surface.text[0] == "." or len(surface.text) == 1)
            pattern = _Pattern(skill.name, surface.text, surface.exact_case, surface.needs_context, plain)
            key = spellings.setdefault(comparable(surface.text).decode("utf-8").strip(), surface.text)
            meanings.setdefault(key, []).append(pattern)
        for phrase in skill.not_in:
            meanings.setdefault(phrase, []).append(_Pattern("", phrase, False, False, True))
    return PhraseFinder(meanings), list(meanings.values())


# --- from candidates to mentions --------------------------------------------------------------------------


def _mentions(text: str) -> list[tuple[str, int, int]]:
    hits = _candidates(text)
    return [
        (hit.pattern.name, hit.start, hit.end)
        for place, hit in enumerate(hits)
        if hit.pattern.name and (not hit.pattern.needs_context or _in_context(text, hits, place))
    ]


def _candidates(text: str) -> list[_Hit]:
    """Return the leftmost, then longest, ways to write a skill or a phrase that means none, without overlaps."""
    finder, meanings = _finder()
    hits: list[_Hit] = []
    free_from = 0
    for start, end, which in finder.find(text, comparable(text)):
        if start < free_from:
            continue
        for pattern in meanings[which]:
            if pattern.name and _linked(text, start, end):
                break
            if pattern.plain or _looks_right(text, start, end, pattern):
                hits.append(_Hit(start - (pattern.written[0] == "."), end, pattern))
                free_from = end
                break
    return hits


_LINKING: Final = frozenset("./@_=&?-#%~")
_DOMAIN: Final = re.compile(r"\.(?:com|org|net|io|co|ai|de|fr|eu|uk|dev|app|gov|edu)\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"://|www\.|@\w", re.IGNORECASE)
_TOKEN: Final = 120


def _linked(text: str, start: int, end: int) -> bool:
    """Tell whether the place is part of an address: https://…, careers@…, example.com."""
    after = text[end : end + 1]
    if after not in _LINKING and text[max(0, start - 1) : start] not in _LINKING:
        return False
    if after == "." and _DOMAIN.match(text, end):
        return True
    left = text[max(0, start - _TOKEN) : start].split()
    token = left[-1] if left and start and not text[start - 1].isspace() else ""
    return bool(_ADDRESS.search(token)) or after == "@"


_VERSION: Final = re.compile(r"\s*\bv?[0-9]+(?: [0-9x]+)*$")
_GLUE: Final = frozenset("'’&-+#_@$%^~*\\")


def _looks_right(text: str, start: int, end: int, pattern: _Pattern) -> bool:
    """Tell whether the text as given has the capitals and the surroundings that a strict way to write asks for."""
    if pattern.exact_case and _separated(text[start:end]) != _separated(pattern.written.lstrip(".")):
        return False
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if pattern.written[0] == ".":
        return before == "." and not text[max(0, start - 2) : start - 1].isalnum()
    if end - start > 1:
        return True
    if before in _GLUE or after in _GLUE or before == ".":
        return before == "" or after == ""
    return not (after == "." and text[end + 1 : end + 2].isalnum())


@cache
def _separators() -> re.Pattern[str]:
    return re.compile(r"[^\w+#]|_")


def _separated(written: str) -> str:
    return _separators().sub(" ", written)


_JOINT: Final = re.compile(
    r"[\s,;/|&()\[\]•·*–—+:‣▪●-]*(?:(?:and|or|und|oder|et|ou|y|e|and/or|as well as|including|plus|sowie|incl\.)\b)?"
    r"[\s,;/|&()\[\]•·*–—+:‣▪●-]*"
)
_JOINT_LENGTH: Final = 16
_CUE_LENGTH: Final = 48
_BEFORE: Final = re.compile(
    r"(?:\b(?:experience[ds]?|expertise|proficien(?:t|cy)|knowledge|skill(?:s|ed)?|fluen(?:t|cy)|familiar(?:ity)?"
    r"|background|competen(?:t|ce|cy)|understanding|command|mastery|expert|kenntnisse|erfahrung(?:en)?"
    r"|connaissances?|ma[iî]trise|exp[ée]rience|strong|solid)\s+(?:with|in|of|on|using|mit|en|de|du|von)?\s*"
    r"|\b(?:using|such as|like|e\.g\.,?|written in|coding in|code in|programming in|develop(?:ing|ed)? in|built (?:in|on|with)"
    r"|tools?:|languages?:|skills?:|stack:|technologies:|software:|frameworks?:|microsoft|ms)\s+)$",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"\s*(?:developers?|development|programm(?:ing|ers?)|engineers?|languages?|code(?:base)?|scripts?|scripting|"
    r"(?:micro)?services?|frameworks?|librar(?:y|ies)|skills?|kenntnisse|developpeur|applications?|stack|api)\b",
    re.IGNORECASE,
)


def _in_context(text: str, hits: list[_Hit], place: int) -> bool:
    """Tell whether the words around an ambiguous way to write speak of skills."""
    hit = hits[place]
    for other in hits[max(0, place - 1) : place] + hits[place + 1 : place + 2]:
        if other.pattern.name and _joined(text, hit, other):
            return True
    return bool(
        _BEFORE.search(text, max(0, hit.start - _CUE_LENGTH), hit.start) or _AFTER.match(text, hit.end)
    )


def _joined(text: str, one: _Hit, other: _Hit) -> bool:
    """Tell whether two candidates stand side by side in a list."""
    left, right = sorted((one.end, other.end)), sorted((one.start, other.start))
    gap = text[left[0] : right[1]]
    return 0 < len(gap) <= _JOINT_LENGTH and not gap.isspace() and _JOINT.fullmatch(gap) is not None


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for skill in vocabulary.load():
        for surface in skill.surfaces:
            names.setdefault(key_of(surface.text), skill.name)
    names.update((key_of(skill.name), skill.name) for skill in vocabulary.load())
    return names


@cache
def _by_name() -> dict[str, Skill]:
    return {skill.name: skill for skill in vocabulary.load()}
