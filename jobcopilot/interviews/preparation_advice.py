"""What advice there is for a round, and which of it a stage's name and a job's title ask for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from jobcopilot.reading.titles import read_title
from jobcopilot.text import clean_line


@dataclass(frozen=True, slots=True)
class Advice:
    """What `preparation.toml` holds: tasks, patterns of stages, families, and which words weigh for which."""

    tasks: tuple[dict[str, Any], ...]
    stages: tuple[tuple[str, re.Pattern[str]], ...]
    families: dict[str, dict[str, str]]
    weights: dict[str, dict[str, float]]


@lru_cache(maxsize=1)
def advice() -> Advice:
    """Return the data, read once."""
    import tomllib

    read = tomllib.loads(files("jobcopilot.interviews").joinpath("preparation.toml").read_text("utf-8"))
    weights: dict[str, dict[str, float]] = {}
    for family in read["family"]:
        for entry in family["words"].split():
            word, _, weight = entry.partition(":")
            weights.setdefault(word, {})[family["name"]] = float(weight or 1)
    return Advice(
        tasks=tuple(read["task"]),
        stages=tuple((stage["kind"], re.compile(stage["pattern"])) for stage in read["stage"]),
        families={family["name"]: family for family in read["family"]},
        weights=weights,
    )


def stage_kind(stage: str) -> str:
    """Return what kind of conversation a stage's name stands for, in English, German or French; else "general"."""
    folded = unicodedata.normalize("NFKD", clean_line(stage, 200).casefold())
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return next((kind for kind, pattern in advice().stages if pattern.search(plain)), "general")


_LEADS_BY_RANK: Final = ("director", "executive")
_LED_AS_TEAMS: Final = ("software", "data", "machine_learning", "infrastructure", "security", "qa", "general")


def role_family(job_title: str) -> str:
    """Return the family of roles that a job title belongs to, "general" where it tells none."""
    facts = read_title(job_title)
    scores: dict[str, float] = {}
    for word in facts.words:
        for family, weight in advice().weights.get(word, {}).items():
            scores[family] = scores.get(family, 0.0) + weight
    # Only what weighs enough tells a family: "manager" alone does not.
    best = max(sorted(scores), key=lambda family: scores[family], default="general")
    family = best if scores.get(best, 0.0) >= 0.4 else "general"
    if facts.seniority in _LEADS_BY_RANK and (facts.management or facts.seniority == "executive"):
        return "leadership"
    return "leadership" if facts.management and family in _LED_AS_TEAMS else family
