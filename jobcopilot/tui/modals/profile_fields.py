"""A profile's fields as a form shows them; reading and checking is the profiles' own (`profiles.values`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import UsageError
from jobcopilot.profiles.values import parse_changes
from jobcopilot.tui.modals.fields import Check, Choice, Field, LineInput, LongText

if TYPE_CHECKING:
    from jobcopilot.profiles.views import ProfileView, SkillView

REMOTE: Final = (
    ("any", "any"),
    ("remote", "remote only"),
    ("hybrid", "hybrid too"),
    ("onsite", "on site only"),
)
LINES: Final = (
    "full_name", "headline", "roles", "seniority", "years", "places", "remote", "min_pay", "licences", "email",
)  # fmt: skip
TEXTS: Final = ("skills", "summary")

_LABELS: Final = {
    "full_name": "Name",
    "headline": "Headline",
    "roles": "Target roles",
    "seniority": "Seniority",
    "years": "Years",
    "places": "Places",
    "remote": "Remote",
    "min_pay": "Minimum pay",
    "licences": "Licences",
    "email": "E-mail",
    "skills": "Skills  (Python: 5, FastAPI, Go: 2)",
    "summary": "Summary",
}
_HINTS: Final = {
    "full_name": "Stands at the top of the board; it goes nowhere else.",
    "roles": "What you look for, separated by semicolons: Senior Data Engineer; Data Platform Engineer",
    "years": "Years of work in all",
    "seniority": "Left and right choose, and so does its first letter: where your next job should stand",
    "remote": "Left and right choose; a posting that does not say how it is done is not held against it",
    "places": "Separated by semicolons: Berlin, Germany; Remote (Europe)",
    "min_pay": "For a year, with its currency: 75k EUR. Below it is said to be a blocker.",
    "licences": "Licences, clearances and work permits that you hold, separated by semicolons",
    "skills": "Postings are compared with these; the number is your years, where you like.",
}


def profile_fields(names: Sequence[str], texts: Mapping[str, str]) -> list[Field]:
    """Return the fields of these names."""
    return [_field(name, texts.get(name, "")) for name in names]


def texts_of(profile: ProfileView) -> dict[str, str]:
    """Return every field of a profile as a form writes it."""
    pay = f"{profile.minimum_pay:,.0f} {profile.pay_currency or ''}".strip() if profile.minimum_pay else ""
    return {
        "full_name": profile.full_name,
        "headline": profile.headline,
        "roles": "; ".join(profile.roles),
        "seniority": profile.seniority or "",
        "years": "" if profile.years is None else f"{profile.years:g}",
        "places": "; ".join(profile.places),
        "remote": profile.remote,
        "min_pay": pay,
        "licences": "; ".join(profile.licences),
        "email": profile.email,
        "skills": ", ".join(skill_text(skill) for skill in profile.skills),
        "summary": profile.summary,
    }


def skill_text(skill: SkillView) -> str:
    """Return a skill as `values.read_skills` reads it."""
    return skill.name if skill.years is None else f"{skill.name}: {skill.years:g}"


def changes_of(texts: Mapping[str, str]) -> dict[str, object]:
    """Return what a form asks to change. Raises `UsageError`."""
    return parse_changes([f"{name}={text}" for name, text in texts.items()]) if texts else {}


def _field(name: str, text: str) -> Field:
    check = _check_of(name)
    label, hint = _LABELS[name], _HINTS.get(name, "")
    if name in TEXTS:
        return Field(name, label, LongText(text), hint=hint, check=check)
    if name == "remote":
        return Field(name, label, Choice(REMOTE, text), hint=hint, check=check)
    if name == "seniority":
        from jobcopilot.reading.titles import SENIORITIES

        options = [("", "any"), *((rung, rung) for rung in SENIORITIES)]
        return Field(name, label, Choice(options, text), hint=hint, check=check)
    return Field(name, label, LineInput(text), hint=hint, check=check)


def _check_of(name: str) -> Check:
    def check(text: str) -> None:
        try:
            parse_changes([f"{name}={text}"])
        except UsageError as wrong:
            # The message stands under the field, so it need not name it again.
            said = wrong.title.partition(": ")[2] or wrong.title
            hint = wrong.hint.replace(f"{name}=", "")
            raise UsageError(wrong.title, wrong.message, f"{said}. {hint}".strip()) from wrong

    return check
