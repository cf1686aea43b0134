"""What a person types for a field of a profile, read and checked: `skills=Python:5,FastAPI`, `min_pay=120k USD`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, get_args

from jobcopilot.errors import UsageError
from jobcopilot.profiles.views import RemoteWish, SkillView
from jobcopilot.text import clean_line, clean_text

MOST_YEARS: Final = 80.0
SKILL_LIMIT: Final = 500
LIST_LIMIT: Final = 50
_EMPTY: Final = frozenset({"", "-", "—", "none", "null", "unknown"})
_REMOTE: Final[dict[str, RemoteWish]] = {
    "any": "any", "remote": "remote", "yes": "remote", "only": "remote", "true": "remote", "hybrid": "hybrid",
    "onsite": "onsite", "on-site": "onsite", "no": "onsite", "false": "onsite", "office": "onsite",
}  # fmt: skip
_ASSIGNMENT: Final = re.compile(r"\s*([A-Za-z_ -]+?)\s*(\+=|-=|=)(.*)", re.DOTALL)
_SKILL_YEARS: Final = re.compile(
    r"(.*\S)\s*:\s*(\d+(?:[.,]\d+)?)\s*(?:y|yr|yrs|years?|\+)?\s*", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(?:y|yr|yrs|years?|\+)?\s*", re.IGNORECASE)
_CURRENCY: Final = re.compile(r"[^\W\d]{3}|[^\w\s.,'’+~/-]|kr|zł|zl|fr\b|rs\b", re.IGNORECASE)


def parse_changes(assignments: Sequence[str]) -> dict[str, object]:
    """Return fields of a profile with their values from `KEY=VALUE` texts; an empty value takes a field back.

    `skills+=Rust:1` adds and `skills-=Go` removes. Lists are parted by `;` or `,`, places by `;`. Raises
    `UsageError` that names the key, and the keys or values that are allowed.
    """
    changes: dict[str, object] = {}
    for assignment in assignments:
        parts = _ASSIGNMENT.fullmatch(assignment)
        if parts is None:
            raise UsageError(
                "A change is written KEY=VALUE", repr(assignment), f"The keys are {', '.join(_KEYS)}."
            )
        key = parts[1].lower().replace("-", "_").replace(" ", "_")
        key = _ALIASES.get(key, key)
        reader = _KEYS.get(key)
        if reader is None:
            raise UsageError("There is no such field", parts[1], f"The keys are {', '.join(_KEYS)}.")
        if parts[2] != "=":
            if key != "skills":
                raise UsageError(
                    f"{parts[2]} is for skills only", assignment, f"Write {key}=… with all of it."
                )
            key = "add_skills" if parts[2] == "+=" else "remove_skills"
        changes.update(reader(key, parts[3]))
    return changes


def read_skills(text: str) -> tuple[SkillView, ...]:
    """Return skills from "Python:5, FastAPI; Go: 2 years", each once, in the order given.

    Raises `UsageError` for more years than a life has.
    """
    skills: dict[str, SkillView] = {}
    for part in re.split(r"[,;\n]", text):
        match = _SKILL_YEARS.fullmatch(part)
        name = clean_line(match[1] if match else part, 80)
        if name:
            years = checked_years("skills", float(match[2].replace(",", "."))) if match else None
            skills.setdefault(name.casefold(), SkillView(name, years))
    return tuple(skills.values())


def checked_years(field: str, years: float | None) -> float | None:
    """Return years as given; raises `UsageError` where nobody can have so many."""
    if years is not None and not 0 <= years <= MOST_YEARS:
        raise UsageError(f"{field}: years are a number from 0 to {MOST_YEARS:.0f}", f"{years:g}", "")
    return years


def checked_seniority(value: str | None) -> str | None:
    """Return a rung of the ladder for what a person calls it ("Sr", "mid-level"); raises `UsageError` otherwise."""
    if value is None or value.strip().lower() in _EMPTY:
        return None
    from jobcopilot.reading.titles import SENIORITIES, read_title

    word = value.strip().lower()
    rung = word if word in SENIORITIES else read_title(f"{word} engineer").seniority
    if rung is None:
        raise UsageError("seniority: no such level", repr(value), f"Choose one of {', '.join(SENIORITIES)}.")
    return rung


def checked_remote(value: str) -> RemoteWish:
    """Return how much presence is wanted; raises `UsageError` that names the choices."""
    wish = _REMOTE.get(value.strip().lower() or "any")
    if wish is None:
        raise UsageError(
            "remote: no such wish",
            repr(value),
            f"Choose one of {', '.join(get_args(RemoteWish))} (yes means remote, no means onsite).",
        )
    return wish


def checked_list(field: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return lines made safe, each once, without empty ones; raises `UsageError` for a list beyond all use."""
    lines = tuple(dict.fromkeys(line for line in (clean_line(value, 200) for value in values) if line))
    if len(lines) > LIST_LIMIT:
        raise UsageError(f"{field}: at most {LIST_LIMIT} entries", f"{len(lines)} were given", "")
    return lines


def read_minimum_pay(text: str) -> tuple[float | None, str | None]:
    """Return a minimum for a year and its currency, None where the text names none; raises `UsageError`."""
    if text.strip().lower() in _EMPTY:
        return None, None
    from jobcopilot.reading.pay import read_pay

    named = _CURRENCY.search(text) is not None
    pay = read_pay(text if named else f"{text} USD a year")
    amount = None
    if pay is not None:
        amount = pay.yearly_minimum if pay.yearly_minimum is not None else pay.yearly_maximum
    if amount is None or pay is None:
        raise UsageError(
            "min_pay: no sum that a year of work could pay", repr(text), "Write it like 120k USD."
        )
    return amount, pay.currency if named else None


def _line(key: str, text: str) -> dict[str, object]:
    return {key: clean_line(text, 200)}


def _summary(key: str, text: str) -> dict[str, object]:
    return {key: clean_text(text, 4000)}


def _list(key: str, text: str) -> dict[str, object]:
    return {key: checked_list(key, re.split(r"[;,\n]", text))}


def _places(key: str, text: str) -> dict[str, object]:
    return {key: checked_list(key, re.split(r"[;|\n]", text))}


def _skills(key: str, text: str) -> dict[str, object]:
    return {key: read_skills(text)}


def _remote(key: str, text: str) -> dict[str, object]:
    return {key: checked_remote(text)}


def _seniority(key: str, text: str) -> dict[str, object]:
    return {key: checked_seniority(text)}


def _years(key: str, text: str) -> dict[str, object]:
    if text.strip().lower() in _EMPTY:
        return {key: None}
    number = _NUMBER.fullmatch(text)
    if number is None:
        raise UsageError("years: not a number", repr(text), "Write it like years=7.")
    return {key: checked_years(key, float(number[1].replace(",", ".")))}


def _minimum_pay(_key: str, text: str) -> dict[str, object]:
    amount, currency = read_minimum_pay(text)
    changes: dict[str, object] = {"minimum_pay": amount}
    if currency is not None or amount is None:
        changes["pay_currency"] = currency
    return changes


def checked_currency(value: str | None) -> str | None:
    """Return an ISO 4217 code in capitals; raises `UsageError` for what cannot be one."""
    if value is None or value.strip().lower() in _EMPTY:
        return None
    code = value.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise UsageError("pay_currency: three letters", repr(value), "Write it like USD or EUR.")
    return code


def _pay_currency(key: str, text: str) -> dict[str, object]:
    return {key: checked_currency(text)}


_KEYS: Final[dict[str, Callable[[str, str], dict[str, object]]]] = {
    "full_name": _line,
    "email": _line,
    "headline": _line,
    "summary": _summary,
    "roles": _list,
    "skills": _skills,
    "years": _years,
    "seniority": _seniority,
    "places": _places,
    "remote": _remote,
    "min_pay": _minimum_pay,
    "pay_currency": _pay_currency,
    "licences": _list,
}
_ALIASES: Final = {
    "name": "full_name", "person": "full_name", "role": "roles", "target_roles": "roles", "titles": "roles",
    "skill": "skills", "experience": "years", "total_years": "years", "level": "seniority", "place": "places",
    "location": "places", "locations": "places", "minimum_pay": "min_pay", "pay": "min_pay", "salary": "min_pay",
    "min_salary": "min_pay", "currency": "pay_currency", "licence": "licences", "license": "licences",
    "licenses": "licences",
}  # fmt: skip
