"""A profile made ready for comparing: read once, used for a hundred thousand postings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from jobcopilot.jobs.licences import licence_words
from jobcopilot.profiles.views import ProfileView, RemoteWish
from jobcopilot.reading.places import Place, read_place
from jobcopilot.reading.skills import all_skills, canonical, extract_skills, implied, kind_of
from jobcopilot.reading.titles import TitleFacts, read_title

RUNGS: Final[dict[str, float]] = {
    "intern": 0, "junior": 1, "mid": 2, "senior": 3, "staff": 4, "lead": 4, "principal": 4.5, "manager": 4.5,
    "director": 6, "executive": 7,
}  # fmt: skip
"""How far two levels are apart: a lead stands where a staff engineer does, a manager where a principal does."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person brings and wants; empty and None mean not said."""

    skills: tuple[str, ...]
    """Canonical names, sorted without case, each once."""
    held: dict[str, str]
    """Every skill that counts as held, to the profile's own skill, role or licence that brings it."""
    roles: tuple[TitleFacts, ...]
    seniorities: tuple[str, ...]
    """The levels aimed at: what the profile says, else what its roles name, else what its years suggest."""
    seniority_guessed: bool
    """Whether the level was taken from the years, so that it adds nothing where a posting names years."""
    years: float | None
    places: tuple[Place, ...]
    remote: RemoteWish
    minimum_pay: float | None
    pay_currency: str | None
    licences: tuple[frozenset[str], ...]
    """The words of each licence, clearance or permit held."""

    says_nothing: bool = False
    """Whether there is nothing to compare a posting with."""
    leaves_open: tuple[str, ...] = ()
    """What the profile does not say, in a person's words."""
    alike: dict[frozenset[str], float] = field(default_factory=dict, compare=False, repr=False)
    """How alike titles met so far are to the nearest role, by their words: a search meets the same ones again."""


def prepare(profile: ProfileView) -> Wanted:
    """Return a profile ready for comparing; order, letter case and white space of its skills change nothing."""
    names: dict[str, str] = {}
    for name in sorted(" ".join(skill.name.split()) for skill in profile.skills):
        if name:
            known = canonical(name)
            names.setdefault(known.casefold(), known)
    skills = tuple(names[key] for key in sorted(names))
    roles = tuple(facts for facts in map(read_title, profile.roles) if facts.words or facts.seniority)
    seniorities, guessed = _seniorities(profile, roles)
    places = tuple(dict.fromkeys(place for text in profile.places for place in read_place(text)))
    only_remote = profile.remote == "any" and places and all(place.remote for place in places)
    remote: RemoteWish = "remote" if only_remote else profile.remote
    told = {
        "skills": bool(skills),
        "role": any(role.words for role in roles),
        "seniority": bool(seniorities) and not guessed,
        "years": profile.years is not None,
        "places": bool(places) or remote == "remote",
        "minimum pay": bool(profile.minimum_pay),
    }
    return Wanted(
        skills=skills,
        held=_held(profile, skills),
        roles=tuple(role for role in roles if role.words),
        seniorities=seniorities,
        seniority_guessed=guessed,
        years=profile.years,
        places=places,
        remote=remote,
        minimum_pay=profile.minimum_pay or None,
        pay_currency=profile.pay_currency,
        licences=tuple(
            words
            for words in map(licence_words, (*profile.licences, *filter(_is_certificate, skills)))
            if words
        ),
        says_nothing=not any(told.values()) and not seniorities and remote == "any",
        leaves_open=tuple(topic for topic, said in told.items() if not said),
    )


def _held(profile: ProfileView, skills: tuple[str, ...]) -> dict[str, str]:
    """Return all that counts as held: the skills, what they bring, and what roles and licences are made of."""
    held: dict[str, str] = {}
    for licence in sorted(profile.licences):
        held.update((mention.name, licence) for mention in extract_skills(licence))
    for role in sorted(profile.roles):
        # Who aims at "Frontend Developer" lacks no "Front-End Development"; a tool in the role's name must be said.
        areas = (mention.name for mention in extract_skills(role) if kind_of(mention.name) == "method")
        held.update((name, role) for name in areas)
    for skill in reversed(skills):
        held.update((other, skill) for other in implied(skill))
    held.update((skill, skill) for skill in skills)
    return held


def _is_certificate(skill: str) -> bool:
    return kind_of(skill) == "certificate"


def _seniorities(profile: ProfileView, roles: tuple[TitleFacts, ...]) -> tuple[tuple[str, ...], bool]:
    if profile.seniority in RUNGS:
        return (profile.seniority,), False
    named = tuple(sorted({role.seniority for role in roles if role.seniority}))
    if named or profile.years is None:
        return named, False
    if profile.years < 2:
        return ("junior",), True
    return ("mid" if profile.years < 5 else "senior",), True


@cache
def soft_skills() -> frozenset[str]:
    """Return the skills that every second posting names and that therefore tell little."""
    return frozenset(skill.name for skill in all_skills() if skill.kind == "soft")
