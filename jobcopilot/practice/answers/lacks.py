"""What an answer lacks, the gravest first: what an interviewer asks for and an assessment tells to sharpen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jobcopilot.practice.answers.reading import Reading

LackKind = Literal[
    "off_question", "too_short", "own_part", "result", "check", "point", "number", "reason", "particulars"
]
_SHORT = 22
"""Words below which an answer wants more of everything."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is not there; `point` is the rubric's, for the kind "point"."""

    kind: LackKind
    point: str = ""


def lacks_of(reading: Reading) -> tuple[Lack, ...]:
    """Return what an answer lacks; what can't be read at all lacks only a better answer."""
    shape = reading.asked.shape
    if reading.doubt is not None:
        return (Lack("off_question" if reading.doubt.cause in ("off_topic", "copied") else "too_short"),)
    found: list[Lack] = []
    if reading.words.said < _SHORT:
        found.append(Lack("too_short"))
    own = reading.of("deed") if shape == "star" else reading.of("own")
    if not own and (shape == "star" or (shape == "design" and reading.of("shared"))):
        found.append(Lack("own_part"))
    if shape == "star" and not reading.of("result"):
        found.append(Lack("result"))
    if shape == "design" and not reading.of("verify") and not reading.of("result"):
        found.append(Lack("check"))
    missed = [Lack("point", point) for point in reading.points.missed]
    if len(missed) * 2 > len(reading.asked.points):
        found += missed
    if not any(clause.concrete for clause in reading.clauses):
        found.append(Lack("particulars"))
    if not reading.of("number") and shape != "plain":
        found.append(Lack("number"))
    if not reading.of("reason") and not reading.of("decision"):
        found.append(Lack("reason"))
    return tuple(dict.fromkeys((*found, *missed)))
