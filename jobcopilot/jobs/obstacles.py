"""What stands in the way of a job whatever the rest says, and which of it caps the match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jobcopilot.jobs.criteria import amount, comparable_pay, offered_places, places_name
from jobcopilot.jobs.facts import Facts
from jobcopilot.jobs.licences import can_be_told, is_held
from jobcopilot.jobs.match import Evidence, Obstacle
from jobcopilot.jobs.wanted import Wanted
from jobcopilot.reading.places import place_name


def obstacles(wanted: Wanted, facts: Facts, there: float | None, how: float | None) -> tuple[Obstacle, ...]:
    """Return what stands in the way, firm obstacles first; `there` is `place_fit`, `how` is `mode_fit`."""
    found: list[Obstacle] = []
    if there == 0:
        found.append(_place(facts))
    if how is not None and how < 0.7:
        found.append(_mode(wanted, facts))
    high, minimum = facts.pay_maximum, wanted.minimum_pay
    if high is not None and minimum is not None and high < minimum and comparable_pay(wanted, facts):
        words = f"pays {amount(high)} at most, {amount(minimum - high)} under your minimum"
        found.append(Obstacle("pay", words, True))
    if facts.blockers:
        found.extend(_conditions(wanted, facts))
    if len(found) > 1:
        found.sort(key=_loose)
    return tuple(found)


def _loose(obstacle: Obstacle) -> bool:
    return not obstacle.firm


def _place(facts: Facts) -> Obstacle:
    if facts.work_mode == "remote":
        areas = dict.fromkeys(
            place_name(place._replace(remote=False))
            for place in offered_places(facts.places, facts.work_mode)
            if place.remote
        )
        where = "; ".join(areas)
        return Obstacle("place", f"remote, but only from {where}", True)
    return Obstacle("place", f"in {places_name(facts.places)}, none of your places", True)


_MODE_WORDS: Final = {"onsite": "on site", "remote": "remote", "hybrid": "hybrid"}


def _mode(wanted: Wanted, facts: Facts) -> Obstacle:
    mode = facts.work_mode or ""
    firm = wanted.remote == "remote" and mode == "onsite"
    shown = Evidence(mode, "description", *(facts.work_mode_span or (0, 0)))
    return Obstacle("work mode", f"{_MODE_WORDS[mode]}, you want {_MODE_WORDS[wanted.remote]}", firm, shown)


def _conditions(wanted: Wanted, facts: Facts) -> Iterator[Obstacle]:
    for blocker in facts.blockers:
        if blocker.need == "nice" or is_held(blocker, wanted.licences):
            continue
        shown = Evidence(blocker.label, "description", blocker.start, blocker.end, blocker.need, False)
        yield Obstacle(blocker.kind, blocker.label, can_be_told(blocker), shown)
