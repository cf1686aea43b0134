"""The skills that a text names, each with the places where it names them.

The text becomes bytes in which every separator is a space and every letter small, one for one, so that one
Aho-Corasick pass over all ways to write all skills finds whole words only (`vocabulary`, `sections`). Of these, the
ones that look right where they stand are candidates (`skill_candidates`), and those count that mean the skill and
not a company, a department or a degree (`skill_surroundings`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from jobcopilot.reading import vocabulary
from jobcopilot.reading.sections import Posting
from jobcopilot.reading.skill_candidates import among_skills, candidates, names_by_key
from jobcopilot.reading.skill_surroundings import boasts, employers, meant, of_a_land, spoken
from jobcopilot.reading.vocabulary import Skill, key_of

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SkillMention:
    """One skill of a text: its canonical name and where the text names it, as half-open ranges of characters."""

    name: str
    spans: tuple[Span, ...]


def extract_skills(text: str) -> list[SkillMention]:
    """Return the skills that a text names, by first mention, with canonical names; never fails on a str."""
    return mentions(Posting(text))


def canonical(name: str) -> str:
    """Return the vocabulary's name for a skill as a person typed it, or the cleaned input where it is unknown."""
    names = names_by_key()
    key = key_of(name)
    # "python 3.11", "Kubernetes skills", "spreadsheets": what people add to a name or leave away
    for written in (key, _VERSION.sub("", key), _DRESSED.sub("", key), key.removesuffix("s"), f"{key}s"):
        known = names.get(written.strip())
        if known is not None:
            return known
    return " ".join(name.split())


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


def mentions(posting: Posting) -> list[SkillMention]:
    """Return the skills that a posting names; `extract_skills` for a text that is read already."""
    hits = candidates(posting)
    employed_by = employers(posting.text, hits)
    found: dict[str, list[Span]] = {}
    languages = spoken()
    last_end = len(posting.text)
    for place, (start, end, meaning) in enumerate(hits):
        skill, surface, _, trade = meaning
        if not skill or skill in employed_by:
            continue
        section = posting.section(start)
        if section == "none" or (skill in languages and of_a_land(posting.text, end)):
            continue
        if surface.among_skills and not among_skills(posting, hits, place):
            continue
        if surface.when_asked or trade:
            if not meant(posting, start, end, surface, section, last_end):
                continue
        elif not section and posting.has_intro and boasts(posting, hits, place):
            continue
        last_end = end
        spans = found.get(skill)
        if spans is None:
            found[skill] = [(start, end)]
        else:
            spans.append((start, end))
    return [SkillMention(name, tuple(spans)) for name, spans in found.items()]


_VERSION: Final = re.compile(r"\s*\bv?[0-9]+(?: [0-9x]+)*$")
_DRESSED: Final = re.compile(
    r"^(?:advanced|basic|strong|excellent|good|solid) | (?:skills?|programming|language|framework|library|software"
    r"|tools?|experience|knowledge|basics|proficiency)$"
)


@cache
def _by_name() -> dict[str, Skill]:
    return {skill.name: skill for skill in vocabulary.load()}
