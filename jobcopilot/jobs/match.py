"""The shape of an explained match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from jobcopilot.jobs.views import (
    BLOCKED_RANK,
    BLOCKED_THIN_RANK,
    FULL_RANK,
    HIGH,
    MEDIUM,
    THIN_COVERAGE,
    THIN_RANK,
    Level,
)
from jobcopilot.reading.needs import Need

CriterionName = Literal["skills", "role", "seniority", "place", "pay"]
Source = Literal["description", "title", "place", "pay"]
ObstacleKind = Literal["place", "work mode", "pay", "licence", "clearance", "citizenship", "visa"]

WEIGHTS: Final[dict[CriterionName, int]] = {"skills": 50, "role": 20, "seniority": 10, "place": 10, "pay": 10}
"""The points that a criterion gives at most."""


class Evidence(NamedTuple):
    """One thing that a posting says, and the words that say it: characters `start` to `end` of `source`.

    `start` equals `end` where a field of its own says it (the place, the pay) and there is nothing to quote.
    """

    label: str
    source: Source = "description"
    start: int = 0
    end: int = 0
    need: Need | None = None
    met: bool | None = None
    """Whether the profile has it; None where that is not compared."""
    note: str = ""


class Criterion(NamedTuple):
    """One criterion: its points, whether the posting and the profile speak of it, and what shows it.

    `out_of` is 0 where it is not compared; `note` then says why.
    """

    name: CriterionName
    points: float
    out_of: float
    said: bool
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


class Obstacle(NamedTuple):
    """What stands in the way whatever the rest says; only `firm` ones cap the percentage."""

    kind: ObstacleKind
    label: str
    firm: bool
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How well a posting suits a profile, and why."""

    percent: int
    """0 to 100; 0 where nothing could be compared (`scored` is then false)."""
    level: Level
    coverage: float
    """The share of what one wants to know that the posting speaks of, 0 to 1, whatever the profile says."""
    scored: bool
    blockers: tuple[Obstacle, ...]
    criteria: tuple[Criterion, ...]
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    """Wanted skills that the profile lacks, must-haves and the merely named ones; see `missing_nice`."""
    missing_nice: tuple[str, ...]
    unused: tuple[str, ...]
    """The profile's skills that the posting does not ask for."""
    not_said: tuple[str, ...]
    """What the posting leaves open, in a person's words."""
    not_asked: tuple[str, ...]
    """What the profile leaves open and therefore could not be compared."""
    summary: str
    """One sentence."""
    uncapped: int
    """The percentage without what stands in the way; `percent` where nothing firm does."""

    @property
    def thin(self) -> bool:
        """Whether the posting speaks of so little that fuller matches should stand before it."""
        return self.coverage < THIN_COVERAGE

    @property
    def blocked(self) -> bool:
        """Whether something firm stands in the way, whatever the rest says."""
        return any(obstacle.firm for obstacle in self.blockers)


def level_of(percent: int, *, thin: bool) -> Level:
    """Return the level of a percentage; a thin match is `medium` at most."""
    if percent >= HIGH and not thin:
        return "high"
    return "medium" if percent >= MEDIUM else "low"


def match_rank(match: Match) -> int:
    """Return the sort key of a match: 0 not scored, else a percentage behind one of four ranks (`views.FULL_RANK`, …).

    What may not be had stands behind everything that may, also behind what says little; among itself it keeps the
    order that it would have without its obstacle, because the capped percentages of good ones are all the same.
    """
    if not match.scored:
        return 0
    if match.blocked:
        return (BLOCKED_THIN_RANK if match.thin else BLOCKED_RANK) + match.uncapped
    return (THIN_RANK if match.thin else FULL_RANK) + match.percent


def quote(text: str, evidence: Evidence, around: int = 30) -> str:
    """Return the words that show a piece of evidence, with some of what stands around them, on one line.

    `text` is the evidence's source; cut places are marked by an ellipsis. Empty where there is nothing to quote.
    """
    if evidence.start >= evidence.end or evidence.start >= len(text):
        return ""
    start = text.rfind("\n", max(0, evidence.start - around), evidence.start) + 1
    if not start:
        start = max(0, evidence.start - around)
        start = start and (text.find(" ", start, evidence.start) + 1 or evidence.start)
    end = text.find("\n", evidence.end, evidence.end + around)
    if end < 0:
        end = min(len(text), evidence.end + around)
        end = end if end == len(text) else max(text.rfind(" ", evidence.end, end), evidence.end)
    line_starts = start == 0 or text[start - 1] == "\n"
    line_ends = end == len(text) or text[end] == "\n"
    words = " ".join(text[start:end].split())
    return f"{'' if line_starts else '… '}{words}{'' if line_ends else ' …'}"
