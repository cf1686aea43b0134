"""How well a posting suits a profile, with the reasons; no model, no text read again, no I/O.

The rules, which hold for every input:

- Each criterion gives up to its points (`match.WEIGHTS`: skills 50, role 20, seniority 10, place 10, pay 10).
  What the posting or the profile does not say gives none and takes none: the percentage is the points given over
  the points that could be given. Only a profile without skills counts as having none of those that are wanted,
  so that one more skill never lowers a score.
- A firm obstacle (another place without a way to work from here, pay that ends below the minimum, a licence,
  clearance or citizenship that the profile does not name) caps the percentage at `CAP`: the level is then low.
- `coverage` is the share of what one wants to know that the posting speaks of (`COVERAGE`), whatever the profile
  says. No posting without a description reaches `THIN_COVERAGE`.
"""

from __future__ import annotations

from typing import Final

from jobcopilot.jobs import criteria
from jobcopilot.jobs.facts import Facts
from jobcopilot.jobs.match import Criterion, Match, Obstacle, level_of
from jobcopilot.jobs.obstacles import obstacles
from jobcopilot.jobs.views import THIN_COVERAGE
from jobcopilot.jobs.wanted import Wanted, prepare, soft_skills
from jobcopilot.profiles.views import ProfileView

CAP: Final = 49
"""The highest percentage where a firm obstacle stands in the way: just below `medium`."""
COVERAGE: Final = {
    "skills": 0.45, "role": 0.10, "level": 0.05, "years": 0.10, "place": 0.08, "work mode": 0.05, "pay": 0.10,
    "degree": 0.07,
}  # fmt: skip
"""What one wants to know of a posting, by weight; title, level, place, work mode and pay together stay thin."""


def score(profile: ProfileView | Wanted, facts: Facts) -> Match:
    """Return how well a posting suits a profile; hand over a prepared one (`prepare`) where many are scored."""
    wanted = profile if isinstance(profile, Wanted) else prepare(profile)
    found = (
        criteria.skills(wanted, facts),
        criteria.role(wanted, facts),
        criteria.seniority(wanted, facts),
        criteria.place(wanted, facts),
        criteria.pay(wanted, facts),
    )
    in_the_way = obstacles(wanted, facts)
    out_of = sum(criterion.out_of for criterion in found)
    scored = out_of > 0 and not wanted.says_nothing
    percent = _percent(found, out_of, in_the_way) if scored else 0
    coverage, not_said = _coverage(facts)
    thin = coverage < THIN_COVERAGE
    matched, missing, missing_nice = _split(found[0])
    used = {wanted.held[name] for name in matched}.union(matched)
    return Match(
        percent=percent,
        level=level_of(percent, thin=thin),
        coverage=coverage,
        scored=scored,
        blockers=in_the_way,
        criteria=found,
        matched=matched,
        missing=missing,
        missing_nice=missing_nice,
        unused=tuple([name for name in wanted.skills if name not in used]),
        not_said=not_said,
        not_asked=_not_asked(wanted),
        summary=_summary(found, in_the_way, matched, missing, missing_nice, thin=thin, scored=scored),
    )


def _percent(found: tuple[Criterion, ...], out_of: float, in_the_way: tuple[Obstacle, ...]) -> int:
    share = sum(criterion.points for criterion in found) / out_of
    percent = max(0, min(int(100 * share + 0.5), 100))
    return min(percent, CAP) if any(obstacle.firm for obstacle in in_the_way) else percent


def _coverage(facts: Facts) -> tuple[float, tuple[str, ...]]:
    """Return the share of what one wants to know that the posting speaks of, and what it leaves open."""
    soft = soft_skills()
    told = sum(
        (criteria.SOFT_FACTOR if skill.name in soft else 1.0)
        for skill in facts.skills
        if not skill.only_title
    )
    shares = {
        "skills": min(1.0, told / criteria.ENOUGH_SKILLS),
        "role": bool(facts.title.words),
        "level": facts.title.seniority is not None or facts.seniority is not None,
        "years": facts.years is not None,
        "place": bool(facts.places),
        "work mode": facts.work_mode is not None,
        "pay": facts.pay_minimum is not None or facts.pay_maximum is not None,
        "degree": facts.degree is not None,
    }
    coverage = sum(weight * shares[name] for name, weight in COVERAGE.items())
    return round(coverage, 2), tuple([name for name, share in shares.items() if not share])


def _split(skills: Criterion) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the skills that are held, that are wanted and lacking, and that are nice to have and lacking."""
    matched: list[str] = []
    missing: list[str] = []
    missing_nice: list[str] = []
    for asked in skills.evidence:
        (matched if asked.met else missing_nice if asked.need == "nice" else missing).append(asked.label)
    return tuple(matched), tuple(missing), tuple(missing_nice)


def _not_asked(wanted: Wanted) -> tuple[str, ...]:
    told = {
        "skills": wanted.skills,
        "role": wanted.roles,
        "seniority": wanted.seniorities and not wanted.seniority_guessed,
        "years": wanted.years is not None,
        "places": wanted.places or wanted.remote == "remote",
        "minimum pay": wanted.minimum_pay is not None,
    }
    return tuple([name for name, said in told.items() if not said])


# --- one sentence -----------------------------------------------------------------------------------------

_NAMED: Final = 3
"""How many skills the sentence names."""


def _summary(
    found: tuple[Criterion, ...],
    in_the_way: tuple[Obstacle, ...],
    matched: tuple[str, ...],
    missing: tuple[str, ...],
    missing_nice: tuple[str, ...],
    *,
    thin: bool,
    scored: bool,
) -> str:
    """Return the match in one sentence: obstacles first, then skills, then what costs most of the rest."""
    if not scored:
        return "Nothing to compare yet: say your skills or the role you aim at."
    firm = [obstacle.label for obstacle in in_the_way if obstacle.firm]
    parts = [f"blocked: {', '.join(firm)}"] if firm else []
    lacking = missing or missing_nice
    if found[0].said:
        wanted = len(matched) + len(missing) + len(missing_nice)
        lacks = f", lacks {_listed(lacking)}" if lacking else ""
        parts.append(f"{len(matched)} of {wanted} wanted skills{lacks}")
    else:
        parts.append("names no skills")
    parts.extend(
        f"{criterion.name}: {criterion.note}"
        for criterion in found[1:]
        if criterion.out_of
        and criterion.points < criterion.out_of
        and criterion.note
        and not _told(criterion, in_the_way)
    )
    if thin:
        parts.append("says little")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _told(criterion: Criterion, in_the_way: tuple[Obstacle, ...]) -> bool:
    """Tell whether an obstacle already says what the criterion would."""
    kinds = {"place": {"place", "work mode"}, "pay": {"pay"}}.get(criterion.name, set())
    return any(obstacle.firm and obstacle.kind in kinds for obstacle in in_the_way)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    """Return names as a person lists them: "A, B and 3 more"."""
    if len(names) > _NAMED + 1:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
