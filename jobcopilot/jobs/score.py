"""How well a posting suits a profile, with the reasons; no model, no text read again, no I/O.

The rules, which hold for every input:

- Each criterion gives up to its points (`match.WEIGHTS`: skills 50, role 20, seniority 10, place 10, pay 10).
  What the posting or the profile does not say gives none and takes none: the percentage is the points given over
  the points that could be given. Only a profile without skills counts as having none of those that are wanted,
  so that one more skill never lowers a score.
- A firm obstacle (another place without a way to work from here, pay that ends below the minimum, a licence,
  clearance or citizenship that the profile does not name) caps the percentage at `CAP`: the level is then low. What
  it would be otherwise is kept (`uncapped`) and orders those that are blocked.
- Level, place and pay make no match where the work is another: the percentage is at most `WORK_FLOOR` plus
  `WORK_SLOPE` times the share of skills and role together.
- `coverage` is the share of what one wants to know that the posting speaks of (`COVERAGE`), whatever the profile
  says. No posting without a description reaches `THIN_COVERAGE`.
"""

from __future__ import annotations

from typing import Final

from jobcopilot.jobs import criteria
from jobcopilot.jobs.criteria import SkillsFound
from jobcopilot.jobs.facts import Facts
from jobcopilot.jobs.match import Criterion, Match, Obstacle, level_of
from jobcopilot.jobs.obstacles import obstacles
from jobcopilot.jobs.views import CAP, THIN_COVERAGE
from jobcopilot.jobs.wanted import Wanted, prepare
from jobcopilot.profiles.views import ProfileView

WORK_FLOOR: Final = 0.2
WORK_SLOPE: Final = 1.6
"""Half of the points for skills and role lift the limit that they set to 100."""
COVERAGE: Final = {
    "skills": 0.45, "role": 0.10, "level": 0.05, "years": 0.10, "place": 0.08, "work mode": 0.05, "pay": 0.10,
    "degree": 0.07,
}  # fmt: skip
"""What one wants to know of a posting, by weight; title, level, place, work mode and pay together stay thin."""
SKILLS_COVERAGE: Final = COVERAGE["skills"]
_TOPICS: Final = tuple(COVERAGE.items())[1:]


def score(profile: ProfileView | Wanted, facts: Facts, *, shown: bool = True) -> Match:
    """Return how well a posting suits a profile.

    Where many are scored, hand over a prepared profile (`prepare`), and leave the skills' evidence out (`shown`
    false): everything else stays the same.
    """
    wanted = profile if isinstance(profile, Wanted) else prepare(profile)
    skills = criteria.skills(wanted, facts, shown=shown)
    there, how = criteria.place_fit(wanted, facts), criteria.mode_fit(wanted, facts)
    found = (
        skills.criterion,
        criteria.role(wanted, facts),
        criteria.seniority(wanted, facts),
        criteria.place(wanted, facts, there, how),
        criteria.pay(wanted, facts),
    )
    in_the_way = obstacles(wanted, facts, there, how)
    out_of = sum([criterion.out_of for criterion in found])
    scored = out_of > 0 and not wanted.says_nothing
    uncapped = _percent(found, out_of) if scored else 0
    # Firm obstacles stand first.
    percent = min(uncapped, CAP) if in_the_way and in_the_way[0].firm else uncapped
    coverage, not_said = _coverage(facts, skills.told)
    thin = coverage < THIN_COVERAGE
    return Match(
        percent,
        level_of(percent, thin=thin),
        coverage,
        scored,
        in_the_way,
        found,
        skills.matched,
        skills.missing,
        skills.missing_nice,
        _unused(wanted, skills.matched),
        not_said,
        wanted.leaves_open,
        _summary(found, in_the_way, skills, uncapped, thin=thin, scored=scored),
        uncapped,
    )


def _percent(found: tuple[Criterion, ...], out_of: float) -> int:
    share = sum([criterion.points for criterion in found]) / out_of
    skills, role = found[:2]
    work = skills.out_of + role.out_of
    if work:
        share = min(share, WORK_FLOOR + WORK_SLOPE * (skills.points + role.points) / work)
    return max(0, min(int(100 * share + 0.5), 100))


def _unused(wanted: Wanted, matched: tuple[str, ...]) -> tuple[str, ...]:
    """Return the profile's skills that neither are asked for nor bring one that is."""
    used = {wanted.held[name] for name in matched}
    used.update(matched)
    return tuple([name for name in wanted.skills if name not in used])


def _coverage(facts: Facts, told: float) -> tuple[float, tuple[str, ...]]:
    """Return the share of what one wants to know that the posting speaks of, and what it leaves open."""
    said = (
        facts.title.words,
        facts.title.seniority or facts.seniority,
        facts.years is not None,
        facts.places,
        facts.work_mode,
        facts.pay_minimum is not None or facts.pay_maximum is not None,
        facts.degree,
    )
    coverage = SKILLS_COVERAGE * min(1.0, told / criteria.ENOUGH_SKILLS)
    not_said = [] if told else ["skills"]
    for (topic, weight), is_said in zip(_TOPICS, said, strict=True):
        if is_said:
            coverage += weight
        else:
            not_said.append(topic)
    return round(coverage, 2), tuple(not_said)


# --- one sentence -----------------------------------------------------------------------------------------

_NAMED: Final = 3
"""How many skills the sentence names."""


def _summary(
    found: tuple[Criterion, ...],
    in_the_way: tuple[Obstacle, ...],
    skills: SkillsFound,
    uncapped: int,
    *,
    thin: bool,
    scored: bool,
) -> str:
    """Return the match in one sentence: obstacles first, then skills, then what costs most of the rest."""
    if not scored:
        return "Nothing to compare yet: say your skills or the role you aim at."
    firm = {obstacle.kind: obstacle.label for obstacle in in_the_way if obstacle.firm}
    otherwise = f" ({uncapped} otherwise)" if uncapped > CAP else ""
    parts = [f"blocked: {', '.join(firm.values())}{otherwise}"] if firm else []
    if found[0].said:
        lacking = skills.missing or skills.missing_nice
        wanted = len(skills.matched) + len(skills.missing) + len(skills.missing_nice)
        lacks = f", lacks {_listed(lacking)}" if lacking else ""
        parts.append(f"{len(skills.matched)} of {wanted} wanted skills{lacks}")
    else:
        parts.append("names no skills")
    for name, points, out_of, _, _, note in found[1:]:
        # An obstacle has already said it.
        told = name in firm or (name == "place" and "work mode" in firm)
        if note and points < out_of and not told:
            parts.append(f"{name}: {note}")
    if thin:
        parts.append("says little")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _listed(names: tuple[str, ...]) -> str:
    """Return names as a person lists them: "A, B, C and 3 more"."""
    if len(names) > _NAMED + 1:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
