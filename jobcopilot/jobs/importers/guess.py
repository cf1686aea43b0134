"""Which column feeds which field, from the columns' names and what their values look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Lookup

from jobcopilot.jobs.importers.headers import (
    NAMES,
    NOT_THE_POSTINGS,
    SECTIONS,
    fold_header,
    is_a_figure_of_pay,
    pay_part,
)
from jobcopilot.jobs.importers.mapping import FIELDS, REQUIRED, MappedField, Mapping
from jobcopilot.jobs.importers.shapes import Shape

_EXACT, _PARTIAL, _BY_VALUES = 1000, 400, 100
_MOST_NOTES = 12
_SURE = 6
"""So many of a required field's names leave no doubt, whatever the values look like."""
_TOLD_WHERE_UNREAD = ("posted", "deadline", "pay")
_NAMED_EXACTLY = frozenset({"title", "company"})
"""Names that say what they are in every table, even where they are not among the surest of their field."""

# What a column has to look like to feed a field; an empty column may be anything.
_FITS: dict[str, Callable[[Shape], bool]] = {
    "title": lambda shape: (
        shape.letters > 0.5 and shape.urls < 0.2 and shape.length < 200 and shape.yes_no < 0.5
    ),
    "company": lambda shape: (
        shape.letters > 0.5 and shape.urls < 0.2 and shape.length < 200 and shape.dates < 0.5
    ),
    "place": lambda shape: (
        shape.letters > 0.7 and shape.urls < 0.2 and shape.length < 300 and shape.dates < 0.5
    ),
    "work_mode": lambda shape: shape.yes_no + shape.work_modes > 0.3,
    "description": lambda shape: (
        shape.urls < 0.5 and shape.dates < 0.5 and shape.length > 8 and shape.letters > 0.8
    ),
    "address": lambda shape: shape.urls > 0.3 and shape.api_urls < 0.5,
    "source_id": lambda shape: shape.identifies and shape.urls < 0.5,
    "pay": lambda shape: shape.digits > 0.4 and shape.urls < 0.2 and shape.length < 400,
    "pay_minimum": lambda shape: shape.digits > 0.8 and shape.length < 40,
    "pay_maximum": lambda shape: shape.digits > 0.8 and shape.length < 40,
    "pay_currency": lambda shape: shape.digits < 0.2 and shape.length < 20,
    "pay_period": lambda shape: shape.letters > 0.5 and shape.length < 30,
    "posted": lambda shape: shape.dates > 0.4,
    "closed": lambda shape: shape.dates > 0.4 or shape.yes_no > 0.7,
    "open": lambda shape: shape.open_words > 0.8,
    "updated": lambda shape: shape.dates > 0.4,
    "deadline": lambda shape: shape.dates > 0.4,
    "status": lambda shape: shape.statuses > 0.3,
    "notes": lambda shape: shape.urls < 0.9,
    "tags": lambda shape: shape.urls < 0.2 and shape.length < 500,
    "favourite": lambda shape: shape.yes_no > 0.5,
    "applied": lambda shape: shape.dates > 0.4 or shape.yes_no > 0.5,
    "rejected": lambda shape: shape.dates > 0.4 or shape.yes_no > 0.5,
    "rejection_reason": lambda shape: shape.letters > 0.5 and shape.dates < 0.5,
}
_EMPTY_MAY_BE = frozenset(FIELDS) - {"source_id", "work_mode", "open", "status"}
_PERSONAL = frozenset({"status", "notes", "tags", "favourite", "applied", "rejected", "rejection_reason"})
_TOO_COMMON = frozenset(
    {"state", "list", "text", "name", "link", "label", "date", "office", "region", "country", "reference"}
)
_REGIONS = ("state", "state name", "region", "province", "address region", "bundesland", "departement")
_COUNTRIES = ("country", "address country", "land", "pays", "country name")
_CITIES = ("city", "town", "ort", "stadt", "ville", "localite", "address locality")


def guess_mapping(columns: Sequence[str], shapes: Lookup[str, Shape]) -> Mapping:
    """Return the likeliest mapping: every column feeds at most one field, the surest pairs first."""
    pairs = sorted(
        (
            (_score(field, column, shapes.get(column, Shape())), -position, field, column)
            for position, column in enumerate(columns)
            for field in FIELDS
        ),
        reverse=True,
    )
    chosen: dict[str, list[str]] = {}
    used: set[str] = set()
    for score, _, field, column in pairs:
        if score > 0 and field not in chosen and column not in used:
            chosen[field] = [column]
            used.add(column)
    _add_further_modes(chosen, columns, shapes, used)
    _add_sections(chosen, columns, shapes, used)
    _complete_place(chosen, columns, used)
    if {"status", "applied"} & set(chosen):
        # A person's own table: what has no field of its own is theirs, and stays as a note.
        leftovers = [
            column
            for column in columns
            if column not in used and _is_worth_a_note(shapes.get(column, Shape()))
        ]
        chosen.setdefault("notes", []).extend(leftovers[:_MOST_NOTES])
    else:
        if "updated" in chosen and not {"open", "closed"} & set(chosen):
            del chosen["updated"]
        _take_by_name_alone(chosen, columns, shapes, used)
    return Mapping(
        tuple(MappedField(field, tuple(chosen[field]), "guessed") for field in FIELDS if chosen.get(field))
    )


def recognised(columns: Sequence[str]) -> int:
    """Count the columns whose names say what they are; that tells a header from a row of values."""
    exact = {name for names in NAMES.values() for name in names} | SECTIONS
    return sum(1 for column in columns if (folded := fold_header(column)) in exact or pay_part(folded))


def _score(field: str, column: str, shape: Shape) -> int:
    """Return how well a column suits a field; 0 where it does not."""
    folded = fold_header(column)
    surely = field in REQUIRED and _leaves_no_doubt(field, folded) and shape.letters > 0.1
    if not (surely or (_FITS[field](shape) if shape.filled else field in _EMPTY_MAY_BE)):
        return 0
    # What lies deep in a board's answer is never the person's own.
    if field in _PERSONAL and "." in column:
        return 0
    if field.startswith("pay_"):
        return _pay_score(field, folded)
    names = NAMES[field]
    if folded in names:
        return _EXACT - names.index(folded) * 5 + _evidence(field, shape)
    words = folded.split()
    if set(words) & NOT_THE_POSTINGS or not shape.filled or (field == "pay" and is_a_figure_of_pay(folded)):
        return 0
    for place, name in enumerate(names):
        if name in _TOO_COMMON or len(name) <= 3 or len(words) > len(name.split()) + 2:
            continue
        if f" {name} " in f" {folded} ":
            return _PARTIAL - place * 5 + _evidence(field, shape)
    return _by_values(field, shape, folded)


def _leaves_no_doubt(field: str, folded: str) -> bool:
    return folded in NAMES[field][:_SURE] or (folded == field and folded in _NAMED_EXACTLY)


def _evidence(field: str, shape: Shape) -> int:
    """Return what the values add to a fitting name, so that of two dated columns the fuller one wins."""
    if field == "status":
        return int(shape.statuses * 3)
    return 2 if shape.filled else 0


def _pay_score(field: str, folded: str) -> int:
    """Prefer the amounts as the posting states them to those that somebody converted."""
    if pay_part(folded) != field:
        return 0
    score = _EXACT - 4 * len(folded.split())
    return score - 100 if folded.endswith((" usd", " eur", " gbp")) else score


def _by_values(field: str, shape: Shape, folded: str) -> int:
    """Return how well a column of unknown name suits by its values alone; few fields can be told by them."""
    if folded.startswith("company ") or shape.filled == 0:
        return 0
    if field == "address" and shape.urls > 0.8:
        return _BY_VALUES
    if field == "description" and shape.length > 300 and shape.letters > 0.9 and shape.lists < 0.5:
        return _BY_VALUES + 20
    if field == "pay" and shape.pays > 0.6 and shape.length < 80:
        return _BY_VALUES
    if not folded.startswith("column "):
        return 0
    if field == "title" and shape.roles > 0.5 and shape.length < 120:
        return _BY_VALUES
    if field == "place" and shape.places > 0.5 and shape.roles < 0.3:
        return _BY_VALUES - 10
    if (
        field == "company"
        and shape.roles < 0.3
        and shape.places < 0.3
        and shape.length < 60
        and shape.dates < 0.1
    ):
        return _BY_VALUES - 50 if shape.numbers < 0.1 and shape.statuses < 0.3 and shape.yes_no < 0.3 else 0
    return 0


def _add_further_modes(
    chosen: dict[str, list[str]], columns: Sequence[str], shapes: Lookup[str, Shape], used: set[str]
) -> None:
    """Let every column that tells the way of working feed it: boards have one for each of remote, hybrid, on site."""
    if "work_mode" not in chosen:
        return
    for column in columns:
        if column not in used and _score("work_mode", column, shapes.get(column, Shape())) > _PARTIAL:
            chosen["work_mode"].append(column)
            used.add(column)


def _add_sections(
    chosen: dict[str, list[str]], columns: Sequence[str], shapes: Lookup[str, Shape], used: set[str]
) -> None:
    """Join what a table keeps apart from the description: requirements, responsibilities, skills."""
    for column in columns:
        shape = shapes.get(column, Shape())
        if column not in used and fold_header(column) in SECTIONS and shape.filled and shape.letters > 0.8:
            chosen.setdefault("description", []).append(column)
            used.add(column)


def _complete_place(chosen: dict[str, list[str]], columns: Sequence[str], used: set[str]) -> None:
    """Add region and country where the place is a mere city, from the columns beside it."""
    if "place" not in chosen:
        return
    city = fold_header(chosen["place"][0])
    last = next((name for name in _CITIES if city == name or city.endswith(f" {name}")), None)
    if last is None:
        return
    prefix = city[: -len(last)]
    for names in (_REGIONS, _COUNTRIES):
        for column in columns:
            if column not in used and fold_header(column) in {prefix + name for name in names}:
                chosen["place"].append(column)
                used.add(column)
                break


def _take_by_name_alone(
    chosen: dict[str, list[str]], columns: Sequence[str], shapes: Lookup[str, Shape], used: set[str]
) -> None:
    """Let a sure name feed its field although no value suits, so that each value is told instead of dropped."""
    for field in _TOLD_WHERE_UNREAD:
        for column in columns:
            if (
                field not in chosen
                and column not in used
                and fold_header(column) in NAMES[field][:_SURE]
                and shapes.get(column, Shape()).yes_no < 0.5
            ):
                chosen[field] = [column]
                used.add(column)


def _is_worth_a_note(shape: Shape) -> bool:
    """Tell whether a column that fits nowhere holds words that somebody would miss."""
    return (shape.letters > 0.3 or shape.dates > 0.5) and shape.yes_no < 0.5 and shape.urls < 0.5
