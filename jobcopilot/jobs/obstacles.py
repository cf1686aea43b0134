"""What stands in the way of a job whatever the rest says, and which of it caps the match."""

from __future__ import annotations

from collections.abc import Iterator

from jobcopilot.jobs.criteria import amount, comparable_pay, mode_fit, place_fit
from jobcopilot.jobs.facts import Facts
from jobcopilot.jobs.licences import can_be_told, is_held
from jobcopilot.jobs.match import Evidence, Obstacle
from jobcopilot.jobs.wanted import Wanted
from jobcopilot.reading.places import place_name


def obstacles(wanted: Wanted, facts: Facts) -> tuple[Obstacle, ...]:
    """Return what stands in the way, firm obstacles first."""
    found = [*_place(wanted, facts), *_mode(wanted, facts), *_pay(wanted, facts), *_conditions(wanted, facts)]
    return tuple(sorted(found, key=_loose)) if len(found) > 1 else tuple(found)


def _loose(obstacle: Obstacle) -> bool:
    return not obstacle.firm


def _place(wanted: Wanted, facts: Facts) -> Iterator[Obstacle]:
    if place_fit(wanted, facts) == 0:
        where = ", ".join(map(place_name, facts.places))
        if facts.work_mode == "remote":
            yield Obstacle(
                "place", f"remote, but only from {where.removeprefix('Remote ').strip('()')}", True
            )
        else:
            yield Obstacle("place", f"in {where}", True)


def _mode(wanted: Wanted, facts: Facts) -> Iterator[Obstacle]:
    share = mode_fit(wanted, facts)
    if share is None or share >= 0.7 or facts.work_mode is None:
        return
    firm = wanted.remote == "remote" and facts.work_mode == "onsite"
    words = {"onsite": "on site", "remote": "remote", "hybrid": "hybrid"}
    shown = Evidence(facts.work_mode, "description", *(facts.work_mode_span or (0, 0)))
    yield Obstacle("work mode", f"{words[facts.work_mode]}, you want {words[wanted.remote]}", firm, shown)


def _pay(wanted: Wanted, facts: Facts) -> Iterator[Obstacle]:
    high, minimum = facts.pay_maximum, wanted.minimum_pay
    if high is not None and minimum is not None and high < minimum and comparable_pay(wanted, facts):
        yield Obstacle(
            "pay", f"pays {amount(high)} at most, {amount(minimum - high)} under your minimum", True
        )


def _conditions(wanted: Wanted, facts: Facts) -> Iterator[Obstacle]:
    for blocker in facts.blockers:
        if blocker.need == "nice" or is_held(blocker, wanted.licences):
            continue
        shown = Evidence(blocker.label, "description", blocker.start, blocker.end, blocker.need, False)
        yield Obstacle(blocker.kind, blocker.label, can_be_told(blocker), shown)
