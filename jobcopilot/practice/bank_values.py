"""What a person may write into the bank: checked, made safe, refused in words that name the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from jobcopilot.interviews.values import FieldError, choice, line, text, unknown_field
from jobcopilot.practice.views import DIFFICULTIES, SHAPES, SKILL_KINDS, Point
from jobcopilot.text import clean_line

QUESTION_FIELDS: Final = (
    "text", "type", "skill", "also", "difficulty", "points", "follow_ups", "source", "enabled",
)  # fmt: skip
"""What of a question can be written; `type` is a slug or name, `skill` and `also` are names."""
TYPE_FIELDS: Final = ("name", "description", "stages", "minutes", "shape", "skills", "enabled")
SKILL_FIELDS: Final = ("name", "kind", "description", "aliases", "enabled")
LONGEST_QUESTION: Final = 2_000
LONGEST_SIGN: Final = 80
MOST_POINTS, MOST_SIGNS, MOST_FOLLOW_UPS = 12, 20, 10


def question_values(changes: Mapping[str, object]) -> dict[str, Any]:
    """Return fields of a question as they are stored; type and skills still as names. Raises `FieldError`."""
    stored: dict[str, Any] = {}
    for name, value in changes.items():
        match name:
            case "text":
                stored[name] = _question_text(value)
            case "type" | "skill":
                stored[name] = line(name, value, required=True, limit=80)
            case "also":
                stored[name] = [line(name, one, required=True, limit=80) for one in _listed(name, value)]
            case "difficulty":
                stored[name] = choice(name, value, DIFFICULTIES)
            case "points":
                stored[name] = _points(value)
            case "follow_ups":
                stored[name] = _follow_ups(value)
            case "source":
                stored[name] = line(name, value)
            case "enabled":
                stored[name] = _flag(name, value)
            case _:
                raise unknown_field(name, QUESTION_FIELDS)
    return stored


def type_values(changes: Mapping[str, object]) -> dict[str, Any]:
    """Return fields of a type as they are stored; suggested skills still as names. Raises `FieldError`."""
    stored: dict[str, Any] = {}
    for name, value in changes.items():
        match name:
            case "name":
                stored[name] = line(name, value, required=True, limit=80)
            case "description":
                stored[name] = text(name, value)
            case "stages":
                stored[name] = [
                    line(name, one, required=True, limit=80).casefold() for one in _listed(name, value)
                ]
            case "skills":
                stored[name] = [line(name, one, required=True, limit=80) for one in _listed(name, value)]
            case "minutes":
                if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 60:
                    raise FieldError(
                        name, f"{name} cannot be {value!r}", hint="It takes whole minutes from 1 to 60."
                    )
                stored[name] = value
            case "shape":
                stored[name] = choice(name, value, SHAPES)
            case "enabled":
                stored[name] = _flag(name, value)
            case _:
                raise unknown_field(name, TYPE_FIELDS)
    return stored


def skill_values(changes: Mapping[str, object]) -> dict[str, Any]:
    """Return fields of a skill as they are stored. Raises `FieldError`."""
    stored: dict[str, Any] = {}
    for name, value in changes.items():
        match name:
            case "name":
                stored[name] = line(name, value, required=True, limit=80)
            case "kind":
                stored[name] = choice(name, value, SKILL_KINDS)
            case "description":
                stored[name] = text(name, value)
            case "aliases":
                stored[name] = [line(name, one, required=True, limit=80) for one in _listed(name, value)]
            case "enabled":
                stored[name] = _flag(name, value)
            case _:
                raise unknown_field(name, SKILL_FIELDS)
    return stored


def parse_point(words: str) -> Point:
    """Return a point as a person types it: `what it is: sign, another sign`; the signs may be left away."""
    point, _, signs = words.partition(":")
    return Point(point.strip(), tuple(sign.strip() for sign in signs.split(",") if sign.strip()))


def _question_text(value: object) -> str:
    words = text("text", value)
    if not words:
        raise FieldError("text", "A question needs words")
    if len(words) > LONGEST_QUESTION:
        raise FieldError(
            "text", "The question is too long", hint=f"It takes up to {LONGEST_QUESTION:,} characters."
        )
    return words


def _points(value: object) -> list[dict[str, object]]:
    points: list[dict[str, object]] = []
    for one in _listed("points", value):
        match one:
            case Point(point, signs):
                pass
            case str():
                parsed = parse_point(one)
                point, signs = parsed.point, parsed.signs
            case {"point": point, **rest}:
                signs = tuple(_listed("points", rest.get("signs", ())))
            case _:
                raise FieldError("points", "A point is words", hint='Write "what it is: sign, another sign".')
        points.append(
            {
                "point": line("points", point, required=True),
                "signs": [
                    line("points", sign, required=True, limit=LONGEST_SIGN).casefold()
                    for sign in signs[:MOST_SIGNS]
                ],
            }
        )
    if len(points) > MOST_POINTS:
        raise FieldError(
            "points", f"There are {len(points)} points", hint=f"A question takes up to {MOST_POINTS}."
        )
    return points


def _follow_ups(value: object) -> list[str]:
    follow_ups = [line("follow_ups", one, required=True, limit=500) for one in _listed("follow_ups", value)]
    if len(follow_ups) > MOST_FOLLOW_UPS:
        raise FieldError(
            "follow_ups",
            f"There are {len(follow_ups)} follow-ups",
            hint=f"A question takes up to {MOST_FOLLOW_UPS}.",
        )
    return follow_ups


def _listed(name: str, value: object) -> list[Any]:
    """Several values; words are split at ";" and line breaks, as spreadsheets hold lists."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.replace("\n", ";").split(";") if part.strip()]
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise FieldError(name, f"{name} takes a list", repr(clean_line(str(value), 80)))
    return list(value)


def _flag(name: str, value: object) -> int:
    if not isinstance(value, bool):
        raise FieldError(name, f"{name} is yes or no", repr(clean_line(str(value), 80)))
    return int(value)
