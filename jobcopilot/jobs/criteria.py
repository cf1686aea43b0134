"""The five criteria of a match, each from stored facts and a prepared profile.

What a posting or the profile does not say gives no points and takes none: `out_of` is then 0.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from jobcopilot.jobs.facts import Facts, SkillFact
from jobcopilot.jobs.match import WEIGHTS, Criterion, Evidence, Source
from jobcopilot.jobs.wanted import RUNGS, Wanted, soft_skills
from jobcopilot.reading.places import Place, WorkMode, fit, place_name
from jobcopilot.reading.titles import role_similarity

NEED_WEIGHT: Final = {"must": 1.0, "mentioned": 0.4, "nice": 0.35}
TITLE_WEIGHT: Final = 1.5
"""A skill that the title names is what the job is about."""
SOFT_FACTOR: Final = 0.25
FULL_LIST: Final = 5.0
"""Weight of wanted skills up to which all count."""
LONG_LIST_FACTOR: Final = 0.35
"""How much the rest of a longer list counts: postings of thirty skills do not mean all of them."""
CURVE: Final = 0.75
"""Exponent of the share: half of what is wanted gives more than half of the points, for the first skills decide
whether one is asked at all, and nobody brings everything."""
ENOUGH_SKILLS: Final = 3
"""Skills from which the criterion weighs fully: one word in a title tells less than a list of requirements."""


class SkillsFound(NamedTuple):
    """The skills criterion with the names behind it."""

    criterion: Criterion
    matched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    missing_nice: tuple[str, ...] = ()
    told: float = 0.0
    """How many telling skills the description itself names; a soft one is a quarter."""


def skills(wanted: Wanted, facts: Facts, *, shown: bool = True) -> SkillsFound:
    """Return the skills criterion: the weighted share of the wanted skills that the profile has.

    Without `shown` the evidence is left out, which halves the time where many postings are scored.
    """
    if not facts.skills:
        return SkillsFound(Criterion("skills", 0.0, 0.0, False, (), "names no skills"))
    held, soft = wanted.held, soft_skills()
    total = got = telling = told = 0.0
    matched: list[str] = []
    missing: list[str] = []
    missing_rest: list[str] = []
    missing_nice: list[str] = []
    for name, need, _, _, in_title, only_title in facts.skills:
        weight = TITLE_WEIGHT if in_title else NEED_WEIGHT[need]
        share = 1.0
        if name in soft:
            weight *= SOFT_FACTOR
            share = SOFT_FACTOR
        total += weight
        telling += share
        if not only_title:
            told += share
        if name in held:
            got += weight
            matched.append(name)
        elif need == "nice":
            missing_nice.append(name)
        elif weight >= 1.0:
            missing.append(name)
        else:
            missing_rest.append(name)
    needed = total if total <= FULL_LIST else FULL_LIST + (total - FULL_LIST) * LONG_LIST_FACTOR
    out_of = WEIGHTS["skills"] * min(1.0, telling / ENOUGH_SKILLS)
    evidence = tuple([_skill_evidence(skill, held) for skill in facts.skills]) if shown else ()
    note = "" if wanted.skills else "your profile names no skills yet"
    points = out_of * min(1.0, got / needed) ** CURVE
    criterion = Criterion("skills", points, out_of, True, evidence, note)
    return SkillsFound(criterion, tuple(matched), (*missing, *missing_rest), tuple(missing_nice), told)


def _skill_evidence(skill: SkillFact, held: dict[str, str]) -> Evidence:
    through = held.get(skill.name)
    note = "" if through in {None, skill.name} else f"through {through}"
    source: Source = "title" if skill.only_title else "description"
    return Evidence(skill.name, source, skill.start, skill.end, skill.need, through is not None, note)


def role(wanted: Wanted, facts: Facts) -> Criterion:
    """Return the role criterion: how alike the title and the closest role aimed at are."""
    title = facts.title
    if not title.words:
        return _NO_ROLE_NAMED
    if not wanted.roles:
        return _NO_ROLE_WANTED
    alike = wanted.alike.get(title.words)
    if alike is None:
        alike = max(role_similarity(title, aim) for aim in wanted.roles)
        wanted.alike[title.words] = alike
    note = next(words for least, words in _ALIKE if alike >= least)
    return Criterion("role", WEIGHTS["role"] * alike, WEIGHTS["role"], True, (), note)


_ALIKE: Final = ((1.0, ""), (0.7, "close to yours"), (0.4, "related to yours"), (0.0, "another than yours"))


_NO_ROLE_NAMED: Final = Criterion("role", 0.0, 0.0, False, (), "the title names no role")
_NO_ROLE_WANTED: Final = Criterion("role", 0.0, 0.0, True, (), "your profile names no role")


def seniority(wanted: Wanted, facts: Facts) -> Criterion:
    """Return the seniority criterion: the level against the levels aimed at, the years asked against those had."""
    level, years = facts.title.seniority or facts.seniority, facts.years
    if level is None and years is None:
        return _NO_LEVEL_NAMED
    evidence: list[Evidence] = []
    shares: list[float] = []
    notes: list[str] = []
    if level is not None:
        share, note = _level(level, wanted.seniorities)
        counts = years is None or wanted.years is None or not wanted.seniority_guessed
        if share is not None and counts:
            shares.append(share)
            if note:
                notes.append(note)
        met = None if share is None else share >= 1
        if facts.title.seniority is not None:
            evidence.append(Evidence(level, "title", met=met))
        else:
            evidence.append(Evidence(level, "description", *(facts.seniority_span or (0, 0)), met=met))
    if years is not None:
        met = None
        if wanted.years is not None:
            met = wanted.years >= years
            shares.append(1.0 if met else wanted.years / years)
            if not met:
                notes.append(f"{years:g} years asked, you have {wanted.years:g}")
        evidence.append(Evidence(f"{years:g} years", "description", *(facts.years_span or (0, 0)), None, met))
    if not shares:
        return Criterion("seniority", 0.0, 0.0, True, tuple(evidence), "your profile names no level or years")
    points = WEIGHTS["seniority"] * sum(shares) / len(shares)
    return Criterion("seniority", points, WEIGHTS["seniority"], True, tuple(evidence), "; ".join(notes))


_NO_LEVEL_NAMED: Final = Criterion("seniority", 0.0, 0.0, False, (), "names neither level nor years")


@lru_cache(maxsize=1024)
def _level(offered: str, wanted: tuple[str, ...]) -> tuple[float | None, str]:
    """Return how near a level is to the nearest one aimed at, and what to say where it is another."""
    if not wanted:
        return None, ""
    share = max(level_fit(offered, aim) for aim in wanted)
    return share, "" if share >= 1 else f"{offered}, you aim at {' or '.join(wanted)}"


def level_fit(offered: str, wanted: str) -> float:
    """Return how near two levels are: 1 the same, 0.6 one step apart, 0.2 two, 0 beyond."""
    return max(0.0, 1 - 0.4 * abs(RUNGS[offered] - RUNGS[wanted]))


# --- place and work mode ----------------------------------------------------------------------------------

_MODE_FIT: Final = {
    "remote": {"remote": 1.0, "hybrid": 0.3, "onsite": 0.0},
    "hybrid": {"remote": 1.0, "hybrid": 1.0, "onsite": 0.2},
    "onsite": {"remote": 0.2, "hybrid": 0.7, "onsite": 1.0},
}  # fmt: skip


def place_fit(wanted: Wanted, facts: Facts) -> float | None:
    """Return how well the best of the offered places suits the best of the wanted ones, None where unknown."""
    if not wanted.places:
        return None
    offered = offered_places(facts.places, facts.work_mode)
    if not offered:
        return None
    if wanted.remote == "onsite":
        # Who wants to go to an office needs it near, wherever else the job could be done.
        offered = tuple(place for place in offered if not place.anywhere) or offered
    in_person = facts.work_mode in {"onsite", "hybrid"}
    told: list[float] = []
    for here in wanted.places:
        if here.remote and in_person:
            told.append(0.0)
            continue
        told.extend(found for there in offered if (found := _fit(here, there)) is not None)
    return max(told) if told else None


_fit = lru_cache(maxsize=32_768)(fit)


@lru_cache(maxsize=8192)
def offered_places(places: tuple[Place, ...], mode: WorkMode | None) -> tuple[Place, ...]:
    """Return where a job can be done: of an office without remote places, said to be remote, its whole country."""
    if mode != "remote" or any(place.remote for place in places):
        return places
    if not places:
        return (Place(remote=True),)
    return tuple(Place(None, None, place.country, place.area, remote=True) for place in places)


def mode_fit(wanted: Wanted, facts: Facts) -> float | None:
    """Return how well the work mode suits, None where one of the two does not say."""
    if wanted.remote == "any" or facts.work_mode is None:
        return None
    return _MODE_FIT[wanted.remote][facts.work_mode]


def place(wanted: Wanted, facts: Facts, there: float | None, how: float | None) -> Criterion:
    """Return the place criterion: the worse of place (`place_fit`) and mode (`mode_fit`), for both have to suit."""
    mode = facts.work_mode
    if not facts.places and mode is None:
        return Criterion("place", 0.0, 0.0, False, (), "names no place")
    evidence: list[Evidence] = []
    if facts.places:
        evidence.append(
            Evidence(places_name(facts.places), "place", met=None if there is None else there > 0)
        )
    if mode is not None:
        span = facts.work_mode_span or (0, 0)
        evidence.append(Evidence(mode, "description", *span, met=None if how is None else how >= 0.7))
    told = [share for share in (there, how) if share is not None]
    if not told:
        open_ = not wanted.places and wanted.remote == "any"
        note = "your profile names no place" if open_ else "cannot be told"
        return Criterion("place", 0.0, 0.0, True, tuple(evidence), note)
    note = ""
    if there == 0:
        note = "another place"
    elif there == 0.5:
        note = "an hour away"
    if how is not None and how < 0.7:
        note = f"{note + ', ' if note else ''}{mode}, you want {wanted.remote}"
    return Criterion("place", WEIGHTS["place"] * min(told), WEIGHTS["place"], True, tuple(evidence), note)


@lru_cache(maxsize=8192)
def places_name(places: tuple[Place, ...]) -> str:
    """Return all places of a posting as a person reads them."""
    return "; ".join(map(place_name, places))


# --- pay --------------------------------------------------------------------------------------------------


def pay(wanted: Wanted, facts: Facts) -> Criterion:
    """Return the pay criterion: what a year pays against the minimum, in one currency.

    All points where even the lower end reaches the minimum, none where the upper end does not. Between the two
    half of them, rising with the share of the range that lies above the minimum.
    """
    low, high = facts.pay_minimum, facts.pay_maximum
    if low is None and high is None:
        return Criterion("pay", 0.0, 0.0, False, (), "pay not said")
    currency = facts.pay_currency or wanted.pay_currency or ""
    evidence = (Evidence(pay_label(low, high, currency), "pay"),)
    minimum = wanted.minimum_pay
    if minimum is None:
        return Criterion("pay", 0.0, 0.0, True, evidence, "your profile names no minimum pay")
    if not comparable_pay(wanted, facts):
        return Criterion(
            "pay", 0.0, 0.0, True, evidence, f"in {currency}, your minimum is in {wanted.pay_currency}"
        )
    weight = WEIGHTS["pay"]
    if low is not None and low >= minimum:
        return Criterion("pay", weight, weight, True, evidence)
    if high is not None and high < minimum:
        short = amount(minimum - high)
        return Criterion("pay", 0.0, weight, True, evidence, f"ends {short} under your minimum")
    share = 0.5
    if low is not None and high is not None:
        share += 0.5 * (high - minimum) / (high - low)
    note = f"starts {amount(minimum - low)} under your minimum" if low is not None else "may start lower"
    return Criterion("pay", weight * share, weight, True, evidence, note)


def comparable_pay(wanted: Wanted, facts: Facts) -> bool:
    """Tell whether pay and minimum are in one currency; one that is not named is taken for the other."""
    return not facts.pay_currency or not wanted.pay_currency or facts.pay_currency == wanted.pay_currency


def pay_label(low: float | None, high: float | None, currency: str) -> str:
    """Return pay for a year in short: "80–100k EUR a year"."""
    if low is None or high is None:
        text = f"up to {amount(high or 0)}" if low is None else f"from {amount(low)}"
    else:
        text = amount(low) if low == high else f"{amount(low)}–{amount(high)}"
    return f"{text} {currency}".rstrip() + " a year"


def amount(value: float) -> str:
    """Return a sum in short: 12000 is "12k", 1250000 "1.25M"."""
    if value < 9_950:
        return f"{value / 1000:.1f}".removesuffix(".0") + "k" if value >= 1000 else f"{value:.0f}"
    if value >= 999_500:
        return f"{value / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"
    return f"{value / 1000:.0f}k"
