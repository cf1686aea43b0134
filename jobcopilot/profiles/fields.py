"""The fields of a profile, checked before they are kept, whichever face they come from."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from jobcopilot.errors import UsageError
from jobcopilot.profiles import values
from jobcopilot.profiles.store import FIELDS
from jobcopilot.profiles.views import SkillView
from jobcopilot.text import clean_line, clean_text

_MOST_PAY = 1e12


def checked(field: str, value: object) -> Any:
    """Return a value as it is kept; raises `UsageError` that names the field and what it takes."""
    if field not in FIELDS:
        raise UsageError("There is no such field", field, f"The fields are {', '.join(sorted(FIELDS))}.")
    if field in {"skills", "add_skills", "remove_skills"}:
        return _skills(field, value)
    if field in {"roles", "places", "licences"}:
        return values.checked_list(field, _texts(field, value))
    if field in {"years", "minimum_pay"}:
        return _number(field, value)
    if field == "remote":
        return values.checked_remote(_text(field, value))
    if field == "seniority":
        return values.checked_seniority(_optional_text(field, value))
    if field == "pay_currency":
        return values.checked_currency(_optional_text(field, value))
    text = _text(field, value)
    return clean_text(text, 4000) if field == "summary" else clean_line(text, 200)


def skill_key(name: str) -> str:
    """Return what two ways to write one skill share."""
    from jobcopilot.reading.skills import canonical

    return canonical(name).casefold()


def _skills(field: str, value: object) -> tuple[SkillView, ...]:
    """Return skills under their known names, each once, in the order given."""
    from jobcopilot.reading.skills import canonical

    if isinstance(value, str):
        value = values.read_skills(value)
    if not isinstance(value, Iterable):
        raise _wrong(field, value, "a list of skills")
    skills: dict[str, SkillView] = {}
    for given in value:
        skill = SkillView(given) if isinstance(given, str) else given
        if not isinstance(skill, SkillView):
            raise _wrong(field, given, "a skill")
        name = canonical(clean_line(skill.name, 80))
        if name:
            years = values.checked_years(field, skill.years)
            skills.setdefault(name.casefold(), SkillView(name, years))
    if len(skills) > values.SKILL_LIMIT:
        raise UsageError(f"{field}: at most {values.SKILL_LIMIT}", f"{len(skills)} were given", "")
    return tuple(skills.values())


def _number(field: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(field, value, "a number")
    if field == "years":
        return values.checked_years(field, float(value))
    if not 0 <= value <= _MOST_PAY:
        raise _wrong(field, value, "what a year pays at least")
    return float(value) or None


def _texts(field: str, value: object) -> Iterable[str]:
    if isinstance(value, str):
        return value.split(";")
    if not isinstance(value, Iterable):
        raise _wrong(field, value, "a list of texts")
    return [_text(field, text) for text in value]


def _optional_text(field: str, value: object) -> str | None:
    return None if value is None else _text(field, value)


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(field, value, "a text")
    return value


def _wrong(field: str, value: object, wanted: str) -> UsageError:
    return UsageError(f"{field} takes {wanted}", repr(value)[:80], "")
