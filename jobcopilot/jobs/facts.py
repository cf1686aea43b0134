"""What is read once from a posting and kept beside it, so that scoring reads no text again."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final, NamedTuple

from jobcopilot.reading.blockers import Blocker
from jobcopilot.reading.needs import Need
from jobcopilot.reading.pay import Pay
from jobcopilot.reading.places import Place, WorkMode, read_place, work_mode_of
from jobcopilot.reading.requirements import SkillRequirement, read_requirements
from jobcopilot.reading.sections import Span
from jobcopilot.reading.skills import extract_skills
from jobcopilot.reading.titles import TitleFacts, read_title

VERSION: Final = 1
"""Raised when the reading changes so much that stored facts should be read again."""


_NO_TITLE: Final = TitleFacts(None, False, frozenset())


class SkillFact(NamedTuple):
    """A skill that a posting names, how much it wants it, and where it says so.

    `start` and `end` are a half-open range of characters of the description, or of the title where only that
    names it (`only_title`).
    """

    name: str
    need: Need
    start: int
    end: int
    in_title: bool = False
    only_title: bool = False


class Facts(NamedTuple):
    """What a posting says; None and empty mean that it does not say.

    Spans are half-open ranges of characters of the description. Pay is for a year, in `pay_currency`.
    """

    skills: tuple[SkillFact, ...] = ()
    title: TitleFacts = _NO_TITLE
    seniority: str | None = None
    """The rung that the description names; the title's own is `title.seniority`."""
    seniority_span: Span | None = None
    years: float | None = None
    years_span: Span | None = None
    degree: str | None = None
    degree_span: Span | None = None
    work_mode: WorkMode | None = None
    work_mode_span: Span | None = None
    places: tuple[Place, ...] = ()
    pay_minimum: float | None = None
    pay_maximum: float | None = None
    pay_currency: str | None = None
    blockers: tuple[Blocker, ...] = ()

    @property
    def skill_names(self) -> tuple[str, ...]:
        """The canonical names of all skills that title and description name, each once."""
        return tuple(skill.name for skill in self.skills)


def read_facts(
    title: str,
    place: str,
    description: str,
    work_mode: WorkMode | None = None,
    pay: Pay | None = None,
) -> Facts:
    """Return what a posting says; `work_mode` and `pay` are what its own fields say, and win over the text.

    The text is not searched for pay here: an importer that did so hands it over. Never fails on a str.
    """
    asked = read_requirements(description, title)
    mode_of_place = work_mode_of(place)
    stated_mode = work_mode or mode_of_place
    mode = stated_mode or asked.work_mode
    return Facts(
        skills=_skills(title, asked.skills),
        title=read_title(title),
        seniority=asked.seniority,
        seniority_span=asked.seniority_span,
        years=asked.years,
        years_span=asked.years_span,
        degree=asked.degree,
        degree_span=asked.degree_span,
        work_mode=mode,
        work_mode_span=asked.work_mode_span if mode == asked.work_mode else None,
        places=read_place(place),
        pay_minimum=pay.yearly_minimum if pay else None,
        pay_maximum=pay.yearly_maximum if pay else None,
        pay_currency=pay.currency if pay else None,
        blockers=asked.blockers,
    )


def _skills(title: str, asked: tuple[SkillRequirement, ...]) -> tuple[SkillFact, ...]:
    in_title = dict(_skills_of_title(title))
    facts = [
        SkillFact(
            skill.skill, skill.need, skill.start, skill.end, in_title.pop(skill.skill, None) is not None
        )
        for skill in asked
    ]
    facts[:0] = [SkillFact(name, "must", *span, True, True) for name, span in in_title.items()]
    return tuple(facts)


# The same titles come again and again.
@lru_cache(maxsize=8192)
def _skills_of_title(title: str) -> tuple[tuple[str, Span], ...]:
    return tuple([(mention.name, mention.spans[0]) for mention in extract_skills(title)])


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_json(facts: Facts) -> str:
    """Return facts as compact JSON, with the version of the reading in front."""
    return _encode(
        [
            VERSION,
            facts.skills,
            [facts.title.seniority, facts.title.management, sorted(facts.title.words)],
            [facts.seniority, facts.seniority_span],
            [facts.years, facts.years_span],
            [facts.degree, facts.degree_span],
            [facts.work_mode, facts.work_mode_span],
            [[p.city, p.region, p.country, p.area, p.latitude, p.longitude, p.remote] for p in facts.places],
            [facts.pay_minimum, facts.pay_maximum, facts.pay_currency],
            [[b.kind, b.label, b.need, b.start, b.end] for b in facts.blockers],
        ]
    )


def from_json(stored: str) -> Facts | None:
    """Read back what `to_json` wrote; None where nothing or an older reading is stored, which is to be read again."""
    try:
        loaded = json.loads(stored)
        if not isinstance(loaded, list) or loaded[0] != VERSION:
            return None
        _, skills, title, seniority, years, degree, mode, places, pay, blockers = loaded
        return Facts(
            tuple(map(SkillFact._make, skills)),
            TitleFacts(title[0], title[1], frozenset(title[2])),
            seniority[0],
            _span(seniority[1]),
            years[0],
            _span(years[1]),
            degree[0],
            _span(degree[1]),
            mode[0],
            _span(mode[1]),
            tuple(map(Place._make, places)),
            pay[0],
            pay[1],
            pay[2],
            tuple([Blocker(*blocker) for blocker in blockers]),
        )
    except (ValueError, TypeError, IndexError):
        return None


def _span(stored: list[int] | None) -> Span | None:
    return (stored[0], stored[1]) if stored else None
